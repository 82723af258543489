"""The parent of a copy: file in, copy out, in pieces; whatever a child does, there is one plain reason."""

import os
import signal
import sys
import threading
import tracemalloc
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from portal.copying import frames, typefaces
from portal.domain.errors import NotCopiedError
from portal.domain.evidence import Kept, Kind, Removed
from portal.office import copying, doctor
from tests import cameras
from tests.cameras import document, picture, saved
from tests.waiting import PATIENCE, until

pytestmark = pytest.mark.sqlite

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 60
COPY = frames.pack(frames.PART, {"role": "copy", "position": 1, "media": "image/jpeg"})
MADE = frames.pack(frames.MADE, {"removed": ["time"], "place": [43.8, 125.3], "pages": 0})


def data(some):
    return b"".join(frames.pack_data(some))


def part(role="copy", position=1, media="image/jpeg"):
    return frames.pack(frames.PART, {"role": role, "position": position, "media": media})


def end(**said):
    return frames.pack(frames.MADE, {"removed": [], "place": None, "pages": 0, **said})


class Shelf:
    """Holds parts as a store would: whole ones stay, one that was broken off leaves nothing."""

    def __init__(self):
        self.parts = {}

    @contextmanager
    def open_part(self, part):
        held = bytearray()
        yield type("Sink", (), {"write": lambda _, some: held.extend(some)})()
        self.parts[part.role, part.position] = bytes(held)


@pytest.fixture
def shelf():
    return Shelf()


def pieces(whole, size=16_384):
    return (whole[at : at + size] for at in range(0, len(whole), size))


def why(kind, source, shelf):
    with pytest.raises(NotCopiedError) as refused:
        copying.make(kind, source, shelf.open_part)
    assert not children()
    return refused.value.why


def children():
    """What this process has started and not seen end, by its command (nothing for one that is dead)."""
    found = [
        Path(f"/proc/{one}/cmdline").read_bytes()
        for task in Path("/proc/self/task").iterdir()
        for one in (task / "children").read_text().split()
    ]
    return [line for line in found if not line or b"portal.copying" in line or b"image" in line]


def child():
    """The number of the child that runs now."""

    def named():  # it may have been started and have no name yet
        numbers = [one for task in Path("/proc/self/task").glob("*/children") for one in task.read_text().split()]
        return [int(one) for one in numbers if b"portal.copying" in Path(f"/proc/{one}/cmdline").read_bytes()]

    return until(named)[0]


@pytest.fixture
def instead(monkeypatch):
    """Put another child in its place."""

    def put(script, *arguments):
        monkeypatch.setattr(
            copying, "COMMAND", (sys.executable, "-I", "-S", "-c", f"import os, sys\n{script}", *arguments)
        )

    return put


def saying(instead, *said):
    instead("[os.write(1, bytes.fromhex(one)) for one in sys.argv[1].split()]", " ".join(one.hex() for one in said))


def test_a_picture_becomes_a_copy_and_a_picture_for_the_page(shelf, tmp_path):
    photo = cameras.tell_everything(tmp_path, {"a.jpg": saved(picture((1600, 900)), "JPEG")})["a.jpg"]
    made = copying.make(Kind.IMAGE, pieces(photo), shelf.open_part)
    assert {Removed.PLACE, Removed.CAMERA, Removed.TIME} <= set(made.removed)
    assert made.place == pytest.approx((cameras.LATITUDE, cameras.LONGITUDE), abs=1e-5)
    assert (made.pages, set(shelf.parts)) == (1, {("copy", 1), ("page", 1)})
    assert not any(cameras.CANARY.encode() in one for one in shelf.parts.values())
    assert not children()


def test_a_document_becomes_a_copy_and_pictures_of_its_first_pages(shelf):
    made = copying.make(Kind.PDF, pieces(document(3)), shelf.open_part)
    assert made.pages == 3
    assert set(shelf.parts) == {("copy", 1), ("page", 1), ("page", 2), ("page", 3)}


def test_heic_is_read_under_the_filter_too(shelf):
    heic = saved(picture((64, 64)), "HEIF")
    assert copying.make(Kind.IMAGE, [heic], shelf.open_part).pages == 1


@pytest.mark.parametrize("kind", [Kind.AUDIO, Kind.VIDEO, Kind.OFFICE])
def test_kinds_that_nobody_can_clean_are_left_alone(kind, shelf):
    assert why(kind, iter([b"x"]), shelf) is Kept.UNCLEANABLE


@pytest.mark.parametrize(
    ("kind", "file", "reason"),
    [
        (Kind.IMAGE, b"", Kept.BROKEN),
        (Kind.IMAGE, saved(picture(), "JPEG")[:2000], Kept.BROKEN),
        (Kind.IMAGE, b"\xff\xd8\xff<html><script>alert(1)</script></html>" * 9, Kept.BROKEN),
        (Kind.IMAGE, cameras.png(20_000, 20_000), Kept.TOO_LARGE),
        (Kind.PDF, b"%PDF-1.4\n" + b"no such thing" * 99, Kept.BROKEN),
    ],
    ids=["nothing", "cut off", "a web page", "a bomb", "no document"],
)
def test_a_bad_file_has_its_reason(kind, file, reason, shelf):
    assert why(kind, pieces(file), shelf) is reason
    assert shelf.parts == {}


