"""The receipt 查询码: 25 symbols that are the reporter's only key, and the dated token one is made from.

Knows how a receipt is drawn, typed, checked and what is derived from it. Stores nothing, corrects nothing.

A receipt is 5 × 5 Crockford base-32 symbols: 23 of data (115 bits), then 2 of a Reed–Solomon code [25,23,3]
over GF(32) = GF(2)[x]/(x⁵+x²+1), α = x, generator (x−α⁰)(x−α¹). Symbol i is the coefficient of degree 24−i.
For a received word r the syndromes are S₀ = r(α⁰) and S₁ = r(α¹); both are 0 exactly on the code. Then:

* A single error e ≠ 0 at degree j has S₀ = e, S₁ = e·αʲ, so αʲ = S₁/S₀ names j: α has order 31 > 25.
* A swap of the neighbours at degrees j+1, j puts e = a+b ≠ 0 on both (subtraction is addition here):
  S₀ = e+e = 0 and S₁ = e·αʲ(α+1) ≠ 0. A single error never has S₀ = 0, so the two never collide.
  Which swap: e is still in the word, as the sum of the two symbols, so each j can be tried. The true one always
  fits; others may fit by chance (1 in 31 each), and then all their groups are named.
* Two errors e at i, f at j never have S₀ = S₁ = 0: e = f and e·αⁱ = f·αʲ would give i = j. So no double error is
  ever accepted. Some look like a single error elsewhere; distance 3 can not tell them apart, which is why a
  located group is where to look first and nothing is ever corrected.

Why 115 bits need no stretching. An attacker with a copy of the database tries receipts; a try is one HKDF, six
SHA-256 compressions once the salt's block is precomputed (the salt is the installation, so work on one is
useless for another). All Bitcoin miners together do about 2⁷⁰ double hashes a second: 2⁶⁹ tries. One given
receipt: 2¹¹⁵ tries, 2⁴⁶ s, two million years of all of them. Any one of a million receipts (2²⁰): 2⁹⁵ tries, two years
of all of them, for a single report nobody chose. A quantum search for a given one takes 2⁵⁷ HKDFs one after
another, at one per microsecond 4,500 years, and P machines only gain √P. Argon2 at 0.15 s would move the first
figures by 2¹⁶ or more and let anyone stop the service by asking: it is not worth it. The data symbols are uniform
(5-bit slices of HKDF output), so 115 bits are really there; the 2 check symbols are functions of them.
"""

import base64
import binascii
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from crypto.errors import FormatError, OpenError, ReceiptError
from crypto.keys import SecretKey
from crypto.primitives import derive, mac, random_bytes, same

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 25
DATA = 23
GROUP = 5
DIGITS = 38

