"""Auditors of the tests, and entries made up for them: what officers did, as the portal would have recorded it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.domain.audit import Party
from portal.domain.vocabulary import ActorKind, Duty
from portal.office import founding
from portal.office.recording import Draft, record
from portal.store.authorities import Authority
from portal.store.ledger import Entry
from tests.visitor import Visitor
from tests.world import PASSWORD, Member, World

LEDGER = "/review/ledger"


def office(world: World, code: str = "office-220100") -> UUID:
    with world.store.reading() as session:
        return session.scalars(select(Authority.id).where(Authority.code == code)).one()


LISTED = {"count": 3, "digest": "0" * 64, "filter": "0" * 64}


def auditor(world: World, username: str, code: str) -> Visitor:
    """Somebody who audits another office than 长春."""
    authority_id = office(world, code)
    with world.store.transaction() as session:
        founder = replace(world.founder(session), pepper=world.house.pepper)
        officer_id, keys = founding.enrol(founder, authority_id, username, PASSWORD)
        founding.open_desk(founder, authority_id, Duty.AUDIT, {officer_id: keys.secret.public})
    world.cast = {**world.cast, username: Member(officer_id, keys)}
    return world.officer(username)


def did(world: World, who: str, event: str, at: Iterable[datetime], *, of: str = "office-220100", **more) -> None:
    """Entries of an officer, one for each moment."""
    party = Party(ActorKind.OFFICER, world.cast[who].officer_id, office(world, of), Duty.INTAKE)
    with world.store.transaction() as session:
        record(session, world.house.entry_key, *(Draft(event, moment, party, **more) for moment in at))


def entry_of(world: World, event: str) -> UUID:
    """The newest entry of an event."""
    with world.store.reading() as session:
        wanted = select(Entry.id).where(Entry.event == event).order_by(Entry.index.desc()).limit(1)
        return session.scalars(wanted).one()


def looks(world: World) -> list[dict[str, object]]:
    """What auditors looked at, as the ledger says it."""
    return [one for one in world.entries() if one["event"] == "ledger_read"]
