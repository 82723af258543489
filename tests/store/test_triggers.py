"""The ledger's rows on disk: nothing of them changes, goes, or is written over, whoever asks through SQL."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.growing import grow
from tests.sending import arrive, run, say
from tests.world import Template, World

pytestmark = pytest.mark.sqlite

LAST = '(SELECT MAX("index") FROM leaves)'
COPY = 'SELECT "index", randomblob(16), salt, opening, mac, mac_key_id, event, actor, at FROM entries'
COLUMNS = '("index", id, salt, opening, mac, mac_key_id, event, actor, at)'
ENTRY = "only salt and opening of an entry may go"
SAME_ID = (
    f"INSERT OR REPLACE INTO entries {COLUMNS}"
    " SELECT 9999, id, salt, opening, mac, mac_key_id, event, actor, at FROM entries LIMIT 1"
)

REFUSED = {
    "a leaf changed": (f'UPDATE leaves SET hash = zeroblob(32) WHERE "index" = {LAST}', "leaves never change"),
    "a leaf renumbered": (f'UPDATE leaves SET "index" = 9999 WHERE "index" = {LAST}', "leaves never change"),
    "a leaf taken away": (f'DELETE FROM leaves WHERE "index" = {LAST}', "leaves never go"),
    "all leaves taken away": ("DELETE FROM leaves", "leaves never go"),
    "a leaf written over": ('INSERT OR REPLACE INTO leaves ("index", hash) VALUES (3, zeroblob(32))', "written once"),
    "a leaf written over in silence": (
        'INSERT INTO leaves ("index", hash) VALUES (3, zeroblob(32)) ON CONFLICT DO UPDATE SET hash = excluded.hash',
        "written once",
    ),
    "a leaf after a gap": (
        f'INSERT INTO leaves ("index", hash) SELECT {LAST} + 2, zeroblob(32)',
        "leaves are dense and written once",
    ),
    "a leaf before the first": ('INSERT INTO leaves ("index", hash) VALUES (-1, zeroblob(32))', "leaves are dense"),
    "a node of the tree changed": ("UPDATE tile_hashes SET hash = zeroblob(32)", "nodes of the tree never change"),
    "a node of the tree taken away": ("DELETE FROM tile_hashes", "nodes of the tree never go"),
    "a node of the tree written over": (
        "INSERT OR REPLACE INTO tile_hashes VALUES (1, 0, zeroblob(32))",
        "nodes of the tree are dense",
    ),
    "a node of the tree after a gap": ("INSERT INTO tile_hashes VALUES (1, 9, zeroblob(32))", "nodes of the tree are"),
    "an entry taken away": (f'DELETE FROM entries WHERE "index" = {LAST}', "entries never go"),
    "an entry written over": (
        f'INSERT OR REPLACE INTO entries {COLUMNS} {COPY} WHERE "index" = 3',
        "entries are written once",
    ),
    "an entry's id taken by another": (
        SAME_ID,
        "entries are written once",
    ),
    "an opening changed": ("UPDATE entries SET opening = opening || 'x'", ENTRY),
    "a salt changed": ("UPDATE entries SET salt = zeroblob(32)", ENTRY),
    "a letter's words changed": ("UPDATE letters SET body = zeroblob(200)", "letters are never edited"),
    "a letter changed in place": ("UPDATE letters SET body = body", "letters are never edited"),
    "a letter said of another request": ("UPDATE letters SET disclosure_id = zeroblob(16)", "letters are never edited"),
    "a letter's sender changed": ("UPDATE letters SET sender = 'office'", "letters are never edited"),
    "a letter's key changed": ("UPDATE letters SET content_key_id = content_key_id", "letters are never edited"),
    **{
        f"an entry's {column} changed": (
            f"UPDATE entries SET salt = NULL, opening = NULL, {column} = {value}",
            "may go",
        )
        for column, value in {
            '"index"': '"index" + 1000',
            "id": "randomblob(16)",
            "mac": "zeroblob(32)",
            "mac_key_id": "zeroblob(8)",
            "event": "'opened'",
            "object_id": "randomblob(16)",
            "actor": "'platform'",
            "actor_id": "randomblob(16)",
            "authority_id": "randomblob(16)",
            "at": "'2020-01-01 00:00:00.000000'",
            "effect": "'reveals'",
            "duty": "'lead'",
            "reason": "'PROTECT'",
        }.items()
    },
}


@pytest.fixture(scope="module")
def arrived(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One world with a report: what is refused changes nothing in it."""
    world = World.copy(template, tmp_path_factory.mktemp("arrived") / "home")
    arrive(world)
    grow(world, 260)
    world.sign()
    yield world
    world.close()


@pytest.mark.parametrize(("statement", "sentence"), REFUSED.values(), ids=REFUSED.keys())
def test_the_ledger_and_letters_are_never_changed(arrived: World, statement: str, sentence: str) -> None:
    with (
        closing(sqlite3.connect(arrived.home / "portal.sqlite")) as connection,
        pytest.raises(sqlite3.IntegrityError, match=sentence),
    ):
        connection.execute(statement)


def test_salt_and_opening_of_an_entry_may_go_together(world: World) -> None:
    arrive(world)
    run(world, 'UPDATE entries SET salt = NULL, opening = NULL WHERE "index" = 3')
    assert run(world, 'SELECT salt, opening FROM entries WHERE "index" = 3') == [(None, None)]


def test_a_letter_can_be_marked_as_served(world: World) -> None:
    key, _ = arrive(world)
    say(world, key, "还有一句")
    run(world, "UPDATE letters SET served_at = sent_at")
    assert run(world, "SELECT count(*) FROM letters WHERE served_at IS NOT NULL") == [(2,)]
