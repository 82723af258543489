"""Paying (发放): the payout desk sees a reference, whom to pay and how much; two people release it, one books it.

It believes a sum because whoever approved it signed it, with a certified key and a seat at an award desk; of what it is
for there is nothing here to believe or to see.
"""

import json
import logging
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import envelope, primitives, statements, tree
from crypto.errors import CryptoError
from crypto.keys import ID
from portal.domain import clocks, payouts, seating
from portal.domain.access import Actor
from portal.domain.audit import SYSTEM, Party
from portal.domain.award_errors import CodeError, OwnAwardError
from portal.domain.award_papers import Voucher
from portal.domain.award_vocabulary import PayoutState, PayoutStep
from portal.domain.errors import LedgerError, StaleError, StrangerError, UncertifiedKeyError
from portal.domain.payee import Claimed, Seen
from portal.domain.payouts import PayoutFacts
from portal.domain.vocabulary import ActorKind, Duty, MotionKind
from portal.office import bank_items, certifying, checkpoints, claim_letters, claims, gate, vouching
from portal.office.acting import Act, Hand
from portal.office.certifying import officer_subject
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.proposals import Ready, Wanted
from portal.office.recording import Draft, record
from portal.store.ledger import Entry
from portal.store.motions import Motion
from portal.store.officers import Desk, DeskEpoch, Seat
from portal.store.outbox import Outbox
from portal.store.payouts import Payout
from portal.store.session import lock, locked

OPENED, RELEASED, TRIED, WIPED = "payout_opened", "payout_released", "payout_tried", "payout_wiped"
BOOKED = {PayoutStep.PAY: "payout_paid", PayoutStep.FAIL: "payout_failed"}
SHUT = "claim_code_shut"  # the kind of message to the desk once a code was tried too often
BATCH = 200
log = logging.getLogger("portal.paying")


@dataclass(frozen=True, slots=True)
class Admitted:
    """A payment that this actor may do this to."""

    row: Payout
    actor: Actor
    authority_id: UUID

    def draft(self, event: str, now: datetime, **facts: object) -> Draft:
        """An entry about the payment by this officer."""
        party = Party(ActorKind.OFFICER, self.actor.officer_id, self.authority_id, Duty.PAYOUT)
        return Draft(event, now, party, ("payouts", self.row.id), facts=facts)


def admit(session: Session, house: House, actor: Actor, step: PayoutStep, payout_id: UUID) -> Admitted:
    """Load a payment, held unless it is only looked at. Raises StrangerError, IllegalTransitionError, LedgerError."""
    row = session.get(Payout, payout_id, with_for_update=lock(session) and step is not PayoutStep.OPEN)
    if row is None:
        raise StrangerError("no such payment")
    house.newest.require(session, row)
    payouts.admit(actor, step, facts_of(row))
    if step is not PayoutStep.OPEN:
        gate.require_seated(session, house, actor, row.desk_id)
    return Admitted(row, actor, session.get_one(Desk, row.desk_id).authority_id)


def facts_of(row: Payout) -> PayoutFacts:
    """What the rules look at."""
    return PayoutFacts(
        row.state,
        row.desk_id,
        coded=row.code is not None,
        wiped=row.wiped_on is not None,
        listed=row.list_id is not None,
    )


def look(session: Session, house: House, actor: Actor, ring: Keyring, payout_id: UUID, *, now: datetime) -> Claimed:
    """Whom to pay and how much; entered first. Raises LedgerError for an order that nobody may have signed."""
    checkpoints.require_signed(session, house, now=now)
    admitted = admit(session, house, actor, PayoutStep.OPEN, payout_id)
    claimed = unseal(session, house, ring, admitted.row)
    record(session, house.entry_key, admitted.draft(OPENED, now))
    return claimed


def unseal(session: Session, house: House, ring: Keyring, row: Payout) -> Claimed:
    """Open a claim and check the order in it.

    Raises StrangerError without the desk's key, or once it was wiped; LedgerError for an order of somebody else's, for
    another payment or another desk; OwnAwardError for whoever signed it, who sits here since.
    """
    secret = ring.epochs.get(row.desk_epoch_id)
    if secret is None or row.wrapped is None or row.body is None:
        raise StrangerError("nothing to open")
    where, epoch = row.id.bytes, row.desk_epoch_id.bytes
    try:
        key = envelope.unwrap(row.wrapped, secret, house.binding("payouts", where, "wrapped", epoch))
        claimed = Claimed.of(envelope.unseal(key, row.body, house.binding("payouts", where, "body", epoch)))
    except CryptoError as error:
        raise LedgerError("a claim does not open") from error
    if (claimed.voucher.reference, claimed.voucher.desk_id) != (row.id, row.desk_id):
        raise LedgerError("the order belongs to another payment")
    if require_signed(session, house, claimed.voucher, row.claimed_on) == ring.officer_id:
        raise OwnAwardError("whoever approved it neither sees whom it is paid to, nor pays it")
    return claimed


