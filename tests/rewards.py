"""Rewards as the cast gives them: Chen proposes, Gao agrees, Song judges, Zhou claims, Qian and Zhao pay."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.domain.award_papers import Decision, Proposal, SentBack
from portal.domain.award_vocabulary import AwardStep, PayMethod, PayoutState, PayoutStep, ReturnWhy, RevokeReason
from portal.domain.payee import Payee, Seen
from portal.domain.vocabulary import Duty, MotionKind
from portal.office import (
    announcing,
    award_returning,
    awarding,
    bank_lists,
    claims,
    contesting,
    judging,
    motions,
    paying,
    reinstating,
    revoking,
)
from portal.office.judging import Judgement
from portal.office.keyring import ReporterKey
from portal.office.reinstating import Ruling
from portal.store.awards import Award
from portal.store.payouts import Payout
from portal.store.reports import Report
from tests import verification
from tests.casework import confirm_step, hand_of
from tests.merging import look_at, merge
from tests.sending import arrive, newest
from tests.staffing import Staff
from tests.verification import answered
from tests.visitor import PICTURE, Visitor
from tests.world import Template, World

FACTS: dict[str, Any] = {"penalties": [{"amount": "50000.00"}]}
NAMELESS: dict[str, Any] = {**FACTS, "reporter": {"identified": False, "claim_code": True}}
NOT_FIRST: dict[str, Any] = {**FACTS, "matter": {"earlier_named_report": True}}
UNSEEN = Seen()
WORDS = "锁链属实，处罚已经生效。"
BACK = SentBack(ReturnWhy.EVIDENCE, "劳动合同没有附上，请补。")
GRANTED, REFUSED = "按处罚金额的百分之十五奖励。", "同一件事有人更早实名举报。"
REVOKED, GIVEN_BACK = "线索是检查人员给的。", "没有查到串通，照原来的发。"
ID_NUMBER, CARD = "220102199003074516", "6222021234567890128"
PAYEE = Payee(PayMethod.TRANSFER, "周小明", ID_NUMBER, "吉林银行人民大街支行", CARD)
COUNTER = Payee(PayMethod.COUNTER, "周小明", ID_NUMBER)
# As the pages' forms send it.
FORM = {"kind": "violation", "insider": "no", "excluded": "", "collusion": "no", "words": WORDS}
CLAIM = {
    "method": "transfer",
    "holder": "周小明",
    "id_number": ID_NUMBER,
    "bank": "吉林银行人民大街支行",
    "account": CARD,
    "consent": "y",
}
AT_COUNTER = {**CLAIM, "method": "counter", "bank": "", "account": ""}
BY_DELEGATE = {**AT_COUNTER, "holder": "赵六", "delegate": "y", "signatory": "周小明", "pictures": PICTURE}
CLAIMS = {"counter": AT_COUNTER, "shown": AT_COUNTER, "letter": BY_DELEGATE}  # by how far it has come


SECONDS = {"zhao": (Duty.PAYOUT, "qian"), "sun": (Duty.AWARD, "song"), "yan": (Duty.AWARD, "song")}
CALM = ("zhao", "sun")  # where nothing is revoked, which takes a third who judges


def staffed(staff: Staff, *names: str) -> Staff:
    """Two at the payout desk, two who judge: Zhao and Sun come, or those that are named; Yan judges too."""
    for who in names or CALM:
        if who in staff.cast:
            continue
        duty, holder = SECONDS[who]
        staff.newcomer(who)
        staff.agree(MotionKind.SEAT, ("guan", holder), who, duty=duty)
    return staff


@dataclass(frozen=True, slots=True)
class Begun:
    """A reward that has come somewhere, for tests that begin there: what to copy, and its reporter's key."""

    template: Template
    key: ReporterKey
    award: UUID
    reference: UUID | None = None  # of its payment, once it was granted


def begin(template: Template, home: Path, stage: str) -> Begun:
    """One that is `proposed`, by Chen and Gao; `granted` by Song and read by Zhou; or `claimed` by transfer.

    `revocable` is granted where Yan judges too, so that somebody is left to hear what is contested.
    """
    world = World.copy(template, home)
    staff, reference = staffed(Staff(world), *(SECONDS if stage == "revocable" else CALM)), None
    key, award_id = proposed(staff)
    if stage != "proposed":
        reference = granted(staff, key, award_id)
    if stage == "claimed":
        claim(world, key)
    return Begun(replace(world.keep(template), cast=staff.cast), key, award_id, reference)


