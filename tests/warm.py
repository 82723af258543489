"""What a portal that has run for a day has at hand, kept from test to test: compiled addresses, statements and pages.

Tests make a portal each, and would compile the same again each time. None of it depends on what is stored.
"""

from collections.abc import Callable
from types import CodeType
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from sqlalchemy import Engine, create_engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from portal.store import session

STATEMENTS = 5000  # more than there are: one engine forgets at 500


def up(patch: pytest.MonkeyPatch) -> None:
    """From now on nothing is compiled twice."""
    patch.setattr(Rule, "_compile_builder", _addresses())
    patch.setattr(session, "create_engine", _engines())
    patch.setattr(Flask, "create_jinja_environment", _environments())


def _addresses() -> Callable[..., Callable[..., tuple[str, str]]]:
    made: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}
    compiling = Rule._compile_builder

    def once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:  # noqa: FBT001, FBT002
        key = (rule.rule, append_unknown, *rule._trace, *sorted((rule.defaults or {}).items()))
        return made.get(key) or made.setdefault(key, compiling(rule, append_unknown))

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
