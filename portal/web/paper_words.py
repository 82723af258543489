"""The words of a case file: what papers are, what they say, and the sentence for each thing that is wrong with one.

They are msgids of the catalogue.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal.domain.case_vocabulary import PaperKind
from portal.domain.money import AmountFlaw
from portal.domain.paper_vocabulary import (
    Eligible,
    Known,
    ObjectionState,
    Outcome,
    PenaltyFor,
    PenaltyKind,
    PenaltyStatus,
    Target,
    Verdict,
)
from portal.web.i18n import N_

PAPER_WORDS: Mapping[type[StrEnum], Mapping[Any, str]] = MappingProxyType(
    {
        PaperKind: {
            PaperKind.NOTE: N_("办案记录"),
            PaperKind.PLAN: N_("核查方案"),
            PaperKind.VISIT: N_("现场检查"),
            PaperKind.FINDING: N_("逐项认定"),
            PaperKind.PENALTY: N_("处罚"),
            PaperKind.CONCLUSION: N_("核查结论"),
            PaperKind.ORDER: N_("责令整改"),
            PaperKind.REFERRAL: N_("移送函"),
            PaperKind.GROUNDS: N_("理由"),
            PaperKind.REVIEW: N_("复查结论"),
            PaperKind.REWARD: N_("奖励建议"),
            PaperKind.RETURN: N_("奖励建议退回的理由"),
            PaperKind.EXHIBIT: N_("证据文件"),
        },
        Outcome: {
            Outcome.SUBSTANTIATED: N_("属实"),
            Outcome.PARTLY: N_("部分属实"),
            Outcome.UNSUBSTANTIATED: N_("不属实"),
        },
        Known: {
            Known.NO: N_("事先不掌握"),
            Known.HANDLED: N_("事先掌握，正在依法处理"),
            Known.UNHANDLED: N_("事先掌握，没有依法处理"),
        },
        Target: {Target.UNIT: N_("单位"), Target.PERSON: N_("个人")},
        PenaltyKind: {
            PenaltyKind.FINE: N_("罚款"),
            PenaltyKind.DAILY_FINE: N_("按日连续处罚"),
            PenaltyKind.CONFISCATION: N_("没收违法所得"),
        },
        PenaltyFor: {PenaltyFor.HAZARD: N_("隐患、违法行为"), PenaltyFor.CONCEALMENT: N_("瞒报、谎报事故")},
        PenaltyStatus: {
            PenaltyStatus.PROPOSED: N_("拟处罚"),
            PenaltyStatus.EFFECTIVE: N_("已生效"),
            PenaltyStatus.ANNULLED: N_("已撤销"),
        },
        Eligible: {
            Eligible.MET: N_("符合奖励条件"),
            Eligible.NOT_MET: N_("不符合奖励条件"),
            Eligible.LATER: N_("等处罚决定生效以后再定"),
        },
        Verdict: {Verdict.REJECTED: N_("维持原来的决定"), Verdict.UPHELD: N_("异议成立，重新办理")},
        ObjectionState: {
            ObjectionState.OPEN: N_("等复查"),
            ObjectionState.REJECTED: N_("复查后维持"),
            ObjectionState.UPHELD: N_("异议成立，重新办理"),
        },
    }
)

# What is wrong with a paper, at its field; a field of its own comes first.
FLAWS: Mapping[str, str] = MappingProxyType(
    {
        "items.missing": N_("请写要核查哪几项，一行一项。"),
        "items.too_many": N_("最多 20 项。请合并相近的。"),
        "hidden.missing": N_("请写怎样不暴露举报人：不写这一条，方案不能用。"),
        "officers.missing": N_("请写谁去。"),
        "officers.two_officers": N_("现场检查至少两个人，请写两个人的名字（行政处罚法 第42条）。"),
        "known_by.unproven": N_("说事先掌握，要写凭什么：什么时候、哪份材料。"),
        "until.past": N_("期限不能在今天以前。"),
        "on.missing": N_("请写日期。"),
        "until.missing": N_("请写整改到哪一天。"),
        "decided_on.missing": N_("已经作出的处罚要写决定日期。"),
        "number.missing": N_("已经作出的处罚要写决定书文号。"),
        "body.missing": N_("请写哪个机关处罚。"),
        "place.missing": N_("请写在哪里。"),
        "seen.missing": N_("请写看到了什么。"),
        "facts.missing": N_("请写查明的事实。"),
        "handling.missing": N_("请写怎么处理。"),
        "what.missing": N_("请写要整改什么。"),
        "grounds.missing": N_("请写复查的理由。"),
        "answer.missing": N_("请写给举报人：为什么这样决定。"),
        "missing": N_("请填这一项。"),
        "future": N_("这一天还没有到。"),
        "before": N_("这一天在收到举报以前。"),
        "undated": N_("请照“2026-03-02”这样写日期。"),
        "no_such_file": N_("没有这个编号的文件，或者已经收回。请照文件编号写，例如 1、21。"),
        "no_such_item": N_("请选方案里的一项。还没有核查方案的，先写方案。"),
        AmountFlaw.MISSING: N_("请写金额。"),
        AmountFlaw.UNREADABLE: N_("看不懂这个金额。请写数字，例如 50000、5万。"),
        AmountFlaw.NEGATIVE: N_("金额不能是负数。"),
        AmountFlaw.FRACTION: N_("最小到分，例如 50000.50。"),
        AmountFlaw.ZERO: N_("金额不能是零。没有罚款的，不用写处罚。"),
        AmountFlaw.TOO_MUCH: N_("金额太大，请再看看单位。"),
    }
)

# What has to come before a step.
UNFINISHED: Mapping[str, str] = MappingProxyType(
    {
        "plan": N_("还没有核查方案。先写方案，列出要核查的每一项。"),
        "visit": N_("还没有现场检查。没有去的，请写为什么不用去。"),
        "two_officers": N_(
            "没有去现场，这一件又只分给了一个人。至少两个人办，请分管领导再分一个人（行政处罚法 第42条）。"
        ),
        "findings": N_("还有没有认定的。方案里的每一项都要有逐项认定。"),
        "evidence": N_("有一项认定凭的文件已经不在了。请重新认定那一项。"),
        "conclusion": N_("还没有核查结论。"),
        "together": N_("并入的举报，分管领导还没有都打开看过。请先逐件打开看，再办这一步。"),
        "feedback": N_("还没有反馈举报人。不能反馈的，请写为什么。"),
    }
)

FACTS: Mapping[str, str] = MappingProxyType(
    {
        "across": N_("跨区"),
        "listed": N_("挂牌"),
        "outcome": N_("结论"),
        "paper": N_("案卷第几份"),
        "papers": N_("案卷几份"),
        "verdict": N_("复查决定"),
    }
)
