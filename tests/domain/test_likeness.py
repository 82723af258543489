"""How names and places are read and compared: what people write differently of one thing is one thing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import likeness
from portal.domain.likeness import ALIKE, ENOUGH, Field, Why, alike, least_shared, pieces, weigh

WORDS = st.lists(
    st.sampled_from(
        ["吉林省", "长春市", "朝阳区", "蓝鲸", "商贸", "（集团）", "有限公司", "有限责任", "公司", "地下", "负", "B",
         "一", "二十", "3", "１２", "层", "楼", "F", "号", "栋", "幢", "-", " ", "室", "口", "东侧", "区", "市"]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("吉林省长春市蓝鲸商贸有限责任公司", "蓝鲸商贸（集团）有限公司"),
        ("长春市南关区蓝鲸商场", "蓝鲸商场"),
        ("蓝鲸商贸股份有限公司", "蓝鲸商贸公司"),
        ("ＢＬＵＥ 广场", "Blue广场"),
    ],
)
def test_a_unit_is_the_same_however_its_form_and_place_are_written(one: str, other: str) -> None:
    assert likeness.unit(one) == likeness.unit(other)


@pytest.mark.parametrize(("text", "read"), [("有限公司", "有限公司"), ("长春市", "长春市"), ("区公司", "区公司")])
def test_a_name_that_is_nothing_else_stays(text: str, read: str) -> None:
    assert likeness.unit(text) == read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("地下一层", "B1"),
        ("负一楼", "－１Ｆ"),
        ("地下室二层东侧六号出口", "B2层 东侧6号出口"),
        ("三号楼十二层", "3幢12F"),
        ("人民大街一百零五号", "长春市朝阳区人民大街105号"),
        ("二十三楼", "23层"),
        ("二〇二室", "202室"),
    ],
)
def test_a_place_is_the_same_however_it_counts(one: str, other: str) -> None:
    assert likeness.place(one) == likeness.place(other)


@pytest.mark.parametrize(
    ("one", "other"), [("地下一层", "一层"), ("B1", "B2"), ("3号楼", "3号"), ("一层", "十一层"), ("东侧", "西侧")]
)
def test_places_that_differ_stay_apart(one: str, other: str) -> None:
    assert likeness.place(one) != likeness.place(other)


@given(WORDS)
def test_reading_twice_changes_nothing(text: str) -> None:
    for read in likeness.READERS.values():
        assert read(read(text)) == read(text)


@given(st.text(max_size=30))
def test_reading_any_text_ends_and_changes_nothing_the_second_time(text: str) -> None:
    for read in likeness.READERS.values():
        assert read(read(text)) == read(text)


def test_a_value_is_compared_whole_and_by_pairs_and_a_venue_whole() -> None:
    assert pieces(Field.UNIT, "蓝鲸广场") == {"=蓝鲸广场", "蓝鲸", "鲸广", "广场"}
    assert pieces(Field.VENUE, "CC-01") == {"=cc01"}
    assert pieces(Field.PLACE, "，") == frozenset()


@pytest.mark.parametrize(
    ("shares", "days", "score", "why"),
    [
        ({Field.UNIT: 1.0, Field.PLACE: 1.0}, 0, 100, (Why.SAME_UNIT, Why.SAME_PLACE, Why.NEAR_TIME)),
        ({Field.UNIT: 1.0, Field.PLACE: 1.0}, 300, 85, (Why.SAME_UNIT, Why.SAME_PLACE)),
        ({Field.UNIT: 1.0, Field.PLACE: 0.0}, 31, 50, (Why.SAME_UNIT,)),
        ({Field.UNIT: 0.8, Field.PLACE: 0.7}, 30, 72, (Why.LIKE_UNIT, Why.LIKE_PLACE, Why.NEAR_TIME)),
        ({Field.UNIT: 0.0, Field.PLACE: 1.0}, 0, 50, (Why.SAME_PLACE, Why.NEAR_TIME)),
        ({Field.UNIT: 0.5, Field.PLACE: 0.5}, 0, 0, ()),
    ],
)
def test_what_is_alike_is_weighed_and_says_why(
    shares: dict[Field, float], days: int, score: int, why: tuple[Why, ...]
) -> None:
    found = weigh(shares, days)
    assert (found.score, found.why) == (score, why)


def test_neither_a_place_alone_long_ago_nor_a_time_alone_is_enough() -> None:
    assert weigh({Field.PLACE: 1.0}, 100).score < ENOUGH
    assert weigh({Field.UNIT: 0.3}, 0).score < ENOUGH <= weigh({Field.UNIT: 1.0}, 1000).score


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 60))
def test_the_least_that_is_asked_for_misses_nothing_alike(ours: int, theirs: int, shared: int) -> None:
    shared = min(shared, ours, theirs)
    if alike(shared, ours, theirs) >= ALIKE:
        assert shared >= least_shared(ours)
