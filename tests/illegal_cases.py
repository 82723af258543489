"""What no portal that keeps its rules does to a report or a case, and the rule that each breaks."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

from portal.domain.audit import written
from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.telling import DUE, HOME, NEXT, Book, Sequence

LEAD, INTAKE, CUSTODY, INVESTIGATE = Duty.LEAD, Duty.INTAKE, Duty.CUSTODY, Duty.INVESTIGATE


def taken_up_twice(book: Book) -> None:
    report = book.report()
    book.accept(report)
    book.accept(report)


def assigned_before_it_was_taken_up(book: Book) -> None:
    book.assign(book.report())


def declined_after_it_was_taken_up(book: Book) -> None:
    report = book.report()
    book.accept(report)
    book.step("declined", report, edition="jilin-1", position=1, reason="NO_TARGET")


def taken_up_by_the_lead(book: Book) -> None:
    report = book.report()
    book.step("accepted", report, "gao", LEAD, number="220100-2026-00001", clocks={"C05": DUE})


def taken_up_by_another_office(book: Book) -> None:
    book.accept(book.report(), "qin")


def opened_by_an_investigator_nobody_assigned(book: Book) -> None:
    report = book.report()
    book.step("assignment_opened", report, "chen", INVESTIGATE, letters=1)


def opened_by_an_investigator_who_was_taken_off(book: Book) -> None:
    report = book.report()
    book.accept(report)
    book.assign(report)
    book.step("unassigned", report, "gao", LEAD, officer=str(book.ledger.officer("chen")))
    book.step("assignment_opened", report, "chen", INVESTIGATE, letters=1)


def opened_by_an_investigator_as_intake(book: Book) -> None:
    book.step("opened", book.report(), "chen", letters=1)


def opened_by_an_office_that_has_handed_it_on(book: Book) -> None:
    report = book.report()
    book.step("transferred", report, **handed(book))
    book.wait(minutes=5)
    book.step("opened", report, letters=1)


def handed(book: Book) -> dict[str, object]:
    desks = {str(duty): str(book.ledger.desk(duty, NEXT)) for duty in (INTAKE, LEAD)}
    places = {"from_": str(book.home), "to": str(book.ledger.authority(NEXT)), "position": 1}
    return {**places, **desks, "keeper": str(book.ledger.desk(LEAD, HOME))}


def handed_on_after_it_was_taken_up(book: Book) -> None:
    report = book.report()
    book.accept(report)
    book.step("transferred", report, **handed(book))


def handed_on_with_the_first_half_of_the_identity(book: Book) -> None:
    told = {name: value for name, value in handed(book).items() if name != "keeper"}
    book.step("transferred", book.report(), **told)


def both_halves_moved_by_one_person(book: Book) -> None:
    report = book.report()
    book.step("transferred", report, **handed(book))
    to = {"to": str(book.ledger.authority(NEXT)), "custody": str(book.ledger.desk(CUSTODY, NEXT))}
    book.officer("gao", "keeping_offered", LEAD, ("reports", report.id), **to)
    book.officer("gao", "keeping_moved", CUSTODY, ("reports", report.id), **to)


def a_half_moved_that_nobody_offered(book: Book) -> None:
    report = book.report()
    book.step("transferred", report, **handed(book))
    to = {"to": str(book.ledger.authority(NEXT)), "custody": str(book.ledger.desk(CUSTODY, NEXT))}
    book.officer("he", "keeping_moved", CUSTODY, ("reports", report.id), **to)


def written_to_after_withdrawing(book: Book) -> None:
    report = book.report()
    book.reporter("withdrawn", ("reports", report.id), {})
    book.step("wrote", report, kind="message", position=1)


def called_after_withdrawing(book: Book) -> None:
    report = book.report()
    book.reporter("withdrawn", ("reports", report.id), {})
    book.step("phone_read", report)


def a_letter_of_a_reporter_who_has_withdrawn(book: Book) -> None:
    report = book.report()
    book.reporter("withdrawn", ("reports", report.id), {})
    book.reporter("added", ("reports", report.id), {"position": 1})


def about_a_report_that_nobody_sent(book: Book) -> None:
    book.officer("lin", "opened", INTAKE, ("cases", uuid4()), letters=1)


def late_before_its_time(book: Book) -> None:
    book.system("late", ("reports", book.report().id), {"rule": "C02", "due": DUE}, HOME)


def late_by_another_time_than_was_told(book: Book) -> None:
    report = book.report()
    book.wait(days=14)
    due = written(book.now - timedelta(hours=1))
    book.system("late", ("reports", report.id), {"rule": "C02", "due": due}, HOME)


def late_after_it_was_taken_up(book: Book) -> None:
    report = book.report()
    book.accept(report)
    book.wait(days=16)
    book.system("late", ("reports", report.id), {"rule": "C02", "due": DUE}, HOME)


def escalated_before_it_was_late(book: Book) -> None:
    book.system("escalated", ("reports", book.report().id), {"rule": "C02", "grants": 1}, HOME)


def opened_above_before_it_was_escalated(book: Book) -> None:
    book.step("opened", book.report(), "sheng-lead", LEAD, letters=1)


CASES: Mapping[Sequence, Rule] = {
    taken_up_twice: Rule.CASE,
    assigned_before_it_was_taken_up: Rule.CASE,
    declined_after_it_was_taken_up: Rule.CASE,
    taken_up_by_the_lead: Rule.DUTY,
    taken_up_by_another_office: Rule.DUTY,
    opened_by_an_investigator_nobody_assigned: Rule.ASSIGNED,
    opened_by_an_investigator_who_was_taken_off: Rule.ASSIGNED,
    opened_by_an_investigator_as_intake: Rule.DUTY,
    opened_by_an_office_that_has_handed_it_on: Rule.DUTY,
    handed_on_after_it_was_taken_up: Rule.CASE,
    handed_on_with_the_first_half_of_the_identity: Rule.KEEPING,
    both_halves_moved_by_one_person: Rule.KEEPING,
    a_half_moved_that_nobody_offered: Rule.KEEPING,
    written_to_after_withdrawing: Rule.REPORT,
    called_after_withdrawing: Rule.REPORT,
    a_letter_of_a_reporter_who_has_withdrawn: Rule.REPORT,
    about_a_report_that_nobody_sent: Rule.KNOWN,
    late_before_its_time: Rule.CLOCK,
    late_by_another_time_than_was_told: Rule.CLOCK,
    late_after_it_was_taken_up: Rule.CLOCK,
    escalated_before_it_was_late: Rule.CLOCK,
    opened_above_before_it_was_escalated: Rule.DUTY,
}
