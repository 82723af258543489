"""Noting that the public notice (公告) of a decision was put up: from its day on the reporter's time is counted."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import awards, clocks
from portal.domain.access import Actor
from portal.domain.award_vocabulary import AwardState, AwardStep
from portal.domain.errors import IllegalTransitionError
from portal.office import award_service, judging
from portal.office.house import House
from portal.office.recording import record

ANNOUNCED = "award_announced"


def announce(session: Session, house: House, actor: Actor, award_id: UUID, *, now: datetime) -> None:
    """Note that the public notice was put up today: whoever never opens it has received it when its days are over.

    Raises IllegalTransitionError where somebody has opened it, or a notice was put up before.
    """
    admitted = judging.admit(session, house, actor, AwardStep.ANNOUNCE, award_id)
    award = admitted.award
    awards.advance(award.state, AwardStep.ANNOUNCE)
    if award.posted_on is not None or not award_service.is_unread(session, award):
        raise IllegalTransitionError("a notice is put up once, of what nobody has opened")
    award.posted_on = clocks.day_of(now)
    counts = award_service.counts_on(house, award) or award.posted_on
    draft = admitted.draft(ANNOUNCED, now, counts=counts.isoformat(), clocks={})
    if award.state is AwardState.APPROVED:
        award_service.run(session, house, draft, award, clocks.last_moment_of(counts), now=now)
    draft.names(award)
    record(session, house.entry_key, draft)
