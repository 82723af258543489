"""`/mailbox`, inside: letters both ways, who one is, taking a report back; each change with its entry."""

import re

import pytest

from portal.domain import proofs
from portal.domain.proofs import Promise
from portal.store.ledger import Leaf
from tests import clocking
from tests.faults import count, refusing
from tests.pages import Page
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored


@pytest.fixture
def zhou(world: World) -> Visitor:
    """周, who has reported and looks into the mailbox."""
    visitor = world.visitor()
    visitor.report()
    visitor.get("/mailbox")
    return visitor


def case_of(lin: Visitor) -> str:
    return re.search(r"/review/cases/[0-9a-f-]{36}", lin.get("/review/").text)[0]


def write(lin: Visitor, text: str) -> None:
    case = case_of(lin)
    lin.get(case)
    assert lin.post(f"{case}/letter", {"text": text}).status_code == 303


def sections(visitor: Visitor) -> str:
    """The mailbox as text; the page itself has to be in order."""
    page = Page(visitor.get("/mailbox").text)
    assert page.problems() == []
    return page.text


def test_nobody_has_seen_who_one_is_stands_on_top(zhou: Visitor) -> None:
    said = sections(zhou)
    assert re.search(r"至今无人看过您的身份 · 0 ?次", said)
    assert "姓名" in said
    assert "周小明" not in zhou.last
    assert "13800000000" not in zhou.last


def test_what_was_written_is_shown_to_whoever_wrote_it(zhou: Visitor) -> None:
    said = sections(zhou)
    assert "6号安全出口用铁链子锁着" in said
    assert "蓝鲸地下购物广场" in said


def test_what_was_not_kept_is_promised_no_more(world: World, zhou: Visitor) -> None:
    """周 was to be told by the 17th whether the report is taken up; on the 21st nobody has."""
    again = world.visitor()
    again.report()
    receipt = again.receipt
    assert "2026年3月17日（星期二）前告诉您是否受理" in sections(zhou)
    world.clock.forward(days=19)
    clocking.tick(world)
    said = Page(zhou.open_mailbox(receipt).text).text
    assert "本来应当在 2026年3月17日（星期二）前告诉您是否受理，超期了。 已经报到上一级。" in said
    assert "超期，报到上一级" in said
    assert "提级" not in said


def test_an_officer_is_never_named_to_a_reporter(zhou: Visitor, lin: Visitor) -> None:
    write(lin, "请问链子晚上还挂着吗？")
    said = sections(zhou)
    assert "请问链子晚上还挂着吗？" in said
    assert "长春市" in said
    assert not re.search(r"\blin\b", zhou.last.replace('class="lin', ""))


def test_a_letter_reaches_the_office_and_is_shown_to_both(world: World, zhou: Visitor, lin: Visitor) -> None:
    assert zhou.post("/mailbox/message", {"text": "晚上也挂着。\n\n第二段"}).status_code == 303
    assert "晚上也挂着。\n\n第二段" in zhou.get("/mailbox").text
    assert "晚上也挂着。" in lin.get(case_of(lin)).text
    assert world.events()[-3:] == ["added", "listed", "opened"]


def test_after_the_office_wrote_it_is_an_answer(world: World, zhou: Visitor, lin: Visitor) -> None:
    write(lin, "还挂着吗？")
    zhou.get("/mailbox")
    zhou.post("/mailbox/message", {"text": "挂着"})
    assert world.events()[-2:] == ["served", "replied"]


def test_the_first_opening_of_a_letter_is_entered_once(world: World, zhou: Visitor, lin: Visitor) -> None:
    write(lin, "第一封")
    write(lin, "第二封")
    assert "served" not in world.events()
    for _ in range(3):
        zhou.get("/mailbox")
    served = [entry for entry in world.entries() if entry["event"] == "served"]
    assert [entry["facts"] for entry in served] == [{"letters": 2}]
    assert "打开" in lin.get(case_of(lin)).text


