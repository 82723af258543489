"""A virus scanner is asked about each file, in clamd's protocol; whatever it says or fails to say is told, and kept."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest

from portal.domain.errors import StartError
from portal.domain.evidence import Scan
from portal.office import doctor, scanning
from portal.office.scanning import Scanner, Verdict, open_scanner
from tests.disclosing import CASE
from tests.filing import SOUND
from tests.pages import Page
from tests.review.test_file_pages import hand_in
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite

VIRUS = b"a file with a virus in it"
Answer = Callable[[socket.socket, bytes], None]


def says(words: bytes) -> Answer:
    return lambda client, _: client.sendall(words)


def judges(client: socket.socket, data: bytes) -> None:
    """As clamd does, by what was sent."""
    said = {b"VERSION": b"ClamAV 1.4.6/27000/Mon"}.get(
        data, b"stream: Win.Test-1 FOUND" if VIRUS in data else b"stream: OK"
    )
    client.sendall(said + b"\0")


def _whole(client: socket.socket) -> bytes:
    """What was sent, without the lengths between; the command alone where that is not about a file."""
    with client.makefile("rb") as sent:
        command = b""
        while not command.endswith(b"\0"):
            command += sent.read(1)
        if command != b"zINSTREAM\0":
            return command[1:-1]
        data = b""
        while length := int.from_bytes(sent.read(4), "big"):
            data += sent.read(length)
        return data


@contextmanager
def clamd(folder: Path, answer: Answer = judges, patience: float = 5) -> Iterator[Scanner]:
    """A daemon at a socket, for as many files as come."""
    path = folder / "clamd.ctl"
    with closing(socket.socket(socket.AF_UNIX)) as server:
        server.bind(str(path))
        server.listen()

        def serve() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    answer(client, _whole(client))

        served = Thread(target=serve, daemon=True)
        served.start()
        yield Scanner(socket.AF_UNIX, str(path), patience)
        server.shutdown(socket.SHUT_RDWR)
        served.join()


def test_a_file_is_sent_whole_and_the_verdict_is_what_it_says(tmp_path: Path) -> None:
    with clamd(tmp_path) as scanner:
        assert scanner.ask([b"x" * 70_000, b"y"]) == Verdict(Scan.CLEAN)
        assert scanner.ask([VIRUS[:7], VIRUS[7:]]) == Verdict(Scan.FOUND, "Win.Test-1")
        assert scanner.version() == "ClamAV 1.4.6/27000/Mon"


@pytest.mark.parametrize(
    "answer",
    [
        says(b"INSTREAM size limit exceeded. ERROR\0"),
        says(b"stream: OK"),
        says(b"stream: OK\nstream: OK\0"),
        says(b""),
        says(b"\xff\xfe\0"),
        says(b"x" * 10_000),
    ],
)
def test_what_is_no_verdict_is_never_called_clean(tmp_path: Path, answer: Answer) -> None:
    with clamd(tmp_path, answer) as scanner:
        assert scanner.ask([b"x"]) == Verdict(Scan.UNANSWERED)
        assert scanner._resting_until == 0  # one file must not blind it for the next


def test_what_was_found_is_short_and_can_be_seen(tmp_path: Path) -> None:
    with clamd(tmp_path, says(b"stream: A\x1b[31mB" + b"C" * 200 + b" FOUND\0")) as scanner:
        assert scanner.ask([b"x"]) == Verdict(Scan.FOUND, ("A[31mB" + "C" * 200)[: scanning.NAME])


def test_one_that_is_away_or_slow_is_left_alone_for_a_while(tmp_path: Path) -> None:
    def slow(client: socket.socket, _: bytes) -> None:
        client.recv(1)  # until whoever asked is gone

    with clamd(tmp_path, slow, patience=0.05) as scanner:
        assert scanner.ask([b"x"]) == Verdict(Scan.UNANSWERED)
        assert scanner.ask(_never()) == Verdict(Scan.UNANSWERED)
    assert Scanner(socket.AF_UNIX, str(tmp_path / "none")).ask(_never()) == Verdict(Scan.UNANSWERED)


def _never() -> Iterator[bytes]:
    pytest.fail("it was asked")
    yield b""


@pytest.mark.parametrize(
    "address", ["/run/clamd.ctl", "unix:clamd.ctl", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:x", "::1:99999"]
)
def test_an_address_that_makes_no_sense_is_refused(address: str) -> None:
    with pytest.raises(
        StartError, match=r"PORTAL_CLAMD must look like unix:/run/clamav/clamd\.ctl or 127\.0\.0\.1:3310"
    ):
        open_scanner(address)


def test_files_go_to_no_other_machine_in_plain() -> None:
    with pytest.raises(StartError, match="on this machine"):
        open_scanner("10.0.0.7:3310")
    assert open_scanner("[::1]:3310")._address == ("::1", 3310)
    assert open_scanner("localhost:3310")._address == ("127.0.0.1", 3310)
    assert open_scanner(None) is None


def test_both_sides_read_the_verdict_and_the_file_is_taken_all_the_same(
    world: World, zhou: Visitor, lin: Visitor, tmp_path: Path
) -> None:
    zhou.report()
    portal = world.app.extensions["portal"]
    with clamd(tmp_path) as scanner:
        world.app.extensions["portal"] = replace(portal, house=replace(portal.house, scanner=scanner))
        hand_in(zhou, (SOUND + VIRUS, "a.mp3"), (SOUND, "b.mp3"), harmless="y")
    hand_in(zhou, (SOUND + b"x", "c.mp3"), harmless="y")
    lin.get("/review/")
    case = CASE.search(lin.last)[0]
    for page in (zhou.get("/mailbox/evidence"), lin.get(case)):
        said = Page(page.text).text
        assert "文件1 · 录音 · 1.1 KB 查毒：有问题（Win.Test-1）" in said
        assert "文件2 · 录音 · 1.1 KB 查毒" not in said
        assert "文件3 · 录音 · 1.1 KB 没有查毒" in said
    assert "查毒：有问题（Win.Test-1）" in Page(lin.get(f"{case}/files/1").text).text
    assert lin.post(f"{case}/files/1/copy").data == SOUND + VIRUS


def test_the_doctor_says_whether_it_answers(world: World, tmp_path: Path) -> None:
    assert doctor.scanner(world.house).level == "ok"
    with clamd(tmp_path) as scanner:
        found = doctor.scanner(replace(world.house, scanner=scanner))
    assert (found.level, found.said) == ("ok", "answers: ClamAV 1.4.6/27000/Mon")
    away = doctor.scanner(replace(world.house, scanner=scanner))
    assert away.level == "warning"
    assert away.said.startswith("no answer at PORTAL_CLAMD: ")
