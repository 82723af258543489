"""The office's work on a case: opened, taken up, answered; by those who may, once, with an entry for each step."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from portal.domain.access import PERFORMERS
from portal.domain.errors import IllegalTransitionError, NotAllowedError, StaleError, StrangerError
from portal.domain.values import Question, Ruling
from portal.domain.vocabulary import Action, CaseState, ClockState, Compartment, Duty, LetterKind, Sender
from portal.office import casework, gate
from portal.store.cases import Case, Clock
from portal.store.reports import ContentKey
from tests.merging import merge
from tests.referring import hand_over
from tests.sending import accept, arrive, box, decline, newest, open_case, say, write
from tests.world import World

INTAKE = (
    Action.OPEN,
    Action.ACCEPT,
    Action.DECLINE,
    Action.ASK,
    Action.MERGE,
    Action.TRANSFER,
    Action.REFER,
    Action.SPAM,
    Action.RESTORE,
    Action.BLOCK,
    Action.WRITE,
    Action.PHONE,
    Action.REQUEST,
    Action.RAISE,
    Action.DISPOSE,
    Action.PROTECT,
)
STRANGERS = ("qin", "qin-lead", "sheng", "sheng-lead", "ji", "he", "chen", "song", "qian", "shen")


def clocks(world: World) -> dict[str, Clock]:
    with world.store.reading() as session:
        return {clock.rule: clock for clock in session.scalars(select(Clock))}


def number(world: World, case_id) -> str | None:
    with world.store.reading() as session:
        return session.get_one(Case, case_id).number


# Opening


def test_intake_reads_what_was_told_and_which_fields_of_identity_there_are(world: World) -> None:
    _, case_id = arrive(world, may_phone=True)
    sheet = open_case(world, "lin", case_id)
    assert sheet.narrative.description == "6号安全出口用铁链子锁着。"
    assert [str(field) for field in sheet.identity] == ["name", "phone"]
    assert (sheet.phone_given, sheet.phone) == (True, None)
    assert (sheet.state, sheet.number, sheet.subject) == (CaseState.RECEIVED, None, None)
    assert sheet.actions == INTAKE


def test_opening_is_recorded(world: World) -> None:
    _, case_id = arrive(world)
    open_case(world, "gao", case_id)
    entry = world.entries()[-1]
    assert (entry["event"], entry["facts"]) == ("opened", {"letters": 1})
    assert entry["actor"]["officer"] == str(world.cast["gao"].officer_id)
    assert entry["actor"]["duty"] == "lead"
    assert entry["object"] == ["cases", str(case_id)]


def test_the_number_is_shown_to_intake_and_recorded(world: World) -> None:
    _, case_id = arrive(world, may_phone=True)
    assert open_case(world, "lin", case_id, phone=True).phone == "13800000000"
    assert world.events()[-2:] == ["opened", "phone_read"]


def test_the_number_is_not_for_the_lead(world: World) -> None:
    _, case_id = arrive(world, may_phone=True)
    with pytest.raises(NotAllowedError):
        open_case(world, "gao", case_id, phone=True)
    assert "phone_read" not in world.events()


def test_where_nobody_may_call_there_is_no_number(world: World) -> None:
    _, case_id = arrive(world)
    assert open_case(world, "lin", case_id, phone=True).phone is None
    assert "phone_read" not in world.events()


def test_a_case_of_others_does_not_exist(world: World) -> None:
    _, case_id = arrive(world)
    for username in STRANGERS:
        with pytest.raises(StrangerError):
            open_case(world, username, case_id)
        with pytest.raises(StrangerError):
            accept(world, username, case_id)
        with pytest.raises(StrangerError):
            write(world, username, case_id, "x")
    assert world.events() == ["submitted", "identity_given"]


def test_a_case_that_does_not_exist_gives_the_same_answer(world: World) -> None:
    with pytest.raises(StrangerError, match="no such case"):
        open_case(world, "lin", uuid4())


@pytest.mark.sqlite
def test_the_gate_is_asked_for_every_step(world: World) -> None:
    _, case_id = arrive(world)
    with world.store.reading() as session:
        for action in (one for one in Action if Duty.INTAKE not in PERFORMERS.get(one, ())):
            with pytest.raises(NotAllowedError):
                gate.admit(session, world.house, world.actor("lin"), action, case_id)


def test_the_lead_may_read_but_not_take_up_nor_write(world: World) -> None:
    _, case_id = arrive(world)
    open_case(world, "gao", case_id)
    with pytest.raises(NotAllowedError):
        accept(world, "gao", case_id)
    with pytest.raises(NotAllowedError):
        write(world, "gao", case_id, "x")


# Taking up


def test_taking_up_gives_a_number_and_a_subject_line(world: World) -> None:
    _, case_id = arrive(world)
    accept(world, "lin", case_id, subject="安全出口上锁")
    sheet = open_case(world, "gao", case_id)
    assert (sheet.state, sheet.number, sheet.subject) == (CaseState.ACCEPTED, "220100-2026-00001", "安全出口上锁")
    assert sheet.seen == newest(world, case_id)


def test_taking_up_stops_one_clock_and_starts_the_next(world: World) -> None:
    _, case_id = arrive(world)
    taken = world.clock.forward(days=1)
    accept(world, "lin", case_id)
    kept = clocks(world)
    assert (kept["C02"].state, kept["C02"].stopped_at) == (ClockState.STOPPED, taken)
    assert (kept["C05"].state, kept["C05"].started_at, kept["C05"].case_id) == (ClockState.RUNNING, taken, case_id)
    # 60 calendar days after 3 March is Saturday 2 May, in the May holiday of 1 to 5: Wednesday the 6th
    assert kept["C05"].due_at == datetime(2026, 5, 6, 15, 59, 59, tzinfo=UTC)
    with world.store.reading() as session:
        assert session.get_one(Case, case_id).due_at == kept["C05"].due_at


def test_the_time_limit_of_the_first_step_is_fifteen_days_with_an_aim_of_five_working_days(world: World) -> None:
    arrive(world)
    triage = clocks(world)["C02"]
    assert triage.due_at == datetime(2026, 3, 17, 15, 59, 59, tzinfo=UTC)
    assert triage.target_at == datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)
    assert not triage.provisional


def test_taking_up_is_recorded_with_its_rows(world: World) -> None:
    _, case_id = arrive(world)
    accept(world, "lin", case_id)
    entry = world.entries()[-1]
    assert entry["event"] == "accepted"
    assert entry["facts"]["number"] == "220100-2026-00001"
    assert set(entry["facts"]["clocks"]) == {"C05"}
    assert {table for table, _, _ in entry["rows"]} == {"cases", "clocks", "content_keys", "key_grants"}


def test_the_subject_line_lies_under_a_key_of_the_case_that_no_reporter_has(world: World) -> None:
    key, case_id = arrive(world)
    accept(world, "lin", case_id)
    with world.store.reading() as session:
        case = session.get_one(Case, case_id)
        content = session.get_one(ContentKey, case.line_key_id)
        assert (content.case_id, content.compartment) == (case_id, Compartment.CASE)
        assert key.open(session, world.house, [content.id]) == {}


def test_numbers_run_per_office_and_year(world: World) -> None:
    one, two, there = arrive(world)[1], arrive(world)[1], arrive(world, division="220302")[1]
    accept(world, "lin", one)
    accept(world, "qin", there)
    accept(world, "lin", two)
    world.clock.now = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # midnight in Changchun
    next_year = arrive(world)[1]
    accept(world, "lin", next_year)
    assert [number(world, case) for case in (one, there, two, next_year)] == [
        "220100-2026-00001",
        "220300-2026-00001",
        "220100-2026-00002",
        "220100-2027-00001",
    ]


def test_discipline_has_numbers_of_its_own(world: World) -> None:
    category = next(kind.code for kind in world.house.policies.categories.kinds.values() if kind.misconduct)
    _, case_id = arrive(world, category=category)
    accept(world, "ji", case_id)
    assert number(world, case_id) == "220000J-2026-00001"


def test_numbers_have_no_gap_after_a_step_that_failed(world: World) -> None:
    _, case_id = arrive(world)
    with pytest.raises(StaleError):
        accept(world, "lin", case_id, seen=7777)
    accept(world, "lin", case_id)
    assert number(world, case_id) == "220100-2026-00001"


def test_a_case_changed_since_the_page_was_shown_is_not_taken_up(world: World) -> None:
    _, case_id = arrive(world)
    with pytest.raises(StaleError, match="since the page was shown"):
        accept(world, "lin", case_id, seen=0)
    assert "accepted" not in world.events()
    assert number(world, case_id) is None


def test_two_officers_take_one_case_up_once(world: World) -> None:
    _, case_id = arrive(world)
    actor = world.actor("lin")
    seen = newest(world, case_id)
    with world.store.reading() as session:
        both = [
            casework.prepare_acceptance(
                session,
                world.house,
                actor,
                case_id,
                Ruling(text, seen),
                now=world.clock() + timedelta(seconds=n),
            )
            for n, text in enumerate(("甲", "乙"))
        ]
    outcomes, gate_ = [], threading.Barrier(2)

    def take(acceptance) -> None:
        gate_.wait()
        try:
            with world.store.transaction() as session:
                casework.accept(session, world.house, actor, case_id, acceptance, now=world.clock())
            outcomes.append("taken")
        except StaleError:
            outcomes.append("stale")

    threads = [threading.Thread(target=take, args=(one,)) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["stale", "taken"]
    assert world.events().count("accepted") == 1
    assert world.verify()


def test_a_case_taken_up_cannot_be_taken_up_again(world: World) -> None:
    _, case_id = arrive(world)
    accept(world, "lin", case_id)
    with pytest.raises(IllegalTransitionError, match="cannot accept"):
        accept(world, "lin", case_id)


def test_an_old_page_is_said_to_be_old_before_the_state_is_looked_at(world: World) -> None:
    _, case_id = arrive(world)
    seen = newest(world, case_id)
    accept(world, "lin", case_id)
    with pytest.raises(StaleError, match="since the page was shown"):
        accept(world, "lin", case_id, seen=seen)


@pytest.mark.sqlite
@pytest.mark.parametrize("end", ["declined", "merged", "referred"])
def test_a_case_that_is_over_cannot_be_taken_up(world: World, end: str) -> None:
    _, main = arrive(world)
    accept(world, "lin", main)
    _, case_id = arrive(world)
    {
        "declined": lambda: decline(world, "lin", case_id, "INFO_REQUEST"),
        "merged": lambda: merge(world, "lin", case_id, main),
        "referred": lambda: hand_over(world, case_id),
    }[end]()
    with pytest.raises(IllegalTransitionError):
        accept(world, "lin", case_id)


# Letters


def test_a_letter_reaches_the_reporter_and_is_recorded(world: World) -> None:
    key, case_id = arrive(world)
    world.clock.forward(minutes=7)
    write(world, "lin", case_id, "已经派人去看。")
    (letter,) = box(world, key).letters
    assert (letter.text, letter.sender, letter.kind) == ("已经派人去看。", Sender.OFFICE, LetterKind.MESSAGE)
    assert letter.sent_at == world.clock()
    entry = world.entries()[-1]
    assert (entry["event"], entry["facts"]) == ("wrote", {"position": 1, "kind": "message"})


def test_letters_are_read_in_order_by_both_sides(world: World) -> None:
    key, case_id = arrive(world)
    say(world, key, "一")
    write(world, "lin", case_id, "二")
    say(world, key, "三")
    assert [letter.text for letter in box(world, key).letters] == ["一", "二", "三"]
    assert [letter.text for letter in open_case(world, "gao", case_id).letters] == ["一", "二", "三"]


def test_a_seat_lost_between_sealing_and_sending_stops_the_letter(world: World) -> None:
    key, case_id = arrive(world)
    actor = world.actor("lin")
    letter = Question("x", newest(world, case_id))
    with world.store.reading() as session:
        made = casework.prepare_letter(
            session, world.house, actor, world.ring("lin"), case_id, letter, now=world.clock()
        )
    gone = type(actor)(actor.officer_id, actor.authority_id, actor.username, ())
    with world.store.transaction() as session, pytest.raises(StrangerError):
        casework.write(session, world.house, gone, case_id, letter, made)
    assert box(world, key).letters == ()


def test_the_ledger_holds_after_all_of_it(world: World) -> None:
    key, case_id = arrive(world, may_phone=True)
    open_case(world, "lin", case_id, phone=True)
    accept(world, "lin", case_id)
    write(world, "lin", case_id, "二")
    say(world, key, "三")
    world.sign()
    assert world.verify().unsigned == 0
