"""Alarms and watches as entries tell them: raised once, answered by who was rung, passed on after half an hour.

The rules are those of `domain.alarms` and `domain.shifts`; this module remembers what rings, which desk was rung last,
and who is on watch.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from portal.domain import alarms as rules
from portal.domain import countersign, shifts
from portal.domain.alarms import (
    DANGER_RULE,
    RETALIATION_RULE,
    RULES,
    SIGN_WITHIN,
    AlarmKind,
    Checked,
    DownReason,
    Protection,
    RaiseReason,
)
from portal.domain.replay_cases import UNKNOWN, Case, Cases
from portal.domain.replay_entries import Judge, Rule, Said
from portal.domain.replay_staff import Staff
from portal.domain.shifts import Span
from portal.domain.vocabulary import Action, ActorKind, Duty


@dataclass(frozen=True, slots=True)
class Ringing:
    """An alarm that nobody has signed off yet."""

    desk: UUID  # that was rung last
    level: int
    rung: datetime


@dataclass(slots=True)
class Alarms:
    """Every alarm that rings, and every watch that was given out."""

    judge: Judge
    staff: Staff
    cases: Cases
    _ringing: dict[tuple[UUID, str], Ringing] = field(default_factory=dict)  # by case and kind
    _signers: dict[UUID, set[UUID | None]] = field(default_factory=dict)  # by case: who has taken retaliation on
    _protected: dict[UUID, bool] = field(default_factory=dict)  # by case: whether it was checked since
    _watches: dict[UUID, tuple[UUID, Span]] = field(default_factory=dict)  # by shift: its desk and span

    def handlers(self) -> Mapping[str, Callable[[Said], None]]:
        """Event → what it does to alarms and watches."""
        return {
            "alarm_raised": self._raise,
            "alarm_signed_off": self._answer,
            "alarm_stood_down": self._answer,
            "alarm_escalated": self._escalate,
            "disposed": self._dispose,
            "protected": self._protect,
            "retaliation_checked": self._check,
            "transferred": self._follow,
            "shift_added": self._add_shift,
            "shift_removed": self._remove_shift,
            "mail_set": self._set_mail,
        }

    def _raise(self, said: Said) -> None:
        case = self.cases.of_case(said)
        if case is None:
            return
        kinds = [AlarmKind(code) for code in said.facts["alarms"]]
        desk, clocks = said.id("desk") or UNKNOWN, said.facts["clocks"]
        if said.is_by(ActorKind.OFFICER):
            self.cases.admit(said, case, Action.RAISE)
            self._require_reason(said, RaiseReason)
        rung = {desk, said.id("lead")} == {case.intake, case.lead} or not case.told
        self.judge.require(said, rung, Rule.ALARM, "the two desks of the case are rung")
        for kind in kinds:
            self.judge.require(said, (case.case, kind) not in self._ringing, Rule.ALARM, "one that does not ring yet")
            runs = RULES[kind] in clocks or RULES[kind] in case.clocks
            self.judge.require(said, runs, Rule.CLOCK, f"the clock {RULES[kind]} that goes with it")
            self._ringing[case.case, kind] = Ringing(desk, 0, said.moment)
        case.clocks.update(clocks)

    def _require_reason(self, said: Said, reasons: type[RaiseReason] | type[DownReason]) -> None:
        self.judge.ask(said, Rule.ALARM, lambda: rules.require_reason(said.reason or "", reasons))

    def _found(self, said: Said) -> tuple[Case | None, tuple[UUID, str], Ringing | None]:
        case = self.cases.of_case(said)
        key = (said.about or UNKNOWN, str(said.facts["kind"]))
        ringing = self._ringing.get(key)
        if case is not None:
            self.judge.require(said, ringing, Rule.ALARM, "an alarm that rings")
        return case, key, ringing

    def _answer(self, said: Said) -> None:
        case, key, ringing = self._found(said)
        if case is None or ringing is None:
            return
        del self._ringing[key]
        if key[1] == AlarmKind.RETALIATION:
            self._signers.setdefault(key[0], set()).add(said.officer)
        down = said.event == "alarm_stood_down"
        if down:
            self._require_reason(said, DownReason)
        if not case.told:
            self.judge.lacks(Rule.DUTY)
            return
        actor, facts = self.staff.actor(said.officer), case.facts()
        seat = self.judge.ask(said, Rule.DUTY, lambda: rules.require_answer(actor, facts, ringing.desk, down=down))
        if seat is not None:
            self.judge.require(said, said.duty == seat.duty, Rule.DUTY, f"an answer of {seat.duty}, not of {said.duty}")

    def _escalate(self, said: Said) -> None:
        case, key, ringing = self._found(said)
        if case is None or ringing is None:
            return
        desk, level = said.id("desk") or UNKNOWN, said.facts["level"]
        require = self.judge.require
        require(said, rules.unheard(ringing.rung, said.moment), Rule.ALARM, f"after {SIGN_WITHIN}, not before")
        require(said, level == ringing.level + 1, Rule.ALARM, f"level {ringing.level + 1}")
        above = self._above(case, ringing)
        if case.told and (ringing.level == 0 or self.staff.tree() is not None):
            require(said, desk == above, Rule.ALARM, "the next lead desk above")
        case.raised = case.raised or ringing.level == 0
        self._ringing[key] = Ringing(desk, level, said.moment)

    def _above(self, case: Case, ringing: Ringing) -> UUID | None:
        """The desk that stands by for the case; from there on the next with a lead, up the tree."""
        if ringing.level == 0:
            return case.above
        tree, authority = self.staff.tree(), self.staff.authority_of(ringing.desk)
        if tree is None or authority is None:
            return None
        desks = {one.facts.authority_id: one for one in self.staff.desks.values() if one.facts.duty is Duty.LEAD}
        seats = frozenset((at, Duty.LEAD) for at, one in desks.items() if one.officers)
        found = rules.above(tree, seats, authority)
        return desks[found].facts.desk_id if found else None

    def _dispose(self, said: Said) -> None:
        case = self.cases.of_case(said)
        if case is None:
            return
        self.cases.admit(said, case, Action.DISPOSE)
        self.judge.require(said, DANGER_RULE in case.clocks, Rule.CLOCK, f"a clock {DANGER_RULE} that runs or is late")
        case.clocks.pop(DANGER_RULE, None)

    def _protect(self, said: Said) -> None:
        case = self._of_protector(said, Protection)
        if case is None:
            return
        waits = RETALIATION_RULE in case.clocks
        self.judge.require(said, waits, Rule.CLOCK, f"a clock {RETALIATION_RULE} that runs or is late")
        case.clocks.pop(RETALIATION_RULE, None)
        self._protected[case.case] = False

    def _check(self, said: Said) -> None:
        case = self._of_protector(said, Checked)
        if case is not None:
            fits = self._protected.get(case.case) is False
            self.judge.require(said, fits, Rule.ALARM, "protected first, then checked, and once")
            self._protected[case.case] = True

    def _of_protector(self, said: Said, codes: type[Protection] | type[Checked]) -> Case | None:
        """The case, of whoever leads it or has signed off that alarm."""
        case = self.cases.of_case(said)
        if case is not None:
            self.cases.admit(said, case, Action.PROTECT)
            self.judge.require(said, said.reason in set(codes), Rule.ALARM, "a code of the list")
            signed = frozenset(one for one in self._signers.get(case.case, ()) if one)
            may = said.duty == Duty.LEAD or said.officer in signed
            self.judge.require(said, may, Rule.ALARM, "the lead, or whoever signed it off")
        return case

    def _follow(self, said: Said) -> None:
        """What rings about a case goes where it goes."""
        for key, ringing in tuple(self._ringing.items()):
            if key[0] == said.about:
                self._ringing[key] = replace(ringing, desk=said.id("intake") or UNKNOWN, level=0, rung=said.moment)

    def _add_shift(self, said: Said) -> None:
        desk, officer = said.id("desk"), said.id("officer")
        if said.about is None or desk is None or officer is None:
            return
        self._require_lead(said, desk)
        starts, ends = (datetime.fromisoformat(said.facts[name]) for name in ("starts", "until"))
        span, there = Span(officer, starts, ends), [one for at, one in self._watches.values() if at == desk]
        seated = desk in {seat.desk_id for seat in self.staff.actor(officer).seats}
        self.judge.ask(said, Rule.WATCH, partial(shifts.require_fit, span, there, seated=seated, now=said.moment))
        self._watches[said.about] = (desk, span)

    def _remove_shift(self, said: Said) -> None:
        desk, _ = self._watches.pop(said.about or UNKNOWN, (None, None))
        self.judge.require(said, desk, Rule.WATCH, "a watch that was given out")
        if desk is not None:
            self._require_lead(said, desk)
        for about, (_, span) in tuple(self._watches.items()):
            if span.ends_at < said.moment - timedelta(days=1):
                del self._watches[about]

    def _require_lead(self, said: Said, desk: UUID) -> None:
        """Whoever leads the desk: the nearest seated lead from its office upwards."""
        tree, authority = self.staff.tree(), self.staff.authority_of(desk)
        if tree is None or authority is None:
            self.judge.lacks(Rule.WATCH)
            return
        held = {seat.authority_id for seat in self.staff.actor(said.officer).seats if seat.duty is Duty.LEAD}
        self.judge.require(said, held & set(tree.upwards(authority)), Rule.WATCH, "a lead of the desk")

    def _set_mail(self, said: Said) -> None:
        """By the officer, or by who administers them."""
        officer = self.staff.officers.get(said.about) if said.about else None
        if not self.judge.require(said, officer, Rule.KNOWN, "an officer whom an entry knows") or officer is None:
            return
        if said.officer == said.about:
            return
        tree, actor = self.staff.tree(), self.staff.actor(said.officer)
        if tree is not None:
            own = countersign.administers(tree, actor, officer.authority)
            self.judge.require(said, own, Rule.DUTY, "an administrator of this office or of one above it")
