"""The declarative base: naming, types, privacy classes and the mark that an entry stands behind a row.

Each column says what a thief of the database would learn from it; the generated `/privacy` page and the tests read
that from here.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    Uuid,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, mapped_column
from sqlalchemy.types import TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Privacy(StrEnum):
    """What a reader of the raw database learns from a column."""

    RANDOM = "random"  # a random id or counter that says nothing
    CLEAR = "clear"  # readable: authority, category, state, due dates, hour of arrival
    STAFF = "staff"  # readable: what staff are and did
    SEALED = "sealed"  # ciphertext
    DIGEST = "digest"  # a keyed or salted digest
    KEY = "key"  # a public key, a certificate or a wrapped key


class Instant(TypeDecorator[datetime]):
    """A zoned instant; naive datetimes are refused, UTC comes back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse what has no zone; SQLite gets naive UTC, which it hands back unchanged."""
        utc = _utc(value)
        return utc.replace(tzinfo=None) if utc is not None and dialect.name == "sqlite" else utc

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """The same in one step: it is asked for every value of every row."""
        return _spelt if dialect.name == "sqlite" else _utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the zone back that SQLite forgets."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """The same in one step."""
        del coltype
        return _read if dialect.name == "sqlite" else _utc


class Id(TypeDecorator[UUID]):
    """A random id: `uuid` where the engine has it, 16 bytes in SQLite, where 32 letters would double every index."""

    impl = Uuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Bytes in SQLite."""
        return dialect.type_descriptor(LargeBinary(16)) if dialect.name == "sqlite" else Uuid()

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        """As the engine keeps it."""
        return _sixteen(value) if dialect.name == "sqlite" else value

    def bind_processor(self, dialect: Dialect) -> Callable[[UUID | None], Any] | None:
        """The same in one step; PostgreSQL's driver takes it as it is."""
        return _sixteen if dialect.name == "sqlite" else None

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        """As we speak of it; text in SQLite is none of ours, and would be found by no query."""
        return _id(value) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], UUID | None] | None:
        """The same in one step; PostgreSQL's driver gives it as we speak of it."""
        del coltype
        return _id if dialect.name == "sqlite" else None


def _utc(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return None if value is None else value.astimezone(UTC)


def _spelt(value: datetime | None) -> str | None:
    """An instant as SQLAlchemy writes it to SQLite."""
    utc = _utc(value)
    return None if utc is None else utc.replace(tzinfo=None).isoformat(" ", "microseconds")


def _read(value: str | None) -> datetime | None:
    """An instant as SQLite gives it, with the zone that it forgets."""
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


def _id(value: bytes | None) -> UUID | None:
    return None if value is None else UUID(bytes=value)


def _sixteen(value: UUID | None) -> bytes | None:
    return None if value is None else value.bytes


# SQLite counts rows only in a column whose type is exactly INTEGER.
Index = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Every table of the portal."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[Mapping[Any, Any]] = {
        datetime: Instant(),
        UUID: Id(),
        bytes: LargeBinary(),
        str: Text(),
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            values_callable=lambda enum: [member.value for member in enum],
            length=32,
        ),
    }


def column(privacy: Privacy, why: str = "", *args: Any, recorded: bool = True, **options: Any) -> MappedColumn[Any]:
    """A mapped column with its privacy class, a word on why, and whether the row's digest covers it."""
    return mapped_column(*args, info={"privacy": privacy, "why": why, "recorded": recorded}, **options)


def reference(target: str, privacy: Privacy = Privacy.RANDOM, why: str = "", **options: Any) -> MappedColumn[Any]:
    """A foreign key."""
    return column(privacy, why, ForeignKey(target), **options)


def identifier() -> MappedColumn[Any]:
    """A random id, drawn by us before the row is written."""
    return column(Privacy.RANDOM, "", primary_key=True, default=uuid4)


class Recorded:
    """Mixin: the row carries the id of the newest ledger entry that names it, and that entry its digest.

    The key is deferred: ids are drawn first, the entry is stored last in the same transaction.
    """

    entry_id: Mapped[UUID] = column(
        Privacy.RANDOM,
        "",
        ForeignKey("entries.id", deferrable=True, initially="DEFERRED"),
        recorded=False,
        index=True,  # storing an entry resolves deferred keys; without an index SQLite would scan every table
    )


def table_of(model: type[Base]) -> Table:
    """The Core table behind a model, for the submission path."""
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is not a plain table")
    return table


def recorded_columns(table: Table) -> tuple[Column[Any], ...]:
    """The columns that a row's digest covers, in the order of the table."""
    return tuple(c for c in table.columns if c.info.get("recorded", True))
