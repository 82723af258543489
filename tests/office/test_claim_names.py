"""A payee is called as whoever reported: attacks by whoever holds a code, and what becomes of an honest correction."""

from dataclasses import replace
from uuid import UUID

import pytest

from crypto.primitives import random_bytes
from crypto.receipt import Receipt
from portal.domain.audit import Party
from portal.domain.award_errors import CodeError
from portal.domain.award_vocabulary import PayMethod, PayoutState
from portal.domain.payee import Claimed, Payee, PayeeError, Seen
from portal.domain.payee_names import MOST, Document, NameCheck, NameTriedError, OtherNameError
from portal.domain.vocabulary import ActorKind, Duty, IdentityField, ReceiptState
from portal.office import claim_names, claims, identity, mailbox, paying, reissuing, reports, reward_sheets
from portal.office.keyring import ReporterKey
from portal.office.recording import Draft, record
from portal.office.requesting import REISSUE
from portal.store.reports import Receipt as ReceiptRow
from portal.store.reports import Report
from tests import rewards as cast
from tests import sending, verification
from tests.casework import confirm_step
from tests.rewards import claim, payout, release
from tests.staffing import Staff
from tests.world import World

pytestmark = [pytest.mark.sqlite, pytest.mark.reward("granted")]
LIN = replace(cast.PAYEE, holder="林某")
SHOWN = Seen(document=Document.ID_CARD, second=True)


def attempt(world: World, key: ReporterKey, payee: Payee = LIN) -> int | None:
    """How often a name may be tried yet today; None where it is the name."""
    with world.store.transaction() as session:
        return claim_names.attempt(session, world.house, key, payee, now=world.clock())


def rename(world: World, key: ReporterKey, name: str, *, erase: bool = False) -> None:
    giving = identity.erasing() if erase else identity.replacing({IdentityField.NAME: name}, may_phone=False)
    with world.store.reading() as session:
        made = mailbox.prepare_identity(session, world.house, key, giving, now=world.clock())
    with world.store.transaction() as session:
        identity.store(session, world.house, made, now=world.clock())


def opened(staff: Staff, reference: UUID) -> Claimed:
    world = staff.world
    world.sign()
    with world.store.transaction() as session:
        return paying.look(session, world.house, staff.actor("qian"), world.ring("qian"), reference, now=world.clock())


def check_of(world: World, key: ReporterKey) -> NameCheck | None:
    with world.store.reading() as session:
        sheet = reward_sheets.sheet(session, world.house, key, "zh-Hans", now=world.clock())
    assert sheet is not None
    return sheet.check


def registered(staff: Staff) -> tuple[Receipt, UUID, UUID]:
    """A report by telephone: Lin wrote down the caller's name and holds the provisional code."""
    world = staff.world
    one = sending.submission(world)
    sending.send(world, one)
    key = sending.reporter(world, one)
    lin = staff.actor("lin")
    party = Party(ActorKind.OFFICER, lin.officer_id, lin.authority_id, Duty.INTAKE)
    with world.store.transaction() as session:
        row = session.get_one(ReceiptRow, key.receipt_id)
        row.state = ReceiptState.PROVISIONAL
        draft = Draft("code_reissued", world.clock(), party, ("reports", key.report_id), {"keys": 0}, REISSUE)
        draft.names(row)
        record(session, world.house.entry_key, draft)
    return reports.read_receipt(world.house, one.token, world.clock()), key.report_id, sending.case_of(world, key)


def taken_over(world: World, provisional: Receipt) -> ReporterKey:
    """Whoever uses the provisional code first draws the code that stays."""
    with world.store.transaction() as session:
        own = Receipt.derive(random_bytes(32), b"own")
        return reissuing.replace(session, world.house, provisional, own, now=world.clock())


def rewarded(staff: Staff, key: ReporterKey, case_id: UUID) -> UUID:
    verification.lead(staff, case_id, "told")
    confirm_step(staff, "gao", cast.propose(staff, case_id, key.report_id))
    return cast.granted(staff, key, cast.award_of(staff.world, key.report_id).id)


def test_who_registered_a_report_and_uses_its_code_first_is_not_paid_under_their_own_name(
    staff: Staff, world: World
) -> None:
    provisional, _, case_id = registered(staff)
    key = taken_over(world, provisional)
    rewarded(staff, key, case_id)
    assert check_of(world, key) is NameCheck.SAME, "the mark went on to the new code"
    assert attempt(world, key) == MOST - 1
    with pytest.raises(OtherNameError):
        claim(world, key, LIN)
    assert attempt(world, key, cast.PAYEE) is None, "an account in the caller's name is of no use to Lin"


def test_nor_after_changing_the_name_before_it_is_granted(staff: Staff, world: World) -> None:
    provisional, _, case_id = registered(staff)
    key = taken_over(world, provisional)
    rename(world, key, "林某")
    world.clock.forward(hours=2)
    reference = rewarded(staff, key, case_id)
    with pytest.raises(PayeeError, match="method: hands"):
        claim(world, key, LIN)
    assert claim(world, key, replace(LIN, method=PayMethod.COUNTER)) is not None
    assert opened(staff, reference).check is NameCheck.HANDS


