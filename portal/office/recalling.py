"""Requests that end without anybody's step: the reporter took fields back, or withdrew, or the time is over.

Whatever was lifted or released for them goes. A request that is not as it was recorded is wiped like any other, and no
entry vouches for what it says: `portal audit verify` goes on naming it.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal.domain import disclosure
from portal.domain.audit import REPORTER, SYSTEM, Party, hour_of
from portal.domain.errors import LedgerError
from portal.domain.vocabulary import DisclosureState, DisclosureStep, FieldState
from portal.office import gate
from portal.office.disclosing import EVENTS, STANDING, SealedField, become
from portal.office.house import House
from portal.office.recording import Draft
from portal.store.cases import Case
from portal.store.disclosures import DisclosedField, Disclosure
from portal.store.session import locked

CLOSED, LAPSED = EVENTS[DisclosureStep.CLOSE], "identity_lapsed"
BATCH = 200


def take_back(
    session: Session, house: House, report_id: UUID, removed: Iterable[UUID], *, now: datetime
) -> list[Draft]:
    """Fields that the reporter took back go out of every request."""
    gone = set(removed)
    drafts: list[Draft] = []
    for row in _standing(session, select(Disclosure).where(Disclosure.report_id == report_id)):
        fields = _fields(session, row)
        taken = [one for one in fields if one.identity_field_id in gone and one.state in STANDING]
        left = [one for one in fields if one.state in STANDING and one not in taken]
        if taken:
            state = row.state if left else DisclosureState.CLOSED
            drafts += _wipe(session, house, row, fields, taken, state, CLOSED, REPORTER, hour_of(now))
    return drafts


def withdraw(session: Session, house: House, report_id: UUID, *, now: datetime) -> list[Draft]:
    """The reporter withdrew: requests whose reason ends with that end now."""
    drafts: list[Draft] = []
    for row in _standing(session, select(Disclosure).where(Disclosure.report_id == report_id)):
        if gate.ends_with_withdrawal(session, house, row):
            fields = _fields(session, row)
            taken = [one for one in fields if one.state in STANDING]
            drafts += _wipe(session, house, row, fields, taken, DisclosureState.CLOSED, CLOSED, REPORTER, hour_of(now))
    return drafts


def end(session: Session, house: House, row: Disclosure, *, now: datetime) -> list[Draft]:
    """The reporter does not agree, or no longer does: a request that needs it ends."""
    fields = _fields(session, row)
    taken = [one for one in fields if one.state in STANDING]
    return _wipe(session, house, row, fields, taken, DisclosureState.CLOSED, CLOSED, REPORTER, hour_of(now))


def hand_on(session: Session, house: House, report_id: UUID, party: Party, *, now: datetime) -> list[Draft]:
    """The case went to another office: whoever asked handles it no more, and what they asked for ends."""
    drafts: list[Draft] = []
    for row in _standing(session, select(Disclosure).where(Disclosure.report_id == report_id)):
        fields = _fields(session, row)
        taken = [one for one in fields if one.state in STANDING]
        drafts += _wipe(session, house, row, fields, taken, DisclosureState.CLOSED, CLOSED, party, now)
    return drafts


def lapse(session: Session, house: House, *, now: datetime) -> list[Draft]:
    """What time has ended: nothing can be read any more, and what could be is gone."""
    drafts: list[Draft] = []
    over = select(Disclosure).where(Disclosure.expires_at <= now).order_by(Disclosure.expires_at).limit(BATCH)
    for row in _standing(session, over, skip=True):
        fields = _fields(session, row)
        taken = [one for one in fields if one.state in STANDING]
        drafts += _wipe(session, house, row, fields, taken, DisclosureState.LAPSED, LAPSED, SYSTEM, now)
    return drafts


def _standing(session: Session, wanted: Select[Disclosure], *, skip: bool = False) -> list[Disclosure]:
    """Requests that still stand, held until the commit before anything of them is read."""
    return list(session.scalars(locked(session, wanted.where(Disclosure.state.in_(disclosure.OPEN)), skip=skip)))


def _fields(session: Session, row: Disclosure) -> list[DisclosedField]:
    wanted = select(DisclosedField).where(DisclosedField.disclosure_id == row.id).order_by(DisclosedField.field)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def _wipe(
    session: Session,
    house: House,
    row: Disclosure,
    fields: list[DisclosedField],
    taken: list[DisclosedField],
    state: DisclosureState,
    event: str,
    party: Party,
    at: datetime,
) -> list[Draft]:
    try:
        house.newest.require(session, row, *fields)
        sound = True
    except LedgerError:
        sound = False
    for one in taken:
        become(one, SealedField(FieldState.WIPED))
    row.state = state
    if not sound:
        return []
    case = session.get_one(Case, row.case_id)
    facts = {"fields": sorted(one.field for one in taken)}
    draft = Draft(event, at, party, ("disclosures", row.id), facts=facts, authority_id=case.authority_id)
    draft.names(row, *taken)
    return [draft]
