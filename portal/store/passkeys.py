"""Rows of passkeys: an officer's public keys, how often each was used, and the challenges that were used up."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from portal.store.base import Base, Privacy, Recorded, column, identifier, reference


class Passkey(Recorded, Base):
    """The public half of a key that an officer's device holds; the row goes when it is removed."""

    __tablename__ = "passkeys"

    id: Mapped[UUID] = identifier()
    officer_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF, index=True)
    credential_id: Mapped[bytes] = column(Privacy.KEY, "by which the device knows it", unique=True)
    public_key: Mapped[bytes] = column(Privacy.KEY, "COSE (RFC 9052)")
    officer_key: Mapped[bytes] = column(Privacy.DIGEST, "of the officer's own key, with which it ends")
    name: Mapped[str] = column(Privacy.STAFF, "as the officer calls it")
    added_at: Mapped[datetime] = column(Privacy.STAFF)


class PasskeyUse(Base):
    """What the device counted last: one that counts back was copied."""

    __tablename__ = "passkey_uses"

    passkey_id: Mapped[UUID] = reference("passkeys.id", Privacy.RANDOM, primary_key=True)
    count: Mapped[int] = column(Privacy.STAFF, "as the device counts; 0 where it does not", recorded=False)
    used_on: Mapped[date | None] = column(Privacy.STAFF, "the day", recorded=False)

    __table_args__ = (CheckConstraint("count >= 0", name="counted"),)


class UsedChallenge(Base):
    """A challenge that was answered, until it would be too old anyway: none is good twice."""

    __tablename__ = "used_challenges"

    id: Mapped[bytes] = column(Privacy.DIGEST, "of random bytes", primary_key=True, recorded=False)
    until: Mapped[datetime] = column(Privacy.STAFF, "", recorded=False)
