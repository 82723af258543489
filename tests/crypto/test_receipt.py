import random
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import receipt as module
from crypto.errors import FormatError, OpenError, ReceiptError
from crypto.keys import SecretKey
from crypto.receipt import ALPHABET, Receipt, issue_token, read_token

SECRET = b"server secret of the tests......"
RECEIPT = Receipt.derive(SECRET, b"token")
receipts = st.binary(max_size=8).map(lambda token: Receipt.derive(SECRET, token))


def refusal(text):
    with pytest.raises(ReceiptError) as caught:
        Receipt.parse(text)
    return caught.value.kind, caught.value.groups


def group(position):
    return position // 5 + 1


def word(errors):
    """The zero codeword with errors added; by linearity it has the syndromes of any codeword so altered.

    `_check` uses a word for nothing but its syndromes, except to say which swap it was: swaps are therefore
    tested on codewords of their own, below.
    """
    values = [0] * 25
    for position, value in errors:
        values[position] ^= value
    return values


def suspicion(values):
    with pytest.raises(ReceiptError) as caught:
        module._check(values)
    return caught.value.kind, caught.value.groups


def test_the_field_is_gf_32_and_alpha_generates_it():
    assert sorted(module._EXP) == list(range(1, 32))
    assert module._times(module._EXP[30], 2) == 1


def test_the_code_is_linear():
    words = [[module._VALUE[s] for s in Receipt.derive(SECRET, bytes([n])).symbols] for n in range(20)]
    for a in words:
        for b in words:
            module._check([x ^ y for x, y in zip(a, b, strict=True)])


def test_every_single_error_is_located():
    for position in range(25):
        for value in range(1, 32):
            assert suspicion(word([(position, value)])) == ("single", (group(position),))


def test_every_double_error_is_refused_and_none_as_a_third_thing():
    for first in range(25):
        for second in range(first + 1, 25):
            for a in range(1, 32):
                for b in range(1, 32):
                    zeroth, one = module._syndromes(word([(first, a), (second, b)]))
                    assert zeroth or one
                    assert (zeroth == 0) == (a == b)


def test_what_a_double_error_is_taken_for_lies_within_the_receipt():
    pairs = [(first, second) for first in range(25) for second in range(first + 1, 25)]
    seen = {suspicion(word([(i, a), (j, 1)])) for i, j in pairs for a in range(1, 32)}
    assert {groups for kind, groups in seen if kind == "single"} == {(n,) for n in range(1, 6)}
    assert {groups for kind, groups in seen if kind == "many"} == {()}


def test_every_swap_of_neighbours_is_recognised_as_one_with_its_groups():
    """By each pair of different symbols at each of the 24 places, on codewords that hold that pair there."""
    rng = random.Random(1)  # noqa: S311 - the same words each run
    for left in range(24):
        for total in range(1, 32):
            values = codeword_with(left, total, rng)
            values[left], values[left + 1] = values[left + 1], values[left]
            kind, groups = suspicion(values)
            assert kind == "swap"
            assert {group(left), group(left + 1)} <= set(groups)


def codeword_with(left, total, rng):
    """A codeword whose symbols at `left`, `left + 1` differ by `total`: only that sum enters the syndromes."""
    while True:
        data = [rng.randrange(32) for _ in range(23)]
        if left < 22:
            data[left + 1] = data[left] ^ total
        values = [*data, *module._checks(data)]
        if values[left] ^ values[left + 1] == total:
            return values


@pytest.mark.parametrize("left", [10, 13])
def test_a_swap_within_a_group_mostly_names_that_group_alone(left):
    named = []
    for number in range(100):
        symbols = list(Receipt.derive(SECRET, bytes([number])).symbols)
        if symbols[left] != symbols[left + 1]:
            symbols[left], symbols[left + 1] = symbols[left + 1], symbols[left]
            named.append(refusal("".join(symbols))[1])
    assert all(3 in groups for groups in named)
    assert sum(groups == (3,) for groups in named) > len(named) / 3


def test_equal_errors_far_apart_are_no_single_error():
    kinds = {suspicion(word([(0, value), (24, value)]))[0] for value in range(1, 32)}
    assert kinds == {"many"}


def test_a_swap_across_two_groups_names_both():
    symbols = list("".join(RECEIPT.groups))
    assert symbols[4] != symbols[5]
    symbols[4], symbols[5] = symbols[5], symbols[4]
    kind, groups = refusal("".join(symbols))
    assert kind == "swap"
    assert {1, 2} <= set(groups)


@given(receipts)
def test_what_is_shown_is_read_back(receipt):
    assert Receipt.parse(str(receipt)) == receipt
    assert Receipt.parse(receipt.digits()) == receipt
    assert "-".join(receipt.groups) == str(receipt)


@given(receipts, st.sampled_from([" ", "\t\n", "–", "·", "\u3000", "/", "\u200b", "_", ". ", "－"]), st.booleans())
def test_separators_and_case_do_not_matter(receipt, separator, lower):
    text = separator.join(receipt.groups)
    assert Receipt.parse(f"  {text.lower() if lower else text}。") == receipt


def test_full_width_and_look_alike_symbols_are_read():
    zeros_and_ones = next(r for r in map(numbered, range(99)) if "0" in r.symbols and "1" in r.symbols)
    text = str(zeros_and_ones)
    assert Receipt.parse(text.replace("0", "o").replace("1", "l")) == zeros_and_ones
    assert Receipt.parse(text.replace("0", "Ｏ").replace("1", "I")) == zeros_and_ones
    wide = str.maketrans({c: chr(ord(c) + 0xFEE0) for c in string.ascii_uppercase + string.digits})
    assert Receipt.parse(text.translate(wide)) == zeros_and_ones


