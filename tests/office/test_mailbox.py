"""The mailbox: what a reporter reads, says and takes back, and what of it is recorded."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.domain.errors import IllegalTransitionError
from portal.domain.values import Question
from portal.domain.vocabulary import Action, CaseState, IdentityField, LetterKind
from portal.office import casework, identity, mailbox
from tests import clocking
from tests.sending import accept, arrive, box, case_of, newest, open_case, reporter, run, say, send, submission, write
from tests.world import NOON, World


def serve(world: World, key) -> None:
    with world.store.transaction() as session:
        mailbox.serve(session, world.house, key, now=world.clock())


def test_the_first_opening_of_a_letter_is_its_service_and_is_recorded_once(world: World) -> None:
    key, case_id = arrive(world)
    write(world, "lin", case_id, "一")
    write(world, "lin", case_id, "二")
    world.clock.forward(hours=2, minutes=20)
    with world.store.reading() as session:
        assert mailbox.unserved(session, key)
    serve(world, key)
    serve(world, key)
    assert world.events().count("served") == 1
    assert world.entries()[-1]["facts"] == {"letters": 2}
    with world.store.reading() as session:
        assert not mailbox.unserved(session, key)
    served = {letter.served_at for letter in open_case(world, "lin", case_id).letters}
    assert served == {datetime(2026, 3, 2, 6, 0, tzinfo=UTC)}  # the hour


def test_reading_ones_own_mailbox_leaves_no_entry(world: World) -> None:
    key, _ = arrive(world)
    before = world.events()
    box(world, key)
    serve(world, key)
    assert world.events() == before


def test_before_the_office_has_written_words_are_an_addition_and_then_an_answer(world: World) -> None:
    key, case_id = arrive(world)
    say(world, key, "一")
    write(world, "lin", case_id, "二")
    say(world, key, "三")
    assert [letter.kind for letter in box(world, key).letters] == [
        LetterKind.ADDITION,
        LetterKind.MESSAGE,
        LetterKind.MESSAGE,
    ]
    assert [event for event in world.events() if event in {"added", "replied"}] == ["added", "replied"]


def test_a_reporter_sees_offices_and_never_officers(world: World) -> None:
    key, case_id = arrive(world)
    open_case(world, "lin", case_id)
    accept(world, "lin", case_id)
    write(world, "lin", case_id, "二")
    sheet = box(world, key)
    assert [step.event for step in sheet.steps] == ["submitted", "identity_given", "accepted", "wrote"]
    assert {step.by for step in sheet.steps} == {"", "长春市人民防空办公室"}
    assert re.search(r"\blin\b", repr(sheet)) is None
    assert all(clock.target_on is None for clock in sheet.clocks)


def test_a_reporter_reads_in_their_language(world: World) -> None:
    key, _ = arrive(world)
    titles = {language: box(world, key, language).clocks[0].title for language in ("zh-Hans", "en", "ko")}
    assert len(set(titles.values())) == 3
    assert box(world, key, "en").authority.isascii()


def test_a_reporter_is_told_when_the_number_was_looked_at(world: World) -> None:
    key, case_id = arrive(world, may_phone=True)
    open_case(world, "lin", case_id, phone=True)
    assert "phone_read" in [step.event for step in box(world, key).steps]


def test_withdrawing_twice_is_once_and_the_case_stays(world: World) -> None:
    key, case_id = arrive(world)
    for _ in range(2):
        with world.store.transaction() as session:
            mailbox.withdraw(session, world.house, key, now=world.clock())
    assert world.events().count("withdrawn") == 1
    assert box(world, key).report_state == "withdrawn"
    assert open_case(world, "lin", case_id).state is CaseState.RECEIVED
    assert world.verify()


def withdraw(world: World, key) -> None:
    with world.store.transaction() as session:
        mailbox.withdraw(session, world.house, key, now=world.clock())


def test_who_withdraws_takes_the_number_from_the_desk(world: World) -> None:
    key, case_id = arrive(world, may_phone=True)
    withdraw(world, key)
    assert run(world, "SELECT phone, phone_key_id FROM reports") == [(None, None)]
    sheet = open_case(world, "lin", case_id)
    assert (sheet.withdrawn, sheet.phone_given) == (True, False)
    assert not {Action.ASK, Action.WRITE, Action.PHONE} & set(sheet.actions)
    with pytest.raises(IllegalTransitionError, match="has withdrawn"):
        open_case(world, "lin", case_id, phone=True)
    with pytest.raises(IllegalTransitionError, match="has withdrawn"):
        write(world, "lin", case_id, "还锁着吗？")
    accept(world, "lin", case_id)
    assert world.events()[2:] == ["withdrawn", "opened", "accepted"]
    world.sign()
    assert world.verify().unsigned == 0


def test_a_letter_sealed_before_the_reporter_withdrew_is_not_sent(world: World) -> None:
    key, case_id = arrive(world)
    actor = world.actor("lin")
    letter = Question("x", newest(world, case_id))
    with world.store.reading() as session:
        made = casework.prepare_letter(
            session, world.house, actor, world.ring("lin"), case_id, letter, now=world.clock()
        )
    withdraw(world, key)
    with world.store.transaction() as session, pytest.raises(IllegalTransitionError):
        casework.write(session, world.house, actor, case_id, letter, made)
    assert box(world, key).letters == ()


def test_a_withdrawn_report_takes_no_word_and_no_name_but_lets_all_be_erased(world: World) -> None:
    key, _ = arrive(world)
    withdraw(world, key)
    before = world.events()
    with pytest.raises(IllegalTransitionError, match="was withdrawn"):
        say(world, key, "还有")
    named = identity.replacing({IdentityField.NAME: "周大明"}, may_phone=False)
    for giving in (named, identity.replacing({}, may_phone=False)):
        with world.store.reading() as session, pytest.raises(IllegalTransitionError, match="was withdrawn"):
            mailbox.prepare_identity(session, world.house, key, giving, now=world.clock())
    assert world.events() == before
    with world.store.reading() as session:
        made = mailbox.prepare_identity(session, world.house, key, identity.erasing(), now=world.clock())
    with world.store.transaction() as session:
        identity.store(session, world.house, made, now=world.clock())
    assert box(world, key).identity == ()
    assert world.events() == [*before, "erased"]


def test_several_openings_in_a_row_are_one_step_for_the_office(world: World) -> None:
    _, case_id = arrive(world)
    for username in ("lin", "gao", "lin"):
        open_case(world, username, case_id)
        world.clock.forward(minutes=1)
    accept(world, "lin", case_id)
    open_case(world, "lin", case_id)
    steps = open_case(world, "lin", case_id).steps  # which does not count itself
    assert [(step.event, step.times) for step in steps] == [
        ("submitted", 1),
        ("identity_given", 1),
        ("opened", 3),
        ("accepted", 1),
        ("opened", 1),
    ]
    assert steps[2].at == NOON + timedelta(minutes=2)  # the last of them


def test_a_mailbox_shows_one_report_alone(world: World) -> None:
    one, two = submission(world), submission(world, place="别处")
    send(world, one)
    send(world, two)
    keys = [reporter(world, each) for each in (one, two)]
    say(world, keys[0], "只在这里")
    assert len(box(world, keys[0]).letters) == 1
    assert box(world, keys[1]).letters == ()
    assert box(world, keys[1]).narrative.place == "别处"
    assert case_of(world, keys[0]) != case_of(world, keys[1])


@pytest.mark.parametrize("rule", ["C03", "C15", "C24", "C25"])
def test_what_offices_owe_each_other_is_no_time_limit_of_a_reporter(world: World, rule: str) -> None:
    """That a reward was not filed one level up in time is nothing that its reporter waits for (C24)."""
    key, case_id = clocking.taken_up(world)
    clocking.start_clock(world, case_id, rule)
    assert {one.rule for one in box(world, key).clocks} == {"C02", "C05"}


def test_days_left_are_counted_in_changchun(world: World) -> None:
    key, _ = arrive(world)
    world.clock.now = datetime(2026, 3, 16, 16, 0, tzinfo=UTC)  # the 17th has begun there
    (clock,) = box(world, key).clocks
    assert (clock.due_on, clock.days_left) == (date(2026, 3, 17), 0)
