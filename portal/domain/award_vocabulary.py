"""The closed lists of the words of rewards: where an award and its payment stand, and what is done to them."""

from enum import StrEnum


class AwardState(StrEnum):
    """Where the reward (奖金) of one report stands. Whether it was claimed and paid is told by its payment alone."""

    SUBMITTED = "submitted"  # 待审批: two people proposed it
    RETURNED = "returned"  # 退回重报
    APPROVED = "approved"  # 已批准
    REFUSED = "refused"  # 不予奖励
    CONTESTED = "contested"  # 举报人有异议，待复议
    UPHELD = "upheld"  # 复议维持
    GIVEN_UP = "given_up"  # 举报人放弃
    FORFEITED = "forfeited"  # 逾期视为放弃
    REVOKED = "revoked"  # 已撤销
    DISPUTED = "disputed"  # 对撤销有异议，待复议


class AwardStep(StrEnum):
    """What is done to it; imperative and unique."""

    SHOW = "show"
    ASK = "ask"  # 请举报人补上姓名
    RETURN = "return"  # 退回
    APPROVE = "approve"  # 批准
    REFUSE = "refuse"  # 不予奖励
    CONTEST = "contest"  # 提出异议
    GIVE_UP = "give_up"  # 放弃
    PROLONG = "prolong"  # 准予延期领取
    FORFEIT = "forfeit"  # 按放弃处理
    REVOKE = "revoke"  # 撤销, by two people
    AFFIRM = "affirm"  # 复议维持撤销
    REINSTATE = "reinstate"  # 复议恢复奖励
    FILE = "file"  # 向上一级备案
    ANNOUNCE = "announce"  # 登记已张贴公告


class RevokeReason(StrEnum):
    """Why a reward that was granted is revoked; which row of the rules each rests on, `domain.awards` says."""

    FABRICATED = "fabricated"  # 虚构
    DUTY = "duty"  # 职务
    COLLUSION = "collusion"  # 串通
    NAME = "name"  # 冒名
    OTHER = "other"  # 其他


class ReturnWhy(StrEnum):
    """Why a proposed reward is sent back (退回重报)."""

    FACTS = "facts"  # 事实有变化
    EVIDENCE = "evidence"  # 材料不够
    SUM = "sum"  # 金额算不清
    PRECEDENCE = "precedence"  # 先后没有分清
    OTHER = "other"  # 其他


class PayoutState(StrEnum):
    """Where a payment (发放) stands; nothing in it says what it is for."""

    CLAIMED = "claimed"  # 待发放
    RELEASED = "released"  # 已审定，待付款
    PAID = "paid"  # 已付
    FAILED = "failed"  # 退汇，等领取人更正
    CANCELLED = "cancelled"  # 不再发放


class PayoutEnd(StrEnum):
    """Why a payment ended unpaid (不再发放); nothing of it says what the payment was for."""

    ACCOUNT = "account"  # 账户付不进去
    UNCOLLECTED = "uncollected"  # 一直没有来领
    REVOKED = "revoked"  # 审批岗位告知奖励已撤销
    WITHDRAWN = "withdrawn"  # 领取人自己撤回


class BankListState(StrEnum):
    """Where a list for the bank (付款批次) stands."""

    OPEN = "open"  # 等银行回音
    SETTLED = "settled"  # 都有回音了
    RECALLED = "recalled"  # 没有交给银行，已作废


class BankAnswer(StrEnum):
    """What the bank has said of one payment in a list."""

    WAITING = "waiting"  # 未回
    PAID = "paid"  # 已付
    RETURNED = "returned"  # 退回
    RECALLED = "recalled"  # the list was never handed in


class PayoutStep(StrEnum):
    """What is done to it."""

    OPEN = "open"  # 查看领取人
    RELEASE = "release"  # 审定, by two people
    PAY = "pay"  # 登记已付
    FAIL = "fail"  # 登记退汇
    CORRECT = "correct"  # 更正, or claimed anew after it ended
    WITHDRAW = "withdraw"  # 领取人撤回
    CANCEL = "cancel"  # 不再发放, by two people
    DRAW_CODE = "draw_code"  # 换领取码
    TRY_CODE = "try_code"  # 核对领取码


class AwardView(StrEnum):
    """How one looks at rewards."""

    WAITING = "waiting"  # 等我办
    LATE = "late"  # 过期
    ALL = "all"  # 全部


class PayoutView(StrEnum):
    """How one looks at payments."""

    OPEN = "open"  # 要办的
    MINE = "mine"  # 等我复核
    LATE = "late"  # 等得太久
    FAILED = "failed"  # 等领取人
    DONE = "done"  # 办完的


class PayMethod(StrEnum):
    """How the money comes to whoever claims it."""

    TRANSFER = "transfer"  # 银行转账
    COUNTER = "counter"  # 到柜台领取
