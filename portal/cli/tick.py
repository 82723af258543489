"""`portal tick`."""

import os
from contextlib import closing
from datetime import UTC, datetime

import click

from portal import logs
from portal.settings import Settings


@click.command("tick")
def command() -> None:
    """时限到期的标记、催办、上提，签名台账，发信 · do what is due now; safe to run twice, late or anywhere."""
    settings = Settings.from_environ(os.environ)
    logs.install(settings.log_format)
    from portal import jobs, posting  # noqa: PLC0415  # the store and its models only where they are used
    from portal.store import migrate  # noqa: PLC0415

    migrate.check(settings)
    work = jobs.Work.of(settings)
    now = datetime.now(UTC).replace(microsecond=0)
    with closing(work.store):
        jobs.require_own_files(work)
        late = jobs.tick(work, now=now)
        jobs.sign(work, now=now)
    posting.once(settings, now=now)
    click.echo(f"超期 late: {late}")
