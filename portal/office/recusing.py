"""Recusal (回避): an officer keeps out of a case, by their own word or by the lead's, and loses it at once.

From then on the gate shows them nothing of it: not the case, not its requests about a name, not what waits for a second
person; and nobody assigns it to them. Why is a sealed paper of the case file, and no refusal quotes it. Whoever keeps
out may say later that nothing keeps them out any more: when the lead agrees, they may be given it anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.access import Actor
from portal.domain.clocks import day_of
from portal.domain.errors import IllegalTransitionError, NotAllowedError, RecusedOfficerError, StrangerError
from portal.domain.papers import Note
from portal.domain.vocabulary import Action, Duty, OfficerState
from portal.office import assigning, award_keys, case_keys, gate, history, investigators, papers, vouching
from portal.office.batch import Batch
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft, record
from portal.office.triage_sheets import Plea
from portal.store.awards import Award
from portal.store.cases import Case
from portal.store.officers import DeskEpoch, Officer, Seat
from portal.store.papers import Paper
from portal.store.recusals import Recusal, out_of, together_with
from portal.store.reports import Report
from portal.store.session import lock

RECUSED, TAKEN_BACK, LIFTED = "recused", "recusal_taken_back", "recusal_lifted"
# Whoever kept out of a matter goes on to when it is parted.
MOVES = frozenset({RECUSED, TAKEN_BACK, LIFTED, history.SPLIT, history.PARTED})
MOST = 200


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
    draft = admitted.draft(RECUSED, now, officer=str(officer_id))
    paper_id = papers.put(session, house, draft, admitted, ring, Note(why), made_at=now)
    row = _row(session, case_id, officer_id)
    row.orderer_id, row.paper_id, row.made_at = actor.officer_id, paper_id, now
    row.plea_id = row.lifter_id = row.lifted_at = None
    draft.names(row)
    session.add(row)
    record(session, house.entry_key, draft, *_take_off(session, house, admitted.case, officer_id, now))


def _take_off(session: Session, house: House, case: Case, officer_id: UUID, now: datetime) -> list[Draft]:
    """The case is theirs no more, nor the one that it is handled together with."""
    ended = assigning.end_case(session, house, case, now=now, officer_id=officer_id)
    if case.main_id is not None:
        main = gate.case_of(session, case.main_id)
        ended += assigning.end_case(session, house, main, now=now, officer_id=officer_id)
    return ended


def keep_out(
    session: Session, draft: Draft, case_id: UUID, papers_of: Mapping[UUID, UUID], orderer_id: UUID, now: datetime
) -> None:
    """Those who kept out of a matter go on to, of a part that leaves it: by the officer, the paper that says why."""
    there = frozenset(session.scalars(out_of(case_id)))
    for officer_id in sorted(papers_of.keys() - there):
        row = _row(session, case_id, officer_id)
        row.orderer_id, row.paper_id, row.made_at = orderer_id, papers_of[officer_id], now
        row.plea_id = row.lifter_id = row.lifted_at = None
        draft.names(row)
        session.add(row)


def papers_of(session: Session, case_id: UUID) -> Mapping[UUID, UUID]:
    """Why each officer keeps out who does, of a case or of one that is handled together with it."""
    kept = Recusal.case_id.in_(together_with(case_id)), Recusal.lifted_at.is_(None)
    rows = session.scalars(select(Recusal).where(*kept).order_by(Recusal.made_at.desc(), Recusal.id))
    return {row.officer_id: row.paper_id for row in rows}


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A case that an officer keeps out of, in their own list: nothing of it but its number."""

    id: UUID
    number: str | None
    made_at: datetime
    pleaded: bool


def own(session: Session, actor: Actor) -> tuple[OwnLine, ...]:
    """What an officer keeps out of."""
    rows = session.execute(
        select(Recusal, Case.number)
        .join(Case, Case.id == Recusal.case_id)
        .where(Recusal.officer_id == actor.officer_id, Recusal.lifted_at.is_(None))
        .order_by(Recusal.made_at.desc(), Recusal.id)
        .limit(MOST)
    )
    return tuple(OwnLine(row.id, number, row.made_at, row.plea_id is not None) for row, number in rows)


