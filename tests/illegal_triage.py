"""What no portal that keeps its rules does at triage beside taking up, and the rule that each breaks."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.telling import DUE, HOME, NEXT, PROVINCE, Book, Report, Sequence

LEAD, INTAKE = Duty.LEAD, Duty.INTAKE


def pair(book: Book) -> tuple[Report, Report]:
    """Two reports about one matter; the second was taken up."""
    first, second = book.report(), book.report()
    book.accept(second)
    return first, second


def merge(book: Book, case: Report, main: Report, who: str = "lin", duty: Duty = INTAKE) -> None:
    book.step("merged", case, who, duty, main=str(main.case), first=str(main.case))
    book.step("joined", main, who, duty, case=str(case.case))


def handled_together(book: Book) -> None:
    """As the rules have it."""
    first, second = pair(book)
    merge(book, first, second)


def merged_twice(book: Book) -> None:
    first, second = pair(book)
    merge(book, first, second)
    merge(book, first, second)


def merged_by_the_lead(book: Book) -> None:
    first, second = pair(book)
    book.step("merged", first, "gao", LEAD, main=str(second.case), first=str(first.case))


def merged_into_itself(book: Book) -> None:
    report = book.report()
    book.step("merged", report, main=str(report.case), first=str(report.case))


def merged_into_nothing_that_is_known(book: Book) -> None:
    report = book.report()
    book.step("merged", report, main=str(uuid4()), first=str(report.case))


def merged_into_what_is_over(book: Book) -> None:
    first, second = book.report(), book.report()
    book.step("declined", second, edition="jilin-1", position=1, reason="REPEAT_SAME_PERSON")
    book.step("merged", first, main=str(second.case), first=str(first.case))


def joined_by_what_was_never_merged(book: Book) -> None:
    first, second = pair(book)
    book.step("joined", second, case=str(first.case))


def first_by_a_third(book: Book) -> None:
    first, second = pair(book)
    book.step("merged", first, main=str(second.case), first=str(book.report().case))


def handed(book: Book, event: str, report: Report, referral: UUID, *who: Any, **facts: Any) -> None:
    """Something is handed to a body outside, or a step is taken on it."""
    told = {"referral": str(referral), "edition": "jilin-1", "reason": "FIRE", **facts}
    book.step(event, report, *who, **told)


def wholly(book: Book, report: Report, referral: UUID) -> None:
    """As the rules have it: asked for by intake, agreed to by the lead."""
    handed(book, "referral_asked", report, referral, **PAPER)
    handed(book, "referral_agreed", report, referral, "gao", LEAD)
    handed(book, "referred", report, referral)


PAPER = {"paper": 1, "kind": "referral"}
CRIME = {**PAPER, "reason": "POLICE_CRIME", "clocks": {"C15": DUE}}


def handed_to_two_bodies(book: Book) -> None:
    """As the rules have it: a crime by two, the rest wholly, which comes back."""
    report, crime, rest = book.report(), uuid4(), uuid4()
    handed(book, "referral_asked", report, crime, **CRIME)
    handed(book, "referral_agreed", report, crime, "gao", LEAD, clocks={"C16": DUE})
    handed(book, "referred_part", report, crime, clocks={"C17": DUE})
    handed(book, "referral_answered", report, crime, paper=2, kind="note")
    wholly(book, report, rest)
    book.step("referral_shown", report, referral=str(rest))
    handed(book, "referral_returned", report, rest, paper=3, kind="note")
    book.step("referral_reopened", report, clocks={"C02": DUE})
    book.accept(report)


def a_crime_decided_by_whoever_asked(book: Book) -> None:
    report, crime = book.report(), uuid4()
    handed(book, "referral_asked", report, crime, "gao", LEAD, **CRIME)
    handed(book, "referral_agreed", report, crime, "gao", LEAD, clocks={"C16": DUE})


def a_crime_decided_by_intake(book: Book) -> None:
    report, crime = book.report(), uuid4()
    handed(book, "referral_asked", report, crime, "gao", LEAD, **CRIME)
    handed(book, "referral_agreed", report, crime, clocks={"C16": DUE})


def answered_before_it_was_handed_over(book: Book) -> None:
    report, crime = book.report(), uuid4()
    handed(book, "referral_asked", report, crime, **CRIME)
    handed(book, "referral_answered", report, crime, paper=2, kind="note")


def answered_though_nothing_was_handed_over(book: Book) -> None:
    handed(book, "referral_answered", book.report(), uuid4(), paper=2, kind="note")


def handed_over_twice_wholly(book: Book) -> None:
    report, other = book.report(), uuid4()
    handed(book, "referral_asked", report, other, **PAPER)
    handed(book, "referral_agreed", report, other, "gao", LEAD)
    wholly(book, report, uuid4())
    handed(book, "referred", report, other)


def handed_over_wholly_by_one_alone(book: Book) -> None:
    handed(book, "referred", book.report(), uuid4(), **PAPER)


def handed_over_wholly_before_the_lead_agreed(book: Book) -> None:
    report, referral = book.report(), uuid4()
    handed(book, "referral_asked", report, referral, **PAPER)
    handed(book, "referred", report, referral)


def handed_over_in_part_when_it_was_over(book: Book) -> None:
    report = book.report()
    book.step("declined", report, edition="jilin-1", position=1, reason="REPEAT_SAME_PERSON")
    handed(book, "referred_part", report, uuid4(), **PAPER)


def handed_over_by_another_office(book: Book) -> None:
    handed(book, "referred", book.report(), uuid4(), "qin", **PAPER)


def ours_again_though_nobody_sent_it_back(book: Book) -> None:
    report = book.report()
    wholly(book, report, uuid4())
    book.step("referral_reopened", report, clocks={"C02": DUE})


def the_slip_of_another_case(book: Book) -> None:
    report, other, referral = book.report(), book.report(), uuid4()
    handed(book, "referred_part", report, referral, **PAPER)
    book.step("referral_shown", other, referral=str(referral))


def hand_on(book: Book) -> Report:
    """长春 hands a report to 四平, with the time for saying that it is not theirs either."""
    report = book.report()
    desks = {str(duty): str(book.ledger.desk(duty, NEXT)) for duty in (INTAKE, LEAD)}
    places = {"from_": str(book.home), "to": str(book.ledger.authority(NEXT)), "position": 1}
    above = {"above": str(book.ledger.desk(LEAD, PROVINCE)), "keeper": str(book.ledger.desk(LEAD, HOME))}
    book.step("transferred", report, **places, **desks, **above, clocks={"C03": DUE})
    return report


def object_to(book: Book, report: Report) -> None:
    above = str(book.ledger.desk(LEAD, PROVINCE))
    book.step("disputed", report, "qin", position=2, above=above, clocks={"C04": DUE}, office=NEXT, trail=NEXT)


def settle(book: Book, report: Report, who: str = "sheng-lead") -> None:
    book.step("dispute_decided", report, who, LEAD, to=str(book.home), office=NEXT, trail=NEXT)


def back(book: Book, report: Report, who: str = "sheng-lead", duty: Duty = LEAD) -> None:
    desks = {str(one): str(book.ledger.desk(one, HOME)) for one in (INTAKE, LEAD)}
    places = {"from_": str(book.ledger.authority(NEXT)), "to": str(book.home), "position": 3}
    above = str(book.ledger.desk(LEAD, PROVINCE))
    book.step("transferred", report, who, duty, **places, **desks, above=above, office=NEXT, trail=NEXT)


def settled_above(book: Book) -> None:
    """As the rules have it."""
    report = hand_on(book)
    object_to(book, report)
    settle(book, report)
    back(book, report)
    book.accept(report)


def objected_to_though_nobody_handed_it_on(book: Book) -> None:
    above = str(book.ledger.desk(LEAD, PROVINCE))
    book.step("disputed", book.report(), position=1, above=above, clocks={"C04": DUE})


def objected_to_too_late(book: Book) -> None:
    report = hand_on(book)
    book.wait(days=16)
    object_to(book, report)


def objected_to_twice(book: Book) -> None:
    report = hand_on(book)
    object_to(book, report)
    object_to(book, report)


def settled_by_whoever_has_it(book: Book) -> None:
    report = hand_on(book)
    object_to(book, report)
    settle(book, report, "qin-lead")


def settled_though_nobody_objected(book: Book) -> None:
    report = hand_on(book)
    settle(book, report, "qin-lead")


def handed_on_above_before_it_was_settled(book: Book) -> None:
    report = hand_on(book)
    object_to(book, report)
    back(book, report)


def keep_out(book: Book, report: Report, whom: str, who: str = "lin", duty: Duty = INTAKE) -> None:
    officer = str(book.ledger.officer(whom))
    book.step("recused", report, who, duty, officer=officer, paper=1, kind="note")


def kept_out(book: Book) -> None:
    """As the rules have it: oneself, and another by the lead."""
    report = book.report()
    book.accept(report)
    keep_out(book, report, "lin")
    keep_out(book, report, "he", "gao", LEAD)


def kept_out_no_more(book: Book) -> None:
    """As the rules have it: whoever keeps out says so, and the lead agrees."""
    report = book.report()
    book.accept(report)
    keep_out(book, report, "lin")
    take_back(book, report, "lin")
    book.step("recusal_lifted", report, "gao", LEAD, officer=str(book.ledger.officer("lin")))
    book.step("opened", report, letters=1)


def take_back(book: Book, report: Report, who: str) -> None:
    book.step("recusal_taken_back", report, who, officer=str(book.ledger.officer(who)), paper=2, kind="note")


def opened_before_the_lead_agrees(book: Book) -> None:
    report = book.report()
    keep_out(book, report, "lin")
    take_back(book, report, "lin")
    book.step("opened", report, letters=1)


def a_recusal_lifted_that_nobody_took_back(book: Book) -> None:
    report = book.report()
    keep_out(book, report, "lin")
    book.step("recusal_lifted", report, "gao", LEAD, officer=str(book.ledger.officer("lin")))


def a_recusal_taken_back_that_there_is_none_of(book: Book) -> None:
    take_back(book, book.report(), "lin")


def opened_by_whoever_keeps_out(book: Book) -> None:
    report = book.report()
    keep_out(book, report, "lin")
    book.step("opened", report, letters=1)


def a_name_asked_for_by_whoever_keeps_out(book: Book) -> None:
    report = book.report()
    keep_out(book, report, "lin")
    book.ask(report)


def given_to_whoever_keeps_out(book: Book) -> None:
    report = book.report()
    book.accept(report)
    keep_out(book, report, "chen", "gao", LEAD)
    book.assign(report)


def opened_by_whoever_keeps_out_of_what_was_merged_into_it(book: Book) -> None:
    first, second = pair(book)
    keep_out(book, first, "gao", "gao", LEAD)
    merge(book, first, second)
    book.step("opened", second, "gao", LEAD, letters=1)


def kept_out_by_somebody_who_leads_nothing(book: Book) -> None:
    keep_out(book, book.report(), "he")


TRIAGE: Mapping[Sequence, tuple[Rule, str]] = {
    merged_twice: (Rule.CASE, "cannot merge a case that is merged"),
    merged_by_the_lead: (Rule.DUTY, "merge is not for lead"),
    merged_into_itself: (Rule.MERGED, "into another case than itself"),
    merged_into_nothing_that_is_known: (Rule.MERGED, "into a case that an entry knows"),
    merged_into_what_is_over: (Rule.MERGED, "into a case that is being worked on"),
    joined_by_what_was_never_merged: (Rule.MERGED, "a case that was merged into this one"),
    first_by_a_third: (Rule.MERGED, "one of those that are merged came first"),
    a_crime_decided_by_whoever_asked: (Rule.REFERRED, "the lead decides, and not whoever asked"),
    a_crime_decided_by_intake: (Rule.REFERRED, "the lead decides, and not whoever asked"),
    answered_before_it_was_handed_over: (Rule.REFERRED, "cannot answer what is asked"),
    answered_though_nothing_was_handed_over: (Rule.REFERRED, "what a part of was handed over, or asked for"),
    handed_over_twice_wholly: (Rule.CASE, "cannot refer a case that is referred"),
    handed_over_wholly_by_one_alone: (Rule.REFERRED, "what a part of was handed over, or asked for"),
    handed_over_wholly_before_the_lead_agreed: (Rule.REFERRED, "cannot hand_over what is asked"),
    handed_over_in_part_when_it_was_over: (Rule.REFERRED, "a case that is not over"),
    handed_over_by_another_office: (Rule.DUTY, "no such case"),
    ours_again_though_nobody_sent_it_back: (Rule.REFERRED, "a matter that was sent back wholly"),
    the_slip_of_another_case: (Rule.REFERRED, "what was handed over of this case"),
    objected_to_though_nobody_handed_it_on: (Rule.HANDOVER, "a case that was handed here"),
    objected_to_too_late: (Rule.CLOCK, "an objection within its time"),
    objected_to_twice: (Rule.HANDOVER, "one objection at a time"),
    settled_by_whoever_has_it: (Rule.DUTY, "the lead above both decides"),
    settled_though_nobody_objected: (Rule.HANDOVER, "a case that is objected to"),
    handed_on_above_before_it_was_settled: (Rule.DUTY, "transfer is not for lead"),
    opened_by_whoever_keeps_out: (Rule.RECUSED, "an officer who does not keep out of it"),
    opened_by_whoever_keeps_out_of_what_was_merged_into_it: (
        Rule.RECUSED,
        "an officer who does not keep out of it",
    ),
    a_name_asked_for_by_whoever_keeps_out: (Rule.RECUSED, "an officer who does not keep out of it"),
    given_to_whoever_keeps_out: (Rule.RECUSED, "given to whoever does not keep out"),
    opened_before_the_lead_agrees: (Rule.RECUSED, "an officer who does not keep out of it"),
    a_recusal_lifted_that_nobody_took_back: (Rule.RECUSED, "asked for before"),
    a_recusal_taken_back_that_there_is_none_of: (Rule.RECUSED, "a case that one keeps out of"),
    kept_out_by_somebody_who_leads_nothing: (Rule.RECUSED, "oneself, or kept out by the lead"),
}
