"""Lists for the bank (付款批次) for the payout desk: lines without sums, and one with what the bank answered."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto import envelope
from crypto.errors import CryptoError
from portal.domain import access, clocks, payouts
from portal.domain.access import Actor
from portal.domain.award_vocabulary import BankAnswer, BankListState, PayoutStep
from portal.domain.bank_lists import ANSWERS
from portal.domain.errors import LedgerError, StrangerError
from portal.domain.vocabulary import Duty, MotionKind, MotionState
from portal.office import bank_items, bank_lists, checkpoints, paging
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.paging import Page, Place, Window
from portal.office.recording import record
from portal.store.motions import Motion
from portal.store.officers import Desk, Officer
from portal.store.payouts import BankItem, BankList, Payout

OPENED = "bank_list_opened"


@dataclass(frozen=True, slots=True)
class BankLine:
    """A list among others: nothing of it is unsealed."""

    id: UUID
    number: str
    state: BankListState
    made_on: date
    maker: str
    count: int
    waiting: int  # to which the bank has not answered
    downloads: int


@dataclass(frozen=True, slots=True)
class BankRow:
    """One payment in a list."""

    payout_id: UUID
    reference: str
    answer: BankAnswer
    answered_on: date | None
    fen: int


@dataclass(frozen=True, slots=True)
class BankSheet:
    """One list on its page."""

    line: BankLine
    rows: tuple[BankRow, ...]
    changed: bool  # one that was sent back was corrected since: its file is given out no more
    motion_id: UUID | None  # that it be recalled
    today: date

    @property
    def open(self) -> bool:
        """Whether the bank has still to answer."""
        return self.line.state is BankListState.OPEN

    @property
    def recallable(self) -> bool:
        """Whether nothing was answered yet."""
        return self.open and self.line.waiting == self.line.count and self.motion_id is None

    @property
    def fen(self) -> int:
        """All of it."""
        return sum(one.fen for one in self.rows)

    def summed(self, answer: BankAnswer) -> tuple[int, int]:
        """How many were answered so, and how much they are."""
        found = [one.fen for one in self.rows if one.answer is answer]
        return len(found), sum(found)

    @property
    def bookable(self) -> tuple[BankRow, ...]:
        """Of what something can be booked."""
        return tuple(one for one in self.rows if one.answer in ANSWERS[PayoutStep.FAIL])


def listed(session: Session, house: House, actor: Actor, window: Window, *, now: datetime) -> Page[BankLine]:
    """Every list of this actor's desks, the newest first. Raises NotAllowedError for anybody else."""
    desks = access.require_seat(actor, (Duty.PAYOUT,))
    found = paging.page(
        select(BankList).where(BankList.desk_id.in_(desks)),
        (BankList.made_on, BankList.id),
        window,
        lambda statement: session.scalars(statement).all(),
        lambda row: Place.of(row.made_on, row.id),
        newest_first=True,
    )
    house.newest.require(session, *found.rows)
    return Page(tuple(lines(session, house, found.rows, now=now)), found.before, found.after)


def opened(session: Session, house: House, desks: Sequence[UUID], *, now: datetime) -> tuple[BankLine, ...]:
    """Those that the bank has still to answer, the oldest first."""
    wanted = select(BankList).where(BankList.desk_id.in_(desks), BankList.state == BankListState.OPEN)
    rows = session.scalars(wanted.order_by(BankList.made_on, BankList.id).limit(paging.PAGE)).all()
    house.newest.require(session, *rows)
    return tuple(lines(session, house, rows, now=now))


def free(
    session: Session, house: House, desks: Sequence[UUID], language: str, *, now: datetime
) -> tuple[tuple[UUID, str, int], ...]:
    """By desk, with its office's name: how many payments could go into a list."""
    counted = select(Payout.desk_id, func.count()).where(Payout.desk_id.in_(desks), *bank_lists.READY)
    directory = house.directories.read(session, today=clocks.day_of(now))
    return tuple(
        (desk_id, directory.name(session.get_one(Desk, desk_id).authority_id, language), min(number, bank_lists.MOST))
        for desk_id, number in session.execute(counted.group_by(Payout.desk_id).order_by(Payout.desk_id))
    )


def lines(session: Session, house: House, rows: Sequence[BankList], *, now: datetime) -> list[BankLine]:
    """Lists as lines."""
    ids = [one.id for one in rows]
    waits = select(BankItem.list_id, func.count().label("number")).where(
        BankItem.list_id.in_(ids), BankItem.answer == BankAnswer.WAITING
    )
    waiting = {one.list_id: one.number for one in session.execute(waits.group_by(BankItem.list_id))}
    return [
        BankLine(
            id=one.id,
            number=bank_lists.number_of(session, house, one, now=now),
            state=one.state,
            made_on=one.made_on,
            maker=session.get_one(Officer, one.officer_id).username,
            count=one.count,
            waiting=waiting.get(one.id, 0),
            downloads=one.downloads,
        )
        for one in rows
    ]


def show(session: Session, house: House, actor: Actor, ring: Keyring, list_id: UUID, *, now: datetime) -> BankSheet:
    """One with its sums, entered first. Raises StrangerError, LedgerError, UnsignedError."""
    checkpoints.require_signed(session, house, now=now)
    admitted = bank_lists.admit(session, house, actor, list_id, held=False)
    items = bank_items.items_of(session, house, admitted.row)
    sums, rows = _sums(house, ring, admitted.row), bank_lists.payments_of(session, house, admitted.row)
    record(session, house.entry_key, admitted.draft(OPENED, now, count=len(items)))
    (line,) = lines(session, house, (admitted.row,), now=now)
    return BankSheet(
        line=line,
        rows=tuple(
            BankRow(one.payout_id, payouts.reference(one.payout_id), one.answer, one.answered_on, fen)
            for one, fen in zip(items, sums, strict=True)
        ),
        changed=any(one.claim != bank_items.claim_digest(rows[one.payout_id]) for one in items),
        motion_id=_recall(session, admitted.row),
        today=clocks.day_of(now),
    )


def bookable(session: Session, house: House, actor: Actor, list_id: UUID, step: PayoutStep) -> dict[UUID, BankAnswer]:
    """Of which payments this can be booked, and what was said of each before; the list is held until the commit."""
    row = bank_lists.admit(session, house, actor, list_id).row
    items = bank_items.items_of(session, house, row)
    return {one.payout_id: one.answer for one in items if one.answer in ANSWERS[step]}


def _sums(house: House, ring: Keyring, row: BankList) -> list[int]:
    secret = ring.epochs.get(row.desk_epoch_id)
    if secret is None:
        raise StrangerError("no key for it")
    where, epoch = row.id.bytes, row.desk_epoch_id.bytes
    try:
        key = envelope.unwrap(row.wrapped, secret, house.binding("bank_lists", where, "wrapped", epoch))
        said = json.loads(envelope.unseal(key, row.body, house.binding("bank_lists", where, "body", epoch)))
    except CryptoError as error:
        raise LedgerError("the sums of a list do not open") from error
    return [int(one) for one in said]


def _recall(session: Session, row: BankList) -> UUID | None:
    """The motion that waits to recall it."""
    wanted = select(Motion).where(
        Motion.kind == MotionKind.RECALL, Motion.state == MotionState.PROPOSED, Motion.desk_id == row.desk_id
    )
    return next((one.id for one in session.scalars(wanted) if bank_lists.list_of(one.content) == row.id), None)
