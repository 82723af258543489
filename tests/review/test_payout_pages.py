"""The payout desk's pages: two release, one books; no formula in the bank's list, no name in the lists."""

import csv
import io
import re
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from portal.domain.payee import LETTER_BYTES
from portal.web.award_words import CLAIM_SNAGS
from tests.pages import Page
from tests.review.test_reward_pages import decided, granted, proposed
from tests.rewards import AT_COUNTER, BY_DELEGATE, CARD, CLAIM, ID_NUMBER, staffed
from tests.staffing import Staff
from tests.visitor import PICTURE, Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite
DESK = re.compile(r'name="desk" value="([0-9a-f-]{36})"')
PAYOUT = re.compile(r"/review/payouts/[0-9a-f-]{36}")


@pytest.fixture
def staff(world: World) -> Staff:
    return staffed(Staff(world))


def claimed(staff: Staff, **changes: str) -> tuple[Visitor, str]:
    """Claimed by Zhou, or under another name, which Zhou gave before it was granted; the page of the payment."""
    zhou, award = proposed(staff)
    if "holder" in changes:
        assert zhou.post("/mailbox/identity", {"name": changes["holder"], "action": "replace"}).status_code == 303
    decided(staff, award)
    zhou.get("/mailbox/reward")
    assert zhou.post("/mailbox/claim", {**CLAIM, **changes}).status_code in {200, 303}
    return zhou, PAYOUT.search(staff.at("qian").get("/review/payouts").text)[0]


def released(staff: Staff, payout: str) -> None:
    qian = staff.at("qian")
    qian.get(payout)
    assert qian.post(f"{payout}/release", {"sure": "y", "otp": staff.otp("qian")}).status_code == 303
    staff.sign("zhao")


def listed(staff: Staff) -> str:
    """Made by Qian of what was released; the page of the list."""
    qian = staff.at("qian")
    desk = DESK.search(qian.get("/review/payouts").text)[1]
    made = qian.post("/review/payouts/lists", {"desk": desk, "otp": staff.otp("qian")})
    assert made.status_code == 303
    return made.headers["Location"].partition("?")[0]


def paid(staff: Staff, **changes: str) -> dict[str, str]:
    return {"step": "pay", "on": f"{staff.world.clock():%Y-%m-%d}", "sure": "y", **changes}


def test_two_release_a_payment_and_one_books_it(staff: Staff) -> None:
    zhou, payout = claimed(staff)
    qian = staff.at("qian")
    assert "周小明" not in qian.last
    for said in ("7,500.00 元", "周小明", "与举报时登记的姓名一致", CARD):
        assert said in qian.get(payout).text
    assert not re.search(r"220100-2026|蓝鲸|出口", qian.last), "nothing of the case"
    released(staff, payout)
    qian = staff.at("qian")
    qian.get(payout)
    assert "登记结果" not in qian.last, "before it stands in a list for the bank"
    assert qian.post(f"{payout}/book", paid(staff)).status_code == 422
    assert "要先列入付款批次" in qian.last
    bank = listed(staff)
    assert "登记结果" in qian.get(payout).text
    assert "在付款批次里" in qian.last
    assert "不再发放……" not in qian.last, "the bank may be paying it"
    said = {"why": "account", "sure": "y", "otp": staff.otp("qian")}
    assert qian.post(f"{payout}/cancel", said).status_code == 422
    assert "等银行回音，现在不能结束" in qian.last
    assert qian.post(f"{payout}/book", paid(staff, on="2026-02-01")).status_code == 422
    assert "银行的日期要在做这一批的那天以后" in qian.last
    assert qian.post(f"{payout}/book", paid(staff)).status_code == 303
    assert "登记结果" in qian.get(payout).text
    assert qian.post(f"{payout}/book", paid(staff)).status_code == 409
    assert "都有回音了" in qian.get(bank).text
    assert "已付" in zhou.get("/mailbox/reward").text
    staff.world.verify()


