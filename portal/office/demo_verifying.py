"""The part of the invented stories in which a case is checked, concluded, told of, put right, and objected to."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import clocks
from portal.domain.access import Actor
from portal.domain.conclusions import Order, Penalty, Review
from portal.domain.errors import StartError
from portal.domain.paper_vocabulary import (
    Eligible,
    Known,
    Outcome,
    PenaltyFor,
    PenaltyKind,
    PenaltyStatus,
    Target,
    Verdict,
)
from portal.domain.papers import Paper
from portal.domain.verification import Finding, Plan, Visit
from portal.domain.vocabulary import Duty
from portal.office import (
    closing,
    concluding,
    demo_files,
    exhibits,
    feeding_back,
    filing,
    history,
    keyring,
    mailbox,
    motions,
    objecting,
    reexamining,
    reviewing,
    signing_in,
)
from portal.office.acting import Act, Hand
from portal.office.demo_stage import Stage, Told, seated
from portal.office.keyring import Keyring
from portal.office.proposals import Wanted
from portal.store.cases import Assignment
from portal.store.motions import Motion
from portal.store.objections import Objection
from portal.store.officers import Officer
from portal.store.papers import Paper as Row
from portal.store.reports import Report

Step = Mapping[str, Any]
Hands = tuple[Any, Actor, Keyring]
OFFICERS = ("样例陈（虚构）", "样例刘（虚构）")


def _check(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    """A plan, a visit, a finding for each allegation, and a penalty where there was one."""
    today, hands = at.astimezone(clocks.SHANGHAI).date(), worker(stage, told)
    papers: list[Paper] = [
        Plan(tuple(step["items"]), today, OFFICERS, "按月度检查的名义去，整条街都查，不说有人举报。", announced=False),
        Visit(today, False, False, told.one["place"], OFFICERS, step["seen"], ()),  # noqa: FBT003
        *(
            Finding(number, Outcome(outcome), step["seen"], (), Known.NO, "")
            for number, outcome in enumerate(step["outcomes"], 1)
        ),
    ]
    if step.get("fine"):
        number, body = "样例罚字〔虚构〕1号", "样例处罚机关（虚构）"
        papers.append(
            Penalty(
                number,
                body,
                today,
                step["fine"],
                Target.UNIT,
                PenaltyKind.FINE,
                PenaltyFor.HAZARD,
                PenaltyStatus.EFFECTIVE,
            )
        )
    for paper in papers:
        filed = _file(stage, told, hands, paper, at)
        if isinstance(paper, Visit) and "photo" in step:
            _photograph(stage, told, hands, filed, step["photo"], at)


def _photograph(stage: Stage, told: Told, hands: Hands, about: UUID, caption: str, at: datetime) -> None:
    """The investigator adds a photograph to the record of a visit."""
    _, actor, ring = hands
    taken = demo_files.drawn(stage, "photo", caption, at)
    with stage.store.reading() as session:
        made = exhibits.prepare(session, stage.house, actor, ring, told.case_id, about, taken, now=at)
    with stage.store.transaction() as session:
        exhibits.add(session, stage.house, actor, told.case_id, about, made)


def _file(stage: Stage, told: Told, hands: Hands, paper: Paper, at: datetime) -> UUID:
    _, actor, ring = hands
    with stage.store.reading() as session:
        made = filing.prepare(session, stage.house, actor, ring, told.case_id, paper, now=at)
    with stage.store.transaction() as session:
        filing.file(session, stage.house, actor, told.case_id, made)
    (row,) = made.batch.rows(Row)
    filed: UUID = row["id"]
    return filed


def _propose(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    """The investigator proposes a conclusion."""
    proposing(
        stage,
        worker(stage, told),
        at,
        lambda act: concluding.wanted(
            act, told.case_id, step["facts"], step["handling"], "", _newest(act.session, told)
        ),
    )


def _conclude(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    """And the lead agrees."""
    _propose(stage, told, step, at)
    agree(stage, told, at + timedelta(minutes=5))


def proposing(stage: Stage, hands: Hands, at: datetime, wanted: Callable[[Act], Wanted]) -> None:
    """Somebody proposes a step of a case."""
    member, actor, ring = hands
    with stage.store.transaction() as session:
        act = Act(session, stage.house, at, actor)
        motions.propose(act, Hand(ring, member.keys.signing, None), wanted(act))


def agree(stage: Stage, told: Told, at: datetime) -> None:
    """Whoever is to confirm it does."""
    with stage.store.reading() as session:
        motion = session.scalars(
            select(Motion).where(Motion.case_id == told.case_id).order_by(Motion.proposed_at.desc()).limit(1)
        ).one()
    if motion.desk_id is None:
        raise StartError("a step of a case goes to a desk")
    member, actor, ring = seated(stage, Duty.LEAD, motion.desk_id)
    with stage.store.transaction() as session:
        motions.confirm(Act(session, stage.house, at, actor), Hand(ring, member.keys.signing, None), motion.id)


def _feed_back(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    words = step["facts"], step["handling"], Eligible(step["eligible"]), step["reward"]
    with stage.store.reading() as session:
        seen = _newest(session, told)
        made = feeding_back.prepare(session, stage.house, told.actor, told.ring, told.case_id, words, seen, now=at)
    with stage.store.transaction() as session:
        feeding_back.send(session, stage.house, told.actor, told.case_id, seen, made, now=at)


def _serve(stage: Stage, told: Told, _step: Step, at: datetime) -> None:
    """The reporter opens the mailbox."""
    with stage.store.transaction() as session:
        mailbox.serve(session, stage.house, told.reporter, now=at)


def _order(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    _, actor, ring = worker(stage, told)
    order = Order(step["text"], at.astimezone(clocks.SHANGHAI).date() + timedelta(days=step["days"]))
    with stage.store.reading() as session:
        seen = _newest(session, told)
        made = filing.prepare_order(session, stage.house, actor, ring, told.case_id, order, seen, now=at)
    with stage.store.transaction() as session:
        filing.order(session, stage.house, actor, told.case_id, seen, made)


def _close(stage: Stage, told: Told, _step: Step, at: datetime) -> None:
    with stage.store.reading() as session:
        desk = session.get_one(Report, told.reporter.report_id).lead_desk_id
    _, actor, ring = seated(stage, Duty.LEAD, desk)
    with stage.store.reading() as session:
        seen = _newest(session, told)
        made = closing.prepare(session, stage.house, actor, ring, told.case_id, "", seen, now=at)
    with stage.store.transaction() as session:
        closing.close(session, stage.house, actor, told.case_id, seen, made, now=at)


def _object(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    with stage.store.reading() as session:
        made = objecting.prepare(session, stage.house, told.reporter, step["text"], now=at)
    with stage.store.transaction() as session:
        objecting.object_to(session, stage.house, told.reporter, made, now=at)


def _review(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    """The level above gives it to somebody of its own."""
    with stage.store.reading() as session:
        desk = session.scalars(select(Objection.desk_id).where(Objection.report_id == told.reporter.report_id)).one()
    _, actor, ring = seated(stage, Duty.LEAD, desk)
    with stage.store.reading() as session:
        seen = _newest(session, told)
        (officer_id, _), *_ = reviewing.candidates(session, stage.house, actor, told.case_id, now=at)
        made = reviewing.prepare(
            session, stage.house, actor, ring, told.case_id, officer_id, step["text"], seen=seen, now=at
        )
    with stage.store.transaction() as session:
        reviewing.assign(session, stage.house, actor, told.case_id, officer_id, made, seen=seen, now=at)


def _decide(stage: Stage, told: Told, step: Step, at: datetime) -> None:
    """They propose what becomes of the objection, and their lead agrees."""
    paper = Review(Verdict(step["verdict"]), step["grounds"], step["answer"])
    proposing(
        stage,
        worker(stage, told, reviewing=True),
        at,
        lambda act: reexamining.wanted(act, told.case_id, paper, _newest(act.session, told)),
    )
    agree(stage, told, at + timedelta(minutes=5))


def worker(stage: Stage, told: Told, *, reviewing: bool = False) -> Hands:
    """Whoever the case is assigned to. Raises StartError."""
    with stage.store.reading() as session:
        mine = Assignment.case_id == told.case_id, Assignment.ended_at.is_(None)
        rows = session.scalars(select(Assignment).where(*mine)).all()
        officer_id = next(row.officer_id for row in rows if bool(row.reviewing) is reviewing)
        for member in stage.cast:
            if member.officer_id == officer_id:
                actor = signing_in.actor_of(session, session.get_one(Officer, officer_id))
                return member, actor, keyring.load(session, stage.house, officer_id, member.keys.secret)
    raise StartError("the demonstration has nobody who works on a case")


def _newest(session: Session, told: Told) -> int:
    return history.newest(session, told.reporter.report_id, told.case_id)


STEPS: Mapping[str, Callable[[Stage, Told, Step, datetime], object]] = {
    "check": _check,
    "propose": _propose,
    "conclude": _conclude,
    "feed_back": _feed_back,
    "serve": _serve,
    "order": _order,
    "close": _close,
    "object": _object,
    "review": _review,
    "decide": _decide,
}
