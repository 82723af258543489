"""Declarations (申报): officers write down whom and what they have to do with, so that cases can keep clear of them.

Sealed for the lead of their own office; a lead's own for the lead above. Nothing that refuses a step ever quotes one.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select

from crypto import envelope
from crypto.errors import FormatError
from portal.domain.errors import NoDeskError, StrangerError
from portal.domain.values import Declared
from portal.domain.vocabulary import Duty
from portal.office import checkpoints, vouching
from portal.office.acting import Act
from portal.office.keyring import Keyring
from portal.office.recording import record
from portal.store.officers import Desk, DeskEpoch, Officer
from portal.store.recusals import Declaration, DeclarationKey

DECLARED, READ = "declared", "declaration_read"
MOST = 200


@dataclass(frozen=True, slots=True)
class DeclarationLine:
    """One declaration in a list."""

    id: UUID
    author: str
    declared_at: datetime


@dataclass(frozen=True, slots=True)
class DeclarationSheet:
    """One that was opened."""

    line: DeclarationLine
    declared: Declared


def reader_of(act: Act) -> UUID:
    """The lead desk that reads what this officer declares: never one's own. Raises NoDeskError."""
    directory, own = act.directory(), set(act.actor.desks(Duty.LEAD))
    for authority in directory.tree.upwards(act.actor.authority_id):
        if (authority, Duty.LEAD) in directory.seats and directory.desk_id(authority, Duty.LEAD) not in own:
            return directory.desk_id(authority, Duty.LEAD)
    raise NoDeskError("no other lead is seated above")


def declare(act: Act, declared: Declared) -> UUID:
    """Seal it; the newest of an officer counts. Raises NoDeskError when nobody could read it."""
    (desk,) = act.house.directories.keys(act.session, {reader_of(act)}).values()
    declaration_id, key_id, key = uuid4(), uuid4(), envelope.new_key()
    draft = act.draft(DECLARED, ("declarations", declaration_id), act.actor.authority_id, None)
    said = json.dumps(asdict(declared), ensure_ascii=False, separators=(",", ":")).encode()
    row = Declaration(
        id=declaration_id,
        author_id=act.actor.officer_id,
        authority_id=act.actor.authority_id,
        declared_at=act.now,
        body=envelope.seal(key, said, act.house.binding("declarations", declaration_id.bytes, "body")),
    )
    draft.names(row)
    act.session.add(row)
    act.session.flush()  # what refers to it comes after
    binding = act.house.binding("declaration_keys", key_id.bytes, "wrapped", declaration_id.bytes)
    wrapped = envelope.wrap(key, desk.key, binding)
    one = DeclarationKey(id=key_id, declaration_id=declaration_id, desk_epoch_id=desk.epoch_id, wrapped=wrapped)
    draft.names(one)
    act.session.add(one)
    record(act.session, act.house.entry_key, draft)
    return declaration_id


def listed(act: Act, ring: Keyring) -> tuple[DeclarationLine, ...]:
    """Those that the actor's lead desks open, newest first."""
    mine = select(DeclarationKey.declaration_id).where(DeclarationKey.desk_epoch_id.in_(ring.epochs))
    rows = act.session.scalars(
        select(Declaration)
        .where(Declaration.id.in_(mine))
        .order_by(Declaration.declared_at.desc(), Declaration.id)
        .limit(MOST)
    )
    return tuple(_line(act, row) for row in rows)


def show(act: Act, ring: Keyring, declaration_id: UUID) -> DeclarationSheet:
    """Open one, recorded first. Raises StrangerError for whoever has no key of it."""
    checkpoints.require_signed(act.session, act.house, now=act.now)
    row = act.session.get(Declaration, declaration_id)
    mine = select(DeclarationKey).where(DeclarationKey.declaration_id == declaration_id)
    key = act.session.scalars(mine.where(DeclarationKey.desk_epoch_id.in_(ring.epochs))).one_or_none()
    if row is None or key is None:
        raise StrangerError("no such declaration")
    for one in (row, key):
        vouching.require_recorded(act.session, act.house.entry_keys, one)
    binding = act.house.binding("declaration_keys", key.id.bytes, "wrapped", row.id.bytes)
    opened = envelope.unwrap(key.wrapped, ring.epochs[key.desk_epoch_id], binding)
    body = envelope.unseal(opened, row.body, act.house.binding("declarations", row.id.bytes, "body"))
    desk = act.session.get_one(Desk, act.session.get_one(DeskEpoch, key.desk_epoch_id).desk_id)
    draft = act.draft(READ, ("declarations", row.id), row.authority_id, desk.duty)
    record(act.session, act.house.entry_key, draft)
    return DeclarationSheet(_line(act, row), _read(body))


def _line(act: Act, row: Declaration) -> DeclarationLine:
    return DeclarationLine(row.id, act.session.get_one(Officer, row.author_id).username, row.declared_at)


def _read(body: bytes) -> Declared:
    try:
        return Declared(**json.loads(body))
    except (ValueError, TypeError) as error:
        raise FormatError("a declaration of an unknown form") from error
