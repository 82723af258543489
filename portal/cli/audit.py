"""`portal audit`."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from portal.cli import audit_log, audit_prove
from portal.domain.errors import LedgerError
from portal.settings import Settings, read_key, read_keys

if TYPE_CHECKING:
    from portal.office.verifying import Verdict
    from portal.office.verifying_bundle import BundleVerdict

PHASES = MappingProxyType(
    {"entries": "条目 entries", "rows": "行 rows", "comparing": "比对 comparing", "files": "文件 files"}
)


class Bars:
    """A bar for each phase, on a terminal; elsewhere nothing."""

    @contextmanager
    def phase(self, name: str, length: int) -> Iterator[Callable[[int], None]]:
        """Draw it on stderr."""
        if not sys.stderr.isatty():
            yield lambda _: None
            return
        with click.progressbar(length=length, label=PHASES[name], file=sys.stderr) as bar:
            yield bar.update


@click.group("audit")
def command() -> None:
    """审计台账 · the ledger."""


command.add_command(audit_prove.command)


@command.command("verify")
@click.argument(
    "folder", metavar="[DIR]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--since", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="a checkpoint kept outside")
@click.option("--witness", "witnesses", multiple=True, help="上面要有谁的签名 · who must have signed --since")
@click.option("--deep", is_flag=True, help="正文和文件的密文也看 · read texts and files too, as they are stored")
@click.option("--enter", is_flag=True, help="核对结果记进台账 · enter the result in the ledger, where auditors see it")
@click.option("--json", "as_json", is_flag=True, help="one JSON object")
def verify(
    folder: Path | None,
    since: Path | None,
    witnesses: tuple[str, ...],
    *,
    deep: bool,
    enter: bool,
    as_json: bool,
) -> None:
    """重算整本台账，指出第一处对不上的 · recompute everything, name the first entry that does not hold.

    With DIR: a bundle that `portal audit export` made, against this installation's root key.
    """
    if folder is not None and (deep or enter):
        raise click.UsageError("--deep and --enter are for the ledger itself, not for a bundle")
    if witnesses and since is None:
        raise click.UsageError("--witness says who signed the checkpoint that --since names; name one")
    settings = Settings.from_environ(os.environ)
    if since is not None and witnesses:
        from portal.office import witness  # noqa: PLC0415  # the store and its models only where they are used

        witness.require(audit_log.read(since), audit_log.lines(witnesses))
    verdict = _ledger(settings, since, deep=deep, enter=enter) if folder is None else _bundle(settings, folder, since)
    click.echo(json.dumps(asdict(verdict)) if as_json else "\n".join(verdict.lines()))


def _ledger(settings: Settings, since: Path | None, *, deep: bool, enter: bool) -> "Verdict":
    from portal.office import verifying  # noqa: PLC0415  # the store and its models only where they are used
    from portal.office.recording import EntryKey  # noqa: PLC0415
    from portal.store import migrate  # noqa: PLC0415
    from portal.store.blobs import open_blobs  # noqa: PLC0415
    from portal.store.session import open_store  # noqa: PLC0415

    migrate.check(settings)
    blobs = open_blobs(settings.blob_url, settings.home) if deep else None
    with closing(open_store(settings.database_url)) as store:
        verdict = verifying.verify(store, verifying.Keys.read(settings), since=since, deep=blobs, watching=Bars())
        if enter:
            key = EntryKey(read_keys(settings.entry_keys)[0])
            verifying.enter(store, key, verdict, now=datetime.now(UTC).replace(microsecond=0))
        return verdict


def _bundle(settings: Settings, folder: Path, since: Path | None) -> "BundleVerdict":
    from crypto.keys import VerifyKey  # noqa: PLC0415  # the store and its models only where they are used
    from portal.office import verifying_bundle  # noqa: PLC0415

    root = VerifyKey(read_key(settings.root_key))
    return verifying_bundle.verify_bundle(folder, root, since=since, watching=Bars())


@command.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--authority", metavar="CODE", help="只给这个单位和下级的 · openings of this authority and those below alone"
)
def export(folder: Path, authority: str | None) -> None:
    """导出签了名的台账 · a signed bundle of the ledger, for an auditor who trusts nothing of ours.

    DIR is empty or made; what is exported goes up to the newest checkpoint. That it is made is entered first.
    docs/verify.py checks it without the portal.
    """
    settings = Settings.from_environ(os.environ)
    from portal.office import exporting  # noqa: PLC0415  # the store and its models only where they are used
    from portal.office.opening import open_house  # noqa: PLC0415
    from portal.store import migrate  # noqa: PLC0415
    from portal.store.session import open_store  # noqa: PLC0415

    migrate.check(settings)
    with closing(open_store(settings.database_url)) as store:
        keys, now = exporting.ExportKeys.read(settings), datetime.now(UTC).replace(microsecond=0)
        made = exporting.export(store, open_house(settings, store), keys, folder, authority, now=now)
    click.echo(
        f"已导出 exported: {made.entries} 条 entries, 其中给出内容 of these opened {made.opened}; "
        f"已记入台账 entered in the ledger\n{made.root}"
    )


@command.command("replay")
@click.option("--json", "as_json", is_flag=True, help="one JSON object")
def replay(*, as_json: bool) -> None:
    """只凭台账逐条重演，指出不合规的每一步 · judge each step by the entries before it."""
    settings = Settings.from_environ(os.environ)
    from portal.office import replaying  # noqa: PLC0415  # the store and its models only where they are used
    from portal.store import migrate  # noqa: PLC0415
    from portal.store.session import open_store  # noqa: PLC0415

    migrate.check(settings)
    with closing(open_store(settings.database_url)) as store:
        found = replaying.replay(store)
    if as_json:
        click.echo(json.dumps(found.as_json()))
    else:
        for one in found.differences:
            click.echo(f"{one.index} {one.event}: {one.rule}: 应当 expected {one.expected} ({one.basis})")
        for rule, count in found.untold.items():
            click.echo(f"旧条目没有说明，未核 older entries do not tell, not judged: {rule} {count}")
        if found.emptied:
            click.echo(f"内容已删除，未核 openings taken away, not judged: {found.emptied}")
    if found.differences:
        raise LedgerError(f"{len(found.differences)} steps of {found.entries} entries were not legal")
    if not as_json:
        click.echo(f"每一步都合规 every step was legal: {found.entries} 条 entries")


for _one in (audit_log.checkpoint, audit_log.rotate, audit_log.cosign):
    command.add_command(_one)
