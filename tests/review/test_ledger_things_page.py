"""One entry, the life of a case, an officer's day, and a list that leaves the portal as a file."""

import csv
import hashlib
import io
import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from portal.review.ledger_csv import safe
from tests.disclosing import Office
from tests.office.drills import tamper
from tests.office.test_transferring import DISCIPLINE, SIPING, hand
from tests.overseeing import LEDGER, did, entry_of, looks, office
from tests.pages import Page
from tests.sending import arrive
from tests.visitor import Visitor
from tests.world import NOON, World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored


@pytest.fixture
def shen(world: World) -> Visitor:
    return world.officer("shen")


def page(visitor: Visitor, path: str) -> Page:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    found = Page(answer.text)
    assert found.problems() == []
    return found


def test_an_entry_shows_its_leaf_its_checkpoint_and_the_rows_it_vouches_for(world: World, shen: Visitor) -> None:
    Office(world).asked()
    entry = entry_of(world, "identity_requested")
    world.sign()
    said = page(shen, f"{LEDGER}/entries/{entry}").text
    for word in ("申请知悉身份", "lin", "姓名、电话", "签名对得上", "是本系统写的", "disclosures", "和这一条写的一样"):
        assert word in said
    tamper(world, "UPDATE disclosures SET hours = 71")
    assert "和台账对不上" in page(shen, f"{LEDGER}/entries/{entry}").text
    assert [(one["facts"]["page"], one["facts"]["about"]) for one in looks(world)] == [("entry", str(entry))] * 2


@pytest.mark.sqlite
@pytest.mark.parametrize("to", [DISCIPLINE, SIPING])
def test_rows_of_a_case_that_was_handed_on_are_not_told(world: World, shen: Visitor, to: str) -> None:
    """All rows of a report have ids that begin alike, and what has become of them says what is done with it there."""
    key, case_id = arrive(world)
    hand(world, case_id, to)
    for event in ("submitted", "transferred"):
        said = page(shen, f"{LEDGER}/entries/{entry_of(world, event)}").text
        assert "它担保的行：不在您看得到的范围里" in said
        assert "key_grants" not in said
        assert key.report_id.hex[:8].upper() not in said or to == SIPING  # the case is named, and no row of it
    read = shen.last.replace(str(case_id), "")  # but for where links lead: some ids begin with digits alone
    assert read.count(case_id.hex[:8].upper()) == (to == SIPING)


@pytest.mark.sqlite
@pytest.mark.parametrize("kind", ["entries", "cases", "officers"])
def test_what_is_not_there_is_no_page_and_entered(world: World, shen: Visitor, kind: str) -> None:
    assert shen.get(f"{LEDGER}/{kind}/{uuid4()}").status_code == 404
    assert world.entries()[-1]["event"] == "refused"


def test_the_life_of_a_case_says_who_looked_how_often(world: World, shen: Visitor) -> None:
    three = Office(world)
    address = three.asked()
    three.lift(address)
    three.release(address, "name")
    three.read(address)
    found = page(shen, f"{LEDGER}/cases/{three.case}")
    steps = ["提交举报", "打开阅读", "申请知悉身份", "分管领导同意", "保密专员放行", "看了身份信息"]
    places = [found.text.index(step) for step in steps]
    assert places == sorted(places)
    readings = dict(re.findall(r">(\w+)</a> <span[^>]*>[^<]*</span></th><td>(\d+)</td>", shen.last))
    assert set(readings) == {"lin", "gao", "he"}
    assert int(readings["lin"]) > int(readings["he"])
    assert "周小明" not in shen.last
    lin = world.officer("lin")
    assert "审计员看了台账" not in lin.get(f"/review/cases/{three.case}").text


def test_an_officers_day_is_a_day_of_the_offices_zone(world: World, shen: Visitor) -> None:
    midnight = NOON - timedelta(hours=12)
    did(world, "lin", "signed_in", [midnight - timedelta(seconds=1), midnight, NOON])
    address = f"{LEDGER}/officers/{world.cast['lin'].officer_id}"
    assert page(shen, f"{address}?day=2026-03-02").text.count("登录系统") == 2
    assert page(shen, f"{address}?day=2026-03-01").text.count("登录系统") == 1
    assert "休息日" in page(shen, f"{address}?day=2026-03-01").text
    assert page(shen, address).text.count("登录系统") == 2  # the last on which something was done
    assert "什么也没有做" in page(shen, f"{address}?day=2025-01-01").text
    assert {one["facts"]["page"] for one in looks(world)} == {"officer"}


@pytest.mark.sqlite
def test_a_day_without_a_holiday_table_is_a_page_too(world: World, shen: Visitor) -> None:
    assert page(shen, f"{LEDGER}/officers/{world.cast['lin'].officer_id}?day=2035-05-05")


def exported(world: World, visitor: Visitor, query: str = "", **fields: str):
    visitor.get(f"{LEDGER}/export{query}")
    world.clock.forward(seconds=31)
    code = {"otp": world.cast["shen"].code(world.clock()), **fields}
    return visitor.post(f"{LEDGER}/export{query}", code)


def test_a_list_leaves_with_a_fresh_code_and_an_entry_that_holds_its_digest(world: World, shen: Visitor) -> None:
    Office(world).asked()
    answer = exported(world, shen, "?event=identity_requested")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="ledger-\d{8}-\d{6}\.csv"', answer.headers["Content-Disposition"])
    head, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert dict(zip(head, row, strict=True))["谁"] == "lin"
    assert UUID(row[-1]) == entry_of(world, "identity_requested")
    entry = world.entries()[-1]
    assert (entry["event"], entry["actor"]["duty"]) == ("exported", "audit")
    assert entry["facts"] == {"kind": "csv", "count": 1, "digest": hashlib.sha256(answer.data).hexdigest()}
    assert "周小明" not in answer.text
    world.verify()


@pytest.mark.sqlite
def test_without_the_right_code_nothing_leaves(world: World, shen: Visitor) -> None:
    for code in ("", "000000", "x"):
        answer = exported(world, shen, otp=code)
        assert answer.status_code == 422
        assert Page(answer.text).problems() == []
        assert answer.mimetype == "text/html"
    assert "exported" not in world.events()


@pytest.mark.sqlite
def test_a_code_is_taken_once(world: World, shen: Visitor) -> None:
    code = {"otp": world.cast["shen"].code(world.clock())}
    shen.get(f"{LEDGER}/export")
    assert shen.post(f"{LEDGER}/export", code).status_code == 200
    assert shen.post(f"{LEDGER}/export", code).status_code == 422
    assert world.events().count("exported") == 1


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "\u3000＠SUM(A1)"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe(text).startswith("'")
    assert safe(text)[1:] == text


@pytest.mark.parametrize("text", ["lin", "2026-03-02", "", "受理员 -"])
def test_a_text_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


@pytest.mark.sqlite
def test_an_auditor_of_one_office_has_no_page_about_another(world: World, shen: Visitor) -> None:
    did(world, "qin", "phone_read", [NOON], of="office-220300")
    there = entry_of(world, "phone_read")
    for path in (f"/entries/{there}", f"/officers/{world.cast['qin'].officer_id}"):
        assert shen.get(LEDGER + path).status_code == 404, path
    assert shen.get(LEDGER, query_string={"office": str(office(world, "office-220300"))}).status_code == 200
    assert "qin" not in shen.last
