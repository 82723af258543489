"""A list of entries as a file for spreadsheets (RFC 4180), in which no cell is ever a formula."""

import csv
import io
from collections.abc import Iterable

from portal.office.overseeing_sheets import Line
from portal.web.display import event_word
from portal.web.i18n import OFFICE_ZONE, gettext
from portal.web.ledger_words import actor_word, effect_word, fact_value, fact_word, flaw_word, said_reason, table_word
from portal.web.words import word

# How spreadsheets tell a formula from a text; those in Chinese take full width for the same.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "\ufeff"  # without it spreadsheets take UTF-8 for something else


def written(lines: Iterable[Line]) -> bytes:
    """The file; times in the office's zone."""
    out = io.StringIO(newline="")
    table = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(_head())
    table.writerows([safe(cell) for cell in _cells(line)] for line in lines)
    return (MARK + out.getvalue()).encode()


def safe(cell: str) -> str:
    """A cell that stays a text."""
    return f"'{cell}" if cell.lstrip().startswith(FORMULA) or cell.startswith(FORMULA) else cell


def _head() -> list[str]:
    return [
        gettext("时间"),
        gettext("时间的精度"),
        gettext("谁"),
        gettext("岗位"),
        gettext("单位"),
        gettext("类别"),
        gettext("做了什么"),
        gettext("关于"),
        gettext("编号"),
        gettext("理由"),
        gettext("其他"),
        gettext("核对"),
        gettext("条目"),
    ]


def _cells(line: Line) -> list[str]:
    at = line.at.astimezone(OFFICE_ZONE)
    exact = gettext("小时") if line.hour_only else gettext("秒")
    when = f"{at:%Y-%m-%d %H:00}" if line.hour_only else f"{at:%Y-%m-%d %H:%M:%S}"
    if line.flaw is not None:
        return [when, exact, *[""] * 9, flaw_word(line.flaw), str(line.id)]
    who, about = line.who, line.about
    return [
        when,
        exact,
        (who.name or actor_word(who.kind)) if who else "",
        word(who.duty) if who and who.duty else "",
        who.office if who else "",
        effect_word(line.effect) if line.effect else "",
        event_word(line.event),
        table_word(about.table) if about else "",
        (gettext("不在您看得到的范围里") if about.hidden else about.label) if about else "",
        said_reason(line.reason) if line.reason else "",
        gettext("；").join(
            gettext("%(name)s：%(value)s", name=fact_word(fact), value=fact_value(fact)) for fact in line.facts
        ),
        gettext("对得上"),
        str(line.id),
    ]
