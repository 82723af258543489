"""Casework as entries tell it, beside the life of a case: papers, supervision, what was put aside.

The rules are those of `domain.lifecycle`; who a case lies with is told by `replay_cases`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.domain.case_vocabulary import PaperKind
from portal.domain.paper_kinds import FILED_BY
from portal.domain.replay_cases import Cases
from portal.domain.replay_entries import Judge, Rule, Said
from portal.domain.vocabulary import Action

NOTING = (Action.FILE, Action.SUPERVISE)


@dataclass(slots=True)
class Casework:
    """What officers do on cases there are."""

    judge: Judge
    cases: Cases

    def handlers(self) -> Mapping[str, Callable[[Said], None]]:
        """Event → what it does."""
        return {
            "put_aside": lambda said: self.cases.admitted(said, Action.SPAM),
            "put_back": lambda said: self.cases.admitted(said, Action.RESTORE),
            "paper_filed": self._file,
            "supervised": self._supervise,
            "supervision_ended": self._supervise,
        }

    def _file(self, said: Said) -> None:
        """A paper; one about a penalty may turn the time to decide on it."""
        self.cases.admitted(said, *FILED_BY.get(said.facts["kind"], NOTING))
        case, clocks = self.cases.of_case(said), said.facts.get("clocks")
        if case is not None and clocks is not None:
            fits = said.facts["kind"] == PaperKind.PENALTY and clocks.keys() <= {"C18"}
            self.judge.require(said, fits, Rule.CLOCK, "the time to decide on a penalty, turned by a penalty")
            case.clocks.pop("C18", None)
            case.clocks.update(clocks)

    def _supervise(self, said: Said) -> None:
        self.cases.admitted(said, Action.SUPERVISE)
        case = self.cases.of_case(said)
        if case is None:
            return
        begins = said.event == "supervised"
        self.judge.require(said, case.supervised is not begins, Rule.CASE, "a case that is not so already")
        case.supervised = begins
        case.clocks.update(said.facts.get("clocks", {}))
