"""What entries may say: each fact has one kind, and a value of another kind is refused. None of them is free text.

A name of a person, a telephone number, a receipt and a sentence are of no kind there is (DESIGN §5).
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from portal.domain.vocabulary import Duty, IdentityField

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_./][A-Za-z0-9]+)*")
_EDITION = re.compile(r"[0-9a-z]+(?:-[0-9a-z]+)*")
_DIGITS = re.compile(r"[0-9]{7}")  # no code counts so far; telephone and identity numbers do
_RECEIPT = re.compile(r"(?:[0-9A-Z]{5}-){2}")  # nor is it written in fives
_INSTANT = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]Z")
_DAY = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_FINGERPRINT = re.compile(r"[0-9A-F]{4}(?: [0-9A-F]{4})*")
_CASE_NUMBER = re.compile(r"[0-9]{6}J?-[0-9]{4}-[0-9]{5,}")
_ORIGIN = re.compile(r"[a-z0-9.-]+(?::[0-9]{1,5})?(?:/[a-z0-9._-]+)+")
LONGEST = 64  # characters of a code


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def is_code(value: object) -> bool:
    """Whether this is a word of a list of ours: Latin letters, few digits, nothing that numbers a person."""
    fits = isinstance(value, str) and len(value) <= LONGEST and _CODE.fullmatch(value) is not None
    return fits and _DIGITS.search(str(value)) is None and _RECEIPT.search(str(value)) is None


def _edition(value: object) -> bool:
    fits = isinstance(value, str) and len(value) <= LONGEST and _EDITION.fullmatch(value) is not None
    return fits and _DIGITS.search(str(value)) is None


def _number(value: object) -> bool:
    return type(value) is int and value >= 0


def _boolean(value: object) -> bool:
    return type(value) is bool


def _day(value: object) -> bool:
    try:
        return isinstance(value, str) and _DAY.fullmatch(value) is not None and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _duty(value: object) -> bool:
    return isinstance(value, str) and value in set(Duty)


def _ids(value: object) -> bool:
    return isinstance(value, list) and all(map(_id, value))


def _fields(value: object) -> bool:
    return isinstance(value, list) and set(value) <= set(IdentityField)


def _codes(value: object) -> bool:
    return isinstance(value, list) and all(map(is_code, value))


def _clocks(value: object) -> bool:
    """Rule → last moment."""
    return isinstance(value, Mapping) and all(is_code(rule) and _instant(due) for rule, due in value.items())


def _digests(value: object) -> bool:
    """Word → digest."""
    return isinstance(value, Mapping) and all(is_code(name) and _digest(one) for name, one in value.items())


_id, _instant, _digest = _matches(_ID), _matches(_INSTANT), _matches(_DIGEST)
KINDS: Mapping[str, Callable[[Any], bool]] = MappingProxyType(
    {
        "id": _id,
        "ids": _ids,
        "code": is_code,
        "codes": _codes,
        "duty": _duty,
        "edition": _edition,
        "number": _number,
        "boolean": _boolean,
        "date": _day,
        "instant": _instant,
        "digest": _digest,
        "digests": _digests,
        "fingerprint": _matches(_FINGERPRINT),
        "case number": _matches(_CASE_NUMBER),
        "fields": _fields,
        "clocks": _clocks,
        "origin": _matches(_ORIGIN),
    }
)
# Fact → its kind, whichever event carries it. Desks, offices, officers, reports and cases are named by their ids.
FACTS: Mapping[str, str] = MappingProxyType(
    {
        "about": "id",  # the officer, or the case, that an auditor read about
        "above": "id",  # the lead desk that stands by
        "across": "boolean",  # an investigator of another area
        "action": "code",
        "after": "edition",
        "alike": "number",  # reports that may be about the same thing
        "areas": "codes",
        "alarms": "codes",  # kinds
        "authority": "id",
        "award": "id",
        "back": "code",  # the state that a case goes back to
        "before": "edition",
        "by": "number",  # units of a time limit
        "case": "id",
        "category": "code",
        "changed": "codes",
        "channel": "code",
        "clocks": "clocks",
        "code": "code",
        "content": "digest",  # of what a reporter sent, with a number that the code gives
        "copy": "digest",  # of the office's copy of a file, with a number that is sealed beside it
        "count": "number",
        "custody": "id",  # the custody desk that holds the second half
        "days": "number",
        "deep": "boolean",  # texts were read too
        "demo": "boolean",
        "desk": "id",
        "digest": "digest",
        "due": "instant",
        "duty": "duty",
        "edition": "edition",
        "effective": "date",
        "epoch": "number",
        "expires": "instant",
        "fields": "fields",
        "file": "number",  # which of a report's files
        "filter": "digest",  # of a search or filter: never its words
        "fingerprint": "fingerprint",
        "first": "id",  # the case whose report came first, of those that are merged
        "from": "id",
        "grants": "number",
        "hour": "instant",
        "hours": "number",
        "intake": "id",  # the desk that reads it first
        "keeper": "id",  # the lead desk that holds the first half, where another reads
        "keys": "number",
        "kind": "code",
        "last": "date",  # for claiming
        "late": "clocks",
        "counts": "date",  # from which a public notice counts as received
        "lead": "id",
        "letters": "number",
        "list": "id",  # for the bank
        "listed": "boolean",  # publicly
        "main": "id",  # the case that another was merged into
        "level": "number",  # desks above the first
        "marked": "boolean",
        "matched": "fields",
        "motion": "id",
        "narrative": "boolean",
        "number": "case number",
        "officer": "id",
        "officers": "ids",
        "opened": "number",
        "origin": "origin",
        "outcome": "code",  # of all allegations together
        "page": "code",
        "paper": "number",  # which paper of a case file
        "papers": "number",
        "passkey": "id",
        "picture": "number",  # which page of a file, from 0
        "payouts": "ids",  # payments in a list for the bank: among themselves, and no award
        "position": "number",
        "proposer": "id",
        "referral": "id",
        "removed": "fields",
        "report": "id",
        "root_key": "digest",
        "rule": "code",
        "settings": "digests",
        "since": "date",
        "stood": "number",  # units of a time limit
        "starts": "instant",  # of a watch
        "suite": "number",
        "superior": "id",
        "to": "id",
        "until": "instant",
        "verdict": "code",  # on an objection
        "was": "instant",
        "why": "code",
        "year": "number",
        "withheld": "number",  # days
    }
)


def fits(fact: str, value: object) -> bool:
    """Whether a value is of the kind that this fact has."""
    return KINDS[FACTS[fact]](value)
