"""Merging (并案): a report about what another case is about already is handled and answered with it (106号).

The report's row does not move: its case becomes a merged one that says which it goes with, so that letters, names and
files stay where they are, and pages and feedback follow it. Whose report came first is what the ledger says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session

from portal.domain import lifecycle
from portal.domain.access import Actor
from portal.domain.audit import written
from portal.domain.errors import StaleError
from portal.domain.merging import Mergeable, require_mergeable
from portal.domain.vocabulary import Action, ClockState
from portal.office import assigning, clock_rows, gate, history, holding, timing, together, vouching
from portal.office.batch import Batch
from portal.office.concluding import CONCLUDED, FEEDBACK_RULE
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.store.cases import Case, Clock
from portal.store.driving import asked
from portal.store.ledger import Entry
from portal.store.recusals import out_of
from portal.store.reports import Report
from portal.store.session import locked

MERGED, JOINED = "merged", "joined"
_REPORTS = (
    select(Report.id, Report.case_id, Entry.index)
    .join(Case, Case.id == Report.case_id)
    .join(Entry, (Entry.object_id == Report.id) & (Entry.event == "submitted"))
    .where(or_(Case.id == bindparam("case"), Case.main_id == bindparam("case")))
    .order_by(Entry.index)
)


@dataclass(frozen=True, slots=True)
class Merged:
    """One of the reports that a case is about."""

    report_id: UUID
    case_id: UUID
    index: int  # of its entry in the ledger: who was first


def reports_of(session: Session, case_id: UUID) -> tuple[Merged, ...]:
    """Every report that a case is about, its own and those merged into it, the one that came first at the head."""
    return tuple(Merged(*row) for row in asked(session, _REPORTS, case=case_id))


def merged_into(session: Session, case_id: UUID) -> Sequence[Case]:
    """The cases that were merged into one, in the order of their arrival."""
    return session.scalars(select(Case).where(Case.main_id == case_id).order_by(Case.arrived_at, Case.id)).all()


def _under(case_id: UUID) -> Select[Case]:
    """What was merged into a case."""
    return select(Case).where(Case.main_id == case_id).order_by(Case.id)


def main_of(case: Case) -> UUID:
    """The case that a report is handled under: its own, or the one it was merged into."""
    return case.main_id or case.id


def merge(
    session: Session, house: House, actor: Actor, case_id: UUID, number: str, seen: int, *, now: datetime
) -> UUID:
    """Merge a case into the one of a number; returns that.

    Raises StaleError, IllegalTransitionError, MustReferError, MergeError.
    """
    came = {one.id for one in session.scalars(locked(session, _under(case_id)))}  # first: hearing holds them so
    main = _hold(session, case_id, number)
    admitted = gate.admit(session, house, actor, Action.MERGE, case_id)
    case = admitted.case
    history.require_seen(session, admitted.report.id, case_id, seen)
    holding.require_free(session, admitted, Action.MERGE)
    state = lifecycle.advance(case.state, Action.MERGE)
    if main is not None:
        vouching.require_recorded(session, house.entry_keys, main)
    require_mergeable(_facts(house, case), _facts(house, main) if main else None)
    if main is None:
        raise TypeError("one that is unknown was refused")
    gate.require_impartial(session, actor, main.id)
    moved = session.scalars(_under(case_id)).all()
    if {one.id for one in moved} != came:
        raise StaleError("another was merged into it, or left it, meanwhile")
    for one in moved:  # what was merged into it goes along: nothing is merged into what was merged
        one.main_id = main.id
    case.state, case.main_id, case.closed_at, case.due_at, case.lane = state, main.id, now, None, None
    session.flush()
    draft = admitted.draft(MERGED, now, main=str(main.id), first=str(reports_of(session, main.id)[0].case_id))
    draft.names(case, *moved)
    stops = lifecycle.STEPS[Action.MERGE].stops
    timing.end(session, draft, stops, report_id=admitted.report.id, case_id=case_id, now=now)
    joined = admitted.draft(JOINED, now, case=str(case_id))
    joined.subject = ("cases", main.id)
    if case.news_at is not None:
        main.news_at = min(main.news_at or case.news_at, case.news_at)
    if _await_feedback(session, house, draft, main, (case, *moved), now) or case.news_at is not None:
        joined.names(main)
    record(session, house.entry_key, draft, joined, *_take_off(session, house, case, main, now))
    return main.id


def _take_off(session: Session, house: House, case: Case, main: Case, now: datetime) -> list[Draft]:
    """Nobody works on what was merged; and whoever keeps out of one of both keeps out of both."""
    ended = assigning.end_case(session, house, case, now=now)
    session.flush()
    for officer_id in sorted(session.scalars(out_of(main.id)).all()):
        ended += assigning.end_case(session, house, main, now=now, officer_id=officer_id)
    return ended


def _await_feedback(
    session: Session, house: House, draft: Draft, main: Case, merged: Iterable[Case], now: datetime
) -> bool:
    """Where it was concluded before they came, they wait to be told of that; returns whether anybody does."""
    if Action.FEED_BACK not in lifecycle.actions_from(main.state):
        return False
    cases, batch, dues = {one.id for one in merged}, Batch(), list[datetime]()
    for report in together.standing(session, main.id):
        if report.case_id in cases:
            dues.append(_wait(session, house, batch, draft, main, report.id, now))
    if dues:
        draft.facts = {**draft.facts, "clocks": {FEEDBACK_RULE: written(min(dues))}}
    batch.insert(session)
    main.due_at = clock_rows.next_due(session, house, main.id)
    return True


def _wait(
    session: Session, house: House, batch: Batch, draft: Draft, main: Case, report_id: UUID, now: datetime
) -> datetime:
    """Until when a reporter is told; whoever waited for this conclusion before and was split off waits on, not anew."""
    mine = Clock.report_id == report_id, Clock.rule == FEEDBACK_RULE, Clock.state == ClockState.STOPPED
    for row in session.scalars(select(Clock).where(*mine).order_by(Clock.started_at.desc()).limit(1)):
        vouching.require_recorded(session, house.entry_keys, row)
        left = session.scalars(select(Entry).where(Entry.id == row.entry_id, Entry.event == history.SPLIT)).first()
        if left is not None and _same(session, house, main, left):
            return clock_rows.run_on(session, house, draft, row, now=now).due_at
    return timing.start(house, batch, draft, FEEDBACK_RULE, now=now, started_at=now, report_id=report_id).due_at


def _same(session: Session, house: House, main: Case, left: Entry) -> bool:
    """Whether they were split from this case, which was not concluded anew since."""
    if vouching.opening_of(session, house.entry_keys, left)["facts"]["main"] != str(main.id):
        return False
    said = Entry.object_id == main.id, Entry.event == CONCLUDED, Entry.index > left.index
    return session.scalars(select(Entry.index).where(*said).limit(1)).first() is None


def _hold(session: Session, case_id: UUID, number: str) -> Case | None:
    """Hold both until the commit, in the order of their ids; returns the one of that number."""
    wanted = select(Case).where(or_(Case.id == case_id, Case.number == number)).order_by(Case.id)
    found: Iterable[Case] = session.scalars(locked(session, wanted)).all()
    return next((one for one in found if one.number == number), None)


def _facts(house: House, case: Case) -> Mergeable:
    misconduct = house.policies.categories.kinds[case.category].misconduct
    return Mergeable(case.id, case.desk_id, case.state, misconduct)
