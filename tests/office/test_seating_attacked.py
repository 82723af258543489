"""Whoever writes to the database, with no key file: rows planted, put back or hidden for a moment get nobody a key.

Each of these once did, and `verify` passed when the rows were as before. Now the portal refuses while they are not.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from crypto import envelope
from crypto.enrolment import EnrolmentCode
from crypto.keys import SecretKey
from portal.app import create_app
from portal.domain.errors import (
    LedgerError,
    NotAllowedError,
    StaleError,
    StrangerError,
    UncertifiedKeyError,
    UncertifiedOfficerError,
)
from portal.domain.vocabulary import Duty, MotionKind, MotionState, OfficerState
from portal.office import motions, staffing
from portal.office.acting import Act
from portal.settings import Settings
from portal.store.motions import Motion
from portal.store.officers import DeskEpoch, Enrolment, Officer, OfficerSession, Seat
from tests.sending import arrive
from tests.staffing import Staff
from tests.world import OFFICE_COOKIE, World

pytestmark = [pytest.mark.sqlite, pytest.mark.cold]
CERTIFY, SEAT, OPEN, TURN, RESUME, *_ = MotionKind
Row = dict[str, Any]


def db(world: World, statement: str, *values: Any) -> list[tuple]:
    """Run it as the owner of the file: no trigger, no check."""
    with closing(sqlite3.connect(world.home / "portal.sqlite")) as connection, connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        return connection.execute(statement, values).fetchall()


def row(world: World, table: str, row_id: UUID) -> Row:
    with closing(sqlite3.connect(world.home / "portal.sqlite")) as connection:
        connection.row_factory = sqlite3.Row
        return dict(connection.execute(f"SELECT * FROM {table} WHERE id = ?", (row_id.bytes,)).fetchone())


def put(world: World, table: str, old: Row) -> None:
    columns = [name for name in old if name != "id"]
    changes = ", ".join(f"{name} = ?" for name in columns)
    db(world, f"UPDATE {table} SET {changes} WHERE id = ?", *[old[name] for name in columns], old["id"])


@contextmanager
def put_back(world: World, table: str, old: Row) -> Iterator[None]:
    """An older row, for a moment."""
    new = row(world, table, UUID(bytes=old["id"]))
    put(world, table, old)
    yield
    put(world, table, new)


def epoch(staff: Staff, duty: Duty, number: int = 1) -> DeskEpoch:
    with staff.world.store.reading() as session:
        desk = DeskEpoch.desk_id == staff.desk(duty), DeskEpoch.epoch == number
        return session.scalars(select(DeskEpoch).where(*desk)).one()


def seat(staff: Staff, who: str) -> Seat:
    with staff.world.store.reading() as session:
        return session.scalars(select(Seat).where(Seat.officer_id == staff.cast[who].officer_id)).first()


def plant(staff: Staff, who: str, duty: Duty) -> None:
    """A seat that nobody gave, with a key of the attacker's in it."""
    world, seat_id, at = staff.world, uuid4(), epoch(staff, duty)
    binding = world.house.binding("seats", seat_id.bytes, "wrapped", at.id.bytes)
    wrapped = envelope.wrap(bytes(32), staff.cast[who].keys.secret.public, binding)
    (entry,) = db(world, "SELECT entry_id FROM installation")[0]
    values = seat_id.bytes, at.id.bytes, staff.cast[who].officer_id.bytes, wrapped, entry
    db(
        world,
        "INSERT INTO seats (id, desk_epoch_id, officer_id, wrapped, seated_at, left_at, entry_id)"
        " VALUES (?, ?, ?, ?, '2026-03-01 00:00:00.000000', NULL, ?)",
        *values,
    )


def test_a_planted_seat_gets_no_next_key(staff: Staff) -> None:
    plant(staff, "gao", Duty.CUSTODY)
    with pytest.raises(LedgerError, match="seats do not hold"):
        staff.propose(TURN, "he", duty=Duty.CUSTODY)


def test_a_seat_planted_between_two_people_opens_nothing(staff: Staff) -> None:
    motion = staff.propose(TURN, "he", duty=Duty.CUSTODY)
    plant(staff, "gao", Duty.CUSTODY)
    with pytest.raises(LedgerError):
        staff.confirm("guan", motion)


