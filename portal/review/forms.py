"""The officers' forms: what they write, the sentence for each mistake, and the frozen value that comes of it."""

from typing import Any

from wtforms.validators import StopValidation

from portal.domain.errors import ReasonError, RefusalError, UnansweredError, UnaskedError, WordsMissingError
from portal.domain.values import LETTER_LIMIT, Question, Refusal, Ruling
from portal.web.forms import Carried, Hidden, Line, Plain, PortalForm, Secret, Text, at_most, required
from portal.web.i18n import N_, gettext

SUBJECT_LIMIT = 60
NAME_LIMIT = 60
PASSWORD_LIMIT = 1_000  # an Argon2id input, not a letter
CODE_DIGITS = 6
INDEX_DIGITS = 12


class SignInForm(PortalForm):
    """Name, password, one-time code: which of them is wrong is never said."""

    username = Plain(validators=[required(N_("请输入用户名。")), at_most(NAME_LIMIT)])
    password = Secret(validators=[required(N_("请输入密码。")), at_most(PASSWORD_LIMIT)])
    otp = Plain(validators=[required(N_("请输入动态验证码，一共 6 位数字。"))])
    text = Carried(validators=[at_most(LETTER_LIMIT)])
    subject = Carried(validators=[at_most(SUBJECT_LIMIT)])
    question = Carried(validators=[at_most(LETTER_LIMIT)])
    explanation = Carried(validators=[at_most(LETTER_LIMIT)])
    reason = Hidden()
    onward = Hidden()

    def validate_username(self, field: Any) -> None:
        """Names are written small; telephones like to begin with a capital."""
        field.data = field.data.lower()

    def validate_otp(self, field: Any) -> None:
        """Six digits, however they were typed and spaced."""
        digits = (field.data or "").replace(" ", "")
        if not (digits.isascii() and digits.isdigit() and len(digits) == CODE_DIGITS):
            raise StopValidation(gettext("动态验证码是 6 位数字，请看验证器上现在显示的那一个。"))
        field.data = digits

    @property
    def carried(self) -> tuple[str, ...]:
        """What was typed before the session ended."""
        kept = (self.subject, self.text, self.question, self.explanation)
        return tuple(field.data for field in kept if field.data)

    def say_ended(self, onward: str) -> None:
        """Say that the session ended; the view calls it, what was typed is carried to where it was meant for."""
        self.onward.data = onward
        self.username.errors = [gettext("登录已经过期。请再登录一次，您写的内容都还在。")]

    def refuse(self) -> None:
        """Say that the three do not fit together; the view calls it after trying."""
        self.username.errors = [
            gettext("用户名、密码、动态验证码对不上。同一个验证码只能用一次，刚用过的话，等下一个再试。")
        ]


class CaseForm(PortalForm):
    """A step on a case, taken on the strength of what the page showed."""

    seen = Hidden()

    def validate_seen(self, field: Any) -> None:
        """The newest step that the officer saw, as an index of the ledger."""
        number = field.data or ""
        if not (number.isascii() and number.isdigit() and len(number) <= INDEX_DIGITS):
            raise StopValidation(gettext("这一页不完整，请刷新后再试。"))

    @property
    def seen_index(self) -> int:
        """That index, of a valid form."""
        return int(self.seen.data)


class AcceptForm(CaseForm):
    """Taking a report up (受理)."""

    anchor = "send-accept"
    subject = Line(validators=[required(N_("请写案由，一句话说清是什么事。")), at_most(SUBJECT_LIMIT, N_("案由"))])

    def ruling(self) -> Ruling:
        """The frozen value of a valid form."""
        return Ruling(self.subject.data, self.seen_index)


class AskForm(CaseForm):
    """Asking the reporter for more (请举报人补充)."""

    anchor = "send-ask"
    question = Text(validators=[required(N_("请写清要举报人补充什么。")), at_most(LETTER_LIMIT, N_("要补充什么"))])

    def value(self) -> Question:
        """The frozen value of a valid form."""
        return Question(self.question.data, self.seen_index)


class DeclineForm(CaseForm):
    """Turning a report away, with a reason (不予受理)."""

    anchor = "send-decline"
    reason = Plain(validators=[required(N_("请选一条理由。"))])
    explanation = Text(validators=[at_most(LETTER_LIMIT, N_("说明"))])

    def value(self) -> Refusal:
        """The frozen value of a valid form."""
        return Refusal(self.reason.data, self.explanation.data, self.seen_index)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say what the reason lacks; the view calls it. False when the refusal is about something else."""
        for kind, field, sentence in (
            (ReasonError, self.reason, N_("没有这条理由，请重新选。")),
            (UnaskedError, self.reason, N_("这条理由要先请举报人补充过，才能用。")),
            (
                UnansweredError,
                self.reason,
                N_("已请举报人补充，还没到答复的最后一天。到那天仍没有答复，才能用这条理由。"),
            ),
            (WordsMissingError, self.explanation, N_("这条理由要写上答复的内容。")),
        ):
            if isinstance(refusal, kind):
                field.errors = [gettext(sentence)]
                return True
        return False


class OfficeLetterForm(CaseForm):
    """A letter to the reporter, signed by duty and office, never by name."""

    anchor = "send-letter"
    text = Text(validators=[required(N_("请先写几句再发送。")), at_most(LETTER_LIMIT, N_("写给举报人"))])

    def value(self) -> Question:
        """The frozen value of a valid form."""
        return Question(self.text.data, self.seen_index)


class SignOutForm(PortalForm):
    """Signing out is a POST with a token of its own session."""

    anchor = "send-sign-out"


class ShowPhoneForm(PortalForm):
    """Showing the number of a reporter who may be phoned: a POST, for it is recorded each time."""

    anchor = "send-phone"
