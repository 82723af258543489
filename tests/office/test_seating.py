"""Officers come, sit, leave and come back; desks get their next keys: what each can open afterwards."""

import pytest
from sqlalchemy import select

from crypto.errors import CryptoError
from portal.domain.errors import (
    IllegalTransitionError,
    LedgerError,
    MotionPendingError,
    NotAllowedError,
    OwnMotionError,
    SeatConflictError,
    SignInError,
    StaleError,
    StrangerError,
    TakenNameError,
    UncertifiedKeyError,
    UncertifiedOfficerError,
    UsedCodeError,
)
from portal.domain.vocabulary import Duty, MotionKind, MotionState, MotionStep, OfficerState
from portal.office import motions, staffing
from portal.office.signing_in import Code
from portal.store.motions import Motion
from portal.store.officers import DeskEpoch, Officer, Seat
from portal.store.reports import ContentKey
from tests.office.drills import tamper
from tests.sending import arrive
from tests.staffing import Staff
from tests.visitor import REPORT

CERTIFY, SEAT, OPEN, TURN, RESUME, *_ = MotionKind


def state(staff: Staff, motion_id) -> MotionState:
    with staff.world.store.reading() as session:
        return session.get_one(Motion, motion_id).state


def opens(staff: Staff, who: str) -> int:
    """How many reports an officer's keys open."""
    world = staff.world
    world.cast = staff.cast
    ring = world.ring(who)
    with world.store.reading() as session:
        ids = session.scalars(select(ContentKey.id).where(ContentKey.compartment == "report")).all()
        return len(ring.open(session, world.house, ids))


def test_an_officer_is_invited_certified_by_two_and_seated_by_a_holder(staff: Staff) -> None:
    arrive(staff.world)
    staff.newcomer("liu")
    staff.agree(SEAT, ("guan", "lin"), "liu", duty=Duty.INTAKE)
    assert opens(staff, "liu") == 1
    staff.world.verify()


def test_whoever_is_not_certified_yet_gets_no_seat(staff: Staff) -> None:
    staff.enrol("liu", staff.invite("liu"))
    with pytest.raises(UncertifiedOfficerError):
        staff.propose(SEAT, "guan", "liu", duty=Duty.INTAKE)


def test_nobody_confirms_what_they_proposed(staff: Staff) -> None:
    staff.enrol("liu", staff.invite("liu"))
    motion = staff.propose(CERTIFY, "guan", "liu")
    with pytest.raises(OwnMotionError):
        staff.confirm("guan", motion)
    assert state(staff, motion) is MotionState.PROPOSED


def test_nobody_takes_part_in_what_is_about_themselves(staff: Staff) -> None:
    with pytest.raises(OwnMotionError):
        staff.propose(SEAT, "guan", "guan", duty=Duty.INTAKE)
    staff.newcomer("liu")
    staff.agree(SEAT, ("guan", "cui"), "liu", duty=Duty.ADMINISTER)
    with pytest.raises(OwnMotionError):
        staff.propose(SEAT, "liu", "liu", duty=Duty.AUDIT)


def test_only_a_holder_of_the_key_gives_a_seat(staff: Staff) -> None:
    staff.newcomer("liu")
    motion = staff.propose(SEAT, "guan", "liu", duty=Duty.CUSTODY)
    with pytest.raises(NotAllowedError):
        staff.confirm("cui", motion)
    with pytest.raises(StrangerError):
        staff.confirm("lin", motion)
    staff.confirm("he", motion)
    assert staff.desk(Duty.CUSTODY) in staff.actor("liu").desks(Duty.CUSTODY)


def test_other_offices_see_none_of_it(staff: Staff) -> None:
    staff.enrol("liu", staff.invite("liu"))
    motion = staff.propose(CERTIFY, "guan", "liu")
    with pytest.raises(StrangerError):
        staff.confirm("qin", motion)
    with pytest.raises(NotAllowedError):
        staff.invite("zhang", "office-220300", by="guan")


def test_an_administrator_above_may_stand_in(staff: Staff) -> None:
    staff.enrol("liu", staff.invite("liu"))
    staff.agree(CERTIFY, ("guan", "sheng-guan"), "liu")
    assert staff.world.events()[-1] == "motion_confirmed"


def test_a_wrong_code_does_nothing(staff: Staff) -> None:
    staff.enrol("liu", staff.invite("liu"))
    motion = staff.propose(CERTIFY, "guan", "liu")
    hand = staff.hand("cui")
    wrong = type(hand)(hand.ring, hand.signing, Code(hand.code.secret, "000000"))
    with pytest.raises(SignInError), staff.act("cui") as act:
        motions.confirm(act, wrong, motion)
    assert state(staff, motion) is MotionState.PROPOSED


