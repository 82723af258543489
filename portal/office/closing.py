"""Closing a case (办结), and the follow-up visits (回访) that begin then for whoever left a name or a number.

Whether somebody is an insider is sealed, so everybody who can be reached is asked, in the mailbox, whether they were
harmed for it: asking insiders alone would tell who they are.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import lifecycle
from portal.domain.access import Actor
from portal.domain.audit import written
from portal.domain.errors import UnfinishedError
from portal.domain.papers import Note
from portal.domain.vocabulary import Action, ClockState
from portal.office import case_keys, feeding_back, gate, history, holding, identity, papers, timing, writing
from portal.office.batch import Batch
from portal.office.concluding import FEEDBACK_RULE
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft
from portal.office.writing import Prepared
from portal.store.cases import Clock

CLOSED = "closed"
FOLLOW_UPS = lifecycle.STEPS[Action.CLOSE].starts


def prepare(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, why: str, seen: int, *, now: datetime
) -> Prepared:
    """Start the follow-ups and seal why nobody was told, where nobody was.

    Raises UnfinishedError where feedback is owed and no reason is given, StaleError, IllegalTransitionError.
    """
    admitted = _admit(session, house, actor, case_id, seen)
    batch, draft = Batch(), admitted.draft(CLOSED, now)
    if feeding_back.owed(session, case_id):
        if not why:
            raise UnfinishedError("feedback")
        content = case_keys.for_paper(session, house, batch, draft, admitted, ring)
        papers.add(session, house, batch, draft, content, Note(why), admitted=admitted, made_at=now)
    if identity.typed(session, admitted.report.id) and not admitted.facts.withdrawn:
        draft.facts = {**draft.facts, "clocks": _follow(house, batch, draft, admitted.report.id, now)}
    return Prepared(writing.current_generation(session), batch, (draft,))


def close(
    session: Session, house: House, actor: Actor, case_id: UUID, seen: int, prepared: Prepared, *, now: datetime
) -> None:
    """Close it; the gate is asked again, inside the transaction."""
    admitted = _admit(session, house, actor, case_id, seen)
    case, (draft,) = admitted.case, prepared.drafts
    case.state = lifecycle.advance(case.state, Action.CLOSE)
    case.closed_at, case.due_at = now, None
    stops = (*lifecycle.STEPS[Action.CLOSE].stops, FEEDBACK_RULE)
    timing.end_all(session, draft, stops, case_id=case_id, now=now)
    draft.names(case)
    writing.store(session, house, prepared)


def asking(house: House, report_id: UUID, rows: Iterable[Clock], *, now: datetime) -> str:
    """By which article the reporter is asked now how things went since, by their clocks; "" while they are not."""
    return house.policies.clocks.rules[FOLLOW_UPS[0]].basis if _due(report_id, rows, now=now) else ""


def answered(session: Session, draft: Draft, report_id: UUID, *, now: datetime) -> None:
    """The reporter has written: those questions that were due are answered."""
    rows = session.scalars(select(Clock).where(Clock.report_id == report_id))
    for clock in _due(report_id, rows, now=now):
        clock.state, clock.stopped_at = ClockState.STOPPED, draft.at
        draft.names(clock)


def _due(report_id: UUID, rows: Iterable[Clock], *, now: datetime) -> list[Clock]:
    mine = (one for one in rows if one.report_id == report_id and one.rule in FOLLOW_UPS)
    return [one for one in mine if one.state in timing.LIVE and one.due_at <= now]


def _follow(house: House, batch: Batch, draft: Draft, report_id: UUID, now: datetime) -> dict[str, str]:
    return {
        rule: written(timing.start(house, batch, draft, rule, now=now, started_at=now, report_id=report_id).due_at)
        for rule in FOLLOW_UPS
    }


def _admit(session: Session, house: House, actor: Actor, case_id: UUID, seen: int) -> Admitted:
    admitted = gate.admit(session, house, actor, Action.CLOSE, case_id)
    history.require_seen(session, admitted.report.id, case_id, seen)
    lifecycle.advance(admitted.case.state, Action.CLOSE)
    holding.require_free(session, admitted, Action.CLOSE)
    return admitted
