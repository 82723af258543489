"""Alarms in tests: who is reached by mail, who is on watch, and what raises them."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from portal.domain.alarms import AlarmKind
from portal.domain.shifts import Span
from portal.domain.vocabulary import Duty
from portal.office import alarming, reaching, rostering
from portal.store.alarms import Alarm
from tests.staffing import Staff
from tests.world import World


def reach(world: World, *names: str) -> None:
    """They say where their mail goes."""
    staff = Staff(world)
    for name in names:
        with staff.act(name) as act:
            reaching.set_own(act, f"{name}@example.cn")


def watch(
    world: World, who: str, *, by: str = "gao", duty: Duty = Duty.INTAKE, hours: float = 8, begins: float = 0
) -> UUID:
    """The lead puts somebody of 长春 on watch."""
    staff, now = Staff(world), world.clock()
    desk = staff.desk(duty)
    starts = now + timedelta(hours=begins)
    span = Span(world.cast[who].officer_id, starts, starts + timedelta(hours=hours))
    with staff.act(by) as act:
        return rostering.add(act, desk, span)


def by_hand(world: World, who: str, case_id: UUID, kind: AlarmKind = AlarmKind.DANGER) -> UUID:
    """An officer raises an alarm; which it is."""
    with world.store.transaction() as session:
        alarming.raise_by_hand(session, world.house, world.actor(who), case_id, kind, "told", now=world.clock())
    with world.store.reading() as session:
        ringing = select(Alarm.id).where(Alarm.case_id == case_id, Alarm.kind == kind, Alarm.signed_off_at.is_(None))
        return session.scalars(ringing).one()


def alarms(world: World) -> Sequence[Alarm]:
    """Every alarm there is, in the order of their kinds."""
    with world.store.reading() as session:
        found = session.scalars(select(Alarm).order_by(Alarm.kind)).all()
        session.expunge_all()
        return found
