"""The closed list of what is done about staff, beside the words that everything uses (`domain.vocabulary`)."""

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
