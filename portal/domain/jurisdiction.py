"""Which desks receive a report: the nearest with somebody seated, going up from the place it is about.

It knows the tree of authorities (主管部门), who is seated and what the reporter answered. The decisions:

* *Receiving authority* = that of the nearest intake desk, from the division's own authority upwards. A division
  without one (a development zone, 长白山) starts at its routing parent's.
* Lead and custody desks are the nearest from the *receiving* authority upwards, never below it: content opens for
  "the receiving intake desk and its lead desk", and a county must not approve what the prefecture received.
* `above` is the nearest seated lead desk strictly above the receiving lead's authority; None for the province.
* `concerns_office`: the office concerned is the one that *would have received* the report, so the search starts
  one above it, even where that one already stood in for an unseated office below. Everything chosen then lies
  strictly above the office concerned. Would the province have received it, it goes to discipline.
* `superior` (不希望由本地单位处理): likewise one above the one that would have received it, so that the name on the
  form really changes; the province stays. Together with `concerns_office` it asks for nothing more.
* Misconduct goes to discipline alone, and discipline never falls back on the tree, nor the tree on discipline's
  empty seats: NoDeskError.
* A choice is made once, when the report is sealed; nothing here widens it later.
* A transfer (转办) hands a report to another office with a seated intake desk, or to discipline; discipline hands
  nothing on. What concerns the office, or was not to be handled by the local one, goes only upwards: sideways and
  down lie the people it may be about. Who has handed it on before gets it back only from an office above both: the
  reporter is never sent round (LAW, C04: the common superior decides).
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

from portal.domain.errors import NoDeskError, PolicyError
from portal.domain.vocabulary import AuthorityKind, Duty

Seats = AbstractSet[tuple[UUID, Duty]]

OPENING_DUTIES: Final = (Duty.INTAKE, Duty.LEAD, Duty.CUSTODY)


@dataclass(frozen=True, slots=True)
class Node:
    """One authority: whom it stands under (None for a root), which tree, which division it answers for."""

    id: UUID
    superior: UUID | None
    kind: AuthorityKind
    division: str


@dataclass(frozen=True, slots=True)
class AuthorityTree:
    """The authorities by id, with the province's office and the discipline authority picked out.

    Build it with ``AuthorityTree.of``. ``routing_parents``: division code → the division it is routed under.
    """

    nodes: Mapping[UUID, Node]
    offices: Mapping[str, UUID]
    routing_parents: Mapping[str, str]
    province: UUID
    discipline: UUID | None

    @classmethod
    def of(cls, nodes: Iterable[Node], routing_parents: Mapping[str, str] | None = None) -> "AuthorityTree":
        """Check that the edges make one tree of offices with at most one discipline authority outside it.

        PolicyError for an unknown superior, a circle, two offices for one division, or not exactly one root.
        """
        by_id = {node.id: node for node in nodes}
        offices = {node.division: node.id for node in by_id.values() if node.kind is AuthorityKind.OFFICE}
        _check(by_id, offices)
        discipline = [node.id for node in by_id.values() if node.kind is AuthorityKind.DISCIPLINE]
        (province,) = (id_ for id_ in offices.values() if by_id[id_].superior is None)
        parents = MappingProxyType(dict(routing_parents or {}))
        return cls(MappingProxyType(by_id), MappingProxyType(offices), parents, province, next(iter(discipline), None))

    def upwards(self, authority: UUID) -> Iterator[UUID]:
        """Yield the authority itself, then each one above it, to the root."""
        current: UUID | None = authority
        while current is not None:
            yield current
            current = self.nodes[current].superior

    def office_of(self, division: str) -> UUID:
        """Return the office that answers for a division, by itself or by its routing parents, or NoDeskError."""
        seen: set[str] = set()
        code: str | None = division
        while code is not None and code not in seen:
            if code in self.offices:
                return self.offices[code]
            seen.add(code)
            code = self.routing_parents.get(code)
        raise NoDeskError(f"no office answers for division {division}")


@dataclass(frozen=True, slots=True)
class Routing:
    """Who receives a report: authority ids. ``authority`` is named on the form and equals ``intake``."""

    authority: UUID
    intake: UUID
    lead: UUID
    custody: UUID
    above: UUID | None


def route(
    tree: AuthorityTree,
    seats: Seats,
    *,
    division: str,
    misconduct: bool,
    concerns_office: bool,
    superior: bool,
) -> Routing:
    """Choose the desks for a report, by the decisions above; NoDeskError where nobody is seated."""
    if misconduct:
        return _to_discipline(tree, seats)
    start = tree.office_of(division)
    if concerns_office or superior:
        receiver = nearest(tree, seats, Duty.INTAKE, start)
        higher = tree.nodes[receiver].superior
        if higher is None and concerns_office:
            return _to_discipline(tree, seats)
        start = receiver if higher is None else higher
    return _up_from(tree, seats, start)


def handed_to(tree: AuthorityTree, seats: Seats, authority: UUID) -> Routing:
    """Choose the desks for a report that is handed to an authority; NoDeskError where nobody is seated."""
    return _to_discipline(tree, seats) if authority == tree.discipline else _up_from(tree, seats, authority)


def transfer_targets(
    tree: AuthorityTree, seats: Seats, handler: UUID, *, passed_on: AbstractSet[UUID], upwards: bool
) -> tuple[UUID, ...]:
    """Whom the handling authority may hand a report to, by the decisions above, in the order of the tree.

    ``passed_on``: who has handed it on before; ``upwards``: it concerns the office, or the local one was not wanted.
    """
    if handler == tree.discipline:
        return ()
    above = set(tree.upwards(handler)) - {handler}
    discipline = (tree.discipline,) if tree.discipline is not None and _seated(seats, tree.discipline) else ()
    offices = (one for one in tree.offices.values() if one != handler and (one, Duty.INTAKE) in seats)
    return (
        *(one for one in offices if (one in above or not upwards) and _may_return(tree, handler, one, passed_on)),
        *discipline,
    )


def _may_return(tree: AuthorityTree, handler: UUID, target: UUID, passed_on: AbstractSet[UUID]) -> bool:
    return target not in passed_on or handler in set(tree.upwards(target))


def common_superior(tree: AuthorityTree, seats: Seats, one: UUID, other: UUID) -> UUID | None:
    """The nearest authority above both with a seated lead: who decides which of them is competent; None for none."""
    over = set(tree.upwards(other)) - {other}
    above = (superior for superior in tree.upwards(one) if superior != one and superior in over)
    return next((superior for superior in above if (superior, Duty.LEAD) in seats), None)


def across(tree: AuthorityTree, seats: Seats, authority: UUID) -> tuple[UUID, ...]:
    """Whose investigators may be sent into another area (跨区): offices above, the nearest first, then those beside.

    Discipline sends its own alone, and nobody else's.
    """
    if authority == tree.discipline:
        return ()
    superior = tree.nodes[authority].superior
    beside = (one for one in tree.offices.values() if tree.nodes[one].superior == superior)
    offices = (*tree.upwards(authority), *beside)
    return tuple(dict.fromkeys(one for one in offices if one != authority and (one, Duty.INVESTIGATE) in seats))


def inquiry_readers(tree: AuthorityTree, seats: Seats, authority: UUID) -> tuple[tuple[UUID, Duty], ...]:
    """Who reads that somebody asked for a name: the nearest audit, and discipline; NoDeskError if nobody is."""
    found = [(one, Duty.AUDIT) for one in tree.upwards(authority) if (one, Duty.AUDIT) in seats][:1]
    if tree.discipline is not None:
        found += [(tree.discipline, duty) for duty in (Duty.INTAKE, Duty.LEAD) if (tree.discipline, duty) in seats]
    if not found:
        raise NoDeskError("neither audit nor discipline is seated: tell them in person")
    return tuple(found)


def trails(tree: AuthorityTree, auditing: Iterable[UUID]) -> frozenset[UUID]:
    """Whose audit trails an auditor reads: of the authority of each of their seats, and of those below.

    Discipline stands outside the tree, so that what it does is read by its own auditor alone.
    """
    seats = frozenset(auditing)
    return frozenset(one for one in tree.nodes if seats & frozenset(tree.upwards(one)))


def reads_inquiries(tree: AuthorityTree, authority: UUID, duty: Duty) -> bool:
    """Whether such things may be sealed to this desk."""
    return duty is Duty.AUDIT or (authority == tree.discipline and duty in {Duty.INTAKE, Duty.LEAD})


def open_for_reports(tree: AuthorityTree, seats: Seats) -> bool:
    """Say whether `/report` is open: the province itself has intake, lead and custody seated."""
    return _seated(seats, tree.province)


def misconduct_open(tree: AuthorityTree, seats: Seats) -> bool:
    """Say whether misconduct may be reported on line: discipline itself has the same three seated."""
    return tree.discipline is not None and _seated(seats, tree.discipline)


def _seated(seats: Seats, authority: UUID) -> bool:
    return all((authority, duty) in seats for duty in OPENING_DUTIES)


def _to_discipline(tree: AuthorityTree, seats: Seats) -> Routing:
    discipline = tree.discipline
    if discipline is None or not _seated(seats, discipline):
        raise NoDeskError("the discipline authority is not seated: show the off-line way")
    return Routing(discipline, discipline, discipline, discipline, above=None)


def _up_from(tree: AuthorityTree, seats: Seats, start: UUID) -> Routing:
    receiving = nearest(tree, seats, Duty.INTAKE, start)
    lead = nearest(tree, seats, Duty.LEAD, receiving)
    custody = nearest(tree, seats, Duty.CUSTODY, receiving)
    higher = (id_ for id_ in tree.upwards(lead) if id_ != lead and (id_, Duty.LEAD) in seats)
    return Routing(receiving, receiving, lead, custody, next(higher, None))


def nearest(tree: AuthorityTree, seats: Seats, duty: Duty, start: UUID) -> UUID:
    """The authority itself, or the next above it, where somebody is seated for a duty; NoDeskError where nobody is."""
    for authority in tree.upwards(start):
        if (authority, duty) in seats:
            return authority
    raise NoDeskError(f"nobody is seated for {duty} from {tree.nodes[start].division} upwards")


def _check(by_id: Mapping[UUID, Node], offices: Mapping[str, UUID]) -> None:
    kinds = [node.kind for node in by_id.values()]
    if len(offices) != kinds.count(AuthorityKind.OFFICE):
        raise PolicyError("two offices answer for one division")
    if kinds.count(AuthorityKind.DISCIPLINE) > 1:
        raise PolicyError("there is more than one discipline authority")
    if [by_id[id_].superior for id_ in offices.values()].count(None) != 1:
        raise PolicyError("the offices need exactly one root")
    for node in by_id.values():
        _check_edge(by_id, node)


def _check_edge(by_id: Mapping[UUID, Node], node: Node) -> None:
    if node.kind is AuthorityKind.DISCIPLINE and node.superior is not None:
        raise PolicyError("the discipline authority stands outside the tree")
    current, steps = node, 0
    while current.superior is not None:
        above = by_id.get(current.superior)
        if above is None or above.kind is not AuthorityKind.OFFICE:
            raise PolicyError(f"the office for {current.division} stands under an unknown authority")
        current, steps = above, steps + 1
        if steps > len(by_id):
            raise PolicyError(f"the office for {node.division} stands in a circle")
