"""`/mailbox/proof/…`: what a reporter takes along, and that nobody gets what is not theirs."""

import json
import re

import pytest

from crypto.receipt import Receipt
from portal.domain import proofs
from portal.office import promising
from portal.office.proving import Log
from tests.pages import Page
from tests.visitor import BASE, REPORT, Visitor
from tests.world import World

ANCHOR = re.compile(r'href="/mailbox/proof/(\d+)"')


@pytest.fixture
def zhou(world: World) -> Visitor:
    """周, who has reported and looks into the mailbox."""
    visitor = world.visitor()
    visitor.report()
    visitor.get("/mailbox")
    return visitor


def link(visitor: Visitor) -> int:
    return int(ANCHOR.search(visitor.last)[1])


def shown(world: World, text: str) -> proofs.Shown:
    return proofs.check(text, Log.of(world.house).open_head)


def test_the_proof_is_a_file_that_holds_with_the_key_on_the_page(zhou: Visitor) -> None:
    index = link(zhou)
    assert "补办过" not in zhou.last
    line = re.search(r"test\.invalid/ledger\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+", zhou.last)[0]
    answer = zhou.get(f"/mailbox/proof/{index}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename={index}.tlog-proof"
    assert answer.headers["Cache-Control"] == "no-store"
    one = proofs.check(answer.text, proofs.opener(*proofs.parse_keys([line])))
    assert (one.index, one.said["event"]) == (index, "submitted")


def test_proof_code_and_text_show_what_was_reported(world: World) -> None:
    visitor = world.visitor()
    visitor.report()
    code = Receipt.parse(visitor.receipt)
    visitor.get("/mailbox")
    one = shown(world, visitor.get(f"/mailbox/proof/{link(visitor)}").text)
    text = visitor.get("/mailbox/proof/text")
    assert text.headers["Content-Disposition"] == "attachment; filename=text.json"
    assert json.loads(text.text)["description"] == REPORT["description"]
    proofs.require_told(one, code, text.text)


def test_a_proof_tells_neither_who_wrote_nor_what(world: World, zhou: Visitor) -> None:
    text = zhou.get(f"/mailbox/proof/{link(zhou)}").text
    said = json.dumps(shown(world, text).said, ensure_ascii=False)
    for secret in (REPORT["name"], REPORT["phone"], REPORT["description"], REPORT["place"], REPORT["respondent"]):
        assert secret not in said
        assert secret not in text


def test_the_promise_on_the_page_with_the_code_is_the_file_that_can_be_kept(world: World) -> None:
    visitor = world.visitor()
    page = visitor.report().text
    address = re.search(r'href="(/mailbox/promise/\d+)"', page)[1]
    answer = visitor.get(address)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.text.strip() in page.replace("&#43;", "+")
    visitor.get("/mailbox")
    promise = proofs.open_promise(
        answer.text, proofs.parse_keys(visitor.get("/mailbox/proof/keys").text.splitlines())[0]
    )
    proofs.require_kept(promise, shown(world, visitor.get(f"/mailbox/proof/{link(visitor)}").text))


def test_until_the_signer_has_come_the_mailbox_says_so_and_gives_no_file(world: World) -> None:
    """The visitor of the tests lets the signer sign before each page: here it rests."""
    visitor = world.visitor()
    visitor.report()
    page = visitor.client.get("/mailbox", base_url=BASE)
    assert "签名一般一秒钟就好" in page.text
    assert Page(page.text).problems() == []
    assert ANCHOR.search(page.text) is None
    index = re.search(r"审计台账的第 (\d+) 条", page.text)[1]
    answer = visitor.client.get(f"/mailbox/proof/{index}", base_url=BASE)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/mailbox")


@pytest.mark.parametrize("kind", ["proof", "promise"])
def test_what_is_not_told_to_this_reporter_is_not_there(world: World, zhou: Visitor, lin: Visitor, kind: str) -> None:
    own = link(zhou)
    case = re.search(r"/review/cases/[0-9a-f-]{36}", lin.get("/review/").text)[0]
    lin.get(case)
    lin.post(f"{case}/letter", {"text": "请问晚上也锁着吗？"})
    zhou.get("/mailbox")
    served = own + world.events().index("served") - world.events().index("submitted")  # no step that one is told of
    wang = world.visitor()
    wang.report()
    wang.get("/mailbox")
    for visitor, index in ((zhou, 0), (zhou, served), (wang, own), (zhou, 10**15), (zhou, 2**53)):
        answer = visitor.get(f"/mailbox/{kind}/{index}")
        assert answer.status_code == 404, index
        assert Page(answer.text).problems() == []
    assert zhou.get(f"/mailbox/{kind}/{own}").status_code == 200
    for odd in ("-1", "x", "1.5", str(10**40), ""):
        assert zhou.get(f"/mailbox/{kind}/{odd}").status_code == 404


@pytest.mark.parametrize("what", ["proof/{}", "promise/{}", "proof/text", "proof/keys"])
def test_without_an_open_mailbox_there_is_its_door(world: World, zhou: Visitor, what: str) -> None:
    answer = world.visitor().get(f"/mailbox/{what.format(link(zhou))}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/mailbox")


def test_taking_a_proof_along_leaves_no_entry(world: World, zhou: Visitor) -> None:
    before = world.events()
    for what in (f"proof/{link(zhou)}", f"promise/{link(zhou)}", "proof/text", "proof/keys"):
        assert zhou.get(f"/mailbox/{what}").status_code == 200
    assert world.events() == before


def test_the_keys_to_keep_are_those_that_were_certified_and_hold_the_proof_to_both_signatures(
    world: World, zhou: Visitor
) -> None:
    line = re.search(r"test\.invalid/ledger\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+", zhou.last)[0]
    index = link(zhou)
    kept = zhou.get("/mailbox/proof/keys")
    assert kept.headers["Content-Disposition"] == "attachment; filename=keys.txt"
    assert kept.text.splitlines() == [*world.house.log.lines(world.house.origin), promising.verifier_line(world.house)]
    assert kept.text.startswith(f"{line}\n")
    signers, cosigners = proofs.parse_keys(kept.text.splitlines())
    assert len(cosigners) == 1
    assert proofs.check(zhou.get(f"/mailbox/proof/{index}").text, proofs.opener(signers, cosigners)).index == index
