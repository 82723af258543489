"""What each person's keys alone open on a raw copy of the database: exactly what they are meant to, and no more."""

import sqlite3
from contextlib import closing, suppress
from uuid import UUID

import pytest

from crypto import envelope
from crypto.errors import OpenError
from crypto.keys import SecretKey
from crypto.primitives import Binding
from crypto.receipt import Receipt
from portal.office.keyring import Keyring
from portal.store.base import Privacy
from portal.store.models import Base
from tests.world import REPORT, Visitor, World

REPORT_ALONE, PHONE, SHARE_S, SHARE_C = "report", "phone", "lead", "custody"
# DESIGN §4: who may open what of a report to 长春. The desk above holds a grant on standby: its key would open it, the
# portal does not use it before an escalation (tests of `keyring.open` below).
OPENS = {
    "lin": {REPORT_ALONE, PHONE},
    "gao": {REPORT_ALONE, SHARE_S},
    "he": {SHARE_C},
    "sheng-lead": {REPORT_ALONE},
    **dict.fromkeys(("chen", "song", "qian", "shen", "qin", "qin-lead", "qin-custody"), frozenset()),
    **dict.fromkeys(("sheng", "sheng-custody", "ji", "ji-lead", "ji-custody"), frozenset()),
}


def rows(world: World, query: str) -> list[tuple]:
    with closing(sqlite3.connect(world.home / "portal.sqlite")) as connection:
        return connection.execute(query).fetchall()


def grants(world: World) -> list[tuple[str, bytes, bytes, bytes]]:
    """(compartment, grant id, content key id, wrapped) of every grant on disk."""
    return rows(
        world,
        "SELECT k.compartment, g.id, k.id, g.wrapped FROM key_grants g JOIN content_keys k ON k.id = g.content_key_id",
    )


def shares(world: World) -> list[tuple[str, bytes, bytes, bytes]]:
    """(holder, share id, field id, wrapped) of every share on disk."""
    return rows(world, "SELECT holder, id, field_id, wrapped FROM identity_shares")


def opened(world: World, keys: list[SecretKey]) -> dict[str, list[tuple[bytes, bytes]]]:
    """Whatever any of the keys unwraps, tried on everything: kind → [(what it is the key of, key)]."""
    found: dict[str, list[tuple[bytes, bytes]]] = {}
    for kind, row, of, wrapped in grants(world):
        _try(found, keys, kind, wrapped, of, Binding(world.house.installation, "key_grants", row, "wrapped", of))
    for kind, row, of, wrapped in shares(world):
        _try(found, keys, kind, wrapped, of, Binding(world.house.installation, "identity_shares", row, kind, of))
    return found


def _try(found, keys, kind, wrapped, of, binding) -> None:
    for key in keys:
        with suppress(OpenError):
            key_of = (of, envelope.unwrap(wrapped, key, binding))
            found.setdefault(kind, []).append(key_of)


def fields(world: World) -> dict[bytes, tuple[str, bytes]]:
    """Field id → (name, ciphertext)."""
    return {row: (name, body) for row, name, body in rows(world, "SELECT id, field, body FROM identity_fields")}


def unseal_field(world: World, field_id: bytes, body: bytes, s: bytes, c: bytes) -> str:
    place = world.house.installation, "identity_fields", field_id
    key = envelope.join(s, c, Binding(*place, "key", b""))
    return envelope.unseal(key, body, Binding(*place, "body", b"")).decode()


@pytest.mark.parametrize("username", OPENS)
def test_one_persons_keys_open_what_the_design_allows_and_nothing_else(
    world: World, zhou: Visitor, username: str
) -> None:
    zhou.report(may_phone="y", email="zhou@example.invalid")
    ring = world.ring(username)
    assert set(opened(world, [*ring.epochs.values(), world.cast[username].keys.secret])) == OPENS[username]


def test_each_half_alone_opens_no_identity_field_and_both_open_all(world: World, zhou: Visitor) -> None:
    zhou.report(may_phone="y", insider="y")
    lead = dict(opened(world, list(world.ring("gao").epochs.values()))["lead"])
    custody = dict(opened(world, list(world.ring("he").epochs.values()))["custody"])
    said = {}
    for field_id, (name, body) in fields(world).items():
        s, c = lead[field_id], custody[field_id]
        for wrong in ((s, s), (c, c), (c, s), (s, bytes(32)), (bytes(32), c)):
            with pytest.raises(OpenError):
                unseal_field(world, field_id, body, *wrong)
        said[name] = unseal_field(world, field_id, body, s, c)
    assert said == {"name": REPORT["name"], "phone": REPORT["phone"], "relation": "insider"}


def test_shares_are_drawn_fresh_for_every_field(world: World, zhou: Visitor) -> None:
    zhou.report()
    lead = [key for _, key in opened(world, list(world.ring("gao").epochs.values()))["lead"]]
    assert len(set(lead)) == len(lead) == 3


def test_the_receipt_opens_what_its_owner_wrote_and_no_identity(world: World, zhou: Visitor) -> None:
    zhou.report(may_phone="y")
    secret = Receipt.parse(zhou.receipt).secret(world.house.installation)
    assert set(opened(world, [secret])) == {REPORT_ALONE, PHONE}


def test_the_portal_does_not_use_a_grant_on_standby(world: World, zhou: Visitor) -> None:
    zhou.report()
    ids = [UUID(bytes=of) for _, _, of, _ in grants(world)]
    above: Keyring = world.ring("sheng-lead")
    with world.store.reading() as session:
        assert above.open(session, world.house, ids) == {}
        assert world.ring("gao").open(session, world.house, ids) != {}


def test_whether_somebody_works_there_cannot_be_told_from_the_rows(world: World, zhou: Visitor) -> None:
    zhou.report(insider="y")
    world.visitor().report()
    sizes = rows(world, "SELECT length(body) FROM identity_fields WHERE field = 'relation'")
    assert len(sizes) == 2
    assert len(set(sizes)) == 1


@pytest.mark.parametrize("change", ["public_key", "certificate_id"])
def test_a_desk_key_swapped_in_the_database_makes_the_form_refuse(world: World, zhou: Visitor, change: str) -> None:
    zhou.get("/report")
    with closing(sqlite3.connect(world.home / "portal.sqlite")) as connection, connection:
        other = connection.execute(f"SELECT {change} FROM desk_epochs ORDER BY rowid DESC LIMIT 1").fetchone()[0]
        if change == "public_key":
            other = SecretKey.generate().public.raw
        connection.execute(f"UPDATE desk_epochs SET {change} = ?", (other,))
    answer = zhou.report()
    assert answer.status_code == 503
    assert "没有收到" in answer.text
    assert REPORT["description"] in answer.text
    assert rows(world, "SELECT count(*) FROM reports") == [(0,)]
    assert world.events() == []


def test_every_column_says_what_a_thief_of_the_database_learns() -> None:
    silent = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if not isinstance(column.info.get("privacy"), Privacy)
    ]
    assert silent == []
