"""Replaying a ledger: legal stories pass, and each of a table of illegal ones is found with the rule that it breaks."""

from datetime import timedelta
from uuid import uuid4

import pytest

from portal.domain.audit import written
from portal.domain.replay import Replay
from portal.domain.replay_entries import BASES, Rule
from portal.domain.vocabulary import Duty
from tests.illegal import ILLEGAL
from tests.illegal_alarms import by_hand, escalated, protected_then_checked, raised, shift
from tests.illegal_bank import lists_as_the_rules_have_them
from tests.illegal_cases import filed, handed
from tests.illegal_casework import turned_away_by_two
from tests.illegal_clocks import changed_as_the_rules_have_it
from tests.illegal_files import kept_as_it_was_meant
from tests.illegal_revocations import a_revocation_as_the_rules_have_it, granted
from tests.illegal_rewards import a_reward_as_the_rules_have_it
from tests.illegal_splitting import split_again
from tests.illegal_triage import (
    handed_to_two_bodies,
    handled_together,
    kept_out,
    kept_out_no_more,
    settled_above,
)
from tests.illegal_verification import all_of_them_are_told_and_one_objects, worked_on_anew_after_an_objection
from tests.telling import DIGEST, DUE, HOME, NEXT, Air, Book, Sequence


@pytest.fixture
def book() -> Book:
    return Book(Air().founded())


def rules(book: Book) -> set[Rule]:
    return {one.rule for one in book.ledger.judge()}


@pytest.mark.parametrize("sequence", ILLEGAL, ids=lambda one: one.__name__)
def test_an_illegal_sequence_is_found_with_its_rule(book: Book, sequence: Sequence) -> None:
    rule, expected = ILLEGAL[sequence]
    sequence(book)
    found = book.ledger.judge()
    assert [one for one in found if one.rule is rule and expected in one.expected], found


def test_every_rule_is_broken_by_something_and_stands_somewhere() -> None:
    assert {rule for rule, _ in ILLEGAL.values()} | {Rule.DECLARED} == set(Rule) == set(BASES)


def test_what_the_office_does_all_day_is_legal(book: Book) -> None:
    report = book.report()
    book.step("opened", report, letters=1)
    book.accept(report)
    book.step("wrote", report, kind="message", position=1)
    book.assign(report)
    book.step("assignment_opened", report, "chen", Duty.INVESTIGATE, letters=1)
    request = book.disclosed(report, "name", "phone")
    book.read(request, "phone", "name")
    book.wait(hours=25)
    book.system("identity_lapsed", ("disclosures", request), {"fields": ["name", "phone"]}, HOME)
    assert book.ledger.judge() == ()


def test_a_reward_that_is_judged_contested_and_claimed_is_legal(book: Book) -> None:
    a_reward_as_the_rules_have_it(book)
    assert book.ledger.judge() == ()


def test_payments_that_are_listed_sent_back_recalled_and_paid_are_legal(book: Book) -> None:
    lists_as_the_rules_have_them(book)
    assert book.ledger.judge() == ()


def test_a_reward_that_two_take_back_and_a_third_gives_back_is_legal(book: Book) -> None:
    a_revocation_as_the_rules_have_it(book)
    assert book.ledger.judge() == ()


def test_a_reward_that_one_took_back_before_it_took_two_is_not_judged_by_that(book: Book) -> None:
    report, award = granted(book)
    book.officer("song", "award_revoked", Duty.AWARD, ("reports", report.id), award=str(award), position=4)
    assert book.ledger.judge() == ()


def test_a_case_that_is_worked_on_anew_after_an_objection_is_legal(book: Book) -> None:
    worked_on_anew_after_an_objection(book)
    assert book.ledger.judge() == ()


def test_reports_that_go_together_are_each_answered(book: Book) -> None:
    all_of_them_are_told_and_one_objects(book)
    assert book.ledger.judge() == ()


def test_files_of_both_sides_count_on_and_are_read_by_whoever_reads_the_report(book: Book) -> None:
    report = book.report()
    filed(book, report, 1, 2)
    book.step("file_shown", report, file=2, picture=0)
    book.step("file_added", report, file=3, position=3, content=DIGEST, fields=["original_3"])
    filed(book, report, 4, fields=("original_4",))
    book.accept(report)
    book.assign(report)
    book.step("file_taken", report, "chen", Duty.INVESTIGATE, file=4)
    book.reporter("erased", ("reports", report.id), {"fields": ["name", "original_3", "original_4", "phone"]})
    assert book.ledger.judge() == ()


def test_what_is_late_is_escalated_and_read_above(book: Book) -> None:
    report = book.report()
    book.wait(days=16)
    book.system("late", ("reports", report.id), {"rule": "C02", "due": DUE}, HOME)
    book.system("escalated", ("reports", report.id), {"rule": "C02", "grants": 1}, HOME)
    book.step("opened", report, "sheng-lead", Duty.LEAD, letters=1)
    assert book.ledger.judge() == ()


