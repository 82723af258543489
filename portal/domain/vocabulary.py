"""The closed lists of the field's words: what the database stores and the ledger says, the Chinese term beside it."""

from enum import StrEnum


class Duty(StrEnum):
    """What an officer may be seated for (岗)."""

    INTAKE = "intake"  # 受理员
    INVESTIGATE = "investigate"  # 核查员
    LEAD = "lead"  # 分管领导
    CUSTODY = "custody"  # 保密专员
    AWARD = "award"  # 奖励审批
    PAYOUT = "payout"  # 发放
    AUDIT = "audit"  # 审计员
    ADMINISTER = "administer"  # 管理员


class AuthorityKind(StrEnum):
    """Which tree an authority (主管部门) stands in."""

    OFFICE = "office"  # 人防主管部门
    DISCIPLINE = "discipline"  # 纪检监察机构


class Mode(StrEnum):
    """How much of themselves a reporter leaves."""

    IDENTIFIED = "identified"  # 实名
    CONTACT = "contact"  # 匿名，留联系方式
    ANONYMOUS = "anonymous"  # 完全匿名


class Ongoing(StrEnum):
    """Whether the danger is still there."""

    NOW = "now"  # 现在就是
    SOMETIMES = "sometimes"  # 有时这样
    PAST = "past"  # 已经过去
    UNKNOWN = "unknown"  # 不清楚


