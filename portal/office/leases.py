"""Leases: of several processes one does a piece of background work, and another takes over when it dies."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from portal.store.outbox import Lease


def take(session: Session, name: str, holder: str, *, life: timedelta, now: datetime) -> bool:
    """Take or keep a lease; False while another holds it."""
    lease = session.get(Lease, name, with_for_update=True)
    if lease is None:
        session.add(Lease(name=name, holder=holder, until=now + life))
        return True
    if lease.holder != holder and lease.until > now:
        return False
    lease.holder, lease.until = holder, now + life
    return True
