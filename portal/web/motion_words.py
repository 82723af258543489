"""The words of what needs a second person (双人复核). They are msgids of the catalogue."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal.domain.vocabulary import MotionKind, MotionState
from portal.web.i18n import N_

MOTION_WORDS: Mapping[type[StrEnum], Mapping[Any, str]] = MappingProxyType(
    {
        MotionKind: {
            MotionKind.CERTIFY: N_("认证密钥"),
            MotionKind.SEAT: N_("安排上岗"),
            MotionKind.OPEN: N_("设立岗位"),
            MotionKind.TURN: N_("换岗位钥匙"),
            MotionKind.RESUME: N_("恢复登录"),
            MotionKind.FOUND: N_("设立单位"),
            MotionKind.RENAME: N_("单位更名"),
            MotionKind.ADOPT: N_("采用版本"),
            MotionKind.LOCATE: N_("设领取地点"),
            MotionKind.EXTEND: N_("延长期限"),
            MotionKind.CONCLUDE: N_("核查结论"),
            MotionKind.BLOCK: N_("认定不是举报"),
            MotionKind.REVIEW: N_("复查结论"),
            MotionKind.REWARD: N_("提请奖励"),
            MotionKind.PAY: N_("审定发放"),
            MotionKind.REVOKE: N_("撤销奖励"),
            MotionKind.CANCEL: N_("不再发放"),
            MotionKind.RECALL: N_("作废付款批次"),
        },
        MotionState: {
            MotionState.PROPOSED: N_("待复核"),
            MotionState.CONFIRMED: N_("已复核"),
            MotionState.REFUSED: N_("没有通过"),
            MotionState.WITHDRAWN: N_("已收回"),
            MotionState.LAPSED: N_("过期作废"),
        },
    }
)
