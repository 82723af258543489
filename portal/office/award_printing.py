"""What of a reward goes on paper: the approval form for the award desk, and the public notice, which says a number.

A notice names no sum: fifteen percent of a published penalty would say which case it was, and the case who reported.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import clocks
from portal.domain.access import Actor
from portal.domain.award_vocabulary import AwardState, AwardStep
from portal.domain.errors import IllegalTransitionError, NotAllowedError
from portal.domain.vocabulary import Duty
from portal.office import award_service, award_sheets, judging
from portal.office.award_sheets import AwardSheet
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import record

POSTED = "award_posted"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is put up for a reporter who never opened the decision."""

    award_id: UUID
    number: str  # "" where the reporter was given none
    index: int  # of their report in the ledger
    office: str
    granted: bool  # and not revoked
    days: int  # to claim, from the day it is opened
    basis: str  # the article of that
    counts: int  # days after which the notice itself counts as received
    notice: str  # the article of that


def form(
    session: Session, house: House, actor: Actor, ring: Keyring, award_id: UUID, language: str, *, now: datetime
) -> AwardSheet:
    """The approval form (审批表); entered as every look is. Raises NotAllowedError for whoever does not judge."""
    sheet = award_sheets.show(session, house, actor, ring, award_id, language, now=now)
    if not sheet.judging:
        raise NotAllowedError("the form is the award desk's")
    return sheet


def notice(session: Session, house: House, actor: Actor, award_id: UUID, language: str, *, now: datetime) -> Notice:
    """The public notice (公告), under a number that the reporter knows; nothing sealed is opened, and it is entered.

    Raises NotAllowedError for whoever does not judge, IllegalTransitionError unless nobody has opened what was decided.
    """
    admitted = judging.admit(session, house, actor, AwardStep.SHOW, award_id)
    award = admitted.award
    if admitted.duty is not Duty.AWARD:
        raise NotAllowedError("the notice is the award desk's")
    if not award_service.is_unread(session, award):
        raise IllegalTransitionError("a notice is for a decision that nobody has opened")
    number, index = award_service.called(session, admitted.report)
    rules = house.policies.rewards_of(award.edition).rules
    office = house.directories.read(session, today=clocks.day_of(now)).name(award.authority_id, language)
    record(session, house.entry_key, admitted.draft(POSTED, now))
    return Notice(
        award_id=award.id,
        number=number,
        index=index,
        office=office,
        granted=award.state is AwardState.APPROVED,
        days=rules.terms.claim_days,
        basis=rules.provisions["claim_days"].basis,
        counts=rules.terms.notice_days,
        notice=rules.provisions["notice_days"].basis,
    )
