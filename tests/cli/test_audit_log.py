"""`portal audit checkpoint`, `cosign`, `rotate` and `verify --witness`, as they are typed."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from portal.app import create_app
from tests.growing import grow
from tests.world import ORIGIN, World

pytestmark = pytest.mark.sqlite
NAME = "witness.example.cn/1"


@pytest.fixture
def typed(world: World, monkeypatch: pytest.MonkeyPatch, ask):
    """Commands typed on the host of this world, whose ledger is signed."""
    monkeypatch.setenv("PORTAL_HOME", str(world.home))
    world.sign()

    def run(*arguments: str | Path):
        status, out, err = ask("audit", *map(str, arguments))
        assert err.count("\n") <= 1, err
        return status, out, err

    return run


@pytest.fixture
def witness(typed, tmp_path: Path) -> Path:
    """A witness's folder; its verifier key lies beside it."""
    (tmp_path / "log.vkeys").write_text(typed("checkpoint", "--keys")[1], encoding="utf-8")
    folder = tmp_path / "witness"
    status, out, _ = typed("cosign", "--init", "--witness", folder, "--name", NAME, "--log", tmp_path / "log.vkeys")
    assert status == 0
    (tmp_path / "witness.vkey").write_text(out.splitlines()[-1] + "\n", encoding="utf-8")
    return folder


def test_a_checkpoint_goes_to_the_witness_and_comes_back_to_be_verified_against(
    world: World, typed, witness: Path, tmp_path: Path
) -> None:
    request, signed = tmp_path / "request", tmp_path / "signed.note"
    assert typed("checkpoint", "--out", request) == (0, "", "")
    assert typed("cosign", request, "--witness", witness, "--out", signed)[0] == 0
    old = int(signed.read_text("utf-8").splitlines()[1])
    grow(world, old + 9)
    world.sign()
    assert typed("checkpoint", "--old", old, "--out", request)[0] == 0
    status, out, err = typed("cosign", request, "--witness", witness)
    assert (status, out.startswith(f"{ORIGIN}\n{old + 9}\n"), f"{old} → {old + 9}" in err) == (0, True, True)
    assert typed("verify", "--since", signed, "--witness", tmp_path / "witness.vkey")[0] == 0
    bare = tmp_path / "bare"
    typed("checkpoint", "--out", bare)
    status, _, err = typed("verify", "--since", bare, "--witness", tmp_path / "witness.vkey")
    assert (status, NAME in err) == (1, True)
    status, _, err = typed("cosign", bare, "--witness", witness)
    assert status == 0  # as many as it signed last
    status, _, err = typed("cosign", signed, "--witness", witness)
    assert (status, "NOT signed: the log shrank" in err) == (1, True)


@pytest.fixture
def served(world: World) -> Iterator[str]:
    """The public pages, on a port of this machine, on the morning after."""
    grow(world, 300)
    world.sign()
    world.clock.forward(hours=24)
    app = create_app(world.settings, clock=world.clock)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/log"
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["portal"].store.close()


def test_a_witness_reads_the_public_address_every_day(world: World, typed, witness: Path, served: str) -> None:
    status, out, _ = typed("cosign", served, "--witness", witness)
    assert (status, out.splitlines()[1]) == (0, "300")
    grow(world, 900)
    world.sign()
    world.clock.forward(hours=24)
    status, out, _ = typed("cosign", f"{served}/", "--witness", witness)
    assert (status, out.splitlines()[1]) == (0, "900")
    status, _, err = typed("cosign", f"{served}/nowhere", "--witness", witness)
    assert (status, "cannot read" in err) == (1, True)


def test_the_keys_are_handed_over_and_the_witness_is_told(typed, witness: Path, tmp_path: Path) -> None:
    status, out, _ = typed("rotate")
    assert (status, len(out.splitlines())) == (0, 4)
    (tmp_path / "log.vkeys").write_text(typed("checkpoint", "--keys")[1], encoding="utf-8")
    assert typed("cosign", "--witness", witness, "--log", tmp_path / "log.vkeys")[0] == 0
    (tmp_path / "request").write_text(typed("checkpoint")[1], encoding="utf-8")
    assert typed("cosign", tmp_path / "request", "--witness", witness)[0] == 0
    assert typed("verify")[0] == 0


@pytest.mark.usefixtures("witness")
@pytest.mark.parametrize(
    "arguments",
    [
        ("cosign",),
        ("cosign", "--witness", "W"),
        ("cosign", "nothing", "--witness", "W"),
        ("cosign", "ftp://x/log", "--witness", "W"),
        ("cosign", "--init", "--witness", "new", "--name", "x"),
        ("cosign", "--init", "--witness", "new", "--name", "x", "--log", "nothing"),
        ("verify", "--witness", "x+00000000+AAAA"),
        ("checkpoint", "--old", "-1"),
        ("checkpoint", "--out", "/nowhere/there"),
        ("rotate", "--root-key", "nothing"),
    ],
)
def test_bad_usage_is_one_line_that_says_what_to_do(
    typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = typed(*(one.replace("W", "witness") for one in arguments))
    assert (status, out, err.count("\n")) == (2, "", 1)
