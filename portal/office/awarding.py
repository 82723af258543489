"""Proposing a reward (提请奖励), for two people: by whoever works on the case, agreed to by the lead who follows it.

What they propose is a file of facts; the sum is reckoned from it, never typed. From then on it is the award desk's.
"""

import json
from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import tree
from portal.domain import awards, lifecycle
from portal.domain.award_errors import AwardOpenError, NoJudgeError
from portal.domain.award_papers import Proposal
from portal.domain.award_vocabulary import AwardState
from portal.domain.errors import StaleError
from portal.domain.rewards_facts import FactsError
from portal.domain.vocabulary import Action, Duty, MotionKind
from portal.office import (
    assessing,
    award_facts,
    award_hands,
    award_keys,
    case_file,
    gate,
    history,
    interests,
    judging,
    papers,
    preceding,
    together,
)
from portal.office.acting import Act, Hand
from portal.office.batch import Batch
from portal.office.gate import Admitted
from portal.office.proposals import CaseStep, Ready, Wanted
from portal.office.recording import Draft
from portal.store.awards import Award
from portal.store.motions import Motion
from portal.store.outbox import Outbox
from portal.store.papers import Paper as Row
from portal.store.recusals import out_of
from portal.store.reports import Report

SUBMITTED, MAIL = "award_submitted", "award"


def wanted(act: Act, case_id: UUID, paper: Proposal, seen: int) -> Wanted:
    """What is proposed to the lead. Raises StrangerError, NotAllowedError."""
    admitted = admit(act, case_id)
    step = CaseStep(case_id, _own_desk(admitted), paper, seen)
    return Wanted(MotionKind.REWARD, admitted.case.authority_id, desk_id=admitted.case.lead_desk_id, step=step)


def propose(act: Act, hand: Hand, proposal: Wanted) -> Ready:
    """File the facts for whoever judges.

    Raises FactsError for facts that cannot be, or that leave out who was first, PaperError, StaleError,
    IllegalTransitionError, NoDeskError where nobody is seated to judge or to pay, AwardOpenError where one waits or was
    granted already, InterestError for whoever declared what the case is about.
    """
    del hand
    step = proposal.step
    if step is None or not isinstance(step.paper, Proposal):
        raise TypeError("this motion proposes a reward")
    interests.require_clear(act.session, act.house, step.case_id, act.actor.officer_id)
    paper, admitted = replace(step.paper, salt=assessing.new_salt()), admit(act, step.case_id)
    history.require_seen(act.session, admitted.report.id, step.case_id, step.seen)
    lifecycle.advance(admitted.case.state, Action.REWARD)
    paper.require_sound(case_file.given(act.session, admitted, 0, now=act.now))
    report = _report(act.session, admitted, UUID(paper.report))
    require_none(act, report.id)
    if faults := preceding.among(act.session, act.house, admitted.case, report.id).faults(
        assessing.facts_of(paper.facts)
    ):
        raise FactsError(*faults)
    found = assessing.assess(act.house, paper.edition, paper.facts)
    desks = award_keys.desks_for(act.directory(), admitted.case.authority_id)
    batch, draft = Batch(), admitted.draft(papers.FILED, act.now)
    content = award_keys.for_proposal(act.session, act.house, batch, draft, admitted, desks)
    papers.add(act.session, act.house, batch, draft, content, paper, admitted=admitted, made_at=act.now)
    batch.insert(act.session)
    said = {
        "report": paper.report,
        "paper": draft.facts["paper"],
        "edition": paper.edition,
        "digest": assessing.digest(found, paper.salt),
        "desk": str(desks.award),
        "above": str(desks.above) if desks.above else "",
    }
    return Ready(content=tree.canonical(said), drafts=(draft,))


