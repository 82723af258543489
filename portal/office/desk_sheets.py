"""Frozen sheets of an officer at their desk: who they are, and what waits for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.domain.case_vocabulary import View
from portal.domain.vocabulary import CaseState, Duty
from portal.office.clock_sheets import Ending


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One case in a queue."""

    case_id: UUID
    number: str | None
    line: str | None  # unsealed: 案由, or respondent and first words; None: damaged
    category: str
    state: CaseState
    authority: str
    arrived_at: datetime
    ending: Ending | None
    marked: bool
    withdrawn: bool
    news: bool  # the reporter has written, and intake has not opened it yet
    danger: bool  # the category opens the immediate lane


@dataclass(frozen=True, slots=True)
class QueueSheet:
    """One page of a queue."""

    lines: tuple[QueueLine, ...]
    after: str | None  # cursor of the next page
    before: str | None  # cursor of the previous page
    count: int  # of what the filters leave; capped at 1,001
    counts: Mapping[View, int]  # of each view without filters; capped at 1,001
    offices: tuple[tuple[str, str], ...]  # (code, name) of the authorities whose cases lie here; () for one alone


@dataclass(frozen=True, slots=True)
class SearchSheet:
    """One page of what a search found."""

    lines: tuple[QueueLine, ...]
    after: str | None  # where to go on
    looked: int  # cases that were looked into
    left: int  # cases that no search finds yet; capped at 1,001


@dataclass(frozen=True, slots=True)
class KeepingLine:
    """An identity that is kept by another office than the one that follows its case."""

    report_id: UUID
    category: str
    arrived_at: datetime  # the hour
    offered_at: datetime | None
    offers: bool  # the lead's step
    moves: bool  # the custodian's


@dataclass(frozen=True, slots=True)
class ShutCode:
    """A payment whose code for the counter was tried too often, to who leads its office or pays there."""

    payout_id: UUID | None  # for who pays
    reference: str
    office: str


@dataclass(frozen=True, slots=True)
class OfficerSheet:
    """Who is signed in, for the head of each office page."""

    username: str
    authority: str
    duties: tuple[Duty, ...]
    passkey: bool = False  # has one, so that pages ask for it
    alarms: int = 0  # that ring at their desks
    shut: tuple[ShutCode, ...] = ()  # codes for the counter that were tried too often
