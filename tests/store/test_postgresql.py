"""What PostgreSQL does in its own way: schema, triggers, snapshots, locks between people, a server that restarts."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, select, text

from portal.app import open_portal
from portal.domain.errors import NotStoredError, PortalError, SignInError, StaleError, StartError
from portal.domain.values import Ruling
from portal.office import casework, founding, identity, letters, mailbox, own_files, reports, signing_in, ticking
from portal.office.sealed_files import Sealing
from portal.settings import Settings
from portal.store import migrate
from portal.store.base import Base
from portal.store.cases import Case
from portal.store.ledger import Entry
from portal.store.officers import SignInDelay
from portal.store.reports import Letter
from portal.store.session import Store, open_store
from portal.web import sendings
from portal.web.sendings import Sending
from tests.filing import SOUND
from tests.growing import grow
from tests.postgres import Postgres
from tests.sending import accept, arrive, box, newest, open_case, plan, run, say, submission
from tests.waiting import until
from tests.world import Template, World

pytestmark = pytest.mark.postgresql

PEOPLE = 6


@pytest.fixture
def empty(postgres: Postgres) -> Iterator[str]:
    name = postgres.make()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def store(empty: str) -> Iterator[Store]:
    made = migrate.create(empty)
    yield made
    made.close()


def test_an_empty_database_and_all_migrations_make_the_models(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_database_that_has_something_in_it_is_left_alone(empty: str, store: Store) -> None:
    assert store is not None
    with pytest.raises(StartError, match="not empty"):
        migrate.create(empty)


def test_an_empty_database_is_no_installation(empty: str, tmp_path: Path) -> None:
    environ = {"PORTAL_HOME": str(tmp_path), "PORTAL_SECRET_KEY": "5a" * 32, "PORTAL_DATABASE_URL": empty}
    with pytest.raises(StartError, match="portal demo"):
        migrate.check(Settings.from_environ(environ))


def test_without_its_driver_it_is_said_what_to_install(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StartError, match=r"requirements/postgres\.txt"):
        open_store(empty)


LAST = '(SELECT MAX("index") FROM leaves)'
REFUSED = {
    "a leaf changed": (f'UPDATE leaves SET hash = zeroblob(32) WHERE "index" = {LAST}', "leaves never change"),
    "a leaf taken away": (f'DELETE FROM leaves WHERE "index" = {LAST}', "leaves never go"),
    "all leaves at once": ("TRUNCATE leaves CASCADE", "never go"),
    "a leaf written over": (
        'INSERT INTO leaves VALUES (3, zeroblob(32)) ON CONFLICT ("index") DO UPDATE SET hash = excluded.hash',
        "leaves are dense",
    ),
    "a leaf after a gap": (f"INSERT INTO leaves SELECT {LAST} + 2, zeroblob(32)", "leaves are dense"),
    "a node changed": ("UPDATE tile_hashes SET hash = hash", "nodes of the tree never change"),
    "a node taken away": ("DELETE FROM tile_hashes", "nodes of the tree never go"),
    "all nodes at once": ("TRUNCATE tile_hashes", "nodes of the tree never go"),
    "a node after a gap": ("INSERT INTO tile_hashes VALUES (1, 9, zeroblob(32))", "nodes of the tree are dense"),
    "a node written over": (
        "INSERT INTO tile_hashes VALUES (1, 0, zeroblob(32)) ON CONFLICT (level, index) DO UPDATE SET hash = ''",
        "nodes of the tree are dense",
    ),
    "an entry taken away": (f'DELETE FROM entries WHERE "index" = {LAST}', "entries never go"),
    "all entries at once": ("TRUNCATE entries CASCADE", "never go"),
    "an opening changed": ("UPDATE entries SET opening = opening || 'x'", "only salt and opening"),
    "an entry's time changed": ("UPDATE entries SET salt = NULL, opening = NULL, at = now()", "only salt and opening"),
    "a letter said of a request": ("UPDATE letters SET disclosure_id = disclosure_id", "letters are never edited"),
    "a letter changed in place": ("UPDATE letters SET body = body", "letters are never edited"),
}


@pytest.mark.parametrize(("statement", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_the_ledger_and_letters_are_never_changed(world: World, statement: str, sentence: str) -> None:
    arrive(world)
    grow(world, 260)
    world.sign()
    with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match=sentence):
        run(world, statement)


def test_what_may_go_goes(world: World) -> None:
    arrive(world)
    run(world, 'UPDATE entries SET salt = NULL, opening = NULL WHERE "index" = 3')
    run(world, "UPDATE letters SET served_at = sent_at")
    assert run(world, 'SELECT salt FROM entries WHERE "index" = 3') == [(None,)]


def test_a_reader_sees_one_moment_and_writes_nothing(world: World) -> None:
    counting = select(func.count()).select_from(Entry)
    with world.store.reading() as session:
        before = session.execute(counting).scalar_one()
        arrive(world)
        assert session.execute(counting).scalar_one() == before

    def write() -> None:
        with world.store.reading() as session:
            session.add(SignInDelay(name=b"x", failures=0, until=world.clock()))
            session.flush()

    with pytest.raises(NotStoredError):
        write()


def at_once(work: Any) -> list[Any]:
    """Several people do the same at the same moment: what each gets, or which refusal."""

    def one(number: int) -> Any:
        try:
            return work(number)
        except PortalError as refusal:
            return type(refusal)

    with ThreadPoolExecutor(PEOPLE) as pool:
        return list(pool.map(one, range(PEOPLE)))


def test_of_several_who_take_a_case_up_one_does_and_the_numbers_are_dense(world: World) -> None:
    cases = [arrive(world)[1] for _ in range(3)]

    def accept(case_id: Any, seen: int) -> str:
        actor, ruling = world.actor("lin"), Ruling("安全出口上锁", seen)
        with world.store.reading() as session:
            prepared = casework.prepare_acceptance(session, world.house, actor, case_id, ruling, now=world.clock())
        with world.store.transaction() as session:
            casework.accept(session, world.house, actor, case_id, prepared, now=world.clock())
        return "taken up"

    for case_id in cases:
        seen = newest(world, case_id)
        found = at_once(lambda _, case_id=case_id, seen=seen: accept(case_id, seen))
        assert sorted(map(str, found)).count("taken up") == 1
        assert {one for one in found if one != "taken up"} <= {StaleError}
    numbers = sorted(number[-5:] for (number,) in run(world, "SELECT number FROM cases"))
    assert numbers == ["00001", "00002", "00003"]
    world.sign()
    assert world.verify().unsigned == 0


def test_a_letter_that_arrives_while_a_case_is_opened_is_not_taken_for_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, case_id = arrive(world)
    read = letters.of_report

    def meanwhile(session: Any, report_id: Any) -> Any:
        found = read(session, report_id)
        monkeypatch.undo()
        say(world, key, "刚想起来，是地下二层。")
        return found

    monkeypatch.setattr(letters, "of_report", meanwhile)
    sheet = open_case(world, "lin", case_id)
    assert sheet.letters == ()
    with pytest.raises(StaleError):
        accept(world, "lin", case_id, seen=sheet.seen)
    assert run(world, "SELECT count(*) FROM cases WHERE news_at IS NOT NULL") == [(1,)]


def test_a_code_that_comes_several_times_at_once_is_taken_once(world: World) -> None:
    member = world.cast["lin"]
    code = member.code(world.clock())

    def use(_: int) -> str:
        with world.store.transaction() as session:
            signing_in.use_code(session, member.officer_id, member.keys.otp, code, now=world.clock())
        return "in"

    found = at_once(use)
    assert found.count("in") == 1
    assert {one for one in found if one != "in"} <= {SignInError, StaleError}


def test_tries_at_once_are_all_counted(world: World) -> None:
    def attempt(_: int) -> Any:
        with world.store.transaction() as session:
            return signing_in.attempt(session, world.house, "lin", now=world.clock()).wait.total_seconds()

    assert sorted(at_once(attempt)) == [0, 0, 0, 0, 2, 2]
    assert run(world, "SELECT failures FROM sign_in_delays") == [(4,)]


def test_identities_told_at_once_leave_one(world: World) -> None:
    key, _ = arrive(world)

    def tell(number: int) -> str:
        giving = identity.replacing({identity.IdentityField.NAME: f"周{number}"}, may_phone=False)
        with world.store.reading() as session:
            made = mailbox.prepare_identity(session, world.house, key, giving, now=world.clock())
        with world.store.transaction() as session:
            identity.store(session, world.house, made, now=world.clock())
        return "told"

    assert "told" in at_once(tell)
    assert run(world, "SELECT count(*) FROM identity_fields WHERE field = 'name'") == [(1,)]
    assert run(world, "SELECT count(*) FROM identity_shares") == [(2 * len(box(world, key).identity) + 2,)]
    world.sign()
    assert world.verify().unsigned == 0


def test_letters_at_once_take_places_of_their_own(world: World) -> None:
    key, _ = arrive(world)

    def write(number: int) -> str:
        say(world, key, f"第{number}句")
        return "sent"

    sent = at_once(write).count("sent")
    with world.store.reading() as session:
        positions = session.scalars(select(Letter.position).order_by(Letter.position)).all()
    assert positions == list(range(sent + 1))


def test_files_at_once_are_all_stored_under_numbers_of_their_own(world: World) -> None:
    key, _ = arrive(world)

    def add(session: Any, added: Any) -> None:
        own_files.send(session, world.house, key, added, now=world.clock())

    def prepare(session: Any, taken: Any) -> Any:
        return own_files.prepare(session, world.house, key, taken, now=world.clock())

    def send(number: int) -> Any:
        arrived = Sealing(world.house)
        arrived.write(SOUND + bytes([number]))
        with world.app.app_context():
            return sendings.take(Sending("", False, prepare, add, key.secret), arrived).flaw  # noqa: FBT003

    assert at_once(send) == [None] * PEOPLE
    numbers = [number for (number,) in run(world, "SELECT number FROM blobs ORDER BY number")]
    assert numbers == list(range(1, PEOPLE + 1))
    world.verify()


def test_desks_that_change_while_a_report_is_stored_wait_for_it_or_make_it_stale(world: World) -> None:
    """The generation is read with a lock: what was sealed to is what there is when it is committed."""
    one = submission(world)
    sealed_to = plan(world, one).generation
    with world.store.transaction() as session:
        assert session.execute(select(func.count()).select_from(Case)).scalar_one() == 0
        assert reports.writing.current_generation(session) == sealed_to

        def turn(_: int) -> str:
            with world.store.transaction() as other:
                other.execute(text("SET LOCAL lock_timeout = 100"))
                founding.touch(other)
            return "turned"

        assert set(at_once(turn)) == {NotStoredError}


def test_ticks_at_once_mark_each_clock_once(world: World) -> None:
    for _ in range(5):
        arrive(world)
    world.clock.forward(days=20)

    def tick(_: int) -> int:
        with world.store.transaction() as session:
            return ticking.tick(session, world.house, now=world.clock())

    assert sum(at_once(tick)) == 5
    assert world.events().count("late") == 5


def test_two_processes_on_one_database_share_sessions_limits_and_work(world: World) -> None:
    portal = open_portal(world.settings, world.clock)
    other = World(world.home, world.cast, world.clock, world.settings, portal, world.root)
    zhou = world.visitor()
    zhou.report()
    receipt, there = zhou.receipt, other.visitor()
    assert there.open_mailbox(receipt).status_code == 200
    there.client.set_cookie("__Host-mailbox", zhou.mailbox_cookie, domain="localhost", secure=True)
    assert "我的举报" in there.get("/mailbox").text
    for one in (world, other):  # the counters' file is theirs together
        limits = one.app.extensions["portal.limits"]
        assert [limits.over("test", "2 per hour", b"who") for _ in range(2)] == [one is other] * 2
    mine, theirs = world.store.lease("jobs"), other.store.lease("jobs")
    assert (mine.holds(), theirs.holds()) == (True, False)
    mine.close()
    until(theirs.holds)  # the server lets it go once it has seen that the connection is gone
    theirs.close()
    other.store.close()


def test_a_connection_that_the_server_has_ended_is_replaced_before_it_is_used(world: World) -> None:
    ours = select(func.pg_backend_pid())
    with world.store.reading() as session:
        before = session.execute(ours).scalar_one()
    run(world, f"SELECT pg_terminate_backend({before}, 5000)")
    with world.store.reading() as session:
        assert session.execute(ours).scalar_one() != before


def test_a_server_that_restarts_costs_at_most_what_was_on_its_way(template: Template, tmp_path: Path) -> None:
    world = World.copy(template, tmp_path / "home")
    zhou = world.visitor()
    assert zhou.report().status_code == 200
    world.server.restart()
    assert zhou.report().status_code == 200
    assert run(world, "SELECT count(*) FROM reports") == [(2,)]
    world.close()
