"""Writing a paper into a case file (记入案卷), and ordering that something be put right (责令整改)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import lifecycle
from portal.domain.access import Actor
from portal.domain.audit import written
from portal.domain.case_vocabulary import PaperKind
from portal.domain.conclusions import Order
from portal.domain.errors import NotAllowedError, StrangerError
from portal.domain.papers import Paper
from portal.domain.vocabulary import Action
from portal.office import case_file, case_keys, gate, history, papers, timing, writing
from portal.office.batch import Batch
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft
from portal.office.writing import Prepared
from portal.store.papers import Paper as Row

ORDERED = "ordered"
RECTIFY_RULE = "C19"


def prepare(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    case_id: UUID,
    paper: Paper,
    *,
    now: datetime,
    about_id: UUID | None = None,
) -> Prepared:
    """Seal a paper. Raises PaperError with what is wrong with it, StrangerError for one about another case's paper."""
    admitted = gate.admit_worker(session, house, actor, Action.FILE, case_id)
    lifecycle.advance(admitted.case.state, Action.FILE)
    _require_sound(session, house, admitted, ring, paper, now)
    _require_own(session, case_id, paper.KIND, about_id)
    batch, draft = Batch(), admitted.draft(papers.FILED, now)
    _seal(session, house, batch, draft, admitted, ring, paper, now, about_id)
    return Prepared(writing.current_generation(session), batch, (draft,))


def file(session: Session, house: House, actor: Actor, case_id: UUID, prepared: Prepared) -> None:
    """Store it; the gate is asked again, inside the transaction. Raises StaleError when another was first."""
    admitted = gate.admit_worker(session, house, actor, Action.FILE, case_id)
    lifecycle.advance(admitted.case.state, Action.FILE)
    writing.store(session, house, prepared)


def prepare_order(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    case_id: UUID,
    order: Order,
    seen: int,
    *,
    now: datetime,
) -> Prepared:
    """Seal an order; its time limit runs until the day that it names. Raises PaperError, StaleError."""
    admitted = _ordering(session, house, actor, case_id, seen)
    _require_sound(session, house, admitted, ring, order, now)
    batch, draft = Batch(), admitted.draft(ORDERED, now)
    _seal(session, house, batch, draft, admitted, ring, order, now, None)
    due = timing.start(house, batch, draft, RECTIFY_RULE, now=now, started_at=now, case_id=case_id, ordered=order.until)
    draft.facts = {**draft.facts, "clocks": {RECTIFY_RULE: written(due.due_at)}}
    return Prepared(writing.current_generation(session), batch, (draft,))


def order(session: Session, house: House, actor: Actor, case_id: UUID, seen: int, prepared: Prepared) -> None:
    """Order it: the case is being put right. The gate is asked again. Raises StaleError."""
    admitted = _ordering(session, house, actor, case_id, seen)
    case, (draft,) = admitted.case, prepared.drafts
    case.state = lifecycle.advance(case.state, Action.RECTIFY)
    writing.require_current(session, prepared.generation)
    prepared.batch.insert(session)
    case.due_at = timing.next_due(session, report_id=admitted.report.id, case_id=case_id)
    draft.names(case)
    writing.store(session, house, Prepared(prepared.generation, Batch(), (draft,)))


def _ordering(session: Session, house: House, actor: Actor, case_id: UUID, seen: int) -> Admitted:
    admitted = gate.admit_worker(session, house, actor, Action.RECTIFY, case_id)
    if case_file.reviews(session, house, actor, case_id):
        raise NotAllowedError("whoever reexamines a case orders nothing in it")
    history.require_seen(session, admitted.report.id, case_id, seen)
    lifecycle.advance(admitted.case.state, Action.RECTIFY)
    return admitted


def _require_sound(
    session: Session, house: House, admitted: Admitted, ring: Keyring, paper: Paper, now: datetime
) -> None:
    known = case_file.dossier(session, house, ring, admitted.case.id)
    paper.require_sound(case_file.given(session, house, admitted, len(known.items), now=now))


def _require_own(session: Session, case_id: UUID, kind: PaperKind, about_id: UUID | None) -> None:
    """A paper supersedes one of its own kind and case."""
    row = session.get(Row, about_id) if about_id else None
    if about_id and (row is None or (row.case_id, row.kind) != (case_id, kind)):
        raise StrangerError("no such paper")


def _seal(
    session: Session,
    house: House,
    batch: Batch,
    draft: Draft,
    admitted: Admitted,
    ring: Keyring,
    paper: Paper,
    now: datetime,
    about_id: UUID | None,
) -> None:
    content = case_keys.for_paper(session, house, batch, draft, admitted, ring)
    papers.add(session, house, batch, draft, content, paper, admitted=admitted, made_at=now, about_id=about_id)
