"""`portal audit checkpoint`, `rotate` and `cosign`: what leaves the ledger, and who else signs it."""

import os
from datetime import UTC, datetime
from pathlib import Path

import click

from portal.settings import Settings

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("rotate")
@click.option(
    "--root-key",
    type=FILE,
    help="旧钥匙丢了才用 · private half of the root key, if the old key is lost",
)
def rotate(root_key: Path | None) -> None:
    """换台账的签名钥匙，旧的签新的 · hand the log over to a new key; stop the portal first."""
    from portal.cli import opened  # noqa: PLC0415  # the store and its models only where they are used
    from portal.office import rotating  # noqa: PLC0415
    from portal.store import migrate  # noqa: PLC0415

    settings = Settings.from_environ(os.environ)
    migrate.check(settings)
    root = opened.root_key(root_key) if root_key else None
    done = rotating.rotate(settings, now=datetime.now(UTC).replace(microsecond=0), root=root)
    said = "上次没换完，现在换完了 finished what was interrupted" if done.finished else "已换 handed over"
    click.echo(f"{said}\n新的验证钥匙，请交给见证人 verifier keys, for those who witness:\n" + "\n".join(done.lines))
