"""What was typed survives the end of a session: carried in the page, never stored."""

import re

from tests.visitor import Visitor
from tests.world import World


def test_a_reporter_whose_mailbox_closed_finds_the_letter_after_the_code(world: World, zhou: Visitor) -> None:
    zhou.report()
    receipt = zhou.receipt
    zhou.get("/mailbox")
    world.clock.forward(minutes=30)
    late = zhou.post("/mailbox/message", {"text": "还有一件事\n第二行"})
    assert late.status_code == 422
    assert "写了没发的内容还在" in late.text
    assert "还有一件事\n第二行" in late.text

    opened = zhou.post("/mailbox", {"receipt": receipt, "text": "还有一件事\n第二行"})
    assert opened.status_code == 200
    assert "还有一件事\n第二行</textarea>" in opened.text
    assert "added" not in world.events()
    assert zhou.post("/mailbox/message", {"text": "还有一件事\n第二行"}).status_code == 303
    assert world.events()[-1] == "added"


def test_an_officer_whose_session_ended_finds_the_letter_after_signing_in(
    world: World, zhou: Visitor, lin: Visitor
) -> None:
    zhou.report()
    case = re.search(r"/review/cases/[0-9a-f-]{36}", lin.get("/review/").text)[0]
    lin.get(case)
    world.clock.forward(minutes=30)
    late = lin.post(f"{case}/letter", {"text": "请问出口在哪一侧？"})
    assert late.status_code == 422
    assert f'name="onward" value="{case}/letter"' in late.text

    member = world.cast["lin"]
    signed = lin.post(
        "/review/login",
        {
            "username": "lin",
            "password": "correct-horse-battery-staple",
            "otp": member.code(world.clock()),
            "text": "请问出口在哪一侧？",
            "onward": f"{case}/letter",
        },
    )
    assert signed.status_code == 200, signed.text
    assert "请问出口在哪一侧？</textarea>" in signed.text
    assert "wrote" not in world.events()
    assert lin.post(f"{case}/letter", {"text": "请问出口在哪一侧？"}).status_code == 303


def test_carried_text_leads_nowhere_outside_the_case(world: World, lin: Visitor) -> None:
    lin.get("/review/login")
    member = world.cast["lin"]
    signed = lin.post(
        "/review/login",
        {
            "username": "lin",
            "password": "correct-horse-battery-staple",
            "otp": member.code(world.clock()),
            "text": "x",
            "onward": "https://evil.example/review/cases/00000000-0000-0000-0000-000000000000/letter",
        },
    )
    assert signed.status_code == 303
    assert signed.headers["Location"] == "/review/"
