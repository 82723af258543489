"""Who may still decide about a reward: who sits at a desk, without those who had a hand in it or keep out of it.

It finds whom to ask; whether somebody may, the gate asks again when they do (`judging.admit`).
"""

from uuid import UUID

from sqlalchemy import CompoundSelect, select, union
from sqlalchemy.orm import Session

from portal.domain.vocabulary import MotionState, OfficerState
from portal.office import interests, revoked
from portal.office.house import House
from portal.office.judging import SIGNED
from portal.store.awards import Award
from portal.store.cases import Assignment
from portal.store.motions import Motion
from portal.store.officers import DeskEpoch, Officer, Seat
from portal.store.recusals import out_of, together_with


def at_work(session: Session, house: House, desk_id: UUID, case_id: UUID) -> frozenset[UUID]:
    """The officers who sit at a desk, are at work, and declared nothing that a case is about."""
    wanted = select(Seat.officer_id).join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
    here = wanted.where(DeskEpoch.desk_id == desk_id, DeskEpoch.current, Seat.left_at.is_(None))
    there = here.join(Officer, Officer.id == Seat.officer_id).where(Officer.state == OfficerState.ACTIVE)
    return frozenset(one for one in session.scalars(there) if interests.is_clear(session, house, case_id, one))


def able(session: Session, house: House, award: Award, desk_id: UUID | None) -> frozenset[UUID]:
    """Who at an award desk neither signed what this award rests on nor checked its case, nor is near to it."""
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
    return at_work(session, house, desk_id, award.case_id) - set(session.scalars(hands))


def hearing(session: Session, house: House, award: Award) -> dict[UUID, frozenset[UUID]]:
    """By desk, the one above first: who could hear what is contested about a revocation that two agreed to, or would.

    Nobody who granted it, or ever took it away; of one that is only proposed, its two are not known here.
    """
    judged = {award.judge_id, award.reviewer_id, *revoked.hands(session, house, award.id)}
    desks = [one for one in (award.above_desk_id, award.desk_id) if one is not None]
    return {one: able(session, house, award, one) - judged for one in desks}
