"""What the loader of policy files says, and why something cannot be established or adopted, for readers of a page."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from portal.domain import establishing
from portal.domain.errors import EditionError, EstablishError
from portal.policy import adopting
from portal.policy.reader import BETWEEN
from portal.web.i18n import N_, gettext

# How the loader begins a sentence, what it says on pages; groups of the one are places of the other.
SAID: tuple[tuple[str, str], ...] = (
    (r".*line (?P<line>\d+),? column (?P<column>\d+).*", N_("第 %(line)s 行第 %(column)s 列，写法不对。")),
    (r"cannot be read: .*", N_("不是 JSON 或者 TOML 写的文件，读不出来。")),
    (r"is nested too deeply", N_("一层套一层，太深了，读不出来。")),
    (r"does not hold a table", N_("文件里没有一张表。")),
    (r"holds characters that cannot be seen", N_("里面有看不见的字符。")),
    (r"(?P<where>\S+): is missing", N_("%(where)s：没有写。")),
    (r"(?P<where>\S+): is empty", N_("%(where)s：是空的。")),
    (r"(?P<where>\S+): is not a key of this table", N_("%(where)s：这一项不认识，是不是写错了？")),
    (r"(?P<where>\S+): (?:is not|needs) a date such as .*", N_("%(where)s：要写日期，例如 2026-03-02。")),
    (r"(?P<where>\S+): is not a list of .*", N_("%(where)s：列表里有不是这一类的。")),
    (r"(?P<where>\S+): is not a (?P<kind>\w+)", N_("%(where)s：不是这一项要的写法（%(kind)s）。")),
    (r"(?P<where>\S+): (?P<value>.*) is negative", N_("%(where)s：%(value)s 是负数。")),
    (r"(?P<where>\S+): (?P<value>.*) has parts of a fen", N_("%(where)s：%(value)s 小于一分。")),
    (r"(?P<where>\S+): (?P<value>.*) is above 1: .*", N_("%(where)s：%(value)s 大于 1，百分之十五要写 0.15。")),
    (
        r"(?P<where>\S+): (?P<value>.*) is above the cap of (?P<most>\S+)",
        N_("%(where)s：%(value)s 超过最高 %(most)s。"),
    ),
    (
        r"effective: (?P<one>\S+) and (?P<other>\S+) overlap from (?P<day>\S+) on",
        N_("%(one)s 和 %(other)s 都从 %(day)s 起生效，分不清用哪一个。"),
    ),
    (r"(?P<where>\S+): (?P<value>'.*') is none of (?P<known>.*)", N_("%(where)s：%(value)s 不在 %(known)s 里。")),
    (r"(?P<where>\S+): must lie in (?P<year>\d+)", N_("%(where)s：日期都要在 %(year)s 年里，也不能一天都没有。")),
    (
        r"(?P<where>\S+): works a day that is off, or no weekend day: (?P<day>\S+)",
        N_("%(where)s：上班的日子要是周末，也不能又放假又上班。%(day)s 不对。"),
    ),
    (r"(?P<where>\S+): does not follow first closely", N_("%(where)s：最后一天不对，一次放假不超过 15 天。")),
    (
        r"(?P<where>\S+): (?P<day>\S+) is off twice, as (?P<one>.*) and as (?P<other>.*)",
        N_("%(where)s：%(day)s 写在两个假期里（%(one)s、%(other)s）。"),
    ),
    (r"(?P<where>\S+): lack (?P<names>.*)", N_("%(where)s：公布的安排里缺 %(names)s 这样的假日。")),
    (r"(?P<where>\S+): (?P<code>\S+) stands there twice", N_("%(where)s：%(code)s 写了两次。")),
    (r"(?P<where>\S+): (?P<code>\S+) is both offered and .*", N_("%(where)s：%(code)s 既能用，又不许用。")),
    (r"(?P<where>\S+): lies between 1 and 72", N_("%(where)s：要在 1 和 72 之间。")),
    (r"(?P<where>\S+): does not go with .*", N_("%(where)s：和同一行别的项对不上。")),
    (r"(?P<where>\S+): (?P<code>\S+) is no clock rule", N_("%(where)s：没有 %(code)s 这条办理期限。")),
    (r"(?P<where>\S+): (?P<rest>.*)", N_("%(where)s：写得不对（%(rest)s）。")),
    (r"(?P<rest>.*)", N_("写得不对（%(rest)s）。")),
)
FLAWS: Mapping[str, str] = MappingProxyType(
    {
        establishing.Flaw.NO_DIVISION: N_("请选一个行政区划。开发区只是地方，不设单位。"),
        establishing.Flaw.HAS_OFFICE: N_("这个行政区划已经有单位了，一个地方只有一个。"),
        establishing.Flaw.NOT_BELOW: N_("这个行政区划现在不归这个上级单位管，新单位只能设在现在管它的单位下面。"),
        establishing.Flaw.OUTSIDE: N_("纪检监察机构下面不设单位。"),
        establishing.Flaw.TOO_EARLY: N_("新名称的日期要在上一个名称（%(named)s 起）之后。"),
        establishing.Flaw.COUNTER_TOO_EARLY: N_("新的领取地点要在上一个（%(named)s 起）之后。"),
        establishing.Flaw.SAME_COUNTER: N_("和现在的领取地点一样，没有变。"),
        establishing.Flaw.SAME_NAME: N_("和上一个名称一样，没有变。"),
        establishing.Flaw.OTHERS_NAME: N_("已经有单位叫“%(named)s”，举报人会认错。请换一个名称。"),
    }
)
EDITION_FLAWS: Mapping[str, str] = MappingProxyType(
    {
        adopting.Flaw.UNREADABLE: N_("文件不合格。%(named)s"),
        adopting.Flaw.UNFIT: N_("和别的现行版本对不上。%(named)s"),
        adopting.Flaw.BAD_NAME: N_("edition：版本名只用小写字母、数字、点和短横线，最多 60 个字。"),
        adopting.Flaw.NAME_TAKEN: N_("已经有叫“%(named)s”的版本了。版本只增加，不修改，请换一个名字。"),
        adopting.Flaw.DAY_TAKEN: N_("已经有另一个版本在 %(named)s 生效，请换一天。"),
        adopting.Flaw.TOO_EARLY: N_("生效日期 %(named)s 不行：最早明天生效，已经发生的事不按后来的规定。"),
        adopting.Flaw.LACKS_DAY: N_("缺 %(named)s：法定放假的日子，公布的安排里都有。"),
        adopting.Flaw.GAP: N_("还没有 %(named)s 年的安排，中间不能空一年。"),
        adopting.Flaw.PROVISIONAL: N_("%(named)s 年已有安排，暂定的不能代替它。"),
        adopting.Flaw.LACKS: N_("少了系统办事要用的理由：%(named)s。"),
    }
)


def loader_sentence(said: str) -> str:
    """What the loader says of a file, without the name it gave the file; each fault of several."""
    return " ".join(_sentence(one) for one in said.split(BETWEEN))


def _sentence(said: str) -> str:
    rest = re.sub(r"^\w+(?:\.json|\.toml): ", "", said)
    for pattern, sentence in SAID:
        if found := re.fullmatch(pattern, rest, re.DOTALL):
            return gettext(sentence, **found.groupdict())
    return rest


def flaw_sentence(refusal: EstablishError | EditionError) -> str:
    """Why it cannot be."""
    if isinstance(refusal, EstablishError):
        return gettext(FLAWS[refusal.flaw], named=refusal.named)
    told = {adopting.Flaw.UNREADABLE, adopting.Flaw.UNFIT}
    named = loader_sentence(refusal.named) if refusal.flaw in told else refusal.named
    return gettext(EDITION_FLAWS[refusal.flaw], named=named)
