"""The queue of a desk: a keyset page of cases at a time, lines unsealed in the officer's session, recorded."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from crypto.primitives import sha256
from portal.domain import access, clocks
from portal.domain.access import Actor
from portal.domain.audit import Party
from portal.domain.case_vocabulary import View
from portal.domain.vocabulary import ActorKind, Duty, ReportState
from portal.office import checkpoints, looking, sealing
from portal.office.casework import kind_of
from portal.office.clock_sheets import Ending
from portal.office.desk_sheets import QueueLine, QueueSheet
from portal.office.directory import Directory
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.looking import Desk, Filters
from portal.office.paging import Place
from portal.office.recording import Draft, record
from portal.office.sealing import Content
from portal.store.cases import Case
from portal.store.driving import asked
from portal.store.reports import Report

log = logging.getLogger("portal.queue")

DUTIES = (Duty.INTAKE, Duty.LEAD)
_TOLD = select(Report.case_id, Report.marked, Report.state).where(
    Report.case_id.in_(bindparam("cases", expanding=True))
)
COUNTED = tuple(view for view in View if view is not View.DONE)  # what is done grows for ever and waits for nobody


def show(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    language: str,
    filters: Filters,
    *,
    now: datetime,
    after: Place | None = None,
    before: Place | None = None,
) -> QueueSheet:
    """One page of the cases at the actor's desks, recorded as one `listed` entry. Raises NotAllowedError."""
    access.require_seat(actor, DUTIES)
    checkpoints.require_signed(session, house, now=now)
    desks, directory = _desks(actor), house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    filters = replace(filters, officer_id=actor.officer_id)
    found = looking.page(session, desks, filters, now=now, after=after, before=before)
    listed = sha256(*(case.id.bytes for case in found.cases)).hex()
    facts = {"count": len(found.cases), "digest": listed, "filter": filters.digest(after, before)}
    record(session, house.entry_key, Draft("listed", now, party(actor), facts=facts))
    views = [Filters(view, officer_id=actor.officer_id) for view in COUNTED]
    count, *each = looking.counts(session, desks, (filters, *views), now=now)
    return QueueSheet(
        lines=lines(session, house, directory, ring, found.cases, language, now),
        after=str(found.after) if found.after else None,
        before=str(found.before) if found.before else None,
        count=count,
        counts=dict(zip(COUNTED, each, strict=True)),
        offices=_offices(directory, actor, language),
    )


def office_of(house: House, session: Session, code: str, *, now: datetime) -> UUID | None:
    """The authority that a filter names by its code; None when there is none."""
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    return next((one for one, known in directory.codes.items() if known == code), None)


def _offices(directory: Directory, actor: Actor, language: str) -> tuple[tuple[str, str], ...]:
    """The authorities whose cases may lie at the actor's desks: their own, and of leads those below with intake."""
    own = {seat.authority_id for seat in actor.seats if seat.duty in DUTIES}
    leading = {seat.authority_id for seat in actor.seats if seat.duty is Duty.LEAD}
    below = {
        authority
        for authority, duty in directory.seats
        if duty is Duty.INTAKE and leading & set(directory.tree.upwards(authority))
    }
    known = sorted((directory.codes[one], directory.name(one, language)) for one in own | below)
    return tuple(known) if len(known) > 1 else ()


def _desks(actor: Actor) -> tuple[Desk, ...]:
    return (
        *((Case.desk_id, desk) for desk in actor.desks(Duty.INTAKE)),
        *((column, desk) for desk in actor.desks(Duty.LEAD) for column in (Case.lead_desk_id, Case.raised_desk_id)),
    )


def party(actor: Actor) -> Party:
    """Who the ledger says looked through the cases of their desks."""
    duty = Duty.INTAKE if actor.desks(Duty.INTAKE) else Duty.LEAD
    return Party(ActorKind.OFFICER, actor.officer_id, actor.authority_id, duty)


def lines(
    session: Session,
    house: House,
    directory: Directory,
    ring: Keyring,
    cases: tuple[Case, ...],
    language: str,
    now: datetime,
    *,
    opened: Mapping[UUID, Content] = MappingProxyType({}),
) -> tuple[QueueLine, ...]:
    """The line of each case, unsealed, with content keys that are open already; the caller records it."""
    missing = {case.line_key_id for case in cases} - opened.keys()
    contents = {**opened, **ring.open_sound(session, house, missing)} if missing else opened
    marked, withdrawn = set(), set()
    for case_id, is_marked, state in asked(session, _TOLD, cases=[case.id for case in cases]) if cases else ():
        marked |= {case_id} if is_marked else set()
        withdrawn |= {case_id} if state is ReportState.WITHDRAWN else set()
    return tuple(
        _line(
            house,
            directory.name(case.authority_id, language),
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
    authority: str,
    content: Content | None,
    case: Case,
    now: datetime,
    *,
    marked: bool,
    withdrawn: bool,
) -> QueueLine:
    return QueueLine(
        case_id=case.id,
        number=case.number,
        line=_subject(house, content, case),
        category=case.category,
        state=case.state,
        authority=authority,
        arrived_at=case.arrived_at,
        ending=Ending.of(case.due_at, now),
        marked=marked,
        withdrawn=withdrawn,
        news=case.news_at is not None,
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
