"""The clock jumps back and forward and returns: nothing stays shut, nothing stays open, and the ledger says so."""

import json
import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from portal.domain.replay_entries import Rule
from portal.store.ledger import Checkpoint
from tests.drills.crowd import verify
from tests.visitor import REPORT, SUBMISSION, Visitor
from tests.world import PASSWORD, World

HOUR, DAY, YEAR = timedelta(hours=1), timedelta(days=1), timedelta(days=365)
JUMPS = {"short": [-HOUR, YEAR], "long": [-HOUR, -DAY, -YEAR, HOUR, DAY, YEAR]}
SEED = 20260302


def sign_in(world: World, visitor: Visitor, true: datetime) -> int:
    """林 types what their phone shows, which knows the time."""
    visitor.get("/review/login")
    typed = {"username": "lin", "password": PASSWORD, "otp": world.cast["lin"].code(true)}
    return visitor.post("/review/login", typed).status_code


def send(visitor: Visitor, fields: dict[str, str]) -> str:
    """Send a form that is open; once more where the page was too old, as its sentence asks."""
    for _ in range(2):
        answer = visitor.post("/report", fields)
        if answer.status_code == 200:
            return visitor.receipt
        assert answer.status_code == 422
        assert fields["description"] in visitor.last
        fields = {**fields, "submission": SUBMISSION.search(visitor.last)[1]}
    raise AssertionError(visitor.last)


def fill(visitor: Visitor, number: int) -> dict[str, str]:
    """Open the form."""
    visitor.get("/report")
    return {**REPORT, "description": f"第{number}号出口锁着。", "submission": SUBMISSION.search(visitor.last)[1]}


def test_after_a_jump_and_back_all_is_as_before(
    world: World, length: str, say: Callable[[str], None], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "portal.checkpoints")
    receipts: dict[str, str] = {}
    true = world.clock()
    jumps = JUMPS[length] * (5 if length == "long" else 1)
    random.Random(SEED).shuffle(jumps)  # noqa: S311
    for number, jump in enumerate(jumps):
        early, meanwhile, officer = world.visitor(), world.visitor(), world.visitor()
        opened = fill(early, 2 * number)
        world.clock.now = true + jump
        world.tick()
        receipts[send(early, opened)] = opened["description"]
        fields = fill(meanwhile, 2 * number + 1)
        receipts[send(meanwhile, fields)] = fields["description"]
        assert meanwhile.get("/mailbox").status_code == 200
        while (status := sign_in(world, officer, true)) != 429:
            assert status == 422  # the phone is right and the portal is not
        world.clock.now = true
        world.tick()
        assert officer.get("/readyz").status_code == 200
        assert sign_in(world, world.visitor(), true) == 303 or jump < timedelta()
        true = world.clock.forward(minutes=6)  # longer than the longest delay
        assert sign_in(world, world.visitor(), true) == 303
        true = world.clock.forward(minutes=61)
        assert "第" not in meanwhile.get("/mailbox").text, "a mailbox that was opened in another time is still open"
    for receipt, written in receipts.items():
        visitor = world.visitor()
        world.clock.forward(minutes=1)
        assert written in visitor.open_mailbox(receipt).text
    verdict = world.verify(replayed=False)
    verify(world, Rule.ORDER)
    with world.store.reading() as session:
        times = list(session.scalars(select(Checkpoint.signed_at).order_by(Checkpoint.size)))
    backwards = sum(later < earlier for earlier, later in pairwise(times))
    assert verdict.backwards == backwards == caplog.text.count("the clock went back") > 0
    engine = world.store.engine.dialect.name
    say(json.dumps({"drill": "clock", "engine": engine, "jumps": len(jumps), "opened": len(receipts)}))
