"""`portal audit checkpoint`, `rotate` and `cosign`: what leaves the ledger, and who else signs it."""

import os
import re
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal.settings import Settings

if TYPE_CHECKING:
    from portal.office.offering import Offer
    from portal.office.tile_source import TileSource

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)
VKEY = re.compile(r"[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+")
OUT = click.option("--out", type=NEW_FILE, help="写到文件 · write to this file, over what is there")
LONGEST = 1 << 20


@click.command("checkpoint")
@click.option("--old", type=click.IntRange(min=0), help="见证人上次签到多少条 · size signed last: adds the proof")
@click.option("--keys", is_flag=True, help="只要验证钥匙 · the verifier keys instead")
@OUT
def checkpoint(old: int | None, out: Path | None, *, keys: bool) -> None:
    """最新的签名，交给见证人 · the newest signed checkpoint, for those who witness."""
    settings = Settings.from_environ(os.environ)
    from portal.office import offering  # noqa: PLC0415  # the store and its models only where they are used
    from portal.office.opening import open_house  # noqa: PLC0415
    from portal.store import migrate  # noqa: PLC0415
    from portal.store.session import open_store  # noqa: PLC0415

    migrate.check(settings)
    with closing(open_store(settings.database_url)) as store:
        house = open_house(settings, store)
        with store.reading() as session:
            told = "\n".join(house.log.lines(house.origin)) + "\n"
            text = told if keys else offering.newest(session, house.log, old).text()
    _put(text, out)


@click.command("rotate")
@click.option("--root-key", type=FILE, help="旧钥匙丢了才用 · private half of the root key, if the old key is lost")
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


@click.command("cosign")
@click.argument("source", required=False)
@click.option(
    "--witness",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="见证人自己的文件夹 · the witness's own folder",
)
@click.option("--init", is_flag=True, help="第一次：造钥匙 · the first time: make its key")
@click.option("--name", default="", help="见证人的名字 · its name, like witness.example.cn/1")
@click.option("--log", multiple=True, help="台账的验证钥匙或其文件 · verifier keys of the log, or a file with them")
@click.option("--tiles", default="", help="台账的公开地址或文件夹 · public address or folder with its tiles")
@OUT
def cosign(
    source: str | None, folder: Path, name: str, log: tuple[str, ...], tiles: str, out: Path | None, *, init: bool
) -> None:
    """给别人的台账作见证 · sign a checkpoint (file, folder or address) of a log that only grew; on another host."""
    from portal.office import witness  # noqa: PLC0415  # loads rows that most commands have no use for
    from portal.office.tile_source import TileSource  # noqa: PLC0415

    keys = lines(log)
    if init:
        line = witness.begin(folder, name, keys)
        click.echo(f"见证人的验证钥匙，请交给台账一方 verifier key, for those who keep the ledger:\n{line}")
        return
    if keys:
        witness.told(folder, keys)
        click.echo("台账的验证钥匙已记下 the log's keys were written down", err=True)
    if source is None:
        if keys:
            return
        raise click.UsageError("name a checkpoint: a file, a folder, or an address like https://report.example.cn/log")
    offer, found = _offer(source)
    signed = witness.cosign(folder, offer, TileSource.of(tiles) if tiles else found, now=datetime.now(UTC))
    _put(signed.note, out)
    click.echo(f"已签 signed: {signed.before} → {signed.size} 条 entries", err=True)


def lines(values: tuple[str, ...]) -> tuple[str, ...]:
    """Verifier keys as they were typed, or from the files that were named."""
    found: list[str] = []
    for value in values:
        found += [value] if VKEY.fullmatch(value) else read(Path(value)).split()
    return tuple(found)


def read(path: Path) -> str:
    """A text file from elsewhere. Raises UsageError."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read(LONGEST)
    except (OSError, UnicodeDecodeError):
        raise click.UsageError(f"cannot read {path}") from None


def _offer(source: str) -> "tuple[Offer, TileSource | None]":
    """The checkpoint, and where its tiles are if that is the same place."""
    from crypto.errors import NoteError  # noqa: PLC0415
    from portal.domain.errors import LedgerError  # noqa: PLC0415
    from portal.office.offering import Offer  # noqa: PLC0415
    from portal.office.tile_source import TileSource  # noqa: PLC0415

    if "://" in source or Path(source).is_dir():
        found = TileSource.of(source)
        return Offer(found.checkpoint()), found
    try:
        return Offer.parse(read(Path(source))), None
    except NoteError as error:
        raise LedgerError(f"{source}: {error}") from None


def _put(text: str, out: Path | None) -> None:
    from portal.office import files  # noqa: PLC0415

    if out is None:
        click.echo(text, nl=False)
    else:
        files.write(out, text)
