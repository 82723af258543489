"""The words of alarms: what is alarming, why one is raised or stood down."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from flask import Flask

from portal.domain.alarms import NEEDLESS, AlarmKind, Checked, DownReason, Protection, RaiseReason
from portal.web.i18n import N_, gettext

ALARM_WORDS: Mapping[type[StrEnum], Mapping[Any, str]] = MappingProxyType(
    {
        AlarmKind: {
            AlarmKind.DANGER: N_("紧急危险"),
            AlarmKind.DEATH: N_("反映有人死亡"),
            AlarmKind.CONCEALMENT: N_("反映瞒报事故"),
            AlarmKind.RETALIATION: N_("反映打击报复"),
        },
        RaiseReason: {
            RaiseReason.TOLD: N_("举报人又说了新情况"),
            RaiseReason.SEEN: N_("工作人员在现场看到"),
            RaiseReason.BODY: N_("别的单位通报"),
        },
        Protection: {
            Protection.CONTACT: N_("和举报人商定了安全的联系办法"),
            Protection.WARNED: N_("书面告诫单位不得打击报复，不提是谁举报"),
            Protection.STOPPED: N_("责令单位停止，恢复岗位和待遇"),
            Protection.LABOUR: N_("请人力资源社会保障部门处理"),
            Protection.POLICE: N_("请公安机关保护人身安全"),
            Protection.NOT_WANTED: N_("不需要：举报人表示不要"),
            Protection.OVER: N_("不需要：已经停止，不会再有"),
            Protection.NO_SIGN: N_("不需要：看过了，说的不是打击报复"),
        },
        Checked: {
            Checked.CONFIRMED: N_("查实有打击报复，已依法处理"),
            Checked.HANDED: N_("移交有权处理的机关"),
            Checked.UNCONFIRMED: N_("没有查到打击报复"),
        },
        DownReason: {
            DownReason.MISTAKEN: N_("误报，看过了，没有这回事"),
            DownReason.OVER: N_("已经过去了"),
            DownReason.DOUBLE: N_("跟另一件是同一回事"),
        },
    }
)

# What a reporter is told of their protection, and of the check.
TOLD: Mapping[Protection | Checked, str] = MappingProxyType(
    {
        Protection.CONTACT: N_("以后只用您在这里同意的办法联系您，不打别的电话，也不上门找您。"),
        Protection.WARNED: N_("已经书面告诫这家单位：不得打击报复。没有说是谁举报的。"),
        Protection.STOPPED: N_("已经责令这家单位停止，恢复原来的岗位和待遇。"),
        Protection.LABOUR: N_("已经请人力资源社会保障部门处理，您也可以直接找他们（12333）。"),
        Protection.POLICE: N_("已经请公安机关保护您的安全。有危险，马上打 110。"),
        Protection.NOT_WANTED: N_("按您说的，这次没有采取措施。什么时候需要，就写信告诉我们。"),
        Protection.OVER: N_("我们了解到已经停止，这次没有采取措施。不是这样，请马上写信告诉我们。"),
        Protection.NO_SIGN: N_("看了您说的情况，这次没有采取措施。还在发生的，请马上写信告诉我们。"),
        Checked.CONFIRMED: N_("查实有打击报复，已经依法处理。"),
        Checked.HANDED: N_("已经移交有权处理的机关。"),
        Checked.UNCONFIRMED: N_("没有查到打击报复。有新的情况，请写信告诉我们。"),
    }
)


def protection_told(code: Protection | Checked) -> str:
    """The sentence for the reporter."""
    return gettext(TOLD[code])


def protection_choices() -> list[tuple[str, str, str]]:
    """How one can be protected, then why that is not needed."""
    ordered = sorted(Protection, key=lambda one: one in NEEDLESS)
    return [(str(one), gettext(ALARM_WORDS[Protection][one]), "") for one in ordered]


def checked_choices() -> list[tuple[str, str, str]]:
    """What a check can come to."""
    return [(str(one), gettext(ALARM_WORDS[Checked][one]), "") for one in Checked]


def install(app: Flask) -> None:
    """Put them into Jinja."""
    app.jinja_env.globals.update(
        checked_choices=checked_choices, protection_choices=protection_choices, protection_told=protection_told
    )
