"""What no portal that keeps its rules does with a granted reward: taken back by one, heard by those who took it."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from portal.domain.audit import written
from portal.domain.countersign import LIFE
from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.illegal_rewards import decide, judging, matter, refused, second, submit
from tests.illegal_verification import told
from tests.telling import HOME, Book, Report, Sequence

AWARD = Duty.AWARD
THIRD = "yan"


def granted(book: Book) -> tuple[Report, UUID]:
    """By Song; Lin and Yan judge too, who had no hand in it."""
    report = told(book)
    award = submit(book, report)
    decide(book, report, award, "award_approved")
    judging(book, "lin")
    second(book, THIRD, AWARD)
    return report, award


def challenge(book: Book, report: Report, award: UUID, who: str = "song", desk: UUID | None = None) -> UUID:
    """Somebody says why it is to be taken back, and proposes it; the motion."""
    motion, own = uuid4(), str(book.ledger.desk(AWARD, HOME))
    said = {"award": str(award), "desk": str(desk or own), "grants": 0}
    book.officer(who, "award_challenged", AWARD, ("reports", report.id), reason="collusion", **said)
    about = {"kind": "revoke", "expires": written(book.now + LIFE), "case": str(report.case)}
    book.officer(who, "motion_proposed", AWARD, ("motions", motion), **about, desk=str(desk or own), from_=own)
    return motion


def take(book: Book, report: Report, award: UUID, motion: UUID, who: str = "lin") -> None:
    """The second person agrees."""
    book.officer(who, "award_revoked", AWARD, ("reports", report.id), reason="collusion", award=str(award), position=4)
    book.officer(who, "motion_confirmed", AWARD, ("motions", motion), kind="revoke", case=str(report.case))


def revoked(book: Book) -> tuple[Report, UUID]:
    report, award = granted(book)
    take(book, report, award, challenge(book, report, award))
    return report, award


def contest(book: Book, report: Report, award: UUID, desk: UUID | None = None) -> None:
    said = {"award": str(award), "position": 5, "grants": 0, "desk": str(desk or book.ledger.desk(AWARD, HOME))}
    book.reporter("award_contested", ("reports", report.id), said)


def rule(book: Book, report: Report, award: UUID, who: str = THIRD, event: str = "award_reinstated") -> None:
    clocks = {"clocks": {}} if event == "award_reinstated" else {}
    book.officer(who, event, AWARD, ("reports", report.id), award=str(award), position=6, **clocks)


def announce(book: Book, report: Report, award: UUID, days: int = 30) -> None:
    counts = (book.now + timedelta(days=days)).date().isoformat()
    said = {"award": str(award), "counts": counts, "clocks": {}}
    book.officer("song", "award_announced", AWARD, ("reports", report.id), **said)


def a_revocation_as_the_rules_have_it(book: Book) -> None:
    """Taken back by two, contested, given back; another is upheld; a third proposal is refused, and a notice put up."""
    report, award = revoked(book)
    contest(book, report, award)
    rule(book, report, award)
    announce(book, report, award)
    take(book, report, award, challenge(book, report, award, "lin"), "song")
    contest(book, report, award)
    rule(book, report, award, event="award_affirmed")


def taken_back_by_one(book: Book) -> None:
    report, award = granted(book)
    challenge(book, report, award)
    book.officer("song", "award_revoked", AWARD, ("reports", report.id), reason="duty", award=str(award), position=4)


def taken_back_by_one_who_says_so_twice(book: Book) -> None:
    report, award = granted(book)
    take(book, report, award, challenge(book, report, award), "song")


def taken_back_though_another_was_proposed(book: Book) -> None:
    report, award = granted(book)
    other = told(book)
    another = submit(book, other)
    decide(book, other, another, "award_approved")
    take(book, report, award, challenge(book, other, another))


def taken_back_by_the_lead_who_agreed_to_propose_it(book: Book) -> None:
    report, award = granted(book)
    judging(book, "gao")
    take(book, report, award, challenge(book, report, award), "gao")


def proposed_by_whoever_checked_it(book: Book) -> None:
    report, award = granted(book)
    judging(book, "chen")
    challenge(book, report, award, "chen")


def proposed_without_saying_why(book: Book) -> None:
    report, _ = granted(book)
    own, motion = str(book.ledger.desk(AWARD, HOME)), uuid4()
    about = {"kind": "revoke", "expires": written(book.now + LIFE), "case": str(report.case)}
    book.officer("song", "motion_proposed", AWARD, ("motions", motion), **about, desk=own, from_=own)


def agreed_to_at_a_desk_that_judges_nothing(book: Book) -> None:
    report, award = granted(book)
    challenge(book, report, award, desk=book.ledger.desk(Duty.LEAD, HOME))


def taken_back_what_was_refused(book: Book) -> None:
    report, award = refused(book)
    challenge(book, report, award)


def contested_a_second_time(book: Book) -> None:
    report, award = revoked(book)
    contest(book, report, award)
    rule(book, report, award, event="award_affirmed")
    contest(book, report, award)


def heard_by_whoever_proposed_to_take_it(book: Book) -> None:
    report, award = revoked(book)
    contest(book, report, award)
    rule(book, report, award, "song")


def heard_by_whoever_agreed(book: Book) -> None:
    report, award = revoked(book)
    contest(book, report, award)
    rule(book, report, award, "lin", "award_affirmed")


def heard_by_whoever_took_it_before_that(book: Book) -> None:
    report, award = revoked(book)
    contest(book, report, award)
    rule(book, report, award)
    second(book, "tan", AWARD)
    take(book, report, award, challenge(book, report, award, "tan"), THIRD)
    contest(book, report, award)
    rule(book, report, award, "lin", "award_affirmed")


def given_back_though_nobody_contested_it(book: Book) -> None:
    report, award = revoked(book)
    rule(book, report, award)


def granted_to_another_while_it_is_contested(book: Book) -> None:
    main, merged = matter(book)
    award = submit(book, main)
    decide(book, main, award, "award_approved")
    judging(book, "lin")
    take(book, main, award, challenge(book, main, award))
    contest(book, main, award)
    decide(book, merged, submit(book, main, of=merged), "award_approved")


def a_notice_put_up_twice(book: Book) -> None:
    report, award = granted(book)
    announce(book, report, award)
    announce(book, report, award)


def a_notice_that_counts_on_the_day(book: Book) -> None:
    report, award = granted(book)
    announce(book, report, award, days=0)


REVOCATIONS: Mapping[Sequence, tuple[Rule, str]] = {
    taken_back_by_one: (Rule.TWO_PEOPLE, "a second person's confirmation"),
    taken_back_by_one_who_says_so_twice: (Rule.TWO_PEOPLE, ""),
    taken_back_though_another_was_proposed: (Rule.MOTION, "the reward that was proposed to be revoked"),
    taken_back_by_the_lead_who_agreed_to_propose_it: (Rule.AWARD, "a judge who had no hand in it"),
    proposed_by_whoever_checked_it: (Rule.AWARD, "a judge who did not check the case"),
    proposed_without_saying_why: (Rule.MOTION, "what is to be revoked said in the entry before"),
    agreed_to_at_a_desk_that_judges_nothing: (Rule.AWARD, "agreed to at its desk or the one above"),
    taken_back_what_was_refused: (Rule.AWARD, "cannot revoke an award that is refused"),
    contested_a_second_time: (Rule.AWARD, "a revocation that was not contested before"),
    heard_by_whoever_proposed_to_take_it: (Rule.AWARD, "heard by somebody who neither granted nor took it"),
    heard_by_whoever_agreed: (Rule.AWARD, "heard by somebody who neither granted nor took it"),
    heard_by_whoever_took_it_before_that: (Rule.AWARD, "heard by somebody who neither granted nor took it"),
    given_back_though_nobody_contested_it: (Rule.AWARD, "cannot reinstate an award that is revoked"),
    granted_to_another_while_it_is_contested: (Rule.AWARD, "one award for one matter"),
    a_notice_put_up_twice: (Rule.AWARD, "a decision of which no notice was put up"),
    a_notice_that_counts_on_the_day: (Rule.CLOCK, "days after it was put up"),
}
