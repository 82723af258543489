"""How the child ends: its status, which is all it says beside the PDF."""

from enum import IntEnum


class End(IntEnum):
    """What Python itself ends with stays free."""

    MADE = 0
    UNAVAILABLE = 10  # typst is not installed, or the system confines nothing
    NO_FONT = 11  # none with Chinese in it
    NO_GLYPH = 12  # something on the page is in no font
    BROKEN = 13


class UnmadeError(Exception):
    """No PDF, for this reason."""

    def __init__(self, end: End) -> None:
        super().__init__(end.name)
        self.end = end
