"""The shape of a reward assessment (奖励评估): rows of the decision table, steps of the sum, what is left to do.

It holds codes and numbers; `rewards_rules` and `rewards_sums` fill it, `web.reward_words` has the sentences. A row says

* met: nothing in it stands in the way;
* not met: it stops the award, and is a reason of the refusal;
* unknown (None): somebody must find out or rule, or it is still to come.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from portal.domain.rewards_terms import Provision, Terms


class Row(StrEnum):
    """The rows of the decision table, in their order."""

    E01 = "E01"  # another department's own rule
    E02 = "E02"  # major hazard, violation, concealed accident
    E03 = "E03"  # verified
    E04 = "E04"  # invented
    E05 = "E05"  # safety duty, near relative, instigated
    E06 = "E06"  # the unit's own safety manager
    E07 = "E07"  # known and being handled
    E08 = "E08"  # known and not handled
    E09 = "E09"  # an earlier named report
    E10 = "E10"  # named
    E11 = "E11"  # anonymous, with code or contact
    E12 = "E12"  # anonymous, without either
    E13 = "E13"  # joint
    E14 = "E14"  # concealed deaths
    E15 = "E15"  # by the penalties
    E16 = "E16"  # no penalty
    E17 = "E17"  # both limbs, one fact
    E18 = "E18"  # both limbs, two facts
    E19 = "E19"  # insider
    E20 = "E20"  # casualties averted
    E21 = "E21"  # over the cap
    E22 = "E22"  # who pays
    E23 = "E23"  # who signs
    E24 = "E24"  # collected in time
    E25 = "E25"  # withdrawn
    E26 = "E26"  # fine cut or annulled
    E27 = "E27"  # collusion


class Step(StrEnum):
    """One step of the arithmetic; its value is what the sum has become."""

    BASE = "base"  # penalties that count
    RATE = "rate"  # of them
    FLOOR = "floor"
    CAP = "cap"
    NO_FINE = "no_fine"  # flat
    ORDINARY_HAZARD = "ordinary_hazard"  # flat
    DEFY_ORDER = "defy_order"  # flat
    DEATHS = "deaths"  # so many at so much
    OVERALL_CAP = "overall_cap"
    SUM = "sum"  # of both limbs
    LARGER = "larger"  # of both limbs
    UPLIFT = "uplift"
    AWARD = "award"
    SHARE = "share"  # of the first signatory, then of each other


class Pending(StrEnum):
    """What a person must do before it is final."""

    TRANSFER = "transfer"  # hand it to whoever has the rule
    CONFIRM_VERIFIED = "confirm_verified"
    COMPETENT_FINDING = "competent_finding"  # false accusation is found by the competent body
    RULE_SAFETY_MANAGER = "rule_safety_manager"
    CHECK_KNOWN = "check_known"  # against the hazard list as it was at acceptance
    FLAG_HANDLING = "flag_handling"  # it was known and nobody acted
    CHECK_PRECEDENCE = "check_precedence"
    RULE_MERIT = "rule_merit"  # who was first, and whose word decided, are two people
    ASK_NAME = "ask_name"  # before it is refused for want of one
    IDENTITY_ABOVE_CEILING = "identity_above_ceiling"
    CHECK_KIND = "check_kind"  # who was fined did more than leave an ordinary hazard
    CONFIRM_CONCEALMENT = "confirm_concealment"  # paid by the fine, though it killed nobody
    AWAIT_PENALTY = "await_penalty"
    CONFIRM_NO_FINE = "confirm_no_fine"
    SET_UPLIFT = "set_uplift"  # no provincial rate
    PROVE_INSIDER = "prove_insider"
    SPECIAL_AWARD = "special_award"
    RULE_WITHDRAWN = "rule_withdrawn"
    REASSESS_PAID = "reassess_paid"  # no silent claw-back
    EXAMINE_COLLUSION = "examine_collusion"
    RECOVER = "recover"  # revoke, recover, refer
    CONFIRM_EDITION = "confirm_edition"  # its text is not known


@dataclass(frozen=True, slots=True)
class Rules:
    """An edition as it is applied: its name, its terms, and the article of each term and each row.

    `confirmed`: False where the text that it stands for is not known (待确认). `changed`: terms that were replaced to
    see what then; such an assessment is a trial.
    """

    edition: str
    confirmed: bool
    terms: Terms
    provisions: Mapping[str, Provision]  # by the term's name
    rows: Mapping[Row, Provision]
    changed: frozenset[str] = frozenset()


class Ruling(NamedTuple):  # made 27 times an assessment, and a frozen dataclass takes four times as long to make
    """One row: its answer, the article, why (a code of `rewards_because.Because`), the facts it looked at, and numbers.

    `evidence`: paths in a file of facts, such as matter.kind. `values`: what the sentence names; "amount" is in fen.
    """

    row: Row
    met: bool | None
    basis: str
    because: str
    evidence: tuple[str, ...]
    values: Mapping[str, int | str]


@dataclass(frozen=True, slots=True)
class Sum:
    """One step: what the sum has become (fen), by what (a share, a sum in fen), how often, and the article."""

    step: Step
    fen: int
    basis: str
    by: Decimal | int | None = None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Assessment:
    """What comes of facts under an edition.

    `eligible` None: a person must rule. `fen`: 0 where it is not eligible, None where a person fixes the sum or must
    wait for it; then `steps` say what the formula alone would give. `shares`: what each joint signatory gets,
    the first one first; one share where the award is not split, none where nothing is paid. `formula`: the shares once
    a person has ruled that it is paid; None where the sum is theirs to say too, up to `most`.
    """

    edition: str
    eligible: bool | None
    fen: int | None
    shares: tuple[int, ...]
    rows: tuple[Ruling, ...]
    steps: tuple[Sum, ...]
    pending: tuple[Pending, ...]
    formula: tuple[int, ...] | None
    most: int

    @property
    def unmet(self) -> tuple[Row, ...]:
        """The rows that stop it; the first is the one that counts."""
        return tuple(one.row for one in self.rows if one.met is False)

    @property
    def unknown(self) -> tuple[Row, ...]:
        """The rows that somebody must answer, or that are still to come."""
        return tuple(one.row for one in self.rows if one.met is None)
