"""Handing a report to another office (转办): who reads changes, who holds the identity does not.

Every key of the report is wrapped to the desks there, the grants of the desks here go, and what is written from now on
has the next key (DESIGN §4). The time limit runs on: nobody gains days by handing on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import Session

from portal.domain import access, clocks, jurisdiction, lifecycle
from portal.domain.access import Actor, ReportDesks
from portal.domain.audit import written
from portal.domain.errors import LedgerError, StaleError, TargetError
from portal.domain.values import Handover
from portal.domain.vocabulary import Action, Compartment, Duty, Holder, LetterKind, Sender
from portal.office import (
    alarming,
    clock_rows,
    gate,
    history,
    indexing,
    keeping,
    letters,
    match_keys,
    recalling,
    sealing,
    telling,
    timing,
    vouching,
    writing,
)
from portal.office.batch import Batch
from portal.office.directory import Directory
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft
from portal.office.sealing import Content, Keys
from portal.office.writing import Prepared
from portal.store.cases import Case, Transfer
from portal.store.outbox import Outbox
from portal.store.reports import ContentKey, KeyGrant, Report
from portal.store.session import lock

TRANSFERRED = "transferred"
OBJECTING, TAKING = "C03", "C25"


@dataclass(frozen=True, slots=True)
class Transferring:
    """A transfer, sealed: which desks it goes to, and which keys were wrapped to them."""

    prepared: Prepared
    desks: ReportDesks
    keys: frozenset[UUID]
    receipts: frozenset[UUID]
    raised: bool
    handover: Handover
    ordered: bool  # by the level above


@dataclass(frozen=True, slots=True)
class _Move:
    """What the parts of a transfer share while they are sealed."""

    house: House
    admitted: Admitted
    desks: ReportDesks
    handover: Handover
    batch: Batch
    now: datetime
    ordered: bool = False

    @property
    def raised(self) -> bool:
        """Whether it was escalated: the lead desk above reads already."""
        return self.admitted.case.raised_desk_id is not None


def targets(directory: Directory, case: Case, transfers: Iterable[Transfer], *, up: bool) -> tuple[UUID, ...]:
    """The offices that a case may be handed to, in the order of their codes, discipline last."""
    passed_on = frozenset(one.from_authority_id for one in transfers)
    found = jurisdiction.transfer_targets(
        directory.tree, directory.seats, case.authority_id, passed_on=passed_on, upwards=up
    )
    return tuple(sorted(found, key=lambda one: (one == directory.tree.discipline, directory.codes[one])))


def prepare(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, handover: Handover, *, now: datetime
) -> Transferring:
    """Wrap every key of the report to the desks there and seal the note. Raises StaleError, TargetError.

    IllegalTransitionError once the report was taken up: whoever took it up answers for it.
    """
    admitted = gate.admit(session, house, actor, Action.TRANSFER, case_id)
    history.require_seen(session, admitted.report.id, case_id, handover.seen)
    lifecycle.advance(admitted.case.state, Action.TRANSFER)
    _require_home(session, house, admitted, now)
    wanted = _keys(session, house, admitted.report)
    contents = ring.open(session, house, wanted)
    if contents.keys() != wanted.keys():
        raise LedgerError("a key of the report does not open")
    _require_target(session, house, admitted, contents, handover.authority_id, now)
    desks = _desks(session, house, admitted.report, handover.authority_id, now)
    return _sealed(session, _Move(house, admitted, desks, handover, Batch(), now), contents, wanted)


def transfer(session: Session, house: House, actor: Actor, case_id: UUID, made: Transferring, *, now: datetime) -> None:
    """Hand it over: from the commit on this office reads nothing of it. The gate is asked again. Raises StaleError."""
    admitted = gate.admit(session, house, actor, Action.TRANSFER, case_id)
    history.require_seen(session, admitted.report.id, case_id, made.handover.seen)
    _store(session, house, admitted, made, now)


def order(
    session: Session,
    house: House,
    admitted: Admitted,
    ring: Keyring,
    handover: Handover,
    decided: Draft,
    *,
    now: datetime,
) -> None:
    """The level above hands it to whom it has decided; who that is was found already, and nobody objects any more.

    A telephone number is nothing that the level above reads: whoever handles it now must be allowed to call anew.
    """
    report = admitted.report
    _require_home(session, house, admitted, now)
    wanted = _keys(session, house, report, phone=False)
    contents = ring.open(session, house, wanted)
    if contents.keys() != wanted.keys():
        raise LedgerError("a key of the report does not open")
    desks = _desks(session, house, report, handover.authority_id, now)
    move = _Move(house, admitted, desks, handover, Batch(), now, ordered=True)
    _store(session, house, admitted, _sealed(session, move, contents, wanted), now, decided)


def _sealed(
    session: Session, move: _Move, contents: Mapping[UUID, Content], wanted: Mapping[UUID, Compartment]
) -> Transferring:
    house, report = move.house, move.admitted.report
    draft = move.admitted.draft(TRANSFERRED, move.now)
    _wrap(session, move, draft, contents, wanted)
    _add_note(session, move, draft)
    prepared = Prepared(writing.current_generation(session), move.batch, (draft,))
    receipts = frozenset(one.receipt_id for one in writing.receipts_of(session, house, report.id))
    return Transferring(prepared, move.desks, frozenset(wanted), receipts, move.raised, move.handover, move.ordered)


def _store(
    session: Session, house: House, admitted: Admitted, made: Transferring, now: datetime, *before: Draft
) -> None:
    case, report = admitted.case, admitted.report
    session.refresh(report, with_for_update=lock(session))  # what is told of a telephone number waits, or is first
    vouching.require_recorded(session, house.entry_keys, case)
    house.newest.require(session, report)
    if _keys(session, house, report, phone=not made.ordered).keys() != made.keys:
        raise StaleError("the report has other keys since")
    _require_same(session, house, case, report, made)
    (draft,) = made.prepared.drafts
    timing.end(session, draft, lifecycle.STEPS[Action.TRANSFER].stops, report_id=report.id, case_id=case.id, now=now)
    _take_grants(session, draft, report.id, case.id)
    if made.ordered:
        report.phone = report.phone_key_id = None
    keeping.drop(session, draft, report.id)
    _move(case, report, made, raised=case.raised_desk_id is not None)
    case.state = lifecycle.advance(case.state, Action.TRANSFER)
    draft.names(case, report)
    compared = match_keys.compares(_directory(session, house, now), made.handover.authority_id)
    indexing.leave(session, case, compared=compared)
    indexing.wait(session, case)
    alarming.follow(session, draft, case, now=now)
    ended = recalling.hand_on(session, house, report.id, admitted.party, now=now)
    session.add(Outbox(kind=TRANSFERRED, desk_id=made.desks.intake, created_at=now, sent_at=None))
    writing.require_current(session, made.prepared.generation)
    made.prepared.batch.insert(session)
    case.due_at = clock_rows.next_due(session, house, case.id)
    writing.store(session, house, Prepared(made.prepared.generation, Batch(), (*before, draft, *ended)))


def _require_same(session: Session, house: House, case: Case, report: Report, made: Transferring) -> None:
    """Raise StaleError when codes, keepers or an escalation are others than this was sealed for."""
    held = access.holders(writing.desks_of(session, house, report))
    receipts = frozenset(one.receipt_id for one in writing.receipts_of(session, house, report.id))
    raised = case.raised_desk_id is not None
    if (held, receipts, raised) != (access.holders(made.desks), made.receipts, made.raised):
        raise StaleError("who holds or reads it has changed since")


def _require_home(session: Session, house: House, admitted: Admitted, now: datetime) -> None:
    """Raise LedgerError when the case says it is another office's than its report: where it may go hangs on that."""
    house.newest.require(session, admitted.report)
    vouching.require_recorded(session, house.entry_keys, admitted.case)
    if _directory(session, house, now).places[admitted.report.intake_desk_id][0] != admitted.case.authority_id:
        raise LedgerError("the case is another office's than its report")


