"""What keys alone open on a raw copy of the database while a name is being learnt, and after."""

from contextlib import suppress

import pytest

from crypto import envelope
from crypto.errors import OpenError
from crypto.primitives import Binding
from tests.disclosing import NAME, Office
from tests.office.drills import tamper
from tests.test_privacy import fields, opened, rows, unseal_field
from tests.world import World

pytestmark = pytest.mark.sqlite

WHY, HALF, VALUE = "why", "half", "value"
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
    for row, request, share, wrapped, asker in rows(
        world,
        "SELECT f.id, f.disclosure_id, f.share, f.wrapped, d.requester_id"
        " FROM disclosure_fields f JOIN disclosures d ON d.id = f.disclosure_id",
    ):
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
