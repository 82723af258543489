"""Sealed files in a bucket of an S3 server, through obstore: the optional extra `[s3]`.

Its keys are variables, for obstore would otherwise ask the machine's cloud for some; without TLS it speaks to this
machine alone. A file is sent in parts, two of which are in memory at most; those of what was broken off are taken back,
and those of a process that was killed are for a rule of the bucket to clear away (docs/operating.md).
"""

import io
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from portal.domain.errors import NoRoomError, NotStoredError, StartError
from portal.environment import is_loopback
from portal.store.blob_names import OWNER, Sink, Stored, checked, space_of

PART = 5 * 1024 * 1024  # bytes: the least that S3 takes for a part
AHEAD = 1 << 20  # bytes fetched at a time
PAGE = 1000  # names an answer of the server holds
LONGEST = 2700.0  # seconds a file may take: some servers date it by its beginning, and after an hour it is collected
SKEW = timedelta(hours=1)  # by which two clocks may differ
QUESTIONS = frozenset({"endpoint", "region", "ca"})
KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
FULL = ("507 Insufficient Storage", "StorageFull", "QuotaExceeded")  # not every server says so
REFUSALS = MappingProxyType(
    {
        "401 Unauthorized": "the server refuses its keys",
        "403 Forbidden": "the server refuses its keys",
        "404 Not Found": "there is none, or no such bucket",
    }
)
WORK = {"connect_timeout": timedelta(seconds=5), "read_timeout": timedelta(seconds=20), "timeout": timedelta(minutes=2)}
ASK = {"connect_timeout": timedelta(seconds=2), "timeout": timedelta(seconds=3)}


def open_bucket(url: str, environ: Mapping[str, str]) -> "BucketBlobs":
    """Read `s3://bucket/prefix?endpoint=…&region=…&ca=…` and the keys, without going there. Raises StartError."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise StartError("PORTAL_BLOB_URL must look like s3://bucket?endpoint=https://…") from None
    asked = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    if unknown := sorted(asked.keys() - QUESTIONS):
        raise StartError(f"PORTAL_BLOB_URL: {unknown[0]} is none of {', '.join(sorted(QUESTIONS))}")
    if "@" in parts.netloc or not parts.netloc or parts.fragment:
        raise StartError("PORTAL_BLOB_URL must look like s3://bucket?endpoint=https://…; its keys are variables")
    if missing := [name for name in KEYS if not environ.get(name)]:
        raise StartError(f"PORTAL_BLOB_URL names a bucket and {missing[0]} is not set")
    endpoint = _endpoint(asked.get("endpoint"))
    config: Any = {
        "access_key_id": environ[KEYS[0]],
        "secret_access_key": environ[KEYS[1]],
        "region": asked.get("region") or environ.get("AWS_REGION") or "us-east-1",
        "virtual_hosted_style_request": False,
    }
    config |= {"endpoint": endpoint} if endpoint else {}
    config |= {"session_token": environ["AWS_SESSION_TOKEN"]} if environ.get("AWS_SESSION_TOKEN") else {}
    client: dict[str, Any] = {
        "allow_http": endpoint is not None and endpoint.startswith("http://"),
        **_authority(asked.get("ca")),
    }

    def store(limits: Mapping[str, timedelta], retries: int) -> S3Store:
        retry: Any = {"max_retries": retries, "retry_timeout": timedelta(seconds=10)}
        options: Any = {**client, **limits}
        prefix = parts.path.strip("/") or None
        return S3Store(parts.netloc, prefix=prefix, config=config, client_options=options, retry_config=retry)

    try:
        return BucketBlobs(store(WORK, 3), store(ASK, 0), parts.netloc)
    except (BaseError, ValueError) as error:
        raise StartError("PORTAL_BLOB_URL: the bucket's address makes no sense") from error


def _endpoint(text: str | None) -> str | None:
    """Where the server is; None for Amazon's own."""
    if text is None:
        return None
    try:
        parts = urlsplit(text)
        whole = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    except ValueError:
        whole = False
    if not whole:
        raise StartError("PORTAL_BLOB_URL: endpoint must look like https://s3.example.cn")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise StartError("PORTAL_BLOB_URL: an endpoint on another machine needs https")
    return text.rstrip("/")


def _authority(file: str | None) -> dict[str, bytes]:
    """The office's own certification authority, beside those everybody trusts."""
    if file is None:
        return {}
    try:
        return {"root_certificate": Path(file).read_bytes()}
    except OSError as error:
        raise StartError(f"PORTAL_BLOB_URL: cannot read {file}: {error.strerror}") from None


