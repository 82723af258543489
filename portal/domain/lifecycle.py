"""The life of a case (案件) as one table; buttons, CHECKs, the diagram, duties and tests derive from it.

Each step says from where it leads whither, whose it is, which list its reason comes from, which time limits it starts
and stops, and whether the reporter is told. What a report owns (whether it stands, feedback, objection) is none of a
case's states: a report may be withdrawn while the blocked exit stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from portal.domain.case_vocabulary import View
from portal.domain.errors import IllegalTransitionError
from portal.domain.vocabulary import Action, CaseState, Duty, MotionKind, ReportState

INITIAL: Final = CaseState.RECEIVED
FINAL: Final = frozenset({CaseState.CLOSED, CaseState.DECLINED, CaseState.REFERRED, CaseState.MERGED})
LEFT: Final = FINAL - {CaseState.CLOSED}  # nobody here works on it any more


class Reasons(StrEnum):
    """Which list of the edition of reasons a step takes its reason from."""

    DECLINE = "decline"
    REFERRAL = "referral"
    EXTENSION = "extension"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a case.

    ``ways``: state → the state that follows. ``by``: whose it is; nobody's: the reporter's. ``reasons``: the list its
    reason must be of. ``starts``, ``stops``: time limits, by their rules (LAW §2). ``told``: the reporter learns of it.
    ``second``: it is proposed by one officer and done when another confirms it. ``back``: the other states that it
    leads to, where a case goes back to the one that it came from.
    """

    ways: Mapping[CaseState, CaseState]
    by: frozenset[Duty]
    told: bool = True
    reasons: Reasons | None = None
    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    second: MotionKind | None = None
    back: frozenset[CaseState] = frozenset()


_RECEIVED, _AWAITING, _ACCEPTED, _VERIFYING, _CONCLUDED, _RECTIFYING, _CLOSED, _DECLINED, _REFERRED, _MERGED = CaseState
_TRIAGE = (_RECEIVED, _AWAITING)
_WORK = (_ACCEPTED, _VERIFYING, _CONCLUDED, _RECTIFYING)
_INTAKE, _LEAD, _WORKER = frozenset({Duty.INTAKE}), frozenset({Duty.LEAD}), frozenset({Duty.INVESTIGATE})


def _to(end: CaseState, *starts: CaseState) -> Mapping[CaseState, CaseState]:
    return MappingProxyType(dict.fromkeys(starts, end))


def _at(*states: CaseState) -> Mapping[CaseState, CaseState]:
    """The step is possible there, and moves nothing."""
    return MappingProxyType({state: state for state in states})


