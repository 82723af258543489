"""A witness of the ledger on another host: it signs each checkpoint that only adds to the last one it signed.

What it knows lies in a folder of its own: its key, the log's verifier keys, and the size and root it signed last, which
is on the disk before a signature leaves. A log that shrank or went another way gets none, and the note that says so is
kept beside it (C2SP tlog-witness, tlog-cosignature with ML-DSA-44).
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from crypto import note, tree
from crypto.cosignature import Cosigner, CosignerKey
from crypto.errors import CryptoError, NoteError, ProofError
from crypto.note import Checkpoint
from portal.domain.errors import LedgerError, StartError
from portal.office.files import write
from portal.office.offering import Offer
from portal.office.tile_source import TileSource
from portal.settings import draw_key, make_home, read_key

KEY, STATE, LOCK = "witness.key", "witness.json", "witness.lock"


@dataclass(frozen=True, slots=True)
class State:
    """What a witness knows: itself, the log, and what it signed last (nothing: size 0)."""

    name: str
    log: tuple[str, ...]  # vkeys; each must have signed
    size: int = 0
    root: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """What came of it: the note with one more line, and the sizes before and now."""

    note: str
    before: int
    size: int


def begin(folder: Path, name: str, log: tuple[str, ...]) -> str:
    """Draw a witness's key and write down which log it watches; returns its vkey. Raises StartError."""
    _require_log(log)
    make_home(folder)
    if (folder / STATE).exists():
        raise StartError(f"{folder} holds a witness already; leave out --init, or name another folder")
    draw_key(folder / KEY)
    try:
        line = _key(folder).cosigner(name).line
    except NoteError:
        raise StartError(f"{name!r} is no name of a witness; one like witness.example.cn/1, without spaces") from None
    write(folder / STATE, json.dumps(asdict(State(name, log)), indent=1), mode=0o600)
    return line


def told(folder: Path, log: tuple[str, ...]) -> None:
    """Write down other verifier keys of the same log, after a hand-over. Raises StartError."""
    _require_log(log)
    with _held(folder) as state:
        if _origin(log) != _origin(state.log):
            raise StartError(f"these are keys of {_origin(log)}; this witness watches {_origin(state.log)}")
        write(folder / STATE, json.dumps(asdict(replace(state, log=log)), indent=1), mode=0o600)


def cosign(folder: Path, offer: Offer, source: TileSource | None, *, now: datetime) -> Signed:
    """Sign a checkpoint, or raise LedgerError with the reason why not, in one sentence. Raises StartError."""
    with _held(folder) as state:
        found = _verified(state, offer.note)
        try:
            _require_grown(state, found, offer, source)
        except ProofError as error:
            kept = folder / f"refused-{found.size}-{found.root.hex()[:16]}.note"
            write(kept, offer.note, mode=0o600)
            raise LedgerError(f"NOT signed: {error}. Keep {kept} and the last note signed, as evidence") from None
        text = _signed(_key(folder), offer.note, state.name, at=int(now.timestamp()))
        new = replace(state, size=found.size, root=found.root.hex())
        write(folder / STATE, json.dumps(asdict(new), indent=1), mode=0o600)
        return Signed(text, state.size, found.size)


def _signed(key: CosignerKey, text: str, name: str, *, at: int) -> str:
    """The note with one more line. Raises LedgerError where others on it would make that worthless to verifiers."""
    made = key.cosign(text, name, at=at)
    try:
        key.cosigner(name).verify(made)
    except CryptoError as error:
        raise LedgerError(
            f"NOT signed: with the lines on it nobody could check this witness's own ({error}); ask for the note anew"
        ) from error
    return made


def require(text: str, lines: tuple[str, ...]) -> None:
    """Raise LedgerError unless each of these witnesses signed the note; StartError for what is no vkey of one."""
    for line in lines:
        try:
            witness = Cosigner.parse(line)
        except CryptoError:
            raise StartError("that is no verifier key of a witness; `portal audit cosign --init` prints one") from None
        try:
            witness.verify(text)
        except CryptoError as error:
            raise LedgerError(f"the checkpoint does not carry the signature of {witness.name} ({error})") from error


def _verified(state: State, text: str) -> Checkpoint:
    """The checkpoint that every key of the log signed."""
    try:
        (found,) = {_opened(line, text) for line in state.log}
    except (CryptoError, ValueError) as error:
        raise LedgerError(
            f"NOT signed: the log's keys, as this witness knows them, did not all sign it ({error}); after a hand-over "
            "give it the new ones with --log, once you have compared them by another way"
        ) from error
    return found


def _opened(line: str, text: str) -> Checkpoint:
    name, kind, _ = note.decode_verifier(line)
    if kind == note.ED25519:
        found = note.verify(text, *note.parse_verifier_line(line))
    else:
        found = Cosigner.parse(line).verify(text)[0]
    if found.origin != name:
        raise NoteError("a checkpoint of another log")
    return found


def _require_grown(state: State, found: Checkpoint, offer: Offer, source: TileSource | None) -> None:
    """Raise ProofError when what was signed last is no prefix of this; LedgerError when nothing can tell."""
    if found.size < state.size:
        raise ProofError(f"the log shrank from {state.size} to {found.size} entries (or this is an older checkpoint)")
    if state.size == 0:
        return
    if found.size == state.size:
        if found.root.hex() != state.root:
            raise ProofError(f"the log shows another root for the same {found.size} entries: it has forked")
        return
    try:
        tree.verify_consistency(
            state.size, found.size, bytes.fromhex(state.root), found.root, _proof(state, found, offer, source)
        )
    except ProofError:
        raise ProofError(
            f"the proof does not show that this log of {found.size} entries begins with the {state.size} of the last; "
            "it was rewritten, or the proof is not the log's"
        ) from None


def _proof(state: State, found: Checkpoint, offer: Offer, source: TileSource | None) -> list[bytes]:
    if offer.old == state.size:
        return list(offer.proof)
    if source is None:
        raise LedgerError(
            f"NOT signed: no proof from {state.size} entries comes with it; ask for `portal audit checkpoint --old "
            f"{state.size}`, or name the log's public address with --tiles"
        )
    return source.consistency(state.size, found.size)


def _require_log(log: tuple[str, ...]) -> None:
    try:
        kinds = [note.decode_verifier(line)[1] for line in log]
        for line, kind in zip(log, kinds, strict=True):
            note.parse_verifier_line(line) if kind == note.ED25519 else Cosigner.parse(line)
        whole = note.ED25519 in kinds and len({_origin((line,)) for line in log}) == 1
    except CryptoError:
        whole = False
    if not whole:
        raise StartError("name the verifier keys of one log with --log; `portal audit checkpoint --keys` prints them")


def _origin(log: tuple[str, ...]) -> str:
    return note.decode_verifier(log[0])[0]


def _key(folder: Path) -> CosignerKey:
    return CosignerKey(read_key(folder / KEY))


@contextmanager
def _held(folder: Path) -> Iterator[State]:
    """The state, while nobody else works with it."""
    try:
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        raise _none(folder) from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield _read(folder)
    except BlockingIOError:
        raise StartError(f"another process works with {folder}; try again") from None
    finally:
        os.close(handle)


def _read(folder: Path) -> State:
    try:
        said = json.loads((folder / STATE).read_text("utf-8"))
        return State(said["name"], tuple(said["log"]), said["size"], said["root"])
    except (OSError, ValueError, KeyError, TypeError):
        raise _none(folder) from None


def _none(folder: Path) -> StartError:
    return StartError(f"{folder} holds no witness; make one with `portal audit cosign --init`")
