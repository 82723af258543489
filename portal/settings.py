"""What the portal is told from outside: one frozen value, read once from the environment, and its key files.

It knows every variable and where each key lies; it opens no connection, and what it refuses it refuses in one line that
says what to do (StartError).
"""

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from portal.domain.errors import StartError
from portal.domain.files import MOST_BYTES
from portal.domain.vocabulary import MOST_FILES
from portal.environment import Environment, Network
from portal.outgoing import AlarmHook, MailServer, Outgoing

VERSION = "0.1.0"  # as pyproject.toml says
KEY_BYTES = 32
AREAS = frozenset({"intake", "review"})
DATABASES = ("sqlite", "postgresql+psycopg")
BLOBS = ("file", "s3")
COUNTERS = ("sqlite", "redis", "rediss", "redis+unix", "valkey", "valkeys", "valkey+unix")
LOG_FORMATS = ("json", "plain")
TOKEN = re.compile(r"[!-~]{24,512}")
VARIABLES = (
    "PORTAL_HOME",
    "PORTAL_DATABASE_URL",
    "PORTAL_BLOB_URL",
    "PORTAL_CLAMD",
    "PORTAL_FILES",
    "PORTAL_FILES_MB",
    "PORTAL_LIMITS_URL",
    "PORTAL_SECRET_KEY",
    "PORTAL_SECRET_KEY_FILE",
    "PORTAL_ROOT_KEY",
    "PORTAL_PEPPER",
    "PORTAL_LOG_KEY",
    "PORTAL_PROMISE_KEY",
    "PORTAL_ENTRY_KEYS",
    "PORTAL_AREAS",
    "PORTAL_PUBLIC_URL",
    "PORTAL_MAIL_URL",
    "PORTAL_MAIL_HOUR",
    "PORTAL_ALARM_URL",
    "PORTAL_ALARM_SECRET",
    "PORTAL_ALARM_SECRET_FILE",
    "PORTAL_TRUSTED_PROXIES",
    "PORTAL_HOST",
    "PORTAL_WORKERS",
    "PORTAL_THREADS",
    "PORTAL_SIGNER",
    "PORTAL_LOG_HOUR",
    "PORTAL_CHECKPOINT_DIR",
    "PORTAL_WITNESSES",
    "PORTAL_METRICS_TOKEN",
    "PORTAL_METRICS_TOKEN_FILE",
    "PORTAL_LOG_FORMAT",
    "PORTAL_PSEUDO_LOCALE",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that may differ between two installations; secrets and addresses with passwords stay out of repr."""

    home: Path
    database_url: str = field(repr=False)
    blob_url: str = field(repr=False)
    clamd: str | None  # the virus scanner on this machine
    files: int  # that a report may have; 0 takes none
    files_mb: int  # together
    limits_url: str = field(repr=False)
    secret: bytes = field(repr=False)  # 32 bytes
    root_key: Path  # the public half alone
    pepper: Path
    log_key: Path
    promise_key: Path
    entry_keys: Path
    areas: frozenset[str]
    public_url: str  # no slash at the end
    mail: MailServer | None  # None: nothing is mailed
    mail_hour: int  # of the day, China time, at which every officer gets the digest
    alarm: AlarmHook | None  # what rings telephones beside mail
    trusted_proxies: tuple[Network, ...]  # who may say for whom it speaks
    host: str
    port: int
    workers: int
    threads: int
    signer_in_run: bool
    log_hour: int  # of the day, China time, when the public copy of the ledger's tree moves on
    checkpoint_dir: Path  # what has become public, a file a day
    witnesses: tuple[str, ...]  # mail addresses that get the same
    metrics_token: str | None = field(repr=False)  # None: /metrics answers this machine alone
    log_format: str | None  # None: plain on a terminal, else JSON
    pseudo_locale: bool

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings of an installation that exists; StartError where one makes no sense or the secret lacks."""
        env = Environment(environ)
        env.refuse_misspelt("PORTAL_", VARIABLES)
        home = home_of(environ)
        port = env.number("PORT", 8000, low=1, high=65535)
        return cls(
            home=home,
            database_url=env.url("PORTAL_DATABASE_URL", f"sqlite:///{home}/portal.sqlite", DATABASES),
            blob_url=env.url("PORTAL_BLOB_URL", f"file://{home}/blobs", BLOBS),
            clamd=env.text("PORTAL_CLAMD"),
            files=env.number("PORTAL_FILES", MOST_FILES, low=0, high=MOST_FILES),
            files_mb=env.number("PORTAL_FILES_MB", MOST_BYTES // 1_000_000, low=1, high=2000),
            limits_url=env.url("PORTAL_LIMITS_URL", f"sqlite:///{home}/limits.sqlite", COUNTERS),
            secret=_secret(env, home),
            root_key=env.path("PORTAL_ROOT_KEY", home / "root.pub"),
            pepper=env.path("PORTAL_PEPPER", home / "pepper.key"),
            log_key=env.path("PORTAL_LOG_KEY", home / "log.key"),
            promise_key=env.path("PORTAL_PROMISE_KEY", home / "promise.key"),
            entry_keys=env.path("PORTAL_ENTRY_KEYS", home / "entry.key"),
            areas=env.chosen("PORTAL_AREAS", AREAS),
            public_url=env.origin("PORTAL_PUBLIC_URL", f"http://127.0.0.1:{port}"),
            mail=_mail(env),
            mail_hour=env.number("PORTAL_MAIL_HOUR", 8, low=0, high=23),
            alarm=_alarm(env),
            trusted_proxies=env.networks("PORTAL_TRUSTED_PROXIES"),
            host=env.host("PORTAL_HOST", "127.0.0.1"),
            port=port,
            workers=env.number("PORTAL_WORKERS", 2, low=1, high=64),
            threads=env.number("PORTAL_THREADS", 32, low=2, high=512),
            signer_in_run=env.flag("PORTAL_SIGNER", default=True),
            log_hour=env.number("PORTAL_LOG_HOUR", 3, low=0, high=23),
            checkpoint_dir=env.path("PORTAL_CHECKPOINT_DIR", home / "checkpoints"),
            witnesses=env.addresses("PORTAL_WITNESSES"),
            metrics_token=_token(env, "PORTAL_METRICS_TOKEN"),
            log_format=env.word("PORTAL_LOG_FORMAT", LOG_FORMATS),
            pseudo_locale=env.flag("PORTAL_PSEUDO_LOCALE", default=False),
        )

    @property
    def outgoing(self) -> Outgoing:
        """All that leaves by itself."""
        return Outgoing(self.mail, self.alarm, self.mail_hour, self.public_url)

    @classmethod
    def found(cls, environ: Mapping[str, str]) -> Self:
        """Draw every key a new installation needs (not the root's) into its home, then read its settings.

        Keys that are there already, or given by variable, are kept; StartError where the home cannot be written.
        """
        env = Environment(environ)
        home = home_of(environ)
        make_home(home)
        if env.text("PORTAL_SECRET_KEY") is None:
            draw_key(_secret_file(env, home))
        settings = cls.from_environ(environ)
        for path in (settings.pepper, settings.log_key, settings.promise_key, settings.entry_keys):
            draw_key(path)
        return settings


def home_of(environ: Mapping[str, str]) -> Path:
    """Return the directory that holds the installation; `./var` unless PORTAL_HOME says otherwise."""
    home = Environment(environ).path("PORTAL_HOME", Path("var").resolve())
    if "?" in str(home) or "#" in str(home):
        raise StartError("PORTAL_HOME must not hold ? or #: it becomes part of an address")
    return home


def make_home(home: Path) -> None:
    """Make the directory, closed to everybody else, unless it is there."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(f"cannot make {home}: {error.strerror}; choose another PORTAL_HOME") from None


def read_key(path: Path) -> bytes:
    """Return the 32 bytes that the file holds in hex; StartError when it lacks, is open to others or is no key."""
    (key,) = _keys(path, only=True)
    return key


def read_keys(path: Path) -> tuple[bytes, ...]:
    """Return the keys of a file with one per line: the first is in use, the others still check what is older."""
    return _keys(path, only=False)


def write_key(path: Path, key: bytes, *, mode: int = 0o600) -> None:
    """Write a new key file, in hex, to the disk; FileExistsError where one is: a key is never written over."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        os.write(handle, key.hex().encode("ascii") + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
    sync_directory(path.parent)


def draw_key(path: Path) -> None:
    """Write a fresh random key unless the file is there."""
    try:
        with suppress(FileExistsError):
            write_key(path, secrets.token_bytes(KEY_BYTES))
    except OSError as error:
        raise StartError(f"cannot write {path}: {error.strerror}") from None


def _secret_file(env: Environment, home: Path) -> Path:
    return env.path("PORTAL_SECRET_KEY_FILE", home / "secret.key")


def _secret(env: Environment, home: Path) -> bytes:
    text = env.text("PORTAL_SECRET_KEY")
    if text is None:
        return read_key(_secret_file(env, home))
    try:
        return _parse(text)
    except ValueError:
        raise StartError("PORTAL_SECRET_KEY must be 64 hex digits; `openssl rand -hex 32` makes one") from None


def _token(env: Environment, name: str) -> str | None:
    """What somebody who asks from elsewhere has to know, or whom we call can tell us by; in a variable or a file."""
    text, named = env.text(name), env.text(f"{name}_FILE")
    if text is None and named is not None:
        text = _closed_text(env.path(f"{name}_FILE", Path()), "no token at {}; put it there").strip()
    if text is not None and TOKEN.fullmatch(text) is None:
        raise StartError(f"{name} must be 24 or more characters; `openssl rand -hex 32` makes one")
    return text


def _mail(env: Environment) -> MailServer | None:
    text = env.text("PORTAL_MAIL_URL")
    return MailServer.parse(text) if text else None


def _alarm(env: Environment) -> AlarmHook | None:
    """The gateway that is rung; what is told it is signed with the secret."""
    text, secret = env.text("PORTAL_ALARM_URL"), _token(env, "PORTAL_ALARM_SECRET")
    return AlarmHook.of(text, secret) if text else None


def _closed_text(path: Path, missing: str) -> str:
    """Return what a file holds that nobody else may read or change."""
    try:
        with path.open(encoding="ascii") as file:
            mode = os.fstat(file.fileno()).st_mode
            text = file.read(1 << 16)
    except FileNotFoundError:
        raise StartError(missing.format(path)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"cannot read the key at {path}: {error}") from None
    # A public key may be read by anybody but changed by nobody else; a mounted secret may be read by its group.
    if mode & 0o022 or (mode & 0o007 and path.suffix != ".pub"):
        raise StartError(f"the key at {path} is open to others; run: chmod 600 {path}")
    return text


def _keys(path: Path, *, only: bool) -> tuple[bytes, ...]:
    lines = _closed_text(path, "no key at {}; `portal init` or `portal demo` makes one in an empty home").split("\n")
    try:
        keys = tuple(_parse(line.strip()) for line in lines if line.strip())
    except ValueError:
        keys = ()
    if not keys or (only and len(keys) > 1):
        raise StartError(f"{path} does not hold a key of 64 hex digits; put the right file back")
    return keys


def _parse(text: str) -> bytes:
    if len(text) != 2 * KEY_BYTES:
        raise ValueError("not a key")
    return bytes.fromhex(text)


def sync_directory(directory: Path) -> None:
    """Have the disk remember the names in a directory."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
