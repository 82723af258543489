"""What machines that watch are told: short, true, and nothing of anybody."""

from tests.faults import gone
from tests.sending import arrive, open_case
from tests.visitor import BASE
from tests.world import World


def ask(world: World, path: str) -> tuple[int, str]:
    """While no signer runs."""
    answer = world.app.test_client().get(path, base_url=BASE)
    assert answer.mimetype == "text/plain"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.text


def test_a_portal_in_order_says_so_and_writes_nothing(world: World) -> None:
    world.sign()
    assert ask(world, "/healthz") == (200, "ok\n")
    assert ask(world, "/readyz") == (200, "database: ok\nledger: ok\nfiles: ok\n")
    assert world.events() == []


def test_without_a_database_it_lives_and_is_not_ready(world: World) -> None:
    with gone(world):
        assert ask(world, "/healthz") == (200, "ok\n")
        assert ask(world, "/readyz") == (503, "database: away\n")
    world.sign()
    assert ask(world, "/readyz")[0] == 200


def test_while_nobody_signs_it_is_not_ready(world: World) -> None:
    _, case_id = arrive(world)
    open_case(world, "lin", case_id)
    world.clock.forward(minutes=6)
    assert ask(world, "/readyz") == (503, "database: ok\nledger: not being signed\nfiles: ok\n")
    world.sign()
    assert ask(world, "/readyz")[0] == 200


def test_a_portal_that_cannot_take_files_is_ready_all_the_same_and_says_so(world: World) -> None:
    """Reports can be received: no host is taken out of service for a bucket."""
    world.sign()
    (world.home / "blobs").touch()
    assert ask(world, "/readyz") == (200, "database: ok\nledger: ok\nfiles: not being taken\n")
