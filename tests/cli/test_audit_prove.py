"""`portal audit prove`: what somebody kept is checked years later, with a key or the ledger, in plain sentences."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from crypto import note
from crypto.cosignature import CosignerKey
from crypto.keys import SigningKey
from crypto.tlog_proof import parse
from portal.cli import audit_prove as prove
from portal.domain.proofs import Promise, promise_name
from portal.office import examining, mailbox, offering, promising, reports
from portal.settings import read_key
from tests.office.drills import tamper
from tests.sending import arrive, reporter, send, submission

WITNESS = CosignerKey(b"the witness's seed, in the tests")


@pytest.fixture
def kept(world, tmp_path, monkeypatch):
    """A reporter's folder: two proofs, the promise of the first, its text; and its code."""
    made = Kept(world, tmp_path / "kept")
    monkeypatch.setenv("PORTAL_HOME", str(world.home))
    monkeypatch.setenv("PORTAL_DATABASE_URL", world.settings.database_url)
    return made


class Kept:
    def __init__(self, world, folder):
        self.world, self.folder = world, folder
        folder.mkdir()
        one = submission(world)
        self.sheet = send(world, one)
        self.code = str(reports.read_receipt(world.house, one.token, world.clock()))
        self.key = reporter(world, one)
        world.sign()
        self.index = self.sheet.index
        self.first = self.save("first.tlog-proof", self.prove(self.key, self.index))
        self.promise = self.save("promise.txt", self.sheet.promise)
        with world.store.reading() as session:
            told = mailbox.narrative(session, world.house, self.key).as_json()
        self.text = self.save("text.json", json.dumps(told, indent=1))
        later, _ = arrive(world)
        world.sign()
        self.later = self.save("later.tlog-proof", self.prove(later, self.index + 2))

    def save(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def prove(self, key, index):
        with self.world.store.reading() as session:
            return mailbox.proof(session, self.world.house, key, index, now=self.world.clock())

    @property
    def vkey(self):
        return note.verifier_line(self.world.house.origin, self.world.house.log_keys[0])

    @property
    def word(self):
        return promising.verifier_line(self.world.house)

    def checkpoint(self, size, root):
        key = SigningKey(read_key(self.world.settings.log_key))
        origin = self.world.house.origin
        signed = note.sign(note.Checkpoint(origin, size, root), origin, key)
        for cosigner, name in ((CosignerKey.beside(key), origin), (WITNESS, "witness.example")):
            signed = cosigner.cosign(signed, name, at=0)
        return self.save("kept.txt", signed)


def answer(ask, *arguments):
    status, out, _ = ask("audit", "prove", *arguments, "--json")
    return status, json.loads(out)


def refusal(ask, *arguments):
    """The flaw, and that it is one line of its own."""
    status, out, err = ask("audit", "prove", *arguments)
    assert (status, out, err.count("\n")) == (1, "", 1)
    flaw = json.loads(ask("audit", "prove", *arguments, "--json")[1])
    assert flaw["holds"] is False
    begin = prove.FLAWS[flaw["flaw"]].partition("{file}")[2] or prove.FLAWS[flaw["flaw"]]
    assert begin in err
    return flaw["flaw"]


def type_code(monkeypatch, code):
    """Whoever pipes a code in."""

    class Pipe:
        def isatty(self):
            return False

        def readline(self):
            return f"{code}\n"

    monkeypatch.setattr("sys.stdin", Pipe())


def test_a_proof_holds_with_the_ledger_and_with_its_key_alone(kept, ask):
    for more in ((), ("--key", kept.vkey)):
        status, found = answer(ask, kept.first, *more)
        assert (status, found["holds"], found["assumed"]) == (0, True, [])
        assert [(one["index"], one["event"]) for one in found["proofs"]] == [(kept.index, "submitted")]
        status, out, err = ask("audit", "prove", kept.first, *more)
        assert (status, err) == (0, "")
        assert f"第 {kept.index} 条" in out


@pytest.mark.sqlite
def test_without_an_installation_a_key_is_asked_for_and_is_enough(kept, ask, monkeypatch, tmp_path):
    monkeypatch.setenv("PORTAL_HOME", str(tmp_path / "nowhere"))
    monkeypatch.delenv("PORTAL_DATABASE_URL")
    status, _, err = ask("audit", "prove", kept.first)
    assert (status, err.count("\n")) == (2, 1)
    assert "--key" in err
    assert answer(ask, kept.first, "--key", kept.save("log.vkey", f"{kept.vkey}\n"))[0] == 0


@pytest.mark.sqlite
def test_the_text_and_the_code_show_what_was_reported(kept, ask, monkeypatch):
    type_code(monkeypatch, kept.code)
    status, found = answer(ask, kept.first, "--text", kept.text, "--receipt", "--key", kept.vkey)
    assert (status, found["told"]) == (0, True)
    status, out, _ = ask("audit", "prove", kept.first, "--text", kept.text)
    assert "当时报的就是这份内容" in out
    assert kept.code not in out


@pytest.mark.sqlite
def test_another_text_another_code_or_none_is_said(kept, ask, monkeypatch):
    said = json.loads((kept.folder / "text.json").read_text(encoding="utf-8"))
    other = kept.save("other.json", json.dumps({**said, "description": "门没有锁。"}))
    type_code(monkeypatch, kept.code)
    assert refusal(ask, kept.first, "--text", other) == "text"
    assert refusal(ask, kept.later, "--text", kept.text) == "text"
    assert refusal(ask, kept.first, "--text", kept.first) == "text_form"
    assert refusal(ask, kept.first, kept.later, "--text", kept.text) == "which"
    type_code(monkeypatch, "hello")
    assert refusal(ask, kept.first, "--text", kept.text) == "code"
    assert ask("audit", "prove", kept.first, "--receipt")[0] == 2


@pytest.mark.sqlite
def test_a_code_is_never_an_argument(kept, ask):
    status, _, err = ask("audit", "prove", kept.first, "--text", kept.text, f"--receipt={kept.code}")
    assert status == 2
    assert kept.code not in err


def test_which_of_two_reports_was_first_is_told_by_the_ledger(kept, ask):
    for files in ((kept.first, kept.later), (kept.later, kept.first)):
        status, found = answer(ask, *files)
        assert (status, found["first"], found["assumed"]) == (0, kept.first, [])
        found = answer(ask, *files, "--key", kept.vkey)[1]
        assert (found["first"], found["assumed"]) == (kept.first, ["one_log"])
    assert "注意" in ask("audit", "prove", kept.first, kept.later, "--key", kept.vkey)[2]
    assert answer(ask, kept.first, kept.first)[1]["first"] is None
    assert ask("audit", "prove", kept.first, kept.first, kept.first)[0] == 2


@pytest.mark.sqlite
def test_proofs_of_two_logs_are_not_compared(kept, ask):
    """Somebody else's log, with the same entry in it."""
    made = parse((kept.folder / "later.tlog-proof").read_text(encoding="utf-8"))
    key, origin = SigningKey(bytes(32)), "other.example/log"
    head = note.verify(made.checkpoint, kept.world.house.origin, kept.world.house.log_keys[0])
    checkpoint = note.sign(note.Checkpoint(origin, head.size, head.root), origin, key)
    text = (kept.folder / "later.tlog-proof").read_text(encoding="utf-8").replace(made.checkpoint, checkpoint)
    other = kept.save("other.tlog-proof", text)
    keys = ("--key", kept.vkey, "--key", note.verifier_line(origin, key.public))
    assert refusal(ask, kept.first, other, *keys) == "other_log"
    assert refusal(ask, other) == "signature"


def test_a_ledger_that_was_rewritten_or_cut_is_found_by_a_proof_that_somebody_kept(kept, ask):
    world = kept.world
    tamper(world, 'UPDATE leaves SET hash = zeroblob(32) WHERE "index" = 3')
    assert refusal(ask, kept.first) == "rewritten"
    tamper(world, "UPDATE ledger_head SET size = 9")
    assert refusal(ask, kept.first) == "cut"
    assert answer(ask, kept.first, "--key", kept.vkey)[0] == 0


def test_a_checkpoint_kept_elsewhere_agrees_or_shows_a_fork(kept, ask):
    size, root = (answer(ask, kept.first)[1]["proofs"][0][one] for one in ("size", "root"))
    agreeing = kept.checkpoint(size, bytes.fromhex(root))
    for more in ((), ("--key", kept.vkey)):
        assert answer(ask, kept.first, "--checkpoint", agreeing, *more)[1]["checkpoint"] == size
    assert answer(ask, kept.later, "--checkpoint", agreeing)[1]["checkpoint"] == size
    found = answer(ask, kept.later, "--checkpoint", agreeing, "--key", kept.vkey)[1]
    assert (found["checkpoint"], found["assumed"]) == (None, ["checkpoint"])
    forged = kept.checkpoint(size, bytes(32))
    assert refusal(ask, kept.first, "--checkpoint", forged) == "fork"
    assert refusal(ask, kept.first, "--checkpoint", forged, "--key", kept.vkey) == "fork"
    assert refusal(ask, kept.later, "--checkpoint", forged) == "rewritten"
    assert refusal(ask, kept.first, "--checkpoint", kept.text) == "signature"


@pytest.mark.sqlite
def test_a_witness_must_have_cosigned_where_one_is_named(kept, ask):
    size, root = (answer(ask, kept.first)[1]["proofs"][0][one] for one in ("size", "root"))
    witnessed = kept.checkpoint(size, bytes.fromhex(root))
    line = WITNESS.cosigner("witness.example").line
    for more in ((), ("--key", kept.vkey)):
        found = answer(ask, kept.first, "--checkpoint", witnessed, "--witness", line, *more)[1]
        assert (found["checkpoint"], found["witnesses"]) == (size, ["witness.example"])
        assert refusal(ask, kept.first, "--witness", line, *more) == "witness"
    assert refusal(ask, kept.first, "--witness", kept.vkey) == "key"
    other = CosignerKey(bytes(32)).cosigner("witness.example").line
    assert refusal(ask, kept.first, "--checkpoint", witnessed, "--witness", other) == "witness"


@pytest.mark.sqlite
def test_the_logs_own_cosigner_is_asked_for_with_its_key(kept, ask):
    house = kept.world.house
    keys = kept.save("keys.txt", "".join(f"{line}\n" for line in mailbox.keys(house)))
    assert answer(ask, kept.first, kept.promise, "--key", keys)[0] == 0
    other = CosignerKey(bytes(32)).cosigner(house.origin).line
    assert refusal(ask, kept.first, "--key", kept.vkey, "--key", other) == "witness"


@pytest.mark.sqlite
def test_a_checkpoint_with_the_proof_that_it_adds_to_this_one_is_compared_without_the_ledger(kept, ask):
    """As `portal audit checkpoint --old` hands it out."""
    size = answer(ask, kept.first)[1]["proofs"][0]["size"]
    with kept.world.store.reading() as session:
        offer = offering.newest(session, kept.world.house.log, size)
    later = kept.save("later.txt", offer.text())
    found = answer(ask, kept.first, "--checkpoint", later, "--key", kept.vkey)[1]
    assert (found["checkpoint"], found["assumed"]) == (answer(ask, kept.later)[1]["proofs"][0]["size"], [])
    forged = kept.save("forged.txt", replace(offer, proof=(bytes(32), *offer.proof[1:])).text())
    assert refusal(ask, kept.first, "--checkpoint", forged, "--key", kept.vkey) == "fork"
    odd = kept.save("odd.txt", offer.text().replace("old ", "old x"))
    assert refusal(ask, kept.first, "--checkpoint", odd) == "signature"


def test_a_promise_is_kept_by_the_ledger_or_by_its_proof(kept, ask):
    keys = ("--key", kept.vkey, "--key", kept.word)
    for arguments, known in (
        ((kept.promise,), True),
        ((kept.promise, kept.first), True),
        ((kept.promise, kept.first, *keys), True),
        ((kept.promise, *keys), None),
    ):
        status, found = answer(ask, *arguments)
        assert (status, found["promises"][0]["kept"]) == (0, known)
        assert found["assumed"] == ([] if known else ["promise"])
    assert "承诺兑现了" in ask("audit", "prove", kept.promise)[1]


def test_a_promise_that_was_not_kept_is_said_to_be_broken(kept, ask):
    house = kept.world.house

    def word(index, leaf):
        text = Promise(house.origin, index, leaf).text()
        return kept.save("word.txt", note.sign_note(text, promise_name(house.origin), house.promise_key))

    assert refusal(ask, word(kept.index, bytes(32))) == "broken"
    assert refusal(ask, word(10**9, bytes(32))) == "missing"
    assert refusal(ask, word(kept.index, bytes(32)), kept.first, "--key", kept.vkey, "--key", kept.word) == ("broken")
    assert refusal(ask, kept.promise, kept.later) == "other_entry"
    assert refusal(ask, kept.promise, "--key", kept.vkey) == "promise_signature"


@pytest.mark.parametrize("content", [b"", b"x", b"\xff\xfe", b"c2sp.org/tlog-proof@v1\n", b"\x00" * 3_000_000])
def test_what_is_no_proof_is_said_to_be_none(tmp_path, ask, content):
    path = tmp_path / "odd"
    path.write_bytes(content)
    assert refusal(ask, str(path), "--key", WITNESS.cosigner("witness.example").line) == "form"


@pytest.mark.sqlite
def test_a_file_that_is_not_there_and_a_key_that_is_none_are_said(kept, ask):
    assert ask("audit", "prove", str(kept.folder / "gone"))[0] == 2
    assert ask("audit", "prove")[0] == 2
    assert refusal(ask, kept.first, "--key", "x") == "key"


def test_every_way_to_fail_has_a_sentence_in_both_languages():
    sources = (*Path(prove.__file__).parent.parent.glob("*/proofs.py"), Path(examining.__file__), Path(prove.__file__))
    raised = {flaw for one in sources for flaw in re.findall(r'UnprovenError\(\s*"(\w+)"', one.read_text("utf-8"))}
    assert raised == set(prove.FLAWS)
    for flaw, sentence in prove.FLAWS.items():
        chinese, _, english = sentence.partition(" · ")
        assert english.isascii(), flaw
        assert not chinese.isascii(), flaw
    assert set(prove.ASSUMED) == {"one_log", "checkpoint", "promise"}
