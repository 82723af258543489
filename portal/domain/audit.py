"""The catalogue of ledger events: which exist, what each does, who may cause it, and exactly which facts it carries.

Facts are ids, codes, numbers, dates and digests, each of a kind of its own (`domain.facts`); never free text, never
personal data. A fact that is undeclared, missing or of another kind is refused, and so is an actor who may not.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from portal.domain import facts as kinds
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
    actors: frozenset[ActorKind]
    facts: frozenset[str]
    optional: frozenset[str]  # of these, those that are said only where there is something to say


_O, _R, _S = (frozenset({kind}) for kind in (ActorKind.OFFICER, ActorKind.REPORTER, ActorKind.SYSTEM))


def _catalogue(*rows: tuple[str, Effect, frozenset[ActorKind], str]) -> Mapping[str, Event]:
    """One event a row; a fact that may be absent ends in a question mark."""
    return MappingProxyType({name: _event(name, effect, actors, facts) for name, effect, actors, facts in rows})


def _event(name: str, effect: Effect, actors: frozenset[ActorKind], facts: str) -> Event:
    declared = frozenset(fact.rstrip("?") for fact in facts.split())
    if unknown := declared - kinds.FACTS.keys():
        raise TypeError(f"{name}: no kind is known of {sorted(unknown)}")
    return Event(name, effect, actors, declared, frozenset(one[:-1] for one in facts.split() if one.endswith("?")))


EVENTS = _catalogue(
    # the installation
    ("founded", Effect.KEEPS, _S, "demo origin root_key suite"),
    ("key_certified", Effect.CHANGES, _S, "kind"),
    ("log_key_changed", Effect.CHANGES, _S, "fingerprint"),
    ("authority_added", Effect.CHANGES, _O | _S, "code superior?"),
    ("authority_renamed", Effect.CHANGES, _O, "since"),
    ("counter_set", Effect.CHANGES, _O, "since"),
    ("edition_adopted", Effect.CHANGES, _O, "kind edition effective digest"),
    ("desk_opened", Effect.CHANGES, _O | _S, "duty epoch fingerprint officers?"),
    ("officer_enrolled", Effect.CHANGES, _S, "fingerprint"),
    ("invited", Effect.CHANGES, _O | _S, "fingerprint? expires"),
    ("enrolled", Effect.CHANGES, _O, ""),
    ("password_changed", Effect.CHANGES, _O, ""),
    ("codes_printed", Effect.CHANGES, _O, ""),
    ("passkey_added", Effect.CHANGES, _O, "officer"),
    ("passkey_removed", Effect.CHANGES, _O | _S, "officer"),
    ("enrolment_lapsed", Effect.CHANGES, _O | _S, ""),
    ("configured", Effect.KEEPS, _S, "areas settings changed"),
    ("upgraded", Effect.KEEPS, _S, "before after"),
    ("recovery_drilled", Effect.KEEPS, _S, "kind opened"),
    ("recovery_replaced", Effect.CHANGES, _S, "kind"),
    ("seated", Effect.CHANGES, _O | _S, "officer duty epoch"),
    ("unseated", Effect.CHANGES, _O | _S, "officer duty epoch"),
    ("desk_turned", Effect.CHANGES, _O, "duty epoch fingerprint officers"),
    ("desk_recovered", Effect.CHANGES, _S, "officer duty epoch kind"),
    ("code_given", Effect.CHANGES, _O | _S, "expires"),
    ("officer_certified", Effect.CHANGES, _O | _S, "fingerprint"),
    ("officer_suspended", Effect.CHANGES, _O, ""),
    ("officer_resumed", Effect.CHANGES, _O, ""),
    ("officer_left", Effect.CHANGES, _O, ""),
    ("match_key_drawn", Effect.CHANGES, _O | _S, "keys"),
    ("match_key_given", Effect.CHANGES, _O, "keys"),
    ("mail_set", Effect.CHANGES, _O, ""),
    ("shift_added", Effect.CHANGES, _O, "desk officer starts until"),
    ("shift_removed", Effect.CHANGES, _O, "desk officer starts until"),
    ("sessions_ended", Effect.CHANGES, _O | _S, "count"),
    ("inquiry_registered", Effect.CHANGES, _O, ""),
    ("inquiry_read", Effect.REVEALS, _O, ""),
    ("declared", Effect.CHANGES, _O, ""),
    ("declaration_read", Effect.REVEALS, _O, ""),
    ("declaration_marked", Effect.CHANGES, _O, ""),
    # what needs a second person
    ("motion_proposed", Effect.CHANGES, _O, "kind expires officer? desk? duty? officers? case? from?"),
    ("motion_confirmed", Effect.CHANGES, _O, "kind case?"),
    ("motion_refused", Effect.CHANGES, _O, "kind case?"),
    ("motion_withdrawn", Effect.CHANGES, _O, "kind case?"),
    ("motion_lapsed", Effect.CHANGES, _O | _S, "kind case?"),
    ("motion_opened", Effect.REVEALS, _O, "kind motion"),
    # the reporter
    (
        "submitted",
        Effect.CHANGES,
        _R,
        "category channel marked content authority hour intake lead custody above? clocks",
    ),
    ("added", Effect.CHANGES, _R, "position"),
    ("replied", Effect.CHANGES, _R, "position"),
    ("file_added", Effect.CHANGES, _O | _R, "file position content copy? fields?"),
    ("file_taken_back", Effect.CHANGES, _O, "file fields?"),
    ("resumed", Effect.CHANGES, _R, ""),
    ("identity_given", Effect.CHANGES, _R, "fields"),
    ("identity_replaced", Effect.CHANGES, _R, "fields removed?"),
    ("phone_closed", Effect.CHANGES, _R, "fields removed?"),
    ("erased", Effect.CHANGES, _R, "fields"),
    ("withdrawn", Effect.CHANGES, _R, ""),
    ("served", Effect.CHANGES, _R, "letters clocks?"),
    # the office
    ("signed_in", Effect.KEEPS, _O, "passkey?"),
    ("signed_out", Effect.KEEPS, _O, ""),
    ("listed", Effect.REVEALS, _O, "count digest filter"),
    ("searched", Effect.REVEALS, _O, "count digest filter opened"),
    ("opened", Effect.REVEALS, _O, "letters alike? digest?"),
    ("phone_read", Effect.REVEALS, _O, ""),
    ("file_shown", Effect.REVEALS, _O, "file picture"),
    ("file_taken", Effect.REVEALS, _O, "file"),
    ("accepted", Effect.CHANGES, _O, "number clocks"),
    ("asked", Effect.CHANGES, _O, "position"),
    ("put_aside", Effect.CHANGES, _O, ""),
    ("put_back", Effect.CHANGES, _O, ""),
    ("blocked", Effect.CHANGES, _O, "edition"),
    ("supervised", Effect.CHANGES, _O, "listed clocks"),
    ("supervision_ended", Effect.CHANGES, _O, "clocks"),
    ("paper_filed", Effect.CHANGES, _O, "paper kind clocks?"),
    ("exhibit_added", Effect.CHANGES, _O, "paper kind file content copy? fields?"),
    ("exhibit_taken_back", Effect.CHANGES, _O, "file fields?"),
    ("declined", Effect.CHANGES, _O, "edition position?"),
    ("merged", Effect.CHANGES, _O, "main first clocks?"),
    ("joined", Effect.CHANGES, _O, "case"),
    ("split", Effect.CHANGES, _O, "main back clocks late? paper kind"),
    ("parted", Effect.CHANGES, _O, "case"),
    ("referral_asked", Effect.CHANGES, _O, "referral edition paper kind clocks?"),
    ("referral_agreed", Effect.CHANGES, _O, "referral edition paper? kind? clocks?"),
    ("referral_refused", Effect.CHANGES, _O, "referral edition paper kind"),
    ("referred", Effect.CHANGES, _O, "referral edition paper? kind?"),
    ("referred_part", Effect.CHANGES, _O, "referral edition paper? kind? clocks?"),
    ("referral_received", Effect.CHANGES, _O, "referral edition paper? kind?"),
    ("referral_answered", Effect.CHANGES, _O, "referral edition paper kind"),
    ("referral_returned", Effect.CHANGES, _O, "referral edition paper kind"),
    ("referral_reopened", Effect.CHANGES, _O, "clocks"),
    ("referral_shown", Effect.REVEALS, _O, "referral"),
    ("transferred", Effect.CHANGES, _O, "from to position intake lead above? keeper? clocks?"),
    ("disputed", Effect.CHANGES, _O, "position above clocks"),
    ("dispute_decided", Effect.CHANGES, _O, "to"),
    ("keeping_offered", Effect.CHANGES, _O, "to custody"),
    ("keeping_moved", Effect.CHANGES, _O, "to custody"),
    ("assigned", Effect.CHANGES, _O, "officer narrative across?"),
    ("unassigned", Effect.CHANGES, _O | _S, "officer"),
    ("recused", Effect.CHANGES, _O, "officer paper kind"),
    ("recusal_taken_back", Effect.CHANGES, _O, "officer paper kind"),
    ("recusal_lifted", Effect.CHANGES, _O, "officer"),
    ("assignment_opened", Effect.REVEALS, _O, "letters"),
    ("wrote", Effect.CHANGES, _O, "position kind"),
    # what was checked, and what comes of it
    ("file_opened", Effect.REVEALS, _O, "papers"),
    ("concluded", Effect.CHANGES, _O, "outcome clocks"),
    ("fed_back", Effect.CHANGES, _O, "position"),
    ("ordered", Effect.CHANGES, _O, "paper kind clocks"),
    ("closed", Effect.CHANGES, _O, "paper? kind? clocks?"),
    ("objected", Effect.CHANGES, _R, "position clocks grants"),
    ("review_assigned", Effect.CHANGES, _O, "officer"),
    ("reviewed", Effect.CHANGES, _O, "verdict position?"),
    ("reopened", Effect.CHANGES, _O, "verdict position? clocks"),
    # rewards; sums are in none of them, for they name the fine
    ("award_submitted", Effect.CHANGES, _O, "award report edition digest desk above?"),
    ("award_opened", Effect.REVEALS, _O, "award"),
    ("award_posted", Effect.REVEALS, _O, "award"),
    ("award_asked", Effect.CHANGES, _O, "award position"),
    ("award_returned", Effect.CHANGES, _O, "award paper? kind?"),
    ("award_approved", Effect.CHANGES, _O, "award edition digest position clocks"),
    ("award_refused", Effect.CHANGES, _O, "award edition digest position"),
    ("award_contested", Effect.CHANGES, _R, "award position grants desk?"),
    ("award_upheld", Effect.CHANGES, _O, "award edition digest position"),
    ("award_given_up", Effect.CHANGES, _R, "award"),
    ("award_prolonged", Effect.CHANGES, _O, "award last clocks"),
    ("award_filed", Effect.CHANGES, _O, "award"),
    ("award_forfeited", Effect.CHANGES, _O, "award"),
    ("award_announced", Effect.CHANGES, _O, "award counts clocks"),
    ("award_challenged", Effect.CHANGES, _O, "award desk grants"),
    ("award_revoked", Effect.CHANGES, _O, "award position"),
    ("award_affirmed", Effect.CHANGES, _O, "award position"),
    ("award_reinstated", Effect.CHANGES, _O, "award position clocks"),
    ("budget_read", Effect.REVEALS, _O, "year count"),
    ("budget_set", Effect.CHANGES, _O, "year"),
    ("payout_name_refused", Effect.REFUSES, _R, "count"),
    ("payout_claimed", Effect.CHANGES, _R, ""),
    ("payout_corrected", Effect.CHANGES, _R, ""),
    ("payout_code_drawn", Effect.CHANGES, _R, ""),
    ("payout_opened", Effect.REVEALS, _O, ""),
    ("payout_letter_shown", Effect.REVEALS, _O, "picture"),
    ("payouts_listed", Effect.REVEALS, _O, "count digest"),  # until lists had numbers
    ("bank_list_made", Effect.CHANGES, _O, "payouts"),
    ("bank_list_opened", Effect.REVEALS, _O, "count"),
    ("bank_list_taken", Effect.REVEALS, _O, "kind count"),
    ("bank_list_recalled", Effect.CHANGES, _O, ""),
    ("payout_withdrawn", Effect.CHANGES, _R, ""),
    ("payout_cancelled", Effect.CHANGES, _O, ""),
    ("payout_released", Effect.CHANGES, _O, ""),
    ("payout_paid", Effect.CHANGES, _O, "list?"),
    ("payout_failed", Effect.CHANGES, _O, "list?"),
    ("payout_tried", Effect.CHANGES, _O, "count"),
    ("payout_wiped", Effect.CHANGES, _S, ""),
    # who reported
    ("identity_requested", Effect.CHANGES, _O, "fields edition hours report case withheld? position?"),
    ("consent_given", Effect.CHANGES, _R, ""),
    ("consent_refused", Effect.CHANGES, _R, ""),
    ("consent_revoked", Effect.CHANGES, _R, ""),
    ("identity_lifted", Effect.CHANGES, _O, "fields"),
    ("withheld", Effect.CHANGES, _O, "edition days until proposer"),
    ("identity_released", Effect.CHANGES, _O, "fields until"),
    ("identity_answered", Effect.REVEALS, _O, "fields matched"),
    ("identity_settled", Effect.CHANGES, _O, ""),
    ("code_reissued", Effect.CHANGES, _O, "keys"),
    ("code_replaced", Effect.CHANGES, _R, "keys"),
    ("identity_refused", Effect.CHANGES, _O, "fields"),
    ("identity_read", Effect.REVEALS, _O, "fields"),
    ("identity_closed", Effect.CHANGES, _O | _R, "fields"),
    ("identity_lapsed", Effect.CHANGES, _S, "fields"),
    ("identity_stated", Effect.CHANGES, _R, "position"),
    ("request_shown", Effect.REVEALS, _O, "letters"),
    # alarms
    ("alarm_raised", Effect.CHANGES, _O | _S, "alarms desk lead clocks"),
    ("alarm_signed_off", Effect.CHANGES, _O, "kind"),
    ("alarm_stood_down", Effect.CHANGES, _O, "kind"),
    ("alarm_escalated", Effect.CHANGES, _S, "kind level desk grants"),
    ("disposed", Effect.CHANGES, _O, "position"),
    ("protected", Effect.CHANGES, _O, "paper kind"),
    ("retaliation_checked", Effect.CHANGES, _O, "paper kind"),
    # time
    ("extended", Effect.CHANGES, _O, "rule by due edition"),
    ("suspended", Effect.CHANGES, _O, "rule until edition"),
    ("continued", Effect.CHANGES, _O | _S, "rule stood due"),
    ("recounted", Effect.CHANGES, _S, "rule was due"),
    ("clock_ended", Effect.CHANGES, _S, "rule due"),
    ("late", Effect.CHANGES, _S, "rule due"),
    ("escalated", Effect.CHANGES, _S, "rule grants"),
    ("files_collected", Effect.CHANGES, _S, "count"),
    # those who audit
    ("verified", Effect.KEEPS, _S, "count deep digest"),
    ("ledger_read", Effect.REVEALS, _O, "page about? count digest"),
    ("exported", Effect.REVEALS, _O | _S, "kind count digest"),
    # refusals
    ("refused", Effect.REFUSES, _O, "action why"),
    ("passkey_doubted", Effect.REFUSES, _O | _S, "officer"),
    ("sign_ins_failed", Effect.REFUSES, _S, "hour count"),
    ("refusals_counted", Effect.REFUSES, _S, "kind hour count"),
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
    `rows` are [table, row id, SHA-256 of the row's declared columns]. Raises what `require_declared` raises.
    """
    require_declared(event, party.kind, facts, reason)
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


