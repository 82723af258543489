"""A batch of clocks whose last moments are over: ended, or late, and those above woken as their rules say.

Everything is read, and everything written, by a statement for all rows of a kind: objects for each would cost more
than the entries do.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from portal.domain.audit import SYSTEM, written
from portal.domain.clocks import Outcome
from portal.domain.vocabulary import ClockState, GrantState
from portal.office import clock_rows, escalating, founding, indexing
from portal.office.batch import Batch
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.store.base import Base, table_of
from portal.store.cases import Case, Clock
from portal.store.changing import change_rows
from portal.store.outbox import Outbox
from portal.store.reports import KeyGrant, Report
from portal.store.session import locked

LATE, ENDED, ESCALATED = "late", "clock_ended", "escalated"
_CLOCKS, _CASES, _REPORTS, _GRANTS = map(table_of, (Clock, Case, Report, KeyGrant))
Values = dict[str, Any]  # of a row


def over(session: Session, house: House, until: datetime, now: datetime, most: int) -> int:
    """Clocks whose last moment lies before another, the earliest first; returns how many there were."""
    session.flush()
    running = select(_CLOCKS).where(_CLOCKS.c.state == ClockState.RUNNING, _CLOCKS.c.due_at < until)
    earliest = running.order_by(_CLOCKS.c.due_at, _CLOCKS.c.id).limit(most)
    clocks = _rows(session, locked(session, earliest, skip=True))
    if clocks:
        passing = _read(session, house, clocks, now)
        for clock in clocks:
            passing.take(clock)
        passing.store(session)
    return len(clocks)


def _rows(session: Session, wanted: Select[*tuple[Any, ...]]) -> list[Values]:
    return [dict(row) for row in session.execute(wanted).mappings()]


def _read(session: Session, house: House, clocks: Sequence[Values], now: datetime) -> "Passing":
    """The clocks with their reports and cases, and the grants of these that stand by."""
    own = {clock["report_id"] for clock in clocks} - {None}, {clock["case_id"] for clock in clocks} - {None}
    names = _REPORTS.c.id, _REPORTS.c.case_id, _REPORTS.c.lead_desk_id, _REPORTS.c.above_desk_id
    reports = _rows(session, select(*names).where(or_(_REPORTS.c.id.in_(own[0]), _REPORTS.c.case_id.in_(own[1]))))
    cases = {row["id"]: row for row in _rows(session, select(_CASES).where(_CASES.c.id.in_(_ids(reports, "case_id"))))}
    owners = {row[name]: (row, cases[row["case_id"]]) for row in reports for name in ("id", "case_id")}
    below = {row["id"]: row["case_id"] for row in reports if row["above_desk_id"] is not None}
    return Passing(house, now, owners, escalating.asleep(session, select(_GRANTS), below, dict))


def _ids(rows: Iterable[Values], name: str) -> set[UUID]:
    return {row[name] for row in rows}


@dataclass(slots=True)
class Passing:
    """What comes of them, in their order; nothing is asked of the database between one and the next."""

    house: House
    now: datetime
    owners: Mapping[UUID, tuple[Values, Values]]  # report and case, by the id of either
    asleep: Mapping[UUID, list[Values]]  # grants, by the case
    drafts: list[Draft] = field(default_factory=list)
    told: set[tuple[str, UUID]] = field(default_factory=set)  # which desks, of what
    ended: list[tuple[Draft, UUID]] = field(default_factory=list)  # and the case
    changed: dict[type[Base], list[Values]] = field(default_factory=lambda: {Clock: [], KeyGrant: [], Case: []})
    _ids: Batch = field(default_factory=Batch)

    def take(self, clock: Values) -> None:
        """As its rule says."""
        report, case = self.owners[clock["report_id"] or clock["case_id"]]
        then = self.house.policies.rule_of(clock["rule"], clock["edition"]).then
        subject = ("reports", clock["report_id"]) if clock["report_id"] else ("cases", case["id"])
        facts = {"rule": clock["rule"], "due": written(clock["due_at"])}
        draft = self._draft(ENDED if then is Outcome.ENDS else LATE, subject, case, facts)
        if then is Outcome.ENDS:
            self._name(draft, Clock, clock, state=ClockState.STOPPED, stopped_at=clock["due_at"])
            self.ended.append((draft, case["id"]))
            return
        self._name(draft, Clock, clock, state=ClockState.LATE)
        self.told.add((LATE, report["lead_desk_id"]))
        if then is Outcome.ABOVE:
            self._raise(clock["rule"], report, case)

    def _raise(self, rule: str, report: Values, case: Values) -> None:
        """The desk above reads it from now on, where it stood by."""
        grants = self.asleep.get(case["id"], [])
        waking = [grant for grant in grants if grant["state"] is GrantState.STANDBY]
        if not waking:
            return
        facts = {"rule": rule, "grants": len(waking)}
        draft = self._draft(ESCALATED, ("reports", report["id"]), case, facts)
        self._name(draft, Case, case, raised_desk_id=report["above_desk_id"])
        for grant in waking:
            self._name(draft, KeyGrant, grant, state=GrantState.ACTIVE)
        self.told.add((ESCALATED, report["above_desk_id"]))

    def _draft(self, event: str, subject: tuple[str, UUID], case: Values, facts: Values) -> Draft:
        draft = Draft(event, self.now, SYSTEM, subject, facts, authority_id=case["authority_id"], id=self._ids.new_id())
        self.drafts.append(draft)
        return draft

    def _name(self, draft: Draft, model: type[Base], row: Values, **changes: object) -> None:
        """The entry stands behind the row as it is from now on."""
        row.update(changes, entry_id=draft.id)
        draft.names_values(table_of(model), row)
        self.changed[model].append(row)

    def store(self, session: Session) -> None:
        """All of it; the entries last."""
        change_rows(session, Clock, self.changed[Clock], "state", "stopped_at", "entry_id")
        change_rows(session, KeyGrant, self.changed[KeyGrant], "state", "entry_id")
        change_rows(session, Case, self.changed[Case], "raised_desk_id", "entry_id")
        session.expire_all()  # what else this transaction holds of them is read anew
        if woken := self.changed[Case]:
            desks = ("desk_id", "lead_desk_id", "raised_desk_id")
            indexing.wait_at(session, {(case["id"], case[name]) for case in woken for name in desks})
            founding.touch(session)  # whatever was sealed while a desk above stood by is sealed anew
        for draft, case_id in self.ended:
            clock_rows.settle(session, self.house, draft, session.get_one(Case, case_id))
        session.add_all(
            Outbox(kind=kind, desk_id=desk, created_at=self.now, sent_at=None) for kind, desk in sorted(self.told)
        )
        record(session, self.house.entry_key, *self.drafts)
