"""`/policy`: the rules in force in plain words, and a calculator that keeps nothing."""

from importlib.resources import files
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from portal.domain.contents import NewEdition
from portal.domain.rewards import Row
from portal.domain.vocabulary import EditionKind, MotionKind
from portal.store.ledger import Entry
from tests.staffing import Staff
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite


def page(zhou: Visitor, status: int = 200, **asked: str) -> str:
    answer = zhou.get("/policy?" + urlencode({"kind": "violation", **asked}))
    assert answer.status_code == status
    return answer.text


def test_the_terms_are_there_with_their_articles_and_what_is_not_sure_is_marked(zhou: Visitor) -> None:
    text = zhou.get("/policy").text
    for said in ("15%", "300,000.00 元", "收到通知的第二天起 60 天", "安监总财〔2018〕19号 第十三条"):
        assert said in text
    assert text.count("待确认") > 10
    assert "大约" not in text


def test_what_is_there_in_chinese_alone_is_marked_so_in_another_language(zhou: Visitor) -> None:
    said = "安监总财〔2018〕19号 第十三条"
    assert f'<span lang="zh-Hans">{said}</span>' in zhou.get("/policy?lang=en").text
    assert '<span lang="zh-Hans">' not in zhou.get("/policy?lang=zh-Hans").text


def test_every_public_page_leads_there(zhou: Visitor) -> None:
    for path in ("/", "/privacy", "/mailbox"):
        assert 'href="/policy"' in zhou.get(path).text


@pytest.mark.parametrize("fine", ["50000", "5万", "50,000.00", "５００００", "¥50,000元"])
def test_a_sum_is_typed_as_people_type_it_and_stays_as_it_was(zhou: Visitor, fine: str) -> None:
    text = page(zhou, fine=fine)
    assert "大约 7,500.00 元" in text
    assert f'value="{fine}"' in text


def test_every_row_is_shown_with_its_answer(zhou: Visitor) -> None:
    text = page(zhou, fine="5万", way="nothing")
    assert "这样不奖励" in text
    assert all(f"<dt>{row} " in text for row in Row)
    assert text.count("<b>没有通过</b>") == 2


def test_shares_of_joint_signatories_stay_one_award_where_the_edition_does_not_split(zhou: Visitor) -> None:
    text = page(zhou, fine="5万", people="3")
    assert "3 人联名，一份奖金" in text
    assert "其余每人" not in text


def test_an_edition_that_nobody_has_read_can_be_looked_at_and_says_so(zhou: Visitor) -> None:
    text = page(zhou, edition="jilin", fine="5万")
    assert "没有在用：吉林省举报奖励暂行办法（待确认）" in text
    assert "这一版规定的原文还没有确认。" in text
    assert 'name="edition" value="jilin"' in text


def test_a_name_that_no_edition_has_gives_the_one_in_force(zhou: Visitor) -> None:
    assert "现在用的是：" in page(zhou, edition="' OR 1=1")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"fine": "0.005"}, "最小到分"),
        ({"fine": "-5"}, "金额不能是负数。"),
        ({"fine": "1000000000000"}, "金额太大"),
        ({"fine": "五万"}, "看不懂这个金额"),
        ({"kind": "other"}, "请从列表里选。"),
        ({"way": "x"}, "请从列表里选。"),
        ({"people": "0"}, "至少一个人。"),
        ({"people": "99999"}, "请写人数"),
        ({"deaths": "-1"}, "请写人数"),
        ({"deaths": "1", "hidden": "2"}, "不能比死亡的人数多"),
        ({"kind": "ordinary_hazard", "deaths": "1", "hidden": "1"}, "就不是一般隐患"),
        ({"people": "2", "way": "contact"}, "联名要留姓名。"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_with_what_was_typed(
    zhou: Visitor, asked: dict[str, str], sentence: str
) -> None:
    text = page(zhou, 422, **asked)
    assert text.count(sentence) >= 2  # above, and at its field
    assert "<title>错误：" in text
    assert "大约" not in text


def test_nothing_is_recorded(zhou: Visitor, world: World) -> None:
    def entries() -> int:
        with world.store.reading() as session:
            return session.scalar(select(func.count()).select_from(Entry)) or 0

    page(zhou)
    before = entries()
    page(zhou, fine="5万")
    assert entries() == before
    assert not zhou.get("/policy").headers.getlist("Set-Cookie")


def test_an_adopted_edition_is_said_and_calculated_with_from_its_day(zhou: Visitor, staff: Staff) -> None:
    text = (files("portal.policy") / "rewards/national-2018.toml").read_text(encoding="utf-8")
    text = text.replace('"national-2018"', '"jilin-2026"').replace("2018-01-04", "2026-03-10")
    text = text.replace('value = "0.15"', 'value = "0.5"').replace("（国家 2018）", "（吉林 2026）")
    staff.new(MotionKind.ADOPT, "office-220000", NewEdition(EditionKind.REWARDS, text).encoded())
    assert "大约 7,500.00 元" in page(zhou, fine="5万")
    staff.world.clock.forward(days=8)
    later = page(zhou, fine="5万")
    assert "大约 25,000.00 元" in later
    assert "（吉林 2026）" in later
