"""`portal audit verify` and `export`: what is typed, what is said, and with which status."""

import json
import sys
from uuid import UUID

import click
import pytest

from portal.cli.audit import Bars
from tests.filing import attach, stored
from tests.sending import arrive
from tests.world import World

pytestmark = pytest.mark.sqlite


@pytest.fixture
def home(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """An installation that the commands find."""
    monkeypatch.setenv("PORTAL_HOME", str(world.home))
    world.visitor().report()
    world.sign()
    return world


@pytest.mark.usefixtures("home")
def test_the_ledger_holds_and_what_was_not_read_is_said(ask) -> None:
    status, out, err = ask("audit", "verify")
    assert (status, err) == (0, "")
    assert "the ledger holds" in out
    assert "--deep" in out.splitlines()[-1]
    status, out, err = ask("audit", "verify", "--deep", "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["unread"] == 0


def test_files_are_read_when_asked_and_one_altered_is_status_one_and_one_line(
    home: World, ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    attach(home, arrive(home)[0])
    home.sign()
    assert "1 个文件只点了数" in ask("audit", "verify")[1]
    assert "1 个文件逐个读过" in ask("audit", "verify", "--deep")[1]
    (name,) = stored(home)
    blob = home.home / "blobs" / "files" / name[6:8] / name[6:]
    blob.write_bytes(blob.read_bytes()[::-1])
    status, out, err = ask("audit", "verify", "--deep")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert f"blobs {UUID(hex=name[6:])}: its file was altered" in err
    assert ask("audit", "verify")[0] == 0
    monkeypatch.setenv("PORTAL_BLOB_URL", f"file://{home.home.parent}/not-mounted")
    status, out, err = ask("audit", "verify", "--deep")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "files cannot be read here" in err


def test_the_result_is_entered_when_asked(home: World, ask) -> None:
    assert ask("audit", "verify", "--deep", "--enter")[0] == 0
    (entry,) = (one for one in home.entries() if one["event"] == "verified")
    assert entry["facts"]["deep"] is True
    assert entry["actor"]["kind"] == "system"
    assert ask("audit", "verify", ".", "--enter")[0] == 2


def test_a_bundle_is_made_and_holds_and_neither_is_done_twice_over_another(home: World, ask, tmp_path) -> None:
    folder = str(tmp_path / "bundle")
    status, out, err = ask("audit", "export", folder)
    assert (status, err) == (0, "")
    root = out.splitlines()[-1]
    status, out, err = ask("audit", "verify", folder)
    assert (status, err) == (0, "")
    assert out.splitlines()[-1] == root
    assert home.events()[-1] == "exported"
    status, _, err = ask("audit", "export", folder)
    assert status == 2
    assert "not an empty folder" in err
    assert len(err.splitlines()) == 1


@pytest.mark.usefixtures("home")
def test_a_damaged_bundle_is_status_one_and_one_line(ask, tmp_path) -> None:
    folder = tmp_path / "bundle"
    assert ask("audit", "export", str(folder), "--authority", "office-220100")[0] == 0
    (folder / "root.pub").write_text("")
    status, out, err = ask("audit", "verify", str(folder), "--json")
    assert (status, out) == (1, "")
    assert err.startswith("portal: root.pub: its SHA-256: expected ")
    assert len(err.splitlines()) == 1


@pytest.mark.usefixtures("home")
def test_bad_usage_is_status_two(ask, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for arguments in (
        ("verify", ".", "--deep"),
        ("verify", "nowhere"),
        ("verify", "--since", "nowhere"),
        ("verify", "--witness", "x"),
        ("export",),
        ("export", "new", "--authority", "nobody"),
    ):
        status, out, err = ask("audit", *arguments)
        assert (status, out) == (2, ""), arguments
        assert err


def test_a_bar_is_drawn_on_a_terminal_alone(monkeypatch, capsys) -> None:
    for terminal, drawn in ((False, ""), (True, "entries")):
        monkeypatch.setattr(sys.stderr, "isatty", lambda terminal=terminal: terminal)
        with Bars().phase("entries", 3) as told:
            told(3)
        assert drawn in capsys.readouterr().err
    assert click.get_current_context(silent=True) is None
