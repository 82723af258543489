"""Frozen values at the border: what a form becomes before anything is sealed.

They hold plaintext, live for one request and are never stored, logged or compared by digest.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from portal.domain.vocabulary import IdentityField, Mode, Ongoing

DESCRIPTION_LIMIT = 20_000
LINE_LIMIT = 200
LETTER_LIMIT = 20_000
BETWEEN, MOST_NAMES = re.compile(r"[\n,;，；、。]+"), 50  # names of units that somebody declares


def _shortened(text: str, most: int) -> str:
    """The first characters on one line, and a sign that there are more."""
    plain = " ".join(text.split())
    return plain if len(plain) <= most else f"{plain[:most]}…"


@dataclass(frozen=True, slots=True)
class Narrative:
    """What is reported: the first letter of a report, sealed as one body."""

    category: str
    division: str
    respondent: str
    place: str
    ongoing: Ongoing
    occurred_on: date | None
    description: str
    mode: Mode
    concerns_office: bool
    superior: bool
    may_phone: bool

    def line(self) -> str:
        """One line for the queue before acceptance: the respondent and the first words."""
        return f"{self.respondent or _shortened(self.place, 30)}：{_shortened(self.description, 40)}"

    def as_json(self) -> Mapping[str, object]:
        """Plain types, in the order of the form; `from_json` reads it back."""
        return {
            "v": 1,
            "category": self.category,
            "division": self.division,
            "respondent": self.respondent,
            "place": self.place,
            "ongoing": str(self.ongoing),
            "occurred_on": self.occurred_on.isoformat() if self.occurred_on else None,
            "description": self.description,
            "mode": str(self.mode),
            "concerns_office": self.concerns_office,
            "superior": self.superior,
            "may_phone": self.may_phone,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, object]) -> "Narrative":
        """Read back what `as_json` wrote."""
        occurred = data["occurred_on"]
        return cls(
            category=str(data["category"]),
            division=str(data["division"]),
            respondent=str(data["respondent"]),
            place=str(data["place"]),
            ongoing=Ongoing(str(data["ongoing"])),
            occurred_on=date.fromisoformat(str(occurred)) if occurred else None,
            description=str(data["description"]),
            mode=Mode(str(data["mode"])),
            concerns_office=bool(data["concerns_office"]),
            superior=bool(data["superior"]),
            may_phone=bool(data["may_phone"]),
        )


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """Who reports, field by field; only the fields that were given, and `relation` always."""

    fields: Mapping[IdentityField, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Identity({', '.join(self.fields)})"


@dataclass(frozen=True, slots=True)
class Submission:
    """One sending of the public form."""

    token: str
    narrative: Narrative
    identity: Identity
    marked: bool  # over a limit or the honeypot filled: accepted and marked, never refused

    @property
    def phone(self) -> str | None:
        """The number for the `phone` compartment, when the reporter ticked "you may phone me"."""
        return self.identity.fields.get(IdentityField.PHONE) if self.narrative.may_phone else None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an intake officer writes when taking a report up (受理)."""

    subject: str  # 案由
    seen: int  # index of the newest step that the officer saw


@dataclass(frozen=True, slots=True)
class Question:
    """What an intake officer writes to the reporter: a letter, or what is asked before deciding (补充)."""

    text: str
    seen: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What only some reasons to ask for an identity take."""

    document: str = ""  # of whoever orders it
    withhold: int | None = None  # days for which the reporter is not told (暂不告知)
    question: str = ""  # to the reporter, where they must agree


@dataclass(frozen=True, slots=True)
class Plea:
    """What an intake officer writes when asking to learn something of the reporter's identity (申请知悉)."""

    fields: tuple[IdentityField, ...]
    reason: str  # code of the list
    hours: int
    why: str  # in the officer's own words
    seen: int
    claims: Mapping[IdentityField, str] = field(default_factory=dict)  # what a person said, where yes or no is enough
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class Handover:
    """Whom an intake officer hands a report to (转办), and what the office there must know."""

    authority_id: UUID
    note: str
    seen: int


@dataclass(frozen=True, slots=True)
class Order:
    """What a lead tells an investigator to do (分办): a summary that does not give the reporter away."""

    officer_id: UUID
    brief: str
    narrative: bool  # whether they read the report itself
    seen: int


@dataclass(frozen=True, slots=True)
class Watch:
    """A lead puts a case under supervision (督办), or ends that; why is put on the case file."""

    words: str
    listed: bool  # publicly (挂牌)
    ends: bool
    seen: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What an officer writes down who was asked for a reporter's name outside the proper way (过问登记)."""

    who: str
    when: str
    number: str  # of the case, "" where it was about none in particular
    words: str  # what was asked, and what was answered


@dataclass(frozen=True, slots=True)
class Declared:
    """What an officer declares of themselves (申报): with whom and what they have to do, so that they can keep out."""

    relatives: str
    units: str
    interests: str

    @property
    def names(self) -> tuple[str, ...]:
        """The units and places that are named, each as it is compared with what reports are about."""
        return tuple(filter(None, (one.strip() for one in BETWEEN.split(self.units))))[:MOST_NAMES]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an intake officer does not take a report up (不予受理)."""

    reason: str  # code of the list
    explanation: str  # in the officer's own words; "" where the reason says it all
    seen: int
