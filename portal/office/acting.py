"""An officer who does something to the staff or its desks: who, with which keys, and what the ledger says of them."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.keys import SigningKey
from portal.domain import clocks
from portal.domain.access import Actor
from portal.domain.audit import SYSTEM, Party
from portal.domain.jurisdiction import AuthorityTree
from portal.domain.vocabulary import ActorKind, Duty
from portal.office import vouching
from portal.office.directory import Directory
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft
from portal.office.signing_in import Code
from portal.store.officers import DeskEpoch, Seat

NOBODY = Actor(UUID(int=0), UUID(int=0), "", ())


@dataclass(frozen=True, slots=True)
class Hand:
    """What an officer signs and opens with, and the code of this moment."""

    ring: Keyring
    signing: SigningKey = field(repr=False)
    code: Code


@dataclass(frozen=True, slots=True)
class Act:
    """One officer's step, in one transaction."""

    session: Session
    house: House
    now: datetime
    actor: Actor

    def directory(self) -> Directory:
        """The offices, desks and seats as they stand."""
        return self.house.directories.read(self.session, today=self.now.astimezone(clocks.SHANGHAI).date())

    def tree(self) -> AuthorityTree:
        """Who stands above whom."""
        return self.directory().tree

    def party(self, duty: Duty | None) -> Party:
        """Who the ledger says acted."""
        return Party(ActorKind.OFFICER, self.actor.officer_id, self.actor.authority_id, duty)

    def draft(
        self, event: str, subject: tuple[str, UUID], authority_id: UUID, duty: Duty | None, /, **facts: object
    ) -> Draft:
        """An entry by this officer, in the audit trail of the authority that it concerns."""
        return Draft(event, self.now, self.party(duty), subject, facts=facts, authority_id=authority_id)

    def administering(self, event: str, subject: tuple[str, UUID], authority_id: UUID, /, **facts: object) -> Draft:
        """The same by an administrator."""
        return self.draft(event, subject, authority_id, Duty.ADMINISTER, **facts)

    def require_seats(self) -> None:
        """Raise LedgerError unless the officer's seats are as they were recorded.

        Where a step needs no key of a desk, a seat planted in the database would be enough to take it.
        """
        held = select(Seat).join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
        mine = held.where(Seat.officer_id == self.actor.officer_id, Seat.left_at.is_(None), DeskEpoch.current)
        for seat in self.session.scalars(mine):
            vouching.require_recorded(self.session, self.house.entry_keys, seat)


@dataclass(frozen=True, slots=True)
class Operation(Act):
    """A step of whoever runs the machine, who brings the root key or shares of a recovery key: no officer's."""

    actor: Actor = NOBODY

    def party(self, duty: Duty | None) -> Party:
        """The ledger says that it was the system."""
        del duty
        return SYSTEM

    def require_seats(self) -> None:
        """There are none."""
