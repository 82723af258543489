"""Writing a paper into a case file (记入案卷), and ordering that something be put right (责令整改).

A penalty that is meant has to be decided within the time of C18 (行政处罚法 第60条): while there are several, the one
that has waited longest counts.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import lifecycle
from portal.domain.access import Actor
from portal.domain.audit import written
from portal.domain.case_vocabulary import PaperKind
from portal.domain.conclusions import Order, Penalty
from portal.domain.dossier import Dossier, Filed
from portal.domain.errors import NotAllowedError, StrangerError
from portal.domain.papers import Paper
from portal.domain.vocabulary import Action
from portal.office import case_file, case_keys, clock_rows, gate, history, papers, timing, writing
from portal.office.batch import Batch
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft
from portal.office.writing import Prepared
from portal.store.cases import Clock
from portal.store.papers import Paper as Row

ORDERED = "ordered"
RECTIFY_RULE, DECISION_RULE = "C19", "C18"


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
    if isinstance(paper, Penalty):
        _time(session, house, batch, draft, ring, case_id, paper)
    return Prepared(writing.current_generation(session), batch, (draft,))


def file(session: Session, house: House, actor: Actor, case_id: UUID, prepared: Prepared) -> None:
    """Store it; the gate is asked again, inside the transaction. Raises StaleError when another was first."""
    admitted = gate.admit_worker(session, house, actor, Action.FILE, case_id)
    lifecycle.advance(admitted.case.state, Action.FILE)
    (draft,) = prepared.drafts
    if "clocks" not in draft.facts:
        writing.store(session, house, prepared)
        return
    report_id = admitted.report.id
    timing.end(session, draft, (DECISION_RULE,), report_id=report_id, case_id=case_id, now=draft.at)
    _store_with_due(session, house, admitted, prepared)


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
    draft.names(case)
    _store_with_due(session, house, admitted, prepared)


def _store_with_due(session: Session, house: House, admitted: Admitted, prepared: Prepared) -> None:
    """Store it, with by when the case has to be looked at next; one that is over waits for nothing."""
    case, (draft,) = admitted.case, prepared.drafts
    writing.require_current(session, prepared.generation)
    prepared.batch.insert(session)
    if case.state not in lifecycle.FINAL:
        case.due_at = clock_rows.next_due(session, house, case.id)
        draft.names(case)
    writing.store(session, house, Prepared(prepared.generation, Batch(), (draft,)))


def _time(
    session: Session, house: House, batch: Batch, draft: Draft, ring: Keyring, case_id: UUID, paper: Penalty
) -> None:
    """Let the time to decide run from when the penalty that has waited longest was meant; with the last it ends."""
    (row,) = batch.rows(Row)
    new = Filed(row["id"], row["position"], row["about_id"], paper, draft.at)
    before = case_file.filed(papers.of_case(session, house, ring, case_id))
    since = Dossier.of((*before, new)).to_decide
    runs = select(Clock.started_at).where(
        Clock.case_id == case_id, Clock.rule == DECISION_RULE, Clock.state.in_(timing.LIVE)
    )
    if session.scalars(runs).one_or_none() == since:
        return
    draft.facts = {**draft.facts, "clocks": {}}
    if since is not None:
        due = timing.start(house, batch, draft, DECISION_RULE, now=since, started_at=since, case_id=case_id)
        draft.facts = {**draft.facts, "clocks": {DECISION_RULE: written(due.due_at)}}


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
    paper.require_sound(case_file.given(session, admitted, len(known.items), now=now))


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
