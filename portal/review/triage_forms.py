"""An officer's forms at triage beside taking up and turning away: put aside, block by two, merge, refer, object."""

from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms.validators import StopValidation

from portal.domain.errors import MotionPendingError, ReasonError, RefusalError
from portal.domain.values import LETTER_LIMIT
from portal.domain.vocabulary import MotionStep
from portal.review.case_forms import CaseForm
from portal.web.forms import Plain, PortalForm, Text, at_most, required
from portal.web.i18n import N_, gettext


class AsideForm(CaseForm):
    """Putting a report aside as no report (疑似垃圾信息)."""

    anchor = "send-aside"
    done = "aside"


class BackForm(CaseForm):
    """Putting it back among the others."""

    anchor = "send-back"
    done = "back"


class BlockForm(CaseForm):
    """Proposing that it is no report at all; another officer confirms."""

    anchor = "send-block"
    done = "proposed"
    block_ground = Plain(validators=[required(N_("请选一条理由。"))])
    block_words = Text(validators=[required(N_("请写凭什么看出它不是举报。")), at_most(LETTER_LIMIT, N_("凭什么"))])

    def refuse(self, refusal: RefusalError) -> bool:
        """Say what is wrong with it; False when the refusal is about something else."""
        for kind, sentence in (
            (ReasonError, N_("没有这条理由，请重新选。")),
            (MotionPendingError, N_("同样的一份已经提过，还在等第二个人复核。")),
        ):
            if isinstance(refusal, kind):
                self.block_ground.errors = [gettext(sentence)]
                return True
        return False


class BlockAnswerForm(CaseForm):
    """The second person agrees or does not; or whoever proposed it takes it back."""

    anchor = "send-block-answer"
    answer = Plain()
    DONE: ClassVar[Mapping[MotionStep, str]] = {
        MotionStep.CONFIRM: "confirmed",
        MotionStep.REFUSE: "motion-refused",
        MotionStep.WITHDRAW: "withdrawn",
    }

    def validate_answer(self, field: Any) -> None:
        """One of the three buttons."""
        if field.data not in set(self.DONE):
            raise StopValidation(gettext("这一页不完整，请刷新后再试。"))

    @property
    def step(self) -> MotionStep:
        """Which, of a valid form."""
        return MotionStep(self.answer.data)

    @property
    def done(self) -> str:
        """The notice afterwards."""
        return self.DONE[self.step]


TRIAGE_FORMS: tuple[type[PortalForm], ...] = (AsideForm, BackForm, BlockForm)
