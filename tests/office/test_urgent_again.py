"""A case that is worked on again stands in the queue by what is due first, and among the urgent ones where it is."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.domain.alarms import RULES, AlarmKind
from portal.domain.case_vocabulary import Lane
from portal.domain.case_vocabulary import ReferralStep as Step
from portal.domain.paper_vocabulary import Verdict
from portal.domain.vocabulary import CaseState
from portal.office import timing
from portal.store.reports import Report
from tests import verification as cast
from tests.alarming import by_hand
from tests.casework import confirm_step
from tests.clocking import taken_up
from tests.office.test_merging import case_of
from tests.protecting import CATEGORY
from tests.referring import go_on, hand_over
from tests.sending import arrive, decline
from tests.staffing import Staff
from tests.world import World

DANGER, RETALIATION = AlarmKind.DANGER, AlarmKind.RETALIATION


def due_of(world: World, case_id: UUID, rule: str) -> datetime:
    with world.store.reading() as session:
        report_id = session.scalars(select(Report.id).where(Report.case_id == case_id)).one()
        return timing.dues(session, report_id=report_id, case_id=case_id)[rule]


def require_urgent(world: World, case_id: UUID, state: CaseState, kind: AlarmKind) -> None:
    case, due_at = case_of(world, case_id), due_of(world, case_id, RULES[kind])
    assert (case.state, case.lane, case.due_at) == (state, Lane.URGENT, due_at)
    world.sign()
    world.verify()


def test_what_another_body_sent_back_while_somebody_waits_to_be_protected(world: World) -> None:
    _, case_id = arrive(world, category=CATEGORY)
    referral_id = hand_over(world, case_id)
    world.clock.forward(minutes=1)
    go_on(world, "lin", case_id, referral_id, Step.RETURN, "不归我们管。")
    require_urgent(world, case_id, CaseState.RECEIVED, RETALIATION)


def test_what_is_dangerous_by_now_and_was_sent_back(world: World) -> None:
    _, case_id = taken_up(world)
    referral_id = hand_over(world, case_id)
    by_hand(world, "lin", case_id, DANGER)
    world.clock.forward(minutes=1)
    go_on(world, "lin", case_id, referral_id, Step.RETURN, "不归我们管。")
    require_urgent(world, case_id, CaseState.ACCEPTED, DANGER)


def test_what_is_dangerous_by_now_and_was_turned_away_wrongly(world: World) -> None:
    staff = Staff(world)
    cast.seat(staff, "sheng-chen")
    key, case_id = arrive(world)
    decline(world, "lin", case_id, "REPEAT_SAME_PERSON")
    cast.serve(world, key)
    cast.object_to(world, key)
    by_hand(world, "lin", case_id, DANGER)
    cast.review(world, case_id, "sheng-chen")
    world.clock.forward(minutes=1)
    confirm_step(staff, "sheng-lead", cast.judge(staff, case_id, Verdict.UPHELD))
    require_urgent(world, case_id, CaseState.RECEIVED, DANGER)
