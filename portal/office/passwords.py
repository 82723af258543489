"""Whether a password is hard enough to guess, by an estimate of the guesses it takes: never by kinds of characters.

A thief of database and pepper gets some six guesses a second and core (docs/threat-model.md): 10¹⁰ of them take a
thousand cores three weeks.
"""

import unicodedata
from collections.abc import Iterable

SHORTEST = 12  # characters
GUESSES = 10**10
READ = 72  # characters that the estimate looks at: what comes after can only help
# What people here would begin with, and the library, made for English, does not know.
LOCAL = (
    *("mima", "admin", "guanliyuan", "woaini", "woaizhongguo", "zhongguo", "zhonghua", "renmin", "wansui", "beijing"),
    *(
        "jilin",
        "jilinsheng",
        "changchun",
        "siping",
        "liaoyuan",
        "tonghua",
        "baishan",
        "songyuan",
        "baicheng",
        "yanbian",
    ),
    *("meihekou", "changbaishan", "renfang", "renfangban", "bangongshi", "jubao", "shaoyin", "shouliyuan", "lingdao"),
    *("密码", "中国", "人民", "吉林", "长春", "四平", "人防", "人防办", "办公室", "举报", "哨音", "管理员", "我爱你"),
)


def too_short(password: str) -> bool:
    """Whether it has fewer characters than it must."""
    return len(unicodedata.normalize("NFC", password)) < SHORTEST


def too_easy(password: str, about: Iterable[str]) -> bool:
    """Whether it is found too soon by whoever knows `about`: the officer's name and office."""
    from zxcvbn import zxcvbn  # noqa: PLC0415 — its word lists are 1.5 MB, and few processes ever enrol anybody

    known = [*(word for word in about if word), *LOCAL]
    return bool(zxcvbn(password[:READ], user_inputs=known)["guesses"] < GUESSES)
