"""What no portal that keeps its rules does at triage beside taking up, and the rule that each breaks."""

from collections.abc import Mapping
from uuid import uuid4

from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.telling import Book, Report, Sequence

LEAD, INTAKE = Duty.LEAD, Duty.INTAKE


def pair(book: Book) -> tuple[Report, Report]:
    """Two reports about one matter; the second was taken up."""
    first, second = book.report(), book.report()
    book.accept(second)
    return first, second


def merge(book: Book, case: Report, main: Report, who: str = "lin", duty: Duty = INTAKE) -> None:
    book.step("merged", case, who, duty, main=str(main.case), first=str(main.case))
    book.step("joined", main, who, duty, case=str(case.case))


def handled_together(book: Book) -> None:
    """As the rules have it."""
    first, second = pair(book)
    merge(book, first, second)


def merged_twice(book: Book) -> None:
    first, second = pair(book)
    merge(book, first, second)
    merge(book, first, second)


def merged_by_the_lead(book: Book) -> None:
    first, second = pair(book)
    book.step("merged", first, "gao", LEAD, main=str(second.case), first=str(first.case))


def merged_into_itself(book: Book) -> None:
    report = book.report()
    book.step("merged", report, main=str(report.case), first=str(report.case))


def merged_into_nothing_that_is_known(book: Book) -> None:
    report = book.report()
    book.step("merged", report, main=str(uuid4()), first=str(report.case))


def merged_into_what_is_over(book: Book) -> None:
    first, second = book.report(), book.report()
    book.step("declined", second, edition="jilin-1", position=1, reason="REPEAT_SAME_PERSON")
    book.step("merged", first, main=str(second.case), first=str(first.case))


def joined_by_what_was_never_merged(book: Book) -> None:
    first, second = pair(book)
    book.step("joined", second, case=str(first.case))


def first_by_a_third(book: Book) -> None:
    first, second = pair(book)
    book.step("merged", first, main=str(second.case), first=str(book.report().case))


TRIAGE: Mapping[Sequence, tuple[Rule, str]] = {
    merged_twice: (Rule.CASE, "cannot merge a case that is merged"),
    merged_by_the_lead: (Rule.DUTY, "merge is not for lead"),
    merged_into_itself: (Rule.MERGED, "into another case than itself"),
    merged_into_nothing_that_is_known: (Rule.MERGED, "into a case that an entry knows"),
    merged_into_what_is_over: (Rule.MERGED, "into a case that is being worked on"),
    joined_by_what_was_never_merged: (Rule.MERGED, "a case that was merged into this one"),
    first_by_a_third: (Rule.MERGED, "one of those that are merged came first"),
}
