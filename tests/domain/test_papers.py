"""Papers of a case file: each says at its field what cannot be; together they come to something, or lack it."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from portal.domain import paper_kinds
from portal.domain.conclusions import Conclusion, Order, Review
from portal.domain.dossier import Dossier, Filed
from portal.domain.errors import LedgerError, PaperError, UnfinishedError
from portal.domain.paper_vocabulary import Known, Outcome, PenaltyStatus, Verdict
from portal.domain.papers import Given, Note, Paper
from tests.verification import TODAY, finding, penalty, plan, visit
from tests.world import NOON

GIVEN = Given(today=TODAY, received=TODAY, files=(1, 2), items=2)
PAPERS = (
    plan(),
    visit(across=True, evidence=(1, 2)),
    finding(2, Outcome.PARTLY, known=Known.HANDLED, known_by="去年的检查记录"),
    penalty(),
    penalty(status=PenaltyStatus.PROPOSED, number="", decided_on=None),
    Order("拆锁。", TODAY),
    Conclusion(Outcome.PARTLY, "锁着。", "罚款。", ""),
    Review(Verdict.UPHELD, "又锁上了。", "您说得对。"),
    Note("看过了。"),
)


def dossier(*papers: Paper) -> Dossier:
    return Dossier.of(Filed(uuid4(), place, None, paper, NOON) for place, paper in enumerate(papers, 1))


@pytest.mark.parametrize("paper", PAPERS, ids=lambda one: type(one).__name__)
def test_a_paper_is_sound_and_comes_back_as_it_was(paper: Paper) -> None:
    paper.require_sound(GIVEN)
    assert paper_kinds.read(paper.as_bytes()) == paper


@pytest.mark.parametrize("data", [b"", b"{}", b'{"kind":"plan"}', b'{"kind":"novel"}', b"[]"])
def test_what_is_no_paper_is_refused(data: bytes) -> None:
    with pytest.raises(LedgerError):
        paper_kinds.read(data)


@pytest.mark.parametrize(
    ("paper", "flaws"),
    [
        (plan(hidden="", items=(), officers=()), {"items": "missing", "officers": "missing", "hidden": "missing"}),
        (plan(items=tuple(map(str, range(21)))), {"items": "too_many"}),
        (plan(on=date(2026, 3, 1)), {"on": "before"}),
        (visit(on=date(2026, 3, 3)), {"on": "future"}),
        (visit(on=date(2026, 3, 1)), {"on": "before"}),
        (visit(officers=("陈", "陈")), {"officers": "two_officers"}),
        (visit(place="", seen=""), {"place": "missing", "seen": "missing"}),
        (visit(evidence=(3,)), {"evidence": "no_such_file"}),
        (finding(3), {"item": "no_such_item"}),
        (finding(1, known=Known.HANDLED), {"known_by": "unproven"}),
        (finding(1, facts="", evidence=(0,)), {"facts": "missing", "evidence": "no_such_file"}),
        (penalty(number="", decided_on=None), {"number": "missing", "decided_on": "missing"}),
        (penalty(decided_on=date(2026, 3, 3)), {"decided_on": "future"}),
        (penalty(body=""), {"body": "missing"}),
        (Order("", date(2026, 3, 1)), {"what": "missing", "until": "past"}),
        (Conclusion(Outcome.PARTLY, "", "", ""), {"facts": "missing", "handling": "missing"}),
        (Review(Verdict.UPHELD, "", ""), {"grounds": "missing", "answer": "missing"}),
    ],
)
def test_what_cannot_be_is_said_at_its_field(paper: Paper, flaws: dict[str, str]) -> None:
    with pytest.raises(PaperError) as caught:
        paper.require_sound(GIVEN)
    assert caught.value.flaws == flaws


@pytest.mark.parametrize(
    ("papers", "unvisited", "flaw"),
    [
        ((), "", "plan"),
        ((plan(),), "", "visit"),
        ((plan(),), "材料已经说明一切。", "two_officers"),
        ((plan(), visit()), "", "findings"),
        ((plan(), visit(), finding(1)), "", "findings"),
        ((plan(), visit(), finding(1), finding(2), plan()), "", "findings"),
    ],
)
def test_what_is_lacking_is_named(papers: tuple[Paper, ...], unvisited: str, flaw: str) -> None:
    with pytest.raises(UnfinishedError) as caught:
        dossier(*papers).require_ready(assigned=1, unvisited=unvisited, files=(1, 2))
    assert caught.value.flaw == flaw


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        ((Outcome.SUBSTANTIATED, Outcome.SUBSTANTIATED), Outcome.SUBSTANTIATED),
        ((Outcome.UNSUBSTANTIATED, Outcome.UNSUBSTANTIATED), Outcome.UNSUBSTANTIATED),
        ((Outcome.SUBSTANTIATED, Outcome.UNSUBSTANTIATED), Outcome.PARTLY),
        ((Outcome.PARTLY, Outcome.SUBSTANTIATED), Outcome.PARTLY),
    ],
)
def test_all_findings_together_come_to_one(outcomes: tuple[Outcome, ...], expected: Outcome) -> None:
    findings = (finding(number, outcome) for number, outcome in enumerate(outcomes, 1))
    assert dossier(plan(), visit(), *findings).require_ready(assigned=1, unvisited="", files=(1, 2)) is expected


def test_of_findings_and_penalties_the_newest_about_each_counts() -> None:
    first, second, third = (UUID(int=one) for one in range(1, 4))
    made = Dossier.of(
        (
            Filed(first, 1, None, penalty(status=PenaltyStatus.PROPOSED), NOON),
            Filed(second, 2, first, penalty(), NOON),
            Filed(third, 3, second, penalty(status=PenaltyStatus.ANNULLED), NOON),
            Filed(uuid4(), 4, None, plan(), NOON),
            Filed(uuid4(), 5, None, finding(1, Outcome.UNSUBSTANTIATED), NOON),
            Filed(uuid4(), 6, None, finding(1), NOON),
            Filed(uuid4(), 7, None, Note("x"), NOON),
        )
    )
    assert (made.opened, made.to_decide) == ({}, None)
    assert {key: one.status for key, one in made.penalties.items()} == {first: PenaltyStatus.ANNULLED}
    assert made.findings[1].outcome is Outcome.SUBSTANTIATED
    assert made.substance == 6


def test_the_penalty_that_has_waited_longest_says_until_when_one_is_to_be_decided() -> None:
    first, second, third, meant = UUID(int=1), UUID(int=2), UUID(int=3), penalty(status=PenaltyStatus.PROPOSED)
    later = NOON + timedelta(days=80)
    papers = [Filed(first, 1, None, meant, NOON), Filed(second, 2, None, meant, later)]
    assert Dossier.of(papers).to_decide == NOON
    papers.append(Filed(third, 3, first, meant, later))
    assert Dossier.of(papers).to_decide == NOON, "said again, it waits no shorter"
    papers.append(Filed(uuid4(), 4, third, penalty(), later))
    assert Dossier.of(papers).to_decide == later
    papers.append(Filed(uuid4(), 5, second, penalty(status=PenaltyStatus.ANNULLED), later))
    assert Dossier.of(papers).to_decide is None
