"""An officer's forms at triage beside taking up and turning away: put aside, block by two, merge, refer, object."""

import unicodedata
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from wtforms.validators import StopValidation

from portal.domain.case_vocabulary import ReferralStep
from portal.domain.errors import (
    DisputeError,
    MergeError,
    MotionPendingError,
    MustReferError,
    ReasonError,
    RecusedOfficerError,
    ReferralError,
    RefusalError,
)
from portal.domain.merging import Snag, SplitReason, SplitSnag
from portal.domain.referring import Snag as Refused
from portal.domain.values import LETTER_LIMIT, Handover
from portal.domain.vocabulary import MotionStep
from portal.office.disputing import Snag as Disputed
from portal.office.referring import Wish
from portal.office.splitting import Parting
from portal.review.case_forms import MUST_REFER, CaseForm
from portal.web.forms import Plain, PortalForm, Text, Tick, at_most, required
from portal.web.i18n import N_, gettext
from portal.web.triage_words import SPLIT_SNAGS


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


class SplitForm(CaseForm):
    """Undoing a merge that was wrong (拆分)."""

    anchor = "send-split"
    done = "split"
    leaves = Plain()
    split_reason = Plain(validators=[required(N_("请选一条理由。"))])
    split_words = Text(validators=[required(N_("请写为什么并错了。")), at_most(LETTER_LIMIT, N_("为什么并错了"))])

    def validate_leaves(self, field: Any) -> None:
        """One that was offered."""
        try:
            UUID(field.data)
        except (ValueError, TypeError):
            raise StopValidation(gettext(SPLIT_SNAGS[SplitSnag.UNKNOWN])) from None

    def validate_split_reason(self, field: Any) -> None:
        """One of the list."""
        if field.data not in set(SplitReason):
            raise StopValidation(gettext(SPLIT_SNAGS[SplitSnag.REASON]))

    def value(self) -> Parting:
        """The frozen value of a valid form."""
        return Parting(UUID(self.leaves.data), self.split_reason.data, self.split_words.data, self.seen_index)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say why not; False when the refusal is about something else."""
        if not isinstance(refusal, MergeError):
            return False
        self.split_reason.errors = [gettext(SPLIT_SNAGS[refusal.snag])]
        return True


class ReferForm(CaseForm):
    """Handing a matter to a body outside (移送)."""

    anchor = "send-refer"
    done = "referred"
    body = Plain(validators=[required(N_("请选移送给哪个机关。"))])
    extent = Plain(validators=[required(N_("请选整件移送，还是只移送一部分。"))])
    handed = Text(
        validators=[required(N_("请写移送的是什么事，别写举报人。")), at_most(LETTER_LIMIT, N_("移送的是什么事"))]
    )
    clean = Tick(validators=[required(N_("请先勾上：里面没有举报人，也没有原话。"))])
    SNAGS: ClassVar[Mapping[str, str]] = {
        Refused.BODY: N_("没有这个机关，请重新选。"),
        Refused.WHOLE: N_("移送给这个机关的，本件还要继续办：请选“只移送一部分”。"),
        Refused.PENDING: N_("已经移送给这个机关，还没有结果。"),
        Refused.WORDS: N_("请写清楚。"),
    }

    def validate_extent(self, field: Any) -> None:
        """One of the two."""
        if field.data not in {"whole", "part"}:
            raise StopValidation(gettext("请选整件移送，还是只移送一部分。"))

    def value(self) -> Wish:
        """The frozen value of a valid form."""
        return Wish(self.body.data, self.extent.data == "whole", self.handed.data, self.seen_index)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say why not; False when the refusal is about something else."""
        if not isinstance(refusal, ReferralError):
            return False
        field = self.extent if refusal.snag == Refused.WHOLE else self.body
        field.errors = [gettext(self.SNAGS[refusal.snag])]
        return True


class ReferralStepForm(CaseForm):
    """What became of what was handed over."""

    anchor = "send-referral"
    done = "referral"
    step = Plain()
    words = Text(validators=[at_most(LETTER_LIMIT, N_("说明"))])

    def validate_step(self, field: Any) -> None:
        """One of the buttons."""
        if field.data not in set(ReferralStep):
            raise StopValidation(gettext("这一页不完整，请刷新后再试。"))

    def value(self) -> tuple[ReferralStep, str, int]:
        """Which step, with which words, as it was seen; of a valid form."""
        return ReferralStep(self.step.data), self.words.data or "", self.seen_index

    def refuse(self, refusal: RefusalError) -> bool:
        """Say that words are missing; False when the refusal is about something else."""
        if isinstance(refusal, ReferralError):
            self.words.errors = [gettext(N_("这一步要写清楚：对方怎么答的、为什么退、为什么不移送。"))]
        return bool(self.words.errors)


