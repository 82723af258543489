"""What rules of rewards refuse, beside the refusals that everything uses (`domain.errors`)."""

from portal.domain.errors import NotAllowedError, RefusalError


class OwnAwardError(NotAllowedError):
    """Whoever proposed a reward, checked the case or refused it does not decide about it (403)."""


class AwardOpenError(RefusalError):
    """A reward of this report waits for a decision, was granted, or was revoked and may be given back (409)."""


class NoJudgeError(RefusalError):
    """Everybody at the award desk proposed this reward, checked the case or keeps out of it (409)."""


class AwardSumError(RefusalError):
    """What was judged is not what the rules give (422); `why` is a code."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the rules say otherwise: {why}")
        self.why = why


class ClaimError(RefusalError):
    """This cannot be claimed, or not any more (409); `why` is a code."""

    def __init__(self, why: str) -> None:
        super().__init__(f"it cannot be claimed: {why}")
        self.why = why


class CodeError(RefusalError):
    """The code for the counter is wrong, or asked for too soon, or shut (422); `why` is a code."""

    def __init__(self, why: str, left: int = 0) -> None:
        super().__init__(f"the code: {why}")
        self.why, self.left = why, left


class BankListError(RefusalError):
    """A list for the bank is not made, given out, answered or recalled so (409); `why` is a code."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the list for the bank: {why}")
        self.why = why
