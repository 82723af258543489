"""The signer: it signs what the portal wrote, all of it and nothing else, and goes on where it stopped."""

import pytest
from sqlalchemy import select

from crypto import note, tree
from crypto.keys import SigningKey
from crypto.tree import Frontier
from portal.domain.audit import hour_of
from portal.domain.errors import LedgerError, UnsignedError
from portal.office import checkpoints
from portal.office.checkpoints import LogKeys
from portal.settings import read_key
from portal.store.ledger import Checkpoint, Leaf, LedgerHead
from tests.office.drills import tamper
from tests.sending import arrive, open_case
from tests.world import ORIGIN, World

LAST = '(SELECT MAX("index") FROM entries)'


def sign(world: World) -> Checkpoint | None:
    with world.store.transaction() as session:
        return checkpoints.sign(session, LogKeys.read(world.settings), now=world.clock())


def leaves(world: World) -> list[bytes]:
    with world.store.reading() as session:
        return list(session.scalars(select(Leaf.hash).order_by(Leaf.index)))


def test_a_checkpoint_is_a_signed_note_over_every_leaf(world: World) -> None:
    arrive(world)
    made = sign(world)
    key = SigningKey(read_key(world.settings.log_key)).public
    signed = note.verify(made.note, ORIGIN, key)
    assert (signed.origin, signed.size) == (ORIGIN, len(leaves(world)))
    assert signed.root == tree.root(leaves(world)) == made.root


def test_a_checkpoint_tells_the_hour_alone_for_it_follows_what_a_reporter_did(world: World) -> None:
    world.clock.forward(minutes=17)
    arrive(world)
    assert sign(world).signed_at == hour_of(world.clock()) != world.clock()


def test_nothing_new_is_nothing_to_sign(world: World) -> None:
    assert sign(world) is not None
    assert sign(world) is None


def test_the_signer_goes_on_after_a_restart(world: World) -> None:
    first = sign(world)
    for _ in range(3):
        arrive(world)
        made = sign(world)
        assert made.root == tree.root(leaves(world))
        assert Frontier.from_bytes(made.frontier).root() == made.root
    assert made.size > first.size
    assert world.verify().checkpoints == 4


def test_more_than_one_batch_is_signed_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "BATCH", 7)
    assert sign(world).root == tree.root(leaves(world))


def test_how_far_the_signer_is_behind_can_be_asked(world: World) -> None:
    sign(world)
    arrive(world)
    with world.store.reading() as session:
        assert checkpoints.behind(session) == 2
    sign(world)
    with world.store.reading() as session:
        assert checkpoints.behind(session) == 0


SLIPPED_IN = {
    "an entry with a wrong MAC": f'UPDATE entries SET mac = zeroblob(32) WHERE "index" = {LAST}',
    "an entry by an unknown key": f'UPDATE entries SET mac_key_id = zeroblob(8) WHERE "index" = {LAST}',
    "a leaf that was changed": f'UPDATE leaves SET hash = zeroblob(32) WHERE "index" = {LAST}',
    "an opening that was changed": (
        "UPDATE entries SET opening = CAST(replace(CAST(opening AS TEXT), 'reporter', 'system') AS BLOB)"
        f' WHERE "index" = {LAST}'
    ),
    "an entry without its leaf": f'DELETE FROM leaves WHERE "index" = {LAST}',
    "a head that is ahead": "UPDATE ledger_head SET size = size + 1",
}


@pytest.mark.parametrize("statement", SLIPPED_IN.values(), ids=SLIPPED_IN.keys())
def test_what_was_slipped_in_beside_the_portal_is_never_signed(world: World, statement: str) -> None:
    sign(world)
    arrive(world)
    tamper(world, statement)
    with pytest.raises(LedgerError, match=r"entry \d+ "):
        sign(world)


def planted(world: World) -> bytes:
    """An edge of as many leaves, none of which ever was."""
    frontier = Frontier()
    for index in range(len(leaves(world))):
        frontier.append(bytes([index % 256]) * 32)
    return frontier.to_bytes()


