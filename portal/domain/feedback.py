"""What a reporter is told in the end (反馈): four things, and no name (应急〔2023〕106号)."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from crypto.errors import FormatError
from portal.domain.paper_vocabulary import Eligible, Outcome


@dataclass(frozen=True, slots=True)
class Feedback:
    """Conclusion, short facts, what becomes of it, and whether the conditions of a reward are met."""

    outcome: Outcome
    facts: str
    handling: str
    eligible: Eligible
    reward: str  # why, or what it still depends on

    def as_bytes(self) -> bytes:
        """The form that is sealed."""
        return json.dumps({"v": 1, **asdict(self)}, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Read it back. Raises FormatError for what is none."""
        try:
            said = json.loads(data)
            outcome, eligible = Outcome(said["outcome"]), Eligible(said["eligible"])
            return cls(outcome, said["facts"], said["handling"], eligible, said["reward"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise FormatError("feedback of an unknown form") from error
