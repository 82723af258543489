"""The forms with which a reporter claims a reward (领取), contests a refusal, or gives a grant up."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from portal.domain.award_errors import ClaimError
from portal.domain.award_vocabulary import PayMethod
from portal.domain.errors import ObjectionError
from portal.domain.evidence import Flaw, Kept
from portal.domain.filetypes import Unfit
from portal.domain.payee import Payee, PayeeError
from portal.domain.payee_names import NameTriedError
from portal.domain.values import LETTER_LIMIT
from portal.web.award_words import CLAIM_SNAGS, NAME_SNAGS, PAYEE_FLAWS
from portal.web.forms import Files, Line, Plain, PortalForm, Text, Tick, at_most, one_of, required
from portal.web.i18n import N_, day, gettext, ngettext
from portal.web.words import word

METHODS = frozenset(str(one) for one in PayMethod)
NO_LETTER = N_("委托书只收照片（图片）和 PDF。")
LETTER_FLAWS: Mapping[StrEnum, str] = MappingProxyType(
    {
        Unfit.EMPTY: N_("这个文件是空的。"),
        Flaw.TOO_LARGE: N_("太大了：每个文件最多 10 MB。"),
        Flaw.TOO_MANY: N_("太多了：最多传 3 个文件。"),
        Flaw.AT_ONCE: N_("太多了：最多传 3 个文件。"),
        Flaw.CROWDED: N_("现在同时传文件的人太多，没有轮到。请过一两分钟再交。"),
        Flaw.NO_ROOM: N_("我们这边暂时没有地方放。请过一会儿再交。"),
        Flaw.NOT_STORED: N_("没有存上。请过一会儿再交。"),
    }
)
OTHER = "other"
NO_CONSENT = N_("领取要用到这些信息，请勾选同意。不同意就不能发，但随时可以放弃，或者以后再来。")


class ClaimForm(PortalForm):
    """Whom to pay and how; checked again, by its check digits, where it is sealed."""

    anchor = "send-claim"
    differs = False  # from the name that was given
    elsewhere = ""  # the counter of another office, in words
    method = Line(validators=[required(N_("请选怎么领。")), one_of(METHODS, N_("请选怎么领。"))])
    holder = Line()
    id_number = Plain()
    bank = Line()
    account = Plain()
    passbook = Tick()
    delegate = Tick()
    signatory = Line()
    letter = Text(validators=[at_most(LETTER_LIMIT, N_("委托书"))])
    pictures = Files()
    original = Tick()
    counter = Plain()  # the code of another office whose counter it is, or OTHER
    place = Line()
    consent = Tick(validators=[required(NO_CONSENT)])

    def __init__(self, **given: Any) -> None:
        """Beside other forms, whose fields have the same names."""
        super().__init__(**given)
        for field in self:
            field.id = f"claim-{field.name}"

    def choose(self, counters: Mapping[str, str]) -> bool:
        """Whether the counter was offered, of offices by their code; what one chose is told in words."""
        chosen = self.counter.data
        if chosen and chosen not in {OTHER, *counters}:
            self.counter.errors = [gettext("请从单子里选一个领取地点。")]
            return False
        if chosen == OTHER and self.method.data == PayMethod.COUNTER and not self.place.data:
            self.place.errors = [gettext("请写想在哪里领。")]
            return False
        self.elsewhere = counters.get(chosen, "")
        return True

    def to_payee(self) -> Payee:
        """What was typed; of a counter that was chosen, which it is."""
        return Payee(
            method=PayMethod(self.method.data),
            holder=self.holder.data,
            id_number=self.id_number.data,
            bank=self.bank.data,
            account=self.account.data,
            passbook=self.passbook.data,
            delegate=self.delegate.data,
            signatory=self.signatory.data,
            letter=self.letter.data,
            original=self.original.data,
            place=self.elsewhere or self.place.data,
        )

    @property
    def name(self) -> Any:
        """The field that says whose reward it is."""
        return self.signatory if self.delegate.data else self.holder

    def look_further(self, *, named: bool, today: date, letters: int) -> None:
        """Where consent is all that is missing, say what else is: nobody should have to send it twice."""
        if self.method.data not in METHODS:
            return
        try:
            self.to_payee().tidied().require_sound(named=named, today=today, letters=letters)
        except PayeeError as refusal:
            self.say_flaws(refusal)

    def say_flaws(self, refusal: PayeeError) -> None:
        """Each flaw at its field."""
        for name, flaw in refusal.flaws.items():
            said = PAYEE_FLAWS.get(f"{name}.{flaw}") or PAYEE_FLAWS.get(name) or PAYEE_FLAWS[flaw]
            self[name].errors = [gettext(said)]

    def say_other(self, left: int) -> None:
        """The name is not the one that was given with the report; `differs` draws the way to put that right."""
        self.differs = True
        said = gettext("姓名与举报时登记的不一致，没有提交。请核对；如果登记的姓名写错了，请先更正。")
        tries = ngettext("今天还可以再试 %(num)s 次。", "今天还可以再试 %(num)s 次。", left) if left else ""
        self.name.errors = [" ".join((said, tries or gettext("今天不能再试了。")))]

    def say_tried(self, refusal: NameTriedError) -> None:
        """The name is not compared any more, for now."""
        self.name.errors = [gettext(NAME_SNAGS[refusal.why])]

    def say_lost(self, *said: str) -> None:
        """What is wrong with the files that came, or that they have to be chosen anew: no page can hold them."""
        self.pictures.errors = [" ".join((*filter(None, said), gettext("照片没有收下，改好以后请再选一次。")))]

    def say_why(self, refusal: ClaimError) -> None:
        """Why nothing can be claimed now."""
        self.method.errors = [gettext(CLAIM_SNAGS[refusal.why])]

    def say_whose(self) -> None:
        """A letter came, and nobody is said to collect for others."""
        self.delegate.errors = [gettext("传了委托书的照片：请勾选这一项，或者不选照片。")]


def letter_flaw(why: StrEnum) -> str:
    """Why a file is taken for no letter."""
    if why in LETTER_FLAWS:
        return gettext(LETTER_FLAWS[why])
    if why in {*Kept}:
        return " ".join((word(why), gettext("请换一张照片，或者写在上面，或者带原件到柜台。")))
    return gettext(NO_LETTER)


class ContestForm(PortalForm):
    """What is wrong with a refusal, in the reporter's words."""

    anchor = "send-contest"
    text = Text(validators=[required(N_("请写哪里不对。")), at_most(LETTER_LIMIT, N_("哪里不对"))])

    def say_why(self, refusal: ObjectionError) -> None:
        """Why it is not taken."""
        said = {
            "nothing": N_("现在没有可以提出异议的奖励决定。"),
            "again": N_("您已经提出过异议，只能提一次。"),
            "late": N_("提出异议的时间到 %(date)s为止，已经过了。"),
        }
        self.text.errors = [gettext(said[refusal.flaw], date=day(refusal.until) if refusal.until else "")]


class CodeForm(PortalForm):
    """Asks for another code."""

    anchor = "draw-code"


class WithdrawForm(PortalForm):
    """Takes a claim back."""

    anchor = "send-withdraw"
    sure = Tick(validators=[required(N_("请勾选，表示确定撤回。"))], id="withdraw-sure")

    def say_why(self, refusal: ClaimError) -> None:
        """Why it is not taken back."""
        self.sure.errors = [gettext(CLAIM_SNAGS[refusal.why])]


class GiveUpForm(PortalForm):
    """Takes none of it."""

    anchor = "send-give-up"
    sure = Tick(validators=[required(N_("请勾选，表示确定放弃。放弃以后不能再领。"))])