def confirm(act: Act, hand: Hand, motion: Motion) -> Draft:
    """Hand it to the award desk, as two people agree.

    Raises IllegalTransitionError, StaleError, AwardOpenError, NoJudgeError where nobody there is a third.
    """
    del hand
    if motion.case_id is None or motion.content is None:
        raise TypeError("this motion is about a case")
    said = json.loads(motion.content)
    admitted = gate.admit_second(act.session, act.house, act.actor, motion.case_id)
    interests.require_clear(act.session, act.house, motion.case_id, act.actor.officer_id)
    lifecycle.advance(admitted.case.state, Action.REWARD)
    report = _report(act.session, admitted, UUID(said["report"]))
    require_none(act, report.id)
    desks = award_keys.desks_for(act.directory(), admitted.case.authority_id)
    if str(desks.award) != said["desk"]:
        raise StaleError("another desk judges since this was proposed")
    _require_judge(act, motion, admitted.case.id, desks.award)
    award = _award(act, motion, admitted, report.id, said)
    if award_facts.changed_since(act.session, act.session.get_one(Row, award.proposal_id)):
        raise StaleError("the case file has changed since this was proposed")
    draft = admitted.draft(SUBMITTED, act.now, award=str(award.id), report=said["report"], edition=said["edition"])
    above = {"above": said["above"]} if said["above"] else {}
    draft.facts = {**draft.facts, "digest": said["digest"], "desk": said["desk"], **above}
    draft.names(award)
    act.session.add(award)
    act.session.add(Outbox(kind=MAIL, desk_id=award.desk_id, created_at=act.now, sent_at=None))
    return draft


def require_none(act: Act, report_id: UUID) -> None:
    """Raise AwardOpenError where a reward of the report waits for a decision, was granted, or may have to go back.

    What was taken back is contested as the newest of its report: another in its place would make that impossible.
    """
    wanted_ = select(Award.id).where(Award.report_id == report_id, Award.state.in_(awards.OPEN))
    standing = act.session.scalars(wanted_.limit(1)).first() is not None
    if standing or preceding.may_return(act.session, act.house, (report_id,), now=act.now):
        raise AwardOpenError("a reward of this report waits, or was granted")


def _require_judge(act: Act, motion: Motion, case_id: UUID, desk_id: UUID) -> None:
    """Raise NoJudgeError unless somebody at the desk is a third person: nobody else would ever send it back."""
    signed, out = judging.hands_of(act.session, act.house, case_id)
    out |= {one for it in signed for one in (it.proposer_id, it.seconder_id) if one is not None}
    out |= {motion.proposer_id, act.actor.officer_id, *act.session.scalars(out_of(case_id))}
    if not award_hands.at_work(act.session, act.house, desk_id, case_id) - out:
        raise NoJudgeError("everybody at the award desk had a hand in it")


def _award(act: Act, motion: Motion, admitted: Admitted, report_id: UUID, said: dict[str, str]) -> Award:
    return Award(
        id=uuid4(),
        report_id=report_id,
        case_id=admitted.case.id,
        authority_id=admitted.case.authority_id,
        desk_id=UUID(said["desk"]),
        above_desk_id=UUID(said["above"]) if said["above"] else None,
        state=AwardState.SUBMITTED,
        edition=said["edition"],
        motion_id=motion.id,
        proposal_id=_paper(act.session, admitted.case.id, said["paper"]),
        judge_id=None,
        reviewer_id=None,
        letter_id=None,
        contest_id=None,
        made_at=act.now,
        decided_at=None,
        until=None,
    )


def _paper(session: Session, case_id: UUID, position: str) -> UUID:
    return session.scalars(select(Row.id).where(Row.case_id == case_id, Row.position == position)).one()


def _report(session: Session, admitted: Admitted, report_id: UUID) -> Report:
    """The report that it is for: the case's own, or one that was merged into it. Raises StaleError for any other."""
    for one in together.of(session, admitted.case.id):
        if one.id == report_id:
            return one
    raise StaleError("this report belongs to another case")


def admit(act: Act, case_id: UUID) -> Admitted:
    """Whoever works on the case, or leads it. Raises StrangerError, NotAllowedError."""
    return gate.admit_worker(act.session, act.house, act.actor, Action.REWARD, case_id)


def _own_desk(admitted: Admitted) -> UUID:
    """The desk that it comes from: of whoever is assigned their own, of a lead the case's."""
    if admitted.duty is Duty.LEAD:
        return admitted.case.lead_desk_id
    (desk_id, *_) = admitted.actor.desks(Duty.INVESTIGATE)
    return desk_id
