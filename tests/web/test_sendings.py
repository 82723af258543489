"""Files that meet: whoever comes in between costs nobody their file."""

from uuid import UUID

import pytest
from sqlalchemy.orm import Session

from portal.domain.evidence import Flaw
from portal.office import case_files, own_files
from portal.office.evidence import Added, Taken
from portal.office.sealed_files import Sealing
from portal.store.session import lock
from portal.web import sendings
from portal.web.sendings import Outcome, Sending
from tests.filing import SOUND, attach, named, stored
from tests.sending import arrive, run
from tests.world import World

pytestmark = pytest.mark.sqlite


def send(world: World, sending: Sending) -> Outcome:
    sealing = Sealing(world.house)
    sealing.write(SOUND)
    with world.app.app_context():
        return sendings.take(sending, sealing)


def test_a_file_that_meets_others_again_and_again_is_stored_after_them(world: World) -> None:
    key, _ = arrive(world)
    met: list[int] = []

    def prepare(session: Session, taken: Taken) -> Added:
        added = own_files.prepare(session, world.house, key, taken, now=world.clock())
        if not lock(session):  # it only looks: another may write meanwhile
            met.append(attach(world, key, SOUND + bytes([len(met)])).number)
        return added

    def add(session: Session, added: Added) -> None:
        own_files.send(session, world.house, key, added, now=world.clock())

    outcome = send(world, Sending("", harmless=False, prepare=prepare, add=add, own=key.secret))
    assert (met, outcome.flaw) == ([1, 2], None)
    assert outcome.file is not None
    assert outcome.file.number == 3
    assert stored(world) == named(world)
    world.verify()


def test_an_officers_file_meets_a_reporters_and_both_are_there(world: World) -> None:
    key, case_id = arrive(world)
    actor, ring = world.actor("lin"), world.ring("lin")

    def prepare(session: Session, taken: Taken) -> Added:
        added = case_files.prepare(session, world.house, actor, ring, case_id, taken, now=world.clock())
        if not lock(session):
            attach(world, key, SOUND + UUID(int=len(stored(world))).bytes)
        return added

    def add(session: Session, added: Added) -> None:
        case_files.add(session, world.house, actor, case_id, added)

    assert send(world, Sending("", harmless=False, prepare=prepare, add=add)).flaw is None
    assert run(world, "SELECT sender FROM letters WHERE kind = 'file' ORDER BY position") == [
        ("reporter",),
        ("reporter",),
        ("office",),
    ]
    world.verify()


def test_a_report_that_filled_up_meanwhile_takes_no_more_and_says_so(world: World) -> None:
    key, _ = arrive(world)

    def prepare(session: Session, taken: Taken) -> Added:
        added = own_files.prepare(session, world.house, key, taken, now=world.clock())
        while not lock(session):
            try:
                attach(world, key, SOUND + len(stored(world)).to_bytes(2))
            except sendings.EnoughError:
                break
        return added

    def add(session: Session, added: Added) -> None:
        own_files.send(session, world.house, key, added, now=world.clock())

    assert send(world, Sending("", harmless=False, prepare=prepare, add=add, own=key.secret)).flaw is Flaw.TOO_MANY
    assert len(named(world)) == 20
