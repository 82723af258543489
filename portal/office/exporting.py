"""`portal audit export`: a signed bundle of the ledger, for an auditor who trusts nothing of ours (`bundles`).

It goes up to the newest checkpoint and is read in one transaction, so that it holds together while the portal serves.
That it is made is an entry first. No personal data is in it: entries have none (`domain.audit`).
"""

from collections.abc import Collection, Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import Any, BinaryIO, Self
from uuid import UUID

from sqlalchemy import CompoundSelect, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from crypto import note, tree
from crypto.errors import NoteError
from crypto.keys import SigningKey, VerifyKey
from crypto.tree import Frontier
from portal.domain.audit import SYSTEM
from portal.domain.errors import LedgerError, StartError
from portal.domain.vocabulary import AuthorityKind
from portal.office import bundles, checkpoints, log_keys, tiles
from portal.office.bundles import Manifest
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.office.verifying_entries import opened
from portal.settings import Settings, read_key
from portal.store.authorities import Authority, Certificate
from portal.store.cases import Case
from portal.store.disclosures import Disclosure
from portal.store.ledger import Checkpoint, Entry, Leaf
from portal.store.officers import Officer
from portal.store.reports import Report
from portal.store.session import Store

TOGETHER = 4096  # entries read at once
KIND = "ledger"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is exported: up to which checkpoint, and whose trails are opened (None: everybody's)."""

    checkpoint: Checkpoint
    code: str
    authorities: frozenset[UUID] | None
    certificates: tuple[tuple[Certificate, int], ...]  # of the log's keys, with the entry that names each
    hidden: frozenset[str] = frozenset()  # of discipline: who acts and what it has, in whichever trail (decision 029)

    @property
    def founding(self) -> frozenset[int]:
        """Entries that are opened whoever asks: what the log's keys rest on."""
        return frozenset({0, *(index for _, index in self.certificates)})

    def opens(self, index: int, said: Mapping[str, Any]) -> bool:
        """Whether an entry is given with its opening."""
        if self.authorities is None or index in self.founding:
            return True
        trail, officer, about = said["authority"], said["actor"]["officer"], said["object"]
        apart = officer in self.hidden or (about is not None and about[1] in self.hidden)
        return trail is not None and UUID(trail) in self.authorities and not apart


@dataclass(frozen=True, slots=True)
class ExportKeys:
    """The root's public half, and the key that signs."""

    root: VerifyKey
    log: SigningKey = field(repr=False)

    @classmethod
    def read(cls, settings: Settings) -> Self:
        """From the installation's files."""
        return cls(VerifyKey(read_key(settings.root_key)), SigningKey(read_key(settings.log_key)))


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written."""

    entries: int
    opened: int
    root: str


@dataclass(slots=True)
class _Folder:
    """A folder that is filled file by file; what it holds, and the hash of each."""

    path: Path
    sums: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def file(self, name: str) -> Iterator["_File"]:
        """A new file."""
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as opened_file:
            made = _File(opened_file)
            yield made
        self.sums[name] = made.digest.hexdigest()

    def write(self, name: str, content: bytes) -> None:
        """A file at once."""
        with self.file(name) as made:
            made.write(content)


class _File:
    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, sha256()

    def write(self, content: bytes) -> None:
        """Add to it."""
        self._file.write(content)
        self.digest.update(content)


def export(store: Store, house: House, keys: ExportKeys, folder: Path, code: str | None, *, now: datetime) -> Exported:
    """Fill an empty folder. Raises StartError for one that is not empty or cannot be made, or an unknown code.

    Raises LedgerError where the ledger does not hold; then nothing is left in the folder.
    """
    _require_empty(folder)
    with store.reading() as session:
        scope = _scope(session, house, code)
        count = _count(session, scope)
    said = {"kind": KIND, "count": count, "digest": scope.checkpoint.root.hex()}
    with store.transaction() as session:
        record(session, house.entry_key, Draft("exported", now, SYSTEM, facts=said))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with store.reading() as session:
            _write(session, house, keys, _Folder(folder), scope)
    except BaseException:
        for made in folder.iterdir():
            rmtree(made) if made.is_dir() else made.unlink()
        raise
    return Exported(scope.checkpoint.size, count, scope.checkpoint.root.hex())


def _require_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StartError(f"{folder} is not an empty folder; name one that is empty or not there yet")


def _scope(session: Session, house: House, code: str | None) -> Scope:
    newest = checkpoints.last(session)
    if newest is None:
        raise LedgerError("nothing was signed yet; run `portal tick`, then try again")
    signed = _verified(house, newest)
    if (signed.size, signed.root) != (newest.size, newest.root):
        raise LedgerError(f"checkpoint {newest.size} does not say what its note says; run `portal audit verify`")
    certificates = session.execute(
        select(Certificate, Entry.index)
        .join(Entry, Entry.id == Certificate.entry_id)
        .where(Certificate.kind.in_((log_keys.LOG, log_keys.COSIGNER)), Entry.index < newest.size)
        .order_by(Entry.index, Certificate.id)
    ).all()
    found = tuple((row, index) for row, index in certificates)
    if code is None:
        return Scope(newest, bundles.ALL, None, found)
    authorities = _below(session, code)
    return Scope(newest, code, authorities, found, frozenset(map(str, session.scalars(_apart(authorities)))))


def _verified(house: House, newest: Checkpoint) -> note.Checkpoint:
    try:
        return house.log.open(newest.note, house.origin)
    except NoteError as error:
        raise LedgerError(f"the newest checkpoint: {error}; run `portal audit verify`") from error


def _below(session: Session, code: str) -> frozenset[UUID]:
    """An authority and all under it. Raises StartError."""
    known = session.execute(select(Authority.id, Authority.code, Authority.superior_id)).all()
    found = {row_id for row_id, its_code, _ in known if its_code == code}
    if not found:
        raise StartError(f"no authority has the code {code!r}; codes look like office-220000")
    while more := {row_id for row_id, _, superior in known if superior in found} - found:
        found |= more
    return frozenset(found)


def _apart(authorities: Collection[UUID]) -> CompoundSelect[UUID]:
    """Officers of discipline, and the cases that it has, with their reports and requests: nobody else's to read."""
    apart = select(Authority.id).where(Authority.kind == AuthorityKind.DISCIPLINE, Authority.id.not_in(authorities))
    cases = select(Case.id).where(Case.authority_id.in_(apart))
    reports = select(Report.id).where(Report.case_id.in_(cases))
    requests = select(Disclosure.id).where(Disclosure.case_id.in_(cases))
    officers = select(Officer.id).where(Officer.authority_id.in_(apart))
    return union_all(officers, cases, reports, requests)


def _count(session: Session, scope: Scope) -> int:
    wanted = select(func.count()).select_from(Entry).where(Entry.index < scope.checkpoint.size)
    if scope.authorities is not None:
        hidden = _apart(scope.authorities)
        apart = [or_(one.is_(None), one.not_in(hidden)) for one in (Entry.actor_id, Entry.object_id)]
        theirs = and_(Entry.authority_id.in_(scope.authorities), *apart)
        wanted = wanted.where(or_(theirs, Entry.index.in_(scope.founding)))
    return session.execute(wanted).scalar_one()


def _write(session: Session, house: House, keys: ExportKeys, folder: _Folder, scope: Scope) -> None:
    newest = scope.checkpoint
    folder.write(bundles.ROOT, keys.root.raw.hex().encode() + b"\n")
    certificates = (
        _line(kind=row.kind, subject=row.subject, id=str(row.id), entry=index, body=row.body.hex())
        for row, index in scope.certificates
    )
    folder.write(bundles.CERTIFICATES, b"".join(certificates))
    folder.write(bundles.CHECKPOINT, newest.note.encode())
    signed = session.scalars(
        select(Checkpoint.note).where(Checkpoint.size <= newest.size).order_by(Checkpoint.size, Checkpoint.origin)
    )
    with folder.file(bundles.CHECKPOINTS) as file:
        for text in signed:
            file.write(_line(note=text))
    if _entries(session, folder, scope) != newest.root:
        raise LedgerError("the leaves do not give the root that was signed; run `portal audit verify`")
    sums = "".join(f"{digest}  {name}\n" for name, digest in sorted(folder.sums.items())).encode()
    folder.write(bundles.SUMS, sums)
    made = Manifest(house.origin, newest.size, newest.root, scope.code, sha256(sums).digest())
    folder.write(bundles.MANIFEST, made.sign(keys.log).encode())


def _line(**said: str | int) -> bytes:
    return tree.canonical(said) + b"\n"


def _entries(session: Session, folder: _Folder, scope: Scope) -> bytes:
    """Entries and tiles; returns the root of the leaves. Raises LedgerError for an entry that is not its leaf's."""
    frontier, nodes = Frontier(), _Tiles(folder)
    for first in range(0, scope.checkpoint.size, bundles.PART):
        past = min(scope.checkpoint.size, first + bundles.PART)
        with ExitStack() as files:
            lines, sheet = (files.enter_context(folder.file(name)) for name in bundles.part_paths(first))
            sheet.write(bundles.HEAD.encode())
            with closing(_read(session, first, past)) as rows:
                for index, leaf, salt, opening in rows:
                    said = opened(index, leaf, salt, opening)
                    shown = scope.opens(index, said)
                    lines.write(bundles.line(index, salt if shown else None, opening if shown else None))
                    if shown:
                        sheet.write(bundles.row(index, said).encode())
                    frontier.append(leaf)
                    nodes.add(0, leaf)
    nodes.close()
    return frontier.root()


def _read(session: Session, first: int, past: int) -> Generator[tuple[int, bytes, bytes, bytes]]:
    """Entries of a part. Raises LedgerError where one lacks."""
    expected = first
    wanted = select(Leaf.index, Leaf.hash, Entry.salt, Entry.opening).join(Entry, Entry.index == Leaf.index)
    while expected < past:
        until = min(past, expected + TOGETHER)
        found = session.execute(wanted.where(Leaf.index >= expected, Leaf.index < until).order_by(Leaf.index)).all()
        for index, leaf, salt, opening in found:
            if index != expected or salt is None or opening is None:
                break
            yield index, leaf, salt, opening
            expected += 1
        if expected != until:
            raise LedgerError(f"entry {expected} is missing or empty; run `portal audit verify`")


class _Tiles:
    """Writes tiles as leaves come: of each level at most one is unfinished."""

    def __init__(self, folder: _Folder) -> None:
        self._folder = folder
        self._levels: list[tuple[int, list[bytes]]] = []  # how many tiles of it are written, and the next one's nodes

    def add(self, level: int, node: bytes) -> None:
        """The next node of a level."""
        if level == len(self._levels):
            self._levels.append((0, []))
        count, nodes = self._levels[level]
        nodes.append(node)
        if len(nodes) == tiles.WIDTH:
            self._put(level, count, nodes)
            self._levels[level] = (count + 1, [])
            self.add(level + 1, tree.root(nodes))

    def close(self) -> None:
        """Write those that are not full."""
        for level, (count, nodes) in enumerate(self._levels):
            if nodes:
                self._put(level, count, nodes)

    def _put(self, level: int, index: int, nodes: Iterable[bytes]) -> None:
        made = b"".join(nodes)
        self._folder.write(bundles.tile_path(level, index, len(made) // tree.HASH), made)
