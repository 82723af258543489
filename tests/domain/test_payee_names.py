"""Names of payees: what writing changes is folded, what tells two people apart is not."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.award_errors import CodeError
from portal.domain.award_papers import Voucher
from portal.domain.award_vocabulary import PayMethod
from portal.domain.payee import Claimed, Payee, Seen
from portal.domain.payee_names import COUNTER_ONLY, DOTS, Document, NameCheck, normal
from tests.rewards import COUNTER, PAYEE
from tests.telling import DIGEST

BLANKS = (" ", "\u3000", "\u00a0", "\u200b", "\t", "")
VOUCHER = Voucher(UUID(int=1), UUID(int=2), (100,), named=True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("周小明", " 周 小　明 "),
        ("阿不都·热合曼", "阿不都・热合曼"),
        ("阿不都·热合曼", "阿不都热合曼"),
        ("阿不都.热合曼", "阿不都•热合曼"),
        ("ＪＯＨＮ ｓｍｉｔｈ", "john Smith"),
        ("Groß", "GROSS"),
        ("é", "e\u0301"),
        ("葛\U000e0100", "葛"),
    ],
)
def test_one_name_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("one", "other"), [("周小明", "周晓明"), ("周小明", "周明小"), ("Li", "L1"), ("周-明", "周明")]
)
def test_another_name_stays_another(one: str, other: str) -> None:
    assert normal(one) != normal(other)


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing_and_leaves_no_blank(name: str) -> None:
    assert normal(normal(name)) == normal(name)
    assert not any(one.isspace() or one in DOTS for one in normal(name))


@given(st.text(max_size=20), st.lists(st.sampled_from([*BLANKS, *sorted(DOTS)]), max_size=6))
def test_blanks_and_dots_around_a_name_say_nothing(name: str, around: list[str]) -> None:
    said = "".join(around)
    assert normal(f"{said}{name}{said}") == normal(name)


def test_a_claim_is_read_back_as_it_was_sealed() -> None:
    seen = Seen(letter=True, document=Document.PASSPORT, second=True)
    one = Claimed(PAYEE, VOUCHER, NameCheck.LATE, ({"blob": "1", "length": 2},), seen)
    assert Claimed.of(one.as_bytes()) == one
    bare = Claimed(COUNTER, VOUCHER)
    assert Claimed.of(bare.as_bytes()) == bare


def test_a_claim_of_before_was_never_compared() -> None:
    """As the version before sealed it."""
    old = b'{"v":1,"payee":{"method":"counter","holder":"x"},"voucher":%s}'
    for named, check in (("true", NameCheck.UNKNOWN), ("false", None)):
        said = f'{{"reference":"{DIGEST[:32]}","desk":"{DIGEST[:32]}","shares":[1],"named":{named},"signature":""}}'
        assert Claimed.of(old % said.encode()).check is check


@pytest.mark.parametrize("check", sorted(COUNTER_ONLY))
def test_whoever_could_not_be_compared_is_looked_at_by_two(check: NameCheck) -> None:
    one = Claimed(COUNTER, VOUCHER, check)
    for missing, seen in (("document", Seen()), ("second", Seen(document=Document.ID_CARD))):
        with pytest.raises(CodeError, match=missing):
            one.require_seen(seen)
    one.require_seen(Seen(document=Document.ID_CARD, second=True))
    Claimed(COUNTER, VOUCHER, NameCheck.SAME).require_seen(Seen())


def test_nothing_is_kept_that_the_way_of_paying_has_no_use_for() -> None:
    said = Payee(PayMethod.COUNTER, "周小明", bank="吉林银行", account="6222 0212 3456", passbook=True, place="通化")
    counter, bank = said.tidied(), replace(said, method=PayMethod.TRANSFER).tidied()
    assert (counter.bank, counter.account, counter.passbook, counter.place) == ("", "", False, "通化")
    assert (bank.bank, bank.account, bank.passbook, bank.place) == ("吉林银行", "622202123456", True, "")


def test_a_delegate_says_whose_reward_it_is() -> None:
    one = Payee(PayMethod.COUNTER, "赵六", signatory="周小明", delegate=True)
    assert (one.reporter, Payee(PayMethod.COUNTER, "赵六", signatory="周小明").tidied().reporter) == ("周小明", "赵六")
