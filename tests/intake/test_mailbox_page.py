"""`/mailbox`: the way in with a receipt, however it was copied, and the way out."""

import re
import unicodedata

import pytest

from crypto.receipt import Receipt
from tests.faults import count, gone, locked, watched
from tests.pages import EXIT, Page
from tests.visitor import BASE, Visitor
from tests.world import World

DOOR = "查进度、看回复"
FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})

WAYS = {
    "pasted with blanks and a line end": lambda code: f"  {code}\r\n",
    "in small letters": str.lower,
    "without dashes": lambda code: code.replace("-", ""),
    "with blanks": lambda code: code.replace("-", " "),
    "in full width": lambda code: code.translate(FULL_WIDTH),
    "with long dashes": lambda code: code.replace("-", "—"),
    "with O for 0 and l for 1": lambda code: code.replace("0", "O").replace("1", "l"),
    "with its label": lambda code: f"查询码：{code}",
    "with dots": lambda code: code.replace("-", "·"),
}


@pytest.fixture
def receipt(zhou: Visitor) -> str:
    """The code of a report just sent; the browser that sent it has its mailbox open."""
    zhou.report(may_phone="y")
    return zhou.receipt


@pytest.fixture
def caller(world: World, receipt: str) -> Visitor:
    """The reporter again, with another browser, at the door."""
    assert receipt
    visitor = world.visitor()
    visitor.get("/mailbox")
    return visitor


def wrong(code: str, *at: int) -> str:
    """The code with other symbols in these places."""
    return "".join(("Z" if symbol != "Z" else "Y") if place in at else symbol for place, symbol in enumerate(code))


def shape(visitor: Visitor) -> list[str]:
    return [tag for tag, _ in Page(visitor.last).elements]


def cookies_of(answer) -> dict[str, str]:
    """Name → attributes of each cookie that an answer sets."""
    return {line.partition("=")[0]: line.partition(";")[2] for line in answer.headers.getlist("Set-Cookie")}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS.keys())