def numbered(number):
    return Receipt.derive(SECRET, b"%d" % number)


@pytest.mark.parametrize(
    ("alter", "expected"),
    [
        (lambda s: s[:-1], ("length", (5,))),
        (lambda s: s.replace("-", "")[:-1], ("length", ())),
        (lambda s: s + "0", ("length", (5,))),
        (lambda s: s[:2] + s[3:], ("length", (1,))),
        (lambda _: "", ("length", ())),
        (lambda _: "0" * 401, ("length", ())),
        (lambda s: "U" + s[1:], ("symbol", (1,))),
        (lambda s: s[:-1] + "u", ("symbol", (5,))),
        (lambda s: s[:7] + "举" + s[8:], ("symbol", (2,))),
        (lambda s: s + "-é", ("symbol", ())),
    ],
)
def test_what_is_no_receipt_by_its_look_is_said_so(alter, expected):
    assert refusal(alter(str(RECEIPT))) == expected


def test_separators_are_dropped_up_to_a_length():
    assert Receipt.parse(RECEIPT.symbols.ljust(400)) == RECEIPT
    assert refusal(RECEIPT.symbols.ljust(401)) == ("length", ())


def test_a_receipt_is_made_of_a_codeword_only():
    for symbols, kind in (("A" * 24, "length"), ("u" * 25, "symbol"), ("0" * 24 + "1", "single")):
        with pytest.raises(ReceiptError) as caught:
            Receipt(symbols)
        assert caught.value.kind == kind


def test_every_wrong_digit_and_every_swap_of_digits_is_refused():
    digits = RECEIPT.digits()
    assert len(digits) == 38
    for at, digit in enumerate(digits):
        for other in set(string.digits) - {digit}:
            assert refusal(digits[:at] + other + digits[at + 1 :]) == ("many", ())
        if at < 37 and digit != digits[at + 1]:
            swapped = digits[:at] + digits[at + 1] + digit + digits[at + 2 :]
            assert refusal(swapped) == ("many", ())


def test_digits_have_one_spelling():
    small = next(r for r in map(numbered, range(5000)) if int(r.digits()[-3:]) < 3)
    other_check = f"{int(small.digits()) + 997:038}"
    assert refusal(other_check) == ("many", ())
    assert refusal("9" * 38) == ("many", ())
    too_large = (1 << 115) * 1000
    assert refusal(str(too_large + (1 - too_large) % 997)) == ("many", ())


def test_a_receipt_is_not_in_its_repr():
    assert repr(RECEIPT) == "Receipt()"


def test_a_receipt_follows_from_secret_and_token_alone():
    assert Receipt.derive(SECRET, b"token") == RECEIPT
    assert Receipt.derive(SECRET, b"token2") != RECEIPT
    assert Receipt.derive(bytes(32), b"token") != RECEIPT


def test_data_symbols_use_the_whole_alphabet_at_every_place():
    columns = zip(*(numbered(n).symbols for n in range(600)), strict=True)
    assert all(set(column) == set(ALPHABET) for column in columns)


def test_what_is_derived_depends_on_receipt_installation_and_use():
    other = Receipt.derive(SECRET, b"other")
    values = [f(i) for r in (RECEIPT, other) for f in (r.lookup, r.nonce) for i in (b"jilin", b"test")]
    seeds = [r.secret(i).seed for r in (RECEIPT, other) for i in (b"jilin", b"test")]
    assert {len(value) for value in values + seeds} == {32}
    assert len(set(values + seeds)) == 12
    assert isinstance(RECEIPT.secret(b"jilin"), SecretKey)


@given(st.text(max_size=60))
def test_no_text_raises_anything_but_receipt_error(text):
    with pytest.raises(ReceiptError):
        Receipt.parse(text)


@given(st.integers(0, (1 << 64) - 1))
def test_a_token_tells_when_it_was_issued(issued_at):
    token = issue_token(SECRET, issued_at=issued_at)
    assert read_token(SECRET, token) == issued_at
    assert len(token) == 76
    assert set(token) <= set(string.ascii_letters + string.digits + "-_")


def test_two_tokens_of_one_moment_differ():
    assert issue_token(SECRET, issued_at=7) != issue_token(SECRET, issued_at=7)


@pytest.mark.parametrize("at", [2, 5, 11, 12, 20, 33, 34, 60, 75], ids=str)
def test_an_altered_token_is_not_ours(at):
    token = issue_token(SECRET, issued_at=1_700_000_000)
    altered = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
    with pytest.raises(OpenError):
        read_token(SECRET, altered)


def test_a_token_of_another_secret_is_not_ours():
    with pytest.raises(OpenError):
        read_token(bytes(32), issue_token(SECRET, issued_at=1))


@pytest.mark.parametrize("token", ["", "A", "AAAA", "=" * 76, "é" * 76, "A" * 76, "AQ" + "A" * 78, "AQ+/" + "A" * 72])
def test_what_is_no_token_is_refused(token):
    with pytest.raises((FormatError, OpenError)):
        read_token(SECRET, token)


def test_a_token_of_another_version_is_refused():
    with pytest.raises(FormatError):
        read_token(SECRET, "Ag" + issue_token(SECRET, issued_at=1)[2:])


@pytest.mark.parametrize("extra", ["=", "==", "=A", "\n", " "])
def test_a_token_has_one_text(extra):
    """Another text of the same token would be another receipt, and one form two reports."""
    with pytest.raises(FormatError):
        read_token(SECRET, issue_token(SECRET, issued_at=1) + extra)


def test_a_code_may_be_copied_with_its_label():
    assert Receipt.parse(f"查询码：{RECEIPT}") == Receipt.parse(f"查询码\n{RECEIPT}") == RECEIPT