def test_a_name_that_was_changed_after_the_grant_is_paid_by_no_bank(world: World, key: ReporterKey) -> None:
    world.clock.forward(hours=1)
    rename(world, key, "林某")
    assert check_of(world, key) is NameCheck.LATE
    for step in (attempt, claim):
        with pytest.raises(PayeeError, match="method: late"):
            step(world, key, LIN)


def test_who_corrects_a_name_collects_it_from_two_who_look_at_a_document(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    world.clock.forward(hours=1)
    rename(world, key, "周晓明")
    with pytest.raises(OtherNameError):
        claim(world, key, cast.COUNTER)
    code = claim(world, key, replace(cast.COUNTER, holder="周 晓明"))
    assert code is not None
    release(staff, reference)
    assert opened(staff, reference).careful
    for missing, seen in (("document", Seen()), ("second", replace(SHOWN, second=False))):
        with pytest.raises(CodeError, match=missing):
            cast.at_counter(staff, reference, code, seen=seen)
    assert payout(world, reference).tries == 0
    assert cast.at_counter(staff, reference, code, seen=SHOWN)
    assert payout(world, reference).state is PayoutState.PAID
    assert opened(staff, reference).seen == SHOWN, "which document it was is sealed with the claim"
    world.verify()


def test_the_same_name_given_again_after_the_grant_changes_nothing(world: World, key: ReporterKey) -> None:
    world.clock.forward(hours=1)
    rename(world, key, " 周 小明")
    assert check_of(world, key) is NameCheck.SAME
    claim(world, key)


def test_whoever_found_a_code_does_not_learn_a_name_by_trying(world: World, key: ReporterKey) -> None:
    for left in (4, 3, 2):
        assert attempt(world, key) == left
    with pytest.raises(NameTriedError, match="soon"):
        attempt(world, key, cast.PAYEE)
    for left in (1, 0):
        world.clock.forward(hours=1)
        assert attempt(world, key) == left
    world.clock.forward(hours=1)
    with pytest.raises(NameTriedError, match="shut"):
        attempt(world, key, cast.PAYEE)
    tried = [one for one in world.entries() if one["event"] == claim_names.REFUSED]
    assert [one["facts"] for one in tried] == [{"count": count} for count in range(1, 6)]
    assert not any("林" in str(one) or "周" in str(one) for one in tried)
    with world.store.reading() as session:
        mailbox.prepare_message(session, world.house, key, "还在吗？", now=world.clock())
    world.clock.forward(days=1)
    assert attempt(world, key) == MOST - 1
    claim(world, key)
    world.verify()


def test_what_else_is_wrong_costs_no_try(world: World, key: ReporterKey) -> None:
    with pytest.raises(PayeeError, match="account"):
        attempt(world, key, replace(LIN, account=""))
    assert claim_names.REFUSED not in world.events()


def test_erasing_destroys_the_mark_and_leaves_the_counter(world: World, key: ReporterKey) -> None:
    rename(world, key, "", erase=True)
    with world.store.reading() as session:
        assert session.get_one(Report, key.report_id).name_mark is None
    assert check_of(world, key) is NameCheck.UNKNOWN
    with pytest.raises(PayeeError, match="method: unknown"):
        claim(world, key)
    claim(world, key, cast.COUNTER)


def test_a_mark_of_another_secret_says_nothing_of_a_name(world: World, key: ReporterKey) -> None:
    """After the server's secret was lost nobody is told that their own name is wrong."""
    house = replace(world.house, secret=random_bytes(32))
    with world.store.reading() as session, pytest.raises(PayeeError, match="method: unknown"):
        claims.seal(session, house, key, cast.PAYEE, now=world.clock())


def test_with_a_delegate_the_signatory_is_compared(
    staff: Staff, world: World, key: ReporterKey, reference: UUID
) -> None:
    zhao_liu = replace(cast.PAYEE, holder="赵六", delegate=True, letter="委托赵六代领。")
    with pytest.raises(PayeeError) as refused:
        claim(world, key, zhao_liu)
    assert refused.value.flaws == {"signatory": "missing"}
    with pytest.raises(OtherNameError):
        claim(world, key, replace(zhao_liu, signatory="赵六"))
    claim(world, key, replace(zhao_liu, signatory="周小明"))
    found = opened(staff, reference)
    assert (found.payee.holder, found.payee.signatory, found.check) == ("赵六", "周小明", NameCheck.SAME)


def test_what_needs_no_name_is_claimed_as_before(world: World, key: ReporterKey) -> None:
    """The order says so: whoever approved it signed that a code is enough."""
    voucher = cast.decision(world, key).voucher
    assert voucher is not None
    with world.store.reading() as session:
        named = claims.weighed(session, world.house, key, voucher, world.clock())
        unnamed = claims.weighed(session, world.house, key, replace(voucher, named=False), world.clock())
    assert (named is None, unnamed) == (False, None)
