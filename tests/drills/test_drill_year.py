"""A year of an office, made up and lived twice: the same entries both times, every step legal, nothing left undone."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.drills.year import Year
from tests.world import Template, World

pytestmark = pytest.mark.sqlite

SEED = 20260302
REPORTS = {"short": 8, "long": 3000}
DAYS = {"short": 25, "long": 365}
DRAWN = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{64}|[0-9A-F]{4}(?: [0-9A-F]{4})+")


def told(world: World) -> Counter[str]:
    """What the ledger says, without what is drawn anew each time: ids, digests, keys."""
    said = ({**entry, "rows": [row[0] for row in entry["rows"]]} for entry in world.entries())
    return Counter(DRAWN.sub("?", json.dumps(_sorted(one), ensure_ascii=False)) for one in said)


def _sorted(entry: dict[str, Any]) -> dict[str, Any]:
    return {**entry, "rows": sorted(entry["rows"])}


def live(template: Template, home: Path, length: str) -> tuple[World, Year]:
    world = World.copy(template, home)
    year = Year(world, random.Random(SEED))  # noqa: S311 — the same each time, no secret
    year.run(reports=REPORTS[length], days=DAYS[length])
    world.sign()
    return world, year


def test_a_year_lived_twice_is_the_same_and_every_step_of_it_is_legal(
    template: Template, tmp_path: Path, length: str, say: Callable[[str], None]
) -> None:
    (first, year), (second, again) = (live(template, tmp_path / name, length) for name in ("first", "second"))
    assert first.replay() == ()
    assert first.verify(deep=False).unsigned == 0
    assert (year.told, year.refused) == (again.told, again.refused)
    assert told(first) == told(second)
    entries = Counter(first.events())
    say(json.dumps({"drill": "year", "stories": year.told, "refused": year.refused, "entries": entries}))
    first.close()
    second.close()
