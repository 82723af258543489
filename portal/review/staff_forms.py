"""The forms of the staff: inviting, seating, what needs a second person, and the sentence for each refusal."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from wtforms.validators import StopValidation

from portal.domain.award_errors import BankListError, ClaimError
from portal.domain.errors import (
    EditionError,
    EstablishError,
    MotionPendingError,
    NoDeskError,
    RefusalError,
    SeatConflictError,
    SeatedAlreadyError,
    SignInError,
    StandingError,
    TakenNameError,
    TimeLimitError,
    UncertifiedOfficerError,
    UnfinishedError,
    UnfitPasskeyError,
)
from portal.domain.mailing import MailAddressError
from portal.domain.values import LETTER_LIMIT, LINE_LIMIT, Asked
from portal.domain.vocabulary import Duty
from portal.office import roster
from portal.office.passkeys import Made
from portal.review.moment_forms import MomentForm, unproven
from portal.web.award_words import BANK_SNAGS
from portal.web.clock_words import limit_sentence
from portal.web.forms import Hidden, Line, Plain, PortalForm, Text, Tick, at_most, required
from portal.web.i18n import N_, gettext
from portal.web.paper_words import UNFINISHED
from portal.web.passkeys import binding
from portal.web.policy_words import flaw_sentence
from portal.web.words import word

PASSKEY_NAME = 40

SENTENCES: Mapping[type[RefusalError], str] = {
    UncertifiedOfficerError: N_("这个人现在办不了：账号要开通了、密钥认证过、没有停用，才能上岗。"),
    SeatedAlreadyError: N_("已经是这样了：这个人已在这个岗位，或者这个岗位已有钥匙。"),
    MotionPendingError: N_("同样的一份已经提过，还在等第二个人复核。"),
    NoDeskError: N_("审计和纪检现在都没有人在岗，没有封存。请当面告诉上级的审计或者纪检。"),
    StandingError: N_("关于这个人的身份还有申请没有办完。等它办完，再移交。"),
    TakenNameError: N_("这个用户名已经有人用了，请换一个。"),
    MailAddressError: N_("这不是电子邮箱地址。要像 lin@example.cn 这样；留空就是不收。"),
    UnfitPasskeyError: N_("没有加上：页面放得太久，或者这把已经加过，或者已经有 10 把。请再点一次“添加”。"),
}


class StaffForm(PortalForm):
    """A step on the staff."""

    done: str  # which notice the page afterwards gives

    def __init__(self, *given: Any, about: str = "", **named: Any) -> None:
        """`about`: what tells one of several such forms on a page from the others."""
        super().__init__(*given, **named)
        self.anchor = f"{self.anchor}{about}"
        for field in self:
            field.id = f"{self.anchor}-{field.short_name}"

    def refuse(self, refusal: RefusalError) -> bool:
        """Say what is wrong; False when the form has no sentence for it."""
        sentence, field = said_of(refusal), self.at(refusal)
        if not sentence or field is None:
            return False
        field.errors = [sentence]
        return True

    def at(self, refusal: RefusalError) -> Any:
        """The field that a refusal is about; None where the form has none."""
        del refusal


def said_of(refusal: RefusalError) -> str:
    """The sentence for a refusal, "" where there is none."""
    if isinstance(refusal, SeatConflictError):
        return conflict(refusal)
    if isinstance(refusal, EstablishError | EditionError):
        return flaw_sentence(refusal)
    if isinstance(refusal, SignInError):
        return unproven(refusal)
    if isinstance(refusal, BankListError):
        return gettext(BANK_SNAGS[refusal.why])
    sentence = next((SENTENCES[kind] for kind in SENTENCES if isinstance(refusal, kind)), "")
    return gettext(sentence) if sentence else ""


def conflict(refusal: SeatConflictError) -> str:
    """Why one person may not hold two duties."""
    names = {"held": word(Duty(refusal.held)), "wanted": word(Duty(refusal.wanted))}
    if refusal.before:
        return gettext("当过%(held)s的人，不能再当%(wanted)s：两半钥匙不能先后到同一个人手里。", **names)
    return gettext("%(held)s和%(wanted)s不能是同一个人。", **names)


class InviteForm(StaffForm):
    """A new officer."""

    anchor = "send-invite"
    username = Plain(validators=[required(N_("请给一个用户名。"))])
    authority = Plain(validators=[required(N_("请选单位。"))])

    def validate_username(self, field: Any) -> None:
        """As names of accounts are written."""
        if not roster.USERNAME.fullmatch(field.data):
            raise StopValidation(gettext("用户名用 2 到 30 个小写字母、数字和短横线，第一个是字母。"))

    def validate_authority(self, field: Any) -> None:
        """One that was offered."""
        identified(field.data, N_("请选单位。"))

    def at(self, refusal: RefusalError) -> Any:
        """Its name."""
        del refusal
        return self.username


class StepForm(StaffForm):
    """What narrows somebody's reach: no code, a tick."""

    sure = Tick(validators=[required(N_("请先勾上“我看清了”。"))])

    def at(self, refusal: RefusalError) -> Any:
        """The tick."""
        del refusal
        return self.sure


