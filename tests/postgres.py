"""A PostgreSQL of the tests' own: `$TEST_DATABASE_URL`, or Debian's binaries on a socket in a folder of its own."""

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

BINARIES = Path("/usr/lib/postgresql")
MISSING = "no PostgreSQL for the tests: apt-get install -y postgresql, or set TEST_DATABASE_URL=postgresql+psycopg://…"
USER = "postgres"
# What SQLite has and the tests' statements use.
FUNCTIONS = """
CREATE FUNCTION zeroblob(n int) RETURNS bytea LANGUAGE sql AS $$ SELECT decode(repeat('00', n), 'hex') $$;
CREATE FUNCTION randomblob(n int) RETURNS bytea LANGUAGE sql AS
  $$ SELECT substring(decode(string_agg(md5(random()::text), ''), 'hex') FOR n) FROM generate_series(1, n / 16 + 1) $$;
"""


@dataclass
class Postgres:
    """A server, and databases on it by name."""

    address: URL
    folder: Path | None = None
    durable: bool = False

    @classmethod
    def start(cls, *, durable: bool = False) -> Self:
        """The server that was named, or one of our own; a machine without any is told so.

        `durable`: as one runs it for real, for measuring; tests survive no power cut.
        """
        named = os.environ.get("TEST_DATABASE_URL")
        if named and not durable:
            return cls(make_url(named))
        versions = sorted(BINARIES.glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
        if not versions:
            pytest.fail(MISSING, pytrace=False)
        folder = Path(tempfile.mkdtemp(prefix="shaoyin-pg-"))
        server = cls(URL.create("postgresql+psycopg", USER, query={"host": str(folder)}), folder, durable)
        if os.getuid() == 0:
            shutil.chown(folder, USER, USER)
        server._run(versions[-1], "-D", str(folder / "data"), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync")
        server.up()
        return server

    @property
    def options(self) -> str:
        """What it is started with."""
        settings = "-c listen_addresses= -c max_connections=300"
        if not self.durable:
            settings += " -c fsync=off -c full_page_writes=off -c max_wal_size=128MB"
        return f"{settings} -c unix_socket_directories={self.folder}"

    def _run(self, program: Path, *arguments: str) -> None:
        command = [str(program), *arguments]
        if os.getuid() == 0:  # PostgreSQL refuses to run as root
            command = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", *command]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self.folder)

    def _control(self, *arguments: str) -> None:
        programs = sorted(BINARIES.glob("*/bin/pg_ctl"), key=lambda path: float(path.parts[-3]))
        folder = self.folder or Path()
        self._run(programs[-1], "-D", str(folder / "data"), "-w", "-l", str(folder / "log"), *arguments)

    def stop(self) -> None:
        """End it, and its folder."""
        self.admin.close()
        if self.folder is not None:
            self._control("stop", "-m", "immediate")
            shutil.rmtree(self.folder)

    def restart(self) -> None:
        """What an operator does to it in the middle of the day."""
        self.admin.close()
        del self.admin
        self._control("restart", "-m", "immediate")

    def down(self, mode: str) -> None:
        """Stop it, `fast` or `immediate`, and leave it so."""
        if self.folder is None:
            pytest.fail("this needs a server that it may stop: unset TEST_DATABASE_URL", pytrace=False)
        self.admin.close()
        del self.admin
        self._control("stop", "-m", mode)

    def up(self) -> None:
        """Start it again."""
        self._control("start", "-o", self.options)

    @property
    def pid(self) -> int:
        """The server's first process."""
        return int((self.folder or Path()).joinpath("data/postmaster.pid").read_text().split()[0])

    def connect(self, name: str) -> psycopg.Connection:
        """A connection of one's own."""
        address = self.address.set(drivername="postgresql", database=name)
        return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)

    @cached_property
    def admin(self) -> psycopg.Connection:
        """To make and drop databases with."""
        return self.connect(self.address.database or "postgres")

    def url(self, name: str) -> str:
        """For PORTAL_DATABASE_URL."""
        return self.address.set(database=name).render_as_string(hide_password=False)

    def make(self, template: str = "template0") -> str:
        """A database, as a copy of another."""
        name = f"test_{uuid4().hex}"
        strategy = "" if template == "template0" else " STRATEGY file_copy"
        self.admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"{strategy}')
        if template == "template0":
            with self.connect(name) as connection:
                connection.execute(FUNCTIONS)
        return name

    def drop(self, name: str) -> None:
        """Take it away, whoever still looks at it."""
        self.admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
