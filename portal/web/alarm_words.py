"""The words of alarms: what is alarming, why one is raised or stood down."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal.domain.alarms import AlarmKind, DownReason, RaiseReason
from portal.web.i18n import N_

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
        DownReason: {
            DownReason.MISTAKEN: N_("误报，看过了，没有这回事"),
            DownReason.OVER: N_("已经过去了"),
            DownReason.DOUBLE: N_("跟另一件是同一回事"),
        },
    }
)
