"""The log's keys handed over: a new log key and its cosigner, certified by the key before, or by the root.

The old key signs all that came before and the new one's certificate; the new one signs from the entry on that says so.
The file of the old key is replaced last: whoever finds both finishes what was interrupted.
"""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from sqlalchemy.orm import Session

from crypto import certificates
from crypto.certificates import Certificate as Claim
from crypto.errors import CryptoError
from crypto.keys import SigningKey, VerifyKey
from crypto.primitives import sha256
from portal.domain.audit import SYSTEM
from portal.domain.errors import StartError
from portal.office import checkpoints, log_keys
from portal.office.checkpoints import LogKeys
from portal.office.founding import installation_of, origin_of
from portal.office.log_keys import COSIGNER, LOG, LogRoll
from portal.office.recording import Draft, EntryKey, entry_keys, record
from portal.settings import Settings, draw_key, read_key, read_keys, sync_directory
from portal.store.authorities import Certificate
from portal.store.session import Store, open_store


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a hand-over left: the vkeys that count now, and whether an earlier one was only finished."""

    lines: tuple[str, ...]
    finished: bool = False


def rotate(settings: Settings, *, now: datetime, root: SigningKey | None = None) -> Rotation:
    """Hand the log over to a key drawn now; the root vouches for it where the old key is lost. Raises StartError."""
    coming = settings.log_key.with_name(settings.log_key.name + ".next")
    with closing(open_store(settings.database_url)) as store, closing(store.lease("jobs")) as lease:
        if not lease.holds():
            raise StartError("the portal is running; stop it, then run `portal audit rotate` again")
        roll, origin = _roll(settings, store)
        if coming.exists() and SigningKey(read_key(coming)).public == roll.current:
            _put(coming, settings.log_key)
            return Rotation(tuple(roll.lines(origin)), finished=True)
        voucher = _voucher(settings, roll, root)
        draw_key(coming)
        with store.transaction() as session:
            _hand_over(session, settings, roll, voucher, SigningKey(read_key(coming)), now)
        _put(coming, settings.log_key)
        roll, origin = _roll(settings, store)
        return Rotation(tuple(roll.lines(origin)))


def _roll(settings: Settings, store: Store) -> tuple[LogRoll, str]:
    with store.reading() as session:
        try:
            root = VerifyKey(read_key(settings.root_key))
            return log_keys.read(session, installation_of(session).id.bytes, root), origin_of(session)
        except CryptoError as error:
            raise StartError(f"the certificates of the log do not hold ({error}); run `portal audit verify`") from error


def _voucher(settings: Settings, roll: LogRoll, root: SigningKey | None) -> SigningKey:
    """The key that signs now, or the root in its stead. Raises StartError when it is another one."""
    if root is not None:
        if root.public.raw != read_key(settings.root_key):
            raise StartError("that is not the root key of this installation; name the right file")
        return root
    key = SigningKey(read_key(settings.log_key))
    if key.public != roll.current:
        raise StartError(f"{settings.log_key} is not the key that the ledger names; give --root-key if that is lost")
    return key


def _hand_over(
    session: Session, settings: Settings, roll: LogRoll, voucher: SigningKey, new: SigningKey, now: datetime
) -> None:
    """The old key's last checkpoint, the certificates, their entry, and the new key's first checkpoint."""
    entries = entry_keys(read_keys(settings.entry_keys))
    if voucher.public == roll.current:
        checkpoints.sign(session, LogKeys(voucher, entries), now=now)
    keys = LogKeys(new, entries, before=roll.current)
    draft = Draft("log_key_changed", now, SYSTEM)
    log = _certify(session, draft, LOG, new.public.raw, voucher)
    _certify(session, draft, COSIGNER, keys.cosigning.public, voucher)
    draft.subject = ("certificates", log.id)
    draft.facts = {"fingerprint": certificates.fingerprint(log.body)}
    record(session, EntryKey(read_keys(settings.entry_keys)[0]), draft)
    checkpoints.sign(session, keys, now=now)


def certify_cosigner(session: Session, settings: Settings, keys: LogKeys, *, now: datetime) -> None:
    """The log key vouches for its cosigner, where the ledger has none yet."""
    roll = log_keys.read(session, installation_of(session).id.bytes, VerifyKey(read_key(settings.root_key)))
    if roll.cosigners:
        return
    draft = Draft("key_certified", now, SYSTEM, facts={"kind": COSIGNER})
    row = _certify(session, draft, COSIGNER, keys.cosigning.public, keys.signing)
    draft.subject = ("certificates", row.id)
    record(session, EntryKey(read_keys(settings.entry_keys)[0]), draft)


def _certify(session: Session, draft: Draft, kind: str, key: bytes, voucher: SigningKey) -> Certificate:
    installation = installation_of(session).id.bytes
    body = certificates.issue(Claim(kind, installation, kind, b"", key, int(draft.at.timestamp())), voucher)
    row = Certificate(id=uuid4(), digest=sha256(body), kind=kind, subject=kind, body=body)
    draft.names(row)
    session.add(row)
    return row


def _put(coming: Path, place: Path) -> None:
    """The new key in the place of the old one, which may sign no more: kept, it could only be stolen."""
    try:
        coming.replace(place)
        sync_directory(place.parent)
    except OSError as error:
        raise StartError(
            f"cannot put {coming} in the place of {place}: {error.strerror}; run `portal audit rotate` again"
        ) from None
