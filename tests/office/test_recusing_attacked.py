"""Whoever keeps out of a case tries every way round: lists, searches, other cases of the same matter, what waits."""

from uuid import UUID

import pytest

from portal.domain.alarms import AlarmKind
from portal.domain.errors import RecusedError, StaleError, UncertifiedOfficerError
from portal.domain.paper_vocabulary import Verdict
from portal.domain.vocabulary import Duty, MotionKind, MotionStep
from portal.office import alarm_sheets, alarming, assigning, disclosures, motion_sheets, motions, rehoming, reviewing
from tests import verification as cast
from tests.alarming import by_hand
from tests.casework import confirm_step, propose_block
from tests.clocking import ask_longer, taken_up
from tests.disclosing import Office
from tests.merging import merge
from tests.office.test_alarming import danger, sign_off, stand_down
from tests.office.test_assigning import assign
from tests.office.test_matching import alike
from tests.office.test_queue import show
from tests.office.test_searching import cases
from tests.office.test_transferring import hand
from tests.recusing import recuse
from tests.sending import accept, arrive, open_case
from tests.staffing import Staff
from tests.world import World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored


def clean(world: World) -> None:
    """The ledger verifies, and replays without a step that was not legal."""
    world.sign()
    world.verify()


def test_no_search_finds_it(world: World) -> None:
    _, case_id = arrive(world)
    assert cases(world, "铁链子") == {case_id}
    recuse(world, "lin", case_id)
    assert cases(world, "铁链子") == set()
    assert cases(world, "铁链子", "gao") == {case_id}
    assert world.entries()[-2]["facts"]["opened"] == 0, "nothing of it was unsealed for them"


def test_as_something_alike_it_is_a_number_and_a_day(world: World) -> None:
    _, case_id = arrive(world)
    accept(world, "lin", case_id)
    open_case(world, "lin", case_id)
    _, other = arrive(world)
    assert alike(world, "lin", other)[0].case_id == case_id
    recuse(world, "lin", case_id)
    (found,) = alike(world, "lin", other)
    assert (found.number, found.case_id, found.state, found.score, found.why) == (
        "220100-2026-00001",
        None,
        None,
        None,
        (),
    )
    assert alike(world, "gao", other)[0].case_id == case_id


def test_what_waits_for_a_second_person_is_neither_listed_nor_shown_nor_refused(world: World, staff: Staff) -> None:
    _, case_id = arrive(world)
    motion_id = propose_block(staff, "lin", case_id)
    recuse(world, "gao", case_id)
    with staff.act("gao") as act:
        assert motion_sheets.listed(act, "zh-Hans") == ((), (), ())
    for step in (
        lambda act: motion_sheets.show(act, motion_id, "zh-Hans"),
        lambda act: motions.end(act, MotionStep.REFUSE, motion_id),
    ):
        with staff.act("gao") as act, pytest.raises(RecusedError):
            step(act)
    with staff.act("lin") as act:
        assert [line.id for line in motion_sheets.listed(act, "zh-Hans")[1]] == [motion_id]
    clean(world)


def test_a_page_of_it_says_that_they_keep_out(world: World, staff: Staff) -> None:
    _, case_id = arrive(world)
    motion_id = propose_block(staff, "lin", case_id)
    recuse(world, "gao", case_id)
    gao = world.officer("gao")
    assert gao.get(f"/review/motions/{motion_id}").status_code == 403
    assert "回避" in gao.last
    assert str(motion_id) not in gao.get("/review/motions").text


def test_what_was_proposed_by_whoever_keeps_out_since_is_not_agreed_to(world: World, staff: Staff) -> None:
    _, case_id = taken_up(world)
    assign(world, case_id)
    motion_id = ask_longer(staff, "chen", case_id)
    recuse(world, "gao", case_id, "chen")
    with pytest.raises(StaleError):
        confirm_step(staff, "sheng-lead", motion_id)
    clean(world)


@pytest.mark.parametrize("who", ["lin", "gao"])
def test_its_alarm_is_not_theirs_to_silence(world: World, who: str) -> None:
    _, case_id = danger(world)
    (alarm_id,) = [row.id for row in rung(world, case_id)]
    recuse(world, who, case_id)
    with world.store.reading() as session:
        assert alarm_sheets.at_desks(session, world.house, world.actor(who), "zh-Hans", now=world.clock()).lines == ()
        assert alarming.ringing(session, world.actor(who)) == 0
    for step in (sign_off, *((stand_down,) if who == "gao" else ())):
        with pytest.raises(RecusedError):
            step(world, who, alarm_id)
    sign_off(world, "gao" if who == "lin" else "lin", alarm_id)
    clean(world)


def rung(world: World, case_id: UUID) -> tuple:
    with world.store.reading() as session:
        mine = alarm_sheets.at_desks(session, world.house, world.actor("gao"), "zh-Hans", now=world.clock())
    return tuple(line for line in mine.lines if line.case_id == case_id and line.kind is AlarmKind.DANGER)


