"""What pages say of time limits: how a date arises, how much of it is left to add, and why something is not done."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from flask import Flask

from portal.domain import clocks
from portal.domain.clock_changes import Flaw
from portal.domain.clock_explaining import Explanation, Part, Step
from portal.domain.clocks import Unit
from portal.domain.errors import TimeLimitError
from portal.office.clock_sheets import ClockSheet
from portal.policy.reason_lists import ExtensionReason
from portal.web.i18n import N_, current, day, gettext, named, ngettext

SENTENCES: Mapping[Step, str] = MappingProxyType(
    {
        Step.AT_ONCE: N_("马上办。"),
        Step.HOURS: N_("从事情发生的那一刻起 %(amount)s，休息日也算。"),
        Step.SAME_DAY: N_("%(first)s 当天，休息日也一样。"),
        Step.FROM: N_("从 %(first)s 起算，当天不算（民法典 201）。"),
        Step.COUNT: N_("%(first)s 是第一天，一共 %(amount)s，数到 %(last)s。"),
        Step.LONGER: N_("其中 %(amount)s是延长的。"),
        Step.STOOD: N_("其中 %(amount)s是中止期间补回的。"),
        Step.SKIPPED: N_("%(first)s 到 %(last)s 休息，不算。"),
        Step.ROLLED: N_("%(first)s 到 %(last)s 休息，顺延到下一个工作日（民法典 203）。"),
        Step.ORDERED: N_("照责令书上写的日子。"),
        Step.YEARLY: N_("每年固定的日子，下一个是 %(last)s。"),
        Step.PROVISIONAL: N_("%(first)s 起的节假日安排还没有公布，公布以后重新计算。"),
    }
)
ALONE: Mapping[Step, str] = MappingProxyType(
    {
        Step.SKIPPED: N_("%(first)s 休息，不算。"),
        Step.ROLLED: N_("%(first)s 休息，顺延到下一个工作日（民法典 203）。"),
    }
)
FLAWS: Mapping[str, str] = MappingProxyType(
    {
        Flaw.FIXED: N_("险情、死亡、事故和瞒报的期限，不能延长，也不能中止。依据：%(basis)s"),
        Flaw.NO_EXTENSION: N_("这个期限没有延长的规定。依据：%(basis)s"),
        Flaw.TWICE: N_("已经延长过一次，不能再延长。依据：%(basis)s"),
        Flaw.TOO_LONG: N_("延长多少：最少 1，最多 %(most)s。依据：%(basis)s"),
        Flaw.OFTEN: N_("中止的时间合起来最多 %(most)s 天，已经用完。依据：%(basis)s"),
        Flaw.NOTHING: N_("休息日已经顺延过，延这么久最后一天还是原来那天。要么多延几天，要么不延。依据：%(basis)s"),
        Flaw.LATE: N_("这个期限已经过了：延长、中止都要在到期以前办。依据：%(basis)s"),
        Flaw.STANDS: N_("这个期限正在中止，先恢复，再延长。依据：%(basis)s"),
        Flaw.RUNS: N_("这个期限没有中止。依据：%(basis)s"),
        Flaw.REASON: N_("这条理由不能用在这个期限上。依据：%(basis)s"),
        Flaw.FORBIDDEN: N_("这不是理由。%(basis)s"),
        Flaw.NOT_DAYS: N_("按小时算的、当天的期限不能中止。依据：%(basis)s"),
        Flaw.UNASKED: N_("举报人没有要答复的信。先写信问，再中止，不能让举报人白等。依据：%(basis)s"),
        Flaw.A_RIGHT: N_("这是别人的期限，不能中止。依据：%(basis)s"),
    }
)
_COUNTED: Mapping[Unit, Callable[[int], str]] = MappingProxyType(
    {
        Unit.HOURS: lambda count: ngettext("%(num)s 小时", "%(num)s 小时", count),
        Unit.DAYS: lambda count: ngettext("%(num)s 天", "%(num)s 天", count),
        Unit.WORKING_DAYS: lambda count: ngettext("%(num)s 个工作日", "%(num)s 个工作日", count),
        Unit.MONTHS: lambda count: ngettext("%(num)s 个月", "%(num)s 个月", count),
        Unit.YEARS: lambda count: ngettext("%(num)s 年", "%(num)s 年", count),
    }
)


def amount(count: int, unit: Unit) -> str:
    """So many of a unit."""
    return _COUNTED[unit](count) if unit in _COUNTED else str(count)


def explained(explanation: Explanation) -> list[str]:
    """How a date arises, a sentence for each step."""
    return [_sentence(part, explanation.rule.unit) for part in explanation.parts]


def _sentence(part: Part, unit: Unit) -> str:
    single = part.first is not None and part.first == part.last
    said = ALONE.get(part.step) if single else None
    values = {
        "first": day(part.first) if part.first else "",
        "last": day(part.last) if part.last else "",
        "amount": amount(part.count, unit),
    }
    return gettext(said or SENTENCES[part.step], **values)


def limit_sentence(error: TimeLimitError) -> str:
    """Why a time limit stays as it is, with the article."""
    return gettext(FLAWS[error.flaw], basis=error.basis, most=error.most or "")


def to_reporter(reason: ExtensionReason) -> str:
    """A reason in the words that a reporter sees: some would give away what is planned."""
    chinese = current().tag == "zh-Hans"
    return reason.reporter_sees if reason.reporter_sees and chinese else named(reason)


def reason_choices(reasons: Iterable[ExtensionReason]) -> list[tuple[str, str, str]]:
    """Reasons to extend or suspend as choices: (code, words, article and how long)."""
    return [(reason.code, named(reason), _terms(reason)) for reason in reasons]


def _terms(reason: ExtensionReason) -> str:
    terms = [gettext("依据：%(basis)s", basis=reason.basis)]
    terms += [gettext("最长 %(amount)s", amount=amount(reason.max_days, Unit.DAYS))] if reason.max_days else []
    terms += [gettext("只用于 %(rules)s", rules=", ".join(reason.only))] if reason.only else []
    return gettext("；").join(terms)


def options(shown: Iterable[ClockSheet]) -> list[tuple[str, str]]:
    """Time limits as options: (id, title)."""
    return [(str(clock.id), clock.title) for clock in shown]


def install(app: Flask) -> None:
    """Put the words into Jinja."""
    app.jinja_env.filters.update(last_day=clocks.day_of)
    app.jinja_env.globals.update(
        amount=amount,
        explained=explained,
        to_reporter=to_reporter,
        clock_reasons=reason_choices,
        clock_options=options,
    )
