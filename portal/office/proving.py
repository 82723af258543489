"""Proofs from the ledger as files that need neither the portal nor its database to be checked (C2SP tlog-proof).

Whoever asks for one must be allowed to: that is decided elsewhere. Each file is checked before it is given out.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from crypto import certificates, note, tree
from crypto.errors import CryptoError, NoteError
from crypto.keys import VerifyKey
from crypto.tlog_proof import LogProof
from portal.domain import proofs
from portal.domain.errors import LedgerError, UnprovenError
from portal.domain.proofs import Bound, Signer
from portal.office import log_keys, publishing, tiles, vouching
from portal.office.founding import installation_of
from portal.office.house import House
from portal.office.log_keys import LogRoll
from portal.office.recording import require_opens
from portal.store.authorities import Certificate
from portal.store.driving import first
from portal.store.ledger import Checkpoint, Entry, Leaf, LedgerHead

_OVER = (
    select(Checkpoint.note)
    .where(Checkpoint.origin == bindparam("origin"), Checkpoint.size > bindparam("size"))
    .order_by(Checkpoint.size)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Log:
    """Whose ledger it is, and which keys sign for it."""

    origin: str
    installation: bytes
    roll: LogRoll

    def open_head(self, text: str) -> note.Checkpoint:
        """The tree head of a checkpoint that the keys of its size signed. Raises UnprovenError."""
        try:
            return self.roll.open(text, self.origin)
        except NoteError as error:
            raise UnprovenError("signature", str(error)) from None

    @classmethod
    def of(cls, house: House) -> Self:
        """The ledger of a portal that is running."""
        return cls(house.origin, house.installation, house.log)


@dataclass(frozen=True, slots=True)
class Signed:
    """The newest checkpoint, its signature checked."""

    head: note.Checkpoint
    text: str


def read_log(session: Session, root: VerifyKey) -> Log:
    """The ledger in a database, with the keys that the root certified, or the key before them. Raises LedgerError."""
    installation, origin = installation_of(session).id.bytes, session.get_one(LedgerHead, 1).origin
    try:
        return Log(origin, installation, log_keys.read(session, installation, root))
    except CryptoError as error:
        raise LedgerError("a certificate of the log's keys does not chain to the root") from error


def read_promisers(session: Session, ledger: Log, root: VerifyKey) -> tuple[Signer, ...]:
    """The keys that the root certified for promises. Raises LedgerError."""
    bodies = session.scalars(select(Certificate.body).where(Certificate.kind == "promise")).all()
    try:
        claims = [certificates.verify(one, installation=ledger.installation, root=root) for one in bodies]
    except CryptoError as error:
        raise LedgerError("a certificate of the key for promises does not chain to the root") from error
    return tuple((proofs.promise_name(ledger.origin), VerifyKey(one.signing_key)) for one in claims)


def newest(session: Session, ledger: Log) -> Signed | None:
    """The newest checkpoint of this ledger; None before the first. Raises UnprovenError when no key of ours signed."""
    row = session.scalars(
        select(Checkpoint).where(Checkpoint.origin == ledger.origin).order_by(Checkpoint.size.desc()).limit(1)
    ).one_or_none()
    return Signed(ledger.open_head(row.note), row.note) if row else None


def covering(session: Session, ledger: Log, index: int) -> Signed | None:
    """The newest checkpoint, when it stands over this entry; else None: the signer will be there in a second."""
    signed = newest(session, ledger)
    return signed if signed is not None and index < signed.head.size else None


def first_over(session: Session, ledger: Log, index: int) -> Signed | None:
    """The first checkpoint over an entry by the keys that count now, which are given beside it; None before it."""
    found = first(session, _OVER, origin=ledger.origin, size=_least(ledger, index))
    return Signed(ledger.open_head(found), found) if found else None


def handed_out(session: Session, house: House, index: int, *, now: datetime) -> Signed | None:
    """The checkpoint that a reporter gets with a proof: the public one, or until it stands over the entry the first.

    Under the newest, whoever has a code of their own would see at any moment how far the ledger has grown, and so when
    others report.
    """
    ledger, row = Log.of(house), publishing.public(session, hour=house.log_hour, now=now)
    if row is None or row.size <= _least(ledger, index) or row.origin != ledger.origin:
        return first_over(session, ledger, index)
    return Signed(ledger.open_head(row.note), row.note)


def _least(ledger: Log, index: int) -> int:
    return max((index, *(terms[-1][0] for terms in (ledger.roll.logs, ledger.roll.cosigners) if terms)))


def prove(session: Session, ledger: Log, index: int, *, opened: bool, under: Signed | None = None) -> str:
    """The proof file of one entry; `opened`: with what lets its holder show what it says.

    It goes up to the newest checkpoint where none is named that it shall go `under`. Costs some hundred hashes at any
    size. Raises UnprovenError (`unsigned`) while no checkpoint stands over the entry, and (`erased`) when what it says
    has been erased: then its leaf alone is left.
    """
    signed = under or covering(session, ledger, index)
    if signed is None:
        raise UnprovenError("unsigned", str(index))
    leaf, salt, opening = session.execute(
        select(Leaf.hash, Entry.salt, Entry.opening).join(Entry, Entry.index == Leaf.index).where(Leaf.index == index)
    ).one()
    if salt is None or opening is None:
        raise UnprovenError("erased", str(index))
    require_opens(index, leaf, salt, opening)
    bound = Bound(ledger.installation, tree.record(salt, opening), *((salt, opening) if opened else ()))
    hashes = tuple(tiles.proof(session, tree.inclusion_spans(index, signed.head.size)))
    text = LogProof(index, hashes, signed.text, bound.to_bytes()).text()
    proofs.check(text, ledger.open_head)
    return text


def believed(session: Session, house: House, entry: Entry, leaf: Leaf) -> Mapping[str, Any] | None:
    """What an entry says, if the portal wrote it; None for one that was changed or planted with a leaf of its own.

    Its MAC decides where the key is at hand, and an office has every key. A public host has none of what officers do:
    there a checkpoint must stand over it, or be still to come, which the signer makes of genuine entries alone.
    """
    try:
        if house.newest.able or entry.mac_key_id in house.entry_keys:
            return vouching.opened(house.entry_keys, entry, leaf)
        _require_signed(session, house, entry, leaf)
    except (LedgerError, UnprovenError):
        return None
    said: Mapping[str, Any] = json.loads(entry.opening or b"null")
    return said


def _require_signed(session: Session, house: House, entry: Entry, leaf: Leaf) -> None:
    try:
        prove(session, Log.of(house), entry.index, opened=False)
    except UnprovenError as error:
        waiting = error.flaw == "unsigned" and entry.index < session.get_one(LedgerHead, 1).size
        if not waiting or entry.salt is None or entry.opening is None:
            raise
        require_opens(entry.index, leaf.hash, entry.salt, entry.opening)


def root_at(session: Session, size: int) -> bytes | None:
    """The root over the first entries as they lie here; None when there are fewer."""
    if size > session.get_one(LedgerHead, 1).size:
        return None
    return tiles.span_hash(session, 0, size) if size else tree.EMPTY_ROOT


def leaf_at(session: Session, index: int) -> bytes | None:
    """The leaf as it lies here; None when there are fewer."""
    return session.execute(select(Leaf.hash).where(Leaf.index == index)).scalar_one_or_none()


def consistency(session: Session, old: int, size: int) -> list[bytes]:
    """The proof that the first `old` entries are a prefix of the first `size` (RFC 9162 §2.1.4)."""
    return tiles.proof(session, tree.consistency_spans(old, size))
