"""Who does the work of verifying: this process alone, or two more where there is much to do.

Work is handed out few parts at a time and comes back in the order of the parts, so that the first thing that does not
hold is named whoever finds it, and memory does not grow with the ledger.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import islice
from multiprocessing import get_context
from typing import TypeVar

from portal.domain.errors import StartError
from portal.store.session import Store, open_store

PROCESSES = 2
BROKEN = "a process that checked was ended from outside; run it again"
AHEAD = 2 * PROCESSES  # parts that may wait for their turn

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Hands:
    """A store, and processes that open it too."""

    store: Store
    pool: ProcessPoolExecutor | None = None

    def each(self, work: Callable[..., Made], parts: Iterable[tuple[object, ...]]) -> Generator[Made]:
        """Do the work for each part, the store first; results in their order. Raises what the work raises."""
        if self.pool is None:
            yield from (work(self.store, *part) for part in parts)
            return
        begun = (self.pool.submit(_in_process, work, self.store.url, part) for part in parts)
        waiting: deque[Future[Made]] = deque(islice(begun, AHEAD))
        try:
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(islice(begun, 1))
        except BrokenExecutor as error:
            raise StartError(BROKEN) from error
        finally:
            for one in waiting:
                one.cancel()

    def beside(self, work: Callable[[Store], None]) -> Callable[[], None]:
        """Begin work that stands by itself, where there are processes for it; what is returned waits for its end.

        It raises what the work raises.
        """
        if self.pool is None:
            return partial(work, self.store)
        begun = self.pool.submit(_in_process, work, self.store.url, ())
        return partial(_ended, begun)


@contextmanager
def hands(store: Store, *, many: bool) -> Iterator[Hands]:
    """Hands for little work, or for much."""
    if not many:
        yield Hands(store)
        return
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        try:
            yield Hands(store, pool)
        finally:
            pool.shutdown(cancel_futures=True)


def _ended(begun: Future[None]) -> None:
    try:
        begun.result()
    except BrokenExecutor as error:
        raise StartError(BROKEN) from error


def _in_process(work: Callable[..., Made], url: str, part: tuple[object, ...]) -> Made:
    return work(_opened(url), *part)


@cache
def _opened(url: str) -> Store:
    """The store, in a process that opens it once for all its parts and ends with them."""
    return open_store(url)
