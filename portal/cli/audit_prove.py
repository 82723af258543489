"""`portal audit prove`: checks a proof that somebody kept, off-line or against the ledger it is from.

Keys are given from outside, never taken from a file that is to be checked. What does not hold is one sentence each.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn

import click

from portal.domain.errors import PortalError, StartError, UnprovenError
from portal.settings import Settings, read_key

if TYPE_CHECKING:
    from crypto.receipt import Receipt
    from portal.office.examining import Found, Ground

LARGEST = 2 * 1024 * 1024  # bytes of a file
MOST = 2
NUMBER = 32  # bytes
FLAWS: Mapping[str, str] = MappingProxyType(
    {
        "form": "{file}：不是凭证也不是承诺，或者损坏了 · neither a proof nor a promise, or damaged",
        "extra": "{file}：随附的内容损坏了，或者被改过 · what the proof carries beside is damaged or was changed",
        "record": "{file}：写的内容和它的指纹对不上，被改过 · what it says is not what its record stands for: changed",
        "signature": "{file}：签名不对：不是这把公钥签的，或者被改过 · the checkpoint is not signed by the key given",
        "path": "{file}：签过名的台账里没有这一条 · the entry is not in the log that was signed",
        "key": "公钥不是一行验证公钥（vkey） · not a verifier key line",
        "witness": "没有这个见证人（或会签钥匙）的会签 · the checkpoint has no cosignature of this witness",
        "other_log": "不是同一本台账，不能比较 · not the same log; they are not compared",
        "fork": "同一本台账给人看过两个样子（分叉） · one log was shown in two ways: a fork",
        "rewritten": "{file}：这里的台账被改写过，不是签过名的那本 · the log here was rewritten since it was signed",
        "cut": "{file}：这里的台账比签过名的短，少了条目 · the log here has fewer entries than were signed",
        "closed": "{file}：凭证没有打开这一条，证明不了内容 · the proof does not open its entry; it shows no text",
        "no_report": "{file}：这一条不是举报，没有内容可证明 · the entry is not a report; there is no text to show",
        "text_form": "内容文件不是从查询箱存下的那一份 · the text is not a file as the mailbox gives it",
        "text": "内容或者查询码跟当时的不一样（补办过的新码也对不上） · text and code are not those of this report"
        " (a code that replaced a lost one is another)",
        "no_file": "{file}：这一条不是文件 · the entry is not of a file",
        "file": "不是当时交的那个文件，或者查询码、核对号不是它的（补办过的新码也对不上） · not the file that was sent,"
        " or code or number are not its own (a code that replaced a lost one is another)",
        "number": "核对号不对，是 64 位的 0-9 a-f · that is not a file's number: 64 digits of 0-9 a-f",
        "code": "查询码不对，请核对一遍 · that is not a code; look at it again",
        "promise_form": "{file}：签过名，但不是承诺 · signed, but no promise",
        "promise_signature": "{file}：承诺不是这把公钥签的，或者被改过 · the promise is not signed by the key given",
        "other_entry": "承诺和凭证说的不是同一条 · promise and proof are of different entries",
        "broken": "承诺没有兑现：那个位置上是别的内容 · the promise was broken: something else stands in that place",
        "which": "要证明内容或者文件，请只给一份凭证 · to show a text or a file, name one proof alone",
        "missing": "承诺没有兑现：台账里没有这一条 · the promise was broken: the log ends before that entry",
    }
)
ASSUMED: Mapping[str, str] = MappingProxyType(
    {
        "one_log": "两份的检查点不一样大，没有台账可对；先后的前提是它们出自同一本没有分叉的台账"
        " · checkpoints of two sizes, and no log at hand: which was first assumes one log without a fork",
        "checkpoint": "另存的检查点跟凭证的不一样大，没有台账可对，没有比较"
        " · the checkpoint kept elsewhere has another size and the log is not at hand: they were not compared",
        "promise": "没有凭证也没有台账，看不出承诺有没有兑现"
        " · neither its proof nor the log is at hand: whether the promise was kept is not known",
    }
)
KEPT: Mapping[bool | None, str] = MappingProxyType(
    {True: "承诺兑现了 the promise was kept", None: "是我们的承诺 a promise of ours"}
)
SENT = MappingProxyType(
    {
        "content": "当时交的就是这个文件 · this file is what was sent",
        "copy": "办公室手里的那份就是这个文件 · this file is the copy that was made for the office",
    }
)
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command("prove")
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--key", "keys", multiple=True, help="台账的公钥，给了就不用这里的安装 · vkeys of the log, or a file")
@click.option("--checkpoint", type=FILE, help="别处另存的检查点 · a checkpoint that somebody else kept")
@click.option(
    "--witness", "witnesses", multiple=True, help="必须会签过的见证人的公钥 · vkey of a witness who must have cosigned"
)
@click.option(
    "--text", type=FILE, help="从查询箱存下的内容，要问查询码 · the text saved from the mailbox; asks for the code"
)
@click.option(
    "--file",
    "sent",
    type=FILE,
    help="跟举报一起交的文件，要问查询码 · a file that was sent with it; asks for the code, unless --number is given",
)
@click.option("--number", help="查询箱给的这个文件的核对号 · the number of that file, as the mailbox gives it")
@click.option("--receipt", is_flag=True, help="问查询码，不显示 · ask for the code; shows nothing, reads stdin")
@click.option("--json", "as_json", is_flag=True, help="one JSON object")
def command(
    files: tuple[Path, ...],
    keys: tuple[str, ...],
    witnesses: tuple[str, ...],
    checkpoint: Path | None,
    text: Path | None,
    sent: Path | None,
    number: str | None,
    *,
    receipt: bool,
    as_json: bool,
) -> None:
    """核对一份凭证或承诺；两份一起，看谁在先 · check a proof (.tlog-proof) or a promise, or two together."""
    if len(files) > MOST:
        raise click.UsageError("一次最多两份 · two files at most")
    _require_use(text, sent, number, receipt=receipt)
    from portal.office import examining  # noqa: PLC0415  # the ledger only where it is asked for

    try:
        case = examining.Case(
            files=tuple((str(path), _read(path)) for path in files),
            checkpoint=_read(checkpoint) if checkpoint else None,
            witnesses=tuple(_lines(witnesses)),
            told=(_read(text), _ask()) if text else None,
            file=(_digest(sent), _number(number) if number else _ask()) if sent else None,
        )
        with _ground(_lines(keys)) as ground:
            found = examining.examine(case, ground)
    except UnprovenError as refused:
        _refuse(refused, str(files[0]), as_json=as_json)
    _tell(found, as_json=as_json)


def _require_use(text: Path | None, sent: Path | None, number: str | None, *, receipt: bool) -> None:
    if text and sent:
        raise click.UsageError("内容和文件请分开核对 · a text and a file are shown one after the other")
    if number and not sent:
        raise click.UsageError("核对号要跟文件一起用，请加 --file · a number goes with a file: name it with --file")
    if receipt and not (text or sent):
        raise click.UsageError("查询码要跟内容或者文件一起用 · a code goes with --text or --file")


@contextmanager
def _ground(keys: Sequence[str]) -> "Iterator[Ground]":
    """What is trusted: the keys given, or the installation here."""
    from portal.office import examining  # noqa: PLC0415

    if keys:
        yield examining.Ground.given(keys)
        return
    from crypto.keys import VerifyKey  # noqa: PLC0415
    from portal.store import migrate  # noqa: PLC0415
    from portal.store.session import open_store  # noqa: PLC0415

    try:
        settings = Settings.from_environ(os.environ)
        migrate.check(settings)
    except StartError as error:
        raise StartError(f"{error}; without an installation, name the log's key with --key") from None
    with closing(open_store(settings.database_url)) as store, store.reading() as session:
        yield examining.Ground.here(session, VerifyKey(read_key(settings.root_key)))


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(LARGEST).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UnprovenError("form", str(path)) from None


def _digest(path: Path) -> bytes:
    """SHA-256 of a file of any size."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError:
        raise UnprovenError("file", str(path)) from None


