"""What facts earn under an edition, for whoever proposes, judges or reads it: the same facts give the same again."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from crypto import primitives, tree
from portal.domain import rewards, rewards_reading
from portal.domain.rewards_facts import Facts
from portal.domain.rewards_shape import Assessment, Ruling, Sum
from portal.office.house import House

SALT: Final = 32  # bytes


def facts_of(said: Mapping[str, Any]) -> Facts:
    """Facts as they were kept. Raises FactsError for what none are."""
    return rewards_reading.read(json.dumps(dict(said)).encode()).facts


def assess(house: House, edition: str, said: Mapping[str, Any]) -> Assessment:
    """Judge kept facts by the rules of an edition. Raises FactsError, PolicyError for an edition nobody has."""
    return rewards.assess(facts_of(said), house.policies.rewards_of(edition).rules)


def flipped(before: Assessment, after: Assessment) -> tuple[Ruling, ...]:
    """The rows whose answer is another when a fact is: what a what-if shows."""
    pairs = zip(before.rows, after.rows, strict=True)
    return tuple(now for was, now in pairs if (was.met, was.because) != (now.met, now.because))


def digest(found: Assessment, salt: str) -> str:
    """SHA-256, in hex, of an assessment and its salt: what the ledger says of it, for its sum would name the fine.

    There are so few assessments that whoever reads the ledger could try them all: the salt is sealed with the facts.
    """
    return hashlib.sha256(bytes.fromhex(salt) + tree.canonical(_plain(found))).hexdigest()


def new_salt() -> str:
    """Draw the salt of a proposal."""
    return primitives.random_bytes(SALT).hex()


def needs_name(house: House, edition: str, facts: Facts, fen: int) -> bool:
    """Whether it takes an identity document to collect: of a named reporter, and above the ceiling for codes."""
    ceiling = house.policies.rewards_of(edition).rules.terms.code_ceiling
    return facts.reporter.identified or not facts.reporter.claim_code or (ceiling is not None and fen > ceiling)


def _plain(found: Assessment) -> dict[str, object]:
    return {
        "edition": found.edition,
        "eligible": found.eligible,
        "fen": found.fen,
        "shares": list(found.shares),
        "rows": [_row(one) for one in found.rows],
        "steps": [_step(one) for one in found.steps],
        "pending": [str(one) for one in found.pending],
    }


def _row(one: Ruling) -> dict[str, object]:
    return {"id": str(one.row), "met": one.met, "because": str(one.because), "basis": one.basis}


def _step(one: Sum) -> dict[str, object]:
    return {"step": str(one.step), "fen": one.fen, "by": None if one.by is None else str(one.by), "count": one.count}
