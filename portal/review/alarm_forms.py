"""The forms of alarms and of the duty roster, with the sentence for each mistake."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from wtforms.validators import StopValidation

from portal.domain.alarms import AlarmKind, Checked, DownReason, Protection, RaiseReason
from portal.domain.clocks import SHANGHAI
from portal.domain.errors import IllegalTransitionError, NotAllowedError, RefusalError
from portal.domain.shifts import ShiftError, ShiftFlaw, Span
from portal.domain.values import LETTER_LIMIT, LINE_LIMIT
from portal.office.protecting import Word
from portal.review.case_forms import CaseForm
from portal.review.staff_forms import StaffForm, identified
from portal.web.forms import Hidden, Line, Plain, Text, at_most, one_of, required
from portal.web.i18n import N_, gettext

MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}")
FLAWS: Mapping[ShiftFlaw, str] = {
    ShiftFlaw.UNSEATED: N_("这个人不在这个岗位，排不上。"),
    ShiftFlaw.BACKWARDS: N_("结束要晚于开始。"),
    ShiftFlaw.PAST: N_("这一班已经过去了。过去的班不用补排。"),
    ShiftFlaw.FAR: N_("最多排到两个月以后。"),
    ShiftFlaw.LONG: N_("一班最长 7 天。"),
    ShiftFlaw.OVERLAP: N_("这个人在这段时间已经有班，跟它重叠。"),
}


class RaiseForm(CaseForm):
    """Raising an alarm by hand (拉警报)."""

    anchor, done = "send-alarm", "alarm"
    kind = Plain(validators=[required(N_("请选是哪一种。")), one_of(set(AlarmKind), N_("请选是哪一种。"))])
    heard = Plain(validators=[required(N_("请选怎么知道的。")), one_of(set(RaiseReason), N_("请选怎么知道的。"))])


class DisposeForm(CaseForm):
    """What was done on the spot (立即处置)."""

    anchor, done = "send-dispose", "disposed"
    deed = Text(validators=[required(N_("请写做了什么。")), at_most(LETTER_LIMIT, N_("做了什么"))])
    who = Line(validators=[required(N_("请写谁去的。")), at_most(LINE_LIMIT, N_("谁去的"))])

    def note(self) -> str:
        """One text of both."""
        return "\n".join(
            (
                gettext("立即处置：%(deed)s", deed=self.deed.data),
                gettext("到场：%(who)s", who=self.who.data),
            )
        )

    def refuse(self, refusal: RefusalError) -> bool:
        """Somebody was there already."""
        if not isinstance(refusal, IllegalTransitionError):
            return False
        self.deed.errors = [gettext("处置已经记过了。还有要说的，请写在信里。")]
        return True


class ProtectForm(CaseForm):
    """Which protection from retaliation was put in place, or why none is needed (先行保护)."""

    anchor, done = "send-protect", "protected"
    measure = Plain(validators=[required(N_("请选怎么保护。")), one_of(set(Protection), N_("请选怎么保护。"))])
    arranged = Text(
        validators=[required(N_("请写做了什么，或者为什么不需要。")), at_most(LETTER_LIMIT, N_("做了什么"))]
    )

    def value(self) -> Word:
        """The frozen value of a valid form."""
        return Word(self.measure.data, self.arranged.data, self.seen_index)

    def refuse(self, refusal: RefusalError) -> bool:
        """Somebody has said so already, or it is not theirs to say."""
        return _refused(self.measure, refusal, N_("已经记过了：现在没有等着保护的。"))


class RetaliationForm(CaseForm):
    """What a check for retaliation came to."""

    anchor, done = "send-retaliation", "retaliation-checked"
    turned_out = Plain(validators=[required(N_("请选查下来怎么样。")), one_of(set(Checked), N_("请选查下来怎么样。"))])
    checked_how = Text(validators=[required(N_("请写怎么查的、查到什么。")), at_most(LETTER_LIMIT, N_("怎么查的"))])

    def value(self) -> Word:
        """The frozen value of a valid form."""
        return Word(self.turned_out.data, self.checked_how.data, self.seen_index)

    def refuse(self, refusal: RefusalError) -> bool:
        """Nobody was protected yet, or it was checked already."""
        return _refused(self.turned_out, refusal, N_("要先保护再查；已经查过的，不用再记。"))


def _refused(field: Any, refusal: RefusalError, sentence: str) -> bool:
    """Say at a field why not; False when the refusal is about something else."""
    if isinstance(refusal, NotAllowedError):
        sentence = N_("请分管领导，或者签收了这个警报的人来记。")
    elif not isinstance(refusal, IllegalTransitionError):
        return False
    field.errors = [gettext(sentence)]
    return True


class SignOffForm(StaffForm):
    """Signing off (签收)."""

    anchor, done = "send-sign-off", "signed-off"
    case = Hidden()  # on whose page it was signed; "": on the page of alarms

    @property
    def case_id(self) -> UUID | None:
        """The page to go back to."""
        try:
            return UUID(self.case.data or "")
        except ValueError:
            return None


class StandDownForm(StaffForm):
    """Saying that there is nothing (解除)."""

    anchor, done = "send-stand-down", "stood-down"
    why = Plain(validators=[required(N_("请选为什么解除。")), one_of(set(DownReason), N_("请选为什么解除。"))])


class ShiftForm(StaffForm):
    """One watch."""

    anchor, done = "send-shift", "shift"
    desk = Hidden()
    officer = Plain(validators=[required(N_("请选谁值班。"))])
    starts = Plain(validators=[required(N_("请填从什么时候。"))])
    ends = Plain(validators=[required(N_("请填到什么时候。"))])

    def name_after(self, desk_id: str) -> None:
        """Tell the form of one desk from those of the others on the page."""
        self.anchor = f"{ShiftForm.anchor}-{desk_id[:8]}"
        for field in self:
            field.id = f"{self.anchor}-{field.short_name}"

    def validate_desk(self, field: Any) -> None:
        """One that was offered."""
        identified(field.data or "", N_("这一页不完整，请刷新后再试。"))

    def validate_officer(self, field: Any) -> None:
        """One that was offered."""
        identified(field.data, N_("请选谁值班。"))

    def validate_starts(self, field: Any) -> None:
        """A moment."""
        moment_of(field.data)

    def validate_ends(self, field: Any) -> None:
        """A moment."""
        moment_of(field.data)

    def value(self) -> Span:
        """The frozen value of a valid form."""
        return Span(UUID(self.officer.data), moment_of(self.starts.data), moment_of(self.ends.data))

    def refuse(self, refusal: RefusalError) -> bool:
        """What is wrong with this watch."""
        if not isinstance(refusal, ShiftError):
            return False
        field = {ShiftFlaw.UNSEATED: self.officer, ShiftFlaw.FAR: self.starts}.get(refusal.flaw, self.ends)
        field.errors = [gettext(FLAWS[refusal.flaw])]
        return True


class RemoveShiftForm(StaffForm):
    """Taking somebody off a watch."""

    anchor, done = "send-remove-shift", "shift-removed"


def moment_of(text: str) -> datetime:
    """A day and a time of day as browsers send them, in China. Raises StopValidation."""
    with suppress(ValueError):
        if MOMENT.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    raise StopValidation(gettext("请写成 2026-03-02 08:30 这样，24 小时制。"))
