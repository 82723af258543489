"""Rows of the staff: officers, desks, the epochs of a desk's key, and seats."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, Index, UniqueConstraint, and_, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped

from portal.domain.vocabulary import Duty, OfficerState
from portal.store.base import Base, Privacy, Recorded, column, identifier, reference

_CURRENT = "opened_at IS NOT NULL AND closed_at IS NULL"


class Officer(Recorded, Base):
    """A person with an account; their private keys lie here locked under their password."""

    __tablename__ = "officers"

    id: Mapped[UUID] = identifier()
    username: Mapped[str] = column(Privacy.STAFF, "the name staff sign in with", unique=True)
    authority_id: Mapped[UUID] = reference("authorities.id", Privacy.STAFF)
    state: Mapped[OfficerState] = column(Privacy.STAFF)
    locked_keys: Mapped[bytes | None] = column(Privacy.SEALED, "Argon2id(password, pepper)")
    # Both come with enrolment; the certificate when two administrators, or the root, vouch for them.
    public_key: Mapped[bytes | None] = column(Privacy.KEY)
    verify_key: Mapped[bytes | None] = column(Privacy.KEY)
    certificate_id: Mapped[UUID | None] = reference("certificates.id", Privacy.KEY)
    mail: Mapped[str | None] = column(Privacy.STAFF, "where mail of the office goes; it says nothing of any report")

    __table_args__ = (
        CheckConstraint("locked_keys IS NOT NULL OR state IN ('enrolling', 'left')", name="keyed"),
        CheckConstraint("(public_key IS NULL) = (verify_key IS NULL)", name="pair"),
        CheckConstraint("public_key IS NOT NULL OR state IN ('enrolling', 'left')", name="drawn"),
        CheckConstraint("certificate_id IS NULL OR public_key IS NOT NULL", name="certified"),
    )


class Enrolment(Recorded, Base):
    """An invitation with a code, used once.

    Where the root certified the officer's keys beforehand (`portal init`), they lie here under the code until then; all
    others draw theirs when they enrol.
    """

    __tablename__ = "enrolments"

    id: Mapped[UUID] = identifier()
    officer_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF, index=True)
    lookup: Mapped[bytes] = column(Privacy.DIGEST, "of the code", unique=True)
    locked_keys: Mapped[bytes | None] = column(Privacy.SEALED, "under the code")
    expires_at: Mapped[datetime] = column(Privacy.STAFF)
    used_at: Mapped[datetime | None] = column(Privacy.STAFF)

    __table_args__ = (CheckConstraint("used_at IS NULL OR locked_keys IS NULL", name="used_up"),)


class OtpStep(Base):
    """The last one-time code an officer used: a used code is refused."""

    __tablename__ = "otp_steps"

    officer_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF, primary_key=True)
    step: Mapped[int] = column(Privacy.STAFF, "30-second step of the last code", recorded=False)
    printed: Mapped[int] = column(Privacy.STAFF, "next code on paper", recorded=False, server_default="0")


class SignInDelay(Base):
    """How long a name must wait after failed sign-ins; delays grow, nobody is locked out.

    Kept for names that don't exist too: the row can't tell.
    """

    __tablename__ = "sign_in_delays"

    name: Mapped[bytes] = column(Privacy.DIGEST, "keyed, of the name typed", primary_key=True, recorded=False)
    failures: Mapped[int] = column(Privacy.STAFF, "", recorded=False)
    until: Mapped[datetime] = column(Privacy.STAFF, "", recorded=False)


class Desk(Recorded, Base):
    """A duty within an authority (岗); its key has epochs."""

    __tablename__ = "desks"

    id: Mapped[UUID] = identifier()
    authority_id: Mapped[UUID] = reference("authorities.id", Privacy.CLEAR)
    duty: Mapped[Duty] = column(Privacy.CLEAR)

    __table_args__ = (UniqueConstraint("authority_id", "duty"),)


class DeskEpoch(Recorded, Base):
    """One key of a desk; losing a seat starts the next, which seals this one's key to itself."""

    __tablename__ = "desk_epochs"

    id: Mapped[UUID] = identifier()
    desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR)
    epoch: Mapped[int] = column(Privacy.CLEAR)
    public_key: Mapped[bytes] = column(Privacy.KEY)
    # Both are set when a second person has confirmed it; until then it is proposed, and nothing is sealed to it.
    certificate_id: Mapped[UUID | None] = reference("certificates.id", Privacy.KEY)
    previous: Mapped[bytes | None] = column(Privacy.KEY, "the epoch before, wrapped to this one")
    opened_at: Mapped[datetime | None] = column(Privacy.STAFF)
    closed_at: Mapped[datetime | None] = column(Privacy.STAFF)

    __table_args__ = (
        UniqueConstraint("desk_id", "epoch"),
        CheckConstraint("(epoch = 1) = (previous IS NULL)", name="chained"),
        CheckConstraint("(opened_at IS NULL) = (certificate_id IS NULL)", name="opened"),
        CheckConstraint("closed_at IS NULL OR opened_at IS NOT NULL", name="closed"),
        Index(
            "uq_desk_epochs_current",
            "desk_id",
            unique=True,
            sqlite_where=text(_CURRENT),
            postgresql_where=text(_CURRENT),
        ),
    )

    @hybrid_property
    def current(self) -> bool:
        """Whether this is the key that the desk's reports are sealed to now."""
        return self.opened_at is not None and self.closed_at is None

    @current.inplace.expression
    @classmethod
    def _current(cls) -> ColumnElement[bool]:
        return and_(cls.opened_at.is_not(None), cls.closed_at.is_(None))


