"""A reward in a real browser without script: from the proposal to the payment; refused, contested, and put right."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from portal.domain import clocks
from tests import rewards, sending, verification
from tests.browser.conftest import NARROW, PHONE, Person, Served, at_work, serving
from tests.staffing import Staff
from tests.world import Template, World

pytestmark = [pytest.mark.browser, pytest.mark.sqlite]
WHY = "我只管登记来访，安全不归我管。"


@dataclass(frozen=True)
class Told:
    """Reports that were found true and fined 50,000: the codes of their mailboxes, and their cases."""

    served: Served
    codes: tuple[str, str]
    cases: tuple[UUID, UUID]


@pytest.fixture(scope="module")
def told(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Two of them, some hours ago, with two officers at the payout desk and two who judge."""
    world = World.copy(template, tmp_path_factory.mktemp("fined") / "home")
    world.clock.now = datetime.now(UTC) - timedelta(hours=3)
    staff = rewards.staffed(Staff(world))
    made = [_fined(staff) for _ in range(2)]
    kept = world.keep(template)
    with serving(kept, tmp_path_factory.mktemp("rewarding") / "home", sleeps=True) as one:
        one.template.cast = staff.cast
        yield Told(one, tuple(code for code, _ in made), tuple(case for _, case in made))


def _fined(staff: Staff) -> tuple[str, UUID]:
    world, sent = staff.world, sending.submission(staff.world)
    receipt = sending.send(world, sent).receipt
    case_id = sending.case_of(world, sending.reporter(world, sent))
    verification.lead(staff, case_id, "told")
    today = clocks.day_of(world.clock())
    verification.file(world, "chen", case_id, verification.penalty(fen=5_000_000, decided_on=today))
    return receipt, case_id


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


def propose(person: Callable[..., Person], case_id: UUID, **facts: str) -> Person:
    """Chen proposes, Gao agrees; Song, in front of it."""
    chen = at_work(person, "chen")[0]
    chen.go(f"/review/cases/{case_id}/reward")
    send(chen, "/reward", words="锁链属实，处罚已经生效。", **facts)
    gao = at_work(person, "gao")[0]
    gao.go("/review/motions")
    gao.follow("main a[href^='/review/motions/'] >> nth=0")
    send(gao, "/confirm", sure="y")
    return judging(person, "song")


def judging(person: Callable[..., Person], who: str) -> Person:
    """At the award desk, in front of what waits."""
    one = at_work(person, who)[0]
    one.go("/review/rewards")
    one.follow("main li.panel a >> nth=0")
    return one


def test_a_named_reporter_from_the_proposal_to_the_payment(person: Callable[..., Person], told: Told) -> None:
    song = propose(person, told.cases[0])
    assert "按规定 7,500.00 元" in song.text
    send(song, "/decide", step="approve", sure="y")
    zhou = opened(person, told.codes[0])
    zhou.go("/mailbox/reward")
    assert "奖励 7,500.00 元" in zhou.text
    payee = {"holder": "周小明", "id_number": rewards.ID_NUMBER, "bank": "吉林银行", "account": rewards.CARD}
    send(zhou, "/mailbox/claim", method="transfer", consent="y", **payee)
    assert "待审定" in zhou.text
    (qian, codes), (zhao, others) = at_work(person, "qian"), at_work(person, "zhao")
    qian.go("/review/payouts")
    qian.follow("main a[href^='/review/payouts/'] >> nth=0")
    assert rewards.CARD in qian.text
    send(qian, "/release", sure="y", otp=codes())
    zhao.go("/review/motions")
    zhao.follow("main a[href^='/review/motions/'] >> nth=0")
    send(zhao, "/confirm", sure="y", otp=others())
    qian.page.reload()
    send(qian, "/book", step="pay", sure="y")
    zhou.page.reload()
    assert "已付" in zhou.text
    for one in (song, qian, zhou):
        one.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
        assert one.page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_a_refusal_is_contested_and_put_right_by_another(person: Callable[..., Person], told: Told) -> None:
    song = propose(person, told.cases[1], excluded="unit_safety_manager")
    assert "要由人决定" in song.text
    send(song, "/decide", step="refuse", words="举报人是这个单位的安全管理人员。", sure="y")
    zhou = opened(person, told.codes[1])
    zhou.go("/mailbox/reward")
    send(zhou, "/contest", text=WHY)
    assert "有异议，待复议" in zhou.text
    sun = judging(person, "sun")
    assert WHY in sun.text
    send(sun, "/decide", step="approve", amount="7500", words="他只登记来访，不负责安全，应当奖励。", sure="y")
    zhou.page.reload()
    assert "奖励 7,500.00 元" in zhou.text
    assert zhou.page.is_visible("#send-claim")
