"""The terms of a reward rule in plain words: what each asks, what its value means.

They are msgids of the catalogue.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal.domain.money import yuan
from portal.domain.rewards import Rules
from portal.domain.rewards_terms import (
    Anonymous,
    Bloodless,
    FineBase,
    Manager,
    Proof,
    Provision,
    Rounding,
    TwoLimbs,
    UpliftOrder,
)
from portal.web.i18n import N_, gettext, ngettext
from portal.web.reward_words import GRADES, percent

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        N_("奖多少"),
        (
            *("rate", "floor", "cap", "no_fine", "fine_base", "daily_fines", "confiscation", "rounding"),
            *("death_rates", "overall_cap", "two_limbs", "concealed_no_deaths", "ordinary_hazard", "defy_order"),
        ),
    ),
    (N_("奖给谁"), ("anonymous", "code_ceiling", "unit_safety_manager", "split_joint")),
    (
        N_("内部举报人"),
        ("uplift", "uplift_min", "uplift_order", "cap_lifts", "insider_proof", "insider_relatives"),
    ),
    (N_("怎样领"), ("claim_days", "notice_days", "late_claims", "accounting_years")),
)
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "rate": N_("隐患、违法行为，按处罚金额的"),
        "floor": N_("最低"),
        "cap": N_("最高"),
        "no_fine": N_("查实了，但是没有处罚"),
        "fine_base": N_("算谁的罚款"),
        "daily_fines": N_("按日连续处罚算不算"),
        "confiscation": N_("没收违法所得算不算"),
        "rounding": N_("零头"),
        "death_rates": N_("瞒报、谎报死亡，每人"),
        "overall_cap": N_("瞒报、谎报死亡部分，以及两部分合计，最高"),
        "two_limbs": N_("既有瞒报死亡，又有另一件隐患"),
        "concealed_no_deaths": N_("瞒报的事故没有死人"),
        "ordinary_hazard": N_("一般隐患"),
        "defy_order": N_("单位拒不执行停产停业指令"),
        "anonymous": N_("没有留姓名的"),
        "code_ceiling": N_("凭领取码，超过多少要核对身份"),
        "unit_safety_manager": N_("本单位的安全管理人员"),
        "split_joint": N_("联名举报"),
        "uplift": N_("提高多少"),
        "uplift_min": N_("至少提高"),
        "uplift_order": N_("什么时候提高"),
        "cap_lifts": N_("最高数额"),
        "insider_proof": N_("证明"),
        "insider_relatives": N_("配偶、父母、子女"),
        "claim_days": N_("领取期限"),
        "notice_days": N_("一直没有看的，公告以后"),
        "late_claims": N_("过期有正当理由"),
        "accounting_years": N_("付款资料保存"),
    }
)
WORDS: Mapping[StrEnum, str] = MappingProxyType(
    {
        Anonymous.NAMED_ONLY: N_("不奖励，可以补留姓名"),
        Anonymous.CONTACT_OK: N_("联系得上就奖励"),
        Anonymous.CODE_OK: N_("联系得上，或者有领取码，就奖励"),
        FineBase.UNIT: N_("只算单位的"),
        FineBase.UNIT_AND_PERSONS: N_("单位和个人的都算"),
        TwoLimbs.SUM: N_("相加，合计封顶"),
        TwoLimbs.LARGER: N_("取多的"),
        TwoLimbs.DEATHS: N_("只按死亡人数"),
        Bloodless.FINE: N_("按处罚计算，由人复核"),
        Bloodless.MANUAL: N_("由人决定"),
        Bloodless.NOTHING: N_("不奖励"),
        UpliftOrder.AFTER: N_("看过最低、最高以后"),
        UpliftOrder.BEFORE: N_("看最低、最高以前"),
        Proof.REQUIRED: N_("要有劳动合同等证明"),
        Proof.DECLARED: N_("说明就行"),
        Manager.MANUAL: N_("由人决定"),
        Manager.ELIGIBLE: N_("照样奖励"),
        Manager.EXCLUDED: N_("不奖励"),
        Rounding.FEN_HALF_UP: N_("四舍五入到分"),
        Rounding.FEN_DOWN: N_("舍到分"),
        Rounding.YUAN_HALF_UP: N_("四舍五入到元"),
        Rounding.YUAN_DOWN: N_("舍到元"),
    }
)
YES_NO: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "daily_fines": (N_("算"), N_("不算")),
        "confiscation": (N_("算"), N_("不算")),
        "split_joint": (N_("平分"), N_("一份，第一署名人或者他书面委托的人领取")),
        "cap_lifts": (N_("随着提高"), N_("不变")),
        "insider_relatives": (N_("算内部举报人"), N_("不算内部举报人")),
        "late_claims": (N_("由专人决定，可以补领"), N_("不能补领")),
    }
)
NONE: Mapping[str, str] = MappingProxyType(
    {
        "uplift": N_("还没有定"),
        "defy_order": N_("没有另外规定，按处罚计算"),
        "code_ceiling": N_("没有规定"),
    }
)
ZERO: Mapping[str, str] = MappingProxyType(
    {"no_fine": N_("不奖励"), "ordinary_hazard": N_("不奖励"), "uplift_min": N_("没有规定")}
)
_COUNTED: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "claim_days": lambda count: ngettext("收到通知的第二天起 %(num)s 天", "收到通知的第二天起 %(num)s 天", count),
        "notice_days": lambda count: ngettext("满 %(num)s 天算收到通知", "满 %(num)s 天算收到通知", count),
        "accounting_years": lambda count: ngettext("%(num)s 年", "%(num)s 年", count),
    }
)


@dataclass(frozen=True, slots=True)
class TermLine:
    """One parameter as a page shows it."""

    name: str
    label: str
    value: str
    provision: Provision


def terms_in_words(rules: Rules) -> list[tuple[str, list[TermLine]]]:
    """Every parameter of an edition, by group."""
    return [(gettext(title), [_line(rules, name) for name in names]) for title, names in GROUPS]


def _line(rules: Rules, name: str) -> TermLine:
    return TermLine(name, gettext(LABELS[name]), _value(name, getattr(rules.terms, name)), rules.provisions[name])


def _value(name: str, value: Any) -> str:
    if value is None or (not value and name in ZERO):
        return gettext((NONE if value is None else ZERO)[name])
    if isinstance(value, bool):
        return gettext(YES_NO[name][not value])
    if isinstance(value, Mapping):
        return gettext("；").join(f"{gettext(GRADES[grade])} {_money(fen)}" for grade, fen in value.items())
    if isinstance(value, StrEnum):
        return gettext(WORDS[value])
    return _number(name, value)


def _number(name: str, value: Decimal | int) -> str:
    if isinstance(value, Decimal):
        return percent(value)
    return _COUNTED[name](value) if name in _COUNTED else _money(value)


def _money(fen: int) -> str:
    return gettext("%(amount)s 元", amount=yuan(fen))
