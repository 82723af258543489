"""What is counted for those who watch the machine, and how finely (docs/decisions/016-metrics.md).

What officers and machines do is told at once. What the public does is counted in memory and told when the hour is
over, for whoever may read the figures may not watch reports arrive. No label names a page, an office or a person.
"""

import platform
import threading
import time
from collections import Counter as Tally
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from portal.settings import VERSION

HOUR, MINUTE = 3600.0, 60.0
OFFICE_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
PUBLIC_SECONDS = (0.25, 1.0, 5.0)  # coarse: how long it took must not tell a reader from a reporter
FAULT = 500
FORMAT = CONTENT_TYPE_PLAIN_0_0_4


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is looked up when somebody asks."""

    name: str
    help: str
    value: float


class Measures:
    """The figures of one process; those of the others come from the files they share in `directory`."""

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._registry = mine = CollectorRegistry()
        self._office = Histogram(
            "portal_office_request_seconds",
            "Requests on the office's side, from the moment a thread has them.",
            ["method", "status"],
            buckets=OFFICE_SECONDS,
            registry=mine,
        )
        self._public = Counter(
            "portal_public_requests",
            "Requests on the public side by the time they took at most; those of an hour are added when it is over.",
            ["status", "within"],
            registry=mine,
        )
        self._failures = Counter(
            "portal_failures",
            "Answers with a status of 500 or more; of the public side faults alone, the rest when the hour is over.",
            ["side"],
            registry=mine,
        )
        self._database = Counter("portal_database_errors", "Transactions the database did not take.", registry=mine)
        self._signing_in = Gauge(
            "portal_signing_in",
            "Officers whose password is being checked or waits for that.",
            registry=mine,
            multiprocess_mode="livesum",
        )
        self._worked, self._collected = _of_work(mine)
        self._held: Tally[tuple[str, str]] = Tally()
        self._lock = threading.Lock()

    def office(self, method: str, status: int, seconds: float) -> None:
        """A request on the office's side was answered."""
        self._office.labels(method, f"{status // 100}xx").observe(seconds)
        if status >= FAULT:
            self._failures.labels("office").inc()

    def public(self, status: int, seconds: float) -> None:
        """A request on the public side was answered."""
        within = next((str(most) for most in PUBLIC_SECONDS if seconds <= most), "+Inf")
        with self._lock:
            self._held[f"{status // 100}xx", within] += 1
        if status == FAULT:  # a 503 refuses whoever came, and would tell that somebody did
            self._failures.labels("public").inc()

    def publish(self) -> None:
        """Tell what the public side has done since this was last called."""
        with self._lock:
            held, self._held = self._held, Tally()
        for labels, times in held.items():
            self._public.labels(*labels).inc(times)

    def start(self) -> None:
        """Publish at the end of each hour, as long as the process lives: never when somebody comes or asks."""
        threading.Thread(target=self._hourly, name="portal-measures", daemon=True).start()

    def database_failed(self) -> None:
        """A transaction could not be done."""
        self._database.inc()

    def signing_in(self, change: int) -> None:
        """Somebody came to have a password checked, or is done."""
        self._signing_in.inc(change)

    def worked(self, work: str) -> None:
        """Background work was done."""
        self._worked.labels(work).set(
            time.time() // MINUTE * MINUTE
        )  # finer, it tells when there was something to sign

    def collected(self, space: str, count: int) -> None:
        """So many blobs were taken away; in full hours, whenever they came."""
        self._collected.labels(space).inc(count)

    def told(self, figures: Iterable[Figure]) -> bytes:
        """All of it, as Prometheus reads it."""
        registry = CollectorRegistry()
        if self._directory is None:
            registry.register(_Own(self._registry))
        else:
            MultiProcessCollector(registry, str(self._directory))  # type: ignore[no-untyped-call]
        registry.register(_Looked(tuple(figures)))
        return generate_latest(registry)

    def _hourly(self) -> None:
        while True:
            time.sleep(HOUR - time.time() % HOUR)
            self.publish()


def _of_work(registry: CollectorRegistry) -> tuple[Gauge, Counter]:
    """What work beside the requests tells."""
    worked = Gauge(
        "portal_work_success_timestamp_seconds",
        "The minute in which background work was last done without an error.",
        ["work"],
        registry=registry,
        multiprocess_mode="max",
    )
    collected = Counter(
        "portal_blobs_collected",
        "Files that no row names, and pieces of uploads that were broken off, taken away after an hour or two.",
        ["space"],
        registry=registry,
    )
    return worked, collected


@dataclass(frozen=True, slots=True, eq=False)
class _Own(Collector):
    """What one process has counted."""

    registry: CollectorRegistry

    def collect(self) -> Iterable[Metric]:
        return self.registry.collect()


@dataclass(frozen=True, slots=True, eq=False)
class _Looked(Collector):
    """What was looked up."""

    figures: tuple[Figure, ...]

    def collect(self) -> Iterable[Metric]:
        build = GaugeMetricFamily("portal_build_info", "What is running.", labels=["version", "python"])
        build.add_metric([VERSION, platform.python_version()], 1)
        yield build
        for figure in self.figures:
            yield GaugeMetricFamily(figure.name, figure.help, value=figure.value)
