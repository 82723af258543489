"""Splitting (拆分): a merge that was wrong is undone, and the case goes on by itself from where it was.

Nothing that was given or said meanwhile is moved: letters, names and files never left its report. What merging ended
runs on from where it began; what the other case came to is its conclusion no more. Which case went into which is what
the ledger says.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from portal.domain import lifecycle, merging
from portal.domain.access import Actor
from portal.domain.audit import written
from portal.domain.awards import OPEN as STANDING
from portal.domain.errors import LedgerError, MergeError, StaleError
from portal.domain.merging import Separable, SplitReason, SplitSnag
from portal.domain.papers import Note
from portal.domain.vocabulary import Action, ActorKind, CaseState, ClockState, Duty
from portal.office import clock_rows, gate, history, papers, preceding, recusing, timing, vouching
from portal.office.gate import Admitted
from portal.office.history import PARTED, SPLIT
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.merging import MERGED
from portal.office.recording import Draft, record
from portal.office.triage_sheets import MergedLine, SplitSheet
from portal.store.awards import Award
from portal.store.cases import Case, Clock
from portal.store.ledger import Entry
from portal.store.reports import Report

REVIEWED_BY = "C13"  # an objection is looked into until then
# What a reporter is asked, and what answers it or makes it void.
_ASKED, _ANSWERS = "asked", ("added", "replied", "file_added")
_VOIDS = ("resumed", "transferred", "reopened", "referral_reopened")
# From then on what both have come to was agreed to, or told.
_CONCLUDED = ("concluded", "reopened", "referred", "fed_back")


@dataclass(frozen=True, slots=True)
class Parting:
    """Which case leaves, why, as the page was seen."""

    which: UUID
    reason: str
    words: str
    seen: int


@dataclass(frozen=True, slots=True)
class Went:
    """How a case was merged, as its newest entry of that says."""

    into: UUID
    said: Mapping[str, Any]
    index: int


def offered(
    session: Session, house: House, admitted: Admitted, lines: Sequence[MergedLine], *, now: datetime
) -> SplitSheet | None:
    """What the page of a case of a matter says of it; None for whoever may not split, or for a case alone."""
    if not lines or admitted.duty not in lifecycle.STEPS[Action.SPLIT].by:
        return None
    own = admitted.case.main_id is not None
    found = tuple(one for one in lines if (one.own if own else not one.main))
    main = session.get_one(Case, admitted.case.main_id) if own else admitted.case
    ways = _ways(session, house, main.id)
    awarded = _awarded(session, house, _matter(ways), now)
    snags = {_snag(session, admitted.duty, one.case_id, main, ways, awarded=awarded) for one in found}
    return SplitSheet(found, snags.pop() if len(snags) == 1 else "")


def split(
    session: Session, house: House, actor: Actor, ring: Keyring, page_id: UUID, wish: Parting, *, now: datetime
) -> None:
    """Split a case from the one that it was merged into, on the page of either.

    Raises StaleError, IllegalTransitionError, MergeError; StrangerError for a case that is none of theirs.
    """
    if wish.reason not in set(SplitReason):
        raise MergeError(SplitSnag.REASON)
    admitted = gate.admit(session, house, actor, Action.SPLIT, wish.which)
    case = admitted.case
    _require_seen(session, admitted, page_id, wish.seen)
    back = merging.came_from(taken_up=case.number is not None, asked=_asked(session, admitted.report.id, case.id))
    state = lifecycle.advance(case.state, Action.SPLIT, back=back)
    main = gate.case_of(session, case.main_id or case.id)
    vouching.require_recorded(session, house.entry_keys, main)
    ways = _ways(session, house, main.id)
    moved = [gate.case_of(session, one) for one in _moved(case.id, ways)]
    leaving, awarded = (case.id, *(one.id for one in moved)), _awarded(session, house, _matter(ways), now)
    _require_separable(session, admitted.duty, main.state, ways, leaving, awarded=awarded)
    kept = recusing.papers_of(session, case.id)
    draft, parted = admitted.draft(SPLIT, now, main=str(main.id), back=str(state)), admitted.draft(PARTED, now)
    parted.subject, parted.facts, draft.reason = ("cases", main.id), {"case": str(case.id)}, wish.reason
    _leave(session, house, draft, admitted, (state, moved, ways[case.id].said), now)
    paper_id = papers.put(session, house, draft, admitted, ring, Note(wish.words), made_at=now)
    recusing.keep_out(session, draft, case.id, dict.fromkeys(kept, paper_id), actor.officer_id, now)
    recusing.keep_out(session, parted, main.id, kept, actor.officer_id, now)
    clock_rows.settle(session, house, parted, main)
    parted.names(main)
    record(session, house.entry_key, draft, parted)


def _require_seen(session: Session, admitted: Admitted, page_id: UUID, seen: int) -> None:
    """As the page was seen: its own, or that of the case that it is handled under."""
    if page_id not in {admitted.case.id, admitted.case.main_id}:
        raise StaleError("they are not handled together any more")
    report = session.scalars(select(Report).where(Report.case_id == page_id)).one()
    history.require_seen(session, report.id, page_id, seen)


def _matter(ways: Mapping[UUID, Went]) -> frozenset[UUID]:
    """Every case of it."""
    return frozenset({*ways, *(one.into for one in ways.values())})


def _require_separable(
    session: Session,
    duty: Duty,
    main: CaseState,
    ways: Mapping[UUID, Went],
    leaving: Sequence[UUID],
    *,
    awarded: bool,
) -> None:
    """The first of those leaving is split, the others go with it."""
    about, said = Entry.object_id.in_(_matter(ways)), Entry.event.in_(_CONCLUDED)
    since = select(Entry.index).where(about, said, Entry.index > ways[leaving[0]].index)
    concluded = merging.reaches_lead(main) or session.scalars(since.limit(1)).first() is not None
    merging.require_separable(
        Separable(
            concluded=concluded,
            leads=duty is Duty.LEAD,
            objected=_objected(session, leaving),
            awarded=awarded,
        )
    )


def _snag(session: Session, duty: Duty, case_id: UUID, main: Case, ways: Mapping[UUID, Went], *, awarded: bool) -> str:
    """Why a case may not leave; "" where it may."""
    try:
        _require_separable(session, duty, main.state, ways, (case_id, *_moved(case_id, ways)), awarded=awarded)
    except MergeError as error:
        return error.snag
    return ""


def _objected(session: Session, cases: Collection[UUID]) -> bool:
    waits = select(Clock.id).join(Report, Report.id == Clock.report_id).where(Report.case_id.in_(cases))
    open_ = waits.where(Clock.rule == REVIEWED_BY, Clock.state.in_(timing.LIVE))
    return session.scalars(open_.limit(1)).first() is not None


def _awarded(session: Session, house: House, cases: Collection[UUID], now: datetime) -> bool:
    """Whether a reward of one of the matter waits or stands, or may again: who was first among them was part of it."""
    reports = session.scalars(select(Report.id).where(Report.case_id.in_(cases))).all()
    standing = select(Award.id).where(Award.report_id.in_(reports), Award.state.in_(STANDING))
    stands = session.scalars(standing.limit(1)).first() is not None
    return stands or preceding.may_return(session, house, reports, now=now)


def _ways(session: Session, house: House, main_id: UUID) -> Mapping[UUID, Went]:
    """How each case came that is handled under another. Raises LedgerError for one of which no entry says it."""
    mine = session.scalars(select(Case.id).where(Case.main_id == main_id)).all()
    wanted = select(Entry).where(Entry.event == MERGED, Entry.object_id.in_(mine)).order_by(Entry.index)
    told = [(vouching.opening_of(session, house.entry_keys, one), one.index) for one in session.scalars(wanted)]
    found = {UUID(said["object"][1]): Went(UUID(said["facts"]["main"]), said, index) for said, index in told}
    if found.keys() != set(mine):
        raise LedgerError("a case is merged, and no entry says so")
    return found


def _moved(case_id: UUID, ways: Mapping[UUID, Went]) -> list[UUID]:
    """What came with a case, in the order in which they are held."""
    return sorted(merging.came_with(case_id, {one: way.into for one, way in ways.items()}))


def _asked(session: Session, report_id: UUID, case_id: UUID) -> bool:
    """Whether the reporter was asked, and has not answered since."""
    answers = and_(Entry.event.in_(_ANSWERS), Entry.actor == ActorKind.REPORTER)
    newest = (
        select(Entry.event)
        .where(Entry.object_id.in_((report_id, case_id)), or_(Entry.event.in_((_ASKED, *_VOIDS)), answers))
        .order_by(Entry.index.desc())
        .limit(1)
    )
    return session.scalars(newest).first() == _ASKED


def _leave(
    session: Session,
    house: House,
    draft: Draft,
    admitted: Admitted,
    how: tuple[CaseState, Collection[Case], Mapping[str, Any]],
    now: datetime,
) -> None:
    """It is a case of its own again, and what came with it is handled under it; time limits run on."""
    case, (state, moved, merged) = admitted.case, how
    for one in moved:
        one.main_id = case.id
    case.state, case.main_id, case.closed_at = state, None, None
    session.flush()
    timing.end_all(session, draft, lifecycle.STEPS[Action.SPLIT].stops, case_id=case.id, now=now)
    made = [clock_rows.run_on(session, house, draft, row, now=now) for row in _ended(session, merged)]
    draft.facts = {**draft.facts, "clocks": {one.rule: written(one.due_at) for one in made}}
    if late := {one.rule: written(one.due_at) for one in made if one.state is ClockState.LATE}:
        draft.facts = {**draft.facts, "late": late}
    clock_rows.take_up_again(session, house, case, admitted.report.id)
    draft.names(case, *moved)


def _ended(session: Session, merged: Mapping[str, Any]) -> Sequence[Clock]:
    """The time limits that merging ended."""
    named = [UUID(row_id) for table, row_id, _ in merged["rows"] if table == Clock.__tablename__]
    ended = Clock.rule.in_(lifecycle.STEPS[Action.MERGE].stops), Clock.state == ClockState.STOPPED
    return session.scalars(select(Clock).where(Clock.id.in_(named), *ended).order_by(Clock.rule)).all()
