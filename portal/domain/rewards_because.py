"""Why a row of the decision table has its answer (判断理由), as codes, and which facts each row looks at."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from portal.domain.rewards_shape import Row


class Because(StrEnum):
    """Why a row has its answer; `web.reward_words` has a sentence for each."""

    NOT_CONCERNED = "not_concerned"  # the row asks about something that is not there
    OWN_RULE = "own_rule"  # no other rule is in the way
    OTHER_RULE = "other_rule"
    OTHER_RULE_OPEN = "other_rule_open"
    IN_SCOPE = "in_scope"  # values: kind
    ORDINARY_PAID = "ordinary_paid"
    ORDINARY_UNPAID = "ordinary_unpaid"
    OUT_OF_SCOPE = "out_of_scope"
    VERIFIED = "verified"
    NOT_VERIFIED = "not_verified"
    VERIFYING = "verifying"
    HONEST = "honest"
    FABRICATED = "fabricated"
    FABRICATED_OPEN = "fabricated_open"
    NO_DUTY = "no_duty"
    DUTY = "duty"
    NEAR_RELATIVE = "near_relative"
    INSTIGATED = "instigated"
    MANAGER_OPEN = "manager_open"
    MANAGER_PAID = "manager_paid"
    MANAGER_UNPAID = "manager_unpaid"
    NOT_KNOWN = "not_known"
    KNOWN_UNHANDLED = "known_unhandled"
    KNOWN_HANDLED = "known_handled"
    KNOWN_OPEN = "known_open"
    FIRST = "first"
    NOT_FIRST = "not_first"
    FIRST_OPEN = "first_open"
    AWARDED = "awarded"  # to another reporter of the same matter
    MERIT_OWN = "merit_own"
    MERIT_OTHER = "merit_other"
    NAMED = "named"
    UNNAMED_PAID = "unnamed_paid"  # E11 lets it pass
    UNNAMED = "unnamed"
    BY_CODE = "by_code"
    BY_CODE_CEILING = "by_code_ceiling"  # values: amount
    BY_CONTACT = "by_contact"
    NAMED_ONLY = "named_only"
    CONTACT_ONLY = "contact_only"  # the edition takes no code
    NO_WAY = "no_way"
    ONE_AWARD = "one_award"  # values: count
    SPLIT = "split"  # values: count
    DEATHS = "deaths"  # values: count, grade, amount
    BLOODLESS_FINE = "bloodless_fine"
    BLOODLESS_MANUAL = "bloodless_manual"
    BLOODLESS_NOTHING = "bloodless_nothing"
    BY_FINES = "by_fines"  # values: amount, rate
    BY_FLAT = "by_flat"
    FINE_OPEN = "fine_open"
    NO_FINE = "no_fine"  # values: amount
    NO_FINE_UNPAID = "no_fine_unpaid"
    ONE_FACT = "one_fact"
    TWO_FACTS = "two_facts"
    TWO_FACTS_LARGER = "two_facts_larger"
    TWO_FACTS_DEATHS = "two_facts_deaths"
    RAISED = "raised"  # values: rate
    RELATIVE_NOT_RAISED = "relative_not_raised"
    UPLIFT_OPEN = "uplift_open"
    UNPROVEN = "unproven"
    AVERTED = "averted"
    CUT = "cut"  # values: amount
    WITHIN = "within"
    PAYS = "pays"
    PAYS_NOT = "pays_not"
    SIGNED = "signed"
    SIGNED_WRONG = "signed_wrong"
    TO_SIGN = "to_sign"
    TO_CLAIM = "to_claim"  # values: days
    CLAIMED = "claimed"
    EXCUSED = "excused"
    LATE = "late"  # values: days
    STANDS = "stands"
    WITHDRAWN = "withdrawn"
    EFFECTIVE_SUM = "effective_sum"
    ANNULLED_PAID = "annulled_paid"
    CLEAN = "clean"
    SUSPECTED = "suspected"
    COLLUSION = "collusion"


EVIDENCE: Final[Mapping[Row, tuple[str, ...]]] = MappingProxyType(
    {
        Row.E01: ("matter.other_rule",),
        Row.E02: ("matter.kind", "accident.deaths_concealed"),
        Row.E03: ("matter.verified",),
        Row.E04: ("matter.fabricated",),
        Row.E05: ("reporter.excluded",),
        Row.E06: ("reporter.excluded",),
        Row.E07: ("matter.known_before",),
        Row.E08: ("matter.known_before",),
        Row.E09: ("matter.earlier_named_report", "matter.merit", "matter.awarded"),
        Row.E10: ("reporter.identified",),
        Row.E11: ("reporter.identified", "reporter.contact", "reporter.claim_code"),
        Row.E12: ("reporter.identified", "reporter.contact", "reporter.claim_code"),
        Row.E13: ("reporter.joint_signatories",),
        Row.E14: ("accident", "matter.kind"),
        Row.E15: ("penalties", "matter.kind", "matter.defied_order"),
        Row.E16: ("penalties",),
        Row.E17: ("accident.deaths_concealed", "matter.separate_hazard"),
        Row.E18: ("accident.deaths_concealed", "matter.separate_hazard"),
        Row.E19: ("reporter.insider", "reporter.insider_relative"),
        Row.E20: ("matter.averted_casualties",),
        Row.E21: ("penalties", "accident"),
        Row.E22: ("matter.accepted_first",),
        Row.E23: ("process.signed",),
        Row.E24: ("process.claim",),
        Row.E25: ("matter.withdrawn",),
        Row.E26: ("penalties", "process.paid"),
        Row.E27: ("matter.collusion",),
    }
)
