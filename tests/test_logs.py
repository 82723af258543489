"""What is logged: one line per event, the place and kind of what went wrong, and nothing that anybody typed or is."""

import ast
import http.client
import json
import logging
import os
import re
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy.exc import StatementError

from bench.server import free_port
from portal import logs
from portal.domain.errors import LedgerError, NotStoredError
from tests.canary import found
from tests.waiting import PATIENCE
from tests.world import Template, World

pytestmark = pytest.mark.sqlite

ROOT = Path(__file__).parent.parent
CANARY = "canary-5b2e"
LINE = re.compile(r"^\{.*\}$")
KEYS = {"time", "level", "logger", "process", "message", "errors", "frames"}
SPOKEN = {"type(error).__name__", "type(refusal).__name__", "type(fault).__name__", "request.endpoint"}
NAMES = {"kind", "error", "refusal"}  # a word of our own, or an error, of which the formatter tells the kind

SERVER = """
import logging, os, threading, warnings
from flask import Response, abort, request
from sqlalchemy import text
from portal.app import create_app
from portal.serving import Server, listen
from portal.settings import Settings
from portal.web.requests import portal, reading

CANARY = os.environ["CANARY"]

def ask(store):
    with store.engine.connect() as connection:
        return connection.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": CANARY})

def report():
    kind = request.args["kind"]
    if kind == "value":
        raise ValueError(request.form["field"])
    if kind == "database":
        ask(portal().store)
    if kind == "store":
        with reading() as session:
            session.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": CANARY})
    if kind == "warning":
        warnings.warn(f"of {CANARY}")
    if kind == "thread":
        thread = threading.Thread(target=ask, args=(portal().store,))
        thread.start()
        thread.join()
    if kind == "foreign":
        logging.getLogger("sqlalchemy.engine").error("parameters %s", CANARY, exc_info=ValueError(CANARY))
    if kind == "unreadable":
        logging.getLogger("portal.tests").error("%d of %d", CANARY)
    if kind == "streamed":
        return Response((1 / 0 if part else CANARY for part in (0, CANARY)), mimetype="text/plain")
    return "done"

def make(settings):
    app = create_app(settings)
    app.add_url_rule("/privacy/<name>", "intake.fault", lambda name: report(), methods=["POST"])
    @app.after_request
    def after(response):
        if request.args.get("kind") == "after":
            raise ValueError(request.headers["X-Canary"])
        return response
    @app.teardown_request
    def teardown(error):
        if request.args.get("kind") == "teardown":
            raise ValueError(request.path)
    return app

settings = Settings.from_environ(os.environ)
Server(settings, listen(settings), make).run()
"""
KINDS = ("value", "database", "store", "warning", "thread", "foreign", "unreadable", "streamed", "after", "teardown")


