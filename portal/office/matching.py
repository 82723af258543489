"""Reports that may be about the same thing (查重), across offices: by marks of unit and place alone, under one key.

Of one's own desks a candidate is a case that can be opened, with its score and why; of another office, and to whoever
keeps out of it, it is a number, a day and who has it, and nothing else. Reports kept from an office, and discipline's,
are in no comparison.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from crypto.primitives import fields, sha256
from portal.domain import access, clocks, lifecycle, likeness
from portal.domain.access import Actor, CaseFacts
from portal.domain.likeness import Field
from portal.domain.vocabulary import Action, CaseState
from portal.office import gate, interests, match_keys, postings, telling
from portal.office.house import House
from portal.office.indexing import FIELDS, SIZED
from portal.office.interests import NAMED
from portal.office.keyring import Keyring
from portal.office.match_sheets import Candidate
from portal.store.cases import Case
from portal.store.driving import ahead, asked, each
from portal.store.index import IndexedCase
from portal.store.recusals import cases_of

MOST = 5  # candidates shown
WEIGHED = 100  # by each field, before they are weighed
DAY = timedelta(days=1)
_OTHERS = (
    select(
        *(IndexedCase.number, IndexedCase.sizes, Case.id, Case.arrived_at, Case.number, Case.category, Case.state),
        *(Case.main_id, Case.authority_id, Case.desk_id, Case.lead_desk_id, Case.raised_desk_id),
    )
    .join(Case, Case.id == IndexedCase.case_id)
    .where(IndexedCase.part == bindparam("part"), IndexedCase.number.in_(bindparam("numbers", expanding=True)))
)
_OUT = select(cases_of(bindparam("officer")).subquery())


class _Other(NamedTuple):
    """A case that shares marks with one, as it lies open."""

    place: int  # in the index
    sizes: bytes
    id: UUID
    arrived_at: datetime
    number: str | None
    category: str
    state: CaseState
    main_id: UUID | None
    authority_id: UUID
    desk_id: UUID
    lead_desk_id: UUID
    raised_desk_id: UUID | None

    @property
    def facts(self) -> CaseFacts:
        """What access rules look at."""
        return CaseFacts(self.id, self.state, self.desk_id, self.lead_desk_id, self.raised_desk_id)


def candidates(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    case_id: UUID,
    language: str,
    *,
    now: datetime,
) -> tuple[Candidate, ...]:
    """The likeliest first; none for a case that is compared with nothing. Raises StrangerError, NotAllowedError.

    The caller records what is shown of it.
    """
    case = gate.admit(session, house, actor, Action.OPEN, case_id).case
    said = telling.of(session, house, ring, {case_id}).told.get(case_id)
    about = said.fields if said is not None and not said.private else {}
    return similar(session, house, actor, ring, case, about, language, now=now)


def told(shown: Collection[Candidate]) -> dict[str, object]:
    """What an entry says of candidates that were shown: how many, and a digest of all that stood there."""
    if not shown:
        return {}
    stood = ((one.number, one.arrived_on, one.authority, one.case_id) for one in shown)
    lines = (fields(*(str(part or "").encode() for part in one)) for one in stood)
    return {"alike": len(shown), "digest": sha256(*lines).hex()}


def may_merge(state: CaseState) -> bool:
    """Whether a case can still be merged with another: from then on nobody asks what it is like."""
    return Action.MERGE in lifecycle.actions_from(state)


def similar(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    case: Case,
    about: Mapping[Field, str],
    language: str,
    *,
    now: datetime,
    key: bytes | None = None,
) -> tuple[Candidate, ...]:
    """The same for a case that was admitted, whose unit and place are at hand, and maybe the key."""
    row, taken = interests.compared(session, case.id)
    key = key or (match_keys.of(session, house, ring) if row is not None else None)
    if row is None or key is None:
        return ()
    ours = {field: interests.of_text(key, field, text).marks for field, text in about.items()}
    shared = _shared(session, row, taken, ours)
    others: dict[str, Any] = {"part": row.part, "numbers": [number for number in shared if number != row.number]}
    if not others["numbers"]:
        return ()
    with ahead(session, (_OTHERS, others), (_OUT, {"officer": actor.officer_id})):
        found = _weighed((_Other._make(one) for one in asked(session, _OTHERS, **others)), case, shared, ours)
        out = frozenset(each(session, _OUT, officer=actor.officer_id) if found else ())
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    return tuple(
        _candidate(actor, other, likely, directory.name(other.authority_id, language), out) for likely, other in found
    )


def _candidate(
    actor: Actor, other: _Other, likely: likeness.Likeness, authority: str, out: Collection[UUID]
) -> Candidate:
    shown = other.number, other.arrived_at.astimezone(clocks.SHANGHAI).date(), authority
    if other.id in out or not access.handles(actor, other.facts):
        return Candidate(*shown)
    return Candidate(*shown, other.id, other.category, other.state, likely.score, likely.why)


def _weighed(
    others: Iterable[_Other],
    case: Case,
    shared: Mapping[int, Mapping[Field, int]],
    ours: Mapping[Field, frozenset[int]],
) -> list[tuple[likeness.Likeness, _Other]]:
    """Those that are enough alike, the likeliest first, of two alike the newer."""
    made, matter = [], {case.id, case.main_id} - {None}
    for one in others:
        if {one.id, one.main_id} & matter:
            continue  # handled together already
        likely = likeness.weigh(
            {
                field: likeness.alike(shared[one.place].get(field, 0), len(ours[field]), size)
                for field, size in zip(SIZED, one.sizes, strict=True)
            },
            abs(one.arrived_at - case.arrived_at) // DAY,
        )
        if likely.score >= likeness.ENOUGH:
            made.append((likely, one))
    return sorted(made, key=lambda one: (-one[0].score, -one[1].arrived_at.timestamp(), one[1].id.hex))[:MOST]


def _shared(
    session: Session, row: IndexedCase, taken: int, ours: Mapping[Field, frozenset[int]]
) -> dict[int, dict[Field, int]]:
    """Of each case that shares many marks in one field: how many in each."""
    found: dict[int, dict[Field, int]] = {}
    wanted = {FIELDS[field]: ours[field] for field in SIZED if ours.get(field)}
    with ahead(session, *postings.looks(row.part, wanted, taken)):
        for number, some in wanted.items():
            least = likeness.least_shared(len(some))
            counted = postings.most_alike(session, row.part, number, some, taken, least=least, most=WEIGHED)
            for other, count in counted.items():
                found.setdefault(other, {})[NAMED[number]] = count
    for field in SIZED:
        missing = [number for number, counts in found.items() if field not in counts]
        if missing and ours.get(field):
            counts = postings.of_numbers(session, row.part, FIELDS[field], ours[field], missing)
            for number in missing:
                found[number][field] = counts[number]
    return found
