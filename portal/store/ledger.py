"""Rows of the ledger (审计台账): leaves that never change, the entries they commit to, and checkpoints."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy import Index as DatabaseIndex
from sqlalchemy.orm import Mapped

from portal.domain.vocabulary import ActorKind
from portal.store.base import Base, Index, Privacy, column


class LedgerHead(Base):
    """One row whose lock orders all entries."""

    __tablename__ = "ledger_head"

    one: Mapped[int] = column(Privacy.RANDOM, "", primary_key=True)
    size: Mapped[int] = column(Privacy.RANDOM, "number of entries", Index)
    origin: Mapped[str] = column(Privacy.CLEAR, "the ledger's name")

    __table_args__ = (CheckConstraint("one = 1", name="only_one"),)


class Leaf(Base):
    """The hash that stands for an entry for ever; triggers refuse every change."""

    __tablename__ = "leaves"

    index: Mapped[int] = column(Privacy.RANDOM, "", Index, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = column(Privacy.DIGEST, "salted")


def _given(name: str, first: str, *others: str) -> DatabaseIndex:
    """An index over the entries that have its first column: what reporters do is in none of an officer's."""
    given = text(f"{first} IS NOT NULL")
    return DatabaseIndex(name, first, *others, "index", sqlite_where=given, postgresql_where=given)


class Entry(Base):
    """What a leaf commits to; the only change allowed is salt and opening to NULL."""

    __tablename__ = "entries"

    index: Mapped[int] = column(
        Privacy.RANDOM, "", Index, ForeignKey("leaves.index"), primary_key=True, autoincrement=False
    )
    id: Mapped[UUID] = column(Privacy.RANDOM, "", unique=True)
    salt: Mapped[bytes | None] = column(Privacy.RANDOM, "")
    opening: Mapped[bytes | None] = column(Privacy.STAFF, "who did what, when: ids, codes, dates, digests")
    mac: Mapped[bytes] = column(Privacy.DIGEST)
    mac_key_id: Mapped[bytes] = column(Privacy.RANDOM)
    event: Mapped[str] = column(Privacy.STAFF)
    object_id: Mapped[UUID | None] = column(Privacy.RANDOM, "", index=True)
    actor: Mapped[ActorKind] = column(Privacy.STAFF)
    actor_id: Mapped[UUID | None] = column(Privacy.STAFF, "an officer; reporters have none")
    authority_id: Mapped[UUID | None] = column(Privacy.STAFF)
    at: Mapped[datetime] = column(Privacy.STAFF, "reporters: the hour")
    effect: Mapped[str | None] = column(Privacy.STAFF)
    duty: Mapped[str | None] = column(Privacy.STAFF)
    reason: Mapped[str | None] = column(Privacy.STAFF)

    # An auditor's page is in order of time within one trail: each filter it offers reads its lines off one of these.
    __table_args__ = (
        CheckConstraint("(salt IS NULL) = (opening IS NULL)", name="opened_or_not"),
        DatabaseIndex("ix_entries_trail", "authority_id", "at", "index"),
        DatabaseIndex("ix_entries_trail_effect", "authority_id", "effect", "at", "index"),
        DatabaseIndex("ix_entries_trail_event", "authority_id", "event", "at", "index"),
        _given("ix_entries_trail_actor", "actor_id", "authority_id", "at"),
        _given("ix_entries_trail_actor_effect", "actor_id", "authority_id", "effect", "at"),
        _given("ix_entries_trail_actor_event", "actor_id", "authority_id", "event", "at"),
        _given("ix_entries_trail_reason", "reason", "authority_id", "at"),
    )


class TileHash(Base):
    """The root of a complete subtree of 256, 65,536, … leaves, so that no proof has to hash them; never changes.

    Node `index` of a level stands over nodes 256·index to 256·index + 255 of the level below; level 0 are the leaves.
    """

    __tablename__ = "tile_hashes"

    level: Mapped[int] = column(Privacy.RANDOM, "", primary_key=True, autoincrement=False)
    index: Mapped[int] = column(Privacy.RANDOM, "", Index, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = column(Privacy.DIGEST, "of salted ones")

    __table_args__ = (CheckConstraint("level > 0", name="above_leaves"),)


class Checkpoint(Base):
    """A signed root of the first `size` leaves."""

    __tablename__ = "checkpoints"

    size: Mapped[int] = column(Privacy.RANDOM, "", Index, primary_key=True, autoincrement=False)
    origin: Mapped[str] = column(Privacy.CLEAR, "", primary_key=True)
    root: Mapped[bytes] = column(Privacy.DIGEST)
    note: Mapped[str] = column(Privacy.KEY, "C2SP signed note")
    frontier: Mapped[bytes] = column(Privacy.DIGEST, "right edge of the tree, so that signing is O(new)")
    signed_at: Mapped[datetime] = column(Privacy.CLEAR, "the hour: it follows what a reporter did within a second")

    __table_args__ = (DatabaseIndex("ix_checkpoints_size_signed_at", "size", "signed_at"),)
