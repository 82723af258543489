"""The part of the invented stories in which somebody adds files, and the office looks at them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from crypto.keys import SecretKey
from portal.office import case_files, checkpoints, evidence, mailbox, own_files
from portal.office.demo_drawings import DRAWN
from portal.office.demo_stage import Stage, Told
from portal.office.evidence import Taken
from portal.office.sealed_files import Sealing

Step = Mapping[str, Any]


def _files(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    """The reporter adds some, each with a word on what it shows."""
    with stage.store.transaction() as session:
        mailbox.serve(session, stage.house, told.reporter, now=at)
    for one in step["files"]:
        taken = drawn(stage, one["drawn"], one["caption"], at, own=told.reporter.secret)
        with stage.store.reading() as session:
            added = own_files.prepare(session, stage.house, told.reporter, taken, now=at)
        with stage.store.transaction() as session:
            own_files.send(session, stage.house, told.reporter, added, now=at)


def drawn(stage: Stage, name: str, caption: str, at: datetime, *, own: SecretKey | None = None) -> Taken:
    """A file that has come, drawn for the demonstration."""
    arrived = Sealing(stage.house)
    arrived.write(DRAWN[name](at))
    return evidence.take(stage.house, arrived, harmless=False, caption=caption, own=own)


def _shown(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    """Intake looks at the picture of one, and takes the copy along."""
    with stage.store.transaction() as session:
        checkpoints.sign(session, stage.log_keys, now=at)
    number, seen = step["file"], (stage.house, told.actor, told.ring, told.case_id)
    with stage.store.transaction() as session:
        if not case_files.sheet(session, *seen, number).pictures:
            return  # no decoder here: the file stays with the identity
        case_files.show(session, *seen, number, 0, now=at)
        case_files.take(session, *seen, number, now=at)


STEPS: Mapping[str, Callable[[Stage, Told, Step, datetime], object]] = {"files": _files, "shown": _shown}
