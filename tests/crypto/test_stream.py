import io
import zlib
from hashlib import sha512

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import stream
from crypto.errors import FormatError, OpenError
from crypto.stream import CHUNK, HEADER, WIRE_CHUNK

KEY = bytes(range(32))
LENGTHS = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5]


def message(length):
    return (bytes(range(251)) * (length // 251 + 1))[:length]


def read_all(key, body, context):
    return b"".join(stream.Opener(key, io.BytesIO(body), context).read())


def each(cobblestone, result):
    for case in cobblestone:
        if case["result"] == result:
            key, context, packed = (bytes.fromhex(case[name]) for name in ("key", "ctx", "ct"))
            yield case, key, zlib.decompress(packed), context


@pytest.mark.parametrize("reader", [stream.open_all, read_all])
def test_every_valid_published_vector_opens(cobblestone, reader):
    cases = list(each(cobblestone, "valid"))
    assert len(cases) == 10
    for case, key, body, context in cases:
        plaintext = reader(key, body, context)
        assert len(plaintext) == case["msgLength"] == stream.opened_length(len(body))
        assert sha512(plaintext).hexdigest() == case["msgSha512"]


@pytest.mark.parametrize("reader", [stream.open_all, read_all])
def test_every_invalid_published_vector_is_refused(cobblestone, reader):
    cases = list(each(cobblestone, "invalid"))
    assert len(cases) == 25
    for case, key, body, context in cases:
        expected = FormatError if len(key) != 32 else OpenError
        with pytest.raises(expected):
            pytest.fail(f"opened: {case['comment']}, {len(reader(key, body, context))}")


@pytest.mark.parametrize("length", LENGTHS)
def test_one_shot_incremental_and_random_access_agree(length):
    plaintext = message(length)
    body = stream.seal(KEY, plaintext, b"here")
    sink = io.BytesIO()
    sealer = stream.Sealer(KEY, b"here", sink)
    assert sealer.write(plaintext) == length
    assert sealer.finish() == length
    for sealed in (body, sink.getvalue()):
        assert len(sealed) == stream.sealed_length(length)
        assert stream.open_all(KEY, sealed, b"here") == plaintext
        assert read_all(KEY, sealed, b"here") == plaintext


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 2 * CHUNK), max_size=5), st.binary(max_size=30))
def test_pieces_of_any_size_make_one_message(sizes, context):
    sink = io.BytesIO()
    sealer = stream.Sealer(KEY, context, sink)
    for size in sizes:
        sealer.write(message(size))
    sealer.finish()
    assert read_all(KEY, sink.getvalue(), context) == b"".join(message(size) for size in sizes)


def test_a_large_piece_passes_through_in_small_ones():
    sizes = []

    class Counting:
        def write(self, data):
            sizes.append(len(data))

    sealer = stream.Sealer(KEY, b"", Counting())
    sealer.write(bytes(3_000_000))
    sealer.finish()
    assert sum(sizes) == stream.sealed_length(3_000_000)
    assert max(sizes) <= 17 * WIRE_CHUNK


def test_chunks_read_in_any_order():
    plaintext = message(3 * CHUNK + 7)
    opener = stream.Opener(KEY, io.BytesIO(stream.seal(KEY, plaintext, b"")), b"")
    assert opener.chunks == 4
    assert opener.length == len(plaintext)
    for index in (2, 0, 3, 1):
        assert opener.read_chunk(index) == plaintext[index * CHUNK : (index + 1) * CHUNK]
    for index in (-1, 4):
        with pytest.raises(FormatError):
            opener.read_chunk(index)


def test_padding_is_written_by_the_sealer_and_left_off_by_the_reader():
    sink = io.BytesIO()
    sealer = stream.Sealer(KEY, b"", sink)
    sealer.write(b"x" * 20_000)
    sealer.pad(20_000)
    sealer.pad(40_000)
    assert sealer.finish() == 40_000
    opener = stream.Opener(KEY, sink, b"")
    assert b"".join(opener.read(20_000)) == b"x" * 20_000
    assert b"".join(opener.read())[20_000:] == bytes(20_000)
    assert list(opener.read(0)) == []
    for length in (-1, 40_001):
        with pytest.raises(FormatError):
            list(opener.read(length))
    with pytest.raises(FormatError):
        stream.Sealer(KEY, b"", sink).pad(-1)


