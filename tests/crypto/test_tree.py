import json
from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency

from crypto import tree
from crypto.errors import FormatError, ProofError
from crypto.tree import Frontier, canonical

DATA = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [  # certificate-transparency's merkletree tests, by tree size
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 8): ["96a296d224f285c6", "5f083f0a1a33ca07", "6b47aaf29ee3c2af"],
    (5, 8): ["bc1a0643b12e4d2d", "ca854ea128ed050b", "d37ee418976dd957"],
}
CONSISTENCY = {
    (1, 8): ["96a296d224f285c6", "5f083f0a1a33ca07", "6b47aaf29ee3c2af"],
    (6, 8): ["0ebc5d3437fbe2db", "ca854ea128ed050b", "d37ee418976dd957"],
    (2, 5): ["5f083f0a1a33ca07", "bc1a0643b12e4d2d"],
    (1, 1): [],
}
LEAVES = [tree.leaf_hash(bytes.fromhex(data)) for data in DATA]
MANY = [tree.leaf_hash(b"%d" % number) for number in range(66)]
MOST = 130
NUMBERS = [b"%d" % number for number in range(MOST)]
LONG = [tree.leaf_hash(number) for number in NUMBERS]


def plain_root(leaves):
    """RFC 9162 §2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + plain_root(leaves[:k]) + plain_root(leaves[k:])).digest()


@cache
def span_root(start, end):
    """The same of a span of LONG, each computed once."""
    if end - start == 1:
        return LONG[start]
    k = 1 << (end - start - 1).bit_length() - 1
    return sha256(b"\x01" + span_root(start, start + k) + span_root(start + k, end)).digest()


def begins(proof):
    return [step.hex()[:16] for step in proof]


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots(size):
    assert tree.root(LEAVES[:size]).hex() == ROOTS[size]


def test_the_published_proofs():
    for (index, size), expected in INCLUSION.items():
        assert begins(tree.inclusion_proof(index, LEAVES[:size])) == expected
    for (old, size), expected in CONSISTENCY.items():
        assert begins(tree.consistency_proof(old, LEAVES[:size])) == expected


def test_roots_are_as_the_rfc_defines_them():
    assert [tree.root(MANY[:n]) for n in range(66)] == [plain_root(MANY[:n]) for n in range(66)]


def test_every_leaf_of_every_tree_to_130_is_proved_included():
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = [span_root(*span) for span in tree.inclusion_spans(index, size)]
            told = tree.verify_inclusion(LONG[index], index, size, proof, span_root(0, size))
            assert all(node == span_root(*span) for span, node in told.items())
            assert len(told) == 2 * len(proof) + 1


def test_every_pair_of_trees_to_130_is_proved_consistent():
    for size in range(1, MOST + 1):
        for old in range(1, size + 1):
            proof = [span_root(*span) for span in tree.consistency_spans(old, size)]
            tree.verify_consistency(old, size, span_root(0, old), span_root(0, size), proof)
        tree.verify_consistency(0, size, tree.EMPTY_ROOT, span_root(0, size), [])


def test_proofs_from_leaves_are_the_hashes_of_their_spans():
    for size in (1, 2, 33, 65, MOST):
        for index in range(size):
            spans = tree.inclusion_spans(index, size)
            assert tree.inclusion_proof(index, LONG[:size]) == [span_root(*span) for span in spans]
        for old in range(1, size + 1):
            spans = tree.consistency_spans(old, size)
            assert tree.consistency_proof(old, LONG[:size]) == [span_root(*span) for span in spans]


@pytest.fixture(scope="module")
def others():
    """The same leaves in somebody else's tree."""
    made = InmemoryTree(algorithm="sha256")
    for number in NUMBERS:
        made.append_entry(number)
    return made


def test_another_implementation_makes_the_same_roots_and_proofs(others):
    for size in range(1, MOST + 1):
        assert others.get_root(size) == span_root(0, size)
        for index in range(size):
            ours = [span_root(*span) for span in tree.inclusion_spans(index, size)]
            assert others.prove_inclusion(index + 1, size).path == [LONG[index], *ours]


def test_another_implementation_finds_our_roots_consistent(others):
    for size in (2, 9, 64, 100, MOST):
        for old in range(1, size):
            theirs = others.prove_consistency(old, size)
            verify_consistency(span_root(0, old), span_root(0, size), theirs)


def test_a_tree_with_another_past_is_never_consistent():
    for size in range(2, 34):
        for old in range(1, size):
            forged = [tree.leaf_hash(b"forged"), *MANY[1:old]]
            proof = tree.consistency_proof(old, MANY[:size])
            with pytest.raises(ProofError):
                tree.verify_consistency(old, size, tree.root(forged), tree.root(MANY[:size]), proof)


def alterations(proof):
    yield proof[:-1]
    yield [*proof, bytes(32)]
    for at in range(len(proof)):
        yield [*proof[:at], bytes(32), *proof[at + 1 :]]
        yield [*proof[:at], proof[at][:-1], *proof[at + 1 :]]


@pytest.mark.parametrize("size", [5, 8, 13])
def test_altered_proofs_are_refused(size):
    leaves, root = MANY[:size], tree.root(MANY[:size])
    for index in range(size):
        for altered in alterations(tree.inclusion_proof(index, leaves)):
            with pytest.raises(ProofError):
                tree.verify_inclusion(leaves[index], index, size, altered, root)
    for old in range(1, size):
        for altered in alterations(tree.consistency_proof(old, leaves)):
            with pytest.raises(ProofError):
                tree.verify_consistency(old, size, tree.root(leaves[:old]), root, altered)


