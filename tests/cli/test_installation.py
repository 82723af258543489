"""The commands on an installation: what they print for people and programs, and how they refuse."""

import http.client
import json
import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bench.server import free_port

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60


@pytest.fixture
def home(template, tmp_path, monkeypatch):
    """A real installation, and an environment that points to it."""
    copy = tmp_path / "home"
    shutil.copytree(template.home, copy)
    monkeypatch.setenv("PORTAL_HOME", str(copy))
    monkeypatch.delenv("PORT", raising=False)
    return copy


def spoil(home, statement):
    with closing(sqlite3.connect(home / "portal.sqlite")) as connection, connection:
        connection.execute(statement)


@pytest.mark.usefixtures("home")
def test_a_sound_ledger_verifies_for_people_and_programs(ask):
    status, out, _ = ask("audit", "verify")
    assert status == 0
    assert "台账完好" in out
    verdict = json.loads(ask("audit", "verify", "--json")[1])
    assert verdict["entries"] > 0
    assert re.fullmatch(r"[0-9a-f]{64}", verdict["root"])


def test_a_row_changed_behind_its_back_fails_verification_in_one_line(home, ask):
    spoil(home, "UPDATE officers SET username = 'lin2' WHERE username = 'lin'")
    status, out, err = ask("audit", "verify")
    assert (status, out, err.count("\n")) == (1, "", 1)
    assert "officers" in err


@pytest.mark.usefixtures("home")
def test_a_checkpoint_kept_outside_that_is_none_fails_in_one_line(ask, tmp_path):
    (tmp_path / "note").write_text("nothing signed\n")
    status, _, err = ask("audit", "verify", "--since", str(tmp_path / "note"))
    assert (status, err.count("\n")) == (1, 1)


@pytest.mark.usefixtures("home")
def test_the_tick_signs_and_may_be_run_twice(ask):
    assert ask("tick")[0] == 0
    first = json.loads(ask("audit", "verify", "--json")[1])
    assert ask("tick")[0] == 0
    assert first["unsigned"] == 0
    assert json.loads(ask("audit", "verify", "--json")[1])["entries"] == first["entries"]


@pytest.mark.usefixtures("home")
def test_the_doctor_finds_a_ticked_installation_well(ask):
    ask("tick")
    status, out, _ = ask("doctor", "--json")
    found = json.loads(out)
    assert (status, found["ok"]) == (0, True)
    assert {check["level"] for check in found["checks"]} <= {"ok", "warning"}


def test_the_doctor_says_what_fails_and_exits_with_1(home, ask):
    (home / "root.pub").unlink()
    status, out, _ = ask("doctor", "--json")
    assert status == 1
    assert not json.loads(out)["ok"]


@pytest.mark.parametrize("command", [["run"], ["tick"], ["audit", "verify"]])
def test_a_database_of_another_age_is_refused_in_one_line(home, ask, command):
    spoil(home, "UPDATE alembic_version SET version_num = '0000'")
    status, _, err = ask(*command)
    assert (status, err.count("\n")) == (2, 1)
    assert "0000" in err


@pytest.mark.parametrize("command", [["run"], ["tick"], ["audit", "verify"]])
def test_a_database_that_has_gone_is_refused_and_not_made_anew(home, ask, command):
    (home / "portal.sqlite").unlink()
    status, _, err = ask(*command)
    assert (status, err.count("\n")) == (2, 1)
    assert not (home / "portal.sqlite").exists()


def test_a_demonstration_is_refused_in_a_home_that_is_not_empty(home, ask):
    before = sorted(path.name for path in home.iterdir())
    status, _, err = ask("demo")
    assert (status, err.count("\n")) == (2, 1)
    assert sorted(path.name for path in home.iterdir()) == before


@pytest.mark.usefixtures("home")
def test_serving_other_machines_over_plain_http_is_refused(ask, monkeypatch):
    monkeypatch.setenv("PORTAL_HOST", "0.0.0.0")
    status, _, err = ask("run")
    assert (status, err.count("\n")) == (2, 1)


def portal(*arguments, **environ):
    environ = {"PATH": os.environ["PATH"], **environ}
    command = [sys.executable, "-m", "portal", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def fetch(port, path):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as client:
        client.request("GET", path)
        return client.getresponse().status


def test_the_pages_are_served_a_second_server_is_refused_and_stopping_is_clean(home):
    port = free_port()
    server = portal("run", PORTAL_HOME=str(home), PORT=str(port))
    assert f"http://127.0.0.1:{port}/" in server.stdout.readline()
    assert [fetch(port, path) for path in ("/", "/report", "/mailbox", "/review/login")] == [200] * 4
    second = portal("run", PORTAL_HOME=str(home), PORT=str(port))
    _, err = second.communicate(timeout=PATIENCE)
    assert (second.returncode, err.count("\n")) == (1, 1)
    assert str(port) in err
    server.send_signal(signal.SIGTERM)
    out, err = server.communicate(timeout=PATIENCE)
    assert (server.returncode, out, err) == (0, "", "")


def test_a_host_of_the_public_side_alone_serves_no_office_page_and_needs_no_pepper(home):
    (home / "pepper.key").unlink()
    (home / "log.key").unlink()
    port = free_port()
    server = portal("run", PORTAL_HOME=str(home), PORT=str(port), PORTAL_AREAS="intake", PORTAL_SIGNER="no")
    server.stdout.readline()
    assert [fetch(port, path) for path in ("/", "/review/login")] == [200, 404]
    server.terminate()
    assert server.communicate(timeout=PATIENCE)[1] == ""


def test_a_demonstration_is_whole_closed_to_others_only_for_loopback_and_has_no_recovery_keys(tmp_path):
    home = tmp_path / "demo"
    made = portal("demo", PORTAL_HOME=str(home))
    out, _ = made.communicate(timeout=120)
    assert made.returncode == 0
    assert str(home / "demo-accounts.json") in out
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    accounts = json.loads((home / "demo-accounts.json").read_text(encoding="utf-8"))
    assert {tuple(sorted(account)) for account in accounts} == {
        ("authority", "duties", "password", "totp_secret", "username")
    }
    opened = portal("run", PORTAL_HOME=str(home), PORTAL_HOST="0.0.0.0", PORTAL_PUBLIC_URL="https://portal.example.cn")
    _, err = opened.communicate(timeout=PATIENCE)
    assert (opened.returncode, err.count("\n")) == (2, 1)
    assert "demonstration" in err
    (tmp_path / "paper.txt").write_text("custody " * 33)
    drilled = portal("recovery", "drill", "custody", str(tmp_path / "paper.txt"), PORTAL_HOME=str(home))
    _, err = drilled.communicate(timeout=PATIENCE)
    assert (drilled.returncode, "has no recovery keys" in err) == (2, True)
