"""What no portal that keeps its rules does to a time limit, and the rule that each breaks."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from portal.domain.audit import written
from portal.domain.countersign import LIFE
from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.telling import DUE, HOME, NOON, PROVINCE, Book, Report, Sequence

LEAD = Duty.LEAD
LATER = written(NOON + timedelta(days=35))
UNTIL = written(NOON + timedelta(days=10))


def taken(book: Book) -> Report:
    report = book.report()
    book.accept(report)
    return report


def propose(book: Book, report: Report) -> UUID:
    """高 asks the level above for a longer time limit."""
    motion = uuid4()
    book.step("paper_filed", report, "gao", LEAD, paper=1, kind="grounds")
    expires = written(book.now + timedelta(seconds=31) + LIFE)
    desks = {"desk": str(book.ledger.desk(LEAD, PROVINCE)), "from_": str(book.ledger.desk(LEAD, HOME))}
    facts = {"kind": "extend", "expires": expires, "case": str(report.case), **desks}
    book.officer("gao", "motion_proposed", LEAD, ("motions", motion), **facts)
    return motion


def extended(book: Book, report: Report, **changes: object) -> None:
    """The level above agrees."""
    motion = propose(book, report)
    told = {"rule": "C05", "by": 20, "due": LATER, "edition": "jilin-1", **changes}
    book.step("extended", report, "sheng-lead", LEAD, office=HOME, reason="EXPERT_TEST", **told)
    book.now -= timedelta(seconds=31)
    facts = {"kind": "extend", "case": str(report.case), "office": PROVINCE}
    book.officer("sheng-lead", "motion_confirmed", LEAD, ("motions", motion), **facts)


def suspended(book: Book, report: Report, who: str = "gao", **changes: object) -> None:
    told = {"rule": "C05", "until": UNTIL, "edition": "jilin-1", **changes}
    book.step("suspended", report, who, LEAD, reason="WAIT_JUDICIAL", **told)


def continued(book: Book, report: Report, **changes: object) -> None:
    book.step("continued", report, "gao", LEAD, **{"rule": "C05", "stood": 3, "due": LATER, **changes})


def changed_as_the_rules_have_it(book: Book) -> None:
    """Extended by two, stood still and ran on, looked at by those above, late and escalated at last."""
    report = taken(book)
    motion = propose(book, report)
    facts = {"kind": "extend", "motion": str(motion), "office": PROVINCE}
    book.officer("sheng-lead", "motion_opened", LEAD, ("cases", report.case), **facts)
    book.officer("gao", "motion_withdrawn", LEAD, ("motions", motion), kind="extend", case=str(report.case))
    suspended(book, report)
    continued(book, report, due=DUE)
    extended(book, report)
    suspended(book, report)
    book.reporter("replied", ("reports", report.id), {"position": 1})
    book.system("continued", ("cases", report.case), {"rule": "C05", "stood": 1, "due": LATER}, HOME)
    book.system("recounted", ("cases", report.case), {"rule": "C05", "was": LATER, "due": LATER}, HOME)
    book.wait(days=40)
    book.system("late", ("cases", report.case), {"rule": "C05", "due": LATER}, HOME)
    book.system("escalated", ("reports", report.id), {"rule": "C05", "grants": 1}, HOME)


def extended_by_one(book: Book) -> None:
    report = taken(book)
    told = {"rule": "C05", "by": 20, "due": LATER, "edition": "jilin-1"}
    book.step("extended", report, "gao", LEAD, reason="EXPERT_TEST", **told)


def extended_twice(book: Book) -> None:
    report = taken(book)
    extended(book, report)
    extended(book, report, due=written(NOON + timedelta(days=45)))


def extended_beyond_the_ceiling(book: Book) -> None:
    extended(book, taken(book), by=31)


def extended_by_nothing(book: Book) -> None:
    extended(book, taken(book), by=0)


def extended_after_its_last_moment(book: Book) -> None:
    report = taken(book)
    book.wait(days=16)
    extended(book, report)


def extended_to_an_earlier_day(book: Book) -> None:
    extended(book, taken(book), due=UNTIL)


def extended_though_late(book: Book) -> None:
    report = taken(book)
    book.wait(days=16)
    book.system("late", ("cases", report.case), {"rule": "C05", "due": DUE}, HOME)
    extended(book, report)


def extended_while_it_stood_still(book: Book) -> None:
    report = taken(book)
    suspended(book, report)
    extended(book, report)


def danger_extended(book: Book) -> None:
    report = book.report()
    book.step("accepted", report, number="220100-2026-00001", clocks={"C06": DUE})
    extended(book, report, rule="C06")


def danger_suspended(book: Book) -> None:
    report = book.report()
    book.step("accepted", report, number="220100-2026-00001", clocks={"C07": DUE})
    suspended(book, report, rule="C07")


def late_while_it_stood_still(book: Book) -> None:
    report = taken(book)
    suspended(book, report)
    book.wait(days=16)
    book.system("late", ("cases", report.case), {"rule": "C05", "due": DUE}, HOME)


def suspended_by_another_lead(book: Book) -> None:
    suspended(book, taken(book), "qin-lead")


def suspended_twice(book: Book) -> None:
    report = taken(book)
    suspended(book, report)
    suspended(book, report)


def suspended_when_it_was_over(book: Book) -> None:
    report = taken(book)
    book.wait(days=16)
    suspended(book, report, until=LATER)


def suspended_until_yesterday(book: Book) -> None:
    suspended(book, taken(book), until=written(NOON - timedelta(days=1)))


def run_on_though_it_ran(book: Book) -> None:
    continued(book, taken(book))


def run_on_by_itself_too_soon(book: Book) -> None:
    report = taken(book)
    suspended(book, report)
    book.system("continued", ("cases", report.case), {"rule": "C05", "stood": 1, "due": LATER}, HOME)


def run_on_to_an_earlier_day(book: Book) -> None:
    report = taken(book)
    suspended(book, report)
    continued(book, report, due=UNTIL)


def counted_anew_from_another_day(book: Book) -> None:
    report = taken(book)
    book.system("recounted", ("cases", report.case), {"rule": "C05", "was": LATER, "due": LATER}, HOME)


def counted_anew_to_a_day_that_is_over(book: Book) -> None:
    report = taken(book)
    book.wait(days=12)
    book.system("recounted", ("cases", report.case), {"rule": "C05", "was": DUE, "due": UNTIL}, HOME)


def ended_before_its_time(book: Book) -> None:
    report = book.report()
    book.step("accepted", report, number="220100-2026-00001", clocks={"C12": DUE})
    book.system("clock_ended", ("cases", report.case), {"rule": "C12", "due": DUE}, HOME)


def grounds_read_by_an_outsider(book: Book) -> None:
    report = taken(book)
    facts = {"kind": "extend", "motion": str(propose(book, report))}
    book.officer("he", "motion_opened", Duty.CUSTODY, ("cases", report.case), **facts)


CLOCKS: Mapping[Sequence, tuple[Rule, str]] = {
    extended_by_one: (Rule.TWO_PEOPLE, "a second person's confirmation"),
    extended_twice: (Rule.CLOCK, "C05 extended once"),
    extended_beyond_the_ceiling: (Rule.CLOCK, "C05 extended by 1 to 30"),
    extended_by_nothing: (Rule.CLOCK, "C05 extended by 1 to 30"),
    extended_after_its_last_moment: (Rule.CLOCK, "extended before its last moment"),
    extended_to_an_earlier_day: (Rule.CLOCK, "extended before its last moment, to a later one"),
    extended_though_late: (Rule.CLOCK, "a clock C05 that runs until"),
    extended_while_it_stood_still: (Rule.CLOCK, "a clock C05 that runs until it is told that it runs on"),
    danger_extended: (Rule.CLOCK, "C06 extended by 1 to 0"),
    danger_suspended: (Rule.CLOCK, "made to stand still before its last moment"),
    late_while_it_stood_still: (Rule.CLOCK, "a clock C05 that runs until it is told that it runs on"),
    suspended_by_another_lead: (Rule.DUTY, "no such case"),
    suspended_twice: (Rule.CLOCK, "a clock C05 that runs until it is told that it runs on"),
    suspended_when_it_was_over: (Rule.CLOCK, "made to stand still before its last moment"),
    suspended_until_yesterday: (Rule.CLOCK, "and for a time"),
    run_on_though_it_ran: (Rule.CLOCK, "a clock C05 that stands still"),
    run_on_by_itself_too_soon: (Rule.CLOCK, "by itself only after"),
    run_on_to_an_earlier_day: (Rule.CLOCK, "no shorter than it was"),
    counted_anew_from_another_day: (Rule.CLOCK, "a clock C05 that runs until"),
    counted_anew_to_a_day_that_is_over: (Rule.CLOCK, "to a last moment that is still to come"),
    ended_before_its_time: (Rule.CLOCK, "later than"),
    grounds_read_by_an_outsider: (Rule.DUTY, "no such motion"),
}
