"""The address people know: the setting decides scheme and host, no header does."""

from pathlib import Path

import pytest

from tests.world import Template, World

pytestmark = pytest.mark.sqlite


@pytest.fixture
def behind_tls(template: Template, tmp_path: Path):
    """A portal whose proxy ends TLS and was not named as trusted."""
    world = World.copy(template, tmp_path / "home", PORTAL_PUBLIC_URL="https://report.example.cn")
    yield world
    world.close()


@pytest.mark.parametrize("host", ["report.example.cn", "evil.example", "127.0.0.1:8000"])
def test_redirects_and_pages_name_the_public_host_alone(behind_tls: World, host: str) -> None:
    client = behind_tls.app.test_client()
    moved = client.get("/review", headers={"Host": host})
    assert moved.headers["Location"] == "https://report.example.cn/review/"
    answer = client.get("/", headers={"Host": host})
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")
    assert "evil" not in answer.text


def test_on_this_machine_the_address_is_the_one_that_was_asked(world: World) -> None:
    answer = world.app.test_client().get("/", headers={"Host": "localhost:8111"})
    assert answer.status_code == 200
    assert "Strict-Transport-Security" not in answer.headers
