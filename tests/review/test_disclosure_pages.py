"""Learning a reporter's name, page by page: Lin asks, Gao lifts, He releases, Lin reads, Zhou sees every step."""

import pytest

from portal.office import signing_in
from tests.disclosing import AGREE, ASK, NAME, ORDER, PHONE, Office
from tests.pages import Page
from tests.visitor import Visitor
from tests.world import PASSWORD

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored


def test_three_people_lead_to_a_name_and_the_reporter_sees_each_step(office: Office) -> None:
    address = office.asked()
    assert "至今无人看过您的身份" in office.zhou.get("/mailbox").text
    assert "举报人可能或已经遭受打击报复" in office.zhou.last
    assert (office.lift(address), office.release(address, "name")) == (303, 303)
    assert office.read(address) == 200
    assert NAME in office.lin.last
    assert PHONE not in office.lin.last
    assert office.world.events()[-5:] == [
        "request_shown",
        "identity_released",
        "request_shown",
        "identity_read",
        "request_shown",
    ]
    mailbox = office.zhou.get("/mailbox").text
    assert "有人看过您的身份" in mailbox
    assert "受理员，因“举报人可能或已经遭受打击报复，需要保护”看了：姓名。" in mailbox
    for step in ("申请知悉身份", "分管领导同意，开了第一道锁", "保密专员放行", "看了身份信息"):
        assert step in mailbox
    assert office.world.verify().unsigned == 0


def test_neither_lead_nor_custodian_sees_a_value_on_the_way(office: Office) -> None:
    address = office.asked()
    office.lift(address)
    office.release(address, "name", "phone")
    for visitor in (office.gao, office.he):
        visitor.get(address)
        assert NAME not in visitor.last
        assert PHONE not in visitor.last
        assert visitor.post(f"{address}/read").status_code == 403


def test_what_was_released_is_gone_when_its_time_is_over(office: Office) -> None:
    address = office.asked()
    office.lift(address)
    office.release(address, "name")
    office.world.clock.forward(hours=24, minutes=1)
    office.lin = office.world.officer("lin")
    office.lin.get("/review/")
    assert office.lin.post(f"{address}/read").status_code == 409  # before the tick has come
    assert NAME not in office.lin.last
    office.world.tick()
    assert "已到期" in office.lin.get(address).text
    assert "已销毁" in office.lin.last
    assert office.world.events()[-2:] == ["identity_lapsed", "request_shown"]
    office.world.verify()


def test_a_request_that_nobody_decides_lapses(office: Office) -> None:
    address = office.asked()
    office.world.clock.forward(hours=72)
    office.world.tick()
    gao = office.world.officer("gao")
    assert "没有同意" not in gao.get(address).text
    assert "已到期" in gao.last


def test_the_lead_refuses_and_nothing_was_opened(office: Office) -> None:
    address = office.asked()
    office.gao.get(address)
    assert office.gao.post(f"{address}/refuse").status_code == 303
    assert office.lift(address) == 409
    assert "没有同意" in office.zhou.get("/mailbox").text
    assert "至今无人看过您的身份" in office.zhou.last


def test_fields_that_the_custodian_does_not_choose_stay_sealed(office: Office) -> None:
    address = office.asked()
    office.lift(address)
    office.release(address, "phone")
    office.read(address)
    assert PHONE in office.lin.last
    assert NAME not in office.lin.last
    assert "没有放行" in office.lin.last


def test_a_reporter_who_erases_their_name_takes_it_out_of_every_request(office: Office) -> None:
    address = office.asked()
    office.lift(address)
    office.release(address, "name")
    office.zhou.get("/mailbox")
    assert office.zhou.post("/mailbox/identity", {"action": "erase"}).status_code == 303
    assert office.read(address) == 409
    assert NAME not in office.lin.last
    office.world.sign()
    office.world.verify()


