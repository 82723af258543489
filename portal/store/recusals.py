"""Rows of recusal (回避): what officers declared of themselves, and who keeps out of which case."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.store.base import Base, Privacy, Recorded, column, identifier, reference
from portal.store.confided import Confided, ConfidedKey


class Declaration(Confided):
    """What an officer declared: relatives, units, interests. Sealed for the lead of their office alone."""

    __tablename__ = "declarations"

    declared_at: Mapped[datetime] = column(Privacy.STAFF, "", index=True)
    body: Mapped[bytes] = column(Privacy.SEALED, "relatives, units and interests")
    marks: Mapped[bytes | None] = column(Privacy.DIGEST, "keyed marks of the units named, once a lead was there")


class DeclarationKey(ConfidedKey):
    """The key of a declaration, wrapped to the one desk that may read it."""

    __tablename__ = "declaration_keys"

    declaration_id: Mapped[UUID] = reference("declarations.id", unique=True)


class Recusal(Recorded, Base):
    """An officer who keeps out of a case, by their own word or by the lead's; why is a sealed paper.

    Until the lead agrees to what they say later, that nothing keeps them out any more.
    """

    __tablename__ = "recusals"

    id: Mapped[UUID] = identifier()
    case_id: Mapped[UUID] = reference("cases.id")
    officer_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF, index=True)
    orderer_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF)
    paper_id: Mapped[UUID] = reference("papers.id")
    made_at: Mapped[datetime] = column(Privacy.CLEAR)
    plea_id: Mapped[UUID | None] = reference("papers.id", why="by which they take it back")
    lifter_id: Mapped[UUID | None] = reference("officers.id", Privacy.STAFF)
    lifted_at: Mapped[datetime | None] = column(Privacy.CLEAR, "when the lead agreed to that")

    __table_args__ = (
        UniqueConstraint("case_id", "officer_id"),
        CheckConstraint("lifter_id <> officer_id", name="two_people"),
        CheckConstraint("(lifted_at IS NULL) = (lifter_id IS NULL)", name="lifted"),
    )
