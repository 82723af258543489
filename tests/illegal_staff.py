"""What no portal that keeps its rules does to its staff, and the rule that each breaks."""

from collections.abc import Mapping

from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.telling import Book, Sequence

LEAD, INTAKE, CUSTODY, ADMINISTER, INVESTIGATE = Duty.LEAD, Duty.INTAKE, Duty.CUSTODY, Duty.ADMINISTER, Duty.INVESTIGATE


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
    book.turn("lin", "guan", INTAKE, "lin", "song")


STAFF: Mapping[Sequence, Rule] = {
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
}
