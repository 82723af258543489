"""What of a reward goes on paper: the approval form for the award desk, and the public notice, which says a number.

A notice names no sum: fifteen percent of a published penalty would say which case it was, and the case who reported.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import awards, clocks
from portal.domain.access import Actor
from portal.domain.award_vocabulary import AwardStep
from portal.domain.errors import IllegalTransitionError, NotAllowedError
from portal.domain.vocabulary import Duty
from portal.office import award_sheets, judging
from portal.office.award_sheets import AwardSheet
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import record
from portal.store.cases import Case

POSTED = "award_posted"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is put up for a reporter who never opened the decision."""

    award_id: UUID
    number: str
    office: str
    days: int  # to claim, from the day it is opened
    basis: str  # the article of that


def form(
    session: Session, house: House, actor: Actor, ring: Keyring, award_id: UUID, language: str, *, now: datetime
) -> AwardSheet:
    """The approval form (审批表); entered as every look is. Raises NotAllowedError for whoever does not judge."""
    sheet = award_sheets.show(session, house, actor, ring, award_id, language, now=now)
    if not sheet.judging:
        raise NotAllowedError("the form is the award desk's")
    return sheet


def notice(session: Session, house: House, actor: Actor, award_id: UUID, language: str, *, now: datetime) -> Notice:
    """The public notice (公告), under the number that the reporter knows; nothing sealed is opened, and it is entered.

    Raises NotAllowedError for whoever does not judge, IllegalTransitionError unless it was granted and never opened, or
    where the reporter was given no number (their report was merged before it was taken up).
    """
    admitted = judging.admit(session, house, actor, AwardStep.SHOW, award_id)
    award = admitted.award
    if admitted.duty is not Duty.AWARD:
        raise NotAllowedError("the notice is the award desk's")
    number = session.get_one(Case, admitted.report.case_id).number
    if not awards.unread(award.state, award.until) or not number:
        raise IllegalTransitionError("a notice is for a grant that nobody has opened, under a number that they know")
    edition = house.policies.rewards_of(award.edition)
    office = house.directories.read(session, today=clocks.day_of(now)).name(award.authority_id, language)
    term = edition.rules.provisions["claim_days"]
    record(session, house.entry_key, admitted.draft(POSTED, now))
    return Notice(award.id, number, office, edition.rules.terms.claim_days, term.basis)
