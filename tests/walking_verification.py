"""The part of the walk in which a case is checked, concluded, told of, objected to and reviewed."""

import re
from typing import TYPE_CHECKING

from tests import verification
from tests.pages import Page
from tests.staffing import Staff
from tests.visitor import PICTURE, Visitor

if TYPE_CHECKING:
    from tests.walking import Walk

PAPERS = {
    "plan": {
        "items": "Exit 6 is chained.",
        "hidden": "As a monthly look at the whole street.",
        "on": "2026-03-09",
        "officers": "Chen, Liu",
        "announced": "unannounced",
    },
    "visit": {
        "on": "2026-03-02",
        "place": "second basement",
        "officers": "Chen, Liu",
        "announced": "announced",
        "across": "y",
        "seen": "A chain.",
    },
    "finding": {"item": "1", "outcome": "substantiated", "facts": "A chain.", "known": "unhandled", "known_by": "X"},
    "penalty": {
        "status": "effective",
        "body": "The office",
        "number": "1",
        "decided_on": "2026-03-02",
        "fen": "5000",
        "against": "unit",
        "takes": "fine",
        "reason": "hazard",
    },
    "note": {"text": "The key was lost."},
    "conclusion": {"facts": "A chain.", "handling": "Fined."},
}
ORDER = {"what": "Take the chain off.", "until": "2026-04-20"}
FEEDBACK = {"facts": "A chain.", "handling": "Fined.", "eligible": "met", "reward": "As the rule says."}
REVIEW = {"verdict": "rejected", "grounds": "Seen again.", "answer": "It is open now."}


def check(walk: "Walk") -> tuple[Visitor, str]:
    """From the plan to what the reporter is told; whose report, and which case."""
    zhou, case = _assigned(walk)
    chen, gao, lin = (walk.person(who) for who in ("chen", "gao", "lin"))
    walk.keep("empty case file", chen.get(case.replace("cases", "assigned")))
    for kind, typed in PAPERS.items():
        walk.keep(f"{kind} to write", chen.get(f"{case}/papers/{kind}"))
        walk.keep(f"{kind} with errors", chen.post(f"{case}/papers/{kind}", {}), 422)
        walk.keep_redirect(chen.post(f"{case}/papers/{kind}", typed))
        if kind == "visit":
            _photograph(walk, chen, case)
    walk.keep("conclusion proposed twice", _again(chen, case), 422)
    walk.keep("case file", chen.get(f"{case.replace('cases', 'assigned')}?done=papered"))
    about = re.search(r"\?about=[0-9a-f-]{36}", chen.last)[0]
    walk.keep("penalty that changed", chen.get(f"{case}/papers/penalty{about}"))
    walk.keep("penalty that is too much", chen.post(f"{case}/papers/penalty", {**PAPERS["penalty"], "fen": "-1"}), 422)
    walk.keep("paper of nobody's", chen.get(f"{case}/papers/order"), 403)
    walk.keep("case to conclude", gao.get(case))
    motion = re.search(r"/review/motions/[0-9a-f-]{36}", gao.last)[0]
    walk.keep("motions with a case", gao.get("/review/motions"))
    walk.keep("conclusion to agree to", gao.get(motion))
    walk.keep("conclusion not looked at", gao.post(f"{motion}/confirm", {}), 422)
    walk.keep("conclusion sent back without words", gao.post(f"{motion}/refuse", {}), 422)
    walk.keep("conclusion of one's own", chen.get(motion))
    walk.keep_redirect(gao.post(f"{motion}/confirm", {"sure": "y"}))
    walk.keep("conclusion agreed to", gao.get(f"{motion}?done=confirmed"))
    walk.keep("mailbox with a conclusion", zhou.get("/mailbox"))
    walk.keep("order to write", chen.get(f"{case}/papers/order"))
    walk.keep_redirect(chen.post(f"{case}/papers/order", ORDER))
    walk.keep("mailbox with an order", zhou.get("/mailbox"))
    walk.keep("closing before feedback", gao.get(f"{case}/close"))
    walk.keep("closing errors", gao.post(f"{case}/close", {"sure": "y"}), 422)
    walk.keep("feedback to write", lin.get(f"{case}/feedback"))
    walk.keep("feedback errors", lin.post(f"{case}/feedback", {}), 422)
    walk.keep_redirect(lin.post(f"{case}/feedback", FEEDBACK))
    walk.keep("case with feedback", lin.get(f"{case}?done=fed-back"))
    walk.keep("mailbox with feedback", zhou.get("/mailbox"))
    gao.get(f"{case}/close")
    walk.keep_redirect(gao.post(f"{case}/close", {"sure": "y"}))
    walk.keep("case closed", gao.get(f"{case}?done=case-closed"))
    _object(walk, zhou, case)
    return zhou, case


