"""The file of the register: whole and ours, or not used; put in place of the one before, or not at all."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from portal.office import newest_rules
from portal.office.newest_file import HEAD, MAC, RowsFile
from portal.office.newest_rows import Rows
from portal.office.recording import EntryKey, entry_keys
from portal.store.leases import FileLease

ROOT = Path(__file__).parent.parent.parent
HERE, OLD = bytes(range(16)), bytes(range(32, 64))
NAMED = [["reports", str(UUID(int=number)), f"d{number}"] for number in range(300)] + [["seats", "s1", "d"]]
SAID = {"event": "changed", "object": ["x", "y"], "rows": NAMED, "facts": {}, "actor": {"kind": "system"}}
KEYS = entry_keys([bytes(32), bytes([1]) * 32])
# Another process that writes, in some plight; it says when it is in the middle.
WRITER = """
import resource, sys, time
from pathlib import Path
from portal.office import files
from tests.office.test_newest_file import HERE, KEYS, rows
from portal.office.newest_file import RowsFile

class Slow(RowsFile):
    def _sealed(self, rows):
        for number, piece in enumerate(super()._sealed(rows)):
            yield bytes(piece) * (5_000 if number == 0 else 1)
            if number == 1:
                print("writing", flush=True)
                {plight}

file = Slow.of(Path(sys.argv[1]), HERE, KEYS)
print(file.write(rows(9)), flush=True)
"""


@pytest.fixture
def file(tmp_path: Path) -> RowsFile:
    return RowsFile.of(tmp_path, HERE, KEYS)


def rows(seen: int) -> Rows:
    made = Rows()
    made.learn([(UUID(int=9), SAID)], seen, OLD)
    return made


def test_it_is_closed_to_others_and_says_what_was_put_in(file: RowsFile) -> None:
    assert file.write(rows(7))
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert sorted(one.name for one in file.path.parent.iterdir()) == ["newest.rows", "newest.rows.lock"]
    found = file.read()
    assert found is not None
    assert (found.seen, found.packed_to, found.last, found.beside) == (7, 7, OLD, {})
    assert (found.packed.count, found.whole, file.covers()) == (301, rows(7).whole, 7)
    assert all(found.get(*named[:2]) == rows(7).get(*named[:2]) != b"" for named in NAMED)


def test_one_that_is_missing_is_no_news(file: RowsFile, caplog: pytest.LogCaptureFixture) -> None:
    assert file.read() is None
    assert (file.covers(), caplog.messages) == (0, [])


def flipped(place: int) -> Callable[[bytes], bytes]:
    return lambda whole: whole[:place] + bytes([whole[place] ^ 1]) + whole[place:][1:]


DAMAGE: Mapping[str, tuple[Callable[[bytes], bytes], str]] = {
    "magic": (flipped(0), "it is none"),
    "installation": (flipped(16), "another installation's"),
    "rules": (flipped(32), "by another version"),
    "entries": (flipped(71), "not as it was written"),
    "leaf": (flipped(72), "not as it was written"),
    "length": (flipped(HEAD.size - 1), "not as it was written"),
    "first row": (flipped(HEAD.size), "not as it was written"),
    "last row": (flipped(HEAD.size + 48 * 301 - 1), "not as it was written"),
    "lists": (flipped(-MAC - 1), "not as it was written"),
    "mac": (flipped(-1), "not as it was written"),
    "empty": (lambda _: b"", "empty"),
    "cut in the head": (lambda whole: whole[:100], "it is cut"),
    "cut after the head": (lambda whole: whole[: HEAD.size], "it is cut"),
    "cut in the rows": (lambda whole: whole[:5000], "not as it was written"),
    "a row less": (lambda whole: whole[: HEAD.size] + whole[HEAD.size + 48 :], "not as it was written"),
    "a byte less": (lambda whole: whole[:-1], "not as it was written"),
    "a byte more": (lambda whole: whole + b"\0", "not as it was written"),
    "zeros": (lambda whole: bytes(len(whole)), "it is none"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_one_that_is_cut_or_altered_anywhere_is_not_used(
    file: RowsFile, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    damage, said = DAMAGE[name]
    file.write(rows(7))
    file.path.write_bytes(damage(file.path.read_bytes()))
    assert file.read() is None
    (line,) = caplog.messages
    assert line.startswith("newest.rows is not used, all entries are read: ")
    assert said in line
    assert file.write(rows(8))
    assert file.covers() == 8


def test_no_byte_of_it_may_be_another(file: RowsFile) -> None:
    file.write(rows(7))
    whole = file.path.read_bytes()
    for place in range(0, len(whole), 7):
        file.path.write_bytes(flipped(place)(whole))
        assert file.read() is None, place


def test_a_folder_in_its_place_is_not_used(file: RowsFile, caplog: pytest.LogCaptureFixture) -> None:
    file.path.mkdir()
    assert (file.read(), file.covers(), file.write(rows(7))) == (None, 0, False)
    assert len(caplog.messages) == 2


@pytest.mark.parametrize(
    "keys",
    [[bytes([2]) * 32], [bytes([1]) * 32, bytes(32)], [bytes(32)], [bytes(32), bytes([1]) * 32, bytes([2]) * 32]],
)
def test_with_other_keys_of_entries_it_is_another(file: RowsFile, keys: list[bytes]) -> None:
    """One that is believed no more may have written what the file says; who has one that is not in use writes none."""
    file.write(rows(7))
    assert RowsFile.of(file.path.parent, HERE, entry_keys(keys)).read() is None


def test_the_secret_of_the_entries_is_not_in_it_and_neither_is_an_id_of_a_report(file: RowsFile) -> None:
    file.write(rows(7))
    whole = file.path.read_bytes()
    assert all(key.secret not in whole for key in KEYS.values())
    assert not any(UUID(named[1]).bytes in whole or named[1].encode() in whole for named in NAMED[1:-1])


def test_it_is_of_another_version_wherever_a_rule_is_another(file: RowsFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write(rows(7))
    for name in ("STAFF", "WHOLE", "REQUESTS", "PARTS", "LASTING", "ENDED", "DECIDED", "PASSING"):
        with monkeypatch.context() as patch:
            patch.setattr(newest_rules, name, getattr(newest_rules, name) | {"another"})
            assert RowsFile.of(file.path.parent, HERE, KEYS).rules != file.rules, name
    for name, other in (("FORM", 0), ("CLOSED", "another"), ("FIRST", newest_rules.FIRST | {b"another"})):
        with monkeypatch.context() as patch:
            patch.setattr(newest_rules, name, other)
            assert RowsFile.of(file.path.parent, HERE, KEYS).rules != file.rules, name
    assert RowsFile.of(file.path.parent, HERE, KEYS) == file


def test_two_processes_do_not_write_at_once(file: RowsFile) -> None:
    file.write(rows(7))
    other = FileLease(file.path.with_name("newest.rows.lock"))
    with closing(other):
        assert other.holds()
        assert not file.write(rows(8))
    assert file.covers() == 7
    assert file.write(rows(8))


def writer(file: RowsFile, plight: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", WRITER.format(plight=plight), str(file.path.parent)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_one_that_is_killed_while_it_writes_leaves_the_one_before(file: RowsFile) -> None:
    file.write(rows(7))
    with writer(file, "time.sleep(600)") as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "writing\n"
        assert not file.write(rows(8)), "the other is at it"
        os.kill(other.pid, signal.SIGKILL)
    assert file.path.with_name("newest.rows.new").stat().st_size > 0
    found = file.read()
    assert found is not None
    assert found.seen == 7
    assert file.write(rows(8))
    assert [file.covers(), file.path.with_name("newest.rows.new").exists()] == [8, False]


def test_a_disk_that_is_full_keeps_the_one_before_and_gets_its_room_back(file: RowsFile) -> None:
    file.write(rows(7))
    with writer(file, "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))") as other:
        said, told = other.communicate()
    assert said == "writing\nFalse\n"
    assert told.startswith("newest.rows was not written")
    assert len(told.splitlines()) == 1
    assert sorted(one.name for one in file.path.parent.iterdir()) == ["newest.rows", "newest.rows.lock"]
    assert file.covers() == 7


def test_pages_of_one_that_was_replaced_stay(file: RowsFile) -> None:
    """Whoever looks at the older file goes on looking at it."""
    file.write(rows(7))
    found = file.read()
    assert found is not None
    file.write(replace(rows(8), beside={}))
    assert found.get("reports", NAMED[3][1]) == rows(7).get("reports", NAMED[3][1])
    assert (file.read() or found).get("reports", NAMED[3][1]) == b""


def test_the_key_is_of_this_file_alone(file: RowsFile) -> None:
    first = EntryKey(bytes(32))
    assert file.key not in {first.secret, first.id}
    assert file.key != RowsFile.of(file.path.parent, bytes(16), KEYS).key
    assert file.key.hex() not in repr(file)
