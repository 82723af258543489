"""The part of the walk with requests that are withheld, and with those to which the reporter must agree."""

import re
from typing import TYPE_CHECKING

from tests.visitor import Visitor

if TYPE_CHECKING:
    from tests.walking import Walk

ADDRESS = re.compile(r"/review/disclosures/[0-9a-f-]{36}")
ASK = {"fields": "phone", "hours": "24", "why": "Because."}


def requested(walk: "Walk", **terms: str) -> str:
    """Lin asks; the address of the request."""
    walk.lin.get(walk.case)
    before = set(ADDRESS.findall(walk.lin.last))
    walk.keep_redirect(walk.lin.post(f"{walk.case}/request", {**ASK, **terms}))
    (address,) = set(ADDRESS.findall(walk.lin.get(walk.case).text)) - before
    return address


def end(visitor: Visitor, address: str) -> None:
    """It is not needed any more."""
    visitor.get(address)
    visitor.post(f"{address}/close")


def walk_requests(walk: "Walk") -> None:
    """A lawful order of which the reporter is told in a day; two questions, with an answer each."""
    end(walk.lin, walk.request)
    walk.lin.get(walk.case)
    wrong = {**ASK, "ground": "POLICE_ORDER", "withhold": "1"}
    walk.keep("order without a document", walk.lin.post(f"{walk.case}/request", wrong), 422)
    wrong |= {"document": "No. 1", "withhold": "91"}
    walk.keep("withheld for too long", walk.lin.post(f"{walk.case}/request", wrong), 422)
    order = requested(walk, ground="POLICE_ORDER", document="No. 1", withhold="1")
    gao = walk.person("gao")
    walk.keep("order of the lead", gao.get(order))
    walk.keep_redirect(gao.post(f"{order}/lift", walk.code("gao")))
    walk.keep("order lifted", gao.get(order))
    walk.keep("withheld in the list", gao.get("/review/disclosures"))
    walk.keep("mailbox with one withheld", walk.zhou.get("/mailbox"))
    walk.keep("accesses with one withheld", walk.zhou.get("/mailbox/accesses"))
    end(walk.lin, order)
    for answer in ("no", "yes"):
        asked = requested(walk, ground="REPORTER_ASKS", asking="May we?")
        walk.keep(f"mailbox asked to agree, {answer}", walk.zhou.get("/mailbox"))
        said = {"request": asked.rpartition("/")[2]}
        walk.keep(f"no answer before {answer}", walk.zhou.post("/mailbox/consent", said), 422)
        walk.keep(f"request waiting for {answer}", gao.get(asked))
        walk.keep(f"lifted before {answer}", gao.post(f"{asked}/lift", walk.code("gao")), 409)
        walk.zhou.get("/mailbox")
        walk.keep_redirect(walk.zhou.post("/mailbox/consent", {**said, "answer": answer}))
        walk.keep(f"mailbox after {answer}", walk.zhou.get("/mailbox?done=agreed"))
        walk.keep(f"request after {answer}", gao.get(asked))
    end(walk.lin, asked)
    walk.keep("case with many requests", walk.lin.get(walk.case))
