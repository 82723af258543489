"""What the bank answered to the payments of a list (付款批次): rows and their rules; nothing of them is unsealed."""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import bank_lists, clocks
from portal.domain.award_errors import BankListError
from portal.domain.award_vocabulary import BankAnswer, BankListState, PayoutStep
from portal.domain.errors import LedgerError
from portal.office.house import House
from portal.office.recording import Draft
from portal.store.payouts import BankItem, BankList, Payout
from portal.store.session import locked


def claim_digest(row: Payout) -> bytes:
    """Which claim of a payment it is: another each time the claimant corrects it."""
    return hashlib.sha256(row.body or b"").digest()


def hold(session: Session, house: House, *payout_ids: UUID) -> dict[UUID | None, BankList]:
    """The lists in which payments stand, held until the commit; by id. Raises LedgerError."""
    theirs = select(Payout.list_id).where(Payout.id.in_(payout_ids), Payout.list_id.is_not(None))
    wanted = select(BankList).where(BankList.id.in_(theirs)).order_by(BankList.id)
    found = session.scalars(locked(session, wanted)).all()
    house.newest.require(session, *found)
    return {one.id: one for one in found}


def items_of(session: Session, house: House, bank_list: BankList) -> list[BankItem]:
    """The payments of a list, in its order. Raises LedgerError when one is missing, or is not as it was recorded."""
    wanted = select(BankItem).where(BankItem.list_id == bank_list.id).order_by(BankItem.position)
    found = list(session.scalars(wanted))
    house.newest.require(session, *found)
    if [one.position for one in found] != list(range(1, bank_list.count + 1)):
        raise LedgerError("a list for the bank does not hold what it was made of")
    return found


def answer(
    session: Session,
    house: House,
    bank_list: BankList,
    row: Payout,
    step: PayoutStep,
    draft: Draft,
    on: date,
    *,
    now: datetime,
) -> None:
    """Say in the list what the bank said of a payment; what it sent back stands in it no more.

    Raises BankListError for a day on which no bank can have said so.
    """
    bank_lists.require_day(on, bank_list.made_on, clocks.day_of(now))
    mine = select(BankItem).where(BankItem.list_id == bank_list.id, BankItem.payout_id == row.id)
    item = session.scalars(mine).one_or_none()
    if item is None:
        raise LedgerError("a payment stands in a list that does not hold it")
    house.newest.require(session, item)
    item.answer, item.answered_on = bank_lists.answered(item.answer, step), on
    if item.answer is BankAnswer.RETURNED:
        row.list_id = None
    draft.facts = {**draft.facts, "list": str(bank_list.id)}
    draft.names(item)


def settle(session: Session, lists: Collection[BankList], drafts: list[Draft]) -> Iterator[tuple[BankList, Draft]]:
    """The lists of which nothing is awaited any more, each once, with the entry that is to name it."""
    session.flush()
    for bank_list in lists:
        answers = session.scalars(select(BankItem.answer).where(BankItem.list_id == bank_list.id)).all()
        if bank_list.state is BankListState.OPEN and bank_lists.settled(answers):
            bank_list.state = BankListState.SETTLED
            yield bank_list, drafts[-1]


def require_unchanged(items: Collection[BankItem], rows: Mapping[UUID, Payout]) -> None:
    """Raise BankListError once a claim is another than was listed: the file would not be the same any more."""
    if any(one.claim != claim_digest(rows[one.payout_id]) for one in items):
        raise BankListError("changed")
