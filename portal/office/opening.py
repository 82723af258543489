"""Opening the house: the installation's row, its key files and its rules, checked against each other at start."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from crypto import certificates
from crypto.errors import CryptoError
from crypto.keys import SigningKey, VerifyKey
from portal.domain.errors import LedgerError, NotStoredError, StartError
from portal.domain.files import Allowance
from portal.office import log_keys
from portal.office.certifying import CertificateBook
from portal.office.directory import DirectoryCache
from portal.office.editions import EditionBook
from portal.office.founding import installation_of
from portal.office.house import House, Site
from portal.office.kdf import KdfGate
from portal.office.log_keys import LogRoll
from portal.office.newest import NewestBook
from portal.office.newest_file import RowsFile
from portal.office.recording import EntryKey, entry_keys
from portal.office.scanning import open_scanner
from portal.settings import Settings, read_key, read_keys
from portal.store.authorities import Certificate
from portal.store.blobs import open_blobs
from portal.store.ledger import Entry, LedgerHead
from portal.store.session import Store


def open_house(settings: Settings, store: Store) -> House:
    """Read what every use case needs; raises StartError when files and database do not belong together."""
    root, promise = VerifyKey(read_key(settings.root_key)), SigningKey(read_key(settings.promise_key))
    try:
        with store.reading() as session:
            row = installation_of(session)
            head = session.get_one(LedgerHead, 1)
            logs = _check(session, settings, row.id.bytes, root, promise)
    except (NotStoredError, NoResultFound) as error:
        raise StartError("the database cannot be read; check PORTAL_DATABASE_URL") from error
    keys = read_keys(settings.entry_keys)
    newest = _newest(settings, row.id.bytes, entry_keys(keys))
    book = CertificateBook(row.id.bytes, root, newest)
    return House(
        installation=row.id.bytes,
        origin=head.origin,
        demo=row.demo,
        directories=DirectoryCache(book, newest, EditionBook(book, newest)),
        entry_key=EntryKey(keys[0]),
        entry_keys=entry_keys(keys),
        newest=newest,
        log=logs,
        log_hour=settings.log_hour,
        kdf=KdfGate(),
        blobs=open_blobs(settings.blob_url, settings.home),
        allowance=Allowance(settings.files, settings.files_mb * 1_000_000),
        scanner=open_scanner(settings.clamd),
        site=Site.of(settings.public_url),
        secret=settings.secret,
        pepper=_pepper(settings),
        promise_key=promise,
    )


def _newest(settings: Settings, installation: bytes, keys: Mapping[bytes, EntryKey]) -> NewestBook:
    """The register of newest rows; only a host with every key asks it, and keeps it in a file."""
    able = "review" in settings.areas
    return NewestBook(keys, able=able, file=RowsFile.of(settings.home, installation, keys) if able else None)


def _check(session: Session, settings: Settings, installation: bytes, root: VerifyKey, promise: SigningKey) -> LogRoll:
    """Refuse key files of another installation now, before anything is sealed, promised or recorded with them.

    Returns the keys that may sign checkpoints.
    """
    entries = entry_keys(read_keys(settings.entry_keys))
    bodies = session.scalars(select(Certificate.body).where(Certificate.kind == "promise")).all()
    try:
        promises = [certificates.verify(one, installation=installation, root=root) for one in bodies]
    except CryptoError as error:
        raise StartError(f"{settings.root_key} is not the root of this installation; put it back") from error
    if promise.public.raw not in {one.signing_key for one in promises}:
        raise StartError(f"{settings.promise_key} is not the key that was certified; put the right file back")
    used = session.scalars(select(Entry.mac_key_id).order_by(Entry.index.desc()).limit(1)).one()
    # A public host of its own has its own key alone; the side that signs has every one.
    office = "review" in settings.areas
    if office and used not in entries:
        raise StartError(f"{settings.entry_keys} does not hold the key of the last entry; put the right file back")
    try:
        return log_keys.read(session, installation, root, entries if office else None)
    except (CryptoError, LedgerError) as error:
        raise StartError(
            f"a key of the log is not certified as it must be ({error}); run `portal audit verify`"
        ) from error


def _pepper(settings: Settings) -> bytes:
    """The pepper lies on review hosts only; a public host has no use for it."""
    return read_key(settings.pepper) if "review" in settings.areas else b""
