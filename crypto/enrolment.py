"""The enrolment code 开通码: drawn for one officer, written and checked like a receipt, and the key that it gives.

115 random bits, so nothing is stretched (the proof stands in `crypto.receipt`). Its labels are its own: were the
symbols those of a receipt, neither would find or open what the other does. Knows no officer, no hour, no use.
"""

from dataclasses import dataclass, field

from crypto import envelope
from crypto.errors import FormatError
from crypto.keys import SEED, SecretKey, SigningKey
from crypto.primitives import Binding, derive, random_bytes
from crypto.receipt import Receipt


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """25 symbols; `str()` shows them, `repr()` does not."""

    code: Receipt = field(repr=False)

    @classmethod
    def draw(cls) -> "EnrolmentCode":
        """Draw a new one: the symbols that a secret gives which nobody keeps."""
        return cls(Receipt.derive(random_bytes(32), b"enrolment"))

    @classmethod
    def parse(cls, text: str) -> "EnrolmentCode":
        """Read what a person typed; ReceiptError says what is suspected."""
        return cls(Receipt.parse(text))

    def __str__(self) -> str:
        return str(self.code)

    def lookup(self, installation: bytes) -> bytes:
        """Return the 32 bytes under which the enrolment is found. The code does not follow from them."""
        return derive(self.code.symbols.encode(), "enrolment/lookup", salt=installation)

    def key(self, installation: bytes) -> bytes:
        """Return the key that seals what only the holder of the code may open."""
        return derive(self.code.symbols.encode(), "enrolment/key", salt=installation)


def lock_keys(secret: SecretKey, signing: SigningKey, code: EnrolmentCode, binding: Binding) -> bytes:
    """Seal an officer's key pairs until they are enrolled."""
    return envelope.seal(code.key(binding.installation), secret.seed + signing.seed, binding)


def unlock_keys(blob: bytes, code: EnrolmentCode, binding: Binding) -> tuple[SecretKey, SigningKey]:
    """Open what `lock_keys` made; OpenError for another code or place."""
    plain = envelope.unseal(code.key(binding.installation), blob, binding)
    if len(plain) != 2 * SEED:
        raise FormatError("not two seeds")
    return SecretKey(plain[:SEED]), SigningKey(plain[SEED:])
