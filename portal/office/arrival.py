"""Turning a submission into rows and drafts: all sealing of a new report, before any writing transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from crypto.receipt import Receipt
from portal.domain import alarms, audit, lifecycle, proofs
from portal.domain.access import ReportDesks
from portal.domain.audit import REPORTER, SYSTEM, hour_of
from portal.domain.case_vocabulary import Channel, Lane
from portal.domain.clocks import Due
from portal.domain.values import Narrative, Submission
from portal.domain.vocabulary import (
    Compartment,
    IdentityField,
    LetterKind,
    ReceiptState,
    ReportState,
    Sender,
)
from portal.office import identity, letters, name_marks, raising, sealing, timing
from portal.office.batch import Batch
from portal.office.house import House
from portal.office.keyring import ReporterKey
from portal.office.raising import Raised, Ring
from portal.office.recording import Draft
from portal.office.sealing import Content, Keys, ReceiptKey
from portal.store.cases import Case
from portal.store.reports import Receipt as ReceiptRow
from portal.store.reports import Report

TRIAGE_RULE = "C02"


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a report will go, with the certified keys of those desks."""

    generation: int
    authority_id: UUID
    authority: str
    desks: ReportDesks
    keys: Keys


@dataclass(frozen=True, slots=True)
class SealedReport:
    """Everything a report becomes: rows and drafts ready to be stored; no plaintext but the receipt."""

    plan: Plan
    case_id: UUID
    receipt: Receipt = field(repr=False)
    reporter: ReporterKey = field(repr=False)
    due: Due
    batch: Batch
    drafts: tuple[Draft, ...]
    rings: tuple[Mapping[str, object], ...] = ()  # messages to the desks that an alarm rings


@dataclass(frozen=True, slots=True)
class _Arrival:
    """What the parts of a report share while they are sealed."""

    house: House
    plan: Plan
    submission: Submission
    batch: Batch
    draft: Draft
    report_id: UUID
    case_id: UUID
    hour: datetime


def seal(house: House, plan: Plan, submission: Submission, receipt: Receipt, *, now: datetime) -> SealedReport:
    """Seal a submission: content keys, one letter, a case, a clock, and two shares per identity field."""
    hour, batch = hour_of(now), Batch()
    report_id = batch.new_id()
    submitted = Draft(
        "submitted",
        hour,
        REPORTER,
        ("reports", report_id),
        facts=_facts(house, plan, submission, receipt, hour),
        authority_id=plan.authority_id,
    )
    arrival = _Arrival(house, plan, submission, batch, submitted, report_id, batch.new_id(), hour)
    due = timing.start(house, arrival.batch, submitted, TRIAGE_RULE, now=now, started_at=hour, report_id=report_id)
    submitted.facts = {**submitted.facts, "clocks": {TRIAGE_RULE: audit.written(due.due_at)}}
    receipt_key = _add_receipt(arrival, receipt)
    alarm = _raise(arrival, now)
    _add_case(arrival, _add_narrative(arrival, receipt_key), due, alarm)
    reporter = ReporterKey(report_id, receipt_key.receipt_id, receipt.secret(house.installation))
    marks = _marks(arrival, reporter, now)
    _add_report(arrival, _seal_phone(arrival, receipt_key), marks)
    drafts = (submitted, *_add_identity(arrival), *((alarm.draft,) if alarm else ()))
    return SealedReport(plan, arrival.case_id, receipt, reporter, due, batch, drafts, alarm.rings if alarm else ())


def _marks(arrival: _Arrival, reporter: ReporterKey, now: datetime) -> tuple[bytes, bytes | None]:
    """By which the receipt knows this identity again, and the name in it, where there is one."""
    house, fields = arrival.house, arrival.submission.identity.fields
    name = fields.get(IdentityField.NAME)
    whole = identity.mark_of(house, reporter.secret, fields, arrival.submission.phone)
    return whole, name_marks.made(house, reporter, name, now=now) if name else None


def _raise(arrival: _Arrival, now: datetime) -> Raised | None:
    """What the report alarms, by its kind and what is said of now."""
    narrative = arrival.submission.narrative
    kind = arrival.house.policies.categories.kinds[narrative.category]
    kinds = alarms.of_report(
        top=kind.top, reward_kind=kind.reward_kind, danger_now=kind.danger_now, ongoing=narrative.ongoing
    )
    if not kinds:
        return None
    ring = Ring(arrival.case_id, arrival.report_id, arrival.plan.desks.intake, arrival.plan.desks.lead)
    draft = Draft("alarm_raised", now, SYSTEM, ("cases", ring.case_id), authority_id=arrival.plan.authority_id)
    return raising.raise_(arrival.house, arrival.batch, draft, ring, kinds, kinds, now=now)


def content_digest(house: House, receipt: Receipt, narrative: Narrative) -> str:
    """What the entry says of the text; the reporter alone can show what it stands for."""
    return proofs.content_digest(receipt, house.installation, narrative.as_json())


