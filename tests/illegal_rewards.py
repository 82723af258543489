"""What no portal that keeps its rules does with rewards: judged by their own, refused twice, paid by one alone."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.illegal_triage import merge
from tests.illegal_verification import checking, conclude, proposed, told
from tests.telling import DIGEST, HOME, Book, Report, Sequence

AWARD, PAYOUT, INVESTIGATE, LEAD = Duty.AWARD, Duty.PAYOUT, Duty.INVESTIGATE, Duty.LEAD


def submit(book: Book, report: Report, of: Report | None = None) -> UUID:
    """Proposed by Chen, agreed to by Gao; `of`: another report of the matter."""
    desks = book.ledger.desk(INVESTIGATE, HOME), book.ledger.desk(LEAD, HOME)
    motion, award, about = proposed(book, report, "reward", "chen", *desks), uuid4(), of or report
    facts = {"award": str(award), "report_": str(about.id), "edition": "national-2018", "digest": DIGEST}
    book.step("award_submitted", report, "gao", LEAD, **facts, desk=str(book.ledger.desk(AWARD, HOME)))
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


def pay(book: Book, event: str, payout: UUID, who: str = "qian") -> None:
    book.officer(who, event, PAYOUT, ("payouts", payout))


def claimed(book: Book) -> UUID:
    payout = uuid4()
    book.reporter("payout_claimed", ("payouts", payout), {})
    return payout


def ended(book: Book, payout: UUID, kind: str = "cancel") -> None:
    """Proposed by Qian, agreed to by Zhao."""
    motion = book.propose("qian", kind, duty=PAYOUT, own=PAYOUT)
    book.officer("zhao", "payout_cancelled", PAYOUT, ("payouts", payout), reason="account")
    book.confirm("zhao", motion, kind, PAYOUT)


def second(book: Book) -> None:
    """Zhao sits at the payout desk too."""
    book.system("officer_enrolled", ("officers", book.ledger.officer("zhao")), {"fingerprint": "AB12"}, HOME)
    motion = book.propose("guan", "seat", "zhao", duty=PAYOUT)
    book.seat("qian", "zhao", PAYOUT)
    book.confirm("qian", motion, "seat", PAYOUT)


def a_reward_as_the_rules_have_it(book: Book) -> None:
    """Refused, contested; of another report granted, claimed and looked at."""
    report, award = refused(book)
    book.reporter("award_contested", ("reports", report.id), {"award": str(award), "position": 4, "grants": 0})
    other = told(book)
    decide(book, other, submit(book, other), "award_approved")
    pay(book, "payout_opened", claimed(book))
    second(book)
    payout = claimed(book)
    ended(book, payout)
    book.reporter("payout_corrected", ("payouts", payout), {})
    book.reporter("payout_withdrawn", ("payouts", payout), {})
    main, merged = matter(book)
    decide(book, merged, submit(book, main, merged), "award_refused")
    decide(book, main, submit(book, main), "award_approved")


def matter(book: Book) -> tuple[Report, Report]:
    """A case that is told, and a report that was merged into it."""
    main, merged = checking(book), book.report()
    merge(book, merged, main)
    conclude(book, main)
    book.step("fed_back", main, position=1)
    return main, merged


def granted_twice_for_one_matter(book: Book) -> None:
    main, merged = matter(book)
    decide(book, main, submit(book, main), "award_approved")
    decide(book, merged, submit(book, main, merged), "award_approved")


def proposed_from_a_case_that_it_is_not_of(book: Book) -> None:
    submit(book, told(book), told(book))


def judged_by_whoever_checked_what_it_was_merged_into(book: Book) -> None:
    main, merged = matter(book)
    decide(book, merged, submit(book, main, merged), "award_refused", "chen")


def judged_by_the_lead_who_agreed_to_it(book: Book) -> None:
    report = told(book)
    decide(book, report, submit(book, report), "award_approved", "gao", LEAD)


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


REWARDS: Mapping[Sequence, tuple[Rule, str]] = {
    judged_by_the_lead_who_agreed_to_it: (Rule.DUTY, "somebody of the award desk"),
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
