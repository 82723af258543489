"""The forms with which a reporter claims a reward (领取), contests a refusal, or gives a grant up."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.domain.award_errors import ClaimError
from portal.domain.award_vocabulary import PayMethod
from portal.domain.errors import ObjectionError
from portal.domain.payee import Payee, PayeeError
from portal.domain.values import LETTER_LIMIT
from portal.web.award_words import CLAIM_SNAGS, PAYEE_FLAWS
from portal.web.forms import Line, Plain, PortalForm, Text, Tick, at_most, one_of, required
from portal.web.i18n import N_, day, gettext

METHODS = frozenset(str(one) for one in PayMethod)
OTHER = "other"
NO_CONSENT = N_("领取要用到这些信息，请勾选同意。不同意就不能发，但随时可以放弃，或者以后再来。")


class ClaimForm(PortalForm):
    """Whom to pay and how; checked again, by its check digits, where it is sealed."""

    anchor = "send-claim"
    elsewhere = ""  # the counter of another office, in words
    method = Line(validators=[required(N_("请选怎么领。")), one_of(METHODS, N_("请选怎么领。"))])
    holder = Line()
    id_number = Plain()
    bank = Line()
    account = Plain()
    passbook = Tick()
    delegate = Tick()
    letter = Text(validators=[at_most(LETTER_LIMIT, N_("委托书"))])
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
            letter=self.letter.data,
            original=self.original.data,
            place=self.elsewhere or self.place.data,
        )

    def look_further(self, *, named: bool, today: date) -> None:
        """Where consent is all that is missing, say what else is: nobody should have to send it twice."""
        if self.method.data not in METHODS:
            return
        try:
            self.to_payee().tidied().require_sound(named=named, today=today)
        except PayeeError as refusal:
            self.say_flaws(refusal)

    def say_flaws(self, refusal: PayeeError) -> None:
        """Each flaw at its field."""
        for name, flaw in refusal.flaws.items():
            said = PAYEE_FLAWS.get(f"{name}.{flaw}") or PAYEE_FLAWS[flaw]
            self[name].errors = [gettext(said)]

    def say_why(self, refusal: ClaimError) -> None:
        """Why nothing can be claimed now."""
        self.method.errors = [gettext(CLAIM_SNAGS[refusal.why])]


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
