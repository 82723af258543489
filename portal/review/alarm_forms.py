"""The forms of alarms and of the duty roster, with the sentence for each mistake."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from wtforms.validators import StopValidation

from portal.domain.alarms import AlarmKind, DownReason, RaiseReason
from portal.domain.clocks import SHANGHAI
from portal.domain.errors import IllegalTransitionError, RefusalError
from portal.domain.shifts import ShiftError, ShiftFlaw, Span
from portal.domain.values import LETTER_LIMIT, LINE_LIMIT
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
