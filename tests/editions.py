"""Editions to adopt: holidays of 2027 as they might be announced, reasons and rewards under other names."""

import json
import re
from importlib.resources import files

from portal.domain.contents import NewEdition
from portal.domain.vocabulary import EditionKind

HOLIDAYS, REASONS = EditionKind.HOLIDAYS, EditionKind.REASONS
NOTICE = """\
edition = "2027"
year = 2027
effective = 2027-01-01
source = "国务院办公厅关于2027年部分节假日安排的通知"
provisional = false

[[holidays]]
name = "春节"
first = 2027-02-05
last = 2027-02-12
worked = [2027-02-14]

[[holidays]]
name = "元旦"
first = 2027-01-01
last = 2027-01-03

[[holidays]]
name = "清明节"
first = 2027-04-03
last = 2027-04-05

[[holidays]]
name = "劳动节"
first = 2027-05-01
last = 2027-05-05

[[holidays]]
name = "端午节"
first = 2027-06-09
last = 2027-06-09

[[holidays]]
name = "中秋节"
first = 2027-09-15
last = 2027-09-15

[[holidays]]
name = "国庆节"
first = 2027-10-01
last = 2027-10-07
"""


def holidays(text: str = NOTICE, **changes: str) -> bytes:
    text = text.replace("2027-", f"{changes.get('year', '2027')[:4]}-")
    for key, value in changes.items():
        line = next(one for one in text.splitlines() if one.startswith(f"{key} ="))
        text = text.replace(line, f"{key} = {value}")
    return NewEdition(HOLIDAYS, text).encoded()


def reasons(edition: str = "jilin-2", effective: str = "2026-03-10", *, without: tuple[str, ...] = ()) -> bytes:
    said = json.loads((files("portal.policy") / "reasons/jilin-1.json").read_bytes())
    said |= {"edition": edition, "effective": effective}
    for name in ("decline", "disclosure"):
        said[name] = [one for one in said[name] if one["code"] not in without]
    return NewEdition(REASONS, json.dumps(said, ensure_ascii=False, indent=1)).encoded()


def rewards(edition: str = "jilin-2026", effective: str = "2026-03-03", **terms: str) -> bytes:
    """The national measures from a day on, with some terms of their own."""
    text = (files("portal.policy") / "rewards/national-2018.toml").read_text(encoding="utf-8")
    text = text.replace('"national-2018"', f'"{edition}"').replace("2018-01-04", effective)
    for name, value in terms.items():
        text = re.sub(rf"(\[terms\.{name}\]\n)(value = .*\n)?", rf"\1value = {value}\n", text)
    return NewEdition(EditionKind.REWARDS, text).encoded()
