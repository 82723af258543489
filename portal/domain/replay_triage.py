"""Triage beside taking up, as entries tell it: cases that are merged, matters that are handed to bodies outside.

The rules are those of `domain.lifecycle`, `domain.access`, `domain.merging` and `domain.referring`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

from portal.domain import lifecycle, merging, referring
from portal.domain.case_vocabulary import ReferralState, ReferralStep
from portal.domain.merging import SplitReason
from portal.domain.replay_cases import LATE, UNKNOWN, Case, Cases
from portal.domain.replay_entries import Judge, Rule, Said
from portal.domain.vocabulary import Action, CaseState, Duty

BEGIN: Mapping[str, ReferralState] = MappingProxyType(
    {"referral_asked": ReferralState.ASKED, "referred_part": ReferralState.MADE}
)
STEPS: Mapping[str, ReferralStep] = MappingProxyType(
    {
        "referral_agreed": ReferralStep.AGREE,
        "referral_refused": ReferralStep.REFUSE,
        "referred_part": ReferralStep.HAND_OVER,
        "referred": ReferralStep.HAND_OVER,
        "referral_received": ReferralStep.RECEIVE,
        "referral_answered": ReferralStep.ANSWER,
        "referral_returned": ReferralStep.RETURN,
    }
)


@dataclass(slots=True)
class Handed:
    """A matter in the hands of a body outside, or on its way."""

    case: UUID
    asker: UUID | None
    state: ReferralState
    whole: bool = False


@dataclass(slots=True)
class Triage:
    """What is done with a report instead of taking it up, or beside."""

    judge: Judge
    cases: Cases
    handed: dict[UUID, Handed] = field(default_factory=dict)  # by referral
    recused: dict[UUID, set[UUID]] = field(default_factory=dict)  # by case: who keeps out of it
    pleaded: set[tuple[UUID, UUID]] = field(default_factory=set)  # case, and who would keep out of it no more

    def handlers(self) -> Mapping[str, Callable[[Said], None]]:
        """Event → what it does to a case."""
        return {
            "merged": self._merge,
            "joined": self._join,
            "split": self._split,
            "parted": self._part,
            **dict.fromkeys(("concluded", "reopened"), self._reach),
            **dict.fromkeys(BEGIN.keys() | STEPS.keys(), self._refer),
            "referral_reopened": self._reopen,
            "transferred": self._hand_on,
            "disputed": self._dispute,
            "dispute_decided": self._decide,
            "referral_shown": self._show,
            "recused": self._recuse,
            "recusal_taken_back": self._plead,
            "recusal_lifted": self._lift,
        }

    def _refer(self, said: Said) -> None:
        """Something is handed over, or a step is taken on what was."""
        case, referral = self.cases.of_case(said), said.id("referral")
        if case is None or referral is None:
            return
        self.cases.admit(said, case, Action.REFER)
        known = self.handed.get(referral)
        if known is None:
            self._begin(said, case, referral)
        else:
            self._step(said, case, known)
        case.clocks.update(said.facts.get("clocks", {}))

    def _begin(self, said: Said, case: Case, referral: UUID) -> None:
        state = BEGIN.get(said.event)
        self.judge.require(said, state, Rule.REFERRED, "what a part of was handed over, or asked for")
        self.judge.require(said, case.state not in lifecycle.FINAL, Rule.REFERRED, "a case that is not over")
        self.handed[referral] = one = Handed(case.case, said.officer, state or ReferralState.MADE)
        self._leave(said, case, one)

    def _leave(self, said: Said, case: Case, handed: Handed) -> None:
        """What goes wholly is in nobody's hands here any more."""
        if said.event == "referred":
            handed.whole = True
            self._reach(said)
            self.cases.advance(said, case, Action.REFER)
            for rule in lifecycle.STEPS[Action.REFER].stops:
                case.clocks.pop(rule, None)

    def _step(self, said: Said, case: Case, known: Handed) -> None:
        step = STEPS.get(said.event)
        self.judge.require(said, known.case == case.case, Rule.REFERRED, "what was handed over of this case")
        if step is None:
            self.judge.breach(said, Rule.REFERRED, "handed over once")
            return
        after = self.judge.ask(said, Rule.REFERRED, lambda: referring.advance(known.state, step))
        known.state = after or known.state
        second = step not in referring.DECIDES or (said.duty == Duty.LEAD and said.officer != known.asker)
        self.judge.require(said, second, Rule.REFERRED, "the lead decides, and not whoever asked")
        self._leave(said, case, known)

    def _reopen(self, said: Said) -> None:
        case = self.cases.of_case(said)
        if case is None:
            return
        returned = any(
            one.case == case.case and one.whole and one.state is ReferralState.RETURNED for one in self.handed.values()
        )
        self.judge.require(said, returned, Rule.REFERRED, "a matter that was sent back wholly")
        self.judge.require(said, case.state is CaseState.REFERRED, Rule.CASE, "a case that was handed over")
        clocks = said.facts.get("clocks", {})
        case.state = CaseState.ACCEPTED if "C05" in clocks else CaseState.RECEIVED
        case.clocks.update(clocks)

    def _hand_on(self, said: Said) -> None:
        """Time limits begin with whoever was handed it: to say that it is not theirs either, or to take it up."""
        case = self.cases.of_case(said)
        if case is not None:
            case.ordered = None
            for rule in lifecycle.STEPS[Action.TRANSFER].stops:
                case.clocks.pop(rule, None)
            case.clocks.update(said.facts.get("clocks", {}))

    def _dispute(self, said: Said) -> None:
        """Whoever was handed a case says within the time for it that it is not theirs."""
        case = self.cases.of_case(said)
        if case is None:
            return
        self.cases.admit(said, case, Action.TRANSFER)
        self.judge.require(said, not case.disputed, Rule.HANDOVER, "one objection at a time")
        due = case.clocks.pop("C03", None)
        if case.told:
            self.judge.require(said, case.moved, Rule.HANDOVER, "a case that was handed here")
            self.judge.require(said, due and said.at <= due, Rule.CLOCK, "an objection within its time")
        else:
            self.judge.lacks(Rule.CLOCK)
        case.disputed, case.raised, case.above = True, True, said.id("above")
        case.clocks.update(said.facts.get("clocks", {}))

    def _decide(self, said: Said) -> None:
        """The level above says who handles it."""
        case = self.cases.of_case(said)
        if case is None:
            return
        self.judge.require(said, case.disputed, Rule.HANDOVER, "a case that is objected to")
        self.cases.admit(said, case, Action.OPEN)
        above = case.above in {seat.desk_id for seat in self.cases.staff.actor(said.officer).seats}
        self.judge.require(said, above, Rule.DUTY, "the lead above both decides")
        case.disputed, case.ordered = False, said.id("to")
        case.clocks.pop("C04", None)

    def before(self, said: Said) -> None:
        """Whoever keeps out of a case does nothing to it, looks at nothing of it, and is given nothing of it."""
        if not self.recused or said.event in {"refused", "recusal_taken_back"}:
            return
        out = self._out(said.about) | self._out(said.id("case"))
        if "award" in said.facts:  # such entries are about the report
            out |= self._out(getattr(self.cases.by_report.get(said.about or UNKNOWN), "case", None))
        self.judge.require(said, said.officer not in out, Rule.RECUSED, "an officer who does not keep out of it")
        if said.event in {"assigned", "review_assigned"}:
            self.judge.require(said, said.id("officer") not in out, Rule.RECUSED, "given to whoever does not keep out")

    def _out(self, case_id: UUID | None) -> set[UUID]:
        """Who keeps out of a case, or of one that is handled together with it."""
        case = self.cases.by_case.get(case_id or UNKNOWN)
        if case is None:
            return set()
        main = self.cases.by_case.get(case.main or case.case, case)
        return set().union(*(self.recused.get(one, ()) for one in {case.case, main.case, *main.joined}))

    def _recuse(self, said: Said) -> None:
        case, officer = self.cases.of_case(said), said.id("officer")
        if case is None or officer is None:
            return
        if said.duty == Duty.INVESTIGATE:
            self.judge.require(said, said.officer in case.assigned, Rule.ASSIGNED, "an officer who is assigned")
        else:
            self.cases.admit(said, case, Action.OPEN)
        own = officer == said.officer or said.duty == Duty.LEAD
        self.judge.require(said, own, Rule.RECUSED, "oneself, or kept out by the lead")
        self.recused.setdefault(case.case, set()).add(officer)

    def _plead(self, said: Said) -> None:
        """Whoever keeps out says that nothing keeps them out any more; they do so until a lead agrees."""
        case, officer = self.cases.of_case(said), said.id("officer")
        if case is None or officer is None:
            return
        self.judge.require(said, officer == said.officer, Rule.RECUSED, "what oneself keeps out of")
        self.judge.require(
            said, officer in self.recused.get(case.case, ()), Rule.RECUSED, "a case that one keeps out of"
        )
        self.pleaded.add((case.case, officer))

    def _lift(self, said: Said) -> None:
        case, officer = self.cases.of_case(said), said.id("officer")
        if case is None or officer is None:
            return
        self.cases.admit(said, case, Action.OPEN)
        asked = (case.case, officer) in self.pleaded and said.duty == Duty.LEAD
        self.judge.require(said, asked, Rule.RECUSED, "agreed to by the lead, and asked for before")
        self.pleaded.discard((case.case, officer))
        self.recused.get(case.case, set()).discard(officer)

    def _show(self, said: Said) -> None:
        case, known = self.cases.of_case(said), self.handed.get(said.id("referral") or UNKNOWN)
        if case is not None:
            self.cases.admit(said, case, Action.OPEN)
            fits = known is not None and known.case == case.case
            self.judge.require(said, fits, Rule.REFERRED, "what was handed over of this case")

    def _merge(self, said: Said) -> None:
        case, main = self.cases.of_case(said), self.cases.by_case.get(said.id("main") or UNKNOWN)
        if case is None:
            return
        self.cases.admit(said, case, Action.MERGE)
        case.before = case.state
        self.cases.advance(said, case, Action.MERGE)
        stops = lifecycle.STEPS[Action.MERGE].stops
        case.ended = {rule: case.clocks.pop(rule) for rule in stops if rule in case.clocks}
        require = self.judge.require
        require(said, main, Rule.MERGED, "into a case that an entry knows")
        if main is None:
            return
        require(said, main is not case, Rule.MERGED, "into another case than itself")
        require(said, main.state not in lifecycle.FINAL, Rule.MERGED, "into a case that is being worked on")
        require(said, main.intake == case.intake or not main.told, Rule.MERGED, "into a case of the same desk")
        case.into, main.joined = main.case, (*main.joined, case.case, *case.joined)
        case.answered = False
        for one in (case, *(self.cases.by_case[each] for each in case.joined)):
            one.main, one.looked = main.case, frozenset()
            one.answered |= merging.reaches_lead(main.state)
            if not one.withdrawn:  # where it was concluded before they came
                one.clocks.update(said.facts.get("clocks", {}))
        case.joined = ()
        first = said.id("first")
        known = first in {main.case, *main.joined}
        require(said, known, Rule.MERGED, "one of those that are merged came first")

    def _join(self, said: Said) -> None:
        main = self.cases.of_case(said)
        joined: Case | None = self.cases.by_case.get(said.id("case") or UNKNOWN)
        if said.id("case") is None:
            self.judge.lacks(Rule.MERGED)
        elif main is not None:
            merged = joined is not None and joined.main == main.case
            self.judge.require(said, merged, Rule.MERGED, "a case that was merged into this one")

    def _reach(self, said: Said) -> None:
        """What a matter has come to was agreed to: from then on the lead decides who leaves it."""
        main = self.cases.by_case.get(said.about or UNKNOWN)
        for one in main.joined if main else ():
            self.cases.by_case[one].answered = True

    def _split(self, said: Said) -> None:
        case, main = self.cases.of_case(said), self.cases.by_case.get(said.id("main") or UNKNOWN)
        if case is None:
            return
        self.cases.admit(said, case, Action.SPLIT)
        together = main is not None and case.main == main.case
        self.judge.require(said, together, Rule.MERGED, "from the case that it was merged into")
        if main is None or not together:
            return
        known = said.reason in set(SplitReason)
        self.judge.require(said, known, Rule.MERGED, "a reason of the list")
        reached = case.answered or merging.reaches_lead(main.state)
        lead = not reached or said.duty == Duty.LEAD
        self.judge.require(said, lead, Rule.MERGED, "by the lead, once both were concluded")
        out = self._out(case.case)
        moved = self._move(case, main)
        objected = any("C13" in one.clocks for one in (case, *moved))
        self.judge.require(said, not objected, Rule.MERGED, "none whose objection is looked into")
        self._go_back(said, case, moved)
        for one in (case, main):
            self.recused.setdefault(one.case, set()).update(out)

    def _move(self, case: Case, main: Case) -> list[Case]:
        """It leaves with what came with it; returns that."""
        ways = {one: way for one in main.joined if (way := self.cases.by_case[one].into)}
        came = merging.came_with(case.case, ways)
        main.joined = tuple(one for one in main.joined if one not in {case.case, *came})
        case.main, case.into, case.joined = None, None, tuple(sorted(came))
        moved = [self.cases.by_case[one] for one in case.joined]
        for one in moved:
            one.main = case.case
        return moved

    def _go_back(self, said: Said, case: Case, moved: list[Case]) -> None:
        """To the state that it came from; what merging ended runs on from where it began, to no earlier day."""
        taken_up = case.before in {CaseState.ACCEPTED, CaseState.VERIFYING}
        asked = {False, case.before is CaseState.AWAITING}
        fit = {str(merging.came_from(taken_up=taken_up, asked=one)) for one in asked}
        back, clocks = said.facts["back"], said.facts["clocks"]
        self.judge.require(said, back in fit, Rule.CASE, f"back to {' or '.join(sorted(fit))}")
        self.judge.ask(said, Rule.CASE, lambda: lifecycle.advance(case.state, Action.SPLIT, back=CaseState(back)))
        runs = clocks.keys() == case.ended.keys() and all(due >= case.ended[rule] for rule, due in clocks.items())
        self.judge.require(said, runs or not case.told, Rule.CLOCK, "what merging ended runs on, and nothing else")
        case.state = CaseState(back)
        for one in (case, *moved):
            for rule in lifecycle.STEPS[Action.SPLIT].stops:
                one.clocks.pop(rule, None)
        case.still = tuple(one for one in case.still if one[0] not in clocks)
        late = said.facts.get("late", ())
        was = all(case.ended.get(rule) == LATE for rule in late)
        self.judge.require(said, was or not case.told, Rule.CLOCK, "late only what was late when it was merged")
        case.clocks.update(clocks | dict.fromkeys(late, LATE))

    def _part(self, said: Said) -> None:
        main, left = self.cases.of_case(said), self.cases.by_case.get(said.id("case") or UNKNOWN)
        if main is not None:
            apart = left is not None and left.case not in main.joined and left.main is None and left is not main
            self.judge.require(said, apart, Rule.MERGED, "a case that has left this one")
