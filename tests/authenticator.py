"""A device with passkeys, in software: keeps keys, counts, signs as WebAuthn Level 3 says (6.1, 6.3, 6.5)."""

import base64
import json
from dataclasses import dataclass, field, replace
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from crypto.primitives import random_bytes

PRESENT, VERIFIED, CREATED = 0x01, 0x04, 0x40
ORIGIN, HOST = "http://localhost:8000", "localhost"


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw(said: str) -> bytes:
    return base64.urlsafe_b64decode(said + "==")


@dataclass
class Credential:
    """One key, as the device keeps it."""

    id: bytes
    user: bytes
    private: ec.EllipticCurvePrivateKey = field(repr=False)
    count: int = 0

    @property
    def public(self) -> bytes:
        """COSE: EC2, ES256, P-256."""
        numbers = self.private.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return cbor2.dumps({1: 2, 3: -7, -1: 1, **point})


@dataclass
class Authenticator:
    """The device, and the browser that speaks for it: what both say of site and person can be told to be false."""

    origin: str = ORIGIN
    host: str = HOST
    flags: int = PRESENT | VERIFIED
    counts: bool = True
    held: list[Credential] = field(default_factory=list)

    def make(self, challenge: str, user: bytes) -> str:
        """What a browser says of a key it has just made."""
        one = Credential(random_bytes(32), user, ec.generate_private_key(ec.SECP256R1()))
        self.held.append(one)
        made = bytes(16) + len(one.id).to_bytes(2, "big") + one.id + one.public
        attestation = {"fmt": "none", "attStmt": {}, "authData": self._data(self.flags | CREATED, 0) + made}
        return said(one, "webauthn.create", challenge, self.origin, attestationObject=cbor2.dumps(attestation))

    def show(self, challenge: str, *, which: int = -1) -> str:
        """What a browser says to show that a key is there."""
        one = self.held[which]
        one.count += self.counts
        data = self._data(self.flags, one.count)
        signed = data + sha256(client_data("webauthn.get", challenge, self.origin)).digest()
        signature = one.private.sign(signed, ec.ECDSA(SHA256()))
        parts = {"authenticatorData": data, "signature": signature, "userHandle": one.user}
        return said(one, "webauthn.get", challenge, self.origin, **parts)

    def copy(self) -> "Authenticator":
        """Somebody has taken every key out of it."""
        return replace(self, held=[replace(one) for one in self.held])

    def _data(self, flags: int, count: int) -> bytes:
        return sha256(self.host.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")


def client_data(kind: str, challenge: str, origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()


def said(one: Credential, kind: str, challenge: str, origin: str, **parts: bytes) -> str:
    parts["clientDataJSON"] = client_data(kind, challenge, origin)
    response = {name: text(part) for name, part in parts.items()}
    return json.dumps({"id": text(one.id), "rawId": text(one.id), "type": "public-key", "response": response})
