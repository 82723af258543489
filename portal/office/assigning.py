"""Assigning a case (分办): an investigator gets keys of their own, to a summary or to the report, and loses them.

As a rule they work from the summary that the lead writes, which does not give the reporter away. The report itself is
one more grant, where the lead says so. Whoever is taken off reads nothing that comes after: the grants go, and the next
text draws the next key (DESIGN §4).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select, true
from sqlalchemy.orm import Session

from crypto.keys import PublicKey
from portal.domain import clocks, lifecycle
from portal.domain.access import Actor
from portal.domain.audit import SYSTEM, Party
from portal.domain.errors import RecusedOfficerError, SeatedAlreadyError, StrangerError, UncertifiedOfficerError
from portal.domain.values import Narrative, Order
from portal.domain.vocabulary import Action, ActorKind, Compartment, Duty, GrantState
from portal.office import (
    case_keys,
    checkpoints,
    file_rows,
    gate,
    history,
    interests,
    investigators,
    keyring,
    letters,
    limits,
    objected,
    sealing,
    vouching,
    writing,
)
from portal.office.batch import Batch
from portal.office.clock_sheets import Ending
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft, record
from portal.office.sealing import Content
from portal.office.sheets import AssignedLine, AssignedSheet, LetterSheet
from portal.office.writing import Prepared
from portal.store.cases import Assignment, Case
from portal.store.driving import by_id, each
from portal.store.officers import Desk, DeskEpoch, Officer, Seat
from portal.store.outbox import Outbox
from portal.store.reports import ContentKey, KeyGrant, Report

ASSIGNED, UNASSIGNED, OPENED = "assigned", "unassigned", "assignment_opened"
INVESTIGATORS = (Duty.INVESTIGATE,)
MOST = 200
_ACTIVE = Assignment.ended_at.is_(None)
_WORKING = select(Assignment).where(Assignment.case_id == bindparam("case"), _ACTIVE).order_by(Assignment.assigned_at)


def prepare(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, order: Order, *, now: datetime
) -> Prepared:
    """Seal the summary and wrap the keys.

    Raises StaleError; SeatedAlreadyError, UncertifiedOfficerError, InterestError for whoever may not.
    """
    admitted = gate.admit(session, house, actor, Action.ASSIGN, case_id)
    history.require_seen(session, admitted.report.id, case_id, order.seen)
    lifecycle.advance(admitted.case.state, Action.ASSIGN)
    _require_candidate(session, house, admitted, order.officer_id, now)
    batch, draft = Batch(), admitted.draft(ASSIGNED, now, officer=str(order.officer_id), narrative=order.narrative)
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    officer = session.get_one(Officer, order.officer_id)
    if investigators.office_across(directory, officer, admitted.case.authority_id):
        draft.facts = {**draft.facts, "across": True}
    key = house.directories.officer_key(session, order.officer_id)
    content = _summary_key(session, house, batch, draft, admitted.report, {order.officer_id: key})
    assignment_id = batch.new_id()
    batch.add(
        draft,
        Assignment,
        assignment_id,
        case_id=case_id,
        officer_id=order.officer_id,
        assigner_id=actor.officer_id,
        narrative=order.narrative,
        content_key_id=content.id,
        brief=sealing.seal_text(house, content, "assignments", assignment_id, "brief", order.brief.encode()),
        assigned_at=now,
        ended_at=None,
    )
    case_keys.grant(session, house, batch, draft, case_id, ring, (order.officer_id, key))
    if order.narrative:
        grant_report(session, house, batch, draft, ring, admitted.report.id, (order.officer_id, key))
    return Prepared(writing.current_generation(session), batch, (draft,))


def grant_report(
    session: Session,
    house: House,
    batch: Batch,
    draft: Draft,
    ring: Keyring,
    report_id: UUID,
    reader: tuple[UUID, PublicKey],
) -> None:
    """Let an officer read the report itself; `ring` is of somebody who reads it."""
    officer_id, key = reader
    for opened in ring.open(session, house, _keys(session, house, report_id)).values():
        sealing.grant(house, batch, draft, opened, key, GrantState.ACTIVE, officer_id=officer_id)


def _summary_key(
    session: Session, house: House, batch: Batch, draft: Draft, report: Report, officers: Mapping[UUID, PublicKey]
) -> Content:
    """A key for one summary: intake, lead and the officer read it, and nobody else."""
    desks = writing.desks_of(session, house, report)
    return sealing.draw_content_key(
        house,
        batch,
        draft,
        owner={"report_id": report.id},
        compartment=Compartment.SUMMARY,
        generation=next_summary(session, report.id),
        desks=desks,
        keys=house.directories.keys(session, {desks.intake, desks.lead}),
        receipts=(),
        officers=officers,
    )


def assign(
    session: Session, house: House, actor: Actor, case_id: UUID, order: Order, prepared: Prepared, *, now: datetime
) -> None:
    """Store it: the case is being verified. The gate is asked again, inside the transaction."""
    admitted = gate.admit(session, house, actor, Action.ASSIGN, case_id)
    history.require_seen(session, admitted.report.id, case_id, order.seen)
    _require_candidate(session, house, admitted, order.officer_id, now)
    admitted.case.state = lifecycle.advance(admitted.case.state, Action.ASSIGN)
    prepared.drafts[0].names(admitted.case)
    desk_id = session.scalars(
        select(Desk.id)
        .join(DeskEpoch, DeskEpoch.desk_id == Desk.id)
        .join(Seat, Seat.desk_epoch_id == DeskEpoch.id)
        .where(Seat.officer_id == order.officer_id, Desk.duty == Duty.INVESTIGATE, Seat.left_at.is_(None))
    ).first()
    if desk_id is not None:
        session.add(Outbox(kind="assigned", desk_id=desk_id, created_at=now, sent_at=None))
    writing.store(session, house, prepared)


def unassign(
    session: Session, house: House, actor: Actor, case_id: UUID, assignment_id: UUID, *, now: datetime
) -> None:
    """Take somebody off a case: their keys to it go. Raises StrangerError."""
    admitted = gate.admit(session, house, actor, Action.ASSIGN, case_id)
    row = session.get(Assignment, assignment_id)
    if row is None or row.case_id != case_id or row.ended_at is not None:
        raise StrangerError("no such assignment")
    draft = admitted.draft(UNASSIGNED, now, officer=str(row.officer_id))
    release(session, house, draft, row, now)
    record(session, house.entry_key, draft)


def end_all(session: Session, house: House, officer_id: UUID, party: Party, *, now: datetime) -> list[Draft]:
    """Whoever leaves, or has other keys from now on, is taken off every case."""
    drafts = []
    for row in session.scalars(select(Assignment).where(Assignment.officer_id == officer_id, _ACTIVE)):
        case = session.get_one(Case, row.case_id)
        facts = {"officer": str(officer_id)}
        draft = Draft(UNASSIGNED, now, party, ("cases", case.id), facts, authority_id=case.authority_id)
        release(session, house, draft, row, now)
        drafts.append(draft)
    return drafts


def end_case(
    session: Session, house: House, case: Case, *, now: datetime, officer_id: UUID | None = None
) -> list[Draft]:
    """Everybody is taken off a case that has ended, or one who keeps out of it."""
    drafts = []
    wanted = select(Assignment).where(Assignment.case_id == case.id, _ACTIVE)
    mine = Assignment.officer_id == officer_id if officer_id else true()
    for row in session.scalars(wanted.where(mine)):
        facts = {"officer": str(row.officer_id)}
        drafts.append(Draft(UNASSIGNED, now, SYSTEM, ("cases", case.id), facts, authority_id=case.authority_id))
        release(session, house, drafts[-1], row, now)
    return drafts


def release(session: Session, house: House, draft: Draft, row: Assignment, now: datetime) -> None:
    """End an assignment: its keys go, and what comes after has others."""
    house.newest.require(session, row)
    row.ended_at = now
    draft.names(row)
    report = session.scalars(select(Report).where(Report.case_id == row.case_id)).one()
    owned = or_(ContentKey.report_id == report.id, ContentKey.case_id == row.case_id)
    keys = select(ContentKey.id).where(owned)
    for grant in session.scalars(
        select(KeyGrant).where(KeyGrant.officer_id == row.officer_id, KeyGrant.content_key_id.in_(keys))
    ):
        draft.erases(grant, grant.id)
        session.delete(grant)
    if row.narrative:
        writing.draw_next(session, house, draft, report)
    session.flush()
    case_keys.draw_next(session, house, draft, session.get_one(Case, row.case_id), report)


def of_case(session: Session, house: House, case_id: UUID, language: str, *, now: datetime) -> tuple[AssignedLine, ...]:
    """Who works on a case now."""
    rows = each(session, _WORKING, case=case_id)
    return _lines(session, house, rows, language, now) if rows else ()


def listed(session: Session, house: House, actor: Actor, language: str, *, now: datetime) -> tuple[AssignedLine, ...]:
    """The cases that this investigator works on, the most urgent first."""
    wanted = (
        select(Assignment)
        .join(Case, Case.id == Assignment.case_id)
        .where(Assignment.officer_id == actor.officer_id, _ACTIVE)
        .order_by(Case.due_at.is_(None), Case.due_at, Assignment.id)
        .limit(MOST)
    )
    return _lines(session, house, session.scalars(wanted), language, now)


def show(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, language: str, *, now: datetime
) -> AssignedSheet:
    """A case as its investigator sees it, recorded first. Raises StrangerError for whoever is not assigned."""
    checkpoints.require_signed(session, house, now=now)
    row = held(session, house, actor, case_id)
    content = keyring.open_one(session, house, ring, row.content_key_id)
    brief = sealing.unseal_text(house, content, "assignments", row.id, "brief", row.brief).decode()
    narrative, rest = _report(session, house, ring, row) if row.narrative else (None, ())
    seen, shown, offered = limits.for_worker(session, house, actor, case_id, language, now=now)
    opened = looked(session, actor, case_id, OPENED, now, letters=len(rest) + (narrative is not None))
    record(session, house.entry_key, opened)
    (line,) = _lines(session, house, (row,), language, now)
    others = objected.words(session, house, ring, case_id) if row.reviewing else ()
    return AssignedSheet(line, brief, narrative, rest, seen, shown, offered, others)


def held(session: Session, house: House, actor: Actor, case_id: UUID) -> Assignment:
    """What this officer works on a case by. Raises StrangerError for whoever is not assigned."""
    row = session.scalars(
        select(Assignment).where(Assignment.case_id == case_id, Assignment.officer_id == actor.officer_id, _ACTIVE)
    ).one_or_none()
    if row is None or not actor.desks(Duty.INVESTIGATE):
        raise StrangerError("no such case")
    gate.require_impartial(session, actor, case_id)
    house.newest.require(session, row)
    return row


def looked(session: Session, actor: Actor, case_id: UUID, event: str, now: datetime, **facts: object) -> Draft:
    """An entry that an investigator looked at something of a case."""
    authority_id = session.get_one(Case, case_id).authority_id
    party = Party(ActorKind.OFFICER, actor.officer_id, authority_id, Duty.INVESTIGATE)
    return Draft(event, now, party, ("cases", case_id), facts)


def _report(
    session: Session, house: House, ring: Keyring, row: Assignment
) -> tuple[Narrative, tuple[LetterSheet, ...]]:
    report = session.scalars(select(Report).where(Report.case_id == row.case_id)).one()
    first, *rest = letters.for_handlers(session, report.id)
    contents = ring.open_sound(session, house, {one.content_key_id for one in (first, *rest)})
    narrative = letters.narrative(house, contents, first)
    readable = (one for one in rest if one.content_key_id in contents and one.disclosure_id is None)
    return narrative, file_rows.told_gone(session, report.id, [letters.read(house, contents, one) for one in readable])


def _require_candidate(session: Session, house: House, admitted: Admitted, officer_id: UUID, now: datetime) -> None:
    able = investigators.all_of(session, house, admitted.case.authority_id, "", now=now)
    if officer_id not in {one.id for one in able}:
        raise UncertifiedOfficerError("not an investigator at work here")
    if officer_id == admitted.actor.officer_id:
        raise SeatedAlreadyError("nobody assigns themselves")
    if officer_id in admitted.recused:
        raise RecusedOfficerError("the officer keeps out of it")
    interests.require_clear(session, house, admitted.case.id, officer_id)
    require_seated(session, house, officer_id)
    same = select(Assignment.id).where(
        Assignment.case_id == admitted.case.id, Assignment.officer_id == officer_id, _ACTIVE
    )
    if session.scalars(same).first() is not None:
        raise SeatedAlreadyError("the officer works on it already")


def require_seated(session: Session, house: House, officer_id: UUID) -> None:
    """Raise LedgerError unless the seats that make them a candidate are as recorded last."""
    held = (
        select(Seat, DeskEpoch)
        .join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
        .where(Seat.officer_id == officer_id, Seat.left_at.is_(None), DeskEpoch.current)
    )
    house.newest.require(session, *(one for row in session.execute(held) for one in row))


def _lines(
    session: Session, house: House, rows: Iterable[Assignment], language: str, now: datetime
) -> tuple[AssignedLine, ...]:
    kept = list(rows)
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    cases = by_id(session, Case, (row.case_id for row in kept))
    officers = by_id(session, Officer, (row.officer_id for row in kept))
    far = {
        row.id: investigators.office_across(directory, officers[row.officer_id], cases[row.case_id].authority_id)
        for row in kept
    }
    return tuple(
        AssignedLine(
            id=row.id,
            case_id=row.case_id,
            officer=officers[row.officer_id].username,
            number=cases[row.case_id].number or "",
            category=cases[row.case_id].category,
            state=cases[row.case_id].state,
            authority=directory.name(cases[row.case_id].authority_id, language),
            narrative=row.narrative,
            assigned_at=row.assigned_at,
            ending=Ending.of(cases[row.case_id].due_at, now),
            across=directory.name(home, language) if (home := far[row.id]) else "",
            reviewing=bool(row.reviewing),
        )
        for row in kept
    )


def _keys(session: Session, house: House, report_id: UUID) -> set[UUID]:
    """Every key of the report itself; not that of the telephone number. Raises LedgerError for one of another's."""
    wanted = select(ContentKey).where(ContentKey.report_id == report_id, ContentKey.compartment == Compartment.REPORT)
    rows = session.scalars(wanted).all()
    for row in rows:
        vouching.require_recorded(session, house.entry_keys, row)
    return {row.id for row in rows}


def next_summary(session: Session, report_id: UUID) -> int:
    """The number of the next summary's key."""
    last = select(func.max(ContentKey.generation)).where(
        ContentKey.report_id == report_id, ContentKey.compartment == Compartment.SUMMARY
    )
    return (session.execute(last).scalar_one() or 0) + 1
