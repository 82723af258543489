"""Payments as a list for the payout desk: references, days and states; nothing of it is unsealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.domain import access, clocks, countersign, payouts
from portal.domain.access import Actor
from portal.domain.award_vocabulary import PayoutEnd, PayoutState, PayoutView
from portal.domain.vocabulary import Duty, MotionKind, MotionState
from portal.office import bank_sheets, paging, paying
from portal.office.bank_sheets import BankLine
from portal.office.house import House
from portal.office.paging import Place, Window
from portal.store.motions import Motion
from portal.store.officers import Desk
from portal.store.payouts import Payout

DUTIES = (Duty.PAYOUT,)


@dataclass(frozen=True, slots=True)
class PayoutLine:
    """One payment in a list: nothing of it is unsealed."""

    id: UUID
    reference: str
    state: PayoutState
    claimed_on: date
    paid_on: date | None
    tries: int
    ended: PayoutEnd | None
    motion_id: UUID | None  # what waits for its second person: a release, or an end
    motion: MotionKind | None
    list_id: UUID | None = None  # of the list for the bank that it stands in

    @property
    def listed(self) -> bool:
        """Whether the bank has still to answer: it stands in a list."""
        return self.list_id is not None and self.state is PayoutState.RELEASED

    @property
    def shut(self) -> bool:
        """Whether the code for the counter was tried too often: only the reporter draws another."""
        return self.tries >= payouts.TRIES


@dataclass(frozen=True, slots=True)
class Wanted:
    """What narrows the list; all of it is clear in the database."""

    view: PayoutView = PayoutView.OPEN
    state: PayoutState | None = None
    authority_id: UUID | None = None
    month: date | None = None  # its first day; of the claim


@dataclass(frozen=True, slots=True)
class PayoutList:
    """One page of it."""

    lines: tuple[PayoutLine, ...]
    before: str | None
    after: str | None
    counts: Mapping[PayoutView, int]
    offices: tuple[tuple[str, str], ...]  # code, name; () where there is one
    unlisted: tuple[tuple[UUID, str, int], ...]  # desk, office, how many could go into a list for the bank
    open_lists: tuple[BankLine, ...]  # that the bank has still to answer


def listed(
    session: Session, house: House, actor: Actor, language: str, wanted: Wanted, window: Window, *, now: datetime
) -> PayoutList:
    """What this actor's desks pay, longest waiting first. Raises NotAllowedError for anybody else, LedgerError."""
    desks = access.require_seat(actor, DUTIES)
    today, waits = clocks.day_of(now), waiting(session, desks)
    others = [payout_id for payout_id, one in waits.items() if one.proposer_id != actor.officer_id]
    mine = select(Payout).join(Desk, Desk.id == Payout.desk_id).where(Payout.desk_id.in_(desks))
    found = paging.page(
        _narrowed(mine, wanted, others, today),
        (Payout.claimed_on, Payout.id),
        window,
        lambda statement: session.scalars(statement).all(),
        lambda row: Place.of(row.claimed_on, row.id),
        newest_first=wanted.view is PayoutView.DONE,
    )
    house.newest.require(session, *found.rows)
    views = [_narrowed(mine, Wanted(view), others, today) for view in PayoutView]
    numbers = paging.counts(session, (one.with_only_columns(Payout.id) for one in views))
    return PayoutList(
        lines=tuple(line(row, waits) for row in found.rows),
        before=str(found.before) if found.before else None,
        after=str(found.after) if found.after else None,
        counts=dict(zip(PayoutView, numbers, strict=True)),
        offices=_offices(session, house, actor, language, today),
        unlisted=bank_sheets.free(session, house, desks, language, now=now),
        open_lists=bank_sheets.opened(session, house, desks, now=now),
    )


def line(row: Payout, waits: Mapping[UUID, Motion]) -> PayoutLine:
    """One payment, with what waits for a second person."""
    motion = waits.get(row.id)
    return PayoutLine(
        id=row.id,
        reference=payouts.reference(row.id),
        state=row.state,
        claimed_on=row.claimed_on,
        paid_on=row.paid_on,
        tries=row.tries,
        ended=row.ended,
        motion_id=motion.id if motion else None,
        motion=motion.kind if motion else None,
        list_id=row.list_id,
    )


def waiting(session: Session, desks: tuple[UUID, ...]) -> dict[UUID, Motion]:
    """Payment → the motion that waits to release it, or to end it."""
    wanted = select(Motion).where(
        Motion.kind.in_(countersign.PAYMENTS - {MotionKind.RECALL}),
        Motion.state == MotionState.PROPOSED,
        Motion.desk_id.in_(desks),
    )
    return {paying.payout_of(one.content): one for one in session.scalars(wanted.order_by(Motion.proposed_at))}


def _narrowed(mine: Select[Payout], wanted: Wanted, others: list[UUID], today: date) -> Select[Payout]:
    if wanted.view is PayoutView.MINE:
        mine = mine.where(Payout.id.in_(others))
    else:
        mine = mine.where(Payout.state.in_(payouts.VIEWS[wanted.view]))
    if wanted.view is PayoutView.LATE:
        mine = mine.where(Payout.claimed_on <= today - payouts.SLOW)
    if wanted.state is not None:
        mine = mine.where(Payout.state == wanted.state)
    if wanted.authority_id is not None:
        mine = mine.where(Desk.authority_id == wanted.authority_id)
    if wanted.month is not None:
        since, until = clocks.month_of(wanted.month)
        mine = mine.where(paging.within(Payout.claimed_on, clocks.day_of(since), clocks.day_of(until)))
    return mine


def _offices(session: Session, house: House, actor: Actor, language: str, today: date) -> tuple[tuple[str, str], ...]:
    directory = house.directories.read(session, today=today)
    own = {seat.authority_id for seat in actor.seats if seat.duty in DUTIES}
    known = sorted((directory.codes[one], directory.name(one, language)) for one in own)
    return tuple(known) if len(known) > 1 else ()
