"""What is said by mail and to whom: a desk that is rung, a daily digest of equal shape, a checkpoint for a witness.

It knows which kind of message an event becomes, when one is tried again and when it is given up; it sends nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from portal.domain.errors import RefusalError

ADDRESS: Final = re.compile(
    r"(?=.{3,254}\Z)(?=[^@]{1,64}@)[A-Za-z0-9_%+-]+(?:\.[A-Za-z0-9_%+-]+)*"
    r"@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
)


class MailAddressError(RefusalError):
    """This is no mail address that staff can have (422)."""


class Parcel(StrEnum):
    """What leaves the portal; every other kind in the outbox waits for the digest."""

    ALARM = "alarm"  # 警报: at once, to whoever is on duty
    HOOK = "hook"  # the same for the office's SMS gateway
    DIGEST = "digest"  # 每日一封, whether something happened or not
    CHECKPOINT = "checkpoint"  # for witnesses


@dataclass(frozen=True, slots=True)
class Patience:
    """How long between two tries, growing from the first to the longest, and after how many it is given up."""

    first: timedelta
    longest: timedelta
    tries: int

    def after(self, tries: int) -> timedelta | None:
        """How long to wait once so many have failed; None: it is given up."""
        if tries >= self.tries:
            return None
        wait: timedelta = self.first * 2 ** (tries - 1)
        return min(wait, self.longest)


# An alarm that nobody could be told of for an hour has gone to the desk above by then, twice.
_URGENT = Patience(timedelta(seconds=15), timedelta(minutes=5), 16)
_CALM = Patience(timedelta(minutes=1), timedelta(hours=2), 18)
PATIENCE: Final[Mapping[Parcel, Patience]] = MappingProxyType(
    {Parcel.ALARM: _URGENT, Parcel.HOOK: _URGENT, Parcel.DIGEST: _CALM, Parcel.CHECKPOINT: _CALM}
)
STALE: Final = timedelta(hours=2)  # after which nobody is rung for an alarm that could not be sent


def require_address(text: str) -> str:
    """The address, without the blanks around it. Raises MailAddressError."""
    said = text.strip()
    if ADDRESS.fullmatch(said) is None:
        raise MailAddressError("no mail address")
    return said
