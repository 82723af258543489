"""Counters of the demonstration (领取地点), agreed to by two administrators each; no such places exist."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import select

from portal.domain import clocks
from portal.domain.contents import NewCounter
from portal.domain.vocabulary import Duty, MotionKind
from portal.office import motions
from portal.office.demo_stage import Stage, at_desk
from portal.office.proposals import Wanted
from portal.store.authorities import Authority
from portal.store.officers import Officer

HOURS = "工作日 8:30–11:30、13:30–16:30（演示）"
PLACES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "office-220000": ("演示窗口 A", "演示市样例大街 0 号（虚构地址）", "000-00000000"),
        "office-220100": ("演示窗口 B", "演示市样例路 00 号（虚构地址）", "000-00000001"),
        "office-220300": ("演示窗口 C", "演示市样例巷 000 号（虚构地址）", "000-00000002"),
    }
)


def place(stage: Stage, *, now: datetime) -> None:
    """Each proposed by one administrator of the office and confirmed by another."""
    for code, (name, address, telephone) in PLACES.items():
        with stage.store.reading() as session:
            office = session.scalars(select(Authority.id).where(Authority.code == code)).one()
            theirs = set(session.scalars(select(Officer.id).where(Officer.authority_id == office)))
        first, second = (one for one in stage.cast if one.duty is Duty.ADMINISTER and one.officer_id in theirs)
        content = NewCounter(clocks.day_of(now), name, address, HOURS, telephone).encoded()
        with stage.store.transaction() as session:
            act, hand = at_desk(stage, session, first, now)
            motion_id = motions.propose(act, hand, Wanted(MotionKind.LOCATE, office, content=content))
        with stage.store.transaction() as session:
            act, hand = at_desk(stage, session, second, now + timedelta(minutes=5))
            motions.confirm(act, hand, motion_id)
