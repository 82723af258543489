"""The index on sealed data kept up: which cases a desk's index lacks, and what a session that reads them puts in.

A case waits from its arrival, from each letter and each hand-over on; the first session of a desk that opens it, or
that searches, indexes it under the desk's key. Nothing of it is an entry: it is made anew from what entries vouch for.
"""

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.orm import Session

from crypto import index
from portal.domain import clocks
from portal.domain.access import Actor
from portal.domain.audit import Party
from portal.domain.errors import LedgerError
from portal.domain.likeness import Field, pieces
from portal.domain.vocabulary import Duty
from portal.office import match_keys, postings, telling
from portal.office.directory import Directory
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.match_keys import Shared
from portal.office.telling import Told
from portal.store.cases import Case
from portal.store.driving import Question, each, first, forget
from portal.store.index import IndexedCase, IndexPart, IndexWait
from portal.store.insertion import ensure_row, ensure_rows, insert_rows
from portal.store.officers import DeskEpoch
from portal.store.session import lock, locked

log = logging.getLogger("portal.indexing")

CONTENT = 0
FIELDS: Mapping[Field, int] = MappingProxyType({Field.UNIT: 1, Field.PLACE: 2, Field.VENUE: 3})
SIZED = (Field.UNIT, Field.PLACE)
MOST = 255  # pieces that a size can say
BATCH = 20  # cases that a search catches up with
_WAITS = select(IndexWait).where(
    IndexWait.desk_id.in_(bindparam("desks", expanding=True)), IndexWait.case_id == bindparam("case")
)
_SEARCHING = select(IndexPart.part).where(IndexPart.desk_epoch_id == bindparam("epoch"))
_COMPARING = select(IndexPart.part).where(IndexPart.desk_epoch_id.is_(None))


@dataclass(frozen=True, slots=True)
class Indexer:
    """Who indexes: a session of an officer, with the keys it has."""

    session: Session
    house: House
    actor: Actor
    ring: Keyring
    party: Party
    now: datetime

    @property
    def directory(self) -> Directory:
        """The offices as they stand."""
        return self.house.directories.read(self.session, today=self.now.astimezone(clocks.SHANGHAI).date())

    def epoch(self, desk_id: UUID) -> UUID:
        """The epoch whose key a desk works with now."""
        return self.house.directories.keys(self.session, (desk_id,))[desk_id].epoch_id


# What has to be indexed


def wait_new(session: Session, case_id: UUID, desks: Iterable[UUID]) -> None:
    """A case has just come in: nothing can be there already."""
    insert_rows(session, IndexWait, [{"desk_id": one, "compare": False, "case_id": case_id} for one in desks])


def wait(session: Session, *cases: Case) -> None:
    """Something has changed that can be searched for: each desk of these cases is to look again."""
    desks = [(case.id, (case.desk_id, case.lead_desk_id, case.raised_desk_id)) for case in cases]
    wait_at(session, {(case_id, one) for case_id, some in desks for one in some if one is not None})


def wait_at(session: Session, places: Iterable[tuple[UUID, UUID]]) -> None:
    """The same where cases and desks are known by their ids."""
    rows = [{"desk_id": desk_id, "compare": False, "case_id": case_id} for case_id, desk_id in sorted(places)]
    ensure_rows(session, IndexWait, rows)


def leave(session: Session, case: Case, *, compared: bool) -> None:
    """Take a case out of every desk's index: it is another office's now; out of what all compare, unless `compared`."""
    held = select(IndexedCase.part, IndexedCase.number, IndexPart.desk_epoch_id).join(
        IndexPart, IndexPart.part == IndexedCase.part
    )
    for part, number, epoch_id in session.execute(held.where(IndexedCase.case_id == case.id)).all():
        if epoch_id is not None or not compared:
            _take(session, part, number)
    session.execute(delete(IndexWait).where(IndexWait.case_id == case.id))


def _take(session: Session, part: int, number: int) -> None:
    _hold(session, part)
    searching = session.get_one(IndexPart, part).desk_epoch_id is not None
    postings.take(session, part, (CONTENT,) if searching else FIELDS.values(), number)
    session.execute(delete(IndexedCase).where(IndexedCase.part == part, IndexedCase.number == number))


# Indexing


def on_opening(by: Indexer, case: Case) -> Shared:
    """Index a case that is being opened, at each desk of the officer that waits for it."""
    return _index(by, each(by.session, _WAITS, desks=_handling(by.actor, case), case=case.id))


def looks(actor: Actor, case: Case) -> Question:
    """What `on_opening` asks."""
    return _WAITS, {"desks": _handling(actor, case), "case": case.id}


def catch_up(by: Indexer) -> Shared:
    """Index some of the cases that wait at the officer's desks."""
    here = select(IndexWait).where(IndexWait.desk_id.in_(by.actor.desks(Duty.INTAKE, Duty.LEAD))).limit(BATCH)
    waits = by.session.scalars(here.where(IndexWait.compare.is_(False))).all()
    if not waits:  # what only waits to be compared comes last, and is of no use while no key has come
        late = by.session.scalars(here.where(IndexWait.compare.is_(True))).all()
        waits = late if late and match_keys.of(by.session, by.house, by.ring) is not None else ()
    return _index(by, waits)


def _handling(actor: Actor, case: Case) -> list[UUID]:
    """The desks of an officer that handle a case."""
    here = {case.desk_id, case.lead_desk_id, case.raised_desk_id}
    return [one for one in actor.desks(Duty.INTAKE, Duty.LEAD) if one in here]


