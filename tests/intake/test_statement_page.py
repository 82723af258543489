"""A reporter says something of a request to learn who they are, beside it in the mailbox, without JavaScript."""

from datetime import timedelta

import pytest

from portal.domain.disclosure import STATEMENTS
from portal.domain.values import LETTER_LIMIT
from tests.disclosing import STATEMENT, Office
from tests.pages import Page


def test_a_statement_is_sealed_beside_its_request_and_comes_back_with_its_hour(office: Office) -> None:
    address = office.asked()
    office.zhou.get("/mailbox")
    form = Page(office.zhou.last).form("/mailbox/statement")
    answer = office.zhou.post("/mailbox/statement", {**form.fields, "text": STATEMENT})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/mailbox?done=stated")
    page = office.zhou.get(answer.headers["Location"]).text
    assert "陈述已封存" in page
    assert page.count(STATEMENT) == 1, "beside the request, and not among the letters"
    assert page.index(STATEMENT) < page.index("来往信件")
    assert "您的陈述 · 3月2日 12时许" in page
    assert "举报人作了陈述" in page
    assert form.fields["request"] == address.rpartition("/")[2]
    assert office.world.events()[-1] == "identity_stated"
    assert office.world.verify()


def state_of(office: Office, address: str, state: str) -> None:
    """Bring a request as far."""
    if state in {"lifted", "released", "read", "closed", "lapsed"}:
        office.lift(address)
    if state in {"released", "read", "closed", "lapsed"}:
        office.release(address, "name")
    if state == "read":
        office.read(address)
    if state == "closed":
        office.lin.get(address)
        office.lin.post(f"{address}/close")
    if state == "refused":
        office.gao.get(address)
        office.gao.post(f"{address}/refuse")
    if state == "lapsed":
        office.world.clock.forward(hours=24)
        office.world.tick()
        office.zhou.open_mailbox(office.zhou_receipt)


NEXT = {
    "asked": "分管领导决定同不同意。3月5日 12:00 前没有同意就作废",
    "lifted": "保密专员逐项决定放不放行。3月5日 12:00 前没有放行就作废",
    "released": "可以看放行的那几项，看一次记一次。3月3日 12:01 到期",
    "read": "可以看放行的那几项，看一次记一次。3月3日 12:01 到期",
    "refused": "到此为止，谁也看不到。",
    "closed": "到此为止，谁也看不到了。",
    "lapsed": "到此为止，谁也看不到了。",
}


@pytest.mark.parametrize("state", NEXT)
def test_something_can_be_said_in_every_state_and_each_says_what_comes_next(office: Office, state: str) -> None:
    address = office.asked()
    state_of(office, address, state)
    assert NEXT[state] in office.zhou.get("/mailbox").text
    for text in ("一。", "再说一句。"):
        assert office.state(address, text) == 303
    page = office.zhou.get("/mailbox").text
    assert page.index("一。") < page.index("再说一句。")
    assert office.world.verify()


def test_a_request_whose_time_is_over_is_not_said_to_go_on(office: Office) -> None:
    office.asked()
    office.world.clock.now += timedelta(hours=72)
    office.zhou.open_mailbox(office.zhou_receipt)
    assert "时间已经到了，谁也看不到了。" in office.zhou.last
    assert "下一步" not in office.zhou.last


@pytest.mark.parametrize(("text", "said"), [("", "请先写几句"), ("长" * (LETTER_LIMIT + 1), "您的陈述：最多")])
def test_what_cannot_be_sealed_comes_back_as_typed_on_the_same_page(office: Office, text: str, said: str) -> None:
    address = office.asked()
    assert office.state(address, text) == 422
    page = Page(office.zhou.last)
    assert said in office.zhou.last
    field = f"statement-{address.rpartition('/')[2]}"
    assert f'href="#{field}"' in office.zhou.last
    assert text in office.zhou.last
    assert "<details open>" in office.zhou.last
    assert page.problems() == []
    assert "identity_stated" not in office.world.events()


@pytest.mark.sqlite
def test_there_is_an_end_to_statements_and_letters_go_on(office: Office) -> None:
    address = office.asked()
    assert {office.state(address, f"第{number}次") for number in range(STATEMENTS)} == {303}
    assert office.state(address, "还有一句") == 422
    assert "还有一句" in office.zhou.last
    assert "请在下面写信" in office.zhou.last
    office.zhou.get("/mailbox")
    assert office.zhou.post("/mailbox/message", {"text": "还有一句"}).status_code == 303


@pytest.mark.parametrize("name", ["", "x", "00000000-0000-4000-8000-000000000000", "another's"])
def test_nothing_is_said_of_a_request_that_is_not_about_oneself(office: Office, name: str) -> None:
    address = office.asked()
    wang = office.world.visitor()
    wang.report()
    wang.get("/mailbox")
    request = address.rpartition("/")[2] if name == "another's" else name
    answer = wang.post("/mailbox/statement", {"request": request, "text": "我是别人"})
    assert answer.status_code == 404
    assert "identity_stated" not in office.world.events()


def test_who_has_withdrawn_still_speaks_until_everything_is_erased(office: Office) -> None:
    address = office.asked()
    office.zhou.get("/mailbox")
    office.zhou.post("/mailbox/withdraw")
    assert office.state(address, "撤回了，也请不要看。") == 303
    assert "撤回了，也请不要看。" in office.zhou.get("/mailbox").text
    office.zhou.post("/mailbox/identity", {"action": "erase"})
    page = office.zhou.get("/mailbox").text
    assert "/mailbox/statement" not in page
    assert "撤回了，也请不要看。" in page
    assert office.state(address) == 409
