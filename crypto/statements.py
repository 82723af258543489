"""Statements that a person signs with their own key, so that what two people agreed on can be proved later.

    statement = fields(label("statement"), installation, what, part₁, part₂, …)
    signature = signer's key id(16) ‖ Ed25519(64) over fields(label(role), statement)
`role` tells who proposed from who confirmed: the one's signature is never the other's. Knows nothing of motions.
"""

from crypto.errors import OpenError
from crypto.keys import ID, SigningKey, VerifyKey
from crypto.primitives import fields, label

FIRST, SECOND = "statement/first", "statement/second"


def statement(installation: bytes, what: str, *parts: bytes) -> bytes:
    """Return the bytes that stand for what is agreed on; one encoding for each."""
    return fields(label("statement"), installation, what.encode(), *parts)


def sign(said: bytes, role: str, signer: SigningKey) -> bytes:
    """Return the 80 bytes of a signature in a role."""
    return signer.public.id + signer.sign(fields(label(role), said))


def verify(signature: bytes, said: bytes, role: str, key: VerifyKey) -> None:
    """Return if the signature is this key's on this statement in this role, else raise OpenError."""
    if signature[:ID] != key.id:
        raise OpenError("signed by another key")
    key.verify(signature[ID:], fields(label(role), said))
