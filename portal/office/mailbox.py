"""What a reporter does with a receipt: look, write, withdraw.

A reporter's own reading leaves no entry, except the first opening of a letter from the office (送达).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from crypto import note
from portal.domain import clocks, lifecycle
from portal.domain.audit import REPORTER, hour_of
from portal.domain.errors import StrangerError
from portal.domain.values import Narrative
from portal.domain.vocabulary import TYPED, IdentityField, LetterKind, ReportState, Sender
from portal.office import (
    claims,
    closing,
    contesting,
    decisions,
    disclosures,
    file_rows,
    hearing,
    history,
    identity,
    indexing,
    letters,
    limits,
    objecting,
    protecting,
    proving,
    readings,
    recalling,
    retelling,
    reward_sheets,
    stating,
    withholding,
    writing,
)
from portal.office.case_rows import clock_looks, clocks_of
from portal.office.clock_sheets import ClockSheet
from portal.office.directory import Directory
from portal.office.house import House
from portal.office.keyring import ReporterKey
from portal.office.promising import promise, verifier_line
from portal.office.proving import Log
from portal.office.recording import Draft, record
from portal.office.sheets import ErasureSheet, MailboxSheet, ProofSheet
from portal.office.told import told_entry
from portal.office.writing import Prepared
from portal.store.cases import Case, Clock
from portal.store.driving import Question, ahead, first
from portal.store.reports import Letter, Report
from portal.store.session import lock, locked

_REPORT = select(Report).where(Report.id == bindparam("report"))
_CASE = select(Case).join(Report, Report.case_id == Case.id).where(Report.id == bindparam("report"))
# What was never opened, but what the award desk has still to tell a new code: no time runs by that.
_UNSERVED = select(Letter).where(
    Letter.report_id == bindparam("report"),
    Letter.kind.not_in(letters.AWARDED) | retelling.told_to(bindparam("receipt")),
    Letter.sender == Sender.OFFICE,
    Letter.kind != LetterKind.NOTE,
    Letter.served_at.is_(None),
)


@dataclass(frozen=True, slots=True)
class _Told:
    """What a mailbox rests on."""

    report: Report
    case: Case
    letters: list[Letter]  # the report itself at the head
    given: tuple[IdentityField, ...]
    directory: Directory
    requested: bool  # somebody has asked for something of the identity

    @property
    def keys(self) -> set[UUID]:
        """What opens the letters."""
        return {one.content_key_id for one in self.letters}


def unserved(session: Session, reporter: ReporterKey) -> bool:
    """Whether the office wrote something that has never been opened."""
    return first(session, _UNSERVED, **_whose(reporter)) is not None


def serve(session: Session, house: House, reporter: ReporterKey, *, now: datetime) -> frozenset[UUID]:
    """Mark what lies in the mailbox as served, and say what it was: time limits for the reporter start here."""
    waiting = session.scalars(locked(session, _UNSERVED), _whose(reporter)).all()
    if not waiting:
        return frozenset()
    report = _report(session, reporter)
    draft = _draft(session, "served", report, now)
    draft.facts = {"letters": len(waiting)}
    for letter in waiting:
        letter.served_at = hour_of(now)
    objecting.begin(session, house, draft, report, waiting, now)
    contesting.begin(session, house, draft, waiting, now)
    draft.names(*waiting)
    record(session, house.entry_key, draft)
    return frozenset(letter.id for letter in waiting)


def sheet(session: Session, house: House, reporter: ReporterKey, language: str, *, now: datetime) -> MailboxSheet:
    """Everything a reporter may see of their report; for a session that only looks."""
    report_id, today = reporter.report_id, now.astimezone(clocks.SHANGHAI).date()
    own = {"report": report_id}
    once = (
        (_REPORT, own),
        (_CASE, own),
        letters.looks(report_id),
        identity.looks(report_id),
        disclosures.looks(report_id),
    )
    with ahead(session, *once, house.directories.looks()):
        report, case = first(session, _REPORT, report=report_id), first(session, _CASE, report=report_id)
        if report is None or case is None:
            raise StrangerError("no such report")
        rows, given = letters.of_report(session, report_id), identity.given(session, report_id)
        requested, directory = disclosures.any_of(session, report_id), house.directories.read(session, today=today)
    told = _Told(report, case, rows, given, directory, requested=requested)
    with ahead(session, *_more(reporter, told)):
        return _sheet(session, house, reporter, told, language, now)


def _more(reporter: ReporterKey, told: _Told) -> tuple[Question, ...]:
    """What is asked about any report, in the order in which it is."""
    report_id, case_id = told.report.id, told.case.id
    return (
        reporter.looks(told.keys),
        clock_looks(report_id=report_id, case_id=case_id),
        history.reporters_steps(report_id, case_id),
        decisions.looks(case_id),
        *history.own_entries(report_id),
        claims.looks(report_id),
        protecting.looks(case_id),
    )


def _sheet(
    session: Session, house: House, reporter: ReporterKey, told: _Told, language: str, now: datetime
) -> MailboxSheet:
    report, case, directory = told.report, told.case, told.directory
    opened, *rest = told.letters
    contents, code = reporter.open_sound(session, house, told.keys), reporter.receipt_id
    there = [one for one in rest if one.kind not in letters.AWARDED or retelling.is_told(session, one, code)]
    seen = [letters.read(house, contents, one) for one in there if one.kind is not LetterKind.NOTE]
    read = file_rows.told_gone(session, report.id, seen)
    own = identity.own_of(session, report.id, told.given)
    rows = clocks_of(session, report_id=report.id, case_id=case.id)
    return MailboxSheet(
        report_id=report.id,
        report_state=report.state,
        case_state=case.state,
        number=case.number,
        authority=directory.name(case.authority_id, language),
        arrived_at=report.arrived_at,
        narrative=letters.narrative(house, contents, opened),
        letters=tuple(one for one in read if one.request_id is None),
        clocks=_clocks(session, house, rows, language, now),
        steps=history.for_reporter(session, report.id, case.id, directory, language),
        decisions=decisions.of_case(session, house, case.id),
        identity=tuple(one for one in own if one in TYPED),
        erasable=bool(own),
        statements=stating.by_request(read),
        may_state=stating.may_state(report, told.given),
        phone_given=report.phone is not None,
        erasures=_erasures(session, house, report.id),
        proof=_proof(session, house, report.id),
        objection=objecting.sheet(session, house, report.id, rows, now=now),
        asked_after=closing.asking(house, report.id, rows, now=now),
        reward=reward_sheets.line(session, house, reporter, now=now),
        protections=protecting.lines(session, house, case.id),
        **(_requests(session, house, told, language, now) if told.requested else {}),
    )


def _requests(session: Session, house: House, told: _Told, language: str, now: datetime) -> dict[str, Any]:
    """Who asked for something of the identity and who has read it, but what is withheld for now."""
    untold = withholding.untold(session, house, told.report.id, now=now)
    about = session, house, told.report.id, told.directory, language
    hidden = {one.request_id for one in untold}
    return {
        "accesses": readings.accesses(*about, without=hidden),
        "withheld": readings.withheld(untold),
        "requests": disclosures.of_report(*about, now=now, without=hidden),
    }


def _erasures(session: Session, house: House, report_id: UUID) -> tuple[ErasureSheet, ...]:
    return tuple(
        ErasureSheet(at, fields, index, leaf.hex(), promise(house, index, leaf))
        for index, at, leaf, fields in history.erasures(session, report_id)
    )


def _clocks(
    session: Session, house: House, rows: tuple[Clock, ...], language: str, now: datetime
) -> tuple[ClockSheet, ...]:
    """The time limits that a reporter can use: their own only while it runs, follow-ups as the question they are."""
    found = limits.shown(session, house, rows, language, now, targets=False)
    return tuple(one for one in found if one.rule not in closing.FOLLOW_UPS and not objecting.over(one))


def _proof(session: Session, house: House, report_id: UUID) -> ProofSheet:
    """The entry of the report, and whether a checkpoint stands over it."""
    said, log = history.proof(session, report_id), Log.of(house)
    index = int(said["index"])
    return ProofSheet(
        index=index,
        signed=proving.first_over(session, log, index) is not None,
        origin=log.origin,
        key=note.verifier_line(log.origin, log.roll.current),
        said=said,
    )


def narrative(session: Session, house: House, reporter: ReporterKey) -> Narrative:
    """What the reporter sent first: the text that the proof of their report is about."""
    first, *_ = letters.of_report(session, reporter.report_id)
    return letters.narrative(house, reporter.open_sound(session, house, {first.content_key_id}), first)


def proof(session: Session, house: House, reporter: ReporterKey, index: int, *, now: datetime) -> str:
    """The proof file of an entry that the reporter is told of.

    Raises StrangerError for any other, UnprovenError while it is not signed yet.
    """
    told = told_entry(session, house, reporter, index, now=now)
    if told is None:
        raise StrangerError("no entry that this reporter is told of")
    under = proving.handed_out(session, house, index, now=now)
    return proving.prove(session, Log.of(house), index, opened=told.own, under=under)


def promised(session: Session, house: House, reporter: ReporterKey, index: int, *, now: datetime) -> str:
    """Our signed word on an entry that the reporter is told of. Raises StrangerError for any other."""
    leaf = proving.leaf_at(session, index) if told_entry(session, house, reporter, index, now=now) else None
    if leaf is None:
        raise StrangerError("no entry that this reporter is told of")
    return promise(house, index, leaf)


def keys(house: House) -> tuple[str, ...]:
    """The lines that proofs and promises are checked with: of the ledger, its cosigner, and of promises."""
    return (*house.log.lines(house.origin), verifier_line(house))


def prepare_message(session: Session, house: House, reporter: ReporterKey, text: str, *, now: datetime) -> Prepared:
    """Seal a letter from the reporter: an answer once the office has written, an addition before.

    Raises IllegalTransitionError when the report was withdrawn.
    """
    report = _report(session, reporter)
    lifecycle.require_standing(report.state)
    answered = session.scalars(
        select(Letter.id).where(Letter.report_id == report.id, Letter.sender == Sender.OFFICE).limit(1)
    ).first()
    kind, event = (LetterKind.MESSAGE, "replied") if answered else (LetterKind.ADDITION, "added")
    return writing.prepare_letter(
        session,
        house,
        report,
        reporter,
        _draft(session, event, report, now),
        kind=kind,
        sender=Sender.REPORTER,
        sent_at=hour_of(now),
        text=letters.Text(text),
    )


def send(session: Session, house: House, reporter: ReporterKey, prepared: Prepared, *, now: datetime) -> None:
    """Store a sealed letter; it is new to intake, and an answer to what was asked brings the report back to triage.

    Raises IllegalTransitionError when the report was withdrawn in the meantime.
    """
    report, case = hearing.lock_both(session, reporter.report_id)
    lifecycle.require_standing(report.state)
    (letter,) = prepared.drafts
    closing.answered(session, letter, report.id, now=now)
    indexing.wait(session, case)
    writing.store(session, house, replace(prepared, drafts=hearing.hear(case, letter, now=now)))


def prepare_identity(
    session: Session, house: House, reporter: ReporterKey, giving: identity.Giving, *, now: datetime
) -> identity.Replacement:
    """Seal what the reporter says of themselves.

    Raises IllegalTransitionError when the report was withdrawn, unless all is erased.
    """
    report = _report(session, reporter)
    if giving.event != identity.ERASED:
        lifecycle.require_standing(report.state)
    return identity.prepare(session, house, report, reporter, giving, now=now)


def require_standing(session: Session, reporter: ReporterKey) -> None:
    """Raise IllegalTransitionError when the report was withdrawn."""
    lifecycle.require_standing(_report(session, reporter).state)


def may_be_phoned(session: Session, reporter: ReporterKey) -> bool:
    """Whether the reporter has allowed calls."""
    return _report(session, reporter).phone is not None


def _report(session: Session, reporter: ReporterKey) -> Report:
    return session.get_one(Report, reporter.report_id, with_for_update=lock(session))


def withdraw(session: Session, house: House, reporter: ReporterKey, *, now: datetime) -> None:
    """Take the report back: no reply is owed any more (106号), the hazard stays. Twice is once."""
    report, _ = hearing.lock_both(
        session, reporter.report_id
    )  # the case too: a letter of the office waits, or is first
    if report.state is ReportState.WITHDRAWN:
        return
    draft = _draft(session, "withdrawn", report, now)
    report.state = ReportState.WITHDRAWN
    report.phone = report.phone_key_id = None  # nobody calls any more
    draft.names(report)
    record(session, house.entry_key, draft, *recalling.withdraw(session, house, report.id, now=now))


def _whose(reporter: ReporterKey) -> dict[str, UUID]:
    return {"report": reporter.report_id, "receipt": reporter.receipt_id}


def _draft(session: Session, event: str, report: Report, now: datetime) -> Draft:
    return Draft(
        event, hour_of(now), REPORTER, ("reports", report.id), authority_id=writing.authority_of(session, report)
    )