def _move(case: Case, report: Report, made: Transferring, *, raised: bool) -> None:
    """The columns that say whose it is; what was escalated stays so, under the lead desk above the new one."""
    desks = made.desks
    case.authority_id = made.handover.authority_id
    case.desk_id, case.lead_desk_id = desks.intake, desks.lead
    case.raised_desk_id = desks.above if raised else None
    report.intake_desk_id, report.lead_desk_id = desks.intake, desks.lead
    report.above_desk_id, report.keeper_desk_id = desks.above, desks.keeper


def _take_grants(session: Session, draft: Draft, report_id: UUID, case_id: UUID) -> None:
    """The desks that read until now open nothing more; the reporter's own grants stay, and an award desk's."""
    owned = or_(ContentKey.report_id == report_id, ContentKey.case_id == case_id)
    judged = ContentKey.compartment.in_((Compartment.AWARD, Compartment.PROPOSAL))
    keys = select(ContentKey.id).where(owned, ~judged)
    for grant in session.scalars(
        select(KeyGrant).where(KeyGrant.content_key_id.in_(keys), KeyGrant.desk_epoch_id.is_not(None))
    ):
        draft.erases(grant, grant.id)
        session.delete(grant)


def _wrap(
    session: Session,
    move: _Move,
    draft: Draft,
    contents: Mapping[UUID, Content],
    compartments: Mapping[UUID, Compartment],
) -> None:
    keys = _desk_keys(session, move.house, move.desks)
    for key_id, content in contents.items():
        for reader in access.readers(compartments[key_id], move.desks, escalated=move.raised):
            desk = keys[reader.desk_id]
            sealing.grant(move.house, move.batch, draft, content, desk.key, reader.state, desk_epoch_id=desk.epoch_id)


