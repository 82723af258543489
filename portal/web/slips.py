"""What to look at first when a code was mistyped: one sentence for each kind of slip, never a correction."""

from collections.abc import Mapping

from crypto.errors import ReceiptError
from portal.web.i18n import gettext


def sentence(error: ReceiptError, own: Mapping[str, str]) -> str:
    """The sentence for a slip; `own` has those (msgids) that say what code it is: length, symbol, many."""
    groups = gettext("、").join(str(group) for group in error.groups)
    if error.kind == "single":
        return gettext("第 %(n)s 组好像抄错了一个字符，请对照看一下。字母大小写、空格、横线都没关系。", n=groups)
    if error.kind == "swap" and len(error.groups) == 1:
        return gettext("第 %(n)s 组好像有两个挨着的字符颠倒了，请对照看一下。", n=groups)
    if error.kind == "swap":
        return gettext("好像有两个挨着的字符颠倒了，请先看第 %(n)s 组，连同跟旁边那组相接的地方。", n=groups)
    return gettext(own[error.kind])
