"""A witness on another host signs what only grew, refuses what shrank or forked, and never forgets what it signed."""

import json
import multiprocessing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crypto import note, tree
from crypto.cosignature import Cosigner, CosignerKey
from crypto.errors import NoteError
from crypto.keys import SigningKey
from portal.domain.errors import LedgerError, StartError
from portal.office import offering, publishing, rotating, verifying, witness
from portal.office.offering import Offer
from portal.office.opening import open_house
from portal.office.tile_source import TileSource
from portal.settings import read_key
from portal.store.ledger import Leaf
from tests.growing import grow
from tests.sending import arrive
from tests.world import NOON, ORIGIN, World

NAME = "witness.example.cn/1"


def offer(world: World, old: int | None = None) -> Offer:
    world.sign()
    with world.store.reading() as session:
        return Offer.parse(offering.newest(session, open_house(world.settings, world.store).log, old).text())


@pytest.fixture
def folder(world: World, tmp_path: Path) -> Path:
    """A witness that has signed nothing yet."""
    witness.begin(tmp_path / "witness", NAME, tuple(world.house.log.lines(ORIGIN)))
    return tmp_path / "witness"


def sign(folder: Path, one: Offer, source: TileSource | None = None, hours: int = 0) -> witness.Signed:
    return witness.cosign(folder, one, source, now=NOON + timedelta(hours=hours))