def test_an_alarm_goes_up_with_the_time_and_whoever_was_rung_signs_off(book: Book) -> None:
    first = raised(book)
    shift(book)
    book.wait(minutes=31)
    escalated(book, first)
    book.step("alarm_signed_off", first, "sheng-lead", Duty.LEAD, kind="danger")
    book.step("opened", first, "sheng-lead", Duty.LEAD, letters=1)
    second = raised(book)
    book.step("transferred", second, **handed(book))
    book.step("alarm_signed_off", second, "qin", kind="danger", office=NEXT)
    third = book.report()
    by_hand(book, third)
    book.accept(third)
    book.step("disposed", third, position=1)
    book.step("alarm_stood_down", third, "gao", Duty.LEAD, kind="danger", reason="over")
    book.about("guan", "mail_set", "lin")
    assert book.ledger.judge() == ()


def test_halves_move_by_two_people(book: Book) -> None:
    report = book.report()
    book.step("transferred", report, **handed(book))
    to = {"to": str(book.ledger.authority(NEXT)), "custody": str(book.ledger.desk(Duty.CUSTODY, NEXT))}
    book.officer("gao", "keeping_offered", Duty.LEAD, ("reports", report.id), **to)
    book.officer("he", "keeping_moved", Duty.CUSTODY, ("reports", report.id), **to)
    assert book.ledger.judge() == ()


@pytest.mark.parametrize("told", [True, False], ids=["told", "as before"])
def test_who_opens_a_desk_sits_there_whether_entries_say_so_or_are_older(book: Book, *, told: bool) -> None:
    desk, qin, motion = uuid4(), str(book.ledger.officer("qin")), uuid4()
    key = {"officers": [qin]} if told else {}
    proposed = {"officer": qin, "desk": str(desk), "expires": written(book.now + timedelta(hours=72))} if told else {}
    book.ledger.whole = told
    book.officer("qin", "motion_proposed", None, ("motions", motion), kind="open", trail=NEXT, **proposed, **key)
    opened = {"duty": Duty.AWARD, "epoch": 1, "fingerprint": "AB12", **key}
    book.officer("sheng-guan", "desk_opened", Duty.ADMINISTER, ("desks", desk), trail=NEXT, **opened)
    book.confirm("sheng-guan", motion, "open")
    book.officer("qin", "listed", Duty.AWARD, None, count=0, digest=DIGEST, filter=DIGEST)
    assert book.ledger.judge() == ()


def test_whoever_was_suspended_gets_no_key_that_is_drawn_meanwhile(book: Book) -> None:
    motion = book.propose("guan", "seat", "song", duty=Duty.INTAKE)
    book.seat("lin", "song", Duty.INTAKE)
    book.confirm("lin", motion, "seat", Duty.INTAKE)
    book.about("guan", "officer_suspended", "song")
    book.turn("lin", "guan", Duty.INTAKE, "lin")
    motion = book.propose("guan", "resume", "song")
    book.about("cui", "officer_resumed", "song")
    book.confirm("cui", motion, "resume")
    assert book.ledger.judge() == ()
    book.officer("song", "listed", Duty.INTAKE, None, count=0, digest=DIGEST, filter=DIGEST)
    assert rules(book) == {Rule.DUTY}


def test_what_was_under_way_when_a_seat_ended_may_finish(book: Book) -> None:
    report = book.report()
    book.unseat("lin", Duty.INTAKE)
    book.wait(seconds=-2)  # each step is half a minute after the one before
    book.step("opened", report, letters=1)
    assert book.ledger.judge() == ()


def test_a_reading_under_way_when_an_assignment_ended_may_finish_and_no_other_is_excused_by_it(book: Book) -> None:
    report, other = book.report(), book.report()
    for one in (report, other):
        book.accept(one)
    book.assign(report)
    book.step("unassigned", report, "gao", Duty.LEAD, officer=str(book.ledger.officer("chen")))
    book.unseat("chen", Duty.INVESTIGATE)
    book.wait(seconds=-40)  # each step is half a minute after the one before
    book.step("assignment_opened", report, "chen", Duty.INVESTIGATE, letters=1)
    assert book.ledger.judge() == ()
    book.wait(seconds=-40)
    book.step("assignment_opened", other, "chen", Duty.INVESTIGATE, letters=1)
    assert rules(book) == {Rule.ASSIGNED}


def test_a_time_limit_may_be_changed_by_the_rules(book: Book) -> None:
    changed_as_the_rules_have_it(book)
    assert book.ledger.judge() == ()


def test_what_is_no_report_may_be_put_aside_and_turned_away_by_two(book: Book) -> None:
    turned_away_by_two(book)
    assert book.ledger.judge() == ()


def test_what_is_others_may_be_handed_to_them_step_by_step(book: Book) -> None:
    handed_to_two_bodies(book)
    assert book.ledger.judge() == ()


def test_what_was_handed_on_wrongly_is_settled_above(book: Book) -> None:
    settled_above(book)
    assert book.ledger.judge() == ()


