"""立即处置: what was done on the spot, before any paper; a danger's time limit ends, triage goes on as it was."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.access import Actor
from portal.domain.alarms import DANGER_RULE, AlarmKind
from portal.domain.errors import IllegalTransitionError
from portal.domain.vocabulary import Action, LetterKind, Sender
from portal.office import alarming, clock_rows, gate, letters, timing, writing
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.writing import Prepared
from portal.store.alarms import Alarm


@dataclass(frozen=True, slots=True)
class Disposal:
    """It, sealed: a note that the reporter does not see."""

    prepared: Prepared


def prepare(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, text: str, *, now: datetime
) -> Disposal:
    """Seal what was done. Raises IllegalTransitionError where no danger waits for anybody."""
    admitted = _admit(session, house, actor, case_id)
    draft = admitted.draft("disposed", now)
    prepared = writing.prepare_letter(
        session,
        house,
        admitted.report,
        ring,
        draft,
        kind=LetterKind.NOTE,
        sender=Sender.OFFICE,
        sent_at=now,
        text=letters.Text(text),
    )
    return Disposal(prepared)


def dispose(session: Session, house: House, actor: Actor, case_id: UUID, made: Disposal, *, now: datetime) -> None:
    """Enter it: the clock stops, and whoever has gone there has signed off. The gate is asked again."""
    admitted = _admit(session, house, actor, case_id)
    case, (draft,) = admitted.case, made.prepared.drafts
    timing.end(session, draft, (DANGER_RULE,), report_id=admitted.report.id, case_id=case_id, now=now)
    if case.closed_at is None:
        clock_rows.settle(session, house, draft, case)
    ringing = select(Alarm).where(
        Alarm.case_id == case_id, Alarm.kind == AlarmKind.DANGER, Alarm.signed_off_at.is_(None)
    )
    signed = [alarming.answered(alarm, admitted.party, case, now) for alarm in session.scalars(ringing)]
    prepared = made.prepared
    writing.store(session, house, Prepared(prepared.generation, prepared.batch, (*signed, draft)))


def open_(session: Session, admitted: Admitted) -> bool:
    """Whether a danger waits for somebody to go there."""
    return DANGER_RULE in timing.dues(session, report_id=admitted.report.id, case_id=admitted.case.id)


def _admit(session: Session, house: House, actor: Actor, case_id: UUID) -> Admitted:
    admitted = gate.admit(session, house, actor, Action.DISPOSE, case_id)
    if not open_(session, admitted):
        raise IllegalTransitionError("no danger waits for anybody here")
    return admitted
