"""What is no report at all (疑似垃圾信息): put aside by one officer, and back; turned away by two.

Put aside it waits on a lane of its own while its time limit runs on; nothing is lost, and anybody of the desk puts it
back. It is turned away when the lead agrees, and whoever sent it is told so, with the article, like everybody else.
"""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from crypto import tree
from portal.domain import lifecycle
from portal.domain.access import Actor
from portal.domain.alarms import URGENT
from portal.domain.case_vocabulary import Lane
from portal.domain.errors import IllegalTransitionError, ReasonError, StaleError
from portal.domain.papers import Grounds
from portal.domain.vocabulary import Action, MotionKind, MotionState
from portal.office import case_keys, decisions, gate, history, holding, papers, timing
from portal.office.acting import Act, Hand
from portal.office.batch import Batch
from portal.office.case_rows import motions_of
from portal.office.house import House
from portal.office.proposals import CaseStep, Ready, Wanted
from portal.office.recording import Draft, record
from portal.policy.reason_lists import DeclineReason
from portal.store.motions import Motion

ASIDE, BACK, BLOCKED = "put_aside", "put_back", "blocked"


def reasons(house: House) -> dict[str, DeclineReason]:
    """The reasons that two officers give together."""
    return {code: reason for code, reason in house.policies.reasons.decline.items() if reason.two_people}


def put_aside(session: Session, house: House, actor: Actor, case_id: UUID, seen: int, *, now: datetime) -> None:
    """Move a case onto the lane of what is no report. Raises StaleError, IllegalTransitionError."""
    _move(session, house, actor, (Action.SPAM, ASIDE, Lane.SPAM), case_id, seen, now)


def put_back(session: Session, house: House, actor: Actor, case_id: UUID, seen: int, *, now: datetime) -> None:
    """Move it back among the others. Raises StaleError, IllegalTransitionError."""
    _move(session, house, actor, (Action.RESTORE, BACK, None), case_id, seen, now)


def _move(
    session: Session,
    house: House,
    actor: Actor,
    step: tuple[Action, str, Lane | None],
    case_id: UUID,
    seen: int,
    now: datetime,
) -> None:
    action, event, lane = step
    admitted = gate.admit(session, house, actor, action, case_id)
    history.require_seen(session, admitted.report.id, case_id, seen)
    lifecycle.advance(admitted.case.state, action)
    if (admitted.case.lane is Lane.SPAM) == (lane is Lane.SPAM):
        raise IllegalTransitionError("it is there already")
    dues = timing.dues(session, report_id=admitted.report.id, case_id=case_id)
    if lane is Lane.SPAM and not may_put_aside(dues):
        raise IllegalTransitionError("an alarm's time limit runs")
    admitted.case.lane = lane
    draft = admitted.draft(event, now)
    draft.names(admitted.case)
    record(session, house.entry_key, draft)


def may_put_aside(dues: Collection[str]) -> bool:
    """Whether nothing urgent waits, of the open time limits: one officer takes no danger out of everybody's sight."""
    return URGENT.isdisjoint(dues)


def require_seen(session: Session, house: House, actor: Actor, case_id: UUID, seen: int) -> None:
    """Raise StaleError unless whoever answers has seen the case as it is now; StrangerError for anybody else's."""
    admitted = gate.admit(session, house, actor, Action.OPEN, case_id)
    history.require_seen(session, admitted.report.id, case_id, seen)


def pending(session: Session, case_id: UUID, *, now: datetime) -> Motion | None:
    """What was proposed about a case and still waits for its second person."""
    return waiting(motions_of(session, case_id), now=now)


def waiting(motions: Iterable[Motion], *, now: datetime) -> Motion | None:
    """The same among motions of the case that are at hand."""
    blocks = (one for one in motions if one.kind is MotionKind.BLOCK and one.expires_at > now)
    return next((one for one in blocks if one.state is MotionState.PROPOSED), None)


def wanted(act: Act, case_id: UUID, reason: str, words: str, seen: int) -> Wanted:
    """What is proposed to the lead. Raises StrangerError, NotAllowedError."""
    admitted = gate.admit(act.session, act.house, act.actor, Action.BLOCK, case_id)
    step = CaseStep(case_id, admitted.case.desk_id, Grounds(words), seen)
    return Wanted(
        MotionKind.BLOCK,
        admitted.case.authority_id,
        desk_id=admitted.case.lead_desk_id,
        content=tree.canonical({"reason": reason, "edition": act.house.policies.reasons.heading.edition}),
        step=step,
    )


def propose(act: Act, hand: Hand, proposal: Wanted) -> Ready:
    """File why, for the lead to read. Raises StaleError, IllegalTransitionError, ReasonError."""
    del hand
    step = proposal.step
    if step is None or proposal.content is None:
        raise TypeError("this motion is about a case")
    admitted = gate.admit(act.session, act.house, act.actor, Action.BLOCK, step.case_id)
    holding.require_free(act.session, admitted, Action.BLOCK)
    history.require_seen(act.session, admitted.report.id, step.case_id, step.seen)
    lifecycle.advance(admitted.case.state, Action.BLOCK)
    if json.loads(proposal.content)["reason"] not in reasons(act.house):
        raise ReasonError("no such reason for two people")
    batch, draft = Batch(), admitted.draft(papers.FILED, act.now)
    content = case_keys.for_motion(act.session, act.house, batch, draft, admitted, above=False)
    papers.add(act.session, act.house, batch, draft, content, step.paper, admitted=admitted, made_at=act.now)
    batch.insert(act.session)
    return Ready(content=proposal.content, drafts=(draft,))


def confirm(act: Act, hand: Hand, motion: Motion) -> Draft:
    """Turn it away, as two people agree. Raises IllegalTransitionError when it was taken up meanwhile."""
    del hand
    if motion.case_id is None or motion.content is None:
        raise TypeError("this motion is about a case")
    said = json.loads(motion.content)
    admitted = gate.admit_second(act.session, act.house, act.actor, motion.case_id)
    holding.require_free(act.session, admitted, Action.BLOCK)
    if (motion.desk_id, motion.from_desk_id) != (admitted.case.lead_desk_id, admitted.case.desk_id):
        raise StaleError("another office has the case since")
    case, draft = admitted.case, admitted.draft(BLOCKED, act.now, edition=said["edition"])
    case.state = lifecycle.advance(case.state, Action.BLOCK)
    case.closed_at, case.due_at = act.now, None
    draft.reason = said["reason"]
    stops = lifecycle.STEPS[Action.BLOCK].stops
    timing.end(act.session, draft, stops, report_id=admitted.report.id, case_id=case.id, now=act.now)
    batch = Batch()
    decisions.add(batch, draft, case.id, made_at=act.now, letter_id=None, edition=said["edition"])
    batch.insert(act.session)
    draft.names(case)
    return draft
