"""The budget of rewards (奖励资金): what an office may spend in a year, and what is reserved, granted, paid and left.

Sums of awards are sealed, so the figures are made in the session of somebody at the award desk, for the page alone.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import access, awards, clocks
from portal.domain.access import Actor
from portal.domain.audit import Party
from portal.domain.award_vocabulary import AwardState, PayoutEnd, PayoutState
from portal.domain.vocabulary import ActorKind, Duty
from portal.office import assessing, checkpoints, claims, gate, judging
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft, record
from portal.store.awards import Award, Budget

READ, SET = "budget_read", "budget_set"
MOST = 2000  # awards of a year that are looked at


@dataclass(frozen=True, slots=True)
class BudgetSheet:
    """One office's year, in fen; `whole` None where nobody has set it."""

    year: int
    whole: int | None
    reserved: int  # proposed, or contested
    granted: int  # and not paid yet
    paid: int
    count: int

    @property
    def left(self) -> int | None:
        """What is left; below zero where more was granted than there is."""
        return None if self.whole is None else self.whole - self.reserved - self.granted - self.paid


def show(session: Session, house: House, actor: Actor, ring: Keyring, year: int, *, now: datetime) -> BudgetSheet:
    """The year of the authority at whose award desk this actor sits; entered first.

    Raises NotAllowedError, UnsignedError, LedgerError.
    """
    checkpoints.require_signed(session, house, now=now)
    authority_id = _authority(actor)
    rows = session.scalars(
        select(Award)
        .where(Award.authority_id == authority_id, Award.state.in_(awards.OPEN), Award.desk_id.in_(_desks(actor)))
        .order_by(Award.made_at.desc())
        .limit(MOST)
    ).all()
    sums = {"reserved": 0, "granted": 0, "paid": 0}
    counted = [one for one in rows if clocks.day_of(one.decided_at or one.made_at).year == year]
    for award in counted:
        house.newest.require(session, award)
        where, fen = _sum(session, house, ring, award)
        sums[where] += fen
    newest = _newest(session, authority_id, year)
    record(session, house.entry_key, _entry(actor, READ, now, year=year, count=len(counted)))
    return BudgetSheet(year, newest.fen if newest else None, **sums, count=len(counted))


def set_whole(session: Session, house: House, actor: Actor, year: int, fen: int, *, now: datetime) -> None:
    """Say what may be spent in a year; a later figure takes the place of an earlier one. Raises NotAllowedError."""
    authority_id = _authority(actor)
    gate.require_seated(session, house, actor, _desks(actor)[0])
    newest = _newest(session, authority_id, year)
    row = Budget(
        id=uuid4(),
        authority_id=authority_id,
        year=year,
        position=newest.position + 1 if newest else 1,
        fen=fen,
        officer_id=actor.officer_id,
        set_at=now,
    )
    draft = _entry(actor, SET, now, year=year)
    draft.names(row)
    session.add(row)
    record(session, house.entry_key, draft)


def _sum(session: Session, house: House, ring: Keyring, award: Award) -> tuple[str, int]:
    if award.state is not AwardState.APPROVED:
        paper = judging.proposal(session, house, ring, award)
        return "reserved", assessing.assess(house, paper.edition, paper.facts).fen or 0
    said = claims.decision(session, house, ring, award)
    payment = claims.payment(session, house, said.voucher) if said and said.voucher else None
    if payment is not None and payment.ended is PayoutEnd.REVOKED:
        return "granted", 0
    paid = payment is not None and payment.state is PayoutState.PAID
    return ("paid" if paid else "granted"), (said.fen or 0) if said else 0


def _newest(session: Session, authority_id: UUID, year: int) -> Budget | None:
    mine = (Budget.authority_id == authority_id, Budget.year == year)
    last = session.execute(select(func.max(Budget.position)).where(*mine)).scalar_one()
    return session.scalars(select(Budget).where(*mine, Budget.position == last)).one_or_none()


def _desks(actor: Actor) -> tuple[UUID, ...]:
    return access.require_seat(actor, (Duty.AWARD,))


def _authority(actor: Actor) -> UUID:
    """Whose award desk the actor sits at. Raises NotAllowedError."""
    (desk_id, *_) = _desks(actor)
    return next(seat.authority_id for seat in actor.seats if seat.desk_id == desk_id)


def _entry(actor: Actor, event: str, now: datetime, **facts: object) -> Draft:
    authority_id = _authority(actor)
    party = Party(ActorKind.OFFICER, actor.officer_id, authority_id, Duty.AWARD)
    return Draft(event, now, party, ("authorities", authority_id), facts=facts)
