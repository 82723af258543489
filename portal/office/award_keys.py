"""The keys of a reward: of the proposal for those who judge, of the decision for the award desk and the reporter.

Handling desks read the proposal, which they made, and never the decision: its reference leads to the payment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain import jurisdiction
from portal.domain.access import Reader
from portal.domain.errors import NoDeskError
from portal.domain.vocabulary import Compartment, Duty, GrantState
from portal.office import sealing, writing
from portal.office.batch import Batch
from portal.office.directory import Directory
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Reader as KeyHolder
from portal.office.recording import Draft
from portal.office.sealing import Content
from portal.store.awards import Award
from portal.store.reports import ContentKey, Report


@dataclass(frozen=True, slots=True)
class Desks:
    """Who judges a reward, who judges what is contested, and who pays it."""

    award: UUID
    above: UUID | None
    payout: UUID


def desks_for(directory: Directory, authority_id: UUID) -> Desks:
    """The nearest desks from an office upwards. Raises NoDeskError where nobody is seated."""
    tree, seats = directory.tree, directory.seats
    judging = jurisdiction.nearest(tree, seats, Duty.AWARD, authority_id)
    paying = jurisdiction.nearest(tree, seats, Duty.PAYOUT, authority_id)
    superior = tree.nodes[judging].superior
    above = None
    if superior is not None:
        try:
            above = directory.desk_id(jurisdiction.nearest(tree, seats, Duty.AWARD, superior), Duty.AWARD)
        except NoDeskError:
            above = None
    return Desks(directory.desk_id(judging, Duty.AWARD), above, directory.desk_id(paying, Duty.PAYOUT))


def judging_desks(directory: Directory, authority_id: UUID) -> frozenset[UUID]:
    """The desk that would judge, or none where nobody is seated."""
    try:
        judging = jurisdiction.nearest(directory.tree, directory.seats, Duty.AWARD, authority_id)
    except NoDeskError:
        return frozenset()
    return frozenset({directory.desk_id(judging, Duty.AWARD)})


def for_proposal(
    session: Session, house: House, batch: Batch, draft: Draft, admitted: Admitted, desks: Desks
) -> Content:
    """A key for one proposal: the lead desk and the award desk, the one above only once it is contested."""
    readers = [Reader(admitted.case.lead_desk_id, GrantState.ACTIVE), Reader(desks.award, GrantState.ACTIVE)]
    if desks.above is not None:
        readers.append(Reader(desks.above, GrantState.STANDBY))
    owner = {"case_id": admitted.case.id}
    place = (owner, Compartment.PROPOSAL, _next(session, Compartment.PROPOSAL, case_id=admitted.case.id))
    content = sealing.draw_key(house, batch, draft, place, readers, _keys(session, house, readers))
    officer_id = admitted.actor.officer_id
    key = house.directories.officer_key(session, officer_id)
    sealing.grant(house, batch, draft, content, key, GrantState.ACTIVE, officer_id=officer_id)
    return content


def for_award(
    session: Session,
    house: House,
    batch: Batch,
    draft: Draft,
    report: Report,
    desk_id: UUID,
    *,
    above: UUID | None = None,
    reader: KeyHolder | None = None,
) -> Content:
    """A key for one letter about a reward: the desk that judges, and the reporter; drawn anew for each.

    The desk above stands by, until it is contested: what was granted below is none of it.
    """
    readers = [Reader(desk_id, GrantState.ACTIVE)]
    if above is not None and above != desk_id:
        readers.append(Reader(above, GrantState.STANDBY))
    place = ({"report_id": report.id}, Compartment.AWARD, _next(session, Compartment.AWARD, report_id=report.id))
    content = sealing.draw_key(house, batch, draft, place, readers, _keys(session, house, readers))
    for receipt in writing.receipts_of(session, house, report.id, reader):
        sealing.grant(house, batch, draft, content, receipt.key, GrantState.ACTIVE, receipt_id=receipt.receipt_id)
    return content


def for_revocation(session: Session, house: House, batch: Batch, draft: Draft, award: Award, second: UUID) -> Content:
    """A key for what the reporter is to be told once two agree: the award desk, and the desk that is asked to."""
    readers = [Reader(one, GrantState.ACTIVE) for one in sorted({award.desk_id, second})]
    owner = {"case_id": award.case_id}
    place = (owner, Compartment.PROPOSAL, _next(session, Compartment.PROPOSAL, **owner))
    return sealing.draw_key(house, batch, draft, place, readers, _keys(session, house, readers))


def _keys(session: Session, house: House, readers: Iterable[Reader]) -> sealing.Keys:
    return house.directories.keys(session, (one.desk_id for one in readers))


def _next(session: Session, compartment: Compartment, **owner: UUID) -> int:
    wanted = select(func.max(ContentKey.generation)).filter_by(compartment=compartment, **owner)
    return (session.execute(wanted).scalar_one() or 0) + 1
