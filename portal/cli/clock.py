"""`portal clock`: when a time limit ends, by the rules and calendars that come with the program; it opens no store."""

import json
from datetime import date, datetime

import click

from portal.domain import clocks
from portal.domain.clocks import Unit

YEARS = range(1949, 3000)  # others are slips, and the ends of what a datetime can hold


@click.group("clock")
def command() -> None:
    """时限 · time limits."""


@command.command("due")
@click.argument("rule")
@click.argument("instant")
@click.option("--ordered", metavar="DAY", help="责令书上的日子 · the day that an order names (C19)")
@click.option("--json", "as_json", is_flag=True, help="one JSON object")
def due(rule: str, instant: str, *, ordered: str | None, as_json: bool) -> None:
    """何时到期 · when RULE (like C05), begun at INSTANT (ISO 8601 with a zone), is due.

    By what comes with the program: an arrangement of holidays adopted since counts on the pages (期限试算), not here.
    """
    from portal.policy.loader import load_policies  # noqa: PLC0415  # the data, only when it is asked for

    rule, start = rule.upper(), _instant(instant)
    policies = load_policies()
    if rule not in policies.clocks.rules:
        raise click.BadParameter(f"no rule {rule}; there are {', '.join(sorted(policies.clocks.rules))}")
    if policies.clocks.rules[rule].unit is Unit.ORDERED and ordered is None:
        raise click.BadParameter(f"{rule} ends on the day that the order names: add --ordered 2026-09-30")
    last = _day(ordered) if ordered is not None else None
    answer = clocks.due(policies.clocks.rules[rule], start, policies.holidays, ordered=last)
    if as_json:
        fields = {"rule": rule, "due": answer.due_at.isoformat(), "unit": answer.unit, "basis": answer.basis}
        click.echo(json.dumps(fields, ensure_ascii=False))
        return
    provisional = "（节假日安排未公布，暂定 · provisional）" if answer.provisional else ""
    click.echo(f"{rule}  {answer.due_at.isoformat()}{provisional}  {answer.basis}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"--ordered must be a day like 2026-09-30, not {text!r}") from None


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or instant.year not in YEARS:
        raise click.BadParameter(f"INSTANT must be ISO 8601 with a zone, like 2026-09-30T18:00:00+08:00, not {text!r}")
    return instant
