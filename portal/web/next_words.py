"""What comes next of a case, as its page says it on top: to whoever takes the step, and to whoever waits for it.

Which steps there are is the domain's; here are the words, the form that each leads to, and what a page folds away.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from flask import Flask

from portal.domain.case_vocabulary import ReferralState, ReferralStep
from portal.domain.clocks import last_moment_of
from portal.domain.verification import OFFICERS
from portal.domain.vocabulary import Action, CaseState
from portal.office.clock_sheets import ClockSheet
from portal.office.sheets import AssignedLine, LetterSheet
from portal.office.triage_sheets import ReferralLine
from portal.web.i18n import N_, gettext

SHOWN = 3  # letters that are not folded away


class Next(NamedTuple):
    """What leads a case on from a state."""

    by: Action | None  # None: nothing does
    yours: str  # to an officer who may take that step
    others: str
    anchor: str = "deeds"  # the part of the page where it is taken
    rule: str = ""  # only while this time limit counts


class Handed(NamedTuple):
    """What comes next of a matter that goes to a body outside."""

    said: str
    id: UUID
    whole: bool  # then nothing else comes first


ALONE = N_("只分给了一名核查员。现场检查至少要两个人（行政处罚法 第42条），请再分一名。")
NOBODY = N_("现在没有人在查，请您分给核查员。")
REVIEWED, REVIEWED_ABOVE = N_("已经交办复查。复查的人提出结论以后，请您复核。"), N_("举报人提了异议，上一级在复查。")
HANDED: Mapping[ReferralStep, str] = MappingProxyType(
    {
        ReferralStep.AGREE: N_("请您决定是不是移送。"),
        ReferralStep.HAND_OVER: N_("分管领导同意移送了：请移交，再记下来。"),
    }
)
WAITING: Mapping[ReferralState, str] = MappingProxyType(
    {
        ReferralState.ASKED: N_("等分管领导决定是不是整件移送。"),
        ReferralState.AGREED: N_("分管领导同意移送了，等移交。"),
    }
)
_OVER = Next(None, "", N_("已经结了。"))
_REVIEW = Next(
    Action.REVIEW, N_("举报人提了异议，请您交办复查，再复核结论。"), N_("举报人提了异议，等上一级复查。"), "file", "C13"
)
_CHECK = Next(
    Action.CONCLUDE,
    N_("请您核查：写方案、去现场、逐项认定，再提出结论。"),
    N_("核查员在查，查完提出结论。"),
    "file",
)
_TELL = Next(Action.FEED_BACK, N_("请您反馈举报人。"), N_("等反馈举报人。"), "file", "C11")
NEXT_STEPS: Mapping[CaseState, tuple[Next, ...]] = MappingProxyType(
    {
        CaseState.RECEIVED: (
            Next(
                Action.ACCEPT,
                N_("请您决定：受理、请举报人补充、转办、移送，或者不予受理。"),
                N_("等受理员决定怎么办。"),
            ),
        ),
        CaseState.AWAITING: (
            Next(Action.ACCEPT, N_("等举报人补充；补充来了，请您决定受理不受理。"), N_("等举报人补充。")),
        ),
        CaseState.ACCEPTED: (Next(Action.ASSIGN, N_("请您分给核查员。"), N_("等分管领导分给核查员。")),),
        CaseState.VERIFYING: (_CHECK,),
        CaseState.CONCLUDED: (
            _REVIEW,
            _TELL,
            Next(
                Action.CLOSE,
                N_("要整改的，责令整改；不要整改的，请您办结。"),
                N_("等责令整改，或者由分管领导办结。"),
                "file",
            ),
        ),
        CaseState.RECTIFYING: (
            _REVIEW,
            _TELL,
            Next(
                Action.CLOSE,
                N_("到期去看整改；改好了，请您办结。"),
                N_("到期去看整改；改好了，由分管领导办结。"),
                "file",
            ),
        ),
        CaseState.CLOSED: (_REVIEW, _TELL, _OVER),
        CaseState.DECLINED: (_REVIEW, _OVER),
        CaseState.REFERRED: (_OVER,),
        CaseState.MERGED: (Next(None, "", N_("跟着主案一起办。")),),
    }
)


def next_step(
    state: CaseState,
    actions: Collection[Action],
    clocks: Iterable[ClockSheet],
    at_work: Iterable[AssignedLine] | None = None,
) -> tuple[str, str]:
    """The sentence, and the part of the page where the reader takes the step; "" where it is not theirs.

    `at_work`: who checks the case or reviews it.
    """
    counting = {one.rule for one in clocks if one.counts}
    step = next(one for one in NEXT_STEPS[state] if not one.rule or one.rule in counting)
    yours = step.by is not None and step.by in actions
    if at_work is not None and (told := _of_hands(step, actions, [one.reviewing for one in at_work])):
        return told
    return (gettext(step.yours), step.anchor) if yours else (gettext(step.others), "")


def _of_hands(step: Next, actions: Collection[Action], reviewing: list[bool]) -> tuple[str, str] | None:
    """What is to be said of who is at it: somebody reviews already, or too few check."""
    if step is _REVIEW and any(reviewing):
        return gettext(REVIEWED if step.by in actions else REVIEWED_ABOVE), ""
    if step is _CHECK and Action.ASSIGN in actions and reviewing.count(False) < OFFICERS:
        return gettext(ALONE if False in reviewing else NOBODY), "deeds"
    return None


def referral_next(lines: Iterable[ReferralLine]) -> Handed | None:
    """What is to be decided or done about a matter that is on its way to a body outside; None where nothing is."""
    for line in lines:
        yours = next((said for step, said in HANDED.items() if step in line.steps), "")
        if yours or (line.whole and line.state in WAITING):
            return Handed(gettext(yours or WAITING[line.state]), line.id, line.whole)
    return None


def nearest(clocks: Iterable[ClockSheet], rule: str = "") -> ClockSheet | None:
    """The time limit that ends first, of those that count; that of a rule, if there is one."""
    counting = [one for one in clocks if one.counts]
    found = [one for one in counting if one.rule == rule] or counting
    return min(found, key=_last_moment, default=None)


def _last_moment(clock: ClockSheet) -> datetime:
    return clock.hours.due_at if clock.hours else last_moment_of(clock.due_on)


def parted(clocks: Iterable[ClockSheet]) -> tuple[list[ClockSheet], list[ClockSheet]]:
    """Part time limits into those that count or stand still, and those that are over."""
    found = list(clocks)
    alive = [one for one in found if one.counts or one.still]
    return alive, [one for one in found if one not in alive]


def earlier(letters: tuple[LetterSheet, ...], fresh: Iterable[object] = ()) -> int:
    """How many letters are folded away: all before the last few, and none that is new."""
    new = set(fresh)
    first_new = next((at for at, one in enumerate(letters) if one.id in new), len(letters))
    return max(0, min(len(letters) - SHOWN, first_new))


def install(app: Flask) -> None:
    """Put them into Jinja."""
    app.jinja_env.globals.update(
        referral_next=referral_next, next_step=next_step, nearest=nearest, parted=parted, earlier=earlier
    )
