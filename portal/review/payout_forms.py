"""Forms of the payout desk: what needs a code of this moment, what is booked, the code at the counter."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from portal.domain.award_errors import BankListError, CodeError
from portal.domain.award_vocabulary import BankAnswer, PayoutEnd, PayoutStep
from portal.domain.errors import RefusalError
from portal.domain.payee import Seen
from portal.domain.payee_names import Document
from portal.domain.payouts import DESK_ENDS
from portal.review.bank_list import MEDIA, XLSX
from portal.review.paper_forms import day
from portal.review.staff_forms import CodeForm, StaffForm
from portal.web.forms import Plain, PortalForm, Tick, Ticks, one_of, required
from portal.web.i18n import N_, gettext

KIND = N_("请选一种文件。")
CHOSEN = N_("请选已付还是退汇。")
WHY = N_("请选为什么不再发放。")
DOCUMENT = N_("请选看了哪一种证件。")
CHECK = N_("请先核对，再勾上。")
DAY = N_("请照“2026-03-02”这样写日期。")


class ReleaseForm(CodeForm):
    """Proposes that it be paid; another officer of the desk confirms."""

    anchor = "send-release"
    done = "release-proposed"
    sure = Tick(validators=[required(CHECK)])


class CancelForm(CodeForm):
    """Proposes that it end unpaid; another officer of the desk confirms."""

    anchor = "send-cancel"
    done = "cancel-proposed"
    why = Plain(validators=[required(WHY), one_of({str(one) for one in DESK_ENDS}, WHY)])
    sure = Tick(validators=[required(CHECK)])

    def __init__(self, **given: Any) -> None:
        """Beside other forms, whose fields have the same names."""
        super().__init__(**given)
        for field in self:
            field.id = f"{self.anchor}-{field.name}"

    @property
    def ended(self) -> PayoutEnd:
        """The reason of a valid form."""
        return PayoutEnd(self.why.data)


class MakeListForm(CodeForm):
    """Makes a list for the bank of what was released."""

    anchor = "send-list"
    done = "list-made"
    desk = Plain(validators=[required(N_("请选哪个单位的。"))])

    @property
    def desk_id(self) -> UUID | None:
        """Which desk's; None for what is none."""
        try:
            return UUID(self.desk.data)
        except ValueError:
            return None


class BankListForm(CodeForm):
    """Asks for the file of a list for the bank."""

    anchor = "send-file"
    done = "listed"
    kind = Plain(default=XLSX, validators=[required(KIND), one_of(MEDIA, KIND)])


class RecallForm(CodeForm):
    """Proposes that a list be recalled that was never handed in; another officer of the desk confirms."""

    anchor = "send-recall"
    done = "recall-proposed"
    sure = Tick(validators=[required(CHECK)])


class BookForm(StaffForm):
    """Books that it was paid, or that the bank sent it back."""

    anchor = "send-book"
    done = "booked"
    step = Plain(validators=[required(CHOSEN), one_of({"pay", "fail"}, CHOSEN)])
    on = Plain(validators=[required(DAY), day])
    sure = Tick(validators=[required(CHECK)])

    @property
    def said(self) -> tuple[PayoutStep, date]:
        """What a valid form books, and the bank's day."""
        return PayoutStep(self.step.data), date.fromisoformat(self.on.data)

    def at(self, refusal: RefusalError) -> Any:
        """The day, where it is about that."""
        about_day = isinstance(refusal, BankListError) and refusal.why == "day"
        return self.on if about_day else self.step


class AnswersForm(BookForm):
    """The same for some payments of a list, or all to which the bank has not answered."""

    anchor = "send-answers"
    which = Ticks()
    everything = Tick()

    def chosen(self, offered: Mapping[UUID, BankAnswer]) -> tuple[UUID, ...]:
        """The payments of a valid form, of those that are offered. Raises BankListError for none, or for others."""
        ticked = set(self.which.data or ())
        if not ticked <= {str(one) for one in offered}:
            raise BankListError("booked")
        waiting = self.everything.data and BankAnswer.WAITING
        found = tuple(one for one, answer in offered.items() if str(one) in ticked or answer is waiting)
        if not found:
            raise BankListError("none")
        return found

    def at(self, refusal: RefusalError) -> Any:
        """The payments, where it is about those."""
        about_them = isinstance(refusal, BankListError) and refusal.why in {"none", "booked"}
        return self.which if about_them else super().at(refusal)


class CounterForm(PortalForm):
    """The code that somebody shows at the counter."""

    anchor = "send-code"
    code = Plain(validators=[required(N_("请填领取码。"))])
    letter = Tick()
    document = Plain(validators=[one_of({str(one) for one in Document}, DOCUMENT)])
    second = Tick()

    def to_seen(self) -> Seen:
        """What was looked at before."""
        document = Document(self.document.data) if self.document.data else None
        return Seen(self.letter.data, document, self.second.data)

    def say_wrong(self) -> None:
        """It is another."""
        self.code.errors = [gettext("领取码不对，已经记下。请领取人再看一遍，别猜。")]

    def say_why(self, refusal: CodeError) -> None:
        """Why it is not compared."""
        said = {
            "letter": gettext("受托人来领的，请先看身份证和委托书，再勾上。"),
            "document": gettext(DOCUMENT),
            "second": gettext("要两名工作人员都看过本人和证件，再勾上。"),
            "none": gettext("这一笔没有领取码。"),
            "shut": gettext("试错五次，已经锁住。请领取人在查询箱里换一个领取码。"),
            "soon": gettext("刚试错过，请等 %(left)s 秒再试。", left=refusal.left),
        }
        fields: dict[str, Any] = {"letter": self.letter, "document": self.document, "second": self.second}
        fields.get(refusal.why, self.code).errors = [said[refusal.why]]
