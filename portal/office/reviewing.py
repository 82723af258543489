"""Giving a reexamination (复查) to somebody: the lead of the level above names an investigator who took no part.

They read the report and the case file. Where there is nobody above (the province, discipline) it is one of the same
office, as decision 041 says.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from crypto import envelope
from crypto.keys import PublicKey
from portal.domain import clocks, lifecycle
from portal.domain.access import Actor
from portal.domain.errors import IllegalTransitionError, NotAllowedError, UncertifiedOfficerError
from portal.domain.paper_vocabulary import ObjectionState
from portal.domain.vocabulary import Action, Compartment, Duty, GrantState
from portal.office import (
    assigning,
    case_keys,
    gate,
    history,
    interests,
    investigators,
    objected,
    sealing,
    timing,
    writing,
)
from portal.office.batch import Batch
from portal.office.clock_sheets import Ending
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.objecting import REVIEW_RULE
from portal.office.recording import Draft
from portal.office.sealing import Content
from portal.office.writing import Prepared
from portal.store.cases import Assignment, Case, Clock
from portal.store.ledger import Entry
from portal.store.motions import Motion
from portal.store.objections import Objection
from portal.store.papers import Paper
from portal.store.recusals import matter, matters_of, out_of
from portal.store.reports import ContentKey, Report

GIVEN = "review_assigned"
LEADS = (Duty.LEAD,)
DECISIONS = frozenset({"declined", "concluded"})
MOST = 200


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """An objection that waits at a desk; nothing of it is sealed."""

    case_id: UUID
    number: str | None
    category: str
    authority: str  # whose conclusion it is
    made_at: datetime  # the hour
    ending: Ending | None
    reviewer: bool  # somebody reviews it


def listed(session: Session, house: House, actor: Actor, language: str, *, now: datetime) -> tuple[ObjectionLine, ...]:
    """What waits at this lead's desks, the most urgent first."""
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    own = aliased(Case)
    found = (
        select(Objection, Case, Clock.due_at)
        .join(Report, Report.id == Objection.report_id)
        .join(own, own.id == Report.case_id)
        .join(Case, Case.id == func.coalesce(own.main_id, own.id))
        .outerjoin(
            Clock,
            (Clock.report_id == Report.id) & (Clock.rule == REVIEW_RULE) & Clock.state.in_(timing.LIVE),
        )
        .where(Objection.desk_id.in_(actor.desks(*LEADS)), Objection.state == ObjectionState.OPEN)
        .where(matter().not_in(matters_of(actor.officer_id)))
        .order_by(Objection.made_at, Objection.id)
        .limit(MOST)
    )
    first = {case.id: (row, case, due_at) for row, case, due_at in reversed(session.execute(found).all())}
    return tuple(
        ObjectionLine(
            case_id=case.id,
            number=case.number,
            category=case.category,
            authority=directory.name(case.authority_id, language),
            made_at=row.made_at,
            ending=Ending.of(due_at, now),
            reviewer=reviewer_of(session, case.id) is not None,
        )
        for row, case, due_at in reversed(first.values())
    )


def reviewer_of(session: Session, case_id: UUID) -> Assignment | None:
    """Who reviews a case now."""
    wanted = select(Assignment).where(Assignment.case_id == case_id, Assignment.ended_at.is_(None))
    return session.scalars(wanted.where(Assignment.reviewing.is_(True)).limit(1)).first()


def candidates(
    session: Session, house: House, actor: Actor, case_id: UUID, *, now: datetime
) -> tuple[tuple[UUID, str], ...]:
    """Who may review: investigators of the reviewing office who took no part. Raises as `gate.admit`."""
    admitted, objection = _admit(session, house, actor, case_id)
    return _apart(session, house, admitted, objection, now)


def prepare(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    case_id: UUID,
    officer_id: UUID,
    brief: str,
    *,
    seen: int,
    now: datetime,
) -> Prepared:
    """Seal what they are told and wrap the keys. Raises UncertifiedOfficerError for whoever may not, StaleError."""
    admitted, objection = _admit(session, house, actor, case_id)
    history.require_seen(session, admitted.report.id, case_id, seen)
    _require_apart(session, house, admitted, objection, officer_id, now)
    reports = {admitted.report.id, *(one.report_id for one in objected.waiting(session, house, case_id))}
    batch, draft = Batch(), admitted.draft(GIVEN, now, officer=str(officer_id))
    key = house.directories.officer_key(session, officer_id)
    content = _brief_key(session, house, batch, draft, admitted.report.id, objection.desk_id, (officer_id, key))
    assignment_id = batch.new_id()
    batch.add(
        draft,
        Assignment,
        assignment_id,
        case_id=case_id,
        officer_id=officer_id,
        assigner_id=actor.officer_id,
        narrative=True,
        reviewing=True,
        content_key_id=content.id,
        brief=sealing.seal_text(house, content, "assignments", assignment_id, "brief", brief.encode()),
        assigned_at=now,
        ended_at=None,
    )
    case_keys.grant(session, house, batch, draft, case_id, ring, (officer_id, key))
    for report_id in sorted(reports):
        assigning.grant_report(session, house, batch, draft, ring, report_id, (officer_id, key))
    return Prepared(writing.current_generation(session), batch, (draft,))


