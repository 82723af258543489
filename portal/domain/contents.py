"""What a motion says beside whom and which desk it is about: a new office, name or edition, as bytes, and back.

The bytes are what two people sign; each value has one encoding.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Self

from crypto import tree
from portal.domain.vocabulary import EditionKind


@dataclass(frozen=True, slots=True)
class NewName:
    """What an authority is called from a day on; "" where a language has no name of its own."""

    since: date
    zh: str
    en: str
    ko: str

    def encoded(self) -> bytes:
        """The one encoding."""
        return tree.canonical(self.plain())

    def plain(self) -> dict[str, str]:
        """As plain types; `of` reads it back."""
        return {"since": self.since.isoformat(), "zh": self.zh, "en": self.en, "ko": self.ko}

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Read `encoded` back."""
        return cls.of(json.loads(content))

    @classmethod
    def of(cls, said: Mapping[str, str]) -> Self:
        """Read `plain` back."""
        return cls(date.fromisoformat(said["since"]), said["zh"], said["en"], said["ko"])


@dataclass(frozen=True, slots=True)
class NewCounter:
    """Where an office's rewards are collected from a day on (领取地点)."""

    since: date
    name: str
    address: str
    hours: str
    telephone: str

    def encoded(self) -> bytes:
        """The one encoding."""
        return tree.canonical({**asdict(self), "since": self.since.isoformat()})

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Read `encoded` back."""
        said = json.loads(content)
        return cls(**{**said, "since": date.fromisoformat(said["since"])})


@dataclass(frozen=True, slots=True)
class NewOffice:
    """An office that is to be: for which division, called what. The one above it is the motion's authority."""

    division: str
    name: NewName

    @property
    def code(self) -> str:
        """How the office will be called in lists and commands."""
        return f"office-{self.division}"

    def encoded(self) -> bytes:
        """The one encoding."""
        return tree.canonical({"division": self.division, "name": self.name.plain()})

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Read `encoded` back."""
        said = json.loads(content)
        return cls(said["division"], NewName.of(said["name"]))


@dataclass(frozen=True, slots=True)
class NewEdition:
    """An edition of a policy file: its kind and the file, as it will be kept."""

    kind: EditionKind
    text: str

    def encoded(self) -> bytes:
        """The one encoding."""
        return tree.canonical({"kind": str(self.kind), "text": self.text})

    @classmethod
    def decode(cls, content: bytes) -> Self:
        """Read `encoded` back."""
        said = json.loads(content)
        return cls(EditionKind(said["kind"]), said["text"])
