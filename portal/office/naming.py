"""Before a reward is refused for want of a name the reporter is asked to leave one, and given time to (DESIGN §7)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain.access import Actor
from portal.domain.award_errors import AwardSumError
from portal.domain.award_papers import Decision
from portal.domain.award_vocabulary import AwardStep
from portal.domain.errors import WordsMissingError
from portal.domain.rewards import Pending
from portal.office import assessing, judging, writing
from portal.office.asked import ASKED
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.writing import Prepared


def prepare(
    session: Session, house: House, actor: Actor, ring: Keyring, award_id: UUID, words: str, *, now: datetime
) -> Prepared:
    """Seal the question. Raises AwardSumError where a name is not what is wanting, WordsMissingError."""
    admitted = judging.admit(session, house, actor, AwardStep.ASK, award_id)
    paper = judging.proposal(session, house, ring, admitted.award)
    found = assessing.assess(house, paper.edition, paper.facts)
    if Pending.ASK_NAME not in found.pending:
        raise AwardSumError("named")
    if not words.strip():
        raise WordsMissingError("what is asked is said in words")
    letter = Decision(paper.edition, paper.facts, assessing.digest(found, paper.salt), words, None, None, paper.salt)
    return judging.tell(session, house, admitted, admitted.draft(ASKED, now), letter, now=now)


def ask(session: Session, house: House, actor: Actor, award_id: UUID, prepared: Prepared) -> None:
    """Send it; the gate is asked again. Raises StaleError, IllegalTransitionError."""
    judging.admit(session, house, actor, AwardStep.ASK, award_id)
    writing.store(session, house, prepared)
