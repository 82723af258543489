"""Protecting whoever reported from retaliation (先行保护, 69号 10): first which protection, then whether there was any.

The words are papers of the case file. The reporter reads what was done for them, and what the check came to, in plain
sentences of ours: none of the officer's words, and nobody's name.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.domain import alarms as rules
from portal.domain.access import Actor
from portal.domain.alarms import RETALIATION_RULE, AlarmKind, Checked
from portal.domain.alarms import Protection as Measure
from portal.domain.errors import IllegalTransitionError, NotAllowedError
from portal.domain.papers import Note
from portal.domain.vocabulary import Action
from portal.office import alarming, clock_rows, gate, history, papers, timing, vouching
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import record
from portal.office.sheets import ProtectionLine
from portal.store.alarms import Alarm, Protection
from portal.store.driving import Question, each

PROTECTED, CHECKED = "protected", "retaliation_checked"
MOVES: Final = frozenset({PROTECTED, CHECKED})
_OF_CASE = select(Protection).where(Protection.case_id == bindparam("case")).order_by(Protection.made_at, Protection.id)


@dataclass(frozen=True, slots=True)
class Word:
    """A code, in the officer's words, as the page was seen."""

    code: str
    words: str
    seen: int


def looks(case_id: UUID) -> Question:
    """What `lines` asks."""
    return _OF_CASE, {"case": case_id}


def lines(session: Session, house: House, case_id: UUID) -> tuple[ProtectionLine, ...]:
    """What was done so far, oldest first. Raises LedgerError for what is not as it was recorded."""
    rows = each(session, _OF_CASE, case=case_id)
    if rows:
        vouching.require_all(session, house.entry_keys, rows, Protection.__tablename__, case_id, MOVES)
    return tuple(ProtectionLine(row.measure, row.made_at, row.outcome, row.checked_at) for row in rows)


def may(session: Session, admitted: Admitted) -> bool:
    """Whether this officer says so: the lead, or whoever signed the alarm off."""
    return rules.may_protect(admitted.duty, admitted.actor.officer_id, _signed(session, admitted.case.id))


def protect(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, said: Word, *, now: datetime
) -> None:
    """Enter which protection was put in place, or why none is needed: the time limit ends, and nothing rings any more.

    Raises StaleError, ReasonError; NotAllowedError for anybody else, IllegalTransitionError where no time limit runs.
    """
    measure = rules.require_reason(said.code, Measure)
    admitted = _admit(session, house, actor, case_id, said.seen)
    case, report = admitted.case, admitted.report
    if RETALIATION_RULE not in timing.dues(session, report_id=report.id, case_id=case_id):
        raise IllegalTransitionError("nobody waits to be protected here")
    draft = admitted.draft(PROTECTED, now)
    draft.reason = measure
    paper_id = papers.put(session, house, draft, admitted, ring, Note(said.words), made_at=now)
    row = Protection(
        id=uuid4(),
        case_id=case_id,
        measure=Measure(measure),
        officer_id=actor.officer_id,
        paper_id=paper_id,
        made_at=now,
    )
    session.add(row)
    draft.names(row)
    timing.end(session, draft, (RETALIATION_RULE,), report_id=report.id, case_id=case_id, now=now)
    clock_rows.settle(session, house, draft, case)
    ringing = Alarm.case_id == case_id, Alarm.kind == AlarmKind.RETALIATION, Alarm.signed_off_at.is_(None)
    signed = [
        alarming.answered(alarm, admitted.party, case, now) for alarm in session.scalars(select(Alarm).where(*ringing))
    ]
    record(session, house.entry_key, *signed, draft)


def check(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, said: Word, *, now: datetime
) -> None:
    """Enter what the check came to, of each protection that was not checked yet.

    Raises StaleError, ReasonError, NotAllowedError; IllegalTransitionError before anybody was protected, or twice.
    """
    outcome = rules.require_reason(said.code, Checked)
    admitted = _admit(session, house, actor, case_id, said.seen)
    rows = [row for row in session.scalars(_OF_CASE, {"case": case_id}) if row.outcome is None]
    if not rows:
        raise IllegalTransitionError("protect first, then check")
    vouching.require_newest(session, house.entry_keys, rows, case_id, MOVES)
    draft = admitted.draft(CHECKED, now)
    draft.reason = outcome
    paper_id = papers.put(session, house, draft, admitted, ring, Note(said.words), made_at=now)
    for row in rows:
        row.outcome, row.checker_id, row.found_id, row.checked_at = Checked(outcome), actor.officer_id, paper_id, now
    draft.names(*rows)
    record(session, house.entry_key, draft)


def _admit(session: Session, house: House, actor: Actor, case_id: UUID, seen: int) -> Admitted:
    admitted = gate.admit(session, house, actor, Action.PROTECT, case_id)
    if not may(session, admitted):
        raise NotAllowedError("the lead says so, or whoever signed the alarm off")
    history.require_seen(session, admitted.report.id, case_id, seen)
    return admitted


def _signed(session: Session, case_id: UUID) -> frozenset[UUID]:
    """Who has taken an alarm of retaliation on."""
    mine = Alarm.case_id == case_id, Alarm.kind == AlarmKind.RETALIATION, Alarm.signed_off_by.is_not(None)
    return frozenset(one for one in session.scalars(select(Alarm.signed_off_by).where(*mine)) if one)
