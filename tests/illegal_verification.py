"""What no portal that keeps its rules does with what was checked: conclusions, feedback, objections, reviews."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from portal.domain.audit import written
from portal.domain.countersign import LIFE
from portal.domain.replay_entries import Rule
from portal.domain.vocabulary import Duty
from tests.telling import HOME, PROVINCE, Book, Report, Sequence

LEAD, INTAKE, INVESTIGATE = Duty.LEAD, Duty.INTAKE, Duty.INVESTIGATE
REVIEWER = "sheng-chen"


def reviewer(book: Book) -> UUID:
    """The province has an investigator."""
    officer, desk = book.ledger.officer(REVIEWER), uuid4()
    book.system("officer_enrolled", ("officers", officer), {"fingerprint": "AB12"}, PROVINCE)
    book.system("desk_opened", ("desks", desk), {"duty": INVESTIGATE, "epoch": 1, "fingerprint": "AB12"}, PROVINCE)
    book.system("seated", ("seats", uuid4()), {"officer": str(officer), "duty": INVESTIGATE, "epoch": 1}, PROVINCE)
    return desk


def soon(book: Book, **span: float) -> str:
    return written(book.now + timedelta(**(span or {"days": 10})))


def proposed(book: Book, report: Report, kind: str, who: str, from_desk: UUID, to_desk: UUID) -> UUID:
    """Somebody proposes a step to a second person, with the paper that it rests on."""
    motion = uuid4()
    book.step("paper_filed", report, who, INVESTIGATE, paper=5, kind={"conclude": "conclusion"}.get(kind, kind))
    expires = written(book.now + timedelta(seconds=31) + LIFE)
    facts = {"kind": kind, "expires": expires, "case": str(report.case), "desk": str(to_desk), "from_": str(from_desk)}
    book.officer(who, "motion_proposed", INVESTIGATE, ("motions", motion), **facts)
    return motion


def checking(book: Book) -> Report:
    """Chen checks it."""
    report = book.report()
    book.accept(report)
    book.assign(report)
    book.step("paper_filed", report, "chen", INVESTIGATE, paper=1, kind="plan")
    return report


def conclude(book: Book, report: Report, who: str = "gao") -> None:
    """Proposed by Chen, agreed to by Gao."""
    desks = book.ledger.desk(INVESTIGATE, HOME), book.ledger.desk(LEAD, HOME)
    motion = proposed(book, report, "conclude", "chen", *desks)
    book.step("concluded", report, who, LEAD, outcome="partly", clocks={"C11": soon(book)})
    book.officer(who, "motion_confirmed", LEAD, ("motions", motion), kind="conclude", case=str(report.case))


def told(book: Book) -> Report:
    """Concluded, and its reporter has read so."""
    report = checking(book)
    conclude(book, report)
    book.step("fed_back", report, position=1)
    book.reporter("served", ("reports", report.id), {"letters": 1, "clocks": {"C12": soon(book)}})
    return report


def objects(book: Book, report: Report) -> None:
    facts = {"position": 2, "clocks": {"C13": soon(book, days=30)}, "grants": 2}
    book.reporter("objected", ("reports", report.id), facts)


def give(book: Book, report: Report, whom: str = REVIEWER, who: str = "sheng-lead") -> None:
    book.step("review_assigned", report, who, LEAD, officer=str(book.ledger.officer(whom)))


def decide(book: Book, report: Report, motion: UUID, event: str = "reopened", who: str = "sheng-lead") -> None:
    facts = {"verdict": "upheld", "clocks": {"C05": soon(book, days=60)}} if event == "reopened" else {}
    book.step(event, report, who, LEAD, **({"verdict": "rejected"} | facts))
    book.officer(who, "motion_confirmed", LEAD, ("motions", motion), kind="review", case=str(report.case))


def worked_on_anew_after_an_objection(book: Book) -> None:
    """As the rules have it, to the end."""
    desk = reviewer(book)
    report = told(book)
    book.step("file_opened", report, papers=5)
    book.step("ordered", report, "chen", INVESTIGATE, paper=6, kind="order", clocks={"C19": soon(book)})
    objects(book, report)
    book.step("file_opened", report, "sheng-lead", LEAD, papers=6)
    give(book, report)
    book.step("file_opened", report, REVIEWER, INVESTIGATE, papers=6)
    decide(book, report, proposed(book, report, "review", REVIEWER, desk, book.ledger.desk(LEAD, PROVINCE)))
    conclude(book, report)
    book.step("fed_back", report, position=3)
    book.step("closed", report, "gao", LEAD, clocks={"C26": soon(book, days=30)})


def joined(book: Book) -> tuple[Report, Report]:
    """Two reports about one thing, concluded together: the case, and what was merged into it."""
    main, other = checking(book), book.report()
    book.step("merged", other, main=str(main.case), first=str(main.case))
    book.step("joined", main, case=str(other.case))
    looked_at(book, other)
    conclude(book, main)
    return main, other


def looked_at(book: Book, merged: Report, who: str = "gao") -> None:
    book.step("opened", merged, who, LEAD, letters=1)


def concluded_though_the_lead_never_saw_what_was_merged(book: Book) -> None:
    main, other = checking(book), book.report()
    looked_at(book, other)
    book.step("merged", other, main=str(main.case), first=str(main.case))
    book.step("joined", main, case=str(other.case))
    conclude(book, main)


def told_the_result_though_no_lead_saw_what_was_merged(book: Book) -> None:
    (main, _), late = joined(book), book.report()
    book.step("merged", late, main=str(main.case), first=str(main.case), clocks={"C11": soon(book)})
    book.step("joined", main, case=str(late.case))
    book.step("fed_back", late, position=1)


def all_of_them_are_told_and_one_objects(book: Book) -> None:
    """As the rules have it: one more comes after the conclusion."""
    desk, (main, other), late = reviewer(book), joined(book), book.report()
    for one in (main, other):
        book.step("fed_back", one, position=1)
    book.step("merged", late, main=str(main.case), first=str(main.case), clocks={"C11": soon(book)})
    book.step("joined", main, case=str(late.case))
    looked_at(book, late)
    book.step("fed_back", late, position=1)
    book.reporter("served", ("reports", other.id), {"letters": 1, "clocks": {"C12": soon(book)}})
    objects(book, other)
    give(book, main)
    decide(book, main, proposed(book, main, "review", REVIEWER, desk, book.ledger.desk(LEAD, PROVINCE)))
    conclude(book, main)
    for one in (main, other, late):
        book.step("fed_back", one, position=3)


def told_the_result_twice_of_what_was_merged(book: Book) -> None:
    _, other = joined(book)
    book.step("fed_back", other, position=1)
    book.step("fed_back", other, position=2)


def concluded_by_one(book: Book) -> None:
    book.step("concluded", checking(book), "gao", LEAD, outcome="partly", clocks={})


def concluded_by_another_office(book: Book) -> None:
    conclude(book, checking(book), "qin-lead")


def concluded_twice(book: Book) -> None:
    report = checking(book)
    conclude(book, report)
    conclude(book, report)


def told_the_result_twice(book: Book) -> None:
    book.step("fed_back", told(book), position=2)


def told_the_result_by_an_investigator(book: Book) -> None:
    report = checking(book)
    conclude(book, report)
    book.step("fed_back", report, "chen", INVESTIGATE, position=1)


def ordered_before_a_conclusion(book: Book) -> None:
    book.step("ordered", checking(book), "chen", INVESTIGATE, paper=2, kind="order", clocks={})


def closed_by_intake(book: Book) -> None:
    book.step("closed", told(book))


def objected_to_before_anything_was_told(book: Book) -> None:
    report = checking(book)
    conclude(book, report)
    objects(book, report)


def objected_to_too_late(book: Book) -> None:
    report = told(book)
    book.wait(days=12)
    objects(book, report)


def objected_to_twice(book: Book) -> None:
    report = told(book)
    objects(book, report)
    objects(book, report)


def objected_to_after_withdrawing(book: Book) -> None:
    report = told(book)
    book.reporter("withdrawn", ("reports", report.id), {})
    objects(book, report)


def given_for_review_where_nobody_objects(book: Book) -> None:
    reviewer(book)
    give(book, told(book), who="gao")


def reviewed_by_who_checked_it(book: Book) -> None:
    report = told(book)
    objects(book, report)
    give(book, report, "chen")


def worked_on_anew_by_one(book: Book) -> None:
    report = told(book)
    objects(book, report)
    book.step("reopened", report, "sheng-lead", LEAD, verdict="upheld", clocks={})


def a_case_file_opened_by_an_investigator_nobody_assigned(book: Book) -> None:
    book.step("file_opened", book.report(), "chen", INVESTIGATE, papers=1)


def a_case_file_opened_by_the_level_above_before_an_objection(book: Book) -> None:
    book.step("file_opened", told(book), "sheng-lead", LEAD, papers=1)


VERIFICATION: Mapping[Sequence, tuple[Rule, str]] = {
    concluded_though_the_lead_never_saw_what_was_merged: (Rule.MERGED, "a lead who has opened every report"),
    told_the_result_though_no_lead_saw_what_was_merged: (Rule.MERGED, "the lead has opened since it was merged"),
    concluded_by_one: (Rule.TWO_PEOPLE, "a second person's confirmation next to it"),
    concluded_by_another_office: (Rule.DUTY, "no such motion"),
    concluded_twice: (Rule.CASE, "cannot conclude a case that is concluded"),
    told_the_result_twice: (Rule.CLOCK, "once for each conclusion"),
    told_the_result_twice_of_what_was_merged: (Rule.CLOCK, "once for each conclusion"),
    told_the_result_by_an_investigator: (Rule.DUTY, "feed_back is not for investigate"),
    ordered_before_a_conclusion: (Rule.CASE, "cannot rectify a case that is verifying"),
    closed_by_intake: (Rule.DUTY, "close is not for intake"),
    objected_to_before_anything_was_told: (Rule.CLOCK, "until nothing"),
    objected_to_too_late: (Rule.CLOCK, "while the time for it runs"),
    objected_to_twice: (Rule.CLOCK, "until nothing"),
    objected_to_after_withdrawing: (Rule.REPORT, "a report that was not withdrawn"),
    given_for_review_where_nobody_objects: (Rule.REPORT, "an objection that waits"),
    reviewed_by_who_checked_it: (Rule.ASSIGNED, "an officer who took no part"),
    worked_on_anew_by_one: (Rule.TWO_PEOPLE, "a second person's confirmation next to it"),
    a_case_file_opened_by_an_investigator_nobody_assigned: (Rule.ASSIGNED, "to whom the case is assigned"),
    a_case_file_opened_by_the_level_above_before_an_objection: (Rule.DUTY, "no such case"),
}
