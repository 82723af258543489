"""Background work beside the requests: the signer every second, the tick every minute; one process at a time."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from portal.domain.errors import LedgerError, NotStoredError, PortalError, StartError
from portal.logs import place
from portal.office import checkpoints, claiming, collecting, configuring, daily, ticking
from portal.office.checkpoints import LogKeys
from portal.office.collecting import Walk
from portal.office.daily import Daily
from portal.office.house import House
from portal.office.opening import open_house
from portal.settings import Settings
from portal.store.leases import Lease
from portal.store.session import Store, open_store
from portal.web.requests import system_clock

log = logging.getLogger("portal.jobs")

SIGN_EVERY, TICK_EVERY = 1.0, 60.0
JUMP, HOLD = 600.0, 3600.0  # seconds by which a clock jumps; how long it has to stand before anything is due by it


def since_start() -> float:
    """Seconds since the machine was started, those in which it slept among them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is, and how much of it has passed by a clock that nobody can set."""

    now: Callable[[], datetime] = system_clock
    elapsed: Callable[[], float] = since_start


MACHINE = Clock()


def unheard(_work: str) -> None:
    """Nobody asks what was done."""


def unwatched(_total: int) -> None:
    """Nobody waits for it."""


def uncounted(_space: str, _count: int) -> None:
    """Nobody asks how many files were taken away."""


@dataclass(slots=True)
class Steadiness:
    """Whether the machine's time has run evenly: what turned late or was escalated by a wrong clock stays so."""

    offset: float | None = None
    jumped: float = -HOLD

    def holds(self, wall: float, elapsed: float) -> bool:
        """Compare with a clock that nobody can set; False until the time has stood for an hour after a jump."""
        before, self.offset = self.offset, wall - elapsed
        if before is not None and abs(self.offset - before) > JUMP:
            self.jumped = elapsed
            log.critical("the clock jumped; what is due waits for an hour")
        return elapsed - self.jumped >= HOLD


@dataclass(frozen=True, slots=True)
class Work:
    """What background work needs."""

    store: Store
    house: House
    keys: LogKeys
    lease: Lease
    daily: Daily | None = None
    steadiness: Steadiness = field(default_factory=Steadiness)
    walk: Walk = field(default_factory=Walk)
    collected: Callable[[str, int], None] = uncounted

    @classmethod
    def of(cls, settings: Settings) -> "Work":
        """Open it. Raises LedgerError when the key at hand may not sign."""
        with ExitStack() as undone:
            store = open_store(settings.database_url)
            undone.callback(store.close)
            house, keys = open_house(settings, store), LogKeys.read(settings)
            if keys.signing.public != house.log.current:
                raise LedgerError(
                    f"{settings.log_key} is not the key that the ledger names; put the right file back, or run "
                    "`portal audit rotate` again if it was interrupted"
                )
            undone.pop_all()
        return cls(store, house, keys, store.lease("jobs"), Daily.of(settings))

    def close(self) -> None:
        """Give back what it holds."""
        self.lease.close()
        self.store.close()


def begin(settings: Settings, *, now: datetime) -> None:
    """Enter how the portal is started, where that is otherwise than the last time. Raises PortalError.

    Refuses a store of files that is another installation's; one that does not answer costs no report.
    """
    with closing(open_store(settings.database_url)) as store:
        house = open_house(settings, store)
        try:
            claiming.claim(house)
        except NotStoredError as error:
            log.warning("files cannot be kept: %s", error)
        with store.transaction() as session:
            configuring.enter(session, house, settings, now=now)


def require_own_files(work: Work) -> None:
    """Raise StartError where the store of files is another installation's; one that does not answer is told later."""
    with suppress(NotStoredError):
        claiming.require_ours(work.house)


def sign(work: Work, *, now: datetime) -> bool:
    """Make a checkpoint when there is something to sign."""
    with work.store.reading() as session:
        if checkpoints.behind(session) == 0:
            return False
    with work.store.transaction() as session:
        return checkpoints.sign(session, work.keys, now=now) is not None


def tick(work: Work, *, now: datetime, counted: Callable[[int], None] = unwatched) -> int:
    """Do all that is due, a batch at a time; returns of how many clocks something came, and tells it as it goes."""
    total, step = 0, ticking.tick
    while True:
        with work.store.transaction() as session:
            done = step(session, work.house, now=now)
        total, step = total + done, ticking.go_on
        counted(total)
        if done < ticking.BATCH:
            break
    _keep_checkpoint(work, now)
    _keep_newest(work)
    _collect(work, now)
    work.store.tidy()
    return total


def _keep_checkpoint(work: Work, now: datetime) -> None:
    """The file of the day; where it cannot be written, all else goes on."""
    try:
        if work.daily is not None:
            daily.keep(work.store, work.daily, now=now)
    except StartError as error:
        log.critical("no checkpoint was kept for witnesses: %s", error)


def _keep_newest(work: Work) -> None:
    """What the next start need not read again; where the ledger does not hold, all else goes on."""
    try:
        work.house.newest.keep(work.store)
    except LedgerError as error:
        log.critical("the ledger cannot be read on: %s", error)


def _collect(work: Work, now: datetime) -> None:
    """Files that nothing names; where they cannot be asked for, all else goes on."""
    try:
        for space, count in collecting.collect(
            work.store, work.house, collecting.named_by_rows, work.walk, now=now
        ).items():
            work.collected(space, count)
    except (NotStoredError, StartError) as error:
        log.critical("files that nothing names were not taken away: %s", error)


def start(
    settings: Settings,
    done: Callable[[str], None] = unheard,
    clock: Clock = MACHINE,
    collected: Callable[[str, int], None] = uncounted,
) -> threading.Thread:
    """Start the background thread of this process; it tells what it has done."""
    thread = threading.Thread(target=_loop, args=(settings, done, clock, collected), name="portal-jobs", daemon=True)
    thread.start()
    return thread


def _loop(
    settings: Settings,
    done: Callable[[str], None] = unheard,
    clock: Clock = MACHINE,
    collected: Callable[[str, int], None] = uncounted,
) -> None:
    """Work until the process ends; what goes wrong is said and tried again: without a signer nothing is shown."""
    ticked = -TICK_EVERY
    with ExitStack() as opened:
        work: Work | None = None
        while True:
            try:
                work = work or opened.enter_context(closing(replace(Work.of(settings), collected=collected)))
                ticked = _once(work, ticked, done, clock)
            except LedgerError as error:
                log.critical("the ledger cannot be signed: %s", error)
            except PortalError as error:
                log.warning("background work failed, trying again: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001 — a thread that ended would leave reports unseen, without a word
                kind = type(error).__name__
                log.critical("background work failed, trying again: %s", kind, extra={"place": place(error)})
            time.sleep(SIGN_EVERY)


def _once(work: Work, ticked: float, done: Callable[[str], None] = unheard, clock: Clock = MACHINE) -> float:
    """Sign, and once a minute do what is due; returns when that was last."""
    steady = work.steadiness.holds(clock.now().timestamp(), clock.elapsed())
    if not work.lease.holds():
        return ticked
    sign(work, now=clock.now())
    done("sign")
    if not steady or clock.elapsed() - ticked < TICK_EVERY:
        return ticked
    tick(work, now=clock.now())
    done("tick")
    return clock.elapsed()
