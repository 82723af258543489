"""Files of reports and of case files as entries tell them: added, looked at, taken back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from portal.domain.replay_cases import UNKNOWN, Case, Cases
from portal.domain.replay_entries import Judge, Rule, Said
from portal.domain.vocabulary import MOST_EXHIBITS, MOST_FILES, Action, Duty


@dataclass(slots=True)
class Files:
    """What becomes of files."""

    judge: Judge
    cases: Cases

    def handlers(self) -> Mapping[str, Callable[[Said], None]]:
        """Event → what it does."""
        return {
            "file_added": self._add,
            "exhibit_added": self._add_exhibit,
            **dict.fromkeys(("file_taken_back", "exhibit_taken_back"), self._take_back),
            **dict.fromkeys(("file_shown", "file_taken"), self._look),
        }

    def _add(self, said: Said) -> None:
        """By its reporter; or by an officer, of whose file no more is known than what their office may do."""
        if said.officer is None:
            self.cases.give(said)
        else:
            self.cases.admitted(said, Action.WRITE)
        case = self.cases.of_case(said) if said.officer else self.cases.by_report.get(said.about or UNKNOWN)
        if case is None:
            return
        number = said.facts["file"]
        following = f"file {case.files + 1}" if case.files < MOST_FILES else f"no more than {MOST_FILES} files"
        self.judge.require(said, number == case.files + 1 <= MOST_FILES, Rule.FILES, following)
        case.files = max(case.files, number)
        self._keep(said, case, number)

    def _add_exhibit(self, said: Said) -> None:
        self.cases.admitted(said, Action.FILE)
        case = self.cases.of_case(said)
        if case is None:
            return
        number, following = said.facts["file"], MOST_FILES + case.exhibits + 1
        fits = number == following <= MOST_FILES + MOST_EXHIBITS
        self.judge.require(said, fits, Rule.FILES, f"file {following} at most of a case file")
        case.exhibits = max(case.exhibits, number - MOST_FILES)
        self._keep(said, case, number)

    def _keep(self, said: Said, case: Case, number: int) -> None:
        own = said.fields() <= {f"original_{number}"}
        self.judge.require(said, own, Rule.FILES, "what opens this file and no other")
        if said.officer is not None:
            case.loose = (*case.loose, (number, said.officer))
        self.cases.keep(case, case.given | said.fields())

    def _take_back(self, said: Said) -> None:
        """By whoever added it, before two people agreed to a conclusion."""
        ours = said.event == "exhibit_taken_back"
        self.cases.admitted(said, Action.FILE if ours else Action.WRITE)
        case = self.cases.of_case(said)
        if case is None:
            return
        number = said.facts["file"]
        loose = (number, said.officer) in case.loose and ours == (number > MOST_FILES)
        self.judge.require(said, loose, Rule.FILES, "a file that this officer added and nothing rests on")
        opens = case.given & {f"original_{number}"}
        self.judge.require(said, said.fields() == opens, Rule.FILES, "with what opens this file, and no other")
        case.loose = tuple(one for one in case.loose if one[0] != number)
        self.cases.keep(case, case.given - said.fields())

    def _look(self, said: Said) -> None:
        case = self.cases.of_case(said)
        if case is None:
            return
        number = said.facts["file"]
        there = 1 <= number <= case.files or MOST_FILES < number <= MOST_FILES + case.exhibits
        self.judge.require(said, there, Rule.FILES, "a file that an entry knows")
        if said.duty != Duty.INVESTIGATE:
            self.cases.admit(said, case, Action.OPEN)
            return
        self.cases.open_assigned(said)
        reads = number > MOST_FILES or said.officer not in case.brief
        self.judge.require(said, reads, Rule.FILES, "an officer who reads the report itself")
