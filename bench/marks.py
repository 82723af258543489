"""The index on sealed data at any size: a page of what a search finds, and a case's page with what may be the same.

What is looked for stands in the oldest cases alone, so a search goes through the whole index; the marks of the others
are drawn, each as rare or frequent as pairs of characters are (Zipf), four slots' worth, and used again and again.
"""

import random
from contextlib import closing
from urllib.parse import urlencode

from sqlalchemy import select, update

from bench.client import TOKEN, Client
from bench.home import Home
from bench.pages import CASE, OK, beside_floor, get, signed_in, timed
from portal.office import indexing, postings
from portal.office.postings import SLOT
from portal.store.index import IndexMark, IndexPart
from portal.store.insertion import insert_rows

CASES = 1000  # that are really there; beyond them the index alone grows
SEARCH = "/review/search"
WORDS, NOWHERE = "铁链子锁着", "龘靐齉爩"
PIECES = {indexing.CONTENT: 150, 1: 10, 2: 12}  # how many marks a report has, by field
MARKS = 65_536
COMMONEST = 0.6  # no mark stands in more of the cases
KINDS = 4  # slots drawn
SEED = 20_260_302


def search(home: Home, size: int) -> dict[str, object]:
    """A page of what a search finds in the oldest cases, and one that finds nothing."""
    _, filled = home.fill(min(size, CASES))
    with home.served() as target, closing((client := signed_in(home, target)).connection):
        token = TOKEN.search(client.ask("GET", SEARCH)[1])[1].decode()
        while "没有人打开过".encode() in _sent(client, token, WORDS):
            home.settle()  # each search indexes some
        bytes_each = _grown(home, size, client)
        ours = timed(target, lambda: len(_sent(client, token, WORDS)))
        nothing = timed(target, lambda: len(_sent(client, token, NOWHERE)))
    return beside_floor(home, ours, filled_s=filled, nothing=nothing, bytes_per_case=bytes_each)


def duplicates(home: Home, size: int) -> dict[str, object]:
    """A case's page that compares with so many others, beside the same page compared with few."""
    _, filled = home.fill(min(size, CASES))
    with home.served() as target, closing((client := signed_in(home, target)).connection):
        path = CASE.findall(client.ask("GET", "/review/")[1])[-1].decode()
        get(client, path)
        few = timed(target, lambda: get(client, path))
        bytes_each = _grown(home, size, client)
        ours = timed(target, lambda: get(client, path))
    more = round(ours["cpu_ms"] - few["cpu_ms"], 2)
    return {
        "filled_s": filled,
        "bytes_per_case": bytes_each,
        "portal": {**ours, "more_cpu_ms": more},
        "floor": few,
        "ratio": {"cpu_ms": round(ours["cpu_ms"] / max(few["cpu_ms"], 0.01), 1)},
    }


def _sent(client: Client, token: str, words: str) -> bytes:
    """Look for words; a page that has to be there."""
    status, page = client.ask("POST", SEARCH, urlencode({"words": words, "csrf_token": token}))
    if status != OK:
        raise SystemExit(f"{SEARCH}: {status}")
    return page


def _grown(home: Home, size: int, client: Client) -> int | None:
    """Grow while the browser waits: the server has hung up on it meanwhile."""
    made = _grow(home, size)
    home.settle()
    client.connection.close()
    return made


def _grow(home: Home, size: int) -> int | None:
    """Drawn marks up to so many cases in the fullest desk's index and that of all; returns bytes per case (SQLite)."""
    before = _bytes(home)
    drawn = {field: [_slot(field, kind) for kind in range(KINDS)] for field in PIECES}
    added = 0
    with home.opened() as (store, _):
        with store.reading() as session:
            parts = session.scalars(select(IndexPart).order_by(IndexPart.taken)).all()
        parts = [*[one for one in parts if one.desk_epoch_id][-1:], *[one for one in parts if not one.desk_epoch_id]]
        for part in parts:
            fields = (indexing.CONTENT,) if part.desk_epoch_id else (1, 2)
            first = -(-part.taken // SLOT)
            for slot in range(first, first + -(-(size - part.taken) // SLOT)):
                with store.transaction() as session:
                    for field in fields:
                        rows = drawn[field][slot % KINDS]
                        made = [
                            {"part": part.part, "field": field, "slot": slot, "mark": mark, "numbers": numbers}
                            for mark, numbers in rows
                        ]
                        insert_rows(session, IndexMark, made)
                    session.execute(
                        update(IndexPart).where(IndexPart.part == part.part).values(taken=(slot + 1) * SLOT)
                    )
                added += SLOT if part.desk_epoch_id else 0
    return None if before is None or not added else round((_bytes(home) - before) / added)


def _slot(field: int, kind: int) -> list[tuple[int, bytes]]:
    """The marks of 4,096 cases, ascending."""
    dice = random.Random(SEED + 10 * field + kind)  # noqa: S311 — to be measured, not to be kept
    order = list(range(-MARKS // 2, MARKS // 2))
    random.Random(SEED + field).shuffle(order)  # noqa: S311
    share = PIECES[field] / 11.7  # so that the shares of all marks sum up to the pieces of a report
    made = []
    for rank, mark in enumerate(order, 1):
        chance = min(COMMONEST, share / rank)
        held = _drawn(dice, chance)
        if held:
            made.append((mark, postings.packed(sum(1 << place for place in held))))
    return sorted(made)


def _drawn(dice: random.Random, chance: float) -> set[int]:
    wanted = chance * SLOT
    count = int(wanted) + (dice.random() < wanted % 1)
    return set(dice.sample(range(SLOT), count))


def _bytes(home: Home) -> int | None:
    """The size of the database file, with what has not been folded into it yet."""
    if home.database is not None:
        return None
    path = home.path / "portal.sqlite"
    return sum(one.stat().st_size for one in (path, path.with_name(f"{path.name}-wal")) if one.exists())
