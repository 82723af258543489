"""The form with which a reporter objects (异议)."""

from typing import Any

from portal.domain.errors import ObjectionError
from portal.domain.values import LETTER_LIMIT
from portal.web.forms import PortalForm, Text, at_most, required
from portal.web.i18n import N_, day, gettext

SAID = {
    "nothing": N_("现在还没有可以提出异议的决定。有话说，请在下面写信。"),
    "again": N_("您已经提出过异议，在复查，结果会写在这里。有要补充的，请在下面写信。"),
    "late": N_("提出异议的时间到 %(date)s为止，已经过了，这一份没有交出去。有新的情况，可以写信或者另交一件。"),
}


class ObjectionForm(PortalForm):
    """What is wrong with a decision, in the reporter's words."""

    anchor = "send-objection"
    text = Text(validators=[required(N_("请写哪里不对。")), at_most(LETTER_LIMIT, N_("哪里不对"))])

    def __init__(self, **given: Any) -> None:
        """Beside a letter, whose field has the same name."""
        super().__init__(**given)
        self.text.id = "objection-text"

    def say_why(self, refusal: ObjectionError) -> None:
        """Say why it is not taken, with the last day where there was one; the view calls it."""
        until = day(refusal.until) if refusal.until else ""
        self.text.errors = [gettext(SAID[refusal.flaw], date=until)]
