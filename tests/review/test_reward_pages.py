"""A reward on the pages: proposed from the case, agreed to, judged, read in the mailbox, claimed, paid."""

import re
from uuid import UUID

import pytest

from portal.domain.paper_vocabulary import PenaltyStatus
from portal.store.awards import Award
from tests import verification as verified
from tests.countering import place
from tests.pages import Page
from tests.review.test_outcome_pages import told
from tests.rewards import AT_COUNTER, CARD, CLAIM, ID_NUMBER, staffed
from tests.rewards import FORM as FACTS
from tests.staffing import Staff
from tests.verification import look
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite
AWARD = re.compile(r"/review/rewards/[0-9a-f-]{36}")


@pytest.fixture
def staff(world: World) -> Staff:
    return staffed(Staff(world))


def reported(staff: Staff) -> tuple[Visitor, str]:
    """Concluded, fined 5,000, and told to Zhou."""
    zhou, case = told(staff)
    return zhou, case


def fined(staff: Staff, case: str, fen: int = 5_000_000) -> None:
    verified.file(staff.world, "chen", UUID(case), verified.penalty(fen=fen))


def proposed(staff: Staff) -> tuple[Visitor, str]:
    zhou, case = reported(staff)
    fined(staff, case)
    chen = staff.at("chen")
    assert "按规定 7,500.00 元" in chen.get(f"/review/cases/{case}/reward").text
    assert chen.post(f"/review/cases/{case}/reward", FACTS).status_code == 303
    agree(staff)
    song = staff.at("song")
    return zhou, AWARD.search(song.get("/review/rewards").text)[0]


def agree(staff: Staff) -> None:
    """Gao reads what is proposed and agrees."""
    gao = staff.at("gao")
    motion = re.search(r"/review/motions/[0-9a-f-]{36}", gao.get("/review/motions").text)[0]
    assert "按规定 7,500.00 元" in gao.get(motion).text
    assert gao.post(f"{motion}/confirm", {"sure": "y"}).status_code == 303


def granted(staff: Staff) -> tuple[Visitor, str]:
    zhou, award = proposed(staff)
    decided(staff, award)
    return zhou, award


def decided(staff: Staff, award: str) -> None:
    song = staff.at("song")
    song.get(award)
    assert song.post(f"{award}/decide", {"step": "approve", "words": "", "sure": "y"}).status_code == 303


def test_a_reward_is_proposed_judged_read_and_claimed(staff: Staff) -> None:
    zhou, award = granted(staff)
    assert "奖励" in zhou.get("/mailbox").text
    text = zhou.get("/mailbox/reward").text
    assert "奖励 7,500.00 元" in text
    assert "19号 第十一条" in text
    assert zhou.post("/mailbox/claim", CLAIM).status_code == 303
    assert "已批准，领取已提交" in zhou.get("/mailbox/reward").text
    assert "两名发放人员核对以后付款" in zhou.last
    assert "待审定" in staff.at("song").get(award).text
    staff.world.verify()


def test_what_is_changed_on_trial_shows_which_row_flips(staff: Staff) -> None:
    _, case = reported(staff)
    fined(staff, case)
    chen = staff.at("chen")
    chen.get(f"/review/cases/{case}/reward")
    chen.post(f"/review/cases/{case}/reward", {**FACTS, "excluded": "duty", "try": "y"})
    assert "这样不奖励" in chen.last
    assert "和案卷里的事实比，变了的" in chen.last
    assert chen.last.count("举报人自己负有安全监管职责。") == 3, "what changed, why not, and in its row"
    chen.post(f"/review/cases/{case}/reward", {**FACTS, "try": "y"})
    assert "没有一条变" in chen.last


def test_a_count_that_is_no_number_comes_back_at_its_field(staff: Staff) -> None:
    _, case = reported(staff)
    chen = staff.at("chen")
    chen.get(f"/review/cases/{case}/reward")
    assert chen.post(f"/review/cases/{case}/reward", {**FACTS, "deaths": "三", "shown": "材料一"}).status_code == 422
    assert "几个人，请写数字" in chen.last
    assert "材料一" in chen.last
    assert chen.post(f"/review/cases/{case}/reward", {**FACTS, "deaths": "9" * 5000}).status_code == 422


def test_a_proposal_that_was_sent_twice_says_that_it_waits(staff: Staff) -> None:
    _, case = reported(staff)
    fined(staff, case)
    chen = staff.at("chen")
    for answer in (303, 422):
        chen.get(f"/review/cases/{case}/reward")
        assert chen.post(f"/review/cases/{case}/reward", FACTS).status_code == answer
    assert "还在等第二个人复核" in chen.last
    agree(staff)
    chen.get(f"/review/cases/{case}/reward")
    assert chen.post(f"/review/cases/{case}/reward", FACTS).status_code == 422
    assert "正在审批，已经批准" in chen.last


def test_what_the_rules_give_cannot_be_refused_nor_changed(staff: Staff) -> None:
    _, award = proposed(staff)
    song = staff.at("song")
    song.get(award)
    assert song.post(f"{award}/decide", {"step": "refuse", "words": "不想给", "sure": "y"}).status_code == 422
    assert "不能不予奖励" in song.last
    for who in ("gao", "chen"):
        assert staff.at(who).post(f"{award}/decide", {"step": "approve", "sure": "y"}).status_code in {403, 422}


