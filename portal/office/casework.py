"""The office's work on a case: open it, take it up, write to the reporter; each step leaves its entry."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from crypto.errors import CryptoError
from portal.domain import access, clocks, lifecycle
from portal.domain.access import Actor
from portal.domain.audit import written
from portal.domain.errors import LedgerError
from portal.domain.values import Narrative, Question, Ruling
from portal.domain.vocabulary import Action, AuthorityKind, Compartment, Duty, LetterKind, Sender
from portal.office import (
    assigning,
    case_keys,
    decisions,
    declaring,
    disclosures,
    file_rows,
    gate,
    history,
    identity,
    indexing,
    investigators,
    letters,
    limits,
    matching,
    phoning,
    requesting,
    sealing,
    supervising,
    telling,
    timing,
    transferring,
    triage,
    triaging,
    writing,
)
from portal.office.batch import Batch
from portal.office.case_rows import CaseRows
from portal.office.directory import Directory
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.indexing import Indexer
from portal.office.keyring import Keyring
from portal.office.match_sheets import Candidate
from portal.office.recording import Draft
from portal.office.sheets import CaseSheet, LetterSheet, StepSheet
from portal.office.writing import Prepared
from portal.policy.editions import Kind
from portal.store.cases import Assignment, Case, CaseNumber, Decision
from portal.store.disclosures import Disclosure
from portal.store.insertion import ensure_row
from portal.store.reports import Letter

VERIFY_RULE = "C05"


def opened(
    session: Session,
    house: House,
    admitted: Admitted,
    ring: Keyring,
    rows: CaseRows,
    steps: tuple[StepSheet, ...],
    language: str,
    *,
    now: datetime,
    phone: bool,
) -> tuple[CaseSheet, tuple[Draft, ...]]:
    """Open a case for whoever has been admitted, with the entries that the caller records before any of it is shown.

    With `phone` the number of a reporter who may be phoned is shown, recorded too. What the reporter has written since
    is marked, and counts as opened once intake has opened it.
    """
    unopened = admitted.duty is Duty.INTAKE and admitted.case.news_at is not None
    if unopened:  # a letter that arrives from here on waits, and is not called opened
        gate.hold(session, admitted.case)
    sheet = _sheet(session, house, admitted, ring, rows, steps, language, now=now, phone=phone)
    by = Indexer(session, house, admitted.actor, ring, admitted.party, now)
    keyed = indexing.on_opening(by, admitted.case)
    sheet = replace(sheet, alike=_alike(session, house, admitted, ring, keyed.key, sheet, language, now))
    drafts = [admitted.draft("opened", now, letters=len(sheet.letters) + 1, **matching.told(sheet.alike))]
    if unopened:
        admitted.case.news_at = None
        drafts[0].names(admitted.case)
    if phone and sheet.phone is not None:
        drafts.append(phoning.read(session, admitted, now=now))
    marked = declaring.mark(by) if admitted.duty is Duty.LEAD else ()
    return sheet, (*keyed.drafts, *marked, *drafts)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """An acceptance, sealed: the subject line and the key of the case file."""

    prepared: Prepared
    ruling: Ruling
    line: bytes
    key_id: UUID
    due_at: datetime


def prepare_acceptance(
    session: Session, house: House, actor: Actor, case_id: UUID, ruling: Ruling, *, now: datetime
) -> Acceptance:
    """Seal the 案由 under a new key of the case file and start the clock C05, outside the transaction."""
    admitted = gate.admit(session, house, actor, Action.ACCEPT, case_id)
    history.require_seen(session, admitted.report.id, case_id, ruling.seen)
    lifecycle.advance(admitted.case.state, Action.ACCEPT)
    draft, batch, desks = admitted.draft("accepted", now), Batch(), writing.desks_of(session, house, admitted.report)
    raised = admitted.case.raised_desk_id is not None
    readers = access.readers(Compartment.CASE, desks, escalated=raised)
    content = sealing.draw_content_key(
        house,
        batch,
        draft,
        owner={"case_id": case_id},
        compartment=Compartment.CASE,
        generation=case_keys.next_of_file(session, case_id),
        desks=desks,
        keys=house.directories.keys(session, (one.desk_id for one in readers)),
        receipts=(),
        escalated=raised,
    )
    line = sealing.seal_text(house, content, "cases", case_id, "line", ruling.subject.encode())
    due = timing.start(house, batch, draft, VERIFY_RULE, now=now, started_at=now, case_id=case_id)
    prepared = Prepared(writing.current_generation(session), batch, (draft,))
    return Acceptance(prepared, ruling, line, content.id, due.due_at)


def accept(
    session: Session, house: House, actor: Actor, case_id: UUID, acceptance: Acceptance, *, now: datetime
) -> None:
    """Take a report up as a case (受理). Raises StaleError when the case is no longer as the officer saw it."""
    admitted = gate.admit(session, house, actor, Action.ACCEPT, case_id)
    case, (draft,) = admitted.case, acceptance.prepared.drafts
    history.require_seen(session, admitted.report.id, case_id, acceptance.ruling.seen)
    number = _next_number(session, house, case, now)
    stops = lifecycle.STEPS[Action.ACCEPT].stops
    timing.end(session, draft, stops, report_id=admitted.report.id, case_id=case_id, now=now)
    waiting = timing.dues(session, report_id=admitted.report.id, case_id=case_id)
    case.state = lifecycle.advance(case.state, Action.ACCEPT)
    case.number = number
    case.line, case.line_key_id = acceptance.line, acceptance.key_id
    case.accepted_at, case.due_at = now, min((acceptance.due_at, *waiting.values()))
    draft.names(case)
    draft.facts = {"number": number, "clocks": {VERIFY_RULE: written(acceptance.due_at)}}
    indexing.wait(session, case)
    writing.store(session, house, acceptance.prepared)


def prepare_letter(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, letter: Question, *, now: datetime
) -> Prepared:
    """Seal a letter to the reporter. Raises StaleError when something happened that the officer has not seen."""
    admitted = gate.admit(session, house, actor, Action.WRITE, case_id)
    history.require_seen(session, admitted.report.id, case_id, letter.seen)
    return writing.prepare_letter(
        session,
        house,
        admitted.report,
        ring,
        admitted.draft("wrote", now, kind=str(LetterKind.MESSAGE)),
        kind=LetterKind.MESSAGE,
        sender=Sender.OFFICE,
        sent_at=now,
        text=letters.Text(letter.text),
    )


def write(session: Session, house: House, actor: Actor, case_id: UUID, letter: Question, prepared: Prepared) -> None:
    """Send a sealed letter; the gate is asked again, inside the transaction."""
    admitted = gate.admit(session, house, actor, Action.WRITE, case_id)
    history.require_seen(session, admitted.report.id, case_id, letter.seen)
    writing.store(session, house, prepared)


def _next_number(session: Session, house: House, case: Case, now: datetime) -> str:
    """受理编号: division, J for discipline, year, running number. The counter's row is locked until the commit."""
    year = now.astimezone(clocks.SHANGHAI).year
    ensure_row(session, CaseNumber, {"authority_id": case.authority_id, "year": year, "last": 0})
    last = session.execute(
        update(CaseNumber)
        .where(CaseNumber.authority_id == case.authority_id, CaseNumber.year == year)
        .values(last=CaseNumber.last + 1)
        .returning(CaseNumber.last)
    ).scalar_one()
    node = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date()).tree.nodes[case.authority_id]
    return f"{node.division}{'J' if node.kind is AuthorityKind.DISCIPLINE else ''}-{year}-{last:05d}"


