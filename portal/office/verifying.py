"""`portal audit verify`: recompute everything from the rows and name the first thing that does not hold.

What it checks, in this order: certificates chain; leaves are dense; each entry is in canonical form, opens its leaf,
carries its MAC, and repeats its opening in its columns; checkpoints are signed by a certified key and their roots are
those of the leaves; the ledger has the name it was given; values are stored in the one form the portal writes; each row
is as the newest entry that names it says, and each row that an entry names is there, once, unless a later one says it
was erased; what needs two people was signed by two; stored nodes of the tree are what their leaves make. Texts as they
are stored, and sealed files outside the database, are read with `deep` alone (decisions 027, 034).
"""

import json
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from crypto.tree import HASH, Frontier
from portal.domain.audit import EVENTS, SYSTEM
from portal.domain.errors import LedgerError, NotStoredError
from portal.office import certifying, tiles, verifying_entries, verifying_files, verifying_tables
from portal.office.founding import installation_of
from portal.office.recording import Draft, EntryKey, record
from portal.office.verifying_checkpoints import Keys, certificates, misdated, wanted_roots
from portal.office.verifying_entries import Part
from portal.office.verifying_forms import require_forms
from portal.office.verifying_hands import Hands, hands
from portal.office.verifying_motions import require_signed
from portal.office.verifying_rows import SHARES, TABLES, Facts, compare, facts
from portal.store.blobs import Blobs
from portal.store.ledger import Checkpoint, Entry, Leaf, LedgerHead
from portal.store.models import Base
from portal.store.session import Store

__all__ = ["Keys", "Verdict", "enter", "verify"]

