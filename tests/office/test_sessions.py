"""Sessions: the token opens its row and nothing else does; they end by themselves, at once when an officer must go."""

from datetime import timedelta

import pytest

from crypto import envelope, primitives
from portal.domain.vocabulary import OfficerState, ReceiptState
from portal.office import sessions
from portal.office.keyring import ReporterKey
from portal.office.sessions import Token
from portal.store.officers import MailboxSession, OfficerSession
from tests.sending import arrive, run
from tests.world import World

SECOND = timedelta(seconds=1)


def sign_in(world: World, username: str = "lin") -> Token:
    member = world.cast[username]
    with world.store.transaction() as session:
        return sessions.open_officer(session, world.house, member.officer_id, member.keys, now=world.clock())


def enter(world: World, reporter: ReporterKey | None = None) -> Token:
    reporter = reporter or arrive(world)[0]
    with world.store.transaction() as session:
        return sessions.open_mailbox(session, world.house, reporter, now=world.clock())


def officer(world: World, token: Token):
    with world.store.reading() as session:
        return sessions.resume_officer(session, world.house, token, now=world.clock())


def mailbox(world: World, token: Token):
    with world.store.reading() as session:
        return sessions.resume_mailbox(session, world.house, token, now=world.clock())


def touch(world: World, kind, token: Token) -> None:
    with world.store.transaction() as session:
        sessions.touch(session, kind, token, now=world.clock())


def on_disk(world: World) -> bytes:
    return b"".join(path.read_bytes() for path in world.home.iterdir() if path.is_file())


def test_a_token_opens_the_session_it_was_made_for(world: World) -> None:
    found = officer(world, sign_in(world))
    member = world.cast["lin"]
    assert (found.officer.id, found.secret, found.signing) == (
        member.officer_id,
        member.keys.secret,
        member.keys.signing,
    )
    reporter, _ = arrive(world)
    assert mailbox(world, enter(world, reporter)).reporter == reporter


def test_a_cookie_is_read_back_and_nothing_else_is_one() -> None:
    token = Token.new()
    assert Token.parse(str(token)) == token
    for text in (None, "", "x", str(token)[:-1], str(token) + "AAAA", "é" * 43, "=" * 43, " " * 43):
        assert Token.parse(text) is None


def test_a_token_does_not_show_itself() -> None:
    token = Token.new()
    assert str(token) not in repr(token)
    assert token.raw.hex() not in repr(token)


def test_what_finds_opens_and_binds_are_three_values() -> None:
    token = Token.new()
    assert len({token.raw, token.id, token.key(bytes(32)), token.csrf}) == 4


@pytest.mark.sqlite
def test_neither_token_nor_keys_lie_in_the_database(world: World) -> None:
    reporter, _ = arrive(world)
    officers, mailboxes = sign_in(world), enter(world, reporter)
    held = on_disk(world)
    assert officers.id in held
    for token in (officers, mailboxes):
        for secret in (token.raw, token.key(world.house.secret), token.csrf, str(token).encode()):
            assert secret not in held
    keys = world.cast["lin"].keys
    for seed in (keys.secret.seed, keys.signing.seed, reporter.secret.seed):
        assert seed not in held
    ((row,),) = run(world, "SELECT body FROM mailbox_sessions")
    assert reporter.report_id.bytes not in row


@pytest.mark.parametrize(
    ("sign", "resume", "idle"),
    [(sign_in, officer, timedelta(minutes=20)), (enter, mailbox, timedelta(minutes=11))],
    ids=["officer", "mailbox"],
)
def test_a_session_not_used_ends(world: World, sign, resume, idle: timedelta) -> None:
    """A mailbox's last use is known to the minute, and written a minute late: ten minutes are never cut short."""
    token = sign(world)
    world.clock.now += idle
    assert resume(world, token) is not None
    world.clock.now += SECOND
    assert resume(world, token) is None


@pytest.mark.parametrize(
    ("sign", "resume", "kind", "step", "life"),
    [
        (sign_in, officer, OfficerSession, timedelta(minutes=15), timedelta(hours=8)),
        (enter, mailbox, MailboxSession, timedelta(minutes=5), timedelta(minutes=60)),
    ],
    ids=["officer", "mailbox"],
)
def test_a_session_in_use_ends_too(world: World, sign, resume, kind, step: timedelta, life: timedelta) -> None:
    token, opened = sign(world), world.clock()
    while world.clock() - opened < life:
        assert resume(world, token) is not None
        touch(world, kind, token)
        world.clock.now += step
    assert resume(world, token) is not None
    world.clock.now += SECOND
    assert resume(world, token) is None


