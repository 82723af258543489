"""The register of inquiries (过问登记): an officer who is asked for a reporter's name writes down by whom.

Sealed for the audit desk above the author and for discipline; not for the author's own office, nor for the author.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from crypto import envelope
from crypto.errors import FormatError
from portal.domain import jurisdiction
from portal.domain.errors import StrangerError
from portal.domain.values import Asked
from portal.office import checkpoints, vouching
from portal.office.acting import Act
from portal.office.keyring import Keyring
from portal.office.recording import record
from portal.store.inquiries import Inquiry, InquiryKey
from portal.store.officers import Desk, DeskEpoch, Officer

REGISTERED, READ = "inquiry_registered", "inquiry_read"
MOST = 200


@dataclass(frozen=True, slots=True)
class InquiryLine:
    """One in the list: nothing of what it says."""

    id: UUID
    registered_at: datetime
    authority: str
    author: str


@dataclass(frozen=True, slots=True)
class InquirySheet:
    """One that was opened."""

    line: InquiryLine
    asked: Asked


def register(act: Act, asked: Asked) -> UUID:
    """Seal what an officer was asked; returns its id. Raises NoDeskError when nobody could read it."""
    directory, authority_id = act.directory(), act.actor.authority_id
    readers = jurisdiction.inquiry_readers(directory.tree, directory.seats, authority_id)
    keys = act.house.directories.keys(act.session, {directory.desk_id(*reader) for reader in readers})
    inquiry_id, key = uuid4(), envelope.new_key()
    draft = act.draft(REGISTERED, ("inquiries", inquiry_id), authority_id, None)
    row = Inquiry(
        id=inquiry_id,
        author_id=act.actor.officer_id,
        authority_id=authority_id,
        registered_at=act.now,
        body=envelope.seal(key, _written(asked), act.house.binding("inquiries", inquiry_id.bytes, "body")),
    )
    draft.names(row)
    act.session.add(row)
    act.session.flush()  # what refers to it comes after
    for desk in keys.values():
        key_id = uuid4()
        binding = act.house.binding("inquiry_keys", key_id.bytes, "wrapped", inquiry_id.bytes)
        wrapped = envelope.wrap(key, desk.key, binding)
        one = InquiryKey(id=key_id, inquiry_id=inquiry_id, desk_epoch_id=desk.epoch_id, wrapped=wrapped)
        draft.names(one)
        act.session.add(one)
    record(act.session, act.house.entry_key, draft)
    return inquiry_id


def reads(act: Act) -> bool:
    """Whether the actor sits at a desk that such things are sealed to."""
    tree = act.tree()
    return any(jurisdiction.reads_inquiries(tree, seat.authority_id, seat.duty) for seat in act.actor.seats)


def listed(act: Act, ring: Keyring, language: str) -> tuple[InquiryLine, ...]:
    """Those that the actor's desks open, newest first."""
    mine = select(InquiryKey.inquiry_id).where(InquiryKey.desk_epoch_id.in_(ring.epochs))
    rows = act.session.scalars(
        select(Inquiry).where(Inquiry.id.in_(mine)).order_by(Inquiry.registered_at.desc(), Inquiry.id).limit(MOST)
    )
    return tuple(_line(act, row, language) for row in rows)


def show(act: Act, ring: Keyring, inquiry_id: UUID, language: str) -> InquirySheet:
    """Open one, recorded first. Raises StrangerError for whoever has no key of it."""
    checkpoints.require_signed(act.session, act.house, now=act.now)
    row = act.session.get(Inquiry, inquiry_id)
    key = act.session.scalars(
        select(InquiryKey)
        .where(InquiryKey.inquiry_id == inquiry_id, InquiryKey.desk_epoch_id.in_(ring.epochs))
        .limit(1)
    ).first()
    if row is None or key is None:
        raise StrangerError("no such inquiry")
    for one in (row, key):
        vouching.require_recorded(act.session, act.house.entry_keys, one)
    binding = act.house.binding("inquiry_keys", key.id.bytes, "wrapped", row.id.bytes)
    opened = envelope.unwrap(key.wrapped, ring.epochs[key.desk_epoch_id], binding)
    body = envelope.unseal(opened, row.body, act.house.binding("inquiries", row.id.bytes, "body"))
    desk = act.session.get_one(Desk, act.session.get_one(DeskEpoch, key.desk_epoch_id).desk_id)
    draft = act.draft(READ, ("inquiries", row.id), row.authority_id, desk.duty)
    record(act.session, act.house.entry_key, draft)
    return InquirySheet(_line(act, row, language), _read(body))


def _line(act: Act, row: Inquiry, language: str) -> InquiryLine:
    author = act.session.get_one(Officer, row.author_id).username
    return InquiryLine(row.id, row.registered_at, act.directory().name(row.authority_id, language), author)


def _written(asked: Asked) -> bytes:
    return json.dumps(asdict(asked), ensure_ascii=False, separators=(",", ":")).encode()


def _read(body: bytes) -> Asked:
    try:
        return Asked(**json.loads(body))
    except (ValueError, TypeError) as error:
        raise FormatError("an inquiry of an unknown form") from error
