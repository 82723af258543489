"""Forms of rewards: the facts that whoever proposes adds to what the case says, and what the judge decides."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms.validators import StopValidation

from portal.domain import money, rewards_reading
from portal.domain.award_errors import AwardOpenError, AwardSumError, ClaimError, NoJudgeError
from portal.domain.award_papers import SentBack
from portal.domain.award_vocabulary import AwardStep, ReturnWhy, RevokeReason
from portal.domain.errors import MotionPendingError, NoDeskError, RefusalError, WordsMissingError
from portal.domain.money import AmountError
from portal.domain.papers import LIMIT
from portal.domain.rewards_facts import Collusion, Excluded, Facts, FactsError, Insider, Merit, RewardKind
from portal.domain.values import LETTER_LIMIT
from portal.office.judging import Judgement
from portal.office.reinstating import Ruling
from portal.review.case_forms import CaseForm
from portal.review.paper_forms import day
from portal.web.award_words import CLAIM_SNAGS
from portal.web.forms import Hidden, Plain, PortalForm, Text, Tick, at_most, one_of, required
from portal.web.i18n import N_, gettext
from portal.web.paper_words import FLAWS

DIGITS = 9  # of a count; more are none
COUNTS = ("joint_signatories", "deaths", "deaths_concealed", "serious_injuries")
NO_COUNT = N_("几个人，请写数字，例如 1。")
TICKS = ("earlier_named_report", "other_rule", "separate_hazard", "defied_order", "averted_casualties")
CHOOSE = N_("请选一项。")


class ProposalForm(CaseForm):
    """A proposal: what the case says stands beside it, and is not typed."""

    anchor = "send-reward"
    done = "reward-proposed"
    kind = Plain(validators=[required(CHOOSE), one_of({str(one) for one in RewardKind}, CHOOSE)])
    insider = Plain(validators=[required(CHOOSE), one_of({str(one) for one in Insider}, CHOOSE)])
    excluded = Plain(validators=[one_of({str(one) for one in Excluded}, CHOOSE)])
    collusion = Plain(validators=[one_of({str(one) for one in Collusion}, CHOOSE)])
    merit = Plain(validators=[one_of({str(one) for one in Merit}, CHOOSE)])
    of = Hidden()  # the case of the report that it is for, where several go together
    joint_signatories = Plain()
    earlier_named_report = Tick()
    other_rule = Tick()
    separate_hazard = Tick()
    defied_order = Tick()
    averted_casualties = Tick()
    deaths = Plain()
    deaths_concealed = Plain()
    serious_injuries = Plain()
    shown = Text(validators=[at_most(LIMIT, N_("凭什么"))])
    words = Text(validators=[required(N_("请写为什么提请奖励。")), at_most(LIMIT, N_("理由"))])

    def fill(self, drawn: Facts) -> None:
        """What the case says, for a form that was not sent yet."""
        reporter, matter = drawn.reporter, drawn.matter
        self.kind.data, self.insider.data = str(matter.kind), str(reporter.insider)
        self.excluded.data, self.collusion.data = "", str(matter.collusion)
        self.joint_signatories.data = str(reporter.joint_signatories)
        self.earlier_named_report.data = bool(matter.earlier_named_report)
        self.merit.data = str(matter.merit)

    def to_facts(self, drawn: Facts) -> Mapping[str, Any]:
        """A file of facts: the case's, with what was added. Raises FactsError with every fault."""
        said = rewards_reading.written(drawn)
        said["reporter"] |= {"insider": self.insider.data, "excluded": self.excluded.data or None}
        said["matter"] |= {"kind": self.kind.data, "collusion": self.collusion.data or str(Collusion.NO)}
        said["matter"] |= {name: bool(self[name].data) for name in TICKS} | {"merit": self.merit.data or str(Merit.NO)}
        said["matter"]["earlier_named_report"] |= bool(drawn.matter.earlier_named_report)  # the ledger is not unticked
        said["reporter"]["joint_signatories"] = self._count("joint_signatories", least=1)
        said["accident"] |= {name: self._count(name) for name in COUNTS[1:]}
        return rewards_reading.written(rewards_reading.read(json.dumps(said).encode()).facts)

    def _count(self, name: str, *, least: int = 0) -> int:
        typed = self[name].data or str(least)
        if not typed.isascii() or not typed.isdigit() or len(typed) > DIGITS:
            raise FactsError(f"{name}: {typed}")
        return int(typed)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say at the first field what does not fit; False when the refusal is about something else."""
        for kind, sentence in (
            (MotionPendingError, N_("同样的一份已经提过，还在等第二个人复核。")),
            (NoDeskError, N_("奖励审批或者发放的岗位还没有人，请先请管理员安排。")),
            (AwardOpenError, N_("这件举报的奖励正在审批，已经批准，或者撤销以后还可能恢复。")),
        ):
            if isinstance(refusal, kind):
                self.words.errors = [gettext(sentence)]
                return True
        if not isinstance(refusal, FactsError):
            return False
        for fault in refusal.faults:
            name = fault.split(":")[0].rpartition(".")[2]
            field = self._fields.get(name, self.kind)
            counted = fault.split(":")[0] in COUNTS
            field.errors = [gettext(NO_COUNT if counted else N_("这一项和别的对不上，请核对。"))]
        return True


class JudgeForm(PortalForm):
    """What the judge decides."""

    anchor = "send-judgement"
    reading = ("step", "amount", "words", "sure")
    step = Plain(validators=[required(N_("请选批准还是不予奖励。")), one_of({"approve", "refuse"}, CHOOSE)])
    amount = Plain()
    words = Text(validators=[at_most(LETTER_LIMIT, N_("写给举报人的话"))])
    sure = Tick(validators=[required(N_("请先核对，再勾上。"))])

    def validate_amount(self, field: Any) -> None:
        """A sum where one was typed."""
        if field.data:
            try:
                money.fen(field.data)
            except AmountError as error:
                raise StopValidation(gettext(FLAWS[error.flaw])) from None

    def to_judgement(self) -> Judgement:
        """The frozen value of a valid form."""
        fen = money.fen(self.amount.data) if self.amount.data else None
        return Judgement(AwardStep(self.step.data), self.words.data, fen)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say what the rules give instead; False when the refusal is about something else."""
        said = {
            "met": N_("按规定各条都符合，不能不予奖励。对事实有疑问，请退回重报。"),
            "not_met": N_("按规定有不符合的条件，不能批准。对事实有疑问，请退回重报。"),
            "ask": N_("只差姓名的，先请举报人补上，等十天没有补再不予奖励。"),
            "wait": N_("已经请举报人补上姓名，还没有等满十天。"),
            "reckoned": N_("按规定算出来的数是定的，不能改。对事实有疑问，请退回重报。"),
            "held": N_("同一件事的奖励从另一位举报人那里撤销了，异议还没有过期或者正在复议，现在还不能批给别人。"),
            "awarded": N_("同一件事的奖励已经批给另一位举报人了，一件事只奖励一次。请退回重报。"),
            "preceded": N_("台账上另有更早的实名举报，提请的时候没有写。请退回重报。"),
            "missing": N_("这一笔规定没有算出数来，要由您定，请写金额。"),
            "impossible": N_("金额要大于零，也不会有这么多。"),
            "changed": N_("提请以后，案卷里的认定、处罚、结论，或者举报人留下的姓名、举报本身又有变动，请退回重报。"),
            "above": N_("超过了规定的最高奖励金额。"),
        }
        if isinstance(refusal, AwardSumError):
            field = self.amount if refusal.why in {"reckoned", "missing", "impossible", "above"} else self.step
            field.errors = [gettext(said[refusal.why])]
            return True
        if isinstance(refusal, WordsMissingError):
            self.words.errors = [gettext("请写为什么，举报人看得到。")]
            return True
        return False


