"""`portal init` and `portal upgrade`: what they print, and how they refuse."""

import os
import pty
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import MetaData, insert, inspect, select

from portal.domain.vocabulary import Duty, MotionKind
from portal.office import tiles, upgrading, verifying
from portal.settings import Settings
from portal.store import migrate
from portal.store.ledger import Entry
from portal.store.session import Store, open_store
from tests.comparing import forget
from tests.growing import grow
from tests.sending import UNNAMED, arrive, open_case
from tests.staffing import Staff
from tests.world import NOON, World

ROOT = Path(__file__).parent.parent.parent
ROSTER = "username,authority,duties\nlin,office-220000,intake\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A list of officers, and a home to be."""
    (tmp_path / "officers.csv").write_text(ROSTER)
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    return tmp_path


def files(folder):
    return ["--root-key", f"{folder}/root.key", "--recovery-dir", f"{folder}/shares", "--codes", f"{folder}/codes.txt"]


@pytest.mark.sqlite
def test_an_installation_is_made_says_what_to_do_and_what_lacks(folder, ask):
    url = "https://jubao.example.cn"
    status, out, err = ask("init", "--officers", f"{folder}/officers.csv", "--public-url", url, *files(folder))
    assert status == 0
    assert f"{url}/review/enrol" in out
    assert (err.count("\n"), "lead, custody" in err) == (1, True)
    code = (folder / "codes.txt").read_text("utf-8").split()[-1]
    assert code not in out + err
    assert ask("audit", "verify")[0] == 0
    assert ask("upgrade")[0] == 0
    assert (ask("init", "--officers", f"{folder}/officers.csv", *files(folder))[0]) == 2


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--officers", "none.csv"],
        ["--officers", "OFFICERS"],  # the secrets have nowhere to go
        ["--officers", "OFFICERS", "FILES", "--shares", "1-of-3"],
        ["--officers", "OFFICERS", "FILES", "--shares", "4-of-3"],
        ["--officers", "OFFICERS", "FILES", "--public-url", "jubao.example.cn"],
    ],
)
def test_what_is_wrong_is_one_line_and_nothing_is_made(folder, ask, arguments):
    given = [word.replace("OFFICERS", f"{folder}/officers.csv") for word in arguments]
    at = given.index("FILES") if "FILES" in given else len(given)
    status, out, err = ask("init", *given[:at], *(files(folder) if "FILES" in given else ()), *given[at + 1 :])
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["officers.csv"]


@pytest.mark.sqlite
def test_on_a_terminal_the_secrets_are_shown_once(folder):
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "portal", "init", "--officers", f"{folder}/officers.csv"]
    subprocess.run(command, cwd=ROOT, env=os.environ.copy(), stdout=slave, stderr=slave, timeout=60, check=True)
    os.close(slave)
    shown = b""
    with closing(os.fdopen(master, "rb", buffering=0)) as screen:
        while b"lin\t" not in shown:
            shown += screen.read(4096)
    assert shown.count(b"recovery-") == 6
    assert [path.name for path in folder.iterdir() if path.is_file()] == ["officers.csv"]


def at(schema: str, world: World, store: Store) -> None:
    """The rows of a world in a database of a schema before."""
    migrate.upgrade(store, schema)
    old, new = MetaData(), MetaData()
    old.reflect(store.engine)
    new.reflect(world.store.engine)
    with world.store.engine.connect() as source, store.writer.begin() as target:
        for table in old.sorted_tables:
            columns = [new.tables[table.name].c[column.name] for column in table.columns]
            order = [new.tables[table.name].c["index"]] if "index" in table.c else []
            rows = [dict(row) for row in source.execute(select(*columns).order_by(*order)).mappings()]
            if table.name != "alembic_version" and rows:
                target.execute(insert(table), rows)


def names(found: list) -> set[str]:
    return {one["name"] for one in found}


@pytest.mark.parametrize("schema", ["0002", "0010"])
def test_a_filled_database_of_the_schema_before_is_upgraded_and_holds(world: World, tmp_path, schema: str) -> None:
    _, case_id = arrive(world, identity=UNNAMED)  # names had no mark then
    open_case(world, "lin", case_id)  # an entry with a duty, which schema 0017 copies from what it says
    forget(world)
    grow(world, 300)
    if schema == "0010":  # from then on there are motions, which the next schema makes anew
        Staff(world).propose(MotionKind.SEAT, "guan", "song", duty=Duty.INVESTIGATE)
    world.sign()
    if world.server is None:
        url = f"sqlite:///{tmp_path}/old.sqlite"
        (tmp_path / "old.sqlite").touch(mode=0o600)
    else:
        url = world.server.url(world.server.make())
    environ = {"PORTAL_HOME": str(world.home), "PORTAL_DATABASE_URL": url}
    settings = Settings.from_environ(environ)
    with closing(open_store(url)) as store:
        at(schema, world, store)
        assert upgrading.upgrade(settings, now=NOON).before == schema
        assert not upgrading.upgrade(settings, now=NOON).needed
        verdict = verifying.verify(store, verifying.Keys.read(settings))
        assert verdict.entries == world.verify().entries + 1
        with store.reading() as session:
            assert tiles.stored(session, 1) == 1  # made by the migration: nothing was signed since
            assert session.scalars(select(Entry.event).order_by(Entry.index.desc())).first() == "upgraded"
        migrate.check(settings)
        for table in ("seats", "motions", "editions", "entries"):
            wanted, found = (inspect(one.engine) for one in (world.store, store))
            assert names(found.get_foreign_keys(table)) == names(wanted.get_foreign_keys(table))
            assert names(found.get_indexes(table)) == names(wanted.get_indexes(table))
    if world.server is not None:
        world.server.drop(url.rpartition("/")[2].partition("?")[0])


@pytest.mark.sqlite
def test_an_upgrade_wants_a_copy_first_and_a_portal_that_stands_still(template, tmp_path, monkeypatch, ask):
    home = tmp_path / "home"
    shutil.copytree(template.home, home)
    monkeypatch.setenv("PORTAL_HOME", str(home))
    with closing(sqlite3.connect(home / "portal.sqlite")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0002'")
    status, _, err = ask("upgrade")
    assert (status, err.count("\n"), "copy" in err) == (2, 1, True)
    with closing(open_store(f"sqlite:///{home}/portal.sqlite")) as store, closing(store.lease("jobs")) as lease:
        assert lease.holds()
        status, _, err = ask("upgrade", "--yes")
    assert (status, err.count("\n"), "is running" in err) == (2, 1, True)


@pytest.mark.sqlite
def test_a_newer_database_is_not_touched(template, tmp_path, monkeypatch, ask):
    home = tmp_path / "home"
    shutil.copytree(template.home, home)
    monkeypatch.setenv("PORTAL_HOME", str(home))
    with closing(sqlite3.connect(home / "portal.sqlite")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    status, _, err = ask("upgrade", "--yes")
    assert (status, err.count("\n"), "newer" in err) == (2, 1, True)
