"""The catalogue of ledger events: which exist, which reveal, and exactly which facts each may carry.

Facts are ids, codes, numbers, dates and digests; never free text, never personal data. An undeclared fact is refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from portal.domain.errors import LedgerError
from portal.domain.vocabulary import ActorKind, Duty

OPENING_VERSION = 1


class Effect(StrEnum):
    """What an event did to the world."""

    REVEALS = "reveals"
    CHANGES = "changes"
    REFUSES = "refuses"
    KEEPS = "keeps"  # the ledger's and the installation's own housekeeping


@dataclass(frozen=True, slots=True)
class Event:
    """One kind of entry."""

    name: str
    effect: Effect
    facts: frozenset[str]


def _catalogue(*rows: tuple[str, Effect, str]) -> Mapping[str, Event]:
    return MappingProxyType({name: Event(name, effect, frozenset(facts.split())) for name, effect, facts in rows})


EVENTS = _catalogue(
    # the installation
    ("founded", Effect.KEEPS, "demo origin root_key suite"),
    ("key_certified", Effect.CHANGES, "kind"),
    ("log_key_changed", Effect.CHANGES, "fingerprint"),
    ("authority_added", Effect.CHANGES, "code"),
    ("authority_renamed", Effect.CHANGES, "since"),
    ("edition_adopted", Effect.CHANGES, "kind edition effective digest"),
    ("desk_opened", Effect.CHANGES, "duty epoch fingerprint"),
    ("officer_enrolled", Effect.CHANGES, "fingerprint"),
    ("invited", Effect.CHANGES, "fingerprint expires"),
    ("enrolled", Effect.CHANGES, ""),
    ("password_changed", Effect.CHANGES, ""),
    ("codes_printed", Effect.CHANGES, ""),
    ("passkey_added", Effect.CHANGES, "officer"),
    ("passkey_removed", Effect.CHANGES, "officer"),
    ("enrolment_lapsed", Effect.CHANGES, ""),
    ("upgraded", Effect.KEEPS, "before after"),
    ("recovery_drilled", Effect.KEEPS, "kind opened"),
    ("recovery_replaced", Effect.CHANGES, "kind"),
    ("seated", Effect.CHANGES, "officer duty epoch"),
    ("unseated", Effect.CHANGES, "officer duty epoch"),
    ("desk_turned", Effect.CHANGES, "duty epoch fingerprint"),
    ("desk_recovered", Effect.CHANGES, "officer duty epoch kind"),
    ("code_given", Effect.CHANGES, "expires"),
    ("officer_certified", Effect.CHANGES, "fingerprint"),
    ("officer_suspended", Effect.CHANGES, ""),
    ("officer_resumed", Effect.CHANGES, ""),
    ("officer_left", Effect.CHANGES, ""),
    ("sessions_ended", Effect.CHANGES, "count"),
    ("inquiry_registered", Effect.CHANGES, ""),
    ("inquiry_read", Effect.REVEALS, ""),
    # what needs a second person
    ("motion_proposed", Effect.CHANGES, "kind"),
    ("motion_confirmed", Effect.CHANGES, "kind"),
    ("motion_refused", Effect.CHANGES, "kind"),
    ("motion_withdrawn", Effect.CHANGES, "kind"),
    ("motion_lapsed", Effect.CHANGES, "kind"),
    # the reporter
    ("submitted", Effect.CHANGES, "category channel marked content authority hour"),
    ("added", Effect.CHANGES, "position"),
    ("replied", Effect.CHANGES, "position"),
    ("resumed", Effect.CHANGES, ""),
    ("identity_given", Effect.CHANGES, "fields"),
    ("identity_replaced", Effect.CHANGES, "fields"),
    ("phone_closed", Effect.CHANGES, "fields"),
    ("erased", Effect.CHANGES, "fields"),
    ("withdrawn", Effect.CHANGES, ""),
    ("served", Effect.CHANGES, "letters"),
    # the office
    ("signed_in", Effect.KEEPS, "passkey"),
    ("signed_out", Effect.KEEPS, ""),
    ("listed", Effect.REVEALS, "count digest"),
    ("opened", Effect.REVEALS, "letters"),
    ("phone_read", Effect.REVEALS, ""),
    ("accepted", Effect.CHANGES, "number clocks"),
    ("asked", Effect.CHANGES, "position"),
    ("declined", Effect.CHANGES, "edition position"),
    ("transferred", Effect.CHANGES, "from to position"),
    ("keeping_offered", Effect.CHANGES, "to"),
    ("keeping_moved", Effect.CHANGES, "to"),
    ("assigned", Effect.CHANGES, "officer narrative"),
    ("unassigned", Effect.CHANGES, "officer"),
    ("assignment_opened", Effect.REVEALS, "letters"),
    ("wrote", Effect.CHANGES, "position kind"),
    # who reported
    ("identity_requested", Effect.CHANGES, "fields edition hours"),
    ("identity_lifted", Effect.CHANGES, "fields"),
    ("identity_released", Effect.CHANGES, "fields until"),
    ("identity_answered", Effect.REVEALS, "fields matched"),
    ("identity_settled", Effect.CHANGES, ""),
    ("code_reissued", Effect.CHANGES, "keys"),
    ("code_replaced", Effect.CHANGES, "keys"),
    ("identity_refused", Effect.CHANGES, "fields"),
    ("identity_read", Effect.REVEALS, "fields"),
    ("identity_closed", Effect.CHANGES, "fields"),
    ("identity_lapsed", Effect.CHANGES, "fields"),
    ("identity_stated", Effect.CHANGES, "position"),
    ("request_shown", Effect.REVEALS, "letters"),
    # time
    ("late", Effect.CHANGES, "rule due"),
    ("escalated", Effect.CHANGES, "rule grants"),
    # refusals
    ("refused", Effect.REFUSES, "action why"),
    ("passkey_doubted", Effect.REFUSES, "officer"),
    ("refusals_counted", Effect.REFUSES, "kind hour count"),
)


@dataclass(frozen=True, slots=True)
class Party:
    """Who acted, as an entry says it."""

    kind: ActorKind
    officer_id: UUID | None = None
    authority_id: UUID | None = None
    duty: Duty | None = None


REPORTER = Party(ActorKind.REPORTER)
SYSTEM = Party(ActorKind.SYSTEM)


def opening(
    *,
    event: str,
    at: datetime,
    party: Party,
    subject: tuple[str, UUID] | None,
    facts: Mapping[str, object],
    rows: list[list[str]],
    reason: str | None = None,
    authority_id: UUID | None = None,
) -> dict[str, object]:
    """What a leaf commits to, as plain types for `crypto.tree.canonical`.

    `authority_id` says whose audit trail it belongs to; the party's by default.
    `rows` are [table, row id, SHA-256 of the row's declared columns]. Raises LedgerError for an unknown event or an
    undeclared fact.
    """
    declared = EVENTS.get(event)
    if declared is None:
        raise LedgerError(f"no such event: {event}")
    if undeclared := facts.keys() - declared.facts:
        raise LedgerError(f"{event} does not declare {sorted(undeclared)}")
    trail = authority_id or party.authority_id
    return {
        "v": OPENING_VERSION,
        "event": event,
        "at": written(at),
        "actor": {
            "kind": str(party.kind),
            "officer": str(party.officer_id) if party.officer_id else None,
            "authority": str(party.authority_id) if party.authority_id else None,
            "duty": str(party.duty) if party.duty else None,
        },
        "authority": str(trail) if trail else None,
        "object": [subject[0], str(subject[1])] if subject else None,
        "reason": reason,
        "facts": dict(facts),
        "rows": rows,
    }


def written(at: datetime) -> str:
    """An instant as entries write it: UTC, seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def hour_of(now: datetime) -> datetime:
    """The hour a reporter acted in; nothing finer is kept (DESIGN §5)."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
