"""Dates of a reward (奖励的日期): until when a death counts for a toll, and until when an award is collected.

Both come from rules of the clocks' edition: C09 and C09-FIRE for the toll, whose days no rest day moves, C23 for
collecting, which is counted as every other time limit is. An assessment takes what comes out of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from portal.domain import clocks
from portal.domain.clocks import Calendar, ClockRule, Due
from portal.domain.rewards_facts import Accident, Claim, FactsError
from portal.domain.rewards_terms import Terms

TOLL, TOLL_FIRE, COLLECT = "C09", "C09-FIRE", "C23"  # rows of the clocks


@dataclass(frozen=True, slots=True)
class Casualty:
    """Somebody who was gravely hurt or died; `concealed`: their death was hidden or misreported."""

    died_on: date | None = None
    concealed: bool = False


def toll_rule(*, fire_or_road: bool) -> str:
    """The clock by which the toll closes: 30 days, 7 for fires and road accidents (条例 13)."""
    return TOLL_FIRE if fire_or_road else TOLL


def resolve(happened: date, casualties: Iterable[Casualty], rule: ClockRule, *, direct_loss: int = 0) -> Accident:
    """The toll as it stands when its window has closed (条例 13).

    A death on the last day of the window counts; the day of the accident is day 0. Who dies later stays among the
    gravely hurt. Raises FactsError for a death before the accident.
    """
    everybody = list(casualties)
    early = [one.died_on for one in everybody if one.died_on and one.died_on < happened]
    if early:
        raise FactsError(f"casualties: a death on {min(early)}, before the accident on {happened}")
    last = happened + timedelta(days=rule.length or 0)
    dead = [one for one in everybody if one.died_on and one.died_on <= last]
    return Accident(
        deaths=len(dead),
        deaths_concealed=sum(one.concealed for one in dead),
        serious_injuries=len(everybody) - len(dead),
        direct_loss=direct_loss,
    )


def collect_by(served: datetime, terms: Terms, rule: ClockRule, calendar: Calendar, *, more: int = 0) -> Due:
    """Until when an award is collected: the edition's days from the day after the notice was received.

    A last day that is a rest day moves to the next working day. `more`: days by which a named officer made it longer.
    """
    return clocks.due(replace(rule, length=terms.claim_days), served, calendar, more=more)


def claim_of(due: Due, claimed: datetime | None, now: datetime, *, excused: bool, terms: Terms) -> Claim:
    """Where a claim stands: open, in time, late and excused, or given up.

    `excused`: a named officer has accepted a reason, which counts only where the terms allow it. Who was excused and
    has not come yet may still come.
    """
    excused = excused and terms.late_claims
    if claimed is None:
        return Claim.OPEN if excused or not clocks.is_late(due, now) else Claim.LATE
    if not clocks.is_late(due, claimed):
        return Claim.IN_TIME
    return Claim.EXCUSED if excused else Claim.LATE
