"""`portal upgrade`: the database brought to the schema of this version, and an entry that says so.

A ledger of before there were cosigners gets one, certified by its log key: from that entry on, checkpoints need both.
"""

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from portal.domain.audit import SYSTEM
from portal.domain.errors import StartError
from portal.office import rotating
from portal.office.checkpoints import LogKeys
from portal.office.recording import Draft, EntryKey, record
from portal.settings import Settings, read_keys
from portal.store import migrate
from portal.store.session import Store, open_store


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The schema a database has, and the one this version needs."""

    before: str
    after: str

    @property
    def needed(self) -> bool:
        """Whether there is anything to do."""
        return self.before != self.after


def look(settings: Settings) -> Upgrade:
    """What there is to do. Raises StartError where there is no installation, or a newer one."""
    with closing(open_store(settings.database_url)) as store:
        return Upgrade(*migrate.revisions(store))


def upgrade(settings: Settings, *, now: datetime) -> Upgrade:
    """Do it, in one transaction; safe twice. Raises StartError, also while the portal serves."""
    key, keys = EntryKey(read_keys(settings.entry_keys)[0]), LogKeys.read(settings)
    with closing(open_store(settings.database_url)) as store, closing(store.lease("jobs")) as lease:
        found = Upgrade(*migrate.revisions(store))
        if not found.needed:
            return found
        if not lease.holds():
            raise StartError("the portal is running; stop it, then run `portal upgrade` again")
        _migrate(store)
        with store.transaction() as session:
            rotating.certify_cosigner(session, settings, keys, now=now)
            facts = {"before": found.before, "after": found.after}
            record(session, key, Draft("upgraded", now, SYSTEM, facts=facts))
        return found


def _migrate(store: Store) -> None:
    try:
        migrate.upgrade(store)
    except SQLAlchemyError as error:
        raise StartError(f"the database could not be changed, and was not ({type(error).__name__})") from error
