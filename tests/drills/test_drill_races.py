"""Steps of a case that exclude each other, at the same moment on PostgreSQL: a few in the suite, all as a drill."""

from collections.abc import Callable

import pytest

from tests import racing
from tests.racing import Two
from tests.world import World

pytestmark = pytest.mark.postgresql
LONG = [pytest.param(two, marks=pytest.mark.drill) for two in racing.LONG]


@pytest.mark.parametrize("two", [*racing.SHORT, *LONG])
def test_of_two_steps_that_exclude_each_other_one_is_taken(world: World, two: Callable[[World], Two]) -> None:
    racing.require_one(world, two)