def take_back(session: Session, house: House, actor: Actor, recusal_id: UUID, why: str, *, now: datetime) -> None:
    """Say later that nothing keeps one out any more; until a lead agrees, one keeps out as before.

    Raises StrangerError for what is none of the officer's, IllegalTransitionError for what was said already.
    """
    row = session.get(Recusal, recusal_id, with_for_update=lock(session))
    if row is None or row.officer_id != actor.officer_id or row.lifted_at is not None:
        raise StrangerError("no such recusal")
    if row.plea_id is not None:
        raise IllegalTransitionError("it waits for the lead")
    vouching.require_newest(session, house.entry_keys, (row,), row.case_id, MOVES)
    case = gate.case_of(session, row.case_id)
    report = session.scalars(select(Report).where(Report.case_id == case.id)).one()
    duty = actor.seats[0].duty if actor.seats else Duty.INVESTIGATE
    admitted = Admitted(case, report, actor, duty, gate.recused_of(session, case.id))
    batch, draft = Batch(), admitted.draft(TAKEN_BACK, now, officer=str(actor.officer_id))
    content = case_keys.for_motion(session, house, batch, draft, admitted, above=False)
    row.plea_id = papers.add(session, house, batch, draft, content, Note(why), admitted=admitted, made_at=now)
    batch.insert(session)
    draft.names(row)
    record(session, house.entry_key, draft)


def pleas(session: Session, house: House, ring: Keyring, admitted: Admitted) -> tuple[Plea, ...]:
    """What waits for this lead."""
    waits = Recusal.plea_id.is_not(None), Recusal.lifted_at.is_(None), Recusal.officer_id != admitted.actor.officer_id
    rows = session.scalars(select(Recusal).where(Recusal.case_id == admitted.case.id, *waits).order_by(Recusal.made_at))
    return tuple(_plea(session, house, ring, row) for row in rows)


def lift(
    session: Session, house: House, actor: Actor, case_id: UUID, recusal_id: UUID, seen: int, *, now: datetime
) -> None:
    """Agree that somebody keeps out no more: the lead of the case does. What they were given before stays gone.

    Raises StaleError; NotAllowedError for who is no lead of it, StrangerError for what was not asked for.
    """
    admitted = gate.admit(session, house, actor, Action.OPEN, case_id)
    if admitted.duty is not Duty.LEAD:
        raise NotAllowedError("the lead agrees")
    history.require_seen(session, admitted.report.id, case_id, seen)
    row = session.get(Recusal, recusal_id, with_for_update=lock(session))
    if row is None or row.case_id != case_id or row.plea_id is None or row.lifted_at is not None:
        raise StrangerError("no such recusal")
    vouching.require_newest(session, house.entry_keys, (row,), row.case_id, MOVES)
    draft = admitted.draft(LIFTED, now, officer=str(row.officer_id))
    row.lifter_id, row.lifted_at = actor.officer_id, now
    draft.names(row)
    record(session, house.entry_key, draft)


def _plea(session: Session, house: House, ring: Keyring, row: Recusal) -> Plea:
    paper = papers.read_one(session, house, ring, session.get_one(Paper, row.plea_id))
    words = paper.text if isinstance(paper, Note) else None
    return Plea(row.id, session.get_one(Officer, row.officer_id).username, words)


def _row(session: Session, case_id: UUID, officer_id: UUID) -> Recusal:
    """The row of an officer and a case: one for both, however often they keep out."""
    same = select(Recusal).where(Recusal.case_id == case_id, Recusal.officer_id == officer_id)
    return session.scalars(same).one_or_none() or Recusal(id=uuid4(), case_id=case_id, officer_id=officer_id)


def others(session: Session, house: House, admitted: Admitted, *, now: datetime) -> tuple[tuple[UUID, str], ...]:
    """Whom the lead may keep out: whoever has to do with the case, and is not out already."""
    kept = {admitted.report.custody_desk_id, admitted.report.keeper_desk_id} - {None}
    judging = select(Award.desk_id, Award.above_desk_id).where(Award.case_id == admitted.case.id)
    kept |= {one for pair in session.execute(judging) for one in pair} - {None}
    kept |= award_keys.judging_desks(house.directories.read(session, today=day_of(now)), admitted.case.authority_id)
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
    out = admitted.recused | {admitted.actor.officer_id}
    return tuple(sorted({(one, name) for one, name in found if one not in out}, key=lambda pair: pair[1]))


def names(session: Session, recused: Iterable[UUID]) -> tuple[str, ...]:
    """The same by name, for whoever works on it."""
    return tuple(sorted(session.get_one(Officer, one).username for one in recused))


def _admit(session: Session, house: House, actor: Actor, case_id: UUID) -> Admitted:
    """Whoever reads it at a desk, or works on it."""
    try:
        return gate.admit(session, house, actor, Action.OPEN, case_id, held=True)
    except StrangerError:
        row = assigning.held(session, house, actor, case_id)
    case = gate.case_of(session, row.case_id)
    report = session.scalars(select(Report).where(Report.case_id == case.id)).one()
    return Admitted(case, report, actor, Duty.INVESTIGATE, gate.recused_of(session, case.id))
