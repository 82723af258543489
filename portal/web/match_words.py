"""Why a case may be about the same thing, in the words of a page."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal.domain.likeness import Why
from portal.web.i18n import N_

MATCH_WORDS: Mapping[type[StrEnum], Mapping[Any, str]] = MappingProxyType(
    {
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
