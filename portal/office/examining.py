"""Proofs and promises that somebody kept, looked at together: do they hold, which was first, was our word kept."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from typing import Self

from sqlalchemy.orm import Session

from crypto import note
from crypto.errors import NoteError
from crypto.keys import VerifyKey
from crypto.primitives import same
from crypto.receipt import Receipt
from portal.domain import proofs
from portal.domain.errors import UnprovenError
from portal.domain.proofs import Opener, Promise, Shown, Signer
from portal.office import proving
from portal.office.offering import Offer

# What is taken for granted where the ledger itself cannot be asked.
ONE_LOG, KEPT_APART, WORD = "one_log", "checkpoint", "promise"


@dataclass(frozen=True, slots=True)
class Case:
    """What somebody shows: files by their names, a checkpoint kept elsewhere, a text or a file."""

    files: tuple[tuple[str, str], ...]
    checkpoint: str | None = None
    witnesses: tuple[str, ...] = ()  # verifier lines: who must have cosigned it, or the proof's own
    told: tuple[str, Receipt] | None = field(default=None, repr=False)
    file: tuple[bytes, Receipt | bytes] | None = field(default=None, repr=False)  # its SHA-256; the code or its number


@dataclass(frozen=True, slots=True)
class Ground:
    """What is trusted: keys, and the ledger where it is at hand."""

    open_head: Opener
    promisers: Sequence[Signer]
    session: Session | None = None

    @classmethod
    def given(cls, lines: Sequence[str]) -> Self:
        """Keys as verifier lines, and nothing else. Raises UnprovenError."""
        signers, cosigners = proofs.parse_keys(lines)
        return cls(proofs.opener(signers, cosigners), signers)

    @classmethod
    def here(cls, session: Session, root: VerifyKey) -> Self:
        """A ledger and the keys that its root certified."""
        log = proving.read_log(session, root)
        return cls(log.open_head, proving.read_promisers(session, log, root), session)

    def check(self, text: str) -> Shown:
        """What a proof shows; its checkpoint is one of the ledger at hand."""
        shown = proofs.check(text, self.open_head)
        self.require_here(note.Checkpoint(shown.origin, shown.size, shown.root))
        return shown

    def open_promise(self, text: str) -> Promise:
        """What was promised; the ledger at hand keeps it."""
        promise = proofs.open_promise(text, self.promisers)
        if self.session is not None:
            leaf = proving.leaf_at(self.session, promise.index)
            if leaf is None:
                raise UnprovenError("missing", str(promise.index))
            proofs.require_stands(promise, leaf)
        return promise

    def require_here(self, head: note.Checkpoint) -> None:
        """Raise UnprovenError unless the first entries of the ledger at hand have this root."""
        if self.session is None:
            return
        root = proving.root_at(self.session, head.size)
        if root is None:
            raise UnprovenError("cut", str(head.size))
        if not same(root, head.root):
            raise UnprovenError("rewritten", str(head.size))


@dataclass(frozen=True, slots=True)
class Proved:
    """An entry that is in the log."""

    file: str
    log: str
    index: int
    size: int
    leaf: str
    root: str
    event: str | None  # None where the proof does not open it
    at: str | None


@dataclass(frozen=True, slots=True)
class Promised:
    """Our word on an entry."""

    file: str
    log: str
    index: int
    kept: bool | None  # None where neither its proof nor the ledger is at hand


@dataclass(frozen=True, slots=True)
class Found:
    """What holds of what was shown."""

    proofs: tuple[Proved, ...]
    promises: tuple[Promised, ...]
    first: str | None  # of two proofs, the file of the earlier entry; None where both are of one
    told: bool  # the text is what was reported
    sent: str | None  # the file is what was sent (`content`), or the office's `copy` of it
    checkpoint: int | None  # entries under the one kept elsewhere, when it agrees
    witnesses: tuple[str, ...]  # who cosigned
    assumed: tuple[str, ...]


def examine(case: Case, ground: Ground) -> Found:
    """Look at everything together. Raises UnprovenError for the first thing that does not hold."""
    shown: list[tuple[str, Shown]] = []
    promised: list[tuple[str, Promise]] = []
    for name, text in case.files:
        with _about(name):
            if text.startswith(f"{proofs.PROMISE}\n"):
                promised.append((name, ground.open_promise(text)))
            else:
                shown.append((name, ground.check(text)))
    assumed: list[str] = []
    first = _order(shown, ground, assumed)
    kept = _kept(promised, shown, ground, assumed)
    agreed = _agree(case.checkpoint, shown, ground, assumed)
    witnesses = _witnessed(case, shown)
    if case.told is not None:
        text, receipt = case.told
        proofs.require_told(_only(shown), receipt, text)
    sent = proofs.require_file(_only(shown), *case.file) if case.file is not None else None
    return Found(
        proofs=tuple(_proved(name, one) for name, one in shown),
        promises=tuple(Promised(name, one.origin, one.index, kept) for name, one in promised),
        first=first,
        told=case.told is not None,
        sent=sent,
        checkpoint=agreed,
        witnesses=witnesses,
        assumed=tuple(assumed),
    )


@contextmanager
def _about(name: str) -> Iterator[None]:
    """Say which file it is that does not hold."""
    try:
        yield
    except UnprovenError as refused:
        refused.file = name
        raise


def _order(shown: Sequence[tuple[str, Shown]], ground: Ground, assumed: list[str]) -> str | None:
    """The file of the earlier of two entries: the index decides, and nothing else does."""
    for (_, one), (_, other) in combinations(shown, 2):
        proofs.require_one_log(one, other)
        if ground.session is None and one.size != other.size:
            assumed.append(ONE_LOG)
    if len({one.index for _, one in shown}) < 2:  # noqa: PLR2004 — two entries, not one twice
        return None
    return min(shown, key=lambda named: named[1].index)[0]


def _kept(
    promised: Sequence[tuple[str, Promise]], shown: Sequence[tuple[str, Shown]], ground: Ground, assumed: list[str]
) -> bool | None:
    """Whether our word was kept; None where nothing tells."""
    for _, promise in promised:
        for _, one in shown:
            proofs.require_kept(promise, one)
    if shown or ground.session is not None:
        return True
    if promised:
        assumed.append(WORD)
    return None


def _agree(text: str | None, shown: Sequence[tuple[str, Shown]], ground: Ground, assumed: list[str]) -> int | None:
    """How many entries are under a checkpoint kept elsewhere that says the same; None where it can't be told."""
    if text is None:
        return None
    offer = _offer(text)
    head = ground.open_head(offer.note)
    told = [_agrees(one, head, offer) for _, one in shown]
    if ground.session is not None:
        ground.require_here(head)
        return head.size
    if not (told and all(told)):
        assumed.append(KEPT_APART)
        return None
    return head.size