class DisputeForm(CaseForm):
    """Objecting to a transfer (争议)."""

    anchor = "send-dispute"
    done = "disputed"
    objection = Text(
        validators=[required(N_("请写为什么不归这里管、该归谁管。")), at_most(LETTER_LIMIT, N_("为什么不归这里管"))]
    )
    SNAGS: ClassVar[Mapping[str, str]] = {
        Disputed.NONE: N_("这件现在不能提争议：不是转来的，或者上级已经决定过。"),
        Disputed.LATE: N_("过了 5 个工作日没有提，就算接受了（信访工作条例 23(3)）。"),
        Disputed.NOBODY: N_("两个单位共同的上级现在没有人在岗，请当面商量。"),
    }

    def refuse(self, refusal: RefusalError) -> bool:
        """Say why not; False when the refusal is about something else."""
        if isinstance(refusal, DisputeError):
            self.objection.errors = [gettext(self.SNAGS[refusal.snag])]
        return bool(self.objection.errors)


class SettleForm(CaseForm):
    """The level above says who handles it."""

    anchor = "send-settle"
    done = "settled"
    stays = False  # wherever it goes, the queue leads on
    handler = Plain(validators=[required(N_("请选由谁办理。"))])
    therefore = Text(validators=[required(N_("请写为什么由它办理。")), at_most(LETTER_LIMIT, N_("为什么由它办理"))])

    def validate_handler(self, field: Any) -> None:
        """One that was offered."""
        try:
            UUID(field.data)
        except ValueError:
            raise StopValidation(gettext("请选由谁办理。")) from None

    def value(self) -> Handover:
        """The frozen value of a valid form."""
        return Handover(UUID(self.handler.data), self.therefore.data, self.seen_index)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say why not; False when the refusal is about something else."""
        if isinstance(refusal, DisputeError):
            self.handler.errors = [gettext("现在不能这样决定，请从列出的单位里选。")]
        return bool(self.handler.errors)


class RecuseForm(CaseForm):
    """Keeping out of a case (回避), or keeping somebody out."""

    anchor = "send-recuse"
    done = "recused"
    whom = Plain()
    apart = Text(validators=[required(N_("请写为什么要回避。")), at_most(LETTER_LIMIT, N_("为什么要回避"))])

    def validate_whom(self, field: Any) -> None:
        """Oneself, or one that was offered."""
        try:
            UUID(field.data)
        except (ValueError, TypeError):
            raise StopValidation(gettext("请选由谁回避。")) from None

    def value(self) -> tuple[UUID, str, int]:
        """Whom, why, as it was seen; of a valid form."""
        return UUID(self.whom.data), self.apart.data, self.seen_index

    def refuse(self, refusal: RefusalError) -> bool:
        """Say that it is none of the case's people; False when the refusal is about something else."""
        if isinstance(refusal, RecusedOfficerError):
            self.whom.errors = [gettext("这个人和本件无关，或者已经回避。")]
        return bool(self.whom.errors)


class TakeBackForm(PortalForm):
    """Saying that nothing keeps one out of a case any more."""

    anchor = "send-back"
    done = "recusal_taken_back"
    which = Plain()
    reason = Text(
        validators=[required(N_("请写为什么不用再回避。")), at_most(LETTER_LIMIT, N_("为什么不用再回避"))],
        id="back-reason",
    )

    def validate_which(self, field: Any) -> None:
        """One that was offered."""
        try:
            UUID(field.data)
        except (ValueError, TypeError):
            raise StopValidation(gettext("请选哪一件。")) from None


class LiftForm(CaseForm):
    """Agreeing to that."""

    anchor = "send-lift"
    done = "recusal_lifted"


class KeepOutForm(PortalForm):
    """Keeping out of a case that one works on."""

    anchor = "send-recuse"
    done = "recused"
    apart = Text(validators=[required(N_("请写为什么要回避。")), at_most(LETTER_LIMIT, N_("为什么要回避"))])


TRIAGE_FORMS: tuple[type[PortalForm], ...] = (
    AsideForm,
    BackForm,
    BlockForm,
    MergeForm,
    SplitForm,
    ReferForm,
    DisputeForm,
    SettleForm,
    RecuseForm,
)
