"""A lost code, page by page: Zhou stands at the counter, Lin writes down what they say, custody answers yes or no."""

import re

import pytest
from sqlalchemy import event, select

from portal.domain.vocabulary import IdentityField, ReceiptState
from portal.office.answering import plain
from portal.store.disclosures import DisclosedField
from portal.store.reports import KeyGrant
from portal.store.reports import Receipt as ReceiptRow
from tests import canary, rewards
from tests.disclosing import NAME, PHONE, Office
from tests.pages import Page
from tests.staffing import Staff
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored

CODE = re.compile(r'<output class="code" id="code">(.*?)</output>', re.DOTALL)


def issued(office: Office, **said: str) -> str:
    """The provisional code on Lin's page."""
    address = office.asked_anew(**said)
    assert (office.lift(address), office.answer(address)) == (303, 303)
    assert office.issue(address) == 200
    return re.sub(r"<[^>]+>", "", CODE.search(office.lin.last)[1])


def renew(visitor: Visitor, provisional: str) -> str:
    """Type the provisional code; write down one's own; open the mailbox."""
    visitor.get("/mailbox")
    visitor.post("/mailbox", {"receipt": provisional})
    own, fields = visitor.receipt, Page(visitor.last).form("/mailbox/renew").fields
    assert visitor.post("/mailbox/renew", fields).status_code == 303
    return own


def states(world: World) -> list[ReceiptState]:
    with world.store.reading() as session:
        return sorted(session.scalars(select(ReceiptRow.state)))


def test_a_lost_code_is_replaced_and_what_was_written_is_there(office: Office) -> None:
    world, zhou = office.world, office.world.visitor()
    provisional = issued(office)
    assert world.events()[-2:] == ["code_reissued", "identity_settled"]
    office.lin.get(f"/review/cases/{office.case}")
    office.lin.post(f"/review/cases/{office.case}/letter", {"text": "您的新码已经办好。"})
    own = renew(zhou, provisional)
    page = zhou.get("/mailbox").text
    assert "6号安全出口用铁链子锁着" in page
    assert "只有最早的那个查询码能证明" in page  # the new one has another nonce
    assert "您的新码已经办好" in page
    assert "换发了查询码，旧的作废" in page
    assert "换成了本人自己的查询码" in page
    zhou.post("/mailbox/message", {"text": "收到。"})
    again = world.visitor()
    again.open_mailbox(own)
    assert "收到。" in again.last
    assert states(world) == [ReceiptState.ACTIVE, ReceiptState.REVOKED, ReceiptState.REVOKED]
    world.verify()


def test_the_old_code_and_the_provisional_one_open_nothing_any_more(office: Office) -> None:
    world = office.world
    old = office.zhou_receipt
    provisional = issued(office)
    lost = world.visitor()
    assert lost.open_mailbox(old).status_code == 200
    assert "6号安全出口" not in lost.last
    assert office.zhou.get("/mailbox").text.count("6号安全出口") == 0, "the old mailbox is shut at once"
    renew(world.visitor(), provisional)
    thief = world.visitor()
    thief.get("/mailbox")
    assert thief.post("/mailbox", {"receipt": provisional}).status_code == 422
    with world.store.reading() as session:
        dead = select(ReceiptRow.id).where(ReceiptRow.state == ReceiptState.REVOKED)
        assert session.scalars(select(KeyGrant.id).where(KeyGrant.receipt_id.in_(dead))).all() == []


def test_closing_the_page_before_writing_it_down_costs_nothing(office: Office) -> None:
    provisional, zhou = issued(office), office.world.visitor()
    zhou.get("/mailbox")
    zhou.post("/mailbox", {"receipt": provisional})
    first = zhou.receipt
    assert renew(office.world.visitor(), provisional) != first
    stale = Page(zhou.last).form("/mailbox/renew").fields
    assert zhou.post("/mailbox/renew", stale).status_code == 409


def test_a_page_that_was_open_too_long_shows_another_code(office: Office) -> None:
    provisional, zhou = issued(office), office.world.visitor()
    zhou.get("/mailbox")
    zhou.post("/mailbox", {"receipt": provisional})
    fields = Page(zhou.last).form("/mailbox/renew").fields
    assert zhou.post("/mailbox/renew", {**fields, "submission": "x"}).status_code == 422
    assert "这是您的新查询码" in zhou.last
    assert states(office.world) == [ReceiptState.PROVISIONAL, ReceiptState.REVOKED]


@pytest.mark.parametrize("said", [{"name": "周大明"}, {"phone": "13800000001"}])
def test_what_does_not_match_ends_there_and_is_not_tried_again_for_three_days(
    office: Office, said: dict[str, str]
) -> None:
    address = office.asked_anew(**said)
    office.lift(address)
    assert office.answer(address) == 303
    assert "对不上" in office.lin.get(address).text
    assert office.lin.post(f"{address}/code", {"seen": office.version(address)}).status_code == 409
    office.lin.get(f"/review/cases/{office.case}")
    assert office.ask_anew() == 422
    assert "三天之内核对过一次" in office.lin.last
    office.world.clock.forward(hours=73)
    office.lin = office.world.officer("lin")
    office.lin.get(f"/review/cases/{office.case}")
    assert office.ask_anew() == 303


def test_nobody_sees_either_value_on_the_way(office: Office) -> None:
    address = office.asked_anew(name="周大明")
    office.lift(address)
    for visitor in (office.lin, office.gao, office.he):
        page = visitor.get(address).text
        assert not [word for word in (NAME, "周大明", PHONE) if word in page]
    office.answer(address)
    assert "对不上" in office.he.get(address).text
    assert NAME not in office.he.last
    assert canary.found([office.world.home], ["周大明", NAME, PHONE]) == []
    with office.world.store.reading() as session:
        assert [one.claim for one in session.scalars(select(DisclosedField))] == [None, None]