def test_a_reporter_who_gives_another_name_between_two_steps_makes_the_second_stale(office: Office) -> None:
    address = office.asked()
    office.gao.get(address)
    office.zhou.get("/mailbox")
    office.zhou.post("/mailbox/identity", {"action": "replace", "name": "周大明"})
    assert office.gao.post(f"{address}/lift", {"otp": office.code("gao")}).status_code == 409
    assert "刚刚有变化" in office.gao.last


def test_a_code_is_of_this_moment_and_used_once(office: Office) -> None:
    address = office.asked()
    office.gao.get(address)
    assert office.gao.post(f"{address}/lift", {"otp": "000000"}).status_code == 422
    assert "动态验证码对不上" in office.gao.last
    assert office.gao.post(f"{address}/lift", {"otp": "12"}).status_code == 422
    used = office.code("gao")
    with office.world.store.transaction() as session:
        gao = office.world.cast["gao"]
        signing_in.use_code(session, gao.officer_id, gao.keys.otp, used, now=office.world.clock())
    assert office.gao.post(f"{address}/lift", {"otp": used}).status_code == 422
    assert office.world.events()[-1] == "request_shown"


@pytest.mark.parametrize("who", ["chen", "song", "qian", "shen", "qin", "qin-lead", "qin-custody", "sheng", "ji"])
def test_for_anybody_else_there_is_no_such_request(office: Office, who: str) -> None:
    address = office.asked()
    stranger: Visitor = office.world.officer(who)
    assert stranger.get(address).status_code == 404
    stranger.get("/review/disclosures")
    for step in ("lift", "release", "refuse", "close", "read"):
        answer = stranger.post(f"{address}/{step}", {"otp": "123456", "fields": ["name"], "seen": "1"})
        assert answer.status_code in {404, 422}
        assert NAME not in answer.text
    assert "identity_" not in "".join(office.world.events()[-6:])


def test_each_of_the_three_takes_their_own_step_alone(office: Office) -> None:
    address = office.asked()
    for who in ("lin", "he"):
        assert office.lift(address, who) == 403
    assert office.release(address, "name") == 409  # not lifted yet
    office.lift(address)
    for who in ("lin", "gao"):
        assert office.release(address, "name", who=who) == 403


BAD = {
    "no reason": ({"ground": ""}, "请选一条理由"),
    "a reason that is none": ({"ground": "LEADER_WANTS"}, "没有这条理由"),
    "a lawful order without its document": ({"ground": "POLICE_ORDER"}, "要写明文书"),
    "a document where none is asked for": ({"document": "某号"}, "不凭文书"),
    "told later without a law that says so": ({"withhold": "30"}, "这条理由不能暂不告知"),
    "told later than may be": (ORDER | {"withhold": "91"}, "1 到 90"),
    "told later by no number": (ORDER | {"withhold": "三个月"}, "1 到 90"),
    "consent without a question": ({"ground": "REPORTER_ASKS"}, "要先问举报人"),
    "a question where none is asked": ({"asking": "您是谁？"}, "才这样问举报人"),
    "consent that is told later": (AGREE | {"withhold": "9"}, "这条理由不能暂不告知"),
    "a reason with a procedure of its own": ({"ground": "CLAIM_MATCH"}, "没有这条理由"),
    "no field": ({"fields": []}, "请至少选一项"),
    "a field that is none": ({"fields": ["name", "body"]}, "请至少选一项"),
    "a field beyond the reason": ({"ground": "CONTACT_URGENT", "hours": "2"}, "看不了这几项"),
    "a field that was not given": ({"fields": ["address"]}, "举报人没有留"),
    "longer than the reason allows": ({"ground": "NAMED_CHECK", "hours": "25"}, "看不了这么久"),
    "no number of hours": ({"hours": "半天"}, "整数"),
    "no words": ({"why": " "}, "请写清为什么"),
    "the reporter was never asked": ({"ground": "EVIDENCE_ONLY_REPORTER", "fields": ["phone"]}, "问过举报人"),
}


