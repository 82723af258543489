"""`portal recovery`."""

import os
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import click

from portal.domain.errors import StartError
from portal.domain.vocabulary import RecoveryName
from portal.settings import Settings

LARGEST = 10_000  # bytes of a file with one share


@click.group("recovery")
def command() -> None:
    """恢复钥匙 · the recovery keys."""


@command.command("drill")
@click.argument("name", type=click.Choice([one.value for one in RecoveryName]))
@click.argument("shares", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def drill(name: str, shares: tuple[Path, ...]) -> None:
    """每年演练：把够数的份合起来，看开不开得了该开的 · put enough shares together, see that they open what they must.

    Without files each share is typed; nothing shows what is typed, and no key is shown.
    """
    settings = Settings.from_environ(os.environ)
    from portal.office import rehearsing  # noqa: PLC0415  # the store and its models only where they are used
    from portal.office.opening import open_house  # noqa: PLC0415
    from portal.store import migrate  # noqa: PLC0415
    from portal.store.session import open_store  # noqa: PLC0415

    migrate.check(settings)
    words = tuple(map(_read, shares)) or _typed()
    now = datetime.now(UTC).replace(microsecond=0)
    with closing(open_store(settings.database_url)) as store:
        house = open_house(settings, store)
        with store.transaction() as session:
            found = rehearsing.rehearse(session, house, RecoveryName(name), words, now=now)
    click.echo(
        f"合得起来 the shares give {name}: 开得了 opens {found.epochs} 把岗位钥匙 desk keys, "
        f"其中现用的岗 of desks in use {found.desks}; 已记入台账 entered in the ledger"
    )
    if found.uncovered:
        click.echo(f"注意：{found.uncovered} 个岗没有恢复钥匙 · desks that no recovery key opens", err=True)


def _read(path: Path) -> str:
    try:
        return " ".join(path.read_text("utf-8")[:LARGEST].split())
    except (OSError, UnicodeDecodeError):
        raise StartError(f"cannot read a share from {path}") from None


def _typed() -> tuple[str, ...]:
    if not sys.stdin.isatty():
        raise click.UsageError("name the files with the shares, or type them on a terminal")
    found: list[str] = []
    while words := click.prompt(
        f"第 {len(found) + 1} 份，输完为止按回车 · share {len(found) + 1}, empty when done",
        hide_input=True,
        default="",
        show_default=False,
    ):
        found.append(" ".join(words.split()))
    return tuple(found)