def propose(staff: Staff, case_id: UUID, report_id: UUID, who: str = "chen", **changes: Any) -> UUID:
    said = {"edition": "national-2018", "facts": FACTS, "shown": "", "words": WORDS, **changes}
    with staff.act(who) as act:
        wanted = awarding.wanted(act, case_id, Proposal(str(report_id), **said), newest(staff.world, case_id))
        return motions.propose(act, hand_of(staff, who), wanted)


def proposed(staff: Staff, **changes: Any) -> tuple[ReporterKey, UUID]:
    """A reward that two have proposed: its reporter, and which it is."""
    key, case_id = answered(staff)
    confirm_step(staff, "gao", propose(staff, case_id, key.report_id, **changes))
    return key, award_of(staff.world, key.report_id).id


def matter(staff: Staff) -> tuple[UUID, ReporterKey, ReporterKey]:
    """The case that is worked on, whoever reported it first, and whose report was merged into it; all were told."""
    world = staff.world
    first, case_id = verification.checked(world)
    later, merged = arrive(world, description="那个出口还锁着。")
    merge(world, "lin", merged, case_id)
    look_at(world, merged)
    confirm_step(staff, "gao", verification.propose(staff, case_id))
    verification.feed_back(world, case_id)
    return case_id, first, later


def lead(staff: Staff, case_id: UUID, stage: str, zhou: Visitor) -> dict[str, str]:
    """Bring the reward of a report that has just come as far as a step needs it; what addresses name.

    `unread` is granted and was never opened, `counter` is claimed there, `shown` is released to whoever shows the code,
    `letter` is claimed for a delegate, to what is `listed` the bank has to answer, of what is `late` the time to claim
    is over, `revocable` is granted where two judge beside Song, `disputed` was granted and revoked by those two, and
    contested; `zhou` has the mailbox open.
    """
    if stage in {"revocable", "disputed"}:
        staffed(staff, "sun", "yan")
    verification.lead(staff, case_id, "told")
    report_id, facts = report_of(staff.world, case_id), {"refused": NOT_FIRST, "nameless": NAMELESS}.get(stage, FACTS)
    confirm_step(staff, "gao", propose(staff, case_id, report_id, facts=facts))
    award_id = award_of(staff.world, report_id).id
    if stage not in {"proposed", "nameless"}:
        (refuse if stage == "refused" else grant)(staff, award_id, "sun" if stage == "disputed" else "song")
        if stage != "unread":
            zhou.get("/mailbox")
    if stage == "disputed":
        revoke(staff, award_id, "sun", "yan")
        zhou.get("/mailbox")
        assert zhou.post("/mailbox/reward/contest", {"text": "x"}).status_code == 303
    if stage == "late":
        staff.world.clock.forward(days=66)
    named = {"award_id": str(award_id)}
    if stage not in {"claimed", "released", "listed", *CLAIMS}:
        return named
    before = payouts_of(staff.world)
    sent = zhou.post("/mailbox/claim", CLAIMS.get(stage, CLAIM))
    assert sent.status_code in {200, 303}
    (payout_id,) = payouts_of(staff.world) - before
    if stage in {"released", "listed", "shown"}:
        release(staffed(staff, "zhao"), payout_id)
    if stage == "listed":
        named["list_id"] = str(make_list(staff))
    return {**named, "payout_id": str(payout_id)}


def payouts_of(world: World) -> frozenset[UUID]:
    with world.store.reading() as session:
        return frozenset(session.scalars(select(Payout.id)))


def report_of(world: World, case_id: UUID) -> UUID:
    with world.store.reading() as session:
        return session.scalars(select(Report.id).where(Report.case_id == case_id)).one()


def award_of(world: World, report_id: UUID) -> Award:
    with world.store.reading() as session:
        return session.scalars(select(Award).where(Award.report_id == report_id)).one()


def judge(staff: Staff, award_id: UUID, said: Judgement, who: str = "song") -> None:
    world, actor = staff.world, staff.actor(who)
    hands = (world.ring(who), staff.cast[who].keys.signing)
    with world.store.reading() as session:
        made = judging.prepare(session, world.house, actor, hands, award_id, said, now=world.clock())
    with world.store.transaction() as session:
        judging.decide(session, world.house, actor, award_id, said, made, now=world.clock())


def send_back(staff: Staff, award_id: UUID, who: str = "song", said: SentBack = BACK) -> None:
    world, actor = staff.world, staff.actor(who)
    with world.store.transaction() as session:
        award_returning.send_back(session, world.house, actor, world.ring(who), award_id, said, now=world.clock())


