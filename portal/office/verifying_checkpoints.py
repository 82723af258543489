"""What `portal audit verify` takes as given: the keys, the certificates that vouch for them, the roots they signed."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import note
from crypto.errors import CryptoError
from crypto.keys import SigningKey, VerifyKey
from crypto.tree import Frontier
from portal.domain.errors import LedgerError
from portal.office import certifying, log_keys
from portal.office.certifying import Believer
from portal.office.founding import installation_of
from portal.office.log_keys import LogRoll
from portal.office.recording import EntryKey, entry_keys
from portal.settings import Settings, read_key, read_keys
from portal.store.authorities import Certificate
from portal.store.ledger import Checkpoint, LedgerHead

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


def wanted_roots(session: Session, roll: LogRoll, since: Path | None) -> dict[int, bytes]:
    """Size → root of every signed checkpoint, the one kept outside included."""
    roots: dict[int, bytes] = {}
    every = select(Checkpoint).order_by(Checkpoint.size).execution_options(yield_per=PART)
    with closing(session.scalars(every)) as rows:
        for row in rows:
            roots[row.size] = _root(row, roll)
    if since is not None:
        origin = session.get_one(LedgerHead, 1).origin
        kept = open_note(since.read_text(encoding="utf-8"), origin, roll, str(since))
        if roots.setdefault(kept.size, kept.root) != kept.root:
            raise LedgerError(f"the ledger was rewritten before entry {kept.size}")
    return roots


def _root(row: Checkpoint, roll: LogRoll) -> bytes:
    """The root that a checkpoint's row says, its note says, and its edge makes."""
    signed = open_note(row.note, row.origin, roll, f"checkpoint {row.size}")
    if (signed.size, signed.root, signed.origin) != (row.size, row.root, row.origin):
        raise LedgerError(f"checkpoint {row.size} does not say what its note says")
    if Frontier.from_bytes(row.frontier).root() != row.root:
        raise LedgerError(f"checkpoint {row.size} has another edge than its root")
    return row.root


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
