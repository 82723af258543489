"""Supervision (督办): a lead keeps an eye on a case, by public listing (挂牌) with the time limits that this starts.

Whoever leads the case may, and the level above once the case was escalated to it. Why is a paper of the case file.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import lifecycle
from portal.domain.access import Actor
from portal.domain.audit import written
from portal.domain.errors import IllegalTransitionError
from portal.domain.papers import Note
from portal.domain.values import Watch
from portal.domain.vocabulary import Action, ClockState
from portal.office import case_keys, gate, history, papers, timing
from portal.office.batch import Batch
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft, record
from portal.store.cases import Clock

SUPERVISED, ENDED = "supervised", "supervision_ended"
LISTED = ("C20", "C20-PUBLISH", "C20-FIX")  # what public listing starts
AFTER = "C20-END"  # what its end starts


def supervise(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, watch: Watch, *, now: datetime
) -> None:
    """Put a case under supervision, or end it. Raises StaleError, IllegalTransitionError."""
    admitted = gate.admit(session, house, actor, Action.SUPERVISE, case_id)
    history.require_seen(session, admitted.report.id, case_id, watch.seen)
    lifecycle.advance(admitted.case.state, Action.SUPERVISE)
    if (admitted.case.supervised_at is None) == watch.ends:
        raise IllegalTransitionError("it is not supervised" if watch.ends else "it is supervised already")
    batch, why = Batch(), admitted.draft(papers.FILED, now)
    content = case_keys.for_paper(session, house, batch, why, admitted, ring)
    papers.add(session, house, batch, why, content, Note(watch.words), admitted=admitted, made_at=now)
    draft = _end(session, house, batch, admitted, now) if watch.ends else _begin(house, batch, admitted, watch, now)
    draft.names(admitted.case)
    batch.insert(session)
    record(session, house.entry_key, why, draft)


def is_listed(session: Session, case_id: UUID) -> bool:
    """Whether a case is listed publicly at present."""
    running = select(Clock.id).where(
        Clock.case_id == case_id, Clock.rule == LISTED[-1], Clock.state.in_((ClockState.RUNNING, ClockState.LATE))
    )
    return session.scalars(running.limit(1)).first() is not None


def _begin(house: House, batch: Batch, admitted: Admitted, watch: Watch, now: datetime) -> Draft:
    draft = admitted.draft(SUPERVISED, now, listed=watch.listed)
    admitted.case.supervised_at = now
    rules = LISTED if watch.listed else ()
    starting = {
        rule: timing.start(house, batch, draft, rule, now=now, started_at=now, case_id=admitted.case.id)
        for rule in rules
    }
    draft.facts = {**draft.facts, "clocks": {rule: written(due.due_at) for rule, due in starting.items()}}
    return draft


def _end(session: Session, house: House, batch: Batch, admitted: Admitted, now: datetime) -> Draft:
    draft, listed = admitted.draft(ENDED, now), is_listed(session, admitted.case.id)
    admitted.case.supervised_at = None
    timing.end(session, draft, LISTED, report_id=admitted.report.id, case_id=admitted.case.id, now=now)
    if listed:
        due = timing.start(house, batch, draft, AFTER, now=now, started_at=now, case_id=admitted.case.id)
        draft.facts = {**draft.facts, "clocks": {AFTER: written(due.due_at)}}
    else:
        draft.facts = {**draft.facts, "clocks": {}}
    return draft
