"""Once a day the checkpoint that has become public, as a file and in the outbox for the witnesses.

Nothing leaves with it that is not public by then. Done again, late, or by two at once, it writes the same.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import StartError
from portal.office import publishing
from portal.office.files import write
from portal.settings import Settings
from portal.store.ledger import Checkpoint
from portal.store.outbox import Outbox
from portal.store.session import Store

KIND = "checkpoint"


@dataclass(frozen=True, slots=True)
class Daily:
    """Where to, at which hour, and to whom."""

    folder: Path
    hour: int
    witnesses: tuple[str, ...]

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As the settings say."""
        return cls(settings.checkpoint_dir, settings.log_hour, settings.witnesses)

    def path(self, now: datetime) -> Path:
        """The file of the day."""
        return self.folder / f"{publishing.moment(now, self.hour):%Y-%m-%d}.note"


def keep(store: Store, daily: Daily, *, now: datetime) -> bool:
    """Write what is due; False where nothing is. Raises StartError when the file cannot be written."""
    path = daily.path(now)
    if path.exists():
        return False
    with store.reading() as session:
        found = publishing.public(session, hour=daily.hour, now=now)
    if found is None:
        return False
    if daily.witnesses:
        with store.transaction() as session:
            _post(session, daily, found, now)
    try:
        daily.folder.mkdir(mode=0o755, exist_ok=True)
    except OSError as error:
        raise StartError(
            f"cannot make {daily.folder}: {error.strerror}; choose another PORTAL_CHECKPOINT_DIR"
        ) from None
    write(path, found.note)
    return True


def _post(session: Session, daily: Daily, found: Checkpoint, now: datetime) -> None:
    """A message to each witness who has none yet about this checkpoint."""
    told = set(session.scalars(select(Outbox.address).where(Outbox.kind == KIND, Outbox.checkpoint == found.size)))
    for address in daily.witnesses:
        if address not in told:
            session.add(Outbox(kind=KIND, address=address, checkpoint=found.size, created_at=now, sent_at=None))
