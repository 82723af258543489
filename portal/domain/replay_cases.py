"""Reports and cases as entries tell them: states, who may take each step, assignments, time limits, handing on.

The rules are those of `domain.lifecycle` and `domain.access`. What a report and its case need of the past is one value;
how many there are is what a replay's memory is bounded by.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from sys import intern
from types import MappingProxyType
from uuid import UUID

from portal.domain import access, lifecycle
from portal.domain.access import CaseFacts
from portal.domain.alarms import URGENT
from portal.domain.replay_entries import Judge, Rule, Said
from portal.domain.replay_staff import Staff
from portal.domain.vocabulary import Action, ActorKind, CaseState, Duty

UNKNOWN = UUID(int=0)
STEPS: Mapping[str, Action] = MappingProxyType(
    {
        "accepted": Action.ACCEPT,
        "asked": Action.ASK,
        "declined": Action.DECLINE,
        "transferred": Action.TRANSFER,
        "assigned": Action.ASSIGN,
        "resumed": Action.RESUME,
        "blocked": Action.BLOCK,
    }
)
TRIAGED = frozenset({Action.ACCEPT, Action.DECLINE, Action.BLOCK})  # what ends the time limit of triage
LATE = ""  # in place of the last moment of a clock that was marked late


@dataclass(slots=True)
class Case:
    """A report with its case."""

    report: UUID
    case: UUID
    told: bool  # whether its entry says which desks it went to
    intake: UUID
    lead: UUID
    custody: UUID
    above: UUID | None
    keeper: UUID | None = None
    state: CaseState = lifecycle.INITIAL
    raised: bool = False
    withdrawn: bool = False
    provisional: bool = False  # a code of an officer's waits for the reporter's own
    given: frozenset[str] = frozenset()
    files: int = 0
    exhibits: int = 0  # files of its case file
    loose: tuple[tuple[int, UUID], ...] = ()  # files on which nothing rests yet, and the officer who added each
    supervised: bool = False
    askers: tuple[UUID, ...] = ()  # of requests that stand
    clocks: dict[str, str] = field(default_factory=dict)  # rule → last moment
    extended: frozenset[str] = frozenset()  # rules whose clock was
    still: tuple[tuple[str, str], ...] = ()  # rules whose clock stands still, and until when at most
    assigned: frozenset[UUID] = frozenset()
    brief: frozenset[UUID] = frozenset()  # who was given the summary alone
    released: tuple[UUID, str] = (UNKNOWN, "")  # who was unassigned last, and when
    offered: tuple[UUID | None, UUID | None] | None = None  # who gave the first half away, to which custody desk
    moved: Said | None = None
    former: tuple[UUID, UUID] = (UNKNOWN, UNKNOWN)  # the desks that read it before
    main: UUID | None = None  # the case that it was merged into
    into: UUID | None = None  # the one that it was merged into at first: that may have been merged since
    before: CaseState = lifecycle.INITIAL  # what it was until then
    ended: dict[str, str] = field(default_factory=dict)  # time limits that ended by it: rule → last moment
    answered: bool = False  # what it was merged into was concluded, or handed over, since
    looked: frozenset[UUID] = frozenset()  # leads who have opened it since
    joined: tuple[UUID, ...] = ()  # the cases that were merged into it
    disputed: bool = False  # whoever was handed it says that it is not theirs
    ordered: UUID | None = None  # whom the level above has decided on

    def facts(self) -> CaseFacts:
        """What access rules look at."""
        raised = self.above if self.raised else None
        return CaseFacts(self.case, self.state, self.intake, self.lead, raised, self.withdrawn, self.assigned)

    def earlier(self) -> CaseFacts:
        """The same before it was handed on."""
        return CaseFacts(self.case, self.state, *self.former, None, self.withdrawn)


@dataclass(slots=True)
class Cases:
    """Every report there is."""

    judge: Judge
    staff: Staff
    by_case: dict[UUID, Case] = field(default_factory=dict)
    by_report: dict[UUID, Case] = field(default_factory=dict)
    _same: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)  # sets of fields, each kept once

    def handlers(self) -> Mapping[str, Callable[[Said], None]]:
        """Event → what it does to reports and cases."""
        return {
            "submitted": self._submit,
            **dict.fromkeys(("added", "replied"), self._contact),
            **dict.fromkeys(("identity_given", "identity_replaced", "phone_closed"), self.give),
            "erased": self._erase,
            "withdrawn": self._withdraw,
            **dict.fromkeys(("accepted", "asked", "declined", "resumed", "blocked"), self._step),
            "transferred": self._transfer,
            "assigned": self._assign,
            "unassigned": self._unassign,
            "assignment_opened": self.open_assigned,
            "opened": self._open,
            "phone_read": lambda said: self.admitted(said, Action.PHONE),
            "wrote": lambda said: self.admitted(said, Action.WRITE),
            "code_replaced": self._replace_code,
            "keeping_offered": self._offer,
            "keeping_moved": self._move,
        }

    def of_report(self, said: Said) -> Case | None:
        """The report that an entry is about."""
        return self._found(said, self.by_report.get(said.about or UNKNOWN))

    def of_case(self, said: Said) -> Case | None:
        """The case that an entry is about."""
        return self._found(said, self.by_case.get(said.about or UNKNOWN))

    def _found(self, said: Said, case: Case | None) -> Case | None:
        self.judge.require(said, case, Rule.KNOWN, "a report that an entry knows")
        return case

    def admit(self, said: Said, case: Case, *actions: Action) -> None:
        """Whoever acts may take one of these steps of this case, and acts for the office that has it."""
        if not case.told:
            self.judge.lacks(Rule.DUTY)
            return
        reads = actions[0] in {Action.OPEN, Action.PHONE}
        actors = self.staff.actors(said) if reads else (self.staff.actor(said.officer),)
        moved = reads and case.moved is not None and said.soon_after(case.moved.at)
        facts = (case.facts(), case.earlier()) if moved else (case.facts(),)
        every = product(actions, facts, actors)
        ways = [partial(access.admit, actor, action, one) for action, one, actor in every]
        duty = self.judge.ask(said, Rule.REPORT, *ways)
        if duty is not None:
            self.judge.require(said, said.duty == duty, Rule.DUTY, f"a step of {duty}, not of {said.duty}")
        owners = {self.staff.authority_of(one.intake_desk_id) for one in facts}
        self.judge.require(said, said.authority in owners, Rule.HANDOVER, "a step of the office that has the case")

    def admitted(self, said: Said, *actions: Action) -> None:
        """The same of whichever case an entry is about."""
        case = self.of_case(said)
        if case is not None:
            self.admit(said, case, *actions)

    def _open(self, said: Said) -> None:
        self.admitted(said, Action.OPEN)
        case = self.by_case.get(said.about or UNKNOWN)
        if case is not None and case.main and said.duty == Duty.LEAD and said.officer:
            case.looked |= {said.officer}

    def _submit(self, said: Said) -> None:
        made = next((UUID(row_id) for table, row_id, _ in said.rows if table == "cases"), None)
        if said.about is None or made is None:
            self.judge.breach(said, Rule.KNOWN, "a report with its case")
            return
        self.judge.require(said, said.about not in self.by_report, Rule.REPORT, "a report that was not there yet")
        desks = [self._desk(said, name) for name in ("intake", "lead", "custody")]
        intake, lead, custody = (desk or UNKNOWN for desk in desks)
        case = Case(said.about, made, all(desks), intake, lead, custody, self._desk(said, "above"))
        case.clocks = {intern(rule): intern(due) for rule, due in said.facts.get("clocks", {}).items()}
        duties = [self.staff.desks[desk].facts.duty for desk in desks if desk in self.staff.desks]
        fits = not case.told or duties == [Duty.INTAKE, Duty.LEAD, Duty.CUSTODY]
        self.judge.require(said, fits, Rule.KNOWN, "desks of intake, lead and custody that entries know")
        self.by_report[case.report] = self.by_case[case.case] = case

    def _desk(self, said: Said, fact: str) -> UUID | None:
        """A desk that an entry names, as one value however many reports go there."""
        desk_id = said.id(fact)
        desk = self.staff.desks.get(desk_id) if desk_id else None
        return desk.facts.desk_id if desk else desk_id

    def _contact(self, said: Said) -> None:
        case = self.of_report(said)
        if case is not None:
            self.judge.require(said, not case.withdrawn, Rule.REPORT, "a report that was not withdrawn")
            case.still = tuple((rule, LATE) for rule, _ in case.still)  # what waited for that may run on

    def give(self, said: Said) -> None:
        """Something of who the reporter is."""
        self._contact(said)
        case = self.of_report(said)
        if case is not None:
            self.keep(case, case.given - said.fields("removed") | said.fields())

    def keep(self, case: Case, given: frozenset[str]) -> None:
        """So much is kept of an identity; halves that were on their way to others stay."""
        case.given, case.offered = self._same.setdefault(given, given), None

    def _erase(self, said: Said) -> None:
        case = self.of_report(said)
        if case is not None:
            self.judge.require(said, said.fields() <= case.given, Rule.GIVEN, "fields that the reporter had given")
            case.given -= said.fields()
            case.offered = None

    def _withdraw(self, said: Said) -> None:
        self._contact(said)
        case = self.of_report(said)
        if case is not None:
            case.withdrawn = True

    def advance(self, said: Said, case: Case, action: Action) -> None:
        """The state that follows, if the step leads on from the one there is."""
        after = self.judge.ask(said, Rule.CASE, lambda: lifecycle.advance(case.state, action))
        case.state = after or next(end for (_, one), end in lifecycle.TRANSITIONS.items() if one is action)

    def _step(self, said: Said) -> None:
        case, action = self.of_case(said), STEPS[said.event]
        if case is None:
            return
        if said.is_by(ActorKind.OFFICER) and lifecycle.STEPS[action].second is None:  # of two people the motion tells
            self.admit(said, case, action)
        self.advance(said, case, action)
        if action in TRIAGED:
            case.clocks = {rule: due for rule, due in case.clocks.items() if rule in URGENT}  # what an alarm started
        case.clocks.update(said.facts.get("clocks", {}))
        case.extended -= said.facts.get("clocks", {}).keys()

    def _transfer(self, said: Said) -> None:
        case = self.of_case(said)
        if case is None:
            return
        self.admit(said, case, Action.OPEN if case.ordered and case.ordered == said.id("to") else Action.TRANSFER)
        self.advance(said, case, Action.TRANSFER)
        intake, lead = said.id("intake"), said.id("lead")
        if not case.told or intake is None or lead is None:
            self.judge.lacks(Rule.HANDOVER)
            case.told = False
            return
        require, owner = self.judge.require, self.staff.authority_of
        require(said, said.id("from") == owner(case.intake), Rule.HANDOVER, "from the office that had it")
        require(said, said.id("to") == owner(intake), Rule.HANDOVER, "to the office whose desks read it now")
        held = case.keeper or case.lead
        keeper = None if held == lead else held
        require(said, said.id("keeper") == keeper, Rule.KEEPING, "the first half stays with the desk that holds it")
        case.former, case.moved, case.offered = (case.intake, case.lead), said, None
        case.intake, case.lead, case.above, case.keeper = intake, lead, said.id("above"), keeper

    def _assign(self, said: Said) -> None:
        case, officer = self.of_case(said), said.id("officer")
        if case is None or officer is None:
            return
        self.admit(said, case, Action.ASSIGN)
        self.advance(said, case, Action.ASSIGN)
        seated = bool(self.staff.actor(officer).desks(Duty.INVESTIGATE))
        self.judge.require(said, seated, Rule.ASSIGNED, "an officer at work who sits where cases are investigated")
        self.judge.require(said, officer not in case.assigned, Rule.ASSIGNED, "an officer who is not assigned yet")
        case.assigned |= {officer}
        case.brief = case.brief - {officer} if said.facts.get("narrative", True) else case.brief | {officer}

    def _unassign(self, said: Said) -> None:
        case, officer = self.of_case(said), said.id("officer")
        if case is None or officer is None:
            return
        self.judge.require(said, officer in case.assigned, Rule.ASSIGNED, "an officer who is assigned")
        if said.is_by(ActorKind.OFFICER) and said.duty != Duty.ADMINISTER:
            self.admit(said, case, Action.ASSIGN)
        case.assigned -= {officer}
        case.released = (officer, said.at)

    def open_assigned(self, said: Said) -> None:
        """Looked at by whoever works on it."""
        case = self.of_case(said)
        if case is None:
            return
        officer, at = case.released
        holds = said.officer in case.assigned or (said.officer == officer and said.soon_after(at))
        self.judge.require(said, holds, Rule.ASSIGNED, "an officer to whom the case is assigned")
        self.judge.require(said, said.duty == Duty.INVESTIGATE, Rule.DUTY, "an investigator")

    def _replace_code(self, said: Said) -> None:
        case = self.of_report(said)
        if case is not None:
            self.judge.require(said, case.provisional, Rule.CODE, "a code that an officer has issued")
            case.provisional = False

    def _offer(self, said: Said) -> None:
        case = self._kept(said, Duty.LEAD)
        if case is not None:
            case.offered = (said.officer, said.id("custody"))

    def _move(self, said: Said) -> None:
        case = self._kept(said, Duty.CUSTODY)
        if case is None:
            return
        mover, custody = case.offered or (None, None)
        self.judge.require(said, case.offered, Rule.KEEPING, "what the lead has offered")
        self.judge.require(said, said.officer != mover, Rule.KEEPING, "one person moves no two halves")
        self.judge.require(said, said.id("custody") == custody, Rule.KEEPING, "to the desk that it was offered to")
        case.custody, case.keeper, case.offered = said.id("custody") or case.custody, None, None

    def _kept(self, said: Said, duty: Duty) -> Case | None:
        """A report whose identity is kept elsewhere than it is handled, and whoever keeps it there."""
        case = self.of_report(said)
        if case is None or not case.told:
            self.judge.lacks(Rule.KEEPING)
            return None
        desk = case.keeper if duty is Duty.LEAD else case.custody
        holds = desk in self.staff.actor(said.officer).desks(duty)
        self.judge.require(said, case.keeper and holds, Rule.KEEPING, f"somebody of the {duty} desk that keeps it")
        self.judge.require(said, not case.askers, Rule.KEEPING, "no request about it that still stands")
        there = said.id("to") == self.staff.authority_of(case.intake)
        self.judge.require(said, there, Rule.HANDOVER, "to the office that has the case")
        return case
