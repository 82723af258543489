"""A reward from the proposal to the payment: who may do what, what each desk learns, and that nothing joins the two."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.award_errors import AwardOpenError, AwardSumError, ClaimError, OwnAwardError
from portal.domain.award_vocabulary import AwardState, AwardStep, PayoutState
from portal.domain.errors import (
    IllegalTransitionError,
    NotAllowedError,
    ObjectionError,
    StrangerError,
)
from portal.office import award_endings, budgeting, judging, naming, paying
from portal.office.keyring import ReporterKey
from portal.store.ledger import Entry
from portal.store.payouts import Payout
from tests import rewards as cast
from tests.rewards import award_of, claim, decision, grant, payout, propose, proposed, refuse, release
from tests.sending import box
from tests.staffing import Staff
from tests.verification import serve
from tests.world import World

pytestmark = [pytest.mark.sqlite, pytest.mark.reward("proposed")]


def test_a_reward_goes_from_the_proposal_to_the_payment(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    reference = cast.granted(staff, key, award)
    said = decision(world, key)
    assert (said.fen, said.words) == (750_000, cast.GRANTED), "15 % of 50,000"
    assert {one.rule for one in box(world, key).clocks} >= {"C23"}
    claim(world, key)
    assert payout(world, reference).state is PayoutState.CLAIMED
    release(staff, reference)
    cast.book(staff, reference)
    assert payout(world, reference).state is PayoutState.PAID
    with pytest.raises(IllegalTransitionError):
        cast.book(staff, reference)
    world.verify()


def test_whoever_pays_sees_whom_and_how_much_and_never_what_for(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    reference = cast.granted(staff, key, award)
    claim(world, key)
    world.sign()
    with world.store.transaction() as session:
        found = paying.look(session, world.house, staff.actor("qian"), world.ring("qian"), reference, now=world.clock())
    assert (found.payee.holder, found.voucher.fen) == ("周小明", 750_000)
    for who in ("song", "chen", "gao", "lin", "he"):
        with world.store.reading() as session, pytest.raises(StrangerError):
            paying.unseal(session, world.house, world.ring(who), session.get_one(Payout, reference))
    with world.store.reading() as session, pytest.raises(StrangerError):
        judging.admit(session, world.house, staff.actor("qian"), AwardStep.SHOW, award)


def test_nothing_that_lies_in_the_database_joins_a_payment_to_its_report(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    reference = cast.granted(staff, key, award)
    claim(world, key)
    release(staff, reference)
    row = award_of(world, key.report_id)
    ours = {str(one) for one in (row.id, row.report_id, row.case_id, row.letter_id, row.motion_id, row.proposal_id)}
    with world.store.reading() as session:
        for entry in session.scalars(select(Entry)):
            said = (entry.opening or b"").decode()
            assert not (str(reference) in said and any(one in said for one in ours)), json.loads(said)
    with world.store.reading() as session:
        said = repr(vars(session.get_one(Payout, reference)))
    assert not any(one in said or UUID(one).hex in said for one in ours)


@pytest.mark.parametrize("who", ["chen", "gao"])
def test_nobody_judges_what_they_proposed_or_checked(staff: Staff, award: UUID, who: str) -> None:
    with pytest.raises(NotAllowedError):
        grant(staff, award, who)


def test_a_second_reward_of_one_report_waits_for_the_first(staff: Staff, world: World, key: ReporterKey) -> None:
    case_id = award_of(world, key.report_id).case_id
    with pytest.raises(AwardOpenError):
        propose(staff, case_id, key.report_id)


def test_what_the_rules_give_is_not_bent(staff: Staff, award: UUID) -> None:
    with pytest.raises(AwardSumError, match="reckoned"):
        grant(staff, award, fen=800_000)
    with pytest.raises(AwardSumError, match="met"):
        refuse(staff, award)


def test_a_refusal_is_contested_once_before_somebody_else(staff: Staff, world: World) -> None:
    key, award = proposed(staff, facts=cast.NOT_FIRST)
    refuse(staff, award)
    with pytest.raises(ObjectionError):
        cast.contest(world, key)
    serve(world, key)
    cast.contest(world, key)
    assert award_of(world, key.report_id).state is AwardState.CONTESTED
    with pytest.raises(OwnAwardError):
        refuse(staff, award)
    refuse(staff, award, who="sun")
    assert award_of(world, key.report_id).state is AwardState.UPHELD
    serve(world, key)
    with pytest.raises(ObjectionError, match="again"):
        cast.contest(world, key)
    world.verify()


def test_a_late_claim_with_a_reason_gets_another_day_and_one_without_is_given_up(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    cast.granted(staff, key, award)
    ring, actor = world.ring("song"), staff.actor("song")
    with world.store.transaction() as session, pytest.raises(ClaimError, match="early"):
        award_endings.forfeit(session, world.house, actor, ring, award, now=world.clock())
    world.clock.forward(days=80)
    with world.store.transaction() as session:
        last = world.clock().date() + timedelta(days=30)
        award_endings.prolong(session, world.house, actor, ring, award, last, now=world.clock())
    assert award_of(world, key.report_id).until == last
    world.clock.forward(days=32)
    with pytest.raises(ClaimError, match="late"):
        claim(world, key)
    with world.store.transaction() as session:
        award_endings.forfeit(session, world.house, actor, ring, award, now=world.clock())
    assert award_of(world, key.report_id).state is AwardState.FORFEITED
    world.verify()


def test_what_was_claimed_is_neither_forfeited_nor_revoked(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    cast.granted(staff, key, award)
    claim(world, key)
    world.clock.forward(days=90)
    ring, actor = world.ring("song"), staff.actor("song")
    with world.store.transaction() as session, pytest.raises(ClaimError, match="again"):
        award_endings.forfeit(session, world.house, actor, ring, award, now=world.clock())
    with pytest.raises(ClaimError, match="again"):
        cast.challenge(staff, award)


def test_the_budget_of_a_year_says_what_is_reserved_granted_and_paid(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    ring, actor = world.ring("song"), staff.actor("song")
    world.sign()

    def year() -> tuple[int | None, int, int, int]:
        world.sign()
        with world.store.transaction() as session:
            found = budgeting.show(session, world.house, actor, ring, 2026, now=world.clock())
        return found.left, found.reserved, found.granted, found.paid

    assert year() == (None, 750_000, 0, 0)
    with world.store.transaction() as session:
        budgeting.set_whole(session, world.house, actor, 2026, 10_000_000, now=world.clock())
    reference = cast.granted(staff, key, award)
    assert year() == (9_250_000, 0, 750_000, 0)
    claim(world, key)
    release(staff, reference)
    cast.book(staff, reference)
    assert year() == (9_250_000, 0, 0, 750_000)
    world.verify()


def test_nobody_is_refused_for_want_of_a_name_before_they_were_asked_and_had_ten_days(
    staff: Staff, world: World
) -> None:
    key, award = proposed(staff, facts={**cast.FACTS, "reporter": {"identified": False, "claim_code": True}})
    with pytest.raises(AwardSumError, match="ask"):
        refuse(staff, award)
    ring, actor = world.ring("song"), staff.actor("song")
    with world.store.reading() as session:
        made = naming.prepare(session, world.house, actor, ring, award, "补上姓名才能奖励。", now=world.clock())
    with world.store.transaction() as session:
        naming.ask(session, world.house, actor, award, made)
    assert any(one.text == "补上姓名才能奖励。" for one in box(world, key).letters)
    with pytest.raises(AwardSumError, match="wait"):
        refuse(staff, award)
    world.clock.forward(days=11)
    refuse(staff, award)
    world.verify()


def test_what_the_reporter_contests_with_right_goes_back_to_be_proposed_anew(staff: Staff, world: World) -> None:
    key, award = proposed(staff, facts=cast.NOT_FIRST)
    case_id = award_of(world, key.report_id).case_id
    refuse(staff, award)
    serve(world, key)
    cast.contest(world, key)
    with pytest.raises(OwnAwardError):
        cast.send_back(staff, award)
    cast.send_back(staff, award, "sun")
    propose(staff, case_id, key.report_id)
    world.verify()
