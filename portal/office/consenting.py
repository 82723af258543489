"""What a reporter says of a request that needs their consent: yes, no, and after a yes that they take it back.

Each word is a row of its own with its entry; the last one counts. A no ends the request, and has no other consequence.
"""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from portal.domain import disclosure
from portal.domain.audit import REPORTER, hour_of
from portal.domain.errors import IllegalTransitionError, StrangerError
from portal.office import gate, hearing, recalling
from portal.office.access_sheets import ConsentSheet
from portal.office.house import House
from portal.office.keyring import ReporterKey
from portal.office.recording import Draft, record
from portal.office.requesting import MAIL
from portal.store.cases import Case
from portal.store.disclosures import Consent, Disclosure
from portal.store.outbox import Outbox
from portal.store.session import lock

GIVEN, REFUSED, REVOKED = "consent_given", "consent_refused", "consent_revoked"


def answer(
    session: Session, house: House, reporter: ReporterKey, request_id: UUID, *, agreed: bool, now: datetime
) -> None:
    """The reporter agrees, or does not, or no longer does. Said twice is said once.

    Raises StrangerError for a request that is not about this report or needs no consent, IllegalTransitionError when it
    is over or it is too late.
    """
    _, case = hearing.lock_both(session, reporter.report_id)
    row = session.get(Disclosure, request_id, with_for_update=lock(session))
    if row is None or row.report_id != reporter.report_id or row.consent_by is None:
        raise StrangerError("no such request")
    said = [one.agreed for one in gate.consents(session, row)]
    if said and said[-1] == agreed:
        return
    if not _may(row, said, agreed=agreed, now=now):
        raise IllegalTransitionError("nothing can be said of it any more")
    drafts = _say(session, case, row, said, agreed=agreed, now=now)
    if agreed:
        session.add(Outbox(kind=MAIL, desk_id=row.lead_desk_id, created_at=hour_of(now), sent_at=None))
    else:
        drafts += recalling.end(session, house, row, now=now)
    record(session, house.entry_key, *drafts)


def _may(row: Disclosure, said: list[bool], *, agreed: bool, now: datetime) -> bool:
    if row.consent_by is not None and disclosure.may_agree(row.state, row.consent_by, said, now=now):
        return True
    return not agreed and disclosure.may_revoke(row.state, row.expires_at, said, now=now)


def _say(
    session: Session, case: Case, row: Disclosure, said: list[bool], *, agreed: bool, now: datetime
) -> list[Draft]:
    """One more word of the reporter, with its entry."""
    event = GIVEN if agreed else REVOKED if said else REFUSED
    draft = Draft(event, hour_of(now), REPORTER, ("disclosures", row.id), authority_id=case.authority_id)
    word = Consent(
        id=uuid4(), disclosure_id=row.id, position=len(said) + 1, agreed=agreed, said_at=hour_of(now), entry_id=draft.id
    )
    session.add(word)
    draft.names(word)
    return [draft]


def sheet(session: Session, row: Disclosure, *, now: datetime) -> ConsentSheet | None:
    """What the reporter was asked and said; None where they need not agree."""
    if row.consent_by is None:
        return None
    words = gate.consents(session, row)
    said = [one.agreed for one in words]
    return ConsentSheet(
        by=row.consent_by,
        agreed=said[-1] if said else None,
        revoked=len(said) > 1,
        said_at=words[-1].said_at if words else None,
        may_answer=disclosure.may_agree(row.state, row.consent_by, said, now=now),
        may_revoke=disclosure.may_revoke(row.state, row.expires_at, said, now=now),
    )
