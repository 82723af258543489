"""The closed lists of the words of casework, beside those that everything uses (`domain.vocabulary`)."""

from enum import StrEnum


class Channel(StrEnum):
    """The way a report came in."""

    WEB = "web"
    PHONE = "phone"
    LETTER = "letter"
    VISIT = "visit"
    HOTLINE = "hotline"


class Lane(StrEnum):
    """A way of its own on which a case waits for intake; most have none."""

    URGENT = "urgent"  # 紧急: somebody is rung
    SPAM = "spam"  # 疑似垃圾信息: put aside, not away


class PaperKind(StrEnum):
    """What one sealed paper of a case file (办案材料) is."""

    NOTE = "note"  # 办案记录
    PLAN = "plan"  # 核查方案
    VISIT = "visit"  # 现场检查
    FINDING = "finding"  # 逐项认定
    PENALTY = "penalty"  # 处罚
    CONCLUSION = "conclusion"  # 核查结论
    ORDER = "order"  # 责令整改
    REFERRAL = "referral"  # 移送函
    GROUNDS = "grounds"  # 延期、中止或拦截的理由
    REVIEW = "review"  # 复查结论
    REWARD = "reward"  # 奖励建议
    RETURN = "return"  # 奖励建议退回的理由
    EXHIBIT = "exhibit"  # 证据文件: of the case file, not of the reporter


class ReferralState(StrEnum):
    """Where a matter that is handed to a body outside (移送) stands."""

    ASKED = "asked"  # 待分管领导决定
    AGREED = "agreed"  # 待移交
    REFUSED = "refused"  # 决定不移送
    MADE = "made"  # 已移送
    RECEIVED = "received"  # 对方已签收
    ANSWERED = "answered"  # 对方已答复
    RETURNED = "returned"  # 对方退回


class Decision(StrEnum):
    """What a lead decides alone, on what others ask for."""

    REFERRAL = "referral"  # whether a suspected crime is handed over
    DISPUTE = "dispute"  # who handles what was handed on


class ReferralStep(StrEnum):
    """What is done to it; imperative and unique."""

    AGREE = "agree"  # 同意移送
    REFUSE = "refuse"  # 决定不移送
    HAND_OVER = "hand_over"  # 移交
    RECEIVE = "receive"  # 对方签收
    ANSWER = "answer"  # 对方答复
    RETURN = "return"  # 对方退回


class View(StrEnum):
    """A way to look at a desk's cases."""

    OPEN = "open"  # 本岗待办
    URGENT = "urgent"  # 紧急
    LATE = "late"  # 超期
    SOON = "soon"  # 快到期
    UNASSIGNED = "unassigned"  # 待分办
    WAITING = "waiting"  # 等举报人补充
    NEWS = "news"  # 有新来信
    SUPERVISED = "supervised"  # 督办中
    SPAM = "spam"  # 疑似垃圾信息
    DONE = "done"  # 已结
