"""What the auditor's pages say of events, facts, rules and thresholds: msgids of the catalogue. It knows no route."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from flask import Flask

from portal.domain.audit import EVENTS, Effect
from portal.domain.award_vocabulary import PayoutEnd, ReturnWhy
from portal.domain.oversight import SPANNED, Rule, Sign
from portal.domain.vocabulary import ActorKind, Duty
from portal.office.overseeing_sheets import Fact, Flaw, Series
from portal.web import paper_words
from portal.web.event_words import EVENTS as EVENT_WORDS
from portal.web.i18n import N_, OFFICE_ZONE, gettext, long_day, named, time_of_day
from portal.web.ledger_codes import PAGES, WHYS
from portal.web.words import word

EFFECTS: Mapping[Effect, str] = MappingProxyType(
    {
        Effect.REVEALS: N_("查看"),
        Effect.CHANGES: N_("办理"),
        Effect.REFUSES: N_("被拒绝"),
        Effect.KEEPS: N_("登录和系统"),
    }
)
KINDS: Mapping[ActorKind, str] = MappingProxyType(
    {
        ActorKind.OFFICER: N_("工作人员"),
        ActorKind.REPORTER: N_("举报人"),
        ActorKind.SYSTEM: N_("系统"),
        ActorKind.PLATFORM: N_("热线平台"),
    }
)
FLAWS: Mapping[Flaw, tuple[str, str]] = MappingProxyType(
    {
        Flaw.ALTERED: (
            N_("对不上"),
            N_("这一条打不开它的叶子，或者不是本系统写的：被人改过。它写了什么都不能信，所以不显示。"),
        ),
        Flaw.COLUMNS: (
            N_("检索栏被改过"),
            N_("检索用的栏和内容不一样：有人改了数据库，想让它查不到，或者在别处查到。"),
        ),
        Flaw.CLOSED: (N_("内容已封"), N_("叶子还在，是本系统写的；它的内容不在了。")),
    }
)
STANDINGS: Mapping[str, str] = MappingProxyType(
    {
        "same": N_("和这一条写的一样"),
        "later": N_("后来有新的一条管它"),
        "gone": N_("不在了"),
        "erased": N_("这一条记下它被删"),
        "differs": N_("和台账对不上"),
    }
)
# What entries are about, by the table that holds it.
TABLES: Mapping[str, str] = MappingProxyType(
    {
        "cases": N_("案件"),
        "reports": N_("举报件"),
        "disclosures": N_("知悉申请"),
        "officers": N_("人员"),
        "motions": N_("双人复核"),
        "inquiries": N_("过问登记"),
        "authorities": N_("主管部门"),
        "desks": N_("岗位"),
        "bank_lists": N_("付款批次"),
        "desk_epochs": N_("岗位钥匙"),
        "seats": N_("席位"),
        "alarms": N_("警报"),
        "duty_shifts": N_("值班"),
        "enrolments": N_("开通码"),
        "assignments": N_("分办"),
        "installation": N_("系统"),
        "passkeys": N_("通行密钥"),
        "certificates": N_("密钥证书"),
        "editions": N_("版本"),
        "entries": N_("台账的一条"),
    }
)
FACTS: Mapping[str, str] = MappingProxyType(
    {
        "about": N_("看的是"),
        "above": N_("上级分管领导"),
        "alike": N_("可能重复的"),
        "alarms": N_("警报"),
        "areas": N_("哪一边"),
        "changed": N_("变了的设置"),
        "custody": N_("保密专员在"),
        "days": N_("暂不告知几天"),
        "deep": N_("正文也看了"),
        "desk": N_("哪个单位的岗位"),
        "filter": N_("筛选条件的摘要"),
        "intake": N_("受理员在"),
        "keeper": N_("原来的分管领导在"),
        "lead": N_("分管领导在"),
        "officers": N_("在岗的人"),
        "proposer": N_("谁提出的"),
        "removed": N_("换掉或者删掉哪几项"),
        "settings": N_("设置的摘要"),
        "superior": N_("上级单位"),
        "withheld": N_("申请暂不告知几天"),
        "case": N_("案件"),
        "report": N_("举报件"),
        "action": N_("做的是"),
        "after": N_("升级以后"),
        "authority": N_("单位"),
        "award": N_("奖励"),
        "last": N_("领到哪一天"),
        "late": N_("以前就超过的期限"),
        "list": N_("付款批次"),
        "payouts": N_("哪几笔"),
        "counts": N_("公告哪一天算送达"),
        "year": N_("年度"),
        "before": N_("升级以前"),
        "by": N_("延长多少"),
        "category": N_("种类代码"),
        "channel": N_("渠道"),
        "clocks": N_("期限"),
        "code": N_("代码"),
        "content": N_("内容摘要"),
        "copy": N_("给办公室那份的摘要"),
        "count": N_("几条"),
        "demo": N_("演示系统"),
        "digest": N_("摘要"),
        "due": N_("到期"),
        "duty": N_("岗位"),
        "edition": N_("版本"),
        "effective": N_("生效"),
        "epoch": N_("第几把钥匙"),
        "expires": N_("到期"),
        "fields": N_("哪几项"),
        "file": N_("第几个文件"),
        "fingerprint": N_("密钥指纹"),
        "from": N_("从"),
        "grants": N_("授权数"),
        "hour": N_("钟点"),
        "hours": N_("小时数"),
        "keys": N_("钥匙数"),
        "kind": N_("种类"),
        "letters": N_("信件数"),
        "main": N_("并入的案件"),
        "referral": N_("移送"),
        "first": N_("最先收到的"),
        "back": N_("回到的状态"),
        "level": N_("往上几级"),
        "marked": N_("疑似机器提交"),
        "matched": N_("对得上的"),
        "motion": N_("双人复核"),
        "narrative": N_("给了举报内容"),
        "number": N_("受理编号"),
        "officer": N_("人员"),
        "opened": N_("打开的"),
        "origin": N_("台账名"),
        "page": N_("哪一页"),
        **paper_words.FACTS,
        "passkey": N_("通行密钥"),
        "picture": N_("第几张图"),
        "position": N_("第几封"),
        "root_key": N_("根公钥"),
        "rule": N_("期限条目"),
        "since": N_("起"),
        "stood": N_("补回多少"),
        "starts": N_("从什么时候"),
        "suite": N_("密码套件"),
        "to": N_("到"),
        "until": N_("到什么时候"),
        "was": N_("原来的到期"),
        "why": N_("为什么没有办成"),
    }
)
THRESHOLDS: Mapping[Sign, str] = MappingProxyType(
    {
        Sign.MANY_CASES: N_("一个人 %(minutes)s 分钟里打开 %(count)s 件以上"),
        Sign.MANY_LISTS: N_("一个人 %(minutes)s 分钟里翻 %(count)s 页以上"),
        Sign.REFUSALS: N_("一个人 %(minutes)s 分钟里被拒绝 %(count)s 次以上"),
        Sign.OUTSIDE_HOURS: N_("一个人一天里在 %(opens)s 以前、%(closes)s 以后或者休息日查看 %(count)s 次以上"),
        Sign.NIGHT_REQUEST: N_("一个人在 %(opens)s 以前、%(closes)s 以后或者休息日申请 %(count)s 次以上"),
        Sign.FAR: N_("一个人看了 %(count)s 件以上"),
        Sign.ONLY_LOOKING: N_("同一个人、同一件，%(count)s 天以上"),
        Sign.UNREAD: N_("放行 %(hours)s 小时以后还没有人看"),
    }
)
CODES: Mapping[str, Mapping[str, str]] = MappingProxyType({"page": PAGES, "why": WHYS})
TIMES = frozenset({"due", "starts", "until", "expires", "hour"})


def effect_word(effect: Effect) -> str:
    """What entries of a kind do."""
    return gettext(EFFECTS[effect])


def actor_word(kind: ActorKind) -> str:
    """Who acts, without a name."""
    return gettext(KINDS[kind])


def table_word(table: str) -> str:
    """What entries are about."""
    return gettext(TABLES[table]) if table in TABLES else table


def fact_word(fact: Fact) -> str:
    """The name of a fact."""
    return gettext(FACTS[fact.name])


def fact_value(fact: Fact) -> str:
    """What a fact says; codes and numbers as they are."""
    if fact.hidden:
        return gettext("不在您看得到的范围里")
    if fact.name in CODES:
        words = CODES[fact.name]
        return gettext(words[fact.value]) if fact.value in words else str(fact.value)
    if isinstance(fact.value, Mapping):
        return gettext("、").join(f"{name} {_timed(one)}" for name, one in fact.value.items())
    if isinstance(fact.value, list | tuple):
        return gettext("、").join(map(_worded, fact.value)) or gettext("没有")
    if fact.name == "picture" and isinstance(fact.value, int):
        return str(fact.value + 1)  # people count from one
    return _timed(fact.value) if fact.name in TIMES else _worded(fact.value)


def _worded(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("是") if value else gettext("不是")
    return word(value) if isinstance(value, StrEnum) else str(value)


def _timed(value: Any) -> str:
    try:
        at = datetime.fromisoformat(value).astimezone(OFFICE_ZONE)
        return f"{long_day(at)} {time_of_day(at)}"
    except (TypeError, ValueError):
        return str(value)


def flaw_word(flaw: Flaw) -> str:
    """What is wrong with an entry, in a word."""
    return gettext(FLAWS[flaw][0])


def flaw_sentence(flaw: Flaw) -> str:
    """What is wrong with an entry."""
    return gettext(FLAWS[flaw][1])


def standing_word(standing: str) -> str:
    """How a row stands beside the entry that names it."""
    return gettext(STANDINGS[standing])


def threshold(rule: Rule, hours: Any) -> str:
    """From when on a rule fires."""
    said = {"count": rule.count, "opens": f"{hours.opens:%H:%M}", "closes": f"{hours.closes:%H:%M}"}
    if rule.sign in SPANNED:
        said |= {"minutes": rule.minutes or 0, "hours": f"{(rule.minutes or 0) / 60:g}"}
    return gettext(THRESHOLDS[rule.sign], **said)


def event_choices(effect: Effect | None) -> list[tuple[str, str]]:
    """Events as options: (name, word), those of one effect where it is chosen."""
    return [
        (name, gettext(EVENT_WORDS[name])) for name, event in EVENTS.items() if effect is None or event.effect is effect
    ]


def effect_choices() -> list[tuple[str, str]]:
    """Effects as options."""
    return [(effect.value, effect_word(effect)) for effect in Effect]


def reason_options(reasons: Iterable[Any]) -> list[tuple[str, str]]:
    """Reasons as options."""
    return [(reason.code, named(reason)) for reason in reasons]


def by_id(options: Iterable[tuple[Any, str]]) -> list[tuple[str, str]]:
    """Options whose values are ids."""
    return [(str(value), label) for value, label in options]


def duty_names(series: Series) -> list[tuple[str, str]]:
    """The duties of a series with their words; whoever looked in none comes last."""
    known = [(duty.value, word(duty)) for duty in Duty if duty.value in series.values]
    return known + ([("", gettext("没有岗位"))] if "" in series.values else [])


def coloured(names: Iterable[tuple[str, str]], series: Series) -> list[tuple[str, str]]:
    """The key of a drawing: (class, words with the sum)."""
    return [(f"c{at}", f"{label} {sum(series.values[name])}") for at, (name, label) in enumerate(names)]


def lanes(counts: Mapping[Effect, int]) -> list[tuple[str, str]]:
    """The key of a day: (class, words with the sum)."""
    return [(effect.value, f"{effect_word(effect)} {number}") for effect, number in counts.items()]


def worded_effects(counts: Mapping[Effect, int]) -> list[tuple[str, int]]:
    """Sums with their words."""
    return [(effect_word(effect), number) for effect, number in counts.items()]


def worded_events(counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """Sums of events with their words."""
    return [(gettext(EVENT_WORDS[event]), number) for event, number in counts]


def said_reason(reason: Any) -> str:
    """A reason's name, or its code where no list has it (any more); those of rewards and payments are no edition's."""
    if isinstance(reason, str):
        lists: tuple[type[PayoutEnd | ReturnWhy], ...] = (PayoutEnd, ReturnWhy)
        return next((word(kind(reason)) for kind in lists if reason in frozenset(kind)), reason)
    return named(reason)


def install(app: Flask) -> None:
    """Put the words into Jinja."""
    app.jinja_env.filters.update(
        effect_word=effect_word,
        actor_word=actor_word,
        table_word=table_word,
        fact_word=fact_word,
        fact_value=fact_value,
        flaw_word=flaw_word,
        flaw_sentence=flaw_sentence,
        standing_word=standing_word,
        said_reason=said_reason,
        by_id=by_id,
        lanes=lanes,
        worded_effects=worded_effects,
        worded_events=worded_events,
    )
    app.jinja_env.globals.update(
        threshold=threshold,
        event_choices=event_choices,
        effect_choices=effect_choices,
        reason_options=reason_options,
        duty_names=duty_names,
        coloured=coloured,
    )