def test_a_code_is_read_however_it_was_copied(caller: Visitor, receipt: str, way) -> None:
    answer = caller.post("/mailbox", {"receipt": way(receipt)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/mailbox")
    assert "我的举报" in caller.get("/mailbox").text


def test_the_digits_are_read_too(world: World, zhou: Visitor) -> None:
    zhou.report()
    digits = re.sub(r"<[^>]+>|\s", "", re.search(r'<p class="digits">(.*?)</p>', zhou.last, re.DOTALL)[1])
    assert re.fullmatch(r"\d{38}", digits)
    visitor = world.visitor()
    assert "我的举报" in visitor.open_mailbox(" ".join(re.findall("..?.?.?", digits))).text


@pytest.mark.parametrize(("place", "group"), [(0, 1), (8, 2), (12, 3), (28, 5)])
def test_a_slip_is_located_before_anything_is_looked_up(
    world: World, caller: Visitor, receipt: str, place: int, group: int
) -> None:
    statements: list[int] = []
    body = {"receipt": wrong(receipt, place), "csrf_token": Page(caller.last).form("/mailbox").fields["csrf_token"]}
    with watched(world.store.engine, lambda: statements.append(1)):
        answer = caller.client.post("/mailbox", data=body, base_url=BASE)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.problems() == []
    assert [(link, sentence[:5]) for link, sentence in page.summary] == [("receipt", f"第 {group} 组")]
    assert statements == []
    assert page.form("/mailbox").fields["receipt"] == wrong(receipt, place)


def test_a_swap_is_recognised(caller: Visitor, receipt: str) -> None:
    at = next(i for i in range(28) if "-" not in receipt[i : i + 2] and receipt[i] != receipt[i + 1])
    swapped = receipt[:at] + receipt[at + 1] + receipt[at] + receipt[at + 2 :]
    caller.post("/mailbox", {"receipt": swapped})
    assert "颠倒" in Page(caller.last).summary[0][1]


@pytest.mark.parametrize("typed", ["", "hello", "x" * 5000, "-----", "中文", "\x00", "０" * 25, "9" * 38, "U" * 25])
def test_what_is_no_code_is_said_to_be_none(caller: Visitor, typed: str) -> None:
    answer = caller.post("/mailbox", {"receipt": typed})
    assert answer.status_code == 422
    page = Page(caller.last)
    assert page.problems() == []
    assert [link for link, _ in page.summary] == ["receipt"]


def test_an_unknown_code_gets_the_same_kind_of_answer_as_a_mistyped_one(caller: Visitor, receipt: str) -> None:
    mistyped = caller.post("/mailbox", {"receipt": wrong(receipt, 3)})
    first = shape(caller)
    unknown = caller.post("/mailbox", {"receipt": known_to_nobody()})
    assert (mistyped.status_code, unknown.status_code) == (422, 422)
    assert shape(caller) == first
    assert "没有找到" in Page(caller.last).summary[0][1]
    assert caller.mailbox_cookie is None


def known_to_nobody() -> str:
    """A well-formed code of no report."""
    return str(Receipt.derive(b"\x07" * 32, b"nobody"))


def test_after_too_many_tries_one_has_to_wait_and_is_told_how_long(caller: Visitor) -> None:
    answers = [caller.post("/mailbox", {"receipt": known_to_nobody()}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]
    assert answers[-1].headers["Retry-After"] == "60"
    page = Page(caller.last)
    assert page.problems() == []
    assert "1 分钟" in page.text


def test_one_code_tried_from_everywhere_has_to_wait_too(caller: Visitor) -> None:
    for network in range(31):
        answer = caller.post(
            "/mailbox", {"receipt": known_to_nobody()}, environ_base={"REMOTE_ADDR": f"10.0.{network}.1"}
        )
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "600"


def test_waiting_for_one_network_leaves_the_others_alone(world: World, caller: Visitor, receipt: str) -> None:
    for _ in range(11):
        caller.post("/mailbox", {"receipt": known_to_nobody()})
    other = world.visitor()
    other.get("/mailbox")
    answer = other.post("/mailbox", {"receipt": receipt}, environ_base={"REMOTE_ADDR": "10.9.8.7"})
    assert answer.status_code == 303


def test_the_cookie_is_for_this_host_and_no_script(caller: Visitor, receipt: str) -> None:
    answer = caller.post("/mailbox", {"receipt": receipt})
    attributes = {part.strip() for part in cookies_of(answer)["__Host-mailbox"].split(";")}
    assert attributes == {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"}


def test_the_code_stands_in_no_cookie_no_address_and_no_log(
    world: World, caller: Visitor, receipt: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(0):
        answer = caller.post("/mailbox", {"receipt": receipt})
        page = caller.get("/mailbox")
    plain = receipt.replace("-", "")
    for said in (str(answer.headers), answer.text, str(page.headers), page.text, caplog.text):
        assert plain not in unicodedata.normalize("NFKC", said).upper().replace("-", "")
    for file in world.home.rglob("*"):
        assert not file.is_file() or plain.encode() not in file.read_bytes().replace(b"-", b"")


def test_without_the_token_of_the_page_nothing_is_opened(caller: Visitor, receipt: str) -> None:
    answer = caller.post("/mailbox", {"receipt": receipt, "csrf_token": "x"})
    assert answer.status_code == 422
    assert caller.mailbox_cookie is None
    assert Page(caller.last).form("/mailbox").fields["receipt"] == receipt


def test_after_ten_minutes_without_use_the_door_is_shut(world: World, zhou: Visitor, receipt: str) -> None:
    assert receipt
    world.clock.forward(minutes=9)
    assert "我的举报" in zhou.get("/mailbox").text
    world.clock.forward(minutes=12)
    assert DOOR in Page(zhou.get("/mailbox").text).inside("h1")


def test_after_an_hour_the_door_is_shut_whatever_is_done(world: World, zhou: Visitor, receipt: str) -> None:
    assert receipt
    opened = []
    for _ in range(7):
        world.clock.forward(minutes=9)
        opened.append("我的举报" in zhou.get("/mailbox").text)
    assert opened == [True] * 6 + [False]


@pytest.mark.parametrize("cookie", ["", "x", "A" * 43, "%", "\u00e9"])
def test_a_cookie_of_nobody_opens_nothing(world: World, cookie: str) -> None:
    visitor = world.visitor()
    visitor.client.set_cookie("__Host-mailbox", cookie, domain="localhost", secure=True)
    assert DOOR in Page(visitor.get("/mailbox").text).inside("h1")
    assert visitor.post("/mailbox/message", {"text": "x"}).status_code == 422


def test_leaving_closes_the_mailbox_here_and_in_the_store(world: World, zhou: Visitor, receipt: str) -> None:
    assert receipt
    zhou.get("/mailbox")
    token = zhou.mailbox_cookie
    answer = zhou.post("/mailbox/leave")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert zhou.mailbox_cookie is None
    assert count(world, "mailbox_sessions") == 0
    zhou.client.set_cookie("__Host-mailbox", token, domain="localhost", secure=True)
    assert DOOR in Page(zhou.get("/mailbox").text).inside("h1")


@pytest.mark.parametrize("where", ["receipt page", "mailbox"])
def test_the_quick_exit_closes_the_mailbox_and_leads_away(
    world: World, zhou: Visitor, receipt: str, where: str
) -> None:
    assert receipt
    if where == "mailbox":
        zhou.get("/mailbox")
    answer = zhou.post("/mailbox/leave", {"exit": "y"})
    assert answer.status_code == 200
    assert f'content="0; url={EXIT}"' in answer.text
    assert Page(answer.text).problems() == []
    assert zhou.mailbox_cookie is None
    assert count(world, "mailbox_sessions") == 0


def test_the_quick_exit_leads_away_when_the_mailbox_has_closed_by_itself(
    world: World, zhou: Visitor, receipt: str
) -> None:
    assert receipt
    zhou.get("/mailbox")
    world.clock.forward(hours=2)
    answer = zhou.post("/mailbox/leave", {"exit": "y"})
    assert answer.status_code == 200
    assert f'content="0; url={EXIT}"' in answer.text
    assert zhou.post("/mailbox/leave").status_code == 303


def test_the_quick_exit_leads_away_whatever_else_is_broken(world: World, zhou: Visitor, receipt: str) -> None:
    assert receipt
    zhou.get("/mailbox")
    with gone(world):
        answer = zhou.client.post("/mailbox/leave", data={"exit": "y"}, base_url=BASE)
        answer.close()
    assert answer.status_code == 200
    assert f'content="0; url={EXIT}"' in answer.text
    assert zhou.mailbox_cookie is None


def test_the_quick_exit_does_not_wait_for_a_database_that_is_busy(world: World, zhou: Visitor, receipt: str) -> None:
    assert receipt
    with locked(world):
        answer = zhou.client.post("/mailbox/leave", data={"exit": "y"}, base_url=BASE)
        assert f'content="0; url={EXIT}"' in answer.text
        answer.close()
    assert count(world, "mailbox_sessions") == 1  # swept when its hour is over
    assert DOOR in Page(zhou.get("/mailbox").text).inside("h1")


@pytest.mark.parametrize("path", ["/", "/report", "/privacy", "/nowhere"])
def test_the_quick_exit_of_any_public_page_closes_an_open_mailbox(
    world: World, zhou: Visitor, receipt: str, path: str
) -> None:
    assert receipt
    zhou.get(path)
    form = Page(zhou.last).form("/mailbox/leave")
    answer = zhou.post("/mailbox/leave", {**form.fields, **form.buttons}, csrf=False)
    assert answer.status_code == 200
    assert f'content="0; url={EXIT}"' in answer.text
    assert zhou.mailbox_cookie is None
    assert count(world, "mailbox_sessions") == 0


@pytest.mark.parametrize("token", [{}, {"csrf_token": ""}, {"csrf_token": "x"}])
def test_leaving_asks_for_no_token(world: World, zhou: Visitor, receipt: str, token: dict[str, str]) -> None:
    assert receipt
    assert zhou.post("/mailbox/leave", token, csrf=False).status_code == 303
    assert zhou.mailbox_cookie is None
    assert count(world, "mailbox_sessions") == 0


def test_who_has_no_mailbox_leaves_too(world: World) -> None:
    answer = world.visitor().post("/mailbox/leave", {"exit": "y"}, csrf=False)
    assert answer.status_code == 200
    assert f'content="0; url={EXIT}"' in answer.text
    assert world.events() == []


@pytest.mark.parametrize("path", ["/", "/report"])
def test_a_page_says_that_a_mailbox_may_still_be_open(zhou: Visitor, receipt: str, path: str) -> None:
    assert receipt
    words = "这台设备上的查询箱可能还开着"
    assert words in zhou.get(path).text
    assert Page(zhou.last).problems() == []
    zhou.post("/mailbox/leave")
    assert words not in zhou.get(path).text


def test_the_code_can_be_saved_as_a_text_and_leaves_no_trace(zhou: Visitor, receipt: str) -> None:
    answer = zhou.post("/receipt.txt", {"receipt": receipt})
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert receipt in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "code" in answer.headers["Content-Disposition"]
    assert "举报" not in answer.headers["Content-Disposition"]
