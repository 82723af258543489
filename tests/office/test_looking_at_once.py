"""A page that is being made while what it rests on changes, on two connections to PostgreSQL.

What it shows is decided by what stands when its entry is written, never by something older.
"""

from collections.abc import Callable
from uuid import UUID

import pytest

from portal.domain.errors import IllegalTransitionError, NotAllowedError, RecusedError, StaleError, StrangerError
from portal.office import alarming, disclosing, mailbox
from tests import verification as cast
from tests.alarming import by_hand
from tests.clocking import taken_up
from tests.disclosing import Office
from tests.office.test_assigning import end
from tests.office.test_assigning import look as look_at
from tests.office.test_identity import replace
from tests.office.test_transferring import hand
from tests.racing import who_is
from tests.recusing import recuse
from tests.sending import arrive, open_case
from tests.stepping import meanwhile
from tests.world import World

pytestmark = pytest.mark.postgresql
OPENING = "SELECT key_grants.id"  # what has been admitted is about to be unsealed


def clean(world: World) -> None:
    """The ledger verifies, and nobody did what was not theirs."""
    world.sign()
    world.verify()


def keeping_out(world: World, whom: str, case_id: UUID, by: str = "gao") -> Callable[[], None]:
    return lambda: recuse(world, by, case_id, whom)


def test_a_case_is_not_shown_to_whoever_was_kept_out_of_it_meanwhile(world: World) -> None:
    _, case_id = arrive(world)
    open_case(world, "lin", case_id)
    with meanwhile(world, keeping_out(world, "lin", case_id)), pytest.raises(RecusedError):
        open_case(world, "lin", case_id)
    clean(world)


@pytest.mark.parametrize("meant", [keeping_out, lambda world, _, case_id: lambda: end(world, case_id)])
def test_nor_one_that_was_assigned_once_it_is_theirs_no_more(
    world: World, meant: Callable[..., Callable[[], None]]
) -> None:
    _, case_id = cast.assigned(world, narrative=True)
    world.sign()
    with meanwhile(world, meant(world, "chen", case_id), OPENING), pytest.raises(NotAllowedError):
        look_at(world, case_id)
    clean(world)


def test_an_alarm_is_not_signed_off_by_whoever_was_kept_out_meanwhile(world: World) -> None:
    _, case_id = taken_up(world)
    alarm_id, actor = by_hand(world, "gao", case_id), world.actor("lin")

    def sign_off() -> None:
        with world.store.transaction() as session:
            alarming.sign_off(session, world.house, actor, alarm_id, now=world.clock())

    with meanwhile(world, keeping_out(world, "lin", case_id)), pytest.raises(RecusedError):
        sign_off()
    clean(world)


def request_of(address: str) -> UUID:
    return UUID(address.rpartition("/")[2])


def test_a_name_is_not_read_by_whoever_was_kept_out_meanwhile(world: World, office: Office) -> None:
    address = office.asked()
    assert office.lift(address) == 303
    assert office.release(address, "name") == 303
    world.sign()
    signed, now = who_is(world, "lin"), world.clock()

    def read() -> None:
        with world.store.transaction() as session:
            disclosing.read(session, *signed, request_of(address), now=now)

    with meanwhile(world, keeping_out(world, "lin", office.case_id)), pytest.raises(RecusedError):
        read()
    clean(world)


def test_whoever_keeps_out_by_their_own_word_is_not_refused_by_it(world: World) -> None:
    _, case_id = cast.assigned(world)
    recuse(world, "chen", case_id)
    recuse(world, "lin", case_id)
    clean(world)


def test_a_number_is_not_shown_once_the_reporter_has_withdrawn(world: World) -> None:
    key, case_id = arrive(world, may_phone=True)
    open_case(world, "lin", case_id)

    def withdraw() -> None:
        with world.store.transaction() as session:
            mailbox.withdraw(session, world.house, key, now=world.clock())

    with meanwhile(world, withdraw), pytest.raises(StaleError):
        open_case(world, "lin", case_id, phone=True)
    with pytest.raises(IllegalTransitionError):
        open_case(world, "lin", case_id, phone=True)
    clean(world)


def test_nor_once_the_reporter_wants_no_calls_any_more(world: World) -> None:
    key, case_id = arrive(world, may_phone=True)
    open_case(world, "lin", case_id)
    with meanwhile(world, lambda: replace(world, key)), pytest.raises(StaleError):
        open_case(world, "lin", case_id, phone=True)
    assert open_case(world, "lin", case_id).phone is None
    clean(world)


def test_what_was_handed_on_meanwhile_is_no_case_of_theirs_and_nothing_was_tampered_with(world: World) -> None:
    _, case_id = arrive(world)
    open_case(world, "lin", case_id)
    with meanwhile(world, lambda: hand(world, case_id), OPENING), pytest.raises(StrangerError):
        open_case(world, "lin", case_id)
    clean(world)
