"""The closed lists of words in papers of a case file: what was found, what followed, what a review decided."""

from enum import StrEnum


class Outcome(StrEnum):
    """What an allegation, or all of them together, turned out to be (核查结论)."""

    SUBSTANTIATED = "substantiated"  # 属实
    PARTLY = "partly"  # 部分属实
    UNSUBSTANTIATED = "unsubstantiated"  # 不属实


class Known(StrEnum):
    """Whether the office or the unit knew of it before the report came: a reward depends on it (19号 第7条)."""

    NO = "no"  # 事先不掌握
    HANDLED = "handled"  # 已经掌握，正在依法处理
    UNHANDLED = "unhandled"  # 已经掌握，没有依法处理


class Target(StrEnum):
    """Whom a penalty is against."""

    UNIT = "unit"
    PERSON = "person"


class PenaltyKind(StrEnum):
    """What a penalty takes."""

    FINE = "fine"  # 罚款
    DAILY_FINE = "daily_fine"  # 按日连续处罚
    CONFISCATION = "confiscation"  # 没收违法所得


class PenaltyFor(StrEnum):
    """What a penalty is for."""

    HAZARD = "hazard"  # 隐患、违法行为
    CONCEALMENT = "concealment"  # 瞒报、谎报


class PenaltyStatus(StrEnum):
    """Where a penalty stands."""

    PROPOSED = "proposed"  # 拟处罚
    EFFECTIVE = "effective"  # 已生效
    ANNULLED = "annulled"  # 已撤销


class Eligible(StrEnum):
    """Whether the conditions of a reward are met, as feedback says it (应急〔2023〕106号)."""

    MET = "met"
    NOT_MET = "not_met"
    LATER = "later"  # it depends on a penalty that is still to come


class Verdict(StrEnum):
    """What a reexamination (复查) decides about an objection."""

    REJECTED = "rejected"  # 维持
    UPHELD = "upheld"  # 异议成立，重新办理


class ObjectionState(StrEnum):
    """Where an objection (异议) stands."""

    OPEN = "open"  # 待复查
    REJECTED = "rejected"
    UPHELD = "upheld"
