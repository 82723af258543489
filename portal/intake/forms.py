"""The reporters' forms: what they may send, the sentence for each mistake, and the frozen value that comes of it."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from wtforms.validators import StopValidation

from crypto.errors import ReceiptError
from crypto.receipt import Receipt
from portal.domain.values import (
    DESCRIPTION_LIMIT,
    LETTER_LIMIT,
    LINE_LIMIT,
    Identity,
    Narrative,
    Submission,
)
from portal.domain.vocabulary import IdentityField, Mode, Ongoing
from portal.web import slips
from portal.web.forms import Carried, Hidden, Line, Plain, PortalForm, Text, Tick, at_most, one_of, required
from portal.web.i18n import N_, gettext

CONTACT_LIMIT = 100
VENUE_LIMIT = 40
EARLIEST = date(1949, 10, 1)
MODES = frozenset(Mode)
ONGOING = frozenset(Ongoing)
ANSWERS = frozenset({"yes", "no"})
PHONE = re.compile(r"\+?[0-9][0-9 ()*#-]{4,29}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
KEPT: Mapping[Mode, tuple[IdentityField, ...]] = {
    Mode.IDENTIFIED: (IdentityField.NAME, IdentityField.PHONE, IdentityField.EMAIL),
    Mode.CONTACT: (IdentityField.PHONE, IdentityField.EMAIL),
    Mode.ANONYMOUS: (),
}
SLIPS: Mapping[str, str] = {
    "length": N_("查询码一共 25 个字符，分五组；数字版是 38 位。现在多了或者少了，请对照看一下。"),
    "symbol": N_("查询码里只有数字和英文字母，没有字母 U 和标点。请对照看一下。"),
    "many": N_("查询码好像抄错了不止一处，请一组一组对照看一下。"),
}
INSIDER, OUTSIDER = "insider", "outsider"  # values of IdentityField.RELATION


def well_formed_phone(_form: Any, field: Any) -> None:
    """Refuse what no telephone could dial."""
    if field.data and not PHONE.fullmatch(field.data):
        raise StopValidation(gettext("电话号码好像不对。请写数字，例如 138 0000 0000 或 0431-8888 8888。"))


def well_formed_email(_form: Any, field: Any) -> None:
    """Refuse what is no address; whether it exists is not asked."""
    if field.data and not EMAIL.fullmatch(field.data):
        raise StopValidation(gettext("电子邮箱好像不对。请写完整，例如 name@example.com。"))


class ContactForm(PortalForm):
    """How to reach a person; shared by the report and by the mailbox."""

    name = Line(validators=[at_most(CONTACT_LIMIT, N_("姓名"))])
    phone = Plain(validators=[at_most(CONTACT_LIMIT, N_("电话")), well_formed_phone])
    email = Plain(validators=[at_most(CONTACT_LIMIT, N_("电子邮箱")), well_formed_email])
    may_phone = Tick()

    def given(self, mode: Mode) -> dict[IdentityField, str]:
        """The fields that this mode keeps, of those that were filled in."""
        values = {field: self[field.value].data for field in KEPT[mode]}
        return {field: value for field, value in values.items() if value}


class ReportForm(ContactForm):
    """The report itself (`/report`)."""

    public = True
    category = Line()
    division = Line()
    concerns_office = Line(
        validators=[
            required(N_("请选“是”或者“不是”，我们才知道该交给谁。")),
            one_of(ANSWERS, N_("请在“是”和“不是”里选一个。")),
        ]
    )
    superior = Tick()
    place = Line(validators=[required(N_("请写一下在哪里，写到别人能找到就行。")), at_most(LINE_LIMIT, N_("在哪里"))])
    respondent = Line(validators=[at_most(LINE_LIMIT, N_("被举报的单位或人"))])
    ongoing = Line(validators=[one_of(ONGOING, N_("请在这几项里选一个，不确定就选“不清楚”。"))])
    occurred_on = Line()
    description = Text(
        validators=[
            required(N_("请写几句情况：看见了什么，什么时候，多久了。")),
            at_most(DESCRIPTION_LIMIT, N_("情况")),
        ]
    )
    mode = Line(
        validators=[
            required(N_("请选要不要留姓名。三种都会认真办。")),
            one_of(MODES, N_("请在三种方式里选一种。")),
        ]
    )
    insider = Tick()
    venue = Hidden(validators=[at_most(VENUE_LIMIT)])
    submission = Hidden()
    website = Line()  # a trap for robots: people never see it
    reading = (
        *("category", "description", "ongoing", "occurred_on", "division", "place", "respondent"),
        *("concerns_office", "superior", "mode", "name", "phone", "email", "may_phone", "insider"),
        *("venue", "submission", "website", "csrf_token"),
    )

    def __init__(self, *, kinds: frozenset[str], divisions: frozenset[str], today: date, **kwargs: Any) -> None:
        self._kinds, self._divisions, self._today = kinds, divisions, today
        self._occurred: date | None = None
        super().__init__(**kwargs)

    @property
    def trapped(self) -> bool:
        """Whether something filled in the field nobody sees: accept and mark, never refuse."""
        return bool(self.website.data)

    def validate_category(self, field: Any) -> None:
        """One of the kinds that may be reported now."""
        if field.data not in self._kinds:
            raise StopValidation(gettext("请选一项您要反映的事，选最接近的就行。"))

    def validate_division(self, field: Any) -> None:
        """One of the divisions of the province."""
        if field.data not in self._divisions:
            raise StopValidation(gettext("请选事情发生在哪个县（市、区）。"))

    def validate_occurred_on(self, field: Any) -> None:
        """Empty, or a day that has been and that somebody can remember."""
        if not field.data:
            return
        try:
            self._occurred = date.fromisoformat(field.data)
        except ValueError:
            raise StopValidation(gettext("日期请按“2026-03-01”的样子写，记不清就空着。")) from None
        if self._occurred > self._today:
            raise StopValidation(gettext("这个日期还没到。请改一下，记不清就空着。"))
        if self._occurred < EARLIEST:
            raise StopValidation(gettext("这个日期太早了。请改一下，记不清就空着。"))

    def validate_name(self, field: Any) -> None:
        """Needed when reporting under one's name."""
        if self.mode.data == Mode.IDENTIFIED and not field.data:
            raise StopValidation(gettext("您选了实名，请写姓名。不想写，可以改选匿名。"))

    def validate_phone(self, field: Any) -> None:
        """Needed with a name, with `you may phone me`, and when there is no other contact."""
        if field.data or self.mode.data == Mode.ANONYMOUS:
            return
        if self.mode.data == Mode.IDENTIFIED:
            raise StopValidation(gettext("您选了实名，请写一个能打通的电话。"))
        if self.mode.data == Mode.CONTACT and not self.email.data:
            raise StopValidation(gettext("您选了留联系方式，请写电话或者电子邮箱，写一样就行。"))
        if self.may_phone.data:
            raise StopValidation(gettext("您勾了“可以打我电话”，请写电话号码。"))

    def to_submission(self, *, marked: bool) -> Submission:
        """The frozen value of a valid form; what the chosen mode does not keep is left behind here."""
        given = self.given(Mode(self.mode.data))
        relation = INSIDER if self.insider.data else OUTSIDER
        return Submission(
            token=self.submission.data,
            narrative=self._narrative(may_phone=self.may_phone.data and IdentityField.PHONE in given),
            identity=Identity({**given, IdentityField.RELATION: relation}),
            marked=marked or self.trapped,
        )

    def _narrative(self, *, may_phone: bool) -> Narrative:
        return Narrative(
            category=self.category.data,
            division=self.division.data,
            respondent=self.respondent.data,
            place=self.place.data,
            ongoing=Ongoing(self.ongoing.data or Ongoing.UNKNOWN),
            occurred_on=self._occurred,
            description=self.description.data,
            mode=Mode(self.mode.data),
            concerns_office=self.concerns_office.data == "yes",
            superior=self.superior.data,
            may_phone=may_phone,
        )


