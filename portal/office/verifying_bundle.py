"""`portal audit verify DIR`: an exported bundle against nothing but the root's key (`bundles` says what lies where).

It checks, in this order: certificates of the log's keys chain to the root; checkpoints, an older one kept elsewhere
too, are signed by the keys that counted then; entries are dense, canonical, and those of their leaves; the spreadsheet
repeats them; leaves give the roots that were signed, and upper tiles those of the lower; the manifest names every file
as it is.
`docs/verify.py` does the same for whoever trusts none of this.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from crypto import certificates, note, tree
from crypto.errors import CryptoError, NoteError
from crypto.keys import VerifyKey
from crypto.tree import HASH, Frontier
from portal.domain.errors import LedgerError
from portal.office import bundles, log_keys, tiles
from portal.office.bundles import Manifest
from portal.office.log_keys import LogRoll, Term
from portal.office.recording import row_digest
from portal.office.verifying import NOBODY, Watching
from portal.office.verifying_entries import read, require_opens
from portal.store.authorities import Certificate as CertificateRow
from portal.store.base import table_of


@dataclass(frozen=True, slots=True)
class BundleVerdict:
    """What was checked."""

    entries: int
    opened: int
    authority: str
    checkpoints: int
    certificates: int
    root: str

    def lines(self) -> list[str]:
        """What is said to whoever asked."""
        counts = f"{self.entries} 条 entries, 给出内容 opened {self.opened}（{self.authority}）"
        signed = f"{self.checkpoints} 个签名 checkpoints, {self.certificates} 张证书 certificates"
        return [f"导出的台账完好 the bundle holds: {counts}, {signed}", self.root]


def verify_bundle(
    folder: Path, root: VerifyKey, *, since: Path | None = None, watching: Watching = NOBODY
) -> BundleVerdict:
    """Check a bundle. Raises LedgerError naming the first thing that does not hold, what was expected and found."""
    try:
        return _Bundle(folder, root, since).verify(watching)
    except OSError as error:
        raise LedgerError(f"{error.filename} cannot be read ({error.strerror})") from error
    except (CryptoError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise LedgerError(f"a file of the bundle is not of the form it should have ({error})") from error


def _same(what: str, expected: object, found: object) -> None:
    if expected != found:
        shown = [one.hex() if isinstance(one, bytes) else one for one in (expected, found)]
        raise LedgerError(f"{what}: expected {shown[0]}, found {shown[1]}")


@dataclass(slots=True)
class _Bundle:
    folder: Path
    root: VerifyKey
    since: Path | None
    origin: str = ""
    roll: LogRoll = field(default_factory=lambda: LogRoll(()))
    size: int = 0
    roots: dict[int, list[tuple[str, bytes]]] = field(default_factory=dict)  # size → which notes sign which root
    named: dict[int, list[list[str]]] = field(default_factory=dict)  # entry → the certificates that it must name

    def verify(self, watching: Watching) -> BundleVerdict:
        """Everything, in the order of the module's first lines."""
        count, installation = self._certificates()
        notes = self._checkpoints()
        with watching.phase("entries", self.size) as told:
            opened, firsts, top = self._entries(installation, told)
        self._tiles(firsts)
        authority = self._manifest(top)
        if authority == bundles.ALL:
            _same("entries that are opened", self.size, opened)
        return BundleVerdict(self.size, opened, authority, notes, count, top.hex())

    def _lines(self, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        with (self.folder / name).open("rb") as lines:
            for number, line in enumerate(lines, 1):
                what = f"{name}, line {number}"
                yield what, _canonical(what, line)

    def _certificates(self) -> tuple[int, bytes]:
        """Read who may sign the log, and from when on; returns how many certificates, and of which installation."""
        terms: dict[str, list[Term]] = {log_keys.LOG: [], log_keys.COSIGNER: []}
        installation = b""
        for what, said in self._lines(bundles.CERTIFICATES):
            body, index = bytes.fromhex(said["body"]), said["entry"]
            before = [VerifyKey(raw) for since, raw in terms[log_keys.LOG] if since < index]
            try:
                installation = installation or certificates.read(body).installation
                claim = log_keys.believe(body, installation, self.root, before[-1] if before else None)
            except CryptoError as error:
                raise LedgerError(f"{what}, certificate of {said['subject']}: {error}") from error
            _same(f"{what}: whom it is for", f"{claim.kind} {claim.subject}", f"{said['kind']} {said['subject']}")
            terms[claim.kind].append((index, claim.signing_key))
            values = {"id": UUID(said["id"]), "digest": sha256(body).digest(), "kind": claim.kind, "body": body}
            digest = row_digest(table_of(CertificateRow), {**values, "subject": claim.subject})
            self.named.setdefault(index, []).append(["certificates", said["id"], digest])
        self.roll = LogRoll(tuple(terms[log_keys.LOG]), tuple(terms[log_keys.COSIGNER]))
        return sum(map(len, terms.values())), installation

    def _checkpoints(self) -> int:
        """Read what was signed; returns of how many sizes: one may stand in several files."""
        newest = (self.folder / bundles.CHECKPOINT).read_text("utf-8")
        self.origin = newest.partition("\n")[0]
        notes = [(bundles.CHECKPOINT, newest)]
        notes += ((what, said["note"]) for what, said in self._lines(bundles.CHECKPOINTS))
        if self.since is not None:
            notes.append((str(self.since), self.since.read_text("utf-8")))
        for name, text in notes:
            signed = self._open(name, text)
            self.size = self.size or signed.size
            if not 0 < signed.size <= self.size:
                raise LedgerError(f"{name}: entries {self.size} to {signed.size - 1} were signed and are not here")
            self.roots.setdefault(signed.size, []).append((name, signed.root))
        return len(self.roots)

    def _open(self, name: str, text: str) -> note.Checkpoint:
        try:
            signed = self.roll.open(text, self.origin)
        except NoteError as error:
            raise LedgerError(f"{name}: {error}") from error
        _same(f"{name}: its origin", self.origin, signed.origin)
        return signed

    def _entries(self, installation: bytes, told: Callable[[int], None]) -> tuple[int, list[bytes], bytes]:
        """How many are opened, the nodes above the leaves, and the root."""
        opened, frontier, firsts = 0, Frontier(), list[bytes]()
        for first in range(0, self.size, bundles.PART):
            part = _Part(self.folder, first, min(self.size, first + bundles.PART), self.size)
            for index, leaf, opening in part.entries():
                if index == 0 and opening is not None:
                    self._require_founded(installation, opening)
                self._require_named(index, opening)
                opened += opening is not None
                frontier.append(leaf)
                if frontier.size % tiles.WIDTH == 0:
                    firsts.append(tree.root(part.leaves))
                for name, root in self.roots.get(frontier.size, ()):
                    what = f"the root of the first {frontier.size} entries, which {name} signed"
                    _same(what, root, frontier.root())
                told(1)
        _same("entries that certificates count from and that are not here", [], sorted(self.named))
        return opened, firsts, frontier.root()

    def _require_founded(self, installation: bytes, opening: Mapping[str, Any]) -> None:
        _same("entry 0: the root key of the installation", self.root.raw.hex(), opening["facts"]["root_key"])
        _same("entry 0: the installation", installation.hex(), opening["object"][1].replace("-", ""))

    def _require_named(self, index: int, opening: Mapping[str, Any] | None) -> None:
        """Raise LedgerError unless the entry names the certificates that count from it on."""
        for row in self.named.pop(index, ()):
            if opening is None or row not in opening["rows"]:
                raise LedgerError(f"entry {index}: expected to name {' '.join(row)}, found no such row")

    def _tiles(self, nodes: list[bytes]) -> None:
        level = 1
        while nodes:
            parts = [nodes[at : at + tiles.WIDTH] for at in range(0, len(nodes), tiles.WIDTH)]
            for index, part in enumerate(parts):
                found = _tile(self.folder, level, index, len(part))
                _same(f"tile {index} of level {level}", b"".join(part), b"".join(found))
            nodes = [tree.root(part) for part in parts if len(part) == tiles.WIDTH]
            level += 1

    def _manifest(self, root: bytes) -> str:
        """Whose trails are opened."""
        said = Manifest.open((self.folder / bundles.MANIFEST).read_text("utf-8"), self.origin, self.roll.current)
        _same("manifest: origin, size and root", (self.origin, self.size, root), (said.origin, said.size, said.root))
        sums = (self.folder / bundles.SUMS).read_bytes()
        _same(f"{bundles.SUMS}, which the manifest names", said.sums, sha256(sums).digest())
        listed = {name: digest for digest, _, name in (one.partition("  ") for one in sums.decode().splitlines())}
        there = {str(one.relative_to(self.folder)) for one in self.folder.rglob("*") if not one.is_dir()}
        apart = sorted((there - {bundles.MANIFEST, bundles.SUMS}) ^ listed.keys())
        _same("files that are listed or there and not both", [], apart)
        for name, digest in listed.items():
            with (self.folder / name).open("rb") as file:
                _same(f"{name}: its SHA-256", digest, file_digest(file, "sha256").hexdigest())
        return said.authority


def _canonical(what: str, line: bytes) -> Mapping[str, Any]:
    try:
        said: Mapping[str, Any] = json.loads(line)
        canonical = tree.canonical(said) + b"\n"
    except (ValueError, CryptoError) as error:
        raise LedgerError(f"{what}: not canonical JSON ({error})") from error
    if canonical != line:
        raise LedgerError(f"{what}: not canonical JSON: expected {canonical[:200]!r}, found {line[:200]!r}")
    return said


def _tile(folder: Path, level: int, index: int, width: int) -> list[bytes]:
    name = bundles.tile_path(level, index, width)
    data = (folder / name).read_bytes()
    _same(f"{name}: its length", width * HASH, len(data))
    return [data[at : at + HASH] for at in range(0, len(data), HASH)]


@dataclass(slots=True)
class _Part:
    """The entries of one pair of files."""

    folder: Path
    first: int
    past: int
    size: int
    leaves: Sequence[bytes] = ()  # of the tile that is being read

    def entries(self) -> Iterator[tuple[int, bytes, Mapping[str, Any] | None]]:
        """Index, leaf and opening of each entry, as the tile and the spreadsheet have it. Raises LedgerError."""
        lines_name, sheet_name = bundles.part_paths(self.first)
        table = (self.folder / sheet_name).open(newline="", encoding="utf-8")
        with (self.folder / lines_name).open("rb") as lines, table as sheet:
            _same(f"{sheet_name}, line 1", bundles.HEAD, sheet.readline())
            for index in range(self.first, self.past):
                if index % tiles.WIDTH == 0:
                    width = min(tiles.WIDTH, self.size - index)
                    self.leaves = _tile(self.folder, 0, index // tiles.WIDTH, width)
                leaf, line = self.leaves[index % tiles.WIDTH], lines.readline()
                if not line:
                    raise LedgerError(
                        f"entry {index}: expected one of {self.size} entries, found the end of {lines_name}"
                    )
                opening = _opening(index, leaf, line)
                if opening is not None:
                    _same(f"entry {index} in {sheet_name}", bundles.row(index, opening), sheet.readline())
                yield index, leaf, opening
            _same(f"{lines_name}: what follows its last entry", b"", lines.readline())
            _same(f"{sheet_name}: what follows its last entry", "", sheet.readline())


def _opening(index: int, leaf: bytes, line: bytes) -> Mapping[str, Any] | None:
    """What a line says of an entry, once it is that entry, canonical, and opens its leaf; None: it is not opened."""
    said = read(index, line.removesuffix(b"\n"))
    _same(f"entry {index}: its index", index, said["index"])
    given: Mapping[str, Any] | None = said["opening"]
    salt = None if given is None else bytes.fromhex(said["salt"])
    opening = None if given is None else tree.canonical(given)
    _same(f"entry {index}: its line", bundles.line(index, salt, opening), line)
    if salt is not None and opening is not None:
        require_opens(index, leaf, salt, opening)
    return given
