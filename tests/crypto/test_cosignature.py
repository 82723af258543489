import base64
import struct
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import cosignature, note
from crypto.cosignature import Cosigner, CosignerKey
from crypto.errors import FormatError, NoteError
from crypto.keys import SigningKey
from crypto.note import Checkpoint

NAME = "log.example/jilin"
WITNESS = "witness.example/w1"
LOG = SigningKey(b"the log's seed, in the tests....")
KEY = CosignerKey(b"a witness's seed, in the tests..")
HEAD = Checkpoint(NAME, 20852163, bytes(range(32)))
NOTE = note.sign(HEAD, NAME, LOG)
SIGNED = KEY.cosign(NOTE, WITNESS, at=1679315147)
# As printed in tlog-cosignature; the key behind it is not.
PUBLISHED = (
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+"
    "mbIUBkBIfZ+qnA==\n"
)
EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def message(name: str, origin: str, at: int, size: int, root: bytes) -> bytes:
    """A cosigned_message, written from the specification's struct alone."""
    parts = (struct.pack(">B", len(one.encode())) + one.encode() for one in (name, origin))
    first, second = parts
    return b"subtree/v1\n\x00" + first + struct.pack(">Q", at) + second + struct.pack(">QQ", 0, size) + root


def test_the_line_is_what_the_specification_says_byte_for_byte():
    name, encoded = SIGNED.splitlines()[-1].removeprefix("— ").split(" ")
    raw = base64.b64decode(encoded)
    assert (name, len(raw)) == (WITNESS, 4 + 8 + 2420)
    assert raw[:4] == sha256(WITNESS.encode() + b"\n\x06" + KEY.public).digest()[:4]
    assert raw[4:12] == struct.pack(">Q", 1679315147)
    signed = message(WITNESS, NAME, 1679315147, 20852163, bytes(range(32)))
    MLDSA44PublicKey.from_public_bytes(KEY.public).verify(raw[12:], signed)
    assert len(KEY.public) == 1312


def test_the_published_example_is_read_and_ignored():
    body, found = note.split(EXAMPLE + "\n" + PUBLISHED)
    ((name, key_id, signature),) = found
    assert (body, name, key_id.hex(), len(signature)) == (EXAMPLE, "witness.example.com/w1", "8d66cf3f", 72)
    assert int.from_bytes(signature[:8]) == 1679315147
    assert KEY.cosigner(WITNESS).verify(SIGNED + PUBLISHED)[0] == HEAD


def test_a_cosigner_of_ed25519_as_others_have_them_is_verified():
    header = f"cosignature/v1\ntime 1679315147\n{HEAD.text()}"
    other = Cosigner(WITNESS, cosignature.ED25519, LOG.public.raw)
    raw = struct.pack(">Q", 1679315147) + LOG.sign(header.encode())
    text = NOTE + note.signature_line(WITNESS, note.key_id(WITNESS, b"\x04", LOG.public.raw), raw)
    assert other.verify(text) == (HEAD, 1679315147)
    with pytest.raises(NoteError):
        other.verify(text.replace("20852163", "20852164"))


def test_the_log_signature_beside_it_still_counts_and_each_is_for_itself():
    assert note.verify(SIGNED, NAME, LOG.public) == HEAD
    assert KEY.cosigner(WITNESS).verify(SIGNED) == (HEAD, 1679315147)
    with pytest.raises(NoteError, match="not signed by this key"):
        KEY.cosigner(NAME).verify(SIGNED)  # the name is signed too
    with pytest.raises(NoteError, match="not signed by this key"):
        KEY.cosigner(WITNESS).verify(NOTE)


@settings(max_examples=20)
@given(st.integers(0, (1 << 63) - 1), st.integers(0, 1 << 60), st.binary(min_size=32, max_size=32))
def test_what_is_cosigned_verifies(at, size, root):
    head = Checkpoint("哨音 log", size, root)
    text = KEY.cosign(note.sign(head, NAME, LOG), WITNESS, at=at)
    assert KEY.cosigner(WITNESS).verify(text) == (head, at)


