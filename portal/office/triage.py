"""Triage beside taking up: the reporter is asked for more (待补充), or the report is turned away (不予受理)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import clocks, lifecycle
from portal.domain import triage as rules
from portal.domain.access import Actor
from portal.domain.errors import ReasonError, WordsMissingError
from portal.domain.triage import Asking
from portal.domain.values import Question, Refusal
from portal.domain.vocabulary import Action, LetterKind, Sender
from portal.office import decisions, gate, history, holding, letters, timing, writing
from portal.office.arrival import TRIAGE_RULE
from portal.office.batch import Batch
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft
from portal.office.writing import Prepared
from portal.policy.reason_lists import DeclineReason
from portal.store.cases import Clock
from portal.store.reports import Letter


@dataclass(frozen=True, slots=True)
class Step:
    """A step of triage, sealed, with what the officer had seen."""

    action: Action
    prepared: Prepared
    seen: int


def reasons(house: House) -> dict[str, DeclineReason]:
    """The reasons that one officer may give alone; those for two people come with the second person's step."""
    return {code: reason for code, reason in house.policies.reasons.decline.items() if not reason.two_people}


def prepare_question(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, question: Question, *, now: datetime
) -> Step:
    """Seal what the reporter is asked. Raises StaleError, IllegalTransitionError."""
    admitted = _admit(session, house, actor, Action.ASK, case_id, question.seen)
    draft = admitted.draft(decisions.ASKED, now)
    prepared = _letter(session, house, admitted, ring, draft, question.text, now)
    decisions.add(prepared.batch, draft, case_id, made_at=now, letter_id=_letter_id(prepared.batch))
    return Step(Action.ASK, prepared, question.seen)


def prepare_refusal(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, refusal: Refusal, *, now: datetime
) -> Step:
    """Seal why a report is turned away.

    Raises StaleError, IllegalTransitionError; ReasonError for a reason that is not offered, UnaskedError or
    UnansweredError where the reporter must be asked first, WordsMissingError without words to the reporter.
    """
    admitted = _admit(session, house, actor, Action.DECLINE, case_id, refusal.seen)
    reason = _reason(session, house, admitted, refusal, now)
    draft = admitted.draft(decisions.DECLINED, now, edition=house.policies.reasons.heading.edition)
    draft.reason = reason.code
    if refusal.explanation and not admitted.facts.withdrawn:
        prepared = _letter(session, house, admitted, ring, draft, refusal.explanation, now)
    else:
        prepared = Prepared(writing.current_generation(session), Batch(), (draft,))
    decisions.add(
        prepared.batch,
        draft,
        case_id,
        made_at=now,
        letter_id=_letter_id(prepared.batch),
        edition=house.policies.reasons.heading.edition,
    )
    return Step(Action.DECLINE, prepared, refusal.seen)


def take(session: Session, house: House, actor: Actor, case_id: UUID, step: Step, *, now: datetime) -> None:
    """Take a sealed step; the gate is asked again, inside the transaction. Raises StaleError.

    What an alarm started runs on: nobody ends a danger by turning its report away.
    """
    admitted = _admit(session, house, actor, step.action, case_id, step.seen)
    case, (draft,) = admitted.case, step.prepared.drafts
    case.state = lifecycle.advance(case.state, step.action)
    if case.state in lifecycle.FINAL:
        case.closed_at, case.due_at = now, None
        stops = lifecycle.STEPS[step.action].stops  # what an alarm started goes on
        timing.end(session, draft, stops, report_id=admitted.report.id, case_id=case_id, now=now)
    draft.names(case)
    writing.store(session, house, step.prepared)


def _admit(session: Session, house: House, actor: Actor, action: Action, case_id: UUID, seen: int) -> Admitted:
    """The case as the officer saw it, in a state from which the step leads on."""
    admitted = gate.admit(session, house, actor, action, case_id)
    holding.require_free(session, admitted, action)
    history.require_seen(session, admitted.report.id, case_id, seen)
    lifecycle.advance(admitted.case.state, action)
    return admitted


def _reason(session: Session, house: House, admitted: Admitted, refusal: Refusal, now: datetime) -> DeclineReason:
    reason = reasons(house).get(refusal.reason)
    if reason is None:
        raise ReasonError("no such reason")
    if reason.ask_first and not admitted.facts.withdrawn:
        rules.require_asked(_asking(session, admitted), today=now.astimezone(clocks.SHANGHAI).date())
    if not refusal.explanation and not admitted.facts.withdrawn:
        raise WordsMissingError("the reporter is told why, and what else can be done")
    return reason


def _asking(session: Session, admitted: Admitted) -> Asking:
    due_at = session.scalars(
        select(Clock.due_at).where(
            Clock.report_id == admitted.report.id, Clock.rule == TRIAGE_RULE, Clock.superseded_by.is_(None)
        )
    ).one_or_none()
    reply_by = due_at.astimezone(clocks.SHANGHAI).date() if due_at else None
    return Asking(admitted.case.state, decisions.was_asked(session, admitted.case.id), reply_by)


def _letter(
    session: Session, house: House, admitted: Admitted, ring: Keyring, draft: Draft, text: str, now: datetime
) -> Prepared:
    return writing.prepare_letter(
        session,
        house,
        admitted.report,
        ring,
        draft,
        kind=LetterKind.MESSAGE,
        sender=Sender.OFFICE,
        sent_at=now,
        text=letters.Text(text),
    )


def _letter_id(batch: Batch) -> UUID | None:
    return next((row["id"] for row in batch.rows(Letter)), None)
