"""`/mailbox/print`: a sheet that may be left lying: how far it has come, and nothing that says who reported."""

import re
from uuid import UUID

import pytest

from tests.disclosing import Office
from tests.sending import accept, decline, write
from tests.visitor import REPORT
from tests.world import World

pytestmark = pytest.mark.sqlite


def page(office: Office) -> str:
    return str(office.zhou.get("/mailbox/print").text)


def test_it_says_how_far_it_has_come_by_which_article_and_nothing_of_the_reporter(world: World) -> None:
    office = Office(world)
    case_id = UUID(office.case)
    accept(world, "lin", case_id, subject="只有我在场的时候锁上了门")
    write(world, "lin", case_id, "请问是几号口？")
    office.zhou.get("/mailbox")
    office.zhou.post("/mailbox/message", {"text": "是东侧的6号口，我摊位对面", "kind": "message"})
    said = page(office)
    assert re.search(r"220100-2026-\d{5}", said)
    assert "安监总财〔2018〕19号 10(6)" in said
    assert "决定受理" in said
    told = (
        REPORT["description"],
        REPORT["place"],
        REPORT["name"],
        REPORT["phone"],
        "只有我在场",
        "请问是几号口",
        "摊位对面",
    )
    for words in told:
        assert words not in said
    assert not re.search(r"\d{1,2}:\d{2}|\d{1,2} ?时", said), "no hour"
    assert "举报人来信" not in said


def test_why_a_report_was_turned_away_is_on_it_without_the_words_to_its_reporter(world: World) -> None:
    office = Office(world)
    decline(world, "lin", UUID(office.case), "INFO_REQUEST", "您在窗口问过的那件事，请按公开渠道提出。")
    said = page(office)
    assert "属于政府信息公开申请" in said
    assert "窗口问过" not in said