def test_the_seat_of_somebody_who_left_gets_no_next_key(staff: Staff) -> None:
    staff.newcomer("liu")
    staff.agree(SEAT, ("guan", "lin"), "liu", duty=Duty.INTAKE)
    old = row(staff.world, "seats", seat(staff, "lin").id)
    with staff.act("guan") as act:
        staffing.unseat(act, staff.cast["lin"].officer_id, staff.desk(Duty.INTAKE))
    with put_back(staff.world, "seats", old), pytest.raises(LedgerError):
        staff.propose(TURN, "liu", duty=Duty.INTAKE)


def test_an_officers_certificate_is_no_recovery_key_whatever_its_row_says(staff: Staff) -> None:
    with staff.world.store.reading() as session:
        mine = session.get_one(Officer, staff.cast["qin"].officer_id).certificate_id
    changed = "UPDATE certificates SET kind = 'recovery', subject = 'recovery/all-else/9' WHERE id = ?"
    db(staff.world, changed, mine.bytes)
    motion = staff.propose(TURN, "lin", duty=Duty.INTAKE)
    staff.confirm("guan", motion)
    assert db(staff.world, "SELECT count(*) FROM recovery_grants") == [(0,)]


@pytest.mark.parametrize("how", [staffing.suspend, staffing.leave, staffing.renew, None])
def test_whoever_was_stopped_while_the_request_waited_confirms_nothing(staff: Staff, how) -> None:
    staff.enrol("liu", staff.invite("liu"))
    motion, hand, actor = staff.propose(CERTIFY, "guan", "liu"), staff.hand("cui"), staff.actor("cui")
    with staff.act("guan") as act:
        if how is None:
            staffing.unseat(act, staff.cast["cui"].officer_id, staff.desk(Duty.ADMINISTER))
        else:
            how(act, staff.cast["cui"].officer_id)
    with pytest.raises((NotAllowedError, StrangerError)), staff.world.store.transaction() as session:
        motions.confirm(Act(session, staff.world.house, staff.world.clock(), actor), hand, motion)


def test_an_actor_that_the_gate_took_from_a_planted_seat_confirms_nothing(staff: Staff) -> None:
    """The seat was there when the gate looked, and is gone when the transaction begins."""
    staff.enrol("liu", staff.invite("liu"))
    motion, hand = staff.propose(CERTIFY, "guan", "liu"), staff.hand("chen")
    plant(staff, "chen", Duty.ADMINISTER)
    actor = staff.actor("chen")
    db(
        staff.world,
        "DELETE FROM seats WHERE officer_id = ? AND length(wrapped) AND entry_id = (SELECT entry_id FROM installation)",
        staff.cast["chen"].officer_id.bytes,
    )
    with pytest.raises((NotAllowedError, StrangerError)), staff.world.store.transaction() as session:
        motions.confirm(Act(session, staff.world.house, staff.world.clock(), actor), hand, motion)


def test_the_rows_of_somebody_who_left_put_back_let_nobody_in(staff: Staff) -> None:
    world, cui = staff.world, staff.cast["cui"].officer_id
    visitor = world.officer("cui")
    with world.store.reading() as session:
        kept = session.scalars(select(OfficerSession).where(OfficerSession.officer_id == cui)).one()
    officer, held = row(world, "officers", cui), row(world, "seats", seat(staff, "cui").id)
    with staff.act("guan") as act:
        staffing.leave(act, cui)
    world.clock.forward(hours=30)
    staff.enrol("liu", staff.invite("liu"))
    motion = staff.propose(CERTIFY, "guan", "liu")
    now = world.clock().replace(tzinfo=None).isoformat(" ") + ".000000"
    columns = "(id, officer_id, body, opened_at, used_at) VALUES (?, ?, ?, ?, ?)"
    db(world, f"INSERT INTO officer_sessions {columns}", kept.id, cui.bytes, kept.body, now, now)
    with put_back(world, "officers", officer), put_back(world, "seats", held):
        assert visitor.client.get_cookie(OFFICE_COOKIE, domain="localhost") is not None
        assert visitor.get("/review/").status_code == 303, "a session says itself when it began"
        with pytest.raises(LedgerError):
            staff.confirm("cui", motion)