@pytest.mark.parametrize(("sent", "reason"), [(signal.SIGSEGV, Kept.CRASHED), (signal.SIGSTOP, Kept.SLOW)])
def test_a_decoder_that_crashes_or_hangs_costs_one_copy(sent, reason, shelf, monkeypatch):
    monkeypatch.setattr(copying, "WALL", 1.0 if reason is Kept.SLOW else PATIENCE)

    def source():
        yield JPEG
        os.kill(child(), sent)
        yield JPEG

    assert why(Kind.IMAGE, source(), shelf) is reason
    monkeypatch.undo()
    assert copying.make(Kind.IMAGE, [saved(picture(), "JPEG")], shelf.open_part).pages == 1


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("", Kept.GARBLED),
        ("sys.exit(3)", Kept.UNAVAILABLE),
        ("os.kill(os.getpid(), 11)", Kept.CRASHED),
        ("os.kill(os.getpid(), 24)", Kept.SLOW),
        ("while True: os.write(1, bytes(65536))", Kept.GARBLED),
        ("os.close(1); import time; time.sleep(60)", Kept.SLOW),
        ("import time; time.sleep(60)", Kept.SLOW),
    ],
    ids=["silent", "fails", "crashes", "thinks for ever", "floods", "hangs up", "never reads"],
)
def test_a_child_that_does_not_finish_has_its_reason(script, reason, instead, shelf, monkeypatch):
    monkeypatch.setattr(copying, "WALL", 0.7 if "sleep" in script else PATIENCE)
    instead(script)
    assert why(Kind.IMAGE, pieces(bytes(500_000)), shelf) is reason
    assert shelf.parts == {}


def test_a_child_that_writes_without_end_is_stopped_and_leaves_nothing(instead, shelf, monkeypatch):
    monkeypatch.setattr(copying, "MOST", 1_000_000)
    endless = "os.write(1, bytes.fromhex(sys.argv[1]))\nwhile True: os.write(1, bytes.fromhex(sys.argv[2]))"
    instead(endless, (COPY + data(JPEG)).hex(), data(bytes(1000)).hex())
    assert why(Kind.IMAGE, [b""], shelf) is Kept.GARBLED
    assert shelf.parts == {}


LIES = {
    "no frames": [b"\x89PNG\r\n\x1a\n" + bytes(99)],
    "a frame too long": [b"p\xff\xff\xff\xff"],
    "no object": [frames.pack(frames.PART, [])],
    "no JSON": [b"p\0\0\0\1{"],
    "bytes of no part": [data(JPEG)],
    "a web page": [COPY, data(b"<html><script>alert(1)</script>"), end()],
    "a picture of another kind": [COPY, data(b"\x89PNG\r\n\x1a\n" + bytes(99)), end()],
    "a document for a picture": [part(media="application/pdf"), data(b"%PDF-1.4\n"), end()],
    "a kind of its own": [part(media="text/html"), data(JPEG), end()],
    "the original": [part(role="original"), data(JPEG), end()],
    "a second copy": [COPY, data(JPEG), COPY, data(JPEG), end()],
    "another position": [part(position=2), data(JPEG), end()],
    "a page too far": [part("page", 2), data(JPEG), COPY, data(JPEG), end(pages=1)],
    "too many pages": [one for number in range(1, 22) for one in (part("page", number), data(JPEG))],
    "an empty copy": [COPY, end()],
    "no copy": [part("page"), data(JPEG), end(pages=1)],
    "pages miscounted": [COPY, data(JPEG), end(pages=1)],
    "an unknown loss": [COPY, data(JPEG), end(removed=["<b>"])],
    "losses that are none": [COPY, data(JPEG), end(removed=[["time"]])],
    "a place nowhere": [COPY, data(JPEG), end(place=[91.0, 0.0])],
    "a place that is none": [COPY, data(JPEG), end(place=[float("nan"), 0.0])],
    "a place in words": [COPY, data(JPEG), end(place=["43", "125"])],
    "an unknown reason": [frames.pack(frames.KEPT, {"why": "<script>"})],
    "ready for what": [frames.pack(frames.READY, {})],
}


@pytest.mark.parametrize("said", LIES.values(), ids=LIES)
def test_nothing_that_a_child_says_is_believed_unchecked(said, instead, shelf):
    saying(instead, *said)
    assert why(Kind.IMAGE, [b"x"], shelf) is Kept.GARBLED


