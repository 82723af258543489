"""Background work beside the requests: the signer every second, the tick every minute; one process at a time."""

import logging
import os
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from portal.domain.errors import LedgerError, PortalError
from portal.office import checkpoints, leases, ticking
from portal.office.checkpoints import LogKeys
from portal.office.house import House
from portal.office.opening import open_house
from portal.settings import Settings
from portal.store.outbox import Lease
from portal.store.session import Store, open_store

log = logging.getLogger("portal.jobs")

LEASE = timedelta(seconds=10)
SIGN_EVERY, TICK_EVERY = 1.0, 60.0


@dataclass(frozen=True, slots=True)
class Work:
    """What background work needs."""

    store: Store
    house: House
    keys: LogKeys

    @classmethod
    def of(cls, settings: Settings) -> "Work":
        """Open it."""
        store = open_store(settings.database_url)
        return cls(store, open_house(settings, store), LogKeys.read(settings))


def sign(work: Work, *, now: datetime) -> bool:
    """Make a checkpoint when there is something to sign, and leave the mark that revealing actions ask for."""
    with work.store.reading() as session:
        waiting = checkpoints.behind(session) > 0
        if not waiting and not checkpoints.wants_mark(session, now=now):
            return False
    with work.store.transaction() as session:
        signed = checkpoints.sign(session, work.keys, now=now) is not None
        checkpoints.mark_signed(session, now=now)
    return signed


def tick(work: Work, *, now: datetime) -> int:
    """Do all that is due; returns how many clocks turned late."""
    total = 0
    while True:
        with work.store.transaction() as session:
            done = ticking.tick(session, work.house, now=now)
        total += done
        if done < ticking.BATCH:
            return total


def start(settings: Settings) -> threading.Thread:
    """Start the background thread of this process."""
    thread = threading.Thread(target=_loop, args=(settings,), name="portal-jobs", daemon=True)
    thread.start()
    return thread


def _loop(settings: Settings) -> None:
    """Work until the process ends; what goes wrong is said and tried again: without a signer nothing is shown."""
    holder, ticked = f"{os.getpid()}-{uuid4().hex[:8]}", 0.0
    work: Work | None = None
    while True:
        try:
            work = work or Work.of(settings)
            ticked = _once(work, holder, ticked)
        except LedgerError as error:
            log.critical("the ledger cannot be signed: %s", error)
        except PortalError as error:
            log.warning("background work failed, trying again: %s", type(error).__name__)
        except Exception as error:  # noqa: BLE001 — a thread that ended would leave reports unseen, without a word
            log.critical("background work failed, trying again: %s", type(error).__name__)
        time.sleep(SIGN_EVERY)


def _once(work: Work, holder: str, ticked: float) -> float:
    """Sign, and once a minute do what is due; returns when that was last."""
    if not _holds(work, holder):
        return ticked
    sign(work, now=datetime.now(UTC))
    if time.monotonic() - ticked < TICK_EVERY:
        return ticked
    tick(work, now=datetime.now(UTC))
    return time.monotonic()


def _holds(work: Work, holder: str) -> bool:
    """Whether this process has the lease; it is written only when it is free or getting old."""
    now = datetime.now(UTC)
    with work.store.reading() as session:
        lease = session.get(Lease, "jobs")
    if lease is not None and lease.until > now + LEASE / 2:
        return lease.holder == holder
    if lease is not None and lease.until > now and lease.holder != holder:
        return False
    with work.store.transaction() as session:
        return leases.take(session, "jobs", holder, life=LEASE, now=now)
