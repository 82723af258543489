"""Keyed marks: what stands for a piece of text, so that whoever holds a key, and nobody else, can find equal pieces.

    mark = BLAKE2b(piece, key, person = field), cut to 16 bits                   RFC 7693, §2.9 and §3.1
Cut on purpose: among 65,536 marks several pieces share each, so that a mark alone names none of them even to whoever
guesses at pieces with the key; a hit is confirmed by unsealing what it stands in. Knows no rows and no permission.
"""

import unicodedata
from collections.abc import Iterable
from hashlib import blake2b
from itertools import pairwise

from crypto.primitives import KEY_SIZE, derive, mac, sized

MARK = 2  # bytes
_ROUNDS = 8  # Unicode's own forms settle after two


def search_key(seed: bytes) -> bytes:
    """The key of a desk's index, out of the key of one epoch of the desk."""
    return derive(sized(seed, KEY_SIZE, "seed"), "index")


def digest_of(seed: bytes, terms: Iterable[str]) -> bytes:
    """What a ledger may hold of the words that were looked for: a key that guesses at them takes is not beside it."""
    return mac(derive(sized(seed, KEY_SIZE, "seed"), "index-words"), *(term.encode() for term in terms))


def squeeze(text: str) -> str:
    """Letters and digits alone, in one form for every width and case: `６号　ＥＸＩＴ` and `6号exit` are the same.

    Doing it twice changes nothing: compatibility forms and case folding (Unicode 15, D146) are repeated until they
    rest, for taking a sign away can let its neighbours join.
    """
    for _ in range(_ROUNDS):
        folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
        made = "".join(filter(str.isalnum, folded))
        if made == text:
            break
        text = made
    return text


def bigrams(squeezed: str) -> frozenset[str]:
    """Each two characters that stand beside each other, once: Chinese has no spaces to tell words by."""
    return frozenset(first + second for first, second in pairwise(squeezed))


def marks(key: bytes, field: str, pieces: Iterable[str]) -> frozenset[int]:
    """The mark of each piece, as a signed number of 16 bits; the same piece of another field has another.

    A keyed BLAKE2b is a PRF, and `person` separates fields (at most 16 bytes of it: a longer name is a ValueError).
    """
    person, whole = field.encode(), sized(key, KEY_SIZE, "key")
    return frozenset(
        int.from_bytes(blake2b(piece.encode(), digest_size=MARK, key=whole, person=person).digest(), "big", signed=True)
        for piece in pieces
    )
