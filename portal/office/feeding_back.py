"""Feedback (反馈): the four things that a reporter is told of what was concluded, once, in a letter of its own."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import lifecycle
from portal.domain.access import Actor
from portal.domain.errors import IllegalTransitionError, UnfinishedError
from portal.domain.feedback import Feedback
from portal.domain.paper_vocabulary import Eligible
from portal.domain.vocabulary import Action, LetterKind, Sender
from portal.office import case_file, gate, history, timing, writing
from portal.office.concluding import FEEDBACK_RULE
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.writing import Prepared
from portal.store.cases import Clock

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
) -> Prepared:
    """Seal it: short facts, handling, whether the conditions of a reward are met, and why.

    What was concluded is read from the case file. Raises UnfinishedError without a conclusion, StaleError,
    IllegalTransitionError once it was sent or the reporter has withdrawn.
    """
    admitted = _admit(session, house, actor, case_id, seen)
    conclusion = case_file.dossier(session, house, ring, case_id).conclusion
    if conclusion is None:
        raise UnfinishedError("conclusion")
    return writing.prepare_letter(
        session,
        house,
        admitted.report,
        ring,
        admitted.draft(FED_BACK, now),
        kind=LetterKind.FEEDBACK,
        sender=Sender.OFFICE,
        sent_at=now,
        text=Feedback(conclusion.outcome, *words),
    )


def send(
    session: Session, house: House, actor: Actor, case_id: UUID, seen: int, prepared: Prepared, *, now: datetime
) -> None:
    """Send it; the gate is asked again, inside the transaction."""
    admitted = _admit(session, house, actor, case_id, seen)
    case, (draft,) = admitted.case, prepared.drafts
    timing.end(
        session, draft, lifecycle.STEPS[Action.FEED_BACK].stops, report_id=admitted.report.id, case_id=case_id, now=now
    )
    if case.state not in lifecycle.FINAL:
        case.due_at = timing.next_due(session, report_id=admitted.report.id, case_id=case_id)
    draft.names(case)
    writing.store(session, house, prepared)


def owed(session: Session, report_id: UUID) -> bool:
    """Whether the reporter still waits for it."""
    wanted = select(Clock.id).where(
        Clock.report_id == report_id, Clock.rule == FEEDBACK_RULE, Clock.state.in_(timing.LIVE)
    )
    return session.scalars(wanted.limit(1)).first() is not None


def _admit(session: Session, house: House, actor: Actor, case_id: UUID, seen: int) -> Admitted:
    admitted = gate.admit(session, house, actor, Action.FEED_BACK, case_id)
    history.require_seen(session, admitted.report.id, case_id, seen)
    lifecycle.advance(admitted.case.state, Action.FEED_BACK)
    if not owed(session, admitted.report.id):
        raise IllegalTransitionError("the reporter was told already")
    return admitted
