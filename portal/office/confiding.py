"""Confiding: what an officer writes down is sealed once, its key wrapped to each desk that may read it, and no other.

Declarations of interests and the register of inquiries are kept so. Each look at one is entered first.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import envelope
from crypto.errors import FormatError
from portal.domain.errors import StrangerError
from portal.office import checkpoints, vouching
from portal.office.acting import Act
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import record
from portal.store.base import table_of
from portal.store.confided import Confided, ConfidedKey
from portal.store.officers import Desk, DeskEpoch

MOST = 200
Row = TypeVar("Row", bound=Confided)
Key = TypeVar("Key", bound=ConfidedKey)
Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Register(Generic[Row, Key, Said]):
    """One kind of what is confided: its rows, the columns that say when and whose key, its value, its entries."""

    row: type[Row]
    key: type[Key]
    at: str
    owner: str
    said: type[Said]
    written: str
    read: str

    @property
    def table(self) -> str:
        """Where it lies."""
        return table_of(self.row).name


def confide(act: Act, register: Register[Row, Key, Said], said: Said, desks: Collection[UUID]) -> UUID:
    """Seal it to these desks; returns its id."""
    keys, row_id, key = act.house.directories.keys(act.session, desks), uuid4(), envelope.new_key()
    draft = act.draft(register.written, (register.table, row_id), act.actor.authority_id, None)
    row = register.row(
        id=row_id,
        author_id=act.actor.officer_id,
        authority_id=act.actor.authority_id,
        body=envelope.seal(key, _written(said), act.house.binding(register.table, row_id.bytes, "body")),
        **{register.at: act.now},
    )
    draft.names(row)
    act.session.add(row)
    act.session.flush()  # what refers to it comes after
    for desk in keys.values():
        key_id = uuid4()
        binding = act.house.binding(table_of(register.key).name, key_id.bytes, "wrapped", row_id.bytes)
        wrapped = envelope.wrap(key, desk.key, binding)
        one = register.key(id=key_id, desk_epoch_id=desk.epoch_id, wrapped=wrapped, **{register.owner: row_id})
        draft.names(one)
        act.session.add(one)
    record(act.session, act.house.entry_key, draft)
    return row_id


def listed(session: Session, ring: Keyring, register: Register[Row, Key, Said]) -> Sequence[Row]:
    """Those that the desks of a ring open, newest first."""
    row: Any = register.row
    mine = select(getattr(register.key, register.owner)).where(register.key.desk_epoch_id.in_(ring.epochs))
    wanted = select(register.row).where(row.id.in_(mine))
    return session.scalars(wanted.order_by(getattr(row, register.at).desc(), row.id).limit(MOST)).all()


def show(act: Act, ring: Keyring, register: Register[Row, Key, Said], row_id: UUID) -> tuple[Row, Said]:
    """Open one, recorded first. Raises StrangerError for whoever has no key of it."""
    checkpoints.require_signed(act.session, act.house, now=act.now)
    row = act.session.get(register.row, row_id)
    if row is None:
        raise StrangerError(f"nothing like that in {register.table}")
    key, said = opened(act.session, act.house, ring, register, row)
    desk = act.session.get_one(Desk, act.session.get_one(DeskEpoch, key.desk_epoch_id).desk_id)
    record(
        act.session,
        act.house.entry_key,
        act.draft(register.read, (register.table, row.id), row.authority_id, desk.duty),
    )
    return row, said


def opened(
    session: Session, house: House, ring: Keyring, register: Register[Row, Key, Said], row: Row
) -> tuple[Key, Said]:
    """What a row says, and the key that opened it. Raises StrangerError, LedgerError for what was planted."""
    mine = select(register.key).where(getattr(register.key, register.owner) == row.id)
    key = session.scalars(mine.where(register.key.desk_epoch_id.in_(ring.epochs)).limit(1)).first()
    if key is None:
        raise StrangerError(f"nothing like that in {register.table}")
    for one in (row, key):
        vouching.require_recorded(session, house.entry_keys, one)
    binding = house.binding(table_of(register.key).name, key.id.bytes, "wrapped", row.id.bytes)
    inner = envelope.unwrap(key.wrapped, ring.epochs[key.desk_epoch_id], binding)
    body = envelope.unseal(inner, row.body, house.binding(register.table, row.id.bytes, "body"))
    return key, _read(register, body)


def _written(said: Any) -> bytes:
    return json.dumps(asdict(said), ensure_ascii=False, separators=(",", ":")).encode()


def _read(register: Register[Row, Key, Said], body: bytes) -> Said:
    try:
        read: Mapping[str, str] = json.loads(body)
        return register.said(**read)
    except (ValueError, TypeError) as error:
        raise FormatError(f"{register.table} of an unknown form") from error