def test_a_finished_message_takes_no_more():
    sealer = stream.Sealer(KEY, b"", io.BytesIO())
    sealer.finish()
    for act in (sealer.finish, lambda: sealer.write(b"x")):
        with pytest.raises(FormatError):
            act()


def test_the_same_text_never_looks_the_same():
    assert stream.seal(KEY, b"x", b"") != stream.seal(KEY, b"x", b"")


BODY = stream.seal(KEY, message(2 * CHUNK + 9), b"here")
FIRST, SECOND, LAST = HEADER, HEADER + WIRE_CHUNK, HEADER + 2 * WIRE_CHUNK


@pytest.mark.parametrize("reader", [stream.open_all, read_all])
@pytest.mark.parametrize(
    "at",
    [0, 23, 24, 55, FIRST, FIRST + CHUNK, SECOND - 1, SECOND, LAST, len(BODY) - 16, len(BODY) - 1],
    ids=[
        "salt begins",
        "salt ends",
        "commitment begins",
        "commitment ends",
        "first chunk",
        "first tag",
        "first tag ends",
        "second chunk",
        "last chunk",
        "last tag",
        "last byte",
    ],
)
def test_a_flipped_bit_anywhere_is_refused(reader, at):
    altered = bytearray(BODY)
    altered[at] ^= 1
    with pytest.raises(OpenError):
        reader(KEY, bytes(altered), b"here")


@pytest.mark.parametrize("reader", [stream.open_all, read_all])
@pytest.mark.parametrize(
    "length", [0, 23, 24, 56, 71, FIRST + 16, SECOND, SECOND + 15, SECOND + 16, LAST, LAST + 15, len(BODY) - 1]
)
def test_a_cut_anywhere_is_refused(reader, length):
    with pytest.raises(OpenError):
        reader(KEY, BODY[:length], b"here")


@pytest.mark.parametrize("reader", [stream.open_all, read_all])
@pytest.mark.parametrize(
    "altered",
    [
        BODY + b"\0",
        BODY + BODY[LAST:],
        BODY[:FIRST] + BODY[SECOND:LAST] + BODY[FIRST:SECOND] + BODY[LAST:],
        BODY[:SECOND] + BODY[FIRST:SECOND] + BODY[LAST:],
        BODY[:FIRST] + BODY[SECOND:],
    ],
    ids=["extended", "extended by a chunk", "swapped", "repeated", "first chunk dropped"],
)
def test_rearranged_chunks_are_refused(reader, altered):
    with pytest.raises(OpenError):
        reader(KEY, altered, b"here")


def test_random_access_refuses_a_file_cut_short_after_it_was_opened():
    source = io.BytesIO(BODY)
    opener = stream.Opener(KEY, source, b"here")
    source.truncate(SECOND + 100)
    assert len(opener.read_chunk(0)) == CHUNK
    for index in (1, 2):
        with pytest.raises(OpenError):
            opener.read_chunk(index)


def test_random_access_refuses_a_shorter_message_sealed_under_the_same_key_schedule():
    """A full-looking chunk that authenticates but is short can only be the last one."""
    source = io.BytesIO(BODY)
    opener = stream.Opener(KEY, source, b"here")
    opener.length += CHUNK
    opener.chunks += 1
    with pytest.raises(OpenError):
        opener.read_chunk(2)


@pytest.mark.parametrize("reader", [stream.open_all, read_all])
def test_another_key_or_context_is_refused(reader):
    with pytest.raises(OpenError):
        reader(bytes(32), BODY, b"here")
    with pytest.raises(OpenError):
        reader(KEY, BODY, b"there")


@pytest.mark.parametrize("act", [stream.seal, stream.open_all, lambda k, b, c: stream.Sealer(k, c, io.BytesIO(b))])
def test_a_key_of_another_length_is_refused(act):
    with pytest.raises(FormatError):
        act(bytes(31), BODY, b"")


def test_the_longest_message_has_2_to_the_38_chunks():
    last = (1 << 38) - 1
    assert stream.opened_length(HEADER + last * WIRE_CHUNK + 16) == last * CHUNK
    with pytest.raises(OpenError):
        stream.opened_length(HEADER + (last + 1) * WIRE_CHUNK + 16)


@pytest.mark.parametrize("length", [0, 55, 56, 71, 56 + WIRE_CHUNK, 56 + WIRE_CHUNK + 15])
def test_lengths_no_message_has_are_refused(length):
    with pytest.raises(OpenError):
        stream.opened_length(length)