def test_the_same_said_well_is_taken(instead, shelf):
    saying(instead, COPY, data(JPEG), MADE)
    made = copying.make(Kind.IMAGE, [b"x"], shelf.open_part)
    assert (made.removed, made.place, shelf.parts) == ((Removed.TIME,), (43.8, 125.3), {("copy", 1): JPEG})


def test_a_copy_that_ends_in_the_middle_is_none(instead, shelf):
    saying(instead, COPY, data(JPEG))
    assert why(Kind.IMAGE, [b"x"], shelf) is Kept.GARBLED
    assert shelf.parts == {}


ECHO = """
import struct
os.write(1, bytes.fromhex(sys.argv[1]))
while some := os.read(0, 65536):
    os.write(1, b"d" + struct.pack(">I", len(some)) + some)
os.write(1, bytes.fromhex(sys.argv[2]))
"""


def test_fifty_megabytes_go_in_and_come_out_at_once_and_are_never_held(instead):
    instead(ECHO, COPY.hex(), MADE.hex())
    taken, zeros = [0], bytes(16_384)

    @contextmanager
    def open_part(_part):
        yield type("Sink", (), {"write": lambda _, some: taken.append(taken.pop() + len(some))})()

    def source():
        yield JPEG
        for _ in range(3200):
            yield zeros

    tracemalloc.start()
    try:
        copying.make(Kind.IMAGE, source(), open_part)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken == [len(JPEG) + 3200 * 16_384]
    assert most < 1_000_000


def test_a_store_that_fails_ends_the_child_and_is_heard_of(instead):
    saying(instead, COPY, data(JPEG), MADE)

    @contextmanager
    def full(_part):
        raise OSError(28, "")
        yield

    with pytest.raises(OSError, match="28"):
        copying.make(Kind.IMAGE, [b"x"], full)
    assert not children()


def test_files_are_copied_one_after_another_and_nobody_waits_for_ever(instead, shelf, monkeypatch):
    monkeypatch.setattr(copying, "TURN", 0.2)
    instead("sys.exit(3)")
    tried = []

    def source():
        """While this file is being copied, another is to be."""
        with pytest.raises(NotCopiedError) as refused:
            copying.make(Kind.IMAGE, [b"x"], shelf.open_part)
        tried.append(refused.value.why)
        yield b"x"

    assert why(Kind.IMAGE, source(), shelf) is Kept.UNAVAILABLE
    assert tried == [Kept.BUSY]


def test_of_many_at_once_most_are_told_so_and_hold_no_thread(instead, shelf, monkeypatch):
    instead("sys.exit(3)")
    monkeypatch.setattr(copying, "TURN", PATIENCE)
    said: list[Kept] = []

    def ask() -> None:
        with pytest.raises(NotCopiedError) as refused:
            copying.make(Kind.IMAGE, [b"x"], shelf.open_part)
        said.append(refused.value.why)

    waiting = [threading.Thread(target=ask) for _ in range(copying.PLACES)]
    assert not copying.is_crowded()
    with copying.ONE_CHILD:  # it is not the turn of any
        for one in waiting:
            one.start()
        until(copying.is_crowded)
        ask()
        assert said == [Kept.BUSY]  # before any of those that wait
    for one in waiting:
        one.join()
    assert said[1:] == [Kept.UNAVAILABLE] * copying.PLACES
    assert not copying.is_crowded()


def test_where_no_child_can_be_started_files_stay_with_the_identity(shelf, monkeypatch):
    monkeypatch.setattr(copying, "COMMAND", ("/nowhere/python",))
    assert why(Kind.IMAGE, [b"x"], shelf) is Kept.UNAVAILABLE


def test_the_doctor_says_how_the_decoder_is_confined_and_what_it_cannot_read(instead, monkeypatch):
    ready = {"alone": False, "reads": ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "HEIF", "PDF", "PDF/CJK"]}
    assert set(copying.probe().reads) >= set(ready["reads"][:-1])
    for lacking, (level, said) in {
        "": ("ok", "opens nothing"),
        "HEIF": ("ok", "requirements/heic.txt"),
        "PDF/CJK": ("warning", "fonts-noto-cjk"),
    }.items():
        saying(
            instead, frames.pack(frames.READY, {**ready, "reads": [one for one in ready["reads"] if one != lacking]})
        )
        found = doctor.copies()
        assert (found.level, said in found.said) == (level, True), lacking
    monkeypatch.setattr(copying, "COMMAND", ("/nowhere/python",))
    assert (doctor.copies().level, "seccomp" in doctor.copies().said) == ("warning", True)


def test_words_in_a_font_that_a_document_does_not_carry_are_drawn_where_this_system_has_one(shelf):
    copying.make(Kind.PDF, [cameras.songti("安全出口锁着")], shelf.open_part)
    darkest, _ = Image.open(BytesIO(shelf.parts["page", 1])).convert("L").getextrema()
    assert (darkest < 100) == (typefaces.found() is not None)
