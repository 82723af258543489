"""Sums over a period: who looked at what, pictures with their tables, what stands out, the sheet for an inspection."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.office import verifying
from portal.store.ledger import Checkpoint
from tests.disclosing import Office
from tests.office.drills import tamper
from tests.overseeing import LEDGER, LISTED, did, looks
from tests.pages import Page
from tests.visitor import Visitor
from tests.world import NOON, World

COUNT = {"facts": LISTED}


@pytest.fixture
def shen(world: World) -> Visitor:
    return world.officer("shen")


def page(visitor: Visitor, path: str) -> Page:
    answer = visitor.get(LEDGER + path)
    assert answer.status_code == 200, path
    found = Page(answer.text)
    assert found.problems() == []
    return found


def cells(visitor: Visitor) -> dict[str, list[str]]:
    """Row by row of the matrix: officer → numbers."""
    rows = re.findall(r'<tr><th scope="row"><a [^>]*>(\w+)</a></th>(.*?)</tr>', visitor.last)
    return {name: re.findall(r">(\d*)<", rest.replace("<b>", "").replace("</b>", "")) for name, rest in rows}


def test_the_matrix_counts_accesses_by_officer_and_by_case(world: World, shen: Visitor) -> None:
    three = Office(world)
    three.lin.get(f"/review/cases/{three.case}")
    did(world, "gao", "listed", [NOON] * 3, **COUNT)
    said = page(shen, "/matrix")
    assert "看了待办" in said.text
    assert "打开阅读" in said.text
    assert [number for number in cells(shen)["gao"] if number] == ["3", "3"]  # the cell and the sum
    assert "h4" in shen.last
    page(shen, "/matrix?by=cases")
    assert f"/review/ledger/cases/{three.case}" in shen.last
    assert [number for number in cells(shen)["lin"] if number] == ["2", "2"]
    assert "gao" not in cells(shen)


def test_pictures_are_drawn_with_tables_that_say_the_same(world: World, shen: Visitor) -> None:
    did(world, "lin", "listed", [NOON - timedelta(days=2), NOON, NOON], **COUNT)
    did(world, "lin", "refused", [NOON], facts={"action": "x", "why": "NotAllowedError"})
    Office(world).asked()
    said = page(shen, "/figures?days=7")
    bars = re.findall(r'<rect class="c0" x="[\d.]+" y="[\d.]+" width="[\d.]+" height="([\d.]+)"/>', shen.last)
    assert len(bars) == 3  # two days with accesses, one with a refusal
    assert float(max(bars, key=float)) == 160
    (first, *_, last) = re.findall(r'<tr><th scope="row">[^<]+</th><td>(\d+)</td></tr>', shen.last)[:7]
    assert (first, int(last) > 2) == ("0", True)
    assert "举报人可能或已经遭受打击报复" in said.text
    assert "长春市人民防空办公室" in said.text


@pytest.mark.sqlite
def test_a_calm_day_says_that_nothing_stands_out_and_what_was_looked_at(world: World, shen: Visitor) -> None:
    did(world, "lin", "listed", [NOON], **COUNT)
    said = page(shen, "/signs").text
    assert "没有什么不寻常" in said
    assert "一个人 60 分钟里打开 15 件以上" in said
    assert "在 07:30 以前、18:30 以后或者休息日" in said


def test_what_stands_out_names_its_rule_its_threshold_and_its_entries(world: World, shen: Visitor) -> None:
    refused = {"facts": {"action": "x", "why": "NotAllowedError"}}
    did(world, "gao", "refused", [NOON - timedelta(minutes=number) for number in range(6)], **refused)
    did(world, "lin", "listed", [NOON - timedelta(hours=14)] * 5, **COUNT)  # ten at night, a Sunday
    said = page(shen, "/signs").text
    assert "一再去做不许做的事" in said
    assert "规则 REFUSALS：一个人 60 分钟里被拒绝 5 次以上" in said
    assert "下班时间或者休息日查看" in said
    assert shen.last.count('class="sign"') == 2
    entries = re.findall(r"/review/ledger/entries/[0-9a-f-]{36}", shen.last)
    assert len(entries) == 8  # four of each are listed
    assert f"/review/ledger/officers/{world.cast['lin'].officer_id}?day=2026-03-01" in shen.last
    assert shen.get(entries[0]).status_code == 200


@pytest.mark.sqlite
@pytest.mark.sqlite
def test_in_a_year_without_a_holiday_table_weekends_are_days_of_rest(world: World) -> None:
    """An office that has not adopted the next table still sees who looked at night."""
    world.clock.now = NOON.replace(year=2031)
    did(world, "lin", "listed", [NOON.replace(year=2031, month=3, day=1, minute=one) for one in range(6)], **COUNT)
    shen = world.officer("shen")
    page(shen, "/signs")
    assert re.search(r'id="sign-1">下班时间或者休息日查看 · lin', shen.last)  # the first of March is a Saturday
    page(shen, "/inspection")


def test_a_release_that_nobody_reads_stands_out_the_next_day(world: World, shen: Visitor) -> None:
    three = Office(world)
    address = three.asked()
    three.lift(address)
    three.release(address, "name")
    assert "没有什么不寻常" in page(shen, "/signs").text
    world.clock.forward(hours=25)
    shen = world.officer("shen")
    assert "身份放行一天了，没有人看" in page(shen, "/signs").text


@pytest.mark.sqlite
def test_the_sheet_for_an_inspection_names_nobody_and_says_whether_the_ledger_holds(
    world: World, shen: Visitor
) -> None:
    Office(world).asked()
    world.sign()
    assert "今天的检查点明天起显示" in page(shen, "/inspection").text
    world.clock.forward(days=1)
    shen = world.officer("shen")
    said = page(shen, "/inspection").text
    assert "条条对得上" in said
    assert "签名对得上" in said
    assert "从头核对过" not in said
    verifying.enter(world.store, world.house.entry_key, world.verify(), now=world.clock())
    assert "3月3日 12:00 从头核对过，条条对得上" in page(shen, "/inspection").text
    assert re.search(r"[0-9a-f]{64}", said)
    with world.store.reading() as session:
        notes = session.scalars(select(Checkpoint.note).where(Checkpoint.signed_at < NOON + timedelta(hours=12))).all()
    assert notes[-1].splitlines()[2] in said, "as the public checkpoint writes it"
    assert not re.search(r"\b(lin|gao|he|shen|周小明)\b", said.partition("检查用表")[2])
    assert "申请知悉身份 1" in said
    tamper(world, "UPDATE entries SET mac = salt WHERE event IN ('submitted', 'verified')")
    said = page(shen, "/inspection").text
    assert "对不上" in said
    assert "从头核对过" not in said


@pytest.mark.sqlite
def test_each_of_these_looks_is_entered_with_what_was_asked(world: World, shen: Visitor) -> None:
    for path in ("matrix", "figures", "signs", "inspection", "export"):
        page(shen, f"/{path}?days=90")
    assert [one["facts"]["page"] for one in looks(world)] == ["matrix", "figures", "signs", "inspection", "export"]
    page(shen, "/matrix?days=7")
    page(shen, "/matrix?days=nonsense")
    page(shen, "/matrix?days=30")
    seven, damaged, thirty = (one["facts"]["digest"] for one in looks(world)[-3:])
    assert seven != thirty == damaged
