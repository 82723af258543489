"""What a reporter answers to a decision on a reward: contests a refusal or a revocation once, or gives a grant up.

It is contested within the time that objections have (C12), before whoever did not judge, nor revoke it: the award desk
above, or another officer of the same desk where nobody there may. What the reporter writes is for that desk alone.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import awards, clocks, payouts
from portal.domain.audit import REPORTER, hour_of
from portal.domain.award_errors import ClaimError
from portal.domain.award_vocabulary import AwardState, AwardStep
from portal.domain.errors import IllegalTransitionError, ObjectionError
from portal.domain.vocabulary import LetterKind, Sender
from portal.office import award_hands, award_keys, award_service, claims, letters, revoked, revoking, writing
from portal.office.batch import Batch
from portal.office.house import House
from portal.office.keyring import ReporterKey
from portal.office.recording import Draft, record
from portal.office.writing import Prepared
from portal.store.awards import Award
from portal.store.outbox import Outbox
from portal.store.reports import Letter, Report
from portal.store.session import lock

CONTESTED, GIVEN_UP, MAIL = "award_contested", "award_given_up", "award"


def begin(session: Session, house: House, draft: Draft, served: Sequence[Letter], now: datetime) -> None:
    """A grant that is opened for the first time (送达): the reporter has been reached, the time to claim runs."""
    ids = {one.id for one in served if one.kind is LetterKind.AWARD}
    if not ids:
        return
    mine = select(Award).where(Award.letter_id.in_(ids), Award.state == AwardState.APPROVED)
    for award in session.scalars(mine).all():
        claims.require_recorded(session, house, award)
        counts = award_service.counts_on(house, award)
        if counts is None or clocks.day_of(now) <= counts:  # otherwise a public notice came first
            award_service.run(session, house, draft, award, hour_of(now), now=hour_of(now))
            draft.names(award)


def prepare(session: Session, house: House, reporter: ReporterKey, text: str, *, now: datetime) -> Prepared:
    """Seal what the reporter holds against a refusal or a revocation. Raises ObjectionError, with the last day."""
    report = session.get_one(Report, reporter.report_id)
    award = _contestable(session, house, report, now)
    draft = Draft(CONTESTED, hour_of(now), REPORTER, ("reports", report.id), authority_id=award.authority_id)
    batch, place = Batch(), letters.next_position(session, report.id)
    desk_id = _reviewing(session, house, award)
    content = award_keys.for_award(session, house, batch, draft, report, desk_id, reader=reporter)
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
    _hand_on(session, house, draft, award, letter["id"])
    draft.names(award)
    session.add(Outbox(kind=MAIL, desk_id=award.desk_id, created_at=hour_of(now), sent_at=None))
    record(session, house.entry_key, draft)


def _contestable(session: Session, house: House, report: Report, now: datetime) -> Award:
    award = claims.newest(session, house, report.id)
    if award is None:
        raise ObjectionError("nothing")
    if contest_of(session, house, award) is not None:
        raise ObjectionError("again")
    last = award_service.contest_until(session, house, award)
    if last is None:
        raise ObjectionError("nothing")
    if clocks.day_of(now) > last:
        raise ObjectionError("late", last)
    return award


def contest_of(session: Session, house: House, award: Award) -> UUID | None:
    """What was held against the decision that stands: a refusal is contested once, and each revocation once."""
    row = revoked.newest(session, house, award.id)
    return award.contest_id if row is None else row.contest_id


def _hand_on(session: Session, house: House, draft: Draft, award: Award, letter_id: UUID) -> None:
    """To the desk that decides it, which reads what was proposed, decided and taken back from now on."""
    desk_id, after = _reviewing(session, house, award), awards.advance(award.state, AwardStep.CONTEST)
    row = revoked.current(session, house, award) if award.state is AwardState.REVOKED else None
    above = desk_id == award.above_desk_id
    woken = revoking.wake(session, draft, award, row.granted_id if row else None) if above else 0
    draft.facts = {**draft.facts, "grants": woken}
    if row is None:
        award.contest_id = letter_id
    else:
        row.contest_id = letter_id
        draft.facts = {**draft.facts, "desk": str(desk_id)}
        draft.names(row)
    award.state, award.desk_id = after, desk_id


def _reviewing(session: Session, house: House, award: Award) -> UUID:
    """The desk that decides: the one above, but of a revocation wherever somebody sits who had no hand in it."""
    above = award.above_desk_id or award.desk_id
    if award.state is not AwardState.REVOKED:
        return above
    free = (desk for desk, people in award_hands.hearing(session, house, award).items() if people)
    return next(free, above)


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
