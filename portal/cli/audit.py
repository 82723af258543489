"""`portal audit`."""

import json
import os
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click

from portal.cli import audit_log, audit_prove
from portal.settings import Settings


@click.group("audit")
def command() -> None:
    """审计台账 · the ledger."""


command.add_command(audit_prove.command)


@command.command("verify")
@click.option("--since", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="a checkpoint kept outside")
@click.option("--witness", "witnesses", multiple=True, help="上面要有谁的签名 · who must have signed --since")
@click.option("--json", "as_json", is_flag=True, help="one JSON object")
def verify(since: Path | None, witnesses: tuple[str, ...], *, as_json: bool) -> None:
    """重算整本台账，指出第一处对不上的 · recompute everything, name the first entry that does not hold."""
    if witnesses and since is None:
        raise click.UsageError("--witness says who signed the checkpoint that --since names; name one")
    settings = Settings.from_environ(os.environ)
    from portal.office import verifying, witness  # noqa: PLC0415  # the store and its models only where they are used
    from portal.store import migrate  # noqa: PLC0415
    from portal.store.session import open_store  # noqa: PLC0415

    if since is not None and witnesses:
        witness.require(audit_log.read(since), audit_log.lines(witnesses))
    migrate.check(settings)
    with closing(open_store(settings.database_url)) as store:
        verdict = verifying.verify(store, verifying.Keys.read(settings), since=since)
    if as_json:
        click.echo(json.dumps(asdict(verdict)))
        return
    click.echo(
        f"台账完好 the ledger holds: {verdict.entries} 条 entries, {verdict.checkpoints} 个签名 checkpoints, "
        f"{verdict.rows} 行 rows, 待签 unsigned {verdict.unsigned}\n{verdict.root}"
    )
    if verdict.backwards:
        click.echo(f"签名机的时钟倒退过 the clock of a signer went back: {verdict.backwards} 次 times")


for _one in (audit_log.checkpoint, audit_log.rotate, audit_log.cosign):
    command.add_command(_one)
