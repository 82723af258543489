"""Searching by words: found under the desk's key, confirmed by unsealing, no wider than the desk reads, recorded."""

from typing import Any

import pytest
from sqlalchemy import select

from portal.domain.errors import NotAllowedError, UnsignedError
from portal.office import searching
from portal.office.desk_sheets import SearchSheet
from portal.office.searching import Place, terms_of
from portal.store.index import IndexMark
from tests.epochs import enrol, turn
from tests.office.test_transferring import hand
from tests.sending import accept, arrive, open_case, run, say
from tests.world import World

pytestmark = pytest.mark.sqlite


def find(world: World, words: str, username: str = "lin", after: Place | None = None) -> SearchSheet:
    world.sign()
    return search(world, words, username, after)


def search(world: World, words: str, username: str, after: Place | None = None) -> SearchSheet:
    with world.store.transaction() as session:
        who = world.actor(username), world.ring(username), "zh-Hans", terms_of(words)
        return searching.search(session, world.house, *who, now=world.clock(), after=after)


def cases(world: World, words: str, username: str = "lin") -> set[Any]:
    return {line.case_id for line in find(world, words, username).lines}


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("蓝鲸  铁链子", ("蓝鲸", "铁链子")),
        ("　６号　ＥＸＩＴ ", ("6号", "exit")),
        ("蓝 鲸", ("蓝鲸",)),
        ("蓝鲸 口", ("蓝鲸口",)),
        ("蓝鲸 蓝鲸！", ("蓝鲸",)),
        ("口", ()),
        ("……", ()),
        ("", ()),
    ],
)
def test_what_is_typed_becomes_words_that_must_all_be_there(typed: str, terms: tuple[str, ...]) -> None:
    assert terms_of(typed) == terms


def test_words_of_every_part_find_the_report_and_no_other(world: World) -> None:
    key, one = arrive(world)
    _, other = arrive(world, respondent="银河影城", place="三楼", description="消防通道堆了货。")
    assert cases(world, "蓝鲸") == cases(world, "铁链子锁着") == cases(world, "东侧６号出口") == {one}
    assert cases(world, "影城 堆了货") == {other}
    assert cases(world, "影城 铁链子") == cases(world, "没有这样的字") == set()
    say(world, key, "钥匙在保安队长手里")
    accept(world, "lin", one, subject="封堵疏散通道")
    assert cases(world, "保安队长") == cases(world, "封堵疏散") == cases(world, "220100-2026-00001") == {one}
    assert cases(world, "铁链子", "gao") == {one}


def test_each_desk_finds_what_it_reads_and_nothing_else(world: World) -> None:
    _, one = arrive(world)
    assert cases(world, "铁链子") == {one}
    for username in ("qin", "qin-lead", "sheng", "sheng-lead", "ji"):
        assert cases(world, "铁链子", username) == set()
    for username in ("chen", "he", "song", "shen", "guan"):
        with pytest.raises(NotAllowedError):
            find(world, "铁链子", username)


def test_what_was_handed_on_is_found_there_and_no_longer_here(world: World) -> None:
    _, one = arrive(world)
    assert cases(world, "铁链子") == cases(world, "铁链子", "gao") == {one}
    hand(world, one)
    assert cases(world, "铁链子") == cases(world, "铁链子", "gao") == set()
    left = "SELECT count(*) FROM indexed_cases c JOIN index_parts p ON p.part = c.part WHERE desk_epoch_id IS NOT NULL"
    assert run(world, left) == [(0,)]
    assert run(world, "SELECT count(*) FROM index_marks WHERE field = 0") == [(0,)]
    assert cases(world, "铁链子", "qin") == {one}


def test_what_was_escalated_is_found_by_the_desk_above(world: World) -> None:
    _, one = arrive(world)
    world.clock.forward(days=20)
    world.tick()
    assert cases(world, "铁链子", "sheng-lead") == {one}


