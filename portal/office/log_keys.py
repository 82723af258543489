"""Who may sign the ledger, and from which entry on: the log key (Ed25519) and its cosigner (ML-DSA-44).

Each has a certificate by the root, or by the log key that counted until then: a hand-over needs no root key. A key
counts for checkpoints over the entry that certified it, until the next one's entry; one of a size that another key
should have signed is refused (decision 025).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import certificates, note
from crypto.certificates import Certificate as Claim
from crypto.cosignature import MLDSA44, Cosigner
from crypto.errors import CertificateError, NoteError
from crypto.keys import VerifyKey
from portal.office.recording import EntryKey
from portal.office.vouching import require_recorded
from portal.store.authorities import Certificate
from portal.store.ledger import Entry

LOG, COSIGNER = "log", "cosigner"
HELD = 64  # notes of some three kilobytes

Term = tuple[int, bytes]
"""The entry that certified a key, and the key."""


@dataclass(frozen=True, slots=True)
class LogRoll:
    """Every key that ever signed the ledger, oldest first."""

    logs: tuple[Term, ...]
    cosigners: tuple[Term, ...] = field(default=())
    # Notes that held lately: whatever reveals asks for the newest, of one second; reporters ask for their own.
    _held: dict[tuple[str, str], note.Checkpoint] = field(default_factory=dict, repr=False, compare=False)

    @property
    def keys(self) -> tuple[VerifyKey, ...]:
        """The log keys alone, oldest first."""
        return tuple(VerifyKey(raw) for _, raw in self.logs)

    @property
    def current(self) -> VerifyKey:
        """The log key that signs now."""
        return self.keys[-1]

    def lines(self, origin: str) -> list[str]:
        """What a witness or another verifier is told of the keys that count now: their vkeys."""
        cosigner = [Cosigner(origin, MLDSA44, raw).line for _, raw in self.cosigners[-1:]]
        return [note.verifier_line(origin, self.current), *cosigner]

    def open(self, text: str, origin: str) -> note.Checkpoint:
        """Return the checkpoint of a note that the keys of its size signed, all of them; raises NoteError."""
        held = self._held.get((text, origin))
        if held is None:
            held = self._opened(text, origin)
            if len(self._held) >= HELD:
                self._held.clear()
            self._held[text, origin] = held
        return held

    def _opened(self, text: str, origin: str) -> note.Checkpoint:
        size = note.parse(note.split(text)[0]).size
        log, cosigner = _at(self.logs, size), _at(self.cosigners, size)
        if log is None:
            raise NoteError("no key was certified for a ledger so short")
        try:
            checkpoint = note.verify(text, origin, VerifyKey(log))
        except NoteError as error:
            if any(_signed(text, origin, key) for key in self.keys):
                raise NoteError("signed by a key of the log that does not count for this size") from error
            raise
        if cosigner is not None:
            try:
                Cosigner(origin, MLDSA44, cosigner).verify(text)
            except NoteError as error:
                raise NoteError(f"of the log's cosigner: {error}") from error
        return checkpoint


def _signed(text: str, origin: str, key: VerifyKey) -> bool:
    try:
        note.verify(text, origin, key)
    except NoteError:
        return False
    return True


def _at(terms: tuple[Term, ...], size: int) -> bytes | None:
    """The key that counts for a checkpoint of so many entries."""
    return next((raw for since, raw in reversed(terms) if since < size), None)


def read(
    session: Session, installation: bytes, root: VerifyKey, entries: Mapping[bytes, EntryKey] | None = None
) -> LogRoll:
    """From the certificates. Raises CertificateError when one has neither the root's nor the last log key's word.

    With the keys of entries each certificate is held to its entry too (LedgerError); a public host has none.
    """
    found = session.execute(
        select(Certificate, Entry.index)
        .join(Entry, Entry.id == Certificate.entry_id)
        .where(Certificate.kind.in_((LOG, COSIGNER)))
    ).all()  # a few of a million: in order of entries SQLite would walk all of these
    terms: dict[str, list[Term]] = {LOG: [], COSIGNER: []}
    for row, index in sorted(found, key=itemgetter(1)):
        if entries is not None:
            require_recorded(session, entries, row)
        voucher = _at(tuple(terms[LOG]), index)
        claim = believe(row.body, installation, root, VerifyKey(voucher) if voucher else None)
        if (claim.kind, claim.subject) != (row.kind, row.subject):
            raise CertificateError(f"certificate of {row.subject} is for {claim.subject}")
        terms[claim.kind].append((index, claim.signing_key))
    return LogRoll(tuple(terms[LOG]), tuple(terms[COSIGNER]))


def believe(body: bytes, installation: bytes, root: VerifyKey, voucher: VerifyKey | None) -> Claim:
    """What a certificate of the log's keys says, by the root's word or by that of the key before."""
    try:
        return certificates.verify(body, installation=installation, root=root)
    except CertificateError:
        if voucher is None:
            raise
    claim = certificates.verify(body, installation=installation, root=voucher)
    if claim.kind not in (LOG, COSIGNER):
        raise CertificateError("a key of the log vouches for keys of the log alone")
    return claim
