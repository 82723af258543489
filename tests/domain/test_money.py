"""Sums of money as people write them; what is none is said to be none, and why."""

import pytest

from portal.domain.money import AmountError, AmountFlaw, fen, yuan


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("50000", 5_000_000),
        ("50,000.00", 5_000_000),
        ("５００００", 5_000_000),
        ("¥1,234.5", 123_450),
        ("￥1，234．05元", 123_405),
        ("5万", 5_000_000),
        ("1.2 万元", 1_200_000),
        ("0.00001万", 10),
        ("5만", 5_000_000),
        ("1.2 만원", 1_200_000),
        ("50,000원", 5_000_000),
        ("인민페 300원", 30_000),
        ("0.01", 1),
        ("人民币 3000 元", 300_000),
        ("1000000000", 10**11),
    ],
)
def test_a_sum_is_read_as_it_is_meant(said: str, expected: int) -> None:
    assert fen(said) == expected


@pytest.mark.parametrize(
    ("said", "flaw"),
    [
        ("", AmountFlaw.MISSING),
        ("   ", AmountFlaw.MISSING),
        ("五万", AmountFlaw.UNREADABLE),
        ("5万3", AmountFlaw.UNREADABLE),
        ("1,50", AmountFlaw.UNREADABLE),
        ("1.2.3", AmountFlaw.UNREADABLE),
        ("1e9", AmountFlaw.UNREADABLE),
        ("NaN", AmountFlaw.UNREADABLE),
        ("-5000", AmountFlaw.NEGATIVE),
        ("－5000", AmountFlaw.NEGATIVE),
        ("0.005", AmountFlaw.FRACTION),
        ("0.0000001万", AmountFlaw.FRACTION),
        ("0", AmountFlaw.ZERO),
        ("0.00", AmountFlaw.ZERO),
        ("1000000000.01", AmountFlaw.TOO_MUCH),
        ("100001万", AmountFlaw.TOO_MUCH),
        ("1000000000000", AmountFlaw.TOO_MUCH),
        ("9" * 400, AmountFlaw.TOO_MUCH),
    ],
)
def test_what_is_no_sum_is_refused_for_its_own_reason(said: str, flaw: AmountFlaw) -> None:
    with pytest.raises(AmountError) as caught:
        fen(said)
    assert caught.value.flaw is flaw


def test_a_sum_is_printed_in_yuan() -> None:
    assert [yuan(one) for one in (1, 123_405, 5_000_000)] == ["0.01", "1,234.05", "50,000.00"]
