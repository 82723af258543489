"""What a letter by the reporter does to its case: it is new to intake, and it answers what was asked (补充)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session, object_session

from portal.domain import lifecycle
from portal.domain.audit import REPORTER, hour_of
from portal.domain.vocabulary import Action
from portal.office.recording import Draft
from portal.store.cases import Case
from portal.store.reports import Report
from portal.store.session import lock


def lock_both(session: Session, report_id: UUID) -> tuple[Report, Case]:
    """A report and its case, held until the commit: the case first, as the office's steps do."""
    report = session.get_one(Report, report_id)
    case = session.get_one(Case, report.case_id, with_for_update=lock(session))
    if case.main_id is not None:  # what is heard of it is news there
        session.get_one(Case, case.main_id, with_for_update=lock(session))
    session.refresh(report, with_for_update=lock(session))
    return report, case


def hear(case: Case, letter: Draft, *, now: datetime) -> tuple[Draft, ...]:
    """Mark that the reporter has written; returns the entries of the letter and of what follows from it."""
    case.news_at = case.news_at or hour_of(now)
    session = object_session(case)
    main = session.get(Case, case.main_id) if session and case.main_id else None
    if main is not None and main.news_at is None:
        main.news_at = case.news_at
        letter.names(main)
    if case.state not in lifecycle.WAITING:
        letter.names(case)
        return (letter,)
    case.state = lifecycle.advance(case.state, Action.RESUME)
    resumed = Draft("resumed", hour_of(now), REPORTER, ("cases", case.id), authority_id=case.authority_id)
    resumed.names(case)
    return letter, resumed