class RenewForm(StepForm):
    """A new code for somebody whose code or password is lost."""

    anchor = "send-code"


class SuspendForm(StepForm):
    """Shutting somebody out."""

    anchor, done = "send-suspend", "suspended"


class LeaveForm(StepForm):
    """Somebody leaves the service."""

    anchor, done = "send-leave", "left"


class UnseatForm(StepForm):
    """Somebody leaves a desk."""

    anchor, done = "send-unseat", "unseated"
    desk = Plain(validators=[required(N_("请选岗位。"))])

    def validate_desk(self, field: Any) -> None:
        """One that was offered."""
        identified(field.data, N_("请选岗位。"))


class MailForm(StaffForm):
    """Where somebody's mail goes; nothing takes it away."""

    anchor, done = "send-mail", "mail"
    mail = Plain()

    def at(self, refusal: RefusalError) -> Any:
        """The address."""
        del refusal
        return self.mail


class EndSessionsForm(StaffForm):
    """Ending every session of somebody."""

    anchor, done = "send-sessions", "sessions"


class CodeForm(MomentForm, StaffForm):
    """A step with a one-time code or a passkey of this moment."""

    def at(self, refusal: RefusalError) -> Any:
        """The code; a form with a choice has more to say there."""
        del refusal
        return self.otp


class CertifyForm(CodeForm):
    """Proposing that an officer's keys be certified."""

    anchor, done = "send-certify", "proposed"


class ResumeForm(CodeForm):
    """Proposing that a suspended officer may sign in again."""

    anchor, done = "send-resume", "proposed"


class TurnForm(CodeForm):
    """Drawing the next key of a desk."""

    anchor, done = "send-turn", "proposed"


class PaperForm(CodeForm):
    """Showing the sheet of codes on paper."""

    anchor, done = "send-paper", "paper"


class AddPasskeyForm(CodeForm):
    """Taking a passkey that the browser has just made."""

    anchor, done = "send-passkey", "passkey"
    reading = ("name", "otp", "csrf_token")
    name = Line(
        validators=[required(N_("请给这把通行密钥起个名字，例如“办公室电脑”。")), at_most(PASSKEY_NAME, N_("名字"))]
    )
    credential = Hidden()

    def made(self) -> Made:
        """The frozen value of a valid form."""
        return Made(self.name.data, self.credential.data or "", binding())

    def at(self, refusal: RefusalError) -> Any:
        """The code for a wrong code, the name for the rest."""
        return self.otp if isinstance(refusal, SignInError) else self.name


class RemovePasskeyForm(StaffForm):
    """Removing one: what narrows takes no code."""

    anchor, done = "send-remove", "passkey-removed"


