"""A page to print as values: its words once, for the browser's rendering and the PDF's.

Each part is plain text. Nothing here is markup of either, and both renderings show it as it is.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import ClassVar

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """What is said of a thing, name by name."""

    kind: ClassVar[str] = "rows"
    pairs: Pairs

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> "Rows":
        """Those of which something is said."""
        return cls(tuple((label, said) for label, said in pairs if said))


@dataclass(frozen=True, slots=True)
class Heading:
    """Of what follows."""

    kind: ClassVar[str] = "heading"
    text: str


@dataclass(frozen=True, slots=True)
class Steps:
    """One after the other, each with what it rests on."""

    kind: ClassVar[str] = "steps"
    pairs: Pairs


@dataclass(frozen=True, slots=True)
class Answers:
    """Questions, each with its answer, why, and what is to be said of the question itself."""

    kind: ClassVar[str] = "answers"
    rows: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody wrote."""

    kind: ClassVar[str] = "said"
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence, and what it rests on."""

    kind: ClassVar[str] = "line"
    text: str
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """Whose page it is and of which day (落款)."""

    kind: ClassVar[str] = "signed"
    who: str
    day: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """Lines for people to sign, and what they are told about it."""

    kind: ClassVar[str] = "signatures"
    pairs: Pairs
    told: str


@dataclass(frozen=True, slots=True)
class Small:
    """At the foot."""

    kind: ClassVar[str] = "small"
    text: str


Part = Rows | Heading | Steps | Answers | Said | Line | Signed | Signatures | Small


@dataclass(frozen=True, slots=True)
class Page:
    """A title, in one language, of one day; `language` is an HTML tag."""

    title: str
    language: str
    day: date
    parts: tuple[Part, ...]

    def as_json(self) -> bytes:
        """The form in which the child gets it."""
        parts = [{"kind": part.kind, **asdict(part)} for part in self.parts]
        said = {"title": self.title, "language": self.language, "day": self.day.isoformat(), "parts": parts}
        return json.dumps(said, ensure_ascii=False).encode()
