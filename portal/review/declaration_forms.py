"""What an officer declares of themselves, as a form."""

from typing import Any

from wtforms.validators import StopValidation

from portal.domain.errors import RefusalError
from portal.domain.values import LETTER_LIMIT, Declared
from portal.review.staff_forms import StaffForm
from portal.web.forms import Text, at_most
from portal.web.i18n import N_, gettext


class DeclareForm(StaffForm):
    """Declaring whom and what one has to do with (申报)."""

    anchor, done = "send-declaration", "declared"
    relatives = Text(validators=[at_most(LETTER_LIMIT, N_("亲属"))])
    units = Text(validators=[at_most(LETTER_LIMIT, N_("单位"))])
    interests = Text(validators=[at_most(LETTER_LIMIT, N_("利害关系"))])

    def validate_interests(self, field: Any) -> None:
        """Something must be said, if only that there is nothing."""
        if not any((self.relatives.data, self.units.data, field.data)):
            raise StopValidation(gettext("请至少写一项；都没有，就写“没有”。"))

    def value(self) -> Declared:
        """The frozen value of a valid form."""
        return Declared(self.relatives.data or "", self.units.data or "", self.interests.data or "")

    def at(self, refusal: RefusalError) -> Any:
        """Its last field."""
        del refusal
        return self.interests