@pytest.mark.parametrize(("sign", "resume"), [(sign_in, officer), (enter, mailbox)], ids=["officer", "mailbox"])
def test_a_session_of_a_time_that_has_not_come_has_ended(world: World, sign, resume) -> None:
    """The clock was ahead and went back: nobody knows how long it has been open."""
    token = sign(world)
    world.clock.forward(seconds=-50)
    assert resume(world, token) is not None  # another host's clock
    world.clock.forward(days=-1)
    assert resume(world, token) is None
    world.tick()
    assert run(world, "SELECT count(*) FROM officer_sessions") == run(world, "SELECT count(*) FROM mailbox_sessions")


def test_last_use_is_written_at_most_once_a_minute(world: World) -> None:
    token = sign_in(world)
    world.clock.forward(seconds=60)
    assert not officer(world, token).stale
    world.clock.forward(seconds=1)
    assert officer(world, token).stale
    touch(world, OfficerSession, token)
    assert not officer(world, token).stale


@pytest.mark.parametrize("state", [OfficerState.SUSPENDED, OfficerState.LEFT])
def test_an_officer_who_must_go_is_out_at_once(world: World, state: OfficerState) -> None:
    token = sign_in(world)
    run(world, "UPDATE officers SET state = ? WHERE username = 'lin'", str(state))
    assert officer(world, token) is None


@pytest.mark.parametrize("state", [ReceiptState.REVOKED, ReceiptState.PROVISIONAL])
def test_a_mailbox_closes_with_the_code_that_opened_it(world: World, state: ReceiptState) -> None:
    reporter, _ = arrive(world)
    token = enter(world, reporter)
    run(world, "UPDATE receipts SET state = ? WHERE id = ?", str(state), reporter.receipt_id.bytes)
    assert mailbox(world, token) is None


def test_a_session_that_was_closed_is_gone(world: World) -> None:
    officers, mailboxes = sign_in(world), enter(world)
    with world.store.transaction() as session:
        sessions.close(session, OfficerSession, officers)
        sessions.close(session, MailboxSession, mailboxes)
    assert officer(world, officers) is None
    assert mailbox(world, mailboxes) is None
    assert run(world, "SELECT count(*) FROM officer_sessions") == [(0,)]


def test_closing_one_session_leaves_the_others(world: World) -> None:
    first, second = sign_in(world), sign_in(world)
    with world.store.transaction() as session:
        sessions.close(session, OfficerSession, first)
    assert officer(world, second) is not None


def test_an_unknown_token_opens_nothing(world: World) -> None:
    sign_in(world)
    enter(world)
    assert officer(world, Token.new()) is None
    assert mailbox(world, Token.new()) is None


@pytest.mark.parametrize(
    "change",
    [
        "body = (SELECT body FROM officer_sessions WHERE id = ?)",
        "body = zeroblob(200)",
        "officer_id = (SELECT officer_id FROM officer_sessions WHERE id = ?)",
    ],
)
def test_rows_swapped_in_the_database_open_nothing(world: World, change: str) -> None:
    mine, other = sign_in(world, "lin"), sign_in(world, "gao")
    values = [other.id] * change.count("?")
    run(world, f"UPDATE officer_sessions SET {change} WHERE id = ?", *values, mine.id)
    assert officer(world, mine) is None
    assert officer(world, other) is not None


def test_a_row_moved_under_another_token_opens_nothing(world: World) -> None:
    mine, other = enter(world), Token.new()
    run(world, "UPDATE mailbox_sessions SET id = ?", other.id)
    assert mailbox(world, mine) is None
    assert mailbox(world, other) is None


def test_a_mailbox_row_says_the_minute_and_no_more(world: World) -> None:
    world.clock.forward(seconds=42)
    token = enter(world)
    touch(world, MailboxSession, token)
    for row in run(world, "SELECT opened_at, used_at FROM mailbox_sessions"):
        assert all(moment.endswith(":00.000000") for moment in row)


def test_the_sweep_takes_what_has_ended_and_nothing_else(world: World) -> None:
    sign_in(world)
    enter(world)
    world.clock.forward(minutes=15)
    officers, mailboxes = sign_in(world), enter(world)
    world.clock.forward(minutes=6)
    with world.store.transaction() as session:
        sessions.sweep(session, now=world.clock())
    assert run(world, "SELECT count(*) FROM officer_sessions") == [(1,)]
    assert run(world, "SELECT count(*) FROM mailbox_sessions") == [(1,)]
    assert officer(world, officers)
    assert mailbox(world, mailboxes)


def test_a_session_made_up_by_who_can_only_write_to_the_database_opens_nothing(world: World) -> None:
    forged, officer_id = Token.new(), world.cast["lin"].officer_id
    key = primitives.derive(forged.raw, "session-key")
    plain = officer_id.bytes + bytes(32) + bytes(32)
    body = envelope.seal(key, plain, world.house.binding("officer_sessions", forged.id, "body"))
    with world.store.transaction() as session:
        session.add(
            OfficerSession(
                id=forged.id, officer_id=officer_id, body=body, opened_at=world.clock(), used_at=world.clock()
            )
        )
    with world.store.reading() as session:
        assert sessions.resume_officer(session, world.house, forged, now=world.clock()) is None
