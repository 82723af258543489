"""What a proof shows to somebody who has the keys and nothing else, and each way in which it can fail."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto import note, tree
from crypto.cosignature import CosignerKey
from crypto.keys import SigningKey
from crypto.receipt import Receipt
from crypto.tlog_proof import LogProof, parse
from portal.domain import proofs
from portal.domain.errors import UnprovenError
from portal.domain.proofs import Bound, Promise, Shown

ORIGIN = "log.example/jilin"
INSTALLATION = bytes(range(16))
KEY = SigningKey(b"the log's seed, in the tests....")
WORD = SigningKey(b"the promise key's seed, in tests")
SIGNERS = [(ORIGIN, KEY.public)]
OURS = proofs.opener(SIGNERS)
CODE = Receipt.derive(b"s" * 32, b"token")
TOLD = {"v": 1, "description": "六号安全出口锁着。", "superior": False}
SALT = b"s" * 32


def opening(index: int) -> bytes:
    content = proofs.content_digest(CODE, INSTALLATION, TOLD)
    event = "submitted" if index % 2 else "accepted"
    facts = {"content": content} if index % 2 else {}
    return tree.canonical({"event": event, "facts": facts, "n": index})


RECORDS = [tree.record(SALT, opening(index)) for index in range(20)]
LEAVES = [tree.leaf_hash(record) for record in RECORDS]


def head(size: int, *, root: bytes | None = None, origin: str = ORIGIN, key: SigningKey = KEY) -> str:
    return note.sign(note.Checkpoint(origin, size, root or tree.root(LEAVES[:size])), origin, key)


def proof(index: int = 5, size: int = 20, *, opened: bool = True, **changes: object) -> str:
    bound = Bound(INSTALLATION, RECORDS[index], *((SALT, opening(index)) if opened else ()))
    made = LogProof(index, tuple(tree.inclusion_proof(index, LEAVES[:size])), head(size), bound.to_bytes())
    return replace(made, **changes).text()


def shown(index: int = 5, size: int = 20, **changes: object) -> Shown:
    return proofs.check(proof(index, size, **changes), OURS)


def flaw(act) -> str:
    with pytest.raises(UnprovenError) as refused:
        act()
    return refused.value.flaw


def test_a_proof_shows_which_entry_it_is_of_and_what_it_says() -> None:
    one = shown()
    assert (one.origin, one.index, one.size, one.leaf) == (ORIGIN, 5, 20, LEAVES[5])
    assert one.said["event"] == "submitted"
    assert one.installation == INSTALLATION


def test_a_proof_that_opens_nothing_shows_that_the_entry_is_there() -> None:
    assert shown(opened=False).said is None
    assert shown(opened=False).leaf == LEAVES[5]


def test_every_entry_of_every_log_to_20_is_shown() -> None:
    for size in range(1, 21):
        assert [shown(index, size).leaf for index in range(size)] == LEAVES[:size]


OTHER = Bound(INSTALLATION, RECORDS[6], SALT, opening(6)).to_bytes()
LIAR = Bound(INSTALLATION, RECORDS[5], SALT, opening(7)).to_bytes()
EXTRAS = [
    b"{}",
    b"[]",
    b"null",
    b"\xff",
    b"[" * 100_000,
    Bound(INSTALLATION, RECORDS[5]).to_bytes().replace(b'"v":1', b'"v":2'),
    Bound(INSTALLATION, RECORDS[5]).to_bytes() + b" ",
    Bound(INSTALLATION[1:], RECORDS[5]).to_bytes(),
    Bound(INSTALLATION, RECORDS[5][1:]).to_bytes(),
    Bound(INSTALLATION, RECORDS[5], SALT[1:], opening(5)).to_bytes(),
    Bound(INSTALLATION, RECORDS[5], b"", opening(5)).to_bytes(),
]


@pytest.mark.parametrize("extra", EXTRAS)
def test_what_binds_the_entry_is_of_one_form(extra: bytes) -> None:
    assert flaw(lambda: proofs.check(proof(extra=extra), OURS)) == "extra"


def test_each_way_a_proof_can_fail_has_its_own_name() -> None:
    def refused(text: str) -> str:
        return flaw(lambda: proofs.check(text, OURS))

    assert refused("x") == "form"
    assert refused(proof(extra=b"")) == "extra"
    assert refused(proof(extra=LIAR)) == "record"
    assert refused(proof(extra=OTHER)) == "path"
    assert refused(proof().replace("index 5", "index 6")) == "path"
    assert refused(proof().replace("index 5", "index 20")) == "path"
    assert refused(proof(hashes=())) == "path"
    assert refused(proof(checkpoint=head(19))) == "path"
    assert refused(proof(checkpoint=head(20, root=bytes(32)))) == "path"
    assert refused(proof(checkpoint=head(20, key=SigningKey(bytes(32))))) == "signature"
    assert refused(proof(checkpoint=head(20, origin="other.example/log"))) == "signature"
    assert refused(proof(checkpoint="")) == "signature"


def test_a_key_signs_for_its_own_log_alone() -> None:
    """The same key under another log's name: its checkpoint is not this log's."""
    other = note.sign(note.Checkpoint("other.example/log", 20, tree.root(LEAVES)), ORIGIN, KEY)
    assert flaw(lambda: OURS(other)) == "signature"


def test_any_of_several_keys_will_do() -> None:
    signers = [("other.example/log", KEY.public), (ORIGIN, SigningKey(bytes(32)).public), *SIGNERS]
    assert proofs.check(proof(), proofs.opener(signers)).origin == ORIGIN
    assert flaw(lambda: proofs.check(proof(), proofs.opener([]))) == "signature"


@given(st.data())
def test_any_flipped_byte_is_refused_with_a_name(data: st.DataObject) -> None:
    raw = bytearray(proof(data.draw(st.sampled_from([5, 6])), opened=data.draw(st.booleans())).encode())
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    text = raw.decode("utf-8", "replace")
    assert flaw(lambda: proofs.check(text, OURS)) in {"form", "extra", "record", "path", "signature"}


@given(st.binary(max_size=400))
def test_noise_in_the_extra_line_is_refused_with_a_name(extra: bytes) -> None:
    assert flaw(lambda: proofs.check(proof(extra=extra), OURS)) in {"extra", "record"}


# What was reported


def test_the_code_and_the_text_show_what_was_reported_in_whatever_layout() -> None:
    for text in (json.dumps(TOLD), json.dumps(TOLD, indent=4, sort_keys=True), json.dumps(TOLD, ensure_ascii=False)):
        proofs.require_told(shown(), CODE, text)


def test_another_text_or_another_code_shows_nothing() -> None:
    another = Receipt.derive(b"s" * 32, b"another token")
    assert flaw(lambda: proofs.require_told(shown(), another, json.dumps(TOLD))) == "text"
    assert flaw(lambda: proofs.require_told(shown(), CODE, json.dumps({**TOLD, "superior": True}))) == "text"
    for text in ("", "六号", "[]", "1", "{} {}", '{"a": 1.5}', '{"a": "\\ud800"}', "[" * 100_000):
        assert flaw(lambda text=text: proofs.require_told(shown(), CODE, text)) == "text_form"


def test_an_entry_that_is_no_report_or_is_not_opened_shows_no_text() -> None:
    assert flaw(lambda: proofs.require_told(shown(6), CODE, json.dumps(TOLD))) == "no_report"
    assert flaw(lambda: proofs.require_told(shown(opened=False), CODE, json.dumps(TOLD))) == "closed"


# Two proofs, and a checkpoint kept elsewhere


def forked(index: int, size: int, changed: int) -> Shown:
    """A proof from a log that says something else of one entry, signed by the same key."""
    leaves = list(LEAVES[:size])
    leaves[changed] = tree.leaf_hash(b"something else")
    checkpoint = head(size, root=tree.root(leaves))
    made = LogProof(
        index, tuple(tree.inclusion_proof(index, leaves)), checkpoint, Bound(INSTALLATION, RECORDS[index]).to_bytes()
    )
    return proofs.check(made.text(), OURS)


def test_two_proofs_of_one_log_go_together_at_whatever_sizes() -> None:
    every = [shown(index, size) for size in (1, 2, 7, 8, 9, 16, 20) for index in range(size)]
    for one in every:
        for other in every:
            proofs.require_one_log(one, other)


def test_two_proofs_of_different_logs_are_not_compared() -> None:
    one = shown()
    for other in (replace(one, origin="other.example/log"), replace(one, installation=bytes(16))):
        assert flaw(lambda other=other: proofs.require_one_log(one, other)) == "other_log"


def test_a_fork_at_the_same_size_is_always_seen() -> None:
    for changed in range(20):
        for index in {0, 5, 19} - {changed}:
            assert flaw(lambda i=index, c=changed: proofs.require_one_log(shown(5), forked(i, 20, c))) == "fork"


def test_a_fork_at_other_sizes_is_seen_where_both_proofs_tell_of_it() -> None:
    assert flaw(lambda: proofs.require_one_log(shown(5, 16), forked(7, 20, 2))) == "fork"
    proofs.require_one_log(shown(5, 20), forked(16, 18, 17))  # nothing that both tell: the log itself must be asked


def test_a_checkpoint_kept_elsewhere_agrees_says_something_else_or_cannot_be_compared() -> None:
    one = shown(17, 20)
    same, within, beyond = (note.Checkpoint(ORIGIN, size, tree.root(LEAVES[:size])) for size in (20, 16, 19))
    assert proofs.require_agrees(one, same)
    assert proofs.require_agrees(one, within)
    assert not proofs.require_agrees(one, beyond)
    for kept in (same, within):
        assert flaw(lambda kept=kept: proofs.require_agrees(one, replace(kept, root=bytes(32)))) == "fork"
    assert flaw(lambda: proofs.require_agrees(one, replace(same, origin="x.example"))) == "other_log"


# Promises


def promise(index: int = 5, leaf: bytes = LEAVES[5], origin: str = ORIGIN) -> str:
    return note.sign_note(Promise(origin, index, leaf).text(), NAME, WORD)


NAME = proofs.promise_name(ORIGIN)
PROMISERS = [(NAME, WORD.public)]


def test_a_promise_is_kept_by_the_proof_of_its_entry() -> None:
    proofs.require_kept(proofs.open_promise(promise(), PROMISERS), shown())


def test_a_promise_is_broken_by_another_leaf_in_its_place() -> None:
    given_word = proofs.open_promise(promise(leaf=LEAVES[6]), PROMISERS)
    assert flaw(lambda: proofs.require_kept(given_word, shown())) == "broken"
    assert flaw(lambda: proofs.require_kept(replace(given_word, index=6), shown())) == "other_entry"
    assert flaw(lambda: proofs.require_kept(replace(given_word, origin="x.example"), shown())) == "other_log"


def test_a_promise_counts_with_the_key_for_promises_under_its_own_logs_name() -> None:
    for text, signers in (
        (promise(), SIGNERS),
        (note.sign_note(Promise(ORIGIN, 5, LEAVES[5]).text(), ORIGIN, KEY), SIGNERS),  # the log's key is no promiser
        (promise(origin="other.example/log"), PROMISERS),
        (promise().replace("\n5\n", "\n6\n"), PROMISERS),
        ("", PROMISERS),
        (head(20), PROMISERS),
    ):
        assert flaw(lambda text=text, signers=signers: proofs.open_promise(text, signers)) == "promise_signature"


@pytest.mark.parametrize(
    "text",
    [
        f"{proofs.PROMISE}\n{ORIGIN}\n05\nAAAA\n",
        f"{proofs.PROMISE}\n{ORIGIN}\n-5\nAAAA\n",
        f"{proofs.PROMISE}\n{ORIGIN}\n５\nAAAA\n",
        f"{proofs.PROMISE}\n{ORIGIN}\n{'9' * 5000}\nAAAA\n",
        f"{proofs.PROMISE}\n{ORIGIN}\n5\nAB==\n",
        f"{proofs.PROMISE}\n{ORIGIN}\n5\né\n",
        f"{proofs.PROMISE}\n{ORIGIN}\n5\n",
        f"shaoyin-promise/2\n{ORIGIN}\n5\nAAAA\n",
    ],
)
def test_what_was_signed_and_is_no_promise_is_none(text: str) -> None:
    assert flaw(lambda: proofs.open_promise(note.sign_note(text, NAME, WORD), PROMISERS)) == "promise_form"


def test_a_promise_is_never_a_checkpoint_nor_the_reverse() -> None:
    assert flaw(lambda: proofs.opener(PROMISERS)(promise())) == "signature"
    assert flaw(lambda: proofs.open_promise(head(20), SIGNERS)) == "promise_form"


def test_verifier_lines_name_who_signs_and_who_cosigns() -> None:
    lines = [f" {note.verifier_line(ORIGIN, KEY.public)}\n", WITNESS.cosigner("witness.example").line]
    assert proofs.parse_keys(lines) == (SIGNERS, [WITNESS.cosigner("witness.example")])
    for line in ("x", "", lines[0].replace("jilin", "harbin"), note.encode_verifier(ORIGIN, b"\x09", bytes(32))):
        assert flaw(lambda line=line: proofs.parse_keys([line])) == "key"


# Cosigners: the log's own, and witnesses


WITNESS, OTHER_WITNESS = CosignerKey(b"w" * 32), CosignerKey(b"x" * 32)


def cosigned(*keys: CosignerKey, name: str = "witness.example") -> str:
    checkpoint = head(20)
    for key in keys:
        checkpoint = key.cosign(checkpoint, name, at=0)
    return proof(checkpoint=checkpoint)


def test_every_cosigner_that_is_asked_for_must_be_on_it() -> None:
    asked = proofs.opener(SIGNERS, [WITNESS.cosigner("witness.example")])
    assert proofs.check(cosigned(WITNESS), asked).index == 5
    assert proofs.check(cosigned(WITNESS), OURS).index == 5  # nobody asked
    for text in (proof(), cosigned(OTHER_WITNESS), cosigned(WITNESS, name="another.example")):
        assert flaw(lambda text=text: proofs.check(text, asked)) == "witness"
    either = proofs.opener(SIGNERS, [one.cosigner("witness.example") for one in (WITNESS, OTHER_WITNESS)])
    assert proofs.check(cosigned(OTHER_WITNESS), either).index == 5  # one who changed keys


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_any_flipped_byte_is_refused_by_whoever_has_every_key(data: st.DataObject) -> None:
    asked = proofs.opener(SIGNERS, [WITNESS.cosigner("witness.example")])
    raw = bytearray(WHOLE)
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    text = raw.decode("utf-8", "replace")
    assert flaw(lambda: proofs.check(text, asked)) in {"form", "extra", "record", "path", "signature", "witness"}


WHOLE = cosigned(WITNESS).encode()


def test_a_proof_is_read_back_as_it_was_written() -> None:
    assert parse(proof()).text() == proof()
