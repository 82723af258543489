"""The life of a report as its ledger entries tell it, for a timeline; and the opening a reporter can keep as proof."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, case, func, literal, or_, select
from sqlalchemy.orm import Session

from portal.domain.errors import StaleError
from portal.domain.vocabulary import ActorKind, IdentityField
from portal.office import withholding
from portal.office.directory import Directory
from portal.office.house import House
from portal.office.sheets import StepSheet
from portal.store.cases import Decision, Transfer
from portal.store.disclosures import Disclosure
from portal.store.driving import Question, asked, first
from portal.store.ledger import Entry, Leaf
from portal.store.reports import Report

# What a reporter is told of a request to learn who they are, step by step.
REQUESTS_TOLD = frozenset(
    {
        "identity_requested",
        "identity_lifted",
        "identity_released",
        "identity_answered",
        "identity_refused",
        "identity_read",
        "identity_closed",
        "identity_settled",
        "identity_lapsed",
        "identity_stated",
        "withheld",
        "consent_given",
        "consent_refused",
        "consent_revoked",
    }
)
# Entries about a request that name its rows.
REQUEST_MOVES = REQUESTS_TOLD - {"identity_read"}
ERASED, SUBMITTED = "erased", "submitted"
LATE, REVIEWED = "late", "reviewed"
SPLIT, PARTED = "split", "parted"  # a merge that was undone, of either case
# What a reporter waits for: that other offices or bodies are late among themselves is none of it.
WAITED = frozenset({"C02", "C05", "C06", "C07", "C10", "C11", "C13", "C19"})
# Several in a row are one step, or decisions drown in readings and photos.
TOGETHER = frozenset({"file_added", "exhibit_added", "file_shown", "file_taken"})
LOOKS = frozenset({"opened", "assignment_opened", "file_opened"})  # by turns too: one opens the case and its file

# What an officer decides by: a step taken on a page that was made before one of these is refused.
MOVES = frozenset(
    {
        "submitted",
        "added",
        "replied",
        "resumed",
        "withdrawn",
        "accepted",
        "asked",
        "declined",
        "blocked",
        "put_aside",
        "put_back",
        "supervised",
        "supervision_ended",
        "merged",
        "joined",
        "split",
        "parted",
        "recused",
        "recusal_lifted",
        "disputed",
        "dispute_decided",
        "referral_asked",
        "referral_agreed",
        "referral_refused",
        "referred",
        "referred_part",
        "referral_received",
        "referral_answered",
        "referral_returned",
        "referral_reopened",
        "transferred",
        "wrote",
        "assigned",
        "concluded",
        "fed_back",
        "ordered",
        "closed",
        "objected",
        "review_assigned",
        "reviewed",
        "reopened",
        "extended",
        "suspended",
        "continued",
        "recounted",
        "disposed",
        "protected",
        "retaliation_checked",
    }
)

# Readings of the report inside the office: a reporter is told how often, by the day.
READINGS = frozenset({"opened", "assignment_opened", "file_opened", "phone_read", "file_shown", "file_taken"})

# What a reporter is told of, step by step.
TOLD = frozenset(
    {
        "submitted",
        "added",
        "replied",
        "file_added",
        "file_taken_back",
        "resumed",
        "identity_given",
        "identity_replaced",
        "phone_closed",
        "erased",
        "withdrawn",
        "accepted",
        "asked",
        "declined",
        "blocked",
        "transferred",
        "disputed",
        "referred",
        "referral_reopened",
        "wrote",
        "concluded",
        "fed_back",
        "ordered",
        "closed",
        "objected",
        "reviewed",
        "reopened",
        "phone_read",
        "keeping_offered",
        "keeping_moved",
        "code_reissued",
        "code_replaced",
        "extended",
        "suspended",
        "continued",
        "recounted",
        "clock_ended",
        "late",
        "escalated",
        "alarm_raised",
        "alarm_signed_off",
        "disposed",
        "protected",
        "retaliation_checked",
        "award_asked",
        "award_approved",
        "award_refused",
        "award_contested",
        "award_upheld",
        "award_given_up",
        "award_prolonged",
        "award_forfeited",
        "award_revoked",
    }
)


_ABOUT = or_(Entry.object_id == bindparam("report"), Entry.object_id == bindparam("case"))
_TOLD = (
    select(Entry.index, Entry.event, Entry.at, Entry.actor, Entry.authority_id, Transfer.to_authority_id, literal(1))
    .outerjoin(Transfer, Transfer.entry_id == Entry.id)
    .where(_ABOUT, Entry.event.in_(sorted(TOLD)))
    .order_by(Entry.index)
)


def _every() -> Select[*tuple[Any, ...]]:
    """Every entry; looks between the same two other steps, which come by the hundred, as one for each event and office.

    A look is by nobody but officers.
    """
    looks = Entry.event.in_(sorted(LOOKS))
    before = func.sum(case((looks, 0), else_=1)).over(order_by=Entry.index)
    shown = (Entry.index, Entry.id, Entry.event, Entry.at, Entry.actor, Entry.authority_id)
    about = select(*shown, case((looks, before), else_=-1 - Entry.index).label("place")).where(_ABOUT).subquery()
    line = (about.c.event, about.c.actor, about.c.authority_id, Transfer.to_authority_id)
    newest = func.max(about.c.index)
    return (
        select(newest, about.c.event, func.max(about.c.at), *line[1:], func.count())
        .outerjoin(Transfer, Transfer.entry_id == about.c.id)
        .group_by(about.c.place, *line)
        .order_by(newest)
    )


_STEPS = _every()
_ENTRIES = (
    select(Entry.index, Entry.at, Leaf.hash, Entry.salt, Entry.opening)
    .join(Leaf, Leaf.index == Entry.index)
    .where(Entry.object_id == bindparam("report"), Entry.event == bindparam("event"))
    .order_by(Entry.index)
)
_NEWEST = select(func.max(Entry.index)).where(_ABOUT, Entry.event.in_(sorted(MOVES)))


def for_reporter(
    session: Session, report_id: UUID, case_id: UUID, directory: Directory, language: str
) -> tuple[StepSheet, ...]:
    """The steps a reporter may know, oldest first; officers appear as their authority."""
    steps = _steps(session, report_id, case_id, directory, language, _TOLD)
    inner: set[int] = set()
    if any(step.event == LATE for step in steps):
        late = select(Entry.index, Entry.opening).where(_about(report_id, case_id), Entry.event == LATE)
        inner = {index for index, opening in session.execute(late) if _rule(opening) not in WAITED}
    if any(step.event == REVIEWED for step in steps):
        inner |= set(session.scalars(_reviewed_for_others(case_id)))
    return tuple(step for step in steps if step.index not in inner)


def _reviewed_for_others(case_id: UUID) -> Select[int]:
    """Entries of reviews that nobody of this report asked for: others object too whose reports go with it."""
    mine = select(Decision.entry_id).where(Decision.case_id == case_id)
    return select(Entry.index).where(Entry.object_id == case_id, Entry.event == REVIEWED, Entry.id.not_in(mine))


def _rule(opening: bytes | None) -> str:
    """Which time limit an entry is about."""
    return str(json.loads(opening)["facts"]["rule"]) if opening else ""


def reporters_steps(report_id: UUID, case_id: UUID) -> Question:
    """What `for_reporter` asks."""
    return _TOLD, {"report": report_id, "case": case_id}


def for_officer(
    session: Session, report_id: UUID, case_id: UUID, directory: Directory, language: str
) -> tuple[StepSheet, ...]:
    """Every step, oldest first."""
    return _steps(session, report_id, case_id, directory, language, _STEPS)


def officers_steps(report_id: UUID, case_id: UUID) -> Question:
    """What `for_officer` asks."""
    return _STEPS, {"report": report_id, "case": case_id}


def _steps(
    session: Session,
    report_id: UUID,
    case_id: UUID,
    directory: Directory,
    language: str,
    wanted: Select[*tuple[Any, ...]],
) -> tuple[StepSheet, ...]:
    names: dict[UUID | None, str] = {None: "", **{one: directory.name(one, language) for one in directory.names}}
    steps: list[StepSheet] = []
    for index, event, at, actor, authority, handed_to, looks in asked(session, wanted, report=report_id, case=case_id):
        reporter = actor is ActorKind.REPORTER
        by = "" if reporter else names[authority]
        again = steps and event in TOGETHER and (steps[-1].event, steps[-1].by) == (event, by)
        times = steps.pop().times + 1 if again else looks
        steps.append(StepSheet(at, reporter, index, event, by, times, names[handed_to]))
    return tuple(steps)


def told(session: Session, house: House, report_id: UUID, index: int, *, now: datetime) -> bool:
    """Whether the reporter is told of this entry now: what they see, and may have a proof of.

    One that is withheld, one of another report and one that does not exist are the same to them.
    """
    entry = session.execute(select(Entry.event, Entry.object_id).where(Entry.index == index)).one_or_none()
    if entry is None:
        return False
    event, about = entry
    if event in REQUESTS_TOLD:
        request = session.get(Disclosure, about)
        hidden = {one.request_id for one in withholding.untold(session, house, report_id, now=now)}
        return request is not None and request.report_id == report_id and request.id not in hidden
    case_id = session.get_one(Report, report_id).case_id
    if event == REVIEWED and index in session.scalars(_reviewed_for_others(case_id)).all():
        return False
    return event in TOLD | READINGS and about in {report_id, case_id}


def newest(session: Session, report_id: UUID, case_id: UUID) -> int:
    """The index of the newest step that an officer decides by."""
    return first(session, _NEWEST, report=report_id, case=case_id) or 0


def newest_of(steps: Iterable[StepSheet]) -> int:
    """The same where every step is at hand."""
    return max((step.index for step in steps if step.event in MOVES), default=0)


def require_seen(session: Session, report_id: UUID, case_id: UUID, seen: int) -> None:
    """Raise StaleError when something happened after the step that the officer saw last."""
    if newest(session, report_id, case_id) != seen:
        raise StaleError("something happened since the page was shown")


def _about(report_id: UUID, case_id: UUID) -> ColumnElement[bool]:
    return or_(Entry.object_id == report_id, Entry.object_id == case_id)


def erasures(session: Session, report_id: UUID) -> tuple[tuple[int, datetime, bytes, tuple[IdentityField, ...]], ...]:
    """Each time the reporter had something of their identity erased: index, hour, leaf, which fields."""
    rows = asked(session, _ENTRIES, report=report_id, event=ERASED)
    return tuple((index, at, leaf, _fields(opening)) for index, at, leaf, _, opening in rows)


def own_entries(report_id: UUID) -> tuple[Question, ...]:
    """What `erasures` and `proof` ask."""
    return tuple((_ENTRIES, {"report": report_id, "event": event}) for event in (ERASED, SUBMITTED))


def _fields(opening: bytes | None) -> tuple[IdentityField, ...]:
    said = json.loads(opening or b'{"facts":{"fields":[]}}')["facts"]["fields"]
    return tuple(IdentityField(name) for name in said)


def proof(session: Session, report_id: UUID) -> Mapping[str, str | int]:
    """Index, leaf, salt and opening of the `submitted` entry: what lets the reporter show later what was said."""
    ((index, _, leaf, salt, opening),) = asked(session, _ENTRIES, report=report_id, event=SUBMITTED)
    return {
        "index": index,
        "leaf": leaf.hex(),
        "salt": (salt or b"").hex(),
        "opening": (opening or b"").decode(),
    }
