"""`portal audit verify`: recompute everything from the rows and name the first thing that does not hold.

What it checks, in this order: certificates chain; leaves are dense; each entry opens its leaf, carries its MAC, and
repeats its opening in its columns; checkpoints are signed by a certified key and their roots are those of the leaves;
values are stored in the one form the portal writes; each row is as the newest entry that names it says, and each row
that an entry names is there, once, unless a later one says it was erased; what needs two people was signed by two.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from sqlalchemy import exists, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from crypto import note
from crypto.errors import CryptoError
from crypto.keys import SigningKey, VerifyKey
from crypto.tree import Frontier
from portal.domain.errors import LedgerError, NotStoredError
from portal.office import certifying
from portal.office.certifying import Believer
from portal.office.founding import installation_of
from portal.office.recording import EntryKey, entry_keys
from portal.office.verifying_entries import parts
from portal.office.verifying_forms import require_forms
from portal.office.verifying_motions import require_signed
from portal.office.verifying_rows import Facts, facts
from portal.settings import Settings, read_key, read_keys
from portal.store.authorities import Certificate
from portal.store.ledger import Checkpoint, Entry, Leaf, LedgerHead
from portal.store.models import Base
from portal.store.session import Store


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was checked."""

    entries: int
    checkpoints: int
    rows: int
    root: str
    unsigned: int
    backwards: int  # how often a checkpoint is older than the one before: the clock of a signer went back


@dataclass(frozen=True, slots=True)
class Keys:
    """What verification needs beside the database."""

    root: VerifyKey
    log: VerifyKey
    entries: Mapping[bytes, EntryKey]

    @classmethod
    def read(cls, settings: Settings) -> "Keys":
        """From the installation's files."""
        return cls(
            VerifyKey(read_key(settings.root_key)),
            SigningKey(read_key(settings.log_key)).public,
            entry_keys(read_keys(settings.entry_keys)),
        )


