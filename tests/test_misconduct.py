"""A report on officials goes to discipline alone: no page, list or count of anybody else's changes when it comes."""

import re

import pytest

from tests.disclosing import CASE
from tests.overseeing import LEDGER, auditor
from tests.world import World

CHANGING = re.compile(r'(?:name="(?:csrf_token|submission|seen)" value|data-passkey)="[^"]*"')
OUTSIDE = ("sheng", "sheng-lead", "sheng-guan", "lin", "gao")
OWN = "/review/account"  # one's own sessions, which the test itself opens


def pages(world: World, who: str) -> dict[str, str]:
    """Every page of the office side that needs nothing in its address, as one officer sees it."""
    officer, found = world.officer(who), {}
    views = [f"/review/?view={view}" for view in ("open", "late", "waiting", "news", "done")]
    rules = [
        rule.rule for rule in world.app.url_map.iter_rules() if rule.rule.startswith("/review/") and rule.rule != OWN
    ]
    for path in sorted({*views, *(rule for rule in rules if "<" not in rule)}):
        answer = officer.get(path)
        if answer.status_code in {200, 403}:
            found[path] = CHANGING.sub("", answer.text)
    return found


@pytest.mark.sqlite
def test_nobody_outside_discipline_sees_that_there_is_one_even_when_it_is_late(world: World) -> None:
    before = {who: pages(world, who) for who in OUTSIDE}
    assert world.visitor().report(category="OFFICIAL-02").status_code == 200
    assert {who: pages(world, who) for who in OUTSIDE} == before
    case = CASE.search(world.officer("ji").get("/review/").text)[1]
    world.clock.forward(days=40)
    world.tick()
    assert "late" in world.events()
    for who in OUTSIDE:
        assert world.officer(who).get(f"/review/cases/{case}").status_code == 404, who
        assert not [path for path, text in pages(world, who).items() if case in text or "1 件" in text]


@pytest.mark.sqlite
def test_no_auditor_of_offices_sees_a_trace_of_it(world: World) -> None:
    auditor(world, "xu", "office-220000")
    before = {who: audited(world, who) for who in ("shen", "xu")}
    assert len(before["xu"]) == 6
    assert world.visitor().report(category="OFFICIAL-02").status_code == 200
    world.officer("ji").get("/review/")
    assert {who: audited(world, who) for who in ("shen", "xu")} == before
    world.clock.forward(days=40)
    world.tick()
    case = CASE.search(world.officer("ji").get("/review/").text)[1]
    for who in ("shen", "xu"):
        assert world.officer(who).get(f"{LEDGER}/cases/{case}").status_code == 404
        assert not [path for path, text in audited(world, who).items() if case[:8].upper() in text]


def audited(world: World, who: str) -> dict[str, str]:
    """Every page of an auditor that needs nothing in its address."""
    officer = world.officer(who)
    rules = {rule.rule for rule in world.app.url_map.iter_rules() if rule.rule.startswith(LEDGER)}
    return {path: CHANGING.sub("", officer.get(path).text) for path in rules if "<" not in path}