def test_a_file_of_the_case_file_is_taken_back_before_anything_rests_on_it(book: Book) -> None:
    kept_as_it_was_meant(book)
    assert book.ledger.judge() == ()


def test_whoever_has_to_do_with_it_keeps_out(book: Book) -> None:
    kept_out(book)
    kept_out_no_more(book)
    assert book.ledger.judge() == ()


def test_whoever_is_threatened_is_protected_first_and_it_is_checked_then(book: Book) -> None:
    protected_then_checked(book)
    assert book.ledger.judge() == ()


def test_a_merge_that_was_wrong_may_be_undone(book: Book) -> None:
    split_again(book)
    assert book.ledger.judge() == ()


def test_what_is_one_matter_may_be_handled_together(book: Book) -> None:
    handled_together(book)
    assert book.ledger.judge() == ()


def test_an_entry_names_the_first_step_that_was_not_legal_and_goes_on(book: Book) -> None:
    report = book.report()
    book.accept(report)
    first = len(book.ledger.openings)
    book.accept(report)
    book.assign(report)
    (found,) = book.ledger.judge()
    assert (found.index, found.event, found.rule) == (first, "accepted", Rule.CASE)
    assert "accept" in found.expected
    assert "DESIGN §6" in found.basis


def test_entries_older_than_a_fact_are_not_judged_by_it_and_that_is_said(book: Book) -> None:
    """A ledger of the version before: nobody told which desks a report went to."""
    report = book.report()
    later = {"intake", "lead", "custody", "above", "clocks"}
    told = book.ledger.openings[-2]
    told["facts"] = {fact: value for fact, value in told["facts"].items() if fact not in later}
    book.step("opened", report, "chen", letters=1)
    replay = Replay()
    for index, opening in enumerate(book.ledger.openings):
        replay.hear(index, opening)
    assert {one.rule for one in replay.differences} == {Rule.DUTY}  # 陈 sits at no desk of intake anywhere
    assert replay.untold[Rule.DUTY] == 1


def test_an_entry_that_is_silent_where_those_before_it_told_is_none_of_an_older_version(book: Book) -> None:
    """Or whoever has the keys would leave out the fact that a rule takes, and not be judged by it."""
    report = book.report()
    book.ask(report, "name")
    second = book.report()
    book.ask(second, "name")
    for event, fact in (("submitted", "intake"), ("identity_requested", "case")):
        said = [one for one in book.ledger.openings if one["event"] == event][-1]
        said["facts"] = {name: value for name, value in said["facts"].items() if name != fact}
    found = book.ledger.judge()
    assert {(one.event, one.rule) for one in found} == {
        ("submitted", Rule.DECLARED),
        ("identity_requested", Rule.DECLARED),
    }
    assert all("lacks" in one.expected for one in found)


@pytest.mark.parametrize("superior", [None, HOME], ids=["a second root", "an office of another place"])
def test_an_office_that_fits_no_tree_does_not_keep_what_follows_from_being_judged(book: Book, superior) -> None:
    """Without a tree nobody could say who may propose what."""
    known = book.ledger.authority(HOME)
    about = uuid4() if superior is None else known
    book.system("authority_added", ("authorities", about), {"code": "office-999999"}, HOME)
    assert rules(book) == {Rule.STAFF}
    book.propose("chen", "seat", "song", duty=Duty.INTAKE, own=Duty.INVESTIGATE)
    assert rules(book) == {Rule.STAFF, Rule.DUTY}


def test_an_opening_that_was_taken_away_is_counted_and_one_of_another_form_is_named() -> None:
    replay = Replay()
    replay.hear(0, None)
    replay.hear(1, {"event": "opened"})
    assert replay.emptied == 1
    assert [(one.index, one.rule) for one in replay.differences] == [(1, Rule.DECLARED)]


@pytest.mark.parametrize("event", ["peeked", "withdrawn"])
def test_an_entry_that_says_what_its_event_does_not_declare_is_named(book: Book, event: str) -> None:
    report = book.report()
    book.reporter("withdrawn", ("reports", report.id), {})
    book.ledger.openings[-1] |= {"event": event, "facts": {"name": "周小明"}}
    assert rules(book) == {Rule.DECLARED}


def test_what_began_within_the_hour_before_may_stand_behind_what_ended_first(book: Book) -> None:
    report = book.report()
    book.wait(minutes=40)
    book.step("opened", report, letters=1)
    book.wait(minutes=-50)
    book.step("opened", report, letters=1)
    book.report()  # by the hour: it may be of a moment ago
    assert book.ledger.judge() == ()


def test_a_clock_that_was_set_back_is_named_once(book: Book) -> None:
    report = book.report()
    for span in ({"days": 2}, {"days": -2}, {"minutes": 1}, {"hours": 3}):
        book.wait(**span)
        book.step("opened", report, letters=1)
    assert [(one.rule, one.index) for one in book.ledger.judge()] == [(Rule.ORDER, len(book.ledger.openings) - 3)]
