"""What pages show of who has read what of a reporter, and of what is withheld from them or waits for them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from portal.domain.vocabulary import Duty, IdentityField
from portal.policy.reason_lists import Reason


@dataclass(frozen=True, slots=True)
class AccessSheet:
    """One opening of the reporter's identity (知悉)."""

    at: datetime
    index: int  # of its entry in the ledger
    leaf: str  # fingerprint of that entry
    authority: str
    duty: Duty
    fields: tuple[IdentityField, ...]
    reason: Reason
    request_id: UUID


@dataclass(frozen=True, slots=True)
class Accesses:
    """Every opening of the reporter's identity that is told."""

    told: tuple[AccessSheet, ...] = ()  # oldest first
    altered: tuple[int, ...] = ()  # entries that say there was one, and are not as they were written


@dataclass(frozen=True, slots=True)
class ReadingSheet:
    """How often somebody of an office, with a duty, has read the report on a day."""

    on: date
    authority: str
    duty: Duty
    event: str
    times: int


@dataclass(frozen=True, slots=True)
class AccessesSheet:
    """Who has read what of a reporter."""

    identity: tuple[IdentityField, ...]
    accesses: Accesses
    withheld: tuple[date, ...]  # when what is withheld is told: one for each request
    readings: tuple[ReadingSheet, ...]  # newest day first
    altered: tuple[int, ...] = ()  # entries of readings of the report that cannot be read


@dataclass(frozen=True, slots=True)
class WithholdingSheet:
    """That a reporter is not told of a request until a day (暂不告知), and by whose decision."""

    days: int
    opens_on: date
    told: bool  # the day has come
    agreed: bool  # by the lead: without it nothing is withheld any longer than the time to decide
    by: str  # the lead's office


@dataclass(frozen=True, slots=True)
class ConsentSheet:
    """What a reporter was asked about a request that needs their consent, and said."""

    by: datetime  # until when they may answer
    agreed: bool | None  # None: they have not answered
    revoked: bool
    said_at: datetime | None  # the hour
    may_answer: bool
    may_revoke: bool
