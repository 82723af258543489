"""Packed rows are a dict that takes less room: whatever came in, in whatever order, and whatever was taken out."""

from hypothesis import given
from hypothesis import strategies as st

from portal.office.packing import GONE, KEY, VALUE, WIDTH, Packed

KEYS = st.sampled_from([bytes([one]) * KEY for one in (0, 1, 7, 8, 254, 255)]) | st.binary(min_size=KEY, max_size=KEY)
VALUES = st.just(GONE) | st.binary(min_size=VALUE, max_size=VALUE)


@given(st.lists(st.dictionaries(KEYS, VALUES, max_size=20), max_size=8), KEYS, st.binary(max_size=9))
def test_packed_rows_are_what_a_dict_would_be(steps: list[dict[bytes, bytes]], other: bytes, before: bytes) -> None:
    plain: dict[bytes, bytes] = {}
    packed = Packed()
    for changes in steps:
        plain |= changes
        packed = packed.after(changes)
        moved = Packed(before + packed.held + b"behind", len(before), packed.count)
        for key in (*plain, other):
            assert packed.get(key) == moved.get(key) == plain.get(key, GONE)
        assert packed.count == sum(map(bool, plain.values()))
        assert len(packed.held) == packed.count * WIDTH
        assert b"".join(moved.changed({})) == packed.held
