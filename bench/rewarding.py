"""What it takes to assess ten thousand rewards: facts, rows and steps, beside the bare formula."""

import time
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from bench.home import Home
from portal.domain.rewards import assess
from portal.domain.rewards_facts import Accident, Facts, Fined, Insider, Matter, Reporter, RewardKind
from portal.policy.loader import load_policies

TIMES = 10_000
RATE = Decimal("0.15")


def rewards(_: Home, __: int) -> dict[str, object]:
    """CPU seconds for ten thousand different reports, the best of three; the floor knows the formula and no reason."""
    rules = load_policies().rewards.rules
    reports = [_report(number) for number in range(TIMES)]
    taken = min(_seconds(lambda: [assess(one, rules) for one in reports]) for _ in range(3))
    floor = min(_seconds(lambda: [_bare(one) for one in reports]) for _ in range(3))
    figures = {"cpu_s": round(taken, 2), "each_us": round(taken / TIMES * 1e6, 1)}
    return {"portal": figures, "floor": {"formula_s": round(floor, 3)}, "ratio": round(taken / floor, 1)}


def _report(number: int) -> Facts:
    dead = number % 4
    return Facts(
        Reporter(insider=list(Insider)[number % 3], joint_signatories=1 + number % 2),
        Matter(RewardKind.CONCEALMENT if dead else RewardKind.VIOLATION, separate_hazard=number % 5 == 0),
        tuple(Fined(number * 1_000 + more) for more in range(number % 3)),
        Accident(dead, dead),
    )


def _bare(facts: Facts) -> int:
    fined = Decimal(sum(one.fen for one in facts.penalties)) * RATE
    return min(max(int(fined.to_integral_value(ROUND_HALF_UP)), 300_000), 30_000_000)


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
