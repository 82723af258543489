"""Handing files in as browsers and networks do: whole, in drops, cut off, or with something happening in between."""

import re
from io import RawIOBase
from pathlib import Path
from threading import Thread

from werkzeug.test import EnvironBuilder, TestResponse
from werkzeug.wrappers import Request

from portal.store.blob_names import OWNER
from tests.visitor import BASE, TOKEN, Visitor
from tests.world import World

PATH = "/mailbox/evidence"


def told(visitor: Visitor) -> list[str]:
    """What became of each file of the last sending, in its order."""
    found = re.findall(r'<li value="(\d+)">(.*?)</li>\n', visitor.last, re.DOTALL)
    assert [int(position) for position, _ in found] == list(range(1, len(found) + 1))
    return [" ".join(re.sub(r"<[^>]+>", " ", words).split()) for _, words in found]


def lying(world: World) -> list[Path]:
    """Every file in the store of files."""
    return [one for one in (world.home / "blobs").rglob("*") if one.is_file() and one.name != OWNER]


class Arriving(RawIOBase):
    """A body in whose middle something happens."""

    def __init__(self, whole: bytes, happens) -> None:
        self._whole, self._middle, self._at, self._happens = whole, len(whole) // 2, 0, happens

    def readable(self) -> bool:
        return True

    def readinto(self, into) -> int:
        if self._at == self._middle:
            elsewhere = Thread(target=self._happens)  # in another process, were it real
            elsewhere.start()
            elsewhere.join()
        end = min(self._at + len(into), self._middle if self._at < self._middle else len(self._whole))
        into[: end - self._at] = self._whole[self._at : end]
        read, self._at = end - self._at, end
        return read


def body(visitor: Visitor, *files: tuple[bytes, str]) -> tuple[bytes, str]:
    """A form with files as a browser sends it, and its media type."""
    found = TOKEN.search(visitor.last)
    token = found[1] if found else ""
    parts = [f'--cut\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'.encode()]
    head = '--cut\r\nContent-Disposition: form-data; name="files"; filename="{}"\r\nContent-Type: x/y\r\n\r\n'
    parts += [head.format(name).encode() + data + b"\r\n" for data, name in files]
    return b"".join(parts) + b"--cut--\r\n", "multipart/form-data; boundary=cut"


def arrive(visitor: Visitor, whole: bytes, media: str, stream, *, length: int | None = None, path: str = PATH):
    """Send it as the network does: what arrives is not always what was announced."""
    environ = EnvironBuilder(path, BASE, method="POST").get_environ()
    environ |= {"CONTENT_TYPE": media, "CONTENT_LENGTH": str(length or len(whole)), "wsgi.input": stream}
    return visitor._keep(TestResponse(*visitor.client.run_wsgi_app(environ, buffered=True), Request(environ)))
