"""The list of the first officers: a TOML or CSV file with user name, code of the authority and duties.

Whatever is wrong with it is one sentence that names the place; nothing is made before the whole list is in order.
"""

import csv
import difflib
import io
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from portal.domain import seating
from portal.domain.errors import StartError
from portal.domain.vocabulary import Duty
from portal.policy.editions import AuthorityTemplate

COLUMNS = ("username", "authority", "duties")
USERNAME = re.compile(r"[a-z][a-z0-9-]{1,29}")
LARGEST = 1_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Invitee:
    """One officer to invite."""

    username: str
    authority: str  # its code
    duties: tuple[Duty, ...]


def read(path: Path, template: AuthorityTemplate) -> tuple[Invitee, ...]:
    """Read the list. Raises StartError."""
    try:
        data = path.read_bytes()[:LARGEST]
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise StartError(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise StartError(f"{path} is not UTF-8; save it as “CSV UTF-8”") from None
    rows = _toml(path, text) if path.suffix == ".toml" else _csv(path, text)
    found: dict[str, Invitee] = {}
    for where, row in rows:
        try:
            one = _invitee(row, template)
        except StartError as error:
            raise StartError(f"{path.name}, {where}: {error}") from None
        if one.username in found:
            raise StartError(f"{path.name}, {where}: {one.username} is there twice")
        found[one.username] = one
    if not found:
        raise StartError(f"{path.name} names no officer")
    return tuple(found.values())


def _toml(path: Path, text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        rows = tomllib.loads(text).get("officer")
    except tomllib.TOMLDecodeError as error:
        raise StartError(f"{path.name} is not TOML: {error}") from None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise StartError(f"{path.name}: write one [[officer]] for each, with username, authority and duties")
    for number, row in enumerate(rows, start=1):
        yield f"officer {number}", row


def _csv(path: Path, text: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        if [name.strip() for name in reader.fieldnames or ()] != list(COLUMNS):
            raise StartError(f"{path.name}: the first line must be {','.join(COLUMNS)}")
        reader.fieldnames = list(COLUMNS)
        for row in reader:
            if any(value for value in row.values()):
                duties = str(row["duties"] or "").replace("/", " ").replace(";", " ").split()
                yield f"line {reader.line_num}", {**row, "duties": duties}
    except csv.Error as error:
        raise StartError(f"{path.name}, line {reader.line_num}: {error}") from None


def _invitee(row: Mapping[Any, Any], template: AuthorityTemplate) -> Invitee:
    if unknown := sorted(str(name) for name in row if name not in COLUMNS):
        raise StartError(f"{unknown[0]} is none of {', '.join(COLUMNS)}")
    username, authority = (row.get(name) for name in COLUMNS[:2])
    username = username.strip() if isinstance(username, str) else ""
    if not USERNAME.fullmatch(username):
        raise StartError(f"username must be 2 to 30 of a-z, 0-9 and -, a letter first, not {username!r}")
    authority = authority.strip() if isinstance(authority, str) else ""
    if authority not in template.by_code:
        raise StartError(f"no authority {authority!r}{_nearest(authority, template)}")
    return Invitee(username, authority, _duties(row.get("duties")))


def _nearest(code: str, template: AuthorityTemplate) -> str:
    near = difflib.get_close_matches(code, template.by_code, n=1, cutoff=0.8)
    return f"; {near[0]} is {template.by_code[near[0]].names[-1].zh}" if near else "; the province is office-220000"


def _duties(said: Any) -> tuple[Duty, ...]:
    if not isinstance(said, list) or not said:
        raise StartError(f"duties must name at least one of {', '.join(Duty)}")
    for one in said:
        if one not in set(Duty):
            raise StartError(f"no duty {one!r}; there are {', '.join(Duty)}")
        if said.count(one) > 1:
            raise StartError(f"{one} is there twice")
    duties = tuple(map(Duty, said))
    if why := seating.conflict(set(duties)):
        raise StartError(why)
    return duties
