"""Until when a reporter is not told of a request to learn who they are (暂不告知): two people, a day, and no longer.

Some lawful orders forbid to tell whom they are about. Whoever asks proposes for how many days, the lead agrees in
lifting; that no second person agreed to is told when the time to decide is over. What day it opens is fixed when it is
asked: nothing prolongs it, and nobody has to open it.
"""

from datetime import datetime, time, timedelta

from portal.domain import clocks
from portal.domain.disclosure import DECIDED_WITHIN
from portal.domain.errors import TermsError

MOST_DAYS = 90


def require_fitting(days: int | None, *, deferrable: bool) -> None:
    """Raise TermsError for a reason of which the reporter is told at once, or longer than may be."""
    if days is None:
        return
    if not deferrable:
        raise TermsError("told_at_once")
    if not 1 <= days <= MOST_DAYS:
        raise TermsError("days")


def opens_at(asked_at: datetime, days: int) -> datetime:
    """The beginning of the day on which everything is told; never more than so many times 24 hours from asking."""
    last = asked_at.astimezone(clocks.SHANGHAI).date() + timedelta(days=days)
    return datetime.combine(last, time(), clocks.SHANGHAI)


def told_at(asked_at: datetime, days: int, *, agreed: bool) -> datetime:
    """From when on the reporter sees a request that was to be withheld for so long.

    It hangs on no step but the second person's: else refusing, closing or erasing would show that there is one.
    """
    opens = opens_at(asked_at, days)
    return opens if agreed else min(opens, asked_at + DECIDED_WITHIN)
