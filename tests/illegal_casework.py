"""What no portal that keeps its rules does where a step of a case takes two people, and the rule that each breaks."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from portal.domain.audit import written
from portal.domain.countersign import LIFE
from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.telling import HOME, Book, Report, Sequence

LEAD, INTAKE, INVESTIGATE = Duty.LEAD, Duty.INTAKE, Duty.INVESTIGATE


def propose_block(book: Book, report: Report, who: str = "lin", duty: Duty = INTAKE) -> UUID:
    """Somebody proposes to turn a report away as none."""
    motion, desks = uuid4(), {one: str(book.ledger.desk(one, HOME)) for one in (INTAKE, LEAD)}
    book.step("paper_filed", report, who, duty, paper=1, kind="grounds")
    expires = written(book.now + timedelta(seconds=31) + LIFE)
    facts = {"kind": "block", "expires": expires, "case": str(report.case), "desk": desks[LEAD], "from_": desks[INTAKE]}
    book.officer(who, "motion_proposed", duty, ("motions", motion), **facts)
    return motion


def agree(book: Book, report: Report, motion: UUID, who: str = "gao", duty: Duty = LEAD) -> None:
    """Somebody confirms it, and it is done."""
    book.step("blocked", report, who, duty, edition="jilin-1", reason="NOT_A_REPORT")
    book.officer(who, "motion_confirmed", duty, ("motions", motion), kind="block", case=str(report.case))


def turned_away_by_two(book: Book) -> None:
    """As the rules have it."""
    report = book.report()
    book.step("put_aside", report)
    agree(book, report, propose_block(book, report))


def turned_away_as_none_by_one(book: Book) -> None:
    report = book.report()
    book.step("blocked", report, edition="jilin-1", reason="NOT_A_REPORT")


def turned_away_by_who_proposed_it(book: Book) -> None:
    report = book.report()
    agree(book, report, propose_block(book, report), "lin", INTAKE)


def another_turned_away_than_was_proposed(book: Book) -> None:
    report, other = book.report(), book.report()
    agree(book, other, propose_block(book, report))


def turned_away_as_none_after_it_was_taken_up(book: Book) -> None:
    report = book.report()
    motion = propose_block(book, report)
    book.accept(report)
    agree(book, report, motion)


def proposed_by_an_investigator_it_is_not_assigned_to(book: Book) -> None:
    propose_block(book, book.report(), "chen", INVESTIGATE)


def put_aside_by_the_lead(book: Book) -> None:
    book.step("put_aside", book.report(), "gao", LEAD)


def a_paper_filed_by_another_office(book: Book) -> None:
    book.step("paper_filed", book.report(), "qin", paper=1, kind="note")


def a_note_turns_the_time_to_decide_on_a_penalty(book: Book) -> None:
    report = book.report()
    book.accept(report)
    book.step("paper_filed", report, "gao", LEAD, paper=1, kind="note", clocks={})


CASEWORK: Mapping[Sequence, tuple[Rule, str]] = {
    turned_away_as_none_by_one: (Rule.TWO_PEOPLE, "a second person's confirmation next to it"),
    turned_away_by_who_proposed_it: (Rule.TWO_PEOPLE, "a second person must confirm it"),
    another_turned_away_than_was_proposed: (Rule.MOTION, "a step of the case that was proposed"),
    turned_away_as_none_after_it_was_taken_up: (Rule.CASE, "cannot block a case that is accepted"),
    proposed_by_an_investigator_it_is_not_assigned_to: (Rule.DUTY, "no such case"),
    put_aside_by_the_lead: (Rule.DUTY, "spam is not for lead"),
    a_note_turns_the_time_to_decide_on_a_penalty: (Rule.CLOCK, "turned by a penalty"),
    a_paper_filed_by_another_office: (Rule.DUTY, "no such case"),
}