def test_a_proof_holds_for_its_leaf_index_size_and_root_only():
    proof, root = tree.inclusion_proof(3, MANY[:13]), tree.root(MANY[:13])
    for leaf, index, size, expected in (
        (MANY[4], 3, 13, root),
        (MANY[3], 2, 13, root),
        (MANY[3], 3, 12, bytes(32)),
        (MANY[3], 3, 13, bytes(32)),
        (MANY[3], 13, 13, root),
        (MANY[3], -1, 13, root),
        (MANY[3], 0, 0, root),
    ):
        with pytest.raises(ProofError):
            tree.verify_inclusion(leaf, index, size, proof, expected)


@pytest.mark.parametrize(
    ("old", "size", "old_root", "new_root"),
    [
        (0, 0, bytes(32), bytes(32)),
        (0, 5, bytes(32), MANY[0]),
        (5, 5, MANY[0], MANY[1]),
        (6, 5, MANY[0], MANY[0]),
        (-1, 5, MANY[0], MANY[0]),
    ],
)
def test_trivial_consistency_is_not_trivially_true(old, size, old_root, new_root):
    with pytest.raises(ProofError):
        tree.verify_consistency(old, size, old_root, new_root, [])


def test_no_proof_of_what_is_not_there():
    for index in (-1, 8):
        with pytest.raises(FormatError):
            tree.inclusion_proof(index, LEAVES)
    for old in (-1, 9):
        with pytest.raises(FormatError):
            tree.consistency_proof(old, LEAVES)


def test_a_node_can_not_pass_for_a_leaf():
    assert tree.leaf_hash(MANY[0] + MANY[1]) != tree.node_hash(MANY[0], MANY[1])


def test_a_frontier_grows_to_the_root_of_its_leaves_and_survives_storing():
    frontier = Frontier()
    for size, leaf in enumerate(MANY):
        assert frontier.root() == tree.root(MANY[:size])
        frontier = Frontier.from_bytes(frontier.to_bytes())
        frontier.append(leaf)
        assert frontier.size == size + 1
    assert len(frontier.to_bytes()) == 8 + 32 * 2


@pytest.mark.parametrize("data", [b"", bytes(7), bytes(9), bytes(40), b"\0" * 7 + b"\3" + bytes(32)])
def test_what_is_no_frontier_is_refused(data):
    with pytest.raises(FormatError):
        Frontier.from_bytes(data)


def test_a_record_is_versioned_salted_and_33_bytes():
    record = tree.record(b"s" * 32, b"opening")
    assert record == b"\x01" + sha256(b"s" * 32 + b"opening").digest()
    with pytest.raises(FormatError):
        tree.record(b"s" * 31, b"opening")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(json_values)
def test_canonical_bytes_read_back_as_the_value(value):
    data = canonical(value)
    assert json.loads(data) == value
    assert canonical(json.loads(data)) == data


def test_canonical_orders_keys_by_utf_16_as_rfc_8785_does():
    """The example of RFC 8785 §3.2.3."""
    keys = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert list(json.loads(canonical(keys)).values()) == [2, 4, 6, 7, 1, 5, 3]


def test_canonical_escapes_as_rfc_8785_does():
    text = '\u20ac$\u000f\nA\'B"\\\\"/'
    assert canonical({"b": text, "a": [True, None, -1]}) == (
        '{"a":[true,null,-1],"b":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'.encode()
    )


def test_composed_and_decomposed_text_stay_different():
    assert canonical("é") != canonical("e\u0301")


def test_the_largest_integers_are_those_every_reader_keeps():
    assert canonical([2**53 - 1, 1 - 2**53]) == b"[9007199254740991,-9007199254740991]"


def test_tuples_and_lists_are_one_thing():
    assert canonical((1, [2, ()])) == b"[1,[2,[]]]"


@pytest.mark.parametrize("value", [1.0, float("nan"), b"x", {1: 2}, {"a": {1}}, 2**53, -(2**53), object(), "\ud800"])
def test_what_has_no_canonical_form_is_refused(value):
    with pytest.raises(FormatError):
        canonical(value)


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70), st.sampled_from([1, 2, 4, 8, 16]))
def test_a_frontier_takes_whole_subtrees_as_it_takes_their_leaves(leaves: list[bytes], width: int) -> None:
    by_leaf, by_node = Frontier(), Frontier()
    for first in range(0, len(leaves), width):
        block = leaves[first : first + width]
        for leaf in block:
            by_leaf.append(leaf)
        if len(block) == width:
            by_node.extend(tree.root(block), width)
        else:
            for leaf in block:
                by_node.append(leaf)
        assert (by_node.size, by_node.root(), by_node.to_bytes()) == (by_leaf.size, by_leaf.root(), by_leaf.to_bytes())


@pytest.mark.parametrize(("size", "leaves"), [(0, 0), (0, 3), (1, 2), (4, 8), (2, -2)])
def test_a_subtree_does_not_stand_where_its_size_does_not_divide(size: int, leaves: int) -> None:
    frontier = Frontier()
    for number in range(size):
        frontier.append(bytes([number]) * 32)
    with pytest.raises(FormatError):
        frontier.extend(bytes(32), leaves)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_a_leaf_made_at_once_is_the_hash_of_its_record(salt: bytes, opening: bytes) -> None:
    assert tree.leaf_of(salt, opening) == tree.leaf_hash(tree.record(salt, opening))
