"""The lists of reasons that officers choose from, as frozen values, and the head that every edition has.

It knows the shapes only; the texts are data (policy/reasons).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.vocabulary import EXHIBITS, IdentityField


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands at the head of every edition (版本): its name, its source, the day it takes effect."""

    edition: str
    source: str
    effective: date
    note: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason that an officer may give; what only some lists know is empty elsewhere."""

    code: str
    zh: str
    en: str
    ko: str
    basis: str
    sure: str
    note: str


@dataclass(frozen=True, slots=True)
class DeclineReason(Reason):
    """Why a report is not taken up (不予受理)."""

    ask_first: bool  # the reporter is asked before
    review: bool  # may be reviewed on objection
    two_people: bool
    closes_with_answer: bool


class IdentityGoes(StrEnum):
    """What of the reporter's identity travels with a referral."""

    NEVER = "never"
    WITH_CONSENT = "with_consent"  # in writing
    SEALED_TO_BODY = "sealed_to_body"
    RESEALED = "resealed"  # to the desks of another office of the tree


@dataclass(frozen=True, slots=True)
class ReferralBody(Reason):
    """Whom a matter is handed to (移送), and on what terms."""

    for_what_zh: str
    identity: IdentityGoes
    clocks: tuple[str, ...]
    two_officers: bool
    refusal_reason_required: bool
    no_discretion: bool
    invisible_to_others: bool
    off_line: bool


class ExtensionEffect(StrEnum):
    """What a reason does to a clock."""

    EXTEND = "extend"
    SUSPEND = "suspend"


@dataclass(frozen=True, slots=True)
class ExtensionReason(Reason):
    """Why a clock is extended or suspended; ``only`` and ``not_for`` name clock rules."""

    effect: ExtensionEffect
    max_days: int | None
    only: tuple[str, ...]
    not_for: tuple[str, ...]
    reporter_sees: str


class FieldScope(StrEnum):
    """Where the list of fields to disclose comes from."""

    LISTED = "listed"
    ORDER = "order"  # as the lawful order says
    CONSENT = "consent"  # as the reporter agreed


class Told(StrEnum):
    """When the reporter learns of a disclosure (知悉)."""

    AT_ONCE = "at_once"
    DEFERRED = "deferred"  # where the law requires; opens on a set date


@dataclass(frozen=True, slots=True)
class DisclosureReason(Reason):
    """Why a field of an identity may be asked for, for how long, and what must be shown first."""

    fields: tuple[IdentityField, ...]
    scope: FieldScope
    max_hours: int
    told: Told
    urgent: bool
    needs: str
    prefer: str
    after_withdrawal: bool  # also of a reporter who has withdrawn: they are protected all the same
    own_procedure: bool  # has one in which nobody reads a field where yes or no is enough
    unanswered_days: int | None  # working days that a question lay unanswered in the mailbox
    document: bool  # a document of whoever orders it is named

    @property
    def deferrable(self) -> bool:
        """Whether the reporter may be told later (暂不告知)."""
        return self.told is Told.DEFERRED

    @property
    def by_consent(self) -> bool:
        """Whether the reporter must agree first."""
        return self.scope is FieldScope.CONSENT

    def reach(self, given: Collection[IdentityField]) -> Collection[IdentityField]:
        """The fields it reaches, of these; nobody is asked to agree about what the office photographed."""
        if self.by_consent:
            return frozenset(given) - EXHIBITS
        return self.fields if self.scope is FieldScope.LISTED else given


@dataclass(frozen=True, slots=True)
class RewardRefusal(Reason):
    """Why no reward is paid, and what can be done about it; ``law_rows``: rows of the eligibility table."""

    law_rows: tuple[str, ...]
    remedy_zh: str


@dataclass(frozen=True, slots=True)
class ForbiddenReason:
    """A reason that officers will be tempted to give: never offered, refused with ``why_zh``."""

    code: str
    zh: str
    en: str
    ko: str
    why_zh: str


@dataclass(frozen=True, slots=True)
class ReasonEdition:
    """The lists of reasons, each by code and with its forbidden companion."""

    heading: Heading
    decline: Mapping[str, DeclineReason]
    decline_forbidden: Mapping[str, ForbiddenReason]
    referral: Mapping[str, ReferralBody]
    extension: Mapping[str, ExtensionReason]
    extension_forbidden: Mapping[str, ForbiddenReason]
    disclosure: Mapping[str, DisclosureReason]
    disclosure_forbidden: Mapping[str, ForbiddenReason]
    reward_refusal: Mapping[str, RewardRefusal]
