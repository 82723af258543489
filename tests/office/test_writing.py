"""Which key a text is sealed with: whoever left a desk reads nothing new, whoever sits there reads the old."""

from uuid import UUID

import pytest
from sqlalchemy import select

from crypto.errors import SuiteError
from portal.domain.errors import NotAllowedError, StaleError
from portal.domain.values import Question
from portal.domain.vocabulary import Compartment, GrantState
from portal.office import casework, founding, keyring, mailbox, ticking
from portal.office.keyring import Keyring
from portal.store.officers import DeskEpoch
from portal.store.reports import ContentKey, KeyGrant, Letter
from tests.epochs import enrol, turn
from tests.sending import arrive, box, newest, open_case, run, say, write
from tests.world import World


def generations(world: World, report_id: UUID) -> list[int]:
    """The key generation of each letter, oldest first."""
    with world.store.reading() as session:
        return list(
            session.scalars(
                select(ContentKey.generation)
                .join(Letter, Letter.content_key_id == ContentKey.id)
                .where(Letter.report_id == report_id)
                .order_by(Letter.position)
            )
        )


def keys_of(world: World, report_id: UUID) -> list[UUID]:
    with world.store.reading() as session:
        return list(
            session.scalars(
                select(ContentKey.id)
                .where(ContentKey.report_id == report_id, ContentKey.compartment == Compartment.REPORT)
                .order_by(ContentKey.generation)
            )
        )


def opened(world: World, ring: Keyring, report_id: UUID) -> list[int]:
    """The generations that a keyring opens."""
    ids = keys_of(world, report_id)
    with world.store.reading() as session:
        found = ring.open(session, world.house, ids)
    return [number for number, one in enumerate(ids, 1) if one in found]


def test_letters_share_a_key_while_nobody_comes_or_goes(world: World) -> None:
    key, case_id = arrive(world)
    say(world, key, "一")
    write(world, "lin", case_id, "二")
    assert generations(world, key.report_id) == [1, 1, 1]


def test_after_a_new_epoch_the_next_letter_has_the_next_key(world: World) -> None:
    key, case_id = arrive(world)
    enrol(world, "lan")
    turn(world, "lin", seated=("lan",))
    write(world, "lan", case_id, "二")
    say(world, key, "三")
    assert generations(world, key.report_id) == [1, 2, 2]


def test_who_left_opens_nothing_new_and_who_came_reads_the_old(world: World) -> None:
    key, case_id = arrive(world)
    before = world.ring("lin")
    enrol(world, "lan")
    turn(world, "lin", seated=("lan",))
    write(world, "lan", case_id, "二")
    assert opened(world, before, key.report_id) == [1]
    assert opened(world, world.ring("lin"), key.report_id) == []
    assert opened(world, world.ring("lan"), key.report_id) == [1, 2]
    sheet = open_case(world, "lan", case_id)
    assert sheet.narrative.place == "地下二层东侧6号出口"
    assert [letter.text for letter in sheet.letters] == ["二"]


def test_who_stays_reads_old_and_new(world: World) -> None:
    key, case_id = arrive(world)
    enrol(world, "lan")
    turn(world, "lin", seated=("lin", "lan"))
    say(world, key, "二")
    turn(world, "lin", seated=("lin",))
    say(world, key, "三")
    assert generations(world, key.report_id) == [1, 2, 3]
    assert opened(world, world.ring("lin"), key.report_id) == [1, 2, 3]
    assert opened(world, world.ring("lan"), key.report_id) == []
    assert opened(world, world.ring("gao"), key.report_id) == [1, 2, 3]
    assert len(open_case(world, "lin", case_id).letters) == 2


def test_a_new_epoch_of_the_desk_above_turns_the_key_too(world: World) -> None:
    key, _ = arrive(world)
    turn(world, "sheng-lead", seated=("sheng-lead",))
    say(world, key, "二")
    assert generations(world, key.report_id) == [1, 2]


def test_a_new_epoch_of_a_desk_that_reads_nothing_turns_no_key(world: World) -> None:
    key, _ = arrive(world)
    turn(world, "he", seated=("he",))
    say(world, key, "二")
    assert generations(world, key.report_id) == [1, 1]


