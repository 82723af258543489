"""What the table of routes says of one: what it does to the world, the entries it leaves, or why none."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

READ, CHANGE, NEITHER = "reveals", "changes", "neither"


@dataclass(frozen=True)
class Route:
    """What a page does, the entry that says so, and how a person comes to do it."""

    effect: str
    event: str = ""  # the newest entry afterwards; "" where none is written
    who: str = "nobody"
    data: Mapping[str, Any] | None = None
    status: int = 200
    also: str = ""  # the entries before it, in their order
    others: str = ""  # what it writes in other cases than this
    why: str = ""  # where none is written: why not

    @property
    def events(self) -> list[str]:
        """The entries that this way of asking leaves, in their order."""
        return [*self.also.split(), *([self.event] if self.event else [])]


# Why a page leaves no entry.
SAME = "the same for everybody: nothing of anybody's"
MACHINES = "for machines: whether it runs, and figures in which nobody can watch reports arrive"
DOORS = "a door: whoever is refused is counted, by the hour and kind, and entered by `tick`"
OWN = "a reporter's own report, shown to themselves (DESIGN §5)"
PIECES = "sealed bytes that are nothing yet: what becomes a file has its entry then"
OWN_SELF = "an officer's own account, shown to themselves"
OWN_DESK = "what waits at the officer's own desks: numbers, dates and steps; nothing of it is sealed"
FRAME = "kind and size of a file, which the case's page says; each picture has an address of its own, and an entry"
FRAME_LETTER = "how many pictures there are, as the payment's page says; each has an address of its own, and an entry"
STAFF_LIST = "who of the staff sits where, for those who administer them: nothing of a report"
FRAME_PROOF = "digests of a file whose copy they may open, and who added it, which the case's page says"
COUNTED = "dates counted by published rules, of no case"
PUBLISHED = "what an authority has published: files of rules, offices and their names"
