"""`portal reward`: what a report earns, by the engine and the editions that the portal itself judges with."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal.domain import clocks
from portal.domain.errors import PolicyError
from portal.domain.money import yuan
from portal.domain.rewards_facts import FactsError

if TYPE_CHECKING:
    from portal.domain.rewards import Assessment
    from portal.policy.editions import RewardEdition

MET = {True: "✓", False: "✗", None: "?"}
ELIGIBLE = {True: "可以奖励 eligible", False: "不奖励 not eligible", None: "由人决定 a person must rule"}


@click.group("reward")
def command() -> None:
    """奖励 · rewards."""


@command.command("assess")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="one JSON object")
@click.option(
    "--edition", help="按哪一版规定 · by these terms, also those adopted in the installation that PORTAL_HOME names"
)
def assess(file: Path, *, as_json: bool, edition: str | None) -> None:
    """评估 · what the facts in FILE (JSON) earn; whether that is something or nothing, it exits 0."""
    from portal.web import reward_words  # noqa: PLC0415  # the words, only when they are asked for

    try:
        found = _assessed(file.read_bytes(), edition)
    except (FactsError, PolicyError) as error:
        raise click.UsageError(f"{file}: {error}") from None
    if as_json:
        click.echo(json.dumps(reward_words.as_json(found), ensure_ascii=False))
        return
    for line in _lines(found):
        click.echo(line)


def _assessed(data: bytes, edition: str | None) -> "Assessment":
    from portal.domain.rewards import assess  # noqa: PLC0415
    from portal.domain.rewards_reading import override, read  # noqa: PLC0415

    asked = read(data)
    if edition is not None and "PORTAL_HOME" in os.environ:
        terms = _adopted(edition)
    else:
        terms = _carried(edition or asked.edition)
    return assess(asked.facts, override(terms.rules, asked.overrides))


def _carried(edition: str | None) -> "RewardEdition":
    """Terms of the package; None for those in force today."""
    from portal.policy.loader import load_policies  # noqa: PLC0415

    policies = load_policies(on=datetime.now(UTC).astimezone(clocks.SHANGHAI).date())
    return policies.rewards_of(edition) if edition else policies.rewards


def _adopted(edition: str) -> "RewardEdition":
    """Terms as an installation has them, whether they were adopted there or come with the package."""
    from portal.cli.opened import operating  # noqa: PLC0415  # the store only where it is used

    with operating() as act:
        act.directory()
        return act.house.policies.rewards_of(edition)


def _lines(found: "Assessment") -> list[str]:
    from portal.web.reward_words import chinese, left, step, why  # noqa: PLC0415

    amount = "" if found.fen is None else f"  {yuan(found.fen)}"
    lines = [f"{found.edition}  {ELIGIBLE[found.eligible]}{amount}", ""]
    lines += [f"{MET[one.met]} {one.row}  {why(one, chinese)}  [{one.basis}]" for one in found.rows]
    if found.steps:
        lines += ["", *(f"{yuan(one.fen):>15}  {step(one, chinese)}  [{one.basis}]" for one in found.steps)]
    if todo := left(found, chinese):
        lines += ["", *(f"→ {one}" for one in todo)]
    return lines
