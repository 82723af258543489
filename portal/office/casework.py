"""The office's work on a case: open it, take it up, write to the reporter; each step leaves its entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.domain import access, clocks, lifecycle
from portal.domain.access import Actor
from portal.domain.audit import written
from portal.domain.errors import StaleError
from portal.domain.values import Ruling
from portal.domain.vocabulary import Action, AuthorityKind, Compartment, LetterKind, Sender
from portal.office import checkpoints, gate, history, identity, letters, sealing, timing, writing
from portal.office.batch import Batch
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft, record
from portal.office.sheets import CaseSheet, LetterSheet
from portal.office.writing import Prepared
from portal.policy.editions import Kind
from portal.store.cases import Case, CaseNumber
from portal.store.insertion import ensure_row
from portal.store.reports import Letter

TRIAGE_RULE, VERIFY_RULE = "C02", "C05"


def open_case(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, *, now: datetime, phone: bool = False
) -> CaseSheet:
    """Open a case, recorded first; with `phone`, show the number of a reporter who may be phoned, recorded too."""
    checkpoints.require_signed(session, house, now=now)
    admitted = gate.admit(session, actor, Action.PHONE if phone else Action.OPEN, case_id)
    sheet = _sheet(session, house, admitted, ring, now=now, phone=phone)
    drafts = [_draft("opened", admitted, now, letters=len(sheet.letters) + 1)]
    if phone and sheet.phone is not None:
        drafts.append(_draft("phone_read", admitted, now))
    record(session, house.entry_key, *drafts)
    return sheet


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
    admitted = gate.admit(session, actor, Action.ACCEPT, case_id)
    _require_unchanged(admitted.case, ruling)
    lifecycle.advance(admitted.case.state, Action.ACCEPT)
    draft, batch, desks = _draft("accepted", admitted, now), Batch(), writing.desks_of(admitted.report)
    raised = admitted.case.raised_desk_id is not None
    readers = access.readers(Compartment.CASE, desks, escalated=raised)
    content = sealing.draw_content_key(
        house,
        batch,
        draft,
        owner={"case_id": case_id},
        compartment=Compartment.CASE,
        generation=1,
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
    admitted = gate.admit(session, actor, Action.ACCEPT, case_id)
    case, (draft,) = admitted.case, acceptance.prepared.drafts
    _require_unchanged(case, acceptance.ruling)
    number = _next_number(session, house, case, now)
    timing.stop(session, draft, TRIAGE_RULE, report_id=admitted.report.id, now=now)
    case.state = lifecycle.advance(case.state, Action.ACCEPT)
    case.number = number
    case.line, case.line_key_id = acceptance.line, acceptance.key_id
    case.accepted_at, case.due_at = now, acceptance.due_at
    draft.names(case)
    draft.facts = {"number": number, "clocks": {VERIFY_RULE: written(acceptance.due_at)}}
    writing.store(session, house, acceptance.prepared)


def prepare_letter(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, text: str, *, now: datetime
) -> Prepared:
    """Seal a letter to the reporter."""
    admitted = gate.admit(session, actor, Action.WRITE, case_id)
    return writing.prepare_letter(
        session,
        house,
        admitted.report,
        ring,
        _draft("wrote", admitted, now, kind=str(LetterKind.MESSAGE)),
        kind=LetterKind.MESSAGE,
        sender=Sender.OFFICE,
        sent_at=now,
        text=letters.Text(text),
    )


def write(session: Session, house: House, actor: Actor, case_id: UUID, prepared: Prepared) -> None:
    """Send a sealed letter; the gate is asked again, inside the transaction."""
    gate.admit(session, actor, Action.WRITE, case_id)
    writing.store(session, house, prepared)


def _require_unchanged(case: Case, ruling: Ruling) -> None:
    """Raise StaleError when the case is no longer as the officer saw it."""
    if case.version != ruling.version:
        raise StaleError("the case has changed since the page was shown")


def _draft(event: str, admitted: Admitted, now: datetime, **facts: object) -> Draft:
    return Draft(event, now, admitted.party, ("cases", admitted.case.id), facts=facts)


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
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    node = directory.tree.nodes[case.authority_id]
    return f"{node.division}{'J' if node.kind is AuthorityKind.DISCIPLINE else ''}-{year}-{last:05d}"


def _sheet(
    session: Session, house: House, admitted: Admitted, ring: Keyring, *, now: datetime, phone: bool
) -> CaseSheet:
    case, report = admitted.case, admitted.report
    rows = letters.of_report(session, report.id)
    phone_key = report.phone_key_id if phone else None
    wanted = {row.content_key_id for row in rows} | {case.line_key_id} | ({phone_key} if phone_key else set())
    contents = ring.open(session, house, wanted)
    first, *rest = rows
    line = sealing.unseal_text(house, contents[case.line_key_id], "cases", case.id, "line", case.line).decode()
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    return CaseSheet(
        case_id=case.id,
        report_id=report.id,
        version=case.version,
        number=case.number,
        subject=line if case.number else None,
        state=case.state,
        authority=directory.name(case.authority_id),
        arrived_at=report.arrived_at,
        marked=report.marked,
        withdrawn=admitted.facts.withdrawn,
        danger=kind_of(house, case.category).danger_now,
        narrative=sealing.narrative_of(letters.unseal(house, contents[first.content_key_id], first)),
        letters=tuple(_letter(house, contents, row) for row in rest),
        clocks=timing.sheets(
            house, session, report_id=report.id, case_id=case.id, language="zh-Hans", now=now, targets=True
        ),
        steps=history.for_officer(session, report.id, case.id, directory, "zh-Hans"),
        identity=identity.given(session, report.id),
        phone_given=report.phone is not None,
        phone=_phone(house, admitted, contents) if phone_key else None,
        actions=access.offered(admitted.actor, admitted.facts),
    )


def kind_of(house: House, category: str) -> Kind:
    """The policy's word on a category."""
    return house.policies.categories.kinds[category]


def _letter(house: House, contents: Mapping[UUID, sealing.Content], row: Letter) -> LetterSheet:
    return letters.sheet(row, letters.Text.of(letters.unseal(house, contents[row.content_key_id], row)))


def _phone(house: House, admitted: Admitted, contents: Mapping[UUID, sealing.Content]) -> str | None:
    report = admitted.report
    if report.phone is None or report.phone_key_id is None:
        return None
    content = contents[report.phone_key_id]
    return sealing.unseal_text(house, content, "reports", report.id, "phone", report.phone).decode()
