"""When a report may be turned away: what must come before it.

It knows no list of reasons by name; `policy` says of each whether the reporter is asked first.
"""

from dataclasses import dataclass
from datetime import date

from portal.domain.errors import UnansweredError, UnaskedError
from portal.domain.vocabulary import CaseState


@dataclass(frozen=True, slots=True)
class Asking:
    """What has been asked of the reporter, and until when an answer counts."""

    state: CaseState
    asked: bool
    reply_by: date | None  # the last day of C02: what the mailbox promised


def require_asked(asking: Asking, *, today: date) -> None:
    """Raise UnaskedError when the reporter was never asked, UnansweredError while there is still time to answer.

    The mailbox says until which day an answer is waited for; nobody is turned away before it.
    """
    if not asking.asked:
        raise UnaskedError("the reporter has not been asked")
    waiting = asking.state is CaseState.AWAITING
    if waiting and asking.reply_by is not None and today < asking.reply_by:
        raise UnansweredError(f"the reporter may answer until {asking.reply_by}")