def test_the_same_is_not_proposed_twice(staff: Staff) -> None:
    staff.enrol("liu", staff.invite("liu"))
    staff.propose(CERTIFY, "guan", "liu")
    with pytest.raises(MotionPendingError):
        staff.propose(CERTIFY, "cui", "liu")


def test_a_motion_that_was_refused_withdrawn_or_is_too_old_is_over(staff: Staff) -> None:
    staff.enrol("liu", staff.invite("liu"))
    refused = staff.propose(CERTIFY, "guan", "liu")
    staff.end("cui", MotionStep.REFUSE, refused)
    withdrawn = staff.propose(CERTIFY, "guan", "liu")
    with pytest.raises(NotAllowedError):
        staff.end("cui", MotionStep.WITHDRAW, withdrawn)
    staff.end("guan", MotionStep.WITHDRAW, withdrawn)
    old = staff.propose(CERTIFY, "guan", "liu")
    staff.world.clock.forward(hours=73)
    for motion in (refused, withdrawn, old):
        with pytest.raises(IllegalTransitionError):
            staff.confirm("cui", motion)
    staff.world.tick()
    assert [state(staff, one) for one in (refused, withdrawn, old)] == [
        MotionState.REFUSED,
        MotionState.WITHDRAWN,
        MotionState.LAPSED,
    ]
    staff.world.verify()


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("who", "duty"), [("gao", Duty.CUSTODY), ("he", Duty.LEAD), ("lin", Duty.PAYOUT), ("lin", Duty.AUDIT)]
)
def test_incompatible_duties_are_refused(staff: Staff, who: str, duty: Duty) -> None:
    with pytest.raises(SeatConflictError):
        staff.propose(SEAT, "guan", who, duty=duty)


def test_who_ever_held_the_one_share_never_holds_the_other(staff: Staff) -> None:
    with staff.act("guan") as act:
        staffing.unseat(act, staff.cast["gao"].officer_id, staff.desk(Duty.LEAD))
    with pytest.raises(SeatConflictError, match="lead and custody"):
        staff.propose(SEAT, "guan", "gao", duty=Duty.CUSTODY)
    staff.agree(SEAT, ("guan", "lin"), "gao", duty=Duty.INTAKE)  # anything else they may


def test_who_leaves_reads_nothing_that_comes_after_the_turn(staff: Staff) -> None:
    arrive(staff.world)
    staff.newcomer("liu")
    staff.agree(SEAT, ("guan", "lin"), "liu", duty=Duty.INTAKE)
    kept = staff.world.ring("lin")  # keys that somebody copied before they left
    with staff.act("guan") as act:
        staffing.leave(act, staff.cast["lin"].officer_id)
    staff.agree(TURN, ("liu", "guan"), duty=Duty.INTAKE)
    arrive(staff.world)
    assert opens(staff, "liu") == 2, "who stays reads the old and the new"
    with staff.world.store.reading() as session:
        ids = session.scalars(select(ContentKey.id).where(ContentKey.compartment == "report")).all()
        assert len(kept.open(session, staff.world.house, ids)) == 1
    assert opens(staff, "lin") == 0
    staff.world.verify()


def test_who_has_left_cannot_sign_in_and_their_sessions_are_over(staff: Staff) -> None:
    lin = staff.world.officer("lin")
    with staff.act("guan") as act:
        staffing.leave(act, staff.cast["lin"].officer_id)
    assert lin.get("/review/").status_code == 303
    assert "sessions_ended" in staff.world.events()


def test_a_key_whose_seats_changed_is_drawn_again(staff: Staff) -> None:
    staff.newcomer("liu")
    motion = staff.propose(TURN, "lin", duty=Duty.INTAKE)
    staff.agree(SEAT, ("guan", "lin"), "liu", duty=Duty.INTAKE)
    with pytest.raises(StaleError):
        staff.confirm("guan", motion)
    staff.end("lin", MotionStep.WITHDRAW, motion)
    staff.agree(TURN, ("lin", "liu"), duty=Duty.INTAKE)
    staff.world.verify()


def test_a_key_that_was_not_confirmed_is_gone(staff: Staff) -> None:
    motion = staff.propose(TURN, "lin", duty=Duty.INTAKE)
    with pytest.raises(MotionPendingError):
        staff.propose(TURN, "lin", duty=Duty.INTAKE)
    staff.world.clock.forward(hours=73)
    staff.world.tick()
    with staff.world.store.reading() as session:
        assert session.scalars(select(DeskEpoch).where(DeskEpoch.opened_at.is_(None))).first() is None
        assert session.get_one(Motion, motion).state is MotionState.LAPSED
    staff.world.verify()


