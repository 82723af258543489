"""`/review/cases/<id>`: reading, taking up and answering; who may, who may not, and what is written down."""

import re
from uuid import UUID, uuid4

import pytest

from portal.domain.errors import StaleError
from portal.office import writing
from tests.faults import count, gone, locked, refusing
from tests.pages import Page
from tests.sending import run
from tests.visitor import BASE, TOKEN, Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored


@pytest.fixture
def case(world: World, zhou: Visitor) -> str:
    """The address of the one case there is; 周 may be phoned."""
    zhou.report(may_phone="y")
    raw = run(world, "SELECT id FROM cases")[0][0]
    return f"/review/cases/{UUID(bytes=raw) if isinstance(raw, bytes) else UUID(raw)}"


def seen(visitor: Visitor) -> str:
    return re.search(r'name="seen" value="(\d+)"', visitor.last)[1]


def accept(visitor: Visitor, case: str, **changes: str):
    visitor.get(case)
    return visitor.post(f"{case}/accept", {"subject": "安全出口上锁", "seen": seen(visitor), **changes})


def refusal(world: World) -> tuple[str, str]:
    """What the newest entry says was refused, and why."""
    entry = world.entries()[-1]
    assert entry["event"] == "refused", entry
    return entry["facts"]["action"], entry["facts"]["why"]


def test_opening_is_recorded_and_shows_all_but_the_person(world: World, lin: Visitor, case: str) -> None:
    answer = lin.get(case)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.problems() == []
    assert "铁链子锁着" in page.text
    assert "周小明" not in answer.text
    assert "13800000000" not in answer.text
    entry = world.entries()[-1]
    assert (entry["event"], entry["facts"]) == ("opened", {"letters": 1})
    assert entry["object"] == ["cases", case.rpartition("/")[2]]


@pytest.mark.parametrize(
    ("mode", "words"), [("identified", "封存着：姓名、电话"), ("anonymous", "举报人没有留姓名和联系方式")]
)
def test_it_says_what_is_sealed(world: World, lin: Visitor, mode: str, words: str) -> None:
    world.visitor().report(mode=mode)
    lin.get("/review/")
    assert words in Page(lin.get(re.search(r"/review/cases/[0-9a-f-]{36}", lin.last)[0]).text).text


def test_the_number_is_shown_by_a_press_and_recorded_each_time(world: World, lin: Visitor, case: str) -> None:
    assert lin.get(f"{case}/phone").headers["Location"] == case
    assert "phone_read" not in world.events()
    lin.get(case)
    for _ in range(2):
        assert "13800000000" in lin.post(f"{case}/phone").text
    assert Page(lin.last).problems() == []
    assert world.events().count("phone_read") == 2
    assert "13800000000" not in lin.get(case).text


def test_the_reporter_sees_that_the_number_was_looked_at(zhou: Visitor, lin: Visitor, case: str) -> None:
    lin.get(case)
    lin.post(f"{case}/phone")
    assert "看了电话号码" in zhou.get("/mailbox").text


def test_without_the_token_no_number_is_shown(world: World, lin: Visitor, case: str) -> None:
    lin.get(case)
    answer = lin.post(f"{case}/phone", csrf=False)
    assert answer.status_code == 422
    assert "13800000000" not in answer.text
    assert "phone_read" not in world.events()


def test_who_did_not_agree_to_calls_is_not_said_to_have(world: World, lin: Visitor) -> None:
    world.visitor().report()
    lin.get("/review/")
    address = re.search(r"/review/cases/[0-9a-f-]{36}", lin.last)[0]
    assert "举报人同意打电话。" not in lin.get(address).text
    assert not [form for form in Page(lin.last).forms if form.attrs["action"].endswith("/phone")]
    answer = lin.post(f"{address}/phone")
    assert "13800000000" not in answer.text
    assert "phone_read" not in world.events()