def _number(typed: str) -> bytes:
    """A file's number, however it was broken into lines."""
    try:
        number = bytes.fromhex("".join(typed.split()))
    except ValueError:
        number = b""
    if len(number) != NUMBER:
        raise UnprovenError("number")
    return number


def _lines(values: Sequence[str]) -> list[str]:
    """Verifier lines as they were given, or out of files that were named instead."""
    found: list[str] = []
    for value in values:
        named = "+" not in value and Path(value).is_file()
        found += [line for line in _read(Path(value)).splitlines() if line.strip()] if named else [value]
    return found


def _ask() -> "Receipt":
    """The code: typed where nothing shows it, or from stdin; never an argument, which others could see."""
    from crypto.errors import ReceiptError  # noqa: PLC0415
    from crypto.receipt import Receipt  # noqa: PLC0415

    typed = click.prompt("查询码 · code", hide_input=True) if sys.stdin.isatty() else sys.stdin.readline()
    try:
        return Receipt.parse(typed.strip())
    except ReceiptError as error:
        raise UnprovenError("code", " ".join(map(str, error.groups))) from None


def _refuse(refused: UnprovenError, file: str, *, as_json: bool) -> NoReturn:
    sentence = FLAWS[refused.flaw].format(file=refused.file or file)
    detail = f" ({refused.named})" if refused.named else ""
    if as_json:
        click.echo(json.dumps({"holds": False, "flaw": refused.flaw, "named": refused.named}, ensure_ascii=False))
    raise PortalError(sentence + detail)


def _tell(found: "Found", *, as_json: bool) -> None:
    """Say what holds, and what was taken for granted."""
    if as_json:
        click.echo(json.dumps({"holds": True, **asdict(found)}, ensure_ascii=False))
        return
    for one in found.proofs:
        said = f"，写的是 it says: {one.event} {one.at}" if one.event else ""
        click.echo(
            f"{one.file}：成立 holds. 台账 {one.log} 签名的 {one.size} 条里有第 {one.index} 条"
            f" · entry {one.index} is among the {one.size} that were signed{said}"
        )
    for word in found.promises:
        click.echo(f"{word.file}：{KEPT[word.kept]} · {word.log}, {word.index}")
    if found.told:
        click.echo("当时报的就是这份内容 · this text is what was reported")
    if found.sent:
        click.echo(SENT[found.sent])
    if found.first is not None:
        click.echo(f"先到的是 {found.first} · came first")
    if found.checkpoint is not None:
        click.echo(f"跟另存的检查点（{found.checkpoint} 条）一致 · agrees with the checkpoint kept elsewhere")
    if found.witnesses:
        click.echo(f"会签过的见证人 cosigned by: {', '.join(found.witnesses)}")
    for assumed in found.assumed:
        click.echo(f"注意 note：{ASSUMED[assumed]}", err=True)
