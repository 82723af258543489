"""Time limits as entries tell them: late, extended, standing still, counted anew, and what comes of each.

The rules are those of `domain.clock_changes`. What is remembered of a clock is kept with its case.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from sys import intern

from portal.domain.clock_changes import FIXED
from portal.domain.replay_cases import LATE, UNKNOWN, Case, Cases
from portal.domain.replay_entries import Judge, Rule, Said
from portal.domain.vocabulary import Action, ActorKind


@dataclass(slots=True)
class Clocks:
    """Every clock there is."""

    judge: Judge
    cases: Cases
    ceilings: Mapping[str, int] | None

    def handlers(self) -> Mapping[str, Callable[[Said], None]]:
        """Event → what it does to clocks."""
        return {
            "late": self._turn_late,
            "escalated": self._escalate,
            "clock_ended": self._end,
            "extended": self._extend,
            "suspended": self._suspend,
            "continued": self._continue,
            "recounted": self._recount,
        }

    def _of(self, said: Said) -> Case | None:
        return self.cases.by_report.get(said.about or UNKNOWN) or self.cases.of_case(said)

    def _require(self, said: Said, holds: object, expected: str) -> None:
        self.judge.require(said, holds, Rule.CLOCK, expected)

    def _require_runs(self, said: Said, case: Case, due: str | None = None) -> str | None:
        """Its last moment, if it runs; `due` is when it does so until."""
        rule = said.facts["rule"]
        known = case.clocks.get(rule)
        if known is None and not case.told:
            self.judge.lacks(Rule.CLOCK)
            return None
        still = rule in dict(case.still)
        until = "it is told that it runs on" if still else known or "nothing"
        runs = not still and (known == due if due is not None else bool(known))
        self._require(said, runs, f"a clock {rule} that runs until {until}")
        return known

    def _pass(self, said: Said, case: Case) -> None:
        """Its last moment has passed."""
        due = said.facts["due"]
        self._require(said, said.at > due, f"later than {due}")
        self._require_runs(said, case, due)

    def _turn_late(self, said: Said) -> None:
        case = self._of(said)
        if case is not None:
            self._pass(said, case)
            case.clocks[said.facts["rule"]] = LATE

    def _end(self, said: Said) -> None:
        case = self._of(said)
        if case is not None:
            self._pass(said, case)
            case.clocks.pop(said.facts["rule"], None)

    def _escalate(self, said: Said) -> None:
        case = self.cases.of_report(said)
        if case is None:
            return
        self._require(said, case.clocks.get(said.facts["rule"]) == LATE, "escalated only when late")
        self._require(said, case.above or not case.told, "a desk above that stands by")
        case.raised = True

    def _extend(self, said: Said) -> None:
        case = self._of(said)
        if case is None:
            return
        rule, by, due = said.facts["rule"], said.facts["by"], said.facts["due"]
        known = self._require_runs(said, case)
        most = by if self.ceilings is None else self.ceilings.get(rule, 0)
        self._require(said, rule not in case.extended, f"{rule} extended once")
        self._require(said, 1 <= by <= most and rule not in FIXED, f"{rule} extended by 1 to {most}")
        self._require(said, not known or said.at <= known < due, "extended before its last moment, to a later one")
        case.extended |= {intern(rule)}
        case.clocks[rule] = intern(due)

    def _suspend(self, said: Said) -> None:
        case = self._of(said)
        if case is None:
            return
        self.cases.admit(said, case, Action.SUSPEND)
        rule, until = said.facts["rule"], said.facts["until"]
        known = self._require_runs(said, case)
        fits = rule not in FIXED and (not known or said.at <= known) and until > said.at
        self._require(said, fits, "made to stand still before its last moment, and for a time")
        case.still = (*(one for one in case.still if one[0] != rule), (intern(rule), intern(until)))

    def _continue(self, said: Said) -> None:
        case = self._of(said)
        if case is None:
            return
        rule, due = said.facts["rule"], said.facts["due"]
        until = dict(case.still).get(rule)
        self._require(said, until is not None or not case.told, f"a clock {rule} that stands still")
        if said.is_by(ActorKind.OFFICER):
            self.cases.admit(said, case, Action.CONTINUE)
        else:
            self._require(said, said.at > (until or LATE), f"by itself only after {until}")
        self._require(said, due >= case.clocks.get(rule, LATE), "no shorter than it was")
        case.still = tuple(one for one in case.still if one[0] != rule)
        case.clocks[rule] = intern(due)

    def _recount(self, said: Said) -> None:
        case = self._of(said)
        if case is None:
            return
        self._require_runs(said, case, said.facts["was"])
        self._require(said, said.facts["due"] > said.at, "to a last moment that is still to come")
        case.clocks[said.facts["rule"]] = intern(said.facts["due"])
