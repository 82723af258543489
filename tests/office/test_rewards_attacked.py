"""Rewards under attack: by whoever reads or writes the database, and by officers who want more than is theirs."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from crypto import statements
from portal.domain.award_errors import AwardSumError, ClaimError, OwnAwardError
from portal.domain.award_papers import Voucher
from portal.domain.award_vocabulary import AwardState, PayoutStep
from portal.domain.errors import IllegalTransitionError, LedgerError, NotAllowedError
from portal.domain.vocabulary import Duty, MotionKind
from portal.office import assessing, award_returning, claims, paying, payout_sheets, sealing, staffing
from portal.office.keyring import ReporterKey
from portal.office.recording import record
from portal.store.reports import Letter
from tests import rewards as cast
from tests import verification
from tests.casework import confirm_step
from tests.office.drills import tamper
from tests.rewards import award_of, claim, grant, proposed, release
from tests.sending import run
from tests.staffing import Staff
from tests.world import World

pytestmark = [pytest.mark.sqlite, pytest.mark.reward("proposed")]


def test_whoever_reads_the_ledger_finds_no_sum_by_trying_what_gives_its_digest(
    staff: Staff, world: World, award: UUID
) -> None:
    grant(staff, award)
    tried = assessing.digest(assessing.assess(world.house, "national-2018", cast.FACTS), "")
    said = {one["facts"]["digest"] for one in world.entries() if one["event"] in {"award_submitted", "award_approved"}}
    assert len(said) == 1, "proposal and decision are about the same"
    assert tried not in said


def test_cash_that_was_handed_over_is_sent_back_by_no_bank_and_claimed_again(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    reference = cast.granted(staff, key, award)
    code = claim(world, key, cast.COUNTER)
    assert code is not None
    release(staff, reference)
    with pytest.raises(IllegalTransitionError):
        cast.book(staff, reference, PayoutStep.FAIL)
    assert cast.at_counter(staff, reference, code)
    with pytest.raises(IllegalTransitionError):
        cast.book(staff, reference, PayoutStep.FAIL)
    with pytest.raises(ClaimError, match="again"):
        claim(world, key)


def test_a_payment_whose_payee_was_destroyed_is_over(staff: Staff, world: World, key: ReporterKey, award: UUID) -> None:
    reference = cast.granted(staff, key, award)
    claim(world, key)
    release(staff, reference)
    cast.book(staff, reference)
    world.clock.forward(days=31 * 366)
    with world.store.transaction() as session:
        record(session, world.house.entry_key, *paying.wipe(session, world.house, now=world.clock()))
    with pytest.raises(IllegalTransitionError):
        cast.book(staff, reference, PayoutStep.FAIL)


@pytest.mark.parametrize("fen", [800_000, 30_000_000])
def test_a_judge_who_rules_whether_anything_is_paid_does_not_say_how_much(staff: Staff, fen: int) -> None:
    _, award = proposed(staff, facts={**cast.FACTS, "matter": {"collusion": "suspected"}})
    with pytest.raises(AwardSumError, match="reckoned"):
        grant(staff, award, fen=fen)


def test_a_judge_who_is_left_the_sum_stays_below_the_most_that_the_rules_pay(staff: Staff, world: World) -> None:
    key, award = proposed(staff, facts={**cast.FACTS, "matter": {"averted_casualties": True}})
    with pytest.raises(AwardSumError, match="above"):
        grant(staff, award, fen=30_000_001)
    grant(staff, award, fen=30_000_000)
    assert cast.decision(world, key).fen == 30_000_000


def move(staff: Staff, who: str, duty: Duty, to: Duty, by: str) -> None:
    """From one desk of the office to another."""
    with staff.act("guan") as act:
        staffing.unseat(act, staff.cast[who].officer_id, staff.desk(duty))
    staff.agree(MotionKind.SEAT, ("guan", by), who, duty=to)


def test_whoever_approved_it_neither_sees_nor_releases_it_from_another_desk(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    reference = cast.granted(staff, key, award)
    claim(world, key)
    move(staff, "song", Duty.AWARD, Duty.PAYOUT, "qian")
    world.sign()
    with world.store.transaction() as session, pytest.raises(OwnAwardError):
        paying.look(session, world.house, staff.actor("song"), world.ring("song"), reference, now=world.clock())
    with pytest.raises(OwnAwardError):
        release(staff, reference, "song", "zhao")
    with pytest.raises(OwnAwardError):
        release(staff, reference, "zhao", "song")


def signed(staff: Staff, who: str, reference: UUID, fen: int = 30_000_000) -> Voucher:
    """An order that somebody makes out by themselves."""
    voucher = Voucher(reference, staff.desk(Duty.PAYOUT), (fen,), named=True)
    key = staff.cast[who].keys.signing
    return replace(
        voucher, signature=statements.sign(voucher.statement(staff.world.house.installation), statements.FIRST, key)
    )


def test_an_order_of_somebody_who_judges_elsewhere_is_not_believed(staff: Staff, world: World) -> None:
    verification.seat(staff, "siping-song", duty=Duty.AWARD, code="office-220300")
    with world.store.reading() as session:
        paying.require_signed(session, world.house, signed(staff, "song", uuid4()), verification.TODAY)
        with pytest.raises(LedgerError):
            paying.require_signed(session, world.house, signed(staff, "siping-song", uuid4()), verification.TODAY)


def test_an_order_of_somebody_whose_seat_was_planted_is_not_believed(staff: Staff, world: World) -> None:
    run(
        world,
        "INSERT INTO seats SELECT randomblob(16), desk_epoch_id, ?, wrapped, seated_at, seated_at, entry_id FROM seats"
        " WHERE officer_id = ?",
        staff.cast["chen"].officer_id.bytes,
        staff.cast["song"].officer_id.bytes,
    )
    with world.store.reading() as session, pytest.raises(LedgerError):
        paying.require_signed(session, world.house, signed(staff, "chen", uuid4()), verification.TODAY)


def test_a_decision_that_was_written_anew_in_the_database_is_not_claimed(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    grant(staff, award)
    row = award_of(world, key.report_id)
    with world.store.reading() as session:
        letter = session.get_one(Letter, row.letter_id)
        content = world.ring("sun").open(session, world.house, {letter.content_key_id})[letter.content_key_id]
    said = cast.decision(world, key)
    more = replace(said, fen=30_000_000, voucher=signed(staff, "sun", said.voucher.reference))
    body = sealing.seal_text(world.house, content, "letters", letter.id, "body", more.as_bytes())
    tamper(world, f"UPDATE letters SET body = x'{body.hex()}' WHERE id = x'{letter.id.hex}'")
    with pytest.raises(LedgerError):
        claim(world, key)


def test_the_desk_above_opens_a_decision_once_it_is_contested_and_not_before(staff: Staff, world: World) -> None:
    verification.seat(staff, "sheng-song", duty=Duty.AWARD)
    key, award = proposed(staff, facts=cast.NOT_FIRST)
    cast.refuse(staff, award)

    def opens() -> bool:
        with world.store.reading() as session:
            letter = session.get_one(Letter, award_of(world, key.report_id).letter_id)
            return bool(world.ring("sheng-song").open(session, world.house, {letter.content_key_id}))

    assert not opens()
    verification.serve(world, key)
    cast.contest(world, key)
    assert opens()
    cast.refuse(staff, award, "sheng-song")
    assert opens()
    world.verify()


def test_a_clock_that_went_back_hides_no_grant_behind_what_came_before(staff: Staff, world: World) -> None:
    key, award = proposed(staff, facts=cast.NOT_FIRST)
    cast.refuse(staff, award)
    world.clock.forward(minutes=-90)
    case_id = award_of(world, key.report_id).case_id
    confirm_step(staff, "gao", cast.propose(staff, case_id, key.report_id))
    with world.store.reading() as session:
        newest = claims.newest(session, world.house, key.report_id)
    assert newest is not None
    assert newest.id != award
    assert newest.state is AwardState.SUBMITTED


def test_whoever_releases_it_anew_is_told_that_it_was_booked_as_sent_back(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    reference = cast.granted(staff, key, award)
    claim(world, key)
    release(staff, reference)
    cast.book(staff, reference)
    booked = world.clock.forward(days=1)
    cast.book(staff, reference, PayoutStep.FAIL)
    claim(world, key)
    world.sign()
    actor, ring = staff.actor("zhao"), world.ring("zhao")
    with world.store.transaction() as session:
        found = payout_sheets.show(session, world.house, actor, ring, reference, now=world.clock())
    assert found.returned == (booked,)


def test_nobody_books_from_a_seat_that_was_planted_or_taken_meanwhile(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    reference = cast.granted(staff, key, award)
    claim(world, key)
    release(staff, reference)
    cast.make_list(staff)
    qian, zhao = staff.actor("qian"), staff.cast["zhao"].officer_id
    tamper(
        world,
        "INSERT INTO seats SELECT randomblob(16), desk_epoch_id, (SELECT id FROM officers WHERE username = 'lin'),"
        f" wrapped, seated_at, NULL, entry_id FROM seats WHERE officer_id = x'{zhao.hex}'",
    )
    with pytest.raises(LedgerError):
        cast.book(staff, reference, PayoutStep.FAIL, "lin")
    run(
        world,
        "DELETE FROM seats WHERE officer_id = (SELECT id FROM officers WHERE username = 'lin') AND wrapped IN"
        " (SELECT wrapped FROM seats WHERE officer_id = ?)",
        zhao.bytes,
    )
    with staff.act("guan") as act:
        staffing.unseat(act, qian.officer_id, staff.desk(Duty.PAYOUT))
    with world.store.transaction() as session, pytest.raises(NotAllowedError):
        paying.book(session, world.house, qian, PayoutStep.PAY, reference, now=world.clock())


def test_nobody_sends_a_proposal_back_from_a_seat_that_was_planted(staff: Staff, world: World, award: UUID) -> None:
    song, ring = staff.cast["song"].officer_id, world.ring("song")
    tamper(
        world,
        "INSERT INTO seats SELECT randomblob(16), desk_epoch_id, (SELECT id FROM officers WHERE username = 'lin'),"
        f" wrapped, seated_at, NULL, entry_id FROM seats WHERE officer_id = x'{song.hex}'",
    )
    lin = staff.actor("lin")
    with world.store.transaction() as session, pytest.raises(LedgerError):
        award_returning.send_back(session, world.house, lin, ring, award, cast.BACK, now=world.clock())
