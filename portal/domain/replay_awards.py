"""Rewards and payments as entries tell them: who judged, from which state, and that nobody judged their own.

The two are told apart, as they are everywhere: no entry names a payment and an award. That a proposal and a release
take two people is told by their motions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from portal.domain import awards, clocks, payouts
from portal.domain.award_vocabulary import AwardState, AwardStep, PayoutState, PayoutStep
from portal.domain.payee_names import MOST
from portal.domain.replay_bank import BankLists
from portal.domain.replay_cases import UNKNOWN, Case, Cases
from portal.domain.replay_entries import Judge, Rule, Said
from portal.domain.replay_staff import Staff
from portal.domain.vocabulary import Action, Duty, MotionKind

JUDGED: Mapping[str, AwardStep] = MappingProxyType(
    {
        "award_asked": AwardStep.ASK,
        "award_returned": AwardStep.RETURN,
        "award_approved": AwardStep.APPROVE,
        "award_refused": AwardStep.REFUSE,
        "award_upheld": AwardStep.REFUSE,
        "award_prolonged": AwardStep.PROLONG,
        "award_filed": AwardStep.FILE,
        "award_forfeited": AwardStep.FORFEIT,
        "award_announced": AwardStep.ANNOUNCE,
        "award_revoked": AwardStep.REVOKE,
        "award_affirmed": AwardStep.AFFIRM,
        "award_reinstated": AwardStep.REINSTATE,
    }
)
OWN: Mapping[str, AwardStep] = MappingProxyType(
    {"award_contested": AwardStep.CONTEST, "award_given_up": AwardStep.GIVE_UP}
)
SIGNED = frozenset({MotionKind.CONCLUDE, MotionKind.REVIEW, MotionKind.REWARD})
TAKEN = frozenset({AwardState.APPROVED, AwardState.DISPUTED})  # the award of a matter, by one of its reports
CLAIM = "C23"
PAID: Mapping[str, PayoutStep] = MappingProxyType(
    {
        "payout_released": PayoutStep.RELEASE,
        "payout_cancelled": PayoutStep.CANCEL,
        "payout_paid": PayoutStep.PAY,
        "payout_failed": PayoutStep.FAIL,
        "payout_tried": PayoutStep.TRY_CODE,
    }
)


@dataclass(slots=True)
class Award:
    """One award as entries tell it."""

    report: UUID
    case: UUID  # whose it was proposed from: the report's own, or the one that it was merged into
    state: AwardState
    desk: UUID
    above: UUID | None
    judge: UUID | None = None
    judges: set[UUID | None] = field(default_factory=set)  # whoever granted or refused it
    asked: UUID | None = None  # the desk that is asked to agree that it is revoked
    taken: set[UUID | None] = field(default_factory=set)  # who ever proposed to revoke it, or agreed
    contested: bool = False  # and that its reporter contested that
    home: UUID | None = None  # the desk that granted it, while that is heard
    hears: UUID | None = None  # and the one that hears it
    posted: bool = False  # a notice of the newest decision was put up


@dataclass(slots=True)
class Awards:
    """Every award and every payment there is."""

    judge: Judge
    staff: Staff
    cases: Cases
    awards: dict[UUID, Award] = field(default_factory=dict)
    by_report: dict[UUID, Award] = field(default_factory=dict)  # the newest of each
    payouts: dict[UUID, PayoutState] = field(default_factory=dict)
    offices: dict[UUID, UUID | None] = field(default_factory=dict)  # by the payment: where it was claimed
    tries: dict[UUID, int] = field(default_factory=dict)  # of payments that are known to have a code
    wiped: set[UUID] = field(default_factory=set)
    names: dict[UUID, tuple[date, int]] = field(default_factory=dict)  # wrong ones, of the last day of some
    proposed: dict[UUID, UUID | None] = field(default_factory=dict)  # by the motion: who signed first
    signers: dict[UUID, set[UUID | None]] = field(default_factory=dict)  # by the case
    bank: BankLists = field(init=False)

    def __post_init__(self) -> None:
        """Lists for the bank are of payments."""
        self.bank = BankLists(self.judge, self.staff, self.payouts, self.offices)

    def handlers(self) -> Mapping[str, Callable[[Said], None]]:
        """Event → what it does to awards and payments."""
        return {
            "award_submitted": self._submit,
            "split": self._part,
            **dict.fromkeys(JUDGED, self._decide),
            **dict.fromkeys(OWN, self._answer),
            **dict.fromkeys(("award_opened", "award_posted"), self._open),
            "payout_name_refused": self._refuse_name,
            "payout_claimed": self._claim,
            "payout_corrected": self._correct,
            "payout_code_drawn": self._draw,
            **dict.fromkeys(("payout_opened", "payout_letter_shown"), self._look),
            **dict.fromkeys(PAID, self._pay),
            "payout_withdrawn": lambda said: self._move(said, PayoutStep.WITHDRAW),
            "payout_wiped": self._wipe,
            **dict.fromkeys(("assigned", "review_assigned"), self._give),
            "motion_proposed": self._propose,
            "motion_confirmed": self._agree,
            **dict.fromkeys(("motion_refused", "motion_withdrawn", "motion_lapsed"), self._drop),
            **self.bank.handlers(),
        }

    def _give(self, said: Said) -> None:
        """Whoever ever checked it does not judge it, also when it was taken from them."""
        if said.about:
            self.signers.setdefault(said.about, set()).add(said.id("officer"))

    def _signed(self, case: Case) -> set[UUID | None]:
        """Who had a hand in the matter of a case."""
        main = self.cases.by_case.get(case.main or case.case, case)
        return set().union(*(self.signers.get(one, ()) for one in {case.case, main.case, *main.joined}))

    def _propose(self, said: Said) -> None:
        """Whoever signs a proposal, or what it rests on, does not judge it."""
        if said.facts["kind"] in SIGNED and said.about:
            self.proposed[said.about] = said.officer

    def _agree(self, said: Said) -> None:
        case, first = said.id("case"), self.proposed.pop(said.about or UNKNOWN, None)
        if said.facts.get("kind") in SIGNED and case:
            self.signers.setdefault(case, set()).update({first, said.officer})

    def _drop(self, said: Said) -> None:
        self.proposed.pop(said.about or UNKNOWN, None)

    def _submit(self, said: Said) -> None:
        case, award_id, desk = self.cases.of_case(said), said.id("award"), said.id("desk")
        if case is None or award_id is None or desk is None:
            return
        self.cases.advance(said, case, Action.REWARD)
        for one in (desk, said.id("above")):
            judges = one is None or (one in self.staff.desks and self.staff.desks[one].facts.duty is Duty.AWARD)
            self.judge.require(said, judges, Rule.KNOWN, "an award desk that an entry knows")
        report = said.id("report") or case.report
        part = self.cases.by_report.get(report)
        together = part is not None and case.case in {part.case, part.main}
        self.judge.require(said, together, Rule.AWARD, "a report of the case, or one that was merged into it")
        before = self.by_report.get(report)
        standing = before is not None and before.state in awards.OPEN
        self.judge.require(said, not standing, Rule.AWARD, "a report of which no reward waits or was granted")
        made = Award(report, case.case, AwardState.SUBMITTED, desk, said.id("above"))
        self.awards[award_id] = self.by_report[report] = made

    def _part(self, said: Said) -> None:
        """Who was first is part of a reward: no matter is parted while one waits or stands."""
        left, main = self.cases.by_case.get(said.about or UNKNOWN), self.cases.by_case.get(said.id("main") or UNKNOWN)
        parts = {one for case in (left, main) if case for one in (case.case, *case.joined)}
        found = (self.by_report.get(self.cases.by_case[one].report) for one in parts)
        standing = any(one is not None and one.state in awards.OPEN for one in found)
        self.judge.require(said, not standing, Rule.AWARD, "a matter of which no reward waits or was granted")

    def _found(self, said: Said) -> tuple[Award, Case] | None:
        award, case = self.awards.get(said.id("award") or UNKNOWN), self.cases.of_report(said)
        same = award is not None and case is not None and award.report == case.report
        self.judge.require(said, same, Rule.KNOWN, "a reward that was proposed of this report")
        return (award, case) if award is not None and case is not None else None

    def _decide(self, said: Said) -> None:
        found = self._found(said)
        if found is None:
            return
        (award, case), step = found, JUDGED[said.event]
        self.require_third(said, award, "a judge who had no hand in it")
        again = award.state is AwardState.CONTESTED and said.officer == award.judge
        self.judge.require(said, not again, Rule.AWARD, "what was contested judged by another")
        contested = award.state is AwardState.CONTESTED
        if step is AwardStep.REFUSE:
            fits = contested == (said.event == "award_upheld")
            self.judge.require(said, fits, Rule.AWARD, "a refusal upheld where it was contested, and only there")
        if step in {AwardStep.APPROVE, AwardStep.REINSTATE}:
            sole = not any(one.state in TAKEN for one in self._others(award, case))
            self.judge.require(said, sole, Rule.AWARD, "one award for one matter")
        if step is AwardStep.FORFEIT:
            due = case.clocks.get(CLAIM)
            over = due is not None and said.at > due  # once it was marked late its last moment is ""
            self.judge.require(said, over, Rule.CLOCK, f"once the time to claim is over: {due or 'not begun'}")
        self._advance(said, award, step)
        if step in awards.JUDGING - {AwardStep.RETURN}:
            award.judge = award.judge or said.officer
        self._note(said, award, step)
        case.clocks.update(said.facts.get("clocks", {}))

    def require_third(self, said: Said, award: Award, expected: str) -> None:
        """Somebody of the award desk that has it, who neither checked the case nor signed what it rests on."""
        case = self.cases.by_case.get(award.case)
        desks = {award.desk} if said.event != "award_revoked" else {award.desk, award.asked}
        sits = not desks.isdisjoint(self.staff.actor(said.officer).desks(Duty.AWARD))
        self.judge.require(said, sits and said.duty == Duty.AWARD, Rule.DUTY, "somebody of the award desk that has it")
        if case is None:
            return
        main = self._main(award, case)
        checked = said.officer in case.assigned | main.assigned
        self.judge.require(said, not checked, Rule.AWARD, "a judge who did not check the case")
        self.judge.require(said, said.officer not in self._signed(main) | self._signed(case), Rule.AWARD, expected)

    def _note(self, said: Said, award: Award, step: AwardStep) -> None:
        """Who decided, and of what the newest decision is."""
        if step in awards.JUDGING - {AwardStep.RETURN}:
            award.judges.add(said.officer)
        if step in awards.JUDGING | awards.RULING | {AwardStep.REVOKE}:
            award.posted = False
        if step in awards.RULING and award.home is not None:
            award.desk, award.home, award.hears = award.home, None, None

    def _main(self, award: Award, case: Case) -> Case:
        """The case that a report is handled under now."""
        main = self.cases.by_case.get(award.case, case)
        return self.cases.by_case.get(main.main, main) if main.main else main

    def _others(self, award: Award, case: Case) -> list[Award]:
        """The newest award of every other report of the matter."""
        main = self._main(award, case)
        parts = (self.cases.by_case.get(one) for one in (main.case, *main.joined))
        found = (self.by_report.get(one.report) for one in parts if one is not None)
        return [one for one in found if one is not None and one.report != award.report]

    def _advance(self, said: Said, award: Award, step: AwardStep) -> None:
        after = self.judge.ask(said, Rule.AWARD, lambda: awards.advance(award.state, step))
        award.state = after or next(iter(awards.STEPS[step].values()))

    def _answer(self, said: Said) -> None:
        found = self._found(said)
        if found is None:
            return
        award, step = found[0], OWN[said.event]
        self._advance(said, award, step)
        if step is AwardStep.CONTEST:
            award.desk = award.hears or award.above or award.desk

    def _open(self, said: Said) -> None:
        award = self.awards.get(said.id("award") or UNKNOWN)
        self.judge.require(said, award, Rule.KNOWN, "a reward that was proposed")
        if award is not None and said.duty == Duty.AWARD:
            sits = any(award.desk in one.desks(Duty.AWARD) for one in self.staff.actors(said))
            self.judge.require(said, sits, Rule.DUTY, "somebody of the award desk that has it")

    def _claim(self, said: Said) -> None:
        about = said.about or UNKNOWN
        self.judge.require(said, about not in self.payouts, Rule.PAYOUT, "a payment that was not claimed yet")
        self.payouts[about], self.offices[about] = PayoutState.CLAIMED, said.trail

    def _refuse_name(self, said: Said) -> None:
        """A wrong name is counted by the day, and none is compared after the last of a day or once it is released."""
        about, today = said.about or UNKNOWN, clocks.day_of(datetime.fromisoformat(said.at))
        before = self.names.get(about, (today, 0))
        self.names[about] = count = (today, before[1] + 1 if before[0] == today else 1)
        counted = said.facts["count"] == count[1] <= MOST
        self.judge.require(said, counted, Rule.PAYOUT, "each wrong name of a day counted, and none after the last")
        state = self.payouts.get(about)
        waits = state is None or state in payouts.STEPS[PayoutStep.CORRECT]
        self.judge.require(said, waits, Rule.PAYOUT, "a payment that may be claimed or corrected")

    def _correct(self, said: Said) -> None:
        self._move(said, PayoutStep.CORRECT)
        self.tries.pop(said.about or UNKNOWN, None)

    def _draw(self, said: Said) -> None:
        self._move(said, PayoutStep.DRAW_CODE)
        self.tries[said.about or UNKNOWN] = 0

    def _move(self, said: Said, step: PayoutStep) -> None:
        about = said.about or UNKNOWN
        state = self.payouts.get(about)
        if not self.judge.require(said, state, Rule.KNOWN, "a payment that was claimed") or state is None:
            return
        self.judge.require(said, about not in self.wiped, Rule.PAYOUT, "what was not destroyed")
        after = self.judge.ask(said, Rule.PAYOUT, lambda: payouts.advance(state, step))
        self.payouts[about] = after or next(iter(payouts.STEPS[step].values()))

    def _pays(self, said: Said) -> None:
        seats = self.staff.actor(said.officer).seats
        holds = any(one.duty is Duty.PAYOUT and one.authority_id == said.trail for one in seats)
        self.judge.require(said, holds and said.duty == Duty.PAYOUT, Rule.DUTY, "somebody of the payout desk")
        same = self.offices.get(said.about or UNKNOWN, said.trail) == said.trail
        self.judge.require(said, same, Rule.PAYOUT, "the office that it was claimed at")

    def _look(self, said: Said) -> None:
        self._pays(said)
        self._move(said, PayoutStep.OPEN)

    def _pay(self, said: Said) -> None:
        about, step = said.about or UNKNOWN, PAID[said.event]
        before = self.payouts.get(about)
        self._pays(said)
        self._move(said, step)
        if step in payouts.BY_BANK:
            self.bank.answer(said, step, before)
        elif step is PayoutStep.CANCEL:
            self.bank.end(said)
        tried = self.tries.get(about)
        if step is PayoutStep.TRY_CODE:
            self.tries[about] = (tried or 0) + 1
            counted = said.facts["count"] == self.tries[about] <= payouts.TRIES
            self.judge.require(said, counted, Rule.PAYOUT, "each wrong code counted, and none after the last")
        elif step is PayoutStep.FAIL:
            self.judge.require(said, tried is None, Rule.PAYOUT, "what has no code: cash comes from no bank")
        elif step is PayoutStep.PAY:
            self.judge.require(said, (tried or 0) < payouts.TRIES, Rule.PAYOUT, "a code that is not shut")

    def _wipe(self, said: Said) -> None:
        about = said.about or UNKNOWN
        over = self.payouts.get(about) in {PayoutState.PAID, PayoutState.CANCELLED} and about not in self.wiped
        self.wiped.add(about)
        self.judge.require(said, over, Rule.PAYOUT, "what was paid or revoked, and nothing else")
