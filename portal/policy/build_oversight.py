"""From a parsed file of rules of oversight to its edition: what stands out in a trail, and from how many on."""

from datetime import time

from portal.domain.oversight import SPANNED, Rule, Sign
from portal.policy.build import heading
from portal.policy.editions import OversightEdition
from portal.policy.reader import Table


def oversight(table: Table) -> OversightEdition:
    """Build the rules; each code stands once, and the office opens before it closes."""
    edition = OversightEdition(
        heading(table), _hour(table, "opens"), _hour(table, "closes"), table.rows("signs", _rule)
    )
    if edition.opens >= edition.closes:
        table.refuse("closes", "does not go with opens")
    codes = [rule.code for rule in edition.rules]
    for code in codes:
        if codes.count(code) > 1:
            table.refuse("signs", f"{code} stands there twice")
    return edition


def _rule(table: Table) -> Rule:
    sign, count, minutes = table.one_of("sign", Sign), table.number("count"), table.number_or_none("minutes")
    if count < 1:
        table.refuse("count", "is no number of times")
    if (minutes is not None) != (sign in SPANNED) or (minutes is not None and minutes < 1):
        table.refuse("minutes", f"does not go with {sign}")
    return Rule(
        code=table.text("code"),
        sign=sign,
        count=count,
        minutes=minutes,
        zh=table.text("zh"),
        en=table.text("en"),
        ko=table.text("ko"),
        basis=table.text("basis"),
        sure=table.text("sure"),
    )


def _hour(table: Table, key: str) -> time:
    try:
        return time.fromisoformat(table.text(key))
    except ValueError:
        table.refuse(key, "is not an hour such as 08:30")
