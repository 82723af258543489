"""The part of the walk in which the office works on itself: its staff, its register, a code that was lost."""

import re
from typing import TYPE_CHECKING

from crypto.enrolment import EnrolmentCode
from portal.domain.vocabulary import Duty
from tests import keyed
from tests.authenticator import Authenticator
from tests.pages import Page
from tests.staffing import Staff
from tests.visitor import PICTURE, REPORT, Visitor

if TYPE_CHECKING:
    from tests.walking import Walk

CODE = re.compile(r'<output class="code" id="code">(.*?)</output>', re.DOTALL)


def shown(visitor: Visitor) -> str:
    """The code on the page last looked at."""
    return re.sub(r"<[^>]+>|\s", "", CODE.search(visitor.last)[1])


def work(walk: "Walk") -> None:
    """The lead gives a case to an investigator, who reads the summary and the report, and is taken off it."""
    gao, chen2 = walk.person("gao"), walk.person("ji")
    case = walk.case
    walk.keep("case to assign", gao.get(case))
    walk.keep("assign errors", gao.post(f"{case}/assign", {}), 422)
    gao.get(case)
    song = str(walk.world.cast["song"].officer_id)
    walk.keep("assign to somebody else", gao.post(f"{case}/assign", {"officer": song, "brief": "Go and look."}), 422)
    gao.get(case)
    chen = str(walk.world.cast["chen"].officer_id)
    given = {"officer": chen, "brief": "Go and look.", "narrative": "y"}
    walk.keep_redirect(gao.post(f"{case}/assign", given))
    walk.keep("case assigned", gao.get(f"{case}?done=assigned"))
    chens = walk.person("chen")
    walk.keep("assigned", chens.get("/review/assigned"))
    walk.keep("assignment", chens.get(case.replace("cases", "assigned")))
    walk.keep("assignment of a stranger", chen2.get(case.replace("cases", "assigned")), 404)
    take_longer(walk)
    gao.get(case)
    end = re.search(r"/review/cases/[0-9a-f-]{36}/assigned/[0-9a-f-]{36}/end", gao.last)[0]
    walk.keep_redirect(gao.post(end))
    walk.keep("nothing assigned", chens.get("/review/assigned"))


def take_longer(walk: "Walk") -> None:
    """Whoever works on it and the lead ask for a longer time limit; the level above reads why, and agrees."""
    gao, chen, above, case = walk.person("gao"), walk.person("chen"), walk.person("sheng-lead"), walk.case
    own = case.replace("cases", "assigned")
    walk.keep("time limit with its forms", gao.get(case))
    asked = {"by": "20", "cause": "EXPERT_TEST", "grounds": "The report of the laboratory is not there yet."}
    asked["limit"] = re.search(r'name="limit" value="([^"]+)"', gao.last)[1]
    walk.keep("longer, errors", gao.post(f"{case}/extend", {}), 422)
    gao.get(case)
    walk.keep("longer than may be", gao.post(f"{case}/extend", {**asked, "by": "99"}), 422)
    chen.get(own)
    seen = re.search(r'name="seen" value="([^"]+)"', chen.last)[1]
    walk.keep("longer, an investigator's errors", chen.post(f"{own}/extend", {"seen": seen}), 422)
    walk.keep("longer, an investigator's old page", chen.post(f"{own}/extend", {**asked, "seen": "1"}), 409)
    gao.get(case)
    walk.keep_redirect(gao.post(f"{case}/extend", asked))
    walk.keep("longer, asked for", gao.get(f"{case}?done=extension-asked"))
    walk.keep("steps of cases for two", above.get("/review/motions"))
    motion = re.search(r"/review/motions/[0-9a-f-]{36}", above.last)[0]
    walk.keep("longer, to agree to", above.get(motion))
    walk.keep("longer, unchecked", above.post(f"{motion}/confirm", {}), 422)
    above.get(motion)
    walk.keep_redirect(above.post(f"{motion}/confirm", {"sure": "y"}))
    walk.keep("longer, agreed to", above.get(f"{motion}?done=confirmed"))
    walk.keep("longer, on the case", gao.get(case))
    pause = {"pausing": re.search(r'name="pausing" value="([^"]+)"', gao.last)[1]}
    walk.keep("suspension, errors", gao.post(f"{case}/suspend", pause), 422)
    gao.get(case)
    walk.keep_redirect(gao.post(f"{case}/suspend", {**pause, "pause_cause": "WAIT_JUDICIAL"}))
    walk.keep("suspended", gao.get(f"{case}?done=clock-suspended"))
    walk.keep("suspended, to its reporter", walk.zhou.get("/mailbox"))
    walk.keep_redirect(
        gao.post(f"{case}/continue", {"standing": re.search(r'name="standing" value="([^"]+)"', gao.last)[1]})
    )
    walk.keep("running on", gao.get(f"{case}?done=clock-continued"))
    walk.keep("a date counted", chen.get("/review/clocks?rule=C05&since=2026-12-01&more=30"))
    walk.keep("hours counted", chen.get("/review/clocks?rule=C10&since=2026-12-01"))
    walk.keep("a date not counted", chen.get("/review/clocks?rule=C99&since=x&more=x"), 422)


