"""What raises an alarm (警报), who must hear of it, and when the desk above does.

The rules, each here and nowhere else:

* A report of a kind that can be an imminent danger raises one, unless the reporter says that it is past.
* A concealed accident raises two, for the death that is alleged (政府) and for the concealment (安委会).
* Retaliation raises one, past or not: whoever was dismissed yesterday needs protection today.
* Each starts the time limit that goes with it; silencing an alarm stops none.
* Whoever sits at a desk that was rung may sign off; only a lead may say that there was nothing (误报).
* Half an hour without a signature, and the desk above is rung; then the lead desk above that, up to the province.
* 立即处置: what was done on the spot ends the time limit of a danger, whatever state the case is in.
* 先行保护: which protection was put in place, or why none is needed, ends that of retaliation, in any state too.
  Whether it was retaliation is checked afterwards, never before. Both by the lead, or by whoever signed it off.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final
from uuid import UUID

from portal.domain import jurisdiction
from portal.domain.access import Actor, CaseFacts, SeatFacts
from portal.domain.errors import NoDeskError, NotAllowedError, ReasonError, StrangerError
from portal.domain.jurisdiction import AuthorityTree, Seats
from portal.domain.vocabulary import Duty, Ongoing


class AlarmKind(StrEnum):
    """What is alarming."""

    DANGER = "danger"  # 紧急危险
    DEATH = "death"  # 有人死亡
    CONCEALMENT = "concealment"  # 瞒报
    RETALIATION = "retaliation"  # 打击报复


class RaiseReason(StrEnum):
    """Why an officer raises one by hand."""

    TOLD = "told"  # the reporter said more
    SEEN = "seen"  # an officer saw it on the spot
    BODY = "body"  # another body says so


class DownReason(StrEnum):
    """Why a lead says that there is nothing to come out for."""

    MISTAKEN = "mistaken"  # 误报
    OVER = "over"  # it has ended already
    DOUBLE = "double"  # another case has the same


class Protection(StrEnum):
    """How somebody who reported is protected from retaliation (69号 10), or why they need not be."""

    CONTACT = "contact"  # 商定安全的联系办法
    WARNED = "warned"  # 书面告诫单位
    STOPPED = "stopped"  # 责令停止、恢复岗位和待遇
    LABOUR = "labour"  # 请人社部门处理
    POLICE = "police"  # 请公安机关保护
    NOT_WANTED = "not_wanted"  # 举报人不要
    OVER = "over"  # 已经停止
    NO_SIGN = "no_sign"  # 说的不是打击报复


class Checked(StrEnum):
    """What a check for retaliation came to."""

    CONFIRMED = "confirmed"  # 查实，已依法处理
    HANDED = "handed"  # 移交有权机关
    UNCONFIRMED = "unconfirmed"  # 没有查到


NEEDLESS: Final = frozenset({Protection.NOT_WANTED, Protection.OVER, Protection.NO_SIGN})
RULES: Final[Mapping[AlarmKind, str]] = MappingProxyType(
    {
        AlarmKind.DANGER: "C06",
        AlarmKind.DEATH: "C07",
        AlarmKind.CONCEALMENT: "C10",
        AlarmKind.RETALIATION: "C27",
    }
)
DANGER_RULE: Final = RULES[AlarmKind.DANGER]
RETALIATION_RULE: Final = RULES[AlarmKind.RETALIATION]
URGENT: Final = frozenset(RULES.values())  # late, they go to the level above at once
SIGN_WITHIN: Final = timedelta(minutes=30)
RUNG: Final = (Duty.INTAKE, Duty.LEAD)
_CONCEALMENT, _RETALIATION = "concealment", "RETALIATE"  # as the list of kinds says


def of_report(*, top: str, reward_kind: str, danger_now: bool, ongoing: Ongoing) -> tuple[AlarmKind, ...]:
    """Which alarms a report raises, by its kind in the list of kinds and what the reporter says of now."""
    if reward_kind == _CONCEALMENT:
        return (AlarmKind.DEATH, AlarmKind.CONCEALMENT)
    if top == _RETALIATION:
        return (AlarmKind.RETALIATION,) if danger_now else ()
    return (AlarmKind.DANGER,) if danger_now and ongoing is not Ongoing.PAST else ()


def desks(case: CaseFacts, rung: UUID) -> frozenset[UUID]:
    """Whose officers may answer: the case's own desks, and the one that was rung last."""
    named = (case.intake_desk_id, case.lead_desk_id, case.raised_desk_id, rung)
    return frozenset(one for one in named if one is not None)


def require_answer(actor: Actor, case: CaseFacts, rung: UUID, *, down: bool = False) -> SeatFacts:
    """The seat at which an officer answers an alarm: one of the case's desks, or the desk that was rung last.

    Raises StrangerError for all others, NotAllowedError for who would say that there is nothing without being a lead.
    """
    there = desks(case, rung)
    seats = sorted((seat for seat in actor.seats if seat.desk_id in there), key=lambda seat: RUNG.index(seat.duty))
    if not seats:
        raise StrangerError("no such alarm")
    fitting = [seat for seat in seats if seat.duty is Duty.LEAD] if down else seats
    if not fitting:
        raise NotAllowedError("a lead says that there is nothing")
    return fitting[0]


def may_protect(duty: Duty, officer: UUID, signed: Collection[UUID]) -> bool:
    """Whether an officer of a case's desks says how its reporter is protected: `signed` have taken the alarm on."""
    return duty is Duty.LEAD or officer in signed


def require_reason(reason: str, reasons: type[StrEnum]) -> str:
    """The code, if it is on the list. Raises ReasonError."""
    if reason not in set(reasons):
        raise ReasonError("no such reason")
    return reason


def unheard(rung_at: datetime, now: datetime) -> bool:
    """Whether nobody has signed for so long that the desk above is rung."""
    return now - rung_at >= SIGN_WITHIN


def above(tree: AuthorityTree, seats: Seats, authority: UUID) -> UUID | None:
    """The authority of the nearest seated lead desk strictly above; None at the top."""
    superior = tree.nodes[authority].superior
    if superior is None:
        return None
    try:
        return jurisdiction.nearest(tree, seats, Duty.LEAD, superior)
    except NoDeskError:
        return None


def kinds_of(codes: Iterable[str]) -> tuple[AlarmKind, ...]:
    """Read what an entry says. Raises ValueError for a kind that is none."""
    return tuple(AlarmKind(code) for code in codes)
