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
    BankAnswer,
    BankListState,
    PayMethod,
    PayoutEnd,
    PayoutState,
    PayoutStep,
    PayoutView,
    ReturnWhy,
    RevokeReason,
)
from portal.domain.payee_names import Document, NameCheck
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
        ReturnWhy: {
            ReturnWhy.FACTS: N_("事实有变化"),
            ReturnWhy.EVIDENCE: N_("材料不够"),
            ReturnWhy.SUM: N_("金额算不清"),
            ReturnWhy.PRECEDENCE: N_("谁先举报没有分清"),
            ReturnWhy.OTHER: N_("其他"),
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
        BankListState: {
            BankListState.OPEN: N_("等银行回音"),
            BankListState.SETTLED: N_("都有回音了"),
            BankListState.RECALLED: N_("没有交给银行，已作废"),
        },
        BankAnswer: {
            BankAnswer.WAITING: N_("未回"),
            BankAnswer.PAID: N_("已付"),
            BankAnswer.RETURNED: N_("退回"),
            BankAnswer.RECALLED: N_("作废"),
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
        NameCheck: {
            NameCheck.SAME: N_("与举报时登记的姓名一致"),
            NameCheck.LATE: N_("请核对证件：登记的姓名是奖励批准以后才写的，或者批准以后改过"),
            NameCheck.HANDS: N_("请核对证件：登记的姓名是工作人员补办查询码以后才写的，或者以后改过"),
            NameCheck.UNKNOWN: N_("请核对证件：没有可以核对的登记姓名"),
        },
        Document: {
            Document.ID_CARD: N_("居民身份证"),
            Document.TEMPORARY: N_("临时居民身份证"),
            Document.PASSPORT: N_("护照"),
            Document.PERMIT: N_("港澳台居民居住证或者通行证"),
            Document.RESIDENCE: N_("外国人永久居留身份证"),
        },
    }
)
# What is wrong with a field of a claim, by field and code; without a field, whatever the field.
PAYEE_FLAWS: Mapping[str, str] = MappingProxyType(
    {
        "method": N_("姓名未能与登记核对，这一笔只能到柜台领取。请改选“到柜台领取”。"),
        "holder.missing": N_("请填姓名（户名）。"),
        "signatory.missing": N_("请填第一署名人的姓名。"),
        "id_number.missing": N_("请填身份证号。"),
        "bank.missing": N_("请填开户行。"),
        "account.missing": N_("请填账号。"),
        "too_long": N_("太长了，最多 100 个字。"),
        "letter.missing": N_("请写委托书，或者传委托书的照片，或者勾选带原件到柜台。"),
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
# Why somebody who claims is not paid by bank.
WHY_COUNTER: Mapping[NameCheck, str] = MappingProxyType(
    {
        NameCheck.LATE: N_("登记的姓名是奖励批准以后才写的，或者批准以后改过。"),
        NameCheck.HANDS: N_("登记的姓名是工作人员补办查询码以后才写的，或者以后改过。"),
        NameCheck.UNKNOWN: N_("没有可以核对的登记姓名：举报时没有留，或者查询码补办过，或者本系统那时还不核对。"),
    }
)
# Why the name was not compared any more today.
NAME_SNAGS: Mapping[str, str] = MappingProxyType(
    {
        "soon": N_("今天已经有几次姓名不一致，每小时只能再试一次。没有提交，请过一小时再来；填的内容都还在。"),
        "shut": N_("今天姓名不一致的次数太多，明天才能再试。没有提交；查询箱里别的都不受影响。"),
    }
)
# Why a list for the bank is not made, given out, answered or recalled so; or a payment in it not ended.
BANK_SNAGS: Mapping[str, str] = MappingProxyType(
    {
        "empty": N_("没有可以列入的：已审定的都在付款批次里了。刚刚做好的那一份，在“付款批次”里。"),
        "settled": N_("这一批银行都有回音了，清单不再给出。"),
        "recalled": N_("这一批已经作废，清单不再给出。里面的各笔在以后的批次里。"),
        "answered": N_("银行已经有回音，说明已经交过，不能作废；没有回音的，请逐笔登记。"),
        "changed": N_("这一批里有退回以后更正过的，清单不再给出，免得重付。没有回音的，请逐笔登记。"),
        "day": N_("银行的日期要在做这一批的那天以后，不能晚于今天。"),
        "none": N_("请选一笔，或者勾选全部未回的。"),
        "booked": N_("选的里面有已经登记过的。请看现在的样子，再选一次。"),
        "listed": N_("这一笔在付款批次里，等银行回音，现在不能结束。没有交给银行的，请先作废那一批。"),
        "unlisted": N_("转账的要先列入付款批次，才能登记结果。"),
    }
)