def waiting(session: Session, desks: Iterable[UUID], most: int) -> int:
    """How many cases no search at these desks finds yet, as far as can be said."""
    found = select(IndexWait.case_id).where(IndexWait.desk_id.in_(tuple(desks)), IndexWait.compare.is_(False))
    return len(session.scalars(found.limit(most)).all())


def _index(by: Indexer, waits: Collection[IndexWait]) -> Shared:
    """Each waiting case that nobody writes to now; one that does not open is left out until something changes.

    A case is held before it is read: a letter that comes meanwhile finds the row gone, and waits anew.
    """
    held = set(by.session.scalars(_cases({one.case_id for one in waits}, by.session))) if waits else set()
    rows = [one for one in waits if one.case_id in held]
    if not rows:
        return Shared(None, ())
    forget(by.session)
    session, comparing = by.session, _comparing(by.session)
    shared = match_keys.share(session, by.house, by.ring, by.directory, by.party, now=by.now)
    told = telling.of(session, by.house, by.ring, {one.case_id for one in rows}).told
    for one in rows:
        case, said = session.get_one(Case, one.case_id), told.get(one.case_id)
        row = IndexWait.desk_id == one.desk_id, IndexWait.compare == one.compare, IndexWait.case_id == one.case_id
        session.execute(delete(IndexWait).where(*row))
        if said is None:
            log.error("case %s does not open for its index", case.id)
            continue
        if not one.compare:
            _search(by, one.desk_id, case, said)
        _compare(by, comparing, shared.key, case, said)
    session.flush()
    return shared


def _cases(ids: Collection[UUID], session: Session) -> Select[UUID]:
    return locked(session, select(Case.id).where(Case.id.in_(ids)).order_by(Case.id), skip=True)


def _search(by: Indexer, desk_id: UUID, case: Case, said: Told) -> None:
    """Under the desk's key of now; what stood under an older one goes."""
    epoch_id = by.epoch(desk_id)
    if epoch_id not in by.ring.epochs:
        return  # the desk has turned while this was on its way; the next session sees to it
    part = _part(by.session, epoch_id)
    number = _number(by.session, part, case.id)
    key = index.search_key(by.ring.epochs[epoch_id].seed)
    postings.put(by.session, part, CONTENT, index.marks(key, "content", index.bigrams(said.words)), number)
    older = (
        select(IndexedCase.part, IndexedCase.number)
        .join(IndexPart, IndexPart.part == IndexedCase.part)
        .join(DeskEpoch, DeskEpoch.id == IndexPart.desk_epoch_id)
        .where(IndexedCase.case_id == case.id, DeskEpoch.desk_id == desk_id, IndexedCase.part != part)
    )
    for old, there in by.session.execute(older).all():
        _take(by.session, old, there)


def _compare(by: Indexer, part: int, key: bytes | None, case: Case, said: Told) -> None:
    """Under the key of all; without it, later. Never where the reporter kept an office out, or discipline has it."""
    row = by.session.scalars(
        select(IndexedCase).where(IndexedCase.case_id == case.id, IndexedCase.part == part)
    ).one_or_none()
    if said.private or not match_keys.compares(by.directory, case.authority_id):
        if row is not None:
            _take(by.session, part, row.number)
        return
    if key is None:
        ensure_row(by.session, IndexWait, {"desk_id": case.desk_id, "compare": True, "case_id": case.id})
        return
    found = {field: pieces(field, text) for field, text in said.fields.items()}
    sizes = bytes(min(MOST, len(found[field])) for field in SIZED)
    if row is not None:
        postings.take(by.session, part, FIELDS.values(), row.number)
        row.sizes = sizes
    number = row.number if row else _number(by.session, part, case.id, sizes)
    for field, some in found.items():
        if some:
            postings.put(by.session, part, FIELDS[field], index.marks(key, field, some), number)


# Numbers


def part_of(session: Session, epoch_id: UUID | None) -> int | None:
    """The index of an epoch, or of all; None where nothing was indexed under it."""
    if epoch_id is None:
        return first(session, _COMPARING)
    return first(session, _SEARCHING, epoch=epoch_id)


def _comparing(session: Session) -> int:
    part = session.scalars(select(IndexPart.part).where(IndexPart.desk_epoch_id.is_(None))).one_or_none()
    if part is None:
        raise LedgerError("the index of comparing is not there")
    _hold(session, part)
    return part


def _part(session: Session, epoch_id: UUID) -> int:
    part = part_of(session, epoch_id)
    if part is None:
        row = IndexPart(desk_epoch_id=epoch_id, taken=0)
        session.add(row)
        session.flush()
        part = row.part
    _hold(session, part)
    return part


def _hold(session: Session, part: int) -> IndexPart:
    """One session at a time writes to an index, until its commit."""
    return session.get_one(IndexPart, part, with_for_update=lock(session))


def _number(session: Session, part: int, case_id: UUID, sizes: bytes = b"") -> int:
    """The number of a case in an index that the caller holds; the next where it has none."""
    known = select(IndexedCase.number).where(IndexedCase.case_id == case_id, IndexedCase.part == part)
    number = session.scalars(known).one_or_none()
    if number is None:
        row = _hold(session, part)
        number, row.taken = row.taken, row.taken + 1
        session.add(IndexedCase(part=part, number=number, case_id=case_id, sizes=sizes))
        session.flush()
    return number
