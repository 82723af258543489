"""Payments as the payout desk sees them: a list of references, one with its payee, and the list for the bank."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import access, payouts
from portal.domain.access import Actor
from portal.domain.audit import Party
from portal.domain.award_vocabulary import PayMethod, PayoutState, PayoutStep
from portal.domain.errors import StrangerError
from portal.domain.payee import Claimed
from portal.domain.vocabulary import ActorKind, Duty
from portal.office import checkpoints, claim_letters, paying, payout_lists, signing_in
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.manifests import FileKey
from portal.office.payout_lists import DUTIES, PayoutLine
from portal.office.recording import Draft, record
from portal.office.signing_in import Proof
from portal.store.payouts import Payout

LISTED, LETTER_SHOWN = "payouts_listed", "payout_letter_shown"


@dataclass(frozen=True, slots=True)
class PayoutSheet:
    """One payment on a page; `claimed` None once payee and account were destroyed."""

    line: PayoutLine
    claimed: Claimed | None
    steps: frozenset[PayoutStep]
    returned: tuple[datetime, ...] = ()  # when one person booked that the bank had sent it back


@dataclass(frozen=True, slots=True)
class Transfer:
    """One line for the bank."""

    reference: str
    holder: str
    bank: str
    account: str
    fen: int


def show(session: Session, house: House, actor: Actor, ring: Keyring, payout_id: UUID, *, now: datetime) -> PayoutSheet:
    """One, entered first. Raises StrangerError, LedgerError for an order that nobody may have signed, UnsignedError."""
    row = paying.admit(session, house, actor, PayoutStep.OPEN, payout_id).row
    claimed = paying.look(session, house, actor, ring, payout_id, now=now) if row.body is not None else None
    line = payout_lists.line(row, payout_lists.waiting(session, (row.desk_id,)))
    return PayoutSheet(line, claimed, payouts.offered(row.state), paying.returned(session, house, row))


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


def transfers(
    session: Session, house: House, actor: Actor, ring: Keyring, proof: Proof, *, now: datetime
) -> tuple[Transfer, ...]:
    """What was released and goes by bank, for its list; entered, and only with a code of this moment.

    Raises NotAllowedError, SignInError for a wrong code, LedgerError for an order that nobody may have signed.
    """
    desks = access.require_seat(actor, DUTIES)
    signing_in.require_code(session, house, actor, proof, now=now)
    checkpoints.require_signed(session, house, now=now)
    wanted = select(Payout).where(Payout.desk_id.in_(desks), Payout.state == PayoutState.RELEASED)
    rows = session.scalars(wanted.order_by(Payout.claimed_on, Payout.id)).all()
    house.newest.require(session, *rows)
    found = [(row, paying.unseal(session, house, ring, row)) for row in rows if row.body is not None]
    lines = tuple(
        Transfer(payouts.reference(row.id), said.payee.holder, said.payee.bank, said.payee.account, said.voucher.fen)
        for row, said in found
        if said.payee.method is PayMethod.TRANSFER
    )
    record(session, house.entry_key, _entry(actor, lines, now))
    return lines


def _entry(actor: Actor, lines: tuple[Transfer, ...], now: datetime) -> Draft:
    seat = next(one for one in actor.seats if one.duty is Duty.PAYOUT)
    digest = hashlib.sha256("\n".join(one.reference for one in lines).encode()).hexdigest()
    party = Party(ActorKind.OFFICER, actor.officer_id, seat.authority_id, Duty.PAYOUT)
    return Draft(LISTED, now, party, ("desks", seat.desk_id), facts={"count": len(lines), "digest": digest})
