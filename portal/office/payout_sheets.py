"""A payment as the payout desk sees it, with its payee; each look is entered first."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import clocks, payouts
from portal.domain.access import Actor
from portal.domain.award_vocabulary import PayoutStep
from portal.domain.contents import NewCounter
from portal.domain.errors import StrangerError
from portal.domain.payee import Claimed
from portal.office import bank_lists, checkpoints, claim_letters, counters, paying, payout_lists
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.manifests import FileKey
from portal.office.payout_lists import PayoutLine
from portal.office.recording import record
from portal.store.officers import Desk
from portal.store.payouts import BankList

LETTER_SHOWN = "payout_letter_shown"


@dataclass(frozen=True, slots=True)
class PayoutSheet:
    """One payment on a page; `claimed` None once payee and account were destroyed."""

    line: PayoutLine
    claimed: Claimed | None
    steps: frozenset[PayoutStep]
    returned: tuple[datetime, ...] = ()  # when one person booked that the bank had sent it back
    counter: NewCounter | None = None  # where this office's rewards are collected
    number: str = ""  # of the list for the bank that it stands in


def show(session: Session, house: House, actor: Actor, ring: Keyring, payout_id: UUID, *, now: datetime) -> PayoutSheet:
    """One, entered first. Raises StrangerError, LedgerError for an order that nobody may have signed, UnsignedError."""
    row = paying.admit(session, house, actor, PayoutStep.OPEN, payout_id).row
    claimed = paying.look(session, house, actor, ring, payout_id, now=now) if row.body is not None else None
    authority_id = session.get_one(Desk, row.desk_id).authority_id
    place = counters.standing(session, house, "zh-Hans", clocks.day_of(now)).get(authority_id)
    bank_list = session.get(BankList, row.list_id) if row.list_id else None
    return PayoutSheet(
        line=payout_lists.line(row, payout_lists.waiting(session, (row.desk_id,))),
        claimed=claimed,
        steps=payouts.offered(paying.facts_of(row)),
        returned=paying.returned(session, house, row),
        counter=place.said if place else None,
        number=bank_lists.number_of(session, house, bank_list, now=now) if bank_list else "",
    )


def letters(session: Session, house: House, actor: Actor, ring: Keyring, payout_id: UUID) -> tuple[str, int]:
    """The payment's reference, and how many pictures there are of the letter of whoever collects for others.

    Raises StrangerError where there are none, LedgerError.
    """
    row = paying.admit(session, house, actor, PayoutStep.OPEN, payout_id).row
    if not (pictures := paying.unseal(session, house, ring, row).letters):
        raise StrangerError("nothing was sent")
    return payouts.reference(row.id), len(pictures)


def letter(
    session: Session, house: House, actor: Actor, ring: Keyring, payout_id: UUID, number: int, *, now: datetime
) -> FileKey:
    """One of them, entered first. Raises StrangerError, LedgerError, UnsignedError."""
    checkpoints.require_signed(session, house, now=now)
    admitted = paying.admit(session, house, actor, PayoutStep.OPEN, payout_id)
    file = claim_letters.picture(paying.unseal(session, house, ring, admitted.row), number)
    record(session, house.entry_key, admitted.draft(LETTER_SHOWN, now, picture=number))
    return file