class BesideForm(PortalForm):
    """Beside other forms, whose fields have the same names."""

    def __init__(self, **given: Any) -> None:
        """Fields get ids of their own."""
        super().__init__(**given)
        for field in self:
            field.id = f"{self.anchor}-{field.name}"


class AskForm(BesideForm):
    """Asks for a name, before it is refused for want of one."""

    anchor = "send-ask"
    words = Text(validators=[required(N_("请写给举报人。")), at_most(LETTER_LIMIT, N_("写给举报人的话"))])


class ReturnForm(BesideForm):
    """Sends a proposal back: why, from a list and in words for who proposed it."""

    anchor = "send-return"
    why = Plain(validators=[required(CHOOSE), one_of({str(one) for one in ReturnWhy}, CHOOSE)])
    words = Text(validators=[required(N_("请写给提请的人，要核对什么。")), at_most(LETTER_LIMIT, N_("写给提请的人"))])

    @property
    def said(self) -> SentBack:
        """The reason of a valid form."""
        return SentBack(ReturnWhy(self.why.data), self.words.data)


class ProlongForm(BesideForm):
    """Gives more time to claim, for a reason that was written."""

    anchor = "send-prolong"
    last = Plain(validators=[required(N_("请照“2026-03-02”这样写日期。")), day])

    @property
    def until(self) -> date:
        """The day of a valid form."""
        return date.fromisoformat(self.last.data)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say why it is not that day; False when the refusal is about something else."""
        if isinstance(refusal, ClaimError) and refusal.why == "day":
            self.last.errors = [gettext(CLAIM_SNAGS["day"])]
            return True
        return False


class ForfeitForm(BesideForm):
    """Treats it as given up, once its time is over."""

    anchor = "send-forfeit"
    sure = Tick(validators=[required(N_("请先核对，再勾上。"))])


class RevokeForm(BesideForm):
    """Proposes to take it back, for a reason and in words for the reporter."""

    anchor, done = "send-revoke", "revoke-proposed"
    reading = ("reason", "words", "csrf_token")
    reason = Plain(validators=[required(N_("请选为什么撤销。")), one_of(set(RevokeReason), CHOOSE)])
    words = Text(validators=[required(N_("请写为什么，举报人看得到。")), at_most(LETTER_LIMIT, N_("写给举报人的话"))])

    def why(self) -> RevokeReason:
        """The reason of a valid form."""
        return RevokeReason(self.reason.data)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say why it cannot be proposed; False when the refusal is about something else."""
        said = {
            NoJudgeError: N_(
                "撤销要两个审批的人同意，还要留下一个没有批过、没有提过的，举报人有异议时好复议。"
                "现在没有这么多人：请管理员给审批岗位安排别人。"
            ),
            MotionPendingError: N_("撤销已经提过，还在等第二个人同意。"),
            ClaimError: N_("举报人已经提交领取，不能撤销；要追回，请把付款编号告诉发放岗位。"),
        }
        sentence = next((said[kind] for kind in said if isinstance(refusal, kind)), "")
        if sentence:
            self.reason.errors = [gettext(sentence)]
        return bool(sentence)


