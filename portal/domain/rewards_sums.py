"""The arithmetic of a reward (奖金计算): from facts and terms to a sum in fen, each step kept.

Two limbs (第十一条): by the penalties, with floor and cap; by the deaths that were concealed. Where nobody was fined,
or the edition names a flat sum, that stands in place of the first. Whether anything is payable is not asked here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Final

from portal.domain.paper_vocabulary import PenaltyFor, PenaltyKind, PenaltyStatus, Target
from portal.domain.rewards_facts import Facts, Fined, Insider, Reporter, RewardKind
from portal.domain.rewards_shape import Row, Rules, Step, Sum
from portal.domain.rewards_terms import FineBase, Proof, Rounding, Terms, TwoLimbs, UpliftOrder

_UNIT: Final[Mapping[Rounding, tuple[int, str]]] = MappingProxyType(
    {
        Rounding.FEN_HALF_UP: (1, ROUND_HALF_UP),
        Rounding.FEN_DOWN: (1, ROUND_DOWN),
        Rounding.YUAN_HALF_UP: (100, ROUND_HALF_UP),
        Rounding.YUAN_DOWN: (100, ROUND_DOWN),
    }
)
_STEP_TERM: Final[Mapping[Step, str]] = MappingProxyType(
    {
        Step.BASE: "fine_base",
        Step.DEATHS: "death_rates",
        Step.SUM: "two_limbs",
        Step.LARGER: "two_limbs",
        Step.SHARE: "split_joint",
    }
)  # others are called like their term
NOTHING_RAISED = Decimal(0)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the formula gives, and which of its parts were used."""

    fen: int
    shares: tuple[int, ...]
    steps: tuple[Sum, ...]
    base: int  # penalties that count for the first limb
    by_deaths: bool
    by_fines: bool  # the first limb, or what stands in its place
    flat: Step | None  # what stood in its place
    cut: bool  # by a cap
    raised: int  # fen that the uplift added, before a cap
    most: int  # that is paid for one report, whatever a person rules


def countable(facts: Facts, terms: Terms) -> list[Fined]:
    """The penalties that stand and count under these terms, whatever they are for."""
    return [
        one
        for one in facts.penalties
        if one.status is PenaltyStatus.EFFECTIVE
        and (one.against is Target.UNIT or terms.fine_base is FineBase.UNIT_AND_PERSONS)
        and (one.kind is not PenaltyKind.DAILY_FINE or terms.daily_fines)
        and (one.kind is not PenaltyKind.CONFISCATION or terms.confiscation)
    ]


def is_insider(reporter: Reporter, terms: Terms) -> bool:
    """Whether the uplift reaches this reporter, if there is one."""
    shown = reporter.insider is Insider.PROVEN or (
        reporter.insider is Insider.CLAIMED and terms.insider_proof is Proof.DECLARED
    )
    return shown and (terms.insider_relatives or not reporter.insider_relative)


def two_facts(facts: Facts) -> bool:
    """Whether there is another hazard beside deaths that were concealed."""
    return facts.accident.deaths_concealed > 0 and facts.matter.separate_hazard


def reckon(facts: Facts, rules: Rules) -> Reckoning:
    """Work it out."""
    return _Sums(facts, rules).reckon()


