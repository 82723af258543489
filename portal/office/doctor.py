"""`portal doctor`: what an operator should know before trusting an installation; each finding says what to do."""

import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import clocks
from portal.domain.errors import PolicyError, PortalError, UnsignedError
from portal.domain.jurisdiction import OPENING_DUTIES
from portal.domain.vocabulary import OfficerState
from portal.office import checkpoints
from portal.office.directory import Directory
from portal.office.house import House
from portal.office.opening import open_house
from portal.settings import Settings
from portal.store import migrate
from portal.store.officers import Desk, DeskEpoch, Enrolment, Officer, Seat
from portal.store.session import Store, open_store

ROOM = 1_000_000_000  # bytes free below which to warn
AHEAD = timedelta(days=120)  # as far as a time limit set today may reach


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: `ok`, `warning` or `failure`, and a sentence."""

    name: str
    level: str
    said: str


def examine(settings: Settings, *, now: datetime) -> tuple[Finding, ...]:
    """Run every check; one that cannot run is a failure, and those that build on it are left out."""
    try:
        migrate.check(settings)
        with closing(open_store(settings.database_url)) as store:
            return _examine(settings, store, open_house(settings, store), now)
    except PortalError as error:
        return (Finding("installation", "failure", str(error)),)


def _examine(settings: Settings, store: Store, house: House, now: datetime) -> tuple[Finding, ...]:
    found = [Finding("installation", "ok", f"{house.origin}{' (demonstration)' if house.demo else ''}")]
    with store.reading() as session:
        found += _desks(session, house, now)
        found += _ledger(session, house, now)
    found += [_holidays(house, now), _room(settings)]
    return tuple(found)


def _desks(session: Session, house: House, now: datetime) -> list[Finding]:
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    opened = directory.open_for_reports()
    found = [
        Finding("reports", "ok", "open")
        if opened
        else Finding("reports", "failure", "the province needs intake, lead and custody seated before /report opens"),
        Finding("misconduct", "ok", "open")
        if directory.misconduct_open()
        else Finding("misconduct", "warning", "discipline has no intake, lead and custody: the off-line way is shown"),
    ]
    try:
        house.directories.keys(session, directory.desk_ids.values())
        found.append(Finding("certificates", "ok", f"{len(directory.desk_ids)} desk keys chain to the root"))
    except PortalError as error:
        found.append(Finding("certificates", "failure", str(error)))
    found += _enrolments(session, directory, now)
    alone = _single_seats(session)
    if alone:
        said = f"{alone} desks have one seat: when that officer loses the password, only recovery opens them"
        found.append(Finding("seats", "warning", said))
    return found


def _enrolments(session: Session, directory: Directory, now: datetime) -> list[Finding]:
    """Who is still to enrol, whose code is too old, and which desks nobody can open until then."""
    waiting = session.execute(
        select(Officer.username, func.max(Enrolment.expires_at))
        .join(Enrolment, Enrolment.officer_id == Officer.id)
        .where(Officer.state == OfficerState.ENROLLING)
        .group_by(Officer.username)
        .order_by(Officer.username)
    ).all()
    late = [name for name, expires_at in waiting if expires_at <= now]
    found = []
    if late:
        said = f"the codes of {', '.join(late)} have expired: docs/decisions/017-enrolment.md says what to do"
        found.append(Finding("enrolment", "warning", said))
    if awaited := [name for name, expires_at in waiting if expires_at > now]:
        found.append(Finding("enrolment", "warning", f"still to enrol: {', '.join(awaited)}"))
    shut = sorted(
        f"{duty} of {directory.name(authority)}"
        for authority, duty in directory.desk_ids.keys() - directory.seats
        if duty in OPENING_DUTIES
    )
    if shut:
        found.append(Finding("desks", "warning", f"nobody can open {', '.join(shut)}: nothing is sealed to them"))
    return found


def _single_seats(session: Session) -> int:
    seats = (
        select(Desk.id, func.count(Seat.id).label("seats"))
        .join(DeskEpoch, DeskEpoch.desk_id == Desk.id)
        .join(Seat, Seat.desk_epoch_id == DeskEpoch.id)
        .join(Officer, Officer.id == Seat.officer_id)
        .where(
            Officer.state == OfficerState.ACTIVE,
            DeskEpoch.current,
            Seat.left_at.is_(None),
            Desk.duty.in_(OPENING_DUTIES),
        )
        .group_by(Desk.id)
        .subquery()
    )
    return session.execute(select(func.count()).select_from(seats).where(seats.c.seats == 1)).scalar_one()


def _ledger(session: Session, house: House, now: datetime) -> list[Finding]:
    behind = checkpoints.behind(session)
    try:
        checkpoints.require_signed(session, house, now=now)
    except UnsignedError:
        said = (
            f"{behind} entries wait for a checkpoint and nothing is revealed until they have it; is a signer running?"
        )
        return [Finding("ledger", "warning", said)]
    return [Finding("ledger", "ok", f"{behind} entries wait for a checkpoint")]


def _holidays(house: House, now: datetime) -> Finding:
    day = (now + AHEAD).astimezone(clocks.SHANGHAI).date()
    try:
        provisional = house.policies.holidays.kind(day).provisional
    except PolicyError as error:
        return Finding("holidays", "failure", str(error))
    if provisional:
        return Finding("holidays", "warning", f"the arrangement of {day.year} is provisional; add the State Council's")
    return Finding("holidays", "ok", f"known to {day}")


def _room(settings: Settings) -> Finding:
    free = shutil.disk_usage(settings.home).free
    if free < ROOM:
        return Finding("disk", "warning", f"{free // 1_000_000} MB free at {settings.home}")
    return Finding("disk", "ok", f"{free // 1_000_000_000} GB free")
