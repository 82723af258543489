"""What an operator should know of desks and officers: who can open what, who is missing, what is owed."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import clocks, jurisdiction
from portal.domain.errors import NoDeskError, PortalError
from portal.domain.jurisdiction import OPENING_DUTIES
from portal.domain.staff_vocabulary import RecoveryName
from portal.domain.vocabulary import Duty, OfficerState
from portal.office import recovery, seating
from portal.office.directory import Directory
from portal.office.house import House
from portal.store.ledger import Entry
from portal.store.officers import Desk, DeskEpoch, Enrolment, Officer, Seat

NAMED = 6  # offices that a sentence names before it only counts them


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: `ok`, `warning` or `failure`, and a sentence."""

    name: str
    level: str
    said: str


def examine(session: Session, house: House, now: datetime) -> list[Finding]:
    """Every check of desks and officers."""
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
    found += _seats(session, directory)
    found += _reach(directory)
    if owing := _owing(session, directory):
        said = f"somebody left {_several(owing)} who knows the key: who remains draws the next on “My account”"
        found.append(Finding("keys", "warning", said))
    found += _used_shares(session)
    return found


def _seats(session: Session, directory: Directory) -> list[Finding]:
    """Desks with one seat, and an authority where nobody can confirm."""
    counts = Counter(dict(_counted(session)))
    alone = [one for one, count in counts.items() if count == 1 and one[1] in OPENING_DUTIES]
    found = []
    if alone:
        said = f"{len(alone)} desks have one seat: when that officer loses the password, only recovery opens them"
        found.append(Finding("seats", "warning", said))
    if counts[directory.tree.province, Duty.ADMINISTER] < 2:  # noqa: PLR2004 - two people
        said = "the province has fewer than two administrators at work: only the root key can certify anybody"
        found.append(Finding("administrators", "warning", said))
    return found


def _counted(session: Session) -> list[tuple[tuple[UUID, Duty], int]]:
    rows = session.execute(
        select(Desk.authority_id, Desk.duty, func.count(Seat.id))
        .join(DeskEpoch, DeskEpoch.desk_id == Desk.id)
        .join(Seat, Seat.desk_epoch_id == DeskEpoch.id)
        .join(Officer, Officer.id == Seat.officer_id)
        .where(Officer.state == OfficerState.ACTIVE, DeskEpoch.current, Seat.left_at.is_(None))
        .group_by(Desk.authority_id, Desk.duty)
    )
    return [((authority_id, duty), count) for authority_id, duty, count in rows]


def _reach(directory: Directory) -> list[Finding]:
    """Offices without intake, and where their reports go."""
    goes: dict[UUID, list[str]] = {}
    for authority_id in sorted(directory.tree.offices.values(), key=lambda one: directory.codes[one]):
        try:
            receiver = jurisdiction.nearest(directory.tree, directory.seats, Duty.INTAKE, authority_id)
        except NoDeskError:
            return []  # said already: reports are shut
        if receiver != authority_id:
            goes.setdefault(receiver, []).append(directory.name(authority_id))
    return [
        Finding("intake", "warning", f"no intake of their own: {_several(names)}; reports go to {directory.name(to)}")
        for to, names in goes.items()
    ]


def _several(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _owing(session: Session, directory: Directory) -> list[str]:
    """Desks that want another key, because somebody left."""
    epochs = session.execute(select(DeskEpoch.id, DeskEpoch.desk_id).where(DeskEpoch.current)).all()
    owing = [directory.places[desk_id] for epoch_id, desk_id in epochs if seating.owes_turn(session, epoch_id)]
    return sorted(f"{duty} of {directory.name(authority_id)}" for authority_id, duty in owing)


def _used_shares(session: Session) -> list[Finding]:
    """Recovery keys whose shares were put together to open a desk, and that have no successor yet."""
    return [
        Finding("recovery", "warning", f"shares of {name} were used: draw new ones, `portal recovery replace {name}`")
        for name in RecoveryName
        if _used(session, name)
    ]


def _used(session: Session, name: RecoveryName) -> bool:
    newest = recovery.newest(session, name)
    if newest is None:
        return False
    made = session.scalars(select(Entry.index).where(Entry.id == newest.entry_id)).one()
    used = (
        select(Entry.index)
        .join(Seat, Seat.id == Entry.object_id)
        .join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
        .join(Desk, Desk.id == DeskEpoch.desk_id)
        .where(Entry.event == "desk_recovered", Entry.index > made)
        .where(Desk.duty.in_([duty for duty in Duty if recovery.name_for(duty) is name]))
    )
    return session.scalars(used.limit(1)).first() is not None


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
        said = (
            f"the codes of {', '.join(late)} have expired: an administrator, or `portal officer code`, gives new ones"
        )
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
