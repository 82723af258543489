"""`portal officer`: what takes the root key, where no two administrators can do it on their pages."""

from datetime import datetime
from pathlib import Path

import click

from portal.cli import opened
from portal.domain.clocks import SHANGHAI
from portal.domain.errors import StartError


@click.group("officer")
def command() -> None:
    """人员 · officers, with the root key at hand; administrators do the same on /review/admin/officers."""


@command.command("invite")
@click.argument("username")
@click.argument("authority")
@opened.ROOT
def invite(username: str, authority: str, root_key: Path) -> None:
    """请一个新的人 · a new officer of an authority (its code, like office-220000); prints the enrolment code once."""
    from portal.office import operating, roster  # noqa: PLC0415  # the store and its models only where they are used

    if not roster.USERNAME.fullmatch(username):
        raise StartError(f"username must be 2 to 30 of a-z, 0-9 and -, a letter first, not {username!r}")
    root = opened.root_key(root_key)
    with opened.operating() as it:
        code = operating.invite(it, root, authority, username)
    _say(username, str(code), it.now)


@command.command("code")
@click.argument("username")
@opened.ROOT
def renew(username: str, root_key: Path) -> None:
    """开通码或者密码丢了 · a new code for somebody; their old keys and seats end. Prints the code once."""
    from portal.office import operating  # noqa: PLC0415  # the store and its models only where they are used

    root = opened.root_key(root_key)
    with opened.operating() as it:
        code = operating.renew(it, root, username)
    _say(username, str(code), it.now)


@command.command("certify")
@click.argument("username")
@click.option("--fingerprint", required=True, help="本人念的密钥指纹 · as the officer reads it from “My account”")
@opened.ROOT
def certify(username: str, fingerprint: str, root_key: Path) -> None:
    """用根钥匙认证一个人的密钥 · vouch for an officer's keys with the root key."""
    from portal.office import operating  # noqa: PLC0415  # the store and its models only where they are used

    root = opened.root_key(root_key)
    with opened.operating() as it:
        operating.certify(it, root, username, fingerprint=fingerprint)
    click.echo(f"已认证 certified: {username}; 已记入台账 entered in the ledger")


def _say(username: str, code: str, now: datetime) -> None:
    from portal.office.staffing import CODE_LIFE  # noqa: PLC0415  # the store and its models only where they are used

    until = (now + CODE_LIFE).astimezone(SHANGHAI)
    click.echo(f"{username}\t{code}")
    click.echo(f"北京时间 {until:%Y-%m-%d %H:%M} 前在 /review/enrol 开通 enrol until then, China time")
