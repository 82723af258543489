"""A raw copy of the database: no desk's keys open both a payment and a report, and no value joins the two."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from uuid import UUID

import pytest

from crypto import envelope
from crypto.errors import OpenError
from crypto.keys import SecretKey
from crypto.primitives import Binding, derive
from portal.office import name_marks
from portal.office.keyring import ReporterKey
from portal.store.models import Base, Report
from tests import rewards as cast
from tests.staffing import Staff
from tests.test_privacy import opened, rows
from tests.verification import serve
from tests.world import World

pytestmark = pytest.mark.sqlite
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)")
PAYING = ("qian", "zhao")
# Whatever hangs on a report or a case, and the keys of that.
OWNERS = {"report_id", "case_id", "content_key_id", "disclosure_id", "letter_id"}


@pytest.fixture(scope="module")
def begun(template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, ReporterKey]]:
    """Granted, read, claimed, released and paid, each on a day and at a minute of its own; nothing is changed after."""
    world = World.copy(template, tmp_path_factory.mktemp("paid") / "home")
    staff = cast.staffed(Staff(world))
    key, award = cast.proposed(staff)
    world.clock.forward(days=1, minutes=7)
    cast.grant(staff, award)
    world.clock.forward(days=1, hours=1, minutes=7)
    serve(world, key)
    world.clock.forward(days=1, hours=1, minutes=7)
    code = cast.claim(world, key, cast.COUNTER)
    assert code is not None
    reference = cast.decision(world, key).voucher.reference
    world.clock.forward(days=1, hours=1, minutes=7)
    cast.release(staff, reference)
    world.clock.forward(days=1, hours=1, minutes=7)
    assert cast.at_counter(staff, reference, code)
    world.cast = staff.cast
    yield world, key
    world.close()


@pytest.fixture(scope="module")
def paid(begun: tuple[World, ReporterKey]) -> World:
    return begun[0]


@pytest.fixture(scope="module")
def key(begun: tuple[World, ReporterKey]) -> ReporterKey:
    """What the receipt gives, which nobody of the cast has."""
    return begun[1]


def keys_of(world: World, who: str) -> list[SecretKey]:
    return [*world.ring(who).epochs.values(), world.cast[who].keys.secret]


def payees(world: World, who: str) -> int:
    """How many payees one person's keys open, each key tried on each."""
    found = 0
    for row, epoch, wrapped in rows(world, "SELECT id, desk_epoch_id, wrapped FROM payouts"):
        for key in keys_of(world, who):
            with suppress(OpenError):
                envelope.unwrap(wrapped, key, Binding(world.house.installation, "payouts", row, "wrapped", epoch))
                found += 1
    return found


def test_a_payee_opens_for_the_payout_desk_and_for_nobody_else(paid: World) -> None:
    opening = {who for who in paid.cast if payees(paid, who)}
    assert opening == set(PAYING)


def test_what_a_payout_officer_holds_opens_nothing_of_the_report(paid: World) -> None:
    for who in PAYING:
        assert opened(paid, keys_of(paid, who)) == {}, who
    assert {"report", "case", "proposal"} <= opened(paid, keys_of(paid, "gao")).keys()
    assert {"proposal", "award"} <= opened(paid, keys_of(paid, "song")).keys()


def test_the_mark_of_a_name_opens_for_the_receipt_and_for_nobody_else(paid: World) -> None:
    """Tried as `name_marks` opens it: with every key of the cast, and with the server's own."""
    ((report, receipt, mark),) = rows(
        paid, "SELECT reports.id, receipts.id, name_mark FROM reports JOIN receipts ON report_id = reports.id"
    )
    place = Binding(paid.house.installation, "reports", report, "name_mark", receipt)
    seeds = [key.seed for who in paid.cast for key in keys_of(paid, who)]
    for secret in (*seeds, paid.house.secret, paid.house.pepper, bytes(32)):
        with pytest.raises(OpenError):
            envelope.unseal(derive(secret, "name-mark", salt=paid.house.installation), mark, place)


