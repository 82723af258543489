"""The terms of a reward rule (奖励参数): one value per question that the law leaves open, and the article it stands on.

The values are data (policy/rewards); what they mean is said here, what they do in `rewards_rules` and `rewards_sums`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from portal.domain.rewards_facts import Grade


class Anonymous(StrEnum):
    """Who is paid without a name (E11)."""

    NAMED_ONLY = "named_only"  # nobody
    CONTACT_OK = "contact_ok"  # who can be reached
    CODE_OK = "code_ok"  # who can be reached, or holds a claim code


class FineBase(StrEnum):
    """Whose fines count."""

    UNIT = "unit"
    UNIT_AND_PERSONS = "unit_and_persons"


class TwoLimbs(StrEnum):
    """What is paid for concealed deaths and another hazard together (E18)."""

    SUM = "sum"  # both, under one cap
    LARGER = "larger"  # the larger of both
    DEATHS = "deaths"  # for the deaths alone


class Bloodless(StrEnum):
    """What is paid for an accident that was concealed and killed nobody."""

    FINE = "fine"  # by the fine, as for a violation; a person confirms it
    MANUAL = "manual"  # a person rules
    NOTHING = "nothing"


class UpliftOrder(StrEnum):
    """When an insider's award is raised."""

    AFTER = "after"  # what floor and cap have made of it
    BEFORE = "before"  # floor and cap


class Proof(StrEnum):
    """What an insider has to show."""

    REQUIRED = "required"
    DECLARED = "declared"  # saying so is enough


class Manager(StrEnum):
    """What of a unit's own safety manager who reports it (E06)."""

    MANUAL = "manual"
    ELIGIBLE = "eligible"
    EXCLUDED = "excluded"


class Rounding(StrEnum):
    """How a share of a fine becomes a sum."""

    FEN_HALF_UP = "fen_half_up"
    FEN_DOWN = "fen_down"
    YUAN_HALF_UP = "yuan_half_up"
    YUAN_DOWN = "yuan_down"


@dataclass(frozen=True, slots=True)
class Terms:
    """One value per parameter, named as in files of facts; sums in fen, shares as decimals."""

    rate: Decimal  # of the penalties
    floor: int
    cap: int  # of what is paid by the penalties
    no_fine: int  # where nobody was fined; 0: nothing
    ordinary_hazard: int  # flat; 0: nothing
    defy_order: int | None  # flat, where a unit goes on against an order; None: as everything else
    death_rates: Mapping[Grade, int]  # per concealed death
    overall_cap: int  # of what is paid for deaths, and for everything in one report (the cap, where that is higher)
    two_limbs: TwoLimbs
    concealed_no_deaths: Bloodless
    fine_base: FineBase
    daily_fines: bool  # they count
    confiscation: bool  # it counts
    rounding: Rounding
    uplift: Decimal | None  # of an insider; None: nobody has set it yet
    uplift_min: int
    uplift_order: UpliftOrder
    cap_lifts: bool  # by the uplift
    insider_proof: Proof
    insider_relatives: bool  # spouse, parents and children count as the insider
    unit_safety_manager: Manager
    anonymous: Anonymous
    code_ceiling: int | None  # above it a name is needed to collect; None: never
    split_joint: bool  # equal shares to joint signatories; else one award to the first or whom they name
    claim_days: int  # to collect, from the day after the notice
    notice_days: int  # after which a public notice counts as received, where nobody opened the decision
    late_claims: bool  # with a reason that a named officer accepts
    accounting_years: int  # payee data is kept so long


NOTICE_DAYS = 30  # of editions from before they said it
NULLABLE = frozenset({"defy_order", "uplift", "code_ceiling"})  # may be left open in an edition


@dataclass(frozen=True, slots=True)
class Provision:
    """What a value or a row stands on: the article, how sure it is (A, B, C, R), and a word more."""

    basis: str
    sure: str
    note: str = ""

    @property
    def settled(self) -> bool:
        """Whether the text says so; what is inferred, chosen or recalled waits for the legal office (待确认)."""
        return self.sure in {"A", "B"}
