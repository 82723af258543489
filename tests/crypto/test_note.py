import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import note
from crypto.errors import NoteError
from crypto.keys import SigningKey
from crypto.note import Checkpoint

VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
EXAMPLE = (
    "This is an example message.\n"
    "\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)
STRANGER = (
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
)
NAME = "log.example/jilin"
KEY = SigningKey(b"the log's seed, in the tests....")
HEAD = Checkpoint(NAME, 20852163, bytes(range(32)))
SIGNED = note.sign(HEAD, NAME, KEY)


def test_the_published_example_verifies():
    name, key = note.parse_verifier_line(VKEY)
    assert note.verify_note(EXAMPLE, name, key) == "This is an example message.\n"
    assert note.verifier_line(name, key) == VKEY


def test_the_published_example_altered_does_not():
    name, key = note.parse_verifier_line(VKEY)
    with pytest.raises(NoteError):
        note.verify_note(EXAMPLE.replace("an", "no"), name, key)


def test_the_published_checkpoint_has_our_text():
    root = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    assert Checkpoint("example.com/behind-the-sofa", 20852163, root).text() == (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )


@given(st.integers(0, 1 << 60), st.binary(min_size=32, max_size=32))
def test_what_is_signed_verifies(size, root):
    checkpoint = Checkpoint("哨音 log", size, root)
    assert note.verify(note.sign(checkpoint, NAME, KEY), NAME, KEY.public) == checkpoint


def test_unknown_signatures_are_ignored():
    for text in (SIGNED + STRANGER, SIGNED.replace("\n\n", "\n\n" + STRANGER)):
        assert note.verify(text, NAME, KEY.public) == HEAD


def test_as_many_signatures_as_there_are_witnesses_may_stand_on_it():
    assert note.verify(SIGNED + STRANGER * 63, NAME, KEY.public) == HEAD


def test_our_own_name_or_id_alone_is_unknown():
    other = SigningKey(bytes(32))
    line = SIGNED.rpartition("\n\n")[2]
    for extra in (note.sign(HEAD, NAME, other), note.sign(HEAD, "other.example", KEY)):
        note.verify(SIGNED + extra.rpartition("\n\n")[2], NAME, KEY.public)
    with pytest.raises(NoteError):
        note.verify(HEAD.text() + "\n" + line.replace(NAME, "other.example"), NAME, KEY.public)


def test_each_signature_of_ours_must_verify():
    wrong = note.sign(Checkpoint(NAME, 1, bytes(32)), NAME, KEY).rpartition("\n\n")[2]
    with pytest.raises(NoteError):
        note.verify(SIGNED + wrong, NAME, KEY.public)
    assert note.verify(SIGNED + SIGNED.rpartition("\n\n")[2], NAME, KEY.public) == HEAD


def test_another_key_or_name_is_refused():
    with pytest.raises(NoteError):
        note.verify(SIGNED, NAME, SigningKey(bytes(32)).public)
    with pytest.raises(NoteError):
        note.verify(SIGNED, "log.example", KEY.public)


@pytest.mark.parametrize(
    "alter",
    [
        lambda s: s.replace("20852163", "20852164"),
        lambda s: s.replace(NAME, "log.example/other", 1),
        lambda s: s.replace("AAEC", "AAED"),
        lambda s: s[:-1],
        lambda s: s + "\n",
        lambda s: s + "x",
        lambda s: s.replace("\n\n", "\n"),
        lambda s: s.replace("\n\n", "\n\n\n"),
        lambda s: s.replace("— ", "- "),
        lambda s: s.replace("=\n", "\n", 1),
        lambda s: s.replace("\n", "\r\n"),
        lambda s: "\t" + s,
        lambda s: "\ud800" + s,
        lambda s: s + "— x ====\n",
        lambda s: s + "— x AAAA\n",
        lambda s: s + "— x AAAAAA==\n",
        lambda s: s + "— x é\n",
        lambda s: s + "—  AAAAAAAAAAAA\n",
        lambda s: s + "— a+b AAAAAAAAAAAA\n",
        lambda s: s + STRANGER * 64,
        lambda s: s + "x" * 300_000,
        lambda _: "",
        lambda _: "\n",
        lambda _: "\n\n",
    ],
)
def test_altered_and_malformed_notes_are_refused(alter):
    with pytest.raises(NoteError):
        note.verify(alter(SIGNED), NAME, KEY.public)


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        f"{NAME}\n1\n{ROOT}\nextension\n",
        f"{NAME}\n01\n{ROOT}\n",
        f"{NAME}\n-1\n{ROOT}\n",
        f"{NAME}\n+1\n{ROOT}\n",
        f"{NAME}\n１\n{ROOT}\n",
        f"{NAME}\n\n{ROOT}\n",
        f"{NAME}\n{'9' * 5000}\n{ROOT}\n",
        f"\n1\n{ROOT}\n",
        f"{NAME}\n1\n{ROOT[:-4]}\n",
        f"{NAME}\n1\n{ROOT[:-2]}B=\n",
        f"{NAME}\n1\n",
    ],
)
def test_signed_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(NoteError):
        note.verify(note.sign_note(text, NAME, KEY), NAME, KEY.public)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\nb", "a\x7fb"])
def test_names_that_can_not_be_key_names_are_refused(name):
    for act in (
        lambda: note.sign(HEAD, name, KEY),
        lambda: note.verify(SIGNED, name, KEY.public),
        lambda: note.verifier_line(name, KEY.public),
    ):
        with pytest.raises(NoteError):
            act()


def test_a_text_must_end_its_line():
    with pytest.raises(NoteError):
        note.sign_note("text", NAME, KEY)


@pytest.mark.parametrize(
    ("origin", "size", "root"),
    [("", 1, bytes(32)), ("a\nb", 1, bytes(32)), ("a", -1, bytes(32)), ("a", 1, bytes(31))],
)
def test_what_can_be_no_tree_head_is_refused(origin, size, root):
    with pytest.raises(NoteError):
        Checkpoint(origin, size, root)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "example.com/foo",
        VKEY.replace("530d903a", "530D903A"),
        VKEY.replace("foo", "bar"),
        VKEY[:-1],
        VKEY.replace("+Ae", "+Be"),
        "a+b+é",
        "a+00000000+" + base64.b64encode(b"\x01" + bytes(31)).decode(),
    ],
)
def test_what_is_no_verifier_key_is_refused(line):
    with pytest.raises(NoteError):
        note.parse_verifier_line(line)


@given(st.text(max_size=200))
def test_noise_raises_note_errors_only(text):
    for act in (lambda: note.verify(text, NAME, KEY.public), lambda: note.parse_verifier_line(text)):
        with pytest.raises(NoteError):
            act()
