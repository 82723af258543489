"""A report nobody took up goes to the desk above, which can then see and open it, and nothing before."""

import re

from tests.visitor import Visitor
from tests.world import World


def test_the_lead_above_sees_and_opens_a_report_only_once_it_was_escalated(world: World, zhou: Visitor) -> None:
    zhou.report()
    above = world.officer("sheng-lead")
    case = re.search(r"/review/cases/[0-9a-f-]{36}", world.officer("lin").get("/review/").text)[0]
    assert case not in above.get("/review/").text
    assert above.get(case).status_code == 404

    world.clock.forward(days=20)
    world.tick()
    assert "escalated" in world.events()
    above = world.officer("sheng-lead")
    assert case in above.get("/review/").text
    page = above.get(case)
    assert page.status_code == 200
    assert "铁链子锁着" in page.text
    assert "周小明" not in page.text
    assert above.post(f"{case}/accept", {"subject": "越权", "seen": "1"}).status_code in {403, 404}


def test_a_case_taken_up_after_the_escalation_stays_readable_above(world: World, zhou: Visitor) -> None:
    zhou.report()
    world.clock.forward(days=20)
    world.tick()
    lin = world.officer("lin")
    case = re.search(r"/review/cases/[0-9a-f-]{36}", lin.get("/review/").text)[0]
    lin.get(case)
    assert lin.post(f"{case}/accept", {"subject": "安全出口上锁"}).status_code == 303
    above = world.officer("sheng-lead")
    assert "安全出口上锁" in above.get("/review/").text
    assert above.get(case).status_code == 200
    world.sign()
    assert world.verify().unsigned == 0
