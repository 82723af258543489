"""Rows of requests to learn something of an identity (知悉), one row for each field asked for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from portal.domain.vocabulary import DisclosureState, FieldState
from portal.domain.vocabulary import IdentityField as Field
from portal.store.base import Base, Privacy, Recorded, column, identifier, reference


class Disclosure(Recorded, Base):
    """A request: who asks, why, for how long, and who lifted and released it."""

    __tablename__ = "disclosures"

    id: Mapped[UUID] = identifier()
    report_id: Mapped[UUID] = reference("reports.id", index=True)
    case_id: Mapped[UUID] = reference("cases.id")
    requester_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF)
    requester_desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR)
    lead_desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR)
    custody_desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR)
    reason: Mapped[str] = column(Privacy.CLEAR, "code of the list of reasons")
    edition: Mapped[str] = column(Privacy.CLEAR, "of that list")
    hours: Mapped[int] = column(Privacy.CLEAR, "for how long it may be read once it is released")
    urgent: Mapped[bool] = column(Privacy.CLEAR)
    state: Mapped[DisclosureState] = column(Privacy.CLEAR)
    asked_at: Mapped[datetime] = column(Privacy.CLEAR)
    expires_at: Mapped[datetime] = column(Privacy.CLEAR, "when it lapses by itself")
    lifter_id: Mapped[UUID | None] = reference("officers.id", Privacy.STAFF)
    releaser_id: Mapped[UUID | None] = reference("officers.id", Privacy.STAFF)
    why: Mapped[bytes] = column(Privacy.SEALED, "the officer's words on why")
    why_requester: Mapped[bytes] = column(Privacy.KEY, "the key of these words, wrapped to who asked")
    why_lead: Mapped[bytes] = column(Privacy.KEY, "the same, to the lead desk")
    why_custody: Mapped[bytes] = column(Privacy.KEY, "the same, to the custody desk")
    lead_epoch_id: Mapped[UUID] = reference("desk_epochs.id", Privacy.CLEAR)
    custody_epoch_id: Mapped[UUID] = reference("desk_epochs.id", Privacy.CLEAR)
    withheld_days: Mapped[int | None] = column(Privacy.CLEAR, "for how many days the reporter is not to be told")
    consent_by: Mapped[datetime | None] = column(Privacy.CLEAR, "until when the reporter may agree, where they must")
    version: Mapped[int] = column(Privacy.RANDOM, "", recorded=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (declared so by SQLAlchemy)
    __table_args__ = (
        CheckConstraint(
            "requester_id <> lifter_id AND requester_id <> releaser_id AND lifter_id <> releaser_id",
            name="three_people",
        ),
        CheckConstraint("(state <> 'lifted' AND state <> 'released') OR lifter_id IS NOT NULL", name="lifted"),
        CheckConstraint("(state <> 'released' AND state <> 'answered') OR releaser_id IS NOT NULL", name="released"),
        CheckConstraint("hours BETWEEN 1 AND 72", name="hours"),
        CheckConstraint("withheld_days BETWEEN 1 AND 90", name="withheld"),
        CheckConstraint("withheld_days IS NULL OR consent_by IS NULL", name="told"),
        Index("ix_disclosures_lead", "lead_desk_id", "state", "asked_at"),
        Index("ix_disclosures_custody", "custody_desk_id", "state", "asked_at"),
        Index("ix_disclosures_requester", "requester_id", "asked_at"),
        Index("ix_disclosures_due", "state", "expires_at"),
    )


class DisclosedField(Recorded, Base):
    """One field of a request: the lead's half while it is lifted, the value while it is released, then neither."""

    __tablename__ = "disclosure_fields"

    id: Mapped[UUID] = identifier()
    disclosure_id: Mapped[UUID] = reference("disclosures.id")
    identity_field_id: Mapped[UUID] = column(Privacy.RANDOM, "what was given then; the row may be gone", index=True)
    field: Mapped[Field] = column(Privacy.CLEAR, "which field, not what it says")
    state: Mapped[FieldState] = column(Privacy.CLEAR)
    share: Mapped[bytes | None] = column(Privacy.KEY, "the lead's half of the field's key, wrapped to the custody desk")
    share_epoch_id: Mapped[UUID | None] = reference("desk_epochs.id", Privacy.CLEAR)
    body: Mapped[bytes | None] = column(Privacy.SEALED, "the value, for who asked alone")
    wrapped: Mapped[bytes | None] = column(Privacy.KEY, "its key, wrapped to who asked")
    claim: Mapped[bytes | None] = column(Privacy.SEALED, "what the person at the counter said, to be compared")
    claim_key: Mapped[bytes | None] = column(Privacy.KEY, "its key, wrapped to the custody desk")
    claim_epoch_id: Mapped[UUID | None] = reference("desk_epochs.id", Privacy.CLEAR)

    __table_args__ = (
        UniqueConstraint("disclosure_id", "field"),
        CheckConstraint("(state = 'lifted') = (share IS NOT NULL)", name="lifted"),
        CheckConstraint("(share IS NULL) = (share_epoch_id IS NULL)", name="share"),
        CheckConstraint("(state = 'released') = (body IS NOT NULL)", name="released"),
        CheckConstraint("(body IS NULL) = (wrapped IS NULL)", name="value"),
        CheckConstraint("(claim IS NULL) = (claim_key IS NULL)", name="claim"),
        CheckConstraint("(claim IS NULL) = (claim_epoch_id IS NULL)", name="claim_epoch"),
        CheckConstraint("claim IS NULL OR state IN ('asked', 'lifted')", name="claimed"),
    )


class Consent(Recorded, Base):
    """What the reporter said of a request that needs their consent: yes or no, and after a yes that they take it back.

    Rows are added, never changed; the last one counts.
    """

    __tablename__ = "consents"

    id: Mapped[UUID] = identifier()
    disclosure_id: Mapped[UUID] = reference("disclosures.id")
    position: Mapped[int] = column(Privacy.CLEAR, "the first word, or the second")
    agreed: Mapped[bool] = column(Privacy.CLEAR, "whether the reporter agreed")
    said_at: Mapped[datetime] = column(Privacy.CLEAR, "reporters: the hour")

    __table_args__ = (
        UniqueConstraint("disclosure_id", "position"),
        CheckConstraint("position = 1 OR (position = 2 AND NOT agreed)", name="said"),
    )