def require_signed(session: Session, house: House, voucher: Voucher, today: date) -> UUID:
    """Return which officer signed the order: one who sits, or sat, at an award desk that this desk pays for.

    Raises LedgerError for an order of anybody else.
    """
    signer = certifying.read_roll(session).get(voucher.signature[:ID])
    if signer is None:
        raise LedgerError("an order is signed by nobody we know")
    try:
        house.directories.book.claim(session, signer.body)
        statements.verify(voucher.signature, voucher.statement(house.installation), statements.FIRST, signer.key)
    except (CryptoError, UncertifiedKeyError) as error:
        raise LedgerError("an order is not what was signed") from error
    directory = house.directories.read(session, today=today)
    paying, _ = directory.places[voucher.desk_id]
    seats = (
        select(Seat, DeskEpoch, Desk)
        .join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
        .join(Desk, Desk.id == DeskEpoch.desk_id)
        .where(Desk.duty == Duty.AWARD)
    )
    for seat, epoch, desk in session.execute(seats):
        mine = signer.subject == officer_subject(seat.officer_id)
        if mine and seating.meet(directory.tree, desk.authority_id, paying):
            house.newest.require(session, seat, epoch, desk)
            return seat.officer_id
    raise LedgerError("an order is signed by somebody who judges no rewards that are paid here")


def wanted(act: Act, payout_id: UUID) -> Wanted:
    """What is proposed to another officer of the desk. Raises StrangerError, IllegalTransitionError."""
    admitted = admit(act.session, act.house, act.actor, PayoutStep.RELEASE, payout_id)
    content = tree.canonical({"payout": str(payout_id), "digest": claim_digest(admitted.row)})
    return Wanted(MotionKind.PAY, admitted.authority_id, desk_id=admitted.row.desk_id, content=content)


def propose(act: Act, hand: Hand, proposal: Wanted) -> Ready:
    """Check that the order is sound before it is proposed.

    Raises LedgerError, StrangerError, IllegalTransitionError.
    """
    admitted = admit(act.session, act.house, act.actor, PayoutStep.RELEASE, payout_of(proposal.content))
    unseal(act.session, act.house, hand.ring, admitted.row)
    return Ready(content=proposal.content)


def confirm(act: Act, hand: Hand, motion: Motion) -> Draft:
    """Release it, as two people agree. Raises what `propose` raises, and StaleError when it was corrected since."""
    admitted = admit(act.session, act.house, act.actor, PayoutStep.RELEASE, payout_of(motion.content))
    require_unchanged(admitted.row, motion)
    unseal(act.session, act.house, hand.ring, admitted.row)
    row = admitted.row
    row.state, row.motion_id = payouts.advance(row.state, PayoutStep.RELEASE), motion.id
    draft = admitted.draft(RELEASED, act.now)
    draft.names(row)
    return draft


def payout_of(content: bytes | None) -> UUID:
    """Which payment a motion is to release."""
    return UUID(json.loads(content or b"{}")["payout"])


def claim_digest(row: Payout) -> str:
    """Which claim of a payment it is: another each time the claimant corrects it."""
    return bank_items.claim_digest(row).hex()


def require_unchanged(row: Payout, motion: Motion) -> None:
    """Raise StaleError when the claimant has corrected it since: two release the same, and not each another."""
    if json.loads(motion.content or b"{}").get("digest") != claim_digest(row):
        raise StaleError("it was corrected since this was proposed")


def book(
    session: Session,
    house: House,
    actor: Actor,
    step: PayoutStep,
    *payout_ids: UUID,
    now: datetime,
    on: date | None = None,
) -> None:
    """Book that payments were paid, or that the bank sent them back; `on`: the bank's day.

    Raises IllegalTransitionError: nothing is paid twice, and what has a code for the counter is paid by it alone.
    Raises BankListError for what stands in no list for the bank, or for a day before it was made.
    """
    held = bank_items.hold(session, house, *payout_ids)  # before the payments, as whoever recalls it does
    drafts = []
    for payout_id in sorted(payout_ids):
        admitted = admit(session, house, actor, step, payout_id)
        bank_list = held.get(admitted.row.list_id)
        if (admitted.row.list_id is None) is not (bank_list is None):
            raise StaleError("it came into a list since")
        draft = _booked(admitted, step, now, on)
        if bank_list is not None:
            bank_items.answer(session, house, bank_list, admitted.row, step, draft, on or clocks.day_of(now), now=now)
        drafts.append(draft)
    for bank_list, draft in bank_items.settle(session, held.values(), drafts):
        draft.names(bank_list)
    record(session, house.entry_key, *drafts)


