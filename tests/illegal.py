"""Sequences that no portal that keeps its rules writes, each with the rule that it breaks and what that expects."""

from collections.abc import Mapping

from portal.domain.replay_entries import Rule
from tests.illegal_alarms import ALARMS
from tests.illegal_bank import BANK
from tests.illegal_cases import CASES
from tests.illegal_casework import CASEWORK
from tests.illegal_clocks import CLOCKS
from tests.illegal_files import FILES
from tests.illegal_requests import REQUESTS
from tests.illegal_revocations import REVOCATIONS
from tests.illegal_rewards import REWARDS
from tests.illegal_splitting import SPLITTING
from tests.illegal_staff import STAFF
from tests.illegal_times import TIMES
from tests.illegal_triage import TRIAGE
from tests.illegal_verification import VERIFICATION
from tests.telling import Sequence

ILLEGAL: Mapping[Sequence, tuple[Rule, str]] = {
    **ALARMS,
    **BANK,
    **CASES,
    **CASEWORK,
    **CLOCKS,
    **FILES,
    **REQUESTS,
    **REWARDS,
    **SPLITTING,
    **REVOCATIONS,
    **STAFF,
    **TIMES,
    **TRIAGE,
    **VERIFICATION,
}
