"""Every command leaves the entries that the table says, none says a secret, and nothing is missing in the table."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from sqlalchemy import select

from bench import server
from portal.cli import COMMANDS as NAMES
from portal.cli import portal as command
from portal.domain.audit import EVENTS
from portal.office import replaying
from portal.store.ledger import Entry
from tests.cli.test_desk import Home, printed
from tests.commands import COMMANDS, JOBS
from tests.editions import NOTICE
from tests.waiting import PATIENCE
from tests.web.routes import ROUTES
from tests.witness import declared, said

pytestmark = pytest.mark.sqlite
APART = {"demo", "upgrade", "audit prove", "audit cosign"}  # performed in tests of their own
JOURNAL = Path(__file__).parent.parent.parent / "portal" / "jobs.py"
# Whoever is refused anything, wherever; and what earlier versions left.
SEPARATELY = {"passkey_doubted", "refused", "payouts_listed"}


def leaves(group: click.Group, context: click.Context) -> Iterator[str]:
    """Every command that does something, with the groups it stands in."""
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from (f"{name} {one}" for one in leaves(found, context))
        else:
            yield name


def test_every_command_has_a_row_and_every_row_a_command_and_a_reason() -> None:
    assert set(leaves(command, click.Context(command))) == set(COMMANDS)
    assert {name.partition(" ")[0] for name in COMMANDS} == set(NAMES)
    for name, row in {**COMMANDS, **JOBS}.items():
        assert row.events or row.why, name
        assert {*row.events.split(), *row.others.split()} <= EVENTS.keys(), name


def test_every_piece_of_background_work_has_a_row() -> None:
    calls = [node for node in ast.walk(ast.parse(JOURNAL.read_text())) if isinstance(node, ast.Call)]
    done = {one.args[0].value for one in calls if isinstance(one.func, ast.Name) and one.func.id == "done"}
    assert done == set(JOBS)


def test_every_event_is_left_by_a_route_a_command_or_a_job() -> None:
    routes = {event for endpoint in ROUTES for event in declared(endpoint)}
    others = {
        event for row in (*COMMANDS.values(), *JOBS.values()) for event in (row.events + " " + row.others).split()
    }
    assert EVENTS.keys() - SEPARATELY == routes | others


class Watched(Home):
    """A real installation whose commands are each followed by a look at the ledger."""

    def __init__(self, tmp_path: Path, ask) -> None:
        super().__init__(tmp_path, ask)
        self.seen = 0
        self.performed: dict[str, set[str]] = {"init": {one["event"] for one in self.news()}}

    def news(self) -> list[dict[str, object]]:
        """The entries since one looked last."""
        with self.store.reading() as session:
            wanted = select(Entry.opening).where(Entry.index >= self.seen).order_by(Entry.index)
            found = [json.loads(opening) for opening in session.scalars(wanted)]
        self.seen += len(found)
        return found

    def do(self, name: str, *arguments: str, status: int = 0) -> str:
        """Type a command and look."""
        self.news()
        code, out, err = self.ask(*name.split(), *arguments)
        assert code == status, err
        self.performed.setdefault(name, set()).update(str(one["event"]) for one in self.news())
        return out

    def run(self, output: Path) -> None:
        """Start the server twice, and end it: the second time nothing is other than it was."""
        self.news()
        port, starts = server.free_port(), []
        for _ in range(2):
            started = server.portal(self.path / "home", port, output).process
            started.kill()
            started.wait(PATIENCE)
            starts.append({str(one["event"]) for one in self.news()})
        assert starts[1] == set()
        self.performed["run"] = starts[0]


@pytest.fixture
def home(tmp_path, monkeypatch, ask) -> Iterator[Watched]:
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "home"))
    made = Watched(tmp_path, ask)
    yield made
    made.store.close()


def test_a_command_leaves_the_entries_that_the_table_says(home: Watched, tmp_path: Path) -> None:
    member = home.enrol("zhu", printed(home.do("officer invite", "zhu", "office-220000", *home.root)))
    fingerprint = home.fingerprint("zhu")
    home.do("officer certify", "zhu", "--fingerprint", fingerprint, *home.root)
    home.do("desk recover", "office-220000", "custody", "--to", "zhu", *home.shares("custody"))
    home.do("recovery drill", "custody", *home.shares("custody"))
    anew = ["--recovery-dir", f"{tmp_path}/anew"]
    home.do("recovery replace", "custody", *home.root, *anew, *home.shares("custody"))
    home.do("officer code", "lin", *home.root)
    for name in ("audit verify", "audit replay", "policy list", "tick"):
        home.do(name)
    home.do("audit export", str(tmp_path / "bundle"))
    home.do("audit checkpoint", "--out", str(tmp_path / "checkpoint"))
    home.do("audit rotate")
    home.do("doctor", status=1)  # not everybody has enrolled
    (tmp_path / "facts.json").write_text("{}", encoding="utf-8")
    home.do("reward assess", str(tmp_path / "facts.json"))
    home.do("clock due", "C05", "2026-03-02T09:00:00+08:00")
    home.do("policy check", "portal/policy/holidays/2026.toml")
    (tmp_path / "2027.toml").write_text(NOTICE, encoding="utf-8")
    home.do("policy add-holidays", str(tmp_path / "2027.toml"))
    home.run(tmp_path / "output.txt")
    assert home.performed.keys() == COMMANDS.keys() - APART
    for name, events in home.performed.items():
        row = COMMANDS[name]
        wanted = set(row.events.split())
        assert wanted <= events <= wanted | set(row.others.split()), (name, events)
    home.seen = 0
    secrets = [
        word for name in ("custody", "all-else") for path in home.shares(name) for word in [Path(path).read_text()]
    ]
    codes = [line.rpartition("\t")[2] for line in (tmp_path / "codes").read_text().splitlines()[1:]]
    assert list(said(home.news(), [*secrets, *codes, member.keys.signing.seed.hex(), str(tmp_path)])) == []
    assert replaying.replay(home.store).differences == ()
