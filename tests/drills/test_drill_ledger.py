"""Entries from four processes at once while writers and signers are killed: dense, verified, legal, signed at once."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import select

from portal.office import checkpoints
from portal.store.ledger import Entry
from tests.drills.crowd import PATIENCE, environ, verify
from tests.world import World

pytestmark = pytest.mark.postgresql

LISTED = Entry.event == "listed"
SEED = 20260302
WRITERS = {"short": 2, "long": 4}
SIGNERS = 2
MOST = {"short": 2, "long": 1000}  # kills
PACE = {"short": 10.0, "long": 50.0}  # entries a second and writer
SECONDS = {"short": 2, "long": 60}
GAP = {"short": (2.0, 3.0), "long": (2.0, 4.0)}  # between two kills
BEHIND = 1.0  # seconds a signer sleeps: no entry waits for longer than that and the signing itself
SIGNING = 1.0  # of which on a crowded machine


@dataclass
class Ledger:
    """The processes at work, and what they were told."""

    world: World
    folder: Path
    length: str
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    kills: int = 0

    @property
    def count(self) -> int:
        """How many entries each writer has to write."""
        return int(PACE[self.length] * SECONDS[self.length])

    @property
    def writers(self) -> int:
        """The first so many processes write, those behind them sign."""
        return WRITERS[self.length]

    def files(self) -> list[Path]:
        return [self.folder / f"writer-{number}" for number in range(self.writers)]

    def start(self, number: int) -> subprocess.Popen[bytes]:
        """A writer, or behind them a signer."""
        arguments: list[str] = []
        if number < self.writers:
            lin = self.world.actor("lin")
            arguments = [str(self.files()[number]), str(PACE[self.length]), str(self.count)]
            arguments += [str(lin.officer_id), str(lin.authority_id)]
        command = [sys.executable, "-m", "tests.drills.writing", *arguments]
        return subprocess.Popen(command, env=environ(self.world), stderr=subprocess.DEVNULL, start_new_session=True)

    def kill_one(self, chance: random.Random) -> None:
        """SIGKILL to a process that is not done; another takes its place at once."""
        number = chance.randrange(self.writers + SIGNERS)
        if self.kills < MOST[self.length] and self.running[number].poll() is None:
            os.kill(self.running[number].pid, signal.SIGKILL)
            self.running[number].wait(PATIENCE)
            self.running[number] = self.start(number)
            self.kills += 1

    def writing(self) -> bool:
        return any(one.poll() is None for one in self.running[: self.writers])

    def acknowledged(self) -> dict[int, str]:
        """Index → id of every entry that its writer knows to be stored."""
        lines = [line.split() for file in self.files() for line in file.read_text().splitlines()]
        return {int(index): entry_id for index, entry_id in lines}

    def behind(self) -> float:
        """Seconds from now until everything is signed."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            with self.world.store.reading() as session:
                if checkpoints.behind(session) == 0:
                    return time.monotonic() - began
            time.sleep(0.02)
        raise AssertionError("nobody signs")


@contextmanager
def at_work(world: World, folder: Path, length: str) -> Iterator[Ledger]:
    """Start them, and end them whatever happened."""
    made = Ledger(world, folder, length)
    for file in made.files():
        file.touch()
    made.running = [made.start(number) for number in range(made.writers + SIGNERS)]
    try:
        yield made
    finally:
        for one in made.running:
            one.kill()
            one.wait(PATIENCE)


def test_whoever_is_killed_the_ledger_is_dense_verified_and_signed_at_once(
    world: World, tmp_path: Path, length: str, say: Callable[[str], None]
) -> None:
    chance, began = random.Random(SEED), time.monotonic()  # noqa: S311 — when to kill, no secret
    with at_work(world, tmp_path, length) as ledger:
        due = began + chance.uniform(*GAP[length])
        while ledger.writing():
            assert time.monotonic() - began < SECONDS[length] + 3 * PATIENCE, "the machine does not get so far"
            time.sleep(0.02)
            if time.monotonic() > due:
                ledger.kill_one(chance)
                due += chance.uniform(*GAP[length])
        took, behind = time.monotonic() - began, ledger.behind()
    told = ledger.acknowledged()
    assert len(told) == ledger.writers * ledger.count
    with world.store.reading() as session:
        stored = {index: str(one) for index, one in session.execute(select(Entry.index, Entry.id).where(LISTED))}
    assert told.items() <= stored.items()
    assert len(stored) - len(told) <= ledger.kills  # stored, and killed before it could say so
    assert behind <= BEHIND + SIGNING
    verify(world)
    figures = {"entries": len(stored), "seconds": round(took, 1), "kills": ledger.kills, "behind": round(behind, 2)}
    say(json.dumps({"drill": "ledger", "engine": "postgresql", **figures}))
