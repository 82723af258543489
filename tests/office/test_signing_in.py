"""Signing in: the same work and the same answer for everybody, a code once, and waiting that grows but ends."""

import base64
import time
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy.orm import Session

from crypto import keys as officer_keys
from portal.domain.errors import SignInError
from portal.office import signing_in
from portal.office.signing_in import Candidate
from portal.store.officers import Officer
from tests.sending import run
from tests.world import PASSWORD, World

OTP = b"0123456789abcdefghij"


def find(world: World, username: str = "lin") -> Candidate:
    """What an attempt would find; it counts for nothing."""
    with world.store.transaction() as session:
        found = signing_in.attempt(session, world.house, username, now=world.clock())
        session.rollback()
    return found


def attempt(world: World, username: str = "lin", device: str | None = None) -> Candidate:
    with world.store.transaction() as session:
        return signing_in.attempt(session, world.house, username, mark=device, now=world.clock())


def use(world: World, code: str, *, otp: bytes = OTP, username: str = "lin") -> None:
    with world.store.transaction() as session:
        signing_in.use_code(session, world.cast[username].officer_id, otp, code, now=world.clock())


def code(world: World, **span: float) -> str:
    return pyotp.TOTP(base64.b32encode(OTP).decode()).at(world.clock() + timedelta(**span))


def fail(world: World, username: str = "lin", times: int = 1) -> timedelta:
    """Attempts that nobody came in by, each after the wait for those before; then the wait that is left."""
    for _ in range(times):
        world.clock.now += find(world, username).wait
        attempt(world, username)
    return find(world, username).wait


def test_name_and_password_open_the_officers_keys(world: World) -> None:
    keys = signing_in.unlock(world.house, find(world), PASSWORD)
    assert keys == world.cast["lin"].keys


@pytest.mark.sqlite
@pytest.mark.parametrize("password", ["", PASSWORD + " ", PASSWORD.upper()])
def test_a_wrong_password_opens_nothing(world: World, password: str) -> None:
    with pytest.raises(SignInError, match="name, password or code"):
        signing_in.unlock(world.house, find(world), password)


def test_an_unknown_name_gets_the_same_answer(world: World) -> None:
    assert find(world, "nobody").officer_id is None
    with pytest.raises(SignInError, match="name, password or code"):
        signing_in.unlock(world.house, find(world, "nobody"), PASSWORD)


def test_an_unknown_name_costs_the_same_work(world: World) -> None:
    """Both run Argon2id once; the ratio is loose, the machine may be busy."""
    known, unknown = (min(_seconds(world, name, wrong) for wrong in "abc") for name in ("lin", "nobody"))
    assert 0.4 < unknown / known < 2.5
    assert unknown > 0.02


def _seconds(world: World, username: str, wrong: str) -> float:
    candidate, start = find(world, username), time.thread_time()
    with pytest.raises(SignInError):
        signing_in.unlock(world.house, candidate, wrong)
    return time.thread_time() - start


def test_a_suspended_officer_is_as_unknown(world: World) -> None:
    run(world, "UPDATE officers SET state = 'suspended' WHERE username = 'lin'")
    assert find(world).officer_id is None


def test_keys_moved_to_another_account_do_not_open(world: World) -> None:
    run(
        world,
        "UPDATE officers SET locked_keys = (SELECT locked_keys FROM officers WHERE username = 'gao')"
        " WHERE username = 'lin'",
    )
    with pytest.raises(SignInError):
        signing_in.unlock(world.house, find(world), PASSWORD)


def test_damaged_keys_are_said_in_words_of_the_office(world: World) -> None:
    run(world, "UPDATE officers SET locked_keys = zeroblob(200) WHERE username = 'lin'")
    with pytest.raises(SignInError, match="damaged"):
        signing_in.unlock(world.house, find(world), PASSWORD)


def test_another_pepper_opens_nothing(world: World) -> None:
    candidate = find(world)
    with pytest.raises(officer_keys.PasswordError):
        officer_keys.unlock_officer(
            candidate.locked,
            PASSWORD,
            pepper=b"x" * 32,
            binding=world.house.binding("officers", candidate.officer_id.bytes, "locked_keys"),
        )


@pytest.mark.sqlite
@pytest.mark.parametrize("seconds", [0, -30, 30])
def test_a_code_of_this_step_and_its_neighbours_is_taken(world: World, seconds: int) -> None:
    use(world, code(world, seconds=seconds))


@pytest.mark.sqlite
@pytest.mark.parametrize("seconds", [-60, 60, 3600])
def test_a_code_of_another_time_is_refused(world: World, seconds: int) -> None:
    with pytest.raises(SignInError):
        use(world, code(world, seconds=seconds))


@pytest.mark.sqlite
@pytest.mark.parametrize("typed", ["", "12345", "1234567", "二三四五六七", "abcdef"])
def test_what_is_no_code_is_refused(world: World, typed: str) -> None:
    with pytest.raises(SignInError):
        use(world, typed)


def test_a_code_is_taken_once(world: World) -> None:
    use(world, code(world))
    with pytest.raises(SignInError):
        use(world, code(world))


def test_an_earlier_code_is_refused_after_a_later_one(world: World) -> None:
    use(world, code(world))
    with pytest.raises(SignInError):
        use(world, code(world, seconds=-30))
    use(world, code(world, seconds=30))


def test_a_code_of_the_step_before_is_taken_once(world: World) -> None:
    use(world, code(world, seconds=-30))
    with pytest.raises(SignInError):
        use(world, code(world, seconds=-30))
    use(world, code(world))