def _offer(text: str) -> Offer:
    """A checkpoint as it is handed out, with or without the proof that it adds to an older one."""
    try:
        return Offer.parse(text)
    except NoteError as error:
        raise UnprovenError("signature", str(error)) from None


def _agrees(one: Shown, head: note.Checkpoint, offer: Offer) -> bool:
    """Whether it can be told that they are of one log; raises UnprovenError where they are not."""
    if proofs.require_agrees(one, head):
        return True
    if offer.old == one.size:
        proofs.require_prefix(one, head, offer.proof)
    return offer.old == one.size


def _witnessed(case: Case, shown: Sequence[tuple[str, Shown]]) -> tuple[str, ...]:
    """Who of those named cosigned the checkpoint kept elsewhere, or those of the proofs."""
    signers, cosigners = proofs.parse_keys(case.witnesses)
    if signers:
        raise UnprovenError("key", "a log's key is not a witness's")
    kept = [_offer(case.checkpoint).note] if case.checkpoint is not None else [one.checkpoint for _, one in shown]
    for text in kept:
        proofs.require_cosigned(text, cosigners)
    return tuple(sorted({one.name for one in cosigners}))


def _only(shown: Sequence[tuple[str, Shown]]) -> Shown:
    if len(shown) != 1:
        raise UnprovenError("which")
    return shown[0][1]


def _proved(name: str, one: Shown) -> Proved:
    said = one.said or {}
    return Proved(
        name, one.origin, one.index, one.size, one.leaf.hex(), one.root.hex(), said.get("event"), said.get("at")
    )