def mirror(world: World, folder: Path) -> TileSource:
    """The log as it is now, copied as files under the addresses of the specification."""
    text = offer(world).note
    size = note.parse(note.split(text)[0]).size
    with world.store.reading() as session:
        level = 0
        while nodes := size >> 8 * level:
            for index in range((nodes + 255) // 256):
                address = publishing.address(level, index, min(256, nodes - 256 * index))
                body = publishing.tile(session, size, *address.split("/", 1))
                path = folder / "tile" / address
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
            level += 1
    (folder / "checkpoint").write_text(text, encoding="utf-8")
    return TileSource.of(str(folder))


def test_a_log_that_grows_is_signed_again_and_again(world: World, folder: Path) -> None:
    first = sign(folder, offer(world))
    arrive(world)
    second = sign(folder, offer(world, first.size), hours=24)
    assert (first.before, second.before, second.size) == (0, first.size, first.size + 2)
    line = CosignerKey(read_key(folder / "witness.key")).cosigner(NAME).line
    head, at = Cosigner.parse(line).verify(second.note)
    assert (head.size, at) == (second.size, int((NOON + timedelta(hours=24)).timestamp()))
    assert world.house.log.open(second.note, ORIGIN) == head  # one more line harms nobody
    assert sign(folder, offer(world), hours=25).size == second.size  # the same once more needs no proof


def test_what_a_witness_signed_is_a_checkpoint_to_verify_against(world: World, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text(sign(folder, offer(world)).note, encoding="utf-8")
    arrive(world)
    verifying.verify(world.store, verifying.Keys.read(world.settings), since=tmp_path / "kept")


def test_the_proof_comes_from_tiles_as_well(world: World, folder: Path, tmp_path: Path) -> None:
    sign(folder, offer(world))
    grow(world, 777)
    source = mirror(world, tmp_path / "log")
    assert sign(folder, Offer(source.checkpoint()), source).size == 777


@pytest.mark.sqlite
def test_without_a_proof_nothing_is_signed_and_it_is_said_what_to_ask_for(world: World, folder: Path) -> None:
    size = sign(folder, offer(world)).size
    arrive(world)
    for one in (offer(world), offer(world, size - 1)):
        with pytest.raises(LedgerError, match=f"NOT signed: .* --old {size}"):
            sign(folder, one)


def forged(world: World, leaves: list[bytes], old: int) -> Offer:
    """What a thief of the log's keys can sign: any tree at all, with the proof that goes with it."""
    key = SigningKey(read_key(world.settings.log_key))
    text = note.sign(note.Checkpoint(ORIGIN, len(leaves), tree.root(leaves)), ORIGIN, key)
    return Offer(CosignerKey.beside(key).cosign(text, ORIGIN, at=0), old, tuple(tree.consistency_proof(old, leaves)))


def leaves(world: World) -> list[bytes]:
    with world.store.reading() as session:
        return list(session.scalars(select(Leaf.hash).order_by(Leaf.index)))


@pytest.mark.sqlite
def test_a_fork_by_whoever_has_the_keys_is_refused_and_kept(world: World, folder: Path) -> None:
    size = sign(folder, offer(world)).size
    known = leaves(world)
    other = [bytes(32), *known[1:]]
    attacks = {
        "other leaves, as many": forged(world, other, size),
        "other leaves and more": forged(world, [*other, bytes(32)], size),
        "fewer": forged(world, known[:-1], size - 1),
    }
    for name, attack in attacks.items():
        with pytest.raises(LedgerError, match=r"^NOT signed: .*Keep ") as caught:
            sign(folder, attack)
        assert str(caught.value).count("\n") == 0, name
    kept = sorted(path for path in folder.iterdir() if path.name.startswith("refused-"))
    assert {path.read_text("utf-8") for path in kept} == {one.note for one in attacks.values()}
    honest = forged(world, [*known, bytes(32)], size)
    assert sign(folder, honest).size == size + 1  # what only grows is signed still


@pytest.mark.sqlite
def test_a_proof_that_was_tampered_with_moves_nothing(world: World, folder: Path) -> None:
    size = sign(folder, offer(world)).size
    arrive(world)
    good = offer(world, size)
    for proof in (good.proof[:-1], (*good.proof, bytes(32)), (bytes(32), *good.proof[1:])):
        with pytest.raises(LedgerError, match="NOT signed"):
            sign(folder, Offer(good.note, size, proof))
    assert json.loads((folder / "witness.json").read_text("utf-8"))["size"] == size


@pytest.mark.sqlite
def test_a_note_whose_lines_would_spoil_its_signature_is_not_signed(world: World, folder: Path) -> None:
    """One in the witness's own name that does not verify, or as many lines as a note may have."""
    one, witness_key = offer(world), CosignerKey(read_key(folder / "witness.key"))
    known = note.key_id(NAME, b"\x06", witness_key.public)
    own = note.signature_line(NAME, known, bytes(2428))
    others = "".join(note.signature_line(f"other.invalid/{n}", bytes(4), bytes(64)) for n in range(62))
    for lines in (own, others):
        with pytest.raises(LedgerError, match="NOT signed: with the lines on it"):
            sign(folder, Offer(one.note + lines))
    assert json.loads((folder / "witness.json").read_text("utf-8"))["size"] == 0
    assert sign(folder, one).size


@pytest.mark.sqlite
def test_only_the_keys_it_was_told_count(world: World, folder: Path) -> None:
    key = SigningKey(read_key(world.settings.log_key))
    head = note.Checkpoint(ORIGIN, 5, bytes(32))
    elsewhere = note.sign(note.Checkpoint("other.invalid/log", 5, bytes(32)), ORIGIN, key)
    for text in (
        note.sign(head, ORIGIN, key),  # without the cosigner
        CosignerKey.beside(key).cosign(note.sign(head, ORIGIN, SigningKey(bytes(32))), ORIGIN, at=0),
        CosignerKey.beside(key).cosign(elsewhere, ORIGIN, at=0),
        "x",
    ):
        with pytest.raises(LedgerError, match="NOT signed: the log's keys"):
            sign(folder, Offer(text))


@pytest.mark.sqlite
def test_after_a_hand_over_it_goes_on_with_the_keys_it_is_told(world: World, folder: Path) -> None:
    size = sign(folder, offer(world)).size
    done = rotating.rotate(world.settings, now=world.clock())
    with pytest.raises(LedgerError, match="--log"):
        sign(folder, offer(world, size))
    witness.told(folder, done.lines)
    assert sign(folder, offer(world, size)).size == size + 1
    with pytest.raises(StartError, match="this witness watches"):
        witness.told(folder, (note.verifier_line("other.invalid/log", SigningKey(bytes(32)).public),))


@pytest.mark.sqlite
def test_what_was_signed_is_on_the_disk_before_the_signature_leaves(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StartError("cannot write")

    monkeypatch.setattr(witness, "write", full)
    one = offer(world)
    with pytest.raises(StartError):
        sign(folder, one)
    assert json.loads((folder / "witness.json").read_text("utf-8"))["size"] == 0
    assert {path.name for path in folder.iterdir()} == {"witness.key", "witness.json", "witness.lock"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())


def _hold(folder: Path, ready, done) -> None:
    with witness._held(folder):
        ready.set()
        done.wait(20)


@pytest.mark.sqlite
def test_two_at_once_do_not_sign_two_ways(world: World, folder: Path) -> None:
    context = multiprocessing.get_context("fork")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(folder, ready, done))
    other.start()
    assert ready.wait(20)
    with pytest.raises(StartError, match="another process"):
        sign(folder, offer(world))
    done.set()
    other.join(20)


@pytest.mark.sqlite
def test_who_must_have_signed_can_be_demanded(world: World, folder: Path) -> None:
    text = sign(folder, offer(world)).note
    line = CosignerKey(read_key(folder / "witness.key")).cosigner(NAME).line
    witness.require(text, (line,))
    stranger = CosignerKey(bytes(32)).cosigner("witness.example.cn/2").line
    with pytest.raises(LedgerError, match=r"witness\.example\.cn/2"):
        witness.require(text, (line, stranger))
    with pytest.raises(StartError, match="no verifier key"):
        witness.require(text, ("x",))


@pytest.mark.parametrize("log", [(), ("x",), ("COSIGNER",), ("BOTH", "OTHER")])
@pytest.mark.sqlite
def test_a_witness_is_made_once_for_the_keys_of_one_log(world: World, tmp_path: Path, log: tuple[str, ...]) -> None:
    lines = world.house.log.lines(ORIGIN)
    known = {"COSIGNER": lines[1], "BOTH": lines[0], "OTHER": lines[0].replace(ORIGIN, "x", 1)}
    with pytest.raises(StartError, match="--log"):
        witness.begin(tmp_path / "w", NAME, tuple(known.get(one, one) for one in log))
    witness.begin(tmp_path / "w", NAME, tuple(lines))
    with pytest.raises(StartError, match="already"):
        witness.begin(tmp_path / "w", NAME, tuple(lines))
    with pytest.raises(StartError, match="name of a witness"):
        witness.begin(tmp_path / "v", "a name", tuple(lines))


@pytest.mark.parametrize("state", ["", "{}", "[]", '{"name": "x", "log": [], "size": 0}'])
def test_a_folder_without_a_witness_is_said_so(tmp_path: Path, state: str) -> None:
    with pytest.raises(StartError, match="holds no witness"):
        sign(tmp_path / "nowhere", Offer("x"))
    (tmp_path / "witness.json").write_text(state, encoding="utf-8")
    with pytest.raises(StartError, match="holds no witness"):
        sign(tmp_path, Offer("x"))


@pytest.mark.parametrize(
    "text",
    [
        "old 5",
        "old x\n\nnote",
        "old -1\n\nnote",
        "old 1\n*\n\nnote",
        "old 1\né\n\nnote",
        "old 1\n" + "AA==\n" * 64 + "\nx",
    ],
)
def test_what_is_no_checkpoint_with_its_proof_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        Offer.parse(text)


@pytest.mark.sqlite
def test_tiles_that_are_not_there_or_not_tiles_are_said_so(world: World, folder: Path, tmp_path: Path) -> None:
    sign(folder, offer(world))
    grow(world, 777)
    source = mirror(world, tmp_path / "log")
    one = Offer(source.checkpoint())
    partial = tmp_path / "log" / "tile" / "0" / "003.p" / "9"
    for damage in (partial.read_bytes()[:-1], b"x" * 300_000):
        partial.write_bytes(damage)
        with pytest.raises(LedgerError, match=r"003\.p/9"):
            sign(folder, one, source)
    partial.unlink()
    with pytest.raises(LedgerError, match=r"cannot read .*003\.p/9"):
        sign(folder, one, source)
    with pytest.raises(StartError, match="neither a folder nor an address"):
        TileSource.of("nowhere")
    (tmp_path / "log" / "checkpoint").write_bytes(b"\xff")
    with pytest.raises(LedgerError, match="not a checkpoint"):
        source.checkpoint()


@pytest.mark.sqlite
def test_more_entries_than_there_are_have_no_proof(world: World) -> None:
    with pytest.raises(LedgerError, match="fewer than 9999"):
        offer(world, 9999)
