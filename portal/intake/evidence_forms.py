"""The forms beside a report's files; what is in a file is for the portal's office to look at, not for a form."""

import re
from typing import Any

from wtforms.validators import StopValidation

from portal.domain.evidence import Place
from portal.web.forms import Hidden, PortalForm, SendingForm
from portal.web.i18n import gettext


class UploadForm(PortalForm):
    """How long a file is that will come in pieces."""

    length = Hidden()

    def validate_length(self, _field: Any) -> None:
        """A number, of which what is stored decides whether it is too large."""
        if not re.fullmatch(r"[0-9]{1,12}", self.length.data):
            raise StopValidation(gettext("请用页面上的按钮。"))


class FinishForm(SendingForm):
    """A file has come in pieces, and this is said of it."""

    upload = Hidden()


class PlaceForm(PortalForm):
    """Where a photo was taken, offered back by the page that told of it."""

    anchor = "send-place"
    latitude, longitude = Hidden(), Hidden()

    def validate_longitude(self, _field: Any) -> None:
        """Both are what the page gave."""
        try:
            latitude, longitude = float(self.latitude.data), float(self.longitude.data)
        except ValueError:
            raise StopValidation(gettext("请用页面上的按钮。")) from None
        if not (abs(latitude) <= 90 and abs(longitude) <= 180):  # noqa: PLR2004 — degrees
            raise StopValidation(gettext("请用页面上的按钮。"))

    @property
    def place(self) -> Place:
        """Where that is."""
        return Place(float(self.latitude.data), float(self.longitude.data))
