"""What no portal that keeps its rules does to its staff, and the rule that each breaks."""

from collections.abc import Mapping
from uuid import uuid4

from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.telling import DIGEST, DUE, HOME, NEXT, Book, Sequence

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


def proposed_twice(book: Book) -> None:
    motion = book.propose("guan", "seat", "song", duty=INTAKE)
    book.propose("guan", "seat", "song", duty=INTAKE, motion=motion)


def confirmed_what_nobody_proposed(book: Book) -> None:
    book.seat("lin", "song", INTAKE)
    book.confirm("lin", uuid4(), "seat", INTAKE)


def confirmed_as_something_else(book: Book) -> None:
    motion = book.propose("guan", "seat", "song", duty=INTAKE)
    book.seat("lin", "song", INTAKE)
    book.confirm("lin", motion, "resume", INTAKE)


def confirmed_after_the_proposer_had_lost_the_duty(book: Book) -> None:
    motion = book.propose("guan", "seat", "song", duty=INTAKE)
    book.unseat("guan", ADMINISTER, "cui")
    book.seat("lin", "song", INTAKE)
    book.confirm("lin", motion, "seat", INTAKE)


def done_otherwise_than_proposed(book: Book) -> None:
    motion = book.propose("guan", "resume", "song")
    book.seat("cui", "song", INTAKE, ADMINISTER)
    book.confirm("cui", motion, "resume")


def done_by_another_than_confirms(book: Book) -> None:
    motion = book.propose("guan", "seat", "song", duty=INTAKE)
    book.seat("chen", "song", INTAKE, INVESTIGATE)
    book.confirm("lin", motion, "seat", INTAKE)


def done_for_another_office(book: Book) -> None:
    motion = book.propose("sheng-guan", "rename")
    book.officer("guan", "authority_renamed", ADMINISTER, ("authorities", book.home), since="2026-04-01", trail=NEXT)
    book.confirm("guan", motion, "rename")


def a_key_for_others_than_it_was_drawn_for(book: Book) -> None:
    book.turn("lin", "guan", INTAKE, "lin", drawn=("lin", "song"))


def seated_elsewhere_than_proposed(book: Book) -> None:
    motion = book.propose("guan", "seat", "song", duty=INVESTIGATE)
    book.seat("chen", "song", INTAKE, INVESTIGATE)
    book.confirm("chen", motion, "seat", INVESTIGATE)


def lapsed_before_its_time(book: Book) -> None:
    motion = book.propose("guan", "rename")
    book.system("motion_lapsed", ("motions", motion), {"kind": "rename"}, HOME)


def an_officer_whom_nobody_knows(book: Book) -> None:
    book.officer("nobody", "listed", None, None, count=0, digest=DIGEST, filter=DIGEST)


def looking_in_a_duty_that_is_anothers(book: Book) -> None:
    book.officer("chen", "listed", INTAKE, None, count=0, digest=DIGEST, filter=DIGEST)


def suspending_oneself(book: Book) -> None:
    book.about("guan", "officer_suspended", "guan")


def suspending_whom_nobody_knows(book: Book) -> None:
    book.about("guan", "officer_suspended", "nobody")


def suspended_twice(book: Book) -> None:
    book.about("guan", "officer_suspended", "song")
    book.about("guan", "officer_suspended", "song")


def invited_twice(book: Book) -> None:
    book.about("guan", "invited", "song", expires=DUE)


def enrolled_by_somebody_else(book: Book) -> None:
    book.about("guan", "invited", "liu", expires=DUE)
    book.officer("chen", "enrolled", None, ("officers", book.ledger.officer("liu")))


def a_new_code_with_the_seats_kept(book: Book) -> None:
    book.about("guan", "code_given", "song", expires=DUE)


def leaving_with_the_seats_kept(book: Book) -> None:
    book.about("guan", "officer_left", "song")


def a_desk_opened_twice(book: Book) -> None:
    facts = {"duty": INTAKE, "epoch": 1, "fingerprint": "AB12"}
    book.system("desk_opened", ("desks", uuid4()), facts, HOME)


def a_desk_turned_that_nobody_knows(book: Book) -> None:
    turned = {"duty": INTAKE, "epoch": 2, "fingerprint": "AB12", "officers": []}
    book.officer("guan", "desk_turned", ADMINISTER, ("desks", uuid4()), **turned)


def a_key_left_out(book: Book) -> None:
    book.turn("lin", "guan", INTAKE, "lin", epoch=3)


def seated_at_a_desk_that_nobody_knows(book: Book) -> None:
    book.seat("lin", "song", Duty.AUDIT, INTAKE, trail=NEXT)


def seated_at_an_older_key(book: Book) -> None:
    book.turn("lin", "guan", INTAKE, "lin")
    motion = book.propose("guan", "seat", "song", duty=INTAKE)
    book.seat("lin", "song", INTAKE)
    book.confirm("lin", motion, "seat", INTAKE)


def unseated_who_does_not_sit_there(book: Book) -> None:
    book.unseat("song", INTAKE)


def seated_twice(book: Book) -> None:
    motion = book.propose("guan", "seat", "lin", duty=INTAKE)
    book.seat("lin", "lin", INTAKE)
    book.confirm("lin", motion, "seat", INTAKE)


def newcomer(book: Book, *, enrolled: bool = True) -> None:
    """刘 is invited, and has enrolled or not yet."""
    book.about("guan", "invited", "liu", expires=DUE)
    if enrolled:
        book.officer("liu", "enrolled", None, ("officers", book.ledger.officer("liu")))