VERIFIED = "verified"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was checked."""

    entries: int
    checkpoints: int
    signatures: int  # of how many of them the signatures were checked; with `deep` of all
    rows: int
    unread: int  # rows that were counted and held to their entry's id alone; none with `deep`
    files: int  # sealed files that rows name
    unseen: int  # of these counted and not read; none with `deep`
    root: str
    unsigned: int
    backwards: int  # how often a checkpoint is older than the one before: the clock of a signer went back
    misdated: int  # hours in which checkpoints say they were signed, and entries beside them do not

    def lines(self) -> list[str]:
        """What is said to whoever asked."""
        signed = f"{self.checkpoints} 个签名 checkpoints (验了 checked {self.signatures})"
        counts = f"{self.entries} 条 entries, {signed}, {self.rows} 行 rows"
        said = [f"台账完好 the ledger holds: {counts}, 待签 unsigned {self.unsigned}", self.root]
        if self.unread:
            said.append(
                f"其中 {self.unread} 行正文只点了数，加 --deep 才看 of these rows of texts were counted, not read"
            )
        if self.files:
            how = "只点了数，加 --deep 才看 were counted, not read" if self.unseen else "逐个读过 were read"
            said.append(f"{self.files} 个文件{how} (files)")
        if self.backwards:
            said.append(f"签名机的时钟倒退过 the clock of a signer went back: {self.backwards} 次 times")
        if self.misdated:
            said.append(
                f"检查点写的钟点和前后的条目对不上 hours of checkpoints that the entries beside them do not bear out: "
                f"{self.misdated}"
            )
        return said


class Watching(Protocol):
    """Whoever is told how far it is."""

    def phase(self, name: str, length: int) -> AbstractContextManager[Callable[[int], None]]:
        """A phase with so many steps begins; the function is told how many more are done."""


class Unwatched:
    """Nobody looks."""

    @contextmanager
    def phase(self, name: str, length: int) -> Iterator[Callable[[int], None]]:
        """Say nothing."""
        del name, length
        yield lambda _: None


NOBODY = Unwatched()


def verify(
    store: Store, keys: Keys, *, since: Path | None = None, deep: Blobs | None = None, watching: Watching = NOBODY
) -> Verdict:
    """Check the whole ledger. Raises LedgerError naming the first entry or row that does not hold.

    `since` is a checkpoint kept outside: what it signed must still be a prefix. With `deep`, the store of files, texts
    and files are read; without it their rows are counted alone. Raises StartError when that store cannot be read.
    """
    try:
        with store.reading() as session:
            size = max(session.get_one(LedgerHead, 1).size, verifying_tables.rows(session))
            many = size > verifying_entries.FEW
            with hands(store, many=many) as able, facts(SHARES if many else 1) as found:
                return _Verifying(store, session, keys, able, found, watching).verify(since, deep)
    except (NotStoredError, NoResultFound, CryptoError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise LedgerError(f"something in the ledger is not of the form it was written in ({error})") from error


def enter(store: Store, key: EntryKey, verdict: Verdict, *, now: datetime) -> None:
    """Enter in the ledger that it held from the first entry on, for the sheet of an inspection."""
    facts = {"count": verdict.entries, "deep": not verdict.unread, "digest": verdict.root}
    with store.transaction() as session:
        record(session, key, Draft(VERIFIED, now, SYSTEM, facts=facts))


@dataclass(frozen=True, slots=True)
class _Verifying:
    """One run: what it reads, with what, and who does it."""

    store: Store
    session: Session
    keys: Keys
    hands: Hands
    facts: Facts
    watching: Watching

    def verify(self, since: Path | None, deep: Blobs | None) -> Verdict:
        """Everything, in the order of the module's first lines."""
        session = self.session
        roots, signatures = wanted_roots(session, certificates(session, self.keys), since, deep=deep is not None)
        firsts: list[bytes] = []
        require_written = self.hands.beside(_forms)
        frontier = self._walk(roots, firsts)
        _require_all(roots, frontier.size)
        _require_name(session)
        require_written()
        require_references = self.hands.beside(_references)
        with self.watching.phase("rows", verifying_tables.rows(session)) as told:
            unread = verifying_tables.there(session, self.hands, self.facts, deep=deep is not None, told=told)
        rows = self._compare()
        files = self._files(deep)
        require_references()
        require_signed(session, installation_of(session).id.bytes, certifying.read_roll(session))
        signed = max((size for size in roots), default=0)
        tiles.require(session, firsts if len(firsts) == frontier.size // tiles.WIDTH else None)
        left, backwards = frontier.size - signed, _backwards(session)
        return Verdict(
            entries=frontier.size,
            checkpoints=len(roots),
            signatures=signatures,
            rows=rows,
            unread=unread,
            files=files,
            unseen=0 if deep is not None else files,
            root=frontier.root().hex(),
            unsigned=left,
            backwards=backwards,
            misdated=misdated(session),
        )

    def _walk(self, roots: Mapping[int, bytes], firsts: list[bytes]) -> Frontier:
        """Every entry in order, its leaf added to the tree, the root compared wherever a checkpoint stands.

        Puts the roots of each 256 leaves into `firsts`.
        """
        size, frontier = self.session.get_one(LedgerHead, 1).size, Frontier()
        _require_span(self.session, Leaf, size)
        within = {one // tiles.WIDTH for one in roots if one % tiles.WIDTH}  # the 256 in which a checkpoint stands
        spans = verifying_entries.spans(size, verifying_entries.PART)
        tasks = ((self.keys.entries, self.facts.shares, *span) for span in spans)
        with (
            self.watching.phase("entries", size) as told,
            closing(self.hands.each(verifying_entries.check, tasks)) as checked,
        ):
            for part in checked:
                self.facts.add(part.rows)
                firsts += part.nodes
                _grow(frontier, part, roots, within)
                told(len(part.leaves) // HASH)
        for table in (Leaf, Entry):
            _require_span(self.session, table, size)
            if (count := self.session.execute(select(func.count()).select_from(table)).scalar_one()) != size:
                raise LedgerError(f"{table.__tablename__} holds {count} rows for {size} entries")
        return frontier

    def _compare(self) -> int:
        """How many rows are there, each as its newest entry says."""
        rows = 0
        with (
            self.watching.phase("comparing", self.facts.shares) as told,
            closing(self.hands.each(compare, self.facts.files())) as counted,
        ):
            for count in counted:
                rows += count
                told(1)
        return rows

    def _files(self, blobs: Blobs | None) -> int:
        """How many files there are by their rows; each is read where their store is at hand."""
        files, length = verifying_files.count(self.session)
        if blobs is not None:
            with self.watching.phase("files", length) as told:
                verifying_files.read(self.store, self.session, blobs, told)
        return files


def _grow(frontier: Frontier, part: Part, roots: Mapping[int, bytes], within: AbstractSet[int]) -> None:
    """Add the leaves of a part, where no checkpoint stands within 256 of them by their node.

    Raises LedgerError where a root is another than the one signed.
    """
    for node in part.nodes:
        if frontier.size // tiles.WIDTH in within:
            _grow_slowly(frontier, part.leaves, roots, tiles.WIDTH)
        else:
            frontier.extend(node, tiles.WIDTH)
            _require_root(frontier, roots)
    _grow_slowly(frontier, part.leaves, roots, len(part.leaves) // HASH % tiles.WIDTH)


def _grow_slowly(frontier: Frontier, leaves: bytes, roots: Mapping[int, bytes], count: int) -> None:
    first = frontier.size % verifying_entries.PART
    for at in range(first * HASH, (first + count) * HASH, HASH):
        frontier.append(leaves[at : at + HASH])
        _require_root(frontier, roots)


def _require_root(frontier: Frontier, roots: Mapping[int, bytes]) -> None:
    if frontier.size in roots and roots[frontier.size] != frontier.root():
        signed, found = roots[frontier.size].hex(), frontier.root().hex()
        raise LedgerError(
            f"the root of the first {frontier.size} entries is not the one signed: expected {signed}, found {found}"
        )


def _backwards(session: Session) -> int:
    times = session.scalars(select(Checkpoint.signed_at).order_by(Checkpoint.size))
    return sum(later < earlier for earlier, later in pairwise(times))


def _require_all(roots: Mapping[int, bytes], size: int) -> None:
    if beyond := [one for one in roots if one > size]:
        raise LedgerError(f"entries {size} to {max(beyond) - 1} were signed and are gone")


def _require_name(session: Session) -> None:
    """The ledger is called what entries say: a signer signs under the name that the head has."""
    naming = [name for name, event in EVENTS.items() if "origin" in event.facts]
    told = select(Entry.opening).where(Entry.authority_id.is_(None), Entry.event.in_(naming))
    opening = session.scalars(told.order_by(Entry.index.desc()).limit(1)).one()
    expected, found = json.loads(opening or b"")["facts"]["origin"], session.get_one(LedgerHead, 1).origin
    if found != expected:
        raise LedgerError(f"ledger_head: origin is not what the ledger was named: expected {expected}, found {found}")


def _require_span(session: Session, table: type[Leaf | Entry], size: int) -> None:
    """Nothing before the first entry, nothing after the last that the head counts."""
    first, last = session.execute(select(func.min(table.index), func.max(table.index))).one()
    if last is None or last + 1 != size:
        raise LedgerError(f"the ledger should have {size} entries and has {0 if last is None else last + 1}")
    if first != 0:
        raise LedgerError(f"{table.__tablename__} begin at {first}")


def _forms(store: Store) -> None:
    """Values are in the portal's form at whatever moment too."""
    with store.reading() as session:
        require_forms(session)


def _references(store: Store) -> None:
    """Each row that another refers to is there, at whatever moment: the database may have been told to look away.

    Entries are there, one for each leaf, and the entry that a row refers to was compared.
    """
    with store.reading() as session:
        _require_references(session)


def _require_references(session: Session) -> None:
    connection = session.connection()
    for table in Base.metadata.sorted_tables:
        compared = {"entry_id"} if table.name in TABLES else {"index"} if table.name == Entry.__tablename__ else set()
        for key in (column for column in table.columns if column.foreign_keys and column.name not in compared):
            (foreign,) = key.foreign_keys
            parent, name = foreign.column.table.name, foreign.column.name
            # Written out: made of expressions, more than a hundred of these cost longer than a small ledger takes.
            there = f'SELECT 1 FROM {parent} AS parent WHERE parent."{name}" = child."{key.name}"'  # noqa: S608  # names of ours
            lost = f'SELECT 1 FROM {table.name} AS child WHERE child."{key.name}" IS NOT NULL AND NOT EXISTS ({there})'  # noqa: S608
            if connection.exec_driver_sql(f"{lost} LIMIT 1").first() is not None:
                raise LedgerError(f"{table.name} refers to a row of {parent} that is gone")
