"""Whether a case must be handed on before it ends another way: the time limits that say so, as they stand."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import holding
from portal.domain.vocabulary import Action
from portal.office import timing
from portal.office.gate import Admitted


def running(session: Session, *, report_id: UUID, case_id: UUID) -> frozenset[str]:
    """The rules under which a report or its case must be handed on, and was not."""
    return holds(timing.dues(session, report_id=report_id, case_id=case_id))


def holds(dues: Collection[str]) -> frozenset[str]:
    """Those of them among the rules whose time limits are open."""
    return frozenset(dues) & frozenset(holding.HOLDS)


def require_free(session: Session, admitted: Admitted, action: Action) -> None:
    """Raise MustReferError, with the rule, while somebody has to be told first."""
    holding.require_free(running(session, report_id=admitted.report.id, case_id=admitted.case.id), action)
