"""`/review/ledger`: an auditor's own trail and those below, by every filter, page by page, each look recorded first."""

import re
from datetime import timedelta
from html import unescape

import pytest

from tests.disclosing import Office
from tests.faults import gone, locked, refusing
from tests.office.drills import tamper
from tests.overseeing import LEDGER, LISTED, did, entry_of, looks, office
from tests.pages import Page
from tests.visitor import BASE, Visitor
from tests.world import NOON, World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored

ENTRY = re.compile(r'href="/review/ledger/entries/([0-9a-f-]{36})"')


@pytest.fixture
def shen(world: World) -> Visitor:
    return world.officer("shen")


def rows(visitor: Visitor, **asked: str) -> list[str]:
    """The text of each entry that a page lists."""
    answer = visitor.get(LEDGER, query_string=asked)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.problems() == []
    return [re.sub(r"<[^>]+>|\s+", " ", row) for row in re.findall(r"<tr.*?</tr>", answer.text, re.DOTALL)[1:]]


def test_a_day_at_the_office_is_told_newest_first_without_the_reporter(world: World, shen: Visitor) -> None:
    three = Office(world)
    three.asked()
    told = rows(shen, event="")
    assert ["申请知悉身份" in row for row in told].index(True) < ["提交举报" in row for row in told].index(True)
    (asked,) = (row for row in told if "申请知悉身份" in row)
    for word in ("lin", "受理员", "长春市人民防空办公室", "举报人可能或已经遭受打击报复", "姓名、电话"):
        assert word in asked
    (sent,) = (row for row in told if "提交举报" in row)
    assert "12时许" in sent
    assert "举报人" in sent
    for secret in ("周小明", "13800000000", "蓝鲸", "6号安全出口", "EXIT-01"):
        assert secret not in shen.last


@pytest.mark.sqlite
def test_each_look_is_one_entry_with_count_and_digest_of_what_was_asked(world: World, shen: Visitor) -> None:
    shen.get(LEDGER)
    shen.get(LEDGER, query_string={"effect": "refuses"})
    shen.get(LEDGER, query_string={"effect": "refuses"})
    first, second, third = looks(world)
    assert first["actor"] == {
        "kind": "officer",
        "officer": str(world.cast["shen"].officer_id),
        "authority": str(office(world)),
        "duty": "audit",
    }
    assert first["object"] is None  # it would stand in the timeline of whoever is audited
    assert first["facts"]["page"] == "list"
    assert (first["facts"]["count"] > 20, second["facts"]["count"]) == (True, 0)
    assert first["facts"]["digest"] != second["facts"]["digest"] == third["facts"]["digest"]
    assert world.verify().unsigned <= 1


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "fault", [locked, gone, lambda world: refusing(world, "leaves")], ids=["locked", "gone", "no entry"]
)
def test_what_cannot_be_recorded_is_not_shown(world: World, shen: Visitor, fault) -> None:
    did(world, "lin", "signed_in", [NOON])
    world.sign()
    with fault(world):
        answer = shen.client.get(LEDGER, base_url=BASE)
    assert answer.status_code in {409, 503}
    assert "lin" not in Page(answer.text).text


@pytest.mark.parametrize("who", ["lin", "gao", "he", "guan", "chen", "ji"])
@pytest.mark.sqlite
def test_whoever_is_no_auditor_reads_nothing_and_is_entered(world: World, who: str) -> None:
    visitor = world.officer(who)
    for page in (
        "",
        "/signs",
        "/matrix",
        "/figures",
        "/inspection",
        "/export",
        f"/officers/{world.cast[who].officer_id}",
    ):
        answer = visitor.get(LEDGER + page)
        assert answer.status_code == 403, page
        assert world.entries()[-1]["event"] == "refused"
    assert "审计台账" not in Page(visitor.get("/review/account").text).text


def test_filters_find_what_they_name_alone_and_are_kept_in_the_address(world: World, shen: Visitor) -> None:
    did(world, "lin", "signed_in", [NOON - timedelta(days=3), NOON])
    did(world, "gao", "signed_in", [NOON])
    did(world, "gao", "listed", [NOON], facts=LISTED)
    did(world, "gao", "refused", [NOON], facts={"action": "review.lift", "why": "SamePersonError"})
    gao = str(world.cast["gao"].officer_id)
    assert len(rows(shen, officer=gao)) == 3
    assert len(rows(shen, officer=gao, event="listed")) == 1
    assert "办过前面一步的人不能再办这一步" in rows(shen, officer=gao, effect="refuses")[0]
    assert len(rows(shen, event="signed_in", since="2026-03-02")) == 2
    assert len(rows(shen, event="signed_in", until="2026-03-01")) == 1
    assert len(rows(shen, event="signed_in", office=str(office(world, "office-220102")))) == 0
    assert len(rows(shen, event="signed_in", office=str(office(world)))) == 3
    links = {link["href"] for link in Page(shen.last).all("a")}
    assert f"/review/ledger/export?office={office(world)}&event=signed_in" in links


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "asked",
    [
        {"officer": "x", "office": "x", "effect": "x", "event": "x", "since": "x", "until": "9999-99-99"},
        {"after": "x", "before": "\x00", "reason": "9" * 5000, "until": "9999-12-31", "since": "0001-01-01"},
    ],
)
def test_a_damaged_address_leads_to_a_page_all_the_same(shen: Visitor, asked: dict[str, str]) -> None:
    assert shen.get(LEDGER, query_string=asked).status_code == 200


