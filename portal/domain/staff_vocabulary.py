"""The closed lists of what is done about staff, and of recovery keys; `domain.vocabulary` has what everything uses."""

from enum import StrEnum


class StaffStep(StrEnum):
    """What an administrator does about an officer."""

    CERTIFY = "certify"  # with a second person
    SEAT = "seat"  # with a second person
    RESUME = "resume"  # with a second person
    UNSEAT = "unseat"
    SUSPEND = "suspend"
    RENEW = "renew"  # a new code
    END_SESSIONS = "end_sessions"
    LEAVE = "leave"


class RecoveryName(StrEnum):
    """Which of the two recovery keys; nobody holds shares of both."""

    CUSTODY = "custody"  # opens custody desks
    ALL_ELSE = "all-else"  # opens every other desk
