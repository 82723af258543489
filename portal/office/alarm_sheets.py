"""Frozen sheets of alarms: what rings at an officer's desks, and what has rung about a case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.domain import access, clocks
from portal.domain import alarms as rules
from portal.domain.access import Actor
from portal.domain.alarms import DANGER_RULE, RETALIATION_RULE, RULES, RUNG, SIGN_WITHIN, AlarmKind
from portal.domain.vocabulary import Duty
from portal.office import alarming, gate, protecting, rostering, timing
from portal.office.case_rows import CaseRows
from portal.office.directory import Directory
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.sheets import ProtectionLine
from portal.store.alarms import Alarm
from portal.store.cases import Case
from portal.store.driving import by_id, each
from portal.store.officers import Officer
from portal.store.reports import Report

_PROTECTED = frozenset({AlarmKind.RETALIATION})
_ALARMS = select(Alarm).where(Alarm.case_id == bindparam("case")).order_by(Alarm.raised_at, Alarm.kind)


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """One alarm, as whoever was rung sees it; nothing of it is sealed."""

    id: UUID
    case_id: UUID
    kind: AlarmKind
    authority: str  # that has the case
    raised_at: datetime
    level: int
    rung: str  # the office that was rung last
    next_at: datetime | None  # when the desk above is rung; None: signed
    due_at: datetime | None  # of its time limit, while that is open
    signed_at: datetime | None
    signed_by: str
    down: str
    opens: bool  # whether the officer may open the case
    leads: bool  # may say that there was nothing


@dataclass(frozen=True, slots=True)
class AlarmsSheet:
    """What rings at an officer's desks, and who is on watch there."""

    lines: tuple[AlarmLine, ...]
    watch: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CaseAlarms:
    """The alarms of one case, and what may be done about them."""

    ringing: tuple[AlarmLine, ...]
    answered: tuple[AlarmLine, ...]
    kinds: tuple[AlarmKind, ...]  # that can be raised by hand
    danger_due: datetime | None  # somebody has to be on the spot by then
    protection_due: datetime | None = None  # the reporter has to be protected from retaliation by then
    protections: tuple[ProtectionLine, ...] = ()  # what was done for that, oldest first
    protects: bool = False  # whether it is theirs to say
    basis: str = ""  # the article of protection


def at_desks(session: Session, house: House, actor: Actor, language: str, *, now: datetime) -> AlarmsSheet:
    """The page of alarms. Raises NotAllowedError for who sits at no desk that is rung."""
    access.require_seat(actor, RUNG)
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    found = alarming.at_desks(session, actor)
    reports, signers = _reports(session, [case for _, case in found]), _signers(session, [alarm for alarm, _ in found])
    lines = tuple(
        _line(
            signers,
            directory,
            actor,
            alarm,
            case,
            reports[case.id],
            timing.dues(session, report_id=reports[case.id].id, case_id=case.id),
            language,
        )
        for alarm, case in found
    )
    own = {seat.authority_id for seat in actor.seats if seat.duty in RUNG}
    there = [desk_id for desk_id, (authority, duty) in directory.places.items() if authority in own and duty in RUNG]
    return AlarmsSheet(lines, rostering.on_watch(session, there, now=now))


def of_case(
    session: Session, house: House, admitted: Admitted, about: CaseRows, language: str, *, now: datetime
) -> CaseAlarms:
    """Beside the page of a case, which its own gate has opened."""
    case, report = admitted.case, admitted.report
    directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    rows = each(session, _ALARMS, case=case.id) if Alarm in about.there else []
    dues = timing.dues_of(about.clocks)
    signers = _signers(session, rows)
    lines = [_line(signers, directory, admitted.actor, row, case, report, dues, language) for row in rows]
    ringing = tuple(one for one in lines if one.signed_at is None)
    return CaseAlarms(
        ringing,
        tuple(one for one in lines if one.signed_at is not None),
        tuple(kind for kind in AlarmKind if kind not in {one.kind for one in ringing}),
        dues.get(DANGER_RULE),
        **(_protection(session, house, admitted, dues) if any(one.kind in _PROTECTED for one in rows) else {}),
    )


def _protection(session: Session, house: House, admitted: Admitted, dues: Mapping[str, datetime]) -> dict[str, Any]:
    """What an alarm of retaliation still asks for."""
    return {
        "protection_due": dues.get(RETALIATION_RULE),
        "protections": protecting.lines(session, house, admitted.case.id),
        "protects": protecting.may(session, admitted),
        "basis": house.policies.clocks.rules[RETALIATION_RULE].basis,
    }


def _reports(session: Session, cases: Iterable[Case]) -> Mapping[UUID, Report]:
    """The report of each case, by the case."""
    wanted = select(Report).where(Report.case_id.in_({case.id for case in cases}))
    return {report.case_id: report for report in session.scalars(wanted)}


def _signers(session: Session, rows: Iterable[Alarm]) -> Mapping[UUID, Officer]:
    """Who signed alarms off."""
    return by_id(session, Officer, {row.signed_off_by for row in rows if row.signed_off_by})


def _line(
    signers: Mapping[UUID, Officer],
    directory: Directory,
    actor: Actor,
    alarm: Alarm,
    case: Case,
    report: Report,
    dues: Mapping[str, datetime],
    language: str,
) -> AlarmLine:
    facts = gate.facts_of(case, report)
    signer = signers[alarm.signed_off_by] if alarm.signed_off_by else None
    leads = {seat.desk_id for seat in actor.seats if seat.duty is Duty.LEAD}
    return AlarmLine(
        id=alarm.id,
        case_id=case.id,
        kind=alarm.kind,
        authority=directory.name(case.authority_id, language),
        raised_at=alarm.raised_at,
        level=alarm.level,
        rung=directory.name(directory.places[alarm.desk_id][0], language),
        next_at=None if alarm.signed_off_at else _next(directory, alarm, report),
        due_at=dues.get(RULES[alarm.kind]),
        signed_at=alarm.signed_off_at,
        signed_by=signer.username if signer else "",
        down=alarm.down or "",
        opens=access.handles(actor, facts),
        leads=bool(leads & rules.desks(facts, alarm.desk_id)),
    )


def _next(directory: Directory, alarm: Alarm, report: Report) -> datetime | None:
    """When the desk above is rung, if there is one."""
    return alarm.rung_at + SIGN_WITHIN if alarming.above(directory, alarm, report) else None
