"""Who may still decide about a reward: who sits at a desk, without those who had a hand in it or keep out of it.

It finds whom to ask; whether somebody may, the gate asks again when they do (`judging.admit`).
"""

from uuid import UUID

from sqlalchemy import CompoundSelect, select, union
from sqlalchemy.orm import Session

from portal.domain.vocabulary import MotionState
from portal.office.judging import SIGNED
from portal.store.awards import Award
from portal.store.cases import Assignment
from portal.store.motions import Motion
from portal.store.officers import DeskEpoch, Seat
from portal.store.recusals import out_of, together_with


def seated(session: Session, desk_id: UUID) -> frozenset[UUID]:
    """The officers who sit at a desk now."""
    wanted = select(Seat.officer_id).join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
    here = wanted.where(DeskEpoch.desk_id == desk_id, DeskEpoch.current, Seat.left_at.is_(None))
    return frozenset(session.scalars(here))


def able(session: Session, award: Award, desk_id: UUID | None) -> frozenset[UUID]:
    """Who at an award desk neither signed what this award rests on nor checked its case, nor keeps out of it."""
    if desk_id is None:
        return frozenset()
    every = together_with(award.case_id)
    signed = Motion.case_id.in_(every), Motion.kind.in_(SIGNED), Motion.state == MotionState.CONFIRMED
    hands: CompoundSelect[UUID] = union(
        select(Motion.proposer_id).where(*signed),
        select(Motion.seconder_id).where(*signed),
        select(Assignment.officer_id).where(Assignment.case_id.in_(every)),
        out_of(award.case_id),
    )
    return seated(session, desk_id) - set(session.scalars(hands))


def hearing(session: Session, award: Award) -> dict[UUID, frozenset[UUID]]:
    """By desk, the one above first: who could hear what is contested about a revocation, whoever made it aside."""
    judged = {award.judge_id, award.reviewer_id}
    desks = [one for one in (award.above_desk_id, award.desk_id) if one is not None]
    return {one: able(session, award, one) - judged for one in desks}
