"""`portal init`."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from portal.domain.clocks import SHANGHAI

FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("init")
@click.option(
    "--officers", required=True, type=FILE, help="首批工作人员 · TOML or CSV: username, authority, duties of each"
)
@click.option("--name", default="", help="谁在运行 · who runs it; the provincial office by default")
@click.option("--public-url", default="", help="对外地址 · where it will be reached; PORTAL_PUBLIC_URL by default")
@click.option("--shares", default="2-of-3", show_default=True, help="恢复钥匙分几份、几份能合 · of each recovery key")
@click.option(
    "--root-key", type=FILE, help="根钥匙写到哪里 · file for the private half of the root key, to keep off-line"
)
@click.option("--recovery-dir", type=FOLDER, help="恢复钥匙的份写到哪里 · folder for the shares of the recovery keys")
@click.option("--codes", type=FILE, help="开通码写到哪里 · file for the enrolment codes")
def command(
    officers: Path,
    name: str,
    public_url: str,
    shares: str,
    root_key: Path | None,
    recovery_dir: Path | None,
    codes: Path | None,
) -> None:
    """建一套正式系统 · make a real installation in an empty PORTAL_HOME and an empty database."""
    if None in {root_key, recovery_dir, codes} and not sys.stdout.isatty():
        raise click.UsageError("secrets are shown on a terminal alone; name --root-key, --recovery-dir and --codes")
    from portal.office import initiating, roster  # noqa: PLC0415  # the store and its models only where they are used
    from portal.office.handover import Handover  # noqa: PLC0415
    from portal.office.recovery import Scheme  # noqa: PLC0415
    from portal.policy.loader import load_policies  # noqa: PLC0415

    environ = {**os.environ, **({"PORTAL_PUBLIC_URL": public_url} if public_url else {})}
    order = initiating.Order(
        officers=roster.read(officers, load_policies().authorities),
        name=name.strip(),
        shares=Scheme.parse(shares),
        handover=Handover(root_key, recovery_dir, codes),
    )
    made = initiating.install(environ, order, now=datetime.now(UTC).replace(microsecond=0))
    click.echo(
        f"正式系统 installation: {made.home}\n台账 ledger: {made.origin}\n根钥匙（公开的一半）root key, public half: "
        f"{made.root_key}\n开通 officers enrol at: {made.public_url}/review/enrol，"
        f"北京时间 {made.expires_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M} 前有效 until then, China time"
    )
    if made.shown:
        click.echo(f"以下只显示这一次，请抄在纸上，分给不同的人 · shown once, write it down:\n{made.shown}")
    if made.lacking:
        duties = ", ".join(made.lacking)
        click.echo(f"注意：省办没有人任 {duties}，/report 不会开放 · /report stays shut without them", err=True)
