"""The page of a case: the report, the case file and its alarms, admitted once and read in one transaction."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import clocks
from portal.domain.access import Actor
from portal.domain.errors import LedgerError
from portal.domain.vocabulary import Action
from portal.office import (
    alarm_sheets,
    case_file,
    casework,
    checkpoints,
    file_rows,
    gate,
    history,
    identity,
    indexing,
    interests,
    letters,
    match_keys,
    papers,
)
from portal.office.alarm_sheets import CaseAlarms
from portal.office.case_file import FileSheet
from portal.office.case_rows import CaseRows
from portal.office.directory import Directory
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import record
from portal.office.sheets import CaseSheet
from portal.store.driving import Question, ahead
from portal.store.papers import Paper


@dataclass(frozen=True, slots=True)
class CasePage:
    """What one page shows of a case."""

    sheet: CaseSheet
    file: FileSheet
    alarms: CaseAlarms


def show(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    case_id: UUID,
    language: str,
    *,
    now: datetime,
    phone: bool = False,
) -> CasePage:
    """Open all of it, recorded first; with `phone` the number of a reporter who may be phoned.

    Raises as `gate.admit` does, also for a case that is handed on while it is being opened.
    """
    with ahead(session, checkpoints.newest(), *gate.looks(case_id), house.directories.looks()):
        signed = checkpoints.signed_size(session, house)
        admitted = gate.admit(session, house, actor, Action.PHONE if phone else Action.OPEN, case_id)
        directory = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date())
    try:
        return _open(session, house, admitted, ring, (directory, language), signed, now=now, phone=phone)
    except LedgerError:
        gate.require_still(session, admitted)
        raise


def _open(
    session: Session,
    house: House,
    admitted: Admitted,
    ring: Keyring,
    told: tuple[Directory, str],
    signed: int,
    *,
    now: datetime,
    phone: bool,
) -> CasePage:
    report_id, case_id, (directory, language) = admitted.report.id, admitted.case.id, told
    with ahead(session, checkpoints.waiting(signed), *_looks(admitted, ring)):
        checkpoints.require_signed(session, house, now=now, size=signed)
        steps = history.for_officer(session, report_id, case_id, directory, language)  # never newer than the rest
        rows = CaseRows.of(session, report_id=report_id, case_id=case_id)
        sheet, entries = casework.opened(session, house, admitted, ring, rows, steps, language, now=now, phone=phone)
    found = papers.of_case(session, house, ring, case_id) if Paper in rows.there else ()
    file, more = case_file.opened(session, house, admitted, found, rows.motions, sheet.seen, now=now)
    alarms = alarm_sheets.of_case(session, house, admitted, rows, language, now=now)
    record(session, house.entry_key, *entries, *more)
    return CasePage(sheet, file, alarms)


def _looks(admitted: Admitted, ring: Keyring) -> tuple[Question, ...]:
    """What is asked about any case, in the order in which it is."""
    report_id, case_id = admitted.report.id, admitted.case.id
    return (
        history.officers_steps(report_id, case_id),
        *CaseRows.looks(report_id=report_id, case_id=case_id),
        letters.looks(report_id),
        file_rows.looks(report_id),
        identity.looks(report_id),
        indexing.looks(admitted.actor, admitted.case),
        interests.looks(case_id),
        match_keys.looks(ring),
    )
