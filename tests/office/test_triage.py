"""Triage beside taking up: asking the reporter, turning away with a reason; when each is allowed, and what both see."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.errors import (
    IllegalTransitionError,
    NotAllowedError,
    ReasonError,
    StaleError,
    StrangerError,
    UnansweredError,
    UnaskedError,
    WordsMissingError,
)
from portal.domain.vocabulary import CaseState, ClockState
from portal.office import mailbox, triage
from portal.office.keyring import ReporterKey
from portal.store.cases import Case, Clock
from tests.sending import accept, arrive, ask, box, decline, newest, open_case, say, submission, write
from tests.sending import send as send_form
from tests.world import World


def case_row(world: World, case_id: UUID) -> Case:
    with world.store.reading() as session:
        return session.get_one(Case, case_id)


def withdraw(world: World, key: ReporterKey) -> None:
    with world.store.transaction() as session:
        mailbox.withdraw(session, world.house, key, now=world.clock())


# Asking


def test_what_is_asked_reaches_the_reporter_and_the_case_waits(world: World) -> None:
    key, case_id = arrive(world)
    ask(world, "lin", case_id, "请问是几层？")
    sheet = box(world, key)
    assert sheet.case_state is CaseState.AWAITING
    assert [letter.text for letter in sheet.letters] == ["请问是几层？"]
    (decision,) = sheet.decisions
    assert (decision.event, decision.letter_id, decision.reason) == ("asked", sheet.letters[0].id, None)
    entry = world.entries()[-1]
    assert (entry["event"], entry["facts"], entry["reason"]) == ("asked", {"position": 1}, None)


def test_the_clock_runs_on_while_the_reporter_is_asked(world: World) -> None:
    _, case_id = arrive(world)
    due_at = case_row(world, case_id).due_at
    ask(world, "lin", case_id)
    assert case_row(world, case_id).due_at == due_at


def test_an_answer_brings_the_case_back_to_triage_and_is_new_to_intake(world: World) -> None:
    key, case_id = arrive(world)
    ask(world, "lin", case_id)
    world.clock.forward(hours=1)
    say(world, key, "地下二层。")
    assert world.events()[-2:] == ["replied", "resumed"]
    assert case_row(world, case_id).state is CaseState.RECEIVED
    seen_by_lead = open_case(world, "gao", case_id)
    sheet = open_case(world, "lin", case_id)
    assert sheet.fresh == seen_by_lead.fresh == {sheet.letters[-1].id}
    assert open_case(world, "lin", case_id).fresh == frozenset()
    world.sign()
    assert world.verify()


def test_a_second_sending_of_the_form_is_an_answer_too(world: World) -> None:
    one = submission(world)
    send_form(world, one)
    with world.store.reading() as session:
        case_id = session.scalars(select(Case.id)).one()
    ask(world, "lin", case_id)
    send_form(world, submission(world, token=one.token, description="地下二层东侧6号口，铁链子锁着。"))
    assert world.events()[-2:] == ["added", "resumed"]
    assert case_row(world, case_id).state is CaseState.RECEIVED


def test_the_office_can_go_on_without_an_answer(world: World) -> None:
    _, case_id = arrive(world)
    ask(world, "lin", case_id)
    accept(world, "lin", case_id)
    assert case_row(world, case_id).state is CaseState.ACCEPTED


def test_nobody_is_asked_twice_at_once_nor_after_the_case_was_taken_up(world: World) -> None:
    _, case_id = arrive(world)
    ask(world, "lin", case_id)
    with pytest.raises(IllegalTransitionError):
        ask(world, "lin", case_id)
    accept(world, "lin", case_id)
    with pytest.raises(IllegalTransitionError):
        ask(world, "lin", case_id)


def test_who_has_withdrawn_is_asked_nothing(world: World) -> None:
    key, case_id = arrive(world)
    withdraw(world, key)
    with pytest.raises(IllegalTransitionError, match="withdrawn"):
        ask(world, "lin", case_id)


# Turning away


def test_a_report_is_turned_away_with_a_reason_its_article_and_the_offices_words(world: World) -> None:
    key, case_id = arrive(world)
    decline(world, "lin", case_id, "REPEAT_SAME_PERSON", "您 3 月 1 日的那一件已经受理。")
    row = case_row(world, case_id)
    assert (row.state, row.closed_at, row.due_at) == (CaseState.DECLINED, world.clock(), None)
    sheet = box(world, key)
    (decision,) = sheet.decisions
    assert decision.reason is not None
    assert (decision.reason.code, decision.reason.basis) == (
        "REPEAT_SAME_PERSON",
        "应急管理部举报小程序不予受理清单",
    )
    assert [letter.text for letter in sheet.letters] == ["您 3 月 1 日的那一件已经受理。"]
    entry = world.entries()[-1]
    assert (entry["event"], entry["reason"]) == ("declined", "REPEAT_SAME_PERSON")
    assert entry["facts"] == {"edition": world.house.policies.reasons.heading.edition, "position": 1}


def test_turning_away_stops_the_clock(world: World) -> None:
    _, case_id = arrive(world)
    decline(world, "lin", case_id, "INFO_REQUEST")
    with world.store.reading() as session:
        clock = session.scalars(select(Clock)).one()
    assert (clock.rule, clock.state) == ("C02", ClockState.STOPPED)
    world.clock.forward(days=40)
    world.tick()
    assert "late" not in world.events()


@pytest.mark.sqlite
def test_nobody_is_turned_away_without_words(world: World) -> None:
    _, case_id = arrive(world)
    for reason in ("INFO_REQUEST", "SUGGESTION"):
        with pytest.raises(WordsMissingError):
            decline(world, "lin", case_id, reason, "")
    decline(world, "lin", case_id, "SUGGESTION", "充电桩要先办手续，请到政务窗口。")
    assert case_row(world, case_id).state is CaseState.DECLINED


@pytest.mark.sqlite
@pytest.mark.parametrize("reason", ["NO_TARGET", "NO_FACTS", "CLOSED_NO_NEW", "PRIVATE_DISPUTE"])
def test_these_reasons_need_the_reporter_to_have_been_asked(world: World, reason: str) -> None:
    key, case_id = arrive(world)
    with pytest.raises(UnaskedError):
        decline(world, "lin", case_id, reason)
    ask(world, "lin", case_id)
    with pytest.raises(UnansweredError):
        decline(world, "lin", case_id, reason)
    say(world, key, "说不清。")
    decline(world, "lin", case_id, reason)
    assert case_row(world, case_id).state is CaseState.DECLINED


def test_without_an_answer_the_last_day_that_was_promised_is_waited_for(world: World) -> None:
    _, case_id = arrive(world)
    ask(world, "lin", case_id)
    world.clock.now = datetime(2026, 3, 16, 15, 59, tzinfo=UTC)  # the day before the 17th in Changchun
    with pytest.raises(UnansweredError):
        decline(world, "lin", case_id, "NO_TARGET")
    world.clock.now = datetime(2026, 3, 16, 16, 0, tzinfo=UTC)
    decline(world, "lin", case_id, "NO_TARGET")


@pytest.mark.sqlite
@pytest.mark.parametrize("reason", ["", "ANONYMOUS", "NOT_OURS", "NO_EVIDENCE", "NOT_A_REPORT", "no_target"])
def test_a_reason_that_is_none_or_needs_two_people_is_refused(world: World, reason: str) -> None:
    _, case_id = arrive(world)
    with pytest.raises(ReasonError):
        decline(world, "lin", case_id, reason)
    assert case_row(world, case_id).state is CaseState.RECEIVED


@pytest.mark.sqlite
def test_every_reason_of_the_list_is_offered_or_waits_for_a_second_person(world: World) -> None:
    listed = world.house.policies.reasons.decline
    assert set(listed) - set(triage.reasons(world.house)) == {"NOT_A_REPORT"}


def test_what_was_withdrawn_is_closed_without_a_letter(world: World) -> None:
    key, case_id = arrive(world)
    withdraw(world, key)
    decline(world, "lin", case_id, "NO_TARGET", "写了也不寄。")
    assert box(world, key).letters == ()
    assert case_row(world, case_id).state is CaseState.DECLINED


def test_what_was_taken_up_or_turned_away_cannot_be_turned_away(world: World) -> None:
    _, taken = arrive(world)
    accept(world, "lin", taken)
    _, turned = arrive(world)
    decline(world, "lin", turned, "INFO_REQUEST")
    for case_id in (taken, turned):
        with pytest.raises(IllegalTransitionError):
            decline(world, "lin", case_id, "INFO_REQUEST")


# Who, and on the strength of what


@pytest.mark.sqlite
@pytest.mark.parametrize("username", ["qin", "sheng", "ji", "he", "song"])
def test_a_stranger_neither_asks_nor_turns_away(world: World, username: str) -> None:
    _, case_id = arrive(world)
    with pytest.raises(StrangerError):
        ask(world, username, case_id)
    with pytest.raises(StrangerError):
        decline(world, username, case_id, "INFO_REQUEST")


@pytest.mark.sqlite
def test_the_lead_neither_asks_nor_turns_away(world: World) -> None:
    _, case_id = arrive(world)
    with pytest.raises(NotAllowedError):
        ask(world, "gao", case_id)
    with pytest.raises(NotAllowedError):
        decline(world, "gao", case_id, "INFO_REQUEST")


def test_nothing_is_decided_on_a_page_that_misses_what_the_reporter_added(world: World) -> None:
    key, case_id = arrive(world)
    seen = newest(world, case_id)
    say(world, key, "想起来了，是地下二层。")
    for step in (
        lambda: ask(world, "lin", case_id, seen=seen),
        lambda: decline(world, "lin", case_id, "INFO_REQUEST", seen=seen),
        lambda: accept(world, "lin", case_id, seen=seen),
    ):
        with pytest.raises(StaleError):
            step()
    assert case_row(world, case_id).state is CaseState.RECEIVED


def test_reading_and_the_opening_of_letters_make_no_page_old(world: World) -> None:
    key, case_id = arrive(world)
    write(world, "lin", case_id, "在看了。")
    seen = newest(world, case_id)
    open_case(world, "gao", case_id)
    with world.store.transaction() as session:
        mailbox.serve(session, world.house, key, now=world.clock())
    accept(world, "lin", case_id, seen=seen)
    assert case_row(world, case_id).state is CaseState.ACCEPTED
