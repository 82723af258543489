"""The part of the walk in which an alarm rings, is signed off, and somebody goes there; the lead makes the roster."""

import re
from typing import TYPE_CHECKING

from portal.domain.vocabulary import Duty
from tests.pages import Page
from tests.staffing import Staff

if TYPE_CHECKING:
    from tests.walking import Walk

SIGN_OFF = re.compile(r"/review/alarms/[0-9a-f-]{36}/sign-off")
STAND_DOWN = re.compile(r"/review/alarms/[0-9a-f-]{36}/stand-down")
CASE = re.compile(r"/review/cases/[0-9a-f-]{36}")


def alarm(walk: "Walk") -> None:
    """A danger of now: the roster, the banner, the page of alarms, the case on a phone."""
    roster(walk)
    zhou, lin, gao = walk.person(), walk.person("lin"), walk.person("gao")
    for _ in range(2):
        zhou.get("/report")
        zhou.post("/report", {**Page(zhou.last).form("/report").fields, **walk.filled(), "ongoing": "now"})
    walk.keep("mailbox with an alarm", zhou.get("/mailbox"))
    walk.keep("alarms", gao.get("/review/alarms"))
    down = STAND_DOWN.search(gao.last)[0]
    walk.keep("stand-down errors", gao.post(down, {}), 422)
    gao.get("/review/alarms")
    walk.keep_redirect(gao.post(down, {"why": "mistaken"}))
    gao.get("/review/alarms")
    walk.keep("alarm signed by somebody else", gao.post(down, {"why": "over"}), 409)
    lin.get("/review/alarms")
    case, sign_off = CASE.search(lin.last)[0], SIGN_OFF.search(lin.last)[0]
    walk.keep("case with an alarm", lin.get(case))
    walk.keep("disposal errors", lin.post(f"{case}/dispose", {"who": "Two of us"}), 422)
    lin.get("/review/alarms")
    walk.keep_redirect(lin.post(sign_off))
    walk.keep("no alarm", lin.get("/review/alarms?done=signed-off"))
    lin.get(case)
    walk.keep_redirect(lin.post(f"{case}/dispose", {"deed": "Chain cut.", "who": "Two of us"}))
    walk.keep("case with a disposal", lin.get(f"{case}?done=disposed"))
    walk.keep("disposed already", lin.post(f"{case}/dispose", {"deed": "Again.", "who": "Us"}), 422)
    lin.get(case)
    walk.keep("alarm by hand errors", lin.post(f"{case}/alarm", {"kind": "danger"}), 422)
    walk.world.clock.forward(minutes=45)
    walk.world.tick()


def roster(walk: "Walk") -> None:
    gao, page = walk.person("gao"), "/review/roster"
    walk.keep("roster without anybody", gao.get(page))
    lin = str(walk.world.cast["lin"].officer_id)
    day = walk.world.clock().date().isoformat()
    typed = {"desk": str(Staff(walk.world).desk(Duty.INTAKE)), "officer": lin, "starts": f"{day} 23:00"}
    walk.keep("roster errors", gao.post(page, {**typed, "ends": f"{day} 22:00"}), 422)
    gao.get(page)
    walk.keep_redirect(gao.post(page, {**typed, "ends": f"{day} 23:59"}))
    walk.keep("roster", gao.get(f"{page}?done=shift"))
    walk.keep("roster of intake", walk.person("lin").get(page))
    gao.get("/review/account")
    walk.keep("mail errors", gao.post("/review/account/mail", {"mail": "gao"}), 422)
    gao.get("/review/account")
    walk.keep_redirect(gao.post("/review/account/mail", {"mail": "gao@example.cn"}))
    walk.keep("account with mail", gao.get("/review/account?done=mail"))
