"""Requests to learn something of an identity (知悉), as officers and reporters look at them."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from crypto import envelope
from portal.domain import access, clocks, disclosure
from portal.domain.access import Actor
from portal.domain.disclosure import Part
from portal.domain.vocabulary import ActorKind, DisclosureStep, Duty, IdentityField, Sender
from portal.domain.withholding import opens_at, told_at
from portal.office import checkpoints, consenting, gate, history, stating, withholding
from portal.office.access_sheets import WithholdingSheet
from portal.office.directory import Directory
from portal.office.gate import Request
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import record
from portal.office.sheets import RequestLine, RequestSheet, StepSheet
from portal.store.cases import Case
from portal.store.disclosures import DisclosedField, Disclosure
from portal.store.driving import Question, each
from portal.store.ledger import Entry
from portal.store.officers import Desk
from portal.store.recusals import cases_of
from portal.store.reports import Report

DUTIES = (Duty.INTAKE, Duty.LEAD, Duty.CUSTODY)
RECENT = timedelta(days=30)  # what is over stays in the list so long
MOST = 100
SHOWN = "request_shown"
_OF_REPORT = select(Disclosure).where(Disclosure.report_id == bindparam("report")).order_by(Disclosure.asked_at)
_KEYS = {Part.REQUESTER: "why_requester", Part.LEAD: "why_lead", Part.CUSTODIAN: "why_custody"}


def listed(
    session: Session, house: House, actor: Actor, language: str, *, now: datetime
) -> tuple[tuple[RequestLine, ...], tuple[RequestLine, ...]]:
    """The requests that this officer asked for or that lie at their desks: (open, over). Raises NotAllowedError.

    Open ones come urgent and oldest first, those over newest first.
    """
    access.require_seat(actor, DUTIES)
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    impartial = Disclosure.case_id.not_in(cases_of(actor.officer_id))
    mine, standing = and_(or_(*_mine(actor)), impartial), Disclosure.state.in_(disclosure.OPEN)
    newest = Disclosure.asked_at.desc(), Disclosure.id
    waiting = session.scalars(
        select(Disclosure).where(mine, standing).order_by(Disclosure.urgent.desc(), Disclosure.asked_at).limit(MOST)
    ).all()
    over = session.scalars(
        select(Disclosure).where(mine, ~standing, Disclosure.asked_at > now - RECENT).order_by(*newest).limit(MOST)
    ).all()
    return (
        _lines(session, house, waiting, directory, language, now=now, steps=False),
        _lines(session, house, over, directory, language, now=now, steps=False),
    )


def show(
    session: Session, house: House, actor: Actor, ring: Keyring, request_id: UUID, language: str, *, now: datetime
) -> RequestSheet:
    """One request with the officer's words on why, recorded first; the identity is no part of it.

    What the reporter says of it is for who reads the report.
    """
    checkpoints.require_signed(session, house, now=now)
    request = gate.admit_request(session, house, actor, DisclosureStep.SHOW, request_id, now=now)
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    (line,) = _lines(session, house, (request.row,), directory, language, now=now, steps=True)
    said = stating.of_request(session, house, ring, request.row) if request.part is not Part.CUSTODIAN else ()
    statements = tuple(one for one in said if one.sender is Sender.REPORTER)
    sheet = RequestSheet(
        line=line,
        seen=request.row.version,
        part=request.part,
        handles=_handles(session, request),
        why=_why(house, ring, request),
        question=next((one for one in said if one.sender is Sender.OFFICE), None),
        statements=statements,
        unread=stating.count(line.steps) - len(statements),
        stated_at=stating.last(line.steps),
        unweighed=stating.is_unweighed(request.row, line.steps),
        states={one.field: one.state for one in request.fields},
        steps=disclosure.offered(actor, request.facts, now=now),
        opened_at=now,
    )
    record(session, house.entry_key, request.draft(SHOWN, letters=len(sheet.statements)))
    return sheet


def _handles(session: Session, request: Request) -> bool:
    """Whether the officer can open the case: not the custodian, nor anybody once it is elsewhere."""
    facts = gate.facts_of(request.case, session.get_one(Report, request.row.report_id))
    return request.part is not Part.CUSTODIAN and access.handles(request.actor, facts)


def looks(report_id: UUID) -> Question:
    """What `of_report` asks first."""
    return _OF_REPORT, {"report": report_id}


def any_of(session: Session, report_id: UUID) -> bool:
    """Whether anybody has asked for something of an identity."""
    return bool(each(session, _OF_REPORT, report=report_id))


def of_report(
    session: Session,
    house: House,
    report_id: UUID,
    directory: Directory,
    language: str,
    *,
    now: datetime,
    without: Collection[UUID] = (),
) -> tuple[RequestLine, ...]:
    """Every request about a report with its steps, oldest first; some are left out, of which the reporter is not told.

    Its reporter and its officers see the same of one.
    """
    rows = (one for one in each(session, _OF_REPORT, report=report_id) if one.id not in without)
    return _lines(session, house, rows, directory, language, now=now, steps=True)


def _mine(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    return (
        (Disclosure.requester_id == actor.officer_id) & Disclosure.requester_desk_id.in_(actor.desks(Duty.INTAKE)),
        Disclosure.lead_desk_id.in_(actor.desks(Duty.LEAD)),
        Disclosure.custody_desk_id.in_(actor.desks(Duty.CUSTODY)),
    )


def _lines(
    session: Session,
    house: House,
    rows: Iterable[Disclosure],
    directory: Directory,
    language: str,
    *,
    now: datetime,
    steps: bool,
) -> tuple[RequestLine, ...]:
    rows = list(rows)
    if not rows:
        return ()
    cases = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_({row.case_id for row in rows})))}
    fields = _fields(session, rows)
    return tuple(
        RequestLine(
            id=row.id,
            case_id=row.case_id,
            number=_number(cases[row.case_id], row),
            category=cases[row.case_id].category,
            authority=directory.name(session.get_one(Desk, row.requester_desk_id).authority_id, language),
            reason=house.policies.reasons_of(row.edition).disclosure[row.reason],
            fields=tuple(name for name in IdentityField if name in fields[row.id]),
            hours=row.hours,
            urgent=row.urgent,
            state=row.state,
            undecided=row.state in disclosure.UNDECIDED,
            readable=row.state in disclosure.READABLE,
            answers=gate.answers(house, row),
            standing=row.state in disclosure.OPEN,
            over=row.expires_at <= now,
            asked_at=row.asked_at,
            expires_at=row.expires_at,
            withheld=_withheld(session, row, directory, language, now),
            consent=consenting.sheet(session, row, now=now),
            steps=_steps(session, row.id, directory, language) if steps else (),
        )
        for row in rows
    )


def _number(case: Case, row: Disclosure) -> str | None:
    """Of a case that was handed on since, what it is called there is not told here."""
    return case.number if case.desk_id == row.requester_desk_id else None


def _withheld(
    session: Session, row: Disclosure, directory: Directory, language: str, now: datetime
) -> WithholdingSheet | None:
    """Until when the reporter is not told of a request, by the lead's decision or before there is one."""
    if row.withheld_days is None:
        return None
    agreed = session.scalars(
        select(Entry.index).where(Entry.object_id == row.id, Entry.event == withholding.WITHHELD).limit(1)
    ).first()
    opens = told_at(row.asked_at, row.withheld_days, agreed=agreed is not None)
    lead = session.get_one(Desk, row.lead_desk_id).authority_id
    return WithholdingSheet(
        days=row.withheld_days,
        opens_on=opens_at(row.asked_at, row.withheld_days).astimezone(clocks.SHANGHAI).date(),
        told=opens <= now,
        agreed=agreed is not None,
        by=directory.name(lead, language),
    )


