"""`portal run`."""

import os

import click

from portal.settings import Settings


@click.command("run")
def command() -> None:
    """启动服务 · check the database, then serve."""
    settings = Settings.from_environ(os.environ)
    from portal.serving import serve  # noqa: PLC0415  # gunicorn only where it serves

    serve(settings)
