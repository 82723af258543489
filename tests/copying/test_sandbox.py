"""What the child cannot do, tried in a child; and that it never opened a file to write in."""

import json
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest

from portal.copying import sandbox, seccomp
from tests.cameras import document, picture, saved

pytestmark = pytest.mark.sqlite

PATIENCE = 20  # seconds

ATTEMPTS = """
import ctypes, errno, json, mmap, os, resource, socket, subprocess, sys, threading, time
from portal.copying import sandbox
before = sorted(os.listdir("/proc/self/fd"))
set_limit, hard = resource.setrlimit, {}
names = {getattr(resource, name): name[7:] for name in dir(resource) if name[:7] == "RLIMIT_" and name[7:] != "OFILE"}
def setrlimit(what, how):
    set_limit(what, how)
    hard[names[what]] = resource.getrlimit(what)
resource.setrlimit = setrlimit
sandbox._NAMESPACES = int(sys.argv[2])
alone = sandbox.limit(os.getppid())
namespaces = os.readlink("/proc/self/ns/net")
dead_parent = ctypes.c_int()
ctypes.CDLL(None).prctl(2, ctypes.byref(dead_parent))
dumpable = ctypes.CDLL(None).prctl(3)
made = threading.Event()
def wait_and_try():
    made.wait()
    attempts["old thread"] = tried(lambda: os.listdir("/"))
waiting = threading.Thread(target=wait_and_try, daemon=True)
waiting.start()
def tried(what):
    try:
        what()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "done"
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *rest):
    if libc.syscall(number, *rest) < 0:
        raise OSError(ctypes.get_errno(), "")
sandbox.lock()
attempts = {
    "read a file": tried(lambda: os.open("/etc/passwd", os.O_RDONLY)),
    "write a file": tried(lambda: os.open("/dev/shm/left", os.O_WRONLY | os.O_CREAT)),
    "look into a folder": tried(lambda: os.listdir("/")),
    "take a name away": tried(lambda: os.unlink("/dev/shm/left")),
    "talk": tried(lambda: socket.socket()),
    "talk to neighbours": tried(lambda: socket.socket(socket.AF_UNIX)),
    "fork": tried(os.fork),
    "run": tried(lambda: os.execv("/bin/true", ["true"])),
    "kill": tried(lambda: os.kill(os.getppid(), 0)),
    "hold in memory": tried(lambda: os.memfd_create("x")),
    "make code": tried(lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC)),
    "trace": tried(lambda: call(101 if sys.argv[1] == "x86_64" else 117, 0, 0, 0, 0)),
    "ring": tried(lambda: call(425, 1, 0)),
    "widen": tried(lambda: call(302 if sys.argv[1] == "x86_64" else 261, 0, 7, 0, 0)),
    "have memory": tried(lambda: mmap.mmap(-1, 4096)),
}
thread = threading.Thread(target=lambda: attempts.update(new_thread=tried(lambda: os.listdir("/"))))
thread.start(); thread.join(); made.set(); waiting.join()
print(json.dumps([before, alone, namespaces, dead_parent.value, hard, dumpable, attempts]))
"""
WATCHED = """
import os, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(args[:3]) if event == "open" else None)
from portal.copying import images, pdf, sandbox
sandbox.limit(os.getppid())
images.load(); pdf.load()
sandbox.lock()
loaded = len(opened)
data = sys.stdin.buffer.read()
photo, paper = data[:int(sys.argv[1])], data[int(sys.argv[1]):]
made = [len(piece.data) for copy in (images.make(photo), pdf.make(paper)) for piece in copy.pieces]
flags = os.O_WRONLY | os.O_RDWR | os.O_CREAT
writing = [str(one[0]) for one in opened if isinstance(one[2], int) and one[2] & flags]
print(loaded > 10, len(opened) - loaded, writing, len(made))
"""


def run(script, *arguments, stdin=b""):
    command = [sys.executable, "-I", "-B", "-c", script, *arguments]
    return subprocess.run(command, input=stdin, env={}, capture_output=True, check=True, timeout=PATIENCE).stdout


@pytest.fixture(scope="module", params=[sandbox._NAMESPACES, 1], ids=["alone", "no namespaces given"])
def confined(request):
    return json.loads(run(ATTEMPTS, platform.machine(), str(request.param)))


def test_a_confined_process_does_nothing_but_think(confined):
    *_, attempts = confined
    assert attempts.pop("have memory") == "done"
    assert set(attempts.values()) == {"EPERM"}
    assert len(attempts) == 16


def test_what_it_starts_with_is_its_three_pipes(confined):
    assert confined[0] == ["0", "1", "2", "3"]  # the last is the listing's own


def test_it_has_a_network_of_its_own_where_the_system_gives_one(confined):
    _, alone, namespace, *_ = confined
    assert (namespace != str(Path("/proc/self/ns/net").readlink())) == alone


def test_it_dies_with_its_parent_leaves_no_core_and_writes_no_byte(confined):
    *_, dead_parent, hard, dumpable, _ = confined
    assert (dead_parent, dumpable) == (9, 0)
    assert hard["CORE"] == hard["FSIZE"] == hard["NOFILE"] == [0, 0]
    assert hard["CPU"] == [25, 30]
    assert hard["AS"] == [1_000_000_000] * 2


def test_no_file_is_opened_to_write_and_none_at_all_once_a_file_of_somebody_is_read():
    photo = saved(picture(), "JPEG")
    assert (
        run(WATCHED, str(len(photo)), stdin=photo + document()) == b"True 0 ['/proc/self/oom_score_adj'] 4\n"
    )  # the kernel's own: who ends first


def test_an_unknown_machine_is_no_reason_to_go_on_unconfined(monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "sw_64")
    with pytest.raises(seccomp.UnconfinedError):
        seccomp.confine()


@pytest.mark.parametrize(
    ("header", "column"),
    [("x86_64-linux-gnu/asm/unistd_64.h", 0), ("asm-generic/unistd.h", 1)],
    ids=["x86-64", "others"],
)
def test_the_numbers_are_the_kernels(header, column):
    """Where the kernel's own lists are installed."""
    path = Path("/usr/include", header)
    if not path.exists():
        return
    listed = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", path.read_text()))
    named = {**seccomp.ALLOWED, **seccomp.UNLESS_EXECUTABLE, "clone": seccomp.CLONE, "seccomp": seccomp.SECCOMP}
    assert {name: int(listed[name]) for name in named} == {name: numbers[column] for name, numbers in named.items()}


def test_decoders_and_the_typesetter_are_loaded_where_they_are_confined_and_nowhere_else():
    loads = re.compile(
        r"^\s*(?:from|import) (?:PIL|pillow_heif|pypdfium2|typst|portal\.copying(?!\.frames\b| import frames$))\b",
        re.MULTILINE,
    )
    root = Path(seccomp.__file__).parents[1]
    found = {path.relative_to(root): loads.findall(path.read_text()) for path in root.rglob("*.py")}
    assert found.pop(Path("office/demo_drawings.py"))  # draws for the demonstration alone, and opens nobody's file
    assert {path.parts[0] for path, lines in found.items() if lines} == {"copying", "printing"}
