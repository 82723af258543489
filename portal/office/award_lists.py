"""Rewards as a list for whoever judges or proposed them: what waits for them, what is late, all; without sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from portal.domain import awards, clocks
from portal.domain.access import Actor
from portal.domain.award_vocabulary import AwardState, AwardView
from portal.domain.errors import NotAllowedError
from portal.domain.vocabulary import Duty
from portal.office import paging, retelling, timing
from portal.office.award_service import NOTIFY_RULE
from portal.office.directory import Directory
from portal.office.house import House
from portal.office.judging import FILE_RULE, SIGNED
from portal.office.paging import Place, Window
from portal.store.awards import Award, Revocation
from portal.store.cases import Assignment, Case, Clock
from portal.store.motions import Motion
from portal.store.recusals import matter, matters_of

DUTIES = (Duty.AWARD, Duty.LEAD, Duty.INVESTIGATE)
TIMED = (NOTIFY_RULE, FILE_RULE)  # what the award desk is still to do after a grant


@dataclass(frozen=True, slots=True)
class AwardLine:
    """One award in a list."""

    id: UUID
    state: AwardState
    number: str
    category: str
    office: str
    made_at: datetime
    decided_at: datetime | None
    due_on: date | None = None  # of what the award desk is still to do about a grant
    late: bool = False
    untold: bool = False  # its reporter has another code since, which reads it once somebody opens it


@dataclass(frozen=True, slots=True)
class Wanted:
    """What narrows the list; all of it is clear in the database."""

    view: AwardView
    state: AwardState | None = None
    authority_id: UUID | None = None
    month: date | None = None  # its first day; of the proposal


@dataclass(frozen=True, slots=True)
class AwardList:
    """One page of it."""

    lines: tuple[AwardLine, ...]
    before: str | None
    after: str | None
    counts: Mapping[AwardView, int]
    offices: tuple[tuple[str, str], ...]  # code, name; () where there is one


def first_view(actor: Actor) -> AwardView:
    """What the list opens with."""
    return AwardView.WAITING if actor.desks(Duty.AWARD) else AwardView.ALL


def listed(
    session: Session, house: House, actor: Actor, language: str, wanted: Wanted, window: Window, *, now: datetime
) -> AwardList:
    """What this actor's award desks judge or judged, and what they proposed. Raises NotAllowedError for others."""
    if not actor.desks(*DUTIES):
        raise NotAllowedError("rewards are not yours to see")
    directory = house.directories.read(session, today=clocks.day_of(now))
    mine = _mine(actor)
    found = paging.page(
        _narrowed(mine, actor, wanted, now),
        (Award.made_at, Award.id),
        window,
        lambda statement: [tuple(row) for row in session.execute(statement)],
        lambda row: Place(row[0].made_at, row[0].id),
        newest_first=wanted.view is AwardView.ALL,
    )
    dues = _dues(session, [award.report_id for award, _ in found.rows if award.state is AwardState.APPROVED])
    every = [_narrowed(mine, actor, Wanted(view), now) for view in AwardView]
    numbers = paging.counts(session, (one.with_only_columns(Award.id) for one in every))
    lines = (_line(award, case, directory, language, dues.get(award.report_id), now) for award, case in found.rows)
    untold = retelling.untold(session, [one.id for one, _ in found.rows if one.desk_id in actor.desks(Duty.AWARD)])
    return AwardList(
        lines=tuple(replace(one, untold=one.id in untold) for one in lines),
        before=str(found.before) if found.before else None,
        after=str(found.after) if found.after else None,
        counts=dict(zip(AwardView, numbers, strict=True)),
        offices=_offices(session, mine, directory, language),
    )


def _mine(actor: Actor) -> Select[Award, Case]:
    """Awards of this actor's desks and hands, without the matters that they keep out of."""
    mine = or_(
        Award.desk_id.in_(actor.desks(Duty.AWARD)),
        Case.lead_desk_id.in_(actor.desks(Duty.LEAD)),
        Motion.proposer_id == actor.officer_id,
        Motion.seconder_id == actor.officer_id,
    )
    return (
        select(Award, Case)
        .join(Case, Case.id == Award.case_id)
        .join(Motion, Motion.id == Award.motion_id)
        .where(mine, matter().not_in(matters_of(actor.officer_id)))
    )


