"""From a parsed file of rewards to its edition: each term and row with its article; all faults are said together."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any

from portal.domain.rewards_shape import Row, Rules
from portal.domain.rewards_terms import NOTICE_DAYS, Provision, Terms
from portal.domain.rewards_values import TERMS, disagreements, term
from portal.policy.editions import RewardEdition
from portal.policy.reader import Faults, Table
from portal.policy.reason_lists import Heading

SURE = ("A", "B", "C", "R")
_NO_PROVISION = Provision("", "")
# What editions that were adopted before a term was there stand on; it is shown as to be confirmed.
LATER: Mapping[str, tuple[object, Provision]] = MappingProxyType(
    {"notice_days": (NOTICE_DAYS, Provision("民事诉讼法 第九十五条（公告送达）；这个版本没有写", "C"))}
)


def rewards(table: Table) -> RewardEdition:
    """Build an edition: every term stands there with its article, every row too, and they do not contradict."""
    faults = Faults()
    name, source, zh, en, ko = (
        faults.attempt(partial(table.text, key), "") for key in ("edition", "source", "zh", "en", "ko")
    )
    effective = faults.attempt(lambda: table.day("effective"), date.min)
    note = faults.attempt(lambda: table.text("note", default=""), "")
    confirmed = faults.attempt(lambda: table.flag("confirmed"), instead=False)
    values, provisions = _terms(_part(table, "terms", faults), faults)
    rows = _rows(_part(table, "rows", faults), faults)
    faults.leftover(table)
    faults.done()
    terms = Terms(**values)
    for key, why in disagreements(terms):
        faults.attempt(partial(table.refuse, f"terms.{key}", why), None)
    faults.done()
    rules = Rules(name, confirmed, terms, provisions, rows)
    return RewardEdition(Heading(name, source, effective, note), zh, en, ko, rules)


def _part(table: Table, key: str, faults: Faults) -> Table:
    return faults.attempt(lambda: table.table(key), Table(f"{key}.", {}))


def _terms(table: Table, faults: Faults) -> tuple[dict[str, Any], Mapping[str, Provision]]:
    values: dict[str, Any] = {}
    provisions = dict.fromkeys(TERMS, _NO_PROVISION)
    for name in TERMS:
        if name in LATER and name not in table.keys():  # noqa: SIM118 — a table that notes what is asked for
            values[name], provisions[name] = LATER[name]
            continue
        one = faults.attempt(partial(table.table, name), None)
        if one is None:
            continue
        provisions[name] = _provision(one, faults)
        values[name] = faults.attempt(partial(_value, one, name), None)
        faults.leftover(one)
    faults.leftover(table)
    return values, MappingProxyType(provisions)


def _value(table: Table, name: str) -> object:
    try:
        return term(name, table.anything("value"))
    except ValueError as error:
        table.refuse("value", str(error))


def _rows(table: Table, faults: Faults) -> Mapping[Row, Provision]:
    rows = dict.fromkeys(Row, _NO_PROVISION)
    for row in Row:
        one = faults.attempt(partial(table.table, row), None)
        if one is not None:
            rows[row] = _provision(one, faults)
            faults.leftover(one)
    faults.leftover(table)
    return MappingProxyType(rows)


def _provision(table: Table, faults: Faults) -> Provision:
    basis, sure = faults.attempt(lambda: table.text("basis"), ""), faults.attempt(lambda: _sure(table), "")
    return Provision(basis, sure, faults.attempt(lambda: table.text("note", default=""), ""))


def _sure(table: Table) -> str:
    sure = table.text("sure")
    if sure not in SURE:
        table.refuse("sure", f"{sure!r} is none of {', '.join(SURE)}")
    return sure
