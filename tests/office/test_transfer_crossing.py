"""What crosses a transfer or an identity on its way: one of the two is done anew, nothing lies where nobody reads."""

import pytest
from sqlalchemy import select, update

from portal.domain.errors import LedgerError, StaleError
from portal.domain.vocabulary import IdentityField
from portal.office import identity, mailbox, rehoming, transferring
from portal.office.signing_in import Code
from portal.store.cases import Case
from portal.store.reports import Report
from tests.keeping import offer
from tests.office.test_transferring import CHANGCHUN, PROVINCE, SIPING, authority, hand, prepare
from tests.sending import arrive, open_case
from tests.world import World

NUMBER = "13911112222"


def move(world: World, report_id) -> None:
    """He gives the other half."""
    actor, ring = world.actor("he"), world.ring("he")
    world.clock.forward(seconds=31)
    code = Code(world.cast["he"].keys.otp, world.cast["he"].code(world.clock()))
    with world.store.transaction() as session:
        made = rehoming.prepare_move(session, world.house, actor, ring, report_id, code, now=world.clock())
        rehoming.move(session, world.house, actor, made, now=world.clock())


def apply(world: World, case_id, made, by: str) -> None:
    with world.store.transaction() as session:
        transferring.transfer(session, world.house, world.actor(by), case_id, made, now=world.clock())


def giving(world: World, key, *, may_phone: bool):
    """The reporter gives a number; sealed, not stored yet."""
    given = identity.replacing({IdentityField.PHONE: NUMBER}, may_phone=may_phone)
    with world.store.reading() as session:
        return mailbox.prepare_identity(session, world.house, key, given, now=world.clock())


def store(world: World, made) -> None:
    with world.store.transaction() as session:
        identity.store(session, world.house, made, now=world.clock())


def test_a_transfer_sealed_before_the_identity_moved_is_sealed_anew(world: World) -> None:
    key, case_id = arrive(world)
    hand(world, case_id)
    offer(world, key.report_id)
    made = prepare(world, case_id, PROVINCE, "qin")
    move(world, key.report_id)
    with pytest.raises(StaleError):
        apply(world, case_id, made, "qin")
    hand(world, case_id, PROVINCE, "qin")
    offer(world, key.report_id, "qin-lead")
    world.verify()


def test_a_number_sealed_before_a_transfer_never_opens_for_the_office_it_left(world: World) -> None:
    key, case_id = arrive(world)
    made = giving(world, key, may_phone=True)
    hand(world, case_id)
    with pytest.raises(StaleError):
        store(world, made)
    store(world, giving(world, key, may_phone=True))
    assert open_case(world, "qin", case_id, phone=True).phone == NUMBER
    hand(world, case_id, PROVINCE, "qin")
    world.verify()


def test_what_is_given_while_the_identity_moves_lies_where_the_rest_does(world: World) -> None:
    key, case_id = arrive(world)
    hand(world, case_id)
    offer(world, key.report_id)
    made = giving(world, key, may_phone=False)
    move(world, key.report_id)
    with pytest.raises(StaleError):
        store(world, made)


def test_an_escalation_meanwhile_is_not_lost(world: World) -> None:
    _, case_id = arrive(world)
    made = prepare(world, case_id, SIPING, "lin")
    world.clock.forward(days=20)
    world.tick()
    with pytest.raises(StaleError):
        apply(world, case_id, made, "lin")
    hand(world, case_id)
    assert open_case(world, "sheng-lead", case_id).case_id == case_id


@pytest.mark.sqlite
def test_a_case_said_to_be_a_countys_for_a_moment_is_not_sent_to_those_it_is_about(world: World) -> None:
    """Whoever writes to the database, and an intake officer with them."""
    _, case_id = arrive(world, concerns_office=True)
    with world.store.transaction() as session:
        county = authority(world, "office-220122")
        session.execute(update(Case).where(Case.id == case_id).values(authority_id=county))
    with pytest.raises(LedgerError):
        prepare(world, case_id, CHANGCHUN, "sheng")


@pytest.mark.sqlite
def test_a_case_said_to_be_elsewhere_for_a_moment_moves_no_half_there(world: World) -> None:
    key, case_id = arrive(world)
    hand(world, case_id, "discipline-220000")
    with world.store.transaction() as session:
        session.execute(update(Case).where(Case.id == case_id).values(authority_id=authority(world, SIPING)))
    with pytest.raises(LedgerError):
        offer(world, key.report_id)
    with world.store.reading() as session:
        assert session.get_one(Report, key.report_id).keeper_desk_id is not None
        assert session.scalars(select(Case.id)).one() == case_id
