"""Whoever drops what keeps the ledger append-only, or switches it off, is noticed by the doctor."""

from portal.office import doctor
from portal.store import triggers
from tests.sending import run
from tests.world import World


def missing(world: World) -> tuple[str, ...]:
    with world.store.reading() as session:
        return triggers.missing(session)


def test_a_trigger_that_is_gone_or_off_is_named(world: World) -> None:
    name = "entries_only_closed"
    assert missing(world) == ()
    run(world, f"ALTER TABLE entries DISABLE TRIGGER {name}" if world.server else f"DROP TRIGGER {name}")
    assert missing(world) == (name,)
    assert world.verify(), "whatever it let through is another matter"
    (found,) = (one for one in doctor.examine(world.settings, now=world.clock()) if one.name == "triggers")
    assert found.level == "failure"
    assert found.said.startswith(f"{name} gone or off")