class ReceiptForm(PortalForm):
    """The way into the mailbox: the code, however it was copied."""

    public = True
    receipt = Line(validators=[required(N_("请输入查询码，一共 25 个字符，分五组。")), at_most(LINE_LIMIT)])
    text = Carried(validators=[at_most(LETTER_LIMIT)])

    def __init__(self, **kwargs: Any) -> None:
        self.code: Receipt | None = None
        super().__init__(**kwargs)

    def validate_receipt(self, field: Any) -> None:
        """Read the code, or say where to look; it is never corrected for the reader."""
        try:
            self.code = Receipt.parse(field.data)
        except ReceiptError as error:
            raise StopValidation(slips.sentence(error, SLIPS)) from None

    def say_ended(self) -> None:
        """Say that the mailbox closed by itself; the view calls it, what was typed is carried."""
        self.receipt.errors = [
            gettext("这个页面放得太久，已经关上。请再输一次查询码；写了没发的内容还在，文件要重新选。")
        ]

    def refuse_unknown(self) -> None:
        """Say that no report is kept under the code; the view calls it after looking."""
        self.receipt.errors = [gettext("没有找到这个查询码，请再核对一遍。")]


class RenewForm(ReceiptForm):
    """The reporter has written down their own code: the provisional one, and the token that theirs comes from."""

    anchor = "send-renew"
    receipt = Hidden(validators=[required(N_("请再输一次窗口给您的查询码。"))])
    submission = Hidden(validators=[required(N_("请再输一次窗口给您的查询码。"))])