def test_with_the_receipt_and_a_copy_no_name_can_be_tried_without_the_servers_secret(
    paid: World, key: ReporterKey
) -> None:
    with paid.store.reading() as session:
        report = session.get_one(Report, key.report_id)
    weighed = name_marks.weigh(paid.house, key, report.name_mark, paid.clock())
    assert weighed.fits(paid.house, key.report_id, "周小明")
    thief = replace(paid.house, secret=bytes(32))
    assert not weighed.fits(thief, key.report_id, "周小明")
    assert not name_marks.weigh(thief, key, report.name_mark, paid.clock()).comparable
    long = name_marks.made(paid.house, key, "周" * 60, now=paid.clock())
    assert len(long) == len(report.name_mark), "its length says nothing"


def test_no_value_of_a_payment_occurs_on_the_side_of_the_report(paid: World) -> None:
    ((payout, body),) = rows(paid, "SELECT id, body FROM payouts")
    theirs = entries(paid, lambda one: one == payout)
    assert {one["event"] for one in theirs} >= {"payout_claimed", "payout_released", "payout_paid"}
    ours = [*the_reports_rows(paid), *entries(paid, lambda one: one in of_the_report(paid))]
    assert len(ours) > 50
    known = allowed(paid)
    payment = values(row("payouts", paid)) | {one for said in theirs for one in values(said)}
    assert (payment - known) & {value for said in ours for value in values(said)} == set()
    text = " ".join(text_of(one) for said in ours for one in said.values())
    assert not re.search(r"\b(750000|7500|7,500)\b", text), "the sum"
    for said in (str(UUID(bytes=payout)), payout.hex(), body.hex()):
        assert said not in text


def entries(world: World, which) -> list[dict[str, object]]:
    """The entries about some rows, as far as a copy says anything."""
    said = [one for one in all_rows(world, "entries") if one["object_id"] and which(one["object_id"])]
    return [{**one, **flat(json.loads(one["opening"]))} for one in said]


def flat(said: dict[str, object], before: str = "") -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in said.items():
        found |= flat(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}": value}
    return found


def all_rows(world: World, table: str) -> list[dict[str, object]]:
    with closing(sqlite3.connect(world.home / "portal.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(one) for one in connection.execute(f"SELECT * FROM {table}")]


def row(table: str, world: World) -> dict[str, object]:
    (one,) = all_rows(world, table)
    return one


def the_reports_rows(world: World) -> list[dict[str, object]]:
    tables = [
        name
        for name, table in Base.metadata.tables.items()
        if name in {"reports", "cases"} or OWNERS & set(table.columns.keys())
    ]
    assert {"awards", "letters", "reports", "cases", "papers", "key_grants", "motions"} <= set(tables)
    about_payments = rows(world, "SELECT motion_id FROM payouts")
    return [one for name in tables for one in all_rows(world, name) if (one.get("id"),) not in about_payments]


def of_the_report(world: World) -> set[bytes]:
    tables = ("reports", "cases", "awards", "letters")
    return {one for table in tables for (one,) in rows(world, f"SELECT id FROM {table}")}


def allowed(world: World) -> set[object]:
    """Desks, authorities and the people who sit there say nothing; nor do words of the table's own."""
    tables = ("desks", "authorities", "desk_epochs", "officers")
    ids = {one for table in tables for (one,) in rows(world, f"SELECT id FROM {table}")}
    return {value for one in ids for value in (one.hex(), str(UUID(bytes=one)))}


def values(said: dict[str, object]) -> set[object]:
    """What could join two rows: ids, digests, ciphertexts, moments finer than a day."""
    found: set[object] = set()
    for name, value in said.items():
        if name == "mac_key_id":  # of every entry
            continue
        if isinstance(value, bytes) and value[:1] != b"{":
            found.add(value.hex())
        elif isinstance(value, str) and (moment := MOMENT.search(value)):
            found.add(" ".join(moment.groups()))
        elif isinstance(value, str) and re.fullmatch(r"[0-9a-f-]{32,}", value):
            found |= {value, value.replace("-", "")}
        elif isinstance(value, list):
            found |= values(dict(enumerate(value)))
    return found


def text_of(value: object) -> str:
    return value.hex() if isinstance(value, bytes) and value[:1] != b"{" else str(value)
