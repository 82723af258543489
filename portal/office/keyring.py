"""What an officer or a reporter can open: desk keys reached through seats, and the key of a receipt."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from crypto import envelope
from crypto.errors import CryptoError
from crypto.keys import SecretKey
from portal.domain.errors import NotAllowedError
from portal.domain.vocabulary import GrantState
from portal.office.house import House
from portal.office.sealing import Content
from portal.store.driving import Question, asked
from portal.store.officers import DeskEpoch, Seat
from portal.store.reports import KeyGrant

log = logging.getLogger("portal.keyring")

SEAT = (Seat.id, Seat.wrapped, DeskEpoch.id, DeskEpoch.desk_id, DeskEpoch.epoch, DeskEpoch.previous)
_SEATS = (
    select(*SEAT)
    .join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
    .where(Seat.officer_id == bindparam("officer"), Seat.left_at.is_(None), DeskEpoch.current)
)
_OLDER = (
    select(DeskEpoch.id, DeskEpoch.previous)
    .where(DeskEpoch.desk_id == bindparam("desk"), DeskEpoch.epoch < bindparam("epoch"))
    .order_by(DeskEpoch.epoch.desc())
)
_GRANTS = select(KeyGrant.id, KeyGrant.content_key_id, KeyGrant.desk_epoch_id, KeyGrant.wrapped).where(
    KeyGrant.content_key_id.in_(bindparam("keys", expanding=True)), KeyGrant.state == GrantState.ACTIVE
)
_OFFICERS = _GRANTS.where(
    or_(
        KeyGrant.desk_epoch_id.in_(bindparam("epochs", expanding=True)),
        KeyGrant.officer_id == bindparam("officer"),
    )
)
_REPORTERS = _GRANTS.where(KeyGrant.receipt_id == bindparam("receipt"))


class HeldSeat(NamedTuple):
    """A seat with the epoch of its desk, as `SEAT` asks for it."""

    id: UUID
    wrapped: bytes
    epoch_id: UUID
    desk_id: UUID
    epoch: int
    previous: bytes | None


class _Grant(NamedTuple):
    """A content key as one reader has it."""

    id: UUID
    content_key_id: UUID
    desk_epoch_id: UUID | None  # of a desk's
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class Keyring:
    """An officer's own key and, made from it for one request, their desks' keys by epoch."""

    officer_id: UUID
    own: SecretKey = field(repr=False)
    epochs: Mapping[UUID, SecretKey] = field(repr=False)

    def open(self, session: Session, house: House, ids: Iterable[UUID]) -> Mapping[UUID, Content]:
        """The content keys among `ids` that an active grant opens for this officer."""
        return {one.content_key_id: self._unwrap(house, one) for one in self._held(session, ids)}

    def open_sound(self, session: Session, house: House, ids: Iterable[UUID]) -> Mapping[UUID, Content]:
        """The same for a list, where one damaged grant must not cost the others: it is left out and logged."""
        return _sound(self._held(session, ids), lambda grant: self._unwrap(house, grant))

    def _held(self, session: Session, ids: Iterable[UUID]) -> Iterable[_Grant]:
        rows = asked(session, _OFFICERS, keys={*ids}, epochs=[*self.epochs], officer=self.officer_id)
        return (_Grant(*row) for row in rows)

    def _unwrap(self, house: House, grant: _Grant) -> Content:
        return _open(house, grant, self.epochs[grant.desk_epoch_id] if grant.desk_epoch_id else self.own)


@dataclass(frozen=True, slots=True)
class ReporterKey:
    """A reporter's key, derived from the receipt; lives in the mailbox session and nowhere else."""

    report_id: UUID
    receipt_id: UUID
    secret: SecretKey = field(repr=False)

    def open(self, session: Session, house: House, ids: Iterable[UUID]) -> Mapping[UUID, Content]:
        """The content keys among `ids` that were granted to this receipt."""
        return {g.content_key_id: _open(house, g, self.secret) for g in self._held(session, ids)}

    def open_sound(self, session: Session, house: House, ids: Iterable[UUID]) -> Mapping[UUID, Content]:
        """The same where one damaged grant must not cost the others."""
        return _sound(self._held(session, ids), lambda grant: _open(house, grant, self.secret))

    def _held(self, session: Session, ids: Iterable[UUID]) -> Iterable[_Grant]:
        query, given = self.looks(ids)
        return (_Grant(*row) for row in asked(session, query, **given))

    def looks(self, ids: Iterable[UUID]) -> Question:
        """What opening keys asks."""
        return _REPORTERS, {"keys": {*ids}, "receipt": self.receipt_id}


Reader = Keyring | ReporterKey


def open_one(session: Session, house: House, reader: Reader, content_key_id: UUID) -> Content:
    """One content key; raises NotAllowedError without a grant."""
    try:
        return reader.open(session, house, (content_key_id,))[content_key_id]
    except KeyError:
        raise NotAllowedError("no grant opens this for you") from None


def load(session: Session, house: House, officer_id: UUID, secret: SecretKey) -> Keyring:
    """Open every seat the officer holds, and the epochs chained behind each."""
    seats = (HeldSeat(*row) for row in asked(session, _SEATS, officer=officer_id))
    return opened(session, house, officer_id, secret, seats)


def opened(session: Session, house: House, officer_id: UUID, secret: SecretKey, seats: Iterable[HeldSeat]) -> Keyring:
    """The same for seats that are at hand."""
    epochs: dict[UUID, SecretKey] = {}
    for seat in seats:
        binding = house.binding("seats", seat.id.bytes, "wrapped", seat.epoch_id.bytes)
        epochs[seat.epoch_id] = SecretKey(envelope.unwrap(seat.wrapped, secret, binding))
        if seat.previous is not None:
            older = asked(session, _OLDER, desk=seat.desk_id, epoch=seat.epoch)
            _follow(house, (seat.epoch_id, seat.previous), older, epochs)
    return Keyring(officer_id, secret, epochs)


def _follow(
    house: House,
    newest: tuple[UUID, bytes | None],
    older: Iterable[tuple[UUID, bytes | None]],
    epochs: dict[UUID, SecretKey],
) -> None:
    """Go back along the chain: each epoch sealed the key of the one before to itself."""
    current, sealed = newest
    for epoch, previous in older:
        if sealed is None:
            return
        binding = house.binding("desk_epochs", current.bytes, "previous", epoch.bytes)
        epochs[epoch] = SecretKey(envelope.unwrap(sealed, epochs[current], binding))
        current, sealed = epoch, previous


def _sound(grants: Iterable[_Grant], unwrap: Callable[[_Grant], Content]) -> Mapping[UUID, Content]:
    found: dict[UUID, Content] = {}
    for grant in grants:
        try:
            found[grant.content_key_id] = unwrap(grant)
        except CryptoError:
            log.error("grant %s does not open", grant.id)  # noqa: TRY400 — no values
    return found


def _open(house: House, grant: _Grant, secret: SecretKey) -> Content:
    binding = house.binding("key_grants", grant.id.bytes, "wrapped", grant.content_key_id.bytes)
    return Content(grant.content_key_id, envelope.unwrap(grant.wrapped, secret, binding))
