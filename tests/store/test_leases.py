"""Leases: one holder at a time, and the next when the first has gone; nothing of them lies in the database."""

import subprocess
import sys

import pytest

from portal.domain.errors import NotStoredError
from portal.store.session import open_store
from tests.waiting import until
from tests.world import World

HOLD = """
import sys
from portal.store.session import open_store
lease = open_store(sys.argv[1]).lease("work")
print(lease.holds(), flush=True)
sys.stdin.read()
"""


def test_of_two_holders_one_has_the_lease_and_keeps_it(world: World) -> None:
    one, two = world.store.lease("work"), world.store.lease("work")
    assert one.holds()
    assert not two.holds()
    assert one.holds()
    one.close()
    until(two.holds)  # PostgreSQL notices a moment later that it was given back
    assert not one.holds()
    two.close()


def test_leases_of_different_work_are_apart(world: World) -> None:
    one, other = world.store.lease("work"), world.store.lease("other")
    assert one.holds()
    assert other.holds()
    one.close()
    other.close()


def test_what_was_given_back_may_be_taken_again(world: World) -> None:
    lease = world.store.lease("work")
    for _ in range(2):
        until(lease.holds)
        lease.close()


def test_another_process_that_dies_is_followed(world: World) -> None:
    url = world.settings.database_url
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout.readline() == "True\n"
    store = open_store(url)
    lease = store.lease("work")
    assert not lease.holds()
    other.kill()
    other.communicate()
    until(lease.holds)  # the server notices a moment later
    lease.close()
    store.close()


@pytest.mark.sqlite
def test_a_home_that_cannot_be_written_is_said(world: World) -> None:
    (world.home / "portal.work.lock").mkdir()
    with pytest.raises(NotStoredError):
        world.store.lease("work").holds()
