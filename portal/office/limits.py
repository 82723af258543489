"""The time limits of a case as pages show them: what is stored of each, and what may be done about it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import clock_changes, clock_explaining, clocks, lifecycle
from portal.domain.access import Actor
from portal.domain.clock_explaining import Explanation
from portal.domain.clocks import ClockRule, Unit
from portal.domain.errors import PolicyError
from portal.domain.vocabulary import Action, ClockState, Duty, MotionKind, MotionState
from portal.office import clock_rows, extending, gate, history, timing
from portal.office.case_rows import clocks_of, motions_of
from portal.office.clock_sheets import (
    ClockChange,
    ClockSheet,
    Extendable,
    Hours,
    LimitsSheet,
    ProposalSheet,
    StillSheet,
)
from portal.office.extending import Asked
from portal.office.house import House
from portal.office.suspending import CONTINUED
from portal.policy.reason_lists import ExtensionEffect, ExtensionReason
from portal.store.cases import Clock, Decision
from portal.store.ledger import Entry
from portal.store.motions import Motion

MOST = 5  # proposals shown
SURE = frozenset({"A"})


def sheets(
    house: House, session: Session, *, report_id: UUID, case_id: UUID, language: str, now: datetime, targets: bool
) -> tuple[ClockSheet, ...]:
    """The time limits of a report and its case, with their articles and what changed them."""
    return shown(
        session, house, clocks_of(session, report_id=report_id, case_id=case_id), language, now, targets=targets
    )


def shown(
    session: Session, house: House, rows: Sequence[Clock], language: str, now: datetime, *, targets: bool
) -> tuple[ClockSheet, ...]:
    """The same where every row of theirs is at hand."""
    before: dict[UUID | None, Clock] = {row.superseded_by: row for row in rows if row.superseded_by}
    hidden = frozenset() if targets else timing.AMONG_OFFICES
    standing = [row for row in rows if row.state is not ClockState.SUPERSEDED and row.rule not in hidden]
    return tuple(_sheet(session, house, row, before, language, now, targets=targets) for row in standing)


def _sheet(
    session: Session,
    house: House,
    row: Clock,
    before: Mapping[UUID | None, Clock],
    language: str,
    now: datetime,
    *,
    targets: bool,
) -> ClockSheet:
    rule = house.policies.rule_of(row.rule, row.edition)
    last = clocks.day_of(row.due_at)
    return ClockSheet(
        rule=row.rule,
        title=getattr(rule, language.partition("-")[0], rule.zh),
        due_on=last,
        target_on=clocks.day_of(row.target_at) if row.target_at and targets else None,
        basis=rule.basis,
        state=row.state,
        days_left=(last - clocks.day_of(now)).days,
        provisional=row.provisional,
        id=row.id,
        started_on=clocks.day_of(row.started_at),
        unit=rule.unit,
        unsure=is_unsure(rule),
        still=_still(session, house, row),
        changes=_changes(session, house, row, before),
        explained=_explained(house, row),
        hours=Hours.until(row.due_at, now) if rule.unit is Unit.HOURS else None,
    )


def is_unsure(rule: ClockRule) -> bool:
    """Whether its figure is ours, or nobody has read the passage: 待确认."""
    return rule.proposed or rule.sure not in SURE


def _still(session: Session, house: House, row: Clock) -> StillSheet | None:
    if row.state is not ClockState.SUSPENDED or row.suspended_at is None:
        return None
    still = clock_rows.still(session, house, row)
    return StillSheet(still.reason, row.suspended_at, still.until)


def _changes(
    session: Session, house: House, row: Clock, before: Mapping[UUID | None, Clock]
) -> tuple[ClockChange, ...]:
    """From its first day to its last, the oldest first; a new count that moved nothing is none."""
    found: list[ClockChange] = []
    while (was := before.get(row.id)) is not None:
        change = _change(session, house, was, row)
        if change.by or change.was_on != change.due_on or change.event == history.SPLIT:
            found.insert(0, change)
        row = was
    return tuple(found)


def _change(session: Session, house: House, was: Clock, row: Clock) -> ClockChange:
    event, at = session.execute(select(Entry.event, Entry.at).where(Entry.id == was.entry_id)).one()
    by = (row.extended or 0) - (was.extended or 0) + (row.stood or 0) - (was.stood or 0)
    days = clocks.day_of(was.due_at), clocks.day_of(row.due_at)
    return ClockChange(event, at, *days, by=by, reason=_reason(session, house, event, was))


def _reason(session: Session, house: House, event: str, was: Clock) -> ExtensionReason | None:
    """Of an extension, or of the suspension that ended."""
    wanted = select(Decision)
    if event == extending.EXTENDED:
        wanted = wanted.where(Decision.entry_id == was.entry_id)
    elif event == CONTINUED:
        same = Decision.case_id == was.case_id, Decision.made_at == was.suspended_at
        wanted = wanted.where(*same, Decision.event == clock_rows.SUSPENDED)
    else:
        return None
    made = session.scalars(wanted.limit(1)).first()
    return house.policies.reasons_of(made.edition or "").extension[made.reason or ""] if made else None


def _explained(house: House, row: Clock) -> Explanation | None:
    """How its date arises by the calendar of today; None where there is nothing to count."""
    rule = house.policies.rule_of(row.rule, row.edition)
    ordered = clocks.day_of(row.due_at) if rule.unit is clocks.Unit.ORDERED else None
    try:
        return clock_explaining.explain(
            rule,
            row.started_at,
            house.policies.holidays,
            extended=row.extended or 0,
            stood=row.stood or 0,
            ordered=ordered,
        )
    except PolicyError:
        return None


def offered(
    house: House,
    actor: Actor,
    motions: Iterable[Motion],
    actions: Sequence[Action],
    shown: Sequence[ClockSheet],
    language: str,
    *,
    now: datetime,
) -> LimitsSheet:
    """What this actor may do about the time limits that a page shows."""
    edition = house.policies.reasons
    running = [one for one in shown if one.state is ClockState.RUNNING and one.days_left >= 0]
    extends, suspends = Action.EXTEND in actions, Action.SUSPEND in actions
    return LimitsSheet(
        extendable=tuple(_extendable(house, running)) if extends else (),
        standing=tuple(one for one in running if clock_changes.may_stand(_rule(house, one))) if suspends else (),
        still=tuple(one for one in shown if one.still) if Action.CONTINUE in actions else (),
        extensions=tuple(extending.reasons(edition, ExtensionEffect.EXTEND).values()),
        suspensions=tuple(extending.reasons(edition, ExtensionEffect.SUSPEND).values()),
        forbidden=tuple(edition.extension_forbidden.values()),
        proposals=_proposals(house, actor, motions, language, now),
    )


def for_worker(
    session: Session, house: House, actor: Actor, case_id: UUID, language: str, *, now: datetime
) -> tuple[int, tuple[ClockSheet, ...], LimitsSheet]:
    """The newest step, the time limits, and what may be done about them, for whoever a case is assigned to."""
    admitted = gate.admit_worker(session, house, actor, Action.EXTEND, case_id)
    seen = history.newest(session, admitted.report.id, case_id)
    shown = sheets(
        house, session, report_id=admitted.report.id, case_id=case_id, language=language, now=now, targets=True
    )
    actions = [one for one in lifecycle.actions_from(admitted.case.state) if one is Action.EXTEND]
    return seen, shown, offered(house, actor, motions_of(session, case_id), actions, shown, language, now=now)


def _extendable(house: House, running: Sequence[ClockSheet]) -> list[Extendable]:
    found = []
    for one in running:
        most = clock_changes.ceiling(_rule(house, one))
        if most and not any(change.event == extending.EXTENDED for change in one.changes):
            found.append(Extendable(one, most))
    return found


def _rule(house: House, one: ClockSheet) -> clocks.ClockRule:
    return one.explained.rule if one.explained else house.policies.clocks.rules[one.rule]


def _proposals(
    house: House, actor: Actor, motions: Iterable[Motion], language: str, now: datetime
) -> tuple[ProposalSheet, ...]:
    rows = (row for row in motions if row.kind is MotionKind.EXTEND)
    return tuple(_proposal(house, actor, row, language, now) for row in islice(rows, MOST))


def _proposal(house: House, actor: Actor, row: Motion, language: str, now: datetime) -> ProposalSheet:
    asked = Asked.decode(row.content)
    rule = house.policies.clocks.rules[asked.rule]
    desks = actor.desks(*Duty)
    over = row.state is MotionState.PROPOSED and row.expires_at <= now
    return ProposalSheet(
        id=row.id,
        title=getattr(rule, language.partition("-")[0], rule.zh),
        by=asked.by,
        unit=rule.unit,
        reason=house.policies.reasons_of(asked.edition).extension[asked.reason],
        state=MotionState.LAPSED if over else row.state,
        proposed_at=row.proposed_at,
        expires_at=row.expires_at,
        mine=row.proposer_id == actor.officer_id or row.desk_id in desks,
    )
