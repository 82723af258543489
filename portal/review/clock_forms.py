"""Forms about the time limits of a case: what is typed, and the sentence for each refusal with its article."""

from datetime import date
from typing import Any
from uuid import UUID

from wtforms.validators import StopValidation

from portal.domain.clock_changes import Flaw
from portal.domain.errors import (
    MotionPendingError,
    ReasonError,
    RefusalError,
    StrangerError,
    TimeLimitError,
    WordsMissingError,
)
from portal.domain.values import LETTER_LIMIT
from portal.office.extending import Plea
from portal.office.suspending import Pause
from portal.review.case_forms import CaseForm
from portal.web.clock_words import limit_sentence
from portal.web.forms import Plain, Text, at_most, required
from portal.web.i18n import N_, gettext

DIGITS = 3
YEARS = range(1949, 3000)  # others are slips
OF_REASON = frozenset({Flaw.REASON, Flaw.FORBIDDEN})


def _clock(field: Any) -> None:
    """One that was offered."""
    try:
        UUID(field.data)
    except ValueError:
        raise StopValidation(gettext("请选是哪一个期限。")) from None


class ExtendForm(CaseForm):
    """Asking for a longer time limit (延期)."""

    anchor = "send-extend"
    done = "extension-asked"
    limit = Plain()
    by = Plain(validators=[required(N_("请写延长多少。"))])
    cause = Plain(validators=[required(N_("请选一条延期的理由。"))])
    grounds = Text(
        validators=[required(N_("请写为什么办不完、还要做什么。")), at_most(LETTER_LIMIT, N_("为什么要延期"))]
    )

    def validate_limit(self, field: Any) -> None:
        """One that was offered."""
        _clock(field)

    def validate_by(self, field: Any) -> None:
        """A number; how large it may be, the rule says."""
        if not (field.data.isascii() and field.data.isdigit() and len(field.data) <= DIGITS):
            raise StopValidation(gettext("延长多少要写一个数，例如 20。"))

    def plea(self) -> Plea:
        """The frozen value of a valid form."""
        number = int(self.by.data)
        return Plea(UUID(self.limit.data), number, self.cause.data, self.grounds.data, self.seen_index)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say why it is not asked; False when the refusal is about something else."""
        if isinstance(refusal, TimeLimitError):
            field = self.cause if refusal.flaw in OF_REASON else self.by
            field.errors = [limit_sentence(refusal)]
            return True
        for kind, field, sentence in (
            (ReasonError, self.cause, N_("没有这条理由，请重新选。")),
            (WordsMissingError, self.grounds, N_("请写为什么办不完、还要做什么。")),
            (MotionPendingError, self.by, N_("同样的一份已经提过，还在等上一级决定。")),
        ):
            if isinstance(refusal, kind):
                field.errors = [gettext(sentence)]
                return True
        return False


class SuspendForm(CaseForm):
    """Letting a time limit stand still (中止计时)."""

    anchor = "send-suspend"
    done = "clock-suspended"
    pausing = Plain()
    pause_cause = Plain(validators=[required(N_("请选一条中止的理由。"))])

    def validate_pausing(self, field: Any) -> None:
        """One that was offered."""
        _clock(field)

    def pause(self) -> Pause:
        """The frozen value of a valid form."""
        return Pause(UUID(self.pausing.data), self.pause_cause.data, self.seen_index)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say why it does not stand still; False when the refusal is about something else."""
        if isinstance(refusal, TimeLimitError):
            self.pause_cause.errors = [limit_sentence(refusal)]
        elif isinstance(refusal, ReasonError):
            self.pause_cause.errors = [gettext("没有这条理由，请重新选。")]
        return isinstance(refusal, TimeLimitError | ReasonError)


class ContinueForm(CaseForm):
    """Letting it run on (恢复计时)."""

    anchor = "send-continue"
    done = "clock-continued"
    standing = Plain()

    def validate_standing(self, field: Any) -> None:
        """One that was offered."""
        _clock(field)

    def refuse(self, refusal: RefusalError) -> bool:
        """Say that it runs already; False when the refusal is about something else."""
        if isinstance(refusal, TimeLimitError):
            self.csrf_token.errors = [limit_sentence(refusal)]
        return isinstance(refusal, TimeLimitError | StrangerError) and bool(self.csrf_token.errors)


class Trial:
    """What is asked of the calculator, as an address says it: rule, first day, and how much longer."""

    def __init__(self, rules: Any, asked: Any, today: date) -> None:
        self.rule = asked.get("rule", "C05").upper()
        self.since = asked.get("since", "") or today.isoformat()
        self.more = asked.get("more", "") or "0"
        self.ordered = asked.get("ordered", "")
        self.errors: list[tuple[str, str]] = []
        if self.rule not in rules:
            self.errors.append(("rule", gettext("没有这一条期限，请从列表里选。")))
        self.first = self._day("since", self.since)
        self.last = self._day("ordered", self.ordered) if self.ordered else None
        if not (self.more.isascii() and self.more.isdigit() and len(self.more) <= DIGITS):
            self.errors.append(("more", gettext("延长多少要写一个数，例如 20。")))

    def _day(self, name: str, text: str) -> date | None:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            day = None
        if day is None or day.year not in YEARS:
            self.errors.append((name, gettext("日期要写成 2026-03-02 这样。")))
            return None
        return day
