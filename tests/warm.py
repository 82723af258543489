"""What a portal that has run for a day has at hand, kept from test to test: compiled addresses, statements and pages.

Tests make a portal each, and would compile the same again each time. None of it depends on what is stored. And what
Argon2id makes of one password, salt and pepper is worked out once: a copied officer signs in with the same three.
"""

import functools
import gc
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from sqlalchemy import Engine, create_engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from crypto import keys
from portal.office.certifying import CertificateBook
from portal.office.directory import DirectoryCache
from portal.office.editions import EditionBook
from portal.office.house import House
from portal.office.kdf import KdfGate
from portal.office.log_keys import LogRoll
from portal.office.newest import NewestBook
from portal.office.newest_file import RowsFile
from portal.settings import Settings
from portal.store import session
from portal.store.blobs import open_blobs

MEMORY, ROOM = Path("/dev/shm"), 3 << 30  # noqa: S108 — each test's folder has a name that was drawn
COMPILED = ("_parts", "_trace", "_converters", "arguments")  # what Werkzeug makes of an address
BUILT = ("_build", "_build_unknown")
STATEMENTS = 5000  # more than there are: one engine forgets at 500


def in_memory() -> None:
    """Files of tests lie in memory where the machine has room there: no test survives a power cut."""
    if "TMPDIR" not in os.environ and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"], tempfile.tempdir = str(MEMORY), None


def up(patch: pytest.MonkeyPatch) -> None:
    """From now on nothing is compiled twice."""
    gc.freeze()  # what was imported stays
    gc.set_threshold(50_000, 20, 20)  # one in eight of the suite's seconds went to looking for rubbish
    patch.setattr(Rule, "compile", _addresses())
    patch.setattr(session, "create_engine", _engines())
    patch.setattr(keys, "_stretch", functools.cache(keys._stretch))
    patch.setattr(Flask, "create_jinja_environment", _environments())


def house(before: House, settings: Settings) -> House:
    """What a portal that was opened now on a copy knows when it has read what another had when it closed.

    What has come since it reads as every portal does. A test of reading it all begins cold.
    """
    seen, read = before.newest, before.directories
    newest = NewestBook(
        seen.keys,
        able=seen.able,
        file=RowsFile.of(settings.home, before.installation, seen.keys),
        _rows=replace(
            seen._rows,
            beside=dict(seen._rows.beside),
            whole={table: set(ids) for table, ids in seen._rows.whole.items()},
            parts={request: set(parts) for request, parts in seen._rows.parts.items()},
        ),
    )
    book = CertificateBook(before.installation, read.book.root, newest, dict(read.book._known), dict(read.book._loaded))
    editions = EditionBook(book, newest, read.editions.policies, read.editions.volumes)
    return replace(
        before,
        directories=DirectoryCache(book, newest, editions, read._last, read._day),
        newest=newest,
        log=LogRoll(before.log.logs, before.log.cosigners),
        kdf=KdfGate(),
        blobs=open_blobs(settings.blob_url, settings.home),
    )


def _addresses() -> Callable[[Rule], None]:
    made: dict[tuple[object, ...], dict[str, Any]] = {}
    compiling = Rule.compile

    def once(rule: Rule) -> None:
        key = (rule.rule, rule.host, rule.subdomain, rule.merge_slashes, *sorted((rule.defaults or {}).items()))
        if key not in made:
            compiling(rule)
            made[key] = {name: getattr(rule, name) for name in COMPILED}
            made[key] |= {name: getattr(rule, name).__func__ for name in BUILT}
        for name in COMPILED:
            setattr(rule, name, made[key][name])
        for name in BUILT:
            setattr(rule, name, made[key][name].__get__(rule))

    return once


def _engines() -> Callable[..., Engine]:
    """Engines of one kind share what they compiled; a statement is known by its dialect, so they share that too."""
    first: dict[str, Engine] = {}

    def create(*arguments: Any, **named: Any) -> Engine:
        made = create_engine(*arguments, **named)
        kind = made.dialect.name
        if kind not in first or first[kind].dialect.server_version_info is None:  # it has never met a server
            first[kind] = made
            made._compiled_cache = LRUCache(STATEMENTS)
        made.dialect, made._compiled_cache = first[kind].dialect, first[kind]._compiled_cache
        return made

    return create


def _environments() -> Callable[[Flask], Environment]:
    pages, making = Pages(), Flask.create_jinja_environment

    def make(app: Flask) -> Environment:
        made = making(app)
        made.bytecode_cache = pages
        return made

    return make


class Pages(BytecodeCache):
    """Pages compiled once, by their source and the tags that were known."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, ...], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get(self._known(bucket))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[self._known(bucket)] = bucket.code

    def _known(self, bucket: Bucket) -> tuple[str, ...]:
        return bucket.key, bucket.checksum, *sorted(bucket.environment.extensions)
