"""Recusal (回避): an officer keeps out of a case, by their own word or by the lead's, and loses it at once.

From then on the gate shows them nothing of it: not the case, not its requests about a name, not what waits for a second
person; and nobody assigns it to them. Why is a sealed paper of the case file, and no refusal quotes it.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.access import Actor
from portal.domain.errors import NotAllowedError, RecusedOfficerError, StrangerError
from portal.domain.papers import Note
from portal.domain.vocabulary import Action, Duty, OfficerState
from portal.office import assigning, case_keys, gate, history, investigators, papers
from portal.office.batch import Batch
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft, record
from portal.store.cases import Case
from portal.store.officers import DeskEpoch, Officer, Seat
from portal.store.recusals import Recusal, out_of
from portal.store.reports import Report

RECUSED = "recused"


def recuse(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    case_id: UUID,
    said: tuple[UUID, str, int | None],
    *,
    now: datetime,
) -> None:
    """Keep an officer out of a case: whom, why, as it was seen. Oneself, or, for the lead, whoever has to do with it.

    Raises StaleError; NotAllowedError for anybody else, RecusedOfficerError for whoever is none of its or out already.
    """
    officer_id, why, seen = said
    admitted = _admit(session, house, actor, case_id)
    if seen is not None:  # whoever works on it keeps out whatever has happened since
        history.require_seen(session, admitted.report.id, case_id, seen)
    own = officer_id == actor.officer_id
    if not own and admitted.duty is not Duty.LEAD:
        raise NotAllowedError("the lead keeps others out")
    if not own and officer_id not in dict(others(session, house, admitted, now=now)):
        raise RecusedOfficerError("nobody who has to do with it")
    batch, draft = Batch(), admitted.draft(RECUSED, now, officer=str(officer_id))
    content = case_keys.for_paper(session, house, batch, draft, admitted, ring)
    paper_id = papers.add(session, house, batch, draft, content, Note(why), admitted=admitted, made_at=now)
    batch.add(
        draft,
        Recusal,
        case_id=case_id,
        officer_id=officer_id,
        orderer_id=actor.officer_id,
        paper_id=paper_id,
        made_at=now,
    )
    batch.insert(session)
    record(session, house.entry_key, draft, *_take_off(session, house, admitted.case, officer_id, now))


def _take_off(session: Session, house: House, case: Case, officer_id: UUID, now: datetime) -> list[Draft]:
    """The case is theirs no more, nor the one that it is handled together with."""
    ended = assigning.end_case(session, house, case, now=now, officer_id=officer_id)
    if case.main_id is not None:
        main = gate.case_of(session, case.main_id)
        ended += assigning.end_case(session, house, main, now=now, officer_id=officer_id)
    return ended


def others(session: Session, house: House, admitted: Admitted, *, now: datetime) -> tuple[tuple[UUID, str], ...]:
    """Whom the lead may keep out: whoever has to do with the case, and is not out already."""
    kept = {admitted.report.custody_desk_id, admitted.report.keeper_desk_id} - {None}
    desks = {admitted.case.desk_id, admitted.case.lead_desk_id, *kept}
    seated = (
        select(Officer.id, Officer.username)
        .join(Seat, Seat.officer_id == Officer.id)
        .join(DeskEpoch, DeskEpoch.id == Seat.desk_epoch_id)
        .where(DeskEpoch.desk_id.in_(desks), DeskEpoch.current, Seat.left_at.is_(None))
        .where(Officer.state == OfficerState.ACTIVE)
    )
    found = [(officer_id, name) for officer_id, name in session.execute(seated)]
    found += investigators.candidates(session, house, admitted.case.authority_id, now=now)
    out = of_case(session, admitted.case.id) | {admitted.actor.officer_id}
    return tuple(sorted({(one, name) for one, name in found if one not in out}, key=lambda pair: pair[1]))


def of_case(session: Session, case_id: UUID) -> frozenset[UUID]:
    """Who keeps out of a case, or of one that is handled together with it."""
    return frozenset(session.scalars(out_of(case_id)))


def names(session: Session, case_id: UUID) -> tuple[str, ...]:
    """The same by name, for whoever works on it."""
    return tuple(sorted(_names(session, of_case(session, case_id))))


def _names(session: Session, officers: Iterable[UUID]) -> Iterable[str]:
    return (session.get_one(Officer, one).username for one in officers)


def _admit(session: Session, house: House, actor: Actor, case_id: UUID) -> Admitted:
    """Whoever reads it at a desk, or works on it."""
    try:
        return gate.admit(session, house, actor, Action.OPEN, case_id, held=True)
    except StrangerError:
        row = assigning.held(session, house, actor, case_id)
    case = gate.case_of(session, row.case_id)
    report = session.scalars(select(Report).where(Report.case_id == case.id)).one()
    return Admitted(case, report, actor, Duty.INVESTIGATE)
