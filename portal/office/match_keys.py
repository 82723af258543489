"""The key under which offices compare reports (查重): one for all intake and lead desks, never discipline's.

Drawn when the installation is made, or by the first session of an older one that needs it, and passed on to a desk that
has none by the next session that holds it. It opens no text: with it and the database one can guess at names.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from crypto import envelope
from crypto.keys import PublicKey
from crypto.primitives import Binding
from portal.domain.audit import SYSTEM, Party
from portal.domain.errors import UncertifiedKeyError
from portal.domain.vocabulary import AuthorityKind, Duty
from portal.office.directory import Directory
from portal.office.founding import Founder
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft
from portal.store.authorities import Authority
from portal.store.driving import Question, first
from portal.store.index import MatchKey
from portal.store.officers import Desk, DeskEpoch

log = logging.getLogger("portal.match_keys")

DRAWN, GIVEN = "match_key_drawn", "match_key_given"
DUTIES = (Duty.INTAKE, Duty.LEAD)
_HELD = select(MatchKey).where(MatchKey.desk_epoch_id.in_(bindparam("epochs", expanding=True))).limit(1)


@dataclass(frozen=True, slots=True)
class Shared:
    """The key as a session has it, and the entry of what it did with it, which is not stored yet."""

    key: bytes | None = field(repr=False)
    drafts: tuple[Draft, ...]


def found(founder: Founder) -> None:
    """Draw it when an installation is made, for the intake and lead desks that it begins with."""
    rows = founder.session.execute(
        select(DeskEpoch.id, DeskEpoch.public_key)
        .join(Desk, Desk.id == DeskEpoch.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(Desk.duty.in_(DUTIES), Authority.kind != AuthorityKind.DISCIPLINE, DeskEpoch.current)
    )
    if keys := {epoch_id: PublicKey(raw) for epoch_id, raw in rows}:
        draft = Draft(DRAWN, founder.now, SYSTEM)
        _wrap(founder.session, founder.installation, draft, envelope.new_key(), keys)
        founder.record(draft)


def of(session: Session, house: House, ring: Keyring) -> bytes | None:
    """The key, as one of the ring's desks holds it; None where none does yet. Raises LedgerError for a planted one."""
    row = first(session, _HELD, epochs=[*ring.epochs])
    if row is None:
        return None
    house.newest.require(session, row)
    place = _place(house.installation, row.id, row.desk_epoch_id)
    return envelope.unwrap(row.wrapped, ring.epochs[row.desk_epoch_id], place)


def looks(ring: Keyring) -> Question:
    """What `of` asks."""
    return _HELD, {"epochs": [*ring.epochs]}


def share(
    session: Session, house: House, ring: Keyring, directory: Directory, party: Party, *, now: datetime
) -> Shared:
    """The key, drawn or passed on to desks that have none.

    The caller holds the index of comparing, so that two sessions never draw one each.
    """
    key, event = of(session, house, ring), GIVEN
    if key is None:
        house.newest.require_whole(session, MatchKey)
        if session.scalars(select(MatchKey.id).limit(1)).first() is not None:
            return Shared(None, ())  # there is one, and it has not come to this desk yet
        key, event = envelope.new_key(), DRAWN
    lacking = _lacking(session, house, directory)
    if not lacking:
        return Shared(key if event == GIVEN else None, ())
    draft = Draft(event, now, party)
    _wrap(session, house.installation, draft, key, lacking)
    return Shared(key, (draft,))


def _lacking(session: Session, house: House, directory: Directory) -> Mapping[UUID, PublicKey]:
    """The desks that compare and cannot yet: epoch → certified key."""
    having = set(session.scalars(select(DeskEpoch.desk_id).join(MatchKey, MatchKey.desk_epoch_id == DeskEpoch.id)))
    found: dict[UUID, PublicKey] = {}
    for (authority_id, duty), desk_id in directory.desk_ids.items():
        if duty in DUTIES and desk_id not in having and compares(directory, authority_id):
            try:
                desk = house.directories.keys(session, (desk_id,))[desk_id]
            except (
                UncertifiedKeyError
            ):  # it gets nothing; what is sealed to it is refused, with a word to whoever tries
                log.critical("the key of a desk that compares is not certified")
            else:
                found[desk.epoch_id] = desk.key
    return found


def compares(directory: Directory, authority_id: UUID) -> bool:
    """Whether an authority compares its reports with others': all but discipline."""
    return directory.tree.nodes[authority_id].kind is not AuthorityKind.DISCIPLINE


def _wrap(session: Session, installation: bytes, draft: Draft, key: bytes, keys: Mapping[UUID, PublicKey]) -> None:
    rows = tuple(_rows(installation, key, keys.items()))
    draft.facts = {"keys": len(rows)}
    draft.names(*rows)
    session.add_all(rows)


def _rows(installation: bytes, key: bytes, keys: Iterable[tuple[UUID, PublicKey]]) -> Iterable[MatchKey]:
    for epoch_id, public in keys:
        row_id = uuid4()
        wrapped = envelope.wrap(key, public, _place(installation, row_id, epoch_id))
        yield MatchKey(id=row_id, desk_epoch_id=epoch_id, wrapped=wrapped)


def _place(installation: bytes, row_id: UUID, epoch_id: UUID) -> Binding:
    return Binding(installation, "match_keys", row_id.bytes, "wrapped", epoch_id.bytes)
