import pytest

from crypto.enrolment import EnrolmentCode, lock_keys, unlock_keys
from crypto.errors import OpenError, ReceiptError
from crypto.keys import SecretKey, SigningKey
from crypto.primitives import Binding

JILIN = b"jilin-installation"
PLACE = Binding(JILIN, "enrolments", b"row", "locked_keys", b"officer")
SECRET, SIGNING = SecretKey(bytes(range(32))), SigningKey(bytes(range(32, 64)))


def test_a_code_reads_back_as_it_was_written_however_it_is_typed():
    code = EnrolmentCode.draw()
    assert EnrolmentCode.parse(f" {str(code).lower().replace('-', ' ')} ") == code
    assert str(code) not in repr(code)


def test_no_two_codes_are_the_same():
    assert len({str(EnrolmentCode.draw()) for _ in range(100)}) == 100


def test_a_slip_is_located():
    text = list(str(EnrolmentCode.draw()))
    text[14] = "2" if text[14] != "2" else "3"
    with pytest.raises(ReceiptError) as slip:
        EnrolmentCode.parse("".join(text))
    assert (slip.value.kind, slip.value.groups) == ("single", (3,))


def test_the_keys_open_with_their_code_at_their_place_alone():
    code = EnrolmentCode.draw()
    blob = lock_keys(SECRET, SIGNING, code, PLACE)
    assert unlock_keys(blob, code, PLACE) == (SECRET, SIGNING)
    for other, place in (
        (EnrolmentCode.draw(), PLACE),
        (code, Binding(JILIN, "enrolments", b"other", "locked_keys", b"officer")),
        (code, Binding(b"another", "enrolments", b"row", "locked_keys", b"officer")),
    ):
        with pytest.raises(OpenError):
            unlock_keys(blob, other, place)


def test_what_a_code_finds_and_opens_is_not_what_a_receipt_of_the_same_symbols_does():
    code = EnrolmentCode.draw()
    values = {
        code.lookup(JILIN),
        code.key(JILIN),
        code.code.lookup(JILIN),
        code.code.secret(JILIN).seed,
        code.code.nonce(JILIN),
        code.lookup(b"another"),
    }
    assert len(values) == 6
