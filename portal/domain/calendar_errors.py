"""Why a time limit could not be counted: nobody knows the rest days of a year that it reaches into."""

from portal.domain.errors import PolicyError


class NoCalendarError(PolicyError):
    """No holiday arrangement is there for a year, not even a provisional one (503)."""
