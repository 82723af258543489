"""What papers of a case file (办案材料) say: one frozen value per kind, sealed as JSON, read back only by who may.

They hold what officers write; nothing of them is ever in a ledger entry, a mail or a URL.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from types import MappingProxyType
from typing import Any, ClassVar, Self

from portal.domain.case_vocabulary import PaperKind
from portal.domain.errors import LedgerError

LIMIT = 20_000  # characters of one text


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


KINDS: Mapping[PaperKind, type[Paper]] = MappingProxyType({kind.KIND: kind for kind in (Note, Grounds, Referral)})


def read(data: bytes) -> Paper:
    """Read a paper back. Raises LedgerError for one of an unknown form."""
    try:
        said = json.loads(data)
        return KINDS[PaperKind(said["kind"])].of(said)
    except (ValueError, KeyError, TypeError) as error:
        raise LedgerError("a paper of an unknown form") from error
