"""What was handed to bodies outside, as officers look at it: lines of a case, and the slip that goes along."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import clocks, referring
from portal.domain.access import Actor
from portal.domain.case_vocabulary import ReferralStep
from portal.domain.papers import Note
from portal.domain.papers import Referral as Words
from portal.domain.vocabulary import Action
from portal.office import checkpoints, gate, history, papers
from portal.office import referring as office
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import record
from portal.office.triage_sheets import ReferralLine, ReferralSheet
from portal.store.referrals import Referral


def lines(session: Session, house: House, admitted: Admitted) -> tuple[ReferralLine, ...]:
    """What was handed over of a case, oldest first."""
    return tuple(_line(house, admitted, row) for row in office.of_case(session, admitted.case.id))


def show(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    case_id: UUID,
    referral_id: UUID,
    language: str,
    *,
    now: datetime,
) -> ReferralSheet:
    """The slip, recorded first. Raises StrangerError, NotAllowedError."""
    checkpoints.require_signed(session, house, now=now)
    admitted = gate.admit(session, house, actor, Action.OPEN, case_id)
    row = office.held(session, house, case_id, referral_id)
    file = {one.id: one.paper for one in papers.of_case(session, house, ring, case_id)}
    said, answer = file.get(row.paper_id), file.get(row.answer_id) if row.answer_id else None
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    sheet = ReferralSheet(
        line=_line(house, admitted, row),
        case_id=case_id,
        seen=history.newest(session, admitted.report.id, case_id),
        authority=directory.name(admitted.case.authority_id, language),
        mark=row.id.hex[:8].upper(),
        words=said.text if isinstance(said, Words) else None,
        answer=answer.text if isinstance(answer, Note) else None,
    )
    record(session, house.entry_key, admitted.draft(office.PRINTED, now, referral=str(row.id)))
    return sheet


def _steps(admitted: Admitted, row: Referral) -> tuple[ReferralStep, ...]:
    """What this officer may do next."""
    duty, officer_id = admitted.duty, admitted.actor.officer_id
    possible = referring.steps_from(row.state)
    return tuple(one for one in possible if referring.may(one, duty=duty, officer_id=officer_id, asker_id=row.asker_id))


def _line(house: House, admitted: Admitted, row: Referral) -> ReferralLine:
    body = house.policies.reasons_of(row.edition).referral[row.body]
    steps = _steps(admitted, row)
    return ReferralLine(row.id, body, row.whole, row.state, row.asked_at, row.made_at, row.ended_at, steps)
