"""What no portal that keeps its rules does with rewards: judged by their own, refused twice, paid by one alone."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from portal.domain.audit import written
from portal.domain.countersign import LIFE
from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.illegal_triage import merge
from tests.illegal_verification import checking, conclude, proposed, soon, told
from tests.telling import DIGEST, HOME, NEXT, Book, Report, Sequence

AWARD, PAYOUT, INVESTIGATE, LEAD = Duty.AWARD, Duty.PAYOUT, Duty.INVESTIGATE, Duty.LEAD


def submit(book: Book, report: Report, desk: UUID | None = None, of: Report | None = None) -> UUID:
    """Proposed by Chen, agreed to by Gao; `of`: another report of the matter."""
    desks = book.ledger.desk(INVESTIGATE, HOME), book.ledger.desk(LEAD, HOME)
    motion, award, about = proposed(book, report, "reward", "chen", *desks), uuid4(), of or report
    facts = {"award": str(award), "report_": str(about.id), "edition": "national-2018", "digest": DIGEST}
    book.step("award_submitted", report, "gao", LEAD, **facts, desk=str(desk or book.ledger.desk(AWARD, HOME)))
    book.officer("gao", "motion_confirmed", LEAD, ("motions", motion), kind="reward", case=str(report.case))
    return award


def decide(book: Book, report: Report, award: UUID, event: str, who: str = "song", duty: Duty = AWARD) -> None:
    facts = {"award": str(award), "edition": "national-2018", "digest": DIGEST, "position": 3}
    clocks = {"clocks": {}} if event == "award_approved" else {}
    book.officer(who, event, duty, ("reports", report.id), **facts, **clocks)


def refused(book: Book) -> tuple[Report, UUID]:
    report = told(book)
    award = submit(book, report)
    decide(book, report, award, "award_refused")
    return report, award


def judging(book: Book, who: str) -> None:
    """Somebody of the office gets a seat at the award desk beside their own."""
    motion = book.propose("guan", "seat", who, duty=AWARD)
    book.seat("song", who, AWARD)
    book.confirm("song", motion, "seat", AWARD)


def pay(book: Book, event: str, payout: UUID, who: str = "qian", **facts: Any) -> None:
    book.officer(who, event, PAYOUT, ("payouts", payout), **facts)


def claimed(book: Book) -> UUID:
    payout = uuid4()
    book.reporter("payout_claimed", ("payouts", payout), {})
    return payout


def ended(book: Book, payout: UUID, kind: str = "cancel") -> None:
    """Proposed by Qian, agreed to by Zhao."""
    motion = book.propose("qian", kind, duty=PAYOUT, own=PAYOUT)
    book.officer("zhao", "payout_cancelled", PAYOUT, ("payouts", payout), reason="account")
    book.confirm("zhao", motion, kind, PAYOUT)


def second(book: Book, other: str = "zhao", duty: Duty = PAYOUT) -> None:
    """Zhao sits at the payout desk too."""
    book.system("officer_enrolled", ("officers", book.ledger.officer(other)), {"fingerprint": "AB12"}, HOME)
    facts = {"officer": str(book.ledger.officer(other)), "duty": duty, "epoch": 1}
    book.system("seated", ("seats", uuid4()), facts, HOME)


def released(book: Book) -> UUID:
    """Claimed, and released by two."""
    payout, desk, other = claimed(book), str(book.ledger.desk(PAYOUT, HOME)), "zhao"
    second(book, other)
    motion, expires = uuid4(), written(book.now + LIFE)
    book.officer("qian", "motion_proposed", PAYOUT, ("motions", motion), kind="pay", expires=expires, desk=desk)
    pay(book, "payout_released", payout, other)
    book.confirm(other, motion, "pay", PAYOUT)
    return payout


def misnamed(book: Book, payout: UUID, count: int) -> None:
    book.reporter("payout_name_refused", ("payouts", payout), {"count": count})


def a_reward_as_the_rules_have_it(book: Book) -> None:
    """Refused, contested; of another report granted, claimed and looked at."""
    report, award = refused(book)
    book.reporter("award_contested", ("reports", report.id), {"award": str(award), "position": 4, "grants": 0})
    other = told(book)
    decide(book, other, submit(book, other), "award_approved")
    pay(book, "payout_opened", claimed(book))
    payout = released(book)
    pay(book, "payout_letter_shown", payout, picture=0)
    pay(book, "payout_tried", payout, count=1)
    pay(book, "payout_paid", payout)
    payout = claimed(book)
    misnamed(book, payout, 1)
    misnamed(book, payout, 2)
    ended(book, payout)
    book.reporter("payout_corrected", ("payouts", payout), {})
    book.reporter("payout_withdrawn", ("payouts", payout), {})
    main, merged = matter(book)
    decide(book, merged, submit(book, main, of=merged), "award_refused")
    decide(book, main, submit(book, main), "award_approved")


def matter(book: Book) -> tuple[Report, Report]:
    """A case that is told, and a report that was merged into it."""
    main, merged = checking(book), book.report()
    merge(book, merged, main)
    book.step("opened", merged, "gao", LEAD, letters=1)
    conclude(book, main)
    book.step("fed_back", main, position=1)
    return main, merged


def granted_twice_for_one_matter(book: Book) -> None:
    main, merged = matter(book)
    decide(book, main, submit(book, main), "award_approved")
    decide(book, merged, submit(book, main, of=merged), "award_approved")


def proposed_from_a_case_that_it_is_not_of(book: Book) -> None:
    submit(book, told(book), of=told(book))


def judged_by_whoever_checked_what_it_was_merged_into(book: Book) -> None:
    main, merged = matter(book)
    decide(book, merged, submit(book, main, of=merged), "award_refused", "chen")


def judged_by_the_lead_who_agreed_to_it(book: Book) -> None:
    report = told(book)
    decide(book, report, submit(book, report), "award_approved", "gao", LEAD)


def judged_from_another_desk_by_the_lead_who_agreed_to_it(book: Book) -> None:
    report = told(book)
    judging(book, "gao")
    decide(book, report, submit(book, report), "award_approved", "gao")


def judged_by_whoever_checked_it_before(book: Book) -> None:
    motion = book.propose("guan", "seat", "lin", duty=INVESTIGATE)
    book.seat("chen", "lin", INVESTIGATE)
    book.confirm("chen", motion, "seat", INVESTIGATE)
    report = checking(book)
    book.assign(report, "lin")
    book.step("unassigned", report, "gao", LEAD, officer=str(book.ledger.officer("lin")))
    conclude(book, report)
    judging(book, "lin")
    decide(book, report, submit(book, report), "award_approved", "lin")


def judged_by_whoever_keeps_out(book: Book) -> None:
    report = told(book)
    award = submit(book, report)
    book.step("recused", report, "gao", LEAD, officer=str(book.ledger.officer("song")), paper=6, kind="note")
    decide(book, report, award, "award_approved")


def submitted_to_a_desk_that_judges_nothing(book: Book) -> None:
    report = told(book)
    submit(book, report, book.ledger.desk(LEAD, HOME))


def given_up_for_them_before_the_time_is_over(book: Book) -> None:
    report = told(book)
    award = submit(book, report)
    decide(book, report, award, "award_approved")
    book.reporter("served", ("reports", report.id), {"letters": 1, "clocks": {"C23": soon(book, days=60)}})
    book.officer("song", "award_forfeited", AWARD, ("reports", report.id), award=str(award))


def looked_at_by_another_award_desk(book: Book) -> None:
    report = told(book)
    award = submit(book, report)
    book.officer("lin", "award_opened", AWARD, ("reports", report.id), award=str(award))


def refused_twice(book: Book) -> None:
    report, award = refused(book)
    decide(book, report, award, "award_refused")


def contested_before_the_same_person(book: Book) -> None:
    report, award = refused(book)
    book.reporter("award_contested", ("reports", report.id), {"award": str(award), "position": 4, "grants": 0})
    decide(book, report, award, "award_upheld")


def proposed_while_another_waits(book: Book) -> None:
    report = told(book)
    submit(book, report)
    submit(book, report)


def proposed_by_one(book: Book) -> None:
    report = told(book)
    facts = {"award": str(uuid4()), "report_": str(report.id), "edition": "national-2018", "digest": DIGEST}
    book.step("award_submitted", report, "gao", LEAD, **facts, desk=str(book.ledger.desk(AWARD, HOME)))


def claimed_twice(book: Book) -> None:
    book.reporter("payout_claimed", ("payouts", claimed(book)), {})


def paid_before_two_released_it(book: Book) -> None:
    pay(book, "payout_paid", claimed(book))


def ended_by_one(book: Book) -> None:
    pay(book, "payout_cancelled", claimed(book))


def ended_by_two_who_agreed_to_release_it(book: Book) -> None:
    second(book)
    ended(book, claimed(book), "pay")


def ended_after_it_ended(book: Book) -> None:
    second(book)
    payout = claimed(book)
    ended(book, payout)
    ended(book, payout)


def taken_back_by_whoever_never_claimed_it(book: Book) -> None:
    book.reporter("payout_withdrawn", ("payouts", uuid4()), {})


def taken_back_twice(book: Book) -> None:
    payout = claimed(book)
    for _ in range(2):
        book.reporter("payout_withdrawn", ("payouts", payout), {})


def looked_at_by_the_award_desk(book: Book) -> None:
    pay(book, "payout_opened", claimed(book), "song")


def destroyed_before_it_was_paid(book: Book) -> None:
    book.system("payout_wiped", ("payouts", claimed(book)), {}, HOME)


def paid_by_another_office(book: Book) -> None:
    payout = released(book)
    officer, desk = book.ledger.officer("siping-qian"), uuid4()
    book.system("officer_enrolled", ("officers", officer), {"fingerprint": "AB12"}, NEXT)
    book.system("desk_opened", ("desks", desk), {"duty": PAYOUT, "epoch": 1, "fingerprint": "AB12"}, NEXT)
    book.system("seated", ("seats", uuid4()), {"officer": str(officer), "duty": PAYOUT, "epoch": 1}, NEXT)
    pay(book, "payout_paid", payout, "siping-qian", trail=NEXT, office=NEXT)


def cash_sent_back_by_a_bank(book: Book) -> None:
    payout = released(book)
    pay(book, "payout_tried", payout, count=1)
    pay(book, "payout_paid", payout)
    pay(book, "payout_failed", payout)


def paid_by_the_sixth_code(book: Book) -> None:
    payout = released(book)
    for count in range(1, 6):
        pay(book, "payout_tried", payout, count=count)
    pay(book, "payout_paid", payout)


def tried_once_more_than_is_said(book: Book) -> None:
    payout = released(book)
    pay(book, "payout_tried", payout, count=1)
    pay(book, "payout_tried", payout, count=1)


def a_name_tried_once_more_than_is_said(book: Book) -> None:
    payout = uuid4()
    misnamed(book, payout, 1)
    misnamed(book, payout, 1)


def a_sixth_name_on_one_day(book: Book) -> None:
    payout = uuid4()
    for count in range(1, 7):
        misnamed(book, payout, count)


def a_name_tried_after_it_was_released(book: Book) -> None:
    misnamed(book, released(book), 1)


def a_letter_shown_to_the_award_desk(book: Book) -> None:
    book.officer("song", "payout_letter_shown", AWARD, ("payouts", claimed(book)), picture=0)


def sent_back_after_it_was_destroyed(book: Book) -> None:
    payout = released(book)
    pay(book, "payout_paid", payout)
    book.system("payout_wiped", ("payouts", payout), {}, HOME)
    pay(book, "payout_failed", payout)


REWARDS: Mapping[Sequence, tuple[Rule, str]] = {
    judged_by_the_lead_who_agreed_to_it: (Rule.DUTY, "somebody of the award desk"),
    judged_from_another_desk_by_the_lead_who_agreed_to_it: (Rule.AWARD, "a judge who had no hand in it"),
    judged_by_whoever_checked_it_before: (Rule.AWARD, "a judge who had no hand in it"),
    judged_by_whoever_keeps_out: (Rule.RECUSED, "an officer who does not keep out of it"),
    submitted_to_a_desk_that_judges_nothing: (Rule.KNOWN, "an award desk"),
    given_up_for_them_before_the_time_is_over: (Rule.CLOCK, "once the time to claim is over"),
    looked_at_by_another_award_desk: (Rule.DUTY, "somebody of the award desk that has it"),
    paid_by_another_office: (Rule.PAYOUT, "the office that it was claimed at"),
    cash_sent_back_by_a_bank: (Rule.PAYOUT, "what has no code"),
    paid_by_the_sixth_code: (Rule.PAYOUT, "a code that is not shut"),
    tried_once_more_than_is_said: (Rule.PAYOUT, "each wrong code counted"),
    a_name_tried_once_more_than_is_said: (Rule.PAYOUT, "each wrong name of a day counted"),
    a_sixth_name_on_one_day: (Rule.PAYOUT, "none after the last"),
    a_name_tried_after_it_was_released: (Rule.PAYOUT, "a payment that may be claimed or corrected"),
    a_letter_shown_to_the_award_desk: (Rule.DUTY, "somebody of the payout desk"),
    sent_back_after_it_was_destroyed: (Rule.PAYOUT, "what was not destroyed"),
    refused_twice: (Rule.AWARD, "cannot refuse an award that is refused"),
    contested_before_the_same_person: (Rule.AWARD, "judged by another"),
    proposed_while_another_waits: (Rule.AWARD, "of which no reward waits"),
    granted_twice_for_one_matter: (Rule.AWARD, "one award for one matter"),
    proposed_from_a_case_that_it_is_not_of: (Rule.AWARD, "one that was merged into it"),
    judged_by_whoever_checked_what_it_was_merged_into: (Rule.AWARD, "who did not check the case"),
    proposed_by_one: (Rule.TWO_PEOPLE, "a second person's confirmation next to it"),
    claimed_twice: (Rule.PAYOUT, "a payment that was not claimed yet"),
    paid_before_two_released_it: (Rule.PAYOUT, "cannot pay a payment that is claimed"),
    ended_by_one: (Rule.TWO_PEOPLE, "a second person's confirmation"),
    ended_by_two_who_agreed_to_release_it: (Rule.MOTION, "what was proposed: to pay"),
    ended_after_it_ended: (Rule.PAYOUT, "cannot cancel a payment that is cancelled"),
    taken_back_by_whoever_never_claimed_it: (Rule.KNOWN, "a payment that was claimed"),
    taken_back_twice: (Rule.PAYOUT, "cannot withdraw a payment that is cancelled"),
    looked_at_by_the_award_desk: (Rule.DUTY, "somebody of the payout desk"),
    destroyed_before_it_was_paid: (Rule.PAYOUT, "what was paid"),
}
