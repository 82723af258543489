"""`portal audit prove --file`: what was sent is shown by the file itself, its proof, and the code or its number."""

import hashlib

import pytest

from portal.cli import audit_prove as prove
from portal.office import own_files
from portal.office.manifests import Manifest
from portal.office.sealed_files import chunks
from tests.cli.test_audit_prove import Kept, answer, refusal, type_code
from tests.filing import SOUND, attach
from tests.sending import say
from tests.visitor import PICTURE

pytestmark = pytest.mark.sqlite

PHOTO = PICTURE[0] + b"what a camera says behind its picture"
NEARLY = SOUND[:-1] + b"."


class Sent(Kept):
    """A reporter's folder: two files as they were sent, and their proofs."""

    def __init__(self, world, folder):
        super().__init__(world, folder)
        self.sound, self.picture = self.keep("sound", SOUND), self.keep("picture.png", PHOTO)
        attach(world, self.key, SOUND)
        say(world, self.key, "还有一句")
        self.manifest: Manifest = attach(world, self.key, PHOTO)
        world.sign()
        with world.store.reading() as session:
            sheet = own_files.sheet(session, world.house, self.key)
        told = [sheet.proofs[one.id] for one in sheet.letters]
        self.numbers = [one.number for one in told]
        self.proofs = [self.save(f"{one.index}.tlog-proof", self.prove(self.key, one.index)) for one in told]
        self.said = world.entries()[-1]

    def keep(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return str(path)


@pytest.fixture
def kept(world, tmp_path, monkeypatch):
    made = Sent(world, tmp_path / "kept")
    monkeypatch.setenv("PORTAL_HOME", str(world.home))
    monkeypatch.setenv("PORTAL_DATABASE_URL", world.settings.database_url)
    return made


def test_the_file_shows_itself_with_the_code_or_with_its_number_and_with_nothing_else(kept, ask, monkeypatch):
    type_code(monkeypatch, kept.code)
    for more in ((), ("--key", kept.vkey)):
        status, found = answer(ask, kept.proofs[0], "--file", kept.sound, "--receipt", *more)
        assert (status, found["sent"], found["proofs"][0]["event"]) == (0, "content", "file_added")
        assert answer(ask, kept.proofs[1], "--file", kept.picture, "--number", kept.numbers[1], *more)[0] == 0
    _, out, _ = ask("audit", "prove", kept.proofs[0], "--file", kept.sound)
    assert prove.SENT["content"] in out
    assert kept.code not in out
    assert refusal(ask, kept.proofs[0], "--file", kept.keep("nearly", NEARLY)) == "file"
    assert refusal(ask, kept.proofs[0], "--file", kept.picture) == "file"
    assert refusal(ask, kept.proofs[0], "--file", kept.sound, "--number", kept.numbers[1]) == "file"
    assert refusal(ask, kept.first, "--file", kept.sound) == "no_file"
    assert refusal(ask, kept.proofs[0], kept.proofs[1], "--file", kept.sound) == "which"
    assert refusal(ask, kept.proofs[0], "--file", kept.sound, "--number", "12 34") == "number"
    for wrong in (("--text", kept.text, "--file", kept.sound), ("--number", "00"), ("--receipt",)):
        assert ask("audit", "prove", kept.proofs[0], *wrong)[0] == 2


def test_another_reporters_code_does_not_claim_the_file(kept, ask, monkeypatch):
    """Whoever has the photograph and found the proof, but not the code, shows nothing."""
    other = Kept(kept.world, kept.folder / "other")
    type_code(monkeypatch, other.code)
    assert refusal(ask, kept.proofs[0], "--file", kept.sound) == "file"


def test_the_offices_copy_shows_itself_with_the_number_sealed_beside_it(kept, ask):
    """What an officer hands on can be held to the ledger, without the original."""
    copy = kept.manifest.copy
    data = b"".join(chunks(kept.world.house, copy))
    assert data != PHOTO
    status, found = answer(
        ask, kept.proofs[1], "--file", kept.keep("copy", data), "--number", copy.nonce.hex(), "--key", kept.vkey
    )
    assert (status, found["sent"]) == (0, "copy")
    assert refusal(ask, kept.proofs[1], "--file", kept.picture, "--number", copy.nonce.hex()) == "file"


def test_which_of_two_files_was_first_is_told_by_the_ledger(kept, ask):
    sound, picture = kept.proofs
    for files in ((sound, picture), (picture, sound)):
        assert answer(ask, *files)[1]["first"] == sound
    assert answer(ask, sound, kept.first)[1]["first"] == kept.first


def test_what_the_entry_says_of_a_file_is_no_digest_of_it(kept):
    """A guess, or the office's own copy, is tried against the ledger in vain."""
    facts = kept.said["facts"]
    assert set(facts) == {"file", "position", "content", "copy", "fields"}
    known = {hashlib.sha256(one).hexdigest() for one in (PHOTO, b"".join(chunks(kept.world.house, kept.manifest.copy)))}
    assert not known & set(map(str, facts.values()))
    assert kept.manifest.mark.hex() not in map(str, facts.values())