def test_an_epoch_that_is_over_put_back_takes_no_report(staff: Staff) -> None:
    old = row(staff.world, "desk_epochs", epoch(staff, Duty.INTAKE).id)
    staff.agree(TURN, ("lin", "guan"), duty=Duty.INTAKE)
    new = row(staff.world, "desk_epochs", epoch(staff, Duty.INTAKE, 2).id)
    db(staff.world, "UPDATE desk_epochs SET closed_at = '2026-03-02 00:00:00.000000' WHERE id = ?", new["id"])
    with put_back(staff.world, "desk_epochs", old):
        with pytest.raises(UncertifiedKeyError):
            arrive(staff.world)
        zhou = staff.world.visitor()
        assert zhou.report().status_code == 503
    put(staff.world, "desk_epochs", new)
    arrive(staff.world)


def stolen(staff: Staff) -> tuple[SecretKey, Row]:
    """Liu's first keys were stolen; there is a new code, new keys, a new seat. Gives the old key and the old row."""
    first = staff.newcomer("liu")
    old = row(staff.world, "officers", first.officer_id)
    with staff.act("guan") as act:
        code = staffing.renew(act, first.officer_id)
    staff.enrol("liu", code)
    staff.agree(CERTIFY, ("guan", "cui"), "liu")
    return first.keys.secret, old


def test_keys_that_a_new_code_ended_are_sealed_to_no_more(staff: Staff) -> None:
    _, old = stolen(staff)
    staff.agree(SEAT, ("guan", "lin"), "liu", duty=Duty.INTAKE)
    with put_back(staff.world, "officers", old):
        with pytest.raises(LedgerError):
            staff.propose(TURN, "lin", duty=Duty.INTAKE)
        with staff.world.store.reading() as session, pytest.raises(LedgerError):
            staff.world.house.directories.officer_key(session, staff.cast["liu"].officer_id)


def test_hiding_the_newer_entries_hides_nothing(staff: Staff) -> None:
    """Their columns are edited so that no query finds them; what they say was read already."""
    _, old = stolen(staff)
    db(staff.world, "UPDATE entries SET event = 'x', object_id = NULL WHERE object_id = ?", old["id"])
    with put_back(staff.world, "officers", old), pytest.raises(LedgerError):
        staff.propose(SEAT, "guan", "liu", duty=Duty.INTAKE)


def test_a_process_that_starts_meanwhile_reads_what_entries_say_not_their_columns(staff: Staff) -> None:
    _, old = stolen(staff)
    db(staff.world, "UPDATE entries SET event = 'x', object_id = NULL WHERE object_id = ?", old["id"])
    put(staff.world, "officers", old)
    fresh = create_app(staff.world.settings, clock=staff.world.clock).extensions["portal"]
    with fresh.store.reading() as session, pytest.raises(LedgerError):
        fresh.house.directories.officer_key(session, UUID(bytes=old["id"]))
    fresh.store.close()


def test_a_code_that_was_used_is_not_used_again(staff: Staff) -> None:
    world = staff.world
    code = EnrolmentCode.parse(world.invite("wang"))
    with world.store.reading() as session:
        wang = session.scalars(select(Officer).where(Officer.username == "wang")).one()
        given = session.scalars(select(Enrolment).where(Enrolment.officer_id == wang.id)).one()
    officer, enrolment = row(world, "officers", wang.id), row(world, "enrolments", given.id)
    staff.enrol("wang", code)
    put(world, "officers", officer)
    put(world, "enrolments", enrolment)
    with pytest.raises(LedgerError):
        staff.enrol("wang", code)


def test_a_motion_put_back_costs_no_key_and_stops_no_tick(staff: Staff) -> None:
    motion = staff.propose(TURN, "lin", duty=Duty.INTAKE)
    old = row(staff.world, "motions", motion)
    staff.confirm("guan", motion)
    arrive(staff.world)
    staff.world.clock.forward(hours=73)
    with put_back(staff.world, "motions", old):
        staff.world.tick()
    assert epoch(staff, Duty.INTAKE, 2).closed_at is None
    staff.world.verify()


def test_a_seed_of_somebody_elses_is_not_passed_on_as_the_key_before(staff: Staff) -> None:
    old, at = seat(staff, "lin"), epoch(staff, Duty.INTAKE)
    binding = staff.world.house.binding("seats", old.id.bytes, "wrapped", at.id.bytes)
    evil = envelope.wrap(bytes(32), staff.cast["lin"].keys.secret.public, binding)
    was = row(staff.world, "seats", old.id)
    db(staff.world, "UPDATE seats SET wrapped = ? WHERE id = ?", evil, old.id.bytes)
    hand, actor = staff.hand("lin"), staff.actor("lin")
    put(staff.world, "seats", was)
    wanted = motions.Wanted(TURN, staff.authority(), desk_id=staff.desk(Duty.INTAKE))
    with pytest.raises(LedgerError, match="not the desk's key"), staff.world.store.transaction() as session:
        motions.propose(Act(session, staff.world.house, staff.world.clock(), actor), hand, wanted)


