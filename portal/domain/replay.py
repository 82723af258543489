"""Whether each step in the ledger was legal, told from entries alone, in their order.

It folds them: what stood when an entry was written is what the entries before it say, and no row of any other table.
So an insider who holds the keys of the portal and leaves a rule out writes an entry that verifies and does not replay.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.domain import audit
from portal.domain.errors import LedgerError
from portal.domain.replay_alarms import Alarms
from portal.domain.replay_awards import Awards
from portal.domain.replay_cases import Cases
from portal.domain.replay_casework import Casework
from portal.domain.replay_clocks import Clocks
from portal.domain.replay_entries import Difference, Judge, Rule, Said
from portal.domain.replay_files import Files
from portal.domain.replay_motions import Motions
from portal.domain.replay_requests import Requests
from portal.domain.replay_revocations import Revocations
from portal.domain.replay_staff import Staff
from portal.domain.replay_times import Times
from portal.domain.replay_triage import Triage
from portal.domain.replay_verification import Verification
from portal.domain.vocabulary import ActorKind

ENTERS = frozenset({"enrolled"})  # by whoever is not at work until then


@dataclass(slots=True)
class Replay:
    """One replay of one ledger; entries are heard in the order of their indices."""

    judge: Judge = field(default_factory=Judge)
    ceilings: Mapping[str, int] | None = None  # rule → by how many units it may be extended; None: not judged
    heard: int = 0
    emptied: int = 0  # entries whose opening was taken away: what they said is not judged
    _whole: set[str] = field(default_factory=set)  # events of which an entry has told everything
    _times: Times = field(init=False)
    _staff: Staff = field(init=False)
    _cases: Cases = field(init=False)
    _motions: Motions = field(init=False)
    _requests: Requests = field(init=False)
    _triage: Triage = field(init=False)
    _handlers: defaultdict[str, list[Callable[[Said], None]]] = field(init=False)  # in the order of the parts

    def __post_init__(self) -> None:
        """Begin before the first entry."""
        self._times = Times(self.judge)
        self._staff = Staff(self.judge)
        self._cases = Cases(self.judge, self._staff)
        self._motions = Motions(self.judge, self._staff, {})
        self._requests = Requests(self.judge, self._staff, self._cases)
        casework, alarms = Casework(self.judge, self._cases), Alarms(self.judge, self._staff, self._cases)
        self._triage = Triage(self.judge, self._cases)
        verification = Verification(self.judge, self._staff, self._cases)
        clocks, rewards = Clocks(self.judge, self._cases, self.ceilings), Awards(self.judge, self._staff, self._cases)
        revocations = Revocations(self.judge, rewards)  # which asks how an award stood before
        work = (casework, Files(self.judge, self._cases), self._triage, verification, clocks, revocations, rewards)
        parts = (self._staff, self._cases, *work, self._motions, self._requests, alarms)
        self._handlers = defaultdict(list)
        for part in parts:
            for event, handle in part.handlers().items():
                self._handlers[event].append(handle)

    @property
    def differences(self) -> list[Difference]:
        """What was not legal, in the order of the entries."""
        return sorted(self.judge.differences, key=lambda one: one.index)

    @property
    def untold(self) -> Counter[Rule]:
        """How often a rule could not be judged, for entries older than what it takes."""
        return self.judge.untold

    def hear(self, index: int, opening: Mapping[str, Any] | None) -> None:
        """Judge one entry, and remember what it changes. None: its opening was taken away."""
        self.heard += 1
        if opening is None:
            self.emptied += 1
            return
        try:
            said = Said.of(index, opening)
            self._hear(said)
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            event = str(opening.get("event", ""))
            expected = f"facts that this event has ({type(error).__name__})"
            self.judge.differences.append(Difference(index, event, Rule.DECLARED, expected))

    def _hear(self, said: Said) -> None:
        self._require_declared(said)
        self._times.hear(said)
        self._motions.before(said)
        self._requests.before(said)
        self._triage.before(said)
        if said.is_by(ActorKind.OFFICER) and said.event not in ENTERS:
            self._staff.admit(said)
        for handle in self._handlers.get(said.event, ()):
            handle(said)
        self._motions.after(said)

    def _require_declared(self, said: Said) -> None:
        """What an entry says is what its event declares; facts that came later may lack.

        Once one of an event has told them all, none after it may: that is no older entry, but one that hides from the
        rule that takes them.
        """
        whole = said.event in self._whole
        try:
            event = audit.require_declared(said.event, ActorKind(said.kind), said.facts, said.reason, whole=whole)
        except LedgerError as error:
            self.judge.breach(said, Rule.DECLARED, str(error))
            return
        if event.facts - event.optional <= said.facts.keys():
            self._whole.add(event.name)

    def finish(self) -> None:
        """The last entry was heard."""
        self._motions.finish()
        self._requests.finish()
