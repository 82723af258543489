"""Rewards in a real browser without script: named, by code, raised, by a delegate, contested, revoked, forfeited.

One portal for all of them, with an edition that knows codes and an uplift; what a journey begins with was done before.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import rewards
from tests.browser.conftest import DESK, NARROW, PHONE, Person, Served
from tests.browser.rewarding import Told, telling
from tests.cameras import picture, saved
from tests.world import Template

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
WHY = "我只管登记来访，安全不归我管。"
LETTER = "我们三人委托赵六代领这一笔奖金。周小明"


@pytest.fixture(scope="module")
def told(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with telling(template, tmp_path_factory.mktemp) as one:
        yield one


@pytest.fixture
def served(told: Told) -> Served:
    return told.served


def opened(person: Callable[..., Person], code: str) -> Person:
    """Zhou, in front of the mailbox."""
    zhou = person(PHONE, script=False)
    zhou.go("/mailbox")
    zhou.page.fill("#receipt", code)
    zhou.follow("#send")
    return zhou


def send(one: Person, path: str, **said: str) -> None:
    """Fill in the form that goes to an address, by the names of its fields, and send it."""
    form = one.page.locator(f"form[action$='{path}']")
    for name, value in said.items():
        field = form.locator(f"[name={name}]")
        if field.first.get_attribute("type") in {"radio", "checkbox"}:
            form.locator(f"[name={name}][value='{value}']").check()
        else:
            field.fill(value)
    with one.page.expect_navigation():
        form.locator("button:not([name])").first.click()
    assert not one.page.title().startswith("错误"), one.page.inner_text("main")


def propose(person: Callable[..., Person], told: Told, what: str, **facts: str) -> Person:
    """Chen proposes, Gao agrees; Song, in front of it."""
    chen = told.at_work(person, "chen")[0]
    chen.go(f"/review/cases/{told.cases[what]}/reward")
    send(chen, "/reward", words="锁链属实，处罚已经生效。", **facts)
    gao = told.at_work(person, "gao")[0]
    gao.go("/review/motions")
    gao.follow("main a[href^='/review/motions/'] >> nth=0")
    send(gao, "/confirm", sure="y")
    return judging(person, told, "song")


def judging(person: Callable[..., Person], told: Told, who: str) -> Person:
    """At the award desk, in front of what waits."""
    one = told.at_work(person, who)[0]
    one.go("/review/rewards")
    one.follow("main li.panel a >> nth=0")
    return one


def release(person: Callable[..., Person], told: Told) -> Person:
    """Qian finds what was claimed, proposes that it be paid, Zhao agrees; Qian, in front of it."""
    (qian, codes), (zhao, others) = told.at_work(person, "qian"), told.at_work(person, "zhao")
    qian.go("/review/payouts?state=claimed")
    qian.follow("main a[href^='/review/payouts/']:not([href*='/lists'])")
    send(qian, "/release", sure="y", otp=codes())
    zhao.go("/review/motions")
    zhao.follow("main a[href^='/review/motions/'] >> nth=0")
    send(zhao, "/confirm", sure="y", otp=others())
    qian.page.reload()
    return qian


def listed(qian: Person, told: Told) -> str:
    """Qian makes a list for the bank; its address."""
    qian.go("/review/payouts")
    send(qian, "/review/payouts/lists", otp=told.served.codes["qian"]())
    return qian.page.url.partition("?")[0]


def transferred(qian: Person, told: Told) -> None:
    """Qian, in front of a payment by bank: it goes into a list, and the bank has paid it."""
    payment = qian.page.url
    listed(qian, told)
    qian.page.goto(payment)
    send(qian, "/book", step="pay", sure="y")


def taken(qian: Person, told: Told, kind: str) -> tuple[str, bytes]:
    """The file of the list that is open: its name and what it holds."""
    qian.page.reload()
    form = qian.page.locator("form[action$='/file']")
    form.locator(f"[name=kind][value={kind}]").check()
    form.locator("[name=otp]").fill(told.served.codes["qian"]())
    with qian.page.expect_download() as coming:
        form.locator("button:not([name])").first.click()
    return coming.value.suggested_filename, Path(coming.value.path()).read_bytes()


def test_a_list_goes_to_the_bank_once_and_what_comes_back_goes_into_the_next(
    person: Callable[..., Person], told: Told
) -> None:
    boxes = {name: opened(person, told.codes[name]) for name in ("first", "second")}
    payee = {"holder": "周小明", "id_number": rewards.ID_NUMBER, "bank": "吉林银行", "account": rewards.CARD}
    for zhou in boxes.values():
        zhou.go("/mailbox/reward")
        send(zhou, "/mailbox/claim", method="transfer", consent="y", **payee)
        qian = release(person, told)
    bank = listed(qian, told)
    number = qian.page.inner_text("h1").split()[-1]
    for name, data in (taken(qian, told, kind) for kind in ("xlsx", "csv", "xlsx")):
        assert name.startswith(number)
        assert data[:2] == b"PK" if name.endswith("xlsx") else number in data.decode("utf-8-sig")
    qian.page.reload()
    assert "再下载是第 4 次下载，同一批次，请勿重复提交银行" in qian.text
    which = qian.page.locator("form[action$='/answers'] [name=which]")
    ids = [which.nth(at).get_attribute("value") for at in range(which.count())]
    qian.page.goto(f"{bank.rpartition('/lists/')[0]}/{ids[-1]}")
    assert "在付款批次里" in qian.text
    qian.page.goto(bank)
    send(qian, "/answers", which=ids[0], step="pay", sure="y")
    send(qian, "/answers", which=ids[-1], step="fail", sure="y")
    assert "都有回音了" in qian.text
    fits(qian)
    for zhou in boxes.values():
        zhou.page.reload()
    (again,) = [zhou for zhou in boxes.values() if "银行退回，请更正账户" in zhou.text]
    send(again, "/mailbox/claim", method="transfer", consent="y", **payee)
    qian = release(person, told)
    later = listed(qian, told)
    assert later != bank
    assert qian.page.inner_text("h1").split()[-1] > number
    one = qian.page.locator("form[action$='/answers'] [name=which]").get_attribute("value")
    send(qian, "/answers", which=one, step="pay", sure="y")
    again.page.reload()
    assert "已付" in again.text


def fits(one: Person) -> None:
    """At the width of a telephone nothing is cut off."""
    one.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    assert one.page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    one.page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def test_a_named_reporter_from_the_proposal_to_the_payment(person: Callable[..., Person], told: Told) -> None:
    song = propose(person, told, "named")
    assert "按规定 7,500.00 元" in song.text
    send(song, "/decide", step="approve", sure="y")
    zhou = opened(person, told.codes["named"])
    zhou.go("/mailbox/reward")
    assert "奖励 7,500.00 元" in zhou.text
    payee = {"holder": "周小明", "id_number": rewards.ID_NUMBER, "bank": "吉林银行", "account": rewards.CARD}
    send(zhou, "/mailbox/claim", method="transfer", consent="y", **payee)
    assert "领取已提交" in zhou.text
    qian = release(person, told)
    assert rewards.CARD in qian.text
    transferred(qian, told)
    zhou.page.reload()
    assert "已付" in zhou.text
    for one in (song, qian, zhou):
        fits(one)


def test_a_refusal_is_contested_and_put_right_by_another(person: Callable[..., Person], told: Told) -> None:
    song = propose(person, told, "contested", excluded="unit_safety_manager")
    assert "要由人决定" in song.text
    send(song, "/decide", step="refuse", words="举报人是这个单位的安全管理人员。", sure="y")
    zhou = opened(person, told.codes["contested"])
    zhou.go("/mailbox/reward")
    send(zhou, "/contest", text=WHY)
    assert "您有异议，正在复议" in zhou.text
    assert WHY in zhou.text
    sun = judging(person, told, "sun")
    assert WHY in sun.text
    send(sun, "/decide", step="approve", words="他只登记来访，不负责安全，应当奖励。", sure="y")
    zhou.page.reload()
    assert "奖励 7,500.00 元" in zhou.text
    assert zhou.page.is_visible("#send-claim")


def test_whoever_gave_no_name_collects_by_a_code_at_the_counter(person: Callable[..., Person], told: Told) -> None:
    zhou = opened(person, told.codes["code"])
    zhou.go("/mailbox/reward")
    send(zhou, "/mailbox/claim", method="counter", consent="y")
    code = zhou.page.inner_text("#claim-code")
    assert "不用说姓名" in zhou.text
    qian = release(person, told)
    assert "凭领取码领，不用身份证" in qian.text
    zhou.go("/mailbox")
    assert "可以到柜台领了" in zhou.text
    send(qian, "/code", code=code.lower())
    assert "已登记已付" in qian.text
    zhou.go("/mailbox/reward")
    assert "已付" in zhou.text


def test_somebody_from_inside_reads_of_the_uplift(person: Callable[..., Person], told: Told) -> None:
    zhou = opened(person, told.codes["insider"])
    zhou.go("/mailbox/reward")
    for part in ("奖励 9,000.00 元", "7,500.00 元", "提高 20%", "应急〔2020〕69号", "以前领取，还有 "):
        assert part in zhou.text


def test_of_several_who_signed_a_delegate_collects(person: Callable[..., Person], told: Told) -> None:
    zhou = opened(person, told.codes["joint"])
    zhou.go("/mailbox/reward")
    zhou.page.locator("summary").filter(has_text="联名举报").click()
    form = zhou.page.locator("form[action$='/mailbox/claim']")
    photo = {"name": "letter.jpg", "mimeType": "image/jpeg", "buffer": saved(picture(), "JPEG")}
    form.locator("input[type=file]").set_input_files([photo])
    payee = {"holder": "赵六", "id_number": rewards.ID_NUMBER, "delegate": "y", "letter": LETTER}
    send(zhou, "/mailbox/claim", method="counter", consent="y", signatory="周小明", **payee)
    code = zhou.page.inner_text("#claim-code")
    qian = release(person, told)
    for part in ("赵六", "第一署名人\n周小明", "与举报时登记的姓名一致", LETTER, "7,500.00 元"):
        assert part in qian.text
    qian.follow("main a[href$='/letter']")
    shown = qian.page.locator("p.picture img")
    assert shown.evaluate("image => image.complete && image.naturalWidth") == 320
    assert qian.page.evaluate("document.documentElement.scrollWidth") <= DESK[0]
    qian.follow("main p:last-of-type a")
    send(qian, "/code", code=code, letter="y")
    assert "已登记已付" in qian.text


def test_a_refusal_that_was_contested_is_upheld_by_another(person: Callable[..., Person], told: Told) -> None:
    zhou = opened(person, told.codes["upheld"])
    zhou.go("/mailbox/reward")
    send(zhou, "/contest", text="我才是第一个。")
    sun = judging(person, told, "sun")
    assert "我才是第一个。" in sun.text
    send(sun, "/decide", step="refuse", words="查过登记：另一件早三天。", sure="y")
    zhou.page.reload()
    for part in ("复议后维持不予奖励", "查过登记：另一件早三天。", "不能再提"):
        assert part in zhou.text
    assert not zhou.page.locator("form[action$='/contest']").count()


def test_what_nobody_claimed_in_time_is_forfeited(person: Callable[..., Person], told: Told) -> None:
    zhou = opened(person, told.codes["forfeited"])
    assert "领取的期限过了" in zhou.text
    assert "以前领取" not in zhou.text
    song = told.at_work(person, "song")[0]
    song.go("/review/rewards?view=all")
    song.follow("main li.panel a >> nth=-1")
    assert "请您决定延期，还是按放弃处理" in song.text
    send(song, "/forfeit", sure="y")
    zhou.go("/mailbox/reward")
    assert "逾期未领，按放弃处理" in zhou.text
    assert not zhou.page.locator("#send-claim").count()


def test_what_two_revoked_is_contested_given_back_and_collected(person: Callable[..., Person], told: Told) -> None:
    award = f"/review/rewards/{told.awards['revoked']}"
    song, sun, yan = (told.at_work(person, who)[0] for who in ("song", "sun", "yan"))
    song.go(award)
    song.page.locator("summary").filter(has_text="提请撤销").click()
    send(song, "/revoke", reason="collusion", words="线索是检查人员给的。")
    assert "同意以前，举报人还可以领取" in song.text
    sun.go(award)
    sun.follow("main a[href^='/review/motions/']")
    for part in ("7,500.00 元", "和工作人员串通", "线索是检查人员给的。"):
        assert part in sun.text
    send(sun, "/confirm", sure="y")
    zhou = opened(person, told.codes["revoked"])
    zhou.go("/mailbox/reward")
    for part in ("已撤销", "和工作人员串通", "线索是检查人员给的。", "提出一次异议"):
        assert part in zhou.text
    assert not zhou.page.locator("#send-claim").count()
    send(zhou, "/contest", text="我不认识任何检查人员。")
    assert "已撤销，您有异议，正在复议" in zhou.text
    yan.go(award)
    assert "我不认识任何检查人员。" in yan.text
    send(yan, "/rule", step="reinstate", words="没有查到串通。", sure="y")
    zhou.page.reload()
    for part in ("奖励 7,500.00 元", "没有查到串通。", "还有 60 天"):
        assert part in zhou.text
    payee = {"holder": "周小明", "id_number": rewards.ID_NUMBER, "bank": "吉林银行", "account": rewards.CARD}
    send(zhou, "/mailbox/claim", method="transfer", consent="y", **payee)
    qian = release(person, told)
    transferred(qian, told)
    zhou.page.reload()
    assert "已付" in zhou.text
    for one in (song, sun, yan, zhou):
        one.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        assert one.page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
