"""`/review/`: the cases of one's own desks by due time; each page is recorded before it is shown."""

import re
from html import unescape

import pytest

from tests.clocking import taken_up
from tests.faults import gone, locked, refusing
from tests.office.test_assigning import assign
from tests.pages import Page
from tests.visitor import BASE, Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored


def listed(world: World) -> list[dict[str, object]]:
    return [entry for entry in world.entries() if entry["event"] == "listed"]


def cases(visitor: Visitor) -> list[str]:
    return re.findall(r"/review/cases/([0-9a-f-]{36})", visitor.last)


def test_an_empty_queue_says_so(world: World, lin: Visitor) -> None:
    answer = lin.get("/review/")
    assert answer.status_code == 200
    assert "这里现在没有举报件" in answer.text
    assert Page(answer.text).problems() == []
    assert [entry["facts"]["count"] for entry in listed(world)] == [0]


def test_a_report_shows_its_first_words_and_not_its_sender(world: World, zhou: Visitor, lin: Visitor) -> None:
    zhou.report()
    page = Page(lin.get("/review/").text)
    assert page.problems() == []
    assert "蓝鲸地下购物广场：6号安全出口" in page.text
    assert "周小明" not in lin.last
    assert "13800000000" not in lin.last
    assert [entry["facts"]["count"] for entry in listed(world)] == [1]


def test_each_look_is_recorded_with_who_looked(world: World, lin: Visitor) -> None:
    lin.get("/review/")
    lin.get("/review/")
    assert len(listed(world)) == 2
    assert {entry["actor"]["officer"] for entry in listed(world)} == {str(world.cast["lin"].officer_id)}
    assert {entry["actor"]["duty"] for entry in listed(world)} == {"intake"}


def test_the_lead_of_the_desk_sees_it_too(world: World, zhou: Visitor) -> None:
    zhou.report()
    assert len(cases_of(world, "gao")) == 1


def cases_of(world: World, username: str) -> list[str]:
    visitor = world.officer(username)
    assert visitor.get("/review/").status_code == 200
    return cases(visitor)


@pytest.mark.parametrize("username", ["qin", "qin-lead", "sheng", "sheng-lead", "ji"])
def test_another_office_sees_nothing_of_it(world: World, zhou: Visitor, username: str) -> None:
    zhou.report()
    assert cases_of(world, username) == []


def test_an_investigator_is_led_to_what_they_work_on(world: World, zhou: Visitor) -> None:
    zhou.report()
    answer = world.officer("chen").get("/review/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/review/assigned")


def test_what_an_investigator_works_on_says_how_long_there_is_and_in_which_year(world: World) -> None:
    _, case_id = taken_up(world)
    assign(world, case_id)
    assert "还有 65 天 5月6日" in Page(world.officer("chen").get("/review/assigned").text).text
    assert "请再分一名。" in world.officer("gao").get(f"/review/cases/{case_id}").text
    world.clock.forward(days=70)
    assert "超期 5 天 5月6日" in Page(world.officer("chen").get("/review/assigned").text).text


def test_an_auditor_is_led_to_the_ledger(world: World, zhou: Visitor) -> None:
    zhou.report()
    answer = world.officer("shen").get("/review/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/review/ledger")


@pytest.mark.parametrize("username", ["song", "qian"])
def test_duties_without_a_queue_are_told_so_and_can_sign_out(world: World, zhou: Visitor, username: str) -> None:
    zhou.report()
    before = world.events()
    visitor = world.officer(username)
    answer = visitor.get("/review/")
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.problems() == []
    assert "您的事在这里" in page.text
    assert "蓝鲸" not in answer.text
    assert cases(visitor) == []
    assert world.events() == before
    signed_out = visitor.post("/review/logout", page.form("/review/logout").fields)
    assert (signed_out.status_code, signed_out.headers["Location"]) == (303, "/review/login")
    assert world.events() == [*before, "signed_out"]


