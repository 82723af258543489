"""What waits for a lead's own decision and is no motion: a suspected crime (C15), a disputed transfer (C04).

Only a list: nothing of it is sealed, and whoever follows it comes to the page where the decision is taken.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, null, or_, select
from sqlalchemy.orm import Session

from portal.domain import clocks
from portal.domain.access import Actor
from portal.domain.case_vocabulary import Decision, ReferralState
from portal.domain.vocabulary import Duty
from portal.office.house import House
from portal.store.cases import Case
from portal.store.recusals import cases_of
from portal.store.referrals import Dispute, Referral

MOST = 100


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """One of them: in which case, and since when."""

    what: Decision
    case_id: UUID
    referral_id: UUID | None  # whose page has the decision; None: that of the case
    number: str | None
    category: str
    authority: str
    since: datetime


def listed(session: Session, house: House, actor: Actor, language: str, *, now: datetime) -> tuple[DecisionLine, ...]:
    """What this officer decides, the oldest first; nothing for who leads nowhere."""
    desks = actor.desks(Duty.LEAD)
    if not desks:
        return ()
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    lines = [
        DecisionLine(
            what, case.id, referral_id, case.number, case.category, directory.name(case.authority_id, language), since
        )
        for what, wanted in ((Decision.REFERRAL, _referrals(actor, desks)), (Decision.DISPUTE, _disputes(actor, desks)))
        for case, referral_id, since in session.execute(wanted.limit(MOST))
    ]
    return tuple(sorted(lines, key=lambda line: line.since))


def _referrals(actor: Actor, desks: tuple[UUID, ...]) -> Select[Case, UUID, datetime]:
    """Suspected crimes that somebody else asks to hand over."""
    return (
        select(Case, Referral.id, Referral.asked_at)
        .join(Referral, Referral.case_id == Case.id)
        .where(Referral.state == ReferralState.ASKED, Referral.asker_id != actor.officer_id)
        .where(or_(Case.lead_desk_id.in_(desks), Case.raised_desk_id.in_(desks)))
        .where(Case.id.not_in(cases_of(actor.officer_id)))
        .order_by(Referral.asked_at, Referral.id)
    )


def _disputes(actor: Actor, desks: tuple[UUID, ...]) -> Select[Case, None, datetime]:
    return (
        select(Case, null(), Dispute.raised_at)
        .join(Dispute, Dispute.case_id == Case.id)
        .where(Dispute.decided_at.is_(None), Dispute.desk_id.in_(desks))
        .where(Case.id.not_in(cases_of(actor.officer_id)))
        .order_by(Dispute.raised_at, Dispute.id)
    )
