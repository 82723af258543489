"""Last week's copy of the database, with the keys that people have today: exactly what they could read then opens."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from crypto import envelope
from crypto.errors import OpenError
from crypto.keys import SecretKey
from crypto.primitives import Binding
from crypto.receipt import Receipt
from portal.domain.vocabulary import Duty, MotionKind
from portal.office import staffing
from tests.epochs import turn
from tests.office.test_assigning import assign, end
from tests.sending import accept
from tests.staffing import Staff
from tests.test_privacy import OPENS, PHONE, REPORT_ALONE, SHARE_C, SHARE_S, fields, opened, rows, unseal_field
from tests.visitor import REPORT, Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite


def copied(world: World, home: Path) -> World:
    """A copy of the home as it is now, read by nobody but the tests."""
    with closing(sqlite3.connect(world.home / "portal.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(world.home, home)
    return replace(world, home=home)


def reached(place: World, own: SecretKey) -> list[SecretKey]:
    """Every key that an officer's own one leads to in a copy: by seats, those they left too, and back the chain."""
    found = [
        (row, _seed(place, own, "seats", seat, "wrapped", row, sealed)) for seat, row, sealed in rows(place, SEATS)
    ]
    keys = {row: key for row, key in found if key is not None}
    for after, before, sealed in rows(place, CHAIN):
        if after in keys and (key := _seed(place, keys[after], "desk_epochs", after, "previous", before, sealed)):
            keys[before] = key
    return [own, *keys.values()]


SEATS = "SELECT id, desk_epoch_id, wrapped FROM seats"
CHAIN = (
    "SELECT a.id, b.id, a.previous FROM desk_epochs a JOIN desk_epochs b"
    " ON b.desk_id = a.desk_id AND b.epoch = a.epoch - 1 ORDER BY a.epoch DESC"
)


def _seed(
    place: World, key: SecretKey, table: str, row: bytes, part: str, of: bytes, sealed: bytes
) -> SecretKey | None:
    try:
        return SecretKey(envelope.unwrap(sealed, key, Binding(place.house.installation, table, row, part, of)))
    except OpenError:
        return None


def keys_of(place: World, who: str) -> list[SecretKey]:
    """What somebody opens in a copy with the key that is theirs today."""
    return reached(place, place.cast[who].keys.secret)


def kinds(place: World, keys: list) -> set[str]:
    return set(opened(place, keys))


def told(place: World) -> dict[bytes, tuple[str, bytes]]:
    found = fields(place)
    assert {name for name, _ in found.values()} >= {"name", "phone", "relation"}
    return found


def test_whoever_left_reads_of_a_copy_what_they_could_read_then_and_of_todays_nothing_new(
    world: World, zhou: Visitor, tmp_path: Path
) -> None:
    """Their own key is theirs for ever, and their seat lies in the copy; the portal gives them nothing any more."""
    zhou.report(may_phone="y")
    before = copied(world, tmp_path / "before")
    staff = Staff(world)
    staff.newcomer("liu")
    world.cast = staff.cast
    turn(world, "lin", seated=("liu",))
    world.visitor().report(may_phone="y")
    assert kinds(before, keys_of(before, "lin")) == OPENS["lin"]
    then, now = (dict(opened(place, keys_of(place, "lin"))[REPORT_ALONE]) for place in (before, world))
    assert then == now, "what came after the turn opens for them nowhere"
    assert world.ring("lin").epochs == {}, "the portal uses none of it"
    assert len(opened(world, keys_of(world, "liu"))[REPORT_ALONE]) == 2


def test_who_sits_there_today_reads_the_copy_from_before_they_came(world: World, zhou: Visitor, tmp_path: Path) -> None:
    """The next key seals the one before to itself: what was lost in a copy is found by whoever serves the desk now."""
    zhou.report(may_phone="y")
    before = copied(world, tmp_path / "before")
    staff = Staff(world)
    staff.newcomer("liu")
    world.cast = staff.cast
    turn(world, "lin", seated=("liu",))
    assert kinds(before, reached(before, world.cast["liu"].keys.secret)) == set()
    assert kinds(before, keys_of(world, "liu")) == OPENS["lin"]


