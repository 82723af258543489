"""Which certificates are believed: those of the root, and those of two officers who are themselves believed.

A certificate that the root did not make counts only with an entry that says when and by whom it was: two signatures
that were stolen or bought make none without the portal's own record (DESIGN §4, §5).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import certificates
from crypto.certificates import Certificate as Claim
from crypto.errors import CertificateError, CryptoError
from crypto.keys import PublicKey, VerifyKey
from crypto.primitives import sha256
from portal.domain.errors import LedgerError, UncertifiedKeyError
from portal.office import vouching
from portal.office.recording import EntryKey
from portal.store.authorities import Certificate

OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose a signing key is, and the certificate that says so."""

    subject: str
    key: VerifyKey
    body: bytes


Roll = Mapping[bytes, Signer]  # by the key's id


def roll(bodies: Iterable[bytes]) -> Roll:
    """The officers' certificates, by the keys that sign; not believed yet."""
    claims = ((certificates.read(body), body) for body in bodies)
    signers = (Signer(claim.subject, VerifyKey(claim.signing_key), body) for claim, body in claims)
    return {one.key.id: one for one in signers}


def read_roll(session: Session) -> Roll:
    """The same from the store: every certificate an officer ever had, for what was signed with it stays signed."""
    return roll(session.scalars(select(Certificate.body).where(Certificate.kind == OFFICER)))


def believe(
    body: bytes,
    *,
    installation: bytes,
    root: VerifyKey,
    signing: Roll,
    recorded: Callable[[bytes], None],
    _within: frozenset[bytes] = frozenset(),
) -> Claim:
    """Return what a certificate says. Raises CryptoError when it is not believed, or whatever `recorded` raises.

    `recorded` is asked about each certificate on the way that officers made. One key of each person counts.
    """
    try:
        return certificates.verify(body, installation=installation, root=root)
    except CertificateError:
        people: dict[bytes, VerifyKey] = {}
        for key_id in certificates.signers(body):
            above = signing.get(key_id)
            if above is not None and above.body not in _within | {body}:
                believe(
                    above.body,
                    installation=installation,
                    root=root,
                    signing=signing,
                    recorded=recorded,
                    _within=_within | {body},
                )
                people[above.subject.encode()] = above.key
        claim = certificates.verify(body, installation=installation, root=root, officers=people)
        recorded(body)
        return claim


@dataclass(slots=True)
class CertificateBook:
    """Certificates already believed, by digest: a certificate is a public statement and never changes."""

    installation: bytes
    root: VerifyKey
    entry_keys: Mapping[bytes, EntryKey]
    _known: dict[bytes, Claim] = field(default_factory=dict)
    _loaded: dict[bytes, PublicKey] = field(default_factory=dict)

    def sealing_key(self, session: Session, body: bytes, subject: str, public_key: bytes) -> PublicKey:
        """The key that a certificate vouches for; raises UncertifiedKeyError when it is another."""
        claim = self.claim(session, body)
        if claim.subject != subject or claim.encryption_key != public_key:
            raise UncertifiedKeyError(f"the key of {subject} is not the one certified")
        return self._loaded[sha256(body)]

    def claim(self, session: Session, body: bytes) -> Claim:
        """What a certificate says; raises UncertifiedKeyError when it is not believed."""
        digest = sha256(body)
        if digest not in self._known:
            claim = self._believe(session, body)
            if claim.encryption_key:
                self._loaded[digest] = PublicKey(claim.encryption_key)
            self._known[digest] = claim
        return self._known[digest]

    def _believe(self, session: Session, body: bytes) -> Claim:
        try:
            return certificates.verify(body, installation=self.installation, root=self.root)
        except CryptoError:
            pass  # then two officers made it, or nobody
        try:
            return believe(
                body,
                installation=self.installation,
                root=self.root,
                signing=read_roll(session),
                recorded=lambda made: self._require_recorded(session, made),
            )
        except (CryptoError, LedgerError) as error:
            raise UncertifiedKeyError("a key has no certificate that chains to the root") from error

    def _require_recorded(self, session: Session, body: bytes) -> None:
        row = session.scalars(select(Certificate).where(Certificate.digest == sha256(body))).one_or_none()
        if row is None:
            raise LedgerError("a certificate that officers made has no row")
        vouching.require_recorded(session, self.entry_keys, row)
