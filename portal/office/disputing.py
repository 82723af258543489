"""Objecting to a transfer (争议): whoever was handed a case says within C03 that it is not theirs, with reasons.

The lead of the nearest office above both decides who handles it, and it goes there with that decision (C04): reporters
are never sent round. Until then it stays where it is, and its time limits run on. Nobody objects to what was decided.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from portal.domain import clocks, jurisdiction, lifecycle
from portal.domain.access import Actor, ReportDesks
from portal.domain.audit import written
from portal.domain.errors import DisputeError, IllegalTransitionError, NotAllowedError
from portal.domain.values import Handover
from portal.domain.vocabulary import Action, Compartment, Duty, GrantState, LetterKind, Sender
from portal.office import founding, gate, history, letters, sealing, timing, transferring, vouching, writing
from portal.office.batch import Batch
from portal.office.case_rows import CaseRows
from portal.office.directory import Directory
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft, record
from portal.store.cases import Transfer
from portal.store.driving import first
from portal.store.officers import DeskEpoch
from portal.store.outbox import Outbox
from portal.store.referrals import Dispute
from portal.store.reports import ContentKey, KeyGrant, Report

RAISED, DECIDED = "disputed", "dispute_decided"
OBJECTING, SETTLING = "C03", "C04"
_OPEN = select(Dispute).where(Dispute.case_id == bindparam("case"), Dispute.decided_at.is_(None))


class Snag(StrEnum):
    """Why nobody objects, or decides, so."""

    NONE = "none"  # it was not handed here, or somebody has decided
    LATE = "late"  # the time for it is over: it counts as kept
    NOBODY = "nobody"  # nobody is seated above both
    OFFICE = "office"  # not one of those it can go to


@dataclass(frozen=True, slots=True)
class _Objection:
    """What is objected to, and who decides."""

    transfer: Transfer
    superior: UUID
    desk_id: UUID


def open_dispute(session: Session, case_id: UUID) -> Dispute | None:
    """The objection that waits for a decision."""
    return first(session, _OPEN, case=case_id)


def may_object(directory: Directory, admitted: Admitted, rows: CaseRows, *, now: datetime) -> bool:
    """Whether this officer may object now."""
    try:
        lifecycle.advance(admitted.case.state, Action.TRANSFER)
        if admitted.duty is Duty.INTAKE:
            _objection(directory, rows, now)
    except (DisputeError, IllegalTransitionError):
        return False
    return admitted.duty is Duty.INTAKE


def dispute(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, why: str, seen: int, *, now: datetime
) -> None:
    """Object: the lead above both reads it from now on, and decides. Raises StaleError, DisputeError."""
    admitted = gate.admit(session, house, actor, Action.TRANSFER, case_id)
    case, report = admitted.case, admitted.report
    history.require_seen(session, report.id, case_id, seen)
    lifecycle.advance(case.state, Action.TRANSFER)
    rows = CaseRows.of(session, report_id=report.id, case_id=case_id)
    found = _objection(_directory(session, house, now), rows, now)
    batch, draft = Batch(), admitted.draft(RAISED, now)
    desks = writing.desks_of(session, house, report)
    after = ReportDesks(desks.intake, desks.lead, desks.custody, found.desk_id, desks.keeper)
    _let_read(session, house, batch, draft, admitted, ring, desks, after)
    position, note_id = _note(session, house, batch, draft, report, after, why)
    due = timing.start(house, batch, draft, SETTLING, now=now, started_at=now, case_id=case_id)
    told = {"position": position, "above": str(found.desk_id), "clocks": {SETTLING: written(due.due_at)}}
    draft.facts = told
    batch.insert(session)
    row = Dispute(
        case_id=case_id,
        transfer_id=found.transfer.id,
        desk_id=found.desk_id,
        note_id=note_id,
        raised_at=now,
        chosen_authority_id=None,
        decided_at=None,
    )
    timing.end(session, draft, (OBJECTING,), report_id=report.id, case_id=case_id, now=now)
    report.above_desk_id = case.raised_desk_id = found.desk_id
    draft.names(case, report, row)
    session.add(row)
    founding.touch(session)  # whatever was sealed for those who read it before is sealed anew
    session.add(Outbox(kind="escalated", desk_id=found.desk_id, created_at=now, sent_at=None))
    record(session, house.entry_key, draft)


def _note(
    session: Session, house: House, batch: Batch, draft: Draft, report: Report, after: ReportDesks, why: str
) -> tuple[int, UUID]:
    """Why it is not theirs, under the next key, which those who stood by before never have."""
    content = writing.next_key(session, house, batch, draft, report, after, escalated=True)
    position = letters.next_position(session, report.id)
    note_id = letters.add(
        house,
        batch,
        draft,
        content,
        report_id=report.id,
        kind=LetterKind.NOTE,
        sender=Sender.OFFICE,
        position=position,
        sent_at=draft.at,
        body=letters.Text(why).as_bytes(),
    )
    return position, note_id


def choices(session: Session, house: House, admitted: Admitted, row: Dispute, *, now: datetime) -> tuple[UUID, ...]:
    """Who may be told to handle it: who has it, who handed it on, and the level above itself."""
    directory = _directory(session, house, now)
    transfer = session.get_one(Transfer, row.transfer_id)
    superior = directory.places[row.desk_id][0]
    found = (admitted.case.authority_id, transfer.from_authority_id, superior)
    return tuple(one for one in dict.fromkeys(found) if (one, Duty.INTAKE) in directory.seats)


def decide(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, handover: Handover, *, now: datetime
) -> None:
    """Say who handles it, and hand it there. Raises StaleError, DisputeError; NotAllowedError for anybody else."""
    admitted = gate.admit(session, house, actor, Action.OPEN, case_id, held=True)
    case = admitted.case
    history.require_seen(session, admitted.report.id, case_id, handover.seen)
    lifecycle.advance(case.state, Action.TRANSFER)
    row = open_dispute(session, case_id)
    if row is None:
        raise DisputeError(Snag.NONE)
    vouching.require_recorded(session, house.entry_keys, row)
    if row.desk_id not in actor.desks(Duty.LEAD):
        raise NotAllowedError("the level above decides")
    if handover.authority_id not in choices(session, house, admitted, row, now=now):
        raise DisputeError(Snag.OFFICE)
    draft = admitted.draft(DECIDED, now, to=str(handover.authority_id))
    row.chosen_authority_id, row.decided_at = handover.authority_id, now
    draft.names(row)
    timing.end(session, draft, (SETTLING,), report_id=admitted.report.id, case_id=case_id, now=now)
    if handover.authority_id == case.authority_id:
        record(session, house.entry_key, draft)
    else:
        transferring.order(session, house, admitted, ring, handover, draft, now=now)


def _objection(directory: Directory, rows: CaseRows, now: datetime) -> _Objection:
    """Raise DisputeError unless the newest transfer may be objected to now."""
    transfer = next(iter(rows.transfers), None)
    if transfer is None:
        raise DisputeError(Snag.NONE)
    begun = (one for one in rows.clocks if one.case_id is not None and one.rule == OBJECTING)
    clock = max(begun, key=lambda one: one.started_at, default=None)
    if clock is None or clock.started_at < transfer.made_at:
        raise DisputeError(Snag.NONE)
    if clock.due_at < now:  # whether or not the tick has come
        raise DisputeError(Snag.LATE)
    if clock.state not in timing.LIVE:
        raise DisputeError(Snag.NONE)
    superior = jurisdiction.common_superior(
        directory.tree, directory.seats, transfer.from_authority_id, transfer.to_authority_id
    )
    if superior is None:
        raise DisputeError(Snag.NOBODY)
    return _Objection(transfer, superior, directory.desk_id(superior, Duty.LEAD))


def _let_read(
    session: Session,
    house: House,
    batch: Batch,
    draft: Draft,
    admitted: Admitted,
    ring: Keyring,
    desks: ReportDesks,
    after: ReportDesks,
) -> None:
    """The lead above both reads text and case file; whoever stood by instead of them does so no more."""
    report, case = admitted.report, admitted.case
    owned = or_(
        (ContentKey.report_id == report.id) & (ContentKey.compartment == Compartment.REPORT),
        (ContentKey.case_id == case.id) & (ContentKey.compartment == Compartment.CASE),
    )
    keys = session.scalars(select(ContentKey).where(owned)).all()
    for one in keys:
        vouching.require_recorded(session, house.entry_keys, one)
    standing = {desk for desk in (desks.above, after.above) if desk is not None}
    epochs = select(DeskEpoch.id).where(DeskEpoch.desk_id.in_(standing))
    mine = KeyGrant.content_key_id.in_([one.id for one in keys])
    for grant in session.scalars(select(KeyGrant).where(mine, KeyGrant.desk_epoch_id.in_(epochs))):
        draft.erases(grant, grant.id)
        session.delete(grant)
    session.flush()
    (reader,) = house.directories.keys(session, (one for one in (after.above,) if one is not None)).values()
    for content in ring.open(session, house, [one.id for one in keys]).values():
        sealing.grant(house, batch, draft, content, reader.key, GrantState.ACTIVE, desk_epoch_id=reader.epoch_id)


def _directory(session: Session, house: House, now: datetime) -> Directory:
    return house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
