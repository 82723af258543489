"""What everybody may read of the ledger: once a day a checkpoint, and the tiles of the tree under it (C2SP tlog-tiles).

The public checkpoint is the newest that was signed before the last daily moment, so that nobody can watch reports
arrive; it follows from the checkpoints themselves, and every process finds the same. Entries are never public.

How old a checkpoint is, its newest entry says, whose time its root covers. The hour in its row is under no signature:
it finds what may be old enough, and whoever writes to the database makes nothing older by it (decision 044).
"""

import json
import re
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import note, tree
from crypto.errors import CryptoError
from portal.domain.clocks import SHANGHAI
from portal.domain.errors import LedgerError
from portal.office import tiles
from portal.office.recording import require_opens
from portal.store.ledger import Checkpoint, Entry, Leaf

HIGHEST = 63
INDEX = re.compile(r"((?:x[0-9]{3}/)*)([0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")
LEVEL = re.compile(r"0|[1-9][0-9]?")
TRIED = 16  # checkpoints that say they are older than they are; beyond, somebody has been at all of them


def moment(now: datetime, hour: int) -> datetime:
    """When the public checkpoint last moved: this hour of the day, China time."""
    today = now.astimezone(SHANGHAI).replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


def public(session: Session, *, hour: int, now: datetime) -> Checkpoint | None:
    """The checkpoint that everybody may see; None before the first day is over."""
    return before(session, moment(now, hour))


def before(session: Session, moment: datetime) -> Checkpoint | None:
    """The newest checkpoint from before a moment; None where none of those that say so is."""
    sizes = select(Checkpoint.size).where(Checkpoint.signed_at < moment)
    for size in session.scalars(sizes.order_by(Checkpoint.size.desc()).limit(TRIED)).all():
        found = session.scalars(select(Checkpoint).where(Checkpoint.size == size).limit(1)).one()
        reached = reaches(session, found)
        if reached is not None and reached < moment:
            return found
    return None


def reaches(session: Session, checkpoint: Checkpoint) -> datetime | None:
    """The time of the newest entry under a checkpoint, of reporters the hour; None unless the signed root covers it."""
    index = checkpoint.size - 1
    entry, leaf = session.get(Entry, index), session.get(Leaf, index)
    if entry is None or leaf is None or entry.salt is None or entry.opening is None:
        return None
    with suppress(CryptoError, LedgerError, LookupError, TypeError, ValueError):
        require_opens(index, leaf.hash, entry.salt, entry.opening)
        root = note.parse(note.split(checkpoint.note)[0]).root
        path = tiles.proof(session, tree.inclusion_spans(index, checkpoint.size))
        tree.verify_inclusion(leaf.hash, index, checkpoint.size, path, root)
        return datetime.fromisoformat(json.loads(entry.opening)["at"])
    return None


def tile(session: Session, size: int, level: str, index: str) -> bytes | None:
    """The hashes of a tile under a public tree of so many leaves; None where there is none of that name."""
    named = parse(level, index)
    if named is None:
        return None
    at, start, width = named
    if start + width > size >> tiles.BITS * at:
        return None
    return b"".join(tiles.nodes(session, at, start, start + width))


def parse(level: str, index: str) -> tuple[int, int, int] | None:
    """Level, first node and width of a tile's address, as the specification writes it and no other way."""
    found = INDEX.fullmatch(index)
    if found is None or LEVEL.fullmatch(level) is None or int(level) > HIGHEST or found[1].startswith("x000/"):
        return None
    width = int(found[3]) if found[3] else tiles.WIDTH
    if found[3] and width >= tiles.WIDTH:
        return None
    return int(level), int(re.sub(r"\D", "", found[1] + found[2])) * tiles.WIDTH, width


def address(level: int, index: int, width: int = tiles.WIDTH) -> str:
    """`<level>/<index>[.p/<width>]`: groups of three digits, all but the last behind an x."""
    digits = f"{index:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    path = "/".join([*(f"x{one}" for one in groups[:-1]), groups[-1]])
    return f"{level}/{path}" + (f".p/{width}" if width < tiles.WIDTH else "")
