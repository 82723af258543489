"""The words of rewards and payments, and the sentence for each thing that is wrong with a claim.

They are msgids of the catalogue.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal.domain.award_vocabulary import (
    AwardState,
    AwardStep,
    AwardView,
    PayMethod,
    PayoutEnd,
    PayoutState,
    PayoutStep,
    PayoutView,
    RevokeReason,
)
from portal.web.i18n import N_

AWARD_WORDS: Mapping[type[StrEnum], Mapping[Any, str]] = MappingProxyType(
    {
        AwardState: {
            AwardState.SUBMITTED: N_("待审批"),
            AwardState.RETURNED: N_("已退回重报"),
            AwardState.APPROVED: N_("已批准"),
            AwardState.REFUSED: N_("不予奖励"),
            AwardState.CONTESTED: N_("有异议，待复议"),
            AwardState.UPHELD: N_("复议后维持不予奖励"),
            AwardState.GIVEN_UP: N_("举报人放弃"),
            AwardState.FORFEITED: N_("逾期未领，按放弃处理"),
            AwardState.REVOKED: N_("已撤销"),
            AwardState.DISPUTED: N_("对撤销有异议，待复议"),
        },
        AwardStep: {
            AwardStep.SHOW: N_("查看奖励"),
            AwardStep.ASK: N_("请举报人补上姓名"),
            AwardStep.RETURN: N_("退回重报"),
            AwardStep.APPROVE: N_("批准"),
            AwardStep.REFUSE: N_("不予奖励"),
            AwardStep.CONTEST: N_("提出异议"),
            AwardStep.GIVE_UP: N_("放弃奖励"),
            AwardStep.PROLONG: N_("准予延期领取"),
            AwardStep.FORFEIT: N_("按放弃处理"),
            AwardStep.REVOKE: N_("撤销奖励"),
            AwardStep.AFFIRM: N_("维持撤销"),
            AwardStep.REINSTATE: N_("恢复奖励"),
            AwardStep.FILE: N_("登记已向上一级备案"),
            AwardStep.ANNOUNCE: N_("登记已张贴公告"),
        },
        RevokeReason: {
            RevokeReason.FABRICATED: N_("举报是虚构的"),
            RevokeReason.DUTY: N_("有安全监管职责，或者是他们的近亲属、由他们授意"),
            RevokeReason.COLLUSION: N_("和工作人员串通"),
            RevokeReason.NAME: N_("冒用别人的姓名"),
            RevokeReason.OTHER: N_("其他骗取奖励的情形"),
        },
        PayoutState: {
            PayoutState.CLAIMED: N_("待审定"),
            PayoutState.RELEASED: N_("已审定，待付款"),
            PayoutState.PAID: N_("已付"),
            PayoutState.FAILED: N_("退汇，等领取人更正"),
            PayoutState.CANCELLED: N_("不再发放"),
        },
        PayoutStep: {
            PayoutStep.OPEN: N_("查看领取人"),
            PayoutStep.RELEASE: N_("审定发放"),
            PayoutStep.PAY: N_("登记已付"),
            PayoutStep.FAIL: N_("登记退汇"),
            PayoutStep.CORRECT: N_("更正账户"),
            PayoutStep.WITHDRAW: N_("撤回领取"),
            PayoutStep.CANCEL: N_("不再发放"),
            PayoutStep.DRAW_CODE: N_("换领取码"),
            PayoutStep.TRY_CODE: N_("核对领取码"),
        },
        PayoutEnd: {
            PayoutEnd.ACCOUNT: N_("账户一直付不进去"),
            PayoutEnd.UNCOLLECTED: N_("一直没有来领"),
            PayoutEnd.REVOKED: N_("审批岗位告知，奖励已撤销"),
            PayoutEnd.WITHDRAWN: N_("领取人自己撤回"),
        },
        AwardView: {
            AwardView.WAITING: N_("等我办"),
            AwardView.LATE: N_("过期"),
            AwardView.ALL: N_("全部"),
        },
        PayoutView: {
            PayoutView.OPEN: N_("待发放的"),
            PayoutView.MINE: N_("等我复核"),
            PayoutView.LATE: N_("等了 15 天以上"),
            PayoutView.FAILED: N_("等领取人更正"),
            PayoutView.DONE: N_("已经结束的"),
        },
        PayMethod: {PayMethod.TRANSFER: N_("银行转账"), PayMethod.COUNTER: N_("到柜台领取")},
    }
)
# What is wrong with a field of a claim, by field and code; without a field, whatever the field.
PAYEE_FLAWS: Mapping[str, str] = MappingProxyType(
    {
        "holder.missing": N_("请填姓名（户名）。"),
        "id_number.missing": N_("请填身份证号。"),
        "bank.missing": N_("请填开户行。"),
        "account.missing": N_("请填账号。"),
        "too_long": N_("太长了，最多 100 个字。"),
        "letter.missing": N_("请写委托书，或者勾选带原件到柜台。"),
        "original.counter": N_("原件只能带到柜台：请选到柜台领取，或者在上面写委托书。"),
        "id_number.check_digit": N_("身份证号不对：请核对 18 位号码，最后一位可能是 X。"),
        "account.no_account": N_("账号只能是 8 到 30 位数字。"),
        "account.check_digit": N_("卡号的校验位不对，请核对。如果是存折账号，请勾选“这是存折账号”。"),
    }
)
# Why something cannot be claimed.
CLAIM_SNAGS: Mapping[str, str] = MappingProxyType(
    {
        "none": N_("现在没有可以领取的奖励。"),
        "late": N_("领取的期限已经过了。有正当理由的，可以写信说明，请审批岗位决定。"),
        "again": N_("已经提交过领取了，不用再交。"),
        "provisional": N_("工作人员代您登记的查询码只能看进度，不能领取。请先换成自己的查询码。"),
        "day": N_("新的最后一天要在今天和原来的最后一天以后，最多再给 180 天。"),
        "early": N_("领取的期限还没有过。"),
        "ended": N_("这一笔奖励已经撤销，不能再领。有异议，请在“我的举报”里写信。"),
        "released": N_("已经审定，正在付款，现在不能改，也不能撤回。"),
        "other": N_("决定刚刚有变化，请刷新后再看。"),
    }
)
