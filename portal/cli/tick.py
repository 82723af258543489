"""`portal tick`."""

import os
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

import click

from portal import logs
from portal.settings import Settings

EVERY = 5000  # clocks


@dataclass(slots=True)
class Progress:
    """Says on stderr how far it is, where it takes long."""

    told: int = 0

    def __call__(self, total: int) -> None:
        """Whenever another EVERY are done."""
        if total - self.told >= EVERY:
            self.told = total
            click.echo(f"… {total}", err=True)


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
        changed = jobs.tick(work, now=now, counted=Progress())
        jobs.sign(work, now=now)
    posting.once(settings, now=now)
    click.echo(f"有变化的期限 time limits that changed: {changed}")
