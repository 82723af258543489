"""The staff as officers look at it: lists and single accounts. Nothing of it is a report's."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from portal.domain import access, countersign, jurisdiction
from portal.domain.errors import NoDeskError, StrangerError
from portal.domain.staff_vocabulary import StaffStep
from portal.domain.vocabulary import Duty, MotionState, OfficerState
from portal.office import motion_sheets, passkeys, seating, staffing
from portal.office.acting import Act
from portal.office.sessions import OFFICER_IDLE
from portal.office.staff_sheets import (
    AccountSheet,
    DeskLine,
    OfficerLine,
    OfficerSheet,
    SeatLine,
    Served,
    SessionLine,
    StaffingLine,
)
from portal.store.motions import Motion
from portal.store.officers import Desk, DeskEpoch, Enrolment, Officer, OfficerSession, Seat

ADMINISTRATORS = (Duty.ADMINISTER,)
MOST = 500


def administered(act: Act) -> list[UUID]:
    """The authorities that the actor administers. Raises NotAllowedError for everybody else."""
    access.require_seat(act.actor, ADMINISTRATORS)
    tree = act.tree()
    return [one for one in tree.nodes if countersign.administers(tree, act.actor, one)]


def officers(act: Act, language: str) -> tuple[OfficerLine, ...]:
    """Every officer whom the actor administers, by office and name; who has left comes last."""
    wanted = select(Officer).where(Officer.authority_id.in_(administered(act))).limit(MOST)
    rows = act.session.scalars(wanted).all()
    directory = act.directory()
    lines = _lines(act, rows, language)
    order = {code: at for at, code in enumerate(sorted(directory.codes.values()))}
    places = {row.id: order[directory.codes[row.authority_id]] for row in rows}
    return tuple(sorted(lines, key=lambda one: (one.state is OfficerState.LEFT, places[one.id], one.username)))


def offices(act: Act, language: str) -> tuple[tuple[UUID, str], ...]:
    """The authorities that the actor administers, by code: (id, name)."""
    directory = act.directory()
    mine = sorted(administered(act), key=lambda one: directory.codes[one])
    return tuple((one, directory.name(one, language)) for one in mine)


def authority_of(act: Act, officer_id: UUID) -> UUID:
    """The authority of an officer whom the actor administers. Raises StrangerError."""
    row = act.session.get(Officer, officer_id)
    if row is None or row.authority_id not in administered(act):
        raise StrangerError("no such officer")
    return row.authority_id


def officer(act: Act, officer_id: UUID, language: str) -> OfficerSheet:
    """One of them. Raises StrangerError."""
    authority_of(act, officer_id)
    row = act.session.get_one(Officer, officer_id)
    (line,) = _lines(act, (row,), language)
    seats = _seats(act, officer_id, language)
    held = {one.desk_id for one in seats if one.until is None}
    desks = act.directory().desk_ids
    return OfficerSheet(
        line=line,
        authority_id=row.authority_id,
        fingerprint=_fingerprint(act, row),
        seats=tuple(one for one in seats if one.until is None),
        past=tuple(one for one in seats if one.until is not None),
        sessions=_sessions(act, officer_id),
        open_desks=tuple(
            (desk_id, duty)
            for (authority_id, duty), desk_id in sorted(desks.items(), key=lambda one: list(Duty).index(one[0][1]))
            if authority_id == row.authority_id and desk_id not in held
        ),
        pending=motion_sheets.lines(act, _pending(Motion.officer_id == officer_id), language),
        steps=countersign.steps_on(row.state, certified=row.certificate_id is not None),
        mail=row.mail or "",
    )


def account(act: Act, language: str) -> AccountSheet:
    """The actor's own account."""
    row = act.session.get_one(Officer, act.actor.officer_id)
    directory = act.directory()
    keyed = {duty for authority_id, duty in directory.desk_ids if authority_id == row.authority_id}
    return AccountSheet(
        officer_id=row.id,
        username=row.username,
        authority=directory.name(row.authority_id, language),
        certified=row.certificate_id is not None,
        fingerprint=_fingerprint(act, row),
        desks=tuple(_desk(act, seat.desk_id, language) for seat in act.actor.seats),
        sessions=_sessions(act, row.id),
        passkeys=passkeys.lines(act.session, act.house, row.id),
        to_open=tuple(duty for duty in Duty if duty not in keyed and row.certificate_id is not None),
        mail=row.mail or "",
    )


def staffing_table(act: Act, language: str) -> tuple[StaffingLine, ...]:
    """Who serves which duty for whom, in every authority that the actor administers.

    Those with somebody of their own come one by one, by code; the others together, where the same serve them.
    """
    directory, counts = act.directory(), seated_counts(act)
    own: list[StaffingLine] = []
    lent: dict[tuple[Served, ...], list[str]] = {}
    for authority_id, name in offices(act, language):
        served = {duty: served_by(act, counts, authority_id, duty, language) for duty in Duty}
        line = StaffingLine((name,), served)
        if line.lent and authority_id != directory.tree.discipline:
            lent.setdefault(tuple(served.values()), []).append(name)
        else:
            own.append(line)
    return (*own, *(StaffingLine(tuple(names), dict(zip(Duty, key, strict=True))) for key, names in lent.items()))


def served_by(
    act: Act, counts: Mapping[tuple[UUID, Duty], int], authority_id: UUID, duty: Duty, language: str
) -> Served:
    """Who serves one duty for an authority."""
    own = counts.get((authority_id, duty), 0)
    return Served(own, "" if own else _stand_in(act, authority_id, duty, language))


