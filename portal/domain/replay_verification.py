"""What comes of a case as entries tell it: file, conclusion, feedback, orders, closing, objection, review.

The rules are those of `domain.lifecycle` and `domain.access`; that a conclusion and a review take two people is told by
their motions. What a replay needs of the past of an objection is one value more for each report there ever was one to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product
from types import MappingProxyType
from uuid import UUID

from portal.domain import lifecycle
from portal.domain.paper_vocabulary import Verdict
from portal.domain.replay_cases import LATE, Case, Cases
from portal.domain.replay_entries import Judge, Rule, Said
from portal.domain.replay_staff import Staff
from portal.domain.vocabulary import Action, Duty

STEPS: Mapping[str, Action] = MappingProxyType(
    {
        "concluded": Action.CONCLUDE,
        "ordered": Action.RECTIFY,
        "closed": Action.CLOSE,
    }
)
TIME, REVIEW = "C12", "C13"
REOPENED_STOPS = ("C11", "C19", REVIEW, *lifecycle.STEPS[Action.CLOSE].starts)


@dataclass(slots=True)
class Past:
    """Of a case that was objected to, by whomever."""

    open: bool = True
    reviewer: UUID | None = None
    reviewed: frozenset[UUID] = frozenset()  # who has reviewed it before


@dataclass(slots=True)
class Verification:
    """What comes after a case was assigned."""

    judge: Judge
    staff: Staff
    cases: Cases
    objected: dict[UUID, Past] = field(default_factory=dict)  # by the report of the case

    def handlers(self) -> Mapping[str, Callable[[Said], None]]:
        """Event → what it does to a case."""
        return {
            "file_opened": self._open_file,
            "served": self._serve,
            **dict.fromkeys(STEPS, self._step),
            "fed_back": self._feed_back,
            "objected": self._object,
            "review_assigned": self._give,
            **dict.fromkeys(("reviewed", "reopened"), self._review),
        }

    def _open_file(self, said: Said) -> None:
        if said.duty == Duty.INVESTIGATE:
            self.cases.open_assigned(said)
            return
        case = self.cases.of_case(said)
        if case is not None:
            self.cases.admit(said, case, Action.OPEN)

    def _step(self, said: Said) -> None:
        case, action = self.cases.of_case(said), STEPS[said.event]
        if case is None:
            return
        step = lifecycle.STEPS[action]
        if step.second is None:  # of two people the motion tells
            self.cases.admit(said, case, action)
        self.cases.advance(said, case, action)
        if action is Action.CONCLUDE:
            case.loose = ()  # all that was added rests under it
        self._turn(said, case, *step.stops, *(("C11",) if action is Action.CLOSE else ()))
        for other in self._joined(case):
            if action is Action.CONCLUDE and not other.withdrawn:
                looked = said.officer in other.looked
                self.judge.require(said, looked, Rule.MERGED, "a lead who has opened every report that goes with it")
                other.clocks["C11"] = said.facts.get("clocks", {}).get("C11", LATE)
            if action is Action.CLOSE:
                other.clocks.pop("C11", None)

    def _feed_back(self, said: Said) -> None:
        """To the reporter of the case, or of one that was merged into it; with it the time limit of each ends."""
        case = self.cases.of_case(said)
        if case is None:
            return
        self.cases.admit(said, case, Action.FEED_BACK)
        waits = "C11" in case.clocks
        self.judge.require(said, waits, Rule.CLOCK, "a reporter who waits for feedback, once for each conclusion")
        looked = case.main is None or case.looked
        self.judge.require(said, looked, Rule.MERGED, "a report that the lead has opened since it was merged")
        main = self._main(case)
        after = self.judge.ask(said, Rule.CASE, lambda: lifecycle.advance(main.state, Action.FEED_BACK))
        main.state = after or main.state
        case.clocks.pop("C11", None)
        for other in (main, *self._joined(main)):
            if other.withdrawn:
                other.clocks.pop("C11", None)

    def _main(self, case: Case) -> Case:
        """The case that it is handled under."""
        return self.cases.by_case.get(case.main, case) if case.main else case

    def _joined(self, case: Case) -> tuple[Case, ...]:
        """Those that were merged into it."""
        return tuple(self.cases.by_case[one] for one in case.joined)

    def _turn(self, said: Said, case: Case, *stops: str) -> None:
        """Time limits that end with a step, and those that begin."""
        for rule in stops:
            case.clocks.pop(rule, None)
        case.clocks.update(said.facts.get("clocks", {}))

    def _serve(self, said: Said) -> None:
        case = self.cases.of_report(said)
        if case is not None:
            self._turn(said, case)

    def _object(self, said: Said) -> None:
        case = self.cases.of_report(said)
        if case is None:
            return
        self.judge.require(said, not case.withdrawn, Rule.REPORT, "a report that was not withdrawn")
        due = case.clocks.get(TIME)
        in_time = due is not None and due != LATE and said.at <= due
        self.judge.require(said, in_time, Rule.CLOCK, f"while the time for it runs: until {due or 'nothing'}")
        self._turn(said, case, TIME)
        main = self._main(case)
        for one in (case, main):
            one.raised = one.raised or one.above is not None
        before = self.objected.get(main.report)
        if before is None or not before.open:  # one more is decided together with those that wait
            self.objected[main.report] = Past(reviewed=before.reviewed if before else frozenset())

    def _give(self, said: Said) -> None:
        case, officer = self.cases.of_case(said), said.id("officer")
        if case is None or officer is None:
            return
        self.cases.admit(said, case, Action.REVIEW)
        past = self._open(said, case)
        self.cases.advance(said, case, Action.REVIEW)
        seated = bool(self.staff.actor(officer).desks(Duty.INVESTIGATE))
        self.judge.require(said, seated, Rule.ASSIGNED, "an officer at work who sits where cases are investigated")
        apart = officer not in case.assigned and officer not in past.reviewed and officer != said.officer
        self.judge.require(said, apart, Rule.ASSIGNED, "an officer who took no part")
        past.reviewer, past.reviewed = officer, past.reviewed | {officer}
        case.assigned |= {officer}

    def _review(self, said: Said) -> None:
        case = self.cases.of_case(said)
        if case is None:
            return
        past, upheld = self._open(said, case), said.event == "reopened"
        fits = said.facts["verdict"] == (Verdict.UPHELD if upheld else Verdict.REJECTED)
        self.judge.require(said, fits, Rule.CASE, "what the review decided")
        self.cases.advance(said, case, Action.REVIEW)
        if upheld:
            self.cases.advance(said, case, Action.REOPEN)
        stops = REOPENED_STOPS if upheld else (REVIEW,)
        self._turn(said, case, *stops)
        for other, rule in product(self._joined(case), stops):
            other.clocks.pop(rule, None)
        if past.reviewer is not None:
            case.assigned -= {past.reviewer}
            case.released = (past.reviewer, said.at)
        past.open, past.reviewer = False, None

    def _open(self, said: Said, case: Case) -> Past:
        past = self.objected.get(case.report)
        self.judge.require(said, past is not None and past.open, Rule.REPORT, "an objection that waits")
        return past or Past(open=False)
