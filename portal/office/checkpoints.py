"""Signing the ledger: a checkpoint over every leaf so far, within a second of the last (C2SP tlog-checkpoint)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import note, tree
from crypto.errors import CryptoError
from crypto.keys import SigningKey
from crypto.tree import Frontier
from portal.domain.audit import hour_of
from portal.domain.errors import LedgerError, UnsignedError
from portal.office import leases
from portal.office.recording import EntryKey, entry_keys, require_ours
from portal.settings import Settings, read_key, read_keys
from portal.store.ledger import Checkpoint, Entry, Leaf, LedgerHead
from portal.store.outbox import Lease

BATCH = 10_000
OLDEST_UNSIGNED = timedelta(minutes=5)  # revealing actions are refused beyond (DESIGN §5)
MARK_EVERY = timedelta(minutes=1)
SIGNER = "signed"  # the lease that says until when the signer's last work counts


@dataclass(frozen=True, slots=True)
class LogKeys:
    """What the signer needs."""

    signing: SigningKey = field(repr=False)
    entries: Mapping[bytes, EntryKey] = field(repr=False)

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


def require_signed(session: Session, *, now: datetime) -> None:
    """Raise UnsignedError when entries wait and no signer has done its work for five minutes.

    Whoever reveals would not be held to it. The signer's own mark decides: entries by reporters know only the hour.
    """
    mark = session.get(Lease, SIGNER)
    if (mark is None or mark.until < now) and behind(session) > 0:
        raise UnsignedError("the ledger is not being signed")


def mark_signed(session: Session, *, now: datetime) -> None:
    """Say that everything was signed a moment ago; written at most once a minute."""
    leases.take(session, SIGNER, SIGNER, life=OLDEST_UNSIGNED, now=now)


def wants_mark(session: Session, *, now: datetime) -> bool:
    """Whether the mark is getting old."""
    mark = session.get(Lease, SIGNER)
    return mark is None or mark.until < now + OLDEST_UNSIGNED - MARK_EVERY


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
    root = frontier.root()
    signed = note.sign(note.Checkpoint(head.origin, head.size, root), head.origin, keys.signing)
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
        signed = note.verify(newest.note, newest.origin, keys.signing.public)
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
        if opening is not None and tree.leaf_hash(tree.record(salt or b"", opening)) != leaf:
            raise LedgerError(f"entry {index} does not open its leaf")
        frontier.append(leaf)