def test_the_first_key_of_a_desk_is_drawn_by_its_officer_and_confirmed_by_an_administrator(staff: Staff) -> None:
    county = "office-220122"
    staff.newcomer("nong", county)
    staff.agree(OPEN, ("nong", "guan"), "nong", duty=Duty.INTAKE, code=county)
    assert staff.actor("nong").desks(Duty.INTAKE)
    zhou = staff.world.visitor()
    zhou.report(**{**REPORT, "division": "220122"})
    assert opens(staff, "nong") == 1
    assert opens(staff, "lin") == 0, "the county receives for itself now"
    staff.world.verify()


def test_a_lost_password_means_new_keys_and_seats_given_anew(staff: Staff) -> None:
    arrive(staff.world)
    staff.newcomer("liu")
    staff.agree(SEAT, ("guan", "lin"), "liu", duty=Duty.INTAKE)
    liu = staff.cast["liu"].officer_id
    with staff.act("cui") as act:
        code = staffing.renew(act, liu)
    assert staff.actor("liu").seats == ()
    staff.enrol("liu", code)
    staff.agree(CERTIFY, ("guan", "cui"), "liu")
    assert opens(staff, "liu") == 0
    staff.agree(SEAT, ("guan", "lin"), "liu", duty=Duty.INTAKE)
    assert opens(staff, "liu") == 1
    staff.world.verify()


def test_an_older_code_of_the_same_officer_opens_nothing(staff: Staff) -> None:
    first = staff.invite("liu")
    with staff.world.store.reading() as session:
        liu = session.scalars(select(Officer.id).where(Officer.username == "liu")).one()
    with staff.act("cui") as act:
        second = staffing.renew(act, liu)
    with pytest.raises(UsedCodeError):
        staff.enrol("liu", first)
    staff.enrol("liu", second)
    with pytest.raises(UsedCodeError):
        staff.enrol("liu", second)


def test_a_name_is_taken_once(staff: Staff) -> None:
    with pytest.raises(TakenNameError):
        staff.invite("lin")


def test_suspension_is_at_once_and_lifting_it_takes_two(staff: Staff) -> None:
    lin = staff.world.officer("lin")
    with staff.act("guan") as act:
        staffing.suspend(act, staff.cast["lin"].officer_id)
    assert lin.get("/review/").status_code == 303
    motion = staff.propose(RESUME, "guan", "lin")
    with pytest.raises(OwnMotionError):
        staff.confirm("guan", motion)
    staff.confirm("cui", motion)
    with staff.world.store.reading() as session:
        assert session.get_one(Officer, staff.cast["lin"].officer_id).state is OfficerState.ACTIVE
    staff.world.verify()


def test_an_administrator_does_nothing_to_themselves(staff: Staff) -> None:
    guan = staff.cast["guan"].officer_id
    for step in (staffing.suspend, staffing.leave, staffing.renew, staffing.end_sessions):
        with pytest.raises(OwnMotionError), staff.act("guan") as act:
            step(act, guan)


def test_a_swapped_key_is_never_certified_or_seated(staff: Staff) -> None:
    staff.enrol("liu", staff.invite("liu"))
    motion = staff.propose(CERTIFY, "guan", "liu")
    tamper(
        staff.world,
        "UPDATE officers SET public_key = (SELECT public_key FROM officers WHERE username = 'qin')"
        " WHERE username = 'liu'",
    )
    with pytest.raises(LedgerError):
        staff.confirm("cui", motion)


def test_a_certificate_that_nobody_recorded_is_not_believed(staff: Staff) -> None:
    """Two signatures that were stolen make none without the portal's own record."""
    staff.newcomer("liu")
    staff.world.house.directories.book._known.clear()
    tamper(
        staff.world,
        "UPDATE certificates SET entry_id = (SELECT entry_id FROM installation)"
        " WHERE id = (SELECT certificate_id FROM officers WHERE username = 'liu')",
    )
    with staff.world.store.reading() as session, pytest.raises(UncertifiedKeyError):
        staff.world.house.directories.officer_key(session, staff.cast["liu"].officer_id)


def test_a_planted_seat_confirms_nothing(staff: Staff) -> None:
    """Whoever can write to the database makes an officer an administrator, and finds that it is not enough."""
    staff.enrol("liu", staff.invite("liu"))
    motion = staff.propose(CERTIFY, "guan", "liu")
    with staff.world.store.reading() as session:
        seat = session.scalars(select(Seat).where(Seat.officer_id == staff.cast["cui"].officer_id)).one()
    tamper(
        staff.world,
        f"UPDATE seats SET officer_id = '{staff.cast['shen'].officer_id}'::uuid WHERE id = '{seat.id}'::uuid"
        if staff.world.server
        else f"UPDATE seats SET officer_id = x'{staff.cast['shen'].officer_id.hex}' WHERE id = x'{seat.id.hex}'",
    )
    with pytest.raises((LedgerError, CryptoError)):
        staff.confirm("shen", motion)
