"""The register of inquiries (过问登记): an officer who is asked for a reporter's name writes down by whom.

Sealed for the audit desk above the author and for discipline; not for the author's own office, nor for the author.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from portal.domain import jurisdiction
from portal.domain.values import Asked
from portal.office import confiding
from portal.office.acting import Act
from portal.office.confiding import Register
from portal.office.keyring import Keyring
from portal.store.inquiries import Inquiry, InquiryKey
from portal.store.officers import Officer

INQUIRIES: Final = Register(
    Inquiry, InquiryKey, "registered_at", "inquiry_id", Asked, "inquiry_registered", "inquiry_read"
)


@dataclass(frozen=True, slots=True)
class InquiryLine:
    """One in the list: nothing of what it says."""

    id: UUID
    registered_at: datetime
    authority: str
    author: str


@dataclass(frozen=True, slots=True)
class InquirySheet:
    """One that was opened."""

    line: InquiryLine
    asked: Asked


def register(act: Act, asked: Asked) -> UUID:
    """Seal what an officer was asked; returns its id. Raises NoDeskError when nobody could read it."""
    directory = act.directory()
    readers = jurisdiction.inquiry_readers(directory.tree, directory.seats, act.actor.authority_id)
    return confiding.confide(act, INQUIRIES, asked, {directory.desk_id(*reader) for reader in readers})


def reads(act: Act) -> bool:
    """Whether the actor sits at a desk that such things are sealed to."""
    tree = act.tree()
    return any(jurisdiction.reads_inquiries(tree, seat.authority_id, seat.duty) for seat in act.actor.seats)


def listed(act: Act, ring: Keyring, language: str) -> tuple[InquiryLine, ...]:
    """Those that the actor's desks open, newest first."""
    return tuple(_line(act, row, language) for row in confiding.listed(act.session, ring, INQUIRIES))


def show(act: Act, ring: Keyring, inquiry_id: UUID, language: str) -> InquirySheet:
    """Open one, recorded first. Raises StrangerError for whoever has no key of it."""
    row, asked = confiding.show(act, ring, INQUIRIES, inquiry_id)
    return InquirySheet(_line(act, row, language), asked)


def _line(act: Act, row: Inquiry, language: str) -> InquiryLine:
    author = act.session.get_one(Officer, row.author_id).username
    return InquiryLine(row.id, row.registered_at, act.directory().name(row.authority_id, language), author)
