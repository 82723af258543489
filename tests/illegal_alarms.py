"""What no portal that keeps its rules does to an alarm or a watch, and the rule that each breaks."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from portal.domain.audit import written
from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.telling import DUE, HOME, NEXT, PROVINCE, Book, Report, Sequence, seated_too

LEAD, INTAKE, CUSTODY = Duty.LEAD, Duty.INTAKE, Duty.CUSTODY


def raised(book: Book, report: Report | None = None, *kinds: str, **changes: Any) -> Report:
    """An alarm with a report, as the portal raises it."""
    report = report or book.report()
    due = written(book.now + timedelta(hours=2))
    desks = {"desk": str(book.ledger.desk(INTAKE, HOME)), "lead": str(book.ledger.desk(LEAD, HOME))}
    facts = {"alarms": list(kinds or ("danger",)), "clocks": {"C06": due}, **desks, **changes}
    book.system("alarm_raised", ("cases", report.case), facts, HOME)
    return report


def by_hand(book: Book, report: Report, who: str = "lin", duty: Duty = INTAKE, reason: str = "told") -> None:
    desks = {"desk": str(book.ledger.desk(INTAKE, HOME)), "lead": str(book.ledger.desk(LEAD, HOME))}
    due = written(book.now + timedelta(hours=2, seconds=31))
    book.step("alarm_raised", report, who, duty, alarms=["danger"], clocks={"C06": due}, reason=reason, **desks)


def escalated(book: Book, report: Report, **changes: Any) -> None:
    desk = str(book.ledger.desk(LEAD, PROVINCE))
    facts = {"kind": "danger", "level": 1, "desk": desk, "grants": 1, **changes}
    book.system("alarm_escalated", ("cases", report.case), facts, HOME)


def shift(book: Book, who: str = "gao", whom: str = "lin", begins: float = 0, hours: float = 8) -> UUID:
    made, starts = uuid4(), book.now + timedelta(hours=begins)
    facts = {
        "desk": str(book.ledger.desk(INTAKE, HOME)),
        "officer": str(book.ledger.officer(whom)),
        "starts": written(starts),
        "until": written(starts + timedelta(hours=hours)),
    }
    book.officer(who, "shift_added", LEAD, ("duty_shifts", made), **facts)
    return made


def signed_off_by_another_office(book: Book) -> None:
    book.step("alarm_signed_off", raised(book), "qin", kind="danger")


def signed_off_above_before_it_was_rung_there(book: Book) -> None:
    book.step("alarm_signed_off", raised(book), "sheng-lead", LEAD, kind="danger")


def signed_off_by_the_custodian(book: Book) -> None:
    book.step("alarm_signed_off", raised(book), "he", CUSTODY, kind="danger")


def signed_off_twice(book: Book) -> None:
    report = raised(book)
    book.step("alarm_signed_off", report, kind="danger")
    book.step("alarm_signed_off", report, "gao", LEAD, kind="danger")


def signed_off_though_nothing_rings(book: Book) -> None:
    book.step("alarm_signed_off", book.report(), kind="danger")


def stood_down_by_intake(book: Book) -> None:
    book.step("alarm_stood_down", raised(book), kind="danger", reason="mistaken")


def stood_down_for_no_reason_of_the_list(book: Book) -> None:
    book.step("alarm_stood_down", raised(book), "gao", LEAD, kind="danger", reason="busy")


def rung_above_before_half_an_hour(book: Book) -> None:
    report = raised(book)
    book.wait(minutes=29)
    escalated(book, report)


def rung_above_two_desks_at_once(book: Book) -> None:
    report = raised(book)
    book.wait(minutes=31)
    escalated(book, report, level=2)


def rung_sideways(book: Book) -> None:
    report = raised(book)
    book.wait(minutes=31)
    escalated(book, report, desk=str(book.ledger.desk(LEAD, NEXT)))


def rung_above_though_somebody_signed(book: Book) -> None:
    report = raised(book)
    book.step("alarm_signed_off", report, kind="danger")
    book.wait(minutes=31)
    escalated(book, report)


def rung_above_the_province(book: Book) -> None:
    report = raised(book)
    book.wait(minutes=31)
    escalated(book, report)
    book.wait(minutes=31)
    escalated(book, report, level=2)


def raised_twice(book: Book) -> None:
    raised(book, raised(book))


def raised_without_its_clock(book: Book) -> None:
    raised(book, clocks={})


def raised_at_the_desks_of_another_office(book: Book) -> None:
    raised(book, desk=str(book.ledger.desk(INTAKE, NEXT)))


def raised_by_another_office(book: Book) -> None:
    by_hand(book, book.report(), "qin")


def raised_for_no_reason_of_the_list(book: Book) -> None:
    by_hand(book, book.report(), reason="bored")


def disposed_of_where_there_was_no_danger(book: Book) -> None:
    book.step("disposed", book.report(), position=1)


def disposed_of_twice(book: Book) -> None:
    report = raised(book)
    book.step("disposed", report, position=1)
    book.step("disposed", report, position=2)


def disposed_of_by_another_office(book: Book) -> None:
    book.step("disposed", raised(book), "qin", position=1)


def retaliated(book: Book, report: Report | None = None) -> Report:
    """The lead rings for retaliation; 林 takes it on."""
    one = report or book.report()
    desks = {"desk": str(book.ledger.desk(INTAKE, HOME)), "lead": str(book.ledger.desk(LEAD, HOME))}
    told = {"alarms": ["retaliation"], "clocks": {"C27": DUE}, **desks}
    book.step("alarm_raised", one, "gao", LEAD, reason="told", **told)
    book.step("alarm_signed_off", one, kind="retaliation")
    return one


def protect(book: Book, report: Report, who: str = "gao", duty: Duty = LEAD, reason: str = "warned") -> None:
    book.step("protected", report, who, duty, reason=reason, paper=1, kind="note")


def check(book: Book, report: Report, who: str = "gao", duty: Duty = LEAD, reason: str = "unconfirmed") -> None:
    book.step("retaliation_checked", report, who, duty, reason=reason, paper=2, kind="note")


def protected_then_checked(book: Book) -> None:
    """As the rules have it: by whoever signed it off, then by the lead; and once more when it happens again."""
    report = retaliated(book)
    protect(book, report, "lin", INTAKE)
    check(book, report)
    protect(book, retaliated(book, report))


def checked_before_anybody_was_protected(book: Book) -> None:
    check(book, retaliated(book))


def checked_twice(book: Book) -> None:
    report = retaliated(book)
    protect(book, report)
    check(book, report)
    check(book, report)


def protected_where_nobody_was_threatened(book: Book) -> None:
    protect(book, book.report())


def protected_twice(book: Book) -> None:
    report = retaliated(book)
    protect(book, report)
    protect(book, report)


def protected_by_whoever_signed_nothing_off(book: Book) -> None:
    report = book.report()
    seated_too(book, "song")
    protect(book, retaliated(book, report), "song", INTAKE)


def protected_for_no_code_of_the_list(book: Book) -> None:
    protect(book, retaliated(book), reason="hoped")


def late_after_somebody_was_on_the_spot(book: Book) -> None:
    report = raised(book)
    due = written(book.now + timedelta(hours=2))
    book.step("disposed", report, position=1)
    book.wait(hours=3)
    book.system("late", ("reports", report.id), {"rule": "C06", "due": due}, HOME)


def a_watch_given_out_by_intake(book: Book) -> None:
    made = {"desk": str(book.ledger.desk(INTAKE, HOME)), "officer": str(book.ledger.officer("lin"))}
    times = {"starts": written(book.now + timedelta(minutes=1)), "until": written(book.now + timedelta(hours=1))}
    book.officer("lin", "shift_added", INTAKE, ("duty_shifts", uuid4()), **made, **times)


def a_watch_for_who_sits_elsewhere(book: Book) -> None:
    shift(book, whom="chen")


def a_watch_of_the_past(book: Book) -> None:
    shift(book, begins=-10, hours=8)


def two_watches_at_once(book: Book) -> None:
    shift(book)
    shift(book, begins=4)


def a_watch_taken_away_that_was_none(book: Book) -> None:
    times = {"starts": written(book.now), "until": written(book.now + timedelta(hours=1))}
    made = {"desk": str(book.ledger.desk(INTAKE, HOME)), "officer": str(book.ledger.officer("lin"))}
    book.officer("gao", "shift_removed", LEAD, ("duty_shifts", uuid4()), **made, **times)


def an_address_set_by_who_does_not_administer(book: Book) -> None:
    book.about("sheng-guan", "mail_set", "qin")  # the province may
    book.about("guan", "mail_set", "qin")


ALARMS: Mapping[Sequence, tuple[Rule, str]] = {
    signed_off_by_another_office: (Rule.DUTY, "no such alarm"),
    signed_off_above_before_it_was_rung_there: (Rule.DUTY, "no such alarm"),
    signed_off_by_the_custodian: (Rule.DUTY, "no such alarm"),
    signed_off_twice: (Rule.ALARM, "an alarm that rings"),
    signed_off_though_nothing_rings: (Rule.ALARM, "an alarm that rings"),
    stood_down_by_intake: (Rule.DUTY, "a lead says that there is nothing"),
    stood_down_for_no_reason_of_the_list: (Rule.ALARM, "no such reason"),
    rung_above_before_half_an_hour: (Rule.ALARM, "after 0:30:00, not before"),
    rung_above_two_desks_at_once: (Rule.ALARM, "level 1"),
    rung_sideways: (Rule.ALARM, "the next lead desk above"),
    rung_above_though_somebody_signed: (Rule.ALARM, "an alarm that rings"),
    rung_above_the_province: (Rule.ALARM, "the next lead desk above"),
    raised_twice: (Rule.ALARM, "one that does not ring yet"),
    raised_without_its_clock: (Rule.CLOCK, "the clock C06 that goes with it"),
    raised_at_the_desks_of_another_office: (Rule.ALARM, "the two desks of the case are rung"),
    raised_by_another_office: (Rule.DUTY, "no such case"),
    raised_for_no_reason_of_the_list: (Rule.ALARM, "no such reason"),
    disposed_of_where_there_was_no_danger: (Rule.CLOCK, "a clock C06 that runs or is late"),
    checked_before_anybody_was_protected: (Rule.ALARM, "protected first, then checked, and once"),
    checked_twice: (Rule.ALARM, "protected first, then checked, and once"),
    protected_where_nobody_was_threatened: (Rule.CLOCK, "a clock C27 that runs or is late"),
    protected_twice: (Rule.CLOCK, "a clock C27 that runs or is late"),
    protected_by_whoever_signed_nothing_off: (Rule.ALARM, "the lead, or whoever signed it off"),
    protected_for_no_code_of_the_list: (Rule.ALARM, "a code of the list"),
    disposed_of_twice: (Rule.CLOCK, "a clock C06 that runs or is late"),
    disposed_of_by_another_office: (Rule.DUTY, "no such case"),
    late_after_somebody_was_on_the_spot: (Rule.CLOCK, "a clock C06 that runs"),
    a_watch_given_out_by_intake: (Rule.WATCH, "a lead of the desk"),
    a_watch_for_who_sits_elsewhere: (Rule.WATCH, "unseated"),
    a_watch_of_the_past: (Rule.WATCH, "past"),
    two_watches_at_once: (Rule.WATCH, "overlap"),
    a_watch_taken_away_that_was_none: (Rule.WATCH, "a watch that was given out"),
    an_address_set_by_who_does_not_administer: (Rule.DUTY, "an administrator of this office"),
}
