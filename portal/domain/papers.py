"""What papers of a case file (办案材料) say: one frozen value per kind, sealed as JSON, read back only by who may.

They hold what officers write; nothing of them is ever in a ledger entry, a mail or a URL.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, ClassVar, Self

from portal.domain.case_vocabulary import PaperKind
from portal.domain.errors import PaperError

LIMIT = 20_000  # characters of one text


@dataclass(frozen=True, slots=True)
class Given:
    """What a paper is held against: it tells of nothing after today or before the report came."""

    today: date
    received: date
    files: Collection[int] = ()  # that are there, by whose numbers evidence is named
    items: int = 0  # allegations of the newest plan


@dataclass(frozen=True, slots=True)
class Paper:
    """What every kind has: it becomes bytes and comes back as it was."""

    KIND: ClassVar[PaperKind]

    def as_bytes(self) -> bytes:
        """The form that is sealed."""
        said = {"v": 1, "kind": str(self.KIND), **asdict(self)}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"), default=str).encode()

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read it back; kinds with dates or lists do it themselves."""
        return cls(**{field.name: said[field.name] for field in fields(cls)})

    def flaws(self, given: Given) -> dict[str, str]:
        """What is wrong with it, by field; nothing where there is nothing to hold against."""
        del given
        return {}

    def require_sound(self, given: Given) -> None:
        """Raise PaperError with every flaw, each at its field."""
        if found := self.flaws(given):
            raise PaperError(found)


def missing(**texts: object) -> dict[str, str]:
    """The fields that are empty."""
    return {name: "missing" for name, said in texts.items() if not said}


def misdated(name: str, day: date, given: Given) -> dict[str, str]:
    """A day that has not come, or was before the report."""
    if day > given.today:
        return {name: "future"}
    return {name: "before"} if day < given.received else {}


def unknown_files(name: str, numbers: tuple[int, ...], given: Given) -> dict[str, str]:
    """Evidence that is no file of the report or the case file, or was taken back."""
    return {} if set(numbers) <= set(given.files) else {name: "no_such_file"}


@dataclass(frozen=True, slots=True)
class Note(Paper):
    """What an officer wants on file (办案记录)."""

    KIND = PaperKind.NOTE
    text: str


@dataclass(frozen=True, slots=True)
class Grounds(Paper):
    """Why a step that needs a second person is proposed: in the officer's words, beside its code."""

    KIND = PaperKind.GROUNDS
    text: str


@dataclass(frozen=True, slots=True)
class Referral(Paper):
    """What is handed to a body outside (移送函), in an officer's words: never the reporter's, never who they are."""

    KIND = PaperKind.REFERRAL
    text: str


@dataclass(frozen=True, slots=True)
class Exhibit(Paper):
    """A file of the case file (证据文件): its number, and what opens it (`office.manifests`)."""

    KIND = PaperKind.EXHIBIT
    number: int
    manifest: str
