"""Payments that end unpaid, by two of the desk or the claimant: what is destroyed, what may be claimed anew."""

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.award_errors import ClaimError
from portal.domain.award_vocabulary import AwardState, PayoutEnd, PayoutState, PayoutStep
from portal.domain.errors import OwnMotionError, ReasonError, StaleError
from portal.office import award_endings, budgeting, contesting, motions, paying, payout_endings, reward_sheets
from portal.office.keyring import ReporterKey
from portal.office.recording import record
from portal.office.reward_sheets import RewardSheet
from portal.store.ledger import Entry
from tests import rewards as cast
from tests.rewards import award_of, claim, payout, release
from tests.staffing import Staff
from tests.world import World

pytestmark = [pytest.mark.sqlite, pytest.mark.reward("claimed")]


def proposed_end(staff: Staff, reference: UUID, why: PayoutEnd, by: str = "qian") -> UUID:
    hand = staff.hand(by)
    with staff.act(by) as act:
        return motions.propose(act, hand, payout_endings.wanted(act, reference, why))


def end(staff: Staff, reference: UUID, why: PayoutEnd = PayoutEnd.ACCOUNT) -> None:
    staff.confirm("zhao", proposed_end(staff, reference, why))


def withdraw(world: World, key: ReporterKey) -> None:
    with world.store.transaction() as session:
        payout_endings.withdraw(session, world.house, key, now=world.clock())


def sheet(world: World, key: ReporterKey) -> RewardSheet:
    with world.store.reading() as session:
        found = reward_sheets.sheet(session, world.house, key, "zh-Hans", now=world.clock())
    assert found is not None
    return found


def test_what_cannot_be_paid_is_ended_by_two_destroyed_and_claimed_anew(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    release(staff, reference)
    cast.book(staff, reference, PayoutStep.FAIL)
    world.clock.forward(hours=1)
    with pytest.raises(ReasonError):
        proposed_end(staff, reference, PayoutEnd.WITHDRAWN)
    world.clock.forward(hours=1)
    motion_id = proposed_end(staff, reference, PayoutEnd.ACCOUNT)
    world.clock.forward(hours=1)
    with pytest.raises(OwnMotionError):
        staff.confirm("qian", motion_id)
    staff.confirm("zhao", motion_id)
    row = payout(world, reference)
    assert (row.state, row.ended, row.body, row.wrapped) == (PayoutState.CANCELLED, PayoutEnd.ACCOUNT, None, None)
    entry = world.entries()[-2]
    assert (entry["event"], entry["reason"], entry["facts"]) == ("payout_cancelled", "account", {})
    assert sheet(world, key).claimable
    world.clock.forward(days=90)
    claim(world, key)
    assert (payout(world, reference).ended, payout(world, reference).wiped_on) == (None, None)
    release(staff, reference)
    cast.book(staff, reference)
    world.verify()


def test_what_was_revoked_is_not_claimed_anew_and_no_entry_of_the_award_tells(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    end(staff, reference, PayoutEnd.REVOKED)
    assert payout(world, reference).body is not None, "what was got by fraud is followed up"
    row = award_of(world, key.report_id)
    ours = {str(one) for one in (row.id, row.report_id, row.case_id, row.letter_id)}
    with world.store.reading() as session:
        said = [(entry.opening or b"").decode() for entry in session.scalars(select(Entry))]
    assert not any(str(reference) in one and any(each in one for each in ours) for one in said)
    told = sheet(world, key)
    assert (told.ended, told.claimable, told.disposable, told.late) == (PayoutEnd.REVOKED, False, False, False)
    with pytest.raises(ClaimError, match="ended"):
        claim(world, key)
    award, ring, actor = award_of(world, key.report_id), world.ring("song"), staff.actor("song")
    world.clock.forward(days=90)
    with world.store.transaction() as session, pytest.raises(ClaimError, match="again"):
        award_endings.forfeit(session, world.house, actor, ring, award.id, now=world.clock())
    world.sign()
    with world.store.transaction() as session:
        assert budgeting.show(session, world.house, actor, ring, 2026, now=world.clock()).granted == 0
    world.clock.forward(days=366 * world.house.policies.rewards.rules.terms.accounting_years)
    with world.store.transaction() as session:
        record(session, world.house.entry_key, *paying.wipe(session, world.house, now=world.clock()))
    assert payout(world, reference).body is None
    world.verify()


def test_a_claim_is_taken_back_until_it_is_released_and_made_anew_in_time(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    withdraw(world, key)
    row = payout(world, reference)
    assert (row.ended, row.body, row.wiped_on) == (PayoutEnd.WITHDRAWN, None, world.clock().date())
    claim(world, key, cast.COUNTER)
    release(staff, reference)
    with pytest.raises(ClaimError, match="released"):
        withdraw(world, key)
    world.verify()


def test_whoever_took_it_back_is_late_after_the_last_day_and_may_give_it_up(world: World, key: ReporterKey) -> None:
    withdraw(world, key)
    world.clock.forward(days=90)
    with pytest.raises(ClaimError, match="late"):
        claim(world, key)
    assert sheet(world, key).late
    with world.store.transaction() as session:
        contesting.give_up(session, world.house, key, now=world.clock())
    assert award_of(world, key.report_id).state is AwardState.GIVEN_UP
    world.verify()


def test_two_release_the_same_claim_and_not_each_another(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    hand = staff.hand("qian")
    with staff.act("qian") as act:
        motion_id = motions.propose(act, hand, paying.wanted(act, reference))
    claim(world, key, replace(cast.PAYEE, bank="长春农商银行"))
    with pytest.raises(StaleError):
        staff.confirm("zhao", motion_id)
    world.clock.forward(hours=1)
    release(staff, reference)
    world.verify()
