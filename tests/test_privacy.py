"""What each person's keys alone open on a raw copy of the database: exactly what they are meant to, and no more."""

import base64
import logging
import re
import sqlite3
from contextlib import closing, suppress
from urllib.parse import unquote
from uuid import UUID

import pytest

from crypto import envelope
from crypto.errors import OpenError
from crypto.keys import SecretKey
from crypto.primitives import Binding
from crypto.receipt import Receipt
from portal.domain.audit import EVENTS
from portal.office.keyring import Keyring
from portal.store.base import Privacy
from portal.store.models import Base
from tests.office.drills import tamper
from tests.visitor import REPORT, Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite

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
    **dict.fromkeys(("guan", "cui", "sheng-guan", "sheng-cui"), frozenset()),
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


def test_all_keys_of_one_office_open_nothing_of_another(world: World, zhou: Visitor) -> None:
    zhou.report(division="220302", may_phone="y")
    names = ("lin", "chen", "gao", "he", "song", "qian", "shen", "ji", "ji-lead", "ji-custody")
    keys = [key for name in names for key in (*world.ring(name).epochs.values(), world.cast[name].keys.secret)]
    assert opened(world, keys) == {}
    ours = [key for name in ("qin", "qin-lead", "qin-custody") for key in world.ring(name).epochs.values()]
    assert set(opened(world, ours)) == {REPORT_ALONE, PHONE, SHARE_S, SHARE_C}


def test_a_seat_opens_for_the_officer_it_was_sealed_to_and_nobody_else(world: World) -> None:
    seats = rows(world, "SELECT s.id, s.desk_epoch_id, s.officer_id, s.wrapped FROM seats s")
    for seat, epoch, officer, wrapped in seats:
        place = Binding(world.house.installation, "seats", seat, "wrapped", epoch)
        for member in world.cast.values():
            if member.officer_id.bytes == officer:
                envelope.unwrap(wrapped, member.keys.secret, place)
            else:
                with pytest.raises(OpenError):
                    envelope.unwrap(wrapped, member.keys.secret, place)


def test_a_grant_moved_to_another_row_opens_nothing(world: World, zhou: Visitor) -> None:
    zhou.report(may_phone="y")
    intake = list(world.ring("lin").epochs.values())
    for _, row, of, wrapped in grants(world):
        for other_row, other_of in ((UUID(int=1).bytes, of), (row, UUID(int=1).bytes)):
            place = Binding(world.house.installation, "key_grants", other_row, "wrapped", other_of)
            for key in intake:
                with pytest.raises(OpenError):
                    envelope.unwrap(wrapped, key, place)


ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
PLAIN = re.compile(rf"{ID}|[0-9a-f]{{64}}|[0-9A-Z_-]{{1,40}}|[a-z_.-]{{1,40}}|{MOMENT}|[A-Za-z]+Error")


def plain(value: object) -> bool:
    """Whether a fact is an id, a code, a number, a moment or a digest, or is made of such."""
    if isinstance(value, dict):
        return all(plain(one) for pair in value.items() for one in pair)
    if isinstance(value, list):
        return all(plain(one) for one in value)
    return value is None or isinstance(value, bool | int) or PLAIN.fullmatch(str(value)) is not None


def journey(world: World, zhou: Visitor, lin: Visitor) -> list[str]:
    """Most of what leaves entries, in two browsers; returns every address that was sent or linked to."""
    zhou.report(may_phone="y", email="zhou@example.invalid")
    queue = lin.get("/review/").text
    case = re.search(r"/review/cases/[0-9a-f-]{36}", queue)[0]
    pages = [zhou.last, queue, lin.get(case).text, lin.post(f"{case}/phone").text]
    seen = re.search(r'name="seen" value="(\d+)"', lin.last)[1]
    answers = [lin.post(f"{case}/accept", {"subject": "安全出口上锁", "seen": seen})]
    lin.get(case)
    answers.append(lin.post(f"{case}/letter", {"text": "请补充"}))
    pages.append(zhou.get("/mailbox").text)
    answers.append(zhou.post("/mailbox/message", {"text": "补充一句"}))
    zhou.get("/mailbox")
    answers.append(zhou.post("/mailbox/identity", {"action": "replace", "name": "周大明"}))
    assert {answer.status_code for answer in answers} == {303}
    lin.get(f"/review/cases/{UUID(int=1)}")
    world.visitor().get(case)
    links = [link for page in pages for link in re.findall(r'(?:href|action|src)="([^"]*)"', page)]
    return [*links, *(answer.headers.get("Location", "") for answer in answers)]


