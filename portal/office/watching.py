"""What those who watch the machine are told of its work: whether it goes on, never how much there is to do when.

Figures that follow the clocks of reports move on the full hour alone: a clock of hours would tell the minute in which
its report arrived.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.domain.audit import hour_of
from portal.domain.errors import LedgerError, UnsignedError
from portal.domain.vocabulary import ClockState
from portal.office import checkpoints
from portal.office.house import House
from portal.store.cases import Clock

MOST = 10_000  # clocks that are counted


@dataclass(frozen=True, slots=True)
class Watch:
    """How the work goes."""

    signed: bool  # the ledger, as required_signed asks for it
    overdue: timedelta | None  # since when it should have been; None: not to be known
    late: int  # clocks past their time limit at the last full hour
    unmarked: int  # those of them that no tick has marked


def watch(session: Session, house: House, *, now: datetime) -> Watch:
    """Look; nothing is entered, for nothing is revealed."""
    try:
        overdue: timedelta | None = checkpoints.overdue(session, house, now=now)
    except (UnsignedError, LedgerError):
        overdue = None
    return Watch(
        overdue == timedelta(),
        overdue,
        _past(session, now, ClockState.RUNNING, ClockState.LATE),
        _past(session, now, ClockState.RUNNING),
    )


def _past(session: Session, now: datetime, *states: ClockState) -> int:
    past = select(Clock.id).where(Clock.state.in_(states), Clock.due_at < hour_of(now)).limit(MOST).subquery()
    return session.execute(select(func.count()).select_from(past)).scalar_one()