def test_a_name_that_was_erased_is_opened_in_the_copy_by_no_one_person(
    world: World, zhou: Visitor, tmp_path: Path
) -> None:
    zhou.report(may_phone="y")
    before = copied(world, tmp_path / "before")
    zhou.get("/mailbox")
    assert zhou.post("/mailbox/identity", {"action": "erase"}).status_code == 303
    turn(world, "gao", seated=("gao",))
    turn(world, "he", seated=("he",))
    for who, may in OPENS.items():
        found = opened(before, [*keys_of(world, who), *keys_of(before, who)])
        assert set(found) == may, who
        halves = {half for kind in (SHARE_S, SHARE_C) for half in found.get(kind, ())}
        for field_id, (_, body) in told(before).items():
            mine = {half for of, half in halves if of == field_id}
            assert len(mine) <= 1, who
            for half in mine:
                for s, c in ((half, half), (half, bytes(32)), (bytes(32), half)):
                    with pytest.raises(OpenError):
                        unseal_field(before, field_id, body, s, c)


def test_of_the_copy_both_holders_together_open_what_was_erased_since(
    world: World, zhou: Visitor, tmp_path: Path
) -> None:
    """Said plainly in the threat model: a backup holds what has been erased since; let it expire."""
    zhou.report()
    before = copied(world, tmp_path / "before")
    zhou.get("/mailbox")
    assert zhou.post("/mailbox/identity", {"action": "erase"}).status_code == 303
    lead, custody = (
        dict(opened(before, keys_of(before, who))[kind]) for who, kind in (("gao", SHARE_S), ("he", SHARE_C))
    )
    said = {
        name: unseal_field(before, one, body, lead[one], custody[one]) for one, (name, body) in told(before).items()
    }
    assert said["name"] == REPORT["name"]
    assert {name for name, _ in fields(world).values()} == {"relation"}


def test_a_code_that_was_replaced_opens_of_todays_copy_nothing(world: World, zhou: Visitor, tmp_path: Path) -> None:
    from tests.disclosing import Office  # noqa: PLC0415
    from tests.review.test_reissue_pages import issued, renew  # noqa: PLC0415

    zhou.report(may_phone="y")
    old = Receipt.parse(zhou.receipt).secret(world.house.installation)
    before, office = copied(world, tmp_path / "before"), Office(world, zhou)
    own = Receipt.parse(renew(world.visitor(), issued(office))).secret(world.house.installation)
    assert (kinds(before, [old]), kinds(world, [old])) == ({REPORT_ALONE, PHONE}, set())
    assert (kinds(before, [own]), kinds(world, [own])) == (set(), {REPORT_ALONE, PHONE})


def test_an_investigator_who_was_taken_off_reads_of_the_copy_alone(world: World, zhou: Visitor, tmp_path: Path) -> None:
    zhou.report()
    ((case,),) = rows(world, "SELECT id FROM cases")
    accept(world, "lin", UUID(bytes=case))
    assign(world, UUID(bytes=case), narrative=True)
    before = copied(world, tmp_path / "before")
    end(world, UUID(bytes=case))
    assert kinds(before, keys_of(before, "chen")) == {REPORT_ALONE, "summary", "case"}
    assert kinds(world, keys_of(world, "chen")) == set()


def test_whoever_has_new_keys_opens_no_copy_from_before_with_them(world: World, zhou: Visitor, tmp_path: Path) -> None:
    zhou.report(may_phone="y")
    staff = Staff(world)
    staff.newcomer("liu")
    staff.agree(MotionKind.SEAT, ("guan", "lin"), "liu", duty=Duty.INTAKE)
    world.cast = staff.cast
    before = copied(world, tmp_path / "before")
    assert kinds(before, keys_of(before, "liu")) == OPENS["lin"]
    with staff.act("guan") as act:
        code = staffing.renew(act, staff.cast["liu"].officer_id)
    staff.enrol("liu", code)
    after = replace(before, cast=staff.cast)
    assert kinds(after, keys_of(after, "liu")) == set()
