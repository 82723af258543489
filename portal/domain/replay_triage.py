"""Triage beside taking up, as entries tell it: cases that are merged.

The rules are those of `domain.lifecycle`, `domain.access` and `domain.merging`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.domain import lifecycle
from portal.domain.replay_cases import UNKNOWN, Case, Cases
from portal.domain.replay_entries import Judge, Rule, Said
from portal.domain.vocabulary import Action


@dataclass(slots=True)
class Triage:
    """What is done with a report instead of taking it up, or beside."""

    judge: Judge
    cases: Cases

    def handlers(self) -> Mapping[str, Callable[[Said], None]]:
        """Event → what it does to a case."""
        return {"merged": self._merge, "joined": self._join}

    def _merge(self, said: Said) -> None:
        case, main = self.cases.of_case(said), self.cases.by_case.get(said.id("main") or UNKNOWN)
        if case is None:
            return
        self.cases.admit(said, case, Action.MERGE)
        self.cases.advance(said, case, Action.MERGE)
        for rule in lifecycle.STEPS[Action.MERGE].stops:
            case.clocks.pop(rule, None)
        require = self.judge.require
        require(said, main, Rule.MERGED, "into a case that an entry knows")
        if main is None:
            return
        require(said, main is not case, Rule.MERGED, "into another case than itself")
        require(said, main.state not in lifecycle.FINAL, Rule.MERGED, "into a case that is being worked on")
        require(said, main.intake == case.intake or not main.told, Rule.MERGED, "into a case of the same desk")
        case.main, main.joined = main.case, (*main.joined, case.case, *case.joined)
        for one in case.joined:
            self.cases.by_case[one].main = main.case
        case.joined = ()
        first = said.id("first")
        known = first in {main.case, *main.joined}
        require(said, known, Rule.MERGED, "one of those that are merged came first")

    def _join(self, said: Said) -> None:
        main = self.cases.of_case(said)
        joined: Case | None = self.cases.by_case.get(said.id("case") or UNKNOWN)
        if main is not None:
            merged = joined is not None and joined.main == main.case
            self.judge.require(said, merged, Rule.MERGED, "a case that was merged into this one")
