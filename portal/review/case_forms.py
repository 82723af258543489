"""An officer's forms on a case: what is typed, the sentence for each mistake, and the frozen value that comes of it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

from wtforms.validators import StopValidation

from portal.domain.errors import (
    InterestError,
    MustReferError,
    NeededFileError,
    ReasonError,
    RecusedOfficerError,
    RefusalError,
    SeatedAlreadyError,
    TargetError,
    UnansweredError,
    UnaskedError,
    UncertifiedOfficerError,
    WordsMissingError,
)
from portal.domain.evidence import BackReason
from portal.domain.values import LETTER_LIMIT, Handover, Order, Question, Refusal, Ruling, Watch
from portal.review.forms import SUBJECT_LIMIT
from portal.web.file_words import NEEDED
from portal.web.forms import Hidden, Line, Plain, PortalForm, SendingForm, Text, Tick, at_most, one_of, required
from portal.web.i18n import N_, gettext

INDEX_DIGITS = 12
_WHY_BACK = N_("请选为什么收回。")


class CaseForm(PortalForm):
    """A step on a case, taken on the strength of what the page showed."""

    done: str  # which notice the page afterwards gives
    stays = True  # whether the case is still this officer's afterwards
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


# Why a step waits until somebody outside was told (LAW C07, C10).
MUST_REFER: Mapping[str, str] = MappingProxyType(
    {
        "C07": N_("举报说有人死亡：要先移交县级以上人民政府（安全生产法 73(2)），才能办这一步。"),
        "C10": N_("看起来是瞒报：要先提请上级安委会挂牌督办（吉防办发〔2022〕42号 第27项），才能办这一步。"),
    }
)


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
        if isinstance(refusal, MustReferError):
            self.reason.errors = [gettext(MUST_REFER[refusal.rule])]
            return True
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


class TransferForm(CaseForm):
    """Handing a report to another office (转办)."""

    anchor = "send-transfer"
    done = "transferred"
    stays = False
    office = Plain(validators=[required(N_("请选转给哪个单位。"))])
    note = Text(validators=[required(N_("请写为什么转、要那边注意什么。")), at_most(LETTER_LIMIT, N_("给那边的话"))])

    def validate_office(self, field: Any) -> None:
        """One that was offered."""
        try:
            UUID(field.data)
        except ValueError:
            raise StopValidation(gettext("请选转给哪个单位。")) from None

    def value(self) -> Handover:
        """The frozen value of a valid form."""
        return Handover(UUID(self.office.data), self.note.data, self.seen_index)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say that it does not go to this office; False when the refusal is about something else."""
        if isinstance(refusal, TargetError):
            self.office.errors = [gettext("这件不能转给这个单位，请从现在列出的单位里选。")]
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
            (RecusedOfficerError, N_("这个人在这一件里要回避，请选别人。")),
            (InterestError, N_("这个人申报过本件涉及的单位或者场所，请选别人（行政处罚法 第43条）。")),
        ):
            if isinstance(refusal, kind):
                self.officer.errors = [gettext(sentence)]
                return True
        return False


class SuperviseForm(CaseForm):
    """Putting a case under supervision (督办), or ending that."""

    anchor = "send-supervise"
    done = "supervised"
    words = Text(
        validators=[required(N_("请写为什么督办，或者为什么解除。")), at_most(LETTER_LIMIT, N_("理由"))],
        id="supervise-words",  # another form of the page has such a field
    )
    listed = Tick()
    ends = Hidden()

    def value(self) -> Watch:
        """The frozen value of a valid form."""
        return Watch(self.words.data, self.listed.data, self.ends.data == "y", self.seen_index)


class OfficeLetterForm(CaseForm):
    """A letter to the reporter, signed by duty and office, never by name."""

    anchor = "send-letter"
    done = "sent"
    text = Text(validators=[required(N_("请先写几句再发送。")), at_most(LETTER_LIMIT, N_("写给举报人"))])

    def value(self) -> Question:
        """The frozen value of a valid form."""
        return Question(self.text.data, self.seen_index)


class FilesForm(SendingForm):
    """What an officer says of files that come with it; the reporter can see them too."""

    done = "filed"


class ExhibitsForm(SendingForm):
    """The same of files that go into the case file; the reporter does not see them."""

    done = "exhibited"


class BackForm(PortalForm):
    """Taking back a file that one added by mistake."""

    anchor = "send-back"
    done = "file-back"
    reason = Line(validators=[required(_WHY_BACK), one_of(frozenset(BackReason), _WHY_BACK)])

    def refuse(self, refusal: RefusalError) -> bool:
        """Say what rests on it; False for anything else."""
        if isinstance(refusal, NeededFileError):
            self.csrf_token.errors = [gettext(NEEDED[refusal.flaw])]
            return True
        return False


class TakeForm(PortalForm):
    """Downloading the office's copy of a file: a POST, for it is recorded each time."""

    anchor = "send-take"


class UnassignForm(PortalForm):
    """Taking an investigator off a case."""

    anchor = "send-unassign"


class ShowPhoneForm(PortalForm):
    """Showing the number of a reporter who may be phoned: a POST, for it is recorded each time."""

    anchor = "send-phone"
