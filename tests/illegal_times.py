"""What no portal with a clock that goes on writes, and the rule that each breaks."""

from collections.abc import Mapping

from portal.domain.replay_entries import Rule
from tests.telling import Book, Sequence


def taken_up_as_of_the_day_before(book: Book) -> None:
    report = book.report()
    book.wait(days=-1)
    book.accept(report)


def sent_hours_before_what_stands_before_it(book: Book) -> None:
    book.wait(hours=3)
    book.step("opened", book.report(), letters=1)
    book.wait(hours=-3)
    book.report()


TIMES: Mapping[Sequence, tuple[Rule, str]] = {
    taken_up_as_of_the_day_before: (Rule.ORDER, "a time not before 2026-"),
    sent_hours_before_what_stands_before_it: (Rule.ORDER, "which entries before it had reached"),
}
