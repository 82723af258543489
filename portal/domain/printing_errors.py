"""Why a page was not made into a PDF: the page itself is there all the same, and a browser prints it."""

from portal.domain.errors import PortalError


class NotPrintedError(PortalError):
    """No PDF could be made here and now (503)."""


class NoFontError(NotPrintedError):
    """This system has no font with Chinese in it: there would be squares (503)."""


class NoGlyphError(NotPrintedError):
    """Something on the page is in no font of this system: there would be a square in its place (503)."""
