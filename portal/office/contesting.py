"""What a reporter answers to a decision on a reward: contests a refusal once, or gives a grant up.

A refusal is contested within the time that objections have (C12), before whoever did not judge: the award desk above,
or another officer of the same desk where nobody is seated above. What the reporter writes is for that desk alone.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import awards, clocks, payouts
from portal.domain.audit import REPORTER, hour_of, written
from portal.domain.award_errors import ClaimError
from portal.domain.award_vocabulary import AwardState, AwardStep
from portal.domain.errors import IllegalTransitionError, ObjectionError
from portal.domain.vocabulary import GrantState, LetterKind, Sender
from portal.office import award_keys, claims, letters, timing, writing
from portal.office.batch import Batch
from portal.office.house import House
from portal.office.judging import NOTIFY_RULE
from portal.office.keyring import ReporterKey
from portal.office.recording import Draft, record
from portal.office.writing import Prepared
from portal.store.awards import Award
from portal.store.outbox import Outbox
from portal.store.papers import Paper
from portal.store.reports import KeyGrant, Letter, Report
from portal.store.session import lock

CONTESTED, GIVEN_UP, MAIL = "award_contested", "award_given_up", "award"
OBJECT_RULE, CLAIM_RULE = "C12", "C23"


def begin(
    session: Session, house: House, draft: Draft, report: Report, served: Sequence[Letter], now: datetime
) -> None:
    """A grant that is opened for the first time (送达): the reporter has been reached, the time to claim runs."""
    ids = {one.id for one in served if one.kind is LetterKind.AWARD}
    if not ids:
        return
    mine = select(Award).where(Award.letter_id.in_(ids), Award.state == AwardState.APPROVED)
    for award in session.scalars(mine).all():
        claims.require_recorded(session, house, award)
        timing.end(session, draft, (NOTIFY_RULE,), report_id=report.id, case_id=report.case_id, now=hour_of(now))
        batch = Batch()
        due = timing.start(house, batch, draft, CLAIM_RULE, now=now, started_at=hour_of(now), report_id=report.id)
        batch.insert(session)
        award.until = clocks.day_of(due.due_at)
        draft.names(award)
        draft.facts = {**draft.facts, "clocks": {**_clocks(draft), CLAIM_RULE: written(due.due_at)}}


def _clocks(draft: Draft) -> dict[str, object]:
    said = draft.facts.get("clocks")
    return dict(said) if isinstance(said, dict) else {}


def last_day(session: Session, house: House, award: Award) -> date | None:
    """Until when a refusal may be contested; None before it was opened."""
    letter = session.get(Letter, award.letter_id) if award.letter_id else None
    if letter is None or letter.served_at is None:
        return None
    rule = house.policies.clocks.rules[OBJECT_RULE]
    return clocks.day_of(clocks.due(rule, letter.served_at, house.policies.holidays).due_at)


def prepare(session: Session, house: House, reporter: ReporterKey, text: str, *, now: datetime) -> Prepared:
    """Seal what the reporter holds against a refusal. Raises ObjectionError, with the last day."""
    report = session.get_one(Report, reporter.report_id)
    award = _contestable(session, house, report, now)
    draft = Draft(CONTESTED, hour_of(now), REPORTER, ("reports", report.id), authority_id=award.authority_id)
    batch, place = Batch(), letters.next_position(session, report.id)
    content = award_keys.for_award(session, house, batch, draft, report, _reviewing(award), reader=reporter)
    draft.facts = {"award": str(award.id), "position": place}
    letters.add(
        house,
        batch,
        draft,
        content,
        report_id=report.id,
        kind=LetterKind.CONTEST,
        sender=Sender.REPORTER,
        position=place,
        sent_at=hour_of(now),
        body=letters.Text(text).as_bytes(),
    )
    return Prepared(writing.current_generation(session), batch, (draft,))


def contest(session: Session, house: House, reporter: ReporterKey, prepared: Prepared, *, now: datetime) -> None:
    """Contest it: whoever reviews reads the proposal from now on. Raises what `prepare` raises, and StaleError."""
    report = session.get_one(Report, reporter.report_id, with_for_update=lock(session))
    award = _contestable(session, house, report, now)
    writing.require_current(session, prepared.generation)
    (draft,), (letter,) = prepared.drafts, prepared.batch.rows(Letter)
    prepared.batch.insert(session)
    award.state = awards.advance(award.state, AwardStep.CONTEST)
    award.contest_id, award.desk_id = letter["id"], _reviewing(award)
    draft.facts = {**draft.facts, "grants": _wake(session, draft, award)}
    draft.names(award)
    session.add(Outbox(kind=MAIL, desk_id=award.desk_id, created_at=hour_of(now), sent_at=None))
    record(session, house.entry_key, draft)


def _wake(session: Session, draft: Draft, award: Award) -> int:
    """The desk above reads what was proposed and decided; returns how many grants stood by."""
    paper, letter = session.get_one(Paper, award.proposal_id), session.get_one(Letter, award.letter_id)
    keys = {paper.content_key_id, letter.content_key_id}
    asleep = select(KeyGrant).where(KeyGrant.content_key_id.in_(keys), KeyGrant.state == GrantState.STANDBY)
    rows = session.scalars(asleep).all()
    for row in rows:
        row.state = GrantState.ACTIVE
    draft.names(*rows)
    return len(rows)


def _contestable(session: Session, house: House, report: Report, now: datetime) -> Award:
    award = claims.newest(session, house, report.id)
    if award is None:
        raise ObjectionError("nothing")
    if award.contest_id is not None:
        raise ObjectionError("again")
    last = last_day(session, house, award)
    if award.state is not AwardState.REFUSED or last is None:
        raise ObjectionError("nothing")
    if clocks.day_of(now) > last:
        raise ObjectionError("late", last)
    return award


def _reviewing(award: Award) -> UUID:
    return award.above_desk_id or award.desk_id


def give_up(session: Session, house: House, reporter: ReporterKey, *, now: datetime) -> None:
    """Take none of it. Raises ClaimError once it was claimed, IllegalTransitionError where there is nothing to."""
    award = claims.newest(session, house, reporter.report_id)
    if award is None:
        raise IllegalTransitionError("there is no reward to give up")
    session.refresh(award, with_for_update=lock(session))
    said = claims.decision(session, house, reporter, award)
    if award.state is AwardState.APPROVED and (said is None or said.voucher is None):
        raise ClaimError("none")  # a code that was not told of it: whether it was claimed is not known
    payment = claims.payment(session, house, said.voucher) if said is not None and said.voucher is not None else None
    if payment is not None and payouts.standing(payment.state):
        raise ClaimError("again")
    award.state = awards.advance(award.state, AwardStep.GIVE_UP)
    draft = Draft(GIVEN_UP, hour_of(now), REPORTER, ("reports", reporter.report_id), authority_id=award.authority_id)
    draft.facts = {"award": str(award.id)}
    draft.names(award)
    record(session, house.entry_key, draft)
