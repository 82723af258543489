"""The command itself: its help, its exit statuses, and one line for whatever it refuses."""

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from portal import cli
from portal.domain.errors import LedgerError, StartError

ROOT = Path(__file__).parent.parent.parent


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    captured = capsys.readouterr()
    return end.value.code, captured.out, captured.err


@pytest.fixture
def refusing(monkeypatch):
    """A command that refuses with whatever it is given."""

    def install(refusal):
        @click.command("run")
        def command():
            raise refusal

        monkeypatch.setattr(cli.LazyGroup, "get_command", lambda *_: command)

    return install


def test_help_lists_every_command(capsys):
    status, out, _ = run(capsys, "--help")
    assert status == 0
    assert [name for name in cli.COMMANDS if f"\n  {name} " not in out] == []


def test_no_command_is_bad_usage_and_shows_the_help(capsys):
    status, _, err = run(capsys)
    assert status == 2
    assert "Commands:" in err


@pytest.mark.parametrize("arguments", [["nosuch"], ["run", "--nosuch"], ["clock", "due", "C05"]])
def test_bad_usage_is_one_line_and_status_2(capsys, arguments):
    status, out, err = run(capsys, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("portal: ")


def test_a_configuration_that_makes_no_sense_is_one_line_and_status_2(capsys, monkeypatch):
    monkeypatch.setenv("PORT", "eight")
    status, out, err = run(capsys, "run")
    assert (status, out) == (2, "")
    assert err == "portal: PORT must be a whole number from 1 to 65535, not 'eight'\n"


@pytest.mark.parametrize(("refusal", "status"), [(StartError("do\nthat"), 2), (LedgerError("do\nthat"), 1)])
def test_a_refusal_is_one_line_without_a_traceback(capsys, refusing, refusal, status):
    refusing(refusal)
    assert run(capsys, "run") == (status, "", "portal: do that\n")


def test_an_interruption_is_no_error_of_ours(capsys, refusing):
    refusing(KeyboardInterrupt())
    assert run(capsys, "run")[0] == 130


def test_the_package_runs_as_a_module_and_names_what_lacks(tmp_path):
    environ = {"PATH": os.environ["PATH"], "PORTAL_HOME": str(tmp_path / "nowhere")}
    done = subprocess.run(
        [sys.executable, "-m", "portal", "run"], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "portal demo" in done.stderr
    assert not (tmp_path / "nowhere").exists()


def test_the_help_loads_neither_server_nor_database():
    script = (
        "import sys; from portal.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(sorted({'flask', 'gunicorn', 'sqlalchemy', 'cryptography'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_what_serves_loads_nothing_that_only_commands_need():
    """Each process keeps what it has loaded: Alembic brings Mako and Pygments, a decoder some libraries of C."""
    script = (
        "import sys; import portal.serving, portal.jobs, portal.app, portal.intake.views, portal.review.views\n"
        "from portal.store import migrate\n"
        "print(sorted({'alembic', 'mako', 'pygments', 'PIL', 'pypdfium2'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
