"""What comes next of a case, as its page says it on top: to whoever takes the step, and to whoever waits for it.

Which steps there are is the domain's; here are the words, the form that each leads to, and what a page folds away.
"""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from flask import Flask

from portal.domain.vocabulary import Action, CaseState
from portal.office.clock_sheets import ClockSheet
from portal.office.sheets import LetterSheet
from portal.web.i18n import N_, gettext

SHOWN = 3  # letters that are not folded away


class Next(NamedTuple):
    """What leads a case on from a state."""

    by: Action | None  # None: nothing does
    yours: str  # to an officer who may take that step
    others: str
    anchor: str = "deeds"  # the part of the page where it is taken
    rule: str = ""  # only while this time limit counts


_OVER = Next(None, "", N_("已经结了。"))
_REVIEW = Next(
    Action.REVIEW, N_("举报人提了异议，请您交办复查，再复核结论。"), N_("举报人提了异议，等上一级复查。"), "file", "C13"
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
        CaseState.VERIFYING: (
            Next(
                Action.CONCLUDE,
                N_("请您核查：写方案、去现场、逐项认定，再提出结论。"),
                N_("核查员在查，查完提出结论。"),
                "file",
            ),
        ),
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


def next_step(state: CaseState, actions: Collection[Action], clocks: Iterable[ClockSheet]) -> tuple[str, str]:
    """The sentence, and the part of the page where the reader takes the step; "" where it is not theirs."""
    counting = {one.rule for one in clocks if one.counts}
    step = next(one for one in NEXT_STEPS[state] if not one.rule or one.rule in counting)
    if step.by is not None and step.by in actions:
        return gettext(step.yours), step.anchor
    return gettext(step.others), ""


def nearest(clocks: Iterable[ClockSheet]) -> ClockSheet | None:
    """The time limit that ends first, of those that count."""
    return min((one for one in clocks if one.counts), key=lambda one: one.due_on, default=None)


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
    app.jinja_env.globals.update(next_step=next_step, nearest=nearest, parted=parted, earlier=earlier)