class RulingForm(BesideForm):
    """Decides about a revocation that its reporter contests."""

    anchor = "send-ruling"
    reading = ("step", "words", "sure", "csrf_token")
    step = Plain(validators=[required(N_("请选维持撤销还是恢复奖励。")), one_of({"affirm", "reinstate"}, CHOOSE)])
    words = Text(validators=[required(N_("请写为什么，举报人看得到。")), at_most(LETTER_LIMIT, N_("写给举报人的话"))])
    sure = Tick(validators=[required(N_("请先核对，再勾上。"))])

    def ruling(self) -> Ruling:
        """The frozen value of a valid form."""
        return Ruling(AwardStep(self.step.data), self.words.data)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say why it cannot be given back; False when the refusal is about something else."""
        if isinstance(refusal, AwardSumError):
            self.step.errors = [gettext("同一件事的奖励已经批给另一位举报人了，一件事只奖励一次，不能恢复。")]
            return True
        return False


class AnnounceForm(BesideForm):
    """Notes that the public notice was put up."""

    anchor = "send-announce"
    sure = Tick(validators=[required(N_("张贴了，再勾上。"))])


class FileForm(PortalForm):
    """Notes that the sum was filed one level up."""

    anchor = "send-file"


class BudgetForm(PortalForm):
    """What may be spent in a year."""

    anchor = "send-budget"
    amount = Plain(validators=[required(N_("请写金额。"))])

    def validate_amount(self, field: Any) -> None:
        """A sum as people write it."""
        try:
            money.fen(field.data)
        except AmountError as error:
            raise StopValidation(gettext(FLAWS[error.flaw])) from None

    def fen(self) -> int:
        """The sum of a valid form."""
        return money.fen(self.amount.data)
