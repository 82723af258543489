"""Whether a case must be handed on before it ends another way: the time limits that say so, as they stand."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import holding
from portal.domain.vocabulary import Action
from portal.office import timing
from portal.office.gate import Admitted
from portal.store.cases import Clock


def running(session: Session, *, report_id: UUID, case_id: UUID) -> frozenset[str]:
    """The rules under which a report or its case must be handed on, and was not."""
    mine = (Clock.report_id == report_id) | (Clock.case_id == case_id)
    wanted = select(Clock.rule).where(mine, Clock.rule.in_(holding.HOLDS), Clock.state.in_(timing.LIVE))
    return frozenset(session.scalars(wanted))


def require_free(session: Session, admitted: Admitted, action: Action) -> None:
    """Raise MustReferError, with the rule, while somebody has to be told first."""
    holding.require_free(running(session, report_id=admitted.report.id, case_id=admitted.case.id), action)
