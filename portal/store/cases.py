"""Rows of cases (案件), their numbers and their clocks."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped

from portal.domain.case_vocabulary import Lane
from portal.domain.lifecycle import FINAL
from portal.domain.vocabulary import CaseState, ClockState
from portal.store.base import Base, Privacy, Recorded, column, identifier, reference

_FINAL = ", ".join(f"'{state.value}'" for state in sorted(FINAL))
_TOLD = ("arrived_at", "lane", "main_id")  # what the queue filters and counts by, so that it need not read the cases
_OPEN = ("due_at", "lane", "main_id")  # the same of what came long ago: of what is open, and of what is over
_OVER = ("closed_at", "main_id")
_UNNUMBERED = f"'{CaseState.RECEIVED.value}', '{CaseState.AWAITING.value}', '{CaseState.DECLINED.value}'"


def _where(name: str, condition: str, *columns: str, unique: bool = False) -> Index:
    """An index of the rows that a condition names: those of other cases cost nothing."""
    where = text(condition)
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


def _one(name: str, condition: str, *columns: str) -> Index:
    """Of the rows that a condition names no two are alike in these columns."""
    return _where(name, condition, *columns, unique=True)


class Case(Recorded, Base):
    """A case: made with its report, in `received`; number and subject line come at acceptance."""

    __tablename__ = "cases"

    id: Mapped[UUID] = identifier()
    authority_id: Mapped[UUID] = reference("authorities.id", Privacy.CLEAR, "which office handles it")
    desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR, "the intake desk that works it")
    lead_desk_id: Mapped[UUID] = reference("desks.id", Privacy.CLEAR, "the lead desk above it")
    raised_desk_id: Mapped[UUID | None] = reference(
        "desks.id", Privacy.CLEAR, "the lead desk above, once it was escalated"
    )
    category: Mapped[str] = column(Privacy.CLEAR, "kind of hazard, as the reporter chose")
    state: Mapped[CaseState] = column(Privacy.CLEAR)
    number: Mapped[str | None] = column(Privacy.CLEAR, "受理编号", unique=True)
    line: Mapped[bytes] = column(Privacy.SEALED, "one line for the queue; from acceptance on the 案由")
    line_key_id: Mapped[UUID] = column(Privacy.RANDOM)
    arrived_at: Mapped[datetime] = column(Privacy.CLEAR, "the hour of arrival")
    due_at: Mapped[datetime | None] = column(Privacy.CLEAR, "the next time limit")
    accepted_at: Mapped[datetime | None] = column(Privacy.CLEAR)
    closed_at: Mapped[datetime | None] = column(Privacy.CLEAR)
    news_at: Mapped[datetime | None] = column(Privacy.CLEAR, "the hour of a letter that intake has not opened yet")
    main_id: Mapped[UUID | None] = reference("cases.id", why="the case it was merged into", index=True)
    lane: Mapped[Lane | None] = column(Privacy.CLEAR, "urgent, or put aside as spam")
    supervised_at: Mapped[datetime | None] = column(Privacy.CLEAR, "since when it is under supervision")
    version: Mapped[int] = column(Privacy.RANDOM, "", recorded=False)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  (declared so by SQLAlchemy)
    __table_args__ = (
        CheckConstraint(f"(state IN ({_FINAL})) = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint(f"(number IS NULL) OR (state NOT IN ({_UNNUMBERED}))", name="numbered_when_accepted"),
        CheckConstraint("(number IS NULL) = (accepted_at IS NULL)", name="accepted"),
        CheckConstraint("(state = 'merged') = (main_id IS NOT NULL)", name="merged"),
        Index("ix_cases_desk_due", "desk_id", "due_at", "id", *_TOLD),
        Index("ix_cases_desk_state_due", "desk_id", "state", "due_at", "id", *_TOLD),
        Index("ix_cases_desk_category_due", "desk_id", "category", "due_at", "id", *_TOLD),
        Index("ix_cases_lead_desk_due", "lead_desk_id", "due_at", "id", *_TOLD),
        Index("ix_cases_lead_desk_state_due", "lead_desk_id", "state", "due_at", "id", *_TOLD),
        Index("ix_cases_lead_desk_category_due", "lead_desk_id", "category", "due_at", "id", *_TOLD),
        Index("ix_cases_lead_desk_authority_due", "lead_desk_id", "authority_id", "due_at", "id", *_TOLD),
        Index("ix_cases_raised_desk_due", "raised_desk_id", "due_at", "id", *_TOLD),
        _where("ix_cases_desk_lane", "lane IS NOT NULL", "desk_id", "lane", "due_at", "id", "main_id"),
        _where("ix_cases_lead_desk_lane", "lane IS NOT NULL", "lead_desk_id", "lane", "due_at", "id", "main_id"),
        _where("ix_cases_desk_supervised", "supervised_at IS NOT NULL", "desk_id", "due_at", "id", "main_id"),
        _where("ix_cases_lead_desk_supervised", "supervised_at IS NOT NULL", "lead_desk_id", "due_at", "id", "main_id"),
        _where(
            "ix_cases_raised_desk_supervised", "supervised_at IS NOT NULL", "raised_desk_id", "due_at", "id", "main_id"
        ),
        _where("ix_cases_desk_news", "news_at IS NOT NULL", "desk_id", "news_at", "id", "main_id"),
        _where("ix_cases_lead_desk_news", "news_at IS NOT NULL", "lead_desk_id", "news_at", "id", "main_id"),
        # Last, and by nothing but arrival: what is old is read, however much else there is.
        _where("ix_cases_desk_age", "due_at IS NOT NULL", "desk_id", "arrived_at", "id", *_OPEN),
        _where("ix_cases_lead_desk_age", "due_at IS NOT NULL", "lead_desk_id", "arrived_at", "id", *_OPEN),
        _where("ix_cases_desk_done_age", "closed_at IS NOT NULL", "desk_id", "arrived_at", "id", *_OVER),
        _where("ix_cases_lead_desk_done_age", "closed_at IS NOT NULL", "lead_desk_id", "arrived_at", "id", *_OVER),
        _where("ix_cases_desk_closed", "closed_at IS NOT NULL", "desk_id", "closed_at", "id", "arrived_at"),
        _where("ix_cases_lead_desk_closed", "closed_at IS NOT NULL", "lead_desk_id", "closed_at", "id", "arrived_at"),
    )


class Decision(Recorded, Base):
    """A step that has a reason or a question for the reporter: which, under which edition, and the letter that says so.

    The words are in the letter, sealed; the reason is a code of the lists in force when it was given.
    """

    __tablename__ = "decisions"

    id: Mapped[UUID] = identifier()
    case_id: Mapped[UUID] = reference("cases.id", index=True)
    event: Mapped[str] = column(Privacy.CLEAR, "as the ledger calls the step")
    reason: Mapped[str | None] = column(Privacy.CLEAR, "code of the list of reasons")
    edition: Mapped[str | None] = column(Privacy.CLEAR, "of that list")
    letter_id: Mapped[UUID | None] = reference("letters.id")
    made_at: Mapped[datetime] = column(Privacy.CLEAR)

    __table_args__ = (CheckConstraint("(reason IS NULL) = (edition IS NULL)", name="reasoned"),)


class Transfer(Recorded, Base):
    """A case handed to another office (转办); its note is a letter that the reporter never sees."""

    __tablename__ = "transfers"

    id: Mapped[UUID] = identifier()
    case_id: Mapped[UUID] = reference("cases.id", index=True)
    from_authority_id: Mapped[UUID] = reference("authorities.id", Privacy.CLEAR)
    to_authority_id: Mapped[UUID] = reference("authorities.id", Privacy.CLEAR)
    note_id: Mapped[UUID] = reference("letters.id")
    made_at: Mapped[datetime] = column(Privacy.CLEAR)


class Assignment(Recorded, Base):
    """An officer who works on a case (分办): what they were told, and whether they read the report itself."""

    __tablename__ = "assignments"

    id: Mapped[UUID] = identifier()
    case_id: Mapped[UUID] = reference("cases.id", index=True)
    officer_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF, index=True)
    assigner_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF)
    narrative: Mapped[bool] = column(Privacy.CLEAR, "whether they read the report, or the summary alone")
    reviewing: Mapped[bool | None] = column(Privacy.CLEAR, "whether they review what others concluded")
    content_key_id: Mapped[UUID] = reference("content_keys.id")
    brief: Mapped[bytes] = column(Privacy.SEALED, "the summary they work from")
    assigned_at: Mapped[datetime] = column(Privacy.CLEAR)
    ended_at: Mapped[datetime | None] = column(Privacy.CLEAR)

    __table_args__ = (
        Index(
            "uq_assignments_active",
            "case_id",
            "officer_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )


class CaseNumber(Base):
    """The last 受理编号 an authority gave in a year."""

    __tablename__ = "case_numbers"

    authority_id: Mapped[UUID] = reference("authorities.id", Privacy.CLEAR, primary_key=True)
    year: Mapped[int] = column(Privacy.CLEAR, "", primary_key=True)
    last: Mapped[int] = column(Privacy.CLEAR, "", recorded=False)


class Clock(Recorded, Base):
    """One time limit (时限): superseded, never edited."""

    __tablename__ = "clocks"

    id: Mapped[UUID] = identifier()
    report_id: Mapped[UUID | None] = reference("reports.id", index=True)
    case_id: Mapped[UUID | None] = reference("cases.id", index=True)
    rule: Mapped[str] = column(Privacy.CLEAR, "C01 to C31")
    edition: Mapped[str] = column(Privacy.CLEAR, "of the clock policy")
    started_at: Mapped[datetime] = column(Privacy.CLEAR)
    due_at: Mapped[datetime] = column(Privacy.CLEAR)
    target_at: Mapped[datetime | None] = column(Privacy.CLEAR, "the stricter aim officers see")
    provisional: Mapped[bool] = column(Privacy.CLEAR, "counted over days not yet gazetted")
    state: Mapped[ClockState] = column(Privacy.CLEAR)
    stopped_at: Mapped[datetime | None] = column(Privacy.CLEAR)
    superseded_by: Mapped[UUID | None] = column(
        Privacy.RANDOM, "", ForeignKey("clocks.id", deferrable=True, initially="DEFERRED"), index=True
    )  # written first: of one start only one stands
    extended: Mapped[int | None] = column(Privacy.CLEAR, "by how many of its units it was extended")
    suspended_at: Mapped[datetime | None] = column(Privacy.CLEAR, "since when it stands still")
    stood: Mapped[int | None] = column(Privacy.CLEAR, "for how many of its units it stood still")
    reminded_at: Mapped[datetime | None] = column(Privacy.CLEAR, "", recorded=False)

    __table_args__ = (
        CheckConstraint("(report_id IS NULL) <> (case_id IS NULL)", name="one_owner"),
        CheckConstraint("(state = 'stopped') = (stopped_at IS NOT NULL)", name="stopped"),
        CheckConstraint("(state = 'superseded') = (superseded_by IS NOT NULL)", name="superseded"),
        CheckConstraint("state <> 'suspended' OR suspended_at IS NOT NULL", name="suspended"),
        CheckConstraint("extended IS NULL OR extended > 0", name="extended"),
        CheckConstraint("stood IS NULL OR stood > 0", name="stood"),
        _one("uq_clocks_case_id_rule_started_at", "superseded_by IS NULL", "case_id", "rule", "started_at"),
        _one("uq_clocks_report_id_rule_started_at", "superseded_by IS NULL", "report_id", "rule", "started_at"),
        Index("ix_clocks_state_due", "state", "due_at"),
        _where("ix_clocks_provisional", "provisional AND state = 'running'", "due_at"),
        _where("ix_clocks_target", "target_at IS NOT NULL AND reminded_at IS NULL AND state = 'running'", "target_at"),
    )
