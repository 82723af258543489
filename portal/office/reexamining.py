"""Deciding a reexamination (复查结论), for two people: the conclusion stands (维持), or the case is worked on anew.

Proposed by whoever reviews, agreed to by the lead of the reviewing desk, who did not agree to the conclusion. The
reporter is told why either way, and the reviewer reads nothing any more. Objections of several reporters whose reports
go together are decided at once (106号).
"""

import json
from uuid import UUID

from sqlalchemy import select

from crypto import tree
from portal.domain import lifecycle
from portal.domain.audit import written
from portal.domain.conclusions import Review
from portal.domain.errors import NotAllowedError, OwnMotionError
from portal.domain.paper_vocabulary import ObjectionState, Verdict
from portal.domain.vocabulary import Action, Duty, LetterKind, MotionKind, ReportState, Sender
from portal.office import (
    assigning,
    case_file,
    clock_rows,
    concluding,
    decisions,
    gate,
    history,
    letters,
    objected,
    papers,
    reviewing,
    timing,
    together,
    writing,
)
from portal.office.acting import Act, Hand
from portal.office.arrival import TRIAGE_RULE
from portal.office.batch import Batch
from portal.office.closing import FOLLOW_UPS
from portal.office.gate import Admitted
from portal.office.objecting import REVIEW_RULE
from portal.office.proposals import CaseStep, Ready, Wanted
from portal.office.recording import Draft
from portal.store.motions import Motion
from portal.store.papers import Paper as Row
from portal.store.reports import Report

REVIEWED, REOPENED = "reviewed", "reopened"
VERIFY_RULE = "C05"
STATES = {Verdict.REJECTED: ObjectionState.REJECTED, Verdict.UPHELD: ObjectionState.UPHELD}
ENDED = ("C11", "C19", *FOLLOW_UPS, REVIEW_RULE)  # what no longer runs once the case is open again


def wanted(act: Act, case_id: UUID, paper: Review, seen: int) -> Wanted:
    """What is proposed to the lead of the reviewing desk. Raises StrangerError, NotAllowedError."""
    admitted = _admit(act, case_id)
    (objection, *_) = objected.waiting(act.session, act.house, case_id)
    (desk_id, *_) = act.actor.desks(Duty.INVESTIGATE)
    step = CaseStep(case_id, desk_id, paper, seen)
    return Wanted(MotionKind.REVIEW, admitted.case.authority_id, desk_id=objection.desk_id, step=step)


def propose(act: Act, hand: Hand, proposal: Wanted) -> Ready:
    """File it. Raises PaperError, StaleError, IllegalTransitionError where nobody objects any more."""
    step = proposal.step
    if step is None or not isinstance(step.paper, Review):
        raise TypeError("this motion reviews a case")
    admitted = _admit(act, step.case_id)
    history.require_seen(act.session, admitted.report.id, step.case_id, step.seen)
    lifecycle.advance(admitted.case.state, Action.REVIEW)
    objected.waiting(act.session, act.house, step.case_id)
    step.paper.require_sound(case_file.given(act.session, admitted, 0, now=act.now))
    draft = concluding.file(act, hand, admitted, step.paper)
    said = {"verdict": str(step.paper.verdict), "paper": draft.facts["paper"]}
    return Ready(content=tree.canonical(said), drafts=(draft,))


def confirm(act: Act, hand: Hand, motion: Motion) -> Draft:
    """Decide it, as two people agree, and tell the reporter.

    Raises OwnMotionError for a lead who agreed to the conclusion, IllegalTransitionError.
    """
    if motion.case_id is None or motion.content is None:
        raise TypeError("this motion is about a case")
    said = json.loads(motion.content)
    verdict = Verdict(said["verdict"])
    admitted = gate.admit_second(act.session, act.house, act.actor, motion.case_id)
    _require_apart(act, motion)
    draft = admitted.draft(REOPENED if verdict is Verdict.UPHELD else REVIEWED, act.now, verdict=str(verdict))
    batch = Batch()
    _tell(act, hand, batch, draft, admitted, said["paper"])
    _settle(act, draft, admitted, verdict)
    _move(act, batch, draft, admitted, verdict)
    batch.insert(act.session)
    _look_at(act, admitted, anew=verdict is Verdict.UPHELD)
    draft.names(admitted.case)
    _release(act, draft, admitted.case.id)
    return draft


