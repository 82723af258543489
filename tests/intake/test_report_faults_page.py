"""`/report` while the store fails: the person is told it was not received, loses no word, and sends it again."""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime

import pytest

from tests.faults import count, cramped, full, gone, locked, refusing
from tests.pages import Page
from tests.sending import run
from tests.visitor import BASE, REPORT, Visitor
from tests.world import World

FAULTS = [
    pytest.param(locked, id="locked"),
    pytest.param(gone, id="gone"),
    pytest.param(full, id="full", marks=pytest.mark.sqlite),
    pytest.param(cramped, id="no file may grow", marks=pytest.mark.sqlite),
    pytest.param(lambda world: refusing(world, "identity_shares"), id="refused by a rule"),
]


def fields_of(visitor: Visitor) -> dict[str, str]:
    return Page(visitor.last).form("/report").fields


def send(visitor: Visitor, fields: dict[str, str]) -> int:
    """Press the button while no signer runs either."""
    return visitor._keep(visitor.client.post("/report", data=fields, base_url=BASE)).status_code


@pytest.mark.parametrize("fault", FAULTS)
def test_what_could_not_be_stored_is_said_kept_and_sent_again(
    world: World, zhou: Visitor, fault: Callable[[World], AbstractContextManager[None]]
) -> None:
    zhou.get("/report")
    filled = {**fields_of(zhou), **REPORT, "may_phone": "y"}
    with fault(world):
        assert send(zhou, filled) == 503
        page = Page(zhou.last)
        assert page.problems() == []
        assert [(link, sentence[:4]) for link, sentence in page.summary] == [("send", "没有收到")]
        kept = fields_of(zhou)
        assert kept == {**filled, "csrf_token": kept["csrf_token"]}
    assert (count(world, "reports"), count(world, "letters"), world.events()) == (0, 0, [])
    assert zhou.post("/report", kept).status_code == 200
    assert zhou.receipt
    assert (count(world, "reports"), world.events()) == (1, ["submitted", "identity_given"])
    world.sign()
    assert world.verify().unsigned == 0


def test_a_reporter_with_an_open_mailbox_loses_no_word_either(world: World, zhou: Visitor) -> None:
    zhou.report()
    zhou.get("/report")
    filled = {**fields_of(zhou), **REPORT, "description": "第二件"}
    with gone(world):
        assert send(zhou, filled) == 503
        assert fields_of(zhou)["description"] == "第二件"
    assert zhou.post("/report", fields_of(zhou)).status_code == 200
    assert count(world, "reports") == 2


def test_where_the_holidays_of_a_coming_year_are_unknown_no_word_is_lost(world: World, zhou: Visitor) -> None:
    world.clock.now = datetime(2028, 12, 29, 4, tzinfo=UTC)  # its time limit ends in 2029
    zhou.get("/report")
    filled = {**fields_of(zhou), **REPORT}
    assert send(zhou, filled) == 503
    page = Page(zhou.last)
    assert page.problems() == []
    assert [(link, sentence[:4]) for link, sentence in page.summary] == [("send", "没有收到")]
    assert fields_of(zhou)["description"] == REPORT["description"]
    assert count(world, "reports") == 0


@pytest.mark.parametrize("path", ["/", "/report", "/mailbox", "/review/", "/review/login", "/privacy"])
def test_a_page_that_cannot_be_made_is_a_page_all_the_same(world: World, path: str) -> None:
    with gone(world):
        visitor = world.visitor()
        visitor.client.set_cookie("__Host-mailbox", "A" * 43, domain="localhost", secure=True)
        visitor.client.set_cookie("__Host-office", "A" * 43, domain="localhost", secure=True)
        answer = visitor._keep(visitor.client.get(path, base_url=BASE))
    assert answer.status_code in {200, 503}
    assert Page(visitor.last).problems() == []


def test_with_nobody_seated_in_the_province_the_form_is_closed_and_says_where_to_turn(
    world: World, zhou: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.intake.choices.FRESH", 0)  # what a form offers may be a second old
    zhou.get("/report")
    filled = {**fields_of(zhou), **REPORT}
    run(world, "UPDATE seats SET left_at = '2026-03-02 00:00:00.000000'")
    run(world, "UPDATE installation SET generation = generation + 1")
    sent = zhou.post("/report", filled)
    assert sent.status_code == 503
    assert "12345" in zhou.last
    assert REPORT["description"] in zhou.last
    assert "纪检" not in Page(zhou.last).summary[0][1]
    assert count(world, "reports") == 0
    answer = zhou.get("/report")
    assert answer.status_code == 503
    page = Page(zhou.last)
    assert page.problems() == []
    assert "12350" in page.text


@pytest.mark.parametrize("duty", ["intake", "lead", "custody"])
def test_a_desk_key_that_was_swapped_in_the_database_is_never_sealed_to(world: World, zhou: Visitor, duty: str) -> None:
    swap = f"""UPDATE desk_epochs SET public_key =
                 (SELECT public_key FROM desk_epochs AS other WHERE other.id <> desk_epochs.id LIMIT 1)
               WHERE desk_id IN (SELECT id FROM desks WHERE duty = '{duty}')"""
    zhou.get("/report")
    run(world, swap)
    answer = zhou.post("/report", {**fields_of(zhou), **REPORT})
    assert answer.status_code == 503
    assert "没有收到" in Page(zhou.last).summary[0][1]
    assert fields_of(zhou)["description"] == REPORT["description"]
    assert (count(world, "reports"), world.events()) == (0, [])


@pytest.mark.parametrize("how", ["locked", "no database"])
def test_a_broken_counter_stops_no_report(world: World, zhou: Visitor, how: str) -> None:
    zhou.get("/report")
    filled = {**fields_of(zhou), **REPORT}
    path = world.home / "limits.sqlite"
    if how == "locked":
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("CREATE TABLE IF NOT EXISTS held (x)")
            other.execute("BEGIN EXCLUSIVE")
            answer = zhou.post("/report", filled)
    else:
        for file in world.home.glob("limits.sqlite*"):
            file.unlink()
        path.write_bytes(b"no database at all" * 1000)
        answer = zhou.post("/report", filled)
    assert answer.status_code == 200
    assert count(world, "reports", "NOT marked") == 1