def test_looking_leaves_no_entry(world: World, zhou: Visitor) -> None:
    before = world.events()
    for _ in range(3):
        zhou.get("/mailbox")
    assert world.events() == before


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b", "字" * 20_001])
def test_a_letter_that_is_none_is_refused_and_kept(world: World, zhou: Visitor, text: str) -> None:
    answer = zhou.post("/mailbox/message", {"text": text})
    assert answer.status_code == 422
    page = Page(zhou.last)
    assert page.problems() == []
    assert [link for link, _ in page.summary] == ["text"]
    assert page.form("/mailbox/message").fields["text"] == text.replace("\u200b", "").strip()
    assert count(world, "letters") == 1


def test_a_letter_of_twenty_thousand_emoji_is_sent(zhou: Visitor) -> None:
    assert zhou.post("/mailbox/message", {"text": "😀" * 20_000}).status_code == 303


def test_letters_written_at_the_same_moment_are_said_to_have_met(world: World, zhou: Visitor) -> None:
    with refusing(world, "letters"):
        answer = zhou.post("/mailbox/message", {"text": "同时寄到"})
    assert answer.status_code == 409
    page = Page(zhou.last)
    assert page.problems() == []
    assert page.form("/mailbox/message").fields["text"] == "同时寄到"
    assert zhou.post("/mailbox/message", page.form("/mailbox/message").fields).status_code == 303


def test_a_name_given_anew_replaces_the_old_one(world: World, zhou: Visitor) -> None:
    assert zhou.post("/mailbox/identity", {"name": "周大明", "action": "replace"}).status_code == 303
    assert count(world, "identity_fields", "field = 'name'") == 1
    assert count(world, "identity_fields", "field = 'phone'") == 1  # what was not typed stays
    assert world.events()[-1] == "identity_replaced"
    assert world.entries()[-1]["facts"] == {"fields": ["name"]}
    assert "周大明" not in zhou.get("/mailbox").text


def test_allowing_calls_later_lets_intake_see_the_number(zhou: Visitor, lin: Visitor) -> None:
    zhou.post("/mailbox/identity", {"phone": "13911111111", "may_phone": "y", "action": "replace"})
    assert "您同意我们打电话，受理人员看得到号码" in zhou.get("/mailbox").text
    lin.get(case_of(lin))
    assert "13911111111" in lin.post(f"{case_of(lin)}/phone").text


def test_a_new_number_without_the_tick_takes_the_old_one_from_intake(world: World, zhou: Visitor) -> None:
    zhou.post("/mailbox/identity", {"phone": "13911111111", "may_phone": "y", "action": "replace"})
    zhou.get("/mailbox")
    zhou.post("/mailbox/identity", {"phone": "13922222222", "action": "replace"})
    assert count(world, "reports", "phone IS NOT NULL") == 0


def consenting(zhou: Visitor) -> None:
    """周 allows calls; the box says so."""
    zhou.post("/mailbox/identity", {"phone": "13911111111", "may_phone": "y", "action": "replace"})
    zhou.get("/mailbox")
    assert Page(zhou.last).form("/mailbox/identity").fields["may_phone"] == "y"


def test_taking_the_tick_away_ends_the_consent_and_keeps_what_is_sealed(
    world: World, zhou: Visitor, lin: Visitor
) -> None:
    consenting(zhou)
    assert zhou.post("/mailbox/identity", {"action": "replace"}).status_code == 303
    assert (world.entries()[-1]["event"], world.entries()[-1]["facts"]) == ("phone_closed", {"fields": []})
    assert count(world, "reports", "phone IS NOT NULL") == 0
    assert count(world, "identity_fields", "field = 'phone'") == 1
    assert "不再同意打电话" in sections(zhou)
    assert "may_phone" not in Page(zhou.last).form("/mailbox/identity").fields
    assert "举报人同意打电话。" not in lin.get(case_of(lin)).text
    assert "13911111111" not in lin.post(f"{case_of(lin)}/phone").text
    assert "phone_read" not in world.events()


