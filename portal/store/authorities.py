"""Rows of the installation: who the offices are, and the certificates that chain to the root."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.domain.vocabulary import AuthorityKind
from portal.store.base import Base, Privacy, Recorded, column, identifier, reference


class Installation(Recorded, Base):
    """One row: which installation this database belongs to."""

    __tablename__ = "installation"

    id: Mapped[UUID] = identifier()
    one: Mapped[int] = column(Privacy.RANDOM, "", unique=True, default=1)
    name: Mapped[str] = column(Privacy.CLEAR, "who runs it")
    demo: Mapped[bool] = column(Privacy.CLEAR, "a demonstration")
    founded_at: Mapped[datetime] = column(Privacy.CLEAR)
    # Bumped whenever a desk, seat or authority changes; caches of the tree are kept by it.
    generation: Mapped[int] = column(Privacy.RANDOM, "", recorded=False, default=1)

    __table_args__ = (CheckConstraint("one = 1", name="only_one"),)


class Certificate(Recorded, Base):
    """A signed statement that a key belongs to a desk, an officer or a purpose."""

    __tablename__ = "certificates"

    id: Mapped[UUID] = identifier()
    digest: Mapped[bytes] = column(Privacy.DIGEST, "of a public statement", unique=True)
    kind: Mapped[str] = column(Privacy.KEY)
    subject: Mapped[str] = column(Privacy.KEY)
    body: Mapped[bytes] = column(Privacy.KEY)


class Authority(Recorded, Base):
    """An office (主管部门); the tree is these edges, never a code prefix."""

    __tablename__ = "authorities"

    id: Mapped[UUID] = identifier()
    code: Mapped[str] = column(Privacy.CLEAR, "", unique=True)
    kind: Mapped[AuthorityKind] = column(Privacy.CLEAR)
    superior_id: Mapped[UUID | None] = reference("authorities.id", Privacy.CLEAR)
    division: Mapped[str] = column(Privacy.CLEAR, "GB/T 2260")


class Counter(Recorded, Base):
    """Where an office's rewards are collected from a day on (领取地点)."""

    __tablename__ = "counters"

    id: Mapped[UUID] = identifier()
    authority_id: Mapped[UUID] = reference("authorities.id", Privacy.CLEAR)
    since: Mapped[date] = column(Privacy.CLEAR)
    name: Mapped[str] = column(Privacy.CLEAR)
    address: Mapped[str] = column(Privacy.CLEAR, "of the office")
    hours: Mapped[str] = column(Privacy.CLEAR)
    telephone: Mapped[str] = column(Privacy.CLEAR, "of the office")

    __table_args__ = (UniqueConstraint("authority_id", "since"),)


class AuthorityName(Recorded, Base):
    """The name an authority has from a day on: names are dated data."""

    __tablename__ = "authority_names"

    id: Mapped[UUID] = identifier()
    authority_id: Mapped[UUID] = reference("authorities.id", Privacy.CLEAR)
    since: Mapped[date] = column(Privacy.CLEAR)
    zh: Mapped[str] = column(Privacy.CLEAR)
    en: Mapped[str] = column(Privacy.CLEAR)
    ko: Mapped[str] = column(Privacy.CLEAR)

    __table_args__ = (UniqueConstraint("authority_id", "since"),)