class RecoveryGrant(Recorded, Base):
    """An epoch's key wrapped to a recovery key, for when nobody seated can open the desk any more."""

    __tablename__ = "recovery_grants"

    id: Mapped[UUID] = identifier()
    desk_epoch_id: Mapped[UUID] = reference("desk_epochs.id", Privacy.STAFF)
    certificate_id: Mapped[UUID] = reference("certificates.id", Privacy.KEY, "of the recovery key")
    wrapped: Mapped[bytes] = column(Privacy.KEY, "the desk's key wrapped to the recovery key")

    __table_args__ = (UniqueConstraint("desk_epoch_id", "certificate_id"),)


class Seat(Recorded, Base):
    """An officer at a desk (席): the epoch's key wrapped to that officer."""

    __tablename__ = "seats"

    id: Mapped[UUID] = identifier()
    desk_epoch_id: Mapped[UUID] = reference("desk_epochs.id", Privacy.STAFF)
    officer_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF, index=True)
    wrapped: Mapped[bytes] = column(Privacy.KEY, "the desk's key wrapped to the officer")
    seated_at: Mapped[datetime] = column(Privacy.STAFF)
    left_at: Mapped[datetime | None] = column(Privacy.STAFF)

    __table_args__ = (
        Index(
            "uq_seats_held",
            "desk_epoch_id",
            "officer_id",
            unique=True,
            sqlite_where=text("left_at IS NULL"),
            postgresql_where=text("left_at IS NULL"),
        ),
    )


class OfficerSession(Base):
    """A signed-in officer; the token that finds and opens this row exists in the cookie only."""

    __tablename__ = "officer_sessions"

    id: Mapped[bytes] = column(Privacy.DIGEST, "of the cookie", primary_key=True)
    officer_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF, index=True)
    body: Mapped[bytes] = column(Privacy.SEALED, "the officer's keys under the cookie's key")
    opened_at: Mapped[datetime] = column(Privacy.STAFF)
    used_at: Mapped[datetime] = column(Privacy.STAFF)


class MailboxSession(Base):
    """An open mailbox; says not even which report it belongs to."""

    __tablename__ = "mailbox_sessions"

    id: Mapped[bytes] = column(Privacy.DIGEST, "of the cookie", primary_key=True)
    body: Mapped[bytes] = column(Privacy.SEALED, "the reporter's key under the cookie's key")
    opened_at: Mapped[datetime] = column(Privacy.CLEAR, "minute a mailbox was opened; gone within an hour")
    used_at: Mapped[datetime] = column(Privacy.CLEAR, "minute a mailbox was used; gone within an hour")
