"""What was confirmed was signed by two people, each with the key a certificate gives them, and each of them might.

Who sat where is read from entries in their order: what lets somebody sign is what stood when they signed. It knows the
rules of `domain.countersign` and no key but those that signatures are checked with.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.domain import countersign
from portal.domain.access import Actor, SeatFacts
from portal.domain.errors import IllegalTransitionError, LedgerError, NotAllowedError, StrangerError
from portal.domain.jurisdiction import AuthorityTree, Node
from portal.domain.vocabulary import AuthorityKind, MotionState, MotionStep
from portal.office import pledges
from portal.office.certifying import Roll, officer_subject
from portal.office.motions import EVENTS, PROPOSED, facts_of
from portal.store.authorities import Authority
from portal.store.editions import Edition
from portal.store.ledger import Entry
from portal.store.motions import Motion
from portal.store.officers import Desk, DeskEpoch, Officer, Seat

CONFIRMED = EVENTS[MotionStep.CONFIRM]
SEATED = frozenset({"seated", "desk_recovered"})
AWAY = frozenset({"invited", "code_given", "officer_suspended", "officer_left"})  # at work no more, or not yet
BACK = frozenset({"enrolled", "officer_resumed"})
OPENED = frozenset({"desk_opened", "desk_turned"})
TOLD = SEATED | AWAY | BACK | OPENED | {"unseated", PROPOSED, CONFIRMED}


def require_signed(session: Session, installation: bytes, signing: Roll) -> None:
    """Raise LedgerError naming a motion that its two people did not sign, or might not, or an edition none adopted.

    Certificates are believed already.
    """
    motions = session.scalars(select(Motion).order_by(Motion.proposed_at, Motion.id)).all()
    for motion in motions:
        pledges.require_signed(installation, signing, motion)
    for edition in session.scalars(select(Edition).order_by(Edition.id)):
        pledges.require_adopted(edition, session.get_one(Motion, edition.motion_id))
    _require_entitled(session, {str(motion.id): motion for motion in motions})


def _require_entitled(session: Session, motions: Mapping[str, Motion]) -> None:
    """Raise LedgerError for a motion that somebody proposed or confirmed who was not entitled to at that time."""
    staff = _Staff.of(session)
    proposed, confirmed = set(), set()
    for index, said in _entries(session):
        motion = motions.get(said["object"][1])
        if motion is not None and said["event"] == PROPOSED:
            staff.require(index, said, motion, motion.proposer_id, staff.may_propose)
            proposed.add(motion.id)
        if motion is not None and said["event"] == CONFIRMED:
            staff.require(index, said, motion, motion.seconder_id, staff.may_confirm)
            confirmed.add(motion.id)
        staff.hear(said)
    for motion in motions.values():
        if motion.id not in proposed or (motion.state is MotionState.CONFIRMED and motion.id not in confirmed):
            raise LedgerError(f"motion {motion.id}: no entry says who proposed or confirmed it")


def _entries(session: Session) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """What entries about the staff say, in their order; their columns have been compared with it already."""
    about = (Entry.object_id.in_(select(kind.id)) for kind in (Officer, Seat, Desk, Motion))
    wanted = select(Entry.index, Entry.opening).where(Entry.event.in_(TOLD), or_(*about)).order_by(Entry.index)
    for index, opening in session.execute(wanted).all():
        yield index, json.loads(opening or b"{}")


@dataclass(slots=True)
class _Staff:
    """Who sits where and who is at work, as of the entry that was heard last."""

    tree: AuthorityTree
    seats: Mapping[str, tuple[UUID, str]]  # of every seat there is: whose, and of which key
    epochs: Mapping[str, tuple[int, SeatFacts]]  # of every key there is: its number, and the desk
    taken: set[str] = field(default_factory=set)
    current: dict[UUID, str] = field(default_factory=dict)  # desk → the key it works with
    away: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, session: Session) -> "_Staff":
        """Before the first entry."""
        nodes = (
            Node(one.id, one.superior_id, AuthorityKind(one.kind), one.division)
            for one in session.scalars(select(Authority))
        )
        seats = session.execute(select(Seat.id, Seat.officer_id, Seat.desk_epoch_id))
        epochs = session.execute(
            select(DeskEpoch.id, DeskEpoch.epoch, Desk.id, Desk.authority_id, Desk.duty).join(
                Desk, Desk.id == DeskEpoch.desk_id
            )
        )
        return cls(
            AuthorityTree.of(nodes),
            {str(seat): (officer, str(epoch)) for seat, officer, epoch in seats},
            {str(epoch): (number, SeatFacts(desk, where, duty)) for epoch, number, desk, where, duty in epochs},
        )

    def hear(self, said: Mapping[str, Any]) -> None:
        """What an entry changes of that. A seat at a key that is only proposed is one when the key is opened."""
        event, about = said["event"], said["object"][1]
        if event in SEATED:
            self.taken.add(about)
        elif event == PROPOSED:
            self.taken |= {row_id for table, row_id, digest in said["rows"] if table == "seats" and digest}
        elif event == "unseated":
            self.taken.discard(about)
        elif event in OPENED:
            self._open(said)
        elif event in AWAY:
            self.away.add(about)
        elif event in BACK:
            self.away.discard(about)

    def _open(self, said: Mapping[str, Any]) -> None:
        for table, row_id, _ in said["rows"]:
            if table == "desk_epochs" and self.epochs[row_id][0] == said["facts"]["epoch"]:
                self.current[self.epochs[row_id][1].desk_id] = row_id

    def actor(self, officer_id: UUID) -> Actor:
        """An officer with the seats of this moment; none while they are not at work."""
        held = (self.seats[one] for one in self.taken if one in self.seats and str(officer_id) not in self.away)
        keys = set(self.current.values())
        seats = tuple(self.epochs[epoch][1] for officer, epoch in held if officer == officer_id and epoch in keys)
        return Actor(officer_id, UUID(int=0), "", seats)

    def require(
        self,
        index: int,
        said: Mapping[str, Any],
        motion: Motion,
        who: UUID | None,
        may: Callable[[Actor, Motion, datetime], None],
    ) -> None:
        """Raise LedgerError unless the one who signed is the one who acted, and might."""
        if who is None or said["actor"]["officer"] != str(who):
            raise LedgerError(f"entry {index}: motion {motion.id} is another's than it says")
        if str(who) in self.away:
            raise LedgerError(f"entry {index}: {officer_subject(who)} was not at work and signed motion {motion.id}")
        try:
            may(self.actor(who), motion, datetime.fromisoformat(said["at"]))
        except (NotAllowedError, StrangerError, IllegalTransitionError) as error:
            raise LedgerError(
                f"entry {index}: {officer_subject(who)} might not sign motion {motion.id}: {error}"
            ) from error

    def may_propose(self, actor: Actor, motion: Motion, _: datetime) -> None:
        """Raise what the rules raise."""
        countersign.admit_proposal(self.tree, actor, facts_of(motion))

    def may_confirm(self, actor: Actor, motion: Motion, at: datetime) -> None:
        """Raise what the rules raise: of the motion as it was while it waited."""
        waiting = replace(facts_of(motion), state=MotionState.PROPOSED)
        countersign.admit(self.tree, actor, MotionStep.CONFIRM, waiting, now=at)
