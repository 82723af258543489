"""Nobody judges a reward who had a hand in the case or is near to it, and nobody judges what has changed since."""

from uuid import UUID

import pytest

from portal.domain.award_errors import AwardSumError, NoJudgeError, OwnAwardError
from portal.domain.award_vocabulary import AwardStep, AwardView
from portal.domain.errors import InterestError, LedgerError, RecusedError, StaleError
from portal.domain.paper_vocabulary import PenaltyStatus
from portal.domain.vocabulary import Duty, MotionKind
from portal.office import award_lists, judging
from portal.office.judging import Judgement
from portal.office.keyring import ReporterKey
from portal.office.paging import Window
from tests import rewards as cast
from tests import verification
from tests.casework import confirm_step
from tests.merging import merge
from tests.office.test_files_follow import erase
from tests.office.test_interests import declare, look
from tests.office.test_mailbox import withdraw
from tests.recusing import recuse
from tests.rewards import award_of, grant, propose, proposed, refuse
from tests.sending import accept, arrive, run
from tests.staffing import Staff
from tests.visitor import REPORT
from tests.world import World

pytestmark = [pytest.mark.sqlite, pytest.mark.reward("proposed")]


def test_a_lead_who_agreed_to_the_conclusion_does_not_judge_from_another_desk(staff: Staff, world: World) -> None:
    staff.newcomer("hao")
    staff.agree(MotionKind.SEAT, ("guan", "gao"), "hao", duty=Duty.LEAD)
    key, case_id = verification.answered(staff)
    confirm_step(staff, "hao", propose(staff, case_id, key.report_id))
    staff.agree(MotionKind.SEAT, ("guan", "song"), "gao", duty=Duty.AWARD)
    with pytest.raises(OwnAwardError):
        grant(staff, award_of(world, key.report_id).id, "gao")


def test_whoever_proposed_it_does_not_judge_by_another_name_in_the_database(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    staff.agree(MotionKind.SEAT, ("guan", "song"), "chen", duty=Duty.AWARD)
    with pytest.raises(OwnAwardError):
        grant(staff, award, "chen")
    motion, lin = award_of(world, key.report_id).motion_id, staff.cast["lin"].officer_id
    run(world, "UPDATE assignments SET officer_id = ?", lin.bytes)
    run(world, "UPDATE motions SET proposer_id = ? WHERE id = ?", lin.bytes, motion.bytes)
    with pytest.raises(LedgerError):
        grant(staff, award, "chen")


def test_whoever_declared_the_unit_does_not_judge(staff: Staff, world: World, key: ReporterKey, award: UUID) -> None:
    declare(staff, "sun", REPORT["respondent"])
    look(world, award_of(world, key.report_id).case_id)
    with pytest.raises(InterestError):
        grant(staff, award, "sun")
    grant(staff, award, "song")


def test_the_lead_keeps_a_judge_out_who_then_sees_nothing_of_it(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    recuse(world, "gao", award_of(world, key.report_id).case_id, "sun")
    with pytest.raises(RecusedError):
        grant(staff, award, "sun")
    with world.store.reading() as session:
        every = ("zh-Hans", award_lists.Wanted(AwardView.ALL), Window())
        listed = [
            award_lists.listed(session, world.house, staff.actor(who), *every, now=world.clock())
            for who in ("sun", "song")
        ]
    assert [len(one.lines) for one in listed] == [0, 1]


def test_a_penalty_that_changes_after_the_proposal_sends_it_back(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    case_id = award_of(world, key.report_id).case_id
    verification.file(world, "chen", case_id, verification.penalty(status=PenaltyStatus.ANNULLED))
    with pytest.raises(AwardSumError, match="changed"):
        grant(staff, award)


def test_a_proposal_is_not_agreed_to_once_the_case_file_has_changed(staff: Staff, world: World) -> None:
    key, case_id = verification.answered(staff)
    motion = propose(staff, case_id, key.report_id)
    verification.file(world, "chen", case_id, verification.penalty())
    with pytest.raises(StaleError):
        confirm_step(staff, "gao", motion)


def test_a_refusal_that_was_sealed_before_another_was_contested_is_not_the_answer_to_that(
    staff: Staff, world: World
) -> None:
    key, award = proposed(staff, facts=cast.NOT_FIRST)
    said, hands = Judgement(AwardStep.REFUSE, cast.REFUSED), (world.ring("song"), staff.cast["song"].keys.signing)
    with world.store.reading() as session:
        made = judging.prepare(session, world.house, staff.actor("song"), hands, award, said, now=world.clock())
    refuse(staff, award, "sun")
    verification.serve(world, key)
    cast.contest(world, key)
    with world.store.transaction() as session, pytest.raises(StaleError):
        judging.decide(session, world.house, staff.actor("song"), award, said, made, now=world.clock())


def test_whoever_declared_the_unit_meanwhile_does_not_propose(staff: Staff, world: World) -> None:
    key, case_id = verification.answered(staff)
    declare(staff, "chen", REPORT["respondent"])
    look(world, case_id)
    with pytest.raises(InterestError):
        propose(staff, case_id, key.report_id)


def test_what_the_reporter_took_back_after_the_proposal_is_not_granted_unseen(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    withdraw(world, key)
    with pytest.raises(AwardSumError, match="changed"):
        grant(staff, award)


def test_a_name_that_was_erased_after_the_proposal_is_no_name(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    erase(world, key)
    with pytest.raises(AwardSumError, match="changed"):
        grant(staff, award)


def test_a_reward_does_not_come_before_a_desk_where_nobody_is_a_third(staff: Staff, world: World) -> None:
    key, case_id = verification.answered(staff)
    motion = propose(staff, case_id, key.report_id)
    for who in ("song", "sun"):
        recuse(world, "gao", case_id, who)
    with pytest.raises(NoJudgeError):
        confirm_step(staff, "gao", motion)


def test_whoever_checked_a_report_that_was_merged_into_the_case_does_not_judge(staff: Staff, world: World) -> None:
    staff.newcomer("liu")
    staff.agree(MotionKind.SEAT, ("guan", "chen"), "liu", duty=Duty.INVESTIGATE)
    key, case_id = verification.checked(world)
    _, part = arrive(world)
    accept(world, "lin", part)
    verification.give(world, part, "liu", "gao")
    merge(world, "lin", part, case_id)
    look(world, part)
    confirm_step(staff, "gao", verification.propose(staff, case_id))
    confirm_step(staff, "gao", propose(staff, case_id, key.report_id))
    staff.agree(MotionKind.SEAT, ("guan", "song"), "liu", duty=Duty.AWARD)
    with pytest.raises(OwnAwardError):
        grant(staff, award_of(world, key.report_id).id, "liu")
