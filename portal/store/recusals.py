"""Rows of recusal (回避): what officers declared of themselves, and who keeps out of which matter.

Whoever keeps out of one report keeps out of all that are handled together with it (并案): it is one matter.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    CheckConstraint,
    ColumnElement,
    CompoundSelect,
    Select,
    UniqueConstraint,
    func,
    select,
    union,
)
from sqlalchemy.orm import Mapped

from portal.store.base import Base, Privacy, Recorded, column, identifier, reference
from portal.store.cases import Case
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


Known = UUID | BindParameter[UUID]  # or given when it is asked


def matter() -> ColumnElement[UUID]:
    """The case that a case is handled under: its own, or the one it was merged into."""
    return func.coalesce(Case.main_id, Case.id)


def matters_of(officer_id: Known) -> Select[UUID]:
    """The matters that an officer keeps out of."""
    mine = Recusal.officer_id == officer_id, Recusal.lifted_at.is_(None)
    return select(matter()).join(Recusal, Recusal.case_id == Case.id).where(*mine)


def cases_of(officer_id: Known) -> CompoundSelect[UUID]:
    """Every case that an officer keeps out of: those of the same matter too. Each half goes by an index."""
    matters = matters_of(officer_id)
    return union(matters, select(Case.id).where(Case.main_id.in_(matters)))


def together_with(case_id: Known) -> CompoundSelect[UUID]:
    """The cases of the matter of a case: itself among them."""
    main = select(matter()).where(Case.id == case_id)
    return union(main, select(Case.id).where(Case.main_id.in_(main)))


def out_of(case_id: Known) -> Select[UUID]:
    """The officers who keep out of the matter of a case."""
    return select(Recusal.officer_id).where(Recusal.case_id.in_(together_with(case_id)), Recusal.lifted_at.is_(None))
