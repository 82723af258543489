"""Lists for the bank (付款批次): made of what was released, given out as a file, recalled when it was never handed in.

One officer makes one: whom and how much was agreed to by two before. A payment stands in one list until the bank has
answered, so a list that is handed in twice has the same number twice, and no other list has its payments.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto import envelope, tree
from portal.domain import bank_lists, clocks, payouts
from portal.domain.access import Actor
from portal.domain.audit import Party
from portal.domain.award_errors import BankListError
from portal.domain.award_vocabulary import BankAnswer, BankListState, PayoutState
from portal.domain.errors import StaleError, StrangerError
from portal.domain.payee import Claimed
from portal.domain.vocabulary import ActorKind, Duty, MotionKind
from portal.office import bank_items, checkpoints, gate, paying, signing_in
from portal.office.acting import Act, Hand
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.proposals import Ready, Wanted
from portal.office.recording import Draft, record
from portal.office.signing_in import Proof
from portal.store.motions import Motion
from portal.store.officers import Desk
from portal.store.payouts import BankItem, BankList, Payout
from portal.store.session import lock, locked

MADE, TAKEN, RECALLED = "bank_list_made", "bank_list_taken", "bank_list_recalled"
MOST = 500  # payments of one list; what is more comes into the next
READY = (Payout.state == PayoutState.RELEASED, Payout.code.is_(None), Payout.list_id.is_(None))


@dataclass(frozen=True, slots=True)
class Transfer:
    """One line for the bank."""

    reference: str
    holder: str
    bank: str
    account: str
    fen: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What goes into the file of a list, and which time it is given out."""

    number: str
    time: int
    lines: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True)
class Admitted:
    """A list that this actor may do something to."""

    row: BankList
    actor: Actor
    authority_id: UUID

    def draft(self, event: str, now: datetime, **facts: object) -> Draft:
        """An entry about the list by this officer."""
        party = Party(ActorKind.OFFICER, self.actor.officer_id, self.authority_id, Duty.PAYOUT)
        return Draft(event, now, party, ("bank_lists", self.row.id), facts=facts)


def admit(session: Session, house: House, actor: Actor, list_id: UUID, *, held: bool = True) -> Admitted:
    """Load a list, held unless it is only looked at. Raises StrangerError, LedgerError, NotAllowedError."""
    row = session.get(BankList, list_id, with_for_update=held and lock(session))
    if row is None or row.desk_id not in actor.desks(Duty.PAYOUT):
        raise StrangerError("no such list")
    house.newest.require(session, row)
    if held:
        gate.require_seated(session, house, actor, row.desk_id)
    return Admitted(row, actor, session.get_one(Desk, row.desk_id).authority_id)


def number_of(session: Session, house: House, row: BankList, *, now: datetime) -> str:
    """What a list is called."""
    directory = house.directories.read(session, today=clocks.day_of(now))
    code = directory.codes[session.get_one(Desk, row.desk_id).authority_id]
    return bank_lists.number(code.removeprefix("office-"), row.year, row.position)


def make(
    session: Session, house: House, actor: Actor, ring: Keyring, proof: Proof, desk_id: UUID, *, now: datetime
) -> UUID:
    """Make a list of everything that was released, goes by bank and stands in none.

    Of two at once one makes it; the other finds nothing (BankListError). Raises StrangerError, SignInError for a
    wrong code, LedgerError for an order that nobody may have signed, OwnAwardError for whoever signed one of them.
    """
    if desk_id not in actor.desks(Duty.PAYOUT):
        raise StrangerError("no such desk of theirs")
    signing_in.require_code(session, house, actor, proof, now=now)
    desk = session.get_one(Desk, desk_id, with_for_update=lock(session))  # one at a time: numbers, and what is free
    gate.require_seated(session, house, actor, desk_id)
    wanted = select(Payout).where(Payout.desk_id == desk_id, *READY).order_by(Payout.claimed_on, Payout.id).limit(MOST)
    rows = session.scalars(locked(session, wanted)).all()
    if not rows:
        raise BankListError("empty")
    house.newest.require(session, *rows)
    sums = [paying.unseal(session, house, ring, row).voucher.fen for row in rows]
    made = _new(session, house, actor, desk_id, sums, now)
    draft = Admitted(made, actor, desk.authority_id).draft(MADE, now, payouts=[str(row.id) for row in rows])
    draft.names(made)
    session.add(made)
    session.flush()
    _list(session, made, rows, draft)
    record(session, house.entry_key, draft)
    return made.id


