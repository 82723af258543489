"""Whether times go on from entry to entry, as far as entries tell them.

An entry stands where its transaction ended and says when its request began, so that a few stand before earlier ones;
reporters' entries say the hour alone. More than that needs a clock that went back, or somebody who dates a step back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.audit import written
from portal.domain.replay_entries import Judge, Rule, Said
from portal.domain.vocabulary import ActorKind

# Longer than a request lasts, a tick over everything there is, and by what hosts of one installation differ.
LONGEST = timedelta(hours=1)
HOUR = timedelta(hours=1)  # which reporters' entries tell, and no more


@dataclass(slots=True)
class Times:
    """How far the clock has come."""

    judge: Judge
    reached: datetime | None = None

    def hear(self, said: Said) -> None:
        """Note an entry that is of a time long before those that stand before it; those after are held to its own."""
        latest = said.moment + (HOUR if said.is_by(ActorKind.REPORTER) else timedelta())
        if self.reached is not None and latest < self.reached - LONGEST:
            until = written(self.reached - LONGEST)
            self.judge.breach(said, Rule.ORDER, f"a time not before {until}, which entries before it had reached")
            self.reached = said.moment
        self.reached = max(self.reached or said.moment, said.moment)
