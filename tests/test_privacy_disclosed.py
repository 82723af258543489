"""What keys alone open on a raw copy of the database while a name is being learnt, and after."""

import sqlite3
from contextlib import closing, suppress
from uuid import UUID

import pytest

from crypto import envelope
from crypto.errors import OpenError
from crypto.primitives import Binding
from portal.domain.errors import LedgerError
from tests.disclosing import ASK, NAME, Office
from tests.office.drills import tamper
from tests.test_privacy import fields, opened, rows, unseal_field
from tests.world import World

pytestmark = pytest.mark.sqlite

WHY, HALF, VALUE, CLAIM = "why", "half", "value", "claim"
EVERYBODY = (
    "lin",
    "chen",
    "gao",
    "he",
    "song",
    "qian",
    "shen",
    "qin",
    "qin-lead",
    "qin-custody",
    "sheng",
    "ji-custody",
    "guan",
    "cui",
)


def found(world: World, who: str) -> set[str]:
    """The kinds of a request's secrets that one person's keys open."""
    keys = [*world.ring(who).epochs.values(), world.cast[who].keys.secret]
    installation = world.house.installation
    tried = [
        (WHY, wrapped, Binding(installation, "disclosures", row, part, b""))
        for part in ("why_requester", "why_lead", "why_custody")
        for row, wrapped in rows(world, f"SELECT id, {part} FROM disclosures")
    ]
    for row, request, share, wrapped, asker, claim in rows(
        world,
        "SELECT f.id, f.disclosure_id, f.share, f.wrapped, d.requester_id, f.claim_key"
        " FROM disclosure_fields f JOIN disclosures d ON d.id = f.disclosure_id",
    ):
        if claim:
            tried.append((CLAIM, claim, Binding(installation, "disclosure_fields", row, "claim_key", request)))
        if share:
            tried.append((HALF, share, Binding(installation, "disclosure_fields", row, "share", request)))
        if wrapped:
            tried.append((VALUE, wrapped, Binding(installation, "disclosure_fields", row, "wrapped", asker)))
    kinds = set()
    for kind, wrapped, place in tried:
        for key in keys:
            with suppress(OpenError):
                envelope.unwrap(wrapped, key, place)
                kinds.add(kind)
    return kinds


def everybody(world: World) -> dict[str, set[str]]:
    return {who: kinds for who in EVERYBODY if (kinds := found(world, who))}


def test_what_somebody_said_at_the_counter_opens_for_the_custodian_alone_and_is_gone_after(world: World) -> None:
    office = Office(world)
    address = office.asked_anew()
    asked = {"lin": {WHY}, "gao": {WHY}, "he": {WHY, CLAIM}}
    assert everybody(world) == asked
    office.lift(address)
    assert everybody(world) == {**asked, "he": {WHY, CLAIM, HALF}}
    office.answer(address)
    assert everybody(world) == {**asked, "he": {WHY}}


def test_at_each_step_exactly_those_open_something_whose_turn_it_is(world: World) -> None:
    office = Office(world)
    address = office.asked()
    asked = {"lin": {WHY}, "gao": {WHY}, "he": {WHY}}
    assert everybody(world) == asked
    office.lift(address)
    assert everybody(world) == {**asked, "he": {WHY, HALF}}
    office.release(address, "name")
    assert everybody(world) == {**asked, "lin": {WHY, VALUE}}
    office.read(address)
    assert NAME in office.lin.last
    world.clock.forward(hours=25)
    world.tick()
    assert everybody(world) == asked


