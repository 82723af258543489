"""The keys of a case file (案卷): which one a new paper is sealed with, and who gets it.

The handling desks read a case file, and whoever it is assigned to, under a summary or with the report; the desk above
once the case was escalated to it. A key goes on while its readers stay who they are; otherwise the next is drawn.
"""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from crypto.keys import PublicKey
from portal.domain import access
from portal.domain.vocabulary import Compartment, GrantState, OfficerState
from portal.office import keyring, sealing, vouching, writing
from portal.office.batch import Batch
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft
from portal.office.sealing import Content
from portal.store.cases import Assignment, Case
from portal.store.officers import Officer
from portal.store.reports import ContentKey, Report


def for_paper(session: Session, house: House, batch: Batch, draft: Draft, admitted: Admitted, ring: Keyring) -> Content:
    """The key that a new paper of the case file is sealed with; a new one goes into the batch.

    Raises NotAllowedError for whoever does not read the case file, UncertifiedKeyError.
    """
    case, report = admitted.case, admitted.report
    number = _last(session, case.id, Compartment.CASE)
    if number:
        newest, _ = writing.newest_key(session, house, _file_of(case.id))
        if writing.granted(session, newest.id) == _readers(session, house, case, report):
            return keyring.open_one(session, house, ring, newest.id)
    return _draw(session, house, batch, draft, case, report)


def draw_next(session: Session, house: House, draft: Draft, case: Case, report: Report) -> None:
    """Draw the next key for whoever reads the case file now: somebody reads it no more."""
    if _last(session, case.id, Compartment.CASE):
        batch = Batch()
        _draw(session, house, batch, draft, case, report)
        batch.insert(session)


def for_motion(
    session: Session, house: House, batch: Batch, draft: Draft, admitted: Admitted, *, above: bool
) -> Content:
    """A key for one paper that a second person reads to agree: the handling desks, and with `above` the one above."""
    desks = writing.desks_of(session, house, admitted.report)
    asked = desks if above else replace(desks, above=None)
    officer_id = admitted.actor.officer_id
    return sealing.draw_content_key(
        house,
        batch,
        draft,
        owner={"case_id": admitted.case.id},
        compartment=Compartment.MOTION,
        generation=_last(session, admitted.case.id, Compartment.MOTION) + 1,
        desks=asked,
        keys=house.directories.keys(session, (one.desk_id for one in access.readers(Compartment.MOTION, asked))),
        receipts=(),
        officers={officer_id: house.directories.officer_key(session, officer_id)},
    )


def grant(
    session: Session,
    house: House,
    batch: Batch,
    draft: Draft,
    case_id: UUID,
    ring: Keyring,
    reader: tuple[UUID, PublicKey],
) -> None:
    """Let an officer read the case file as far as it goes; `ring` is of somebody who reads it."""
    rows = session.scalars(select(ContentKey).where(_file_of(case_id))).all()
    for row in rows:
        vouching.require_recorded(session, house.entry_keys, row)
    officer_id, key = reader
    for content in ring.open(session, house, [row.id for row in rows]).values():
        sealing.grant(house, batch, draft, content, key, GrantState.ACTIVE, officer_id=officer_id)


def workers_of(session: Session, house: House, case_id: UUID) -> Mapping[UUID, PublicKey]:
    """The officers whom a case is assigned to and who are at work, with their certified keys."""
    rows = session.scalars(
        select(Assignment)
        .join(Officer, Officer.id == Assignment.officer_id)
        .where(Assignment.case_id == case_id, Assignment.ended_at.is_(None))
        .where(Officer.state == OfficerState.ACTIVE, Officer.certificate_id.is_not(None))
    ).all()
    house.newest.require(session, *rows)
    return {row.officer_id: house.directories.officer_key(session, row.officer_id) for row in rows}


def next_of_file(session: Session, case_id: UUID) -> int:
    """The number of the next key of a case file: a report that was turned away may have one, of its review."""
    return _last(session, case_id, Compartment.CASE) + 1


def _draw(session: Session, house: House, batch: Batch, draft: Draft, case: Case, report: Report) -> Content:
    desks, raised = writing.desks_of(session, house, report), case.raised_desk_id is not None
    return sealing.draw_content_key(
        house,
        batch,
        draft,
        owner={"case_id": case.id},
        compartment=Compartment.CASE,
        generation=_last(session, case.id, Compartment.CASE) + 1,
        desks=desks,
        keys=house.directories.keys(session, (one.desk_id for one in access.readers(Compartment.CASE, desks))),
        receipts=(),
        officers=workers_of(session, house, case.id),
        escalated=raised,
    )


def _readers(session: Session, house: House, case: Case, report: Report) -> set[UUID | None]:
    desks = writing.desks_of(session, house, report)
    keys = house.directories.keys(session, (one.desk_id for one in access.readers(Compartment.CASE, desks)))
    return {*(desk.epoch_id for desk in keys.values()), *workers_of(session, house, case.id)}


def _file_of(case_id: UUID) -> ColumnElement[bool]:
    return and_(ContentKey.case_id == case_id, ContentKey.compartment == Compartment.CASE)


def _last(session: Session, case_id: UUID, compartment: Compartment) -> int:
    """The highest number of such a key of a case; 0 where there is none."""
    wanted = select(func.max(ContentKey.generation)).where(
        ContentKey.case_id == case_id, ContentKey.compartment == compartment
    )
    return session.execute(wanted).scalar_one() or 0
