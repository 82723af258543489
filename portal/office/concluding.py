"""Concluding (核查结论), for two people: proposed by whoever checked, agreed to by the lead, or sent back with words.

It rests on a plan, on a visit or a reason why there was none, and on a finding for every allegation (`domain.dossier`).
"""

import json
from dataclasses import replace
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto import tree
from portal.domain import lifecycle
from portal.domain.audit import written
from portal.domain.conclusions import Conclusion
from portal.domain.dossier import Dossier
from portal.domain.errors import NotAllowedError, StaleError, UnfinishedError
from portal.domain.paper_vocabulary import Outcome
from portal.domain.papers import Paper
from portal.domain.vocabulary import Action, Duty, MotionKind
from portal.office import case_file, case_keys, clock_rows, file_rows, gate, history, holding, papers, timing, together
from portal.office.acting import Act, Hand
from portal.office.batch import Batch
from portal.office.gate import Admitted
from portal.office.proposals import CaseStep, Ready, Wanted
from portal.office.recording import Draft
from portal.store.cases import Assignment
from portal.store.motions import Motion

CONCLUDED = "concluded"
FEEDBACK_RULE = "C11"


def wanted(act: Act, case_id: UUID, facts: str, handling: str, unvisited: str, seen: int) -> Wanted:
    """What is proposed to the lead; what it comes to is read from the findings, not from here.

    Raises StrangerError, NotAllowedError.
    """
    admitted = _admit(act, case_id)
    (desk_id, *_) = act.actor.desks(Duty.INVESTIGATE)
    paper = Conclusion(Outcome.PARTLY, facts, handling, unvisited)
    return Wanted(
        MotionKind.CONCLUDE,
        admitted.case.authority_id,
        desk_id=admitted.case.lead_desk_id,
        step=CaseStep(case_id, desk_id, paper, seen),
    )


def propose(act: Act, hand: Hand, proposal: Wanted) -> Ready:
    """File the conclusion. Raises UnfinishedError with what is still to be done, PaperError, StaleError.

    Raises MustReferError while a death or a concealment is still to be told outside.
    """
    step = proposal.step
    if step is None or not isinstance(step.paper, Conclusion):
        raise TypeError("this motion concludes a case")
    admitted = _admit(act, step.case_id)
    history.require_seen(act.session, admitted.report.id, step.case_id, step.seen)
    lifecycle.advance(admitted.case.state, Action.CONCLUDE)
    holding.require_free(act.session, admitted, Action.CONCLUDE)
    known = case_file.dossier(act.session, act.house, hand.ring, step.case_id)
    given = case_file.given(act.session, admitted, len(known.items), now=act.now)
    step.paper.require_sound(given)
    outcome = _ready(act, known, admitted, step.paper.unvisited)
    draft = file(act, hand, admitted, replace(step.paper, outcome=outcome))
    said = {"outcome": str(outcome), "paper": draft.facts["paper"]}
    return Ready(content=tree.canonical(said), drafts=(draft,))


def confirm(act: Act, hand: Hand, motion: Motion) -> Draft:
    """Conclude it, as two people agree; from now on its reporters wait for feedback.

    Raises StaleError when something was filed since that the conclusion does not know, IllegalTransitionError, and
    UnfinishedError while whoever agrees has not opened every report that is handled with it.
    """
    if motion.case_id is None or motion.content is None:
        raise TypeError("this motion is about a case")
    said = json.loads(motion.content)
    admitted = gate.admit_second(act.session, act.house, act.actor, motion.case_id)
    case, report = admitted.case, admitted.report
    known = case_file.dossier(act.session, act.house, hand.ring, case.id)
    if known.substance > said["paper"]:
        raise StaleError("the case file has grown since this was proposed")
    _require_still(act, known, admitted)
    if together.unread(act.session, act.house.entry_keys, case.id, act.actor.officer_id):
        raise UnfinishedError("together")
    holding.require_free(act.session, admitted, Action.CONCLUDE)
    case.state = lifecycle.advance(case.state, Action.CONCLUDE)
    draft, batch = admitted.draft(CONCLUDED, act.now), Batch()
    timing.end(
        act.session, draft, lifecycle.STEPS[Action.CONCLUDE].stops, report_id=report.id, case_id=case.id, now=act.now
    )
    due = timing.start(act.house, batch, draft, FEEDBACK_RULE, now=act.now, started_at=act.now, report_id=report.id)
    for one in together.standing(act.session, case.id):
        if one.id != report.id:
            timing.start(act.house, batch, draft, FEEDBACK_RULE, now=act.now, started_at=act.now, report_id=one.id)
    batch.insert(act.session)
    case.due_at = clock_rows.next_due(act.session, act.house, case.id)
    draft.facts = {"outcome": said["outcome"], "clocks": {FEEDBACK_RULE: written(due.due_at)}}
    draft.names(case)
    return draft


def file(act: Act, hand: Hand, admitted: Admitted, paper: Paper, about_id: UUID | None = None) -> Draft:
    """Seal a paper that a step for two people rests on, or that answers one."""
    batch, draft = Batch(), admitted.draft(papers.FILED, act.now)
    content = case_keys.for_paper(act.session, act.house, batch, draft, admitted, hand.ring)
    papers.add(
        act.session, act.house, batch, draft, content, paper, admitted=admitted, made_at=act.now, about_id=about_id
    )
    batch.insert(act.session)
    return draft


def _admit(act: Act, case_id: UUID) -> Admitted:
    """Whoever it is assigned to, to check it; whoever reexamines does not conclude."""
    admitted = gate.admit_worker(act.session, act.house, act.actor, Action.CONCLUDE, case_id)
    if case_file.reviews(act.session, act.house, act.actor, case_id):
        raise NotAllowedError("whoever reexamines a case does not conclude it")
    return admitted


def _ready(act: Act, known: Dossier, admitted: Admitted, unvisited: str) -> Outcome:
    files = file_rows.lying(act.session, admitted.report.id)
    return known.require_ready(assigned=_assigned(act.session, admitted.case.id), unvisited=unvisited, files=files)


def _require_still(act: Act, known: Dossier, admitted: Admitted) -> None:
    """Raise StaleError where those who concluded it without a visit are no longer two, or what it rests on is gone."""
    try:
        _ready(act, known, admitted, known.conclusion.unvisited if known.conclusion else "")
    except UnfinishedError as error:
        raise StaleError("it lacks something that it had when it was proposed") from error


def _assigned(session: Session, case_id: UUID) -> int:
    """How many officers work on the case: whoever was taken off again is none of them."""
    working = select(func.count(Assignment.id)).where(Assignment.case_id == case_id, Assignment.ended_at.is_(None))
    return session.execute(working.where(Assignment.reviewing.is_not(True))).scalar_one()
