"""How many files a report may have, or its case file, and how large they may be together."""

from dataclasses import dataclass

from portal.domain.errors import EnoughError
from portal.domain.vocabulary import MOST_FILES

MOST_BYTES = 200 * 1000 * 1000  # of the files of one report together
CAPTION = 500  # characters of what somebody says of a file
PIECE = 192 * 1024  # bytes of a file that comes in pieces: one such request fits where no thread waits for it
AT_ONCE = 5  # pieces that one request may bring where the link is quick: as many as a body holds
MOST_UPLOADS = MOST_FILES  # of one report that have begun and are not finished


@dataclass(frozen=True, slots=True)
class Allowance:
    """What the files of one report may come to here."""

    files: int = MOST_FILES
    length: int = MOST_BYTES


@dataclass(frozen=True, slots=True)
class Held:
    """The files a report has, or its case file, and how many it may have."""

    files: int
    length: int  # bytes, sealed
    allowance: Allowance = Allowance()
    after: int = 0  # the number that those of a case file follow

    def room(self) -> int:
        """How many bytes more it may have."""
        return max(0, self.allowance.length - self.length)

    @property
    def places(self) -> int:
        """How many files more."""
        return max(0, self.allowance.files - self.files)

    def next(self) -> int:
        """The number of the next file. Raises EnoughError when there is no place left."""
        if not self.places:
            raise EnoughError("it has as many files as it may have")
        return self.after + self.files + 1