def _new(session: Session, house: House, actor: Actor, desk_id: UUID, sums: Sequence[int], now: datetime) -> BankList:
    year, list_id, key = clocks.day_of(now).year, uuid4(), envelope.new_key()
    desk = house.directories.keys(session, (desk_id,))[desk_id]
    last = select(func.max(BankList.position)).where(BankList.desk_id == desk_id, BankList.year == year)
    place = house.binding("bank_lists", list_id.bytes, "wrapped", desk.epoch_id.bytes)
    body = house.binding("bank_lists", list_id.bytes, "body", desk.epoch_id.bytes)
    return BankList(
        id=list_id,
        desk_id=desk_id,
        year=year,
        position=(session.scalars(last).one() or 0) + 1,
        state=BankListState.OPEN,
        count=len(sums),
        officer_id=actor.officer_id,
        made_on=clocks.day_of(now),
        downloads=0,
        desk_epoch_id=desk.epoch_id,
        wrapped=envelope.wrap(key, desk.key, place),
        body=envelope.seal(key, json.dumps(list(sums)).encode(), body),
        motion_id=None,
    )


def _list(session: Session, made: BankList, rows: Sequence[Payout], draft: Draft) -> None:
    for position, row in enumerate(rows, start=1):
        row.list_id = made.id
        item = BankItem(
            id=uuid4(),
            list_id=made.id,
            position=position,
            payout_id=row.id,
            claim=bank_items.claim_digest(row),
            answer=BankAnswer.WAITING,
            answered_on=None,
        )
        draft.names(row, item)
        session.add(item)


def take(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    proof: Proof,
    list_id: UUID,
    kind: str,
    *,
    now: datetime,
) -> Taken:
    """What its file holds, the same each time; counted and entered, and only with a code of this moment.

    Raises StrangerError, SignInError for a wrong code, BankListError once the bank has answered to all of it, or a
    payment that it sent back was corrected.
    """
    signing_in.require_code(session, house, actor, proof, now=now)
    checkpoints.require_signed(session, house, now=now)
    admitted = admit(session, house, actor, list_id)
    row = admitted.row
    bank_lists.require_open(row.state)
    items = bank_items.items_of(session, house, row)
    rows = payments_of(session, house, row)
    bank_items.require_unchanged(items, rows)
    found = [paying.unseal(session, house, ring, rows[one.payout_id]) for one in items]
    row.downloads += 1
    draft = admitted.draft(TAKEN, now, kind=kind, count=row.downloads)
    draft.names(row)
    record(session, house.entry_key, draft)
    return Taken(number_of(session, house, row, now=now), row.downloads, tuple(map(_line, found)))


def payments_of(session: Session, house: House, bank_list: BankList) -> dict[UUID, Payout]:
    """The payments of a list as they stand, by id. Raises LedgerError."""
    mine = select(Payout).join(BankItem, BankItem.payout_id == Payout.id).where(BankItem.list_id == bank_list.id)
    rows = session.scalars(mine).all()
    house.newest.require(session, *rows)
    return {row.id: row for row in rows}


def _line(said: Claimed) -> Transfer:
    payee = said.payee
    return Transfer(
        payouts.reference(said.voucher.reference), payee.holder, payee.bank, payee.account, said.voucher.fen
    )


def wanted(act: Act, list_id: UUID) -> Wanted:
    """That it be recalled, proposed to another officer of the desk. Raises StrangerError, BankListError."""
    admitted, _ = _recallable(act, list_id)
    number = number_of(act.session, act.house, admitted.row, now=act.now)
    content = tree.canonical({"list": str(list_id), "number": number, "downloads": admitted.row.downloads})
    return Wanted(MotionKind.RECALL, admitted.authority_id, desk_id=admitted.row.desk_id, content=content)


def propose(act: Act, hand: Hand, proposal: Wanted) -> Ready:
    """Nothing is made ready. Raises StrangerError, BankListError."""
    del hand
    _recallable(act, list_of(proposal.content))
    return Ready(content=proposal.content)


def confirm(act: Act, hand: Hand, motion: Motion) -> Draft:
    """It was never handed in, as two people say: its payments are free.

    Raises what `propose` raises, and StaleError once its file was taken again: that one may be at the bank.
    """
    del hand
    admitted, items = _recallable(act, list_of(motion.content))
    if json.loads(motion.content or b"{}").get("downloads") != admitted.row.downloads:
        raise StaleError("its file was taken since this was proposed")
    admitted.row.state, admitted.row.motion_id = BankListState.RECALLED, motion.id
    draft = admitted.draft(RECALLED, act.now)
    theirs = select(Payout).where(Payout.list_id == admitted.row.id).order_by(Payout.id)
    rows = act.session.scalars(locked(act.session, theirs)).all()
    act.house.newest.require(act.session, *rows)
    for row in rows:
        row.list_id = None
    for item in items:
        item.answer = BankAnswer.RECALLED
    draft.names(admitted.row, *items, *rows)
    return draft


def _recallable(act: Act, list_id: UUID) -> tuple[Admitted, list[BankItem]]:
    admitted = admit(act.session, act.house, act.actor, list_id)
    items = bank_items.items_of(act.session, act.house, admitted.row)
    bank_lists.require_recallable(admitted.row.state, [one.answer for one in items])
    return admitted, items


def list_of(content: bytes | None) -> UUID:
    """Which list a motion is to recall."""
    return UUID(json.loads(content or b"{}")["list"])


def named(content: bytes | None) -> str:
    """What the list is called that a motion is to recall."""
    return str(json.loads(content or b"{}")["number"])
