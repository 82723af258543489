"""The forms of the administrator's area: an office more, a new name, an edition of a policy file."""

from datetime import date
from typing import Any

from wtforms.validators import StopValidation

from portal.domain import establishing
from portal.domain.contents import NewCounter, NewEdition, NewName, NewOffice
from portal.domain.errors import EstablishError, RefusalError, SignInError
from portal.domain.values import LINE_LIMIT
from portal.domain.vocabulary import EditionKind
from portal.policy.adopting import ADOPTABLE
from portal.review.paper_forms import day
from portal.review.staff_forms import CodeForm, identified
from portal.web.forms import Line, Plain, Text, at_most, one_of, required
from portal.web.i18n import N_, gettext
from portal.web.text import clean

FILE_LIMIT = 200_000
NAME_LIMIT = 60
PLACE_LIMIT = 40  # with the office it fits in one line of a claim


class NameForm(CodeForm):
    """Proposing a new name of an authority."""

    anchor, done = "send-name", "proposed"
    reading: tuple[str, ...] = ("zh", "en", "ko", "since", "otp", "csrf_token")
    zh = Line(validators=[required(N_("请写单位名称。")), at_most(NAME_LIMIT, N_("单位名称"))])
    en = Line(validators=[at_most(LINE_LIMIT, N_("英文名称"))])
    ko = Line(validators=[at_most(NAME_LIMIT, N_("朝鲜文名称"))])
    since = Plain(validators=[required(N_("请写从哪一天起用这个名称。"))])

    def validate_since(self, field: Any) -> None:
        """A day."""
        try:
            date.fromisoformat(field.data)
        except ValueError:
            raise StopValidation(gettext("日期请按“2026-03-01”的样子写。")) from None

    def name(self) -> NewName:
        """The frozen value of a valid form."""
        return NewName(date.fromisoformat(self.since.data), self.zh.data, self.en.data, self.ko.data)

    def at(self, refusal: RefusalError) -> Any:
        """The day or the name for what is wrong with them, the code for the rest."""
        if not isinstance(refusal, EstablishError):
            return self.otp
        return self.zh if refusal.flaw == establishing.Flaw.SAME_NAME else self.since


class CounterForm(CodeForm):
    """Proposing where an office's rewards are collected from a day on."""

    anchor, done = "send-counter", "proposed"
    place = Line(validators=[required(N_("请写领取地点的名称。")), at_most(PLACE_LIMIT, N_("领取地点的名称"))])
    address = Line(validators=[required(N_("请写地址。")), at_most(LINE_LIMIT, N_("地址"))])
    hours = Line(validators=[required(N_("请写办公时间。")), at_most(LINE_LIMIT, N_("办公时间"))])
    telephone = Line(validators=[required(N_("请写电话。")), at_most(NAME_LIMIT, N_("电话"))])
    since = Plain(validators=[required(N_("请写从哪一天起。")), day])

    def counter(self) -> NewCounter:
        """The frozen value of a valid form."""
        since = date.fromisoformat(self.since.data)
        return NewCounter(since, self.place.data, self.address.data, self.hours.data, self.telephone.data)

    def at(self, refusal: RefusalError) -> Any:
        """The day, for what is wrong with it; the code for the rest."""
        return self.since if isinstance(refusal, EstablishError) else self.otp


class OfficeForm(NameForm):
    """Proposing an office below another."""

    anchor = "send-office"
    reading = ("superior", "division", "zh", "en", "ko", "since", "otp", "csrf_token")
    superior = Plain(validators=[required(N_("请选上级单位。"))])
    division = Plain(validators=[required(N_("请选行政区划。"))])

    def validate_superior(self, field: Any) -> None:
        """One that was offered."""
        identified(field.data, N_("请选上级单位。"))

    def office(self) -> NewOffice:
        """The frozen value of a valid form."""
        return NewOffice(self.division.data, self.name())

    def at(self, refusal: RefusalError) -> Any:
        """The one above or the division for what is wrong with them, the code for a wrong code."""
        if not isinstance(refusal, EstablishError):
            return self.otp if isinstance(refusal, SignInError) else self.superior
        return self.superior if refusal.flaw == establishing.Flaw.OUTSIDE else self.division


class EditionForm(CodeForm):
    """Proposing an edition of a policy file: pasted, or a file that is read into the same field."""

    anchor, done = "send-edition", "proposed"
    reading = ("kind", "text", "otp", "csrf_token")
    kind = Plain(validators=[required(N_("请选是哪一类。")), one_of(ADOPTABLE, N_("请选是哪一类。"))])
    text = Text(validators=[at_most(FILE_LIMIT, N_("文件内容"))])
    unreadable = False

    def take(self, upload: bytes) -> None:
        """A file that came along counts instead of what was pasted, and is shown from then on."""
        try:
            self.text.data = clean(upload.decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.text.data, self.unreadable = "", True

    def validate_text(self, field: Any) -> None:
        """There is something, and it is text."""
        if self.unreadable:
            raise StopValidation(gettext("这个文件不是 UTF-8 文字，读不了。"))
        if not field.data:
            raise StopValidation(gettext("请选一个文件，或者把内容贴进来。"))

    def edition(self) -> NewEdition:
        """The frozen value of a valid form."""
        return NewEdition(EditionKind(self.kind.data), self.text.data)

    def at(self, refusal: RefusalError) -> Any:
        """The code for a wrong code, the file for the rest."""
        return self.otp if isinstance(refusal, SignInError) else self.text
