"""What a process must know of rows before it answers an officer: read anew from every entry, or taken up from the file.

Entries are written as bare as they come, three a case, of which one names a row of a report that other entries named
before. Each way is measured in a process of its own; the floor hashes as many openings, and reads the file.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from bench import fill
from bench.alone import hashing
from bench.home import Home
from portal.domain.audit import Party
from portal.domain.vocabulary import ActorKind, Duty
from portal.office import newest
from portal.office.house import House
from portal.office.newest_file import NAME
from portal.office.opening import open_house
from portal.office.recording import Draft, record
from portal.settings import Settings
from portal.store.base import table_of
from portal.store.ledger import Entry
from portal.store.officers import Officer
from portal.store.reports import Report
from portal.store.session import Store, open_store

PART = 10_000
ENTRIES_A_CASE = 3
LOOKS = 100_000
MARK = "PROTECT"  # no other entry of this event has a reason
WAYS = ("anew", "written", "file")


def register(home: Home, size: int) -> dict[str, object]:
    """Seconds and memory of either way, and microseconds a look-up, at so many cases."""
    began = time.perf_counter()
    with home.opened() as (store, house):
        _fill(store, house, size)
        entries = fill.size(store)
    filled, path = time.perf_counter() - began, home.path / NAME
    path.unlink(missing_ok=True)
    ways = {way: _apart(home, way, size) for way in WAYS}
    whole = path.read_bytes() if path.exists() else b""  # it is in the system's memory by now, as at a restart
    began = time.perf_counter()
    whole = path.read_bytes() if whole else b""
    read, hashed = time.perf_counter() - began, hashing(entries)
    return {
        "entries": entries,
        "filled_s": round(filled, 1),
        "file_mb": round(len(whole) / 1e6, 1),
        "portal": ways,
        "floor": {"sha256_s": round(hashed, 2), "read_file_ms": round(read * 1000, 1)},
        "ratio": round(ways["anew"]["cpu_s"] / hashed, 1),
    }


def _fill(store: Store, house: House, size: int) -> None:
    with store.reading() as session:
        officer_id, authority_id = session.execute(select(Officer.id, Officer.authority_id).limit(1)).one()
        written = session.execute(select(func.count()).where(Entry.event == "wrote", Entry.reason == MARK)).scalar_one()
    drafts = _drafts(Party(ActorKind.OFFICER, officer_id, authority_id, Duty.INTAKE), range(written, size))
    while part := list(islice(drafts, PART)):
        with store.transaction() as session:
            record(session, house.entry_key, *part)


def _drafts(party: Party, numbers: range) -> Iterator[Draft]:
    now = datetime.now(UTC).replace(microsecond=0)
    for number in numbers:
        about = ("reports", _report(number))
        for _ in range(ENTRIES_A_CASE - 1):
            yield Draft("opened", now, party, about, facts={"letters": 1})
        draft = Draft("wrote", now, party, about, facts={"position": 1, "kind": "message"}, reason=MARK)
        draft.names_values(table_of(Report), {"id": about[1], "entry_id": draft.id, "arrived_at": now})
        yield draft


def _report(number: int) -> UUID:
    return UUID(int=number << 32 | 1)


def _apart(home: Home, way: str, size: int) -> dict[str, float]:
    """What a process says that does nothing else."""
    command = [sys.executable, "-c", f"from bench.register import tell; tell({way!r}, {size}, {LOOKS})"]
    root, environ = Path(__file__).parent.parent, {**os.environ, **home.environ}
    done = subprocess.run(command, env=environ, cwd=root, check=True, capture_output=True, text=True)
    said: dict[str, float] = json.loads(done.stdout)
    return said


def tell(way: str, size: int, looks: int) -> None:
    """In that process: begin, and say what it took."""
    settings = Settings.from_environ(os.environ)
    store = open_store(settings.database_url)
    book = open_house(settings, store).newest
    before, began, spent = _memory(), time.perf_counter(), time.process_time()
    with store.reading() as session:
        book.require(session)
    said = {
        "seconds": round(time.perf_counter() - began, 3),
        "cpu_s": round(time.process_time() - spent, 3),
        **{name: round((most - before[name]) / 1e6, 1) for name, most in _memory().items()},
    }
    if way == "written":
        newest.FAR = 0  # whatever there is
        began = time.perf_counter()
        book.keep(store)
        said["write_s"] = round(time.perf_counter() - began, 2)
    print(json.dumps({**said, "look_us": _looked(book, size, looks)}))
    store.close()


def _looked(book: newest.NewestBook, size: int, looks: int) -> float:
    """Microseconds to find what is known of a row, each another."""
    ids = [str(_report(number * 7919 % size)) for number in range(looks)]
    began = time.process_time()
    for row_id in ids:
        if not book._rows.get("reports", row_id):  # noqa: SLF001 - without what is asked of the database before
            raise SystemExit("a row is not known")
    return round((time.process_time() - began) / looks * 1e6, 2)


def _memory() -> dict[str, int]:
    """Of this process: what is its own, what it maps of files, and the most there ever was; bytes."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    wanted = {"own_mb": "RssAnon", "mapped_mb": "RssFile", "peak_mb": "VmHWM"}
    return {name: int(lines[line].split()[0]) * 1024 for name, line in wanted.items()}
