"""C2SP chunked-encryption, instantiated as Cobblestone-256: the one body format for texts and files.

    ciphertext = salt(24) ‖ commitment(32) ‖ chunk₀ ‖ … ‖ chunkₙ      each chunk = AES-256-GCM(≤ 16 KiB) ‖ tag(16)
    key(32) ‖ base nonce(12) ‖ commitment(32) =
        HKDF-Expand-SHA-512(input key, "c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM" ‖ 0 ‖ salt ‖ context)

The last chunk is always shorter than 16 KiB and may be empty, which is what makes a truncation show.
Sequential work is done by `cryptography.cobblestone`; random access, which it lacks, is written here.
Source: https://c2sp.org/chunked-encryption.
"""

import os
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from crypto.errors import FormatError, OpenError
from crypto.primitives import KEY_SIZE, same, sized

CHUNK = 16 * 1024
TAG = 16
SALT = 24
COMMITMENT = 32
HEADER = SALT + COMMITMENT
WIRE_CHUNK = CHUNK + TAG
MAX_CHUNKS = 1 << 38

_NONCE = 12
_INFO = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00"
_SLICE = 16 * CHUNK
_TOGETHER = 4  # chunks that are read at a time by whoever reads in order
_ZEROS = bytes(4 * CHUNK)


class Sink(Protocol):
    """Whatever takes bytes in order: a file, a BytesIO, an object store's writer."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""


def sealed_length(n: int) -> int:
    """Return how long the ciphertext of n plaintext bytes is."""
    return HEADER + n + (n // CHUNK + 1) * TAG


def opened_length(n: int) -> int:
    """Return how long the plaintext of an n-byte ciphertext is; OpenError if no message has that length."""
    chunks, last = divmod(n - HEADER, WIRE_CHUNK)
    if n < HEADER or last < TAG or chunks >= MAX_CHUNKS:
        raise OpenError("truncated")
    return chunks * CHUNK + last - TAG


def seal(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Seal one message under a uniformly random 32-byte key.

    The library draws the 24-byte salt, so the same key may seal many messages: 2⁸⁰ salts collide with
    probability 2⁻³², and no nonce is ever chosen here.
    """
    encryptor = Cobblestone256Encryptor(sized(key, KEY_SIZE, "key"), context)
    return encryptor.update(plaintext) + encryptor.finalize()


def open_all(key: bytes, body: bytes, context: bytes) -> bytes:
    """Return the whole message, or raise OpenError and return nothing of it."""
    decryptor = Cobblestone256Decryptor(sized(key, KEY_SIZE, "key"), context)
    try:
        return decryptor.update(body) + decryptor.finalize()
    except InvalidTag:
        raise OpenError("body does not open") from None


class Sealer:
    """Seal a message as it arrives. What was written is a valid message only after `finish`."""

    def __init__(self, key: bytes, context: bytes, sink: Sink) -> None:
        self._encryptor = Cobblestone256Encryptor(sized(key, KEY_SIZE, "key"), context)
        self._sink = sink
        self._finished = False
        self.length = 0

    def write(self, data: bytes) -> int:
        """Seal some more bytes; returns how many were taken (all), as files do."""
        if self._finished:
            raise FormatError("the message is finished")
        view = memoryview(data)
        for at in range(0, len(view), _SLICE):  # so that memory stays flat whatever the size of `data`
            self._sink.write(self._encryptor.update(view[at : at + _SLICE]))
        self.length += len(view)
        return len(view)

    def pad(self, total: int) -> None:
        """Write zeros until the plaintext has `total` bytes; the true length must be kept elsewhere, sealed."""
        if total < self.length:
            raise FormatError("longer already than the padded length")
        while self.length < total:
            self.write(_ZEROS[: total - self.length])

    def finish(self) -> int:
        """Write the last, short chunk; returns the plaintext's length, padding included."""
        if self._finished:
            raise FormatError("the message is finished")
        self._finished = True
        self._sink.write(self._encryptor.finalize())
        return self.length


class Opener:
    """Open a stored message chunk by chunk, in any order, holding one chunk at a time, or a few.

    `source` is a seekable binary file whose ciphertext runs from `start` to its end. The key is checked
    against the commitment, and the length against the last chunk, before anything is given out: so whatever is
    read belongs to a message that was neither cut nor extended (INT-CTXT: that pair of last nonce and short
    chunk exists only if the sealer made it).
    """

    def __init__(self, key: bytes, source: BinaryIO, context: bytes, *, start: int = 0) -> None:
        self._source = source
        self._start = start
        self.length = opened_length(source.seek(0, os.SEEK_END) - start)
        self.chunks = self.length // CHUNK + 1
        header = self._read(0, HEADER)
        chunk_key, self._base_nonce, commitment = _schedule(key, header[:SALT], context)
        if not same(commitment, header[SALT:]):
            raise OpenError("body does not open")
        self._aead = AESGCM(chunk_key)
        self.read_chunk(self.chunks - 1)

    def read_chunk(self, index: int) -> bytes:
        """Return chunk `index` (from 0): plaintext bytes index · 16 KiB and on. OpenError if it is not intact."""
        if not 0 <= index < self.chunks:
            raise FormatError("no such chunk")
        return self._open(index, self._read(HEADER + index * WIRE_CHUNK, WIRE_CHUNK))

    def read(self, length: int | None = None) -> Iterator[bytes]:
        """Give the first `length` plaintext bytes (all, if None) some chunks at a time, so padding can be left off."""
        left = self.length if length is None else length
        if not 0 <= left <= self.length:
            raise FormatError("longer than the message")
        end = -(-left // CHUNK)
        for first in range(0, end, _TOGETHER):
            many = min(_TOGETHER, end - first)
            wire = memoryview(self._read(HEADER + first * WIRE_CHUNK, many * WIRE_CHUNK))
            chunks = [self._open(first + at, wire[at * WIRE_CHUNK : (at + 1) * WIRE_CHUNK]) for at in range(many)]
            block = b"".join(chunks)[:left]
            left -= len(block)
            yield block

    def _open(self, index: int, wire: bytes | memoryview) -> bytes:
        try:
            plaintext = self._aead.decrypt(_nonce(self._base_nonce, index), wire, None)
        except InvalidTag:
            raise OpenError(f"chunk {index} does not open") from None
        if len(plaintext) != min(CHUNK, self.length - index * CHUNK):
            raise OpenError(f"chunk {index} is truncated")
        return plaintext

    def _read(self, offset: int, length: int) -> bytes:
        self._source.seek(self._start + offset)
        return self._source.read(length)


def _schedule(key: bytes, salt: bytes, context: bytes) -> tuple[bytes, bytes, bytes]:
    """Return chunk key, base nonce, commitment. No extract step: the input key is uniform already."""
    size = KEY_SIZE + _NONCE + COMMITMENT
    out = HKDFExpand(SHA512(), size, _INFO + salt + context).derive(sized(key, KEY_SIZE, "key"))
    return out[:KEY_SIZE], out[KEY_SIZE : KEY_SIZE + _NONCE], out[KEY_SIZE + _NONCE :]


def _nonce(base: bytes, index: int) -> bytes:
    """XOR the counter in: distinct per chunk under one key, and the key itself is distinct per message."""
    return (int.from_bytes(base, "big") ^ index).to_bytes(_NONCE, "big")
