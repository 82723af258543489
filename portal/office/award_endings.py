"""After a grant: more time to claim for a reason, given up by time, filed one level up.

All by the award desk, who reads the reference in the decision and so knows whether it was claimed: what was claimed is
neither forfeited nor revoked, for no entry may name an award and its payment together. Whoever would revoke it then
tells the payout desk the reference.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import awards, clocks, payouts
from portal.domain.access import Actor
from portal.domain.audit import written
from portal.domain.award_errors import ClaimError
from portal.domain.award_vocabulary import AwardStep
from portal.office import claims, judging, timing
from portal.office.award_service import CLAIM_RULE
from portal.office.batch import Batch
from portal.office.house import House
from portal.office.judging import FILE_RULE, Admitted
from portal.office.keyring import Keyring
from portal.office.recording import record

PROLONGED, FORFEITED, FILED = "award_prolonged", "award_forfeited", "award_filed"
MOST_DAYS = 180  # from today on, that a late claim is given


def prolong(
    session: Session, house: House, actor: Actor, ring: Keyring, award_id: UUID, last: date, *, now: datetime
) -> None:
    """Let it be claimed until a later day (19号 第13条: with a reason, by a named officer). Raises ClaimError."""
    admitted = unclaimed(session, house, actor, ring, AwardStep.PROLONG, award_id)
    award, today = admitted.award, clocks.day_of(now)
    if award.until is None or not max(award.until, today) < last or (last - today).days > MOST_DAYS:
        raise ClaimError("day")
    draft = admitted.draft(PROLONGED, now, last=last.isoformat())
    timing.end(session, draft, (CLAIM_RULE,), report_id=award.report_id, case_id=award.case_id, now=now)
    batch = Batch()
    due = timing.start(house, batch, draft, CLAIM_RULE, now=now, started_at=now, report_id=award.report_id, until=last)
    batch.insert(session)
    award.until = last
    draft.facts = {**draft.facts, "clocks": {CLAIM_RULE: written(due.due_at)}}
    draft.names(award)
    record(session, house.entry_key, draft)


def forfeit(session: Session, house: House, actor: Actor, ring: Keyring, award_id: UUID, *, now: datetime) -> None:
    """Given up by time (19号 第13条): the money goes back to the budget. Raises ClaimError before the time is over."""
    admitted = unclaimed(session, house, actor, ring, AwardStep.FORFEIT, award_id)
    award = admitted.award
    if award.until is None or award.until >= clocks.day_of(now):
        raise ClaimError("early")
    award.state = awards.advance(award.state, AwardStep.FORFEIT)
    draft = admitted.draft(FORFEITED, now)
    draft.names(award)
    record(session, house.entry_key, draft)


def file(session: Session, house: House, actor: Actor, award_id: UUID, *, now: datetime) -> None:
    """Note that the sum was filed one level up (19号 第14条): its time limit ends. Raises IllegalTransitionError."""
    admitted = judging.admit(session, house, actor, AwardStep.FILE, award_id)
    awards.advance(admitted.award.state, AwardStep.FILE)
    draft = admitted.draft(FILED, now)
    timing.end(session, draft, (FILE_RULE,), report_id=admitted.award.report_id, case_id=admitted.case.id, now=now)
    record(session, house.entry_key, draft)


def unclaimed(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    step: AwardStep,
    award_id: UUID,
    *,
    at: UUID | None = None,
) -> Admitted:
    """An award that nobody has claimed, or that ended unpaid; held, so that nobody does meanwhile. Raises ClaimError.

    What was revoked at the payout desk stays as it is here: an entry of that would join the two.
    """
    admitted = judging.admit(session, house, actor, step, award_id, at=at)
    said = claims.decision(session, house, ring, admitted.award)
    if said is None or said.voucher is None:
        raise ClaimError("none")
    payment = claims.payment(session, house, said.voucher)
    if payment is not None and not payouts.lapsed(payment.state, payment.ended):
        raise ClaimError("again")
    return admitted
