"""Files with a report: their kinds, why one is not taken in, what its copy has not, what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What may be attached to a report."""

    IMAGE = "image"
    PDF = "pdf"
    AUDIO = "audio"
    VIDEO = "video"
    OFFICE = "office"


class Unfit(StrEnum):
    """Why a file is not taken in."""

    EMPTY = "empty"
    WEB_PAGE = "web_page"
    DRAWING = "drawing"  # SVG: a picture that can hold a program
    PROGRAM = "program"
    ARCHIVE = "archive"
    TEXT = "text"  # belongs into the report itself
    UNKNOWN = "unknown"


class Removed(StrEnum):
    """What the file had and the copy has not; each is told to whoever sent it."""

    PLACE = "place"  # where it was taken
    TIME = "time"
    CAMERA = "camera"  # or telephone: make, model, serial numbers, settings
    AUTHOR = "author"
    WORDS = "words"  # descriptions, comments, keywords
    SOFTWARE = "software"  # programs that made or changed it, and their notes
    PREVIEW = "preview"  # a small picture of before it was cut or painted over
    PROFILE = "profile"  # colours are now those of every screen
    TRANSPARENCY = "transparency"  # what lay under see-through parts
    FRAMES = "frames"  # further pictures of an animation or a burst
    DETAIL = "detail"  # larger than anybody needs: it was made smaller
    EXTRA = "extra"  # bytes after the picture's end: a film, another file
    TEXT = "text"  # words that can be selected or lie hidden: pages are pictures now
    ACTIONS = "actions"  # programs and links of a document
    ATTACHED = "attached"  # files within a document
    UNREAD = "unread"  # details that could not be read


class Kept(StrEnum):
    """Why there is no copy, so that the file stays with the identity."""

    UNCLEANABLE = "uncleanable"  # nobody can say of this kind that nothing is left in it
    TOO_LARGE = "too_large"  # bytes, pixels or pages
    PROTECTED = "protected"  # by a password
    BROKEN = "broken"  # no decoder reads it
    CRASHED = "crashed"  # it ended the decoder
    SLOW = "slow"  # it kept the decoder too long
    GARBLED = "garbled"  # what came out is no copy: the decoder is not believed
    BUSY = "busy"  # others were being copied
    SPENT = "spent"  # the decoder had worked long enough for whoever sends from that network
    UNAVAILABLE = "unavailable"  # no decoder here, or none that the system would confine


ANOTHER_TIME = frozenset({Kept.BUSY, Kept.SPENT})  # says nothing of the file: it may come once more


class Place(NamedTuple):
    """Where a picture says it was taken: degrees, WGS 84."""

    latitude: float
    longitude: float


class Fate(StrEnum):
    """What the office sees of a file."""

    COPIED = "copied"  # a copy made anew; the file itself is sealed apart, like a name
    AS_IS = "as_is"  # the file as it was sent: its sender said that it shows nobody
    KEPT = "kept"  # nothing yet: it is sealed apart, like a name


def fate_without_copy(kind: Kind, why: Kept, *, harmless: bool) -> Fate:
    """What becomes of a file of which there is no copy.

    A sender who ticks "shows nobody" has looked at a picture, not at what a telephone wrote into it: none is ever shown
    as it is. Nor is a file of which there would be a copy, had the decoder not been busy.
    """
    as_it_is = harmless and kind is not Kind.IMAGE and why not in ANOTHER_TIME
    return Fate.AS_IS if as_it_is else Fate.KEPT


class Scan(StrEnum):
    """What a virus scanner said."""

    UNASKED = "unasked"  # no scanner is set
    CLEAN = "clean"
    FOUND = "found"
    UNANSWERED = "unanswered"  # one is set and did not answer


class Snag(StrEnum):
    """Why an upload in pieces does not go on."""

    LOST = "lost"  # not of this mailbox, too old, or begun anew: from the beginning
    PIECE = "piece"  # no such piece, or not as long as it must be
    MISSING = "missing"  # one of the pieces has to come once more


class Flaw(StrEnum):
    """Why nothing of a file was taken, whatever kind it is."""

    TOO_LARGE = "too_large"  # for what the report may still have
    TOO_MANY = "too_many"
    AT_ONCE = "at_once"  # so many in one sending that none was looked at
    CROWDED = "crowded"  # others are sending: none was looked at
    TWICE = "twice"  # the reporter has sent this one already
    NO_ROOM = "no_room"  # on the portal's disk
    NOT_STORED = "not_stored"


class BlobRole(StrEnum):
    """What a sealed file outside the database is."""

    ORIGINAL = "original"  # as it was sent
    COPY = "copy"  # made anew for the office, without what may show its maker
    PAGE = "page"  # a picture of one page of it


class BackReason(StrEnum):
    """Why an officer takes back a file that they added."""

    MISTAKEN = "mistaken"  # 传错了文件
    DOUBLE = "double"  # 已经有同样的一份
    SHOWS = "shows"  # 看得出举报人是谁


@dataclass(frozen=True, slots=True)
class Resting:
    """What may rest on a file that an officer added."""

    over: bool  # the case was turned away, merged or handed over
    concluded: bool  # two people agreed to a conclusion since it was added
    proposed: bool  # something waits for a second person
    asked: bool  # whoever asked for the file as it was added still waits for it

    @property
    def flaw(self) -> str:
        """Why it stays; empty where nothing rests on it."""
        said = {"over": self.over, "concluded": self.concluded, "proposed": self.proposed, "asked": self.asked}
        return next((name for name, rests in said.items() if rests), "")
