"""What is taken back may go back: nobody makes that impossible, hears it twice, or grants it to another meanwhile."""

from uuid import UUID

import pytest

from portal.domain.award_errors import AwardOpenError, NoJudgeError, OwnAwardError
from portal.domain.award_vocabulary import AwardState, AwardStep
from portal.domain.errors import MergeError
from portal.domain.merging import SplitSnag
from portal.domain.vocabulary import Duty, MotionKind
from portal.office import claims, merging, staffing
from portal.office.keyring import ReporterKey
from portal.store.awards import Award
from tests import rewards as cast
from tests.casework import confirm_step
from tests.merging import split
from tests.office.test_interests import declare, look
from tests.rewards import award_of, challenge, contest, grant, propose, refuse, revoke, rule, send_back
from tests.staffing import Staff
from tests.verification import serve
from tests.visitor import REPORT
from tests.world import World

pytestmark = pytest.mark.reward("revocable")


def case_of(world: World, key: ReporterKey) -> UUID:
    return award_of(world, key.report_id).case_id


def test_a_reward_that_may_go_back_is_not_proposed_anew_so_that_nobody_can_contest(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    revoke(staff, award)
    with pytest.raises(AwardOpenError):
        propose(staff, case_of(world, key), key.report_id)
    serve(world, key)
    contest(world, key)
    rule(staff, award, AwardStep.AFFIRM)
    confirm_step(staff, "gao", propose(staff, case_of(world, key), key.report_id))
    world.verify()


@pytest.mark.sqlite
def test_once_the_days_to_contest_it_are_over_it_is_proposed_anew(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    revoke(staff, award)
    serve(world, key)
    world.clock.forward(days=70)
    propose(staff, case_of(world, key), key.report_id)


def test_a_matter_is_not_parted_while_its_reward_may_go_back(staff: Staff, world: World) -> None:
    case_id, first, _ = cast.matter(staff)
    confirm_step(staff, "gao", propose(staff, case_id, first.report_id))
    award = award_of(world, first.report_id).id
    grant(staff, award)
    revoke(staff, award)
    with world.store.reading() as session:
        merged = next(one.case_id for one in merging.reports_of(session, case_id) if one.case_id != case_id)
    with pytest.raises(MergeError, match=SplitSnag.AWARDED):
        split(world, "gao", merged)
    serve(world, first)
    contest(world, first)
    rule(staff, award, AwardStep.AFFIRM)
    split(world, "gao", merged)
    world.verify()
    assert world.replay() == ()


@pytest.mark.sqlite
def test_whoever_took_it_away_once_does_not_hear_what_is_contested_later(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    revoke(staff, award)
    serve(world, key)
    contest(world, key)
    rule(staff, award, AwardStep.REINSTATE)
    staff.newcomer("tan")
    staff.agree(MotionKind.SEAT, ("guan", "song"), "tan", duty=Duty.AWARD)
    motion = challenge(staff, award, "yan")
    with pytest.raises(NoJudgeError):
        staff.confirm("tan", motion)
    staff.confirm("sun", motion)
    serve(world, key)
    contest(world, key)
    for who in ("song", "sun", "yan"):
        with pytest.raises(OwnAwardError):
            rule(staff, award, AwardStep.AFFIRM, who)
    rule(staff, award, AwardStep.AFFIRM, "tan")
    world.verify()


@pytest.mark.sqlite
def test_whoever_declared_the_unit_is_not_the_one_who_is_left_to_hear_it(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    declare(staff, "yan", REPORT["respondent"])
    look(world, case_of(world, key))
    with pytest.raises(NoJudgeError):
        challenge(staff, award)


@pytest.mark.sqlite
def test_nor_is_anybody_whose_account_is_shut(staff: Staff, award: UUID) -> None:
    with staff.act("guan") as act:
        staffing.suspend(act, staff.cast["yan"].officer_id)
    with pytest.raises(NoJudgeError):
        challenge(staff, award)


def test_a_refusal_is_not_hidden_by_a_proposal_that_is_sent_back(staff: Staff, world: World) -> None:
    key, first = cast.proposed(staff, facts=cast.NOT_FIRST)
    refuse(staff, first)
    serve(world, key)
    world.clock.forward(hours=1)
    confirm_step(staff, "gao", propose(staff, case_of(world, key), key.report_id))
    with world.store.reading() as session:
        again = claims.newest(session, world.house, key.report_id)
    assert again is not None
    assert again.id != first
    send_back(staff, again.id)
    contest(world, key)
    with world.store.reading() as session:
        assert session.get_one(Award, first).state is AwardState.CONTESTED
    world.verify()