def test_what_no_keyboard_types_narrows_nothing(world: World, shen: Visitor) -> None:
    """One engine takes a NUL for an error, not for a letter."""
    Office(world).asked()
    assert len(rows(shen, reason="PRO\0TECT", case="\0")) == 1
    assert shen.get(f"{LEDGER}/export", query_string={"reason": "\0", "case": "\0x"}).status_code == 200


def test_a_reason_finds_the_requests_that_were_made_for_it(world: World, shen: Visitor) -> None:
    Office(world).asked()
    assert len(rows(shen, reason="PROTECT")) == 1
    assert rows(shen, reason="SCENE") == []


def test_a_case_is_found_by_its_number_its_id_and_the_beginning_of_that(world: World, shen: Visitor) -> None:
    three = Office(world)
    three.lin.post(f"/review/cases/{three.case}/accept", {"subject": "出口被锁"})
    (accepted,) = (one for one in world.entries() if one["event"] == "accepted")
    for name in (accepted["facts"]["number"], three.case, three.case[:8].upper()):
        found = rows(shen, case=name)
        assert any("决定受理" in row for row in found), name
        assert not any("看了待办" in row for row in found)
    assert rows(shen, case="220102-2099-0001") == []
    assert "您看得到的范围里没有这一件" in shen.last


def test_pages_follow_each_other_without_gap_or_repetition(world: World, shen: Visitor) -> None:
    did(world, "lin", "signed_in", [NOON - timedelta(seconds=number // 3) for number in range(120)])
    seen: list[list[str]] = []
    shen.get(LEDGER, query_string={"event": "signed_in"})
    while True:
        seen.append(ENTRY.findall(shen.last))
        onward = re.search(r'href="(\?[^"]+)" rel="next"', shen.last)
        if onward is None:
            break
        shen.get(LEDGER + unescape(onward[1]))
    assert [len(page) for page in seen] == [50, 50, 20]
    assert len({one for page in seen for one in page}) == 120
    for expected in (seen[1], seen[0]):
        shen.get(LEDGER + unescape(re.search(r'href="(\?[^"]+)" rel="prev"', shen.last)[1]))
        assert ENTRY.findall(shen.last) == expected
    assert 'rel="prev"' not in shen.last


@pytest.mark.sqlite
def test_more_than_a_thousand_are_counted_no_further(world: World, shen: Visitor) -> None:
    did(world, "lin", "signed_in", [NOON] * 1100)
    rows(shen, event="signed_in")
    assert "1,000+" in Page(shen.last).text


@pytest.mark.sqlite
def test_auditors_own_looks_are_listed_when_they_are_asked_for(shen: Visitor) -> None:
    shen.get(LEDGER)
    assert not any("审计员看了台账" in row for row in rows(shen))
    assert sum("审计员看了台账" in row for row in rows(shen, own="y")) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE entries SET reason = 'SCENE' WHERE event = 'identity_requested'", "检索栏被改过"),
        ("UPDATE entries SET mac = salt WHERE event = 'identity_requested'", "对不上"),
        ("UPDATE entries SET salt = NULL, opening = NULL WHERE event = 'identity_requested'", "内容已封"),
    ],
    ids=["columns", "mac", "closed"],
)
def test_an_entry_that_does_not_hold_is_shown_as_broken_and_told_of_nothing(
    world: World, shen: Visitor, change: str, said: str
) -> None:
    Office(world).asked()
    entry = entry_of(world, "identity_requested")
    world.sign()
    tamper(world, change)
    (broken,) = (row for row in rows(shen) if said in row)
    assert "申请知悉身份" not in broken
    assert "打击报复" not in broken
    page = Page(shen.get(f"{LEDGER}/entries/{entry}").text)
    assert page.problems() == []
    assert said in page.text
    assert "打击报复" not in page.text


def test_an_entry_of_another_office_put_into_this_trail_tells_nothing(world: World, shen: Visitor) -> None:
    did(world, "qin", "phone_read", [NOON], of="office-220300")
    world.sign()
    mine = office(world)
    tamper(world, f"UPDATE entries SET authority_id = {literal(world, mine)} WHERE event = 'phone_read'")
    (broken,) = (row for row in rows(shen) if "检索栏被改过" in row)
    assert "qin" not in broken
    assert "四平" not in Page(shen.last).text


def literal(world: World, one) -> str:
    return f"'{one}'" if world.server else f"X'{one.hex}'"
