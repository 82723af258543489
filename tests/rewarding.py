"""Facts and rules of rewards for tests: the plainest report, what differs said in the JSON of a file of facts."""

import json
from dataclasses import replace
from typing import Any

from portal.domain.rewards import Assessment, Rules, assess
from portal.domain.rewards_reading import Asked, override, read
from portal.policy.loader import load_policies

NATIONAL = load_policies().rewards_of("national-2018").rules


def asked(**said: Any) -> Asked:
    """What a file of facts with these parts asks."""
    return read(json.dumps(said).encode())


def fined(*amounts: str, **more: str) -> list[dict[str, str]]:
    """Penalties of these sums."""
    return [{"amount": amount, **more} for amount in amounts]


def assessed(rules: Rules = NATIONAL, **said: Any) -> Assessment:
    """What comes of it."""
    it = asked(**said)
    return assess(it.facts, override(rules, it.overrides))


def shown(found: Assessment) -> str | None:
    """The sum as a program prints it."""
    return None if found.fen is None else f"{found.fen // 100}.{found.fen % 100:02d}"


def with_terms(**changed: Any) -> Rules:
    """The national rules with other terms."""
    return replace(NATIONAL, terms=replace(NATIONAL.terms, **changed))