def assign(
    session: Session,
    house: House,
    actor: Actor,
    case_id: UUID,
    officer_id: UUID,
    prepared: Prepared,
    *,
    seen: int,
    now: datetime,
) -> None:
    """Store it. The gate is asked again, inside the transaction."""
    admitted, objection = _admit(session, house, actor, case_id)
    history.require_seen(session, admitted.report.id, case_id, seen)
    _require_apart(session, house, admitted, objection, officer_id, now)
    writing.store(session, house, prepared)


def took_part(session: Session, case_id: UUID) -> frozenset[UUID]:
    """Whoever worked on a case, wrote a paper of it, proposed or agreed to a step, or turned it away."""
    queries = (
        select(Assignment.officer_id).where(Assignment.case_id == case_id),
        select(Paper.author_id).where(Paper.case_id == case_id),
        select(Motion.proposer_id).where(Motion.case_id == case_id),
        select(Motion.seconder_id).where(Motion.case_id == case_id, Motion.seconder_id.is_not(None)),
    )
    found = frozenset(one for query in queries for one in session.scalars(query) if one is not None)
    return found | decided(session, case_id)


def decided(session: Session, case_id: UUID) -> frozenset[UUID]:
    """Whoever took the decision that is looked at again, as its entry says."""
    told = select(Entry.opening).where(Entry.object_id == case_id, Entry.event.in_(DECISIONS))
    said = [json.loads(opening) for opening in session.scalars(told.where(Entry.opening.is_not(None))) if opening]
    return frozenset(UUID(one["actor"]["officer"]) for one in said)


def _admit(session: Session, house: House, actor: Actor, case_id: UUID) -> tuple[Admitted, Objection]:
    """The lead whose desk reviews, and nobody else."""
    admitted = gate.admit(session, house, actor, Action.REVIEW, case_id)
    lifecycle.advance(admitted.case.state, Action.REVIEW)
    (objection, *_) = objected.waiting(session, house, case_id)
    if objection.desk_id not in actor.desks(*LEADS):
        raise NotAllowedError("the level above reviews")
    if reviewer_of(session, case_id) is not None:
        raise IllegalTransitionError("somebody reviews it already")
    return admitted, objection


def _apart(
    session: Session, house: House, admitted: Admitted, objection: Objection, now: datetime
) -> tuple[tuple[UUID, str], ...]:
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    reviewing, _ = directory.places[objection.desk_id]
    part = took_part(session, admitted.case.id) | {
        admitted.actor.officer_id,
        *session.scalars(out_of(admitted.case.id)),
    }
    found = investigators.candidates(session, house, reviewing, now=now)
    return tuple((one, name) for one, name in found if one not in part)


def _require_apart(
    session: Session, house: House, admitted: Admitted, objection: Objection, officer_id: UUID, now: datetime
) -> None:
    if officer_id not in dict(_apart(session, house, admitted, objection, now)):
        raise UncertifiedOfficerError("not an investigator of the reviewing office who took no part")
    interests.require_clear(session, house, admitted.case.id, officer_id)
    assigning.require_seated(session, house, officer_id)


def _brief_key(
    session: Session,
    house: House,
    batch: Batch,
    draft: Draft,
    report_id: UUID,
    desk_id: UUID,
    reader: tuple[UUID, PublicKey],
) -> Content:
    """A key for what the reviewer is told: the reviewing lead and they read it, not the office that is reviewed."""
    content = Content(batch.new_id(), envelope.new_key())
    batch.add(
        draft,
        ContentKey,
        content.id,
        report_id=report_id,
        case_id=None,
        compartment=Compartment.SUMMARY,
        generation=assigning.next_summary(session, report_id),
    )
    desk, (officer_id, key) = house.directories.keys(session, {desk_id})[desk_id], reader
    sealing.grant(house, batch, draft, content, desk.key, GrantState.ACTIVE, desk_epoch_id=desk.epoch_id)
    sealing.grant(house, batch, draft, content, key, GrantState.ACTIVE, officer_id=officer_id)
    return content