def test_what_was_lifted_for_one_field_opens_no_other(world: World) -> None:
    """Between lifting and releasing the custody desk's keys open what was asked for, and that alone."""
    office = Office(world)
    assert office.ask(ground="PROTECT", fields=["name"]) == 303
    office.lin.get(f"/review/cases/{office.case}")
    address = office.lin.last.partition('href="/review/disclosures/')[2].partition('"')[0]
    office.lift(f"/review/disclosures/{address}")
    custody = list(world.ring("he").epochs.values())
    own = dict(opened(world, custody)["custody"])
    ((row, request, share, of),) = rows(
        world, "SELECT id, disclosure_id, share, identity_field_id FROM disclosure_fields"
    )
    place = Binding(world.house.installation, "disclosure_fields", row, "share", request)
    (half,) = [envelope.unwrap(share, key, place) for key in custody]
    for field_id, (_name, body) in fields(world).items():
        if field_id == of:
            assert unseal_field(world, field_id, body, half, own[field_id]) == NAME
        else:
            with pytest.raises(OpenError):
                unseal_field(world, field_id, body, half, own[field_id])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE disclosures SET requester_id = (SELECT id FROM officers WHERE username = 'qin')",
        "UPDATE disclosures SET hours = 72, expires_at = '2030-01-01 00:00:00.000000'",
        (
            "UPDATE disclosure_fields SET field = 'phone',"
            " identity_field_id = (SELECT id FROM identity_fields WHERE field = 'phone')"
        ),
        "UPDATE disclosures SET state = 'lifted', lifter_id = (SELECT id FROM officers WHERE username = 'shen')",
    ],
)
def test_a_request_changed_in_the_database_is_not_gone_on_with(world: World, statement: str) -> None:
    office = Office(world)
    assert office.ask(fields=["name"]) == 303
    office.lin.get(f"/review/cases/{office.case}")
    request = office.lin.last.partition('href="/review/disclosures/')[2].partition('"')[0]
    seen = office.seen(office.gao, f"/review/disclosures/{request}")
    tamper(world, statement)
    answer = office.gao.post(f"/review/disclosures/{request}/lift", {"otp": office.code("gao"), "seen": seen})
    assert answer.status_code in {403, 404, 409, 500}
    assert "存着的内容打不开" in answer.text or answer.status_code != 500
    assert rows(world, "SELECT count(*) FROM disclosure_fields WHERE share IS NOT NULL") == [(0,)]


def copy_of(world: World, *tables: str) -> dict[str, list[tuple]]:
    return {table: rows(world, f"SELECT * FROM {table}") for table in tables}


def put_back(world: World, kept: dict[str, list[tuple]]) -> None:
    """What the owner of the database does with an older copy of some tables."""
    with closing(sqlite3.connect(world.home / "portal.sqlite")) as connection, connection:
        for table, old in kept.items():
            connection.execute(f"DELETE FROM {table}")
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(old[0]))})", old)


def test_a_request_that_was_refused_cannot_be_put_back(world: World) -> None:
    office = Office(world)
    address = office.asked()
    office.lift(address)
    kept = copy_of(world, "disclosures", "disclosure_fields")
    office.he.get(address)
    assert office.he.post(f"{address}/refuse").status_code == 303
    put_back(world, kept)
    assert office.release(address, "name") == 500


def test_a_name_that_was_erased_cannot_be_put_back(world: World) -> None:
    office = Office(world)
    office.lift(address := office.asked())
    kept = copy_of(world, "disclosures", "disclosure_fields", "identity_fields", "identity_shares")
    office.zhou.get("/mailbox")
    assert office.zhou.post("/mailbox/identity", {"action": "erase"}).status_code == 303
    put_back(world, kept)
    assert office.release(address, "name") == 500


def test_the_name_of_another_report_is_not_lent_to_a_request(world: World) -> None:
    office = Office(world)
    world.visitor().report(name="旁人")
    kept = copy_of(world, "identity_fields")
    mine = f"(SELECT id FROM reports WHERE case_id = x'{UUID(office.case).hex}')"
    tamper(
        world,
        f"DELETE FROM identity_fields WHERE field = 'name' AND report_id = {mine}",
        f"UPDATE identity_fields SET report_id = {mine} WHERE field = 'name'",
    )
    assert office.ask(fields=["name"]) == 500
    put_back(world, kept)
    tamper(world, "UPDATE cases SET desk_id = (SELECT id FROM desks WHERE duty = 'intake' AND id <> desk_id LIMIT 1)")
    qin = world.officer("qin")
    answer = qin.post(f"/review/cases/{office.case}/request", {**ASK, "seen": "1"})
    assert answer.status_code in {404, 422, 500}
    assert rows(world, "SELECT count(*) FROM disclosures") == [(0,)]


def test_erasing_does_not_make_a_changed_request_genuine(world: World) -> None:
    office = Office(world)
    office.lift(office.asked())
    tamper(world, "UPDATE disclosures SET hours = 71")
    office.zhou.get("/mailbox")
    assert office.zhou.post("/mailbox/identity", {"action": "erase"}).status_code == 303
    assert rows(world, "SELECT count(*) FROM disclosure_fields WHERE share IS NOT NULL") == [(0,)]
    world.sign()
    with pytest.raises(LedgerError, match="disclosure"):
        world.verify()


def test_what_was_wiped_is_gone_from_the_files(world: World) -> None:
    office = Office(world)
    office.lift(office.asked())
    ((share,), *_) = rows(world, "SELECT share FROM disclosure_fields WHERE share IS NOT NULL")
    world.clock.forward(hours=73)
    world.tick()
    world.store.tidy()
    assert [path.name for path in world.home.iterdir() if path.is_file() and share in path.read_bytes()] == []
