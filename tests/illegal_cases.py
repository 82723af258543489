"""What no portal that keeps its rules does to a report or a case, and the rule that each breaks."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

from portal.domain.audit import written
from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import MOST_FILES, Duty
from tests.telling import DIGEST, DUE, HOME, NEXT, PROVINCE, Book, Report, Sequence, seated_too

LEAD, INTAKE, CUSTODY, ADMINISTER, INVESTIGATE = Duty.LEAD, Duty.INTAKE, Duty.CUSTODY, Duty.ADMINISTER, Duty.INVESTIGATE


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


def taken_up_in_another_duty(book: Book) -> None:
    """高 sits at intake too, and takes it up as lead."""
    seated_too(book, "gao")
    book.step("accepted", book.report(), "gao", LEAD, number="220100-2026-00001", clocks={"C05": DUE})


def taken_up_in_the_name_of_another_office(book: Book) -> None:
    book.step("opened", book.report(), letters=1, office=NEXT)


def sent_twice(book: Book) -> None:
    report = book.report()
    book.submit(report)


def sent_to_desks_of_other_duties(book: Book) -> None:
    book.submit(Report(), intake=str(book.ledger.desk(LEAD, HOME)))


def erased_what_was_never_given(book: Book) -> None:
    book.reporter("erased", ("reports", book.report("name").id), {"fields": ["email"]})


def handed_on_by_an_office_that_has_it_not(book: Book) -> None:
    book.step("transferred", book.report(), **{**handed(book), "from_": str(book.ledger.authority(NEXT))})


def handed_on_to_another_office_than_whose_desks_read_it(book: Book) -> None:
    book.step("transferred", book.report(), **{**handed(book), "to": str(book.ledger.authority(PROVINCE))})


def assigned_to_somebody_who_investigates_nothing(book: Book) -> None:
    report = book.report()
    book.accept(report)
    book.assign(report, "song")


def assigned_twice(book: Book) -> None:
    report = book.report()
    book.accept(report)
    book.assign(report)
    book.assign(report)


def taken_off_a_case_that_was_not_theirs(book: Book) -> None:
    report = book.report()
    book.accept(report)
    book.step("unassigned", report, "gao", LEAD, officer=str(book.ledger.officer("chen")))


def opened_by_the_assigned_in_another_duty(book: Book) -> None:
    report = book.report()
    book.accept(report)
    book.assign(report)
    book.step("assignment_opened", report, "chen", LEAD, letters=1)


def escalated_though_nobody_stands_by(book: Book) -> None:
    report = Report()
    book.submit(report, above="")
    book.wait(days=16)
    book.system("late", ("reports", report.id), {"rule": "C02", "due": DUE}, HOME)
    book.system("escalated", ("reports", report.id), {"rule": "C02", "grants": 1}, HOME)


def moved(book: Book, report: Report, who: str = "he", **changes: object) -> None:
    to = {"to": str(book.ledger.authority(NEXT)), "custody": str(book.ledger.desk(CUSTODY, NEXT))}
    book.officer(who, "keeping_moved", CUSTODY, ("reports", report.id), **{**to, **changes})


def offered(book: Book, who: str = "gao", **changes: object) -> Report:
    report = book.report()
    book.step("transferred", report, **handed(book))
    to = {"to": str(book.ledger.authority(NEXT)), "custody": str(book.ledger.desk(CUSTODY, NEXT))}
    book.officer(who, "keeping_offered", LEAD, ("reports", report.id), **{**to, **changes})
    return report


def a_half_offered_by_another_lead(book: Book) -> None:
    offered(book, "qin-lead")


def a_half_moved_to_another_desk_than_it_was_offered_to(book: Book) -> None:
    moved(book, offered(book), custody=str(book.ledger.desk(CUSTODY, PROVINCE)))


def a_half_offered_to_an_office_that_has_not_the_case(book: Book) -> None:
    offered(book, to=str(book.ledger.authority(PROVINCE)))


def a_half_offered_while_a_request_stands(book: Book) -> None:
    report = book.report()
    book.ask(report)
    book.step("transferred", report, **handed(book))
    to = {"to": str(book.ledger.authority(NEXT)), "custody": str(book.ledger.desk(CUSTODY, NEXT))}
    book.officer("gao", "keeping_offered", LEAD, ("reports", report.id), **to)


def filed(book: Book, report: Report, *numbers: int, fields: tuple[str, ...] = ()) -> None:
    """The reporter adds files, as the portal numbered them."""
    for number in numbers:
        facts = {"file": number, "position": number, "content": DIGEST, "fields": list(fields)}
        book.reporter("file_added", ("reports", report.id), facts)


def a_file_twice_under_one_number(book: Book) -> None:
    filed(book, book.report(), 1, 2, 2)


def a_file_that_leaves_one_out(book: Book) -> None:
    filed(book, book.report(), 1, 3)


def more_files_than_there_may_be(book: Book) -> None:
    filed(book, book.report(), *range(1, MOST_FILES + 2))


def a_file_that_brings_what_opens_another(book: Book) -> None:
    filed(book, book.report(), 1, fields=("original_2",))


def a_file_of_a_reporter_who_has_withdrawn(book: Book) -> None:
    report = book.report()
    book.reporter("withdrawn", ("reports", report.id), {})
    filed(book, report, 1)


def a_file_added_by_another_office(book: Book) -> None:
    book.step("file_added", book.report(), "qin", file=1, position=1, content=DIGEST)


def a_file_looked_at_that_is_not_there(book: Book) -> None:
    report = book.report()
    filed(book, report, 1)
    book.step("file_shown", report, file=2, picture=0)


def a_file_looked_at_by_another_office(book: Book) -> None:
    report = book.report()
    filed(book, report, 1)
    book.step("file_taken", report, "qin", file=1)


def a_file_looked_at_by_an_investigator_with_the_summary_alone(book: Book) -> None:
    report = book.report()
    filed(book, report, 1)
    book.accept(report)
    book.step("assigned", report, "gao", LEAD, officer=str(book.ledger.officer("chen")), narrative=False)
    book.step("file_shown", report, "chen", INVESTIGATE, file=1, picture=0)


CASES: Mapping[Sequence, tuple[Rule, str]] = {
    taken_up_twice: (Rule.CASE, "cannot accept a case that is accepted"),
    assigned_before_it_was_taken_up: (Rule.CASE, "cannot assign a case that is received"),
    declined_after_it_was_taken_up: (Rule.CASE, "cannot decline a case that is accepted"),
    taken_up_by_the_lead: (Rule.DUTY, "accept is not for lead"),
    taken_up_by_another_office: (Rule.DUTY, "no such case"),
    opened_by_an_investigator_nobody_assigned: (Rule.ASSIGNED, "an officer to whom the case is assigned"),
    opened_by_an_investigator_who_was_taken_off: (Rule.ASSIGNED, "an officer to whom the case is assigned"),
    opened_by_an_investigator_as_intake: (Rule.DUTY, "no such case"),
    opened_by_an_office_that_has_handed_it_on: (Rule.DUTY, "no such case"),
    handed_on_after_it_was_taken_up: (Rule.CASE, "cannot transfer a case that is accepted"),
    handed_on_with_the_first_half_of_the_identity: (Rule.KEEPING, "the first half stays with the desk that holds it"),
    both_halves_moved_by_one_person: (Rule.KEEPING, "one person moves no two halves"),
    a_half_moved_that_nobody_offered: (Rule.KEEPING, "what the lead has offered"),
    written_to_after_withdrawing: (Rule.REPORT, "the reporter has withdrawn"),
    called_after_withdrawing: (Rule.REPORT, "the reporter has withdrawn"),
    a_letter_of_a_reporter_who_has_withdrawn: (Rule.REPORT, "a report that was not withdrawn"),
    about_a_report_that_nobody_sent: (Rule.KNOWN, "a report that an entry knows"),
    late_before_its_time: (Rule.CLOCK, "later than"),
    late_by_another_time_than_was_told: (Rule.CLOCK, "a clock C02 that runs"),
    late_after_it_was_taken_up: (Rule.CLOCK, "a clock C02 that runs"),
    escalated_before_it_was_late: (Rule.CLOCK, "escalated only when late"),
    opened_above_before_it_was_escalated: (Rule.DUTY, "no such case"),
    taken_up_in_another_duty: (Rule.DUTY, "a step of intake, not of lead"),
    taken_up_in_the_name_of_another_office: (Rule.HANDOVER, "a step of the office that has the case"),
    sent_twice: (Rule.REPORT, "a report that was not there yet"),
    sent_to_desks_of_other_duties: (Rule.KNOWN, "desks of intake, lead and custody that entries know"),
    erased_what_was_never_given: (Rule.GIVEN, "fields that the reporter had given"),
    handed_on_by_an_office_that_has_it_not: (Rule.HANDOVER, "from the office that had it"),
    handed_on_to_another_office_than_whose_desks_read_it: (Rule.HANDOVER, "to the office whose desks read it now"),
    assigned_to_somebody_who_investigates_nothing: (
        Rule.ASSIGNED,
        "an officer at work who sits where cases are investigated",
    ),
    assigned_twice: (Rule.ASSIGNED, "an officer who is not assigned yet"),
    taken_off_a_case_that_was_not_theirs: (Rule.ASSIGNED, "an officer who is assigned"),
    opened_by_the_assigned_in_another_duty: (Rule.DUTY, "an investigator"),
    escalated_though_nobody_stands_by: (Rule.CLOCK, "a desk above that stands by"),
    a_half_offered_by_another_lead: (Rule.KEEPING, "somebody of the lead desk that keeps it"),
    a_half_moved_to_another_desk_than_it_was_offered_to: (Rule.KEEPING, "to the desk that it was offered to"),
    a_half_offered_to_an_office_that_has_not_the_case: (Rule.HANDOVER, "to the office that has the case"),
    a_half_offered_while_a_request_stands: (Rule.KEEPING, "no request about it that still stands"),
    a_file_twice_under_one_number: (Rule.FILES, "file 3"),
    a_file_that_leaves_one_out: (Rule.FILES, "file 2"),
    more_files_than_there_may_be: (Rule.FILES, "no more than 20 files"),
    a_file_that_brings_what_opens_another: (Rule.FILES, "what opens this file and no other"),
    a_file_of_a_reporter_who_has_withdrawn: (Rule.REPORT, "a report that was not withdrawn"),
    a_file_added_by_another_office: (Rule.DUTY, "no such case"),
    a_file_looked_at_that_is_not_there: (Rule.FILES, "a file that an entry knows"),
    a_file_looked_at_by_another_office: (Rule.DUTY, "no such case"),
    a_file_looked_at_by_an_investigator_with_the_summary_alone: (
        Rule.FILES,
        "an officer who reads the report itself",
    ),
}
