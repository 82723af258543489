"""A reward in its reporter's mailbox: how far it has come, and until when they may do something about it."""

from dataclasses import dataclass
from datetime import date

from portal.domain.award_vocabulary import AwardState, PayoutState


@dataclass(frozen=True, slots=True)
class RewardLine:
    """How far a reward has come, where there is a decision, or its reporter was asked for a name."""

    state: AwardState
    until: date | None  # to claim
    payment: PayoutState | None
    today: date
    ended: bool = False  # it was claimed, and ended unpaid
    claimable: bool = False  # and can be claimed anew
    coded: bool = False  # it is collected with a code, and not yet
    named: bool = True  # it takes an identity document
    contest_until: date | None = None  # a refusal or a revocation
    contested: bool = False  # and it was
    name_until: date | None = None  # to leave a name
    told: bool = True  # False: to a code before this one, and the award desk is still to tell it again

    @property
    def late(self) -> bool:
        """Whether the time to claim a grant is over, and nothing was claimed."""
        over = self.until is not None and self.until < self.today
        return self.state is AwardState.APPROVED and over and self.payment is None

    @property
    def contestable(self) -> bool:
        """Whether a refusal or a revocation may be contested now."""
        return not self.contested and self.contest_until is not None and self.today <= self.contest_until
