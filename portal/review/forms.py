"""The officers' forms: what they write, the sentence for each mistake, and the frozen value that comes of it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from wtforms.validators import StopValidation

from crypto.enrolment import EnrolmentCode
from crypto.errors import ReceiptError
from portal.domain.errors import (
    EnrolmentError,
    ExpiredCodeError,
    ReasonError,
    RefusalError,
    SeatedAlreadyError,
    UnansweredError,
    UnaskedError,
    UncertifiedOfficerError,
    UsedCodeError,
    WordsMissingError,
)
from portal.domain.values import LETTER_LIMIT, Order, Question, Refusal, Ruling
from portal.office import passwords
from portal.review.moment_forms import MomentForm, one_time
from portal.web import slips
from portal.web.forms import Carried, Hidden, Line, Plain, PortalForm, Secret, Text, Tick, Ticks, at_most, required
from portal.web.i18n import N_, gettext

SUBJECT_LIMIT = 60
NAME_LIMIT = 60
PASSWORD_LIMIT = 1_000  # an Argon2id input, not a letter
INDEX_DIGITS = 12
CODE_LIMIT = 200
SLIPS: Mapping[str, str] = {
    "length": N_("开通码一共 25 个字符，分五组。现在多了或者少了，请对照看一下。"),
    "symbol": N_("开通码里只有数字和英文字母，没有字母 U 和标点。请对照看一下。"),
    "many": N_("开通码好像抄错了不止一处，请一组一组对照看一下。"),
}
REFUSALS: Mapping[type[EnrolmentError], str] = {
    EnrolmentError: N_("用户名和开通码对不上。请照着给您的那一行，一样一样核对。"),
    UsedCodeError: N_("这个开通码已经用过了。如果不是您用的，请马上告诉系统管理员。"),
    ExpiredCodeError: N_("这个开通码已经过期。请找系统管理员要新的。"),
}


class SignInForm(MomentForm):
    """Name, password, one-time code or passkey: which of them is wrong is never said."""

    reading = ("username", "password", "otp", "csrf_token")
    username = Plain(validators=[required(N_("请输入用户名。")), at_most(NAME_LIMIT)])
    password = Secret(validators=[required(N_("请输入密码。")), at_most(PASSWORD_LIMIT)])
    text = Carried(validators=[at_most(LETTER_LIMIT)])
    subject = Carried(validators=[at_most(SUBJECT_LIMIT)])
    question = Carried(validators=[at_most(LETTER_LIMIT)])
    explanation = Carried(validators=[at_most(LETTER_LIMIT)])
    why = Carried(validators=[at_most(LETTER_LIMIT)])
    reason = Hidden()
    ground = Hidden()
    hours = Hidden()
    fields = Ticks()
    onward = Hidden()

    def validate_username(self, field: Any) -> None:
        """Names are written small; telephones like to begin with a capital."""
        field.data = field.data.lower()

    @property
    def carried(self) -> tuple[str, ...]:
        """What was typed before the session ended."""
        kept = (self.subject, self.text, self.question, self.explanation, self.why)
        return tuple(field.data for field in kept if field.data)

    def say_ended(self, onward: str) -> None:
        """Say that the session ended; the view calls it, what was typed is carried to where it was meant for."""
        self.onward.data = onward
        self.username.errors = [gettext("登录已经过期。请再登录一次，您写的内容都还在。")]

    def refuse(self) -> None:
        """Say that the three do not fit together; the view calls it after trying."""
        self.username.errors = [
            gettext("用户名、密码、通行密钥对不上。请再试一次，或者输入动态验证码。")
            if self.passkey.data
            else gettext("用户名、密码、动态验证码对不上。同一个验证码只能用一次，刚用过的话，等下一个再试。")
        ]


class CodeForm(PortalForm):
    """The first step of enrolling: who one is, and the code one was given."""

    username = Plain(validators=[required(N_("请输入用户名。")), at_most(NAME_LIMIT)])
    code = Plain(validators=[required(N_("请输入开通码，一共 25 个字符，分五组。")), at_most(CODE_LIMIT)])

    def __init__(self, **kwargs: Any) -> None:
        self.enrolment: EnrolmentCode | None = None
        super().__init__(**kwargs)

    def validate_username(self, field: Any) -> None:
        """Names are written small; telephones like to begin with a capital."""
        field.data = field.data.lower()

    def validate_code(self, field: Any) -> None:
        """Read the code, or say where to look."""
        try:
            self.enrolment = EnrolmentCode.parse(field.data)
        except ReceiptError as error:
            raise StopValidation(slips.sentence(error, SLIPS)) from None

    def refuse(self, refusal: EnrolmentError) -> None:
        """Say why the code opens nothing; whoever has it may know that."""
        self.code.errors = [gettext(REFUSALS[type(refusal)])]


class NewPasswordForm(PortalForm):
    """A new password, twice, and a one-time code."""

    password = Secret(validators=[required(N_("请想一个密码。")), at_most(PASSWORD_LIMIT)])
    again = Secret(validators=[required(N_("请把密码再输一遍。"))])
    otp = Plain(validators=[required(N_("请输入动态验证码，一共 6 位数字。"))])

    def validate_password(self, field: Any) -> None:
        """Long enough; how easily it is guessed is asked where name and office are known."""
        if passwords.too_short(field.data):
            raise StopValidation(gettext("密码太短，至少 %(n)s 个字符。", n=passwords.SHORTEST))

    def validate_again(self, field: Any) -> None:
        """The same twice."""
        if self.password.data and field.data != self.password.data:
            raise StopValidation(gettext("两遍密码不一样，请再输一次。"))

    def validate_otp(self, field: Any) -> None:
        """Six digits, or eight from paper."""
        field.data = one_time(field.data)

    def refuse_password(self) -> None:
        """Say that it is found too easily; the view calls it."""
        self.password.errors = [gettext("这个密码太容易被猜到。请换一个更长、更少见的，例如四五个互不相干的词连起来。")]


class PasswordForm(MomentForm, NewPasswordForm):
    """Changing one's password."""

    reading = ("current", "password", "again", "otp", "csrf_token")
    current = Secret(validators=[required(N_("请输入现在的密码。")), at_most(PASSWORD_LIMIT)])

    def refuse(self) -> None:
        """Say that password and code, or passkey, do not fit together; the view calls it."""
        self.current.errors = [
            gettext("现在的密码和通行密钥对不上。请再试一次，或者输入动态验证码。")
            if self.passkey.data
            else gettext("现在的密码和动态验证码对不上。同一个验证码只能用一次，刚用过的话，等下一个再试。")
        ]


