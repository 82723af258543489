"""SIGKILL to a worker while somebody confirms a motion: it is confirmed and done, or it waits; then it is confirmed."""

import json
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import pytest

from bench.client import TOKEN, Client
from portal.domain.vocabulary import Duty, MotionKind, MotionState
from portal.office import paper, staffing
from portal.store.motions import Motion
from tests.drills.crowd import CUT, PATIENCE, verify
from tests.drills.live import running
from tests.drills.test_drill_officers import at_work
from tests.faults import count
from tests.staffing import Staff
from tests.world import World

pytestmark = pytest.mark.sqlite

SEED = 20260302
KILLS = {"short": 2, "long": 5}  # ten codes in ten minutes, and some are tried again
GAP = (0.0, 0.06)  # seconds after it was sent


class Confirming:
    """陈 in front of a motion, with codes on paper."""

    def __init__(self, world: World, client: Client) -> None:
        self.world, self.client = world, client

    def send(self, motion: UUID) -> int:
        """Look at it, and confirm; 0 where the connection was cut. Asked again while the worker is being replaced."""
        with suppress(*CUT):
            _, page = self.client.ask("GET", f"/review/motions/{motion}")
            typed = {"csrf_token": TOKEN.search(page)[1].decode(), "sure": "y", "otp": self._code()}
            return self.client.ask("POST", f"/review/motions/{motion}/confirm", urlencode(typed))[0]
        self.client.connection.close()
        return 0

    def _code(self) -> str:
        with self.world.store.reading() as session:
            first = paper.next_of(session, self.world.actor("chen"))
        return paper.sheet(self.world.cast["chen"].keys.otp, first)[0].code


def test_a_motion_whose_worker_is_killed_is_confirmed_or_waits(
    world: World, tmp_path: Path, length: str, say: Callable[[str], None]
) -> None:
    world.clock.now = datetime.now(UTC).replace(microsecond=0)
    staff, chance, waited = Staff(world), random.Random(SEED), 0  # noqa: S311 — when to kill, no secret
    lin, desk = staff.cast["lin"].officer_id, staff.desk(Duty.INVESTIGATE)
    with running(world, tmp_path / "output.txt") as live, at_work(world, live, world.cast["chen"]) as client:
        chen = Confirming(world, client)
        for number in range(KILLS[length]):
            motion = staff.propose(MotionKind.SEAT, "guan", "lin", duty=Duty.INVESTIGATE)
            seats = count(world, "seats")
            sending = threading.Thread(target=chen.send, args=(motion,))
            sending.start()
            time.sleep(chance.uniform(*GAP))
            live.kill_a_worker(chance)
            sending.join()
            if state(world, motion) is MotionState.PROPOSED:
                assert count(world, "seats") == seats
                waited += 1
                again(chen, motion)
            assert state(world, motion) is MotionState.CONFIRMED
            assert count(world, "seats") == seats + 1
            assert count(world, "entries", "event = 'motion_confirmed'") == number + 1
            verify(world)
            with staff.act("guan") as act:
                staffing.unseat(act, lin, desk)
    say(json.dumps({"drill": "motions", "kills": KILLS[length], "waited": waited}))


def state(world: World, motion: UUID) -> MotionState:
    with world.store.reading() as session:
        return session.get_one(Motion, motion).state


def again(chen: Confirming, motion: UUID) -> None:
    """Until there is a worker."""
    end = time.monotonic() + PATIENCE
    while chen.send(motion) != 303:
        assert time.monotonic() < end
        time.sleep(0.1)
