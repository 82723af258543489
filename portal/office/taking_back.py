"""Taking back a file (收回文件) that an officer added by mistake: what was added goes with its copies, not that it was.

Only whoever added it does so, while they work on the case and before anything rests on it: what a conclusion was agreed
to with stays for good, for evidence is not made to suit what was concluded. The letter or paper that told of the file
stays and says that it was taken back; its number is given to no other.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import alarms, countersign, disclosure, lifecycle
from portal.domain.access import Actor
from portal.domain.errors import NeededFileError, NotAllowedError, RefusalError, StrangerError
from portal.domain.evidence import BackReason, BlobRole, Resting
from portal.domain.vocabulary import MOST_FILES, Action, ActorKind, IdentityField, MotionState
from portal.office import concluding, evidence, exhibits, file_rows, gate, identity, keeping, vouching
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.recording import record
from portal.store.disclosures import DisclosedField, Disclosure
from portal.store.files import Blob
from portal.store.ledger import Entry
from portal.store.motions import Motion

FROM_LETTERS, FROM_FILE = "file_taken_back", "exhibit_taken_back"


def may(session: Session, house: House, actor: Actor, case_id: UUID, number: int) -> bool:
    """Whether this officer may take a file back now."""
    try:
        _require(session, house, actor, case_id, number)
    except RefusalError:
        return False
    return True


def take_back(
    session: Session, house: House, actor: Actor, case_id: UUID, number: int, reason: str, *, now: datetime
) -> None:
    """Take a file back, with why.

    Raises StrangerError where there is none, NotAllowedError for one that somebody else added, NeededFileError for one
    that something rests on, ReasonError.
    """
    code = alarms.require_reason(reason, BackReason)
    admitted = _require(session, house, actor, case_id, number)
    draft = admitted.draft(FROM_FILE if number > MOST_FILES else FROM_LETTERS, now, file=number)
    draft.reason = code
    report_id, field = admitted.report.id, IdentityField.original(number)
    if gone := identity.take_away(session, draft, report_id, (field,)):
        draft.facts = {**draft.facts, "fields": sorted(one.field for one in gone)}
        keeping.drop(session, draft, report_id)
    file_rows.erase(session, draft, report_id, number, tuple(BlobRole))
    record(session, house.entry_key, draft)


def _require(session: Session, house: House, actor: Actor, case_id: UUID, number: int) -> Admitted:
    """The case, for whoever added the file, where nothing rests on it."""
    gated, action = (gate.admit_worker, Action.FILE) if number > MOST_FILES else (gate.admit, Action.WRITE)
    admitted = gated(session, house, actor, action, case_id)
    added = session.scalars(
        select(Entry)
        .join(Blob, Blob.entry_id == Entry.id)
        .where(Blob.report_id == admitted.report.id, Blob.number == number)
        .limit(1)
    ).one_or_none()
    if added is None:
        raise StrangerError("no such file")
    said = vouching.opening_of(session, house.entry_keys, added)
    if said["event"] not in {evidence.ADDED, exhibits.ADDED} or not _is_by(said["actor"], actor):
        raise NotAllowedError("whoever added a file takes it back, and nobody else")
    if flaw := _resting(session, admitted, number, added.index).flaw:
        raise NeededFileError(flaw)
    return admitted


def _is_by(said: dict[str, object], actor: Actor) -> bool:
    return said["kind"] == ActorKind.OFFICER and said["officer"] == str(actor.officer_id)


def _resting(session: Session, admitted: Admitted, number: int, index: int) -> Resting:
    case = admitted.case
    concluded = select(func.max(Entry.index)).where(Entry.object_id == case.id, Entry.event == concluding.CONCLUDED)
    waiting = select(Motion.id).where(
        Motion.case_id == case.id,
        Motion.state == MotionState.PROPOSED,
        Motion.kind.in_(countersign.WEIGHING),
    )
    asked = (
        select(DisclosedField.id)
        .join(Disclosure, Disclosure.id == DisclosedField.disclosure_id)
        .where(Disclosure.report_id == admitted.report.id, Disclosure.state.in_(disclosure.OPEN))
        .where(DisclosedField.field == IdentityField.original(number))
    )
    return Resting(
        over=case.state in lifecycle.LEFT,
        concluded=(session.execute(concluded).scalar_one() or -1) > index,
        proposed=session.scalars(waiting.limit(1)).first() is not None,
        asked=session.scalars(asked.limit(1)).first() is not None,
    )
