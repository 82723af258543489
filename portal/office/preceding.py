"""Who reported a matter first (谁先举报): every report of a case in the order of the ledger, and what each has got.

One award is given for one matter (19号 第12条). Whose report came first is what the ledger says, and nobody types it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import clocks
from portal.domain.award_errors import AwardSumError
from portal.domain.award_vocabulary import AwardState
from portal.domain.errors import StrangerError
from portal.domain.rewards_facts import Facts
from portal.domain.vocabulary import IdentityField, ReportState
from portal.office import award_service, gate, merging, revoked
from portal.office.house import House
from portal.store.awards import Award
from portal.store.cases import Case
from portal.store.identity import IdentityField as Field
from portal.store.ledger import Entry
from portal.store.reports import Report

SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class Place:
    """One report of a matter: where it stands in the ledger, and whether its reporter left a name."""

    report_id: UUID
    case_id: UUID
    number: str
    index: int
    at: datetime  # the hour of its arrival
    named: bool
    withdrawn: bool
    award: AwardState | None  # the newest


@dataclass(frozen=True, slots=True)
class Standing:
    """One of the reports of a matter among the others."""

    own: Place
    places: tuple[Place, ...]  # whoever came first at the head

    @property
    def preceded(self) -> bool:
        """Whether somebody who left a name reported it before."""
        return any(one.named and one.index < self.own.index for one in self.places)

    @property
    def awarded(self) -> bool:
        """Whether another of them was granted the award of this matter."""
        return any(one.award is AwardState.APPROVED for one in self.places if one is not self.own)

    def faults(self, facts: Facts) -> list[str]:
        """What facts leave out that the ledger says."""
        matter = facts.matter
        found = (
            (
                self.preceded and matter.earlier_named_report is False,
                "matter.earlier_named_report: the ledger has a named report of this matter before this one",
            ),
            (self.awarded and not matter.awarded, "matter.awarded: another report of this matter was granted it"),
        )
        return [said for wrong, said in found if wrong]


def among(session: Session, house: House, case: Case, which: UUID) -> Standing:
    """A report, or the case that was made with it, among those that are handled together with a case.

    Raises LedgerError, StrangerError for another case's.
    """
    places = _places(session, house, case)
    own = next((one for one in places if which in {one.report_id, one.case_id}), None)
    if own is None:
        raise StrangerError("no such report of this case")
    return Standing(own, places)


def require_sole(session: Session, house: House, award: Award, *, now: datetime) -> None:
    """Raise AwardSumError where the award of this matter was granted to another; of two at once one is first.

    Also where it was taken from another who may still contest that: it could have to go back.
    """
    case = gate.case_of(session, award.case_id)
    if case.main_id is not None:
        case = gate.case_of(session, case.main_id)
    standing = among(session, house, case, award.report_id)
    if standing.awarded:
        raise AwardSumError("awarded")
    others = [one.report_id for one in standing.places if one is not standing.own]
    if may_return(session, house, others, now=now):
        raise AwardSumError("held")


def may_return(session: Session, house: House, report_ids: Iterable[UUID], *, now: datetime) -> bool:
    """Whether a reward of one of these reports was taken back, and that is contested or may still be."""
    taken = Award.report_id.in_(report_ids), Award.state.in_((AwardState.REVOKED, AwardState.DISPUTED))
    rows = session.scalars(select(Award).where(*taken)).all()
    if rows:
        house.newest.require(session, *rows)
    return any(_held(session, house, one, now) for one in rows)


def _held(session: Session, house: House, award: Award, now: datetime) -> bool:
    """Whether a revocation is not final: it is contested, or may still be."""
    if award.state is not AwardState.REVOKED:
        return award.state is AwardState.DISPUTED
    last = award_service.contest_until(session, house, award)
    contested = revoked.current(session, house, award).contest_id is not None
    return not contested and (last is None or clocks.day_of(now) <= last)


def _places(session: Session, house: House, case: Case) -> tuple[Place, ...]:
    found = merging.reports_of(session, merging.main_of(case))
    ids = [one.report_id for one in found]
    named = frozenset(
        session.scalars(select(Field.report_id).where(Field.report_id.in_(ids), Field.field == IdentityField.NAME))
    )
    newest = _newest(session, house, ids)
    rows = (
        select(Report.id, Report.state, Case.number, Entry.at)
        .join(Case, Case.id == Report.case_id)
        .join(Entry, (Entry.object_id == Report.id) & (Entry.event == SUBMITTED))
        .where(Report.id.in_(ids))
    )
    told = {report_id: (state, number, at) for report_id, state, number, at in session.execute(rows)}
    return tuple(
        Place(
            report_id=one.report_id,
            case_id=one.case_id,
            number=told[one.report_id][1] or "",
            index=one.index,
            at=told[one.report_id][2],
            named=one.report_id in named,
            withdrawn=told[one.report_id][0] is ReportState.WITHDRAWN,
            award=newest[one.report_id].state if one.report_id in newest else None,
        )
        for one in found
    )


def _newest(session: Session, house: House, report_ids: Sequence[UUID]) -> dict[UUID, Award]:
    rows = session.scalars(select(Award).where(Award.report_id.in_(report_ids)).order_by(Award.made_at, Award.id)).all()
    house.newest.require(session, *rows)
    return {row.report_id: row for row in rows}