def _stand_in(act: Act, authority_id: UUID, duty: Duty, language: str) -> str:
    """The office above that serves a duty for one that does not; "" where nobody does."""
    directory = act.directory()
    try:
        found = jurisdiction.nearest(directory.tree, directory.seats, duty, authority_id)
    except NoDeskError:
        return ""
    return directory.name(found, language)


def seated_counts(act: Act) -> dict[tuple[UUID, Duty], int]:
    """How many are at work at each desk."""
    rows = act.session.execute(
        select(Desk.authority_id, Desk.duty, func.count(Seat.id))
        .join(DeskEpoch, DeskEpoch.desk_id == Desk.id)
        .join(Seat, Seat.desk_epoch_id == DeskEpoch.id)
        .join(Officer, Officer.id == Seat.officer_id)
        .where(DeskEpoch.current, Seat.left_at.is_(None), Officer.state == OfficerState.ACTIVE)
        .group_by(Desk.authority_id, Desk.duty)
    )
    return {(authority_id, duty): count for authority_id, duty, count in rows}


def _lines(act: Act, rows: Iterable[Officer], language: str) -> tuple[OfficerLine, ...]:
    kept = list(rows)
    ids = [row.id for row in kept]
    seats = act.session.execute(
        select(Seat.officer_id, Desk.duty)
        .join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
        .join(Desk, Desk.id == DeskEpoch.desk_id)
        .where(Seat.officer_id.in_(ids), Seat.left_at.is_(None), DeskEpoch.current)
    ).all()
    codes = act.session.execute(
        select(Enrolment.officer_id, func.max(Enrolment.expires_at))
        .where(Enrolment.officer_id.in_(ids), Enrolment.used_at.is_(None))
        .group_by(Enrolment.officer_id)
    )
    until: dict[UUID, datetime] = dict(row for row in codes)
    directory = act.directory()
    return tuple(
        OfficerLine(
            id=row.id,
            username=row.username,
            authority=directory.name(row.authority_id, language),
            state=row.state,
            certified=row.certificate_id is not None,
            to_certify=StaffStep.CERTIFY in countersign.steps_on(row.state, certified=row.certificate_id is not None),
            duties=tuple(sorted({duty for officer_id, duty in seats if officer_id == row.id}, key=list(Duty).index)),
            code_until=until.get(row.id) if row.state is OfficerState.ENROLLING else None,
        )
        for row in kept
    )


def _seats(act: Act, officer_id: UUID, language: str) -> tuple[SeatLine, ...]:
    """Every seat the officer has or had, once for each desk and stay."""
    rows = act.session.execute(
        select(Seat, DeskEpoch, Desk)
        .join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
        .join(Desk, Desk.id == DeskEpoch.desk_id)
        .where(Seat.officer_id == officer_id, DeskEpoch.opened_at.is_not(None))
        .order_by(Desk.duty, DeskEpoch.epoch, Seat.seated_at)
    )
    stays: dict[UUID, list[SeatLine]] = {}
    for seat, epoch, desk in rows:
        turned = seat.left_at is None and epoch.closed_at is not None  # the stay goes on with the next key
        until = None if turned else seat.left_at
        stay = stays.setdefault(desk.id, [])
        since = stay.pop().since if stay and stay[-1].until is None else seat.seated_at
        stay.append(SeatLine(desk.id, act.directory().name(desk.authority_id, language), desk.duty, since, until))
    return tuple(line for stay in stays.values() for line in stay)


def _sessions(act: Act, officer_id: UUID) -> tuple[SessionLine, ...]:
    alive = OfficerSession.used_at > act.now - OFFICER_IDLE
    rows = act.session.scalars(
        select(OfficerSession)
        .where(OfficerSession.officer_id == officer_id, alive)
        .order_by(OfficerSession.opened_at.desc())
    )
    return tuple(SessionLine(row.opened_at, row.used_at) for row in rows)


def _desk(act: Act, desk_id: UUID, language: str) -> DeskLine:
    desk = act.session.get_one(Desk, desk_id)
    epoch = act.session.scalars(select(DeskEpoch).where(DeskEpoch.desk_id == desk_id, DeskEpoch.current)).one()
    holders = act.session.scalars(
        select(Officer.username)
        .join(Seat, Seat.officer_id == Officer.id)
        .where(Seat.desk_epoch_id == epoch.id, Seat.left_at.is_(None))
        .order_by(Officer.username)
    ).all()
    pending = motion_sheets.lines(act, _pending(Motion.desk_id == desk_id, Motion.desk_epoch_id.is_not(None)), language)
    return DeskLine(
        desk_id=desk_id,
        authority=act.directory().name(desk.authority_id, language),
        duty=desk.duty,
        epoch=epoch.epoch,
        since=epoch.opened_at,
        holders=tuple(holders),
        owes_turn=seating.owes_turn(act.session, epoch.id),
        pending=next(iter(pending), None),
    )


def _pending(*about: ColumnElement[bool]) -> Select[Motion]:
    return select(Motion).where(Motion.state == MotionState.PROPOSED, *about).order_by(Motion.proposed_at)


def _fingerprint(act: Act, row: Officer) -> str:
    """What the officer reads aloud to whoever certifies their keys."""
    if row.public_key is None:
        return ""
    return staffing.claim_for(act.house, row, issued_at=act.now).fingerprint()
