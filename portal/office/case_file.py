"""A case file (案卷) as whoever works on it sees it: recorded first, with what may be added and what comes next."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import access, clocks, countersign
from portal.domain.access import Actor, CaseFacts
from portal.domain.case_vocabulary import PaperKind
from portal.domain.dossier import Dossier, Filed
from portal.domain.errors import StrangerError
from portal.domain.papers import Given
from portal.domain.vocabulary import Action, CaseState, Duty, MotionKind, MotionState
from portal.office import assigning, checkpoints, exhibits, file_rows, gate, history, papers
from portal.office.case_rows import motions_of
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.papers import PaperSheet
from portal.office.recording import Draft, record
from portal.store.cases import Assignment, Case
from portal.store.motions import Motion
from portal.store.reports import Report

OPENED = "file_opened"
STEPS = (
    Action.FILE,
    Action.CONCLUDE,
    Action.RECTIFY,
    Action.FEED_BACK,
    Action.CLOSE,
    Action.REVIEW,
    Action.REWARD,
)
CHECKING = frozenset({Action.CONCLUDE, Action.RECTIFY, Action.REWARD})  # what whoever reexamines does not do
FREELY = (PaperKind.NOTE, PaperKind.PLAN, PaperKind.VISIT, PaperKind.FINDING, PaperKind.PENALTY)


@dataclass(frozen=True, slots=True)
class FileSheet:
    """A case file on a page."""

    case_id: UUID
    number: str | None
    category: str
    state: CaseState
    seen: int  # the newest step of the case
    papers: tuple[PaperSheet, ...]
    dossier: Dossier
    actions: tuple[Action, ...]  # what this actor may do about it now
    waiting: UUID | None  # a conclusion, review or reward that waits for its second person, whom this actor may be
    worker: bool  # the actor is assigned, and goes on from the page of what is theirs
    rewarding: bool = False  # what waits is a reward

    @property
    def beside(self) -> frozenset[PaperKind]:
        """Beside which records this actor may add files now."""
        return exhibits.BESIDE if Action.FILE in self.actions else frozenset()

    @property
    def writable(self) -> tuple[PaperKind, ...]:
        """The papers that this actor may write now."""
        free = FREELY if Action.FILE in self.actions else ()
        kinds = {
            Action.CONCLUDE: PaperKind.CONCLUSION,
            Action.RECTIFY: PaperKind.ORDER,
            Action.REVIEW: PaperKind.REVIEW,
        }
        steps = {kind for action, kind in kinds.items() if action in self.actions}
        return (*free, *(kind for kind in PaperKind if kind in steps and (kind is not PaperKind.REVIEW or self.worker)))


def admit(session: Session, house: House, actor: Actor, case_id: UUID) -> Admitted:
    """Whoever reads a case file: the handling desks, the one above once it was escalated, whoever is assigned.

    Raises StrangerError for anybody else, LedgerError for an assignment that was planted.
    """
    try:
        return gate.admit(session, house, actor, Action.OPEN, case_id)
    except StrangerError:
        assigning.held(session, house, actor, case_id)
    report = session.scalars(select(Report).where(Report.case_id == case_id)).one()
    case, recused = session.get_one(Case, case_id), gate.recused_of(session, case_id)
    return Admitted(case, report, actor, Duty.INVESTIGATE, recused)


def open_file(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, *, now: datetime
) -> FileSheet:
    """Open a case file; an entry says so, where there is a paper in it."""
    checkpoints.require_signed(session, house, now=now)
    admitted = admit(session, house, actor, case_id)
    seen = history.newest(session, admitted.report.id, case_id)
    found = papers.of_case(session, house, ring, case_id)
    sheet, drafts = opened(session, house, admitted, found, motions_of(session, case_id), seen, now=now)
    if drafts:
        record(session, house.entry_key, *drafts)
    return sheet


def opened(
    session: Session,
    house: House,
    admitted: Admitted,
    found: tuple[PaperSheet, ...],
    motions: Iterable[Motion],
    seen: int,
    *,
    now: datetime,
) -> tuple[FileSheet, tuple[Draft, ...]]:
    """The same for whoever has been admitted, with the entry that the caller records before any of it is shown."""
    sheet = _sheet(session, house, admitted, found, motions, seen)
    return sheet, (admitted.draft(OPENED, now, papers=len(found)),) if found else ()


def dossier(session: Session, house: House, ring: Keyring, case_id: UUID) -> Dossier:
    """The papers that count, for a step that rests on them."""
    return Dossier.of(filed(papers.of_case(session, house, ring, case_id)))


def given(session: Session, admitted: Admitted, items: int, *, now: datetime) -> Given:
    """What a paper is held against."""
    files = frozenset(file_rows.lying(session, admitted.report.id))
    received = admitted.report.arrived_at.astimezone(clocks.SHANGHAI).date()
    return Given(now.astimezone(clocks.SHANGHAI).date(), received, files, items)


def reviews(session: Session, house: House, actor: Actor, case_id: UUID) -> bool:
    """Whether this officer works on a case to reexamine what others concluded."""
    own = select(Assignment).where(Assignment.case_id == case_id, Assignment.officer_id == actor.officer_id)
    row = session.scalars(own.where(Assignment.ended_at.is_(None))).one_or_none()
    if row is not None:
        house.newest.require(session, row)
    return bool(row is not None and row.reviewing)


def _sheet(
    session: Session,
    house: House,
    admitted: Admitted,
    found: tuple[PaperSheet, ...],
    motions: Iterable[Motion],
    seen: int,
) -> FileSheet:
    case, actor = admitted.case, admitted.actor
    worker = admitted.duty is Duty.INVESTIGATE
    workers = frozenset({actor.officer_id}) if worker else frozenset[UUID]()
    facts = replace(admitted.facts, workers=workers)
    waiting = _waiting(actor, motions)
    return FileSheet(
        case_id=case.id,
        number=case.number,
        category=case.category,
        state=case.state,
        seen=seen,
        papers=found,
        dossier=Dossier.of(filed(found)),
        actions=_actions(session, house, actor, facts, worker=worker),
        waiting=waiting.id if waiting else None,
        rewarding=waiting is not None and waiting.kind is MotionKind.REWARD,
        worker=worker,
    )


def _actions(session: Session, house: House, actor: Actor, facts: CaseFacts, *, worker: bool) -> tuple[Action, ...]:
    """Whoever reexamines concludes nothing; whoever concluded does not reexamine, nor has their lead it done."""
    offered = set(access.offered(actor, facts))
    if worker:
        offered -= CHECKING if reviews(session, house, actor, facts.case_id) else {Action.REVIEW}
    elif (facts.raised_desk_id or facts.lead_desk_id) not in actor.desks(Duty.LEAD):
        offered -= {Action.REVIEW}
    return tuple(action for action in STEPS if action in offered)


def _waiting(actor: Actor, motions: Iterable[Motion]) -> Motion | None:
    desks = actor.desks(Duty.LEAD)
    open_ = (one for one in motions if one.state is MotionState.PROPOSED and one.kind in countersign.WEIGHING)
    mine = (one for one in open_ if one.desk_id in desks or one.proposer_id == actor.officer_id)
    return next(mine, None)


def filed(found: Iterable[PaperSheet]) -> Iterator[Filed]:
    """The papers that this reader opens, as the rules look at them."""
    return (Filed(one.id, one.position, one.about_id, one.paper, one.made_at) for one in found if one.paper is not None)
