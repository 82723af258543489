"""What no portal that keeps its rules does to learn a name, and the rule that each breaks."""

from collections.abc import Mapping

from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.illegal_cases import handed
from tests.telling import HOME, Book, Sequence

LEAD, INTAKE = Duty.LEAD, Duty.INTAKE


def lifted_by_who_asked(book: Book) -> None:
    request = book.ask(book.report())
    book.officer("lin", "identity_lifted", INTAKE, ("disclosures", request), fields=["name"])


def asked_and_lifted_by_one_person_at_two_desks(book: Book) -> None:
    """高 gets a seat at intake, which goes with leading, and asks; then lifts."""
    motion = book.propose("guan", "seat", "gao", duty=INTAKE)
    book.seat("lin", "gao", INTAKE)
    book.confirm("lin", motion, "seat", INTAKE)
    book.lift(book.ask(book.report(), who="gao"))


def lifted_by_an_investigator(book: Book) -> None:
    book.lift(book.ask(book.report()), who="chen")


def released_before_it_was_lifted(book: Book) -> None:
    book.release(book.ask(book.report()))


def released_by_the_lead(book: Book) -> None:
    request = book.ask(book.report())
    book.lift(request)
    book.release(request, who="gao")


def read_before_it_was_released(book: Book) -> None:
    request = book.ask(book.report())
    book.lift(request)
    book.read(request)


def read_by_somebody_else(book: Book) -> None:
    book.read(book.disclosed(book.report()), who="gao")


def read_after_its_hours(book: Book) -> None:
    request = book.disclosed(book.report())
    book.wait(hours=25)
    book.read(request)


def released_for_longer_than_was_asked(book: Book) -> None:
    request = book.ask(book.report())
    book.lift(request)
    book.release(request, hours=48)


def lifted_after_three_days(book: Book) -> None:
    request = book.ask(book.report())
    book.wait(hours=73)
    book.lift(request)


def more_released_than_was_lifted(book: Book) -> None:
    request = book.ask(book.report(), "name", "phone")
    book.lift(request, "name")
    book.release(request, "name", "phone")


def more_lifted_than_was_asked(book: Book) -> None:
    book.lift(book.ask(book.report()), "name", "phone")


def more_read_than_was_released(book: Book) -> None:
    request = book.ask(book.report(), "name", "phone")
    book.lift(request, "name", "phone")
    book.release(request, "name")
    book.read(request, "name", "phone")


def asked_for_what_was_never_given(book: Book) -> None:
    book.ask(book.report("name"), "email")


def released_after_it_was_erased(book: Book) -> None:
    report = book.report()
    request = book.ask(report)
    book.lift(request)
    book.reporter("erased", ("reports", report.id), {"fields": ["name", "phone"]})
    book.release(request)


def read_after_it_was_closed(book: Book) -> None:
    request = book.disclosed(book.report())
    book.officer("lin", "identity_closed", INTAKE, ("disclosures", request), fields=["name"])
    book.read(request)


def read_after_it_was_refused(book: Book) -> None:
    request = book.ask(book.report())
    book.officer("gao", "identity_refused", LEAD, ("disclosures", request), fields=["name"])
    book.lift(request)


def lapsed_too_early(book: Book) -> None:
    request = book.ask(book.report())
    book.system("identity_lapsed", ("disclosures", request), {"fields": ["name"]}, HOME)


def released_by_an_office_that_has_handed_it_on(book: Book) -> None:
    report = book.report()
    request = book.ask(report)
    book.lift(request)
    book.step("transferred", report, **handed(book))
    book.release(request)


def a_code_for_nobody_who_was_recognised(book: Book) -> None:
    report = book.report()
    book.officer("lin", "code_reissued", INTAKE, ("reports", report.id), keys=1, reason="REISSUE_CODE")
    book.step("opened", report, letters=1)


def a_code_replaced_that_nobody_issued(book: Book) -> None:
    book.reporter("code_replaced", ("reports", book.report().id), {"keys": 1})


REQUESTS: Mapping[Sequence, Rule] = {
    lifted_by_who_asked: Rule.DUTY,
    asked_and_lifted_by_one_person_at_two_desks: Rule.THREE_PEOPLE,
    lifted_by_an_investigator: Rule.DUTY,
    released_before_it_was_lifted: Rule.REQUEST,
    released_by_the_lead: Rule.DUTY,
    read_before_it_was_released: Rule.REQUEST,
    read_by_somebody_else: Rule.DUTY,
    read_after_its_hours: Rule.TIME,
    released_for_longer_than_was_asked: Rule.TIME,
    lifted_after_three_days: Rule.TIME,
    more_released_than_was_lifted: Rule.FIELDS,
    more_lifted_than_was_asked: Rule.FIELDS,
    more_read_than_was_released: Rule.FIELDS,
    asked_for_what_was_never_given: Rule.GIVEN,
    released_after_it_was_erased: Rule.GIVEN,
    read_after_it_was_closed: Rule.REQUEST,
    read_after_it_was_refused: Rule.REQUEST,
    lapsed_too_early: Rule.TIME,
    released_by_an_office_that_has_handed_it_on: Rule.HANDOVER,
    a_code_for_nobody_who_was_recognised: Rule.CODE,
    a_code_replaced_that_nobody_issued: Rule.CODE,
}
