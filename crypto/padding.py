"""How long a sealed thing looks: texts are padded to buckets, files by Padmé. Knows lengths, no keys.

Buckets for texts, in bytes: 64, 128, 256, 512, 1024, then every 2 KiB up to 64 KiB, then Padmé's steps
(2 KiB up to 128 KiB, then doubling as the length does: at most 3.2 % on top).
"""

from crypto.errors import FormatError

_SMALL = (64, 128, 256, 512, 1024)
_STEP = 2048
_STEPS_END = 64 * 1024
_MARK = b"\x80"


def padme(n: int) -> int:
    """Return the length to which n bytes are padded: at most 12 % more, leaking O(log log n) bits.

    Nikitin et al., "Reducing Metadata Leakage from Encrypted Files and Communication with PURBs", §4.
    """
    if n < 0:
        raise FormatError("a length is not negative")
    if n == 0:  # has no exponent
        return 0
    exponent = n.bit_length() - 1
    low_bits = exponent - exponent.bit_length()
    mask = (1 << low_bits) - 1
    return (n + mask) & ~mask


def bucket(n: int) -> int:
    """Return the smallest bucket that holds n bytes."""
    for size in _SMALL:
        if n <= size:
            return size
    if n <= _STEPS_END:
        return -(-n // _STEP) * _STEP
    return padme(n)


def pad(data: bytes) -> bytes:
    """Return data ‖ 0x80 ‖ zeros, as long as its bucket (ISO/IEC 7816-4, self-delimiting)."""
    return (data + _MARK).ljust(bucket(len(data) + 1), b"\0")


def unpad(padded: bytes) -> bytes:
    """Undo `pad`; FormatError unless it is exactly what `pad` would have made.

    Called on authenticated bytes only, so which error is raised tells an attacker nothing.
    """
    data = padded.rstrip(b"\0")
    if not data.endswith(_MARK) or len(padded) != bucket(len(data)):
        raise FormatError("not padded to a bucket")
    return data[:-1]