class _Sums:
    """One calculation: facts, terms, and the steps so far."""

    __slots__ = ("_cut", "_facts", "_flat", "_raised", "_rules", "_share", "_steps", "_terms")

    def __init__(self, facts: Facts, rules: Rules) -> None:
        self._facts, self._rules, self._terms = facts, rules, rules.terms
        self._steps: list[Sum] = []
        self._flat: Step | None = None
        self._cut, self._raised = False, 0
        due = is_insider(facts.reporter, self._terms)
        self._share = (self._terms.uplift or NOTHING_RAISED) if due else NOTHING_RAISED

    def reckon(self) -> Reckoning:
        """Both limbs, the uplift, the caps, the shares."""
        terms, deaths = self._terms, self._facts.accident.deaths_concealed > 0
        fines = not deaths or (two_facts(self._facts) and terms.two_limbs is not TwoLimbs.DEATHS)
        base = self._base() if fines else 0
        first = self._by_fines(base) if fines else 0
        second = self._by_deaths() if deaths else 0
        fen, most = self._together(first, second, both=fines and deaths, deaths=deaths)
        if terms.uplift_order is UpliftOrder.AFTER:
            fen = self._raise(fen)
        fen = self._cap(fen, self._lifted(most), Step.OVERALL_CAP if deaths else Step.CAP)
        self._note(Step.AWARD, fen)
        shares, steps, flat = self._split(fen), tuple(self._steps), self._flat
        most = self._lifted(max(terms.cap, terms.overall_cap))
        return Reckoning(fen, shares, steps, base, deaths, fines, flat, self._cut, self._raised, most)

    def _note(self, step: Step, fen: int, by: Decimal | int | None = None, count: int = 0) -> int:
        rules = self._rules
        stands_on = rules.rows[Row.E22] if step is Step.AWARD else rules.provisions[_STEP_TERM.get(step, str(step))]
        self._steps.append(Sum(step, fen, stands_on.basis, by, count))
        return fen

    def _base(self) -> int:
        """Beside concealed deaths the fines for concealing them are the same fact, paid by the deaths (E17)."""
        counted = countable(self._facts, self._terms)
        if self._facts.accident.deaths_concealed:
            counted = [one for one in counted if one.reason is not PenaltyFor.CONCEALMENT]
        return sum(one.fen for one in counted)

    def _by_fines(self, base: int) -> int:
        terms, matter = self._terms, self._facts.matter
        if matter.kind is RewardKind.ORDINARY_HAZARD:
            return self._flatly(Step.ORDINARY_HAZARD, terms.ordinary_hazard)
        if matter.defied_order and terms.defy_order is not None:
            return self._flatly(Step.DEFY_ORDER, terms.defy_order)
        if not base:
            return self._flatly(Step.NO_FINE, terms.no_fine)
        self._note(Step.BASE, base)
        fen = self._note(Step.RATE, self._rounded(base * terms.rate), terms.rate)
        fen = self._early(fen)
        if fen < terms.floor:
            fen = self._note(Step.FLOOR, terms.floor, terms.floor)
        return self._cap(fen, self._early_cap(terms.cap), Step.CAP)

    def _flatly(self, step: Step, fen: int) -> int:
        self._flat = step
        return self._early(self._note(step, fen, fen))

    def _by_deaths(self) -> int:
        accident = self._facts.accident
        rate = self._terms.death_rates[accident.grade]
        fen = self._note(Step.DEATHS, rate * accident.deaths_concealed, rate, accident.deaths_concealed)
        return self._cap(self._early(fen), self._early_cap(self._terms.overall_cap), Step.OVERALL_CAP)

    def _together(self, first: int, second: int, *, both: bool, deaths: bool) -> tuple[int, int]:
        """One sum of both limbs, and the most that may be paid: of both, never less than of either alone."""
        terms = self._terms
        if not both:
            return (second, terms.overall_cap) if deaths else (first, terms.cap)
        most = max(terms.cap, terms.overall_cap)
        if terms.two_limbs is TwoLimbs.LARGER:
            return self._note(Step.LARGER, max(first, second)), most
        return self._note(Step.SUM, first + second), most

    def _cap(self, fen: int, most: int, step: Step) -> int:
        if fen <= most:
            return fen
        self._cut = True
        return self._note(step, most, most)

    def _lifted(self, most: int) -> int:
        return self._rounded(most * (1 + self._share)) if self._terms.cap_lifts else most

    def _early(self, fen: int) -> int:
        return self._raise(fen) if self._terms.uplift_order is UpliftOrder.BEFORE else fen

    def _early_cap(self, most: int) -> int:
        return self._lifted(most) if self._terms.uplift_order is UpliftOrder.BEFORE else most

    def _raise(self, fen: int) -> int:
        if not self._share or not fen:
            return fen
        least = 0 if self._raised else self._terms.uplift_min  # of the award, not of each limb
        more = max(self._rounded(fen * self._share), least)
        self._raised += more
        return self._note(Step.UPLIFT, fen + more, self._share)

    def _rounded(self, fen: Decimal) -> int:
        unit, way = _UNIT[self._terms.rounding]
        return int((fen / unit).to_integral_value(way)) * unit

    def _split(self, fen: int) -> tuple[int, ...]:
        """Equal shares where the edition splits; the fen that are left over are the first signatory's."""
        people = self._facts.reporter.joint_signatories
        if not fen:
            return ()
        if people == 1 or not self._terms.split_joint:
            return (fen,)
        each, left = divmod(fen, people)
        self._note(Step.SHARE, each + left, count=1)
        self._note(Step.SHARE, each, count=people - 1)
        return (each + left, *([each] * (people - 1)))
