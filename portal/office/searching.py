"""Searching the cases of one's own desks by words (查找): marks say where to look, and what is unsealed there decides.

The words are in no address, log, cookie or entry; an entry has a keyed digest of them, and how much was unsealed.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby, islice
from operator import itemgetter
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from crypto import index
from crypto.primitives import sha256
from portal.domain import access
from portal.domain.access import Actor, CaseFacts
from portal.office import checkpoints, indexing, postings, queue, telling
from portal.office.desk_sheets import SearchSheet
from portal.office.house import House
from portal.office.indexing import Indexer
from portal.office.keyring import Keyring
from portal.office.recording import Draft, record
from portal.office.sealing import Content
from portal.store.cases import Case
from portal.store.driving import each
from portal.store.index import IndexedCase, IndexPart
from portal.store.officers import DeskEpoch
from portal.store.recusals import cases_of

SEARCHED = "searched"
SHORTEST = 2  # characters: the index knows no single ones
PAGE = 20
MOST_LOOKED = 60  # cases looked into for one page
MOST_MARKS = 12  # looked up; what they leave is read anyway
WAITING = 1000  # counted up to here
_NUMBERED = (
    select(Case)
    .join(IndexedCase, IndexedCase.case_id == Case.id)
    .where(IndexedCase.part == bindparam("part"), IndexedCase.number.in_(bindparam("numbers", expanding=True)))
    .order_by(IndexedCase.number.desc())
)
_ELSEWHERE = select(IndexedCase.case_id).where(
    IndexedCase.case_id.in_(bindparam("cases", expanding=True)),
    IndexedCase.part.in_(bindparam("parts", expanding=True)),
)
_OUT = select(cases_of(bindparam("officer")).subquery())
_PARTS = (
    select(IndexPart)
    .join(DeskEpoch, DeskEpoch.id == IndexPart.desk_epoch_id)
    .where(
        DeskEpoch.id.in_(bindparam("epochs", expanding=True)), DeskEpoch.desk_id.in_(bindparam("desks", expanding=True))
    )
    .order_by(IndexPart.part.desc())
)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a search has come: below this number, in this index and those that follow it."""

    part: int
    below: int

    def __str__(self) -> str:
        return f"{self.part}.{self.below}"

    @classmethod
    def parse(cls, text: str) -> "Place | None":
        """Read it from a form; whatever is damaged means the beginning."""
        part, _, below = text.partition(".")
        digits = part + below
        if not (part and below and digits.isascii() and digits.isdigit() and len(digits) <= 18):  # noqa: PLR2004 — as a column holds
            return None
        return cls(int(part), int(below))


def terms_of(words: str) -> tuple[str, ...]:
    """The words that must all stand in a report; single characters with spaces between are one word."""
    terms = tuple(dict.fromkeys(filter(None, map(index.squeeze, words.split()))))
    if terms and min(map(len, terms)) < SHORTEST:
        terms = (index.squeeze(words),)
    return tuple(term for term in terms if len(term) >= SHORTEST)


