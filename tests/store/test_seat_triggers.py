"""Seats in the database itself: what one person never holds is refused on both engines, whatever code writes it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from portal.domain.errors import StaleError
from portal.domain.vocabulary import Duty
from portal.store.ledger import Entry
from portal.store.officers import Desk, DeskEpoch, Seat
from tests.staffing import Staff
from tests.world import World


def plant(world: World, who: str, duty: Duty, code: str = "office-220100") -> None:
    """Write a seat past every rule of the portal."""
    desk_id = Staff(world).desk(duty, code)
    with world.store.transaction() as session:
        epoch = session.scalars(select(DeskEpoch).where(DeskEpoch.desk_id == desk_id)).one()
        entry_id = session.scalars(select(Entry.id).limit(1)).one()
        session.add(
            Seat(
                id=uuid4(),
                desk_epoch_id=epoch.id,
                officer_id=world.cast[who].officer_id,
                wrapped=b"x",
                seated_at=world.clock(),
                left_at=None,
                entry_id=entry_id,
            )
        )


def leave(world: World, who: str) -> None:
    with world.store.transaction() as session:
        gone = update(Seat).where(Seat.officer_id == world.cast[who].officer_id)
        session.execute(gone.values(left_at=world.clock()))


@pytest.mark.parametrize(
    ("who", "duty"),
    [("gao", Duty.CUSTODY), ("he", Duty.LEAD), ("qian", Duty.INTAKE), ("lin", Duty.PAYOUT), ("shen", Duty.INTAKE)],
)
def test_two_duties_that_are_apart_never_meet_in_one_person(world: World, who: str, duty: Duty) -> None:
    with pytest.raises(StaleError) as refused:
        plant(world, who, duty)
    assert re.search("never one person|never holds the other", str(refused.value.__cause__))


@pytest.mark.parametrize(
    ("who", "duty", "code"),
    [
        ("gao", Duty.CUSTODY, "office-220100"),
        ("gao", Duty.CUSTODY, "office-220000"),
        ("he", Duty.LEAD, "office-220000"),
        ("sheng-lead", Duty.CUSTODY, "office-220300"),
    ],
)
def test_who_held_the_one_share_never_gets_the_other_where_they_meet(
    world: World, who: str, duty: Duty, code: str
) -> None:
    leave(world, who)
    with pytest.raises(StaleError) as refused:
        plant(world, who, duty, code)
    assert "never holds the other" in str(refused.value.__cause__)


def test_elsewhere_in_the_tree_and_for_other_duties_they_may(world: World) -> None:
    leave(world, "gao")
    plant(world, "gao", Duty.INTAKE)
    plant(world, "gao", Duty.CUSTODY, "office-220300")


def test_a_seat_is_never_edited_and_never_taken_up_again(world: World) -> None:
    lin = Seat.officer_id == world.cast["lin"].officer_id
    for change in ({"wrapped": b"y"}, {"seated_at": world.clock() - timedelta(days=1)}):
        with pytest.raises(StaleError), world.store.transaction() as session:
            session.execute(update(Seat).where(lin).values(**change))
    leave(world, "lin")
    with pytest.raises(StaleError), world.store.transaction() as session:
        session.execute(update(Seat).where(lin).values(left_at=None))
    with world.store.reading() as session:
        assert session.scalars(select(Seat).where(lin)).one().left_at == world.clock()


def test_a_desk_has_one_current_key(world: World) -> None:
    with world.store.reading() as session:
        desks = session.scalars(select(Desk.id)).all()
        current = session.scalars(select(DeskEpoch.desk_id).where(DeskEpoch.current)).all()
    assert sorted(desks) == sorted(current)