def _object(walk: "Walk", zhou: Visitor, case: str) -> None:
    """The reporter objects; somebody of the province looks again."""
    walk.keep("mailbox of a closed case", zhou.get("/mailbox"))
    walk.keep("objection errors", zhou.post("/mailbox/objection", {"text": ""}), 422)
    walk.keep_redirect(zhou.post("/mailbox/objection", {"text": "The chain is back."}))
    walk.keep("mailbox with an objection", zhou.get("/mailbox?done=objected"))
    walk.keep("objection made twice", zhou.post("/mailbox/objection", {"text": "Once more."}), 422)
    lead = walk.person("sheng-lead")
    walk.keep("objections", lead.get("/review/objections"))
    walk.keep("no objections", walk.person("ji-lead").get("/review/objections"))
    walk.keep("nobody to review", lead.get(f"{case}/review"))
    verification.seat(Staff(walk.world), "sheng-chen")
    walk.keep("review to give", lead.get(f"{case}/review"))
    walk.keep("review errors", lead.post(f"{case}/review", {}), 422)
    officer = str(walk.world.cast["sheng-chen"].officer_id)
    walk.keep_redirect(lead.post(f"{case}/review", {"officer": officer, "brief": "See whether the chain is back."}))
    walk.keep("objections in review", lead.get("/review/objections?done=review-assigned"))
    reviewer = walk.person("sheng-chen")
    walk.keep("case to review", reviewer.get(case.replace("cases", "assigned")))
    walk.keep("review to write", reviewer.get(f"{case}/papers/review"))
    walk.keep("review with errors", reviewer.post(f"{case}/papers/review", {}), 422)
    walk.keep_redirect(reviewer.post(f"{case}/papers/review", REVIEW))
    motion = re.search(r"/review/motions/[0-9a-f-]{36}", lead.get(case).text)[0]
    walk.keep("review to agree to", lead.get(motion))
    walk.keep_redirect(lead.post(f"{motion}/confirm", {"sure": "y"}))
    walk.keep("case reviewed", lead.get(case))
    walk.keep("mailbox after a review", zhou.get("/mailbox"))


def _assigned(walk: "Walk") -> tuple[Visitor, str]:
    zhou, lin, gao = walk.person(), walk.person("lin"), walk.person("gao")
    zhou.get("/report")
    zhou.post("/report", {**Page(zhou.last).form("/report").fields, **walk.filled()})
    lin.get("/review/?state=received")
    case = re.search(r"/review/cases/[0-9a-f-]{36}", lin.last)[0]
    lin.get(case)
    walk.keep_redirect(lin.post(f"{case}/accept", {"subject": "Exit chained"}))
    gao.get(case)
    chen = str(walk.world.cast["chen"].officer_id)
    walk.keep_redirect(gao.post(f"{case}/assign", {"officer": chen, "brief": "Go and look."}))
    return zhou, case


def _photograph(walk: "Walk", chen: Visitor, case: str) -> None:
    """Two files beside the visit; one of them is taken back."""
    chen.get(case.replace("cases", "assigned"))
    (address,) = re.findall(rf"{case}/papers/[0-9a-f-]{{36}}/files", chen.last)
    walk.keep("files beside a visit", chen.get(address))
    walk.keep("files beside a visit with errors", chen.post(address, {"files": (b"", "")}), 422)
    walk.keep_redirect(chen.post(address, {"files": [PICTURE, (PICTURE[0] + b"x", "y.png")], "caption": "A chain."}))
    walk.keep("file of a case file", chen.get(f"{case}/files/22"))
    walk.keep("file taken back without why", chen.post(f"{case}/files/22/back", {}), 422)
    walk.keep_redirect(chen.post(f"{case}/files/22/back", {"reason": "double"}))
    walk.keep("file that was taken back", chen.get(f"{case}/files/22"))


def _again(chen: Visitor, case: str):
    chen.get(f"{case}/papers/conclusion")
    return chen.post(f"{case}/papers/conclusion", PAPERS["conclusion"])
