"""Messages leave beside the requests: a thread of its own, so that a mail server that hangs holds up no signature."""

import logging
import threading
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from portal.domain.errors import PortalError
from portal.jobs import MACHINE, Clock
from portal.logs import place
from portal.office import delivering
from portal.office.house import House
from portal.office.opening import open_house
from portal.outgoing import Outgoing
from portal.settings import Settings
from portal.store.leases import Lease
from portal.store.session import Store, open_store

log = logging.getLogger("portal.post")

EVERY = 3.0  # seconds


@dataclass(frozen=True, slots=True)
class Post:
    """What sending needs; of several processes the one with the lease sends."""

    store: Store
    house: House
    outgoing: Outgoing
    lease: Lease

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Open it."""
        with ExitStack() as undone:
            store = open_store(settings.database_url)
            undone.callback(store.close)
            made = cls(store, open_house(settings, store), settings.outgoing, store.lease("post"))
            undone.pop_all()
        return made

    def close(self) -> None:
        """Give back what it holds."""
        self.lease.close()
        self.store.close()

    def deliver(self, *, now: datetime) -> int:
        """Send what is due, unless another process does; returns how many messages left."""
        return delivering.deliver(self.store, self.house, self.outgoing, now=now) if self.lease.holds() else 0


def once(settings: Settings, *, now: datetime) -> int:
    """Send what is due, for `portal tick`."""
    if not settings.outgoing:
        return 0
    with closing(Post.of(settings)) as post:
        return post.deliver(now=now)


def start(settings: Settings, clock: Clock = MACHINE) -> threading.Thread | None:
    """Start the thread of this process; None where nothing can leave."""
    if not settings.outgoing:
        return None
    thread = threading.Thread(target=_loop, args=(settings, clock), name="portal-post", daemon=True)
    thread.start()
    return thread


def _loop(settings: Settings, clock: Clock) -> None:
    """Work until the process ends; what goes wrong is said and tried again."""
    with ExitStack() as opened:
        post: Post | None = None
        while True:
            try:
                post = post or opened.enter_context(closing(Post.of(settings)))
                post.deliver(now=clock.now())
            except PortalError as error:
                log.warning("messages wait, trying again: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001 — a thread that ended would leave alarms unheard, without a word
                kind = type(error).__name__
                log.critical("messages wait, trying again: %s", kind, extra={"place": place(error)})
            time.sleep(EVERY)