@pytest.mark.parametrize(("changes", "sentence"), BAD.values(), ids=BAD.keys())
def test_a_request_that_does_not_hold_is_refused_with_a_sentence_and_kept(
    office: Office, changes: dict[str, object], sentence: str
) -> None:
    assert office.ask(**changes) == 422
    assert sentence in office.lin.last
    if changes.get("why", ASK["why"]).strip():
        assert {**ASK, **changes}["why"] in office.lin.last
    assert "identity_requested" not in office.world.events()


def test_evidence_only_the_reporter_has_may_be_asked_for_once_five_working_days_have_passed(office: Office) -> None:
    ask = {"ground": "EVIDENCE_ONLY_REPORTER", "fields": ["phone"]}
    office.lin.post(f"/review/cases/{office.case}/letter", {"text": "照片上是哪个口？"})
    office.lin.get(f"/review/cases/{office.case}")
    assert office.ask(**ask) == 422
    assert "还不到 5 个工作日" in office.lin.last
    office.world.clock.forward(days=8)
    office.lin = office.world.officer("lin")
    office.lin.get(f"/review/cases/{office.case}")
    assert office.ask(**ask) == 303


def test_of_a_reporter_who_has_withdrawn_nothing_is_asked_but_to_protect_them(office: Office) -> None:
    office.zhou.get("/mailbox")
    office.zhou.post("/mailbox/withdraw")
    office.lin.get(f"/review/cases/{office.case}")
    assert "核实是否实名举报" not in office.lin.last
    assert office.ask(ground="NAMED_CHECK", fields=["name"]) == 422
    assert office.ask() == 303


def test_the_list_shows_each_of_the_three_what_waits_for_them(office: Office) -> None:
    office.asked()
    for visitor in (office.lin, office.gao, office.he):
        assert "等分管领导" in visitor.get("/review/disclosures").text
    assert office.he.get("/review/").headers["Location"] == "/review/disclosures"
    assert "等分管领导" not in office.world.officer("qin").get("/review/disclosures").text


def test_a_request_whose_reason_ends_with_it_ends_when_the_reporter_withdraws(office: Office) -> None:
    assert office.ask(ground="NAMED_CHECK", fields=["name"]) == 303
    address = office.address()
    office.lift(address)
    office.zhou.get("/mailbox")
    office.zhou.post("/mailbox/withdraw")
    assert office.world.events()[-2:] == ["withdrawn", "identity_closed"]
    assert office.release(address, "name") == 409
    assert "申请撤销" in office.zhou.get("/mailbox").text
    office.world.sign()
    office.world.verify()


def test_one_officer_asks_about_a_report_once_at_a_time(office: Office) -> None:
    address = office.asked()
    assert office.ask() == 422
    assert "没有办完" in office.lin.last
    office.lin.get(address)
    assert office.lin.post(f"{address}/close").status_code == 303
    office.lin.get(f"/review/cases/{office.case}")
    assert office.ask() == 303


def test_a_request_begun_in_a_session_that_ended_is_carried_whole(office: Office) -> None:
    office.lin.get(f"/review/cases/{office.case}")
    office.world.clock.forward(hours=9)
    assert office.ask() == 422
    page = office.lin.last
    for name, value in (("ground", "PROTECT"), ("fields", "name"), ("fields", "phone"), ("hours", "24")):
        assert f'name="{name}" value="{value}"' in page
    assert ASK["why"] in page
    office.world.clock.forward(seconds=31)
    fields = Page(page).form("/review/login").fields
    code = office.world.cast["lin"].code(office.world.clock())
    typed = {**fields, "fields": ["name", "phone"], "username": "lin", "password": PASSWORD, "otp": code}
    answer = office.lin.post("/review/login", typed)
    assert answer.status_code == 200
    assert answer.text.count("checked") == 3  # the reason and both fields
    assert ASK["why"] in answer.text
