"""The officers' form for searching: what is typed, and the sentence for each mistake."""

from typing import Any

from wtforms.validators import StopValidation

from portal.office import searching
from portal.office.searching import Place
from portal.web.forms import Hidden, Line, PortalForm, at_most, required
from portal.web.i18n import N_, gettext

WORDS_LIMIT = 60
ADDRESS = "/review/search"


class SearchForm(PortalForm):
    """Words that must all stand in a report; a POST, for they are in no address."""

    anchor = "send-search"
    words = Line(validators=[required(N_("请输入要找的字词。")), at_most(WORDS_LIMIT, N_("要找的字词"))])
    after = Hidden()

    def validate_words(self, field: Any) -> None:
        """Two characters at the least: the index knows no single ones."""
        if not searching.terms_of(field.data):
            raise StopValidation(gettext("至少要两个字，标点不算。请多写一点。"))

    @property
    def terms(self) -> tuple[str, ...]:
        """The words of a valid form."""
        return searching.terms_of(self.words.data)

    @property
    def place(self) -> Place | None:
        """Where to go on."""
        return Place.parse(self.after.data or "")