def _admit(act: Act, case_id: UUID) -> Admitted:
    admitted = gate.admit_worker(act.session, act.house, act.actor, Action.REVIEW, case_id)
    if not case_file.reviews(act.session, act.house, act.actor, case_id):
        raise NotAllowedError("whoever checked a case does not reexamine it")
    return admitted


def _require_apart(act: Act, motion: Motion) -> None:
    """Whoever agreed to a conclusion of the case, or turned it away, does not agree to its review."""
    if motion.case_id is not None and act.actor.officer_id in reviewing.decided(act.session, motion.case_id):
        raise OwnMotionError("whoever agreed to the conclusion does not review it")


def _tell(act: Act, hand: Hand, batch: Batch, draft: Draft, admitted: Admitted, position: int) -> None:
    """What whoever objected is told, as the paper has it, each in a letter of their own; nothing to who has withdrawn.

    Somebody else whose report goes with theirs did not object, and learns of a decision only if the case moves.
    """
    row = act.session.scalars(select(Row).where(Row.case_id == admitted.case.id, Row.position == position)).one()
    paper = papers.read_one(act.session, act.house, hand.ring, row)
    if not isinstance(paper, Review):
        raise TypeError("the paper of a review")
    answer = letters.Text(paper.answer).as_bytes()
    asking = {one.report_id for one in objected.waiting(act.session, act.house, admitted.case.id)}
    for report in together.of(act.session, admitted.case.id):
        own = report.id == admitted.report.id
        told = report.id in asking
        letter_id = _letter(act, hand, batch, draft, report, answer, own=own) if told else None
        if told or (own and draft.event == REOPENED):
            decisions.add(batch, draft, report.case_id, made_at=act.now, letter_id=letter_id)


def _letter(
    act: Act, hand: Hand, batch: Batch, draft: Draft, report: Report, answer: bytes, *, own: bool
) -> UUID | None:
    """Seal it to one of them; the entry is the case's own, and says the place of that letter alone."""
    if report.state is ReportState.WITHDRAWN:
        return None
    content = writing.content_for_writing(act.session, act.house, batch, draft, report, hand.ring)
    place = letters.next_position(act.session, report.id)
    if own:
        draft.facts = {**draft.facts, "position": place}
    return letters.add(
        act.house,
        batch,
        draft,
        content,
        report_id=report.id,
        kind=LetterKind.MESSAGE,
        sender=Sender.OFFICE,
        position=place,
        sent_at=act.now,
        body=answer,
    )


def _settle(act: Act, draft: Draft, admitted: Admitted, verdict: Verdict) -> None:
    """Every objection is over; what runs until the case is worked on anew ends too."""
    for objection in objected.waiting(act.session, act.house, admitted.case.id):
        objection.state, objection.decided_at = STATES[verdict], act.now
        draft.names(objection)
    rules = ENDED if verdict is Verdict.UPHELD else (REVIEW_RULE,)
    timing.end_all(act.session, draft, rules, case_id=admitted.case.id, now=act.now)


def _move(act: Act, batch: Batch, draft: Draft, admitted: Admitted, verdict: Verdict) -> None:
    """Back to verification, or to triage, with a time limit anew; a conclusion that stands moves nothing."""
    case = admitted.case
    case.state = lifecycle.advance(case.state, Action.REVIEW)
    if verdict is Verdict.REJECTED:
        return
    case.state, case.closed_at = lifecycle.advance(case.state, Action.REOPEN), None
    taken_up = case.number is not None
    due = timing.start(
        act.house,
        batch,
        draft,
        rule := VERIFY_RULE if taken_up else TRIAGE_RULE,
        now=act.now,
        started_at=act.now,
        case_id=case.id if taken_up else None,
        report_id=None if taken_up else admitted.report.id,
    )
    draft.facts = {**draft.facts, "clocks": {rule: written(due.due_at)}}


def _look_at(act: Act, admitted: Admitted, *, anew: bool) -> None:
    """By when, and in which lane."""
    case = admitted.case
    if anew:
        clock_rows.take_up_again(act.session, act.house, case, admitted.report.id)
    else:
        over = case.state in lifecycle.FINAL
        case.due_at = None if over else clock_rows.next_due(act.session, act.house, case.id)


def _release(act: Act, draft: Draft, case_id: UUID) -> None:
    """Whoever reviewed it reads nothing of it any more."""
    row = reviewing.reviewer_of(act.session, case_id)
    if row is not None:
        assigning.release(act.session, act.house, draft, row, act.now)
