"""What no portal that keeps its rules does with files of a case file, and with files that were taken back."""

from collections.abc import Mapping

from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import MOST_EXHIBITS, MOST_FILES, Duty
from tests.illegal_cases import filed
from tests.illegal_verification import checking, conclude
from tests.telling import DIGEST, Book, Report, Sequence

INVESTIGATE, LEAD = Duty.INVESTIGATE, Duty.LEAD


def exhibited(book: Book, report: Report, *numbers: int, who: str = "chen", duty: Duty = INVESTIGATE) -> None:
    """Somebody adds files to the case file, as the portal numbered them."""
    for number in numbers:
        facts = {"file": number, "paper": number, "kind": "exhibit", "content": DIGEST}
        opens = [f"original_{number}"] if number <= MOST_FILES + MOST_EXHIBITS else []
        book.step("exhibit_added", report, who, duty, **facts, fields=opens)


def back(book: Book, report: Report, number: int, who: str = "chen", duty: Duty = INVESTIGATE) -> None:
    book.step("exhibit_taken_back", report, who, duty, file=number, fields=[f"original_{number}"])


def kept_as_it_was_meant(book: Book) -> None:
    """Added, looked at with the summary alone, taken back, and another concluded upon."""
    report = checking(book)
    exhibited(book, report, 21, 22)
    book.step("file_shown", report, "chen", INVESTIGATE, file=22, picture=0)
    back(book, report, 21)
    conclude(book, report)
    exhibited(book, report, 23)
    back(book, report, 23)


def numbered_as_the_reports(book: Book) -> None:
    exhibited(book, checking(book), 1)


def more_than_a_case_file_may_have(book: Book) -> None:
    exhibited(book, checking(book), *range(MOST_FILES + 1, MOST_FILES + MOST_EXHIBITS + 2))


def added_to_a_case_file_by_intake(book: Book) -> None:
    exhibited(book, checking(book), 21, who="lin", duty=Duty.INTAKE)


def added_by_an_investigator_of_nothing(book: Book) -> None:
    report = book.report()
    book.accept(report)
    exhibited(book, report, 21)


def taken_back_by_somebody_else(book: Book) -> None:
    report = checking(book)
    exhibited(book, report, 21)
    back(book, report, 21, "gao", LEAD)


def taken_back_after_two_agreed(book: Book) -> None:
    report = checking(book)
    exhibited(book, report, 21)
    conclude(book, report)
    back(book, report, 21)


def taken_back_twice(book: Book) -> None:
    report = checking(book)
    exhibited(book, report, 21)
    back(book, report, 21)
    book.step("exhibit_taken_back", report, "chen", INVESTIGATE, file=21)


def a_file_of_the_reporters_taken_back(book: Book) -> None:
    report = book.report()
    filed(book, report, 1)
    book.step("file_taken_back", report, file=1)


def taken_back_with_what_opens_another(book: Book) -> None:
    report = checking(book)
    exhibited(book, report, 21, 22)
    book.step("exhibit_taken_back", report, "chen", INVESTIGATE, file=21, fields=["original_22"])


FILES: Mapping[Sequence, tuple[Rule, str]] = {
    numbered_as_the_reports: (Rule.FILES, "file 21 at most of a case file"),
    more_than_a_case_file_may_have: (Rule.FILES, "file 41 at most of a case file"),
    added_to_a_case_file_by_intake: (Rule.DUTY, "file is not for intake"),
    added_by_an_investigator_of_nothing: (Rule.DUTY, "no such case"),
    taken_back_by_somebody_else: (Rule.FILES, "a file that this officer added"),
    taken_back_after_two_agreed: (Rule.FILES, "nothing rests on"),
    taken_back_twice: (Rule.FILES, "a file that this officer added"),
    a_file_of_the_reporters_taken_back: (Rule.FILES, "a file that this officer added"),
    taken_back_with_what_opens_another: (Rule.FILES, "what opens this file, and no other"),
}
