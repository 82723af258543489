"""The loader is the gate: no function gives out a case without an actor and an action."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import access
from portal.domain.access import Actor, CaseFacts
from portal.domain.audit import Party
from portal.domain.errors import StrangerError
from portal.domain.vocabulary import Action, ActorKind, Duty, ReportState
from portal.office.recording import Draft
from portal.store.cases import Case
from portal.store.reports import Report
from portal.store.session import lock

LOOKING = frozenset({Action.LIST, Action.OPEN, Action.PHONE})  # they change no row of the case


@dataclass(frozen=True, slots=True)
class Admitted:
    """A case that this actor may do this to, with its report and the duty in which they do it."""

    case: Case
    report: Report
    actor: Actor
    duty: Duty

    @property
    def facts(self) -> CaseFacts:
        """What access rules look at."""
        return facts_of(self.case, self.report)

    @property
    def party(self) -> Party:
        """Who the ledger says acted."""
        return Party(ActorKind.OFFICER, self.actor.officer_id, self.case.authority_id, self.duty)

    def draft(self, event: str, now: datetime, **facts: object) -> Draft:
        """An entry about this case by this actor."""
        return Draft(event, now, self.party, ("cases", self.case.id), facts=facts)


def admit(session: Session, actor: Actor, action: Action, case_id: UUID) -> Admitted:
    """Load a case for an actor. Raises StrangerError (404) or NotAllowedError (403)."""
    case = session.get(Case, case_id, with_for_update=lock(session) and action not in LOOKING)
    if case is None:
        raise StrangerError("no such case")
    report = session.scalars(
        select(Report).where(Report.case_id == case.id).order_by(Report.arrived_at, Report.id).limit(1)
    ).one()
    duty = access.admit(actor, action, facts_of(case, report))
    return Admitted(case, report, actor, duty)


def facts_of(case: Case, report: Report) -> CaseFacts:
    """What access rules look at."""
    withdrawn = report.state is ReportState.WITHDRAWN
    return CaseFacts(case.id, case.state, case.desk_id, case.lead_desk_id, case.raised_desk_id, withdrawn)
