"""Certificates: which key belongs to which desk, officer, recovery, promise, log or cosigner, and who vouches for it.

    blob      = suite(1) ‖ fields(body, signature₁, signature₂, …)
    body      = fields(kind, installation, subject, encryption key, signing key, issued_at as u64-BE)
    signature = signer's key id(16) ‖ Ed25519(64) over fields(label("certificate"), body)
Valid when the root signed, or two different officers the caller knows. One person alone certifies nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from crypto.cosignature import MLDSA44_KEY
from crypto.errors import CertificateError, FormatError, OpenError
from crypto.keys import ID, PUBLIC_KEY, VERIFY_KEY, SigningKey, VerifyKey
from crypto.primitives import fields, label, sha256, with_suite, without_suite

_UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SUBJECTS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "desk": re.compile(rf"desk/{_UUID}(/[a-z]{{1,20}})?/(0|[1-9][0-9]{{0,9}})"),
        "officer": re.compile(rf"officer/{_UUID}"),
        "recovery": re.compile(r"recovery/[a-z]+(-[a-z]+)*/[1-9][0-9]{0,9}"),
        "promise": re.compile(r"promise(/[^\x00-\x20\x7f]{1,200})?"),
        "log": re.compile(r"log(/[^\x00-\x20\x7f]{1,200})?"),
        "cosigner": re.compile(r"cosigner(/[^\x00-\x20\x7f]{1,200})?"),
    }
)
_KEY_SIZES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "desk": (PUBLIC_KEY, 0),
        "officer": (PUBLIC_KEY, VERIFY_KEY),
        "recovery": (PUBLIC_KEY, 0),
        "promise": (0, VERIFY_KEY),
        "log": (0, VERIFY_KEY),
        "cosigner": (0, MLDSA44_KEY),
    }
)
_NOBODY: Mapping[bytes, VerifyKey] = MappingProxyType({})
_SIGNATURE = 64
_MAX_SIGNATURES = 8
_MAX_TIME = 1 << 63


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is certified.

    kind and subject: "desk" desk/<uuid>[/<duty>]/<epoch>, "officer" officer/<uuid>, "recovery" recovery/<name>/<n>,
    "promise", "log" and "cosigner" promise/<name>, log/<origin>, cosigner/<origin>. encryption_key 1216 bytes or none,
    signing_key 32 bytes, 1312 (the cosigner's, ML-DSA-44) or none, as the kind asks; issued_at in seconds since 1970.
    CertificateError when it does not hold together.
    """

    kind: str
    installation: bytes
    subject: str
    encryption_key: bytes
    signing_key: bytes
    issued_at: int

    def __post_init__(self) -> None:
        pattern = _SUBJECTS.get(self.kind)
        if pattern is None or not pattern.fullmatch(self.subject):
            raise CertificateError("kind and subject do not go together")
        if (len(self.encryption_key), len(self.signing_key)) != _KEY_SIZES[self.kind]:
            raise CertificateError("not the keys of this kind")
        if not self.installation or not 0 <= self.issued_at < _MAX_TIME:
            raise CertificateError("no installation, or no time")

    def body(self) -> bytes:
        """Return the bytes that are signed: one encoding per certificate."""
        return fields(
            self.kind.encode(),
            self.installation,
            self.subject.encode(),
            self.encryption_key,
            self.signing_key,
            self.issued_at.to_bytes(8, "big"),
        )

    def fingerprint(self) -> str:
        """Return ten groups of four hexadecimal digits (160 bits) for two people to compare.

        Without the time: the same keys for the same subject read the same whoever certifies them, and whenever.
        160 bits: to make another certificate with a given fingerprint takes 2¹⁶⁰ tries; two of one's own, 2⁸⁰.
        """
        said = (self.kind.encode(), self.installation, self.subject.encode(), self.encryption_key, self.signing_key)
        digest = sha256(label("fingerprint"), fields(*said))[:20].hex().upper()
        return " ".join(digest[at : at + 4] for at in range(0, len(digest), 4))