def _add_note(session: Session, move: _Move, draft: Draft) -> None:
    """The next key, which the desks here never had, and the note for the office there as its first text."""
    report, case, to = move.admitted.report, move.admitted.case, move.handover.authority_id
    content = writing.next_key(session, move.house, move.batch, draft, report, move.desks, escalated=move.raised)
    position = letters.next_position(session, report.id)
    draft.facts = {"from": str(case.authority_id), "to": str(to), "position": position, **_told(move.desks)}
    if rules := _starts(session, move):
        draft.facts = {**draft.facts, "clocks": {rule: _begin(move, draft, rule) for rule in rules}}
    note_id = letters.add(
        move.house,
        move.batch,
        draft,
        content,
        report_id=report.id,
        kind=LetterKind.NOTE,
        sender=Sender.OFFICE,
        position=position,
        sent_at=move.now,
        body=letters.Text(move.handover.note).as_bytes(),
    )
    move.batch.add(
        draft,
        Transfer,
        case_id=case.id,
        from_authority_id=case.authority_id,
        to_authority_id=to,
        note_id=note_id,
        made_at=move.now,
    )


def _starts(session: Session, move: _Move) -> tuple[str, ...]:
    """The time to say that it is not theirs either; discipline has its own to take it up, where the edition has one."""
    if move.handover.authority_id == _directory(session, move.house, move.now).tree.discipline:
        return tuple({TAKING} & move.house.policies.clocks.rules.keys())
    return () if move.ordered else (OBJECTING,)


def _begin(move: _Move, draft: Draft, rule: str) -> str:
    case_id, now = move.admitted.case.id, move.now
    return written(timing.start(move.house, move.batch, draft, rule, now=now, started_at=now, case_id=case_id).due_at)


def _told(desks: ReportDesks) -> dict[str, str]:
    """What the entry says of who reads it from now on, and who keeps the first half of the identity."""
    told = {"intake": desks.intake, "lead": desks.lead, "above": desks.above, "keeper": desks.keeper}
    return {name: str(desk) for name, desk in told.items() if desk is not None}


def _require_target(
    session: Session,
    house: House,
    admitted: Admitted,
    contents: Mapping[UUID, Content],
    authority_id: UUID,
    now: datetime,
) -> None:
    first, *rest = letters.for_handlers(session, admitted.report.id)
    narrative, since = letters.narrative(house, contents, first), [letters.read(house, contents, one) for one in rest]
    if any(one.broken for one in since):
        raise LedgerError("a letter does not open: it may say that the office is concerned")
    up = telling.upwards(narrative, (one.changes for one in since))
    handed_on = session.scalars(select(Transfer).where(Transfer.case_id == admitted.case.id)).all()
    if authority_id not in targets(_directory(session, house, now), admitted.case, handed_on, up=up):
        raise TargetError("not to this office")


def _desks(session: Session, house: House, report: Report, authority_id: UUID, now: datetime) -> ReportDesks:
    """Who reads it there; whoever holds the halves of the identity goes on doing so."""
    directory = _directory(session, house, now)
    there = jurisdiction.handed_to(directory.tree, directory.seats, authority_id)
    lead = directory.desk_id(there.lead, Duty.LEAD)
    held = access.holders(writing.desks_of(session, house, report))
    return ReportDesks(
        intake=directory.desk_id(there.intake, Duty.INTAKE),
        lead=lead,
        custody=held[Holder.CUSTODY],
        above=directory.desk_id(there.above, Duty.LEAD) if there.above else None,
        keeper=None if held[Holder.LEAD] == lead else held[Holder.LEAD],
    )


def _desk_keys(session: Session, house: House, desks: ReportDesks) -> Keys:
    return house.directories.keys(session, {one.desk_id for one in access.readers(Compartment.REPORT, desks)})


def _keys(session: Session, house: House, report: Report, *, phone: bool = True) -> Mapping[UUID, Compartment]:
    """The keys of everything that can be read: text and case file, and the telephone number if it may be used now.

    Raises LedgerError for one that is not this report's by its entry: the desk opens those of others too.
    """
    text = and_(ContentKey.report_id == report.id, ContentKey.compartment == Compartment.REPORT)
    file = and_(ContentKey.case_id == report.case_id, ContentKey.compartment == Compartment.CASE)
    called = ContentKey.id == report.phone_key_id if phone else false()
    rows = session.scalars(select(ContentKey).where(or_(text, file, called))).all()
    for one in rows:
        vouching.require_recorded(session, house.entry_keys, one)
    return {one.id: one.compartment for one in rows}


def _directory(session: Session, house: House, now: datetime) -> Directory:
    return house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
