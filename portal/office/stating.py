"""The reporter's statements (陈述) on a request to learn who they are: letters, sealed beside that request.

Whoever reads the report reads them; the custodian learns that there is one, and of which hour. A request on which
something was said is another one than was shown: whoever decides sees it first.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import dropwhile
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from portal.domain import disclosure
from portal.domain.audit import REPORTER, hour_of
from portal.domain.disclosure import Part
from portal.domain.errors import LedgerError, StrangerError
from portal.domain.vocabulary import IdentityField, LetterKind, ReportState, Sender
from portal.office import hearing, history, identity, letters, vouching, withholding, writing
from portal.office.house import House
from portal.office.keyring import Keyring, ReporterKey
from portal.office.recording import Draft
from portal.office.requesting import MAIL
from portal.office.sheets import LetterSheet, StepSheet
from portal.office.writing import Prepared
from portal.store.disclosures import Disclosure
from portal.store.outbox import Outbox
from portal.store.reports import Letter, Report
from portal.store.session import lock

STATED, LIFTED = "identity_stated", "identity_lifted"


def require_open(session: Session, house: House, reporter: ReporterKey, request_id: UUID, *, now: datetime) -> None:
    """Raise StrangerError for a request that is not about this report, IllegalTransitionError when nothing is left.

    One of which the reporter is not told yet is as one that is not about their report.
    """
    report = session.get_one(Report, reporter.report_id)
    _request(session, house, report, request_id, now)
    disclosure.require_statable(withdrawn=_withdrawn(report), given=identity.known(session, report.id), stated=0)


def prepare(
    session: Session, house: House, reporter: ReporterKey, request_id: UUID, text: str, *, now: datetime
) -> Prepared:
    """Seal a statement. Raises StrangerError, IllegalTransitionError and EnoughError."""
    report = session.get_one(Report, reporter.report_id)
    _admit(session, house, report, request_id, now)
    authority_id = writing.authority_of(session, report)
    return writing.prepare_letter(
        session,
        house,
        report,
        reporter,
        Draft(STATED, hour_of(now), REPORTER, ("disclosures", request_id), authority_id=authority_id),
        kind=LetterKind.STATEMENT,
        sender=Sender.REPORTER,
        sent_at=hour_of(now),
        text=letters.Text(text),
        disclosure_id=request_id,
    )


def store(
    session: Session, house: House, reporter: ReporterKey, request_id: UUID, prepared: Prepared, *, now: datetime
) -> None:
    """Store a sealed statement: new to intake, told to the desk whose turn it is, whose page is out of date by it."""
    report, case = hearing.lock_both(session, reporter.report_id)
    row = _admit(session, house, report, request_id, now)
    (draft,) = prepared.drafts
    case.news_at = case.news_at or hour_of(now)
    draft.names(case)
    if _is_sound(session, house, row):
        draft.names(row)  # and with its entry the row has another version than any page shows
    if (turn := disclosure.TURNS.get(row.state)) is not None:
        session.add(Outbox(kind=MAIL, desk_id=_desk(row, turn), created_at=hour_of(now), sent_at=None))
    writing.store(session, house, prepared)


def may_state(report: Report, given: Iterable[IdentityField]) -> bool:
    """Whether the reporter may say something of the requests about their report, which has these fields."""
    return disclosure.may_state(withdrawn=_withdrawn(report), given=identity.known_of(given))


def of_request(session: Session, house: House, ring: Keyring, row: Disclosure) -> tuple[LetterSheet, ...]:
    """What was written beside a request, oldest first, as far as this officer reads the report.

    That is what the reporter says, and before it how they were asked to agree, where they must.
    Raises LedgerError when one was changed or taken away, whether or not they do.
    """
    rows = session.scalars(_of(row.report_id, row.id).order_by(Letter.position)).all()
    stated = [one for one in rows if one.sender is Sender.REPORTER]
    vouching.require_all(session, house.entry_keys, stated, "letters", row.id, {STATED})
    _require_asked(session, house, row, [one for one in rows if one.sender is Sender.OFFICE])
    contents = ring.open(session, house, {one.content_key_id for one in rows})
    return tuple(letters.read(house, contents, one) for one in rows if one.content_key_id in contents)


def _require_asked(session: Session, house: House, row: Disclosure, asked: Sequence[Letter]) -> None:
    """Raise LedgerError unless the reporter was asked in words where they must agree; serving names the letter anew."""
    if len(asked) != (row.consent_by is not None):
        raise LedgerError("a request is not beside the words in which the reporter was asked")
    for one in asked:
        vouching.require_recorded(session, house.entry_keys, one)


def by_request(sheets: Iterable[LetterSheet]) -> Mapping[UUID, tuple[LetterSheet, ...]]:
    """The letters that stand beside a request to learn who a reporter is, by that request."""
    found: dict[UUID, tuple[LetterSheet, ...]] = {}
    for one in sheets:
        if one.request_id is not None:
            found[one.request_id] = (*found.get(one.request_id, ()), one)
    return found


def count(steps: Iterable[StepSheet]) -> int:
    """How many statements there are among the steps of a request."""
    return sum(step.event == STATED for step in steps)


def last(steps: Iterable[StepSheet]) -> datetime | None:
    """The hour of the last statement among the steps of a request."""
    return max((step.at for step in steps if step.event == STATED), default=None)


def is_unweighed(row: Disclosure, steps: Iterable[StepSheet]) -> bool:
    """Whether something was said after the lead had agreed, while the custodian has still to decide."""
    agreed = dropwhile(lambda step: step.event != LIFTED, steps)
    return disclosure.TURNS.get(row.state) is Part.CUSTODIAN and last(agreed) is not None


def _admit(session: Session, house: House, report: Report, request_id: UUID, now: datetime) -> Disclosure:
    """The request, if it may be spoken of once more; held until the commit."""
    row = _request(session, house, report, request_id, now)
    theirs = _of(report.id, request_id).where(Letter.sender == Sender.REPORTER)
    counted = select(func.count()).select_from(theirs.subquery())
    disclosure.require_statable(
        withdrawn=_withdrawn(report),
        given=identity.known(session, report.id),
        stated=session.execute(counted).scalar_one(),
    )
    return row


def _request(session: Session, house: House, report: Report, request_id: UUID, now: datetime) -> Disclosure:
    row = session.get(Disclosure, request_id, with_for_update=lock(session))
    hidden = {one.request_id for one in withholding.untold(session, house, report.id, now=now)}
    if row is None or row.report_id != report.id or row.id in hidden:
        raise StrangerError("no such request")
    return row


def _withdrawn(report: Report) -> bool:
    return report.state is ReportState.WITHDRAWN


def _is_sound(session: Session, house: House, row: Disclosure) -> bool:
    """Whether a request is as it was recorded; no entry of a reporter vouches for one that is not."""
    try:
        if house.newest.able and row.state in disclosure.OPEN:
            house.newest.require(session, row)
        else:  # a public host cannot ask, and of one that is over nothing comes any more
            vouching.require_newest(session, house.entry_keys, (row,), row.id, history.REQUEST_MOVES)
    except LedgerError:
        return False
    return True


def _desk(row: Disclosure, turn: Part) -> UUID:
    return {
        Part.REQUESTER: row.requester_desk_id,
        Part.LEAD: row.lead_desk_id,
        Part.CUSTODIAN: row.custody_desk_id,
    }[turn]


def _of(report_id: UUID, request_id: UUID) -> Select[Letter]:
    return select(Letter).where(Letter.report_id == report_id, Letter.disclosure_id == request_id)