def test_who_has_withdrawn_is_left_in_peace(world: World, zhou: Visitor, lin: Visitor, case: str) -> None:
    lin.get(case)
    zhou.get("/mailbox")
    zhou.post("/mailbox/withdraw")
    for step, endpoint in (("phone", "show_phone"), ("letter", "write_letter")):
        lin.get(case)
        answer = lin.post(f"{case}/{step}", {"text": "请问还锁着吗？"})
        assert answer.status_code == 409
        assert "13800000000" not in answer.text
        assert Page(answer.text).problems() == []
        assert refusal(world) == (f"review.{endpoint}", "IllegalTransitionError")
    page = Page(lin.get(case).text)
    assert page.problems() == []
    assert "举报人已撤回：不再答复，不再联系。" in page.text
    assert "要联系举报人，请写信" not in page.text
    offered = {form.attrs["action"].removeprefix(case).removeprefix("/") for form in page.forms}
    assert offered == {
        *("review/logout", "review/clocks"),  # a date counted
        *("accept", "transfer", "decline", "merge", "refer", "aside", "block", "recuse", "alarm"),
        "request",  # to protect them
    }
    assert count(world, "letters") == 1


def test_of_the_opening_of_a_letter_the_office_learns_the_hour(
    world: World, zhou: Visitor, lin: Visitor, case: str
) -> None:
    lin.get(case)
    lin.post(f"{case}/letter", {"text": "还锁着吗？"})
    assert "举报人还没有打开" in lin.get(case).text
    world.clock.forward(minutes=7)
    zhou.get("/mailbox")
    assert "举报人 3月2日 12时许 打开" in Page(lin.get(case).text).text


def test_several_openings_in_a_row_are_one_step(zhou: Visitor, lin: Visitor, case: str) -> None:
    assert zhou.last
    for _ in range(3):
        lin.get(case)
    assert "打开阅读 3 次 长春市人民防空办公室" in Page(lin.get(case).text).text  # the present one comes next time


def test_taking_up_gives_a_number_and_starts_the_clock(zhou: Visitor, lin: Visitor, case: str) -> None:
    assert accept(lin, case).status_code == 303
    page = Page(lin.get(case).text)
    assert page.problems() == []
    assert page.inside("h1") == "安全出口上锁"
    assert "220100-2026-00001" in page.text
    assert "已受理" in page.text
    assert not [form for form in page.forms if form.attrs["action"].endswith("/accept")]
    mailbox = Page(zhou.get("/mailbox").text)
    assert "220100-2026-00001" in mailbox.text
    assert "安全出口上锁" not in mailbox.text


@pytest.mark.parametrize("subject", ["", " \u200b ", "字" * 61])
def test_a_subject_that_is_none_is_refused_and_kept(world: World, lin: Visitor, case: str, subject: str) -> None:
    answer = accept(lin, case, subject=subject)
    assert answer.status_code == 422
    page = Page(lin.last)
    assert page.problems() == []
    assert [link for link, _ in page.summary] == ["subject"]
    assert page.form(f"{case}/accept").fields["subject"] == subject.replace("\u200b", "").strip()
    assert "accepted" not in world.events()


@pytest.mark.parametrize("number", ["", "x", "-1", "1.5", "９", "²"])
def test_a_damaged_version_is_refused(world: World, lin: Visitor, case: str, number: str) -> None:
    assert accept(lin, case, seen=number).status_code == 422
    assert Page(lin.last).problems() == []
    assert "accepted" not in world.events()


@pytest.mark.parametrize("number", ["0", "99", "9" * 30, "9" * 5000])
def test_a_version_that_is_not_the_present_one_is_stale(world: World, lin: Visitor, case: str, number: str) -> None:
    answer = accept(lin, case, seen=number)
    assert answer.status_code in {409, 422}
    assert "accepted" not in world.events()