def test_a_name_given_anew_with_the_tick_as_it_was_leaves_the_number(world: World, zhou: Visitor, lin: Visitor) -> None:
    consenting(zhou)
    fields = {**Page(zhou.last).form("/mailbox/identity").fields, "name": "周大明", "action": "replace"}
    assert zhou.post("/mailbox/identity", fields).status_code == 303
    assert world.entries()[-1]["facts"] == {"fields": ["name"]}
    lin.get(case_of(lin))
    assert "13911111111" in lin.post(f"{case_of(lin)}/phone").text


def test_once_the_number_was_looked_at_it_is_said_that_nobody_can_any_more(zhou: Visitor, lin: Visitor) -> None:
    consenting(zhou)
    lin.get(case_of(lin))
    lin.post(f"{case_of(lin)}/phone")
    assert "现在不能再看号码了" not in sections(zhou)
    zhou.post("/mailbox/identity", {"action": "replace"})
    assert "现在不能再看号码了" in sections(zhou)


def test_erasing_takes_everything_away(world: World, zhou: Visitor) -> None:
    zhou.post("/mailbox/identity", {"phone": "13911111111", "may_phone": "y", "action": "replace"})
    zhou.get("/mailbox")
    assert zhou.post("/mailbox/identity", {"action": "erase"}).status_code == 303
    assert count(world, "identity_fields", "field <> 'relation'") == 0
    assert count(world, "identity_shares") == 2
    assert count(world, "reports", "phone IS NOT NULL") == 0
    assert world.events()[-1] == "erased"
    assert "您留过的姓名和联系方式已经删除" in sections(zhou)
    world.sign()
    assert world.verify().unsigned == 0


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        ({"action": "replace"}, "phone"),
        ({"action": "replace", "name": "周", "may_phone": "y"}, "phone"),
        ({"action": "replace", "email": "nowhere"}, "email"),
        ({"action": "replace", "phone": "call me"}, "phone"),
        ({"action": "replace", "name": "周" * 101}, "name"),
        ({"action": "reveal", "name": "周"}, "action"),
    ],
)
def test_what_is_no_identity_is_refused_and_kept(
    world: World, zhou: Visitor, fields: dict[str, str], target: str
) -> None:
    before = world.events()
    answer = zhou.post("/mailbox/identity", fields)
    assert answer.status_code == 422
    page = Page(zhou.last)
    assert page.summary
    if target != "action":
        assert [link for link, _ in page.summary] == [target]
        assert page.problems() == []
        kept = page.form("/mailbox/identity").fields
        assert {name: kept[name] for name in fields.keys() & {"name", "phone", "email"}} == {
            name: value for name, value in fields.items() if name in {"name", "phone", "email"}
        }
    assert world.events() == before


def test_somebody_else_changing_it_leads_back_to_the_mailbox(world: World, zhou: Visitor) -> None:
    with refusing(world, "identity_fields"):
        answer = zhou.post("/mailbox/identity", {"name": "周大明", "action": "replace"})
    assert answer.status_code == 409
    page = Page(zhou.last)
    assert page.problems() == []
    assert "/mailbox" in [link["href"] for link in page.all("a") if link.get("class") == "button"]
    assert "/review/" not in zhou.last


def test_a_report_is_taken_back_once(world: World, zhou: Visitor) -> None:
    assert zhou.post("/mailbox/withdraw").status_code == 303
    assert "您已撤回" in sections(zhou)
    assert zhou.post("/mailbox/withdraw").status_code == 303
    assert world.events().count("withdrawn") == 1
    world.sign()
    assert world.verify().unsigned == 0


