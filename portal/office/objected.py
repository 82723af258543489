"""Objections (异议) that wait: to a case, whichever of the reports that are handled together they come with."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.errors import IllegalTransitionError
from portal.domain.paper_vocabulary import ObjectionState
from portal.office import letters, together, vouching
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.store.objections import Objection
from portal.store.reports import Letter


def waiting(session: Session, house: House, case_id: UUID) -> tuple[Objection, ...]:
    """Those that wait, oldest first: one review answers all of them.

    Raises IllegalTransitionError where none does, LedgerError for one planted.
    """
    reports = [one.id for one in together.of(session, case_id)]
    wanted = select(Objection).where(Objection.report_id.in_(reports), Objection.state == ObjectionState.OPEN)
    rows = tuple(session.scalars(wanted.order_by(Objection.made_at, Objection.id)))
    if not rows:
        raise IllegalTransitionError("nobody objects")
    for row in rows:
        vouching.require_recorded(session, house.entry_keys, row)
    return rows


def words(session: Session, house: House, ring: Keyring, case_id: UUID) -> tuple[str, ...]:
    """What those say whose reports were merged into the case, to whoever reviews it: the words, and nothing else."""
    own = {one.id for one in together.of(session, case_id) if one.case_id == case_id}
    waits = [one for one in waiting(session, house, case_id) if one.report_id not in own]
    rows = [session.get_one(Letter, one.letter_id) for one in waits]
    contents = ring.open_sound(session, house, {row.content_key_id for row in rows})
    return tuple(letters.read(house, contents, row).text for row in rows if row.content_key_id in contents)