def _sheet(
    session: Session,
    house: House,
    admitted: Admitted,
    ring: Keyring,
    rows: CaseRows,
    steps: tuple[StepSheet, ...],
    language: str,
    *,
    now: datetime,
    phone: bool,
) -> CaseSheet:
    case, report = admitted.case, admitted.report
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    first, *rest = letters.for_handlers(session, report.id)
    phone_key, requested = report.phone_key_id if phone else None, Disclosure in rows.there
    wanted = {row.content_key_id for row in (first, *rest)} | {case.line_key_id} | ({phone_key} if phone_key else set())
    contents = ring.open_sound(session, house, wanted)
    narrative = letters.narrative(house, contents, first)
    written_since = file_rows.told_gone(session, report.id, [letters.read(house, contents, row) for row in rest])
    return CaseSheet(
        seen=history.newest_of(steps),
        subject=_subject(house, contents, case),
        narrative=narrative,
        letters=written_since,
        held=file_rows.held(session, house, report.id),
        steps=steps,
        decisions=decisions.of_case(session, house, case.id) if Decision in rows.there else (),
        fresh=frozenset(row.id for row in rest if _unopened(case, row)),
        phone=_phone(house, admitted, contents) if phone_key else None,
        requests=disclosures.of_report(session, house, report.id, directory, language, now=now) if requested else (),
        triage=triaging.of_case(session, house, admitted, ring, rows, directory, language, now=now),
        targets=_targets(admitted, rows, narrative, written_since, directory, language),
        **_outside(house, admitted, directory.name(case.authority_id, language)),
        **_identity(session, house, admitted),
        **_work(session, house, admitted, rows, language, now),
    )


