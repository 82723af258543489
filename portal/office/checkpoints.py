"""Signing the ledger: a checkpoint over every leaf so far, within a second of the last (C2SP tlog-checkpoint)."""

import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from crypto import note
from crypto.cosignature import CosignerKey
from crypto.errors import CryptoError, NoteError
from crypto.keys import SigningKey, VerifyKey
from crypto.tree import Frontier
from portal.domain.audit import hour_of
from portal.domain.errors import LedgerError, UnsignedError
from portal.domain.vocabulary import ActorKind
from portal.office import tiles, vouching
from portal.office.house import House
from portal.office.recording import EntryKey, entry_keys, require_opens, require_ours
from portal.settings import Settings, read_key, read_keys
from portal.store.driving import Question, asked, first
from portal.store.ledger import Checkpoint, Entry, Leaf, LedgerHead

BATCH = 10_000
OLDEST_UNSIGNED = timedelta(minutes=5)  # revealing actions are refused beyond (DESIGN §5)
REPORTERS_HOUR = timedelta(hours=1)
NO_TIME = 0  # a cosignature of the moment would tell within a second when a reporter wrote (decision 025)
SKEW = timedelta(minutes=1)  # by which two hosts of one installation may differ

log = logging.getLogger("portal.checkpoints")

_NEWEST = select(Checkpoint.note).order_by(Checkpoint.size.desc()).limit(1)
_other = aliased(Entry)
_waiting = select(func.min(_other.index)).where(_other.index >= bindparam("size"))
# The oldest entries that wait for a checkpoint: of all, and of those that tell more than the hour.
_OLDEST = (
    select(Entry, Leaf)
    .outerjoin(Leaf, Leaf.index == Entry.index)
    .where(
        Entry.index.in_(
            (_waiting.scalar_subquery(), _waiting.where(_other.actor != ActorKind.REPORTER).scalar_subquery())
        )
    )
)


@dataclass(frozen=True, slots=True)
class LogKeys:
    """What the signer needs."""

    signing: SigningKey = field(repr=False)
    entries: Mapping[bytes, EntryKey] = field(repr=False)
    before: VerifyKey | None = None  # who signed the last checkpoint, where this key has just taken over

    @property
    def cosigning(self) -> CosignerKey:
        """The log's cosigner, of the same file."""
        return CosignerKey.beside(self.signing)

    @classmethod
    def read(cls, settings: Settings) -> Self:
        """From the files that only signers have."""
        return cls(SigningKey(read_key(settings.log_key)), entry_keys(read_keys(settings.entry_keys)))


def last(session: Session) -> Checkpoint | None:
    """The newest checkpoint."""
    return session.scalars(select(Checkpoint).order_by(Checkpoint.size.desc()).limit(1)).one_or_none()


def behind(session: Session) -> int:
    """How many leaves wait for a checkpoint."""
    newest = last(session)
    return session.execute(select(LedgerHead.size)).scalar_one() - (newest.size if newest else 0)


def require_signed(session: Session, house: House, *, now: datetime, size: int | None = None) -> None:
    """Raise UnsignedError when an entry has waited for a checkpoint for five minutes: readings would leave no trace.

    `size`: what `signed_size` has said in this transaction.
    """
    if overdue(session, house, now=now, size=size):
        raise UnsignedError("the ledger is not being signed")


def overdue(session: Session, house: House, *, now: datetime, size: int | None = None) -> timedelta:
    """For how long an entry has waited beyond that; zero where none has. Raises UnsignedError when nobody can say.

    Nothing here is taken on the database's word: the checkpoint carries a certified signature, the entry its MAC.
    Entries by reporters tell the hour alone; one counts as late when that hour is over. One of a time that has not come
    counts as late at once: the clock went back, and what has waited since would wait unseen until that time.
    """
    most, signed = timedelta(), signed_size(session, house) if size is None else size
    for entry, leaf in asked(session, _OLDEST, size=signed):
        said = vouching.opened(house.entry_keys, entry, leaf)
        patience = OLDEST_UNSIGNED + (REPORTERS_HOUR if said["actor"]["kind"] == ActorKind.REPORTER else timedelta())
        age = now - datetime.fromisoformat(said["at"])
        most = max(most, age - patience, -age - SKEW)
    return most


def newest() -> Question:
    """What `signed_size` asks."""
    return _NEWEST, {}


def waiting(size: int) -> Question:
    """What `require_signed` asks where it is given the size."""
    return _OLDEST, {"size": size}


def signed_size(session: Session, house: House) -> int:
    """How many entries the newest checkpoint covers; raises UnsignedError when no key of ours signed it."""
    note_ = first(session, _NEWEST)
    if note_ is None:
        return 0
    with suppress(NoteError):
        return house.log.open(note_, house.origin).size
    raise UnsignedError("the newest checkpoint was not signed by a key of ours")


def sign(session: Session, keys: LogKeys, *, now: datetime) -> Checkpoint | None:
    """Make a checkpoint over what has come since the last; None when nothing has.

    Each new entry's MAC is checked first: what was slipped in beside the portal is never signed. Raises LedgerError.
    """
    head = session.get_one(LedgerHead, 1)
    newest = last(session)
    frontier = _resume(keys, newest) if newest else Frontier()
    if head.size == frontier.size:
        return None
    if head.size < frontier.size:
        raise LedgerError(f"entries {head.size} to {frontier.size - 1} were signed and are gone")
    while frontier.size < head.size:
        _extend(session, keys, frontier, head.size)
    tiles.extend(session, head.size)
    if newest is not None and newest.signed_at > now:
        log.error("the clock went back: the last checkpoint was signed at a later time than this one")
    root = frontier.root()
    signed = note.sign(note.Checkpoint(head.origin, head.size, root), head.origin, keys.signing)
    signed = keys.cosigning.cosign(signed, head.origin, at=NO_TIME)
    row = Checkpoint(
        size=head.size,
        origin=head.origin,
        root=root,
        note=signed,
        frontier=frontier.to_bytes(),
        signed_at=hour_of(now),
    )
    session.add(row)
    return row


def _resume(keys: LogKeys, newest: Checkpoint) -> Frontier:
    """The edge to go on from, held to the note that was signed: one planted in the database is never signed."""
    try:
        signed = note.verify(newest.note, newest.origin, keys.before or keys.signing.public)
        frontier = Frontier.from_bytes(newest.frontier)
    except CryptoError as error:
        raise LedgerError(f"checkpoint {newest.size}: {error}") from error
    if (signed.size, signed.root) != (frontier.size, frontier.root()):
        raise LedgerError(f"checkpoint {newest.size} does not say what its note says")
    return frontier


def _extend(session: Session, keys: LogKeys, frontier: Frontier, size: int) -> None:
    rows = session.execute(
        select(Leaf.index, Leaf.hash, Entry.mac, Entry.mac_key_id, Entry.salt, Entry.opening)
        .join(Entry, Entry.index == Leaf.index)
        .where(Leaf.index >= frontier.size, Leaf.index < min(size, frontier.size + BATCH))
        .order_by(Leaf.index)
    ).all()
    if not rows:
        raise LedgerError(f"entry {frontier.size} is missing")
    for index, leaf, mac, key_id, salt, opening in rows:
        if index != frontier.size:
            raise LedgerError(f"entry {frontier.size} is missing")
        require_ours(keys.entries, index, leaf, mac, key_id)
        if opening is not None:
            require_opens(index, leaf, salt or b"", opening)
        frontier.append(leaf)