_BITS = 5
_ORDER = 31
_REDUCTION = 0b100101  # x⁵ + x² + 1
_VALUE = {symbol: value for value, symbol in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_MODULUS = 997
_LONGEST_INPUT = 400
_LABEL = "查询码"  # copied along with it

_TOKEN_VERSION = b"\x01"
_TOKEN_SIZE = 1 + 8 + 16 + 32


def _powers() -> tuple[int, ...]:
    """Return α⁰ … α³⁰."""
    powers = [1]
    while len(powers) < _ORDER:
        doubled = powers[-1] << 1
        powers.append(doubled ^ _REDUCTION if doubled >> _BITS else doubled)
    return tuple(powers)


_EXP = _powers()
_LOG = {value: exponent for exponent, value in enumerate(_EXP)}


def _times(a: int, b: int) -> int:
    return _EXP[(_LOG[a] + _LOG[b]) % _ORDER] if a and b else 0


def _checks(data: Sequence[int]) -> tuple[int, int]:
    """Return the remainder of data(x)·x² by (x−1)(x−α) = x² + (α+1)x + α: coefficients of x¹, x⁰."""
    high = low = 0
    for value in data:
        feedback = value ^ high
        high, low = low ^ _times(feedback, 3), _times(feedback, 2)
    return high, low


def _syndromes(word: Sequence[int]) -> tuple[int, int]:
    zeroth = first = 0
    for value in word:
        zeroth ^= value
        first = _times(first, 2) ^ value
    return zeroth, first


def _group(position: int) -> int:
    return position // GROUP + 1


def _check(word: Sequence[int]) -> None:
    """Return if the word is of the code; otherwise raise what is suspected (see the module's proof)."""
    zeroth, first = _syndromes(word)
    if zeroth == first == 0:
        return
    if zeroth == 0:
        groups = _swaps(word, first)
        raise ReceiptError("swap" if groups else "many", groups)
    degree = (_LOG[first] - _LOG[zeroth]) % _ORDER if first else LENGTH
    if degree >= LENGTH:
        raise ReceiptError("many")
    raise ReceiptError("single", (_group(LENGTH - 1 - degree),))


def _swaps(word: Sequence[int], first: int) -> tuple[int, ...]:
    """Return the groups of every neighbouring pair whose swap explains S₀ = 0 and this S₁."""
    groups: set[int] = set()
    for left in range(LENGTH - 1):
        degree = LENGTH - 2 - left
        if _times(word[left] ^ word[left + 1], _times(_EXP[degree], 3)) == first:
            groups |= {_group(left), _group(left + 1)}
    return tuple(sorted(groups))


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt that passed its check: 25 symbols, upper case. ReceiptError for anything else.

    `str()` shows it, `repr()` does not, so that no traceback or log carries one.
    """

    symbols: str = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.symbols) != LENGTH:
            raise ReceiptError("length")
        if not set(self.symbols) <= set(ALPHABET):
            raise ReceiptError("symbol")
        _check([_VALUE[symbol] for symbol in self.symbols])

    @classmethod
    def derive(cls, secret: bytes, token: bytes) -> "Receipt":
        """Return the receipt of a token: the same token always gives the same, and nothing need be stored."""
        bits = int.from_bytes(derive(secret, "receipt", token, length=15)) >> (15 * 8 - DATA * _BITS)
        return cls._from_data(bits)

    @classmethod
    def parse(cls, text: str) -> "Receipt":
        """Read what a person typed: the 25 symbols or the 38 digits, with any separators.

        NFKC, upper case, O→0, I and L→1. ReceiptError says what is suspected, by kind:
        "symbol" (a character that is in no receipt), "length", "single", "swap", "many".
        """
        if len(text) > _LONGEST_INPUT:
            raise ReceiptError("length")
        pieces = _pieces(text.removeprefix(_LABEL))
        typed = "".join(pieces)
        if len(typed) == DIGITS and typed.isascii() and typed.isdigit():
            return cls._from_digits(int(typed))
        strange = {_group(at) for at, symbol in enumerate(typed) if symbol not in _VALUE}
        if strange:
            raise ReceiptError("symbol", tuple(sorted(group for group in strange if group <= LENGTH // GROUP)))
        if len(typed) != LENGTH:
            raise ReceiptError("length", _wrong_lengths(pieces))
        return cls("".join(ALPHABET[_VALUE[symbol]] for symbol in typed))

    @classmethod
    def _from_data(cls, bits: int) -> "Receipt":
        data = [bits >> (_BITS * at) & _ORDER for at in reversed(range(DATA))]
        return cls("".join(ALPHABET[value] for value in (*data, *_checks(data))))

    @classmethod
    def _from_digits(cls, number: int) -> "Receipt":
        bits, check = divmod(number, 1000)
        if number % _MODULUS != 1 or check >= _MODULUS or bits >> (DATA * _BITS):
            raise ReceiptError("many")
        return cls._from_data(bits)

    def digits(self) -> str:
        """Return 38 decimal digits for dictation: the 115 data bits in 35, then 3 so that n ≡ 1 mod 997.

        A wrong digit changes n by d·10ⁱ, a swap of neighbours by 9·d·10ⁱ, with 0 < |d| < 10; 997 is prime and
        divides neither, so both are always detected. (The Reed–Solomon symbols would miss some: they count in
        base 32.) Three digits hold any check below 1000; only those below 997 are written and accepted.
        """
        bits = 0
        for symbol in self.symbols[:DATA]:
            bits = bits << _BITS | _VALUE[symbol]
        return f"{bits * 1000 + (1 - bits * 1000) % _MODULUS:0{DIGITS}}"

    @property
    def groups(self) -> tuple[str, ...]:
        """The five groups of five."""
        return tuple(self.symbols[at : at + GROUP] for at in range(0, LENGTH, GROUP))

    def __str__(self) -> str:
        return "-".join(self.groups)

    def lookup(self, installation: bytes) -> bytes:
        """Return the 32 bytes under which the mailbox is found. The receipt does not follow from them."""
        return self._derive("receipt/lookup", installation)

    def secret(self, installation: bytes) -> SecretKey:
        """Return the reporter's private key."""
        return SecretKey(self._derive("receipt/seed", installation))

    def nonce(self, installation: bytes) -> bytes:
        """Return the 32 bytes that blind the digest of the text in the ledger, so only the holder can show it."""
        return self._derive("receipt/nonce", installation)

    def _derive(self, name: str, installation: bytes) -> bytes:
        return derive(self.symbols.encode(), name, salt=installation)


def _pieces(text: str) -> list[str]:
    """Return the runs of letters, marks and numbers: everything else separates (dashes, spaces, U+200B …)."""
    folded = unicodedata.normalize("NFKC", text).upper()
    kept = [char if unicodedata.category(char)[0] in "LMN" else " " for char in folded]
    return "".join(kept).split()


def _wrong_lengths(pieces: Sequence[str]) -> tuple[int, ...]:
    """Return the groups that are not five long, if there are five groups to tell by."""
    if len(pieces) != LENGTH // GROUP:
        return ()
    return tuple(number for number, piece in enumerate(pieces, 1) if len(piece) != GROUP)


def issue_token(secret: bytes, *, issued_at: int) -> str:
    """Return a dated form token, 76 URL-safe characters: version(1) ‖ seconds u64 ‖ random(16) ‖ HMAC(32).

    57 bytes are a multiple of three: one text per token, no padding, no spare bits.
    """
    body = _TOKEN_VERSION + issued_at.to_bytes(8, "big") + random_bytes(16)
    return base64.urlsafe_b64encode(body + _token_mac(secret, body)).decode()


def read_token(secret: bytes, token: str) -> int:
    """Return when the token was issued, in seconds; FormatError when it is none, OpenError when not ours.

    How old it may be is the caller's to decide.
    """
    try:
        raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        if base64.urlsafe_b64encode(raw).decode() != token:  # Python forgives padding: one text per token
            raise FormatError("not a token")
    except (binascii.Error, UnicodeEncodeError):
        raise FormatError("not a token") from None
    if len(raw) != _TOKEN_SIZE or raw[:1] != _TOKEN_VERSION:
        raise FormatError("not a token")
    body, tag = raw[:-32], raw[-32:]
    if not same(_token_mac(secret, body), tag):
        raise OpenError("not a token of ours")
    return int.from_bytes(body[1:9])


def _token_mac(secret: bytes, body: bytes) -> bytes:
    return mac(derive(secret, "token"), body)