class BucketBlobs:
    """Files in a bucket; `asking` is the same with little patience."""

    def __init__(self, store: S3Store, asking: S3Store, bucket: str) -> None:
        self._store, self._asking, self._bucket = store, asking, bucket

    @contextmanager
    def write(self, name: str) -> Iterator[Sink]:
        """As every store."""
        began = time.monotonic()
        writer = obstore.open_writer(self._store, checked(name), buffer_size=PART, max_concurrency=1)
        try:
            yield _Parts(writer)
            _require_fresh(time.monotonic() - began)
            with _told():
                writer.close()
        except BaseException as error:
            with suppress(BaseError, OSError):
                writer.__exit__(type(error), error, None)  # takes back the parts that were sent
            raise

    @contextmanager
    def read(self, name: str) -> Iterator[BinaryIO]:
        """As every store."""
        with _told():
            seen = obstore.head(self._store, checked(name))
        with io.BufferedReader(_Ranges(self._store, name, seen), AHEAD) as buffered:
            yield buffered

    def delete(self, name: str) -> None:
        """As every store."""
        with _told(), suppress(FileNotFoundError):
            obstore.delete(self._store, checked(name))

    def listed(self, space: str, after: str = "") -> Iterator[Stored]:
        """As every store."""
        pages = iter(obstore.list(self._store, space_of(space), offset=after or None, chunk_size=PAGE))
        while True:
            with _told():
                page = next(pages, None)
            if page is None:
                return
            for one in page:
                with suppress(ValueError):  # not ours
                    yield Stored(checked(one["path"]), one["size"], one["last_modified"])

    def now(self) -> datetime:
        """As every store; of one that has no room the machine's own, far enough back."""
        try:
            return self._dated(self._asking)
        except NoRoomError:
            return datetime.now(UTC) - SKEW

    def room(self) -> None:
        """As every store: a server does not say."""
        return

    def owner(self) -> str | None:
        """As every store."""
        with _told(), suppress(FileNotFoundError):
            return bytes(obstore.get(self._asking, OWNER).bytes()).decode("ascii", "replace").strip()
        return None

    def own(self, owner: str) -> None:
        """As every store."""
        with _told():
            obstore.put(self._asking, OWNER, f"{owner}\n".encode("ascii"), use_multipart=False)

    def ready(self) -> None:
        """As every store."""
        try:
            self._dated(self._asking)
        except NotStoredError as error:
            raise StartError(f"files cannot be kept in the bucket {self._bucket}: {error}") from None

    def _dated(self, store: S3Store) -> datetime:
        """When something written now was written."""
        name = f"pieces/{secrets.token_hex(16)}/0"
        with _told():
            obstore.put(store, name, b"", use_multipart=False)
            moment: datetime = obstore.head(store, name)["last_modified"]
            obstore.delete(store, name)
        return moment.astimezone(UTC)


def _require_fresh(seconds: float) -> None:
    if seconds > LONGEST:
        raise NotStoredError("it took too long")


class _Parts:
    """What is being sent."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def write(self, data: bytes, /) -> None:
        """Add them."""
        with _told():
            self._writer.write(bytes(data))  # kept until its part is sent: a buffer may be filled anew before


class _Ranges(io.RawIOBase):
    """An object that is read by ranges, all of the same writing."""

    def __init__(self, store: S3Store, name: str, seen: Mapping[str, Any]) -> None:
        self._store, self._name, self._length, self._at = store, name, seen["size"], 0
        self._same = {"if_match": seen["e_tag"]} if seen["e_tag"] else {}

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any, /) -> int:
        until = min(self._length, self._at + len(buffer))
        if until <= self._at:
            return 0
        options: Any = {"range": (self._at, until), **self._same}
        with _told():
            got = obstore.get(self._store, self._name, options=options).bytes()
        buffer[: len(got)] = got
        self._at += len(got)
        return len(got)

    def readall(self) -> bytes:
        return b"".join(iter(lambda: self.read(AHEAD) or b"", b""))


@contextmanager
def _told() -> Iterator[None]:
    """Say in the office's words what the server refuses; never which file, and nothing of its answer but the kind."""
    try:
        yield
    except (BaseError, OSError) as error:
        if any(said in str(error) for said in FULL):
            raise NoRoomError("the server has no room") from error
        raise NotStoredError(_why(error)) from error


def _why(error: Exception) -> str:
    """By the answer's status: what obstore raises differs from call to call."""
    answer = str(error)
    return next(
        (said for status, said in REFUSALS.items() if status in answer), "the server does not answer as it should"
    )
