"""Opening the house: the installation's row, its key files and its rules, checked against each other at start."""

from sqlalchemy.exc import NoResultFound

from crypto.keys import SigningKey, VerifyKey
from portal.domain.errors import NotStoredError, StartError
from portal.office.directory import CertificateBook, DirectoryCache
from portal.office.founding import installation_of
from portal.office.house import House
from portal.office.kdf import KdfGate
from portal.office.recording import EntryKey
from portal.policy.loader import load_policies
from portal.settings import Settings, read_key, read_keys
from portal.store.ledger import LedgerHead
from portal.store.session import Store


def open_house(settings: Settings, store: Store) -> House:
    """Read what every use case needs; raises StartError when files and database do not belong together."""
    policies = load_policies()
    try:
        with store.reading() as session:
            row = installation_of(session)
            head = session.get_one(LedgerHead, 1)
    except (NotStoredError, NoResultFound) as error:
        raise StartError("the database cannot be read; check PORTAL_DATABASE_URL") from error
    root = VerifyKey(read_key(settings.root_key))
    book = CertificateBook(row.id.bytes, root)
    promise = SigningKey(read_key(settings.promise_key))
    return House(
        installation=row.id.bytes,
        origin=head.origin,
        demo=row.demo,
        policies=policies,
        directories=DirectoryCache(book, policies.divisions.routing_parents()),
        entry_key=EntryKey(read_keys(settings.entry_keys)[0]),
        kdf=KdfGate(),
        secret=settings.secret,
        pepper=_pepper(settings),
        promise_key=promise,
    )


def _pepper(settings: Settings) -> bytes:
    """The pepper lies on review hosts only; a public host has no use for it."""
    return read_key(settings.pepper) if "review" in settings.areas else b""