class LetterForm(PortalForm):
    """A letter or an addition from the reporter."""

    anchor = "send-letter"
    text = Text(validators=[required(N_("请先写几句再发送。")), at_most(LETTER_LIMIT, N_("补充情况，或者回复"))])


class StatementForm(PortalForm):
    """What the reporter says of one request to learn who they are; a page has a form for each request."""

    request = Hidden()
    text = Text(validators=[required(N_("请先写几句再封存。")), at_most(LETTER_LIMIT, N_("您的陈述"))])

    def __init__(self, *, request_id: UUID, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.request.data = str(request_id)
        self.text.id = f"statement-{request_id}"
        self.anchor = f"send-statement-{request_id}"

    def refuse_more(self) -> None:
        """Say that there are as many as there may be; the view calls it."""
        self.text.errors = [gettext("对这份申请您已经说了很多次，不能再加。还有话说，请在下面写信。")]


class ConsentForm(PortalForm):
    """Whether the reporter agrees to one request that needs it; `answer` is the name of the buttons."""

    anchor = "seen"
    request = Hidden()
    answer = Hidden(
        validators=[required(N_("请用页面上的按钮。")), one_of(frozenset({"yes", "no"}), N_("请用页面上的按钮。"))]
    )

    @property
    def agreed(self) -> bool:
        """Whether the reporter agrees."""
        return bool(self.answer.data == "yes")


class IdentityForm(ContactForm):
    """Identity given later, given anew, or erased; `action` is the name of the buttons."""

    anchor = "send-identity"
    reading = ("name", "phone", "email", "may_phone", "action", "csrf_token")
    action = Hidden(validators=[one_of(frozenset({"replace", "erase"}), N_("请用页面上的按钮。"))])

    def __init__(self, *, consented: bool, **kwargs: Any) -> None:
        """`consented`: the reporter has allowed calls; the box shows it."""
        self._consented = consented
        super().__init__(data={"may_phone": consented}, **kwargs)

    @property
    def erases(self) -> bool:
        """Whether the reporter asks for their identity to be erased."""
        return bool(self.action.data == "erase")

    def validate_phone(self, field: Any) -> None:
        """Something must be told anew, unless all is erased."""
        if self.erases or field.data:
            return
        if self.may_phone.data and not self._consented:
            raise StopValidation(gettext("您勾了“可以打我电话”，请再写一次号码：封存着的那一份，我们也打不开。"))
        if not (self.name.data or self.email.data or self.may_phone.data != self._consented):
            raise StopValidation(gettext("请至少写一样：姓名、电话或者电子邮箱。"))

    def to_identity(self) -> Identity:
        """The fields that were filled in; empty when erasing."""
        return Identity({} if self.erases else self.given(Mode.IDENTIFIED))


class WithdrawForm(PortalForm):
    """Withdrawing a report; the button lies inside a closed box, so that a slip of the thumb withdraws nothing."""

    anchor = "send-withdraw"