def _fields(session: Session, rows: Iterable[Disclosure]) -> Mapping[UUID, set[IdentityField]]:
    """Which fields each of several requests is about."""
    wanted = select(DisclosedField.disclosure_id, DisclosedField.field).where(
        DisclosedField.disclosure_id.in_({row.id for row in rows})
    )
    found: dict[UUID, set[IdentityField]] = {}
    for request_id, name in session.execute(wanted):
        found.setdefault(request_id, set()).add(name)
    return found


def _steps(session: Session, request_id: UUID, directory: Directory, language: str) -> tuple[StepSheet, ...]:
    rows = session.execute(
        select(Entry.index, Entry.event, Entry.at, Entry.actor, Entry.opening)
        .where(Entry.object_id == request_id, Entry.event.in_(history.REQUESTS_TOLD))
        .order_by(Entry.index)
    )
    return tuple(
        StepSheet(
            at=at,
            hour_only=actor is ActorKind.REPORTER,
            index=index,
            event=event,
            by=_by(opening, directory, language),
        )
        for index, event, at, actor, opening in rows
    )


def _by(opening: bytes | None, directory: Directory, language: str) -> str:
    """The office of whoever took the step; nothing where time did."""
    authority = json.loads(opening or b'{"actor":{"authority":null}}')["actor"]["authority"]
    return directory.name(UUID(authority), language) if authority else ""


def _why(house: House, ring: Keyring, request: Request) -> str:
    row, part = request.row, _KEYS[request.part]
    secret = {
        Part.REQUESTER: lambda: ring.own,
        Part.LEAD: lambda: ring.epochs[row.lead_epoch_id],
        Part.CUSTODIAN: lambda: ring.epochs[row.custody_epoch_id],
    }[request.part]()
    key = envelope.unwrap(getattr(row, part), secret, house.binding("disclosures", row.id.bytes, part))
    return envelope.unseal(key, row.why, house.binding("disclosures", row.id.bytes, "why")).decode()