def test_what_is_sent_back_says_why_to_whoever_proposes_anew(staff: Staff) -> None:
    _, award = proposed(staff)
    song = staff.at("song")
    song.get(award)
    for said, refused in (({"words": "请补合同。"}, "请选一项"), ({"why": "evidence"}, "请写给提请的人")):
        assert song.post(f"{award}/return", said).status_code == 422
        assert refused in song.last
    assert song.post(f"{award}/return", {"why": "evidence", "words": "请补合同。"}).status_code == 303
    for who, page in (("chen", award), ("gao", award), ("chen", f"/review/cases/{case_of(award, staff)}/reward")):
        text = staff.at(who).get(page).text
        assert "退回的理由：材料不够" in text
        assert "请补合同。" in text
    assert "奖励建议退回了" in staff.at("chen").get(f"/review/assigned/{case_of(award, staff)}").text, "and where it is"
    staff.world.verify()


def test_a_claim_with_mistakes_comes_back_whole(staff: Staff) -> None:
    zhou, _ = granted(staff)
    zhou.get("/mailbox/reward")
    assert zhou.post("/mailbox/claim", {**CLAIM, "account": CARD[:-1] + "1", "consent": ""}).status_code == 422
    assert "卡号的校验位不对" in zhou.last, "everything that is wrong is told at once"
    assert zhou.post("/mailbox/claim", {"method": "transfer"}).status_code == 422
    for field in ("姓名（户名）", "身份证号", "开户行", "账号"):
        assert f"请填{field}。" in zhou.last
    assert zhou.post("/mailbox/claim", {**CLAIM, "account": CARD[:-1] + "1"}).status_code == 422
    assert "卡号的校验位不对" in zhou.last
    assert "吉林银行人民大街支行" in zhou.last


def test_at_the_counter_the_code_is_shown_once(staff: Staff) -> None:
    zhou, _ = granted(staff)
    zhou.get("/mailbox/reward")
    response = zhou.post(
        "/mailbox/claim", {"method": "counter", "holder": "周小明", "id_number": ID_NUMBER, "consent": "y"}
    )
    assert response.status_code == 200
    code = re.search(r'<output id="claim-code"[^>]*>([0-9A-Z-]{14})</output>', zhou.last)[1]
    reference = re.search(r"报付款编号 ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})，", zhou.last)[1]
    assert code not in zhou.get("/mailbox/reward").text
    assert "换领取码" in zhou.last
    assert reference in zhou.last
    assert "先别去" in zhou.last
    assert reference in staff.at("qian").get("/review/payouts").text, "by it the counter finds the payment"


def test_where_it_is_collected_is_shown_and_another_place_chosen_from_a_list(staff: Staff) -> None:
    place(staff)
    place(staff, "office-220000", name="省厅 1 号窗口", address="样例大街 9 号")
    zhou, _ = granted(staff)
    text = zhou.get("/mailbox/reward").text
    for said in ("政务大厅 3 号窗口", "样例大街 1 号", "工作日 8:30–11:30", "0431-00000000", "样例大街 9 号"):
        assert said in text
    assert "样例大街 1 号" in zhou.get("/mailbox/reward/print").text
    zhou.get("/mailbox/reward")
    assert zhou.post("/mailbox/claim", {**AT_COUNTER, "counter": "office-999999"}).status_code == 422
    assert "请从单子里选一个领取地点" in zhou.last
    for nowhere in ({**AT_COUNTER, "counter": "other"}, {**AT_COUNTER, "counter": "other", "place": " "}):
        assert zhou.post("/mailbox/claim", nowhere).status_code == 422
        assert Page(zhou.last).summary == [("claim-place", "请写想在哪里领。")]
    assert zhou.post("/mailbox/claim", {**AT_COUNTER, "counter": "office-220000"}).status_code == 200
    assert "样例大街 1 号" in zhou.last
    assert "您写了想在别处领：吉林省人民防空办公室 · 省厅 1 号窗口。" in zhou.last, "and not that they collect it here"
    assert "写了想在别处领的，先打这个电话" in zhou.get("/mailbox/reward").text
    assert "工作日 8:30–11:30" in zhou.get("/mailbox/reward").text
    payout = re.search(r"/review/payouts/[0-9a-f-]{36}", staff.at("qian").get("/review/payouts").text)[0]
    qian = staff.at("qian")
    for page in (payout, f"{payout}/sheet"):
        text = qian.get(page).text
        assert "吉林省人民防空办公室 · 省厅 1 号窗口" in text
        assert "样例大街 1 号" in text
    page = qian.get(payout).text
    assert "请先和那里说好" in page
    assert "账号" not in page, "there is none at the counter"


def test_a_grant_may_be_given_up(staff: Staff) -> None:
    zhou, _ = granted(staff)
    zhou.get("/mailbox/reward")
    assert zhou.post("/mailbox/reward/give-up", {"sure": "y"}).status_code == 303
    assert "您放弃了" in zhou.get("/mailbox/reward").text
    box = zhou.get("/mailbox").text
    assert "您放弃了" in box
    assert "以前领取" not in box


def test_a_fine_that_is_annulled_later_is_shown_and_claws_nothing_back(staff: Staff) -> None:
    zhou, award = granted(staff)
    (paper,) = [one for one in look(staff.world, "chen", case_of(award, staff)).papers if one.kind == "penalty"]
    annulled = verified.penalty(fen=5_000_000, status=PenaltyStatus.ANNULLED)
    verified.file(staff.world, "chen", case_of(award, staff), annulled, paper.id)
    assert "处罚后来有变化" in staff.at("gao").get(award).text
    assert "处罚后来有变化" not in staff.at("song").get(award).text, "the award desk reads no case file"
    assert "奖励 7,500.00 元" in zhou.get("/mailbox/reward").text


def case_of(award: str, staff: Staff) -> UUID:
    with staff.world.store.reading() as session:
        return session.get_one(Award, UUID(award.rpartition("/")[2])).case_id
