"""The main journey: a report travels end to end, sealed, and every access stands in the ledger."""

import re

from tests.visitor import Visitor
from tests.world import World


def test_a_report_is_sent_taken_up_answered_and_read(world: World, zhou: Visitor, lin: Visitor) -> None:
    sent = zhou.report()
    assert sent.status_code == 200
    receipt = zhou.receipt
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}", receipt)

    assert "至今无人看过您的身份" in zhou.get("/mailbox").text

    queue = lin.get("/review/")
    assert queue.status_code == 200, queue.text
    assert "蓝鲸地下购物广场" in queue.text
    case = re.search(r"/review/cases/[0-9a-f-]{36}", queue.text)[0]
    page = lin.get(case)
    assert "铁链子锁着" in page.text
    assert "周小明" not in page.text
    assert "13800000000" not in page.text

    seen = re.search(r'name="seen" value="(\d+)"', page.text)[1]
    accepted = lin.post(f"{case}/accept", {"subject": "安全出口上锁", "seen": seen})
    assert accepted.status_code == 303, accepted.text
    assert "220100-2026-00001" in lin.get(case).text
    written = lin.post(f"{case}/letter", {"text": "已经派人去看，请留意查询箱。"})
    assert written.status_code == 303, written.text

    mailbox = world.visitor().open_mailbox(receipt.lower().replace("-", " "))
    assert "已经派人去看" in mailbox.text
    assert "220100-2026-00001" in mailbox.text

    world.sign()
    assert world.verify().unsigned == 0
    assert world.events() == [
        "submitted", "identity_given", "listed", "opened", "accepted", "opened", "wrote", "served",
    ]  # fmt: skip