def _facts(house: House, plan: Plan, submission: Submission, receipt: Receipt, hour: datetime) -> dict[str, object]:
    desks = plan.desks
    return {
        "intake": str(desks.intake),
        "lead": str(desks.lead),
        "custody": str(desks.custody),
        **({"above": str(desks.above)} if desks.above else {}),
        "category": submission.narrative.category,
        "channel": str(Channel.WEB),
        "marked": submission.marked,
        "content": content_digest(house, receipt, submission.narrative),
        "authority": str(plan.authority_id),
        "hour": audit.written(hour),
    }


def _add_receipt(arrival: _Arrival, receipt: Receipt) -> ReceiptKey:
    public = receipt.secret(arrival.house.installation).public
    receipt_id = arrival.batch.add(
        arrival.draft,
        ReceiptRow,
        report_id=arrival.report_id,
        lookup=receipt.lookup(arrival.house.installation),
        public_key=public.raw,
        state=ReceiptState.ACTIVE,
    )
    return ReceiptKey(receipt_id, public)


def _draw(arrival: _Arrival, compartment: Compartment, receipt_key: ReceiptKey) -> Content:
    return sealing.draw_content_key(
        arrival.house,
        arrival.batch,
        arrival.draft,
        owner={"report_id": arrival.report_id},
        compartment=compartment,
        generation=1,
        desks=arrival.plan.desks,
        keys=arrival.plan.keys,
        receipts=(receipt_key,),
    )


def _add_narrative(arrival: _Arrival, receipt_key: ReceiptKey) -> Content:
    content = _draw(arrival, Compartment.REPORT, receipt_key)
    letters.add(
        arrival.house,
        arrival.batch,
        arrival.draft,
        content,
        report_id=arrival.report_id,
        kind=LetterKind.NARRATIVE,
        sender=Sender.REPORTER,
        position=0,
        sent_at=arrival.hour,
        body=sealing.narrative_bytes(arrival.submission.narrative),
    )
    return content


def _seal_phone(arrival: _Arrival, receipt_key: ReceiptKey) -> tuple[bytes | None, UUID | None]:
    """The number once more for those who may call, when the reporter said so."""
    phone = arrival.submission.phone
    if phone is None:
        return None, None
    content = _draw(arrival, Compartment.PHONE, receipt_key)
    body = sealing.seal_text(arrival.house, content, "reports", arrival.report_id, "phone", phone.encode())
    return body, content.id


def _add_case(arrival: _Arrival, content: Content, due: Due, alarm: Raised | None) -> None:
    narrative = arrival.submission.narrative
    line = sealing.seal_text(arrival.house, content, "cases", arrival.case_id, "line", narrative.line().encode())
    arrival.batch.add(
        arrival.draft,
        Case,
        arrival.case_id,
        authority_id=arrival.plan.authority_id,
        desk_id=arrival.plan.desks.intake,
        lead_desk_id=arrival.plan.desks.lead,
        raised_desk_id=None,
        category=narrative.category,
        state=lifecycle.INITIAL,
        number=None,
        line=line,
        line_key_id=content.id,
        arrived_at=arrival.hour,
        due_at=min((due.due_at, *alarm.dues)) if alarm else due.due_at,
        accepted_at=None,
        closed_at=None,
        news_at=None,
        lane=_lane(arrival, urgent=bool(alarm)),
        version=1,
    )


def _lane(arrival: _Arrival, *, urgent: bool) -> Lane | None:
    """What looks like a machine's sending waits aside; never what may be a danger now: a crowd shares one network."""
    danger = arrival.house.policies.categories.kinds[arrival.submission.narrative.category].danger_now
    if urgent:
        return Lane.URGENT
    return Lane.SPAM if arrival.submission.marked and not danger else None


def _add_report(arrival: _Arrival, phone: tuple[bytes | None, UUID | None], marks: tuple[bytes, bytes | None]) -> None:
    desks = arrival.plan.desks
    arrival.batch.add(
        arrival.draft,
        Report,
        arrival.report_id,
        case_id=arrival.case_id,
        state=ReportState.SUBMITTED,
        channel=Channel.WEB,
        marked=arrival.submission.marked,
        arrived_at=arrival.hour,
        intake_desk_id=desks.intake,
        lead_desk_id=desks.lead,
        custody_desk_id=desks.custody,
        above_desk_id=desks.above,
        keeper_desk_id=None,
        phone=phone[0],
        phone_key_id=phone[1],
        identity_mark=marks[0],
        name_mark=marks[1],
    )


def _add_identity(arrival: _Arrival) -> tuple[Draft, ...]:
    """Seal who reports; `relation` is in every report, so that its being there says nothing."""
    fields = dict(arrival.submission.identity.fields)
    relation = {IdentityField.RELATION: fields.pop(IdentityField.RELATION)}
    given = Draft(
        "identity_given",
        arrival.hour,
        REPORTER,
        ("reports", arrival.report_id),
        facts={"fields": sorted(fields)},
        authority_id=arrival.plan.authority_id,
    )
    for draft, part in ((arrival.draft, relation), (given, fields)):
        sealing.seal_identity(
            arrival.house,
            arrival.batch,
            draft,
            report_id=arrival.report_id,
            fields=part,
            desks=arrival.plan.desks,
            keys=arrival.plan.keys,
            hour=arrival.hour,
        )
    return (given,) if fields else ()
