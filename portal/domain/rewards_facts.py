"""What a reward is judged by (事实): frozen values that a case, a calculator or a file of facts fills in.

What is not said takes the plainest value: a named reporter from outside, a violation that was verified, nobody before
them, no penalty. None is "not known yet", and a person must find out.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from portal.domain.errors import RefusalError
from portal.domain.paper_vocabulary import Known, PenaltyFor, PenaltyKind, PenaltyStatus, Target

_YUAN = 100  # fen


class FactsError(RefusalError):
    """Facts that cannot be; `faults` has a sentence for each, beginning with the place, as in penalties[1].amount."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class RewardKind(StrEnum):
    """What was reported, as a reward sees it (第2、5、6条)."""

    MAJOR_HAZARD = "major_hazard"  # 重大事故隐患
    VIOLATION = "violation"  # 安全生产违法行为
    CONCEALMENT = "concealment"  # 瞒报、谎报事故
    ORDINARY_HAZARD = "ordinary_hazard"  # 一般隐患
    OTHER = "other"


class Insider(StrEnum):
    """Whether the reporter belongs to the unit they report (应急〔2020〕69号)."""

    NO = "no"
    CLAIMED = "claimed"  # says so
    PROVEN = "proven"  # with a labour contract, an assignment letter …


class Excluded(StrEnum):
    """Who is not paid, or only by a ruling (第7条第2款)."""

    DUTY = "duty"  # has safety supervision duty
    NEAR_RELATIVE = "near_relative"  # of such a person
    INSTIGATED = "instigated"  # by such a person
    UNIT_SAFETY_MANAGER = "unit_safety_manager"  # of the unit reported: 19号 and 69号 disagree


class Collusion(StrEnum):
    """Whether somebody inside fed the report to whoever sent it (E27)."""

    NO = "no"
    SUSPECTED = "suspected"
    PROVEN = "proven"


class Merit(StrEnum):
    """Whose word was decisive where several reported one matter (第12条: one award, to whom the merit is)."""

    NO = "no"  # there is no question: nobody else's, or the first one's
    OWN = "own"  # this one's, though another was first
    OTHER = "other"  # a later one's, though this one was first


class Claim(StrEnum):
    """Whether an award was collected in time (E24)."""

    OPEN = "open"  # still to come
    IN_TIME = "in_time"
    EXCUSED = "excused"  # late, for a reason that a named officer accepts
    LATE = "late"  # given up


class Grade(StrEnum):
    """How grave an accident is (生产安全事故报告和调查处理条例 3)."""

    GENERAL = "general"  # 一般
    LARGER = "larger"  # 较大
    MAJOR = "major"  # 重大
    EXTRAORDINARY = "extraordinary"  # 特别重大


# From so many deaths, serious injuries, fen of direct loss on; whichever test gives the highest grade decides.
_STEPS = (
    (Grade.EXTRAORDINARY, 30, 100, 100_000_000 * _YUAN),
    (Grade.MAJOR, 10, 50, 50_000_000 * _YUAN),
    (Grade.LARGER, 3, 10, 10_000_000 * _YUAN),
)


@dataclass(frozen=True, slots=True)
class Reporter:
    """What of the reporter matters: never who they are."""

    identified: bool = True  # gave a name
    contact: bool = False  # no name, but a way to reach them
    claim_code: bool = False  # no name, but a code to collect by
    insider: Insider = Insider.NO
    insider_relative: bool = False  # the insider is their spouse, parent or child
    excluded: Excluded | None = None
    joint_signatories: int = 1


@dataclass(frozen=True, slots=True)
class Matter:
    """What was reported, and what came of it."""

    kind: RewardKind = RewardKind.VIOLATION
    verified: bool | None = True
    fabricated: bool | None = False  # on purpose, as the competent body found: no clerk's tick
    known_before: Known | None = Known.NO
    earlier_named_report: bool | None = False  # accepted before, here or elsewhere
    merit: Merit = Merit.NO  # where several reported it: who is first is not always whose word decided
    awarded: bool = False  # somebody else got the award of this matter: there is one
    accepted_first: bool = True  # by this authority: whoever accepts first pays
    other_rule: bool | None = False  # another department's own reward rule covers it
    separate_hazard: bool = False  # beside a concealed accident, and another fact
    defied_order: bool = False  # the unit went on against an order to stop
    averted_casualties: bool = False
    withdrawn: bool = False  # before the reply
    collusion: Collusion = Collusion.NO


@dataclass(frozen=True, slots=True)
class Fined:
    """One penalty: what a body took, from whom, what for, and whether it stands."""

    fen: int
    against: Target = Target.UNIT
    kind: PenaltyKind = PenaltyKind.FINE
    reason: PenaltyFor = PenaltyFor.HAZARD
    status: PenaltyStatus = PenaltyStatus.EFFECTIVE


@dataclass(frozen=True, slots=True)
class Accident:
    """The toll as it stood when its window closed (`rewards_dates.resolve`)."""

    deaths: int = 0
    deaths_concealed: int = 0  # or misreported
    serious_injuries: int = 0
    direct_loss: int = 0  # fen

    @property
    def grade(self) -> Grade:
        """The highest of the three tests; each number included from its step on (条例 3)."""
        for grade, deaths, injuries, loss in _STEPS:
            if self.deaths >= deaths or self.serious_injuries >= injuries or self.direct_loss >= loss:
                return grade
        return Grade.GENERAL


@dataclass(frozen=True, slots=True)
class Process:
    """How far the award itself has come."""

    signed: bool | None = None  # proposed, checked and approved by different people, none related
    paid: bool = False
    claim: Claim = Claim.OPEN


@dataclass(frozen=True, slots=True)
class Facts:
    """All that an assessment looks at, beside its edition. Raises FactsError where facts contradict each other."""

    reporter: Reporter = field(default_factory=Reporter)
    matter: Matter = field(default_factory=Matter)
    penalties: tuple[Fined, ...] = ()
    accident: Accident = field(default_factory=Accident)
    process: Process = field(default_factory=Process)

    def __post_init__(self) -> None:
        if faults := tuple(self._contradictions()):
            raise FactsError(*faults)

    def _contradictions(self) -> list[str]:
        reporter, matter, accident = self.reporter, self.matter, self.accident
        unlikely = {RewardKind.ORDINARY_HAZARD, RewardKind.OTHER}
        found = (
            (reporter.joint_signatories < 1, "reporter.joint_signatories: at least one person signs"),
            (
                reporter.joint_signatories > 1 and not reporter.identified,
                "reporter.joint_signatories: several people sign with their names, so identified cannot be false",
            ),
            (
                reporter.insider_relative and reporter.insider is Insider.NO,
                "reporter.insider_relative: nobody is the insider, so say in insider whether that is claimed or proven",
            ),
            (
                matter.merit is Merit.OWN and matter.earlier_named_report is False,
                "matter.merit: nobody reported it before, so there is nobody whose word it could outweigh",
            ),
            (
                matter.merit is Merit.OTHER and matter.earlier_named_report is True,
                "matter.merit: others were first, so merit cannot be a later one's alone",
            ),
            (
                accident.deaths_concealed > accident.deaths,
                f"accident.deaths_concealed: {accident.deaths_concealed} are more than the {accident.deaths} who died",
            ),
            (
                accident.deaths_concealed > 0 and matter.kind in unlikely,
                f"matter.kind: deaths were concealed, so it is no {matter.kind}",
            ),
            (
                self.process.claim is not Claim.OPEN and self.process.signed is False,
                "process.claim: nothing is collected before it is signed",
            ),
        )
        return [said for wrong, said in found if wrong]