def test_who_comes_second_is_shown_what_was_first_and_keeps_what_was_typed(
    world: World, lin: Visitor, case: str
) -> None:
    first = world.officer("lin")
    first.get(case)
    stale = seen(first)
    assert accept(lin, case).status_code == 303
    answer = first.post(f"{case}/accept", {"subject": "另一个案由", "seen": stale})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert page.problems() == []
    assert "这一件刚刚有变化" in page.text
    assert "决定受理 长春市人民防空办公室" in page.text
    assert "另一个案由" in page.text  # no longer possible: to be copied
    assert refusal_before_the_page(world) == ("review.accept", "StaleError")
    assert "安全出口上锁" in lin.get(case).text


def test_what_the_reporter_added_meanwhile_is_shown_and_one_more_press_goes_on(
    world: World, zhou: Visitor, lin: Visitor, case: str
) -> None:
    lin.get(case)
    zhou.get("/mailbox")
    zhou.post("/mailbox/message", {"text": "想起来了，是地下二层。"})
    answer = lin.post(f"{case}/decline", {"reason": "INFO_REQUEST", "explanation": "请走公开渠道。", "sure": "y"})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert page.problems() == []
    assert "补充情况" in page.text
    assert "想起来了，是地下二层。" in page.text
    fields = page.form(f"{case}/decline").fields
    assert (fields["reason"], fields["explanation"]) == ("INFO_REQUEST", "请走公开渠道。")
    assert "declined" not in world.events()
    assert lin.post(f"{case}/decline", fields).status_code == 303


def test_desks_that_changed_meanwhile_are_said_too(lin: Visitor, case: str, monkeypatch) -> None:
    def moved(*_arguments: object, **_named: object) -> None:
        raise StaleError("desks changed while this was being sealed")

    lin.get(case)
    monkeypatch.setattr(writing, "require_current", moved)
    answer = lin.post(f"{case}/letter", {"text": "还锁着吗？"})
    assert answer.status_code == 409
    page = Page(answer.text)
    assert "岗位或者钥匙刚刚有变动" in page.text
    assert page.form(f"{case}/letter").fields["text"] == "还锁着吗？"


def refusal_before_the_page(world: World) -> tuple[str, str]:
    """The refusal, recorded before the page was opened anew."""
    *_, entry, opened = world.entries()
    assert (entry["event"], opened["event"]) == ("refused", "opened")
    return entry["facts"]["action"], entry["facts"]["why"]


def test_a_letter_is_sent_and_signed_by_the_office(zhou: Visitor, lin: Visitor, case: str) -> None:
    lin.get(case)
    assert lin.post(f"{case}/letter", {"text": "第一行\n\n<b>第二行</b>"}).status_code == 303
    for visitor, address in ((lin, case), (zhou, "/mailbox")):
        page = visitor.get(address).text
        assert "第一行\n\n&lt;b&gt;第二行&lt;/b&gt;" in page
    (heading,) = re.findall(r"<article class=\"letter other\">\s*<h3>(.*?) <span", zhou.last)
    assert heading == "长春市人民防空办公室"


@pytest.mark.parametrize("text", ["", "\u200b", "字" * 20_001])
def test_a_letter_that_is_none_is_refused_and_kept(world: World, lin: Visitor, case: str, text: str) -> None:
    lin.get(case)
    assert lin.post(f"{case}/letter", {"text": text}).status_code == 422
    page = Page(lin.last)
    assert page.problems() == []
    assert [link for link, _ in page.summary] == ["text"]
    assert page.form(f"{case}/letter").fields["text"] == text.replace("\u200b", "")
    assert "wrote" not in world.events()


@pytest.mark.parametrize("username", ["qin", "qin-lead", "sheng", "ji", "he", "shen", "chen", "song", "qian"])
def test_a_stranger_learns_nothing_and_it_is_recorded(world: World, case: str, username: str) -> None:
    answer = world.officer(username).get(case)
    assert answer.status_code == 404
    assert "蓝鲸" not in answer.text
    assert Page(answer.text).problems() == []
    assert refusal(world) == ("review.case", "StrangerError")
    assert world.entries()[-1]["object"] == ["cases", case.rpartition("/")[2]]


