"""Nobody is turned away for want of what they were never asked, or may still say."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.errors import UnansweredError, UnaskedError
from portal.domain.triage import Asking, require_asked
from portal.domain.vocabulary import CaseState

DAY = date(2026, 3, 17)


@given(st.sampled_from(CaseState), st.none() | st.dates(), st.dates())
def test_who_was_never_asked_is_never_turned_away(state: CaseState, reply_by: date | None, today: date) -> None:
    with pytest.raises(UnaskedError):
        require_asked(Asking(state, asked=False, reply_by=reply_by), today=today)


@given(st.integers(-400, 400))
def test_an_answer_is_waited_for_until_the_last_day(days: int) -> None:
    asking, today = Asking(CaseState.AWAITING, asked=True, reply_by=DAY), DAY + timedelta(days=days)
    if days < 0:
        with pytest.raises(UnansweredError):
            require_asked(asking, today=today)
    else:
        require_asked(asking, today=today)


@given(st.dates())
def test_whoever_has_answered_can_be_decided_upon(today: date) -> None:
    require_asked(Asking(CaseState.RECEIVED, asked=True, reply_by=DAY), today=today)
