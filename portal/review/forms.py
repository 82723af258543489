"""The officers' forms: what they write, the sentence for each mistake, and the frozen value that comes of it."""

from collections.abc import Mapping
from typing import Any

from wtforms.validators import StopValidation

from crypto.enrolment import EnrolmentCode
from crypto.errors import ReceiptError
from portal.domain.errors import (
    EnrolmentError,
    ExpiredCodeError,
    UsedCodeError,
)
from portal.domain.values import LETTER_LIMIT
from portal.office import passwords
from portal.review.moment_forms import MomentForm, one_time
from portal.web import slips
from portal.web.forms import Carried, Hidden, Plain, PortalForm, Secret, Ticks, at_most, required
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
    brief = Carried(validators=[at_most(LETTER_LIMIT)])
    note = Carried(validators=[at_most(LETTER_LIMIT)])
    words = Carried(validators=[at_most(LETTER_LIMIT)])
    officer = Hidden()
    office = Hidden()
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
        kept = (self.subject, self.text, self.question, self.explanation, self.why, self.brief, self.note)
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


class SignOutForm(PortalForm):
    """Signing out is a POST with a token of its own session."""

    anchor = "send-sign-out"
