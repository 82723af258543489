"""How the portal was started: entered when it is otherwise than the last time, by names and digests alone."""

from dataclasses import replace

from portal import jobs
from portal.office import configuring
from tests.world import NOON, World

SECRETS = "postgresql+psycopg://shaoyin:geheim-canary@db.invalid/shaoyin"


def begin(world: World, **changes: object) -> tuple[str, ...]:
    settings = replace(world.settings, **changes)
    with world.store.transaction() as session:
        return configuring.enter(session, world.house, settings, now=NOON)


def told(world: World) -> list[dict[str, object]]:
    return [entry["facts"] for entry in world.entries() if entry["event"] == "configured"]


def test_the_first_start_tells_every_setting_and_the_second_nothing(world: World) -> None:
    assert {"host", "port", "database", "public_url", "log_key"} <= set(begin(world))
    assert begin(world) == ()
    (facts,) = told(world)
    assert facts["areas"] == ["intake", "review"]
    assert facts["changed"] == sorted(facts["settings"])


def test_what_is_other_than_at_the_last_start_is_named(world: World) -> None:
    begin(world)
    assert begin(world, host="0.0.0.0", signer_in_run=False) == ("host", "signer")
    assert begin(world) == ("host", "signer")
    assert [facts["changed"] for facts in told(world)[1:]] == [["host", "signer"]] * 2


def test_a_host_of_one_side_is_compared_with_its_own_last_start(world: World) -> None:
    begin(world)
    assert begin(world, areas=frozenset({"intake"}), port=8001)
    assert begin(world) == ()
    assert begin(world, areas=frozenset({"intake"}), port=8001) == ()


def test_no_value_is_told_and_no_password_counts(world: World) -> None:
    begin(world, database_url=SECRETS, metrics_token="geheim-canary")
    changed = {"database_url": SECRETS.replace("geheim", "anders"), "metrics_token": "anders"}
    assert begin(world, **changed) == ()
    assert begin(world, **{**changed, "metrics_token": None}) == ("metrics_token",)
    said = str(world.entries())
    assert not [word for word in ("canary", "db.invalid", world.settings.host, str(world.home)) if word in said]
    world.sign()
    assert world.verify().unsigned == 0


def test_whoever_serves_begins_so(world: World) -> None:
    jobs.begin(world.settings, now=NOON)
    jobs.begin(world.settings, now=NOON)
    assert world.events() == ["configured"]
