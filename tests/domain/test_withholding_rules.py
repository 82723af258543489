"""Until when a reporter is not told: a day fixed when it is asked, at most ninety, and a second person's yes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import clocks, withholding
from portal.domain.disclosure import DECIDED_WITHIN
from portal.domain.errors import TermsError

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 — hypothesis adds the zone


def test_it_opens_at_the_beginning_of_a_day_in_changchun() -> None:
    assert withholding.opens_at(NOON, 90) == datetime(2026, 5, 31, tzinfo=clocks.SHANGHAI)
    late = datetime(2026, 3, 2, 23, 59, tzinfo=clocks.SHANGHAI)
    assert withholding.opens_at(late, 1) == datetime(2026, 3, 3, tzinfo=clocks.SHANGHAI)


@given(asked_at=MOMENTS, days=st.integers(1, 90), agreed=st.booleans())
def test_never_later_than_ninety_days_nor_without_a_second_person_than_seventy_two_hours(
    *, asked_at: datetime, days: int, agreed: bool
) -> None:
    told = withholding.told_at(asked_at, days, agreed=agreed)
    assert asked_at < told <= asked_at + timedelta(days=days)
    assert agreed or told <= asked_at + DECIDED_WITHIN
    assert withholding.told_at(asked_at, days, agreed=False) <= withholding.told_at(asked_at, days, agreed=True)


@pytest.mark.parametrize(("days", "deferrable"), [(1, False), (0, True), (91, True), (-1, True)])
def test_only_what_the_law_defers_and_for_no_longer(days: int, *, deferrable: bool) -> None:
    withholding.require_fitting(None, deferrable=deferrable)
    withholding.require_fitting(90, deferrable=True)
    with pytest.raises(TermsError):
        withholding.require_fitting(days, deferrable=deferrable)
