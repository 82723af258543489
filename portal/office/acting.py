"""An officer who does something to the staff or its desks: who, with which keys, and what the ledger says of them."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto.keys import SigningKey
from portal.domain import clocks
from portal.domain.access import Actor
from portal.domain.audit import SYSTEM, Party
from portal.domain.errors import NotAllowedError
from portal.domain.jurisdiction import AuthorityTree
from portal.domain.vocabulary import ActorKind, Duty, OfficerState
from portal.office import signing_in
from portal.office.directory import Directory
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft
from portal.office.signing_in import Proof
from portal.store.officers import DeskEpoch, Officer, Seat
from portal.store.session import locked

NOBODY = Actor(UUID(int=0), UUID(int=0), "", ())


@dataclass(frozen=True, slots=True)
class Hand:
    """What an officer signs and opens with, and the code of this moment."""

    ring: Keyring
    signing: SigningKey = field(repr=False)
    code: Proof | None  # none where neither a key nor an identity is at stake

    @property
    def fresh(self) -> Proof:
        """The code, where one is asked for. Raises NotAllowedError without."""
        if self.code is None:
            raise NotAllowedError("this takes a code of this moment")
        return self.code


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

    def entered(self, *about: UUID) -> Self:
        """The same step by the officer as they are now, in this transaction and by what was recorded last.

        The gate asked before this transaction had its turn: meanwhile they may have been suspended or unseated, or a
        seat may have been there that no entry knows. Raises NotAllowedError and LedgerError. Whoever the step is
        `about` is held too, always in the same order, so that two who act on each other do not wait for ever.
        """
        self.hold(self.actor.officer_id, *about)
        self.house.newest.require_whole(self.session, Seat, DeskEpoch, Officer)
        officer = self.session.get(Officer, self.actor.officer_id, populate_existing=True)
        if officer is None or officer.state is not OfficerState.ACTIVE:
            raise NotAllowedError("no longer at work")
        held = select(Seat, DeskEpoch).join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
        mine = held.where(Seat.officer_id == officer.id, Seat.left_at.is_(None), DeskEpoch.current)
        rows = self.session.execute(mine).all()
        self.house.newest.require(self.session, officer, *(one for row in rows for one in row))
        return replace(self, actor=signing_in.actor_of(self.session, officer))

    def hold(self, *officers: UUID) -> None:
        """Hold the rows of these officers until the commit, in the order of their ids."""
        wanted = select(Officer.id).where(Officer.id.in_(officers)).order_by(Officer.id)
        self.session.scalars(locked(self.session, wanted)).all()


@dataclass(frozen=True, slots=True)
class Operation(Act):
    """A step of whoever runs the machine, who brings the root key or shares of a recovery key: no officer's."""

    actor: Actor = NOBODY

    def party(self, duty: Duty | None) -> Party:
        """The ledger says that it was the system."""
        del duty
        return SYSTEM

    def entered(self, *about: UUID) -> Self:
        """Nobody's seats; what is there must still be what was recorded."""
        self.hold(*about)
        self.house.newest.require_whole(self.session, Seat, DeskEpoch, Officer)
        return self
