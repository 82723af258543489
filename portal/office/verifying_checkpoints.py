"""What `portal audit verify` takes as given: the keys, the certificates that vouch for them, the roots they signed."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crypto import note
from crypto.errors import CryptoError
from crypto.keys import SigningKey, VerifyKey
from crypto.tree import Frontier
from portal.domain.audit import hour_of
from portal.domain.errors import LedgerError
from portal.domain.replay_times import LONGEST
from portal.office import certifying, log_keys
from portal.office.certifying import Believer
from portal.office.founding import installation_of
from portal.office.log_keys import LogRoll
from portal.office.recording import EntryKey, entry_keys
from portal.settings import Settings, read_key, read_keys
from portal.store.authorities import Certificate
from portal.store.ledger import Checkpoint, Entry, LedgerHead

PART = 1000  # checkpoints in memory at a time


@dataclass(frozen=True, slots=True)
class Keys:
    """What verification needs beside the database."""

    root: VerifyKey
    log: VerifyKey
    entries: Mapping[bytes, EntryKey]

    @classmethod
    def read(cls, settings: Settings) -> "Keys":
        """From the installation's files."""
        return cls(
            VerifyKey(read_key(settings.root_key)),
            SigningKey(read_key(settings.log_key)).public,
            entry_keys(read_keys(settings.entry_keys)),
        )


def wanted_roots(session: Session, roll: LogRoll, since: Path | None, *, deep: bool) -> tuple[dict[int, bytes], int]:
    """Size → root of every checkpoint, the one kept outside included; and how many of their signatures were checked.

    With `deep` all are; without it the last of each day. A root is held to the leaves either way: a signature between
    two others that hold says nothing that they do not say (decision 027).
    """
    roots: dict[int, bytes] = {}
    chosen, checked = None if deep else _last_of_days(session), 0
    every = select(Checkpoint).order_by(Checkpoint.size).execution_options(yield_per=PART)
    with closing(session.scalars(every)) as rows:
        for row in rows:
            signed = chosen is None or row.size in chosen
            root = _root(row, roll if signed else None)
            if roots.setdefault(row.size, root) != root:
                raise LedgerError(f"checkpoint {row.size} is there twice, with two roots")
            checked += signed
    if since is not None:
        origin = session.get_one(LedgerHead, 1).origin
        kept = open_note(since.read_text(encoding="utf-8"), origin, roll, str(since))
        if roots.setdefault(kept.size, kept.root) != kept.root:
            raise LedgerError(f"the ledger was rewritten before entry {kept.size}")
    return roots, checked


def _last_of_days(session: Session) -> set[int]:
    """The size of the last checkpoint of each day, by the hours that they say."""
    hours = select(Checkpoint.signed_at, func.max(Checkpoint.size)).group_by(Checkpoint.signed_at)
    days: dict[date, int] = {}
    for hour, size in session.execute(hours):
        days[hour.date()] = max(size, days.get(hour.date(), 0))
    return set(days.values())


def misdated(session: Session) -> int:
    """In how many hours checkpoints say they were signed that the entries beside them do not bear out.

    One is made after the newest entry under it and before the next, and an entry says when its request began (decision
    044). Where the hours go on, the first and the last checkpoint of each speak for those between them.
    """
    hours = select(Checkpoint.signed_at, func.min(Checkpoint.size), func.max(Checkpoint.size))
    found = session.execute(hours.group_by(Checkpoint.signed_at)).all()
    beside = select(Entry.index, Entry.at)
    wrong = 0
    for hour, first, last in found:
        at = dict(iter(session.execute(beside.where(Entry.index.in_((last - 1, first))))))
        late = first in at and hour > at[first] + 2 * LONGEST
        wrong += late or hour + LONGEST < hour_of(at[last - 1])
    return wrong


def _root(row: Checkpoint, roll: LogRoll | None) -> bytes:
    """The root that a checkpoint's row says, its note says, and its edge makes; with `roll` as signed."""
    name = f"checkpoint {row.size}"
    signed = open_note(row.note, row.origin, roll, name) if roll else _unopened(row.note, name)
    if (signed.size, signed.root, signed.origin) != (row.size, row.root, row.origin):
        raise LedgerError(f"checkpoint {row.size} does not say what its note says")
    if Frontier.from_bytes(row.frontier).root() != row.root:
        raise LedgerError(f"checkpoint {row.size} has another edge than its root")
    return row.root


def _unopened(text: str, name: str) -> note.Checkpoint:
    try:
        return note.parse(note.split(text)[0])
    except CryptoError as error:
        raise LedgerError(f"{name}: {error}") from error


def open_note(text: str, origin: str, roll: LogRoll, name: str) -> note.Checkpoint:
    """The checkpoint that a note says, when the keys of its size signed it; raises LedgerError."""
    try:
        return roll.open(text, origin)
    except CryptoError as error:
        raise LedgerError(f"{name}: {error}") from error


def certificates(session: Session, keys: Keys) -> LogRoll:
    """Every certificate chains to the root, by itself or by two officers; returns the keys that may sign the log."""
    installation = installation_of(session).id.bytes
    rows = session.scalars(select(Certificate).where(Certificate.kind.not_in((log_keys.LOG, log_keys.COSIGNER)))).all()
    signing = certifying.roll(row.body for row in rows if row.kind == certifying.OFFICER)
    believer = Believer(installation, keys.root, signing, _compared_later)
    for row in rows:
        try:
            said = believer.believe(row.body)
        except CryptoError as error:
            raise LedgerError(f"certificate of {row.subject}: {error}") from error
        if (said.kind, said.subject) != (row.kind, row.subject):
            raise LedgerError(f"certificate of {row.subject} is for {said.subject}")
    try:
        roll = log_keys.read(session, installation, keys.root)
    except CryptoError as error:
        raise LedgerError(f"certificate of the log: {error}") from error
    if not roll.logs or keys.log != roll.current:
        raise LedgerError("the key of the log is not the one that was certified")
    return roll


def _compared_later(body: bytes) -> None:
    """Nothing to ask here: every row, certificates too, is compared with its entry."""