def test_an_edge_planted_in_the_database_is_never_signed(world: World) -> None:
    sign(world)
    edge = planted(world)
    arrive(world)
    tamper(world, f"UPDATE checkpoints SET frontier = x'{edge.hex()}'")
    with pytest.raises(LedgerError, match="does not say what its note says"):
        sign(world)


@pytest.mark.parametrize("change", ["frontier = zeroblob(3)", "note = 'x'", "note = upper(note)"])
def test_a_damaged_checkpoint_is_not_gone_on_from(world: World, change: str) -> None:
    sign(world)
    arrive(world)
    tamper(world, f"UPDATE checkpoints SET {change}")
    with pytest.raises(LedgerError, match=r"checkpoint \d+"):
        sign(world)


def test_a_ledger_that_shrank_gets_no_new_checkpoint(world: World) -> None:
    arrive(world)
    sign(world)
    tamper(world, f'DELETE FROM entries WHERE "index" = {LAST}', "UPDATE ledger_head SET size = size - 1")
    with pytest.raises(LedgerError, match="were signed and are gone"):
        sign(world)


def test_an_opening_that_has_gone_lawfully_does_not_stop_the_signer(world: World) -> None:
    arrive(world)
    tamper(world, f'UPDATE entries SET salt = NULL, opening = NULL WHERE "index" = {LAST}')
    assert sign(world).root == tree.root(leaves(world))


def test_what_a_replaced_key_wrote_is_still_signed(world: World) -> None:
    arrive(world)
    path = world.settings.entry_keys
    path.write_text("ab" * 32 + "\n" + path.read_text(encoding="ascii"), encoding="ascii")
    assert sign(world) is not None
    assert world.verify().unsigned == 0


def require(world: World) -> None:
    with world.store.reading() as session:
        checkpoints.require_signed(session, world.house, now=world.clock())


def test_nothing_is_revealed_when_the_signer_has_been_away_for_five_minutes(world: World) -> None:
    _, case_id = arrive(world)
    open_case(world, "lin", case_id)
    world.clock.forward(minutes=5)
    require(world)
    world.clock.forward(seconds=1)
    with pytest.raises(UnsignedError):
        require(world)
    sign(world)
    require(world)  # nothing waits


def test_an_entry_of_a_time_that_has_not_come_has_waited_too_long(world: World) -> None:
    """The clock went back: what waits behind it would be shown unsigned until that time."""
    _, case_id = arrive(world)
    open_case(world, "lin", case_id)
    world.clock.forward(seconds=-50)
    require(world)  # another host's clock
    world.clock.forward(days=-1)
    with pytest.raises(UnsignedError):
        require(world)
    sign(world)
    require(world)


def test_a_clock_that_went_back_is_said_when_signing_and_when_verifying(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    sign(world)
    arrive(world)
    sign(world)
    assert world.verify().backwards == 0
    for hours in (-5, 1, 1):
        world.clock.forward(hours=hours)
        arrive(world)
        sign(world)
    assert world.verify(replayed=False).backwards == caplog.text.count("the clock went back") == 1


def test_what_reporters_sent_waits_until_its_hour_is_over(world: World) -> None:
    """Their entries tell no minute; an officer's of the same time does."""
    sign(world)
    world.clock.forward(minutes=30)
    arrive(world)
    world.clock.forward(minutes=34)
    require(world)
    world.clock.forward(minutes=2)
    with pytest.raises(UnsignedError):
        require(world)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entries SET at = '2099-01-01 00:00:00.000000'",
        "UPDATE checkpoints SET size = size + 1000",
        "INSERT INTO checkpoints SELECT size + 1000, origin, root, note, frontier, signed_at FROM checkpoints",
        "DELETE FROM checkpoints",
    ],
)
def test_who_can_only_write_to_the_database_cannot_make_it_look_signed(world: World, change: str) -> None:
    _, case_id = arrive(world)
    open_case(world, "lin", case_id)
    tamper(world, change)
    world.clock.forward(minutes=6)
    with pytest.raises((UnsignedError, LedgerError)):
        require(world)


def test_the_head_counts_what_is_there(world: World) -> None:
    arrive(world)
    with world.store.reading() as session:
        assert session.get_one(LedgerHead, 1).size == len(leaves(world))
