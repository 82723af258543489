"""`portal run`: the checks before it, and gunicorn set up for this portal, without a configuration file of its own.

It knows the server's limits and life (listen, fork, stop); what is served it is handed as a function.
"""

import ctypes
import errno
import gc
import os
import resource
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from ipaddress import IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from portal import logs, scratch
from portal.domain.errors import PortalError, StartError
from portal.environment import is_loopback
from portal.settings import Settings
from portal.worker import PatientArbiter, PatientWorker

if TYPE_CHECKING:
    from portal.jobs import Clock
    from portal.measures import Measures

CONNECTIONS = 800  # a worker; below the usual limit of 1,024 open files
OPEN_FILES = 4096
M_ARENA_MAX = -8  # malloc.h
SHARED = "PROMETHEUS_MULTIPROC_DIR"


class PortTakenError(PortalError):
    """Another program listens where the portal should."""


def serve(settings: Settings, clock: "Clock | None" = None) -> None:
    """Check, listen, serve until told to stop; StartError or PortTakenError where it cannot.

    `clock` is the machine's, for requests and for what runs beside them.
    """
    refuse_open_http(settings)
    with scratch.directory("figures") as shared:
        os.environ[SHARED] = str(shared)  # prometheus-client looks for it when it is loaded
        _serve(settings, shared, clock)


def _serve(settings: Settings, shared: Path, clock: "Clock | None") -> None:
    gc.disable()  # loading makes no garbage worth a search: a tenth of the time to the first answer
    from sqlalchemy.orm import configure_mappers  # noqa: PLC0415  # here, so that a refusal does not wait for all this

    from portal import jobs, posting  # noqa: PLC0415
    from portal.app import create_app, read_ahead  # noqa: PLC0415
    from portal.store import migrate  # noqa: PLC0415

    for area in sorted(settings.areas):
        import_module(f"portal.{area}.views")
    configure_mappers()  # once, and shared
    read_ahead()
    migrate.check(settings)
    refuse_open_demonstration(settings)
    clock = clock or jobs.MACHINE
    jobs.begin(settings, now=clock.now())

    def beside(app: Any) -> None:
        measures: Measures = app.extensions["portal.measures"]
        measures.start()
        if settings.signer_in_run:
            jobs.start(settings, measures.worked, clock, measures.collected)
            posting.start(settings, clock)

    Server(settings, listen(settings), partial(create_app, shared=shared, clock=clock.now), beside).run()


def refuse_open_http(settings: Settings) -> None:
    """Refuse plain http to other machines: names would travel in clear and browsers would drop the cookies."""
    public = urlsplit(settings.public_url)
    if public.scheme == "https":
        return
    if not is_loopback(settings.host):
        raise StartError(
            f"PORTAL_HOST={settings.host} is open to other machines over plain http; "
            "set PORTAL_PUBLIC_URL=https://… (TLS ends at your proxy) or PORTAL_HOST=127.0.0.1"
        )
    if not is_loopback(public.hostname or ""):
        raise StartError(f"PORTAL_PUBLIC_URL={settings.public_url} must begin with https://")


def refuse_open_demonstration(settings: Settings) -> None:
    """Refuse to show a demonstration, whose passwords stand on a page, to other machines."""
    public = urlsplit(settings.public_url).hostname or ""
    if is_loopback(settings.host) and is_loopback(public):
        return
    from portal.office.founding import installation_of  # noqa: PLC0415
    from portal.store.session import open_store  # noqa: PLC0415

    store = open_store(settings.database_url)
    with store.reading() as session:
        demonstration = installation_of(session).demo
    store.close()
    if demonstration:
        raise StartError("a demonstration is for this machine alone; take PORTAL_HOST and PORTAL_PUBLIC_URL away")