def test_an_objection_is_not_listed_and_nobody_who_keeps_out_reviews(world: World, staff: Staff) -> None:
    cast.seat(staff, "sheng-chen", "sheng-liu", "sheng-wu")
    key, case_id = arrive(world, superior=True)
    accept(world, "sheng", case_id)
    cast.give(world, case_id, "sheng-chen", "sheng-lead")
    for paper in (cast.plan(items=("出口上锁",)), cast.visit(), cast.finding(1)):
        cast.file(world, "sheng-chen", case_id, paper)
    recuse(world, "sheng-lead", case_id, "sheng-wu")
    confirm_step(staff, "sheng-lead", cast.propose(staff, case_id, "sheng-chen"))
    cast.feed_back(world, case_id, "sheng")
    cast.serve(world, key)
    cast.object_to(world, key)
    with world.store.reading() as session:
        able = reviewing.candidates(session, world.house, world.actor("sheng-lead"), case_id, now=world.clock())
    assert [name for _, name in able] == ["sheng-liu"]
    with pytest.raises(UncertifiedOfficerError):
        cast.review(world, case_id, "sheng-wu")
    recuse(world, "sheng-lead", case_id)
    with world.store.reading() as session:
        assert reviewing.listed(session, world.house, world.actor("sheng-lead"), "zh-Hans", now=world.clock()) == ()
    clean(world)


def test_a_request_for_a_name_is_not_listed(office: Office) -> None:
    world, _ = office.world, office.asked()
    recuse(world, "gao", UUID(office.case))
    with world.store.reading() as session:
        listed = disclosures.listed(session, world.house, world.actor("gao"), "zh-Hans", now=world.clock())
    assert listed == ((), ())


@pytest.mark.parametrize("who", ["gao", "he"])
def test_nobody_who_keeps_out_hands_a_name_on(world: World, who: str) -> None:
    key, case_id = arrive(world)
    recuse(world, "gao", case_id, "he")
    if who == "gao":
        recuse(world, "gao", case_id)
    hand(world, case_id)
    with world.store.reading() as session:
        assert rehoming.listed(session, world.actor(who)) == ()
        duty = Duty.LEAD if who == "gao" else Duty.CUSTODY
        with pytest.raises(RecusedError):
            rehoming._admit(session, world.house, world.actor(who), duty, key.report_id)


# One matter, several cases


def test_to_keep_out_of_one_report_is_to_keep_out_of_the_matter(world: World) -> None:
    _, main = taken_up(world)
    _, case_id = arrive(world)
    assign(world, main)
    recuse(world, "gao", case_id, "chen")
    recuse(world, "gao", case_id)
    merge(world, "lin", case_id, main)
    for one in (main, case_id):
        with pytest.raises(RecusedError):
            open_case(world, "gao", one)
    assert show(world, "gao").lines == ()
    with world.store.reading() as session:
        assert assigning.listed(session, world.house, world.actor("chen"), "zh-Hans", now=world.clock()) == ()
    assert open_case(world, "lin", main).triage.recused == ("chen", "gao")
    clean(world)


def test_to_keep_out_of_what_others_were_merged_into_is_to_keep_out_of_those(world: World) -> None:
    _, main = taken_up(world)
    _, case_id = arrive(world)
    merge(world, "lin", case_id, main)
    recuse(world, "gao", main)
    with pytest.raises(RecusedError):
        open_case(world, "gao", case_id)
    clean(world)


def test_nobody_merges_into_what_they_keep_out_of(world: World) -> None:
    _, main = taken_up(world)
    _, case_id = arrive(world)
    recuse(world, "lin", main)
    with pytest.raises(RecusedError):
        merge(world, "lin", case_id, main)


def test_it_is_said_of_a_merged_report_after_the_matter_was_given_to_them(world: World) -> None:
    _, main = taken_up(world)
    _, case_id = arrive(world)
    merge(world, "lin", case_id, main)
    assign(world, main)
    recuse(world, "gao", case_id, "chen")
    with world.store.reading() as session:
        assert assigning.listed(session, world.house, world.actor("chen"), "zh-Hans", now=world.clock()) == ()
    clean(world)


def test_an_alarm_by_hand_rings_for_the_others(world: World) -> None:
    _, case_id = arrive(world)
    recuse(world, "lin", case_id)
    by_hand(world, "gao", case_id)
    with world.store.reading() as session:
        assert (alarming.ringing(session, world.actor("lin")), alarming.ringing(session, world.actor("gao"))) == (0, 1)


def test_the_reviewer_who_keeps_out_decides_nothing(world: World, staff: Staff) -> None:
    key, case_id = cast.answered(staff)
    cast.object_to(world, key)
    cast.seat(staff, "sheng-chen")
    cast.review(world, case_id, "sheng-chen")
    motion_id = cast.judge(staff, case_id, Verdict.REJECTED)
    recuse(world, "sheng-chen", case_id)
    with pytest.raises(StaleError):
        confirm_step(staff, "sheng-lead", motion_id)
    with staff.act("sheng-lead") as act:
        motions.end(act, MotionStep.REFUSE, motion_id)
        assert motion_sheets.listed(act, "zh-Hans")[2][0].kind is MotionKind.REVIEW
    clean(world)