def test_two_end_what_cannot_be_paid_and_the_reporter_claims_anew(staff: Staff) -> None:
    zhou, payout = claimed(staff)
    qian = staff.at("qian")
    qian.get(payout)
    assert qian.post(f"{payout}/cancel", {"sure": "y", "otp": staff.otp("qian")}).status_code == 422
    assert "请选为什么不再发放" in qian.last
    assert qian.post(f"{payout}/cancel", {"why": "account", "sure": "y", "otp": staff.otp("qian")}).status_code == 303
    assert "有人提出不再发放" in qian.get(payout).text
    staff.sign("zhao")
    assert "不再发放：账户一直付不进去" in staff.at("qian").get(payout).text
    assert CARD not in staff.at("qian").get(payout).text
    assert "这一次没有发成" in zhou.get("/mailbox").text
    assert "您给的账户一直付不进去" in zhou.get("/mailbox/reward").text
    assert zhou.post("/mailbox/claim", CLAIM).status_code == 303
    assert "更正领取信息" in zhou.get("/mailbox/reward").text
    assert zhou.post("/mailbox/reward/withdraw", {}).status_code == 422
    assert zhou.post("/mailbox/reward/withdraw", {"sure": "y"}).status_code == 303
    assert "您撤回了领取" in zhou.get("/mailbox/reward").text
    assert zhou.post("/mailbox/claim", CLAIM).status_code == 303
    released(staff, payout)
    zhou.get("/mailbox")
    assert zhou.post("/mailbox/reward/withdraw", {"sure": "y"}).status_code == 409
    page = Page(zhou.last)
    assert (page.problems(), page.summary) == ([], [("withdraw-sure", CLAIM_SNAGS["released"])])
    staff.world.verify()


def test_nobody_else_reaches_a_payment(staff: Staff) -> None:
    _, payout = claimed(staff)
    for who in ("song", "gao", "chen", "lin", "he", "shen", "guan"):
        assert staff.at(who).get(payout).status_code == 404
        assert staff.at(who).get("/review/payouts").status_code == 403
        assert staff.at(who).get("/review/payouts/lists").status_code == 403