def test_after_the_desk_has_turned_old_and_new_are_found_once(world: World) -> None:
    key, old = arrive(world)
    open_case(world, "lin", old)
    enrol(world, "lan")
    turn(world, "lin", seated=("lin", "lan"))
    _, new = arrive(world)
    assert cases(world, "铁链子") == {old, new}
    say(world, key, "还有一句")  # indexed anew, under the new key
    assert [line.case_id for line in find(world, "铁链子", "lan").lines].count(old) == 1
    assert cases(world, "还有一句", "lan") == {old}
    parts = "SELECT p.part, count(*) FROM indexed_cases c JOIN index_parts p ON p.part = c.part"
    assert run(world, f"{parts} WHERE desk_epoch_id IS NOT NULL GROUP BY p.part") == [(3, 2)]


def test_pages_follow_each_other_without_gap_or_repetition(world: World) -> None:
    made = [arrive(world)[1] for _ in range(45)]
    assert find(world, "铁链子").left == 25  # each search indexes some
    assert find(world, "铁链子").left == 5
    seen, after = [], None
    for number in (20, 20, 5):
        page = find(world, "铁链子", after=after)
        assert len(page.lines) == number
        seen += [line.case_id for line in page.lines]
        after = Place.parse(page.after or "")
    assert page.after is None
    assert (len(set(seen)), set(seen)) == (45, set(made))


def test_a_mark_that_two_pieces_share_is_no_hit(world: World) -> None:
    """Whoever writes to the database puts a case where it does not belong: what is unsealed decides."""
    _, one = arrive(world)
    _, other = arrive(world, respondent="银河影城", place="三楼", description="消防通道堆了货。")
    assert cases(world, "铁链子") == {one}
    with world.store.transaction() as session:
        for row in session.scalars(select(IndexMark).where(IndexMark.field == 0)):
            row.numbers = b"\0\0\0\1"
    assert cases(world, "铁链子") == {one}
    assert find(world, "没有这样的字").looked == 0
    assert cases(world, "影城") == {other}
    assert find(world, "铁链子").looked == 2


def test_a_search_is_one_entry_without_a_word_of_it(world: World) -> None:
    arrive(world)
    find(world, "铁链子")
    find(world, "铁链子")
    find(world, "铁链条")
    find(world, "铁链子", "gao")
    said = [one for one in world.entries() if one["event"] == "searched"]
    assert [one["facts"]["count"] for one in said] == [1, 1, 0, 1]
    assert [one["facts"]["opened"] for one in said] == [1, 1, 0, 1]
    assert {one["actor"]["duty"] for one in said} == {"intake", "lead"}
    digests = [one["facts"]["filter"] for one in said]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3, "another desk, another key"
    assert {one["object"] for one in said} == {None}
    world.sign()
    world.verify()


def test_nothing_is_shown_while_nobody_signs(world: World) -> None:
    arrive(world)
    find(world, "铁链子")
    world.clock.forward(minutes=6)
    before = world.events()
    with pytest.raises(UnsignedError):
        search(world, "铁链子", "lin")
    assert world.events() == before


def test_a_report_that_was_damaged_hides_no_other(world: World) -> None:
    _, one = arrive(world)
    _, other = arrive(world)
    letter = "report_id = (SELECT id FROM reports WHERE case_id = ?)"
    run(world, "DROP TRIGGER letters_sealed")
    run(world, f"UPDATE letters SET body = zeroblob(400) WHERE {letter}", one.bytes)
    assert cases(world, "铁链子") == {other}


@pytest.mark.parametrize("text", ["", "x", "1", "1.", ".1", "1.x", "-1.2", "1.2.3", "９.９", "9" * 30 + ".1"])
def test_a_place_that_was_damaged_means_the_beginning(text: str) -> None:
    assert Place.parse(text) is None
    assert Place.parse(str(Place(2, 41))) == Place(2, 41)