def test_whoever_erased_their_name_keeps_a_proof_that_verifies(world: World, zhou: Visitor) -> None:
    assert "删除的凭证" not in zhou.get("/mailbox").text
    zhou.post("/mailbox/identity", {"action": "erase"})
    page = zhou.get("/mailbox").text
    proof = r'删除的凭证.*?台账第 (\d+) 条.*?proof">([0-9a-f]{64})<.*?proof kept">([^<]+)<'
    found = re.search(proof, page, re.DOTALL)
    index, leaf, promise = int(found[1]), found[2], found[3]
    with world.store.reading() as session:
        assert session.get_one(Leaf, index).hash.hex() == leaf
    signer = (proofs.promise_name(world.house.origin), world.house.promise_key.public)
    assert proofs.open_promise(promise, [signer]) == Promise(world.house.origin, index, bytes.fromhex(leaf))
    assert "姓名、电话" in page


def test_a_report_taken_back_takes_no_letter_and_no_identity_but_lets_all_be_erased(
    world: World, zhou: Visitor
) -> None:
    consenting(zhou)
    zhou.post("/mailbox/withdraw")
    assert count(world, "reports", "phone IS NOT NULL OR phone_key_id IS NOT NULL") == 0
    said = sections(zhou)
    assert "办理期限" not in said
    assert "补充情况，或者回复" not in said
    before = world.events()
    for action, fields in (("message", {"text": "还有"}), ("identity", {"name": "周大明", "action": "replace"})):
        assert zhou.post(f"/mailbox/{action}", fields).status_code == 409
        assert Page(zhou.last).problems() == []
        zhou.get("/mailbox")
    assert world.events() == before
    assert count(world, "letters") == 1
    assert [form.buttons for form in Page(zhou.last).forms if form.attrs["action"] == "/mailbox/identity"] == [
        {"action": "erase"}
    ]
    assert zhou.post("/mailbox/identity", {"action": "erase"}).status_code == 303
    assert world.events() == [*before, "erased"]
    assert count(world, "identity_fields", "field <> 'relation'") == 0
    assert "您留过的姓名和联系方式已经删除" in sections(zhou)
    assert not [form for form in Page(zhou.last).forms if form.attrs["action"] == "/mailbox/identity"]


@pytest.mark.parametrize("action", ["message", "identity", "withdraw"])
@pytest.mark.parametrize("token", ["", "x", "another"])
def test_without_the_token_of_this_mailbox_nothing_changes(
    world: World, zhou: Visitor, action: str, token: str
) -> None:
    before = world.events()
    if token == "another":
        other = world.visitor()
        other.report()
        other.get("/mailbox")
        token = Page(other.last).form("/mailbox/message").fields["csrf_token"]
        before = world.events()
    fields = {"text": "一", "name": "二", "action": "erase", "csrf_token": token}
    answer = zhou.post(f"/mailbox/{action}", fields)
    assert answer.status_code == 422
    page = Page(zhou.last)
    assert page.problems() == []
    assert page.summary == [(f"send-{action.replace('message', 'letter')}", page.summary[0][1])]
    assert world.events() == before
    assert zhou.mailbox_cookie


def test_one_mailbox_never_shows_another(world: World, zhou: Visitor) -> None:
    other = world.visitor()
    other.report(description="别人的事", respondent="别家")
    assert "别人的事" not in zhou.get("/mailbox").text
    assert "铁链子" not in other.get("/mailbox").text


def test_a_name_is_given_so_often_and_no_more_and_is_erased_at_any_time(world: World, zhou: Visitor) -> None:
    zhou.report()
    given, answers = {"name": "周小明", "action": "replace"}, []
    for _ in range(21):
        zhou.get("/mailbox")
        answers.append(zhou.post("/mailbox/identity", given).status_code)
    assert answers == [*[303] * 20, 429]
    zhou.get("/mailbox")
    assert zhou.post("/mailbox/identity", {"action": "erase"}).status_code == 303
    assert world.events()[-1] == "erased"
