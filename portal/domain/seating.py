"""Which duties one person may hold together, and which never after one another (DESIGN §1).

It knows the seats of one officer and the tree of authorities. The same tables make the triggers of the store, so that
no way of writing a seat goes round them.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from portal.domain.errors import SeatConflictError
from portal.domain.jurisdiction import AuthorityTree
from portal.domain.vocabulary import Duty

OTHERS = frozenset(Duty)
# Each duty with those that the same person never holds, and why.
APART: Mapping[Duty, tuple[frozenset[Duty], str]] = MappingProxyType(
    {
        Duty.AUDIT: (OTHERS - {Duty.AUDIT}, "who audits does nothing else"),
        Duty.ADMINISTER: (OTHERS - {Duty.ADMINISTER}, "who administers does nothing else"),
        Duty.LEAD: (frozenset({Duty.CUSTODY}), "together they open identities alone"),
        Duty.PAYOUT: (
            frozenset({Duty.INTAKE, Duty.INVESTIGATE, Duty.LEAD, Duty.AWARD}),
            "who pays never learns what for",
        ),
    }
)
# The same as pairs, both ways round.
PAIRS: tuple[tuple[Duty, Duty], ...] = tuple(
    sorted({pair for one, (never, _) in APART.items() for other in never for pair in ((one, other), (other, one))})
)
# Who ever held the one never holds the other where their shares meet: keys are remembered.
NEVER_AFTER: tuple[tuple[Duty, Duty], ...] = ((Duty.LEAD, Duty.CUSTODY), (Duty.CUSTODY, Duty.LEAD))


@dataclass(frozen=True, slots=True)
class Held:
    """A seat that an officer holds, or held before."""

    authority_id: UUID
    duty: Duty
    now: bool


def conflict(duties: AbstractSet[Duty]) -> str | None:
    """Return why one person may not hold these duties together; None when they may."""
    for duty, (never, why) in APART.items():
        both = sorted(duties & never)
        if duty in duties and both:
            return f"{duty} and {both[0]} are never one person: {why}"
    return None


def require_compatible(tree: AuthorityTree, held: Iterable[Held], authority_id: UUID, duty: Duty) -> None:
    """Raise SeatConflictError where somebody who holds or held these seats may not get this one."""
    for seat in held:
        if seat.now and (seat.duty, duty) in PAIRS:
            raise SeatConflictError(seat.duty, duty)
        if (seat.duty, duty) in NEVER_AFTER and meet(tree, seat.authority_id, authority_id):
            raise SeatConflictError(seat.duty, duty, before=True)


def meet(tree: AuthorityTree, one: UUID, other: UUID) -> bool:
    """Whether shares of two authorities can belong to one identity: the one is the other, or stands above it."""
    return one in tree.upwards(other) or other in tree.upwards(one)
