"""The queue of a desk: open cases by due time, a keyset page at a time, lines unsealed in the officer's session."""

import heapq
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from crypto.errors import CryptoError
from crypto.primitives import sha256
from portal.domain import access, clocks
from portal.domain.access import Actor
from portal.domain.audit import Party
from portal.domain.vocabulary import ActorKind, Duty, ReportState
from portal.office import checkpoints, sealing
from portal.office.casework import kind_of
from portal.office.directory import Directory
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft, record
from portal.office.sealing import Content
from portal.office.sheets import QueueLine, QueueSheet
from portal.store.cases import Case
from portal.store.reports import Report

log = logging.getLogger("portal.queue")

DUTIES = (Duty.INTAKE, Duty.LEAD)
PAGE = 50
CAP = 1000  # counts beyond are shown as "1,000+"


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the order of due time and id."""

    due_at: datetime
    case_id: UUID

    def __str__(self) -> str:
        return f"{self.due_at.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{self.case_id.hex}"

    @classmethod
    def parse(cls, text: str | None) -> "Cursor | None":
        """Read a cursor from an address; whatever is damaged means the first page."""
        moment, _, case_id = (text or "").partition("-")
        try:
            return cls(datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC), UUID(hex=case_id))
        except ValueError:
            return None


def show(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    *,
    now: datetime,
    after: Cursor | None = None,
    before: Cursor | None = None,
) -> QueueSheet:
    """One page of the cases at the actor's desks, recorded as one `listed` entry. Raises NotAllowedError."""
    access.require_seat(actor, DUTIES)
    checkpoints.require_signed(session, house, now=now)
    desks = _desks(actor)
    found = _page(session, desks, after=after, before=before)
    more = len(found) > PAGE
    cases = found[-PAGE:] if before and more else found[:PAGE]
    lines = _lines(session, house, ring, cases, now)
    listed = sha256(*(case.id.bytes for case in cases)).hex()
    party = Party(ActorKind.OFFICER, actor.officer_id, actor.authority_id, _duty(actor))
    record(session, house.entry_key, Draft("listed", now, party, facts={"count": len(cases), "digest": listed}))
    return QueueSheet(
        lines=lines,
        after=_cursor(cases, -1) if cases and (more if not before else True) else None,
        before=_cursor(cases, 0) if cases and (bool(after) or (bool(before) and more)) else None,
        count=_count(session, desks, Case.due_at.is_not(None)),
        late=_count(session, desks, Case.due_at < now),
    )


Desk = tuple[InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None], UUID]


def _desks(actor: Actor) -> tuple[Desk, ...]:
    return (
        *((Case.desk_id, desk) for desk in actor.desks(Duty.INTAKE)),
        *((column, desk) for desk in actor.desks(Duty.LEAD) for column in (Case.lead_desk_id, Case.raised_desk_id)),
    )


def _duty(actor: Actor) -> Duty:
    return Duty.INTAKE if actor.desks(Duty.INTAKE) else Duty.LEAD


def _page(session: Session, desks: Iterable[Desk], *, after: Cursor | None, before: Cursor | None) -> list[Case]:
    """Up to PAGE + 1 cases in order: each desk by its own index, then merged."""
    pages = [_of_desk(session, desk, after=after, before=before) for desk in desks]
    merged: dict[UUID, Case] = {
        case.id: case for case in heapq.merge(*pages, key=lambda case: (case.due_at, case.id.hex))
    }
    cases = list(merged.values())
    return cases[-(PAGE + 1) :] if before else cases[: PAGE + 1]


def _of_desk(session: Session, desk: Desk, *, after: Cursor | None, before: Cursor | None) -> list[Case]:
    column, desk_id = desk
    place = tuple_(Case.due_at, Case.id)
    wanted = select(Case).where(column == desk_id, Case.due_at.is_not(None)).limit(PAGE + 1)
    if before is not None:
        wanted = wanted.where(place < (before.due_at, before.case_id))
        rows = session.scalars(wanted.order_by(Case.due_at.desc(), Case.id.desc())).all()
        return list(reversed(rows))
    if after is not None:
        wanted = wanted.where(place > (after.due_at, after.case_id))
    return list(session.scalars(wanted.order_by(Case.due_at, Case.id)))


def _count(session: Session, desks: Iterable[Desk], *conditions: ColumnElement[bool]) -> int:
    """How many cases, capped: 1,001 means more than 1,000."""
    found: set[UUID] = set()
    for column, desk_id in desks:
        found.update(session.scalars(select(Case.id).where(column == desk_id, *conditions).limit(CAP + 1)))
    return min(len(found), CAP + 1)


def _cursor(cases: list[Case], position: int) -> str | None:
    case = cases[position]
    return str(Cursor(case.due_at, case.id)) if case.due_at else None


def _lines(session: Session, house: House, ring: Keyring, cases: list[Case], now: datetime) -> tuple[QueueLine, ...]:
    contents = ring.open_sound(session, house, {case.line_key_id for case in cases})
    told = select(Report.case_id, Report.marked, Report.state).where(Report.case_id.in_({case.id for case in cases}))
    marked, withdrawn = set(), set()
    for case_id, is_marked, state in session.execute(told):
        marked |= {case_id} if is_marked else set()
        withdrawn |= {case_id} if state is ReportState.WITHDRAWN else set()
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    return tuple(
        _line(
            house,
            directory,
            contents.get(case.line_key_id),
            case,
            now,
            marked=case.id in marked,
            withdrawn=case.id in withdrawn,
        )
        for case in cases
    )


def _line(
    house: House,
    directory: Directory,
    content: Content | None,
    case: Case,
    now: datetime,
    *,
    marked: bool,
    withdrawn: bool,
) -> QueueLine:
    due_on = case.due_at.astimezone(clocks.SHANGHAI).date() if case.due_at else None
    today = now.astimezone(clocks.SHANGHAI).date()
    return QueueLine(
        case_id=case.id,
        number=case.number,
        line=_subject(house, content, case),
        category=case.category,
        state=case.state,
        authority=directory.name(case.authority_id),
        arrived_at=case.arrived_at,
        due_on=due_on,
        days_left=(due_on - today).days if due_on else None,
        late=case.due_at is not None and case.due_at < now,
        marked=marked,
        withdrawn=withdrawn,
        danger=kind_of(house, case.category).danger_now,
    )


def _subject(house: House, content: Content | None, case: Case) -> str | None:
    """The line of a case; None when it was damaged: that costs its own row, never the page."""
    if content is None:
        return None
    try:
        return sealing.unseal_text(house, content, "cases", case.id, "line", case.line).decode()
    except CryptoError:
        log.error("the line of case %s does not open", case.id)  # noqa: TRY400 — no values
        return None
