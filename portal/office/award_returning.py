"""Sending a proposed reward back (退回重报): a closed reason, and words sealed with the proposal for who made it.

The note lies in the case file under the key of the proposal: the lead, whoever proposed and the award desk read it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import awards, clocks
from portal.domain.access import Actor
from portal.domain.award_papers import SentBack
from portal.domain.award_vocabulary import AwardState, AwardStep
from portal.domain.case_vocabulary import PaperKind
from portal.domain.errors import LedgerError
from portal.domain.papers import Given
from portal.office import judging, papers, vouching
from portal.office.batch import Batch
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import record
from portal.store.awards import Award
from portal.store.papers import Paper as Row

RETURNED = "award_returned"


def send_back(
    session: Session, house: House, actor: Actor, ring: Keyring, award_id: UUID, said: SentBack, *, now: datetime
) -> None:
    """Return it to those who proposed it: they propose anew, also where what the reporter contested is right.

    Raises IllegalTransitionError, NotAllowedError, OwnAwardError, PaperError without a reason or a word.
    """
    admitted, today = judging.admit(session, house, actor, AwardStep.RETURN, award_id), clocks.day_of(now)
    said.require_sound(Given(today, today))
    award = admitted.award
    proposal = session.get_one(Row, award.proposal_id)
    vouching.require_recorded(session, house.entry_keys, proposal)
    content = ring.open_sound(session, house, {proposal.content_key_id}).get(proposal.content_key_id)
    if content is None:
        raise LedgerError("the proposal of an award does not open")
    if award.state is AwardState.CONTESTED:
        award.reviewer_id, award.decided_at = actor.officer_id, now
    award.state = awards.advance(award.state, AwardStep.RETURN)
    batch, draft = Batch(), admitted.draft(RETURNED, now)
    draft.reason = str(said.why)
    papers.add(session, house, batch, draft, content, said, admitted=admitted, made_at=now, about_id=proposal.id)
    batch.insert(session)
    draft.names(award)
    record(session, house.entry_key, draft)


def why(session: Session, house: House, ring: Keyring, award: Award) -> SentBack | None:
    """Why it was sent back, for whoever reads the proposal; None for what was not, or before reasons were asked for."""
    if award.state is not AwardState.RETURNED:
        return None
    wanted = select(Row).where(Row.about_id == award.proposal_id, Row.kind == PaperKind.RETURN)
    row = session.scalars(wanted).one_or_none()
    if row is None:
        return None
    vouching.require_recorded(session, house.entry_keys, row)
    said = papers.read_one(session, house, ring, row)
    return said if isinstance(said, SentBack) else None


def why_of(session: Session, house: House, ring: Keyring, report_id: UUID) -> SentBack | None:
    """The same of the newest proposal of a report, for whoever proposes anew."""
    newest = select(Award).where(Award.report_id == report_id).order_by(Award.made_at.desc(), Award.id).limit(1)
    award = session.scalars(newest).one_or_none()
    if award is None:
        return None
    house.newest.require(session, award)
    return why(session, house, ring, award)
