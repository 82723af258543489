"""The schema: migrations lead to the models, every column says what it gives away, illegal rows are refused by name."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Integer, MetaData, Table, Text, create_engine, inspect
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import StatementError

from portal.domain.errors import StartError
from portal.settings import Settings
from portal.store import migrate, triggers
from portal.store.base import Base, Instant, Privacy, recorded_columns
from portal.store.models import SignInDelay
from portal.store.session import Store, sqlite_path
from tests.sending import arrive, run
from tests.world import Template, World

pytestmark = pytest.mark.sqlite

# What is not held to the ledger (DESIGN §5): sessions, limits, outbox state, TOTP steps, and itself.
EXEMPT = {
    "case_numbers",
    "checkpoints",
    "entries",
    "index_marks",
    "index_parts",
    "index_waits",
    "indexed_cases",
    "leaves",
    "ledger_head",
    "mailbox_sessions",
    "officer_sessions",
    "otp_steps",
    "outbox",
    "passkey_uses",
    "refusal_counts",
    "sign_in_delays",
    "sign_in_failures",
    "tile_hashes",
    "used_challenges",
}
UNTOLD = {"entry_id", "version", "generation", "reminded_at"}  # follow from what is told
SEALED = {"line", "phone", "body"}


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    made = migrate.create(f"sqlite:///{tmp_path}/new.sqlite")
    yield made
    made.close()


def unclassed(metadata: MetaData) -> list[str]:
    """Columns that do not say what a thief of the database learns."""
    return [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if not isinstance(column.info.get("privacy"), Privacy)
    ]


def test_an_empty_database_and_all_migrations_make_the_models(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_make_every_check_of_the_models(store: Store, tmp_path) -> None:
    """Alembic compares no CHECKs; a database made straight from the models is held beside."""
    direct = create_engine(f"sqlite:///{tmp_path}/direct.sqlite")
    Base.metadata.create_all(direct)
    assert checks(store.engine) == checks(direct)
    assert len(checks(direct)) > 25
    direct.dispose()


def checks(engine) -> set[tuple[str, str, str]]:
    looking = inspect(engine)
    return {
        (table, str(one["name"]), " ".join(one["sqltext"].split()))
        for table in looking.get_table_names()
        if table != "alembic_version"
        for one in looking.get_check_constraints(table)
    }


def test_migrations_make_every_trigger(store: Store) -> None:
    with store.engine.connect() as connection:
        made = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").scalar_one()
    on_tiles = triggers.TILES["sqlite"]
    on_seats = [one for one in triggers.SEATS["sqlite"] if "TRIGGER" in one]
    on_requests = triggers.DISCLOSURES["sqlite"]
    assert made == len(triggers.SQLITE) + len(on_seats) + len(on_tiles) + len(on_requests)


def test_a_new_database_is_closed_to_others_and_never_made_over_an_old_one(tmp_path) -> None:
    url = f"sqlite:///{tmp_path}/one.sqlite"
    migrate.create(url).close()
    assert sqlite_path(url).stat().st_mode & 0o077 == 0
    with pytest.raises(StartError, match="already"):
        migrate.create(url)


def test_migrating_twice_changes_nothing(store: Store) -> None:
    migrate.upgrade(store)
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_a_database_of_another_age_is_not_served(world: World) -> None:
    run(world, "UPDATE alembic_version SET version_num = '0002'")
    with pytest.raises(StartError, match=r"needs 0036; .* `portal upgrade`"):
        migrate.check(world.settings)


def test_a_database_of_a_version_to_come_is_not_served(world: World) -> None:
    run(world, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StartError, match=r"9999, which is newer than this version of the portal needs \(0036\)"):
        migrate.check(world.settings)


def test_files_of_migrations_are_called_as_alembic_counts_them() -> None:
    scripts = ScriptDirectory(str(migrate.SCRIPTS)).walk_revisions()
    assert migrate.newest_first() == [script.revision for script in scripts]


def test_an_empty_file_is_no_installation(tmp_path) -> None:
    (tmp_path / "portal.sqlite").touch()
    settings = Settings.from_environ({"PORTAL_HOME": str(tmp_path), "PORTAL_SECRET_KEY": "5a" * 32})
    with pytest.raises(StartError, match="portal init"):
        migrate.check(settings)


def test_every_column_has_a_privacy_class() -> None:
    assert unclassed(Base.metadata) == []


def test_a_column_without_a_privacy_class_is_found() -> None:
    metadata = MetaData()
    Table("things", metadata, Column("id", Integer, primary_key=True, info={"privacy": "clear"}), Column("said", Text))
    assert unclassed(metadata) == ["things.id", "things.said"]


def test_every_table_but_those_named_is_held_to_the_ledger() -> None:
    free = {table.name for table in Base.metadata.sorted_tables if "entry_id" not in table.columns}
    assert free == EXEMPT


def test_every_row_held_to_the_ledger_is_digested_whole() -> None:
    for table in Base.metadata.sorted_tables:
        if table.name not in EXEMPT:
            untold = {column.name for column in table.columns} - {column.name for column in recorded_columns(table)}
            assert untold <= UNTOLD, table.name
            assert [column.name for column in table.primary_key] == ["id"], table.name


def test_no_sealed_column_holds_text() -> None:
    sealed = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.info["privacy"] is Privacy.SEALED
    ]
    assert {column.name for column in sealed} >= SEALED
    assert {type(column.type).__name__ for column in sealed} == {"LargeBinary"}


def test_an_instant_without_a_zone_is_refused(world: World) -> None:
    with (
        pytest.raises(StatementError, match="an instant needs a time zone"),
        world.store.transaction() as session,
    ):
        session.add(SignInDelay(name=b"x", failures=0, until=datetime(2026, 3, 2)))  # noqa: DTZ001


def test_an_instant_comes_back_in_utc_whatever_zone_it_went_in(world: World) -> None:
    noon = datetime.fromisoformat("2026-03-02T12:00:00.123456+08:00")
    with world.store.transaction() as session:
        session.add(SignInDelay(name=b"x", failures=0, until=noon))
    with world.store.reading() as session:
        kept = session.get_one(SignInDelay, b"x").until
    assert kept == noon
    assert kept.tzinfo is UTC


def test_an_instant_of_another_engine_is_kept_with_its_zone() -> None:
    noon = datetime.fromisoformat("2026-03-02T12:00:00+08:00")
    assert Instant().process_bind_param(noon, postgresql.dialect()).tzinfo is UTC
    assert Instant().process_result_value(noon, postgresql.dialect()).tzinfo is UTC
    assert Instant().process_bind_param(None, postgresql.dialect()) is None


def test_an_id_comes_back_as_it_went_in_and_takes_sixteen_bytes(world: World) -> None:
    key, case_id = arrive(world)
    assert run(world, "SELECT id, length(id) FROM cases") == [(case_id.bytes, 16)]
    assert key.report_id != case_id


SECOND_EPOCH = """
INSERT INTO desk_epochs (id, desk_id, epoch, public_key, certificate_id, previous, opened_at, entry_id)
SELECT randomblob(16), desk_id, 2, public_key, certificate_id, zeroblob(9), opened_at, entry_id
FROM desk_epochs LIMIT 1
"""
ENROLMENT = """
INSERT INTO enrolments (id, officer_id, lookup, locked_keys, expires_at, used_at, entry_id)
SELECT randomblob(16), id, zeroblob(32), zeroblob(9), '2026-03-02 00:00:00', '2026-03-02 00:00:00', entry_id
FROM officers LIMIT 1
"""
STATEMENT = """
INSERT INTO letters (id, report_id, content_key_id, kind, sender, position, sent_at, body, entry_id)
SELECT randomblob(16), report_id, content_key_id, 'statement', sender, 9, sent_at, body, entry_id FROM letters LIMIT 1
"""
ILLEGAL = {
    "a case closed without a day": ("UPDATE cases SET state = 'closed'", "ck_cases_closed"),
    "a day without a closed case": ("UPDATE cases SET closed_at = '2026-03-02 00:00:00.000000'", "ck_cases_closed"),
    "a number before acceptance": (
        "UPDATE cases SET number = '1', accepted_at = '2026-03-02 00:00:00.000000'",
        "ck_cases_numbered_when_accepted",
    ),
    "a number without a day of acceptance": ("UPDATE cases SET number = '1', state = 'accepted'", "ck_cases_accepted"),
    "a day of acceptance without a number": (
        "UPDATE cases SET accepted_at = '2026-03-02 00:00:00.000000', state = 'accepted'",
        "ck_cases_accepted",
    ),
    "a state that is none": ("UPDATE cases SET state = 'lost'", "casestate"),
    "a grant with two readers": (
        "UPDATE key_grants SET receipt_id = (SELECT id FROM receipts) WHERE desk_epoch_id IS NOT NULL",
        "ck_key_grants_one_reader",
    ),
    "a grant with no reader": ("UPDATE key_grants SET receipt_id = NULL, desk_epoch_id = NULL", "one_reader"),
    "a grant in a state that is none": ("UPDATE key_grants SET state = 'open'", "grantstate"),
    "a statement on no request": (STATEMENT, "ck_letters_stated"),
    "a content key of nobody": ("UPDATE content_keys SET report_id = NULL", "ck_content_keys_one_owner"),
    "a content key of two": ("UPDATE content_keys SET case_id = (SELECT id FROM cases)", "ck_content_keys_one_owner"),
    "a clock of nobody": ("UPDATE clocks SET report_id = NULL", "ck_clocks_one_owner"),
    "a clock stopped at no time": ("UPDATE clocks SET state = 'stopped'", "ck_clocks_stopped"),
    "a clock superseded by none": ("UPDATE clocks SET state = 'superseded'", "ck_clocks_superseded"),
    "a first epoch with a past": ("UPDATE desk_epochs SET previous = zeroblob(9)", "ck_desk_epochs_chained"),
    "a second epoch without one": ("UPDATE desk_epochs SET epoch = 2", "ck_desk_epochs_chained"),
    "a second installation": ("UPDATE installation SET one = 2", "ck_installation_only_one"),
    "a second head": ("INSERT INTO ledger_head (one, size, origin) VALUES (2, 0, 'x')", "ck_ledger_head_only_one"),
    "an opening without its salt": ("UPDATE entries SET salt = NULL", "only salt and opening|opened_or_not"),
    "an officer at work without keys": ("UPDATE officers SET locked_keys = NULL", "ck_officers_keyed"),
    "a used code that still opens": (ENROLMENT, "ck_enrolments_used_up"),
    "two desks of one duty": ("UPDATE desks SET duty = 'lead'", "UNIQUE constraint failed: desks.authority_id"),
    "two current epochs": (
        SECOND_EPOCH,
        "UNIQUE constraint failed: desk_epochs.desk_id",
    ),
    "two fields of one name": ("UPDATE identity_fields SET field = 'name'", "UNIQUE constraint failed"),
    "two shares for one holder": ("UPDATE identity_shares SET holder = 'lead'", "UNIQUE constraint failed"),
    "a report of no case": ("UPDATE reports SET case_id = zeroblob(16)", "FOREIGN KEY constraint failed"),
    "a row of no entry": ("UPDATE reports SET entry_id = zeroblob(16)", "FOREIGN KEY constraint failed"),
    "a passkey used less than never": (
        "INSERT INTO passkey_uses (passkey_id, count) VALUES (zeroblob(16), -1)",
        "ck_passkey_uses_counted",
    ),
    "a desk in use taken away": ("DELETE FROM desks", "FOREIGN KEY constraint failed"),
}


@pytest.fixture(scope="module")
def arrived(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world with a report: what is refused changes nothing in it."""
    world = World.copy(template, tmp_path_factory.mktemp("arrived") / "home")
    arrive(world)
    yield world
    world.close()


@pytest.mark.parametrize(("statement", "rule"), ILLEGAL.values(), ids=ILLEGAL.keys())
def test_an_illegal_row_is_refused_by_a_rule_with_a_name(arrived: World, statement: str, rule: str) -> None:
    with closing(sqlite3.connect(arrived.home / "portal.sqlite")) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        with pytest.raises(sqlite3.IntegrityError, match=rule), connection:
            connection.execute(statement)