def test_such_a_request_is_never_released_or_read_and_another_never_answered(office: Office) -> None:
    address = office.asked_anew()
    office.lift(address)
    assert office.release(address, "name") == 409
    office.he.get(address)
    assert "放行选中的" not in office.he.last
    assert office.answer(address) == 303
    assert office.lin.post(f"{address}/read").status_code == 409
    office.lin.get(address)
    assert office.lin.post(f"{address}/close").status_code == 303
    office.lin.get(f"/review/cases/{office.case}")
    assert office.ask() == 303
    requests = re.findall(r"/review/disclosures/[0-9a-f-]{36}", office.lin.get(f"/review/cases/{office.case}").text)
    (other,) = set(requests) - {address}
    office.lift(other)
    assert office.answer(other) == 409


def test_the_three_are_three_people_here_too(office: Office) -> None:
    address = office.asked_anew()
    office.lin.get(address)
    assert office.lift(address, "lin") == 403
    assert office.lift(address) == 303
    assert office.answer(address, "gao") == 403
    assert office.answer(address) == 303
    office.he.get(address)
    assert office.he.post(f"{address}/code", {"seen": office.version(address)}).status_code == 403


def test_an_answer_lapses_when_nobody_comes_for_the_code(office: Office) -> None:
    address = office.asked_anew()
    office.lift(address)
    office.answer(address)
    office.world.clock.forward(hours=5)
    office.world.tick()
    office.lin = office.world.officer("lin")
    assert "已到期" in office.lin.get(address).text
    assert office.lin.post(f"{address}/code", {"seen": office.version(address)}).status_code == 409
    office.world.verify()


def test_what_is_missing_is_said_and_kept(office: Office) -> None:
    assert office.ask_anew(name="", present="") == 422
    assert "请写本人报的姓名" in office.lin.last
    assert "请先看过证件" in office.lin.last
    assert f'value="{PHONE}"' in office.lin.last


def test_without_a_name_nothing_is_offered_and_nothing_is_compared(world: World) -> None:
    anonymous = world.visitor()
    anonymous.report(mode="anonymous", name="", phone="")
    anonymous.get("/mailbox")
    office = Office(world, anonymous)
    assert "本人来补办查询码" not in office.lin.last
    assert office.ask_anew() == 422
    assert "没有可以核对的" in office.lin.last


@pytest.mark.parametrize(
    ("field", "one", "other", "alike"),
    [
        (IdentityField.NAME, "周小明", " 周 小明", True),
        (IdentityField.NAME, "Zhou", "ＺＨＯＵ", True),
        (IdentityField.NAME, "阿里·买买提", "阿里买买提", True),
        (IdentityField.NAME, "周小明", "周晓明", False),
        (IdentityField.PHONE, "138 0000 0000", "+86-13800000000", True),
        (IdentityField.PHONE, "13800000000", "１３８００００００００", True),
        (IdentityField.PHONE, "0431-88888888", "043188888888", True),
        (IdentityField.PHONE, "13800000000", "13800000001", False),
    ],
)
def test_values_are_compared_as_people_say_them(field, one: str, other: str, *, alike: bool) -> None:
    assert (plain(field, one) == plain(field, other)) is alike


def test_the_page_on_lost_codes_says_who_can_be_helped(world: World) -> None:
    page = world.visitor().get("/mailbox/lost").text
    assert "本人带身份证" in page
    assert "这正是匿名的意思" in page


def test_whoever_works_on_a_report_and_its_requests_holds_the_report_first(office: Office) -> None:
    address, held = office.asked_anew(), []
    assert (office.lift(address), office.answer(address)) == (303, 303)

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "FOR UPDATE" in statement:
            held.append(re.search(r"FROM (\w+)", statement)[1])

    event.listen(office.world.store.writer, "before_cursor_execute", note)
    assert office.issue(address) == 200
    event.remove(office.world.store.writer, "before_cursor_execute", note)
    _shown, *step = held or ["nothing: SQLite has one writer at a time"]
    assert [one for one in step if one in ("reports", "disclosures")] == (
        ["reports", "disclosures"] if office.world.server else []
    )


def test_a_new_code_is_told_of_a_reward_by_the_award_desk_and_by_nobody_else(office: Office) -> None:
    world, staff = office.world, Staff(office.world)
    named = rewards.lead(staff, office.case_id, "unread", office.zhou)
    office.lin.get(f"/review/cases/{office.case}")
    address = office.asked_anew()
    assert (office.lift(address), office.answer(address), office.issue(address)) == (303, 303, 200)
    zhou, provisional = world.visitor(), re.sub(r"<[^>]+>", "", CODE.search(office.lin.last)[1])
    renew(zhou, provisional)
    assert "已经通知他们" in zhou.get("/mailbox").text
    assert "打不开" not in zhou.last
    assert zhou.get("/mailbox/reward").status_code == 404
    report_id = rewards.report_of(world, office.case_id)
    assert rewards.award_of(world, report_id).until is None, "no time to claim runs before it can be read"
    song = staff.at("song")
    assert "打开就重新告知" in song.get("/review/rewards").text
    song.get(f"/review/rewards/{named['award_id']}")
    assert "打开就重新告知" not in song.get("/review/rewards").text
    assert "奖励 7,500.00 元" in zhou.get("/mailbox/reward").text
    assert rewards.award_of(world, report_id).until is not None
    assert "查询码补办过" in zhou.last, "no desk reads the name, so none could give it to the new code"
    assert zhou.post("/mailbox/claim", rewards.CLAIM).status_code == 422
    assert zhou.post("/mailbox/claim", rewards.AT_COUNTER).status_code == 200
    world.verify()
