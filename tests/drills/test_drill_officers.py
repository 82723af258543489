"""Two officers at one case at the same moment: one is through, the other is told, and nothing of either is lost."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bench.client import TOKEN, Client
from crypto.primitives import random_bytes
from portal.domain.vocabulary import Duty
from portal.office import founding, keyring, sessions
from portal.office.founding import Founder
from portal.office.recording import EntryKey
from portal.settings import read_keys
from portal.store.officers import Desk, DeskEpoch
from portal.web.requests import OFFICE_COOKIE
from tests.drills.crowd import verify
from tests.drills.live import Live, running
from tests.faults import count
from tests.sending import arrive, run
from tests.waiting import PATIENCE
from tests.world import PASSWORD, Member, World

CASES = {"short": 5, "long": 100}
SEEN = re.compile(rb'name="seen" value="([^"]+)"')


@pytest.fixture
def pair(world: World) -> tuple[Member, Member]:
    """林, and a colleague at the same desk."""
    lin = world.cast["lin"]
    with world.store.transaction() as session:
        founder = Founder(
            session=session,
            installation=world.house.installation,
            root=world.root,
            entry_key=EntryKey(read_keys(world.settings.entry_keys)[0]),
            pepper=random_bytes(32),
            now=world.clock(),
        )
        ring = keyring.load(session, world.house, lin.officer_id, lin.keys.secret)
        seat = next(one for one in world.actor("lin").seats if one.duty is Duty.INTAKE)
        epoch = session.query(DeskEpoch).join(Desk, Desk.id == DeskEpoch.desk_id).filter(Desk.id == seat.desk_id).one()
        officer_id, keys = founding.enrol(founder, seat.authority_id, "colleague", PASSWORD)
        secret = ring.epochs[epoch.id]
        founding._seat(founder, seat.authority_id, Duty.INTAKE, epoch, secret, officer_id, keys.secret.public)
        founding.touch(session)
    return lin, Member(officer_id, keys)


@contextmanager
def at_work(world: World, live: Live, member: Member) -> Iterator[Client]:
    """An officer with an open session, as signing in opens it."""
    client = Client(live.port)
    with world.store.transaction() as session:
        token = sessions.open_officer(session, world.house, member.officer_id, member.keys, now=datetime.now(UTC))
    client.cookies[OFFICE_COOKIE] = str(token)
    with closing(client.connection):
        yield client


def together(clients: tuple[Client, Client], page: str, path: str, typed: list[dict[str, str]]) -> list[int]:
    """Both look at the page, then both send at once."""
    gate = threading.Barrier(2)

    def send(client: Client, fields: dict[str, str]) -> int:
        shown = client.ask("GET", page)[1]
        for name, pattern in (("csrf_token", TOKEN), ("seen", SEEN)):
            if found := pattern.search(shown):
                fields[name] = found[1].decode()
        gate.wait(PATIENCE)
        status, answer = client.ask("POST", path, urlencode(fields))
        assert status != 409 or "<h1" in answer.decode()
        return status

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(send, clients, typed))


def test_of_two_officers_one_is_through_and_the_other_is_told(
    world: World, pair: tuple[Member, Member], tmp_path: Path, length: str, say: Callable[[str], None]
) -> None:
    world.clock.now = datetime.now(UTC).replace(microsecond=0)
    cases = [arrive(world)[1] for _ in range(CASES[length])]
    sent = 0
    with (
        running(world, tmp_path / "output.txt") as live,
        at_work(world, live, pair[0]) as lin,
        at_work(world, live, pair[1]) as other,
    ):
        for case in cases:
            page = f"/review/cases/{case}"
            subjects = ["安全出口上锁之一", "安全出口上锁之二"]
            said = together((lin, other), page, f"{page}/accept", [{"subject": one} for one in subjects])
            assert sorted(said) == [303, 409]
            texts = ["已派人去看之一", "已派人去看之二"]
            wrote = together((lin, other), page, f"{page}/letter", [{"text": one} for one in texts])
            assert set(wrote) <= {303, 409}
            sent += wrote.count(303)
            shown = lin.ask("GET", page)[1].decode()
            assert subjects[said.index(303)] in shown
            assert [text in shown for text in texts] == [status == 303 for status in wrote]
    assert count(world, "entries", "event = 'accepted'") == count(world, "cases", "number IS NOT NULL") == len(cases)
    assert count(world, "letters", "kind = 'message'") == sent
    assert len({row[0] for row in run(world, "SELECT number FROM cases")}) == len(cases)
    verify(world)
    engine = world.store.engine.dialect.name
    say(json.dumps({"drill": "two officers", "engine": engine, "cases": len(cases), "letters": sent}))