def seated_without_a_certificate(book: Book) -> None:
    newcomer(book)
    motion = book.propose("guan", "seat", "liu", duty=INTAKE)
    book.seat("lin", "liu", INTAKE)
    book.confirm("lin", motion, "seat", INTAKE)


def seated_before_enrolling(book: Book) -> None:
    newcomer(book, enrolled=False)
    motion = book.propose("guan", "seat", "liu", duty=INTAKE)
    book.seat("lin", "liu", INTAKE)
    book.confirm("lin", motion, "seat", INTAKE)


def seated_at_a_desk_of_another_office(book: Book) -> None:
    motion = book.propose("guan", "seat", "qin", duty=INVESTIGATE)
    book.seat("chen", "qin", INVESTIGATE)
    book.confirm("chen", motion, "seat", INVESTIGATE)


STAFF: Mapping[Sequence, tuple[Rule, str]] = {
    seated_without_a_second_person: (Rule.TWO_PEOPLE, "seated with a second person's confirmation next to it"),
    confirmed_by_who_proposed: (Rule.TWO_PEOPLE, "a second person must confirm it"),
    seated_by_somebody_who_holds_no_key: (Rule.DUTY, "seat is not yours to confirm"),
    another_seated_than_was_proposed: (Rule.MOTION, "what was proposed about this officer"),
    confirmed_and_not_done: (Rule.MOTION, "what was proposed done in the entry before"),
    confirmed_after_three_days: (Rule.MOTION, "the motion has ended"),
    proposed_by_an_investigator: (Rule.DUTY, "seat is not yours to propose"),
    withdrawn_by_another: (Rule.DUTY, "only who proposed it withdraws it"),
    an_auditor_at_intake: (Rule.SEATS, "audit and intake are never one person"),
    a_custodian_who_once_led: (Rule.SEATS, "lead and custody are never one person"),
    acting_after_being_unseated: (Rule.DUTY, "an officer who sits at a desk of intake"),
    acting_while_suspended: (Rule.AT_WORK, "an officer at work, not one who is suspended"),
    signing_in_after_having_left: (Rule.AT_WORK, "an officer at work, not one who is left"),
    suspended_by_an_administrator_of_another_office: (Rule.DUTY, "an administrator of this office or of one above it"),
    suspended_by_an_investigator: (Rule.DUTY, "an administrator of this office or of one above it"),
    certified_twice: (Rule.STAFF, "an officer whose keys nobody vouches for yet"),
    a_key_for_somebody_who_does_not_sit_there: (Rule.STAFF, "a key for exactly those who sit there and are at work"),
    proposed_twice: (Rule.MOTION, "a motion that was not there yet"),
    confirmed_what_nobody_proposed: (Rule.MOTION, "a motion that waits"),
    confirmed_as_something_else: (Rule.MOTION, "a motion to seat"),
    confirmed_after_the_proposer_had_lost_the_duty: (Rule.DUTY, "seat is not yours to propose"),
    done_otherwise_than_proposed: (Rule.MOTION, "what was proposed"),
    done_by_another_than_confirms: (Rule.TWO_PEOPLE, "done by the one who confirms it"),
    done_for_another_office: (Rule.MOTION, "what was proposed for this office"),
    a_key_for_others_than_it_was_drawn_for: (Rule.MOTION, "the key that was proposed, for those it was drawn for"),
    seated_elsewhere_than_proposed: (Rule.MOTION, "the seat that was proposed"),
    lapsed_before_its_time: (Rule.TIME, "a motion whose time is over"),
    an_officer_whom_nobody_knows: (Rule.KNOWN, "an officer whom an entry knows"),
    looking_in_a_duty_that_is_anothers: (Rule.DUTY, "an officer who sits at a desk of intake"),
    suspending_oneself: (Rule.TWO_PEOPLE, "nobody does this to themselves"),
    suspending_whom_nobody_knows: (Rule.KNOWN, "an officer whom an entry knows"),
    suspended_twice: (Rule.STAFF, "an officer who is active, not one who is suspended"),
    invited_twice: (Rule.STAFF, "an officer who was not there yet"),
    enrolled_by_somebody_else: (Rule.STAFF, "an officer who enrols themselves"),
    a_new_code_with_the_seats_kept: (Rule.STAFF, "whose seats ended first"),
    leaving_with_the_seats_kept: (Rule.STAFF, "whose seats ended first"),
    a_desk_opened_twice: (Rule.STAFF, "a desk that has no key yet"),
    a_desk_turned_that_nobody_knows: (Rule.KNOWN, "a desk that an entry knows"),
    a_key_left_out: (Rule.STAFF, "the key after number 1"),
    seated_at_a_desk_that_nobody_knows: (Rule.KNOWN, "a desk that an entry knows"),
    seated_at_an_older_key: (Rule.STAFF, "key number 2 of the desk"),
    unseated_who_does_not_sit_there: (Rule.STAFF, "somebody who sits there"),
    seated_twice: (Rule.STAFF, "somebody who does not sit there yet"),
    seated_without_a_certificate: (Rule.STAFF, "an officer whose keys are certified"),
    seated_before_enrolling: (Rule.STAFF, "an officer at work"),
    seated_at_a_desk_of_another_office: (Rule.SEATS, "an officer of that office"),
}
