"""Files that no row names any more, and pieces of uploads that were broken off: taken away when they are old enough.

A blob is written before the row that names it, so nothing is touched that the store's own clock says is younger than an
hour; rows are asked after the listing, and whatever cannot be asked or listed stays. Ages count in full hours: what is
taken away, and entered, does not tell the minute in which somebody sent something.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain, islice, takewhile
from uuid import UUID

from sqlalchemy import select

from portal.domain.audit import SYSTEM, hour_of
from portal.office import claiming
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.store.blobs import Blobs, Stored
from portal.store.files import Blob
from portal.store.payouts import PayoutFile
from portal.store.session import Store

FILES, PIECES = "files", "pieces"
AGE = timedelta(hours=1)
TURN = 20_000  # blobs looked at in one go: a store of a million takes an hour of ticks, each little memory and time
BATCH = 500

Named = Callable[[Store, Sequence[UUID]], Collection[UUID]]  # those of some files that rows still name


@dataclass(slots=True)
class Walk:
    """How far a process has come around the store; another begins wherever it may, so that all is reached."""

    at: dict[str, str] = field(default_factory=lambda: {space: _anywhere(space) for space in (FILES, PIECES)})
    around: datetime | None = None  # the hour in which it last came all around


def collect(store: Store, house: House, named: Named, walk: Walk, *, now: datetime) -> Counter[str]:
    """Go on with the walk; returns how many blobs of each space were taken away, and enters how many files.

    Raises NotStoredError when a file cannot be listed or taken away, or rows cannot be asked: the rest stays. Raises
    StartError when they are another installation's files.
    """
    taken: Counter[str] = Counter()
    if walk.around == hour_of(now):
        return taken
    claiming.claim(house)
    before = hour_of(house.blobs.now() - AGE)
    try:
        whole = [
            _take(house.blobs, _turn(house.blobs, walk, FILES), before, lambda ids: named(store, ids), taken),
            _take(house.blobs, _turn(house.blobs, walk, PIECES), before, _nothing, taken),
        ]
    finally:
        if taken[FILES]:
            with store.transaction() as session:
                record(session, house.entry_key, Draft("files_collected", now, SYSTEM, facts={"count": taken[FILES]}))
    walk.around = hour_of(now) if all(whole) else None
    return taken


def _take(
    blobs: Blobs,
    looked: Iterator[Stored],
    before: datetime,
    named: Callable[[Sequence[UUID]], Collection[UUID]],
    taken: Counter[str],
) -> bool:
    """Take away what is old and not named; returns whether the turn ended by itself."""
    seen = 0
    while batch := list(islice(looked, BATCH)):
        seen += len(batch)
        old = {one.name: _id(one.name) for one in batch if one.modified_at < before}
        kept = set(named(list(old.values()))) if old else set()
        for name, blob_id in old.items():
            if blob_id not in kept:
                blobs.delete(name)
                taken[name.partition("/")[0]] += 1
    return seen < TURN


def _turn(blobs: Blobs, walk: Walk, space: str) -> Iterator[Stored]:
    """Some blobs from where the walk is, around the end and no farther than to there again."""
    start = walk.at[space]
    first = takewhile(lambda one: one.name <= start, blobs.listed(space))
    for one in islice(chain(blobs.listed(space, start), first), TURN):
        walk.at[space] = one.name
        yield one


def named_by_rows(store: Store, ids: Sequence[UUID]) -> Collection[UUID]:
    """Which of them are files that belong to a report or a payment."""
    with store.reading() as session:
        return {one for row in (Blob, PayoutFile) for one in session.scalars(select(row.id).where(row.id.in_(ids)))}


def _nothing(_ids: Sequence[UUID]) -> Collection[UUID]:
    """No row names a piece."""
    return ()


def _id(name: str) -> UUID:
    return UUID(hex=name.split("/")[1])


def _anywhere(space: str) -> str:
    drawn = f"{space}/{secrets.token_hex(16)}"
    return drawn if space == FILES else f"{drawn}/0"
