"""The duty roster (值班表) as rows: who is on watch at a desk, whom an alarm rings, and how a lead changes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.domain import jurisdiction, shifts
from portal.domain.alarms import RUNG
from portal.domain.audit import written
from portal.domain.errors import NoDeskError, StrangerError
from portal.domain.shifts import Span
from portal.domain.vocabulary import Duty, OfficerState
from portal.office.acting import Act
from portal.office.directory import Directory
from portal.office.recording import record
from portal.store.alarms import DutyShift
from portal.store.officers import Desk, DeskEpoch, Officer, Seat
from portal.store.session import lock

EDITORS = (Duty.LEAD,)


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """One watch, as the page shows it."""

    id: UUID
    officer: str
    starts_at: datetime
    ends_at: datetime
    now: bool
    seated: bool  # whoever has left the desk since is not rung
    reached: bool  # has a mail address


@dataclass(frozen=True, slots=True)
class RosterDesk:
    """A desk with its watches to come."""

    desk_id: UUID
    authority: str
    duty: Duty
    shifts: tuple[ShiftLine, ...]
    gaps: tuple[tuple[datetime, datetime], ...]
    officers: tuple[tuple[UUID, str], ...]  # who sits there
    editable: bool


def seated(desk_id: UUID) -> Select[Officer]:
    """The officers at work who sit at a desk."""
    return (
        select(Officer)
        .join(Seat, Seat.officer_id == Officer.id)
        .join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
        .where(DeskEpoch.desk_id == desk_id, DeskEpoch.current, Seat.left_at.is_(None))
        .where(Officer.state == OfficerState.ACTIVE)
        .order_by(Officer.username)
    )


def _standing(desk_id: UUID, now: datetime) -> Select[DutyShift]:
    """The watches of a desk that have not ended."""
    there = (DutyShift.desk_id == desk_id, DutyShift.removed_at.is_(None), DutyShift.ends_at > now)
    return select(DutyShift).where(*there).order_by(DutyShift.starts_at, DutyShift.id)


def _span(row: DutyShift) -> Span:
    return Span(row.officer_id, row.starts_at, row.ends_at)


def rings(session: Session, desk_id: UUID, *, now: datetime) -> set[UUID]:
    """Whom an alarm at this desk reaches by mail: whoever is on watch; where that is nobody, all who sit there."""
    reached = {one.id for one in session.scalars(seated(desk_id)) if one.mail}
    watch = {row.officer_id for row in session.scalars(_standing(desk_id, now)) if _span(row).covers(now)}
    return watch & reached or reached


def on_watch(session: Session, desk_ids: Sequence[UUID], *, now: datetime) -> tuple[str, ...]:
    """The names of whoever is on watch at these desks."""
    names = select(Officer.username).join(DutyShift, DutyShift.officer_id == Officer.id)
    span = (DutyShift.starts_at <= now, DutyShift.ends_at > now, DutyShift.removed_at.is_(None))
    return tuple(session.scalars(names.where(DutyShift.desk_id.in_(desk_ids), *span).order_by(Officer.username)))


def desks(act: Act, language: str) -> tuple[RosterDesk, ...]:
    """The desks whose roster an officer sees: a lead those they lead, whoever takes in their own."""
    directory = act.directory()
    wanted = [desk_id for desk_id in directory.places if _sees(act, directory, desk_id)]
    order = {
        desk_id: (directory.codes[place[0]], RUNG.index(place[1]))
        for desk_id in wanted
        for place in (directory.places[desk_id],)
    }
    return tuple(_desk(act, directory, desk_id, language) for desk_id in sorted(wanted, key=order.__getitem__))


def _desk(act: Act, directory: Directory, desk_id: UUID, language: str) -> RosterDesk:
    authority_id, duty = directory.places[desk_id]
    there = {one.id: one for one in act.session.scalars(seated(desk_id))}
    rows = act.session.scalars(_standing(desk_id, act.now)).all()
    names = dict(
        act.session.execute(
            select(Officer.id, Officer.username).where(Officer.id.in_({row.officer_id for row in rows}))
        ).all()
    )
    lines = tuple(
        ShiftLine(
            id=row.id,
            officer=names[row.officer_id],
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            now=_span(row).covers(act.now),
            seated=row.officer_id in there,
            reached=row.officer_id in there and there[row.officer_id].mail is not None,
        )
        for row in rows
    )
    return RosterDesk(
        desk_id=desk_id,
        authority=directory.name(authority_id, language),
        duty=duty,
        shifts=lines,
        gaps=shifts.gaps(map(_span, rows), act.now, act.now + shifts.SHOWN),
        officers=tuple((one.id, one.username) for one in there.values()),
        editable=_edits(act, directory, desk_id),
    )


def _sees(act: Act, directory: Directory, desk_id: UUID) -> bool:
    authority_id, duty = directory.places[desk_id]
    if duty not in RUNG or (authority_id, duty) not in directory.seats:
        return False
    return desk_id in act.actor.desks(*RUNG) or _edits(act, directory, desk_id)


def _edits(act: Act, directory: Directory, desk_id: UUID) -> bool:
    """Whether the actor leads the desk: the nearest seated lead from its office upwards."""
    authority_id, duty = directory.places[desk_id]
    try:
        leads = jurisdiction.nearest(directory.tree, directory.seats, Duty.LEAD, authority_id)
    except NoDeskError:
        return False
    own = {seat.authority_id for seat in act.actor.seats if seat.duty is Duty.LEAD}
    return duty in RUNG and leads in own


def add(act: Act, desk_id: UUID, wanted: Span) -> UUID:
    """Put an officer on watch. Raises StrangerError for a desk that the actor does not lead, ShiftError."""
    authority_id = _led(act, desk_id)
    act.session.get_one(Desk, desk_id, with_for_update=lock(act.session))  # two at once would overlap
    there = {one.id for one in act.session.scalars(seated(desk_id))}
    spans = [_span(row) for row in act.session.scalars(_standing(desk_id, act.now))]
    shifts.require_fit(wanted, spans, seated=wanted.officer_id in there, now=act.now)
    row = DutyShift(
        id=uuid4(),
        desk_id=desk_id,
        officer_id=wanted.officer_id,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        removed_at=None,
    )
    _record(act, row, "shift_added", authority_id)
    return row.id


def remove(act: Act, shift_id: UUID) -> None:
    """Take an officer off a watch that has not ended. Raises StrangerError."""
    row = act.session.get(DutyShift, shift_id, with_for_update=lock(act.session))
    if row is None or row.removed_at is not None or row.ends_at <= act.now:
        raise StrangerError("no such shift")
    authority_id = _led(act, row.desk_id)
    act.house.newest.require(act.session, row)
    row.removed_at = act.now
    _record(act, row, "shift_removed", authority_id)


def _led(act: Act, desk_id: UUID) -> UUID:
    directory = act.directory()
    if desk_id not in directory.places or not _edits(act, directory, desk_id):
        raise StrangerError("no such desk")
    return directory.places[desk_id][0]


def _record(act: Act, row: DutyShift, event: str, authority_id: UUID) -> None:
    facts = {
        "desk": str(row.desk_id),
        "officer": str(row.officer_id),
        "starts": written(row.starts_at),
        "until": written(row.ends_at),
    }
    draft = act.draft(event, ("duty_shifts", row.id), authority_id, Duty.LEAD, **facts)
    draft.names(row)
    act.session.add(row)
    record(act.session, act.house.entry_key, draft)
