"""What the commands share that work on a running installation: its house, one transaction, shares and keys as typed."""

import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal.domain.errors import StartError
from portal.settings import Settings, home_of, read_key

if TYPE_CHECKING:
    from crypto.keys import SigningKey
    from portal.office.acting import Operation

LARGEST = 10_000  # bytes of a file with one share
SHARES = click.argument("shares", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
ROOT = click.option(
    "--root-key",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="根钥匙的文件 · file with the private half of the root key; not a copy that stays on this machine",
)


@contextmanager
def operating() -> "Iterator[Operation]":
    """One transaction of whoever runs the machine. Raises StartError."""
    from portal.office.acting import Operation  # noqa: PLC0415  # the store only where it is used
    from portal.office.opening import open_house  # noqa: PLC0415
    from portal.store import migrate  # noqa: PLC0415
    from portal.store.session import open_store  # noqa: PLC0415

    settings = Settings.from_environ(os.environ)
    migrate.check(settings)
    with closing(open_store(settings.database_url)) as store:
        house = open_house(settings, store)
        with store.transaction() as session:
            yield Operation(session, house, datetime.now(UTC).replace(microsecond=0))


def root_key(path: Path) -> "SigningKey":
    """The private half of the root key. Raises StartError for a file inside the home: every backup would carry it."""
    from crypto.keys import SigningKey  # noqa: PLC0415

    if path.resolve().is_relative_to(home_of(os.environ).resolve()):
        raise StartError(f"{path} lies inside PORTAL_HOME, and so in every backup; keep the root key off this machine")
    return SigningKey(read_key(path))


def read_shares(paths: tuple[Path, ...]) -> tuple[str, ...]:
    """The shares in the files; without files they are typed, and nothing shows them."""
    return tuple(map(_read, paths)) or _typed()


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