def listen(settings: Settings) -> socket.socket:
    """Take the port, before anything else starts."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(
                f"port {settings.port} is taken; stop what uses it or choose another: PORT=8001"
            ) from None
        raise StartError(f"cannot listen on {settings.host} port {settings.port}: {error.strerror}") from None
    return listener


def _trusted(settings: Settings) -> list[str]:
    """The proxies as gunicorn sees them: by an IPv6 socket, IPv4 ones come mapped (RFC 4291, 2.5.5.2)."""
    plain = [str(network) for network in settings.trusted_proxies]
    if ":" not in settings.host:
        return plain
    v4 = [network for network in settings.trusted_proxies if isinstance(network, IPv4Network)]
    return plain + [f"::ffff:{network.network_address}/{96 + network.prefixlen}" for network in v4]


class DiscreetLogger(Logger):  # type: ignore[misc]
    """gunicorn's own messages, handed to the portal's formatter, which tells the place of them and no value."""

    def setup(self, cfg: Any) -> None:
        """Write nothing by itself: one handler writes for the process (`portal/logs.py`)."""
        super().setup(cfg)
        self.error_log.handlers[:] = []
        self.error_log.propagate = True

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Drop what is about one client's bad request; it has had its 400."""
        if not msg.startswith("Invalid request"):
            super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Name what failed without the request's address."""
        if "request" in msg.lower():
            msg, args = logs.FAILED_REQUEST, ()
        super().exception(msg, *args, **kwargs)


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn: some processes, each with threads behind an event loop.

    Modules are loaded before the fork, and their memory is shared; the application is made after it, by `make`, for
    engines, locks and connections must not be. `beside` is handed the application and starts what runs beside its
    requests; a lease sees to it that one process does each piece of that work.
    """

    def __init__(
        self,
        settings: Settings,
        listener: socket.socket,
        make: Callable[[Settings], Any],
        beside: Callable[[Any], None] | None = None,
    ) -> None:
        self.settings = settings
        self.bind = f"fd://{listener.detach()}"  # gunicorn owns and closes it
        self.make = make
        self.beside = beside
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        for name, value in self.options().items():
            self.cfg.set(name, value)

    def options(self) -> dict[str, Any]:
        """Return gunicorn's settings."""
        return {
            "bind": self.bind,
            "workers": self.settings.workers,
            "threads": self.settings.threads,
            "worker_class": PatientWorker,
            "worker_connections": CONNECTIONS,
            "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,  # noqa: S108
            "timeout": 60,  # for the event loop, which never waits; a long request does not count
            "graceful_timeout": 30,
            "keepalive": 15,
            "limit_request_line": 4094,
            "limit_request_fields": 64,
            "limit_request_field_size": 8190,
            "forwarded_allow_ips": ",".join(_trusted(self.settings)),
            "sendfile": False,  # it would not keep to the pace of PacedSocket
            "control_socket_disable": True,
            "accesslog": None,  # it would hold addresses
            "errorlog": "-",
            "loglevel": "warning",
            "logger_class": DiscreetLogger,
            "proc_name": "shaoyin",
            "umask": 0o077,
            "when_ready": self.announce,
            "post_worker_init": self.work,
            "child_exit": self.forget,
        }

    def load(self) -> Any:
        """Make the application, in the worker."""
        return self.make(self.settings)

    def announce(self, _arbiter: object) -> None:
        """Print the one address that a person needs."""
        print(f"哨音 Shaoyin  {self.settings.public_url}/  （Ctrl-C 停止 · stops）", flush=True)  # noqa: T201

    def work(self, worker: PatientWorker) -> None:
        """Start in the worker what runs beside the requests."""
        if self.beside is not None:
            self.beside(worker.wsgi)

    def forget(self, _arbiter: object, worker: PatientWorker) -> None:
        """Take what a worker was doing out of the figures; what it has done stays."""
        if SHARED in os.environ:
            from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415  # not before SHARED is set

            mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]

    def run(self) -> None:
        """Serve; exits the process, with 1 when a worker could not start."""
        harden()
        share_heap()
        logs.install(self.settings.log_format)
        gc.freeze()  # what is loaded stays shared between the processes
        gc.enable()
        master = os.getpid()
        try:
            PatientArbiter(self).run()
        except SystemExit as end:
            if os.getpid() == master and end.code:
                sys.exit(1)
            raise  # a worker's status tells the master whether to try again


def harden() -> None:
    """Leave no core dump with keys in it, and room for the connections."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    os.umask(0o077)


def share_heap() -> None:
    """Let all threads allocate in one arena: glibc gives each its own, and what one has freed another cannot use."""
    with suppress(AttributeError, OSError):  # another libc has no such thing, and needs none
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
