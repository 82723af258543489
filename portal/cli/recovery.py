"""`portal recovery`."""

import os
from pathlib import Path

import click

from portal.cli import opened
from portal.domain.staff_vocabulary import RecoveryName

NAME = click.argument("name", type=click.Choice([one.value for one in RecoveryName]))


@click.group("recovery")
def command() -> None:
    """恢复钥匙 · the recovery keys."""


@command.command("drill")
@NAME
@opened.SHARES
def drill(name: str, shares: tuple[Path, ...]) -> None:
    """每年演练：把够数的份合起来，看开不开得了该开的 · put enough shares together, see that they open what they must.

    Without files each share is typed; nothing shows what is typed, and no key is shown.
    """
    from portal.office import rehearsing  # noqa: PLC0415  # the store and its models only where they are used

    words = opened.read_shares(shares)
    with opened.operating() as it:
        found = rehearsing.rehearse(it.session, it.house, RecoveryName(name), words, now=it.now)
    click.echo(
        f"合得起来 the shares give {name}: 开得了 opens {found.epochs} 把岗位钥匙 desk keys, "
        f"其中现用的岗 of desks in use {found.desks}; 已记入台账 entered in the ledger"
    )
    if found.uncovered:
        click.echo(f"注意：{found.uncovered} 个岗没有恢复钥匙 · desks that no recovery key opens", err=True)


@command.command("replace")
@NAME
@opened.ROOT
@click.option("--shares-of", "scheme", default="2-of-3", show_default=True, help="分几份、几份能合 · of the new key")
@click.option(
    "--recovery-dir",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="新的份写到哪里 · folder for the new shares",
)
@opened.SHARES
def replace(name: str, root_key: Path, scheme: str, recovery_dir: Path, shares: tuple[Path, ...]) -> None:
    """用旧的份换一把新的恢复钥匙 · draw the next recovery key, out of shares of the one before, for new holders."""
    from portal.office import recovering, recovery  # noqa: PLC0415  # the store and its models only where they are used
    from portal.office.handover import Handover  # noqa: PLC0415
    from portal.settings import home_of  # noqa: PLC0415

    chosen, root, words = recovery.Scheme.parse(scheme), opened.root_key(root_key), opened.read_shares(shares)
    handover = Handover(None, recovery_dir, None)
    handover.reserve(home_of(os.environ), recovery.share_names(RecoveryName(name), chosen))
    try:
        with opened.operating() as it:
            count = recovering.replace_key(
                it,
                root,
                RecoveryName(name),
                words,
                lambda key: recovery.hand_over(handover, RecoveryName(name), key, chosen),
            )
    except BaseException:
        handover.withdraw()
        raise
    click.echo(
        f"已换 replaced {name}: 开得了 opens {count} 把岗位钥匙 desk keys; 新的份在 new shares in {recovery_dir}; "
        "旧的份从此没有用 the old shares open nothing from now on but copies of the database from before"
    )
