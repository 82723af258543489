"""What becomes of a revocation that is contested (对撤销的复议): it stands, or the grant stands again.

Decided by somebody who neither granted nor revoked it, in words for the reporter. Then it is the award desk's again
that granted it. The order to pay is the one that was signed when it was granted, under the same reference: nobody had
claimed it, and two orders for one reward could both be claimed. The time to collect runs anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import awards
from portal.domain.access import Actor
from portal.domain.award_papers import Decision
from portal.domain.award_vocabulary import AwardState, AwardStep
from portal.domain.errors import LedgerError, WordsMissingError
from portal.office import claims, judging, preceding, revoked, writing
from portal.office.house import House
from portal.office.judging import Admitted
from portal.office.keyring import Keyring
from portal.office.recording import record
from portal.office.writing import Prepared
from portal.store.awards import Revocation
from portal.store.reports import Letter

EVENTS: Mapping[AwardStep, str] = MappingProxyType(
    {AwardStep.AFFIRM: "award_affirmed", AwardStep.REINSTATE: "award_reinstated"}
)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is decided about a revocation, and why."""

    step: AwardStep
    words: str


def prepare(
    session: Session, house: House, actor: Actor, ring: Keyring, award_id: UUID, said: Ruling, *, now: datetime
) -> Prepared:
    """Seal the decision for the reporter. Raises WordsMissingError, OwnAwardError, IllegalTransitionError."""
    admitted = judging.admit(session, house, actor, said.step, award_id)
    if not said.words.strip():
        raise WordsMissingError("why it stands, or does not, is said in words")
    row = revoked.current(session, house, admitted.award)
    letter = replace(_decision(session, house, ring, admitted, row, said.step), words=said.words)
    draft = admitted.draft(EVENTS[said.step], now)
    return judging.tell(
        session, house, admitted, draft, letter, now=now, desk_id=revoked.motion_of(session, house, row).from_desk_id
    )


def _decision(
    session: Session, house: House, ring: Keyring, admitted: Admitted, row: Revocation, step: AwardStep
) -> Decision:
    """The grant that stands again, or the revocation that stays. Raises LedgerError when it does not open."""
    award = admitted.award
    letter_id = row.granted_id if step is AwardStep.REINSTATE else award.letter_id
    found = claims.read(session, house, ring, award, letter_id) if letter_id else None
    if found is None or (found.voucher is None) is (step is AwardStep.REINSTATE):
        raise LedgerError("what was granted does not open")
    return found


def rule(
    session: Session, house: House, actor: Actor, award_id: UUID, said: Ruling, prepared: Prepared, *, now: datetime
) -> None:
    """Decide it; the gate is asked again.

    Raises StaleError, OwnAwardError, AwardSumError where another report of the matter was granted the award meanwhile.
    """
    admitted = judging.admit(session, house, actor, said.step, award_id)
    award, (draft,) = admitted.award, prepared.drafts
    row = revoked.current(session, house, award)
    if said.step is AwardStep.REINSTATE:
        preceding.require_sole(session, house, award, now=now)
    award.state = awards.advance(award.state, said.step)
    if award.state is AwardState.APPROVED:
        judging.start_clocks(house, prepared.batch, draft, award, now)
    writing.require_current(session, prepared.generation)
    prepared.batch.insert(session)
    (letter,) = prepared.batch.rows(Letter)
    award.letter_id, award.until, award.posted_on = letter["id"], None, None
    award.desk_id = revoked.motion_of(session, house, row).from_desk_id or award.desk_id
    row.reviewer_id, row.decided_at = actor.officer_id, now
    draft.names(award, row)
    record(session, house.entry_key, draft)
