"""A process of the ledger drill: it writes entries at a pace, or signs them, until it is killed.

`python -m tests.drills.writing ACKNOWLEDGED PACE COUNT OFFICER AUTHORITY` writes until COUNT entries stand in the file,
the ones of its forerunners among them; `python -m tests.drills.writing` alone signs.
"""

import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from portal import jobs
from portal.domain.audit import Party
from portal.domain.vocabulary import ActorKind, Duty
from portal.office.opening import open_house
from portal.office.recording import Draft, record
from portal.settings import Settings
from portal.store.session import open_store

LOOKED = {"count": 0, "digest": "0" * 64, "filter": "0" * 64}


def write(acknowledged: Path, pace: float, count: int, officer: UUID, authority: UUID) -> None:
    """An officer looks at an empty queue again and again; each entry that is stored is told to the file."""
    settings = Settings.from_environ(os.environ)
    store = open_store(settings.database_url)
    house = open_house(settings, store)
    party = Party(ActorKind.OFFICER, officer, authority, Duty.INTAKE)
    done = len(acknowledged.read_text().splitlines())
    began = time.monotonic() - done / pace
    with acknowledged.open("a", buffering=1) as told:
        while done < count:
            time.sleep(max(0.0, began + done / pace - time.monotonic()))
            with store.transaction() as session:
                now = datetime.now(UTC).replace(microsecond=0)
                (stored,) = record(session, house.entry_key, Draft("listed", now, party, facts=LOOKED))
            told.write(f"{stored.index} {stored.id}\n")
            done += 1


def main(arguments: list[str]) -> None:
    """Write, or sign."""
    if not arguments:
        jobs.start(Settings.from_environ(os.environ)).join()
        return
    acknowledged, pace, count, *ids = arguments
    officer, authority = map(UUID, ids)
    write(Path(acknowledged), float(pace), int(count), officer, authority)


if __name__ == "__main__":
    main(sys.argv[1:])