def grant(staff: Staff, award_id: UUID, who: str = "song", fen: int | None = None) -> None:
    judge(staff, award_id, Judgement(AwardStep.APPROVE, GRANTED, fen), who)


def refuse(staff: Staff, award_id: UUID, who: str = "song") -> None:
    judge(staff, award_id, Judgement(AwardStep.REFUSE, REFUSED), who)


def decision(world: World, key: ReporterKey) -> Decision:
    """As the reporter reads it."""
    with world.store.reading() as session:
        award = claims.newest(session, world.house, key.report_id)
        return claims.decision(session, world.house, key, award)


def claim(world: World, key: ReporterKey, payee: Payee = PAYEE) -> str | None:
    """Claim it; the code for the counter."""
    with world.store.reading() as session:
        sealed = claims.seal(session, world.house, key, payee, now=world.clock())
    with world.store.transaction() as session:
        claims.claim(session, world.house, key, sealed, now=world.clock())
    return sealed.code


def contest(world: World, key: ReporterKey, words: str = "我才是第一个。") -> None:
    with world.store.reading() as session:
        made = contesting.prepare(session, world.house, key, words, now=world.clock())
    with world.store.transaction() as session:
        contesting.contest(session, world.house, key, made, now=world.clock())


def challenge(
    staff: Staff, award_id: UUID, who: str = "song", reason: RevokeReason = RevokeReason.COLLUSION, words: str = REVOKED
) -> UUID:
    """Propose to take a grant back; the motion."""
    hand = staff.hand(who)
    with staff.act(who) as act:
        return motions.propose(act, hand, revoking.wanted(act, hand.ring, award_id, reason, words))


def revoke(staff: Staff, award_id: UUID, who: str = "song", second: str = "sun") -> None:
    """Taken back by two."""
    staff.confirm(second, challenge(staff, award_id, who))


def rule(staff: Staff, award_id: UUID, step: AwardStep, who: str = "yan", words: str = GIVEN_BACK) -> None:
    """Decide about a revocation that is contested."""
    world, actor, said = staff.world, staff.actor(who), Ruling(step, words)
    with world.store.reading() as session:
        made = reinstating.prepare(session, world.house, actor, world.ring(who), award_id, said, now=world.clock())
    with world.store.transaction() as session:
        reinstating.rule(session, world.house, actor, award_id, said, made, now=world.clock())


def announce(staff: Staff, award_id: UUID, who: str = "song") -> None:
    """The public notice was put up."""
    world = staff.world
    with world.store.transaction() as session:
        announcing.announce(session, world.house, staff.actor(who), award_id, now=world.clock())


def release(staff: Staff, payout_id: UUID, by: str = "qian", second: str = "zhao") -> None:
    hand = staff.hand(by)
    with staff.act(by) as act:
        motion_id = motions.propose(act, hand, paying.wanted(act, payout_id))
    staff.confirm(second, motion_id)


def make_list(staff: Staff, who: str = "qian") -> UUID:
    """A list for the bank of everything that was released and stands in none."""
    world, hand = staff.world, staff.hand(who)
    world.sign()
    with world.store.transaction() as session:
        (desk_id,) = staff.actor(who).desks(Duty.PAYOUT)
        return bank_lists.make(
            session, world.house, staff.actor(who), hand.ring, hand.fresh, desk_id, now=world.clock()
        )


def book(staff: Staff, payout_id: UUID, step: PayoutStep = PayoutStep.PAY, who: str = "qian") -> None:
    """What the bank said of it; it comes into a list first, where it stands in none."""
    world, row = staff.world, payout(staff.world, payout_id)
    if row.state is PayoutState.RELEASED and row.list_id is None and row.code is None:
        make_list(staff, who)
    with world.store.transaction() as session:
        paying.book(session, world.house, staff.actor(who), step, payout_id, now=world.clock())


def at_counter(staff: Staff, payout_id: UUID, code: str, who: str = "qian", seen: Seen = UNSEEN) -> bool:
    """Whether the code they show is the one, which books it as paid."""
    world = staff.world
    with world.store.transaction() as session:
        return paying.try_code(
            session, world.house, staff.actor(who), world.ring(who), payout_id, code, now=world.clock(), seen=seen
        )


def payout(world: World, payout_id: UUID) -> Payout:
    with world.store.reading() as session:
        return session.get_one(Payout, payout_id)


def granted(staff: Staff, key: ReporterKey, award_id: UUID) -> UUID:
    """Granted and told; which payment it is to be."""
    grant(staff, award_id)
    verification.serve(staff.world, key)
    voucher = decision(staff.world, key).voucher
    assert voucher is not None
    return voucher.reference
