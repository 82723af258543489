"""What time costs: a tick over so many open clocks when nothing is due, when a day's clocks are, when all are."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select, update

from bench import fill
from bench.home import Home
from portal.domain.audit import SYSTEM, written
from portal.domain.vocabulary import ClockState
from portal.office import ticking
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.store.cases import Clock
from portal.store.session import Store

DAYS = 60  # that a clock runs


def tick(home: Home, size: int) -> dict[str, object]:
    """Seconds of CPU of this process, and of the clock.

    The floor of a day is as many entries as it leaves, recorded alone in the same parts.
    """
    now = datetime.now(UTC).replace(microsecond=0)
    with home.opened() as (store, house):
        fill.cases(store, house, size, lived=False)
        with store.transaction() as session:
            session.execute(update(Clock).values(target_at=None))  # which came with the copies, all of one moment
        _ticked(store, house, now)  # what the demonstration left
        day, last = _moments(store)
        figures = {"idle": _timed(lambda: _ticked(store, house, now + timedelta(minutes=1)))}
        before = fill.size(store)
        figures["day"] = _timed(lambda: _ticked(store, house, day))
        entries = fill.size(store) - before
        floor = _timed(lambda: _recorded(store, house, entries, now))
        figures["all"] = _timed(lambda: _ticked(store, house, last + timedelta(days=1)))
        with store.reading() as session:
            wanted = select(func.count()).select_from(Clock).where(Clock.state == ClockState.RUNNING)
            left = session.execute(wanted).scalar_one()
    return {
        "open": size,
        "portal": figures,
        "floor": {"entries": entries, **floor},
        "left": left,
        "ratio": round(figures["day"]["cpu_s"] / floor["cpu_s"], 1),
    }


def _moments(store: Store) -> tuple[datetime, datetime]:
    """When one clock in sixty is over, as on any day where each runs for sixty; and when the last is."""
    running = select(Clock.due_at).where(Clock.state == ClockState.RUNNING).order_by(Clock.due_at)
    with store.reading() as session:
        dues = session.scalars(running).all()
    return dues[len(dues) // DAYS], dues[-1]


def _ticked(store: Store, house: House, now: datetime) -> int:
    """As `portal tick` does it."""
    total, step = 0, ticking.tick
    while True:
        with store.transaction() as session:
            done = step(session, house, now=now)
        total, step = total + done, ticking.go_on
        if done < ticking.BATCH:
            return total


def _recorded(store: Store, house: House, entries: int, now: datetime) -> int:
    facts = {"kind": "UnknownReceipt", "hour": written(now), "count": 1}
    for first in range(0, entries, ticking.BATCH):
        together = min(ticking.BATCH, entries - first)
        with store.transaction() as session:
            record(
                session,
                house.entry_key,
                *(Draft("refusals_counted", now, SYSTEM, facts=facts) for _ in range(together)),
            )
    return entries


def _timed(work: Callable[[], int]) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    count = work()
    return {
        "clocks": count,
        "cpu_s": round(time.process_time() - cpu, 2),
        "seconds": round(time.perf_counter() - wall, 2),
    }