PERSONAL = (REPORT["name"], REPORT["phone"], REPORT["place"], REPORT["respondent"], "周大明", "zhou@example")


def test_openings_hold_declared_facts_of_plain_kinds_alone(world: World, zhou: Visitor, lin: Visitor) -> None:
    journey(world, zhou, lin)
    for entry in world.entries():
        assert entry["facts"].keys() <= EVENTS[entry["event"]].facts, entry
        assert plain(entry["facts"]), entry
        assert entry["reason"] is None
    assert {"submitted", "listed", "opened", "phone_read", "accepted", "wrote"} < set(world.events())
    said = "".join(opening.decode() for (opening,) in rows(world, "SELECT opening FROM entries"))
    assert not [word for word in PERSONAL if word in said]


def test_addresses_hold_nothing_of_a_person_nor_a_receipt(world: World, zhou: Visitor, lin: Visitor) -> None:
    addresses = " ".join(map(unquote, journey(world, zhou, lin)))
    receipt = rows(world, "SELECT lookup FROM receipts")[0][0].hex()
    assert not [word for word in (*PERSONAL, receipt) if word in addresses]
    assert not re.search(r"([0-9A-Z]{5}-){4}", addresses)


def test_cookies_hold_nothing_that_can_be_read(world: World, zhou: Visitor, lin: Visitor) -> None:
    zhou.report()
    receipt = zhou.receipt
    journey(world, zhou, lin)
    values = [cookie.value for client in (zhou.client, lin.client) for cookie in client._cookies.values()]
    assert len(values) >= 3
    for value in values:
        payload = value.partition(".")[0]
        inside = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        for word in (*PERSONAL, receipt, receipt.replace("-", "")):
            assert word not in value
            assert word.encode() not in inside


def test_the_log_says_what_failed_and_nothing_of_whom(
    world: World, zhou: Visitor, lin: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        journey(world, zhou, lin)
        tamper(world, "UPDATE letters SET body = zeroblob(200)")
        assert zhou.get("/mailbox").status_code == 500
    assert "does not open: SuiteError" in caplog.text
    assert not [word for word in PERSONAL if word in caplog.text]


def test_two_desks_swapped_in_the_database_make_the_form_refuse(world: World, zhou: Visitor) -> None:
    """A certificate names authority and duty: whose key it is can't be changed by moving a row."""
    zhou.get("/report")
    chen, he = (world.actor(name).seats[0].desk_id.bytes for name in ("chen", "he"))
    with closing(sqlite3.connect(world.home / "portal.sqlite")) as connection, connection:
        (home,) = connection.execute("SELECT authority_id FROM desks WHERE id = ?", (he,)).fetchone()
        elsewhere = "SELECT id FROM authorities WHERE id NOT IN (SELECT authority_id FROM desks) LIMIT 1"
        connection.execute(f"UPDATE desks SET authority_id = ({elsewhere}) WHERE id = ?", (he,))
        connection.execute("UPDATE desks SET duty = 'custody' WHERE id = ?", (chen,))
        connection.execute("UPDATE desks SET duty = 'investigate', authority_id = ? WHERE id = ?", (home, he))
        connection.execute("UPDATE installation SET generation = generation + 1")
    answer = zhou.report()
    assert answer.status_code == 503
    assert "没有收到" in answer.text
    assert rows(world, "SELECT count(*) FROM reports") == [(0,)]