def test_a_seat_that_is_hidden_is_missed(staff: Staff) -> None:
    """Gao's lead seat is gone for a moment, that he might get a custody seat."""
    db(staff.world, "DELETE FROM seats WHERE officer_id = ?", staff.cast["gao"].officer_id.bytes)
    with pytest.raises(LedgerError, match="seats do not hold"):
        staff.propose(SEAT, "guan", "gao", duty=Duty.CUSTODY)


def test_a_desk_is_never_opened_with_nobody_at_it(staff: Staff) -> None:
    county = "office-220122"
    nong = staff.newcomer("nong", county)
    motion = staff.propose(OPEN, "nong", "nong", duty=Duty.INTAKE, code=county)
    with staff.world.store.reading() as session:
        desk_id = session.get_one(Motion, motion).desk_id
    with pytest.raises(StrangerError), staff.act("guan") as act:
        staffing.unseat(act, nong.officer_id, desk_id)
    staff.confirm("guan", motion)
    assert staff.actor("nong").desks(Duty.INTAKE) == (desk_id,)


def test_what_somebody_proposed_who_may_not_any_more_is_not_confirmed(staff: Staff) -> None:
    staff.enrol("liu", staff.invite("liu"))
    certify = staff.propose(CERTIFY, "guan", "liu")
    staff.newcomer("ma", by=("cui", "guan"))
    staff.agree(SEAT, ("cui", "lin"), "ma", duty=Duty.INTAKE)
    turn = staff.propose(TURN, "lin", duty=Duty.INTAKE)
    with staff.act("sheng-guan") as act:
        staffing.unseat(act, staff.cast["guan"].officer_id, staff.desk(Duty.ADMINISTER))
    with staff.act("cui") as act:
        staffing.unseat(act, staff.cast["lin"].officer_id, staff.desk(Duty.INTAKE))
    for motion in (certify, turn):
        with pytest.raises(StaleError):
            staff.confirm("cui", motion)


def test_a_suspended_officer_gets_no_key_and_comes_back_with_two_alone(staff: Staff) -> None:
    staff.newcomer("liu")
    staff.agree(SEAT, ("guan", "lin"), "liu", duty=Duty.INTAKE)
    lin = staff.cast["lin"].officer_id
    with staff.act("guan") as act:
        staffing.suspend(act, lin)
    with pytest.raises(UncertifiedOfficerError), staff.act("guan") as act:
        staffing.renew(act, lin)
    staff.agree(TURN, ("liu", "guan"), duty=Duty.INTAKE)
    staff.agree(RESUME, ("guan", "cui"), "lin")
    assert staff.actor("lin").seats == ()
    with staff.world.store.reading() as session:
        assert session.get_one(Officer, lin).state is OfficerState.ACTIVE


def test_a_motion_about_somebody_with_new_keys_waits_for_nothing(staff: Staff) -> None:
    staff.enrol("liu", staff.invite("liu"))
    motion = staff.propose(CERTIFY, "guan", "liu")
    with staff.act("cui") as act:
        code = staffing.renew(act, staff.cast["liu"].officer_id)
    with staff.world.store.reading() as session:
        assert session.get_one(Motion, motion).state is MotionState.LAPSED
    staff.enrol("liu", code)
    staff.agree(CERTIFY, ("guan", "cui"), "liu")
    staff.world.verify()


def test_a_public_host_with_a_key_of_its_own_takes_reports_after_a_turn(staff: Staff, tmp_path) -> None:
    world, own = staff.world, tmp_path / "public-entry.key"
    own.write_text("ab" * 32 + "\n")
    own.chmod(0o600)
    alone = {"PORTAL_HOME": str(world.home), "PORTAL_AREAS": "intake", "PORTAL_ENTRY_KEYS": str(own)}
    staff.agree(TURN, ("lin", "guan"), duty=Duty.INTAKE)
    inside, world.app = world.app, create_app(Settings.from_environ(alone), clock=world.clock)
    assert world.visitor().report().status_code == 200
    world.app.extensions["portal"].store.close()
    world.app = inside
