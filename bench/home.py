"""An installation to measure: a demonstration on either engine, its store for filling, its server, its officers."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self
from uuid import UUID

import pyotp
from sqlalchemy import select
from sqlalchemy.engine import make_url

from bench import fill, server
from bench.server import Server
from crypto.receipt import Receipt
from portal.office import checkpoints
from portal.office.checkpoints import LogKeys
from portal.office.house import House
from portal.office.opening import open_house
from portal.settings import Settings
from portal.store.reports import Receipt as Row
from portal.store.reports import Report
from portal.store.session import Store, open_store
from tests.postgres import Postgres

WORKERS = 2


@dataclass
class Home:
    """One installation."""

    path: Path
    environ: dict[str, str]
    database: Postgres | None

    @classmethod
    def demo(cls, path: Path, database: Postgres | None) -> Self:
        """A demonstration; one that is there already is kept."""
        environ = {"PORTAL_HOME": str(path)}
        if database is not None:
            environ["PORTAL_DATABASE_URL"] = database.url(database.make())
        made = cls(path, environ, database)
        if not path.exists():
            made.command("demo")
        return made

    def command(self, *arguments: str, seconds: list[float] | None = None) -> None:
        """One of the portal's commands."""
        began = time.perf_counter()
        command = [sys.executable, "-m", "portal", *arguments]
        subprocess.run(command, env={**os.environ, **self.environ}, check=True, capture_output=True)
        if seconds is not None:
            seconds.append(time.perf_counter() - began)

    @contextmanager
    def opened(self) -> Iterator[tuple[Store, House]]:
        """What fills it."""
        settings = Settings.from_environ(self.environ)
        with closing(open_store(settings.database_url)) as store:
            yield store, open_house(settings, store)

    def fill(self, size: int) -> tuple[str, float]:
        """Cases up to a size: (a code, seconds)."""
        began = time.perf_counter()
        with self.opened() as (store, house):
            code = fill.cases(store, house, size)
        self.settle()
        return code, round(time.perf_counter() - began, 1)

    def case_of(self, code: str) -> UUID:
        """The case that a code leads to."""
        with self.opened() as (store, house), store.reading() as session:
            mine = select(Report.case_id).join(Row, Row.report_id == Report.id)
            return session.scalars(mine.where(Row.lookup == Receipt.parse(code).lookup(house.installation))).one()

    def settle(self) -> None:
        """What would have happened by itself: entries are signed, tables analysed."""
        self.command("tick")  # signs: until then nothing is revealed
        if self.database is not None:
            name = make_url(self.environ["PORTAL_DATABASE_URL"]).database or ""
            with self.database.connect(name) as connection:
                connection.execute("ANALYZE")  # as autovacuum would have by then

    def sign(self) -> None:
        """The ledger alone: a tick would also take up the alarms of every case that was filled in."""
        settings = Settings.from_environ(self.environ)
        with self.opened() as (store, _), store.transaction() as session:
            checkpoints.sign(session, LogKeys.read(settings), now=datetime.now(UTC))

    @contextmanager
    def served(self) -> Iterator[Server]:
        """`portal run` on it."""
        target = server.portal(self.path, PORTAL_WORKERS=str(WORKERS), **self.environ)
        target.database = self.database.pid if self.database else None
        try:
            yield target
        finally:
            target.stop()

    @contextmanager
    def floor(self) -> Iterator[Server]:
        """A bare page beside it."""
        target = server.floor(self.path.parent, WORKERS)
        try:
            yield target
        finally:
            target.stop()

    def accounts(self) -> list[dict[str, Any]]:
        """The cast of the demonstration."""
        found: list[dict[str, Any]] = json.loads((self.path / "demo-accounts.json").read_text(encoding="utf-8"))
        return found

    def officer(self, username: str = "") -> dict[str, str]:
        """What an officer, or else the intake officer of 长春, types now."""
        account = next(one for one in self.accounts() if one["username"] == (username or "changchun-intake"))
        code = pyotp.TOTP(account["totp_secret"]).at(datetime.now(UTC))
        return {"username": account["username"], "password": account["password"], "otp": str(code)}
