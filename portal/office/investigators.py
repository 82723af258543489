"""Who may be given a case to check: the nearest investigators, and those of another area where it takes one (跨区)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import clocks, jurisdiction
from portal.domain.errors import NoDeskError
from portal.domain.vocabulary import Duty, OfficerState
from portal.office.directory import Directory
from portal.office.house import House
from portal.office.sheets import Investigator
from portal.store.officers import DeskEpoch, Officer, Seat


def candidates(session: Session, house: House, authority_id: UUID, *, now: datetime) -> tuple[tuple[UUID, str], ...]:
    """Whoever sits at the nearest desk of investigators, at work and certified."""
    directory = _directory(session, house, now)
    nearest = _nearest(directory, authority_id)
    return _seated(session, directory, nearest) if nearest else ()


def all_of(
    session: Session, house: House, authority_id: UUID, language: str, *, now: datetime
) -> tuple[Investigator, ...]:
    """The nearest, and after them those of the offices beside and above, with their office: the lead chooses."""
    directory = _directory(session, house, now)
    near = tuple(Investigator(one, name) for one, name in candidates(session, house, authority_id, now=now))
    far = (
        Investigator(one, name, directory.name(office, language))
        for office in jurisdiction.across(directory.tree, directory.seats, authority_id)
        for one, name in _seated(session, directory, office)
    )
    known = {one.id for one in near}
    return (*near, *(one for one in far if one.id not in known))


def office_across(directory: Directory, officer: Officer, authority_id: UUID) -> UUID | None:
    """The office of an investigator of another area; None for one of the nearest."""
    home = officer.authority_id
    return None if home == _nearest(directory, authority_id) else home


def _directory(session: Session, house: House, now: datetime) -> Directory:
    return house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())


def _nearest(directory: Directory, authority_id: UUID) -> UUID | None:
    try:
        return jurisdiction.nearest(directory.tree, directory.seats, Duty.INVESTIGATE, authority_id)
    except NoDeskError:
        return None


def _seated(session: Session, directory: Directory, authority_id: UUID) -> tuple[tuple[UUID, str], ...]:
    rows = session.execute(
        select(Officer.id, Officer.username)
        .join(Seat, Seat.officer_id == Officer.id)
        .join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
        .where(DeskEpoch.desk_id == directory.desk_id(authority_id, Duty.INVESTIGATE), DeskEpoch.current)
        .where(Seat.left_at.is_(None), Officer.state == OfficerState.ACTIVE, Officer.certificate_id.is_not(None))
        .order_by(Officer.username)
    )
    return tuple((officer_id, name) for officer_id, name in rows)
