"""Frozen sheets of the staff: officers, desks, sessions, and what needs a second person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.domain.vocabulary import Duty, MotionKind, MotionState, MotionStep, OfficerState, StaffStep


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """One officer in a list."""

    id: UUID
    username: str
    authority: str
    state: OfficerState
    certified: bool
    to_certify: bool  # enrolled, and nobody vouches for the keys yet
    duties: tuple[Duty, ...]
    code_until: datetime | None  # of somebody still to enrol


@dataclass(frozen=True, slots=True)
class SeatLine:
    """A seat, held now or before."""

    desk_id: UUID
    authority: str
    duty: Duty
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One open session: when it began and when it was used last, nothing of where."""

    opened_at: datetime
    used_at: datetime


@dataclass(frozen=True, slots=True)
class MotionLine:
    """Something that needs a second person."""

    id: UUID
    kind: MotionKind
    state: MotionState
    authority: str
    about: str  # user name, "" where it is about a desk
    duty: Duty | None
    proposer: str
    seconder: str
    proposed_at: datetime
    expires_at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class MotionSheet:
    """The same as a page, with what two people compare and who will hold the key."""

    line: MotionLine
    fingerprint: str  # of the key that is certified, "" where none is
    holders: tuple[str, ...]  # who gets the key
    steps: frozenset[MotionStep]


@dataclass(frozen=True, slots=True)
class OfficerSheet:
    """One officer as an administrator sees them."""

    line: OfficerLine
    authority_id: UUID
    fingerprint: str  # of their own keys, "" before they enrolled
    seats: tuple[SeatLine, ...]
    past: tuple[SeatLine, ...]
    sessions: tuple[SessionLine, ...]
    open_desks: tuple[tuple[UUID, Duty], ...]  # desks of their authority where they do not sit
    pending: tuple[MotionLine, ...]
    steps: frozenset[StaffStep]


@dataclass(frozen=True, slots=True)
class DeskLine:
    """A desk where the officer sits."""

    desk_id: UUID
    authority: str
    duty: Duty
    epoch: int
    since: datetime | None
    holders: tuple[str, ...]
    owes_turn: bool  # somebody left who knows this key
    pending: MotionLine | None


@dataclass(frozen=True, slots=True)
class PasskeyLine:
    """A passkey as its officer sees it."""

    id: UUID
    name: str
    credential_id: bytes
    added_on: date
    used_on: date | None


@dataclass(frozen=True, slots=True)
class AccountSheet:
    """An officer's own account."""

    officer_id: UUID
    username: str
    authority: str
    certified: bool
    fingerprint: str
    desks: tuple[DeskLine, ...]
    sessions: tuple[SessionLine, ...]
    passkeys: tuple[PasskeyLine, ...]
    to_open: tuple[Duty, ...]  # desks of the own authority that have no key yet


@dataclass(frozen=True, slots=True)
class Served:
    """Who serves a duty for an authority."""

    seats: int  # of its own, at work
    by: str  # the office above that does it instead; "" where its own does or nobody


@dataclass(frozen=True, slots=True)
class StaffingLine:
    """Who serves each duty for an authority, or for several that have nobody of their own and the same above them."""

    authorities: tuple[str, ...]
    served: Mapping[Duty, Served]

    @property
    def lent(self) -> bool:
        """Whether nobody of their own serves anything there."""
        return not any(one.seats for one in self.served.values())

    @property
    def lent_by(self) -> str:
        """The one office that serves every duty there; "" where it is not one."""
        offices = {one.by for one in self.served.values()}
        return offices.pop() if self.lent and len(offices) == 1 else ""