def verify(store: Store, keys: Keys, *, since: Path | None = None) -> Verdict:
    """Check the whole ledger. Raises LedgerError naming the first entry or row that does not hold.

    `since` is a checkpoint kept outside: what it signed must still be a prefix.
    """
    try:
        with store.reading() as session, facts() as found:
            return _verify(store, session, keys, found, since)
    except (NotStoredError, NoResultFound, CryptoError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise LedgerError(f"something in the ledger is not of the form it was written in ({error})") from error


def _verify(store: Store, session: Session, keys: Keys, facts: Facts, since: Path | None) -> Verdict:
    certified = _certificates(session, keys)
    if keys.log.raw not in certified:
        raise LedgerError("the key of the log is not the one that was certified")
    roots = _wanted_roots(session, keys, since)
    frontier = _walk(store, session, keys, roots, facts)
    _require_all(roots, frontier.size)
    require_forms(session)
    facts.there(session)
    rows = facts.compare()
    _references(session)
    require_signed(session, installation_of(session).id.bytes, certifying.read_roll(session))
    signed = max((size for size in roots), default=0)
    unsigned, backwards = frontier.size - signed, _backwards(session)
    return Verdict(frontier.size, len(roots), rows, frontier.root().hex(), unsigned, backwards)


def _backwards(session: Session) -> int:
    times = session.scalars(select(Checkpoint.signed_at).order_by(Checkpoint.size))
    return sum(later < earlier for earlier, later in pairwise(times))


def _wanted_roots(session: Session, keys: Keys, since: Path | None) -> dict[int, bytes]:
    """Size → root of every signed checkpoint, the one kept outside included."""
    roots: dict[int, bytes] = {}
    for row in session.scalars(select(Checkpoint).order_by(Checkpoint.size)):
        signed = _open_note(row.note, row.origin, keys.log, f"checkpoint {row.size}")
        if (signed.size, signed.root, signed.origin) != (row.size, row.root, row.origin):
            raise LedgerError(f"checkpoint {row.size} does not say what its note says")
        if Frontier.from_bytes(row.frontier).root() != row.root:
            raise LedgerError(f"checkpoint {row.size} has another edge than its root")
        roots[row.size] = row.root
    if since is not None:
        origin = session.get_one(LedgerHead, 1).origin
        kept = _open_note(since.read_text(encoding="utf-8"), origin, keys.log, str(since))
        if roots.setdefault(kept.size, kept.root) != kept.root:
            raise LedgerError(f"the ledger was rewritten before entry {kept.size}")
    return roots


def _open_note(text: str, origin: str, key: VerifyKey, name: str) -> note.Checkpoint:
    try:
        return note.verify(text, origin, key)
    except CryptoError as error:
        raise LedgerError(f"{name}: {error}") from error


def _require_all(roots: Mapping[int, bytes], size: int) -> None:
    if beyond := [one for one in roots if one > size]:
        raise LedgerError(f"entries {size} to {max(beyond) - 1} were signed and are gone")


def _walk(store: Store, session: Session, keys: Keys, roots: Mapping[int, bytes], facts: Facts) -> Frontier:
    """Every entry in order, its leaf added to the tree, the root compared wherever a checkpoint stands."""
    head = session.get_one(LedgerHead, 1)
    _require_span(session, Leaf, head.size)
    frontier = Frontier()
    with closing(parts(store, keys.entries, head.size)) as checked:
        for part in checked:
            facts.said(part.rows)
            for leaf in part.hashes():
                frontier.append(leaf)
                if frontier.size in roots and roots[frontier.size] != frontier.root():
                    raise LedgerError(f"the root of the first {frontier.size} entries is not the one signed")
    for table in (Leaf, Entry):
        _require_span(session, table, head.size)
        if (count := session.execute(select(func.count()).select_from(table)).scalar_one()) != head.size:
            raise LedgerError(f"{table.__tablename__} holds {count} rows for {head.size} entries")
    return frontier


def _require_span(session: Session, table: type[Leaf | Entry], size: int) -> None:
    """Nothing before the first entry, nothing after the last that the head counts."""
    first, last = session.execute(select(func.min(table.index), func.max(table.index))).one()
    if last is None or last + 1 != size:
        raise LedgerError(f"the ledger should have {size} entries and has {0 if last is None else last + 1}")
    if first != 0:
        raise LedgerError(f"{table.__tablename__} begin at {first}")


def _references(session: Session) -> None:
    """Each row that another refers to is there: the database may have been told to look away."""
    for table in Base.metadata.sorted_tables:
        for key in (column for column in table.columns if column.foreign_keys):
            (foreign,) = key.foreign_keys
            parent = foreign.column.table.alias()
            there = exists().where(parent.c[foreign.column.name] == key)
            lost = session.execute(select(key).where(key.is_not(None), ~there).limit(1)).first()
            if lost is not None:
                raise LedgerError(f"{table.name} refers to a row of {foreign.column.table.name} that is gone")


def _certificates(session: Session, keys: Keys) -> set[bytes]:
    """Every certificate chains to the root, by itself or by two officers; returns the keys that may sign the log."""
    logs: set[bytes] = set()
    installation = installation_of(session).id.bytes
    rows = session.scalars(select(Certificate)).all()
    signing = certifying.roll(row.body for row in rows if row.kind == certifying.OFFICER)
    believer = Believer(installation, keys.root, signing, _compared_later)
    for row in rows:
        try:
            said = believer.believe(row.body)
        except CryptoError as error:
            raise LedgerError(f"certificate of {row.subject}: {error}") from error
        if (said.kind, said.subject) != (row.kind, row.subject):
            raise LedgerError(f"certificate of {row.subject} is for {said.subject}")
        if said.kind == "log":
            logs.add(said.signing_key)
    return logs


def _compared_later(body: bytes) -> None:
    """Nothing to ask here: every row, certificates too, is compared with its entry."""
