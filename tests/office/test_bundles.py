"""A bundle for auditors: written once, checked by the portal and by docs/verify.py, which shares no line with it.

Whatever is done to it is named by both.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import select

from crypto import certificates, note, tree
from crypto.cosignature import CosignerKey
from crypto.keys import SigningKey, VerifyKey
from portal.domain.errors import LedgerError, StartError
from portal.office import exporting, rotating, verifying_bundle
from portal.office.opening import open_house
from portal.settings import read_key
from portal.store.authorities import Authority
from portal.store.ledger import Checkpoint
from portal.store.session import open_store
from tests import canary
from tests.growing import grow
from tests.visitor import REPORT
from tests.world import ORIGIN, Template, World

VERIFY = Path(__file__).parent.parent.parent / "docs/verify.py"
JSONL, CSV = "entries/0000000000.jsonl", "entries/0000000000.csv"
SIZE = 530  # three tiles of leaves, one above them


def export(world: World, folder: Path, code: str | None = None) -> exporting.Exported:
    keys = exporting.ExportKeys.read(world.settings)
    return exporting.export(world.store, world.house, keys, folder, code, now=world.clock())


@pytest.fixture(scope="module")
def filled(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A home with a report that was listed, and many entries, all signed."""
    world = World.copy(template, tmp_path_factory.mktemp("bundles") / "home")
    world.visitor().report(email="canary@example.invalid", may_phone="y")
    world.officer("lin").get("/review/")
    grow(world, SIZE)
    world.sign()
    return world.keep(template)


@pytest.fixture
def ledger(filled: Template, tmp_path: Path):
    world = World.copy(filled, tmp_path / "home")
    yield world
    world.close()