class EnrolForm(CodeForm, NewPasswordForm):
    """The second step: a password, and the first one-time code."""

    username = Hidden()
    code = Hidden()
    secret = Hidden()  # of the one-time codes, sealed

    def refuse_otp(self) -> None:
        """Say that the digits are not those of the new secret; the view calls it."""
        self.otp.errors = [
            gettext("动态验证码对不上。请看验证器里新加的这一条，等它换成下一个再试；手机时间要准。密码也请再输两遍。")
        ]


class CaseForm(PortalForm):
    """A step on a case, taken on the strength of what the page showed."""

    done: str  # which notice the page afterwards gives
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

    def refuse(self, refusal: RefusalError) -> bool:
        """Say at its field what the refusal is about; False when it is about none."""
        del refusal
        return False


class AcceptForm(CaseForm):
    """Taking a report up (受理)."""

    anchor = "send-accept"
    done = "accepted"
    subject = Line(validators=[required(N_("请写案由，一句话说清是什么事。")), at_most(SUBJECT_LIMIT, N_("案由"))])

    def ruling(self) -> Ruling:
        """The frozen value of a valid form."""
        return Ruling(self.subject.data, self.seen_index)


class AskForm(CaseForm):
    """Asking the reporter for more (请举报人补充)."""

    anchor = "send-ask"
    done = "asked"
    question = Text(validators=[required(N_("请写清要举报人补充什么。")), at_most(LETTER_LIMIT, N_("要补充什么"))])

    def value(self) -> Question:
        """The frozen value of a valid form."""
        return Question(self.question.data, self.seen_index)


class DeclineForm(CaseForm):
    """Turning a report away, with a reason (不予受理)."""

    anchor = "send-decline"
    done = "declined"
    reason = Plain(validators=[required(N_("请选一条理由。"))])
    explanation = Text(validators=[at_most(LETTER_LIMIT, N_("说明"))])
    sure = Tick(validators=[required(N_("请先勾上“我看清了”：决定以后不能改。"))])

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
            (WordsMissingError, self.explanation, N_("请写给举报人：为什么不受理，还可以怎么办。")),
        ):
            if isinstance(refusal, kind):
                field.errors = [gettext(sentence)]
                return True
        return False


class AssignForm(CaseForm):
    """Giving a case to an investigator (分办)."""

    anchor = "send-assign"
    done = "assigned"
    officer = Plain(validators=[required(N_("请选核查员。"))])
    brief = Text(validators=[required(N_("请写摘要：去哪里、核查什么。")), at_most(LETTER_LIMIT, N_("摘要"))])
    narrative = Tick()

    def validate_officer(self, field: Any) -> None:
        """One that was offered."""
        try:
            UUID(field.data)
        except ValueError:
            raise StopValidation(gettext("请选核查员。")) from None

    def value(self) -> Order:
        """The frozen value of a valid form."""
        return Order(UUID(self.officer.data), self.brief.data, self.narrative.data, self.seen_index)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say why it is not this officer; False when the refusal is about something else."""
        for kind, sentence in (
            (SeatedAlreadyError, N_("这个人已经在办，或者就是您自己，请选别人。")),
            (UncertifiedOfficerError, N_("这个人现在不在核查岗，请选别人。")),
        ):
            if isinstance(refusal, kind):
                self.officer.errors = [gettext(sentence)]
                return True
        return False


class OfficeLetterForm(CaseForm):
    """A letter to the reporter, signed by duty and office, never by name."""

    anchor = "send-letter"
    done = "sent"
    text = Text(validators=[required(N_("请先写几句再发送。")), at_most(LETTER_LIMIT, N_("写给举报人"))])

    def value(self) -> Question:
        """The frozen value of a valid form."""
        return Question(self.text.data, self.seen_index)


class UnassignForm(PortalForm):
    """Taking an investigator off a case."""

    anchor = "send-unassign"


class SignOutForm(PortalForm):
    """Signing out is a POST with a token of its own session."""

    anchor = "send-sign-out"


class ShowPhoneForm(PortalForm):
    """Showing the number of a reporter who may be phoned: a POST, for it is recorded each time."""

    anchor = "send-phone"
