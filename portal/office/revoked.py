"""Revocations (撤销) as rows: the one of an award that two people agreed to last, and whose hands were in it."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.award_vocabulary import RevokeReason
from portal.domain.errors import LedgerError
from portal.domain.vocabulary import MotionKind, MotionState
from portal.office import claims, vouching
from portal.office.house import House
from portal.store.awards import Award, Revocation
from portal.store.motions import Motion


@dataclass(frozen=True, slots=True)
class Asked:
    """What a motion to revoke says: which award, why, and under which row the words are sealed."""

    award_id: UUID
    revocation_id: UUID
    reason: RevokeReason

    @classmethod
    def decode(cls, content: bytes | None) -> "Asked":
        """Read it back."""
        said = json.loads(content or b"{}")
        return cls(UUID(said["award"]), UUID(said["revocation"]), RevokeReason(said["reason"]))


def newest(session: Session, house: House, award_id: UUID) -> Revocation | None:
    """The revocation that counts for an award, as it was recorded; None where nobody ever agreed to one."""
    mine = select(Revocation).where(Revocation.award_id == award_id, Revocation.motion_id.is_not(None))
    row = session.scalars(mine.order_by(Revocation.made_at.desc(), Revocation.id).limit(1)).one_or_none()
    if row is not None:
        claims.require_recorded(session, house, row)
    return row


def current(session: Session, house: House, award: Award) -> Revocation:
    """The same of an award that was revoked. Raises LedgerError where there is none."""
    row = newest(session, house, award.id)
    if row is None:
        raise LedgerError("a reward that nobody revoked")
    return row


def motion_of(session: Session, house: House, row: Revocation) -> Motion:
    """The two people who agreed, as they were recorded. Raises LedgerError."""
    motion = session.get(Motion, row.motion_id)
    if motion is None or motion.kind is not MotionKind.REVOKE or motion.state is not MotionState.CONFIRMED:
        raise LedgerError("a reward that two people did not revoke")
    vouching.require_recorded(session, house.entry_keys, motion)
    return motion


def hands(session: Session, house: House, award_id: UUID) -> frozenset[UUID]:
    """Who ever took an award back, proposing or agreeing: also where it was given back since."""
    mine = select(Revocation).where(Revocation.award_id == award_id, Revocation.motion_id.is_not(None))
    rows = session.scalars(mine).all()
    if rows:
        claims.require_recorded(session, house, *rows)
    signed = [motion_of(session, house, row) for row in rows]
    return frozenset(one for it in signed for one in (it.proposer_id, it.seconder_id) if one is not None)


def waiting(session: Session, house: House, award: Award, *, now: datetime) -> Motion | None:
    """The motion that waits for its second person, if one does."""
    mine = select(Motion).where(Motion.case_id == award.case_id, Motion.kind == MotionKind.REVOKE)
    open_ = mine.where(Motion.state == MotionState.PROPOSED, Motion.expires_at > now)
    for motion in session.scalars(open_.order_by(Motion.proposed_at)):
        if Asked.decode(motion.content).award_id == award.id:
            house.newest.require(session, motion)
            return motion
    return None
