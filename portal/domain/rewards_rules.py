"""The decision table of a reward (E01–E27): one function per row that asks something, in the order of the table.

Every row is answered, those after a stop too: who is refused sees each reason, and a wrong one is seen to be wrong.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from portal.domain.paper_vocabulary import Known, PenaltyStatus
from portal.domain.rewards_because import EVIDENCE, Because
from portal.domain.rewards_facts import Claim, Collusion, Excluded, Facts, Insider, Merit, RewardKind
from portal.domain.rewards_shape import Pending, Row, Rules, Ruling, Step
from portal.domain.rewards_sums import Reckoning, countable, is_insider, two_facts
from portal.domain.rewards_terms import Anonymous, Bloodless, Manager, Terms, TwoLimbs


class Answer(NamedTuple):
    """What one row comes to."""

    met: bool | None
    because: Because
    pending: tuple[Pending, ...]
    values: Mapping[str, int | str]  # what the sentence names


def _met(because: Because, *pending: Pending, **values: int | str) -> Answer:
    return Answer(True, because, pending, values)  # noqa: FBT003


def _unmet(because: Because, *pending: Pending, **values: int | str) -> Answer:
    return Answer(False, because, pending, values)  # noqa: FBT003


def _unknown(because: Because, *pending: Pending, **values: int | str) -> Answer:
    return Answer(None, because, pending, values)


_PLAIN = _met(Because.NOT_CONCERNED)


def judge(facts: Facts, rules: Rules, sums: Reckoning) -> list[tuple[Ruling, tuple[Pending, ...]]]:
    """Answer every row, each with what it leaves to do."""
    return [
        (Ruling(row, it.met, rules.rows[row].basis, it.because, EVIDENCE[row], it.values), it.pending)
        for row, ask in _ROWS.items()
        for it in (ask(facts, rules.terms, sums),)
    ]


def _other_rule(facts: Facts, _: Terms, __: Reckoning) -> Answer:
    if facts.matter.other_rule is None:
        return _unknown(Because.OTHER_RULE_OPEN, Pending.TRANSFER)
    if facts.matter.other_rule:
        return _unmet(Because.OTHER_RULE, Pending.TRANSFER)
    return _met(Because.OWN_RULE)


def _scope(facts: Facts, terms: Terms, _: Reckoning) -> Answer:
    kind = facts.matter.kind
    if kind is RewardKind.OTHER:
        return _unmet(Because.OUT_OF_SCOPE)
    if kind is not RewardKind.ORDINARY_HAZARD:
        return _met(Because.IN_SCOPE, kind=kind)
    fined = (Pending.CHECK_KIND,) if countable(facts, terms) else ()
    if not terms.ordinary_hazard:
        return _unmet(Because.ORDINARY_UNPAID, *fined)
    return _met(Because.ORDINARY_PAID, *fined, amount=terms.ordinary_hazard)


def _verified(facts: Facts, _: Terms, __: Reckoning) -> Answer:
    if facts.matter.verified is None:
        return _unknown(Because.VERIFYING, Pending.CONFIRM_VERIFIED)
    return _met(Because.VERIFIED) if facts.matter.verified else _unmet(Because.NOT_VERIFIED)


def _fabricated(facts: Facts, _: Terms, __: Reckoning) -> Answer:
    if facts.matter.fabricated is None:
        return _unknown(Because.FABRICATED_OPEN, Pending.COMPETENT_FINDING)
    if facts.matter.fabricated:
        return _unmet(Because.FABRICATED, Pending.COMPETENT_FINDING)
    return _met(Because.HONEST)


_STOPPED: Final[Mapping[Excluded | None, Because]] = MappingProxyType(
    {
        Excluded.DUTY: Because.DUTY,
        Excluded.NEAR_RELATIVE: Because.NEAR_RELATIVE,
        Excluded.INSTIGATED: Because.INSTIGATED,
    }
)
_MANAGERS: Final[Mapping[Manager, Answer]] = MappingProxyType(
    {
        Manager.MANUAL: _unknown(Because.MANAGER_OPEN, Pending.RULE_SAFETY_MANAGER),
        Manager.ELIGIBLE: _met(Because.MANAGER_PAID),
        Manager.EXCLUDED: _unmet(Because.MANAGER_UNPAID),
    }
)


def _excluded(facts: Facts, _: Terms, __: Reckoning) -> Answer:
    stopped = _STOPPED.get(facts.reporter.excluded)
    return _unmet(stopped) if stopped else _met(Because.NO_DUTY)


def _manager(facts: Facts, terms: Terms, _: Reckoning) -> Answer:
    manager = facts.reporter.excluded is Excluded.UNIT_SAFETY_MANAGER
    return _MANAGERS[terms.unit_safety_manager] if manager else _PLAIN


def _handled(facts: Facts, _: Terms, __: Reckoning) -> Answer:
    known = facts.matter.known_before
    if known is None:
        return _unknown(Because.KNOWN_OPEN, Pending.CHECK_KNOWN)
    if known is Known.HANDLED:
        return _unmet(Because.KNOWN_HANDLED)
    return _met(Because.NOT_KNOWN if known is Known.NO else Because.KNOWN_UNHANDLED)


def _unhandled(facts: Facts, _: Terms, __: Reckoning) -> Answer:
    if facts.matter.known_before is Known.UNHANDLED:
        return _met(Because.KNOWN_UNHANDLED, Pending.FLAG_HANDLING)
    return _PLAIN


_MERITS: Final[Mapping[Merit, Because]] = MappingProxyType(
    {Merit.OWN: Because.MERIT_OWN, Merit.OTHER: Because.MERIT_OTHER}
)


def _first(facts: Facts, _: Terms, __: Reckoning) -> Answer:
    matter = facts.matter
    if matter.awarded:
        return _unmet(Because.AWARDED)
    if matter.earlier_named_report is None:
        return _unknown(Because.FIRST_OPEN, Pending.CHECK_PRECEDENCE)
    if matter.merit in _MERITS:
        return _unknown(_MERITS[matter.merit], Pending.RULE_MERIT)
    return _unmet(Because.NOT_FIRST) if matter.earlier_named_report else _met(Because.FIRST)


def _accepted_unnamed(facts: Facts, terms: Terms) -> Because | None:
    """By what somebody without a name is paid under this edition, if at all."""
    reporter = facts.reporter
    if reporter.claim_code and terms.anonymous is Anonymous.CODE_OK:
        return Because.BY_CODE
    if reporter.contact and terms.anonymous is not Anonymous.NAMED_ONLY:
        return Because.BY_CONTACT
    return None


def _named(facts: Facts, terms: Terms, _: Reckoning) -> Answer:
    if facts.reporter.identified:
        return _met(Because.NAMED)
    if _accepted_unnamed(facts, terms):
        return _met(Because.UNNAMED_PAID)
    return _unmet(Because.UNNAMED, Pending.ASK_NAME)


def _anonymous(facts: Facts, terms: Terms, sums: Reckoning) -> Answer:
    reporter = facts.reporter
    if reporter.identified or not (reporter.contact or reporter.claim_code):
        return _PLAIN
    way, ceiling = _accepted_unnamed(facts, terms), terms.code_ceiling
    if way is None:
        named = terms.anonymous is Anonymous.NAMED_ONLY
        return _unmet(Because.NAMED_ONLY if named else Because.CONTACT_ONLY)
    if ceiling is not None and sums.fen > ceiling:
        return _met(Because.BY_CODE_CEILING, Pending.IDENTITY_ABOVE_CEILING, amount=ceiling)
    return _met(way)


def _no_way(facts: Facts, _: Terms, __: Reckoning) -> Answer:
    reporter = facts.reporter
    reached = reporter.identified or reporter.contact or reporter.claim_code
    return _PLAIN if reached else _unmet(Because.NO_WAY)


def _joint(facts: Facts, terms: Terms, _: Reckoning) -> Answer:
    count = facts.reporter.joint_signatories
    if count == 1:
        return _PLAIN
    if terms.split_joint:
        return _met(Because.SPLIT, count=count)
    return _met(Because.ONE_AWARD, count=count)


_BLOODLESS: Final[Mapping[Bloodless, Answer]] = MappingProxyType(
    {
        Bloodless.FINE: _met(Because.BLOODLESS_FINE, Pending.CONFIRM_CONCEALMENT),
        Bloodless.MANUAL: _unknown(Because.BLOODLESS_MANUAL, Pending.CONFIRM_CONCEALMENT),
        Bloodless.NOTHING: _unmet(Because.BLOODLESS_NOTHING),
    }
)


def _deaths(facts: Facts, terms: Terms, _: Reckoning) -> Answer:
    accident = facts.accident
    if accident.deaths_concealed:
        rate = terms.death_rates[accident.grade]
        return _met(Because.DEATHS, count=accident.deaths_concealed, grade=accident.grade, amount=rate)
    return _BLOODLESS[terms.concealed_no_deaths] if facts.matter.kind is RewardKind.CONCEALMENT else _PLAIN


def _fines(facts: Facts, terms: Terms, sums: Reckoning) -> Answer:
    if not sums.by_fines:
        return _PLAIN
    if sums.flat in {Step.ORDINARY_HAZARD, Step.DEFY_ORDER}:
        return _met(Because.BY_FLAT)
    if any(one.status is PenaltyStatus.PROPOSED for one in facts.penalties):
        return _unknown(Because.FINE_OPEN, Pending.AWAIT_PENALTY)
    if sums.flat is Step.NO_FINE:
        return _PLAIN
    return _met(Because.BY_FINES, amount=sums.base, rate=str(terms.rate))


def _no_fine(facts: Facts, terms: Terms, sums: Reckoning) -> Answer:
    if sums.flat is not Step.NO_FINE or any(one.status is PenaltyStatus.PROPOSED for one in facts.penalties):
        return _PLAIN
    if terms.no_fine:
        return _met(Because.NO_FINE, Pending.CONFIRM_NO_FINE, amount=terms.no_fine)
    return _PLAIN if sums.by_deaths else _unmet(Because.NO_FINE_UNPAID)


def _one_fact(facts: Facts, _: Terms, __: Reckoning) -> Answer:
    fined = any(one.status is PenaltyStatus.EFFECTIVE for one in facts.penalties)
    both = facts.accident.deaths_concealed and fined
    return _met(Because.ONE_FACT) if both and not two_facts(facts) else _PLAIN


_BOTH: Final[Mapping[TwoLimbs, Because]] = MappingProxyType(
    {
        TwoLimbs.SUM: Because.TWO_FACTS,
        TwoLimbs.LARGER: Because.TWO_FACTS_LARGER,
        TwoLimbs.DEATHS: Because.TWO_FACTS_DEATHS,
    }
)


def _two_facts(facts: Facts, terms: Terms, _: Reckoning) -> Answer:
    return _met(_BOTH[terms.two_limbs]) if two_facts(facts) else _PLAIN


def _insider(facts: Facts, terms: Terms, _: Reckoning) -> Answer:
    reporter = facts.reporter
    if reporter.insider is Insider.NO:
        return _PLAIN
    if reporter.insider_relative and not terms.insider_relatives:
        return _met(Because.RELATIVE_NOT_RAISED)
    if not is_insider(reporter, terms):
        return _unknown(Because.UNPROVEN, Pending.PROVE_INSIDER)
    if terms.uplift is None:
        return _unknown(Because.UPLIFT_OPEN, Pending.SET_UPLIFT)
    return _met(Because.RAISED, rate=str(terms.uplift))


def _averted(facts: Facts, _: Terms, __: Reckoning) -> Answer:
    return _unknown(Because.AVERTED, Pending.SPECIAL_AWARD) if facts.matter.averted_casualties else _PLAIN


def _cap(_: Facts, __: Terms, sums: Reckoning) -> Answer:
    return _met(Because.CUT, amount=sums.fen) if sums.cut else _met(Because.WITHIN)


def _payer(facts: Facts, _: Terms, __: Reckoning) -> Answer:
    return _met(Because.PAYS) if facts.matter.accepted_first else _unmet(Because.PAYS_NOT)


def _signed(facts: Facts, _: Terms, __: Reckoning) -> Answer:
    if facts.process.signed is None:
        return _unknown(Because.TO_SIGN)
    return _met(Because.SIGNED) if facts.process.signed else _unmet(Because.SIGNED_WRONG)


def _claimed(facts: Facts, terms: Terms, _: Reckoning) -> Answer:
    claim, days = facts.process.claim, terms.claim_days
    if claim is Claim.OPEN:
        return _unknown(Because.TO_CLAIM, days=days)
    if claim is Claim.IN_TIME:
        return _met(Because.CLAIMED, days=days)
    if claim is Claim.EXCUSED and terms.late_claims:
        return _met(Because.EXCUSED, days=days)
    return _unmet(Because.LATE, days=days)


def _withdrawn(facts: Facts, _: Terms, __: Reckoning) -> Answer:
    if facts.matter.withdrawn:
        return _unknown(Because.WITHDRAWN, Pending.RULE_WITHDRAWN)
    return _met(Because.STANDS)


def _annulled(facts: Facts, _: Terms, __: Reckoning) -> Answer:
    if all(one.status is not PenaltyStatus.ANNULLED for one in facts.penalties):
        return _PLAIN
    if facts.process.paid:
        return _unknown(Because.ANNULLED_PAID, Pending.REASSESS_PAID)
    return _met(Because.EFFECTIVE_SUM)


_COLLUSION: Final[Mapping[Collusion, Answer]] = MappingProxyType(
    {
        Collusion.NO: _met(Because.CLEAN),
        Collusion.SUSPECTED: _unknown(Because.SUSPECTED, Pending.EXAMINE_COLLUSION),
        Collusion.PROVEN: _unmet(Because.COLLUSION, Pending.RECOVER),
    }
)


def _collusion(facts: Facts, _: Terms, __: Reckoning) -> Answer:
    return _COLLUSION[facts.matter.collusion]


_ROWS: Final[Mapping[Row, Callable[[Facts, Terms, Reckoning], Answer]]] = MappingProxyType(
    {
        Row.E01: _other_rule,
        Row.E02: _scope,
        Row.E03: _verified,
        Row.E04: _fabricated,
        Row.E05: _excluded,
        Row.E06: _manager,
        Row.E07: _handled,
        Row.E08: _unhandled,
        Row.E09: _first,
        Row.E10: _named,
        Row.E11: _anonymous,
        Row.E12: _no_way,
        Row.E13: _joint,
        Row.E14: _deaths,
        Row.E15: _fines,
        Row.E16: _no_fine,
        Row.E17: _one_fact,
        Row.E18: _two_facts,
        Row.E19: _insider,
        Row.E20: _averted,
        Row.E21: _cap,
        Row.E22: _payer,
        Row.E23: _signed,
        Row.E24: _claimed,
        Row.E25: _withdrawn,
        Row.E26: _annulled,
        Row.E27: _collusion,
    }
)
