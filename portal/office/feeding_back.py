"""Feedback (反馈): the four things that reporters are told of what was concluded, once, in a letter of its own.

Whoever reported the matter gets it, and everybody whose report was merged into the case: each a letter sealed to them
alone, which says nothing of the others (并案, 106号).
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import lifecycle
from portal.domain.access import Actor
from portal.domain.errors import IllegalTransitionError, StaleError, UnfinishedError
from portal.domain.feedback import Feedback
from portal.domain.paper_vocabulary import Eligible
from portal.domain.vocabulary import Action, LetterKind, Sender
from portal.office import case_file, clock_rows, gate, history, timing, together, writing
from portal.office.concluding import FEEDBACK_RULE
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft
from portal.office.writing import Prepared
from portal.store.cases import Clock
from portal.store.reports import Letter, Report

FED_BACK = "fed_back"


def prepare(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    case_id: UUID,
    words: tuple[str, str, Eligible, str],
    seen: int,
    *,
    now: datetime,
) -> tuple[Prepared, ...]:
    """Seal it to each: short facts, handling, whether the conditions of a reward are met, and why.

    What was concluded is read from the case file. Raises UnfinishedError without a conclusion, and while no lead has
    opened what was merged into it since; StaleError; IllegalTransitionError once it was sent or all have withdrawn.
    """
    admitted = _admit(session, house, actor, case_id, seen)
    conclusion = case_file.dossier(session, house, ring, case_id).conclusion
    if conclusion is None:
        raise UnfinishedError("conclusion")
    said = Feedback(conclusion.outcome, *words)
    return tuple(_seal(session, house, ring, admitted, one, said, now) for one in _waiting(session, case_id))


def send(
    session: Session,
    house: House,
    actor: Actor,
    case_id: UUID,
    seen: int,
    letters: tuple[Prepared, ...],
    *,
    now: datetime,
) -> None:
    """Send it to everybody; the gate is asked again, inside the transaction. Raises StaleError where one has left."""
    admitted = _admit(session, house, actor, case_id, seen)
    waiting = {one.id for one in _waiting(session, case_id)}
    if waiting != {row["report_id"] for one in letters for row in one.batch.rows(Letter)}:
        raise StaleError("not everybody waits any more who did")
    case, (draft, *_) = admitted.case, letters[0].drafts
    timing.end_all(session, draft, lifecycle.STEPS[Action.FEED_BACK].stops, case_id=case_id, now=now)
    if case.state not in lifecycle.FINAL:
        case.due_at = clock_rows.next_due(session, house, case_id)
    draft.names(case)
    writing.store(session, house, *letters)


def owed(session: Session, case_id: UUID) -> bool:
    """Whether a reporter still waits for it."""
    return bool(_waiting(session, case_id))


def _waiting(session: Session, case_id: UUID) -> tuple[Report, ...]:
    """Those who have not withdrawn, and were not told of this conclusion yet."""
    reports = together.standing(session, case_id)
    wanted = select(Clock.report_id).where(
        Clock.report_id.in_([one.id for one in reports]), Clock.rule == FEEDBACK_RULE, Clock.state.in_(timing.LIVE)
    )
    waiting = frozenset(session.scalars(wanted))
    return tuple(one for one in reports if one.id in waiting)


def _seal(
    session: Session, house: House, ring: Keyring, admitted: Admitted, report: Report, said: Feedback, now: datetime
) -> Prepared:
    """One letter, with an entry of the case that its reporter knows."""
    return writing.prepare_letter(
        session,
        house,
        report,
        ring,
        Draft(FED_BACK, now, admitted.party, ("cases", report.case_id)),
        kind=LetterKind.FEEDBACK,
        sender=Sender.OFFICE,
        sent_at=now,
        text=said,
    )


def _admit(session: Session, house: House, actor: Actor, case_id: UUID, seen: int) -> Admitted:
    admitted = gate.admit(session, house, actor, Action.FEED_BACK, case_id)
    history.require_seen(session, admitted.report.id, case_id, seen)
    lifecycle.advance(admitted.case.state, Action.FEED_BACK)
    if not owed(session, case_id):
        raise IllegalTransitionError("the reporter was told already")
    if together.unread(session, house.entry_keys, case_id):
        raise UnfinishedError("together")
    return admitted
