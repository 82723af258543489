"""How far a case has come before a step of triage beside taking it up: what the tables of routes lead up to."""

from collections.abc import Callable, Mapping
from uuid import UUID

from portal.domain.alarms import AlarmKind
from tests.alarming import by_hand
from tests.casework import propose_block, put_aside
from tests.disputing import dispute
from tests.merging import merge
from tests.office.test_transferring import hand
from tests.protecting import protect
from tests.recusing import kept_out
from tests.referring import refer
from tests.sending import accept, arrive
from tests.staffing import Staff
from tests.world import World


def _blocking(world: World, case_id: UUID) -> dict[str, str]:
    """林 has proposed that it is no report."""
    propose_block(Staff(world), "lin", case_id)
    return {}


def _aside(world: World, case_id: UUID) -> dict[str, str]:
    """林 has put it aside."""
    put_aside(world, "lin", case_id)
    return {}


def _other(world: World, case_id: UUID) -> dict[str, str]:
    """Another case of the desk was taken up."""
    del case_id
    accept(world, "lin", arrive(world)[1])
    return {}


def _merged(world: World, case_id: UUID) -> dict[str, str]:
    """It is handled with another."""
    _, main_id = arrive(world)
    accept(world, "lin", main_id)
    merge(world, "lin", case_id, main_id)
    return {}


def _threatened(world: World, case_id: UUID) -> dict[str, str]:
    """高 rings for retaliation."""
    by_hand(world, "gao", case_id, AlarmKind.RETALIATION)
    return {}


def _protected(world: World, case_id: UUID) -> dict[str, str]:
    """And says how the reporter is protected."""
    _threatened(world, case_id)
    protect(world, "gao", case_id)
    return {}


def _handed(world: World, case_id: UUID) -> dict[str, str]:
    """A part went to the fire brigade."""
    return {"referral_id": str(refer(world, "lin", case_id, whole=False))}


def _received(world: World, case_id: UUID) -> dict[str, str]:
    """长春 has handed it to 四平."""
    hand(world, case_id)
    return {}


def _disputed(world: World, case_id: UUID) -> dict[str, str]:
    """四平 was handed it and says that it is not theirs."""
    hand(world, case_id)
    dispute(world, "qin", case_id)
    return {}


def _nothing(world: World, case_id: UUID) -> dict[str, str]:
    """It lies there."""
    del world, case_id
    return {}


# Endpoint → what has happened before it; returns what its address names besides the case.
STAGED: Mapping[str, Callable[[World, UUID], dict[str, str]]] = {
    "review.merge": _other,
    "review.protect": _threatened,
    "review.check_retaliation": _protected,
    "review.split": _merged,
    "review.show_referral": _handed,
    "review.step_referral": _handed,
    "review.dispute": _received,
    "review.settle": _disputed,
    "review.recuse": _nothing,
    "review.lift_recusal": lambda world, case_id: {"recusal_id": str(kept_out(world, case_id, "chen", pleads=True))},
    "review.take_back_recusal": lambda world, case_id: {
        "recusal_id": str(kept_out(world, case_id, "chen", pleads=False))
    },
    "review.put_back": _aside,
    "review.answer_block": _blocking,
}
