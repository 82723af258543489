"""A walk through the whole portal, as visitor, reporter and officer, that keeps every page under a name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.test import TestResponse

from tests import (
    walking_admin,
    walking_alarms,
    walking_ledger,
    walking_office,
    walking_requests,
    walking_rewards,
    walking_triage,
    walking_verification,
)
from tests.faults import gone
from tests.pages import Page
from tests.visitor import BASE, PICTURE, REPORT, Visitor
from tests.witness import Witness
from tests.world import PASSWORD, Template, World

PLAIN: Mapping[str, str] = {  # what is typed where no Chinese may be left
    "respondent": "Blue Whale Mall",
    "place": "second basement, exit 6",
    "description": "Exit 6 is chained.",
    "name": "Zhou",
    "may_phone": "y",
}


@dataclass
class Walk:
    """One way through the whole portal in one language; every page is kept under a name."""

    world: World
    language: str
    pages: dict[str, TestResponse] = field(default_factory=dict)

    def person(self, username: str = "") -> Visitor:
        visitor = self.world.officer(username) if username else self.world.visitor()
        visitor.client.set_cookie("lang", self.language, domain="localhost")
        return visitor

    def keep(self, name: str, answer: TestResponse, status: int = 200) -> TestResponse:
        assert answer.status_code == status, (name, answer.status_code, answer.text[:2000])
        self.pages[name] = answer
        return answer

    def everything(self) -> None:
        self.visit()
        self.report()
        self.work()
        walking_office.file(self)
        self.disclose()
        walking_requests.walk_requests(self)
        walking_ledger.audit(self)
        walking_office.work(self)
        walking_rewards.reward(self, *walking_verification.check(self))
        walking_office.staff(self)
        walking_admin.administer(self)
        self.triage()
        walking_triage.triage(self)
        walking_office.hand_on(self)
        walking_office.reissue(self)
        self.answer()
        walking_alarms.alarm(self)
        self.refuse()

    def visit(self) -> None:
        visitor = self.person()
        for name, path in {"home": "/", "report": "/report", "door": "/mailbox", "privacy": "/privacy"}.items():
            self.keep(name, visitor.get(path))
        self.keep("policy", visitor.get("/policy"))
        self.keep("policy, awarded", visitor.get("/policy?kind=violation&fine=5万&people=3&insider=proven"))
        self.keep(
            "policy, refused", visitor.get("/policy?edition=jilin&kind=ordinary_hazard&way=nothing&known=handled")
        )
        self.keep("policy errors", visitor.get("/policy?kind=x&fine=0.005&people=0&deaths=y&hidden=3"), 422)
        self.keep("sign-in", visitor.get("/review/login"))
        self.keep("sign-in errors", visitor.post("/review/login", {}), 422)
        login = {"username": "nobody", "password": PASSWORD, "otp": "000000"}
        self.keep("sign-in refused", visitor.post("/review/login", login), 422)
        self.enrol(visitor)
        self.keep(
            "report errors",
            visitor.report(**PLAIN | {"place": "", "mode": ""}, occurred_on="9999-01-01", email="x"),
            422,
        )
        self.keep("everything missing", visitor.post("/report", {}), 422)
        visitor.get("/mailbox")
        self.keep("door mistyped", visitor.post("/mailbox", {"receipt": "7KQ4M"}), 422)

    def enrol(self, visitor: Visitor) -> None:
        self.keep("enrol", visitor.get("/review/enrol"))
        self.keep("enrol errors", visitor.post("/review/enrol", {}), 422)
        given = {"username": "xu", "code": self.world.invite("xu")}
        self.keep("enrol refused", visitor.post("/review/enrol", {**given, "username": "nobody"}), 422)
        self.keep("enrol mistyped", visitor.post("/review/enrol", {**given, "code": "7KQ4M"}), 422)
        self.keep("enrol, second step", visitor.post("/review/enrol", given))
        second = {**Page(visitor.last).form("/review/enrol/password").fields, "otp": "123456"}
        weak = {"password": "abcdefghijklm", "again": "abcdefghijklm"}
        self.keep("enrol, second step, errors", visitor.post("/review/enrol/password", second), 422)
        self.keep("enrol, weak password", visitor.post("/review/enrol/password", {**second, **weak}), 422)
        good = dict.fromkeys(("password", "again"), PASSWORD)
        self.keep("enrol, wrong digits", visitor.post("/review/enrol/password", {**second, **good}), 422)

    def report(self) -> None:
        zhou = self.zhou = self.person()
        zhou.get("/report")
        fields = {**Page(zhou.last).form("/report").fields, **self.filled()}
        self.keep("receipt", zhou.post("/report", fields))
        self.receipt = zhou.receipt
        changed = {
            **fields,
            "description": "Once more.",
            "place": "third basement",
            "mode": "anonymous",
        }
        self.keep("receipt again", zhou.post("/report", fields))
        self.keep("receipt with an addition", zhou.post("/report", changed))
        self.keep("report for another desk", zhou.post("/report", {**changed, "superior": "y"}), 409)
        self.keep("mailbox", zhou.get("/mailbox"))
        self.keep("printed mailbox", zhou.get("/mailbox/print"))
        self.keep("mailbox with errors", zhou.post("/mailbox/message", {}), 422)
        self.keep("identity with errors", zhou.post("/mailbox/identity", {"action": "replace"}), 422)
        self.keep("files", zhou.get("/mailbox/evidence"))
        self.keep("files with errors", zhou.post("/mailbox/evidence", {}), 422)
        sent = {"files": [PICTURE, (b"", "a.jpg")], "caption": "Exit 6"}
        self.keep("files of a sending", zhou.post("/mailbox/evidence", sent))
        phone = {"phone": "13800000000", "may_phone": "y", "action": "replace"}
        self.keep_redirect(zhou.post("/mailbox/identity", phone))
        self.early = fields

    def filled(self) -> dict[str, str]:
        return {**REPORT, "occurred_on": "2026-03-01", **PLAIN}

    def keep_redirect(self, answer: TestResponse) -> None:
        assert answer.status_code == 303, answer.text[:2000]

    def work(self) -> None:
        self.keep("empty queue", self.person("ji").get("/review/"))
        lin = self.lin = self.person("lin")
        self.keep("queue", lin.get("/review/"))
        case = self.case = re.search(r"/review/cases/[0-9a-f-]{36}", lin.last)[0]
        self.keep("case", lin.get(case))
        stale = Page(lin.last).form(f"{case}/accept").fields
        self.keep("case with the number", lin.post(f"{case}/phone"))
        self.keep("accept errors", lin.post(f"{case}/accept", {}), 422)
        self.keep("letter errors", lin.post(f"{case}/letter", {}), 422)
        self.keep_redirect(lin.post(f"{case}/accept", {"subject": "Exit chained", "seen": stale["seen"]}))
        lin.get(case)
        self.keep_redirect(lin.post(f"{case}/letter", {"text": "Still chained?"}))
        self.keep("accepted case", lin.get(case))
        self.keep("queue with a number", lin.get("/review/"))
        self.keep("accepted twice", lin.post(f"{case}/accept", {"subject": "x", "seen": stale["seen"]}), 409)
        self.keep("the lead's case", self.person("gao").get(case))

    def code(self, who: str, seen: int = 1) -> dict[str, str]:
        """A one-time code of this moment, and the version of the request that was shown."""
        self.world.clock.forward(seconds=31)
        return {"otp": self.world.cast[who].code(self.world.clock()), "seen": str(seen)}

    def disclose(self) -> None:
        """Somebody asks who reported: refused, lifted, released, read."""
        lin, gao, he = self.lin, self.person("gao"), self.person("he")
        lin.get(self.case)
        self.keep("request errors", lin.post(f"{self.case}/request", {}), 422)
        beyond = {"ground": "PROTECT", "fields": "email", "hours": "24", "why": "Threatened."}
        self.keep("request beyond its reason", lin.post(f"{self.case}/request", beyond), 422)
        lin.get(self.case)
        self.keep_redirect(lin.post(f"{self.case}/request", {**beyond, "fields": "phone"}))
        self.keep("case with a request", lin.get(self.case))
        request = self.request = re.search(r"/review/disclosures/[0-9a-f-]{36}", lin.last)[0]
        self.state(request)
        self.keep("requests", gao.get("/review/disclosures"))
        self.keep("request", lin.get(request))
        self.keep("request of the lead", gao.get(request))
        he.get(request)
        self.keep("a request not theirs to decide", he.post(f"{request}/lift", self.code("he", 2)), 403)
        self.keep("request, code missing", gao.post(f"{request}/lift", {}), 422)
        self.keep("request, wrong code", gao.post(f"{request}/lift", {"otp": "000000"}), 422)
        gao.get(request)
        self.keep_redirect(gao.post(f"{request}/lift", self.code("gao", 2)))
        gao.get(request)
        self.keep("request changed meanwhile", gao.post(f"{request}/refuse", {"seen": "1"}), 409)
        self.keep("request of the custodian", he.get(request))
        self.state(request)
        self.keep("request of the custodian with a new statement", he.get(request))
        self.keep("request of the lead with a new statement", gao.get(request))
        self.keep("request, no field", he.post(f"{request}/release", {}), 422)
        self.keep(
            "request, field not lifted",
            he.post(f"{request}/release", {**self.code("he", 4), "fields": "name"}),
            422,
        )
        he.get(request)
        self.keep_redirect(he.post(f"{request}/release", {**self.code("he", 4), "fields": "phone"}))
        lin.get(request)
        self.keep("identity", lin.post(f"{request}/read"))
        self.keep("mailbox after a reading", self.zhou.get("/mailbox"))
        self.keep("accesses", self.zhou.get("/mailbox/accesses"))
        self.keep("request done", lin.get(f"{request}?done=closed"))

    def state(self, request: str) -> None:
        """The reporter says something of it, at the second try."""
        typed = {"request": request.rpartition("/")[2]}
        self.zhou.get("/mailbox")
        self.keep("statement with errors", self.zhou.post("/mailbox/statement", typed), 422)
        self.keep_redirect(self.zhou.post("/mailbox/statement", {**typed, "text": "Not my unit, please."}))
        self.keep("mailbox with a statement", self.zhou.get("/mailbox?done=stated"))

    def triage(self) -> None:
        """Another report: asked about, answered, turned away; one more that changes under the officer's eyes."""
        wang = self.person()
        wang.get("/report")
        wang.post("/report", {**Page(wang.last).form("/report").fields, **self.filled()})
        lin = self.person("lin")
        lin.get("/review/?state=received")
        case = re.search(r"/review/cases/[0-9a-f-]{36}", lin.last)[0]
        lin.get(case)
        self.keep("ask errors", lin.post(f"{case}/ask", {}), 422)
        self.keep("decline errors", lin.post(f"{case}/decline", {"reason": "NO_TARGET"}), 422)
        lin.get(case)
        self.keep_redirect(lin.post(f"{case}/ask", {"question": "Which floor?"}))
        self.keep("queue of what waits", lin.get("/review/?view=waiting"))
        self.keep("asked case", lin.get(case))
        self.keep("mailbox with a question", wang.get("/mailbox"))
        self.keep_redirect(wang.post("/mailbox/message", {"text": "Second basement."}))
        self.keep(
            "stale page",
            lin.post(f"{case}/decline", {"reason": "NO_TARGET", "explanation": "Unclear.", "sure": "y"}),
            409,
        )
        self.keep("queue of new letters", self.person("gao").get("/review/?view=news&category=EXIT-01&days=7"))
        self.keep_redirect(
            lin.post(f"{case}/decline", {"reason": "NO_TARGET", "explanation": "Still unclear.", "sure": "y"})
        )
        self.keep("declined case", lin.get(case))
        self.keep("queue of what is done", lin.get("/review/?view=done"))
        self.keep("mailbox of what was declined", wang.get("/mailbox"))
        self.keep("the queue above", self.person("sheng-lead").get("/review/?office=office-220100"))

    def answer(self) -> None:
        zhou, self.lin = self.zhou, self.person("lin")
        self.keep("mailbox with a letter", zhou.open_mailbox(self.receipt))  # it had closed by itself, as Lin's session
        self.keep_redirect(zhou.post("/mailbox/message", {"text": "Yes."}))
        zhou.get("/mailbox")
        self.keep_redirect(zhou.post("/mailbox/withdraw"))
        self.keep("withdrawn", zhou.get("/mailbox"))
        self.keep("letter after withdrawing", zhou.post("/mailbox/message", {"text": "Late."}), 409)
        self.keep("withdrawn case", self.lin.get(self.case))
        self.keep("queue with a withdrawn report", self.lin.get("/review/"))
        zhou.get("/mailbox")
        self.keep("left", zhou.post("/mailbox/leave", {"exit": "y"}))
        self.world.clock.forward(minutes=90)
        self.keep("mailbox that has closed", zhou.post("/mailbox/message", {"text": "Late."}), 422)
        self.keep("session that has ended", self.lin.post(f"{self.case}/letter", {"text": "Late."}), 422)
        self.world.clock.forward(hours=2)
        self.keep("received long ago", zhou.post("/report", self.early), 409)
        self.world.clock.forward(days=30)
        self.keep("late queue", self.person("lin").get("/review/"))
        self.keep("late case", self.person("lin").get(self.case))

    def refuse(self) -> None:
        visitor = self.person()
        self.keep("404", visitor.get("/nowhere"), 404)
        self.keep("405", visitor.client.delete("/mailbox/leave", base_url=BASE), 405)
        self.keep_redirect(visitor.get("/mailbox/leave"))
        visitor.get("/report")
        self.keep("413", visitor.post("/report", {"description": "a" * 1_000_001}), 413)
        visitor.get("/report")
        self.keep("foreign", visitor.post("/report", {}, headers={"Sec-Fetch-Site": "cross-site"}), 403)
        visitor.get("/mailbox")
        door = {**Page(visitor.last).form("/mailbox").fields, "receipt": self.receipt}
        tries = [visitor.post("/mailbox", door) for _ in range(11)]
        self.keep("429", tries[-1], 429)
        self.keep("stranger", self.person("qin").get(self.case), 404)
        self.keep("password", self.person("shen").get("/review/password"))
        self.keep("no queue", self.person("qian").get("/review/"))
        self.keep("no such request", self.person("qin").get(self.request), 404)
        gao = self.person("gao")
        gao.get(self.case)
        self.keep("not the lead's", gao.post(f"{self.case}/accept", {"subject": "x", "seen": "1"}), 403)
        with gone(self.world):
            self.keep("503", visitor.client.get("/mailbox", base_url=BASE, headers={"Cookie": COOKIES}), 503)
        self.world.app.view_functions["intake.privacy"] = _fail
        self.keep("500", visitor.get("/privacy"), 500)


COOKIES = f"lang=qps; __Host-mailbox={'A' * 43}"


def _fail() -> str:
    raise RuntimeError("a fault")


def walk(template: Template, home, language: str) -> dict[str, TestResponse]:
    world = World.copy(template, home, PORTAL_PSEUDO_LOCALE="1")
    try:
        witness, walked = Witness(world), Walk(world, language)
        walked.everything()
        witness.require_told(walked.receipt, *PLAIN.values())
    finally:
        world.close()
    return walked.pages