@dataclass(slots=True)
class _Search:
    """One search on its way, through the indices of every epoch of the officer's desks."""

    by: Indexer
    terms: tuple[str, ...]
    parts: Sequence[IndexPart]
    out: Collection[UUID]  # what the officer keeps out of
    hits: list[Case] = field(default_factory=list)
    contents: dict[UUID, Content] = field(default_factory=dict)
    looked: int = 0
    opened: int = 0

    def run(self, after: Place | None) -> Place | None:
        """Fill a page from the newest on, or from a place on; returns where to go on."""
        found = self._candidates(after)
        while some := tuple(islice(found, min(PAGE - len(self.hits), MOST_LOOKED - self.looked))):
            self.looked += len(some)
            for part, numbers in groupby(some, key=itemgetter(0)):
                self._confirm(part, [number for _, number in numbers])
        more = next(found, None)
        return Place(more[0], more[1] + 1) if more else None

    def _candidates(self, after: Place | None) -> Iterator[tuple[int, int]]:
        pieces = sorted(frozenset().union(*map(index.bigrams, self.terms)))[:MOST_MARKS]
        for row in self.parts:
            if row.desk_epoch_id is None or (after is not None and row.part > after.part):
                continue
            below = min(row.taken, after.below) if after is not None and row.part == after.part else row.taken
            marks = index.marks(_key(self.by, row.desk_epoch_id), "content", pieces)
            for number in postings.holding(self.by.session, row.part, indexing.CONTENT, marks, below):
                yield row.part, number

    def _confirm(self, part: int, numbers: Sequence[int]) -> None:
        """Keep those in which the words really stand, that are at the officer's desks now, each once."""
        held = self.by.session.scalars(_NUMBERED, {"part": part, "numbers": numbers})
        cases = [case for case in held if access.handles(self.by.actor, _facts(case)) and case.id not in self.out]
        read = telling.of(self.by.session, self.by.house, self.by.ring, {one.id for one in cases})
        told = read.told
        self.contents |= read.contents
        self.opened += len(told)
        here = [one for one in cases if one.id in told and all(term in told[one.id].words for term in self.terms)]
        elsewhere = self._elsewhere(here, [row.part for row in self.parts if row.part > part])
        self.hits += [one for one in here if one.id not in elsewhere]

    def _elsewhere(self, cases: Sequence[Case], parts: Sequence[int]) -> set[UUID]:
        """The cases that an index looked at before has too."""
        if not parts or not cases:
            return set()
        ids = [one.id for one in cases]
        return set(each(self.by.session, _ELSEWHERE, cases=ids, parts=[*parts]))


def _key(by: Indexer, epoch_id: UUID) -> bytes:
    return index.search_key(by.ring.epochs[epoch_id].seed)


def _facts(case: Case) -> CaseFacts:
    return CaseFacts(case.id, case.state, case.desk_id, case.lead_desk_id, case.raised_desk_id)


def search(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    language: str,
    terms: tuple[str, ...],
    *,
    now: datetime,
    after: Place | None = None,
) -> SearchSheet:
    """One page of the cases in which all terms stand, recorded as one `searched` entry. Raises NotAllowedError.

    What waits to be indexed at the officer's desks is indexed first, some of it.
    """
    desks = access.require_seat(actor, queue.DUTIES)
    checkpoints.require_signed(session, house, now=now)
    party = queue.party(actor)
    by = Indexer(session, house, actor, ring, party, now)
    shared = indexing.catch_up(by)
    out = frozenset(each(session, _OUT, officer=actor.officer_id))
    made = _Search(by, terms, _parts(session, ring, desks), out)
    onward = made.run(after)
    cases = tuple(made.hits)
    lines = queue.lines(session, house, by.directory, ring, cases, language, now, opened=made.contents)
    facts = {
        "count": len(cases),
        "digest": sha256(*(case.id.bytes for case in cases)).hex(),
        "filter": index.digest_of(_newest(by, desks), (*terms, str(after or ""))).hex(),
        "opened": made.opened,
    }
    record(session, house.entry_key, *shared.drafts, Draft(SEARCHED, now, party, facts=facts))
    left = indexing.waiting(session, desks, WAITING + 1)
    return SearchSheet(lines, str(onward) if onward else None, made.looked, left)


def _parts(session: Session, ring: Keyring, desks: Sequence[UUID]) -> Sequence[IndexPart]:
    """The indices that the officer's keys read, of the desks they sit at, newest first."""
    return each(session, _PARTS, epochs=[*ring.epochs], desks=[*desks])


def _newest(by: Indexer, desks: Sequence[UUID]) -> bytes:
    """The key of the officer's first desk, under which the ledger's digest of the words stands."""
    return by.ring.epochs[by.epoch(min(desks))].seed
