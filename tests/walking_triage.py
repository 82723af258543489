"""The part of the walk in which reports are put aside, merged, handed over, objected to, and an officer keeps out."""

import re
from typing import TYPE_CHECKING
from uuid import UUID

from tests.pages import Page
from tests.sending import accept
from tests.staffing import Staff
from tests.visitor import Visitor

if TYPE_CHECKING:
    from tests.walking import Walk

CASE = re.compile(r"/review/cases/[0-9a-f-]{36}")


def sent(walk: "Walk") -> tuple[Visitor, str]:
    """One more report: whoever sent it, and its case."""
    person, lin = walk.person(), walk.person("lin")
    before = set(CASE.findall(lin.get("/review/?state=received").text))
    person.get("/report")
    person.post("/report", {**Page(person.last).form("/report").fields, **walk.filled()})
    (case,) = set(CASE.findall(lin.get("/review/?state=received").text)) - before
    return person, case


def triage(walk: "Walk") -> None:
    lin, gao = walk.person("lin"), walk.person("gao")
    spam(walk, lin, gao)
    merge_and_refer(walk, lin, gao)
    dispute(walk, lin)
    recuse(walk, lin, gao)


def spam(walk: "Walk", lin: Visitor, gao: Visitor) -> None:
    person, case = sent(walk)
    lin.get(case)
    walk.keep_redirect(lin.post(f"{case}/aside"))
    walk.keep("queue of what was put aside", lin.get("/review/?view=spam"))
    walk.keep("case put aside", lin.get(f"{case}?done=aside"))
    walk.keep("block errors", lin.post(f"{case}/block", {}), 422)
    lin.get(case)
    typed = {"block_ground": "NOT_A_REPORT", "block_words": "Advertising."}
    walk.keep_redirect(lin.post(f"{case}/block", typed))
    walk.keep("case with a second look", gao.get(case))
    walk.keep_redirect(gao.post(f"{case}/block/answer", {"answer": "confirm"}))
    walk.keep("mailbox of what was no report", person.get("/mailbox"))


def merge_and_refer(walk: "Walk", lin: Visitor, gao: Visitor) -> None:
    person, case = sent(walk)
    _, main = sent(walk)
    lin.get(case)
    walk.keep("merge errors", lin.post(f"{case}/merge", {"main_number": "x"}), 422)
    walk.keep("refer errors", lin.post(f"{case}/refer", {"body": "COMMITTEE", "extent": "whole"}), 422)
    accept(walk.world, "lin", UUID(main.rpartition("/")[2]), subject="Exit chained")
    number = re.search(r"220100-2026-\d{5}", lin.get(main).text)[0]
    lin.get(case)
    walk.keep_redirect(lin.post(f"{case}/merge", {"main_number": number}))
    walk.keep("merged case", lin.get(f"{case}?done=merged"))
    walk.keep("mailbox of a merged report", person.get("/mailbox"))
    lin.get(case)
    walk.keep("split errors", lin.post(f"{case}/split", {"leaves": case.rpartition("/")[2]}), 422)
    lin.get(main)
    apart = {"leaves": case.rpartition("/")[2], "split_reason": "other_matter", "split_words": "Another exit."}
    walk.keep_redirect(lin.post(f"{main}/split", apart))
    walk.keep("main case that one has left", lin.get(f"{main}?done=split"))
    walk.keep("case that was split", lin.get(case))
    walk.keep("mailbox of a report that was split", person.get("/mailbox"))
    lin.get(main)
    handed = {"body": "POLICE_CRIME", "extent": "part", "handed": "A chained exit.", "clean": "y"}
    walk.keep_redirect(lin.post(f"{main}/refer", handed))
    walk.keep("case with a referral", lin.get(f"{main}?done=referred"))
    slip = re.search(rf"{main}/referrals/[0-9a-f-]{{36}}", lin.last)[0]
    walk.keep("slip of the lead", gao.get(slip))
    walk.keep("slip errors", gao.post(slip, {"step": "refuse"}), 422)
    gao.get(slip)
    walk.keep_redirect(gao.post(slip, {"step": "agree"}))
    walk.keep("slip agreed", lin.get(f"{slip}?done=referral"))
    other, whole = sent(walk)
    lin.get(whole)
    walk.keep_redirect(lin.post(f"{whole}/refer", {**handed, "body": "FIRE", "extent": "whole"}))
    asked = re.search(rf"{whole}/referrals/[0-9a-f-]{{36}}", lin.get(whole).text)[0]
    for who, step in ((gao, "agree"), (lin, "hand_over")):
        walk.keep(f"whole to {step}", who.get(asked))
        walk.keep_redirect(who.post(asked, {"step": step}))
    walk.keep("mailbox of what was handed over", other.get("/mailbox"))


def dispute(walk: "Walk", lin: Visitor) -> None:
    _, case = sent(walk)
    lin.get(case)
    there = str(Staff(walk.world).authority("office-220300"))
    walk.keep_redirect(lin.post(f"{case}/transfer", {"office": there, "note": "Yours."}))
    qin, above = walk.person("qin"), walk.person("sheng-lead")
    qin.get(case)
    walk.keep("dispute errors", qin.post(f"{case}/dispute", {}), 422)
    qin.get(case)
    walk.keep_redirect(qin.post(f"{case}/dispute", {"objection": "Not ours."}))
    walk.keep("case in dispute", qin.get(f"{case}?done=disputed"))
    walk.keep("dispute to settle", above.get(case))
    walk.keep("settle errors", above.post(f"{case}/settle", {}), 422)


def recuse(walk: "Walk", lin: Visitor, gao: Visitor) -> None:
    page = "/review/declarations"
    walk.keep("declarations", lin.get(page))
    walk.keep("declaration errors", lin.post(page, {}), 422)
    lin.get(page)
    walk.keep_redirect(lin.post(page, {"units": "Red Fox Trading"}))
    walk.keep("declarations of the lead", gao.get(f"{page}?done=declared"))
    walk.keep("declaration", gao.get(re.search(rf"{page}/[0-9a-f-]{{36}}", gao.last)[0]))
    _, case = sent(walk)
    gao.get(case)
    walk.keep("recusal errors", gao.post(f"{case}/recuse", {}), 422)
    gao.get(case)
    own = str(walk.world.cast["lin"].officer_id)
    walk.keep_redirect(gao.post(f"{case}/recuse", {"whom": own, "apart": "Declared."}))
    walk.keep("case with somebody kept out", gao.get(f"{case}?done=recused"))
    walk.keep("kept out", lin.get(case), 403)
