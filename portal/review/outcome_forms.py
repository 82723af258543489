"""Forms of what comes of a case: feedback, closing, who reviews, and a second person's word on a conclusion."""

from typing import Any
from uuid import UUID

from wtforms.validators import StopValidation

from portal.domain.errors import InterestError, RefusalError, UncertifiedOfficerError, UnfinishedError
from portal.domain.paper_vocabulary import Eligible
from portal.domain.papers import LIMIT
from portal.domain.values import LETTER_LIMIT
from portal.review.case_forms import CaseForm
from portal.review.paper_forms import choice, needed
from portal.review.staff_forms import StaffForm
from portal.web.forms import Plain, Text, Tick, at_most, required
from portal.web.i18n import N_, gettext
from portal.web.paper_words import UNFINISHED


class OutcomeForm(CaseForm):
    """A step that rests on the case file."""

    def refuse(self, refusal: RefusalError) -> bool:
        """Say what is still to be done; False when the refusal is about something else."""
        if isinstance(refusal, UnfinishedError):
            self.csrf_token.errors = [gettext(UNFINISHED[refusal.flaw])]
            return True
        return False


class FeedbackForm(OutcomeForm):
    """What the reporter is told in the end (反馈); the conclusion itself is read from the case file."""

    anchor = "send-feedback"
    done = "fed-back"
    facts = Text(validators=[needed("facts"), at_most(LETTER_LIMIT)])
    handling = Text(validators=[needed("handling"), at_most(LETTER_LIMIT)])
    eligible = Plain(validators=choice(set(Eligible), N_("请选符合不符合奖励条件。")))
    reward = Text(validators=[required(N_("请写为什么，或者还要等什么。")), at_most(LETTER_LIMIT)])

    def words(self) -> tuple[str, str, Eligible, str]:
        """The frozen value of a valid form."""
        return self.facts.data, self.handling.data, Eligible(self.eligible.data), self.reward.data


class CloseCaseForm(OutcomeForm):
    """Closing a case (办结)."""

    anchor = "send-close"
    done = "case-closed"
    why = Text(validators=[at_most(LIMIT)])
    sure = Tick(validators=[required(N_("请先核对，再勾上。"))])


class ReviewerForm(CaseForm):
    """Giving an objection to somebody who took no part (交办复查)."""

    anchor = "send-reviewer"
    done = "review-assigned"
    officer = Plain(validators=[required(N_("请选核查员。"))])
    brief = Text(validators=[required(N_("请写要复查什么。")), at_most(LETTER_LIMIT)])

    def validate_officer(self, field: Any) -> None:
        """One that was offered."""
        try:
            UUID(field.data)
        except ValueError:
            raise StopValidation(gettext("请选核查员。")) from None

    def refuse(self, refusal: RefusalError) -> bool:
        """Say why it is not this officer; False when the refusal is about something else."""
        if isinstance(refusal, UncertifiedOfficerError):
            self.officer.errors = [gettext("这个人参与过这一件，或者现在不在核查岗，请选别人。")]
        if isinstance(refusal, InterestError):
            self.officer.errors = [gettext("这个人申报过本件涉及的单位或者场所，请选别人（行政处罚法 第43条）。")]
        return bool(self.officer.errors)


class SendBackForm(StaffForm):
    """Not agreeing, with words on what is lacking (退回)."""

    anchor, done = "send-back", "sent-back"
    words = Text(validators=[required(N_("请写清缺什么、要补什么。")), at_most(LIMIT)])