class IdentityField(StrEnum):
    """One separately sealed piece of who the reporter is."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    ID_NUMBER = "id_number"
    RELATION = "relation"  # whether an insider; never in clear
    COSIGNERS = "cosigners"
    ORIGINAL_1 = "original_1"
    ORIGINAL_2 = "original_2"
    ORIGINAL_3 = "original_3"
    ORIGINAL_4 = "original_4"
    ORIGINAL_5 = "original_5"
    ORIGINAL_6 = "original_6"
    ORIGINAL_7 = "original_7"
    ORIGINAL_8 = "original_8"
    ORIGINAL_9 = "original_9"
    ORIGINAL_10 = "original_10"
    ORIGINAL_11 = "original_11"
    ORIGINAL_12 = "original_12"
    ORIGINAL_13 = "original_13"
    ORIGINAL_14 = "original_14"
    ORIGINAL_15 = "original_15"
    ORIGINAL_16 = "original_16"
    ORIGINAL_17 = "original_17"
    ORIGINAL_18 = "original_18"
    ORIGINAL_19 = "original_19"
    ORIGINAL_20 = "original_20"
    ORIGINAL_21 = "original_21"
    ORIGINAL_22 = "original_22"
    ORIGINAL_23 = "original_23"
    ORIGINAL_24 = "original_24"
    ORIGINAL_25 = "original_25"
    ORIGINAL_26 = "original_26"
    ORIGINAL_27 = "original_27"
    ORIGINAL_28 = "original_28"
    ORIGINAL_29 = "original_29"
    ORIGINAL_30 = "original_30"
    ORIGINAL_31 = "original_31"
    ORIGINAL_32 = "original_32"
    ORIGINAL_33 = "original_33"
    ORIGINAL_34 = "original_34"
    ORIGINAL_35 = "original_35"
    ORIGINAL_36 = "original_36"
    ORIGINAL_37 = "original_37"
    ORIGINAL_38 = "original_38"
    ORIGINAL_39 = "original_39"
    ORIGINAL_40 = "original_40"

    @property
    def number(self) -> int | None:
        """Which file it opens, of the report or of its case file; None for what somebody typed."""
        name, _, number = self.value.rpartition("_")
        return int(number) if name == "original" else None

    @classmethod
    def original(cls, number: int) -> "IdentityField":
        """The field that opens the nth file. Raises ValueError beyond the last of a case file."""
        return cls(f"original_{number}")


MOST_FILES = MOST_EXHIBITS = 20  # of one report, and after these in number as many of its case file
TYPED = frozenset(one for one in IdentityField if one.number is None)
EXHIBITS = frozenset(one for one in IdentityField if (one.number or 0) > MOST_FILES)  # of no reporter


class Compartment(StrEnum):
    """What one content key opens."""

    REPORT = "report"  # narrative and letters
    PHONE = "phone"  # the number of a reporter who ticked "you may phone me"
    SUMMARY = "summary"  # the redacted summary investigators work from
    CASE = "case"  # the case file: 案由, findings, notes
    MOTION = "motion"  # what the desk above is asked to agree to
    PROPOSAL = "proposal"  # what the award desk judges
    AWARD = "award"  # the decision on a reward: its reference is for the award desk and the reporter alone


class GrantState(StrEnum):
    """Whether a grant (授权) may be used yet."""

    ACTIVE = "active"
    STANDBY = "standby"  # opens on escalation, objection or danger only


class Holder(StrEnum):
    """Who holds one of the two shares of an identity key."""

    LEAD = "lead"
    CUSTODY = "custody"


class LetterKind(StrEnum):
    """Any sealed text between people."""

    NARRATIVE = "narrative"  # what was sent first, never edited
    ADDITION = "addition"  # 补充
    MESSAGE = "message"  # 来往信件
    FEEDBACK = "feedback"  # 反馈
    OBJECTION = "objection"  # 异议
    NOTE = "note"  # 内部记录
    STATEMENT = "statement"  # 陈述: on a request to learn who they are
    FILE = "file"  # 附件: what a file is, what became of it, and a word about it
    AWARD = "award"  # 奖励决定
    CONTEST = "contest"  # 对奖励决定的异议


class Sender(StrEnum):
    """Which side wrote a letter; officers are never named to reporters."""

    REPORTER = "reporter"
    OFFICE = "office"


class CaseState(StrEnum):
    """Where a case (案件) stands."""

    RECEIVED = "received"  # 待受理
    AWAITING = "awaiting"  # 待补充
    ACCEPTED = "accepted"  # 已受理
    VERIFYING = "verifying"  # 核查中
    CONCLUDED = "concluded"  # 已核结
    RECTIFYING = "rectifying"  # 整改中
    CLOSED = "closed"  # 已办结
    DECLINED = "declined"  # 不予受理
    REFERRED = "referred"  # 已移送
    MERGED = "merged"  # 已并案


class ReportState(StrEnum):
    """Where a report (举报件) stands, apart from its case."""

    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"  # 已撤回; the blocked exit stays


class ReceiptState(StrEnum):
    """Whether a receipt (查询码) still opens a mailbox."""

    ACTIVE = "active"
    PROVISIONAL = "provisional"  # made by an officer; status only
    REVOKED = "revoked"


class ClockState(StrEnum):
    """Where a clock (时限) stands."""

    RUNNING = "running"
    LATE = "late"  # due and not yet done
    STOPPED = "stopped"  # done
    SUSPENDED = "suspended"  # stands still: others decide first
    SUPERSEDED = "superseded"  # replaced by another, never edited


class OfficerState(StrEnum):
    """Whether an officer may sign in."""

    ENROLLING = "enrolling"  # has a code and no password yet
    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"


class DisclosureState(StrEnum):
    """Where a request to learn something of an identity (知悉) stands."""

    ASKED = "asked"  # 待分管领导
    LIFTED = "lifted"  # 待保密专员
    RELEASED = "released"  # 可以看
    ANSWERED = "answered"  # 已核对: yes or no, nobody reads
    REFUSED = "refused"  # 不同意
    LAPSED = "lapsed"  # 到期
    CLOSED = "closed"  # by the requester, or because the reporter took the fields back
    DONE = "done"  # 已换发: what it was for has been done


class FieldState(StrEnum):
    """Where one field of such a request stands."""

    ASKED = "asked"
    LIFTED = "lifted"  # the lead's half is sealed to the custody desk
    RELEASED = "released"  # the value is sealed to the requester
    MATCHED = "matched"  # what the person said is what was given
    UNMATCHED = "unmatched"
    REFUSED = "refused"
    WIPED = "wiped"  # what was lifted or released is gone


class DisclosureStep(StrEnum):
    """What is done to such a request; imperative and unique."""

    SHOW = "show"  # see the request, never the identity
    LIFT = "lift"  # 分管领导开锁
    RELEASE = "release"  # 保密专员放行
    ANSWER = "answer"  # 保密专员核对: yes or no
    REISSUE = "reissue"  # 换发查询码
    REFUSE = "refuse"  # 不同意
    READ = "read"  # 查看
    CLOSE = "close"  # 不再需要


class MotionKind(StrEnum):
    """What needs a second person (双人复核); imperative and unique."""

    CERTIFY = "certify"  # 认证密钥: this key is this officer's
    SEAT = "seat"  # 入席: an officer gets a desk's key
    OPEN = "open"  # 设岗: a desk gets its first key
    TURN = "turn"  # 换钥匙: a desk gets its next key
    RESUME = "resume"  # 恢复登录: a suspended officer may sign in again
    FOUND = "found"  # 设立单位: an office below another
    RENAME = "rename"  # 更名: what an office is called from a day on
    ADOPT = "adopt"  # 采用版本: an edition of a policy file
    LOCATE = "locate"  # 设领取地点: where an office's rewards are collected from a day on
    EXTEND = "extend"  # 延期: of a time limit of a case
    CONCLUDE = "conclude"  # 核查结论
    BLOCK = "block"  # 拦截: it is no report at all
    REVIEW = "review"  # 复查结论
    REWARD = "reward"  # 提请奖励
    REVOKE = "revoke"  # 撤销奖励
    PAY = "pay"  # 审定发放
    CANCEL = "cancel"  # 不再发放
    RECALL = "recall"  # 作废付款批次: a list for the bank that was never handed in


class MotionState(StrEnum):
    """Where such a motion stands."""

    PROPOSED = "proposed"  # 待复核
    CONFIRMED = "confirmed"  # 已复核
    REFUSED = "refused"  # 没有通过
    WITHDRAWN = "withdrawn"  # 已撤回
    LAPSED = "lapsed"  # 过期作废


class MotionStep(StrEnum):
    """What is done to a motion."""

    SHOW = "show"
    CONFIRM = "confirm"  # 复核
    REFUSE = "refuse"  # 不同意
    WITHDRAW = "withdraw"  # 撤回


class EditionKind(StrEnum):
    """What a policy file is about; its folder in portal/policy too."""

    HOLIDAYS = "holidays"  # 节假日安排
    REASONS = "reasons"  # 理由清单
    CLOCKS = "clocks"  # 办理期限
    CATEGORIES = "categories"  # 举报种类
    DIVISIONS = "divisions"  # 行政区划
    AUTHORITIES = "authorities"  # 主管部门
    OVERSIGHT = "oversight"  # 审计规则
    REWARDS = "rewards"  # 奖励规定


class ActorKind(StrEnum):
    """Who did what a ledger entry says."""

    OFFICER = "officer"
    REPORTER = "reporter"
    SYSTEM = "system"
    PLATFORM = "platform"


class Action(StrEnum):
    """What an officer may do; imperative and unique."""

    LIST = "list"  # see the queue of a desk
    OPEN = "open"  # open a case and read its content
    ACCEPT = "accept"  # 受理
    DECLINE = "decline"  # 不予受理
    ASK = "ask"  # 请举报人补充
    RESUME = "resume"  # the reporter has supplied what was asked
    MERGE = "merge"  # 并案
    SPLIT = "split"  # 拆分: a merge that was wrong
    TRANSFER = "transfer"  # 转办: to another office of the tree
    REFER = "refer"  # 移送: to a body outside
    SPAM = "spam"  # 移入疑似垃圾信息
    RESTORE = "restore"  # 移回
    BLOCK = "block"  # 拦截: not taken up as no report at all, by two people
    ASSIGN = "assign"  # 分办
    FILE = "file"  # 记入案卷: a plan, a visit, a finding, a penalty, a note
    EXTEND = "extend"  # 延期, by two people
    SUSPEND = "suspend"  # 中止计时
    CONTINUE = "continue"  # 恢复计时
    SUPERVISE = "supervise"  # 督办
    CONCLUDE = "conclude"  # 核查结论, by two people
    FEED_BACK = "feed_back"  # 反馈
    RECTIFY = "rectify"  # 责令整改
    CLOSE = "close"  # 办结
    REVIEW = "review"  # 复查: of an objection, by the level above
    REOPEN = "reopen"  # 重新办理: the objection was right
    REWARD = "reward"  # 提请奖励, by two people
    WRITE = "write"  # a letter to the reporter
    PHONE = "phone"  # see the number of a reporter who may be phoned
    REQUEST = "request"  # 申请知悉: ask for fields of the reporter's identity
    RAISE = "raise"  # 拉警报: by hand
    DISPOSE = "dispose"  # 立即处置
    PROTECT = "protect"  # 先行保护举报人
    VERIFY_LEDGER = "verify_ledger"