def relabelled(change) -> str:
    """The cosignature's raw bytes changed."""
    *rest, last = SIGNED.splitlines(keepends=True)
    dash, name, encoded = last.rstrip("\n").split(" ")
    return "".join(rest) + f"{dash} {name} {base64.b64encode(change(base64.b64decode(encoded))).decode()}\n"


@pytest.mark.parametrize(
    "text",
    [
        SIGNED.replace("20852163", "20852164"),
        SIGNED.replace(NAME, "log.example/other", 1),
        relabelled(lambda raw: raw[:-1]),
        relabelled(lambda raw: raw + b"\x00"),
        relabelled(lambda raw: raw[:12]),
        relabelled(lambda raw: raw[:11] + bytes([raw[11] ^ 1]) + raw[12:]),
        relabelled(lambda raw: raw[:4] + b"\xff" * 8 + raw[12:]),
        relabelled(lambda raw: raw[:500] + bytes([raw[500] ^ 1]) + raw[501:]),
        SIGNED + relabelled(lambda raw: raw[:500] + bytes([raw[500] ^ 1]) + raw[501:]).splitlines(keepends=True)[-1],
    ],
)
def test_altered_cosignatures_are_refused(text):
    with pytest.raises(NoteError):
        KEY.cosigner(WITNESS).verify(text)


def test_of_several_times_the_latest_counts():
    assert KEY.cosigner(WITNESS).verify(KEY.cosign(SIGNED, WITNESS, at=7))[1] == 1679315147


def test_as_many_cosignatures_as_a_note_may_carry_fit():
    text = NOTE
    for number in range(63):
        text = KEY.cosign(text, f"witness.example/{number}", at=1)
    assert KEY.cosigner("witness.example/62").verify(text)[0] == HEAD
    with pytest.raises(NoteError):
        KEY.cosigner("w").verify(KEY.cosign(KEY.cosign(text, "w", at=1), "v", at=1))


def test_verifier_keys_are_read_back_and_no_others():
    line = KEY.cosigner(WITNESS).line
    assert Cosigner.parse(line) == KEY.cosigner(WITNESS)
    _, key_id, encoded = line.split("+", 2)
    assert base64.b64decode(encoded) == b"\x06" + KEY.public
    for wrong in (
        note.verifier_line(NAME, LOG.public),  # type 0x01 cosigns nothing
        line[:-4],
        line.replace(key_id, "00000000"),
        f"other+{key_id}+{encoded}",
        "",
    ):
        with pytest.raises(NoteError):
            Cosigner.parse(wrong)


def test_a_name_that_does_not_fit_its_length_byte_is_refused():
    with pytest.raises(NoteError):
        KEY.cosign(NOTE, "w" * 256, at=0)
    with pytest.raises(NoteError):
        KEY.cosign(note.sign(Checkpoint("o" * 256, 1, bytes(32)), NAME, LOG), WITNESS, at=0)


def test_what_holds_no_checkpoint_is_not_cosigned():
    for text in ("", "x\n\n", note.sign_note("a\nb\n", NAME, LOG)):
        with pytest.raises(NoteError):
            KEY.cosign(text, WITNESS, at=0)


def test_the_key_beside_a_log_key_is_its_own_and_always_the_same():
    derived = CosignerKey.beside(LOG)
    assert derived == CosignerKey.beside(SigningKey(LOG.seed))
    assert derived.seed != LOG.seed
    assert derived.public == MLDSA44PrivateKey.from_seed_bytes(derived.seed).public_key().public_bytes_raw()
    assert sha256(derived.public).hexdigest() == "3600504fc3b4da5eabaaac8e448c2fd766ec8459c9fecf5133c89e017d1689cb"
    with pytest.raises(FormatError):
        CosignerKey(bytes(31))