class OfferForm(CodeForm):
    """The lead gives a half of an identity's keys on its way."""

    anchor, done = "send-offer", "offered"


class MoveForm(CodeForm):
    """The custodian gives the other half, and both move."""

    anchor, done = "send-move", "moved"


class SeatForm(CodeForm):
    """Proposing a seat."""

    anchor, done = "send-seat", "proposed"
    reading = ("desk", "otp", "csrf_token")
    desk = Plain(validators=[required(N_("请选岗位。"))])

    def validate_desk(self, field: Any) -> None:
        """One that was offered."""
        identified(field.data, N_("请选岗位。"))

    def at(self, refusal: RefusalError) -> Any:
        """The code for a wrong code, the desk for the rest."""
        return self.otp if isinstance(refusal, SignInError) else self.desk


class OpenForm(CodeForm):
    """Drawing the first key of a desk."""

    anchor, done = "send-open", "proposed"
    reading = ("duty", "otp", "csrf_token")
    duty = Plain(validators=[required(N_("请选岗位。"))])

    def validate_duty(self, field: Any) -> None:
        """One that was offered."""
        if field.data not in set(Duty):
            raise StopValidation(gettext("请选岗位。"))

    def at(self, refusal: RefusalError) -> Any:
        """The code for a wrong code, the duty for the rest."""
        return self.otp if isinstance(refusal, SignInError) else self.duty


class ConfirmForm(CodeForm):
    """Confirming as the second person."""

    anchor, done = "send-confirm", "confirmed"
    reading = ("sure", "otp", "csrf_token")
    sure = Tick(validators=[required(N_("请先核对，再勾上。"))])


class AgreeForm(StaffForm):
    """Confirming a step of a case: no code of this moment is asked for."""

    anchor, done = "send-confirm", "confirmed"
    sure = Tick(validators=[required(N_("请先核对，再勾上。"))])

    def refuse(self, refusal: RefusalError) -> bool:
        """Say why it stays as it is; False when the refusal is about something else."""
        if isinstance(refusal, TimeLimitError):
            self.sure.errors = [limit_sentence(refusal)]
        elif isinstance(refusal, UnfinishedError):
            self.sure.errors = [gettext(UNFINISHED[refusal.flaw])]
        elif isinstance(refusal, ClaimError):
            self.sure.errors = [gettext("举报人已经提交领取，不能撤销；要追回，请把付款编号告诉发放岗位。")]
        return isinstance(refusal, TimeLimitError | UnfinishedError | ClaimError)


class RefuseMotionForm(StaffForm):
    """Not agreeing."""

    anchor, done = "send-refuse", "motion-refused"


class WithdrawMotionForm(StaffForm):
    """Taking back what one proposed."""

    anchor, done = "send-withdraw", "withdrawn"


class InquiryForm(StaffForm):
    """Writing down who asked for a reporter's name (过问登记)."""

    anchor, done = "send-inquiry", "registered"
    who = Line(validators=[required(N_("请写是谁打听的。")), at_most(LINE_LIMIT, N_("谁打听的"))])
    when = Line(validators=[required(N_("请写什么时候。")), at_most(LINE_LIMIT, N_("什么时候"))])
    number = Plain(validators=[at_most(LINE_LIMIT, N_("受理编号"))])
    words = Text(validators=[required(N_("请写问了什么、怎么回的。")), at_most(LETTER_LIMIT, N_("问了什么、怎么回的"))])

    def value(self) -> Asked:
        """The frozen value of a valid form."""
        return Asked(self.who.data, self.when.data, self.number.data, self.words.data)

    def at(self, refusal: RefusalError) -> Any:
        """Its words."""
        del refusal
        return self.words


def identified(text: str, sentence: str) -> UUID:
    """The id that was chosen from a list. Raises StopValidation with the sentence for anything else."""
    try:
        return UUID(text)
    except ValueError:
        raise StopValidation(gettext(sentence)) from None
