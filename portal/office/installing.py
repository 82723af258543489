"""What every installation begins with, a demonstration like a real one: an empty home, its keys, the founding entries.

All is made in a folder beside the home, which takes the home's name when everything is there; in the home itself where
that is there already, for it may be a disk of its own, or all that a service's user may write to.
"""

import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from crypto.keys import SigningKey
from crypto.primitives import random_bytes
from portal.domain.errors import StartError
from portal.office import checkpoints, founding
from portal.office.checkpoints import LogKeys
from portal.office.founding import Founder
from portal.office.recording import EntryKey
from portal.settings import Settings, home_of, make_home, read_key, read_keys, write_key
from portal.store import migrate
from portal.store.session import Store

DATABASE = "portal.sqlite"


def require_empty(home: Path) -> None:
    """Raise StartError where something is already."""
    try:
        empty = not home.exists() or all(path == _within(home) for path in home.iterdir())
    except OSError as error:
        raise StartError(f"cannot use {home}: {error.strerror}; name another PORTAL_HOME") from None
    if not empty:
        raise StartError(f"{home} is not empty; name an empty PORTAL_HOME")


def install(environ: Mapping[str, str], fill: Callable[[Settings, Store], None]) -> Path:
    """Make an installation in an empty home and an empty database, filled by `fill`. Raises StartError."""
    home = home_of(environ)
    require_empty(home)
    building = _building(home)
    shutil.rmtree(building, ignore_errors=True)
    make_home(building)
    try:
        settings = Settings.found({**environ, "PORTAL_HOME": str(building)})
        store = migrate.create(settings.database_url)
        try:
            fill(settings, store)
        except BaseException:
            migrate.discard(store, settings.database_url)
            raise
        store.close()
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    _take(home, building)
    return home


def _building(home: Path) -> Path:
    """Where it is made."""
    return _within(home) if home.exists() else home.with_name(home.name + ".building")


def _within(home: Path) -> Path:
    """Where it is made in the home; what is left of a founding that was cut off lies there too."""
    return home / ".building"


def _take(home: Path, building: Path) -> None:
    """Put what was made in its place: at once, or the database last, without which nothing begins."""
    if building != _within(home):
        building.replace(home)
        return
    home.chmod(0o700)
    for path in sorted(building.iterdir(), key=lambda path: path.name.startswith(DATABASE)):
        path.replace(home / path.name)
    building.rmdir()


def begin(
    settings: Settings, session: Session, root: SigningKey, *, name: str, origin: str, demo: bool, now: datetime
) -> Founder:
    """The first entries, and who makes the next ones; `{id}` in the origin stands for the installation's."""
    write_root(settings.root_key, root)
    installation = random_bytes(16)
    founder = Founder(
        session=session,
        installation=installation,
        root=root,
        entry_key=EntryKey(read_keys(settings.entry_keys)[0]),
        pepper=read_key(settings.pepper),
        now=now,
    )
    founding.found(founder, name=name, origin=origin.replace("{id}", installation[:4].hex()), demo=demo)
    founding.certify_service_keys(
        founder,
        promise=SigningKey(read_key(settings.promise_key)).public,
        log=SigningKey(read_key(settings.log_key)),
    )
    return founder


def write_root(path: Path, root: SigningKey) -> None:
    """The public half of the root key, as a file."""
    try:
        write_key(path, root.public.raw, mode=0o644)
    except OSError as error:
        raise StartError(f"cannot write {path}: {error.strerror}; name another PORTAL_ROOT_KEY") from None


def sign(settings: Settings, store: Store, *, now: datetime) -> None:
    """The first checkpoint."""
    with store.transaction() as session:
        checkpoints.sign(session, LogKeys.read(settings), now=now)