def _outside(house: House, admitted: Admitted, authority: str) -> dict[str, Any]:
    """What lies open of a case, and what this actor may do about it."""
    case, report = admitted.case, admitted.report
    return {
        "case_id": case.id,
        "report_id": report.id,
        "number": case.number,
        "state": case.state,
        "authority": authority,
        "arrived_at": report.arrived_at,
        "marked": report.marked,
        "withdrawn": admitted.facts.withdrawn,
        "danger": kind_of(house, case.category).danger_now,
        "phone_given": report.phone is not None,
        "actions": access.offered(admitted.actor, admitted.facts),
    }


def _alike(
    session: Session,
    house: House,
    admitted: Admitted,
    ring: Keyring,
    key: bytes | None,
    sheet: CaseSheet,
    language: str,
    now: datetime,
) -> tuple[Candidate, ...]:
    """What may be about the same thing, while the case can still be merged."""
    if not matching.may_merge(admitted.case.state):
        return ()
    fields = telling.compared(sheet.narrative, sheet.letters)
    return matching.similar(session, house, admitted.actor, ring, admitted.case, fields, language, now=now, key=key)


def _targets(
    admitted: Admitted,
    rows: CaseRows,
    narrative: Narrative,
    since: tuple[LetterSheet, ...],
    directory: Directory,
    language: str,
) -> tuple[tuple[UUID, str], ...]:
    """The offices the case may be handed to, for whoever may hand it on."""
    if Action.TRANSFER not in access.offered(admitted.actor, admitted.facts):
        return ()
    up = telling.upwards(narrative, (one.changes for one in since))
    found = transferring.targets(directory, admitted.case, rows.transfers, up=up)
    return tuple((one, directory.name(one, language)) for one in found)


def _work(
    session: Session, house: House, admitted: Admitted, rows: CaseRows, language: str, now: datetime
) -> dict[str, Any]:
    """Until when, who works on the case, and who might: for the lead."""
    lead, case, actor = admitted.duty is Duty.LEAD, admitted.case, admitted.actor
    shown = limits.shown(session, house, rows.clocks, language, now, targets=True)
    actions = access.offered(actor, admitted.facts)
    return {
        "decline_reasons": tuple(triage.reasons(house).values()),
        "lane": case.lane,
        "supervised_at": case.supervised_at,
        "listed": case.supervised_at is not None and supervising.is_listed(session, case.id),
        "clocks": shown,
        "limits": limits.offered(house, actor, rows.motions, actions, shown, language, now=now),
        "assigned": assigning.of_case(session, house, case.id, language, now=now) if Assignment in rows.there else (),
        "investigators": investigators.all_of(session, house, case.authority_id, language, now=now) if lead else (),
    }


def _identity(session: Session, house: House, admitted: Admitted) -> dict[str, Any]:
    """Which fields there are, and what may be asked about them."""
    given, withdrawn = identity.given(session, admitted.report.id), admitted.facts.withdrawn
    return {
        "identity": given,
        "reissuable": requesting.reissuable(house, given, withdrawn=withdrawn),
        "disclosure_reasons": tuple(requesting.reasons(house, withdrawn=withdrawn).values()),
    }


def _unopened(case: Case, row: Letter) -> bool:
    """Whether a letter came since intake last opened the case; of letters by reporters the hour is known."""
    return row.sender is Sender.REPORTER and case.news_at is not None and row.sent_at >= case.news_at


def kind_of(house: House, category: str) -> Kind:
    """The policy's word on a category."""
    return house.policies.categories.kinds[category]


def _phone(house: House, admitted: Admitted, contents: Mapping[UUID, sealing.Content]) -> str | None:
    report = admitted.report
    if report.phone is None or report.phone_key_id is None:
        return None
    return _text(house, contents.get(report.phone_key_id), "reports", report.id, "phone", report.phone)


def _subject(house: House, contents: Mapping[UUID, sealing.Content], case: Case) -> str | None:
    if case.number is None:
        return None
    return _text(house, contents.get(case.line_key_id), "cases", case.id, "line", case.line)


def _text(house: House, content: sealing.Content | None, table: str, row_id: UUID, part: str, body: bytes) -> str:
    """One sealed text. Raises LedgerError where it does not open for the desk that should read it."""
    if content is None:
        raise LedgerError(f"the key of {table}.{part} does not open for its desk")
    try:
        return sealing.unseal_text(house, content, table, row_id, part, body).decode()
    except CryptoError as error:
        raise LedgerError(f"{table}.{part} does not open for its desk") from error