STEPS: Final[Mapping[Action, Step]] = MappingProxyType(
    {
        Action.ACCEPT: Step(_to(_ACCEPTED, *_TRIAGE), _INTAKE, starts=("C05",), stops=("C02", "C03", "C25")),
        Action.ASK: Step(_to(_AWAITING, _RECEIVED), _INTAKE),
        Action.RESUME: Step(_to(_RECEIVED, _AWAITING), frozenset()),
        Action.DECLINE: Step(_to(_DECLINED, *_TRIAGE), _INTAKE, reasons=Reasons.DECLINE, stops=("C02", "C25")),
        Action.BLOCK: Step(
            _to(_DECLINED, *_TRIAGE), _INTAKE, reasons=Reasons.DECLINE, stops=("C02", "C25"), second=MotionKind.BLOCK
        ),
        Action.SPAM: Step(_at(*_TRIAGE), _INTAKE, told=False),
        Action.RESTORE: Step(MappingProxyType({**_at(*_TRIAGE), _REFERRED: _RECEIVED}), _INTAKE, told=False),
        Action.TRANSFER: Step(_to(_RECEIVED, *_TRIAGE), _INTAKE, starts=("C03", "C25"), stops=("C03", "C25")),
        Action.REFER: Step(
            _to(_REFERRED, *_TRIAGE, _ACCEPTED, _VERIFYING),
            _INTAKE | _LEAD,
            reasons=Reasons.REFERRAL,
            stops=("C02", "C05", "C18", "C25"),
        ),
        Action.MERGE: Step(_to(_MERGED, *_TRIAGE, _ACCEPTED, _VERIFYING), _INTAKE, stops=("C02", "C05", "C18", "C25")),
        # Its time limits run on from where they began: those that merging ended, and no others.
        Action.SPLIT: Step(
            _to(_ACCEPTED, _MERGED),
            _INTAKE | _LEAD,
            told=False,
            starts=("C02", "C05", "C18", "C25"),
            stops=("C11", "C12"),
            back=frozenset(_TRIAGE),
        ),
        Action.ASSIGN: Step(
            MappingProxyType({_ACCEPTED: _VERIFYING, _VERIFYING: _VERIFYING, _RECTIFYING: _RECTIFYING}),
            _LEAD,
            told=False,
        ),
        Action.FILE: Step(_at(*_WORK, _CLOSED), _WORKER | _LEAD, told=False, starts=("C18",), stops=("C18",)),
        Action.EXTEND: Step(_at(*_WORK), _WORKER | _LEAD, reasons=Reasons.EXTENSION, second=MotionKind.EXTEND),
        Action.SUSPEND: Step(_at(*_WORK), _LEAD, reasons=Reasons.EXTENSION),
        Action.CONTINUE: Step(_at(*_WORK), _LEAD),
        Action.SUPERVISE: Step(
            _at(*_WORK), _LEAD, told=False, starts=("C20", "C20-PUBLISH", "C20-FIX"), stops=("C20-FIX",)
        ),
        Action.CONCLUDE: Step(
            _to(_CONCLUDED, _VERIFYING), _WORKER, starts=("C11",), stops=("C05",), second=MotionKind.CONCLUDE
        ),
        Action.FEED_BACK: Step(_at(_CONCLUDED, _RECTIFYING, _CLOSED), _LEAD | _INTAKE, stops=("C11",)),
        Action.RECTIFY: Step(_to(_RECTIFYING, _CONCLUDED), _WORKER | _LEAD, starts=("C19",)),
        Action.CLOSE: Step(
            _to(_CLOSED, _CONCLUDED, _RECTIFYING), _LEAD, starts=("C26", "C26-90", "C26-180"), stops=("C19",)
        ),
        Action.REVIEW: Step(
            _at(_CONCLUDED, _RECTIFYING, _CLOSED, _DECLINED), _LEAD | _WORKER, stops=("C13",), second=MotionKind.REVIEW
        ),
        Action.REWARD: Step(
            _at(_CONCLUDED, _RECTIFYING, _CLOSED), _WORKER | _LEAD, told=False, second=MotionKind.REWARD
        ),
        Action.REOPEN: Step(
            MappingProxyType(
                {
                    **_to(_VERIFYING, _CONCLUDED, _RECTIFYING, _CLOSED),
                    _DECLINED: _RECEIVED,
                    _REFERRED: _ACCEPTED,
                }
            ),
            _LEAD,
            starts=("C05",),
        ),
    }
)
TRANSITIONS: Final[Mapping[tuple[CaseState, Action], CaseState]] = MappingProxyType(
    {(start, action): step.ways[start] for start in CaseState for action, step in STEPS.items() if start in step.ways}
)
WAITING: Final[frozenset[CaseState]] = frozenset(STEPS[Action.RESUME].ways)
UNASSIGNED: Final[frozenset[CaseState]] = frozenset({CaseState.ACCEPTED})


def states_of(view: View) -> tuple[CaseState, ...]:
    """Return the states that a case of a view can be in, in the order of the vocabulary."""
    within = {View.DONE: FINAL, View.WAITING: WAITING, View.UNASSIGNED: UNASSIGNED}.get(
        view, frozenset(CaseState) - FINAL
    )
    return tuple(state for state in CaseState if state in within)


def advance(state: CaseState, action: Action, *, back: CaseState | None = None) -> CaseState:
    """Return the state that follows, or raise IllegalTransitionError; `back`: the one that a case goes back to."""
    try:
        follows = TRANSITIONS[state, action]
    except KeyError:
        raise IllegalTransitionError(f"cannot {action} a case that is {state}") from None
    if back is None or back is follows:
        return follows
    if back not in STEPS[action].back:
        raise IllegalTransitionError(f"cannot {action} a case back to {back}")
    return back


def require_standing(state: ReportState) -> None:
    """Raise IllegalTransitionError when a report was withdrawn: it takes no letter and no identity any more."""
    if state is ReportState.WITHDRAWN:
        raise IllegalTransitionError("the report was withdrawn")


def actions_from(state: CaseState) -> tuple[Action, ...]:
    """Return the steps that are possible in a state, in the order of the table."""
    return tuple(action for start, action in TRANSITIONS if start is state)


def moves(action: Action) -> bool:
    """Whether a step leads a case from one state to another."""
    step = STEPS.get(action)
    return step is not None and any(start is not end for start, end in step.ways.items())


def diagram() -> str:
    """Draw the steps that move a case as a Mermaid state diagram."""
    drawn = [
        (start, action, one)
        for (start, action), end in TRANSITIONS.items()
        if moves(action)
        for one in CaseState
        if one is end or one in STEPS[action].back
    ]
    steps = [f"    {start} --> {end}: {action}" for start, action, end in drawn]
    ends = [f"    {state} --> [*]" for state in CaseState if state in FINAL]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {INITIAL}", *steps, *ends, ""])
