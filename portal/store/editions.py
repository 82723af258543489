"""Rows of policy editions that were adopted at run time; those the package carries are files."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.domain.vocabulary import EditionKind
from portal.store.base import Base, Privacy, Recorded, column, identifier, reference


class Edition(Recorded, Base):
    """An edition (版本) of a policy file, as two administrators of the province adopted it; added, never edited."""

    __tablename__ = "editions"

    id: Mapped[UUID] = identifier()
    kind: Mapped[EditionKind] = column(Privacy.CLEAR)
    name: Mapped[str] = column(Privacy.CLEAR, "as the file calls itself")
    effective_on: Mapped[date] = column(Privacy.CLEAR)
    data: Mapped[bytes] = column(Privacy.CLEAR, "the file")
    adopted_at: Mapped[datetime] = column(Privacy.STAFF)
    motion_id: Mapped[UUID] = reference("motions.id", Privacy.STAFF, "whose two signatures cover the file")

    __table_args__ = (UniqueConstraint("kind", "name"),)