@pytest.mark.parametrize(
    ("action", "endpoint"), [("accept", "accept"), ("letter", "write_letter"), ("phone", "show_phone")]
)
@pytest.mark.parametrize("username", ["qin", "sheng-lead"])
def test_a_stranger_does_nothing_either(world: World, case: str, username: str, action: str, endpoint: str) -> None:
    visitor = world.officer(username)
    visitor.get("/review/")
    answer = visitor.post(f"{case}/{action}", {"subject": "x", "seen": "1", "text": "x"})
    assert answer.status_code == 404
    assert "13800000000" not in answer.text
    assert refusal(world) == (f"review.{endpoint}", "StrangerError")


def test_a_case_there_is_not_gets_the_same_answer_as_a_strangers(world: World, case: str) -> None:
    qin = world.officer("qin")
    foreign, unknown = (
        TOKEN.sub("", qin.get(address).text) for address in (case, f"/review/cases/{uuid4()}")
    )  # a token says the second in which it was made
    assert foreign == unknown
    assert refusal(world) == ("review.case", "StrangerError")


@pytest.mark.parametrize("address", ["x", "1", "../../etc", "00000000-0000-0000-0000-00000000000g"])
def test_what_is_no_id_is_no_page(lin: Visitor, address: str) -> None:
    assert lin.get(f"/review/cases/{address}").status_code == 404
    assert Page(lin.last).problems() == []


@pytest.mark.parametrize(
    ("action", "body"),
    [("accept", {"subject": "案由"}), ("letter", {"text": "信"}), ("phone", {})],
)
def test_the_lead_may_read_but_not_do_what_intake_does(
    world: World, case: str, action: str, body: dict[str, str]
) -> None:
    gao = world.officer("gao")
    page = Page(gao.get(case).text)
    assert page.problems() == []
    assert "铁链子锁着" in page.text
    offered = [form.attrs["action"] for form in page.forms]
    assert offered == ["/review/logout", f"{case}/refer", f"{case}/recuse", f"{case}/alarm", "/review/clocks"]
    answer = gao.post(f"{case}/{action}", {"seen": "1", **body})
    assert answer.status_code == 403
    page = Page(answer.text)
    assert page.problems() == []
    assert "13800000000" not in answer.text
    assert refusal(world)[1] == "NotAllowedError"
    assert world.events().count("accepted") + world.events().count("wrote") + world.events().count("phone_read") == 0


@pytest.mark.parametrize(
    "fault", [locked, gone, lambda world: refusing(world, "leaves")], ids=["locked", "gone", "no entry"]
)
def test_what_cannot_be_recorded_is_not_shown(world: World, lin: Visitor, case: str, fault) -> None:
    lin.get("/review/")
    world.sign()
    with fault(world):
        answer = lin.client.get(case, base_url=BASE)
    assert answer.status_code in {409, 503}
    assert "铁链子" not in answer.text
    assert Page(answer.text).problems() == []


@pytest.mark.parametrize(("action", "body"), [("accept", {"subject": "案由"}), ("letter", {"text": "信"})])
def test_a_step_whose_entry_cannot_be_written_is_not_done(
    world: World, lin: Visitor, case: str, action: str, body: dict[str, str]
) -> None:
    lin.get(case)
    fields = Page(lin.last).form(f"{case}/{action}").fields | body
    world.sign()
    with refusing(world, "leaves"):
        answer = lin.client.post(f"{case}/{action}", data=fields, base_url=BASE)
    assert answer.status_code in {409, 503}
    assert Page(answer.text).problems() == []
    assert count(world, "cases", "number IS NOT NULL") == 0
    assert count(world, "letters") == 1
