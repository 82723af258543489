"""What no portal that keeps its rules does to learn a name, and the rule that each breaks."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import uuid4

from portal.domain.audit import written
from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from portal.domain.withholding import opens_at
from tests.illegal_cases import handed
from tests.telling import HOME, Book, Report, Sequence, seated_too

LEAD, INTAKE, CUSTODY, ADMINISTER, INVESTIGATE = Duty.LEAD, Duty.INTAKE, Duty.CUSTODY, Duty.ADMINISTER, Duty.INVESTIGATE


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


def about_another_report_than_its_case(book: Book) -> None:
    book.ask(Report(id=uuid4(), case=book.report().case))


def asked_for_nothing(book: Book) -> None:
    book.ask(book.report(), fields=())


def asked_twice_at_a_time(book: Book) -> None:
    report = book.report()
    book.ask(report)
    book.ask(report, "phone")


def lifted_in_another_duty(book: Book) -> None:
    seated_too(book, "gao")
    book.lift(book.ask(book.report()), duty=INTAKE)


def settled_with_a_code_for_another_report(book: Book) -> None:
    request = book.ask(book.report(), "name", "phone")
    book.lift(request, "name", "phone")
    named = {"fields": ["name", "phone"], "matched": ["name", "phone"]}
    book.officer("he", "identity_answered", CUSTODY, ("disclosures", request), **named)
    book.officer("lin", "code_reissued", INTAKE, ("reports", book.report().id), keys=1, reason="REISSUE_CODE")
    book.officer("lin", "identity_settled", INTAKE, ("disclosures", request))


def a_code_after_an_answer_that_was_no(book: Book) -> None:
    report = book.report()
    request = book.ask(report, "name", "phone")
    book.lift(request, "name", "phone")
    named = {"fields": ["name", "phone"], "matched": ["name"]}
    book.officer("he", "identity_answered", CUSTODY, ("disclosures", request), **named)
    book.officer("lin", "code_reissued", INTAKE, ("reports", report.id), keys=1, reason="REISSUE_CODE")
    book.officer("lin", "identity_settled", INTAKE, ("disclosures", request))


def taken_back_what_was_not_asked_for(book: Book) -> None:
    request = book.ask(book.report())
    book.reporter("identity_closed", ("disclosures", request), {"fields": ["phone"]})


def closed_by_somebody_else(book: Book) -> None:
    request = book.ask(book.report())
    book.officer("gao", "identity_closed", LEAD, ("disclosures", request), fields=["name"])


def shown_to_an_investigator(book: Book) -> None:
    book.officer("chen", "request_shown", INVESTIGATE, ("disclosures", book.ask(book.report())), letters=0)


def lifted_without_the_consent_it_needs(book: Book) -> None:
    book.lift(book.ask(book.report(), terms={"position": 1}))


def released_after_the_consent_was_taken_back(book: Book) -> None:
    request = book.ask(book.report(), terms={"position": 1})
    book.reporter("consent_given", ("disclosures", request), {})
    book.lift(request)
    book.reporter("consent_revoked", ("disclosures", request), {})
    book.release(request)


def agreed_to_what_was_not_asked(book: Book) -> None:
    book.reporter("consent_given", ("disclosures", book.ask(book.report())), {})


def taken_back_what_was_never_agreed_to(book: Book) -> None:
    book.reporter("consent_revoked", ("disclosures", book.ask(book.report(), terms={"position": 1})), {})


def asked_to_withhold_for_a_year(book: Book) -> None:
    book.ask(book.report(), terms={"withheld": 365})


def withheld(book: Book, *, days: int = 30, longer: int = 0, proposer: str = "lin", who: str = "gao") -> None:
    asked_at, request = book.now + timedelta(seconds=31), book.ask(book.report(), terms={"withheld": 30})
    book.lift(request)
    until = written(opens_at(asked_at, days) + timedelta(days=longer))
    facts = {"days": days, "until": until, "proposer": str(book.ledger.officer(proposer)), "edition": "jilin-1"}
    book.officer(who, "withheld", LEAD, ("disclosures", request), reason="POLICE_ORDER", **facts)


def withheld_for_more_days_than_were_asked(book: Book) -> None:
    withheld(book, days=31)


def withheld_until_a_later_day(book: Book) -> None:
    withheld(book, longer=1)


def withheld_on_somebody_elses_proposal(book: Book) -> None:
    withheld(book, proposer="chen")


def withheld_by_who_did_not_lift(book: Book) -> None:
    withheld(book, who="lin")


REQUESTS: Mapping[Sequence, tuple[Rule, str]] = {
    lifted_by_who_asked: (Rule.DUTY, "lift is the lead's"),
    asked_and_lifted_by_one_person_at_two_desks: (
        Rule.THREE_PEOPLE,
        "who asked, who lifts and who releases are three people",
    ),
    lifted_by_an_investigator: (Rule.DUTY, "no such request"),
    released_before_it_was_lifted: (Rule.REQUEST, "cannot release a request that is asked"),
    released_by_the_lead: (Rule.DUTY, "release is the custodian's"),
    read_before_it_was_released: (Rule.REQUEST, "cannot read a request that is lifted"),
    read_by_somebody_else: (Rule.DUTY, "read is the requester's"),
    read_after_its_hours: (Rule.TIME, "its time is over"),
    released_for_longer_than_was_asked: (Rule.TIME, "for 24 hours"),
    lifted_after_three_days: (Rule.TIME, "its time is over"),
    more_released_than_was_lifted: (Rule.FIELDS, "no more than"),
    more_lifted_than_was_asked: (Rule.FIELDS, "no more than"),
    more_read_than_was_released: (Rule.FIELDS, "no more than"),
    asked_for_what_was_never_given: (Rule.GIVEN, "fields that the reporter has given"),
    released_after_it_was_erased: (Rule.GIVEN, "fields that the reporter has not erased"),
    read_after_it_was_closed: (Rule.REQUEST, "a request that stands"),
    read_after_it_was_refused: (Rule.REQUEST, "a request that stands"),
    lapsed_too_early: (Rule.TIME, "a request whose time is over"),
    released_by_an_office_that_has_handed_it_on: (Rule.HANDOVER, "a request of the office that has the case"),
    a_code_for_nobody_who_was_recognised: (Rule.CODE, "a code for whoever a request has recognised"),
    a_code_replaced_that_nobody_issued: (Rule.CODE, "a code that an officer has issued"),
    about_another_report_than_its_case: (Rule.KNOWN, "the report of this case"),
    asked_for_nothing: (Rule.FIELDS, "at least one field"),
    asked_twice_at_a_time: (Rule.REQUEST, "one request of the same officer at a time"),
    lifted_in_another_duty: (Rule.DUTY, "a step of lead, not of intake"),
    settled_with_a_code_for_another_report: (Rule.CODE, "a code issued in the entry before, for this report"),
    a_code_after_an_answer_that_was_no: (Rule.REQUEST, "a request that stands"),
    taken_back_what_was_not_asked_for: (Rule.FIELDS, "some of"),
    closed_by_somebody_else: (Rule.REQUEST, "closed by whoever asked, or with the case handed on"),
    shown_to_an_investigator: (Rule.DUTY, "no such request"),
    lifted_without_the_consent_it_needs: (Rule.CONSENT, "a request to which the reporter agrees"),
    released_after_the_consent_was_taken_back: (Rule.CONSENT, "a request to which the reporter agrees"),
    agreed_to_what_was_not_asked: (Rule.CONSENT, "an answer to a question"),
    taken_back_what_was_never_agreed_to: (Rule.CONSENT, "an answer to a question"),
    asked_to_withhold_for_a_year: (Rule.WITHHELD, "at most 90 days"),
    withheld_for_more_days_than_were_asked: (Rule.WITHHELD, "as it was asked"),
    withheld_until_a_later_day: (Rule.WITHHELD, "as it was asked"),
    withheld_on_somebody_elses_proposal: (Rule.WITHHELD, "proposed by whoever asks"),
    withheld_by_who_did_not_lift: (Rule.WITHHELD, "proposed by whoever asks"),
}