def _narrowed(mine: Select[Award, Case], actor: Actor, wanted: Wanted, now: datetime) -> Select[Award, Case]:
    if wanted.view is AwardView.WAITING:
        mine = mine.where(or_(_to_judge(actor), _to_propose(actor), _to_tell(actor)))
    if wanted.view is AwardView.LATE:
        mine = mine.where(Award.state == AwardState.APPROVED, _late(now))
    if wanted.state is not None:
        mine = mine.where(Award.state == wanted.state)
    if wanted.authority_id is not None:
        mine = mine.where(Award.authority_id == wanted.authority_id)
    if wanted.month is not None:
        mine = mine.where(paging.within(Award.made_at, *clocks.month_of(wanted.month)))
    return mine


def _to_judge(actor: Actor) -> ColumnElement[bool]:
    """At the actor's award desk, and not theirs to keep their hands off."""
    me, other = actor.officer_id, aliased(Motion)
    signer = or_(other.proposer_id == me, other.seconder_id == me)
    signed = exists().where(other.case_id == Award.case_id, other.kind.in_(SIGNED), signer)
    checked = exists().where(Assignment.case_id == Award.case_id, Assignment.officer_id == me)
    again = and_(Award.state == AwardState.CONTESTED, Award.judge_id == me)
    took = or_(Award.judge_id == me, Award.reviewer_id.is_not_distinct_from(me), _revoked_by(me))
    mine = Award.desk_id.in_(actor.desks(Duty.AWARD)), Award.state.in_(awards.WAITING)
    return and_(*mine, ~signed, ~checked, ~again, ~and_(Award.state == AwardState.DISPUTED, took))


def _revoked_by(officer_id: UUID) -> ColumnElement[bool]:
    """Of awards: that this officer proposed to revoke it, or agreed."""
    two = aliased(Motion)
    signer = or_(two.proposer_id == officer_id, two.seconder_id == officer_id)
    return exists().where(Revocation.award_id == Award.id, Revocation.motion_id == two.id, signer)


def _to_tell(actor: Actor) -> ColumnElement[bool]:
    """Decided, and its reporter has another code since: whoever opens it tells that one."""
    answerable = Award.state.in_((AwardState.APPROVED, AwardState.REFUSED, AwardState.REVOKED))
    return and_(Award.desk_id.in_(actor.desks(Duty.AWARD)), answerable, retelling.is_untold())


def _to_propose(actor: Actor) -> ColumnElement[bool]:
    """Sent back to whoever proposed it, and not proposed anew since."""
    newer = aliased(Award)
    anew = exists().where(newer.report_id == Award.report_id, newer.made_at > Award.made_at)
    theirs = or_(Case.lead_desk_id.in_(actor.desks(Duty.LEAD)), Motion.proposer_id == actor.officer_id)
    return and_(Award.state == AwardState.RETURNED, theirs, ~anew)


def _late(now: datetime) -> ColumnElement[bool]:
    """The reporter was not reached, or the sum not filed one level up, in time."""
    live = (Clock.rule.in_(TIMED), Clock.state.in_(timing.LIVE), Clock.due_at < now)
    return exists().where(Clock.report_id == Award.report_id, *live)


def _dues(session: Session, report_ids: Sequence[UUID]) -> dict[UUID, datetime]:
    """Of each report the next time limit of what is still to do."""
    live = (Clock.report_id.in_(report_ids), Clock.rule.in_(TIMED), Clock.state.in_(timing.LIVE))
    found = select(Clock.report_id, func.min(Clock.due_at)).where(*live).group_by(Clock.report_id)
    return {report_id: due for report_id, due in session.execute(found) if report_id is not None}


def _offices(
    session: Session, mine: Select[Award, Case], directory: Directory, language: str
) -> tuple[tuple[str, str], ...]:
    """The offices whose rewards are in the list at all."""
    ids = session.scalars(mine.with_only_columns(Award.authority_id).distinct())
    known = sorted((directory.codes[one], directory.name(one, language)) for one in ids)
    return tuple(known) if len(known) > 1 else ()


def _line(
    award: Award, case: Case, directory: Directory, language: str, due: datetime | None, now: datetime
) -> AwardLine:
    return AwardLine(
        id=award.id,
        state=award.state,
        number=case.number or "",
        category=case.category,
        office=directory.name(award.authority_id, language),
        made_at=award.made_at,
        decided_at=award.decided_at,
        due_on=clocks.day_of(due) if due else None,
        late=due is not None and due < now,
    )
