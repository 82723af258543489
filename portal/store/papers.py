"""Rows of a case file (案卷): sealed papers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.domain.case_vocabulary import PaperKind
from portal.store.base import Base, Privacy, Recorded, column, identifier, reference


class Paper(Recorded, Base):
    """One sealed paper of a case file (办案材料): written once, never edited; a later one supersedes it."""

    __tablename__ = "papers"

    id: Mapped[UUID] = identifier()
    case_id: Mapped[UUID] = reference("cases.id")
    kind: Mapped[PaperKind] = column(Privacy.CLEAR)
    position: Mapped[int] = column(Privacy.CLEAR, "order within the case file")
    about_id: Mapped[UUID | None] = reference("papers.id", why="the paper that it supersedes, or belongs to")
    author_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF)
    content_key_id: Mapped[UUID] = reference("content_keys.id")
    body: Mapped[bytes] = column(Privacy.SEALED, "padded to buckets")
    made_at: Mapped[datetime] = column(Privacy.CLEAR)

    __table_args__ = (UniqueConstraint("case_id", "position"),)
