"""Searching by words: found under the desk's key, confirmed by unsealing, no wider than the desk reads, recorded."""

from typing import Any

from portal.office import searching
from portal.office.desk_sheets import SearchSheet
from tests.sending import arrive
from tests.world import World


def find(world: World, words: str, username: str = "lin", **where: Any) -> SearchSheet:
    world.sign()
    with world.store.transaction() as session:
        return searching.search(
            session,
            world.house,
            world.actor(username),
            world.ring(username),
            "zh-Hans",
            searching.terms_of(words),
            now=world.clock(),
            **where,
        )


def cases(world: World, words: str, username: str = "lin") -> set[object]:
    return {line.case_id for line in find(world, words, username).lines}


def test_words_of_every_part_find_the_report_and_no_other(world: World) -> None:
    _, one = arrive(world)
    _, other = arrive(world, respondent="银河影城", place="三楼", description="消防通道堆了货。")
    assert cases(world, "蓝鲸") == cases(world, "铁链子锁着") == cases(world, "东侧６号出口") == {one}
    assert cases(world, "影城 堆了货") == {other}
    assert cases(world, "影城 铁链子") == cases(world, "没有这样的字") == set()
