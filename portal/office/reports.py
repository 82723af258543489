"""A report arrives: token, plan (read), seal (no session), submit (write), as steps in the caller's sight.

The receipt is derived from the submission token, so sending again finds the first; nothing about it is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from crypto import receipt as receipts
from crypto.errors import CryptoError
from crypto.primitives import same
from crypto.receipt import Receipt
from portal.domain import clocks, jurisdiction, lifecycle
from portal.domain.access import ReportDesks
from portal.domain.audit import REPORTER, hour_of
from portal.domain.errors import AlreadyReceivedError, OtherDeskError, TokenError
from portal.domain.values import Narrative, Submission
from portal.domain.vocabulary import TYPED, Duty, LetterKind, ReceiptState, ReportState, Sender
from portal.office import hearing, identity, indexing, letters, sealing, writing
from portal.office.arrival import TRIAGE_RULE, Plan, SealedReport
from portal.office.directory import Directory
from portal.office.house import House
from portal.office.identity import Giving, Replacement
from portal.office.keyring import ReporterKey
from portal.office.promising import promise
from portal.office.recording import Draft, record
from portal.office.sheets import ReceiptSheet
from portal.office.writing import Prepared
from portal.store.cases import Clock
from portal.store.driving import asked
from portal.store.insertion import insert_rows
from portal.store.ledger import Entry, Leaf
from portal.store.outbox import Outbox
from portal.store.reports import Receipt as ReceiptRow
from portal.store.reports import Report

TOKEN_LIFE = timedelta(hours=12)
AGAIN_WITHIN = timedelta(hours=1)
_ROUTING = ("category", "division", "concerns_office", "superior")
_TELLINGS = (LetterKind.NARRATIVE, LetterKind.ADDITION)
_FIND = select(ReceiptRow.report_id, ReceiptRow.id).where(
    ReceiptRow.lookup == bindparam("lookup"), ReceiptRow.state == ReceiptState.ACTIVE
)
CLOCK_SKEW = 60  # seconds by which two hosts of one installation may differ


def new_token(house: House, now: datetime) -> str:
    """A dated, authenticated submission token for one form."""
    return receipts.issue_token(house.secret, issued_at=int(now.timestamp()))


def read_receipt(house: House, token: str, now: datetime) -> Receipt:
    """The receipt that a submission token stands for; raises TokenError when it is too old or not ours."""
    try:
        issued = receipts.read_token(house.secret, token)
    except CryptoError as error:
        raise TokenError("the page was not made by this portal") from error
    if not -CLOCK_SKEW <= now.timestamp() - issued <= TOKEN_LIFE.total_seconds():
        raise TokenError("the page was open too long")
    return Receipt.derive(house.secret, token.encode())


def route(house: House, directory: Directory, narrative: Narrative) -> tuple[UUID, ReportDesks]:
    """Which authority and desks receive a narrative (DESIGN §1); raises NoDeskError."""
    routing = jurisdiction.route(
        directory.tree,
        directory.seats,
        division=narrative.division,
        misconduct=house.policies.categories.kinds[narrative.category].misconduct,
        concerns_office=narrative.concerns_office,
        superior=narrative.superior,
    )
    desks = ReportDesks(
        intake=directory.desk_id(routing.intake, Duty.INTAKE),
        lead=directory.desk_id(routing.lead, Duty.LEAD),
        custody=directory.desk_id(routing.custody, Duty.CUSTODY),
        above=directory.desk_id(routing.above, Duty.LEAD) if routing.above else None,
    )
    return routing.authority, desks


def plan(house: House, session: Session, narrative: Narrative, language: str, *, now: datetime) -> Plan:
    """Read what sealing needs: desks and their certified keys."""
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    authority_id, desks = route(house, directory, narrative)
    wanted = [desk for desk in (desks.intake, desks.lead, desks.custody, desks.above) if desk is not None]
    name = directory.name(authority_id, language)
    return Plan(directory.generation, authority_id, name, desks, house.directories.keys(session, wanted))


def find(session: Session, house: House, receipt: Receipt) -> ReporterKey | None:
    """The report behind a receipt, with the key that reads it; None when there is none."""
    rows = asked(session, _FIND, lookup=receipt.lookup(house.installation))
    return ReporterKey(*rows[0], receipt.secret(house.installation)) if rows else None


def submit(session: Session, house: House, sealed: SealedReport) -> ReceiptSheet:
    """Store a sealed report. Raises StaleError when desks changed or the same form arrived meanwhile."""
    writing.require_current(session, sealed.plan.generation)
    sealed.batch.insert(session)
    indexing.wait_new(session, sealed.case_id, (sealed.plan.desks.intake, sealed.plan.desks.lead))
    if sealed.rings:
        insert_rows(session, Outbox, sealed.rings)
    submitted = record(session, house.entry_key, *sealed.drafts)[0]
    due_on = sealed.due.due_at.astimezone(clocks.SHANGHAI).date()
    signed = promise(house, submitted.index, submitted.leaf)
    return ReceiptSheet(
        receipt=str(sealed.receipt),
        groups=sealed.receipt.groups,
        digits=sealed.receipt.digits(),
        reply_by=due_on,
        authority=sealed.plan.authority,
        again=False,
        added=False,
        replaced=False,
        index=submitted.index,
        promise=signed,
    )


@dataclass(frozen=True, slots=True)
class Again:
    """The same form sent once more, sealed: what it says anew, of the matter and of who reports."""

    report_id: UUID
    sheet: ReceiptSheet
    addition: Prepared | None
    replacement: Replacement | None


def prepare_again(
    session: Session,
    house: House,
    submission: Submission,
    receipt: Receipt,
    reporter: ReporterKey,
    language: str,
    *,
    now: datetime,
) -> Again:
    """Seal a second sending: the same receipt, other words as an addition, identity as it is now.

    Raises AlreadyReceivedError more than an hour after the first arrival or when the report was withdrawn,
    OtherDeskError when another desk would receive what is told now. What is no longer given is erased: whoever goes
    back and chooses to stay anonymous means it.
    """
    report = session.get_one(Report, reporter.report_id)
    if report.state is ReportState.WITHDRAWN or hour_of(now) - report.arrived_at > AGAIN_WITHIN:
        raise AlreadyReceivedError("this report has been received; its code is the way in")
    known = _last_said(session, house, report, reporter)
    _require_same_desk(session, house, report, known, submission.narrative, now=now)
    addition = _addition(session, house, report, reporter, known, submission.narrative, now=now)
    replacement = _replacement(session, house, report, reporter, submission, now=now)
    sheet = _sheet_again(session, house, report, receipt, language, now=now)
    replaced = replacement is not None and len(submission.identity.fields) > 1
    kept = report.identity_mark == identity.CHANGED_IN_MAILBOX and replacement is None
    changed = replace(sheet, added=addition is not None, replaced=replaced, identity_kept=kept)
    return Again(report.id, changed, addition, replacement)


def _replacement(
    session: Session, house: House, report: Report, reporter: ReporterKey, submission: Submission, *, now: datetime
) -> Replacement | None:
    """The identity anew, unless it is the one that was sent last, or the mailbox has said otherwise since.

    Reloading the page changes nothing, and brings nothing back that was erased; to stay anonymous after all always
    counts.
    """
    fields, phone = submission.identity.fields, submission.phone
    mark = identity.mark_of(house, reporter.secret, fields, phone)
    known = report.identity_mark
    if known == identity.CHANGED_IN_MAILBOX and len(fields) > 1:
        return None
    if known is not None and same(known, mark):
        return None
    giving = Giving(fields, TYPED, phone or "", "identity_replaced")
    return identity.prepare(session, house, report, reporter, giving, now=now, mark=mark)


def store_again(session: Session, house: House, again: Again, *, now: datetime) -> ReceiptSheet:
    """Store a second sending; nothing new leaves no entry. IllegalTransitionError where it was withdrawn meanwhile."""
    drafts: list[Draft] = []
    if again.addition is not None:
        writing.require_current(session, again.addition.generation)
        report, case = hearing.lock_both(session, again.report_id)
        lifecycle.require_standing(report.state)
        again.addition.batch.insert(session)
        drafts += hearing.hear(case, *again.addition.drafts, now=now)
        indexing.wait(session, case)
    if again.replacement is not None:
        drafts += identity.apply(session, house, again.replacement, now=now)
    if drafts:
        record(session, house.entry_key, *drafts)
    return again.sheet


def _addition(
    session: Session,
    house: House,
    report: Report,
    reporter: ReporterKey,
    known: Mapping[str, str],
    said: Narrative,
    *,
    now: datetime,
) -> Prepared | None:
    """What this narrative says that the last sending did not, as a letter; compared by unsealing."""
    changes = {name: str(value) for name, value in said.as_json().items() if str(value) != known[name]}
    if not changes:
        return None
    draft = Draft(
        "added", hour_of(now), REPORTER, ("reports", report.id), authority_id=writing.authority_of(session, report)
    )
    return writing.prepare_letter(
        session,
        house,
        report,
        reporter,
        draft,
        kind=LetterKind.ADDITION,
        sender=Sender.REPORTER,
        sent_at=hour_of(now),
        text=letters.Text("", changes),
    )


def _require_same_desk(
    session: Session, house: House, report: Report, known: Mapping[str, str], said: Narrative, *, now: datetime
) -> None:
    """Raise OtherDeskError when a routing answer changed and leads elsewhere.

    Told as an addition it would lie on the very desk that the reporter wanted to avoid.
    """
    told = {name: str(value) for name, value in said.as_json().items()}
    if all(told[name] == known[name] for name in _ROUTING):
        return
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    _, desks = route(house, directory, said)
    if desks.intake != report.intake_desk_id:
        raise OtherDeskError("another desk would receive this")


def _last_said(session: Session, house: House, report: Report, reporter: ReporterKey) -> dict[str, str]:
    """The narrative with every later telling laid over it; words written in the mailbox tell nothing anew."""
    rows = [one for one in letters.of_report(session, report.id) if one.kind in _TELLINGS]
    contents = reporter.open(session, house, {one.content_key_id for one in rows})
    first, *later = (letters.unseal(house, contents[one.content_key_id], one) for one in rows)
    said = {name: str(value) for name, value in sealing.narrative_of(first).as_json().items()}
    for text in map(letters.Text.of, later):
        said |= text.changes
    return said


def _sheet_again(
    session: Session,
    house: House,
    report: Report,
    receipt: Receipt,
    language: str,
    *,
    now: datetime,
) -> ReceiptSheet:
    index, leaf = session.execute(
        select(Entry.index, Leaf.hash)
        .join(Leaf, Leaf.index == Entry.index)
        .where(Entry.object_id == report.id, Entry.event == "submitted")
    ).one()
    due_at = session.execute(
        select(Clock.due_at).where(
            Clock.report_id == report.id, Clock.rule == TRIAGE_RULE, Clock.superseded_by.is_(None)
        )
    ).scalar_one()
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    return ReceiptSheet(
        receipt=str(receipt),
        groups=receipt.groups,
        digits=receipt.digits(),
        reply_by=due_at.astimezone(clocks.SHANGHAI).date(),
        authority=directory.name(writing.authority_of(session, report), language),
        again=True,
        added=False,
        replaced=False,
        index=index,
        promise=promise(house, index, leaf),
    )
