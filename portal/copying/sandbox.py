"""What the child takes from itself before it reads a byte of somebody's file.

Two steps: `limit` before the decoders are loaded, `lock` after. What must be in force is the filter of `seccomp.py`;
the empty network and the other namespaces are taken where the system gives them (in many containers it does not).
"""

import ctypes
import os
import resource
import signal
from contextlib import suppress
from pathlib import Path

from portal.copying import seccomp
from portal.copying.seccomp import UnconfinedError, prctl

__all__ = ["UnconfinedError", "limit", "lock"]

NICE = 5  # those who wait for a page come first; and where memory runs out for everybody, this process ends first
SECONDS = 25  # of processor
MEMORY = 1_000_000_000  # bytes of addresses
_NAMESPACES = 0x10000000 | 0x40000000 | 0x08000000 | 0x04000000 | 0x00020000  # user; network, IPC, host name, mounts
_DIE_WITH_PARENT, _DUMPABLE = 1, 4


def limit(parent: int) -> bool:
    """Give up network, privileges and everything above fixed amounts; return whether the namespaces were given.

    `parent` is the process that started this one, which shall not outlive it.
    """
    with suppress(OSError):  # a service may be kept from both
        os.nice(NICE)
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    for what, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_AS, MEMORY)):
        resource.setrlimit(what, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))  # told first, then killed
    alone = bool(ctypes.CDLL(None).unshare(_NAMESPACES) == 0)
    prctl(_DIE_WITH_PARENT, signal.SIGKILL)  # after unshare, which clears it
    if os.getppid() not in {parent, 0}:
        raise UnconfinedError("the parent is gone")
    prctl(_DUMPABLE, 0)
    return alone


def lock(written: int = 0) -> None:
    """Open nothing any more, start nothing, talk to nobody. Raises UnconfinedError.

    `written`: as many bytes may be written to a file that is open already.
    """
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    seccomp.confine()
