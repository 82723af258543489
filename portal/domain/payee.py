"""Who gets the money and how (领取人): read as people write it, checked by its check digits, sealed for whoever pays.

An identity number is checked by GB 11643-1999 (ISO 7064 MOD 11-2), a bank card by ISO/IEC 7812-1 (Luhn); a passbook has
no such digit, and whoever has one says so.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final, Self

from crypto.errors import FormatError
from portal.domain.award_errors import CodeError
from portal.domain.award_papers import Voucher
from portal.domain.award_vocabulary import PayMethod
from portal.domain.errors import RefusalError
from portal.domain.payee_names import COUNTER_ONLY, Document, NameCheck

LONGEST: Final = 100  # characters of a line
MOST_LETTERS: Final = 3  # pictures or documents in which the letter of a delegate is sent
LETTER_BYTES: Final = 10 * 1000 * 1000  # of each
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"
_ID: Final = re.compile(r"[0-9]{17}[0-9X]")
_ACCOUNT: Final = re.compile(r"[0-9]{8,30}")
_CARD: Final = re.compile(r"[0-9]{16,19}")
_TWO: Final = 10


class PayeeError(RefusalError):
    """What was said of the payee does not fit (422); `flaws` has a code for each field."""

    def __init__(self, flaws: dict[str, str]) -> None:
        super().__init__(", ".join(f"{name}: {flaw}" for name, flaw in sorted(flaws.items())))
        self.flaws = flaws


@dataclass(frozen=True, slots=True)
class Payee:
    """As somebody claims: a transfer needs an account, the counter a document or the code.

    `delegate`: somebody whom the first of several signatories names in writing (第12条第2款): then `holder` is who
    collects, `signatory` whose reward it is. `letter` is what they wrote, sent as it stands on paper, or brought there
    by the delegate (`original`), which two people look at. `place`: where they would rather collect it, in their words.
    """

    method: PayMethod
    holder: str = ""
    id_number: str = ""
    bank: str = ""
    account: str = ""
    passbook: bool = False
    delegate: bool = False
    signatory: str = ""
    letter: str = ""
    original: bool = False
    place: str = ""

    @property
    def reporter(self) -> str:
        """Whose reward it is, as they say."""
        return self.signatory if self.delegate else self.holder

    def tidied(self) -> Self:
        """The same as it is kept: plain digits, no blanks within numbers; no account for the counter."""
        bank = self.method is PayMethod.TRANSFER
        return replace(
            self,
            holder=_line(self.holder),
            id_number=_digits(self.id_number).upper(),
            bank=_line(self.bank) if bank else "",
            account=_digits(self.account) if bank else "",
            passbook=self.passbook and bank,
            signatory=_line(self.signatory) if self.delegate else "",
            letter=self.letter.strip(),
            place="" if bank else _line(self.place),
        )

    def require_sound(self, *, named: bool, today: date, letters: int = 0) -> None:
        """Raise PayeeError with every flaw. `named`: the rules want an identity document; `letters`: files sent."""
        wanted = {"holder", "id_number"} if named or self.method is PayMethod.TRANSFER else set()
        wanted |= {"bank", "account"} if self.method is PayMethod.TRANSFER else set()
        wanted |= {"holder", "id_number", "signatory"} if self.delegate else set()
        wanted |= {"letter"} if self.delegate and not (self.original or letters) else set()
        said = asdict(self)
        found = {name: "missing" for name in sorted(wanted) if not said[name]}
        found |= {name: "too_long" for name in ("holder", "signatory", "bank", "place") if len(said[name]) > LONGEST}
        if self.original and self.method is not PayMethod.COUNTER:
            found["original"] = "counter"
        if self.id_number and not is_id_number(self.id_number, today):
            found["id_number"] = "check_digit"
        if self.account and not _ACCOUNT.fullmatch(self.account):
            found["account"] = "no_account"
        elif _CARD.fullmatch(self.account) and not self.passbook and not is_card(self.account):
            found["account"] = "check_digit"
        if found:
            raise PayeeError(found)

    def as_json(self) -> dict[str, Any]:
        """Plain types."""
        return asdict(self)

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        """Read it back. Raises FormatError."""
        try:
            return cls(**{**said, "method": PayMethod(said["method"])})
        except (ValueError, KeyError, TypeError) as error:
            raise FormatError("a payee of an unknown form") from error


def is_id_number(said: str, today: date) -> bool:
    """Whether this is a citizen's identity number: 17 digits with a day of birth, and the digit that checks them."""
    if not _ID.fullmatch(said):
        return False
    try:
        born = date.fromisoformat(f"{said[6:10]}-{said[10:12]}-{said[12:14]}")
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(said[:17], _WEIGHTS, strict=True))
    return born <= today and said[17] == _CHECKS[total % 11]


def is_card(said: str) -> bool:
    """Whether the last digit of a bank card checks the others (Luhn)."""
    total = 0
    for position, digit in enumerate(reversed(said)):
        value = int(digit) * (1 + position % 2)
        total += value - 9 if value >= _TWO else value
    return total % 10 == 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What the payout desk looked at before it compared a code."""

    letter: bool = False  # of whoever collects for others
    document: Document | None = None
    second: bool = False  # two people looked at it


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim as it is sealed for the payout desk: whom to pay, the order to, and how the name stands.

    `check`: None where the rules ask for no name. `letters`: what opens the pictures of a delegate's letter. `seen`:
    once it was paid at the counter.
    """

    payee: Payee
    voucher: Voucher
    check: NameCheck | None = None
    letters: tuple[Mapping[str, Any], ...] = ()
    seen: Seen = Seen()

    @property
    def careful(self) -> bool:
        """Whether whoever collects has to be looked at, for the names could not be compared."""
        return self.check in COUNTER_ONLY

    def require_seen(self, seen: Seen) -> None:
        """Raise CodeError where something had to be looked at before the code is compared."""
        if self.payee.delegate and not seen.letter:
            raise CodeError("letter")
        if self.careful and seen.document is None:
            raise CodeError("document")
        if self.careful and not seen.second:
            raise CodeError("second")

    def as_bytes(self) -> bytes:
        """The form that is sealed."""
        said = {
            "v": 2,
            "payee": self.payee.as_json(),
            "voucher": self.voucher.as_json(),
            "check": self.check,
            "letters": list(self.letters),
            "seen": asdict(self.seen),
        }
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Read it back; the first ones were claimed before names were compared. Raises FormatError."""
        try:
            said = json.loads(data)
            payee, voucher = Payee.of(said["payee"]), Voucher.of(said["voucher"])
            if said["v"] == 1:
                return cls(payee, voucher, NameCheck.UNKNOWN if voucher.named else None)
            check = NameCheck(said["check"]) if said["check"] else None
            document = Document(said["seen"]["document"]) if said["seen"]["document"] else None
            seen = Seen(**{**said["seen"], "document": document})
            return cls(payee, voucher, check, tuple(said["letters"]), seen)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise FormatError("a claim of an unknown form") from error


def _line(said: str) -> str:
    return " ".join(said.split())


def _digits(said: str) -> str:
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", said))