def record(name: str, message: object, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    exc_info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord(name, logging.ERROR, "/some/module.py", 7, message, args, exc_info)


def raised(error: Exception, behind: Exception | None = None) -> Exception:
    try:
        raise error from behind
    except type(error) as caught:
        return caught


def line(form: str, *args: object, **kwargs: object) -> str:
    return logs.DiscreetFormatter(form).format(record(*args, **kwargs))


def ask(port: int, kind: str) -> None:
    """Every part of the request carries the canary."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as client:
        headers = {
            "X-Canary": CANARY,
            "Cookie": f"__Host-form={CANARY}",
            "User-Agent": CANARY,
            "Referer": f"http://127.0.0.1/{CANARY}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        client.request("POST", f"/privacy/{CANARY}?kind={kind}&q={CANARY}", f"field={CANARY}", headers)
        try:
            client.getresponse().read()
        except (http.client.HTTPException, ConnectionError):
            assert kind in {"streamed", "teardown"}


def test_whatever_goes_wrong_no_line_of_the_server_holds_what_came_with_the_request(
    template: Template, tmp_path: Path
) -> None:
    world = World.copy(template, tmp_path / "home")
    port = free_port()
    environ = {"PORTAL_HOME": str(world.home), "PORT": str(port), "CANARY": CANARY, "PATH": os.environ["PATH"]}
    output = tmp_path / "output.txt"
    with (
        output.open("wb") as sink,
        subprocess.Popen(
            [sys.executable, "-c", SERVER], cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=sink
        ) as server,
    ):
        assert str(port).encode() in server.stdout.readline()
        for kind in KINDS:
            ask(port, kind)
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as client:
            client.request("GET", f"/{CANARY}", headers={"Transfer-Encoding": CANARY})
            assert client.getresponse().status in {400, 501}
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=PATIENCE)
    world.close()
    assert found([output], [CANARY]) == []
    lines = output.read_text().splitlines()
    said = [json.loads(line) for line in lines]
    assert all(set(one) <= KEYS for one in said)
    assert next(one["errors"] for one in said if one["logger"] == "portal.errors") == ["ValueError"]
    kinds = {error for one in said for error in one.get("errors", ())}
    assert {"ValueError", "OperationalError", "ZeroDivisionError"} <= kinds
    assert {"a request failed", "an error was not caught"} <= {one["message"] for one in said}
    assert len(said) >= len(KINDS) - 1  # a store that fails is a page
    assert "127.0.0.1" not in output.read_text()


@pytest.mark.parametrize("form", logs.FORMATS)
def test_a_sentence_of_ours_is_told_with_what_stands_in_it(form: str) -> None:
    one = UUID(int=7)
    assert f"grant {one} of 3 does not open" in line(form, "portal.keyring", "grant %s of %d does not open", one, 3)


@pytest.mark.parametrize("form", logs.FORMATS)
def test_an_error_is_told_by_its_kind_and_those_behind_it(form: str) -> None:
    behind = raised(StatementError(CANARY, f"SELECT {CANARY}", {"name": CANARY}, ValueError(CANARY)))
    error = raised(NotStoredError(CANARY), behind)
    for said in (
        line(form, "portal.errors", "it broke", error=error),
        line(form, "portal.errors", "it broke: %s", error),
        line(form, "sqlalchemy.pool", f"of {CANARY}", error=error),
        line(form, "gunicorn.error", "Error handling request %s", f"/{CANARY}", error=error),
    ):
        assert CANARY not in said
        assert "NotStoredError" in said
    told = logs.told(record("portal.errors", "it broke", error=error))
    assert told["errors"] == ["NotStoredError", "StatementError"]
    assert all(re.fullmatch(r"[\w.]+:\d+", frame) for frame in told["frames"])


def test_what_the_ledger_says_of_itself_is_told() -> None:
    assert "entry 4 is missing" in line(logs.PLAIN, "portal.jobs", "cannot: %s", LedgerError("entry 4 is missing"))


@pytest.mark.parametrize("name", ["gunicorn.error", "py.warnings", "portal.app", "flask_limiter", "portalx"])
def test_of_what_others_say_only_the_place_is_told(name: str) -> None:
    said = line(logs.PLAIN, name, f"Exception on /{CANARY} [POST]: %s", CANARY)
    assert CANARY not in said
    assert f"{name}: said at module:7" in said


def test_of_its_processes_gunicorn_may_speak() -> None:
    said = line(logs.PLAIN, "gunicorn.error", "Worker (pid:%s) was sent %s! Perhaps out of memory?", 12, "SIGKILL")
    assert "Worker (pid:12) was sent SIGKILL! Perhaps out of memory?" in said


def test_a_line_is_one_line() -> None:
    for form in logs.FORMATS:
        assert "\n" not in line(form, "portal.jobs", "a\nb %s", "c\nd\r\x1b[31m")
    assert LINE.fullmatch(line(logs.JSON, "portal.jobs", "消息 %s", "\x1b[31m")).group().isascii()


def test_what_we_log_is_a_constant_sentence_with_kinds_and_ids_alone() -> None:
    calls, strange = 0, []
    for path in sorted((ROOT / "portal").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log.")):
                continue
            calls += 1
            message, *args = node.args
            sound = isinstance(message, ast.Constant) and all(map(_plain, args))
            extra = [one for one in node.keywords if ast.unparse(one) != "extra={'place': place(error)}"]
            if not sound or extra:
                strange.append(f"{path.name}:{node.lineno}")
    assert strange == []
    assert calls > 10


def _plain(node: ast.expr) -> bool:
    said = ast.unparse(node)
    return said in SPOKEN or (isinstance(node, ast.Name) and node.id in NAMES) or said.endswith(".id")


def test_a_process_that_dies_of_an_error_tells_its_kind_alone() -> None:
    script = f"from portal import logs; logs.install(None); raise ValueError('{CANARY}')"
    died = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert died.returncode == 1
    assert json.loads(died.stderr)["errors"] == ["ValueError"]
    assert CANARY not in died.stderr
