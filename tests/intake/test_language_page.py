"""Another language: chosen by a link or, where one has typed, by a button that carries it along."""

import re

import pytest

from tests.faults import count
from tests.pages import Page
from tests.visitor import REPORT, Visitor
from tests.world import World

HAN = re.compile("[\u4e00-\u9fff]")


def fields_of(visitor: Visitor) -> dict[str, str]:
    return Page(visitor.last).form("/report").fields


def test_a_page_offers_its_languages_and_says_which_it_is(zhou: Visitor) -> None:
    zhou.get("/")
    offered = [link["href"] for link in Page(zhou.last).all("a") if link.get("hreflang")]
    assert offered == ["?lang=zh-Hans", "?lang=en", "?lang=ko"]
    zhou.get("/?lang=en")
    page = Page(zhou.last)
    assert page.inside("h1") == "Report a civil-air-defence safety problem" or not HAN.search(page.inside("h1"))
    zhou.get("/mailbox")
    assert Page(zhou.last).all("html")[0]["lang"] == "en"  # remembered


def test_what_the_browser_asks_for_is_the_first_choice(zhou: Visitor) -> None:
    assert 'lang="en"' in zhou.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    assert 'lang="zh-Hans"' in zhou.get("/", headers={"Accept-Language": "fr"}).text
    assert '<html lang="ko-CN">' in zhou.get("/", headers={"Accept-Language": "ko,zh;q=0.5"}).text


def test_a_report_is_made_and_followed_in_korean(world: World, zhou: Visitor) -> None:
    zhou.get("/report?lang=ko")
    assert Page(zhou.last).inside("h1") == "제보하기"
    assert Page(zhou.post("/report", {**fields_of(zhou), "place": "6번 출구"}).text).summary
    answer = zhou.post("/report", {**fields_of(zhou), **REPORT})
    assert "접수했습니다. 조회번호를 지금 적어두세요" in answer.text
    assert count(world, "reports") == 1
    zhou.get("/mailbox")
    assert Page(zhou.last).inside("h1") == "나의 제보"


def test_switching_in_the_middle_of_a_report_loses_nothing_and_sends_nothing(world: World, zhou: Visitor) -> None:
    zhou.get("/report")
    typed = {**fields_of(zhou), **REPORT, "name": "", "may_phone": "y"}
    answer = zhou.post("/report", {**typed, "lang": "en"})
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.problems() == []
    assert page.all("html")[0]["lang"] == "en"
    assert page.summary == []
    kept = fields_of(zhou)
    assert {name: kept.get(name, "") for name in typed if name != "csrf_token"} == {
        name: value for name, value in typed.items() if name != "csrf_token"
    }
    assert count(world, "reports") == 0
    assert zhou.post("/report", {**kept, "name": "Zhou"}).status_code == 200
    assert "Your code" in zhou.last or not HAN.search(Page(zhou.last).inside("h1"))


def test_switching_in_the_mailbox_keeps_the_letter(world: World, zhou: Visitor) -> None:
    zhou.report()
    zhou.get("/mailbox")
    answer = zhou.post("/mailbox/message", {"text": "还有一句", "lang": "en"})
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.all("html")[0]["lang"] == "en"
    assert page.form("/mailbox/message").fields["text"] == "还有一句"
    assert count(world, "letters") == 1


def test_what_the_portal_writes_to_the_office_does_not_tell_which_language_one_reads(zhou: Visitor) -> None:
    zhou.report()
    zhou.get("/mailbox/evidence?lang=ko")
    place = {"latitude": "43.1", "longitude": "125.2"}
    assert zhou.post("/mailbox/evidence/place", place).status_code == 303
    assert "照片是在这里拍的：北纬 43.10000°，东经 125.20000°。" in zhou.get("/mailbox").text


@pytest.mark.parametrize("tag", ["", "fr", "qps", "../../etc"])
def test_a_language_that_is_not_offered_sends_the_report(world: World, zhou: Visitor, tag: str) -> None:
    zhou.get("/report")
    assert zhou.post("/report", {**fields_of(zhou), **REPORT, "lang": tag}).status_code == 200
    assert count(world, "reports") == 1
