"""The words for the portal's own values, as msgids: one table per enum, by member; one sentence per state of a case."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal.domain.case_vocabulary import Channel
from portal.domain.vocabulary import (
    Action,
    AuthorityKind,
    CaseState,
    ClockState,
    DisclosureState,
    DisclosureStep,
    Duty,
    EditionKind,
    FieldState,
    IdentityField,
    LetterKind,
    Mode,
    OfficerState,
    Ongoing,
    ReportState,
    Sender,
)
from portal.policy.adopting import Standing
from portal.policy.editions import Level
from portal.web.alarm_words import ALARM_WORDS
from portal.web.award_words import AWARD_WORDS
from portal.web.file_words import FILE_WORDS
from portal.web.i18n import N_, gettext
from portal.web.match_words import MATCH_WORDS
from portal.web.motion_words import MOTION_WORDS
from portal.web.paper_words import PAPER_WORDS
from portal.web.triage_words import TRIAGE_WORDS

WORDS: Mapping[type[StrEnum], Mapping[Any, str]] = MappingProxyType(
    {
        **ALARM_WORDS,
        **FILE_WORDS,
        **TRIAGE_WORDS,
        **PAPER_WORDS,
        **MATCH_WORDS,
        **AWARD_WORDS,
        **MOTION_WORDS,
        Duty: {
            Duty.INTAKE: N_("受理员"),
            Duty.INVESTIGATE: N_("核查员"),
            Duty.LEAD: N_("分管领导"),
            Duty.CUSTODY: N_("保密专员"),
            Duty.AWARD: N_("奖励审批"),
            Duty.PAYOUT: N_("奖金发放"),
            Duty.AUDIT: N_("审计员"),
            Duty.ADMINISTER: N_("管理员"),
        },
        AuthorityKind: {
            AuthorityKind.OFFICE: N_("人防主管部门"),
            AuthorityKind.DISCIPLINE: N_("纪检监察机构"),
        },
        Mode: {
            Mode.IDENTIFIED: N_("实名"),
            Mode.CONTACT: N_("匿名，留了联系方式"),
            Mode.ANONYMOUS: N_("完全匿名"),
        },
        Ongoing: {
            Ongoing.NOW: N_("现在就是"),
            Ongoing.SOMETIMES: N_("有时这样"),
            Ongoing.PAST: N_("已经过去"),
            Ongoing.UNKNOWN: N_("不清楚"),
        },
        Channel: {
            Channel.WEB: N_("网上"),
            Channel.PHONE: N_("来电"),
            Channel.LETTER: N_("来信"),
            Channel.VISIT: N_("来访"),
            Channel.HOTLINE: N_("热线转来"),
        },
        IdentityField: {
            IdentityField.NAME: N_("姓名"),
            IdentityField.PHONE: N_("电话"),
            IdentityField.EMAIL: N_("电子邮箱"),
            IdentityField.ADDRESS: N_("住址"),
            IdentityField.ID_NUMBER: N_("身份证号"),
            IdentityField.RELATION: N_("是不是内部人员"),
            IdentityField.COSIGNERS: N_("联名的人"),
        },
        LetterKind: {
            LetterKind.NARRATIVE: N_("举报内容"),
            LetterKind.ADDITION: N_("补充"),
            LetterKind.MESSAGE: N_("信件"),
            LetterKind.FEEDBACK: N_("反馈"),
            LetterKind.OBJECTION: N_("异议"),
            LetterKind.NOTE: N_("内部记录"),
            LetterKind.STATEMENT: N_("陈述"),
            LetterKind.FILE: N_("文件"),
            LetterKind.AWARD: N_("关于奖励"),
            LetterKind.CONTEST: N_("对奖励决定的异议"),
        },
        Sender: {Sender.REPORTER: N_("举报人"), Sender.OFFICE: N_("受理单位")},
        CaseState: {
            CaseState.RECEIVED: N_("待受理"),
            CaseState.AWAITING: N_("待补充"),
            CaseState.ACCEPTED: N_("已受理"),
            CaseState.VERIFYING: N_("核查中"),
            CaseState.CONCLUDED: N_("已有结论"),
            CaseState.RECTIFYING: N_("整改中"),
            CaseState.CLOSED: N_("已办结"),
            CaseState.DECLINED: N_("不予受理"),
            CaseState.REFERRED: N_("已移送"),
            CaseState.MERGED: N_("一并办理"),
        },
        ReportState: {ReportState.SUBMITTED: N_("已登记"), ReportState.WITHDRAWN: N_("已撤回")},
        ClockState: {
            ClockState.RUNNING: N_("办理中"),
            ClockState.LATE: N_("已超期"),
            ClockState.STOPPED: N_("已完成"),
            ClockState.SUPERSEDED: N_("已变更"),
            ClockState.SUSPENDED: N_("中止计时"),
        },
        Action: {
            Action.LIST: N_("查看待办"),
            Action.OPEN: N_("打开举报件"),
            Action.ACCEPT: N_("受理"),
            Action.DECLINE: N_("不予受理"),
            Action.ASK: N_("请举报人补充"),
            Action.RESUME: N_("补充完毕"),
            Action.MERGE: N_("并案"),
            Action.SPLIT: N_("拆分"),
            Action.TRANSFER: N_("转办"),
            Action.REFER: N_("移送"),
            Action.ASSIGN: N_("分办"),
            Action.SPAM: N_("移入疑似垃圾信息"),
            Action.RESTORE: N_("移回待办"),
            Action.BLOCK: N_("认定不是举报"),
            Action.FILE: N_("记入案卷"),
            Action.EXTEND: N_("延长期限"),
            Action.SUSPEND: N_("中止计时"),
            Action.CONTINUE: N_("恢复计时"),
            Action.SUPERVISE: N_("督办"),
            Action.CONCLUDE: N_("作出结论"),
            Action.FEED_BACK: N_("反馈"),
            Action.REVIEW: N_("复查"),
            Action.REOPEN: N_("重新办理"),
            Action.RECTIFY: N_("责令整改"),
            Action.CLOSE: N_("办结"),
            Action.REWARD: N_("提请奖励"),
            Action.WRITE: N_("给举报人写信"),
            Action.PHONE: N_("查看电话号码"),
            Action.REQUEST: N_("申请知悉举报人身份"),
            Action.RAISE: N_("拉警报"),
            Action.DISPOSE: N_("立即处置"),
            Action.PROTECT: N_("先行保护举报人"),
            Action.VERIFY_LEDGER: N_("核验审计台账"),
        },
        DisclosureState: {
            DisclosureState.ASKED: N_("等分管领导"),
            DisclosureState.LIFTED: N_("等保密专员"),
            DisclosureState.RELEASED: N_("可以看"),
            DisclosureState.ANSWERED: N_("对上了"),
            DisclosureState.REFUSED: N_("没有同意"),
            DisclosureState.LAPSED: N_("已到期"),
            DisclosureState.CLOSED: N_("已撤销"),
            DisclosureState.DONE: N_("已换发"),
        },
        FieldState: {
            FieldState.ASKED: N_("封存着"),
            FieldState.LIFTED: N_("开了第一道锁"),
            FieldState.RELEASED: N_("已放行"),
            FieldState.MATCHED: N_("对得上"),
            FieldState.UNMATCHED: N_("对不上"),
            FieldState.REFUSED: N_("没有放行"),
            FieldState.WIPED: N_("已销毁"),
        },
        DisclosureStep: {
            DisclosureStep.SHOW: N_("查看申请"),
            DisclosureStep.LIFT: N_("同意，开第一道锁"),
            DisclosureStep.RELEASE: N_("放行选中的"),
            DisclosureStep.ANSWER: N_("核对"),
            DisclosureStep.REISSUE: N_("换发查询码"),
            DisclosureStep.REFUSE: N_("不同意"),
            DisclosureStep.READ: N_("查看"),
            DisclosureStep.CLOSE: N_("不需要了"),
        },
        OfficerState: {
            OfficerState.ENROLLING: N_("待开通"),
            OfficerState.ACTIVE: N_("在岗"),
            OfficerState.SUSPENDED: N_("已停用"),
            OfficerState.LEFT: N_("已离开"),
        },
        EditionKind: {
            EditionKind.HOLIDAYS: N_("节假日安排"),
            EditionKind.REASONS: N_("理由清单"),
            EditionKind.CLOCKS: N_("办理期限"),
            EditionKind.CATEGORIES: N_("举报种类"),
            EditionKind.DIVISIONS: N_("行政区划"),
            EditionKind.AUTHORITIES: N_("主管部门"),
            EditionKind.OVERSIGHT: N_("审计规则"),
            EditionKind.REWARDS: N_("奖励规定"),
        },
        Standing: {
            Standing.IN_FORCE: N_("现行"),
            Standing.COMING: N_("将要生效"),
            Standing.EARLIER: N_("已被代替"),
            Standing.UNCONFIRMED: N_("待确认"),
        },
        Level: {
            Level.PROVINCE: N_("省级"),
            Level.PREFECTURE: N_("市（州）级"),
            Level.COUNTY: N_("县级"),
            Level.ZONE: N_("开发区"),
            Level.AGENCY: N_("省直管区"),
            Level.DIRECT: N_("省直管工程"),
        },
    }
)

# What comes next of a request to learn who a reporter is, and until when.
NEXT: Mapping[DisclosureState, str] = MappingProxyType(
    {
        DisclosureState.ASKED: N_("下一步：分管领导决定同不同意。%(time)s 前没有同意就作废，谁也看不到。"),
        DisclosureState.LIFTED: N_("下一步：保密专员逐项决定放不放行。%(time)s 前没有放行就作废，谁也看不到。"),
        DisclosureState.RELEASED: N_("申请的人可以看放行的那几项，看一次记一次。%(time)s 到期，谁也看不到了。"),
        DisclosureState.ANSWERED: N_(
            "对上了，窗口可以换发查询码，%(time)s 前没有换就作废。去补办的不是您，请马上在这里写明。"
        ),
        DisclosureState.REFUSED: N_("到此为止，谁也看不到。"),
        DisclosureState.LAPSED: N_("到此为止，谁也看不到了。"),
        DisclosureState.CLOSED: N_("到此为止，谁也看不到了。"),
        DisclosureState.DONE: N_("到此为止，查询码已经换发。"),
    }
)
# The same where yes or no is enough, where it differs.
NEXT_ANSWER: Mapping[DisclosureState, str] = MappingProxyType(
    {
        DisclosureState.LIFTED: N_("下一步：保密专员核对，只答对得上、对不上。%(time)s 前没有核对就作废。"),
        DisclosureState.REFUSED: N_("到此为止，没有换发查询码。"),
    }
)
OVER = N_("时间已经到了，谁也看不到了。")
# Where the reporter must agree first.
ASKING = N_("下一步：您同意不同意。%(time)s 前没有回答就作废，谁也看不到。")
UNANSWERED = N_("没有得到您的同意，不能往下办，谁也看不到。")

# What a reporter is told in each state: with the day of the time limit that governs it, and without.
SENTENCES: Mapping[CaseState, tuple[str, str]] = MappingProxyType(
    {
        CaseState.RECEIVED: (N_("已登记，正在看。%(date)s前告诉您是否受理。"), N_("已登记，正在看。")),
        CaseState.AWAITING: (
            N_("请您补充一点情况，见下面的问题。%(date)s前没有补充，我们按已有材料决定。"),
            N_("请您补充一点情况，见下面的问题。"),
        ),
        CaseState.ACCEPTED: (N_("已受理，最迟 %(date)s办结。"), N_("已受理，正在办。")),
        CaseState.VERIFYING: (
            N_("正在核查，最迟 %(date)s办结。为了不暴露您，检查的时间和方式不在这里显示。"),
            N_("正在核查。为了不暴露您，检查的时间和方式不在这里显示。"),
        ),
        CaseState.CONCLUDED: (
            N_("核查有了结论。%(date)s前把简要情况、处理决定、是否符合奖励条件告诉您。"),
            N_("核查有了结论。简要情况、处理决定、是否符合奖励条件见下。"),
        ),
        CaseState.RECTIFYING: (N_("已责令整改，期限 %(date)s，到期复查。"), N_("已责令整改，到期复查。")),
        CaseState.CLOSED: (N_("已办结。对结论有异议，请在 %(date)s前提出。"), N_("已办结。")),
        CaseState.DECLINED: (
            N_("不予受理，理由和您可以怎么办见下。"),
            N_("不予受理，理由和您可以怎么办见下。"),
        ),
        CaseState.REFERRED: (
            N_("这件事归别的机关管，已移送（不含您的身份信息）。"),
            N_("这件事归别的机关管，已移送（不含您的身份信息）。"),
        ),
        CaseState.MERGED: (
            N_("已受理，与本机关掌握的同一事项一并办理。您仍能在这里看到结果。"),
            N_("已受理，与本机关掌握的同一事项一并办理。您仍能在这里看到结果。"),
        ),
    }
)
# The same once that day is over: nobody is promised what was not kept.
OVERDUE: Mapping[CaseState, str] = MappingProxyType(
    {
        CaseState.RECEIVED: N_("已登记，正在看。本来应当在 %(date)s前告诉您是否受理，超期了。"),
        CaseState.AWAITING: N_("请您补充一点情况，见下面的问题。%(date)s已经过了，我们会按已有材料决定。"),
        CaseState.ACCEPTED: N_("已受理。本来应当在 %(date)s前办结，超期了。"),
        CaseState.VERIFYING: N_(
            "正在核查。本来应当在 %(date)s前办结，超期了。为了不暴露您，检查的时间和方式不在这里显示。"
        ),
        CaseState.CONCLUDED: N_("核查有了结论。本来应当在 %(date)s前告诉您，超期了。"),
        CaseState.RECTIFYING: N_("已责令整改，期限到 %(date)s，已经过了，还没有办结。"),
    }
)
RAISED = N_("已经报到上一级。")
WITHDRAWN = N_("您已撤回，我们不再答复。隐患如果还在，我们仍会处理。")

# What a time limit is called in the mailbox, where the office's name for it would be about somebody else.
OWN_TITLES: Mapping[str, str] = MappingProxyType({"C11": N_("把结果告诉您"), "C12": N_("您可以提出异议")})

# The time limit (LAW §2) whose last day the sentence of a state names.
GOVERNING: Mapping[CaseState, str] = MappingProxyType(
    {
        CaseState.RECEIVED: "C02",
        CaseState.AWAITING: "C02",
        CaseState.ACCEPTED: "C05",
        CaseState.VERIFYING: "C05",
        CaseState.CONCLUDED: "C11",
        CaseState.RECTIFYING: "C19",
        CaseState.CLOSED: "C12",
    }
)

TOLD: Mapping[str, str] = {  # the questions of the form, as an addition names them
    "category": N_("反映的事"),
    "division": N_("地方"),
    "place": N_("在哪里"),
    "respondent": N_("被举报的单位或人"),
    "ongoing": N_("现在还是这样吗"),
    "occurred_on": N_("哪一天的事"),
    "mode": N_("方式"),
    "concerns_office": N_("涉及接收单位或者那里的人"),
    "superior": N_("不希望由本地单位处理"),
    "may_phone": N_("可以打我电话"),
}


def word(member: StrEnum) -> str:
    """The word for one enum member in the reader's language."""
    if isinstance(member, IdentityField) and member.number is not None:
        return gettext("原文件%(number)s", number=member.number)
    return gettext(WORDS[type(member)][member])
