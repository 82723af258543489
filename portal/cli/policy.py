"""`portal policy`: which editions of policy files count, and whether a file is one."""

import json
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from portal.domain import clocks
from portal.domain.errors import EditionError, PolicyError
from portal.domain.vocabulary import EditionKind

if TYPE_CHECKING:
    from portal.policy.loader import Volume

# A key that files of one kind have and no other.
MARKS = {
    EditionKind.HOLIDAYS: "year",
    EditionKind.REASONS: "decline",
    EditionKind.CLOCKS: "rules",
    EditionKind.CATEGORIES: "tops",
    EditionKind.DIVISIONS: "divisions",
    EditionKind.AUTHORITIES: "authorities",
    EditionKind.OVERSIGHT: "signs",
    EditionKind.REWARDS: "terms",
}


@click.group("policy")
def command() -> None:
    """版本 · editions of policy files."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="one JSON object")
def list_editions(*, as_json: bool) -> None:
    """各类版本 · every edition, and where it stands today."""
    from portal.cli.opened import operating  # noqa: PLC0415  # the store only where it is used
    from portal.policy.adopting import standings  # noqa: PLC0415

    with operating() as act:
        act.directory()
        volumes = act.house.directories.editions.volumes
    today = datetime.now(UTC).astimezone(clocks.SHANGHAI).date()
    rows = [
        _row(one, str(standing))
        for kind in EditionKind
        for standing, found in standings([one for one in volumes if one.kind is kind], today).items()
        for one in found
    ]
    if as_json:
        click.echo(json.dumps({"editions": rows}, ensure_ascii=False))
        return
    for row in rows:
        adopted = "adopted" if row["adopted"] else "package"
        click.echo(f"{row['kind']:<12} {row['edition']:<20} {row['effective']}  {row['standing']:<9} {adopted}")


def _row(volume: "Volume", standing: str) -> dict[str, object]:
    return {
        "kind": str(volume.kind),
        "edition": volume.heading.edition,
        "effective": volume.heading.effective.isoformat(),
        "standing": standing,
        "adopted": volume.adopted,
        "source": volume.heading.source,
    }


@command.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice([str(kind) for kind in EditionKind]), help="按内容猜 · told by its keys")
def check(file: Path, kind: str | None) -> None:
    """检查文件 · whether FILE is a valid edition; exits 1 with one line where it is not."""
    from portal.policy.loader import read_volume  # noqa: PLC0415  # the data, only when it is asked for

    data = file.read_bytes()
    volume = read_volume(EditionKind(kind) if kind else _kind_of(file, data), data)
    heading = volume.heading
    click.echo(f"{volume.kind}  {heading.edition}  {heading.effective.isoformat()}  {heading.source}")


def _kind_of(file: Path, data: bytes) -> EditionKind:
    """Which kind it is, by the keys that it has. Raises PolicyError where that cannot be told."""
    try:
        values = json.loads(data) if data.lstrip()[:1] == b"{" else tomllib.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"{file}: cannot be read: {error}") from None
    found = [kind for kind, mark in MARKS.items() if mark in values]
    if len(found) != 1:
        raise PolicyError(f"{file}: holds the keys of no kind of edition; name one with --kind")
    return found[0]


@contextmanager
def _said() -> Iterator[None]:
    """Say in one line what an arrangement lacks, and by which article."""
    from portal.policy.adopting import Flaw  # noqa: PLC0415  # the data, only when it is asked for

    says = {
        Flaw.GAP: "还没有 {0} 年的安排，中间不能空一年 · the arrangement for {0} comes first, no year is left out",
        Flaw.LACKS_DAY: "缺 {0}，法定放假的日子（全国年节及纪念日放假办法 第二条） · lacks {0}, which is off by law",
        Flaw.PROVISIONAL: "{0} 年已有安排，暂定的不能代替它 · {0} has an arrangement, no provisional one replaces it",
        Flaw.NAME_TAKEN: "已经有叫 {0} 的版本，请换一个名字 · there is an edition {0} already, give it another name",
        Flaw.TOO_EARLY: "生效日期 {0} 不行，最早明天 · effective {0} is too early, tomorrow at the earliest",
    }
    try:
        yield
    except EditionError as error:
        said = {str(flaw): text for flaw, text in says.items()}.get(error.flaw)
        raise PolicyError(said.format(error.named) if said else str(error)) from None


@command.command("add-holidays")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def add_holidays(file: Path) -> None:
    """加公布的节假日安排 · what the holidays in FILE change; counts time limits anew once they were adopted.

    Two administrators of the province adopt them on their pages, for it takes two signatures; this does not.
    """
    from portal.cli.opened import operating  # noqa: PLC0415  # the store only where it is used
    from portal.office import counting, recounting  # noqa: PLC0415
    from portal.policy.loader import read_volume  # noqa: PLC0415

    volume = read_volume(EditionKind.HOLIDAYS, file.read_bytes())
    name, counted, full = volume.heading.edition, 0, True
    while full:  # each part in a transaction of its own: nobody waits for all of them
        with operating() as it, _said():
            told = counting.foretell(it, volume)
        counted, full = counted + told.counted, told.adopted and told.counted == recounting.BATCH
    if told.adopted:
        click.echo(f"已采用 {name} is adopted; 重新计算了 {counted} 个期限 time limits were counted anew")
        return
    for was, due, count in told.moves:
        click.echo(f"{was.isoformat()} → {due.isoformat()}  {count}")
    click.echo(f"{name} 可以采用 can be adopted; 要重新计算的期限 time limits to count anew: {counted}")
    click.echo("请省里两位管理员在“版本”页采用，再运行一次 two administrators of the province adopt it on")
    click.echo("/review/admin/editions; then run this again, or wait for the next tick")
