"""Codes for the counter that were tried too often: said on every page to who leads the paying office, and who pays.

It is over when the reporter has drawn another code, or the payment has ended. Nothing of it leads to a report.
"""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import payouts
from portal.domain.access import Actor
from portal.domain.award_vocabulary import PayoutStep
from portal.domain.vocabulary import Duty
from portal.office.desk_sheets import ShutCode
from portal.office.directory import Directory
from portal.store.officers import Desk
from portal.store.payouts import Payout

TOLD: Final = frozenset({Duty.LEAD, Duty.PAYOUT})
WAITING: Final = tuple(payouts.STEPS[PayoutStep.DRAW_CODE])  # in which another code can be drawn
_SHUT = (
    select(Payout.id, Payout.desk_id, Desk.authority_id)
    .join(Desk, Desk.id == Payout.desk_id)
    .where(Payout.state.in_(WAITING), Payout.code.is_not(None), Payout.tries >= payouts.TRIES)
    .order_by(Payout.tried_at, Payout.id)
)


def told(session: Session, actor: Actor, directory: Directory, language: str) -> tuple[ShutCode, ...]:
    """Those that this officer is told of."""
    offices = {seat.authority_id for seat in actor.seats if seat.duty in TOLD}
    if not offices:
        return ()
    mine = actor.desks(Duty.PAYOUT)
    return tuple(
        ShutCode(payout_id if desk_id in mine else None, payouts.reference(payout_id), directory.name(office, language))
        for payout_id, desk_id, office in session.execute(_SHUT.where(Desk.authority_id.in_(offices)))
    )
