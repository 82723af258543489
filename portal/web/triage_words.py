"""The words of triage beside taking up: what became of what was handed to bodies outside."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from flask import Flask

from portal.domain.case_vocabulary import Decision, ReferralState, ReferralStep
from portal.policy.reason_lists import ReferralBody
from portal.web.i18n import N_, OFFICE_ZONE, current, day, gettext, named

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
    app.jinja_env.globals.update(body_choices=body_choices)
