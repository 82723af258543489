"""`audit verify` and who might: motions signed by people who held no duty for it then, with every key and every entry.

Whoever has the key of the entries and two stolen signing keys can write all of this; what they cannot write is that the
two were entitled.
"""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from crypto import statements
from portal.domain import countersign
from portal.domain.errors import LedgerError
from portal.domain.vocabulary import Duty, MotionKind, MotionState
from portal.office import motions, staffing
from portal.office.recording import record
from portal.store.motions import Motion
from portal.store.officers import Desk
from tests.staffing import Staff

pytestmark = pytest.mark.sqlite  # tests of `test_seating` verify on both engines
CERTIFY, SEAT, OPEN, TURN, RESUME, *_ = MotionKind


def forge(
    staff: Staff,
    first: str,
    second: str,
    *,
    kind: MotionKind = RESUME,
    about: str = "lin",
    duty: Duty | None = None,
    as_whom: str = "",
) -> UUID:
    """A motion with its rows, its signatures and its entries; only nobody asked whether they might."""
    cast, house = staff.cast, staff.world.house
    with staff.act(first) as act:
        motion = Motion(
            id=uuid4(),
            kind=kind,
            authority_id=staff.authority(),
            state=MotionState.PROPOSED,
            proposer_id=cast[first].officer_id,
            officer_id=cast[about].officer_id,
            desk_id=act.session.scalars(select(Desk.id).where(Desk.id == staff.desk(duty))).one() if duty else None,
            proposed_at=act.now,
            expires_at=act.now + countersign.LIFE,
        )
        said = motions.statement(house.installation, motion)
        motion.first = statements.sign(said, statements.FIRST, cast[first].keys.signing)
        draft = act.draft("motion_proposed", ("motions", motion.id), motion.authority_id, None, kind=kind)
        draft.names(motion)
        act.session.add(motion)
        record(act.session, house.entry_key, draft)
    with staff.act(as_whom or second) as act:
        motion = act.session.get_one(Motion, motion.id)
        motion.state, motion.decided_at, motion.seconder_id = MotionState.CONFIRMED, act.now, cast[second].officer_id
        motion.second = statements.sign(said, statements.SECOND, cast[second].keys.signing)
        draft = act.draft("motion_confirmed", ("motions", motion.id), motion.authority_id, None, kind=kind)
        draft.names(motion)
        record(act.session, house.entry_key, draft)
    return motion.id


def refused(staff: Staff) -> str:
    staff.world.sign()
    with pytest.raises(LedgerError) as caught:
        staff.world.verify()
    return str(caught.value)


def test_what_two_administrators_signed_holds(staff: Staff) -> None:
    forge(staff, "guan", "cui")
    forge(staff, "sheng-guan", "cui")
    forge(staff, "guan", "chen", kind=SEAT, about="song", duty=Duty.INVESTIGATE)
    staff.world.sign()
    staff.world.verify()


@pytest.mark.parametrize(
    ("first", "second"),
    [("song", "cui"), ("guan", "song"), ("guan", "sheng-lead"), ("qin-lead", "qin-custody")],
)
def test_whoever_held_no_duty_for_it_is_named(staff: Staff, first: str, second: str) -> None:
    motion = forge(staff, first, second)
    said = refused(staff)
    assert str(motion) in said
    assert "might not sign" in said


@pytest.mark.parametrize("second", ["cui", "he", "guan"])
def test_a_seat_is_confirmed_by_nobody_but_a_holder_of_that_desk(staff: Staff, second: str) -> None:
    if second == "guan":
        forge(staff, "cui", second, kind=SEAT, about="song", duty=Duty.INVESTIGATE)
    else:
        forge(staff, "guan", second, kind=SEAT, about="song", duty=Duty.INVESTIGATE)
    assert "might not sign" in refused(staff)


@pytest.mark.parametrize("way", ["unseated", "suspended", "left", "renewed"])
@pytest.mark.parametrize("side", ["first", "second"])
def test_whoever_was_an_administrator_once_is_none_afterwards(staff: Staff, way: str, side: str) -> None:
    cui = staff.cast["cui"].officer_id
    with staff.act("guan") as act:
        if way == "unseated":
            staffing.unseat(act, cui, staff.desk(Duty.ADMINISTER))
        else:
            {"suspended": staffing.suspend, "left": staffing.leave, "renewed": staffing.renew}[way](act, cui)
    forge(staff, *(("cui", "guan") if side == "first" else ("guan", "cui")))
    assert "motion" in refused(staff)


def test_whoever_becomes_one_later_was_none_before(staff: Staff) -> None:
    staff.newcomer("liu")
    motion = forge(staff, "guan", "liu")
    staff.agree(SEAT, ("guan", "cui"), "liu", duty=Duty.ADMINISTER)
    assert str(motion) in refused(staff)


def test_whoever_was_suspended_and_let_in_again_may_again(staff: Staff) -> None:
    cui = staff.cast["cui"].officer_id
    with staff.act("guan") as act:
        staffing.suspend(act, cui)
    staff.agree(RESUME, ("guan", "sheng-guan"), "cui")
    forge(staff, "guan", "cui")
    staff.world.sign()
    staff.world.verify()


def test_a_motion_that_another_entered_than_signed_it_is_named(staff: Staff) -> None:
    motion = forge(staff, "guan", "cui", as_whom="sheng-guan")
    assert f"{motion} is another's than it says" in refused(staff)


def test_seats_at_every_key_count_while_it_is_in_use_and_not_before_or_after(staff: Staff) -> None:
    """First keys, next keys and desks opened later: the rules are asked of each at its time."""
    staff.newcomer("liu")
    staff.agree(SEAT, ("guan", "chen"), "liu", duty=Duty.INVESTIGATE)
    staff.agree(TURN, ("liu", "chen"), duty=Duty.INVESTIGATE)
    staff.agree(SEAT, ("cui", "liu"), "song", duty=Duty.INVESTIGATE)
    with staff.act("guan") as act:
        staffing.unseat(act, staff.cast["liu"].officer_id, staff.desk(Duty.INVESTIGATE))
    staff.agree(TURN, ("chen", "guan"), duty=Duty.INVESTIGATE)
    nong = staff.newcomer("nong", "office-220122")
    staff.agree(OPEN, ("nong", "guan"), "nong", duty=Duty.INTAKE, code="office-220122")
    assert nong.officer_id
    staff.world.sign()
    staff.world.verify()
    forge(staff, "guan", "liu", kind=SEAT, about="qian", duty=Duty.INVESTIGATE)
    assert "might not sign" in refused(staff)
