"""`portal desk`."""

from pathlib import Path

import click

from portal.cli import opened
from portal.domain.vocabulary import Duty


@click.group("desk")
def command() -> None:
    """岗位 · desks."""


@command.command("recover")
@click.argument("authority")
@click.argument("duty", type=click.Choice([one.value for one in Duty]))
@click.option("--to", "username", required=True, help="给谁 · user name of the officer who gets the key")
@opened.SHARES
def recover(authority: str, duty: str, username: str, shares: tuple[Path, ...]) -> None:
    """岗位没有人打得开了：用恢复份额给一个人 · give a desk's key to an officer, out of enough recovery shares.

    The officer is enrolled and certified, and may sit there. Without files each share is typed; nothing shows what is
    typed, and no key is shown.
    """
    from portal.office import recovering  # noqa: PLC0415  # the store and its models only where they are used

    words = opened.read_shares(shares)
    with opened.operating() as it:
        found = recovering.recover_desk(it, authority, Duty(duty), username, words)
    click.echo(
        f"{username} 打得开了 opens the {duty} desk of {found.authority} (key {found.epoch}); "
        "已记入台账 entered in the ledger"
    )
    click.echo(
        "接着 next: 本人在“我的账户”换钥匙 draws the next key on “My account”; "
        "份额用过了，请换 the shares were used: `portal recovery replace`"
    )
