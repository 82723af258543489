"""The life of a case (案件) as one table; buttons, CHECKs, the diagram and tests derive from it.

It knows states and the steps between them, not who may take a step, nor why.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from portal.domain.errors import IllegalTransitionError
from portal.domain.vocabulary import Action, CaseState, ReportState, View

INITIAL: Final = CaseState.RECEIVED

TRANSITIONS: Final[Mapping[tuple[CaseState, Action], CaseState]] = MappingProxyType(
    {
        (CaseState.RECEIVED, Action.ACCEPT): CaseState.ACCEPTED,  # 受理
        (CaseState.RECEIVED, Action.ASK): CaseState.AWAITING,  # 请举报人补充
        (CaseState.RECEIVED, Action.DECLINE): CaseState.DECLINED,  # 不予受理
        (CaseState.RECEIVED, Action.TRANSFER): CaseState.RECEIVED,  # 转办: another office decides
        (CaseState.RECEIVED, Action.REFER): CaseState.REFERRED,  # 移送
        (CaseState.RECEIVED, Action.MERGE): CaseState.MERGED,  # 并案
        (CaseState.AWAITING, Action.RESUME): CaseState.RECEIVED,  # 举报人已补充
        (CaseState.AWAITING, Action.ACCEPT): CaseState.ACCEPTED,  # the facts came another way
        (CaseState.AWAITING, Action.DECLINE): CaseState.DECLINED,  # 补充后仍无法确定, or no answer in time
        (CaseState.AWAITING, Action.TRANSFER): CaseState.RECEIVED,
        (CaseState.AWAITING, Action.REFER): CaseState.REFERRED,
        (CaseState.AWAITING, Action.MERGE): CaseState.MERGED,
        (CaseState.ACCEPTED, Action.ASSIGN): CaseState.VERIFYING,  # 分办
        (CaseState.ACCEPTED, Action.REFER): CaseState.REFERRED,
        (CaseState.ACCEPTED, Action.MERGE): CaseState.MERGED,
        (CaseState.VERIFYING, Action.ASSIGN): CaseState.VERIFYING,  # another officer, or one more
        (CaseState.VERIFYING, Action.CONCLUDE): CaseState.CONCLUDED,  # 核查结论
        (CaseState.VERIFYING, Action.REFER): CaseState.REFERRED,
        (CaseState.VERIFYING, Action.MERGE): CaseState.MERGED,
        (CaseState.CONCLUDED, Action.RECTIFY): CaseState.RECTIFYING,  # 责令整改
        (CaseState.CONCLUDED, Action.CLOSE): CaseState.CLOSED,  # 办结
        (CaseState.RECTIFYING, Action.ASSIGN): CaseState.RECTIFYING,  # 整改复查人员
        (CaseState.RECTIFYING, Action.CLOSE): CaseState.CLOSED,
    }
)

WAITING: Final[frozenset[CaseState]] = frozenset(state for state, action in TRANSITIONS if action is Action.RESUME)
FINAL: Final[frozenset[CaseState]] = frozenset(CaseState) - {state for state, _ in TRANSITIONS}


def states_of(view: View) -> tuple[CaseState, ...]:
    """Return the states that a case of a view can be in, in the order of the vocabulary."""
    within = {View.DONE: FINAL, View.WAITING: WAITING}.get(view, frozenset(CaseState) - FINAL)
    return tuple(state for state in CaseState if state in within)


def advance(state: CaseState, action: Action) -> CaseState:
    """Return the state that follows, or raise IllegalTransitionError."""
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise IllegalTransitionError(f"cannot {action} a case that is {state}") from None


def require_standing(state: ReportState) -> None:
    """Raise IllegalTransitionError when a report was withdrawn: it takes no letter and no identity any more."""
    if state is ReportState.WITHDRAWN:
        raise IllegalTransitionError("the report was withdrawn")


def actions_from(state: CaseState) -> tuple[Action, ...]:
    """Return the steps that lead on from a state, in the order of the table; none from a final one."""
    return tuple(action for start, action in TRANSITIONS if start is state)


def diagram() -> str:
    """Draw the table as a Mermaid state diagram."""
    steps = [f"    {start} --> {end}: {action}" for (start, action), end in TRANSITIONS.items()]
    ends = [f"    {state} --> [*]" for state in CaseState if state in FINAL]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {INITIAL}", *steps, *ends, ""])