def require_declared(
    event: str, actor: ActorKind, facts: Mapping[str, object], reason: str | None, *, whole: bool = True
) -> Event:
    """Return the event as it is declared; without `whole` a fact may lack, as in entries older than it.

    Raises LedgerError for an event that is not, an actor who may not cause it, a fact that is undeclared, missing or
    not of its kind, and a reason that is no code.
    """
    declared = EVENTS.get(event)
    if declared is None:
        raise LedgerError(f"no such event: {event}")
    if actor not in declared.actors:
        raise LedgerError(f"{event} is not for a {actor} to cause")
    if undeclared := facts.keys() - declared.facts:
        raise LedgerError(f"{event} does not declare {sorted(undeclared)}")
    if whole and (missing := declared.facts - declared.optional - facts.keys()):
        raise LedgerError(f"{event} lacks {sorted(missing)}")
    for fact, value in facts.items():
        if not kinds.fits(fact, value):
            raise LedgerError(f"{event}: {fact} is not of the kind {kinds.FACTS[fact]}")
    if reason is not None and not kinds.is_code(reason):
        raise LedgerError(f"{event}: the reason is no code")
    return declared


def written(at: datetime) -> str:
    """An instant as entries write it: UTC, seconds."""
    return at.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def hour_of(now: datetime) -> datetime:
    """The hour a reporter acted in; nothing finer is kept (DESIGN §5)."""
    return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