def issue(certificate: Certificate, *signers: SigningKey) -> bytes:
    """Sign a certificate. Whether these signers suffice is for `verify` to say."""
    body = certificate.body()
    message = _message(body)
    return with_suite(fields(body, *(signer.public.id + signer.sign(message) for signer in signers)))


def cosign(blob: bytes, signer: SigningKey) -> bytes:
    """Add a signature, for the second officer who signs in another session. Verifies nothing."""
    body, signatures = _split(blob)
    return with_suite(fields(body, *signatures, signer.public.id + signer.sign(_message(body))))


def read(blob: bytes) -> Certificate:
    """Return what a certificate claims, UNVERIFIED: for showing it to whoever is asked to sign."""
    return _parse(_split(blob)[0])


def verify(
    blob: bytes,
    *,
    installation: bytes,
    root: VerifyKey,
    officers: Mapping[bytes, VerifyKey] = _NOBODY,
) -> Certificate:
    """Return the certificate if it is of this installation and vouched for, else raise CertificateError.

    `officers` maps each person who may vouch to their one current key, certified and not removed: that is the
    caller's to know, and with it that two entries are two people. A key listed twice counts once, nobody vouches
    for their own key. A known signer whose signature fails spoils the whole; unknown ones are ignored.
    """
    body, signatures = _split(blob)
    certificate = _parse(body)
    if certificate.installation != installation:
        raise CertificateError("of another installation")
    known = {key.id: key for key in (*officers.values(), root)}
    vouching = set(_signers(body, signatures, known))
    if root.id not in vouching and not _two(vouching, officers, certificate):
        raise CertificateError("neither the root nor two officers vouch for it")
    return certificate


def fingerprint(blob: bytes) -> str:
    """Return the fingerprint of what a certificate claims, UNVERIFIED."""
    return read(blob).fingerprint()


def signers(blob: bytes) -> tuple[bytes, ...]:
    """Return the key ids of those who signed, as they are claimed, UNVERIFIED."""
    return tuple(entry[:ID] for entry in _split(blob)[1])


def _two(vouching: set[bytes], officers: Mapping[bytes, VerifyKey], certificate: Certificate) -> bool:
    """Say whether two different officers vouch: a key listed under two ids counts once."""
    keys = {key.id for key in officers.values() if key.raw != certificate.signing_key}
    return len(keys & vouching) >= 2  # noqa: PLR2004 - two people


def _signers(body: bytes, signatures: list[bytes], known: Mapping[bytes, VerifyKey]) -> Iterator[bytes]:
    """Yield the key ids of the known signers, each verified."""
    message = _message(body)
    for entry in signatures:
        key = known.get(entry[:ID])
        if key is None:
            continue
        try:
            key.verify(entry[ID:], message)
        except OpenError:
            raise CertificateError("a signature does not verify") from None
        yield key.id


def _message(body: bytes) -> bytes:
    return fields(label("certificate"), body)


def _split(blob: bytes) -> tuple[bytes, list[bytes]]:
    """Return body and signatures; SuiteError for another version, CertificateError for another shape."""
    try:
        body, *signatures = _unfields(without_suite(blob))
    except (FormatError, ValueError):
        raise CertificateError("malformed") from None
    if len(signatures) > _MAX_SIGNATURES or any(len(entry) != ID + _SIGNATURE for entry in signatures):
        raise CertificateError("malformed")
    return body, signatures


def _parse(body: bytes) -> Certificate:
    try:
        kind, installation, subject, encryption_key, signing_key, issued_at = _unfields(body)
        certificate = Certificate(
            kind.decode(), installation, subject.decode(), encryption_key, signing_key, int.from_bytes(issued_at)
        )
    except (FormatError, ValueError):
        raise CertificateError("malformed") from None
    if certificate.body() != body:
        raise CertificateError("not the one encoding")
    return certificate


def _unfields(data: bytes) -> list[bytes]:
    """Undo `fields`; FormatError when it does not end where a field ends."""
    parts, at = [], 0
    while at < len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4])
        if end > len(data):
            raise FormatError("a field is cut off")
        parts.append(data[at + 4 : end])
        at = end
    return parts
