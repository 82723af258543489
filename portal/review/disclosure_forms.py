"""The forms of a disclosure (知悉): asking for it, the steps of the three people, the sentence for each mistake."""

from typing import Any

from wtforms.validators import StopValidation

from portal.domain.disclosure import COMPARED
from portal.domain.errors import (
    AskedAlreadyError,
    FieldsError,
    ReasonError,
    RefusalError,
    UnansweredError,
    UnaskedError,
    UnmatchedError,
)
from portal.domain.values import LETTER_LIMIT, LINE_LIMIT, Plea
from portal.domain.vocabulary import IdentityField
from portal.office.requesting import REISSUE
from portal.review.case_forms import CaseForm
from portal.review.moment_forms import MomentForm, unproven
from portal.web.forms import Line, Plain, PortalForm, Text, Tick, Ticks, at_most, required
from portal.web.i18n import N_, gettext

LONGEST_HOURS = 72


def _known(form: Any, field: Any) -> None:
    """At least one, and none that is not a field of an identity."""
    del form
    if not field.data or not set(field.data) <= set(IdentityField):
        raise StopValidation(gettext("请至少选一项。"))


class RequestForm(CaseForm):
    """Asking to learn something of the reporter's identity (申请知悉)."""

    anchor = "send-request"
    done = "requested"
    ground = Plain(validators=[required(N_("请选一条理由。"))])
    fields = Ticks(validators=[_known])
    hours = Plain(validators=[required(N_("请写要看几个小时。"))])
    why = Text(validators=[required(N_("请写清为什么要看、不看办不成什么。")), at_most(LETTER_LIMIT, N_("为什么要看"))])

    def validate_hours(self, field: Any) -> None:
        """A whole number of hours."""
        typed = field.data
        if not (typed.isascii() and typed.isdigit() and len(typed) <= 2 and 1 <= int(typed) <= LONGEST_HOURS):  # noqa: PLR2004 — digits
            raise StopValidation(gettext("请写 1 到 %(most)s 之间的整数。", most=LONGEST_HOURS))

    def value(self) -> Plea:
        """The frozen value of a valid form."""
        fields = tuple(name for name in IdentityField if name in self.fields.data)
        return Plea(fields, self.ground.data, int(self.hours.data), self.why.data, self.seen_index)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say what does not go with the reason; False when the refusal is about something else."""
        for kind, field, sentence in (
            (ReasonError, self.ground, N_("没有这条理由，请重新选。")),
            (
                FieldsError,
                self.fields,
                N_("这条理由看不了这几项，或者看不了这么久，或者举报人没有留。请照理由下面写的来。"),
            ),
            (UnaskedError, self.ground, N_("这条理由要先在查询箱里问过举报人，才能用。")),
            (AskedAlreadyError, self.ground, N_("这一件您已经有一份申请没有办完，请等它办完，或者先撤销。")),
            (UnansweredError, self.ground, N_("问举报人还不到 5 个工作日，再等一等。")),
        ):
            if isinstance(refusal, kind):
                field.errors = [gettext(sentence)]
                return True
        return False


class ReissueForm(CaseForm):
    """Somebody stands at the counter who has lost the code (补办查询码): what they say of themselves."""

    anchor = "send-reissue"
    done = "requested"
    name = Line(validators=[required(N_("请写本人报的姓名。")), at_most(LINE_LIMIT, N_("本人报的姓名"))])
    phone = Plain(validators=[required(N_("请写本人报的电话。")), at_most(LINE_LIMIT, N_("本人报的电话"))])
    words = Text(validators=[required(N_("请写清怎么认的人。")), at_most(LETTER_LIMIT, N_("怎么认的人"))])
    present = Tick(validators=[required(N_("请先看过证件，再勾上。"))])

    def value(self, hours: int) -> Plea:
        """The frozen value of a valid form."""
        claims = {field: self[field].data for field in COMPARED}
        return Plea(tuple(claims), REISSUE, hours, self.words.data, self.seen_index, claims)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say why it cannot be compared; False when the refusal is about something else."""
        for kind, sentence in (
            (UnmatchedError, N_("三天之内核对过一次，没有对上。请过了三天再来，或者请举报人重新举报。")),
            (FieldsError, N_("举报人当时没有留姓名和电话，没有可以核对的。请重新举报，写明“以前报过”。")),
            (AskedAlreadyError, N_("这一件您已经有一份申请没有办完，请等它办完，或者先撤销。")),
        ):
            if isinstance(refusal, kind):
                self.name.errors = [gettext(sentence)]
                return True
        return False


class RequestStepForm(CaseForm):
    """A step on a request that needs no code: refusing it, or closing it."""


class RefuseRequestForm(RequestStepForm):
    """The lead or the custodian says no."""

    anchor = "send-refuse"
    done = "refused"


class CloseRequestForm(RequestStepForm):
    """Whoever asked needs it no longer."""

    anchor = "send-close"
    done = "closed"


class CodeStepForm(MomentForm, RequestStepForm):
    """A step with a one-time code or a passkey of this moment."""

    def refuse_code(self, refusal: RefusalError) -> None:
        """Say that the code, or the passkey, does not fit; the view calls it."""
        self.otp.errors = [unproven(refusal)]


class AnswerForm(CodeStepForm):
    """The custodian compares: yes or no."""

    anchor = "send-answer"
    done = "answered"


class ReissueCodeForm(RequestStepForm):
    """Whoever asked issues the new code."""

    anchor = "send-code"
    done = "closed"


class LiftForm(CodeStepForm):
    """The lead agrees and gives the desk's half of the keys."""

    anchor = "send-lift"
    done = "lifted"


class ReleaseForm(CodeStepForm):
    """The custodian releases single fields."""

    anchor = "send-release"
    done = "released"
    fields = Ticks(validators=[_known])

    def chosen(self) -> tuple[IdentityField, ...]:
        """The fields of a valid form."""
        return tuple(name for name in IdentityField if name in self.fields.data)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say that a field cannot be released; False when the refusal is about something else."""
        if not isinstance(refusal, FieldsError):
            return False
        self.fields.errors = [gettext("只能放行已经开锁的项目，至少一项。")]
        return True


class ReadForm(PortalForm):
    """Reading what was released: a POST, for it is recorded each time."""

    anchor = "send-read"