def test_a_report_taken_back_is_marked_in_the_queue(world: World, zhou: Visitor, lin: Visitor) -> None:
    zhou.report()
    assert "举报人已撤回" not in lin.get("/review/").text
    zhou.get("/mailbox")
    zhou.post("/mailbox/withdraw")
    world.visitor().report(respondent="别家")
    rows = [row for row in re.findall(r"<tr.*?</tr>", lin.get("/review/").text, re.DOTALL) if "/cases/" in row]
    assert sorted(("蓝鲸" in row, "举报人已撤回" in row) for row in rows) == [(False, False), (True, True)]


def test_pages_follow_each_other_without_gap_or_repetition(world: World, zhou: Visitor, lin: Visitor) -> None:
    for number in range(110):
        if number % 17 == 0:
            world.clock.forward(hours=1)
        zhou.report(description=f"第{number}件")
    lin = world.officer("lin")
    seen: list[list[str]] = []
    lin.get("/review/")
    while True:
        assert Page(lin.last).problems() == []
        seen.append(cases(lin))
        onward = re.search(r'href="(\?[^"]+)" rel="next"', lin.last)
        if onward is None:
            break
        lin.get("/review/" + unescape(onward[1]))
    assert [len(page) for page in seen] == [50, 50, 10]
    assert len({case for page in seen for case in page}) == 110
    back = re.search(r'href="(\?[^"]+)" rel="prev"', lin.last)[1]
    lin.get("/review/" + unescape(back))
    assert cases(lin) == seen[1]
    assert "110" in Page(lin.last).text


@pytest.mark.parametrize(
    "cursor", ["x", "", "20260302T040000.000000-x", "\x00", "9" * 5000, "00010101T000000.0-" + "0" * 32]
)
@pytest.mark.parametrize("name", ["after", "before"])
def test_a_damaged_address_leads_to_a_page_all_the_same(zhou: Visitor, lin: Visitor, name: str, cursor: str) -> None:
    zhou.report()
    assert lin.get("/review/", query_string={name: cursor}).status_code == 200


def test_what_is_late_is_counted(world: World, zhou: Visitor) -> None:
    zhou.report()
    world.clock.forward(days=20)
    lin = world.officer("lin")
    assert "超期 1" in Page(lin.get("/review/").text).text


@pytest.mark.parametrize(
    "fault", [locked, gone, lambda world: refusing(world, "leaves")], ids=["locked", "gone", "no entry"]
)
def test_what_cannot_be_recorded_is_not_shown(world: World, zhou: Visitor, lin: Visitor, fault) -> None:
    zhou.report()
    world.sign()
    with fault(world):
        answer = lin.client.get("/review/", base_url=BASE)
    assert answer.status_code in {409, 503}
    assert "蓝鲸" not in answer.text
    assert Page(answer.text).problems() == []


def test_filters_are_kept_in_the_address_and_what_is_unknown_narrows_nothing(zhou: Visitor, lin: Visitor) -> None:
    zhou.report()
    page = Page(lin.get("/review/", query_string={"view": "late", "category": "EXIT-01", "days": "7"}).text)
    assert page.problems() == []
    links = {link["href"] for link in page.all("a")}
    assert "?view=waiting&category=EXIT-01&days=7" in links
    assert "?view=late" in links  # without filters
    assert "没有符合这些条件的举报件" in page.text
    unknown = {"view": "x", "state": "x", "category": "'", "office": "x", "days": "8"}
    assert "蓝鲸地下购物广场" in lin.get("/review/", query_string=unknown).text


def test_the_views_say_where_one_is(zhou: Visitor, lin: Visitor) -> None:
    zhou.report()
    lin.get("/review/?view=news")
    current = [attrs for attrs in Page(lin.last).all("a") if attrs.get("aria-current") == "page"]
    assert [attrs["href"] for attrs in current] == ["?view=news"]
