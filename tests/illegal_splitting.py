"""What no portal that keeps its rules does when a merge is undone, and the rule that each breaks."""

from collections.abc import Mapping
from typing import Any

from portal.domain.audit import written
from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.illegal_triage import keep_out, merge, pair
from tests.illegal_verification import conclude
from tests.telling import DUE, Book, Report, Sequence

LEAD, INTAKE = Duty.LEAD, Duty.INTAKE


def split(book: Book, case: Report, main: Report, who: str = "lin", duty: Duty = INTAKE, **said: Any) -> None:
    facts = {"main": str(main.case), "back": "received", "clocks": {"C02": DUE}, "paper": 1, "kind": "note"}
    book.step("split", case, who, duty, **{"reason": "other_matter", **facts, **said})
    book.step("parted", main, who, duty, case=str(case.case))


def split_again(book: Book) -> None:
    """As the rules have it: by intake; with what came with it; by the lead, once both were concluded."""
    first, second = pair(book)
    third = book.report()
    book.accept(third)
    merge(book, first, second)
    merge(book, second, third)
    split(book, second, third, back="accepted", clocks={"C05": DUE})
    split(book, first, second)
    merge(book, first, third)
    book.assign(third)
    book.step("opened", first, "gao", LEAD, letters=1)
    conclude(book, third)
    split(book, first, third, "gao", LEAD)
    book.accept(first)


def split_that_was_never_merged(book: Book) -> None:
    split(book, *pair(book))


def split_from_another_than_it_went_into(book: Book) -> None:
    first, second = pair(book)
    merge(book, first, second)
    split(book, first, book.report())


def split_by_an_investigator(book: Book) -> None:
    first, second = pair(book)
    merge(book, first, second)
    split(book, first, second, "chen", Duty.INVESTIGATE)


def split_by_intake_after_the_conclusion(book: Book) -> None:
    first, second = pair(book)
    merge(book, first, second)
    book.assign(second)
    book.step("opened", first, "gao", LEAD, letters=1)
    conclude(book, second)
    split(book, first, second)


def split_for_no_reason_of_the_list(book: Book) -> None:
    first, second = pair(book)
    merge(book, first, second)
    split(book, first, second, reason="whim")


def split_to_a_state_that_it_never_had(book: Book) -> None:
    first, second = pair(book)
    merge(book, first, second)
    split(book, first, second, back="accepted")


def split_with_a_time_limit_that_begins_anew(book: Book) -> None:
    first, second = pair(book)
    merge(book, first, second)
    split(book, first, second, clocks={"C02": DUE, "C05": DUE})


def split_with_a_last_day_that_came_earlier(book: Book) -> None:
    first, second = pair(book)
    merge(book, first, second)
    split(book, first, second, clocks={"C02": written(book.now)})


def split_with_a_time_limit_that_is_said_to_have_been_late(book: Book) -> None:
    first, second = pair(book)
    merge(book, first, second)
    split(book, first, second, late={"C02": DUE})


def opened_by_whoever_kept_out_of_what_it_was_split_from(book: Book) -> None:
    first, second = pair(book)
    keep_out(book, second, "gao", "gao", LEAD)
    merge(book, first, second)
    split(book, first, second)
    book.step("opened", first, "gao", LEAD, letters=1)


def left_by_what_is_still_there(book: Book) -> None:
    first, second = pair(book)
    merge(book, first, second)
    book.step("parted", second, case=str(first.case))


SPLITTING: Mapping[Sequence, tuple[Rule, str]] = {
    split_that_was_never_merged: (Rule.MERGED, "from the case that it was merged into"),
    split_from_another_than_it_went_into: (Rule.MERGED, "from the case that it was merged into"),
    split_by_an_investigator: (Rule.DUTY, "no such case"),
    split_by_intake_after_the_conclusion: (Rule.MERGED, "by the lead, once both were concluded"),
    split_for_no_reason_of_the_list: (Rule.MERGED, "a reason of the list"),
    split_to_a_state_that_it_never_had: (Rule.CASE, "back to received"),
    split_with_a_time_limit_that_begins_anew: (Rule.CLOCK, "what merging ended runs on"),
    split_with_a_last_day_that_came_earlier: (Rule.CLOCK, "what merging ended runs on"),
    split_with_a_time_limit_that_is_said_to_have_been_late: (Rule.CLOCK, "late only what was late"),
    opened_by_whoever_kept_out_of_what_it_was_split_from: (Rule.RECUSED, "who does not keep out of it"),
    left_by_what_is_still_there: (Rule.MERGED, "a case that has left this one"),
}
