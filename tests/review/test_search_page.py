"""`/review/search`: words are typed, sent and shown again, and stand in no address, cookie, log or row."""

import logging
import re

import pytest

from tests.canary import found
from tests.pages import Page
from tests.sending import run
from tests.visitor import BASE, Visitor
from tests.world import PASSWORD, World

pytestmark = pytest.mark.sqlite

SEARCH = "/review/search"


@pytest.fixture
def lin(lin: Visitor) -> Visitor:
    """At the form."""
    lin.get(SEARCH)
    return lin


def looked(world: World) -> int:
    return world.events().count("searched")


def cases(visitor: Visitor) -> list[str]:
    return re.findall(r"/review/cases/[0-9a-f-]{36}", visitor.last)


def test_the_queue_leads_to_what_was_looked_for(world: World, zhou: Visitor, lin: Visitor) -> None:
    zhou.report()
    form = next(one for one in Page(lin.get("/review/").text).forms if one.attrs.get("action") == SEARCH)
    assert form.attrs["method"] == "post"
    answer = lin.post(SEARCH, {"words": "铁链子　锁着"})
    page = Page(answer.text)
    assert (answer.status_code, page.problems()) == (200, [])
    assert "蓝鲸地下购物广场：6号安全出口" in page.text
    assert "这一页 1 件" in page.text
    assert 'value="铁链子 锁着"' in answer.text
    assert looked(world) == 1
    assert lin.get(cases(lin)[0]).status_code == 200


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "请输入要找的字词"),
        ("   ", "请输入要找的字词"),
        ("口", "至少要两个字"),
        ("？！……", "至少要两个字"),
        ("字" * 61, "最多 60 个字，现在多了 1 个"),
    ],
)
def test_what_cannot_be_looked_for_is_said_and_stays(
    world: World, zhou: Visitor, lin: Visitor, typed: str, sentence: str
) -> None:
    zhou.report()
    answer = lin.post(SEARCH, {"words": typed})
    page = Page(answer.text)
    assert (answer.status_code, page.problems()) == (422, [])
    assert sentence in page.text
    assert f'value="{typed.strip()}"' in answer.text
    assert looked(world) == 0
    assert run(world, "SELECT count(*) FROM index_marks") == [(0,)]


def test_nothing_found_says_where_it_looked(zhou: Visitor, lin: Visitor) -> None:
    zhou.report()
    assert "没有找到。只找您的岗位看得到的举报件" in Page(lin.post(SEARCH, {"words": "没有这样的"}).text).text


def test_pages_go_on_without_an_address(zhou: Visitor, lin: Visitor) -> None:
    for _ in range(22):
        zhou.report()
    assert "还有 2 件没有人打开过" in Page(lin.post(SEARCH, {"words": "铁链子"}).text).text
    first = lin.post(SEARCH, {"words": "铁链子"})
    assert len(cases(lin)) == 20
    onward = next(one for one in Page(first.text).forms if "after" in one.fields)
    lin.post(SEARCH, onward.fields)
    assert len(cases(lin)) == 2
    assert "接着往前找" not in lin.last


@pytest.mark.parametrize("after", ["x", "9" * 40, "1.99999999", "\x00", "5.-1"])
def test_a_place_that_was_damaged_harms_nothing(zhou: Visitor, lin: Visitor, after: str) -> None:
    zhou.report()
    assert lin.post(SEARCH, {"words": "铁链子", "after": after}).status_code == 200


@pytest.mark.parametrize("username", ["chen", "he", "shen", "guan"])
def test_other_duties_search_nothing(world: World, zhou: Visitor, username: str) -> None:
    zhou.report()
    visitor = world.officer(username)
    for answer in (visitor.get(SEARCH), visitor.post(SEARCH, {"words": "铁链子"}), visitor.post(SEARCH, {"words": ""})):
        assert answer.status_code == 403
        assert "铁链子锁着" not in answer.text
    assert world.events()[-1] == "refused"


def test_words_survive_the_end_of_a_session(world: World, zhou: Visitor, lin: Visitor) -> None:
    zhou.report()
    lin.get("/review/")
    world.clock.forward(minutes=30)
    late = lin.post(SEARCH, {"words": "铁链子"})
    assert late.status_code == 422
    fields = next(one for one in Page(late.text).forms if one.attrs["action"] == "/review/login").fields
    code = world.cast["lin"].code(world.clock())
    signed = lin.post("/review/login", {**fields, "username": "lin", "password": PASSWORD, "otp": code})
    assert signed.status_code == 200
    assert 'value="铁链子"' in signed.text
    assert looked(world) == 0
    assert lin.post(SEARCH, {"words": "铁链子"}).status_code == 200
    assert "蓝鲸" in lin.last


def test_words_and_marks_lie_nowhere_in_clear(
    world: World, zhou: Visitor, lin: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    words = "鼫鼬鼩驫麤"
    zhou.report(respondent=f"{words}商场")
    answer = lin.post(SEARCH, {"words": words})
    assert words in answer.text
    assert run(world, "SELECT count(*) > 5 FROM index_marks WHERE field = 1") == [(1,)]
    pairs = [words[at : at + 2] for at in range(len(words) - 1)]
    assert found([world.home], [words]) == []
    kept = [one.read_bytes() for one in world.home.rglob("*") if one.is_file()]
    assert not [one for one in pairs if any(one.encode() in data for data in kept)]
    assert not [one for one in pairs if one in caplog.text]
    assert not [one for one in pairs if one in str(answer.headers)]
    world.verify()


def test_a_reload_leads_back_to_a_page(lin: Visitor) -> None:
    assert lin.get(SEARCH).status_code == 200
    assert Page(lin.last).problems() == []
    assert lin.client.get(f"{SEARCH}?words=x", base_url=BASE).status_code == 200


# Possible duplicates on the page of a case


def test_a_case_shows_what_may_be_the_same_and_of_other_offices_no_more_than_a_number(
    world: World, lin: Visitor
) -> None:
    qin = world.officer("qin")
    for visitor, division in ((lin, "220102"), (lin, "220102"), (qin, "220302")):
        world.visitor().report(division=division)
        visitor.get("/review/")
        for case in cases(visitor):
            visitor.get(case)
    lin.get("/review/")
    for case in cases(lin):
        page = Page(lin.get(case).text)
        assert page.problems() == []
        assert "可能是同一件事" in page.text
        assert "同一单位、同一地点、时间相近" in page.text
        assert "相像 100 分" in page.text
        listed = re.search(r'<ul class="alike">.*?</ul>', lin.last, re.DOTALL)[0]
        assert listed.count("<li>") == 2
        assert listed.count("<a ") == 1
        theirs = next(one for one in listed.split("<li>") if "四平" in one)
        assert "未受理" in theirs
        assert not [word for word in ("分", "同一", "href", "220302") if word in theirs]


def test_a_case_without_any_says_nothing_of_it(zhou: Visitor, lin: Visitor) -> None:
    zhou.report()
    lin.get("/review/")
    assert "可能是同一件事" not in lin.get(cases(lin)[0]).text
