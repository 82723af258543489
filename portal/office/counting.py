"""`portal policy add-holidays`: what an official arrangement changes of clocks, before and after it is adopted.

It adopts nothing: that takes the signatures of two administrators.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from portal.domain import clocks
from portal.domain.errors import EditionError
from portal.office import recounting
from portal.office.acting import Operation
from portal.office.adopting import RELIED_ON
from portal.policy import adopting
from portal.policy.adopting import Flaw
from portal.policy.editions import HolidayYear
from portal.policy.loader import Volume


@dataclass(frozen=True, slots=True)
class Foretold:
    """What it changes: how many clocks are counted anew, and from which day to which."""

    adopted: bool
    counted: int
    moves: tuple[tuple[date, date, int], ...] = ()


def foretell(it: Operation, volume: Volume) -> Foretold:
    """Say what it would change; of one that was adopted, change a part of it: a full batch means call again.

    Raises EditionError for one that cannot be adopted.
    """
    it.directory()
    there = it.house.directories.editions.volumes
    if any(one.adopted and one.data == volume.data for one in there):
        counted = recounting.recount(it.session, it.house, now=it.now, most=recounting.BATCH)
        return Foretold(adopted=True, counted=counted)
    if not isinstance(volume.edition, HolidayYear):
        raise EditionError(Flaw.UNFIT, "holidays alone")
    adopting.require_adoptable(there, volume, today=clocks.day_of(it.now), codes=RELIED_ON)
    found = recounting.foretell(it.session, it.house, volume.edition, now=it.now)
    moves = Counter((was, due) for was, due in found if was != due)
    return Foretold(adopted=False, counted=len(found), moves=tuple((*days, moves[days]) for days in sorted(moves)))
