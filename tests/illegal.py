"""Sequences that no portal that keeps its rules writes, each with the rule that its last steps break."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from uuid import uuid4

from portal.domain.audit import written
from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.telling import DUE, HOME, NEXT, Book

Sequence = Callable[[Book], None]
LEAD, INTAKE, CUSTODY, ADMINISTER, INVESTIGATE = (
    Duty.LEAD,
    Duty.INTAKE,
    Duty.CUSTODY,
    Duty.ADMINISTER,
    Duty.INVESTIGATE,
)


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


def seated_without_a_second_person(book: Book) -> None:
    book.seat("lin", "song", INTAKE)
    book.step("opened", book.report(), letters=1)


def confirmed_by_who_proposed(book: Book) -> None:
    motion = book.propose("guan", "resume", "lin")
    book.about("cui", "officer_suspended", "lin")
    book.about("guan", "officer_resumed", "lin")
    book.confirm("guan", motion, "resume")


def seated_by_somebody_who_holds_no_key(book: Book) -> None:
    motion = book.propose("guan", "seat", "song", duty=INTAKE)
    book.seat("cui", "song", INTAKE, ADMINISTER)
    book.confirm("cui", motion, "seat")


def another_seated_than_was_proposed(book: Book) -> None:
    motion = book.propose("guan", "seat", "song", duty=INTAKE)
    book.seat("lin", "chen", INTAKE)
    book.confirm("lin", motion, "seat", INTAKE)


def confirmed_and_not_done(book: Book) -> None:
    book.confirm("lin", book.propose("guan", "seat", "song", duty=INTAKE), "seat", INTAKE)


def confirmed_after_three_days(book: Book) -> None:
    motion = book.propose("guan", "seat", "song", duty=INTAKE)
    book.wait(hours=73)
    book.seat("lin", "song", INTAKE)
    book.confirm("lin", motion, "seat", INTAKE)


def proposed_by_an_investigator(book: Book) -> None:
    book.propose("chen", "seat", "song", duty=INTAKE, own=INVESTIGATE)


def withdrawn_by_another(book: Book) -> None:
    motion = book.propose("guan", "seat", "song", duty=INTAKE)
    book.officer("cui", "motion_withdrawn", ADMINISTER, ("motions", motion), kind="seat")


def an_auditor_at_intake(book: Book) -> None:
    motion = book.propose("guan", "seat", "shen", duty=INTAKE)
    book.seat("lin", "shen", INTAKE)
    book.confirm("lin", motion, "seat", INTAKE)


def a_custodian_who_once_led(book: Book) -> None:
    book.unseat("gao", LEAD)
    motion = book.propose("guan", "seat", "gao", duty=CUSTODY)
    book.seat("he", "gao", CUSTODY)
    book.confirm("he", motion, "seat", CUSTODY)


def acting_after_being_unseated(book: Book) -> None:
    book.unseat("lin", INTAKE)
    book.wait(minutes=5)
    book.step("opened", book.report(), letters=1)


def acting_while_suspended(book: Book) -> None:
    report = book.report()
    book.about("guan", "officer_suspended", "lin")
    book.wait(minutes=5)
    book.step("opened", report, letters=1)


def signing_in_after_having_left(book: Book) -> None:
    book.unseat("song", Duty.AWARD)
    book.about("guan", "officer_left", "song")
    book.wait(minutes=5)
    book.officer("song", "signed_in", None, None)


def suspended_by_an_administrator_of_another_office(book: Book) -> None:
    book.about("guan", "officer_suspended", "qin")


def suspended_by_an_investigator(book: Book) -> None:
    book.officer("chen", "officer_suspended", INVESTIGATE, ("officers", book.ledger.officer("lin")))


def certified_twice(book: Book) -> None:
    motion = book.propose("guan", "certify", "song")
    book.about("cui", "officer_certified", "song", fingerprint="AB12")
    book.confirm("cui", motion, "certify")


def a_key_for_somebody_who_does_not_sit_there(book: Book) -> None:
    desk, officers = book.ledger.desk(INTAKE, HOME), sorted(str(book.ledger.officer(who)) for who in ("lin", "song"))
    expires = written(book.now + timedelta(hours=72))
    motion = uuid4()
    told = {"kind": "turn", "desk": str(desk), "duty": INTAKE, "officers": officers, "expires": expires}
    book.officer("lin", "motion_proposed", INTAKE, ("motions", motion), **told)
    turned = {"duty": INTAKE, "epoch": 2, "fingerprint": "AB12", "officers": officers}
    book.officer("guan", "desk_turned", ADMINISTER, ("desks", desk), **turned)
    book.confirm("guan", motion, "turn")


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


ILLEGAL: Mapping[Sequence, Rule] = {
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
    seated_without_a_second_person: Rule.TWO_PEOPLE,
    confirmed_by_who_proposed: Rule.TWO_PEOPLE,
    seated_by_somebody_who_holds_no_key: Rule.DUTY,
    another_seated_than_was_proposed: Rule.MOTION,
    confirmed_and_not_done: Rule.MOTION,
    confirmed_after_three_days: Rule.MOTION,
    proposed_by_an_investigator: Rule.DUTY,
    withdrawn_by_another: Rule.DUTY,
    an_auditor_at_intake: Rule.SEATS,
    a_custodian_who_once_led: Rule.SEATS,
    acting_after_being_unseated: Rule.DUTY,
    acting_while_suspended: Rule.AT_WORK,
    signing_in_after_having_left: Rule.AT_WORK,
    suspended_by_an_administrator_of_another_office: Rule.DUTY,
    suspended_by_an_investigator: Rule.DUTY,
    certified_twice: Rule.STAFF,
    a_key_for_somebody_who_does_not_sit_there: Rule.STAFF,
    late_before_its_time: Rule.CLOCK,
    late_by_another_time_than_was_told: Rule.CLOCK,
    late_after_it_was_taken_up: Rule.CLOCK,
    escalated_before_it_was_late: Rule.CLOCK,
    opened_above_before_it_was_escalated: Rule.DUTY,
}
