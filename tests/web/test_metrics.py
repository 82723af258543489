"""The figures: who may ask for them, what they say, and what they keep to themselves until the hour is over."""

import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from portal.measures import Measures
from portal.settings import VERSION
from tests.faults import gone
from tests.sending import arrive, open_case, run
from tests.visitor import BASE
from tests.world import PASSWORD, Template, World

TOKEN = "t0ken-" * 5


def scrape(world: World, **headers: str):
    return world.app.test_client().get(
        "/metrics", base_url=BASE, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def figures(world: World) -> dict[str, float]:
    answer = scrape(world)
    assert answer.status_code == 200
    return parse(answer.text)


def parse(text: str) -> dict[str, float]:
    """By name and labels, as they are written."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return found


def publish(world: World) -> None:
    measures: Measures = world.app.extensions["portal.measures"]
    measures.publish()


def test_a_program_of_this_machine_may_ask(world: World) -> None:
    answer = scrape(world)
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert world.events() == []


@pytest.mark.parametrize(
    "passed_on",
    [
        {"X_Forwarded_For": "127.0.0.1"},
        {"X_Forwarded_For": "203.0.113.7"},
        {"Forwarded": "for=127.0.0.1"},
        {"X_Forwarded_Proto": "https"},
        {"X_Real_IP": "127.0.0.1"},
        {"Via": "1.1 proxy"},
        {"Host": "report.example.cn"},
        {"Host": "127.0.0.1.example.cn"},
        {"Host": "["},
    ],
)
def test_what_a_proxy_or_a_browser_led_astray_passes_on_finds_no_such_page(
    template: Template, tmp_path: Path, passed_on: dict[str, str]
) -> None:
    """Also where the proxy is one that is trusted, and whatever it says of the client."""
    world = World.copy(template, tmp_path / "home", PORTAL_TRUSTED_PROXIES="127.0.0.0/8")
    answer = scrape(world, **passed_on)
    assert answer.status_code == 404
    assert "没有这一页" in answer.text
    world.close()


@pytest.mark.parametrize("peer", ["192.0.2.9", "::ffff:192.0.2.9", "10.0.0.1"])
def test_another_machine_finds_no_such_page(world: World, peer: str) -> None:
    client = world.app.test_client()
    assert client.get("/metrics", base_url=BASE, environ_base={"REMOTE_ADDR": peer}).status_code == 404
    local = {"REMOTE_ADDR": "::ffff:127.0.0.1"}
    assert client.get("/metrics", base_url=BASE, environ_base=local).status_code == 200


def test_behind_a_public_address_the_token_alone_counts(template: Template, tmp_path: Path) -> None:
    """Not every proxy says that it is one: what looks like this machine may be anybody."""
    environ = {"PORTAL_PUBLIC_URL": "https://report.example.cn", "PORTAL_METRICS_TOKEN": TOKEN}
    world = World.copy(template, tmp_path / "home", **environ)
    for host in ("127.0.0.1:8000", "report.example.cn"):
        assert scrape(world, Host=host).status_code == 404
    assert scrape(world, Host="127.0.0.1:8000", Authorization=f"Bearer {TOKEN}").status_code == 200
    world.close()


def test_whoever_knows_the_token_may_ask_from_anywhere(template: Template, tmp_path: Path) -> None:
    world = World.copy(template, tmp_path / "home", PORTAL_METRICS_TOKEN=TOKEN)
    assert scrape(world, Via="1.1 proxy", Authorization=f"Bearer {TOKEN}").status_code == 200
    for wrong in (TOKEN[:-1], TOKEN + "x", "", "密"):
        said = f"Bearer {wrong}".encode().decode("latin-1")
        assert scrape(world, Via="1.1 proxy", Authorization=said).status_code == 404
    assert scrape(world, Via="1.1 proxy", Authorization=f"Basic {TOKEN}").status_code == 404
    world.close()


def test_what_the_public_does_is_told_when_the_hour_is_over_and_alike_for_all(world: World) -> None:
    world.sign()
    before = scrape(world).text
    zhou = world.visitor()
    zhou.report()
    zhou.get("/mailbox")
    zhou.get("/nowhere")
    world.sign()
    assert scrape(world).text == before
    publish(world)
    told = {name: value for name, value in figures(world).items() if name.startswith("portal_public_requests_total")}
    assert sum(told.values()) == 4
    assert all(re.fullmatch(r"portal_public_requests_total\{status=[24]xx,within=[\d.]+\}", name) for name in told)


def test_what_officers_do_is_told_at_once(world: World) -> None:
    world.officer("lin").get("/review/")
    assert figures(world)["portal_office_request_seconds_count{method=GET,status=2xx}"] == 1


def test_whoever_was_refused_on_the_public_side_is_told_with_the_hour(world: World) -> None:
    with gone(world):
        world.visitor().client.get("/report", base_url=BASE)
        assert not any(name.startswith("portal_failures_total{side=public") for name in figures(world))
        publish(world)
        assert any("status=5xx" in name for name in figures(world) if name.startswith("portal_public_requests_total"))


def test_a_database_that_does_not_answer_is_told_at_once(world: World) -> None:
    with gone(world):
        world.visitor().client.get("/report", base_url=BASE)
        told = figures(world)
    assert told["portal_database_errors_total"] >= 1
    assert told["portal_database_up"] == 0
    assert "portal_ledger_signed" not in told


def test_a_ledger_that_is_not_signed_is_told_once_it_is_overdue(world: World) -> None:
    _, case_id = arrive(world)
    open_case(world, "lin", case_id)
    world.clock.forward(minutes=4)
    told = figures(world)
    assert (told["portal_ledger_signed"], told["portal_ledger_overdue_seconds"]) == (1, 0)
    world.clock.forward(minutes=3)
    told = figures(world)
    assert (told["portal_ledger_signed"], told["portal_ledger_overdue_seconds"]) == (0, 120)


def test_a_time_limit_that_passes_is_told_on_the_full_hour(world: World) -> None:
    arrive(world)
    assert figures(world)["portal_clocks_late"] == 0
    world.clock.forward(days=40)
    told = figures(world)
    assert told["portal_clocks_late"] == told["portal_clocks_unmarked"] > 0
    world.tick()
    world.tick()
    told = figures(world)
    assert (told["portal_clocks_late"] > 0, told["portal_clocks_unmarked"]) == (True, 0)


def test_a_clock_that_ends_within_the_hour_moves_no_figure_before_it_is_over(world: World) -> None:
    arrive(world)
    run(world, "UPDATE clocks SET due_at = '2026-03-02 04:10:00.000000'")
    world.clock.forward(minutes=59)
    assert figures(world)["portal_clocks_late"] == 0
    world.clock.forward(minutes=1)
    assert figures(world)["portal_clocks_late"] > 0


def test_whose_password_is_being_checked_is_counted_and_no_more(world: World) -> None:
    lin = world.visitor()
    lin.get("/review/login")
    lin.post("/review/login", {"username": "lin", "password": PASSWORD, "otp": world.cast["lin"].code(world.clock())})
    told = figures(world)
    assert told["portal_signing_in"] == 0
    with world.house.kdf.turn():
        assert figures(world)["portal_signing_in"] == 1


def test_no_label_tells_on_anybody(world: World) -> None:
    zhou, lin = world.visitor(), world.officer("lin")
    zhou.report()
    lin.get("/review/")
    lin.client.open("/review/", method="OPTIONS", base_url=BASE)
    publish(world)
    labels = {label for name in figures(world) for label in re.findall(r"(\w+)=", name)}
    assert labels == {"le", "method", "status", "within", "version", "python"}
    assert figures(world)["portal_office_request_seconds_count{method=other,status=2xx}"] == 1


def test_it_says_what_is_running(world: World) -> None:
    assert any(f"version={VERSION}" in name for name in figures(world))
