"""The part of the invented stories in which a reward is proposed, judged, contested, claimed and paid."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from portal.domain.award_papers import Proposal, Voucher
from portal.domain.award_vocabulary import AwardStep, PayMethod, PayoutEnd, PayoutStep, RevokeReason
from portal.domain.errors import StartError
from portal.domain.payee import Payee
from portal.domain.rewards_reading import written
from portal.domain.vocabulary import Duty
from portal.office import (
    award_facts,
    awarding,
    bank_lists,
    case_file,
    claims,
    contesting,
    history,
    judging,
    motions,
    naming,
    paying,
    payout_endings,
    preceding,
    revoked,
    revoking,
    signing_in,
)
from portal.office.acting import Act
from portal.office.demo_stage import Member, Stage, Told, at_desk, seated
from portal.office.demo_verifying import agree, proposing, worker
from portal.office.judging import Judgement
from portal.office.proposals import Wanted
from portal.store.awards import Award
from portal.store.cases import Case
from portal.store.officers import Officer

Step = Mapping[str, Any]
ACCOUNT = Payee(PayMethod.TRANSFER, "样例周（虚构）", "220102199003074516", "样例银行（虚构）", "6222021234567890128")


def _propose(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    """Whoever works on the case proposes what its file says."""
    told = _handled(stage, told)
    _, _, ring = hands = worker(stage, told)

    def wanted(act: Act) -> Wanted:
        admitted = awarding.admit(act, told.case_id)
        known = case_file.dossier(act.session, stage.house, ring, told.case_id)
        standing = preceding.among(act.session, stage.house, admitted.case, told.reporter.report_id)
        facts = written(award_facts.drawn(act.session, stage.house, admitted, known, standing))
        edition = stage.house.policies.rewards.heading.edition
        paper = Proposal(str(told.reporter.report_id), edition, facts, step.get("shown", ""), step["text"])
        return awarding.wanted(act, told.case_id, paper, history.newest(act.session, admitted.report.id, told.case_id))

    proposing(stage, hands, at, wanted)


def _agree(stage: Stage, told: Told, _step: Step, at: datetime) -> None:
    agree(stage, _handled(stage, told), at)


def _ask(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    """Nobody is refused for want of a name before they were asked for it."""
    award = _award(stage, told)
    _, actor, ring = seated(stage, Duty.AWARD, award.desk_id)
    with stage.store.reading() as session:
        made = naming.prepare(session, stage.house, actor, ring, award.id, step["text"], now=at)
    with stage.store.transaction() as session:
        naming.ask(session, stage.house, actor, award.id, made)


def _judge(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    """A third person decides, and signs the order to pay."""
    award = _award(stage, told)
    member, actor, ring = seated(stage, Duty.AWARD, award.desk_id)
    said = Judgement(AwardStep(step["verdict"]), step["text"])
    with stage.store.reading() as session:
        hands = (ring, member.keys.signing)
        made = judging.prepare(session, stage.house, actor, hands, award.id, said, now=at)
    with stage.store.transaction() as session:
        judging.decide(session, stage.house, actor, award.id, said, made, now=at)


def _contest(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    with stage.store.reading() as session:
        made = contesting.prepare(session, stage.house, told.reporter, step["text"], now=at)
    with stage.store.transaction() as session:
        contesting.contest(session, stage.house, told.reporter, made, now=at)


def _claim(stage: Stage, told: Told, _step: Step, at: datetime) -> None:
    with stage.store.reading() as session:
        sealed = claims.seal(session, stage.house, told.reporter, ACCOUNT, now=at)
    with stage.store.transaction() as session:
        claims.claim(session, stage.house, told.reporter, sealed, now=at)


def _pay(stage: Stage, told: Told, _step: Step, at: datetime) -> None:
    """Two release it, one books that it was paid."""
    order, later = _order(stage, told), at + timedelta(minutes=5)
    first, second = _seats(stage, Duty.PAYOUT, order.desk_id)
    with stage.store.transaction() as session:
        act, hand = at_desk(stage, session, first, at)
        motion_id = motions.propose(act, hand, paying.wanted(act, order.reference))
    with stage.store.transaction() as session:
        motions.confirm(*at_desk(stage, session, second, later), motion_id)
    with stage.store.transaction() as session:
        act, hand = at_desk(stage, session, first, later)
        bank_lists.make(session, stage.house, act.actor, hand.ring, hand.fresh, order.desk_id, now=later)
    with stage.store.transaction() as session:
        act, _ = at_desk(stage, session, first, later)
        paying.book(session, stage.house, act.actor, PayoutStep.PAY, order.reference, now=later)


def _end_payment(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    """Two end a payment that cannot be paid."""
    order, later = _order(stage, told), at + timedelta(minutes=5)
    first, second = _seats(stage, Duty.PAYOUT, order.desk_id)
    with stage.store.transaction() as session:
        act, hand = at_desk(stage, session, first, at)
        motion_id = motions.propose(act, hand, payout_endings.wanted(act, order.reference, PayoutEnd(step["reason"])))
    with stage.store.transaction() as session:
        motions.confirm(*at_desk(stage, session, second, later), motion_id)


def _challenge(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    """Another judge than who granted it proposes to take it back."""
    award = _award(stage, told)
    _, second = _seats(stage, Duty.AWARD, award.desk_id)
    with stage.store.transaction() as session:
        act, hand = at_desk(stage, session, second, at)
        reason = RevokeReason(step["reason"])
        motions.propose(act, hand, revoking.wanted(act, hand.ring, award.id, reason, step["text"]))


def _second(stage: Stage, told: Told, _step: Step, at: datetime) -> None:
    """The second person of the award desk agrees."""
    award = _award(stage, told)
    first, _ = _seats(stage, Duty.AWARD, award.desk_id)
    with stage.store.transaction() as session:
        motion = revoked.waiting(session, stage.house, award, now=at)
        if motion is None:
            raise StartError("nothing was proposed to be revoked")
        motions.confirm(*at_desk(stage, session, first, at), motion.id)


def _handled(stage: Stage, told: Told) -> Told:
    """With the case that a report is handled in: its own, or the one it was merged into."""
    with stage.store.reading() as session:
        main_id = session.get_one(Case, told.case_id).main_id
    return replace(told, case_id=main_id or told.case_id)


def _award(stage: Stage, told: Told) -> Award:
    with stage.store.reading() as session:
        award = claims.newest(session, stage.house, told.reporter.report_id)
    if award is None:
        raise StartError("no reward was proposed")
    return award


def _order(stage: Stage, told: Told) -> Voucher:
    """The order to pay, as the reporter reads it."""
    award = _award(stage, told)
    with stage.store.reading() as session:
        said = claims.decision(session, stage.house, told.reporter, award)
    if said is None or said.voucher is None:
        raise StartError("no reward was granted")
    return said.voucher


def _seats(stage: Stage, duty: Duty, desk_id: UUID) -> tuple[Member, Member]:
    """The two who sit at a desk."""
    with stage.store.reading() as session:
        first, second, *_ = (
            one
            for one in stage.cast
            if one.duty is duty
            and desk_id in signing_in.actor_of(session, session.get_one(Officer, one.officer_id)).desks(duty)
        )
    return first, second


STEPS: Mapping[str, Callable[[Stage, Told, Step, datetime], object]] = {
    "propose_reward": _propose,
    "agree_reward": _agree,
    "ask_name": _ask,
    "judge_reward": _judge,
    "contest_reward": _contest,
    "challenge_reward": _challenge,
    "second_reward": _second,
    "claim_reward": _claim,
    "end_payment": _end_payment,
    "pay_reward": _pay,
}