def test_a_code_used_by_one_officer_says_nothing_about_another(world: World) -> None:
    use(world, code(world))
    use(world, code(world), username="gao")


def test_a_code_of_a_sign_in_that_was_not_stored_is_not_used_up(world: World) -> None:
    def half() -> None:
        with world.store.transaction() as session:
            signing_in.use_code(session, world.cast["lin"].officer_id, OTP, code(world), now=world.clock())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    use(world, code(world))


def test_three_slips_cost_no_waiting_and_then_it_doubles(world: World) -> None:
    waits = [fail(world).total_seconds() for _ in range(13)]
    assert waits == [0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_a_name_tried_for_hours_waits_five_minutes_and_no_more(world: World) -> None:
    """2⁵⁰ seconds are more than a clock can hold; the counter must not become a way around the waiting."""
    fail(world)
    run(world, "UPDATE sign_in_delays SET failures = 1000000")
    assert fail(world) == timedelta(minutes=5)


def test_attempts_at_the_same_moment_each_wait_for_those_before(world: World) -> None:
    """Counted before the password is tried: a hundred at once are three tries and one, not a hundred."""
    waits = [attempt(world).wait for _ in range(100)]
    assert waits[:4] == [timedelta()] * 4
    assert set(waits[4:]) == {timedelta(seconds=2)}
    assert run(world, "SELECT failures FROM sign_in_delays") == [(4,)]


def test_failures_are_forgotten_after_a_day(world: World) -> None:
    fail(world, times=4)
    world.clock.forward(hours=23)
    world.tick()
    assert run(world, "SELECT count(*) FROM sign_in_delays") == [(1,)]
    world.clock.forward(hours=2)
    world.tick()
    assert run(world, "SELECT count(*) FROM sign_in_delays") == [(0,)]


def test_the_waiting_passes(world: World) -> None:
    assert fail(world, times=4) == timedelta(seconds=2)
    world.clock.forward(seconds=1)
    assert find(world).wait == timedelta(seconds=1)
    world.clock.forward(seconds=1)
    assert find(world).wait == timedelta()


def test_what_was_tried_while_the_clock_was_a_year_ahead_keeps_nobody_out(world: World) -> None:
    world.clock.forward(days=365)
    fail(world, times=6)
    world.clock.forward(days=-365)
    assert attempt(world).wait == timedelta()
    assert find(world).wait == timedelta(seconds=16)  # and it is counted on


def test_names_that_do_not_exist_wait_too(world: World) -> None:
    assert fail(world, "nobody", times=5) == timedelta(seconds=4)
    assert find(world).wait == timedelta()


def test_a_name_that_failed_is_kept_as_a_keyed_digest(world: World) -> None:
    fail(world, "周小明")
    ((name,),) = run(world, "SELECT name FROM sign_in_delays")
    assert len(name) == 32
    assert "周小明".encode() not in name


def test_signing_in_forgets_the_slips_and_is_recorded(world: World) -> None:
    fail(world, times=6)
    candidate = find(world)
    with world.store.transaction() as session:
        signing_in.succeed(session, world.house, candidate, None, now=world.clock())
    assert find(world).wait == timedelta()
    assert run(world, "SELECT count(*) FROM sign_in_delays") == [(0,)]
    entry = world.entries()[-1]
    assert (entry["event"], entry["actor"]["officer"]) == ("signed_in", str(world.cast["lin"].officer_id))
    assert entry["rows"] == []


def test_signing_out_is_recorded(world: World) -> None:
    with world.store.transaction() as session:
        signing_in.sign_out(session, world.house, world.actor("lin"), now=world.clock())
    assert world.events() == ["signed_out"]


def officer(world: World, session: Session, username: str) -> Officer:
    return session.get_one(Officer, world.cast[username].officer_id)


def mark(world: World, username: str = "lin") -> str:
    with world.store.reading() as session:
        return signing_in.device_mark(world.house, officer(world, session, username), now=world.clock())


def knows(world: World, text: str | None, username: str = "lin") -> bool:
    with world.store.reading() as session:
        return signing_in.knows_device(world.house, officer(world, session, username), text, now=world.clock())


def test_a_device_is_known_for_its_officer_and_ninety_days(world: World) -> None:
    made = mark(world)
    assert knows(world, made)
    assert not knows(world, made, "gao")
    world.clock.forward(days=90)
    assert knows(world, made)
    world.clock.forward(seconds=1)
    assert not knows(world, made)


def test_a_device_is_known_until_the_password_changes(world: World) -> None:
    made = mark(world)
    run(world, "UPDATE officers SET locked_keys = zeroblob(200) WHERE username = 'lin'")
    assert not knows(world, made)


@pytest.mark.sqlite
@pytest.mark.parametrize("text", [None, "", ".", "1.2", "x.y", "²." + "0" * 64, "-1." + "0" * 64, "9" * 4000 + ".0"])
def test_a_mark_that_is_none_is_not_known(world: World, text: str | None) -> None:
    assert not knows(world, text)


def test_strangers_who_try_a_name_do_not_keep_its_device_out(world: World) -> None:
    made = mark(world)
    fail(world, times=8)
    assert find(world).wait > timedelta()
    assert attempt(world, device=made).wait == timedelta()


def test_a_known_device_has_ten_slips_and_then_waits_too_alone(world: World) -> None:
    made = mark(world)
    waits = [attempt(world, device=made).wait for _ in range(13)]
    assert waits == [timedelta()] * 11 + [timedelta(seconds=2)] * 2
    assert find(world).wait == timedelta()
