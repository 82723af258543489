"""Which duties one person may hold together (DESIGN §1).

It knows the duties of one officer; that nobody who ever held a lead seat gets a custody seat is asked where seats are
given later.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import MappingProxyType

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


def conflict(duties: AbstractSet[Duty]) -> str | None:
    """Return why one person may not hold these duties together; None when they may."""
    for duty, (never, why) in APART.items():
        both = sorted(duties & never)
        if duty in duties and both:
            return f"{duty} and {both[0]} are never one person: {why}"
    return None
