"""`portal audit verify`: recompute everything from the rows and name the first thing that does not hold.

What it checks, in this order: certificates chain; leaves are dense; each entry opens its leaf, carries its MAC, and
repeats its opening in its columns; checkpoints are signed by a certified key and their roots are those of the leaves;
values are stored in the one form the portal writes; each row is as the newest entry that names it says, and each row
that an entry names is there, once, unless a later one says it was erased; what needs two people was signed by two;
stored nodes of the tree are what their leaves make.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from sqlalchemy import exists, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from crypto.tree import Frontier
from portal.domain.errors import LedgerError, NotStoredError
from portal.office import certifying, tiles
from portal.office.founding import installation_of
from portal.office.verifying_checkpoints import Keys, certificates, wanted_roots
from portal.office.verifying_entries import parts
from portal.office.verifying_forms import require_forms
from portal.office.verifying_motions import require_signed
from portal.office.verifying_rows import Facts, facts
from portal.store.ledger import Checkpoint, Entry, Leaf, LedgerHead
from portal.store.models import Base
from portal.store.session import Store

__all__ = ["Keys", "Verdict", "verify"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was checked."""

    entries: int
    checkpoints: int
    rows: int
    root: str
    unsigned: int
    backwards: int  # how often a checkpoint is older than the one before: the clock of a signer went back


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
    roll = certificates(session, keys)
    roots = wanted_roots(session, roll, since)
    frontier = _walk(store, session, keys, roots, facts)
    _require_all(roots, frontier.size)
    require_forms(session)
    facts.there(session)
    rows = facts.compare()
    _references(session)
    require_signed(session, installation_of(session).id.bytes, certifying.read_roll(session))
    signed = max((size for size in roots), default=0)
    tiles.require(session)
    unsigned, backwards = frontier.size - signed, _backwards(session)
    return Verdict(frontier.size, len(roots), rows, frontier.root().hex(), unsigned, backwards)


def _backwards(session: Session) -> int:
    times = session.scalars(select(Checkpoint.signed_at).order_by(Checkpoint.size))
    return sum(later < earlier for earlier, later in pairwise(times))


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