def test_the_reporter_reads_every_generation(world: World) -> None:
    key, case_id = arrive(world)
    turn(world, "lin", seated=("lin",))
    write(world, "lin", case_id, "二")
    assert [letter.text for letter in box(world, key).letters] == ["二"]


def test_the_ledger_holds_over_epochs(world: World) -> None:
    key, _ = arrive(world)
    turn(world, "lin", seated=("lin",))
    say(world, key, "二")
    world.sign()
    assert world.verify().unsigned == 0


def test_a_chain_that_was_tampered_with_does_not_open(world: World) -> None:
    arrive(world)
    turn(world, "lin", seated=("lin",))
    run(world, "UPDATE desk_epochs SET previous = zeroblob(1169) WHERE epoch = 2")
    with pytest.raises(SuiteError):
        world.ring("lin")


def test_an_epoch_is_current_once(world: World) -> None:
    turn(world, "lin", seated=("lin",))
    with world.store.reading() as session:
        desk = world.actor("lin").seats[0].desk_id
        closed = session.scalars(
            select(DeskEpoch.closed_at).where(DeskEpoch.desk_id == desk).order_by(DeskEpoch.epoch)
        ).all()
    assert [one is None for one in closed] == [False, True]


def states(world: World, content_key_id: UUID) -> list[GrantState]:
    with world.store.reading() as session:
        rows = session.scalars(select(KeyGrant.state).where(KeyGrant.content_key_id == content_key_id))
        return sorted(rows)


def test_once_woken_the_desk_above_reads_what_follows(world: World) -> None:
    key, _ = arrive(world)
    world.clock.forward(days=20)
    with world.store.transaction() as session:
        ticking.tick(session, world.house, now=world.clock())
    turn(world, "lin", seated=("lin",))
    say(world, key, "二")
    assert states(world, keys_of(world, key.report_id)[1]) == [GrantState.ACTIVE] * 4
    assert opened(world, world.ring("sheng-lead"), key.report_id) == [1, 2]


def test_until_then_it_stands_by_for_every_generation(world: World) -> None:
    key, _ = arrive(world)
    turn(world, "lin", seated=("lin",))
    say(world, key, "二")
    assert states(world, keys_of(world, key.report_id)[1]).count(GrantState.STANDBY) == 1
    assert opened(world, world.ring("sheng-lead"), key.report_id) == []


def test_a_letter_sealed_before_the_desks_changed_is_not_stored(world: World) -> None:
    key, case_id = arrive(world)
    letter = Question("二", newest(world, case_id))
    with world.store.reading() as session:
        said = mailbox.prepare_message(session, world.house, key, "一", now=world.clock())
        written = casework.prepare_letter(
            session, world.house, world.actor("lin"), world.ring("lin"), case_id, letter, now=world.clock()
        )
    with world.store.transaction() as session:
        founding.touch(session)

    def late(prepared) -> None:
        with world.store.transaction() as session:
            mailbox.send(session, world.house, key, prepared, now=world.clock())

    for prepared in (said, written):
        with pytest.raises(StaleError):
            late(prepared)
    assert generations(world, key.report_id) == [1]


def test_two_letters_at_once_do_not_take_one_place(world: World) -> None:
    key, _ = arrive(world)
    with world.store.reading() as session:
        both = [mailbox.prepare_message(session, world.house, key, text, now=world.clock()) for text in ("一", "二")]
    with world.store.transaction() as session:
        mailbox.send(session, world.house, key, both[0], now=world.clock())

    def late() -> None:
        with world.store.transaction() as session:
            mailbox.send(session, world.house, key, both[1], now=world.clock())

    with pytest.raises(StaleError):
        late()
    assert [letter.text for letter in box(world, key).letters] == ["一"]


def test_without_a_grant_there_is_no_key(world: World) -> None:
    key, _ = arrive(world)
    with world.store.reading() as session, pytest.raises(NotAllowedError):
        keyring.open_one(session, world.house, world.ring("qin"), keys_of(world, key.report_id)[0])


def test_a_grant_of_another_receipt_does_not_open(world: World) -> None:
    mine, _ = arrive(world)
    other, _ = arrive(world)
    with world.store.reading() as session:
        assert other.open(session, world.house, keys_of(world, mine.report_id)) == {}
