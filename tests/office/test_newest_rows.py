"""What entries have said of rows is what plain dicts would hold, however it is packed, left in files and taken up."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal.domain.countersign import PASSING
from portal.domain.vocabulary import MotionKind
from portal.office import newest_rows
from portal.office.newest_file import RowsFile
from portal.office.newest_rows import Rows, value_of
from portal.office.newest_rules import CLOSED, DECIDED, ENDED, KEPT, PARTS, WHOLE
from portal.office.packing import GONE
from portal.office.recording import entry_keys

IDS = [str(UUID(int=number)) for number in range(2)]
TABLES = ["officers", "seats", "motions", "reports", "receipts", "cases", "letters"]
LEAF = bytes(range(32))


@dataclass
class Plain:
    """The register as it was: by table and row, entry and digest."""

    rows: dict[tuple[str, str], tuple[UUID, str]] = field(default_factory=dict)
    parts: dict[str, set[tuple[str, str]]] = field(default_factory=dict)

    def learn(self, entry_id: UUID, said: dict[str, Any]) -> None:
        for table, row_id, digest in said["rows"]:
            if table in KEPT:
                self.rows[table, row_id] = (entry_id, digest)
            if table in PARTS:
                self.parts.setdefault(said["object"][1], set()).add((table, row_id))
        about = said["object"][1]
        if said["event"] in DECIDED and said["facts"]["kind"] in PASSING:
            self.rows.pop(("motions", about), None)
        if said["event"] in ENDED or (said["event"] == CLOSED and said["actor"]["kind"] == "officer"):
            for row in (("disclosures", about), *self.parts.pop(about, ())):
                self.rows.pop(row, None)

    def whole(self, table: str) -> set[str]:
        return {row_id for (name, row_id), (_, digest) in self.rows.items() if name == table and digest}


def said(event: str, about: str, rows: list[list[str]], kind: str = "seat", actor: str = "officer") -> dict[str, Any]:
    return {"event": event, "object": ["x", about], "rows": rows, "facts": {"kind": kind}, "actor": {"kind": actor}}


DIGESTS = st.sampled_from(["", "a1", "b2"])
NAMED = st.lists(st.tuples(st.sampled_from(TABLES), st.sampled_from(IDS), DIGESTS).map(list), max_size=4)
PIECES = st.lists(st.tuples(st.sampled_from(sorted(PARTS)), st.sampled_from(IDS), DIGESTS).map(list), max_size=3)
ABOUT = st.sampled_from(IDS)
ENTRIES = (
    st.builds(said, st.just("changed"), ABOUT, NAMED)
    | st.builds(lambda about, rows: said("asked", about, [["disclosures", about, "c3"], *rows]), ABOUT, PIECES)
    | st.builds(
        said, st.sampled_from([*sorted(ENDED), CLOSED]), ABOUT, PIECES, actor=st.sampled_from(["officer", "reporter"])
    )
    | st.builds(said, st.sampled_from(sorted(DECIDED)), ABOUT, NAMED, st.sampled_from([str(one) for one in MotionKind]))
)
STEPS = st.lists(st.lists(ENTRIES, max_size=6) | st.sampled_from(["leave", "take up", "start"]), max_size=25)


@pytest.fixture
def file(tmp_path: Path) -> RowsFile:
    return RowsFile.of(tmp_path, bytes(16), entry_keys([bytes(32)]))


ASKED = said("asked", IDS[0], [["disclosures", IDS[0], "c3"], ["disclosure_fields", IDS[1], "a1"]])


@example([[ASKED], "leave", [said("identity_lapsed", IDS[0], [])], "take up"], 50_000)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(STEPS, st.sampled_from([1, 4, 50_000]))
def test_it_is_what_plain_dicts_would_hold(file: RowsFile, steps: list[Any], most: int) -> None:
    """Two processes read the same entries; one leaves files, the other takes them up when it likes, and may restart."""
    file.path.unlink(missing_ok=True)
    writer, reader, plain, every = Rows(), Rows(), Plain(), list[tuple[UUID, dict[str, Any]]]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(newest_rows, "MOST", most)
        for step in steps:
            if step == "leave":
                assert file.write(writer)
            elif step == "take up" and (found := file.read()) and found.packed_to >= reader.packed_to:
                reader.rest_on(found)
            elif step == "start":
                reader = file.read() or Rows()
                learn(reader, every[reader.seen :])
            elif isinstance(step, list):
                new = [(UUID(int=len(every) + at), one) for at, one in enumerate(step)]
                every += new
                learn(writer, new)
                learn(reader, new)
                for entry_id, one in new:
                    plain.learn(entry_id, one)
            same(writer, plain)
            same(reader, plain)


def learn(rows: Rows, new: list[tuple[UUID, dict[str, Any]]]) -> None:
    rows.learn(new, rows.seen + len(new), LEAF)


def same(rows: Rows, plain: Plain) -> None:
    for table, row_id in every_row():
        known = plain.rows.get((table, row_id))
        assert rows.get(table, row_id) == (value_of(*known) if known else GONE)
    assert rows.parts == plain.parts
    assert rows.whole == {table: plain.whole(table) for table in WHOLE}


def every_row() -> Iterator[tuple[str, str]]:
    yield from ((table, row_id) for table in (*TABLES, "disclosures", *sorted(PARTS)) for row_id in IDS)


def test_rows_of_one_id_in_two_tables_are_two() -> None:
    rows = Rows()
    learn(rows, [(UUID(int=1), said("changed", IDS[0], [["officers", IDS[0], "a1"]]))])
    assert rows.get("seats", IDS[0]) == GONE
    assert rows.get("officers", IDS[0]) == value_of(UUID(int=1), "a1") != value_of(UUID(int=2), "a1")