def file(walk: "Walk") -> None:
    """Intake adds a photo, and a file that is none; looks at what was taken, and is told of what was not."""
    lin, case = walk.lin, walk.case
    lin.get(case)
    walk.keep("file missing", lin.post(f"{case}/files", {"files": (b"", "")}), 422)
    walk.keep("file refused", lin.post(f"{case}/files", {"files": [PICTURE, (b"<html>", "x")], "caption": "Exit 6."}))
    walk.keep("file", lin.get(f"{case}/files/1"))
    walk.keep("file download without a token", lin.post(f"{case}/files/1/copy", csrf=False), 422)
    walk.keep("mailbox with a file", walk.zhou.get("/mailbox"))


def hand_on(walk: "Walk") -> None:
    """A report that is another office's: handed to it, looked at there and by its reporter."""
    wang, lin = walk.person(), walk.person("lin")
    wang.get("/report")
    wang.post("/report", {**Page(wang.last).form("/report").fields, **walk.filled()})
    lin.get("/review/?state=received")
    case = re.search(r"/review/cases/[0-9a-f-]{36}", lin.last)[0]
    lin.get(case)
    walk.keep("transfer errors", lin.post(f"{case}/transfer", {"note": "Yours."}), 422)
    there = re.search(r'<option value="([0-9a-f-]{36})"', lin.last)[1]
    walk.keep_redirect(lin.post(f"{case}/transfer", {"office": there, "note": "Yours."}))
    walk.keep("queue after a transfer", lin.get("/review/?done=transferred"))
    walk.keep("case handed over", walk.person("sheng").get(case))
    walk.keep("mailbox after a transfer", wang.get("/mailbox"))
    gao, he = walk.person("gao"), walk.person("he")
    walk.keep("what is kept", gao.get("/review/keeping"))
    address = re.search(r"/review/keeping/[0-9a-f-]{36}", gao.last)[0]
    walk.keep("keeping errors", gao.post(f"{address}/offer", {}), 422)
    walk.keep_redirect(gao.post(f"{address}/offer", walk.code("gao")))
    walk.keep("what is on its way", gao.get("/review/keeping?done=offered"))
    walk.keep("the custodian's turn", he.get("/review/keeping"))
    walk.keep_redirect(he.post(f"{address}/move", walk.code("he")))
    walk.keep("nothing kept", he.get("/review/keeping?done=moved"))


def reissue(walk: "Walk") -> None:
    """Somebody has lost the code: what they say is compared, a code is issued and replaced by their own."""
    lin, gao, he, zhou = walk.person("lin"), walk.person("gao"), walk.person("he"), walk.person()
    walk.keep("lost", zhou.get("/mailbox/lost"))
    zhou.get("/report")
    zhou.post("/report", {**Page(zhou.last).form("/report").fields, **walk.filled()})
    lin.get("/review/?state=received")
    case = re.search(r"/review/cases/[0-9a-f-]{36}", lin.last)[0]
    lin.get(case)
    walk.keep("reissue errors", lin.post(f"{case}/reissue", {}), 422)
    said = {"name": "Zhou", "phone": REPORT["phone"], "words": "Card seen.", "present": "y"}
    walk.keep_redirect(lin.post(f"{case}/reissue", said))
    request = re.search(r"/review/disclosures/[0-9a-f-]{36}", lin.get(case).text)[0]
    gao.get(request)
    walk.keep_redirect(gao.post(f"{request}/lift", walk.code("gao")))
    walk.keep("request to answer", he.get(request))
    walk.keep("answer errors", he.post(f"{request}/answer", {}), 422)
    walk.keep_redirect(he.post(f"{request}/answer", {**walk.code("he"), "seen": "2"}))
    walk.keep("request answered", lin.get(f"{request}?done=answered"))
    walk.keep("code issued", lin.post(f"{request}/code"))
    code = shown(lin)
    zhou.get("/mailbox")
    walk.keep("new code", zhou.post("/mailbox", {"receipt": code}))
    walk.keep_redirect(zhou.post("/mailbox/renew", Page(zhou.last).form("/mailbox/renew").fields))
    walk.keep("mailbox renewed", zhou.get("/mailbox?done=renewed"))


