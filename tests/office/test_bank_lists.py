"""Lists for the bank: a payment stands in one until the bank has answered, and the same list is the same file."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from portal.domain import payouts
from portal.domain.award_errors import BankListError, ClaimError
from portal.domain.award_vocabulary import BankAnswer, BankListState, PayoutEnd, PayoutState, PayoutStep
from portal.domain.errors import LedgerError, OwnMotionError, SignInError, StaleError, StrangerError
from portal.domain.vocabulary import Duty, MotionStep
from portal.office import bank_lists, bank_sheets, motions, paying
from portal.office.bank_sheets import BankSheet
from portal.office.keyring import ReporterKey
from portal.office.paging import Window
from portal.review import bank_list
from portal.store.ledger import Entry
from portal.store.payouts import BankItem, BankList
from tests import rewards as cast
from tests.office.test_payout_endings import proposed_end, withdraw
from tests.racing import meet
from tests.rewards import CARD, claim, make_list, payout, release
from tests.sending import run
from tests.staffing import Staff
from tests.world import World

pytestmark = pytest.mark.reward("claimed")


def taken(staff: Staff, list_id: UUID, kind: str = bank_list.XLSX) -> bank_lists.Taken:
    world, hand = staff.world, staff.hand("qian")
    world.sign()
    with world.store.transaction() as session:
        return bank_lists.take(
            session, world.house, staff.actor("qian"), hand.ring, hand.fresh, list_id, kind, now=world.clock()
        )


def sheet(staff: Staff, list_id: UUID, who: str = "qian") -> BankSheet:
    world = staff.world
    world.sign()
    with world.store.transaction() as session:
        return bank_sheets.show(session, world.house, staff.actor(who), world.ring(who), list_id, now=world.clock())


def answer(staff: Staff, step: PayoutStep, *ids: UUID, days: int = 0) -> None:
    world = staff.world
    on = (world.clock() + timedelta(days=days)).date()
    with world.store.transaction() as session:
        paying.book(session, world.house, staff.actor("qian"), step, *ids, now=world.clock(), on=on)


def recall(staff: Staff, list_id: UUID) -> UUID:
    hand = staff.hand("qian")
    with staff.act("qian") as act:
        return motions.propose(act, hand, bank_lists.wanted(act, list_id))


def another(staff: Staff) -> UUID:
    """One more payment that two have released."""
    key, award = cast.proposed(staff)
    reference = cast.granted(staff, key, award)
    claim(staff.world, key)
    release(staff, reference)
    return reference


def test_what_was_released_comes_into_one_list_and_into_no_other(staff: Staff, world: World, reference: UUID) -> None:
    with pytest.raises(BankListError, match="empty"):
        make_list(staff)
    release(staff, reference)
    second = another(staff)
    made = make_list(staff)
    with pytest.raises(BankListError, match="empty"):
        make_list(staff)
    with world.store.reading() as session:
        row = session.get_one(BankList, made)
        assert (row.year, row.position, row.count, row.state, row.downloads) == (2026, 1, 2, BankListState.OPEN, 0)
        items = session.scalars(select(BankItem).order_by(BankItem.position)).all()
    assert {one.payout_id for one in items} == {reference, second}
    entry = next(one for one in world.entries() if one["event"] == "bank_list_made")
    assert set(entry["facts"]["payouts"]) == {str(reference), str(second)}
    found = sheet(staff, made)
    assert (found.line.number, found.line.maker, found.fen) == ("220100-2026-F001", "qian", 1_500_000)
    assert found.summed(BankAnswer.WAITING) == (2, 1_500_000)
    world.verify()


def test_the_file_of_a_list_is_the_same_each_time_and_says_its_number(
    staff: Staff, world: World, reference: UUID
) -> None:
    release(staff, reference)
    made = make_list(staff)
    files = [bank_list.written(kind, taken(staff, made, kind)) for kind in ("csv", "xlsx", "csv", "xlsx")]
    assert files[0] == files[2]
    assert files[1] == files[3]
    assert files[1][2] == "220100-2026-F001.xlsx"
    assert f'"220100-2026-F001","{payouts.reference(reference)}","周小明"' in files[0][0].decode()
    assert sheet(staff, made).line.downloads == 4
    told = [one["facts"] for one in world.entries() if one["event"] == "bank_list_taken"]
    assert [one["count"] for one in told] == [1, 2, 3, 4]
    world.verify()


def test_a_payment_in_a_list_is_neither_ended_nor_corrected_until_the_bank_has_answered(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    release(staff, reference)
    before = proposed_end(staff, reference, PayoutEnd.ACCOUNT)
    make_list(staff)
    with pytest.raises(BankListError, match="listed"):
        staff.confirm("zhao", before)
    with pytest.raises(BankListError, match="listed"):
        proposed_end(staff, reference, PayoutEnd.UNCOLLECTED)
    for step in (lambda: withdraw(world, key), lambda: claim(world, key)):
        with pytest.raises(ClaimError, match="released"):
            step()
    assert payout(world, reference).state is PayoutState.RELEASED
    world.verify()


def test_what_goes_by_bank_is_booked_in_a_list_alone(staff: Staff, world: World, reference: UUID) -> None:
    release(staff, reference)
    for step in (PayoutStep.PAY, PayoutStep.FAIL):
        with pytest.raises(BankListError, match="unlisted"):
            answer(staff, step, reference)
    assert payout(world, reference).state is PayoutState.RELEASED


def test_the_bank_answers_one_and_sends_back_another_which_goes_into_a_later_list(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    release(staff, reference)
    second = another(staff)
    first_list = make_list(staff)
    world.clock.forward(days=2)
    for days in (-3, 1):
        with pytest.raises(BankListError, match="day"):
            answer(staff, PayoutStep.PAY, second, days=days)
    answer(staff, PayoutStep.PAY, second, days=-1)
    assert sheet(staff, first_list).open
    answer(staff, PayoutStep.FAIL, reference)
    found = sheet(staff, first_list)
    assert (found.line.state, found.line.waiting) == (BankListState.SETTLED, 0)
    assert found.summed(BankAnswer.PAID) == found.summed(BankAnswer.RETURNED) == (1, 750_000)
    assert payout(world, second).paid_on == (world.clock() - timedelta(days=1)).date()
    with pytest.raises(BankListError, match="settled"):
        taken(staff, first_list)
    claim(world, key)
    release(staff, reference)
    later = make_list(staff)
    assert sheet(staff, later).line.number == "220100-2026-F002"
    assert [one.payout_id for one in sheet(staff, later).rows] == [reference]
    answer(staff, PayoutStep.PAY, reference)
    answer(staff, PayoutStep.FAIL, second)  # paid, it was thought
    assert sheet(staff, first_list).summed(BankAnswer.RETURNED) == (2, 1_500_000)
    world.verify()


def test_a_list_in_which_something_was_corrected_gives_out_no_file(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    release(staff, reference)
    another(staff)
    made = make_list(staff)
    answer(staff, PayoutStep.FAIL, reference)
    assert CARD in {one.account for one in taken(staff, made).lines}, "nothing has changed yet"
    claim(world, key)
    with pytest.raises(BankListError, match="changed"):
        taken(staff, made)
    assert sheet(staff, made).changed


def test_two_recall_a_list_that_was_never_handed_in_and_its_payments_are_free(
    staff: Staff, world: World, reference: UUID
) -> None:
    release(staff, reference)
    made = make_list(staff)
    motion_id = recall(staff, made)
    assert not sheet(staff, made).recallable
    world.clock.forward(hours=1)
    with pytest.raises(OwnMotionError):
        staff.confirm("qian", motion_id)
    staff.confirm("zhao", motion_id)
    found = sheet(staff, made)
    assert (found.line.state, found.summed(BankAnswer.RECALLED)) == (BankListState.RECALLED, (1, 750_000))
    with pytest.raises(BankListError, match="recalled"):
        taken(staff, made)
    later = make_list(staff)
    assert sheet(staff, later).line.number == "220100-2026-F002"
    answer(staff, PayoutStep.PAY, reference)
    for list_id, why in ((later, "settled"), (made, "recalled")):
        with pytest.raises(BankListError, match=why):
            recall(staff, list_id)
    world.verify()


def test_a_list_whose_file_was_taken_since_is_recalled_by_nobody(staff: Staff, world: World, reference: UUID) -> None:
    release(staff, reference)
    made = make_list(staff)
    taken(staff, made)
    motion_id = recall(staff, made)
    world.clock.forward(hours=1)
    taken(staff, made)
    with pytest.raises(StaleError):
        staff.confirm("zhao", motion_id)
    assert payout(world, reference).list_id == made, "who agrees saw a list whose file had been taken once"
    staff.end("qian", MotionStep.WITHDRAW, motion_id)
    staff.confirm("zhao", recall(staff, made))
    assert payout(world, reference).list_id is None


def test_what_the_bank_has_answered_in_part_is_not_recalled(staff: Staff, world: World, reference: UUID) -> None:
    release(staff, reference)
    another(staff)
    made = make_list(staff)
    motion_id = recall(staff, made)
    answer(staff, PayoutStep.PAY, reference)
    world.clock.forward(hours=1)
    with pytest.raises(BankListError, match="answered"):
        staff.confirm("zhao", motion_id)
    world.verify()


def test_a_list_takes_a_code_of_this_moment_and_a_seat_at_its_desk(staff: Staff, world: World, reference: UUID) -> None:
    release(staff, reference)
    hand, (desk_id,) = staff.hand("qian"), staff.actor("qian").desks(Duty.PAYOUT)
    world.clock.forward(hours=1)
    with world.store.transaction() as session, pytest.raises(SignInError):
        bank_lists.make(session, world.house, staff.actor("qian"), hand.ring, hand.fresh, desk_id, now=world.clock())
    made = make_list(staff)
    for who in ("song", "gao", "shen"):
        with pytest.raises(StrangerError):
            sheet(staff, made, who)
    with world.store.reading() as session:
        listed = bank_sheets.listed(session, world.house, staff.actor("zhao"), Window(), now=world.clock())
    assert [one.number for one in listed.rows] == ["220100-2026-F001"]


@pytest.mark.sqlite
def test_whoever_writes_to_the_database_frees_no_payment_from_its_list(
    staff: Staff, world: World, reference: UUID
) -> None:
    release(staff, reference)
    make_list(staff)
    run(world, "UPDATE payouts SET list_id = NULL")
    with pytest.raises(LedgerError):
        make_list(staff)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE bank_items SET answer = 'paid', answered_on = '2026-03-02'",
        "UPDATE bank_lists SET count = 2",
        "DELETE FROM bank_items",
    ],
)
def test_a_list_that_was_changed_in_the_database_is_not_shown(
    staff: Staff, world: World, reference: UUID, change: str
) -> None:
    release(staff, reference)
    made = make_list(staff)
    run(world, change)
    with pytest.raises(LedgerError):
        sheet(staff, made)


@pytest.mark.postgresql
def test_of_two_who_make_a_list_at_the_same_moment_one_makes_it(staff: Staff, world: World, reference: UUID) -> None:
    release(staff, reference)
    hands = {who: staff.hand(who) for who in ("qian", "zhao")}
    actors = {who: staff.actor(who) for who in hands}
    (desk_id,) = actors["qian"].desks(Duty.PAYOUT)
    world.sign()

    def making(who: str):
        return lambda session: bank_lists.make(
            session, world.house, actors[who], hands[who].ring, proofs[who], desk_id, now=world.clock()
        )

    world.clock.forward(seconds=31)
    proofs = {
        who: type(hands[who].fresh)(staff.cast[who].keys.otp, staff.cast[who].code(world.clock())) for who in hands
    }
    met = meet(world, making("qian"), making("zhao"))
    assert isinstance(met, BankListError)
    assert met.why == "empty"
    with world.store.reading() as session:
        assert session.scalars(select(func.count()).select_from(BankList)).one() == 1
        assert session.scalars(select(func.count()).where(Entry.event == "bank_list_made")).one() == 1
    world.sign()
    world.verify()
