"""Claiming and paying a reward that was granted: once, in time, to the right account, by the code at the counter."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from portal.domain.award_errors import ClaimError, CodeError
from portal.domain.award_vocabulary import PayoutState, PayoutStep
from portal.domain.errors import IllegalTransitionError, StaleError
from portal.domain.payee import PayeeError
from portal.domain.vocabulary import Duty, MotionKind
from portal.office import claims, paying
from portal.office.keyring import ReporterKey
from portal.office.recording import record
from portal.store.payouts import Payout
from tests import rewards as cast
from tests.rewards import award_of, claim, payout, release
from tests.staffing import Staff
from tests.world import World

pytestmark = [pytest.mark.sqlite, pytest.mark.reward("granted")]


def test_it_is_claimed_by_the_sixtieth_day_and_not_anew_once_it_is_released(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    until = award_of(world, key.report_id).until
    assert until == date(2026, 5, 6), "sixty days end on the first of May, the holiday on the fifth"
    world.clock.forward(days=65)
    claim(world, key)
    release(staff, reference)
    with pytest.raises(ClaimError, match="released"):
        claim(world, key)


def test_on_the_day_after_it_is_too_late(world: World, key: ReporterKey) -> None:
    world.clock.forward(days=66)
    with pytest.raises(ClaimError, match="late"):
        claim(world, key)


def test_a_number_that_was_mistyped_is_told_from_its_check_digit(world: World, key: ReporterKey) -> None:
    wrong = replace(cast.PAYEE, account=cast.CARD[:-1] + "9", id_number=cast.ID_NUMBER[:-1] + "5")
    with pytest.raises(PayeeError) as refused:
        claim(world, key, wrong)
    assert refused.value.flaws == {"account": "check_digit", "id_number": "check_digit"}


def test_a_wrong_code_slows_the_next_and_five_shut_it(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    code = claim(world, key, cast.COUNTER)
    assert code is not None
    release(staff, reference)

    def attempt(said: str) -> bool:
        return cast.at_counter(staff, reference, said)

    assert not attempt("0000-0000-0000")
    with pytest.raises(CodeError, match="soon"):
        attempt(code)
    for _ in range(4):
        world.clock.forward(hours=1)
        assert not attempt("0000-0000-0000")
    world.clock.forward(hours=1)
    with pytest.raises(CodeError, match="shut"):
        attempt(code)
    with world.store.transaction() as session:
        another = claims.draw_code(session, world.house, key, now=world.clock())
    assert attempt(another.lower()), "another code opens it anew"


def test_at_the_counter_the_code_and_nothing_else_books_it_as_paid(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    code = claim(world, key, cast.COUNTER)
    assert code is not None
    release(staff, reference)
    with pytest.raises(IllegalTransitionError):
        cast.book(staff, reference)
    assert cast.at_counter(staff, reference, code)
    assert payout(world, reference).state is PayoutState.PAID
    with pytest.raises(IllegalTransitionError):
        cast.at_counter(staff, reference, code)
    world.verify()


def test_a_correction_is_not_late_where_the_claim_was_in_time(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    claim(world, key)
    release(staff, reference)
    cast.book(staff, reference, PayoutStep.FAIL)
    world.clock.forward(days=66)
    claim(world, key)
    assert payout(world, reference).state is PayoutState.CLAIMED
    world.verify()


def test_a_claim_is_sealed_again_when_the_payout_desk_turned_meanwhile(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    with world.store.reading() as session:
        sealed = claims.seal(session, world.house, key, cast.PAYEE, now=world.clock())
    staff.agree(MotionKind.TURN, ("qian", "guan"), duty=Duty.PAYOUT)
    with world.store.transaction() as session, pytest.raises(StaleError):
        claims.claim(session, world.house, key, sealed, now=world.clock())
    with world.store.reading() as session:
        assert session.get(Payout, reference) is None


def test_what_the_bank_sends_back_is_corrected_and_released_anew(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    claim(world, key)
    release(staff, reference)
    cast.book(staff, reference)
    cast.book(staff, reference, PayoutStep.FAIL)
    claim(world, key)
    assert payout(world, reference).state is PayoutState.CLAIMED
    release(staff, reference, "zhao", "qian")
    cast.book(staff, reference)
    world.verify()


def test_payees_are_destroyed_after_their_years(staff: Staff, world: World, key: ReporterKey, reference: UUID) -> None:
    claim(world, key)
    release(staff, reference)
    cast.book(staff, reference)
    world.clock.forward(days=31 * 366)
    with world.store.transaction() as session:
        drafts = paying.wipe(session, world.house, now=world.clock())
        record(session, world.house.entry_key, *drafts)
    assert (payout(world, reference).body, payout(world, reference).state) == (None, PayoutState.PAID)
    world.verify()
