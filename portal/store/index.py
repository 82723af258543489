"""Rows of the index on sealed data: keyed marks, and in which cases each stands.

They are derived, can be made anew by whoever reads the reports, and prove nothing: no entry stands behind them, only
behind the key of what two offices compare.
"""

from uuid import UUID

from sqlalchemy import Integer, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.store.base import Base, Privacy, Recorded, column, identifier, reference


class MatchKey(Recorded, Base):
    """The key under which intake and lead desks compare reports, wrapped to one epoch of one desk."""

    __tablename__ = "match_keys"

    id: Mapped[UUID] = identifier()
    desk_epoch_id: Mapped[UUID] = reference("desk_epochs.id", Privacy.CLEAR, unique=True)
    wrapped: Mapped[bytes] = column(Privacy.KEY, "the key of comparing, wrapped to the desk")


class IndexPart(Base):
    """One index: of one epoch of a desk, for searching; or the one of all desks, for comparing."""

    __tablename__ = "index_parts"

    part: Mapped[int] = column(Privacy.RANDOM, "", Integer, primary_key=True, autoincrement=True)
    desk_epoch_id: Mapped[UUID | None] = reference("desk_epochs.id", Privacy.CLEAR, unique=True)
    taken: Mapped[int] = column(Privacy.RANDOM, "how many numbers were given out")


class IndexedCase(Base):
    """A case in an index, under a number that is given once; of what is compared, how many pieces it has."""

    __tablename__ = "indexed_cases"

    part: Mapped[int] = reference("index_parts.part", Privacy.RANDOM, primary_key=True, autoincrement=False)
    number: Mapped[int] = column(Privacy.RANDOM, "in the order of indexing", primary_key=True, autoincrement=False)
    case_id: Mapped[UUID] = reference("cases.id")
    sizes: Mapped[bytes] = column(Privacy.CLEAR, "how many pieces the names of unit and place have")

    __table_args__ = (UniqueConstraint("case_id", "part"), {"sqlite_with_rowid": False})


class IndexMark(Base):
    """A mark, and the numbers below 4,096 of one slot of the index in whose cases it stands."""

    __tablename__ = "index_marks"

    part: Mapped[int] = reference("index_parts.part", Privacy.RANDOM, primary_key=True, autoincrement=False)
    field: Mapped[int] = column(
        Privacy.CLEAR, "content, unit or place", SmallInteger, primary_key=True, autoincrement=False
    )
    slot: Mapped[int] = column(Privacy.RANDOM, "", primary_key=True, autoincrement=False)
    mark: Mapped[int] = column(
        Privacy.DIGEST, "keyed, 16 bits of it", SmallInteger, primary_key=True, autoincrement=False
    )
    numbers: Mapped[bytes] = column(Privacy.RANDOM, "in which cases, by their numbers")

    __table_args__ = ({"sqlite_with_rowid": False},)


class IndexWait(Base):
    """A case that a desk's index does not hold as it is now: the desk's next session sees to it."""

    __tablename__ = "index_waits"

    desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR, primary_key=True)
    compare: Mapped[bool] = column(Privacy.CLEAR, "for comparing, or for searching", primary_key=True)
    case_id: Mapped[UUID] = reference("cases.id", primary_key=True)

    __table_args__ = ({"sqlite_with_rowid": False},)
