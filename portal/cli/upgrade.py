"""`portal upgrade`."""

import os
import sys
from datetime import UTC, datetime

import click

from portal.settings import Settings

COPY = "make a copy of PORTAL_HOME and of the database first: there is no way back"


@click.command("upgrade")
@click.option("--yes", is_flag=True, help="已经备份 · a copy has been made")
def command(*, yes: bool) -> None:
    """把数据库升到这一版 · bring the database to this version; safe to run twice."""
    settings = Settings.from_environ(os.environ)
    from portal.office import upgrading  # noqa: PLC0415  # the store and its models only where they are used

    found = upgrading.look(settings)
    if not found.needed:
        click.echo(f"已经是最新 nothing to do: schema {found.after}")
        return
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError(f"{COPY}; then run `portal upgrade --yes`")
        click.confirm(
            f"{found.before} → {found.after}。先备份，升级以后退不回去 · {COPY}. 备份好了吗 done?", abort=True
        )
    done = upgrading.upgrade(settings, now=datetime.now(UTC).replace(microsecond=0))
    click.echo(f"已升级 upgraded: schema {done.before} → {done.after}")
