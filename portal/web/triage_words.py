"""The words of triage beside taking up: what became of what was handed to bodies outside."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from flask import Flask

from portal.domain.case_vocabulary import Decision, ReferralState, ReferralStep
from portal.domain.merging import SplitReason, SplitSnag
from portal.office.triage_sheets import MergedLine
from portal.policy.reason_lists import ReferralBody
from portal.web.i18n import N_, OFFICE_ZONE, current, day, gettext, moment, named

TRIAGE_WORDS: Mapping[type[StrEnum], Mapping[Any, str]] = MappingProxyType(
    {
        ReferralState: {
            ReferralState.ASKED: N_("待分管领导决定"),
            ReferralState.AGREED: N_("已同意，待移交"),
            ReferralState.REFUSED: N_("决定不移送"),
            ReferralState.MADE: N_("已移送，待签收"),
            ReferralState.RECEIVED: N_("对方已签收，待答复"),
            ReferralState.ANSWERED: N_("对方已答复"),
            ReferralState.RETURNED: N_("对方退回"),
        },
        Decision: {
            Decision.REFERRAL: N_("是不是移送"),
            Decision.DISPUTE: N_("由谁办理"),
        },
        SplitReason: {
            SplitReason.OTHER_MATTER: N_("不是同一件事"),
            SplitReason.OTHER_PLACE: N_("同一个单位，不是同一处"),
            SplitReason.MISTAKEN: N_("并错了编号"),
            SplitReason.FOUND: N_("核查时发现是另一件事"),
            SplitReason.TOLD: N_("举报人说明是另一件事"),
        },
        ReferralStep: {
            ReferralStep.AGREE: N_("同意移送"),
            ReferralStep.REFUSE: N_("决定不移送"),
            ReferralStep.HAND_OVER: N_("已经移交"),
            ReferralStep.RECEIVE: N_("对方签收了"),
            ReferralStep.ANSWER: N_("对方答复了"),
            ReferralStep.RETURN: N_("对方退回来"),
        },
    }
)

# Why a case is not split from another.
SPLIT_SNAGS: Mapping[str, str] = MappingProxyType(
    {
        SplitSnag.REASON: N_("没有这条理由，请重新选。"),
        SplitSnag.UNKNOWN: N_("请选拆出哪一件。"),
        SplitSnag.LEAD: N_("已经一起作出结论，或者已经移送：要拆分，请分管领导办（应急〔2023〕106号）。"),
        SplitSnag.OBJECTED: N_("要拆出的举报人提了异议，正在复查：复查有了决定才能拆分（应急〔2023〕106号）。"),
        SplitSnag.AWARDED: N_(
            "这件事的奖励正在审批或者已经批准，谁先举报是按并案算的，不能拆分"
            "（安监总财〔2018〕19号 第12条）。退回或者撤销以后再拆。"
        ),
    }
)


def split_choices(lines: Iterable[MergedLine]) -> list[tuple[str, str]]:
    """Cases that may leave a matter: by number, or by the hour of arrival; and by their place in the ledger."""
    return [(str(one.case_id), f"{_known(one)} · {gettext('台账第 %(index)s 条', index=one.index)}") for one in lines]


def _known(line: MergedLine) -> str:
    return line.number or gettext("%(time)s收到", time=moment(line.arrived_at, hour_only=True))


def split_snag(snag: str) -> str:
    """Why none may leave now."""
    return gettext(SPLIT_SNAGS[snag])


def split_reasons() -> list[tuple[str, str, str]]:
    """The reasons as choices."""
    return [(str(one), gettext(TRIAGE_WORDS[SplitReason][one]), "") for one in SplitReason]


def body_choices(bodies: Iterable[ReferralBody]) -> list[tuple[str, str, str]]:
    """Bodies outside as choices: (code, name, what for and on which article)."""
    return [(one.code, named(one), _terms(one)) for one in bodies]


def _terms(body: ReferralBody) -> str:
    what = [body.for_what_zh] if current().tag == "zh-Hans" else []
    asked = [gettext("要分管领导决定")] if body.two_officers else []
    return gettext("；").join([*what, gettext("依据：%(basis)s", basis=body.basis), *asked])


def day_of(at: datetime) -> str:
    """The day of an instant, and nothing finer."""
    return day(at.astimezone(OFFICE_ZONE).date())


def install(app: Flask) -> None:
    """Put them into Jinja."""
    app.jinja_env.filters.update(day_of=day_of)
    app.jinja_env.globals.update(
        body_choices=body_choices, split_choices=split_choices, split_reasons=split_reasons, split_snag=split_snag
    )
