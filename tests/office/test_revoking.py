"""A reward that was granted is taken back by two, its reporter contests that once, and somebody else decides."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from portal.domain import clocks
from portal.domain.award_errors import AwardSumError, ClaimError, NoJudgeError, OwnAwardError
from portal.domain.award_vocabulary import AwardState, AwardStep, RevokeReason
from portal.domain.errors import (
    IllegalTransitionError,
    MotionPendingError,
    ObjectionError,
    OwnMotionError,
    StrangerError,
    WordsMissingError,
)
from portal.domain.vocabulary import ClockState, Duty, MotionStep
from portal.office import award_endings, budgeting, judging, motions, reward_sheets
from portal.office.keyring import ReporterKey
from tests import rewards as cast
from tests import verification
from tests.casework import confirm_step
from tests.recusing import recuse
from tests.rewards import award_of, challenge, claim, contest, decision, grant, revoke, rule
from tests.sending import box, run
from tests.staffing import Staff
from tests.verification import serve
from tests.world import World

pytestmark = [pytest.mark.sqlite, pytest.mark.reward("revocable")]
ABOVE = "office-220000"


def state(world: World, key: ReporterKey) -> AwardState:
    return award_of(world, key.report_id).state


def page(world: World, key: ReporterKey) -> reward_sheets.RewardSheet:
    with world.store.reading() as session:
        found = reward_sheets.sheet(session, world.house, key, "zh-Hans", now=world.clock())
    assert found is not None
    return found


def running(world: World, key: ReporterKey) -> int:
    """How many times to collect run."""
    said = [one for one in box(world, key).clocks if one.rule == "C23"]
    return sum(one.state is ClockState.RUNNING for one in said)


def test_two_take_it_back_and_the_reporter_reads_why_by_which_article_and_that_they_may_contest(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    motion = challenge(staff, award)
    assert state(world, key) is AwardState.APPROVED, "one alone takes nothing"
    staff.confirm("sun", motion)
    assert (decision(world, key).words, decision(world, key).fen) == (cast.REVOKED, None)
    serve(world, key)
    said = page(world, key)
    assert (said.revoked, said.contestable) == (RevokeReason.COLLUSION, True)
    assert said.provision is not None
    assert said.provision.basis
    with pytest.raises(ClaimError, match="none"):
        claim(world, key)
    assert running(world, key) == 0, "there is nothing to collect"
    world.verify()


def test_while_it_waits_it_is_claimed_as_ever_and_then_cannot_be_revoked(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    motion = challenge(staff, award)
    claim(world, key)
    with pytest.raises(ClaimError, match="again"):
        staff.confirm("sun", motion)
    assert state(world, key) is AwardState.APPROVED
    world.verify()


def test_nobody_agrees_to_what_they_proposed_nor_is_it_proposed_twice_or_without_a_word(
    staff: Staff, award: UUID
) -> None:
    with pytest.raises(WordsMissingError):
        challenge(staff, award, words=" ")
    motion = challenge(staff, award)
    with pytest.raises(OwnMotionError):
        staff.confirm("song", motion)
    with pytest.raises(MotionPendingError):
        challenge(staff, award, "sun", RevokeReason.NAME)


def test_those_who_handle_the_case_learn_nothing_of_what_is_proposed(staff: Staff, world: World, award: UUID) -> None:
    motion = challenge(staff, award)
    for who in ("chen", "gao", "lin", "guan"):
        with staff.act(who) as act, pytest.raises(StrangerError):
            motions.admit(act, MotionStep.SHOW, motion)
    papers = run(world, "SELECT kind FROM papers")
    assert "grounds" not in {kind for (kind,) in papers}


def test_what_is_contested_and_reversed_stands_again_under_the_same_order_with_a_new_time_to_collect(
    staff: Staff, world: World, key: ReporterKey, award: UUID, reference: UUID
) -> None:
    before = award_of(world, key.report_id).until
    revoke(staff, award)
    world.clock.forward(days=20)
    serve(world, key)
    contest(world, key, "我不认识任何检查人员。")
    assert state(world, key) is AwardState.DISPUTED
    with pytest.raises(ObjectionError, match="again"):
        contest(world, key)
    for who in ("song", "sun"):
        with pytest.raises(OwnAwardError):
            rule(staff, award, AwardStep.REINSTATE, who)
    rule(staff, award, AwardStep.REINSTATE)
    said = decision(world, key)
    assert (said.words, said.fen, said.revoked) == (cast.GIVEN_BACK, 750_000, "")
    assert said.voucher is not None
    assert said.voucher.reference == reference, "one order for one reward, so that nobody claims two"
    assert award_of(world, key.report_id).until is None
    serve(world, key)
    assert award_of(world, key.report_id).until > before
    claim(world, key)
    cast.release(staff, reference)
    cast.book(staff, reference)
    world.verify()


def test_what_is_contested_and_upheld_stays_revoked_for_good(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    revoke(staff, award)
    serve(world, key)
    contest(world, key)
    with pytest.raises(WordsMissingError):
        rule(staff, award, AwardStep.AFFIRM, words=" ")
    rule(staff, award, AwardStep.AFFIRM, words="查实了。")
    serve(world, key)
    said = page(world, key)
    assert (said.state, said.words, said.contestable) == (AwardState.REVOKED, "查实了。", False)
    with pytest.raises(ObjectionError, match="again"):
        contest(world, key)
    with pytest.raises(IllegalTransitionError):
        rule(staff, award, AwardStep.REINSTATE)
    world.verify()


def test_it_is_contested_within_the_days_that_objections_have(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    revoke(staff, award)
    serve(world, key)
    world.clock.forward(days=12)
    with pytest.raises(ObjectionError, match="late"):
        contest(world, key)


def test_a_refusal_that_was_contested_before_takes_no_right_away(staff: Staff, world: World) -> None:
    key, award = cast.proposed(staff, facts=cast.NOT_FIRST)
    cast.refuse(staff, award)
    serve(world, key)
    contest(world, key)
    with pytest.raises(OwnAwardError):
        cast.refuse(staff, award)
    cast.refuse(staff, award, "sun")
    assert state(world, key) is AwardState.UPHELD


def test_it_is_revoked_once_more_by_two_and_contested_once_more(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    revoke(staff, award)
    serve(world, key)
    contest(world, key)
    rule(staff, award, AwardStep.REINSTATE)
    revoke(staff, award, "sun", "song")
    serve(world, key)
    contest(world, key)
    assert state(world, key) is AwardState.DISPUTED
    world.verify()


def test_where_nobody_would_be_left_to_hear_it_nothing_is_revoked(staff: Staff, world: World) -> None:
    key, case_id = verification.answered(staff)
    confirm_step(staff, "gao", cast.propose(staff, case_id, key.report_id))
    award = award_of(world, key.report_id).id
    grant(staff, award)
    recuse(world, "gao", case_id, "yan")
    with pytest.raises(NoJudgeError):
        challenge(staff, award)


def test_where_nobody_else_of_the_desk_may_the_one_above_agrees_and_another_there_hears_it(
    staff: Staff, world: World
) -> None:
    verification.seat(staff, "sheng-song", "sheng-sun", duty=Duty.AWARD)
    key, case_id = verification.answered(staff)
    confirm_step(staff, "gao", cast.propose(staff, case_id, key.report_id))
    award = award_of(world, key.report_id).id
    grant(staff, award)
    serve(world, key)
    for who in ("yan", "sun"):
        recuse(world, "gao", case_id, who)
    motion = challenge(staff, award)
    staff.confirm("sheng-song", motion)
    serve(world, key)
    contest(world, key)
    assert award_of(world, key.report_id).desk_id == staff.desk(Duty.AWARD, ABOVE)
    for who in ("sheng-song", "song"):
        with pytest.raises((OwnAwardError, StrangerError)):
            rule(staff, award, AwardStep.REINSTATE, who)
    rule(staff, award, AwardStep.REINSTATE, "sheng-sun")
    assert award_of(world, key.report_id).desk_id == staff.desk(Duty.AWARD), "its own desk has it again"
    serve(world, key)
    claim(world, key)
    world.verify()


def test_another_report_of_the_matter_is_granted_nothing_while_it_could_have_to_go_back(
    staff: Staff, world: World
) -> None:
    case_id, first, later = cast.matter(staff)
    confirm_step(staff, "gao", cast.propose(staff, case_id, first.report_id))
    award = award_of(world, first.report_id).id
    grant(staff, award)
    revoke(staff, award)
    confirm_step(staff, "gao", cast.propose(staff, case_id, later.report_id, facts={**cast.FACTS, **MERIT}))
    other = award_of(world, later.report_id).id
    with pytest.raises(AwardSumError, match="held"):
        grant(staff, other, fen=750_000)
    serve(world, first)
    contest(world, first)
    with pytest.raises(AwardSumError, match="held"):
        grant(staff, other, fen=750_000)
    rule(staff, award, AwardStep.AFFIRM)
    grant(staff, other, fen=750_000)
    world.verify()


MERIT = {"matter": {"earlier_named_report": True, "merit": "own"}}


def test_the_budget_reserves_again_what_is_contested_and_counts_what_stands_again(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    def year() -> tuple[int, int]:
        world.sign()
        actor, ring = staff.actor("yan"), world.ring("yan")
        with world.store.transaction() as session:
            found = budgeting.show(session, world.house, actor, ring, 2026, now=world.clock())
        return found.reserved, found.granted

    assert year() == (0, 750_000)
    revoke(staff, award)
    assert year() == (0, 0)
    serve(world, key)
    contest(world, key)
    assert year() == (750_000, 0)
    rule(staff, award, AwardStep.REINSTATE)
    assert year() == (0, 750_000)


def test_no_entry_of_a_revocation_names_a_payment(
    staff: Staff, world: World, key: ReporterKey, award: UUID, reference: UUID
) -> None:
    revoke(staff, award)
    serve(world, key)
    contest(world, key)
    rule(staff, award, AwardStep.REINSTATE)
    assert str(reference) not in str(world.entries())


def test_a_revocation_that_was_written_into_the_database_hears_nobody(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    revoke(staff, award)
    serve(world, key)
    contest(world, key)
    run(world, "UPDATE revocations SET contest_id = NULL")
    with world.store.reading() as session, pytest.raises(Exception, match="entry"):
        judging.admit(session, world.house, staff.actor("yan"), AwardStep.SHOW, award)


def test_a_notice_that_nobody_opens_counts_as_received_and_the_time_to_claim_runs(staff: Staff, world: World) -> None:
    key, award = cast.proposed(staff)
    grant(staff, award)
    cast.announce(staff, award)
    row = award_of(world, key.report_id)
    counts = date(2026, 3, 2) + timedelta(days=30)
    assert row.posted_on == clocks.day_of(world.clock())
    assert row.until >= counts + timedelta(days=60), "60 days from then"
    with pytest.raises(IllegalTransitionError):
        cast.announce(staff, award)
    world.clock.forward(days=100)
    ring, actor = world.ring("song"), staff.actor("song")
    with world.store.transaction() as session:
        award_endings.forfeit(session, world.house, actor, ring, award, now=world.clock())
    world.verify()


def test_who_opens_it_before_the_notice_counts_has_the_time_from_then(staff: Staff, world: World) -> None:
    key, award = cast.proposed(staff)
    grant(staff, award)
    cast.announce(staff, award)
    by_notice = award_of(world, key.report_id).until
    world.clock.forward(days=5)
    serve(world, key)
    assert award_of(world, key.report_id).until < by_notice
    assert running(world, key) == 1
    world.verify()


def test_who_opens_it_after_the_notice_counted_has_no_new_time(staff: Staff, world: World) -> None:
    key, award = cast.proposed(staff)
    grant(staff, award)
    cast.announce(staff, award)
    by_notice = award_of(world, key.report_id).until
    world.clock.forward(days=40)
    serve(world, key)
    assert award_of(world, key.report_id).until == by_notice
    claim(world, key)
    world.verify()


def test_a_revocation_that_nobody_opens_is_final_some_days_after_a_notice(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    revoke(staff, award)
    cast.announce(staff, award)
    world.clock.forward(days=45)
    serve(world, key)
    with pytest.raises(ObjectionError, match="late"):
        contest(world, key)
    world.verify()
