"""The name that somebody claims under, held beside the one that was given with the report (decision 056).

Whoever found a code must not learn a name by trying: a wrong one is entered before it is said to be wrong, three slow
the next, five end it for the day. Nothing else of the mailbox is shut by it. The entry is the payment's, which names no
report, and says no name.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import clocks
from portal.domain.audit import REPORTER, hour_of
from portal.domain.payee import Payee
from portal.domain.payee_names import MOST, SLOW_AFTER, NameTriedError
from portal.office import claims, vouching
from portal.office.house import House
from portal.office.keyring import ReporterKey
from portal.office.recording import Draft, record
from portal.store.ledger import Entry
from portal.store.officers import Desk

REFUSED = "payout_name_refused"


def attempt(
    session: Session, house: House, reporter: ReporterKey, payee: Payee, *, letters: int = 0, now: datetime
) -> int | None:
    """None where the name is the one that was given, or none can be compared; otherwise how many tries are left today.

    It holds the award, so that of many at once each is counted before the next is compared. Raises ClaimError,
    PayeeError for whatever else is wrong, which costs no try, and NameTriedError.
    """
    today, payee = clocks.day_of(now), payee.tidied()
    voucher, _, granted_at = claims.order(session, house, reporter, today, held=True)
    payee.require_sound(named=voucher.named, today=today, letters=letters)
    standing = claims.weighed(session, house, reporter, voucher, granted_at)
    claims.require_method(standing, payee)
    if standing is None or not standing.comparable:
        return None
    before = _tried(session, house, voucher.reference, today)
    if len(before) >= MOST:
        raise NameTriedError("shut")
    if len(before) >= SLOW_AFTER and before[0] >= hour_of(now):
        raise NameTriedError("soon")
    if standing.fits(house, reporter.report_id, payee.reporter):
        return None
    draft = Draft(REFUSED, hour_of(now), REPORTER, ("payouts", voucher.reference), facts={"count": len(before) + 1})
    draft.authority_id = session.get_one(Desk, voucher.desk_id).authority_id
    record(session, house.entry_key, draft)
    return MOST - len(before) - 1


def _tried(session: Session, house: House, reference: UUID, today: date) -> list[datetime]:
    """The hours in which a wrong name was tried today, newest first, as authenticated entries say."""
    mine = select(Entry).where(Entry.object_id == reference, Entry.event == REFUSED)
    newest = session.scalars(mine.order_by(Entry.index.desc()).limit(MOST)).all()
    said = (datetime.fromisoformat(vouching.opening_of(session, house.entry_keys, one)["at"]) for one in newest)
    return [at for at in said if clocks.day_of(at) == today]
