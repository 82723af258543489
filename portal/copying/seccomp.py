"""A filter in the kernel through which only what a decoder needs passes: read, write, memory, the clock, the end.

No file is opened, no socket made, no program or process started, no page of memory made executable, whatever a
hostile file makes the decoder do. Threads may be made (libde265 decodes in one): they are under the filter too. Linux,
seccomp(2); the numbers are those of the kernel's tables for these machines.
"""

import ctypes
import os
import platform
from collections.abc import Iterator
from types import MappingProxyType

# By name: x86-64, and the table that all newer architectures share.
ALLOWED = MappingProxyType(
    {
        "read": (0, 63),
        "write": (1, 64),
        "close": (3, 57),
        "fstat": (5, 80),
        "lseek": (8, 62),
        "munmap": (11, 215),
        "brk": (12, 214),
        "mremap": (25, 216),
        "madvise": (28, 233),
        "rt_sigaction": (13, 134),
        "rt_sigprocmask": (14, 135),
        "rt_sigreturn": (15, 139),
        "sigaltstack": (131, 132),
        "futex": (202, 98),
        "clock_gettime": (228, 113),
        "getrandom": (318, 278),
        "gettid": (186, 178),
        "rseq": (334, 293),
        "sched_getaffinity": (204, 123),
        "sched_yield": (24, 124),
        "set_robust_list": (273, 99),
        "restart_syscall": (219, 128),
        "exit": (60, 93),
        "exit_group": (231, 94),
    }
)
UNLESS_EXECUTABLE = MappingProxyType({"mmap": (9, 222), "mprotect": (10, 226)})  # by their third argument
CLONE, CLONE3, SECCOMP = (56, 220), (435, 435), (317, 277)
MACHINES = MappingProxyType(  # AUDIT_ARCH, and which of the two numbers
    {
        "x86_64": (0xC000003E, 0),
        "aarch64": (0xC00000B7, 1),
        "riscv64": (0xC00000F3, 1),
        "loongarch64": (0xC0000102, 1),
    }
)

_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06  # BPF: ld word, jeq, jset, ret; all with a constant
_NUMBER, _MACHINE, _FIRST, _THIRD = (
    0,
    4,
    16,
    32,
)  # offsets in struct seccomp_data (little-endian: the low half comes first)
_PASS, _REFUSE, _UNKNOWN, _KILL = 0x7FFF0000, 0x00050001, 0x00050026, 0x80000000  # EPERM; ENOSYS
_PROT_EXEC, _CLONE_THREAD = 0x4, 0x10000
_NO_NEW_PRIVILEGES, _SET_FILTER, _ALL_THREADS = 38, 1, 1


class UnconfinedError(Exception):
    """The system does not confine this process: nothing is decoded."""


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("yes", ctypes.c_uint8), ("no", ctypes.c_uint8), ("value", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def prctl(option: int, value: int, more: object = None) -> None:
    """Set something of this process. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = (ctypes.c_int, ctypes.c_ulong, ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong)
    if libc.prctl(option, value, more, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def confine() -> None:
    """Put the filter in force, for good. Raises UnconfinedError where it is not in force afterwards."""
    if platform.machine() not in MACHINES:
        raise UnconfinedError(platform.machine())
    machine, column = MACHINES[platform.machine()]
    steps = tuple(_steps(machine, column))
    program = _Program(len(steps), (_Step * len(steps))(*steps))
    try:
        prctl(_NO_NEW_PRIVILEGES, 1)
        _set_filter(SECCOMP[column], program)
    except OSError as error:
        raise UnconfinedError(error.strerror) from None
    try:
        os.close(os.open("/", os.O_RDONLY))
    except PermissionError:
        return
    raise UnconfinedError("the filter lets files be opened")


def _set_filter(number: int, program: _Program) -> None:
    """Call seccomp(2) for this thread and those that decoders have started already."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.argtypes = (ctypes.c_long, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_void_p)
    if libc.syscall(number, _SET_FILTER, _ALL_THREADS, ctypes.addressof(program)) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")


def _steps(machine: int, column: int) -> Iterator[_Step]:
    yield _Step(_LOAD, 0, 0, _MACHINE)
    yield _Step(_EQUAL, 1, 0, machine)
    yield _Step(_RETURN, 0, 0, _KILL)
    yield _Step(_LOAD, 0, 0, _NUMBER)
    for numbers in ALLOWED.values():
        yield _Step(_EQUAL, 0, 1, numbers[column])
        yield _Step(_RETURN, 0, 0, _PASS)
    for numbers in UNLESS_EXECUTABLE.values():
        yield _Step(_EQUAL, 0, 4, numbers[column])
        yield _Step(_LOAD, 0, 0, _THIRD)
        yield _Step(_ANY_BIT, 0, 1, _PROT_EXEC)
        yield _Step(_RETURN, 0, 0, _REFUSE)
        yield _Step(_RETURN, 0, 0, _PASS)
    yield _Step(_EQUAL, 0, 4, CLONE[column])
    yield _Step(_LOAD, 0, 0, _FIRST)
    yield _Step(_ANY_BIT, 0, 1, _CLONE_THREAD)
    yield _Step(_RETURN, 0, 0, _PASS)
    yield _Step(_RETURN, 0, 0, _REFUSE)
    yield _Step(_EQUAL, 0, 1, CLONE3[column])
    yield _Step(_RETURN, 0, 0, _UNKNOWN)
    yield _Step(_RETURN, 0, 0, _REFUSE)
