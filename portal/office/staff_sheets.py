"""Frozen sheets of the staff: officers, desks, sessions, and what needs a second person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.domain.award_vocabulary import PayoutEnd
from portal.domain.contents import NewCounter, NewName
from portal.domain.staff_vocabulary import StaffStep
from portal.domain.vocabulary import Duty, EditionKind, MotionKind, MotionState, MotionStep, OfficerState
from portal.policy.adopting import Line, Standing
from portal.policy.editions import Division
from portal.policy.reason_lists import Heading


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
    what: str = ""  # the office, name or edition that it would add
    topic: EditionKind | None = None  # what that edition is about
    case_id: UUID | None = None  # of a step of a case
    payout_id: UUID | None = None  # of a payment
    list_id: UUID | None = None  # of a list for the bank
    ended: PayoutEnd | None = None  # why it would end unpaid


@dataclass(frozen=True, slots=True)
class EditionSheet:
    """An edition that would be adopted, and what differs from the one that counts until then."""

    kind: EditionKind
    heading: Heading
    follows: str  # its name; "" where there is none
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ContentSheet:
    """What a motion would add."""

    name: NewName | None = None
    before: str = ""  # what the authority is called until then
    division: Division | None = None  # of a new office
    edition: EditionSheet | None = None
    counter: NewCounter | None = None


@dataclass(frozen=True, slots=True)
class MotionSheet:
    """The same as a page, with what two people compare and who will hold the key."""

    line: MotionLine
    fingerprint: str  # of the key that is certified, "" where none is
    holders: tuple[str, ...]  # who gets the key
    steps: frozenset[MotionStep]
    content: ContentSheet | None


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
    mail: str  # where mail goes, "" where it goes nowhere


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
    mail: str  # where mail goes, "" where it goes nowhere


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


@dataclass(frozen=True, slots=True)
class NameLine:
    """What an authority is called, or was, or will be, from a day on."""

    name: str
    since: date
    now: bool


@dataclass(frozen=True, slots=True)
class AuthorityLine:
    """An authority in the tree: who it is, who sits there and who serves what it does not."""

    id: UUID
    name: str
    code: str
    division: Division | None  # None: no place of the list any more
    depth: int  # how many stand above it, of those that are shown
    names: tuple[NameLine, ...]  # all it has, had or will have, the oldest first
    own: tuple[Duty, ...]  # desks with somebody at work
    empty: tuple[Duty, ...]  # desks that have a key and nobody at work
    lent: Mapping[str, tuple[Duty, ...]]  # the office above → what it does instead
    unserved: tuple[Duty, ...]

    @property
    def all_lent(self) -> bool:
        """Whether one office above does everything there."""
        return len(self.lent) == 1 and not self.own and not self.unserved


@dataclass(frozen=True, slots=True)
class Room:
    """A division without an office, and the one that would stand above it."""

    division: Division
    superior_id: UUID


@dataclass(frozen=True, slots=True)
class EditionLine:
    """One edition: what it says of itself, and whether it was adopted while the portal runs."""

    heading: Heading
    adopted: bool
    provisional: bool


@dataclass(frozen=True, slots=True)
class ShelfSheet:
    """The editions of one kind, by where they stand today."""

    kind: EditionKind
    volumes: Mapping[Standing, tuple[EditionLine, ...]]
    adoptable: bool
