"""What a report earns (奖励评估): every row of the decision table E01–E27, then the sum step by step, in fen.

It proposes; a person decides (个人信息保护法 24). Facts and an edition's rules always give the same assessment, so kept
facts and the edition's name are enough to have it again. Dates are resolved before (`rewards_dates`).
"""

from collections.abc import Iterable

from portal.domain.rewards_facts import Facts
from portal.domain.rewards_rules import judge
from portal.domain.rewards_shape import Assessment, Pending, Row, Rules, Ruling, Step, Sum
from portal.domain.rewards_sums import reckon

__all__ = ["Assessment", "Pending", "Row", "Rules", "Ruling", "Step", "Sum", "assess"]

# Of rows that are unknown: those in whose answer only the sum hangs, and those in which nothing hangs yet.
_SUM_HANGS = frozenset({Row.E14, Row.E15, Row.E20, Row.E26})
_NOTHING_HANGS = frozenset({Row.E19, Row.E23, Row.E24})
_FOR_A_NAME = frozenset({Row.E10, Row.E11, Row.E12})


def assess(facts: Facts, rules: Rules) -> Assessment:
    """Judge facts by an edition's rules.

    One unmet row stops the award, whatever else is unknown; the sum is then nothing and has no steps. An unknown row
    leaves open whether anything is paid, or how much. The uplift of an insider who has yet to prove it comes on top
    later, and what is still to be signed and collected is no reason to wait with the sum.
    """
    sums = reckon(facts, rules)
    judged = judge(facts, rules, sums)
    rows = tuple(ruling for ruling, _ in judged)
    eligible = _eligible(rows)
    if eligible is False:
        left = _left_when_stopped(judged)
        return Assessment(rules.edition, False, 0, (), rows, (), left, (), 0)  # noqa: FBT003
    open_ = {one.row for one in rows if one.met is None}
    fixed = not open_ & _SUM_HANGS
    known = eligible is True and fixed
    return Assessment(
        rules.edition,
        eligible,
        sums.fen if known else None,
        sums.shares if known else (),
        rows,
        sums.steps,
        (*_unsure(rules), *_each(pending for _, left in judged for pending in left)),
        sums.shares if fixed else None,
        sums.most,
    )


def _eligible(rows: Iterable[Ruling]) -> bool | None:
    answers = {one.row: one.met for one in rows}
    if False in answers.values():
        return False
    hangs = {row for row, met in answers.items() if met is None} - _SUM_HANGS - _NOTHING_HANGS
    return None if hangs else True


def _left_when_stopped(judged: list[tuple[Ruling, tuple[Pending, ...]]]) -> tuple[Pending, ...]:
    """What the stop itself leaves to do. A name is asked for only where nothing but a name is wanting."""
    unmet = {ruling.row for ruling, _ in judged if ruling.met is False}
    left = _each(
        pending
        for ruling, found in judged
        for pending in found
        if ruling.met is False or pending is Pending.FLAG_HANDLING
    )
    return left if unmet <= _FOR_A_NAME else tuple(one for one in left if one is not Pending.ASK_NAME)


def _unsure(rules: Rules) -> tuple[Pending, ...]:
    return () if rules.confirmed else (Pending.CONFIRM_EDITION,)


def _each(found: Iterable[Pending]) -> tuple[Pending, ...]:
    return tuple(dict.fromkeys(found))
