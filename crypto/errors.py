"""Every way this package refuses. A verifier returns the verified thing or raises one of these."""

from typing import Literal

ReceiptFault = Literal["length", "symbol", "single", "swap", "many"]


class CryptoError(Exception):
    """Root of everything raised on purpose by this package."""


class FormatError(CryptoError):
    """The bytes, or an argument, do not have the shape the format asks for."""


class SuiteError(CryptoError):
    """The version byte is unknown, or not allowed here. There is no fallback."""


class OpenError(CryptoError):
    """Authentication failed: wrong key, or the bytes were moved, altered, truncated or never ours."""


class PasswordError(OpenError):
    """The password, the pepper or the place of the locked keys is not the right one."""


class ProofError(OpenError):
    """A Merkle proof does not lead to the root it was offered for."""


class NoteError(OpenError):
    """A signed note is malformed, or no signature of the expected key is on it."""


class CertificateError(CryptoError):
    """A certificate is malformed, made for elsewhere, or not signed by those who may."""


class ReceiptError(CryptoError):
    """What was typed is not a receipt.

    `groups` are the numbers (from 1) of the groups of five to look at first; empty when nothing narrower than
    the whole can be named. It is a suspicion, never a correction: two errors can look like one elsewhere.
    """

    def __init__(self, kind: ReceiptFault, groups: tuple[int, ...] = ()) -> None:
        super().__init__(f"not a receipt: {kind} {groups}")
        self.kind: ReceiptFault = kind
        self.groups = groups
