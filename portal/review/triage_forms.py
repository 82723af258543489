"""An officer's forms at triage beside taking up and turning away: put aside, block by two, merge, refer, object."""

import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar

from wtforms.validators import StopValidation

from portal.domain.errors import MergeError, MotionPendingError, MustReferError, ReasonError, RefusalError
from portal.domain.merging import Snag
from portal.domain.values import LETTER_LIMIT
from portal.domain.vocabulary import MotionStep
from portal.review.case_forms import MUST_REFER, CaseForm
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
        if isinstance(refusal, MustReferError):
            self.block_ground.errors = [gettext(MUST_REFER[refusal.rule])]
            return True
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
    done = "confirmed"
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


class MergeForm(CaseForm):
    """Handling it with another case (并案)."""

    anchor = "send-merge"
    done = "merged"
    main_number = Plain(validators=[required(N_("请写并入哪一件的受理编号。"))])
    SNAGS: ClassVar[Mapping[str, str]] = {
        Snag.UNKNOWN: N_("本岗位没有这个受理编号。只能并入本岗位在办的案件。"),
        Snag.SELF: N_("这就是本件自己的编号。"),
        Snag.MERGED: N_("那一件自己已经并入别的案件，请写它并入的那一件的编号。"),
        Snag.OVER: N_("那一件已经结了，不能再并进去。"),
        Snag.MISCONDUCT: N_("公职人员问题不和别的事并案。"),
    }

    def value(self) -> str:
        """The number, of a valid form."""
        return unicodedata.normalize("NFKC", self.main_number.data).strip().upper()

    def refuse(self, refusal: RefusalError) -> bool:
        """Say why not; False when the refusal is about something else."""
        if isinstance(refusal, MergeError):
            self.main_number.errors = [gettext(self.SNAGS[refusal.snag])]
        elif isinstance(refusal, MustReferError):
            self.main_number.errors = [gettext(MUST_REFER[refusal.rule])]
        return bool(self.main_number.errors)


TRIAGE_FORMS: tuple[type[PortalForm], ...] = (AsideForm, BackForm, BlockForm, MergeForm)