def staff(walk: "Walk") -> None:
    """Somebody is invited, certified and seated; a desk gets its next key; one is suspended."""
    staff, guan = Staff(walk.world), walk.person("guan")
    lin, cui = walk.person("lin"), walk.person("cui")
    walk.keep("staffing", guan.get("/review/admin/"))
    officers = "/review/admin/officers"
    walk.keep("officers", guan.get(officers))
    walk.keep("invitation errors", guan.post(officers, {"username": "Liu"}), 422)
    guan.get(officers)
    walk.keep("code", guan.post(officers, {"username": "liu", "authority": str(staff.authority())}))
    code = shown(guan)
    member = staff.enrol("liu", EnrolmentCode.parse(code))
    walk.world.cast = staff.cast
    walk.keep("account of a newcomer", walk.person("liu").get("/review/account"))
    walk.keep("nothing to do yet", walk.person("liu").get("/review/"))
    page = f"{officers}/{member.officer_id}"
    walk.keep("officer to certify", guan.get(page))
    walk.keep("certify errors", guan.post(f"{page}/certify", {}), 422)
    walk.keep_redirect(guan.post(f"{page}/certify", walk.code("guan")))
    walk.keep("motions", cui.get("/review/motions"))
    motion = re.search(r"/review/motions/[0-9a-f-]{36}", cui.last)[0]
    walk.keep("motion proposed", guan.get(f"{motion}?done=proposed"))
    walk.keep("own motion", guan.post(f"{motion}/confirm", {"sure": "y", **walk.code("guan")}), 403)
    walk.keep("motion to confirm", cui.get(motion))
    walk.keep("motion errors", cui.post(f"{motion}/confirm", {}), 422)
    walk.keep_redirect(cui.post(f"{motion}/confirm", {"sure": "y", **walk.code("cui")}))
    walk.keep("motion confirmed", cui.get(f"{motion}?done=confirmed"))
    walk.keep("officer to seat", guan.get(page))
    seat = {"desk": str(staff.desk(Duty.CUSTODY)), **walk.code("guan")}
    walk.keep_redirect(guan.post(f"{page}/seat", seat))
    walk.keep("officer with a motion", guan.get(page))
    walk.keep("motions of others", guan.get("/review/motions"))
    lins = f"{officers}/{staff.cast['chen'].officer_id}"
    guan.get(lins)
    clash = {"desk": str(staff.desk(Duty.PAYOUT)), **walk.code("guan")}
    walk.keep("duties apart", guan.post(f"{lins}/seat", clash), 422)
    guan.get(lins)
    walk.keep_redirect(guan.post(f"{lins}/suspend", {"sure": "y"}))
    walk.keep("officer suspended", guan.get(lins))
    inquire(walk, lin)
    walk.keep("account", lin.get("/review/account"))
    walk.keep("paper errors", lin.post("/review/account/codes", {}), 422)
    lin.get("/review/account")
    walk.keep("paper", lin.post("/review/account/codes", walk.code("lin")))
    lin.get("/review/account")
    turn = f"/review/account/desks/{staff.desk(Duty.INTAKE)}/turn"
    walk.keep("turn errors", lin.post(turn, {}), 422)
    walk.keep_redirect(lin.post(turn, walk.code("lin")))
    walk.keep("account with a key proposed", lin.get("/review/account"))
    add_passkey(walk)
    walk.keep("key proposed", lin.get(re.search(r"/review/motions/[0-9a-f-]{36}", lin.last)[0]))


def add_passkey(walk: "Walk") -> None:
    """Somebody has a passkey from now on, and pages ask for it."""
    qian, device, account = walk.person("qian"), Authenticator(), "/review/account"
    credential = keyed.made(qian, device)
    walk.keep("passkey errors", qian.post(f"{account}/passkeys", {}), 422)
    typed = {"name": "Office computer", **walk.code("qian")}
    walk.keep("passkey not made", qian.post(f"{account}/passkeys", typed), 422)
    walk.keep_redirect(qian.post(f"{account}/passkeys", {**typed, "credential": credential}))
    walk.keep("account with a passkey", qian.get(f"{account}?done=passkey"))
    walk.keep("passkey refused", qian.post(f"{account}/codes", {"passkey": "{}"}), 422)
    walk.keep("password, with a passkey", qian.get("/review/password"))


def inquire(walk: "Walk", lin: Visitor) -> None:
    """Somebody asked who reported: it is written down, and the auditor reads it."""
    walk.keep("inquiries", lin.get("/review/inquiries"))
    walk.keep("inquiry errors", lin.post("/review/inquiries", {}), 422)
    lin.get("/review/inquiries")
    said = {"who": "A leader", "when": "Today", "number": "1", "words": "Who was it? I did not say."}
    walk.keep_redirect(lin.post("/review/inquiries", said))
    shen = walk.person("shen")
    walk.keep("inquiries of an auditor", shen.get("/review/inquiries?done=registered"))
    walk.keep("inquiry", shen.get(re.search(r"/review/inquiries/[0-9a-f-]{36}", shen.last)[0]))