@pytest.fixture(scope="module")
def made(filled: Template, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What it exports."""
    world = World.copy(filled, tmp_path_factory.mktemp("made") / "home")
    export(world, world.home.parent / "bundle")
    world.close()
    return world.home.parent / "bundle"


@pytest.fixture
def bundle(made: Path, tmp_path: Path) -> Path:
    """A copy of that, with the root's key as an auditor has it."""
    shutil.copytree(made, tmp_path / "bundle")
    shutil.copy(made / "root.pub", tmp_path / "root.pub")
    return tmp_path / "bundle"


@pytest.fixture(scope="module")
def stranger() -> ModuleType:
    """docs/verify.py."""
    spec = spec_from_file_location("verify_offline", VERIFY)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ours(folder: Path, since: Path | None = None) -> verifying_bundle.BundleVerdict:
    return verifying_bundle.verify_bundle(folder, VerifyKey(read_key(folder.parent / "root.pub")), since=since)


def refused_by_both(stranger: ModuleType, folder: Path, match: str, since: Path | None = None) -> None:
    with pytest.raises(LedgerError, match=match):
        ours(folder, since)
    with pytest.raises((ValueError, OSError), match=match):
        stranger.verify(folder, folder.parent / "root.pub", since)


def test_a_bundle_holds_and_both_say_the_same_root(ledger: World, tmp_path: Path, stranger: ModuleType) -> None:
    said = export(ledger, tmp_path / "bundle")
    shutil.copy(ledger.settings.root_key, tmp_path / "root.pub")
    verdict = ours(tmp_path / "bundle")
    assert (verdict.entries, verdict.opened, verdict.root) == (SIZE, SIZE, said.root)
    assert f"root: {said.root}" in stranger.verify(tmp_path / "bundle", tmp_path / "root.pub", None)
    assert ledger.events()[-1] == "exported"
    assert ledger.entries()[-1]["facts"] == {"kind": "ledger", "count": SIZE, "digest": said.root}
    ledger.sign()
    assert ledger.verify().unsigned == 0


@pytest.mark.sqlite
def test_a_stranger_runs_it_by_path_with_nothing_of_ours_in_reach(bundle: Path) -> None:
    # Nor is anything read as the machine's locale would have it: auditors have Windows, in Chinese.
    strictly = ("-X", "warn_default_encoding", "-W", "error::EncodingWarning")
    command = [sys.executable, "-I", *strictly, str(VERIFY), str(bundle)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert (done.returncode, done.stderr) == (0, "")
    assert "compare it with yours" in done.stdout
    too_long = edit(CSV, at(9, lambda line: line.replace(b"system", b"x" * 200_000)))  # for what reads spreadsheets
    for damage in (too_long, lambda folder: (folder / "tile/0/001").unlink()):
        damage(bundle)
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
        assert done.returncode == 1
        assert done.stderr.startswith("does not hold: ")
    source = VERIFY.read_text("utf-8")
    assert len(source.splitlines()) < 250
    assert "import portal" not in source
    assert "import crypto\n" not in source


@pytest.mark.sqlite
def test_nothing_personal_is_in_it(made: Path) -> None:
    words = [REPORT[name] for name in ("name", "phone", "respondent", "place", "description")]
    assert canary.found([made], [*words, "canary@example.invalid"]) == []
    assert canary.found([made], ["submitted"])


@pytest.mark.sqlite
def test_it_is_readable_by_the_usual_tools(made: Path) -> None:
    assert subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=made, check=False).returncode == 0
    lines = (made / JSONL).read_bytes().splitlines()
    assert [json.loads(line)["index"] for line in lines] == list(range(SIZE))
    rows = (made / CSV).read_text("utf-8").splitlines()
    assert rows[0].startswith("index,at,event,actor,")
    assert len(rows) == SIZE + 1


def test_one_authoritys_bundle_opens_its_trails_and_those_below_alone(
    ledger: World, tmp_path: Path, stranger: ModuleType
) -> None:
    said = export(ledger, tmp_path / "bundle", "office-220100")
    shutil.copy(ledger.settings.root_key, tmp_path / "root.pub")
    assert 0 < said.opened == ours(tmp_path / "bundle").opened < SIZE
    assert "authority office-220100" in stranger.verify(tmp_path / "bundle", tmp_path / "root.pub", None)
    with ledger.store.reading() as session:
        codes = {str(row_id): code for row_id, code in session.execute(select(Authority.id, Authority.code))}
    lines = map(json.loads, (tmp_path / "bundle" / JSONL).read_bytes().splitlines())
    opened = [one["opening"] for one in lines if one["opening"]]
    below, keys = {"office-2201"}, [one for one in opened if not one["authority"]]
    assert {codes[one["authority"]][:11] for one in opened if one["authority"]} == below
    assert [one["facts"].get("kind", one["event"]) for one in keys] == ["founded", "log", "cosigner"]


@pytest.mark.sqlite
def test_what_cannot_be_exported_is_said_in_a_line_and_leaves_nothing(ledger: World, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine").write_text("")
    before = ledger.events()
    for folder, code, match in (
        (tmp_path / "full", None, "not an empty folder"),
        (tmp_path / "a", "x", "no authority"),
    ):
        with pytest.raises(StartError, match=match):
            export(ledger, folder, code)
    assert ledger.events() == before
    assert not (tmp_path / "a").exists()


# What somebody does who has the bundle in their hands and no key.


def edit(name: str, change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Path], None]:
    """Change a file's lines."""

    def damage(folder: Path) -> None:
        lines = (folder / name).read_bytes().splitlines(keepends=True)
        (folder / name).write_bytes(b"".join(change(lines)))

    return damage


def at(index: int, change: Callable[[bytes], bytes]) -> Callable[[list[bytes]], list[bytes]]:
    return lambda lines: [*lines[:index], change(lines[index]), *lines[index + 1 :]]


def swapped(lines: list[bytes]) -> list[bytes]:
    """Entries 5 and 6 each under the other's index."""
    five, six = (json.loads(one) for one in lines[5:7])
    five["index"], six["index"] = 6, 5
    return [*lines[:5], *(tree.canonical(one) + b"\n" for one in (six, five)), *lines[7:]]


def forged_checkpoint(folder: Path) -> None:
    signed = note.Checkpoint(ORIGIN, SIZE, bytes(32))
    text = note.sign(signed, ORIGIN, SigningKey.generate())
    (folder / "checkpoint").write_text(text, "utf-8")


def forged_certificate(folder: Path) -> None:
    lines = (folder / "certificates.jsonl").read_bytes().splitlines()
    said = next(one for one in map(json.loads, lines) if one["kind"] == "log")
    body = certificates.issue(certificates.read(bytes.fromhex(said["body"])), SigningKey.generate())
    forged = tree.canonical({**said, "body": body.hex()})
    kept = [forged if json.loads(line) == said else line for line in lines]
    (folder / "certificates.jsonl").write_bytes(b"\n".join(kept) + b"\n")


def flip(name: str, position: int = 40) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        data = bytearray((folder / name).read_bytes())
        data[position] ^= 1
        (folder / name).write_bytes(data)

    return damage


DAMAGE: dict[str, tuple[Callable[[Path], None], str]] = {
    "an entry changed": (
        edit(JSONL, at(9, lambda line: line.replace(b'"v":1', b'"v":2'))),
        r"entry 9\b.*leaf: expected \w{64}, found \w{64}",
    ),
    "a salt changed": (edit(JSONL, at(9, lambda line: line[:-5] + b"00" + line[-3:])), r"entry 9\b.*leaf"),
    "an entry taken out": (edit(JSONL, lambda lines: lines[:9] + lines[10:]), "entry 9: .*expected 9, found 10"),
    "an entry put in": (
        edit(JSONL, lambda lines: [*lines[:9], lines[8], *lines[9:]]),
        "entry 9: .*expected 9, found 8",
    ),
    "two entries in another order": (
        edit(JSONL, lambda lines: [*lines[:9], lines[10], lines[9], *lines[11:]]),
        "entry 9: .*expected 9, found 10",
    ),
    "two entries swapped": (edit(JSONL, swapped), r"entry 5\b.*leaf"),
    "the end cut off": (edit(JSONL, lambda lines: lines[:-3]), f"entry {SIZE - 3}: (.*found the end|not there)"),
    "a line cut": (edit(JSONL, at(SIZE - 1, lambda line: line[:-20])), f"entry {SIZE - 1}.* not canonical JSON"),
    "an entry that is not canonical": (
        edit(JSONL, at(9, lambda line: line.replace(b',"at"', b', "at"'))),
        "entry 9.* not canonical JSON",
    ),
    "a key said twice": (
        edit(JSONL, at(9, lambda line: line.replace(b'{"index"', b'{"index":9,"index"'))),
        "entry 9.* not canonical JSON",
    ),
    "an opening held back": (
        edit(JSONL, at(9, lambda _: b'{"index":9,"opening":null,"salt":null}\n')),
        "entr(y 10|ies that are opened)",  # the spreadsheet still has the ninth
    ),
    "a leaf of the tree": (flip("tile/0/000", 9 * 32), r"entry 9\b.*leaf"),
    "a node above": (flip("tile/1/000.p/2"), r"tile(/1/000\.p/2| 0 of level 1)"),
    "a tile taken away": (lambda folder: (folder / "tile/0/001").unlink(), "tile/0/001"),
    "the spreadsheet": (edit(CSV, at(9, lambda line: line.replace(b"system", b"x"))), r"entry 8 in .*\.csv"),
    "the checkpoint replaced": (forged_checkpoint, "checkpoint: not signed by"),
    "an older checkpoint": (edit("checkpoints.jsonl", at(0, lambda line: line.replace(b"\\n", b"\\n1", 1))), "line 1"),
    "a certificate forged": (forged_certificate, "certificate of log: neither the root"),
    "a certificate said to count earlier": (
        edit("certificates.jsonl", at(0, lambda line: line.replace(b'"entry":2', b'"entry":1'))),
        "entry 1: .* certificate",
    ),
    "a certificate said to count from nowhere": (
        edit("certificates.jsonl", at(0, lambda line: line.replace(b'"entry":2', b'"entry":-1'))),
        "entries that certificates count from",
    ),
    "the log's certificate taken out": (edit("certificates.jsonl", lambda lines: lines[1:]), "checkpoint: "),
    "its cosigner's certificate taken out": (edit("certificates.jsonl", lambda lines: lines[:1]), "certificates.jsonl"),
    "the cosignature taken out": (edit("checkpoint", lambda lines: lines[:-1]), "checkpoint: .*cosigner"),
    "a file put in": (lambda folder: (folder / "more").write_text(""), "more"),
    "the list of files": (edit("SHA256SUMS", lambda lines: lines[1:]), "SHA256SUMS, which the manifest names"),
    "the manifest": (flip("manifest"), "manifest.* (not signed by|does not verify)"),
}


@pytest.mark.sqlite
@pytest.mark.parametrize(("damage", "match"), DAMAGE.values(), ids=DAMAGE.keys())
def test_damage_is_found_and_named_by_both(
    bundle: Path, stranger: ModuleType, damage: Callable[[Path], None], match: str
) -> None:
    damage(bundle)
    refused_by_both(stranger, bundle, match)


@pytest.mark.sqlite
def test_a_bundle_under_another_root_is_found_by_whoever_has_the_real_one(bundle: Path, stranger: ModuleType) -> None:
    (bundle.parent / "root.pub").write_text(SigningKey.generate().public.raw.hex() + "\n")
    refused_by_both(stranger, bundle, "certificate of .*neither the root")


def kept(world: World, path: Path) -> Path:
    """The newest checkpoint, kept elsewhere."""
    with world.store.reading() as session:
        text = session.scalars(select(Checkpoint.note).order_by(Checkpoint.size.desc()).limit(1)).one()
    path.write_text(text, "utf-8")
    return path


@pytest.mark.sqlite
def test_a_fork_or_a_rollback_since_a_kept_checkpoint_is_found_by_both(
    filled: Template, ledger: World, bundle: Path, tmp_path: Path, stranger: ModuleType
) -> None:
    since = kept(ledger, tmp_path / "kept")
    assert ours(bundle, since).entries == SIZE
    other = World.copy(filled, tmp_path / "other")
    for world in (ledger, other):
        grow(world, SIZE + 1)
        world.sign()
    fork = kept(other, tmp_path / "fork")
    other.close()
    refused_by_both(stranger, bundle, "signed and .*are not here", fork)
    shutil.rmtree(bundle)
    export(ledger, bundle)
    assert ours(bundle, since).entries == SIZE + 1
    refused_by_both(stranger, bundle, f"first {SIZE + 1} entries, which .*fork signed: expected", fork)


@pytest.mark.sqlite
def test_after_a_hand_over_each_key_counts_for_its_own_checkpoints(
    ledger: World, tmp_path: Path, stranger: ModuleType
) -> None:
    old = exporting.ExportKeys.read(ledger.settings).log
    rotating.rotate(ledger.settings, now=ledger.clock())
    with closing(open_store(ledger.settings.database_url)) as store:
        house = open_house(ledger.settings, store)
        keys = exporting.ExportKeys.read(ledger.settings)
        exporting.export(store, house, keys, tmp_path / "bundle", None, now=ledger.clock())
    shutil.copy(ledger.settings.root_key, tmp_path / "root.pub")
    verdict = ours(tmp_path / "bundle")
    assert (verdict.certificates, verdict.entries) == (4, SIZE + 1)
    assert stranger.verify(tmp_path / "bundle", tmp_path / "root.pub", None)
    root = bytes.fromhex(verdict.root)
    forged = note.sign(note.Checkpoint(ORIGIN, SIZE + 1, root), ORIGIN, old)  # whoever keeps the old key
    (tmp_path / "bundle/checkpoint").write_text(CosignerKey.beside(old).cosign(forged, ORIGIN, at=0), "utf-8")
    refused_by_both(stranger, tmp_path / "bundle", "checkpoint: (not signed|signed by a key of the log that does not)")
