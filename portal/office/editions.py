"""The editions of policy files that count: those of the package, and those that two administrators adopted since.

Adopted ones are rows, read anew when the installation's generation moved or a day began, and believed only as recorded
last; a host that cannot ask the entries believes the two signatures of the motion instead (decision 023).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import LedgerError, PolicyError, UncertifiedKeyError
from portal.office import pledges
from portal.office.certifying import CertificateBook, Roll, read_roll
from portal.office.newest import NewestBook
from portal.policy.editions import Policies
from portal.policy.loader import Volume, assemble, carried, load_policies, read_volume
from portal.store.editions import Edition
from portal.store.motions import Motion


@dataclass(slots=True)
class EditionBook:
    """What was in force when this process looked last; lives on the house."""

    book: CertificateBook
    newest: NewestBook
    policies: Policies = field(default_factory=load_policies)
    volumes: tuple[Volume, ...] = field(default_factory=carried)

    def read(self, session: Session, *, today: date) -> None:
        """Read what was adopted. Raises LedgerError for a row that nobody adopted, or one that is missing."""
        volumes = (*carried(), *map(_volume, self._believed(session)))
        self.policies, self.volumes = assemble(volumes, today), volumes

    def _believed(self, session: Session) -> Sequence[Edition]:
        rows = session.scalars(select(Edition).order_by(Edition.adopted_at, Edition.id)).all()
        if self.newest.able:
            self.newest.require_whole(session, Edition)
            self.newest.require(session, *rows)
        elif rows:
            self._require_signed(session, rows)
        return rows

    def _require_signed(self, session: Session, rows: Sequence[Edition]) -> None:
        signing = self._signing(session)
        for row in rows:
            motion = session.get_one(Motion, row.motion_id)
            pledges.require_signed(self.book.installation, signing, motion)
            pledges.require_adopted(row, motion)

    def _signing(self, session: Session) -> Roll:
        """Every officer's signing key that is believed."""
        return {key: one for key, one in read_roll(session).items() if self._is_believed(session, one.body)}

    def _is_believed(self, session: Session, body: bytes) -> bool:
        try:
            self.book.claim(session, body)
        except UncertifiedKeyError:
            return False
        return True


def _volume(row: Edition) -> Volume:
    try:
        volume = read_volume(row.kind, row.data)
    except PolicyError as error:
        raise LedgerError(f"edition {row.id} cannot be read") from error
    if (volume.heading.edition, volume.heading.effective) != (row.name, row.effective_on):
        raise LedgerError(f"edition {row.id} is not what its row says")
    return volume