def test_no_cell_of_the_list_for_the_bank_is_a_formula_and_nothing_tells_who_made_it(staff: Staff) -> None:
    holder, bank_name = "=cmd|'/c calc'!A0", "@吉林银行 & <支行>"
    _, payout = claimed(staff, holder=holder, bank=bank_name)
    released(staff, payout)
    qian = staff.at("qian")
    bank = listed(staff)
    qian = staff.at("qian")
    qian.get(bank)
    assert "请勿重复提交银行" not in qian.last
    for said in ({"kind": "xlsm"}, {"kind": "csv", "otp": "000000"}):
        assert qian.post(f"{bank}/file", {"otp": staff.otp("qian"), **said}).status_code == 422
    assert re.search(r'value="csv"[^>]* checked', qian.last), "what was chosen is kept"
    made, number = {}, re.search(r"220100-2026-F001", qian.last)[0]
    for kind in ("csv", "xlsx"):
        response = qian.post(f"{bank}/file", {"kind": kind, "otp": staff.otp("qian")})
        assert response.headers["Content-Disposition"] == f"attachment; filename={number}.{kind}"
        assert staff.world.entries()[-1]["event"] == "bank_list_taken"
        made[kind] = response.get_data()
    assert "再下载是第 3 次下载，同一批次，请勿重复提交银行" in qian.get(bank).text
    assert "不要用 Excel 打开" in qian.last
    head, line = csv.reader(io.StringIO(made["csv"].decode("utf-8-sig")))
    assert [line[0], *line[2:]] == [number, f"'{holder}", f"'{bank_name}", CARD, "7500.00"]
    assert head == ["付款批次", "编号", "户名", "开户行", "账号", "金额（元）"]
    assert texts(made["xlsx"]) == [head, [number, line[1], holder, bank_name, CARD, "7500.00"]]
    with ZipFile(io.BytesIO(made["xlsx"])) as book:
        assert {one.date_time for one in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        said = re.findall(r">([^<]+)</(?:dc|dcterms|cp):", book.read("docProps/core.xml").decode())
        assert said == ["1980-01-01T00:00:00Z"] * 2
        assert not re.search(r"qian|<Company>\w|<Manager>", book.read("docProps/app.xml").decode())


def texts(workbook: bytes) -> list[list[str]]:
    """The cells as they lie in the file (ECMA-376, 18.3.1.4), each of which must be a text in a format for texts."""
    name = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with ZipFile(io.BytesIO(workbook)) as book:
        names = [one for one in book.namelist() if one.startswith("xl/")]
        parts = {one: ET.fromstring(book.read(one)) for one in names}  # noqa: S314 — our own
    known = ["".join(one.itertext()) for one in parts["xl/sharedStrings.xml"].iterfind("x:si", name)]
    formats = [one.get("numFmtId") for one in parts["xl/styles.xml"].iterfind("x:cellXfs/x:xf", name)]
    assert not any(part.findall(".//x:f", name) for part in parts.values()), "a formula"
    rows = parts["xl/worksheets/sheet1.xml"].findall(".//x:row", name)
    cells = [row.findall("x:c", name) for row in rows]
    assert {(one.get("t"), formats[int(one.get("s"))]) for row in cells for one in row} == {("s", "49")}, "49 is text"
    return [[known[int(one.findtext("x:v", None, name))] for one in row] for row in cells]


def test_a_wrong_code_is_said_and_the_right_one_alone_books_it(staff: Staff) -> None:
    zhou, payout = claimed(staff, method="counter", bank="", account="", id_number=ID_NUMBER)
    code = re.search(r'<output id="claim-code"[^>]*>([0-9A-Z-]{14})</output>', zhou.last)[1]
    released(staff, payout)
    qian = staff.at("qian")
    qian.get(payout)
    assert "登记结果" not in qian.last, "nobody books it without the code"
    assert qian.post(f"{payout}/book", paid(staff)).status_code == 409
    qian.get(payout)
    assert qian.post(f"{payout}/code", {"code": "0000-0000-0000"}).status_code == 422
    assert "领取码不对" in qian.last
    assert qian.post(f"{payout}/code", {"code": "0000-0000-0000"}).status_code == 422
    assert "秒再试" in qian.last
    staff.world.clock.forward(minutes=1)
    assert qian.post(f"{payout}/code", {"code": code.lower()}).status_code == 303
    assert "已登记已付" in qian.get(f"{payout}?done=code-right").text
    assert "已付" in zhou.get("/mailbox/reward").text
    staff.world.verify()


def test_another_name_is_refused_with_the_way_to_correct_it_and_keeps_what_was_typed(staff: Staff) -> None:
    zhou, _ = granted(staff)
    zhou.get("/mailbox/reward")
    for left in ("4 次", "3 次", "2 次"):
        assert zhou.post("/mailbox/claim", {**CLAIM, "holder": "林某"}).status_code == 422
        page = Page(zhou.last)
        ((anchor, said),) = page.summary
        assert anchor == "claim-holder"
        assert "姓名与举报时登记的不一致" in said
        assert left in said
        assert page.problems() == []
        assert 'href="/mailbox#identity"' in zhou.last
        assert CARD in zhou.last, "what was typed stays"
    assert zhou.post("/mailbox/claim", {**CLAIM, "holder": "周 小明"}).status_code == 422
    assert "每小时只能再试一次" in zhou.last
    assert zhou.get("/mailbox").status_code == 200
    assert zhou.post("/mailbox/message", {"text": "还在吗？"}).status_code == 303, "nothing else is shut"
    staff.world.verify()


def test_a_corrected_name_is_collected_at_the_counter_with_a_document_that_two_look_at(staff: Staff) -> None:
    zhou, _ = granted(staff)
    staff.world.clock.forward(minutes=5)
    zhou.get("/mailbox")
    assert zhou.post("/mailbox/identity", {"name": "周晓明", "action": "replace"}).status_code == 303
    assert "批准以后改过" in zhou.get("/mailbox/reward").text
    assert 'value="transfer"' not in zhou.last
    assert zhou.post("/mailbox/claim", {**CLAIM, "holder": "周晓明"}).status_code == 422
    assert "这一笔只能到柜台领取" in zhou.last
    assert zhou.post("/mailbox/claim", {**AT_COUNTER, "holder": "周晓明"}).status_code == 200
    code = re.search(r'<output id="claim-code"[^>]*>([0-9A-Z-]{14})</output>', zhou.last)[1]
    payout = PAYOUT.search(staff.at("qian").get("/review/payouts").text)[0]
    released(staff, payout)
    qian = staff.at("qian")
    assert "请核对证件" in qian.get(payout).text
    for said, sentence in (({}, "请选看了哪一种证件"), ({"document": "passport"}, "要两名工作人员都看过")):
        assert qian.post(f"{payout}/code", {"code": code, **said}).status_code == 422
        assert sentence in qian.last
        assert Page(qian.last).problems() == []
    assert qian.post(f"{payout}/code", {"code": code, "document": "passport", "second": "y"}).status_code == 303
    assert "付款时两人看过：护照" in qian.get(payout).text
    staff.world.verify()


def test_whoever_draws_another_code_once_it_is_released_is_not_told_to_wait(staff: Staff) -> None:
    zhou, payout = claimed(staff, **AT_COUNTER)
    zhou.get("/mailbox/reward")
    assert zhou.post("/mailbox/reward/code").status_code == 200
    assert "先别去" in zhou.last
    released(staff, payout)
    zhou.get("/mailbox/reward")
    assert zhou.post("/mailbox/reward/code").status_code == 200
    assert "怎么去领" in zhou.last
    assert "先别去" not in zhou.last


def test_a_letter_comes_as_a_photo_and_a_bad_one_costs_nothing_that_was_typed(staff: Staff) -> None:
    zhou, _ = granted(staff)
    zhou.get("/mailbox/reward")
    said = {**BY_DELEGATE, "place": "通化"}
    cases = (
        ({"pictures": (b"words", "letter.txt")}, "委托书只收照片（图片）和 PDF"),
        ({"pictures": (b"", "letter.jpg")}, "这个文件是空的"),
        ({"pictures": (b"%PDF-1.4 x", "letter.pdf")}, "请换一张照片"),
        ({"pictures": (PICTURE[0] + bytes(LETTER_BYTES), "letter.png")}, "每个文件最多 10 MB"),
        ({"pictures": [PICTURE] * 4}, "最多传 3 个文件"),
        ({"delegate": ""}, "请勾选这一项"),
        ({"holder": ""}, "照片没有收下"),
    )
    for change, sentence in cases:
        assert zhou.post("/mailbox/claim", {**said, **change}).status_code == 422, change
        assert sentence in zhou.last, change
        assert "通化" in zhou.last
        assert Page(zhou.last).problems() == []
    assert not list(staff.world.house.blobs.listed("files"))
    assert zhou.post("/mailbox/claim", {**said, "pictures": [PICTURE, PICTURE]}).status_code == 200
    payout = PAYOUT.search(staff.at("qian").get("/review/payouts").text)[0]
    page = staff.at("qian").get(payout).text
    assert "传来了 2 张图" in page
    assert "第一署名人姓名核对" in page, "the name of who collects was compared with nothing"
    assert "第1页，共2页" in staff.at("qian").get(f"{payout}/letter").text
    assert staff.at("qian").get(f"{payout}/letter?page=3").status_code == 404
    shown = staff.at("qian").get(f"{payout}/letter/1")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    for who in ("song", "gao", "lin"):
        assert staff.at(who).get(f"{payout}/letter").status_code == 404
        assert staff.at(who).get(f"{payout}/letter/0").status_code == 404
    staff.world.verify()


def test_a_code_that_was_shut_is_told_on_pages_until_another_is_drawn(staff: Staff) -> None:
    zhou, payout = claimed(staff, method="counter", bank="", account="", id_number=ID_NUMBER)
    released(staff, payout)
    qian, shut = staff.at("qian"), "领取码试错五次，已经锁住"
    reference = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}", qian.get(payout).text)[0]
    for _ in range(5):
        assert shut not in qian.last
        staff.world.clock.forward(minutes=5)
        zhou.get("/mailbox/reward")
        assert qian.post(f"{payout}/code", {"code": "0000-0000-0000"}).status_code == 422
    for who, page in (("qian", "/review/payouts"), ("gao", "/review/motions"), ("gao", "/review/")):
        told = next(one for one in staff.at(who).get(page).text.splitlines() if shut in one)
        assert reference in told
        assert "长春" in told
        assert not re.search(r"220100-2026|蓝鲸|出口|周", told), "nothing of the case"
    assert payout in staff.at("zhao").get("/review/payouts").text
    assert payout not in staff.at("gao").get("/review/motions").text
    for who in ("lin", "song", "chen"):
        assert shut not in staff.at(who).get("/review/motions").text
    zhou.get("/mailbox/reward")
    assert zhou.post("/mailbox/reward/code", {}).status_code == 200
    assert shut not in staff.at("gao").get("/review/").text
    assert shut not in staff.at("qian").get(payout).text
