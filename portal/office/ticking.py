"""What time does by itself: to clocks (`deadlines`), to what has ended, to refusals that nobody has entered yet.

Ended are sessions, enrolments whose codes are too old, and disclosures: what could be read is wiped. Idempotent, safe
to run anywhere, twice, or late: everything is decided from the rows and `now`.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.audit import SYSTEM, written
from portal.office import alarming, challenges, deadlines, enrolling, motions, paying, recalling, sessions, signing_in
from portal.office.house import House
from portal.office.recording import Draft, record
from portal.store.officers import Officer
from portal.store.outbox import RefusalCount, SignInFailure
from portal.store.session import locked

BATCH = deadlines.BATCH


def tick(session: Session, house: House, *, now: datetime) -> int:
    """Do what is due; returns how many clocks something came of. A full batch means: `go_on`."""
    done = deadlines.tick(session, house, now=now)
    drafts = alarming.escalate(session, house, now=now)
    drafts += _refusals(session, now)
    drafts += _failures(session, now)
    drafts += enrolling.lapse(session, now=now)
    drafts += recalling.lapse(session, house, now=now)
    drafts += motions.lapse(session, house, now=now)
    drafts += paying.wipe(session, house, now=now)
    sessions.sweep(session, now=now)
    signing_in.forget(session, now=now)
    challenges.forget(session, now=now)
    if drafts:
        record(session, house.entry_key, *drafts)
    return done


def go_on(session: Session, house: House, *, now: datetime) -> int:
    """The next batch of clocks, of which there can be many; all else is done."""
    return deadlines.go_on(session, house, now=now)


def _refusals(session: Session, now: datetime) -> list[Draft]:
    """Enter the refusals without a session, once per hour and kind, when the hour is over."""
    over = now - timedelta(hours=1)
    waiting = select(RefusalCount).where(RefusalCount.hour <= over, RefusalCount.entered.is_(False))
    counts = session.scalars(locked(session, waiting, skip=True)).all()
    drafts = []
    for count in counts:
        count.entered = True
        facts = {"kind": count.kind, "hour": written(count.hour), "count": count.count}
        drafts.append(Draft("refusals_counted", now, SYSTEM, facts=facts))
    return drafts


def _failures(session: Session, now: datetime) -> list[Draft]:
    """Enter failed sign-ins of each account, once an hour, in the audit trail of its office."""
    over = select(SignInFailure).where(SignInFailure.hour <= now - timedelta(hours=1))
    drafts = []
    for row in session.scalars(locked(session, over, skip=True)):
        facts = {"hour": written(row.hour), "count": row.count}
        authority_id = session.get_one(Officer, row.officer_id).authority_id
        subject = ("officers", row.officer_id)
        drafts.append(Draft("sign_ins_failed", now, SYSTEM, subject, facts, authority_id=authority_id))
        session.delete(row)
    return drafts
