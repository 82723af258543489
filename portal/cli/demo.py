"""`portal demo`."""

import os
from datetime import UTC, datetime

import click


@click.command("demo")
def command() -> None:
    """建一套演示系统 · make a demonstration in an empty PORTAL_HOME, with invented reports and accounts."""
    from portal.office import demo  # noqa: PLC0415  # the store and its models only where they are used

    now = datetime.now(UTC).replace(microsecond=0)
    home = demo.install(os.environ, now=now, say=lambda line: click.echo(f"  {line}", err=True))
    click.echo(f"演示系统 demonstration: {home}\n账号 accounts: {home / demo.ACCOUNTS}")
