"""How a desk's cases are looked at, and why two may be about the same thing, in the words of a page."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal.domain.case_vocabulary import View
from portal.domain.likeness import Why
from portal.web.i18n import N_

MATCH_WORDS: Mapping[type[StrEnum], Mapping[Any, str]] = MappingProxyType(
    {
        View: {
            View.OPEN: N_("本岗待办"),
            View.URGENT: N_("紧急"),
            View.LATE: N_("超期"),
            View.SOON: N_("快到期"),
            View.UNASSIGNED: N_("待分办"),
            View.WAITING: N_("等举报人补充"),
            View.NEWS: N_("有新来信"),
            View.SUPERVISED: N_("督办中"),
            View.SPAM: N_("疑似垃圾信息"),
            View.DONE: N_("已结"),
        },
        Why: {
            Why.SAME_UNIT: N_("同一单位"),
            Why.LIKE_UNIT: N_("单位名相近"),
            Why.SAME_PLACE: N_("同一地点"),
            Why.LIKE_PLACE: N_("地点相近"),
            Why.SAME_VENUE: N_("同一场所"),
            Why.NEAR_TIME: N_("时间相近"),
        },
    }
)