def returned(session: Session, house: House, row: Payout) -> tuple[datetime, ...]:
    """When it was booked that the bank had sent it back: whoever releases it anew looks for the money first."""
    mine = select(Entry).where(Entry.object_id == row.id, Entry.event == BOOKED[PayoutStep.FAIL]).order_by(Entry.index)
    said = (vouching.opening_of(session, house.entry_keys, one) for one in session.scalars(mine))
    return tuple(datetime.fromisoformat(one["at"]) for one in said)


def _booked(admitted: Admitted, step: PayoutStep, now: datetime, on: date | None = None) -> Draft:
    row = admitted.row
    row.state = payouts.advance(row.state, step)
    row.paid_on = (on or clocks.day_of(now)) if row.state is PayoutState.PAID else None
    draft = admitted.draft(BOOKED[step], now)
    draft.names(row)
    return draft


def try_code(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    payout_id: UUID,
    code: str,
    *,
    now: datetime,
    seen: Seen,
) -> bool:
    """Compare a code at the counter; whether it is the one, which books it as paid. A wrong one slows the next.

    `seen` is sealed with the claim, so that no row says which payments had to be looked at. Raises CodeError where
    something is missing in it, before the pause is over, and once a code was tried too often: only the reporter draws
    another.
    """
    admitted = admit(session, house, actor, PayoutStep.TRY_CODE, payout_id)
    row = admitted.row
    if row.code is None:
        raise CodeError("none")
    claimed = unseal(session, house, ring, row)
    claimed.require_seen(seen)
    if row.tries >= payouts.TRIES:
        raise CodeError("shut")
    pause = payouts.PAUSE * 2 ** max(row.tries - 1, 0) if row.tries else timedelta()
    if row.tried_at is not None and now < row.tried_at + pause:
        raise CodeError("soon", int((row.tried_at + pause - now).total_seconds()) + 1)
    if primitives.same(row.code, claims.digest(row.id, code)):
        for name, value in claims.closed(session, house, replace(claimed, seen=seen)).items():
            setattr(row, name, value)
        record(session, house.entry_key, _booked(admitted, PayoutStep.PAY, now))
        return True
    row.tries, row.tried_at = row.tries + 1, now.replace(microsecond=0)
    draft = admitted.draft(TRIED, now, count=row.tries)
    draft.names(row)
    if row.tries >= payouts.TRIES:
        session.add(Outbox(kind=SHUT, desk_id=_lead_desk(session, admitted), created_at=now, sent_at=None))
    record(session, house.entry_key, draft)
    return False


def _lead_desk(session: Session, admitted: Admitted) -> UUID:
    """Whoever leads the paying office is told; where nobody does, the payout desk itself."""
    lead = select(Desk.id).where(Desk.authority_id == admitted.authority_id, Desk.duty == Duty.LEAD)
    return session.scalars(lead).one_or_none() or admitted.row.desk_id


def destroy(session: Session, row: Payout, draft: Draft, today: date) -> None:
    """Payee, account and the letter of a delegate go; the row stays."""
    row.body = row.wrapped = row.code = None
    row.wiped_on = today
    claim_letters.drop(session, draft, row.id)


def wipe(session: Session, house: House, *, now: datetime) -> list[Draft]:
    """Destroy payee and account of what was paid, or revoked, longer ago than accounts are kept.

    A payment that is not as it was recorded is left alone and logged.
    """
    today, years = clocks.day_of(now), house.policies.rewards.rules.terms.accounting_years
    last = date(today.year - years, today.month, min(today.day, 28))  # the 29th of February has no anniversary
    over = select(Payout).where(Payout.wiped_on.is_(None), (Payout.paid_on <= last) | (Payout.ended_on <= last))
    drafts = []
    for row in session.scalars(locked(session, over.order_by(Payout.id).limit(BATCH), skip=True)).all():
        try:
            house.newest.require(session, row)
        except LedgerError:
            log.error("payment %s is not as it was recorded, and stays", row.id)  # noqa: TRY400 — no values
            continue
        authority_id = session.get_one(Desk, row.desk_id).authority_id
        draft = Draft(WIPED, now, SYSTEM, ("payouts", row.id), authority_id=authority_id)
        destroy(session, row, draft, today)
        draft.names(row)
        drafts.append(draft)
    return drafts
