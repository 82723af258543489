"""Which certificates are believed: those of the root, and those of two officers who are themselves believed.

A certificate that the root did not make counts only with an entry that says when and by whom it was: two signatures
that were stolen or bought make none without the portal's own record (DESIGN §4, §5).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import certificates
from crypto.certificates import Certificate as Claim
from crypto.errors import CertificateError, CryptoError
from crypto.keys import PublicKey, VerifyKey
from crypto.primitives import sha256
from portal.domain.errors import LedgerError, UncertifiedKeyError
from portal.domain.vocabulary import Duty
from portal.office.newest import NewestBook
from portal.store.authorities import Certificate

OFFICER = "officer"


def desk_subject(authority_id: UUID, duty: Duty, epoch: int) -> str:
    """How a certificate names a desk's epoch."""
    return f"desk/{authority_id}/{duty}/{epoch}"


def officer_subject(officer_id: UUID) -> str:
    """How a certificate names an officer."""
    return f"officer/{officer_id}"


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose a signing key is, and the certificate that says so."""

    subject: str
    key: VerifyKey
    body: bytes


Roll = Mapping[bytes, Signer]  # by the key's id


def roll(bodies: Iterable[bytes]) -> Roll:
    """The officers' certificates, by the keys that sign; not believed yet. What is malformed signs nothing."""
    found: dict[bytes, Signer] = {}
    for body in bodies:
        try:
            claim = certificates.read(body)
        except CryptoError:
            continue
        if claim.kind == OFFICER:
            signer = Signer(claim.subject, VerifyKey(claim.signing_key), body)
            found[signer.key.id] = signer
    return found


def read_roll(session: Session) -> Roll:
    """The same from the store: every certificate an officer ever had, for what was signed with it stays signed."""
    return roll(session.scalars(select(Certificate.body).where(Certificate.kind == OFFICER)))


@dataclass(slots=True)
class Believer:
    """Which certificates chain to the root, each looked at once."""

    installation: bytes
    root: VerifyKey
    signing: Roll
    recorded: Callable[[bytes], None]  # asked about each certificate that officers made
    _known: dict[bytes, Claim | None] = field(default_factory=dict)  # None: being looked at, or not believed

    def believe(self, body: bytes) -> Claim:
        """Return what a certificate says. Raises CryptoError when it is not believed, or whatever `recorded` raises."""
        if body in self._known:
            claim = self._known[body]
            if claim is None:
                raise CertificateError("vouched for by nobody")
            return claim
        self._known[body] = None
        self._known[body] = claim = self._look(body)
        return claim

    def _look(self, body: bytes) -> Claim:
        try:
            return certificates.verify(body, installation=self.installation, root=self.root)
        except CertificateError:
            pass  # then two officers made it, or nobody
        people = {one.subject.encode(): one.key for one in self._signers(body)}  # one key of each person counts
        claim = certificates.verify(body, installation=self.installation, root=self.root, officers=people)
        self.recorded(body)
        return claim

    def _signers(self, body: bytes) -> Iterator[Signer]:
        for key_id in certificates.signers(body):
            signer = self.signing.get(key_id)
            if signer is not None and self._believed(signer.body):
                yield signer

    def _believed(self, body: bytes) -> bool:
        try:
            self.believe(body)
        except CertificateError:
            return False
        return True


@dataclass(slots=True)
class CertificateBook:
    """Certificates already believed, by digest: a certificate is a public statement and never changes."""

    installation: bytes
    root: VerifyKey
    newest: NewestBook
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
        recorded = partial(self._require_recorded, session)
        try:
            return Believer(self.installation, self.root, read_roll(session), recorded).believe(body)
        except (CryptoError, LedgerError) as error:
            raise UncertifiedKeyError("a key has no certificate that chains to the root") from error

    def _require_recorded(self, session: Session, body: bytes) -> None:
        """Raise LedgerError unless an entry says that it was made.

        A public host of its own has no key to ask entries with; there two signatures must do (decision 020).
        """
        row = session.scalars(select(Certificate).where(Certificate.digest == sha256(body))).one_or_none()
        if row is None:
            raise LedgerError("a certificate that officers made has no row")
        if self.newest.able:
            self.newest.require(session, row)
