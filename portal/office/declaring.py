"""Declarations (申报): officers write down whom and what they have to do with, so that cases can keep clear of them.

Sealed for the lead of their own office; a lead's own for the lead above. Nothing that refuses a step ever quotes one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select

from portal.domain.errors import NoDeskError
from portal.domain.values import Declared
from portal.domain.vocabulary import Duty
from portal.office import confiding, interests, match_keys
from portal.office.acting import Act
from portal.office.confiding import Register
from portal.office.indexing import Indexer
from portal.office.keyring import Keyring
from portal.office.recording import Draft
from portal.store.officers import Officer
from portal.store.recusals import Declaration, DeclarationKey
from portal.store.session import locked

MARKED = "declaration_marked"
BATCH = 20
DECLARATIONS: Final = Register(
    Declaration, DeclarationKey, "declared_at", "declaration_id", Declared, "declared", "declaration_read"
)


@dataclass(frozen=True, slots=True)
class DeclarationLine:
    """One declaration in a list."""

    id: UUID
    author: str
    declared_at: datetime


@dataclass(frozen=True, slots=True)
class DeclarationSheet:
    """One that was opened."""

    line: DeclarationLine
    declared: Declared


def reader_of(act: Act) -> UUID:
    """The lead desk that reads what this officer declares: never one's own. Raises NoDeskError."""
    directory, own = act.directory(), set(act.actor.desks(Duty.LEAD))
    for authority in directory.tree.upwards(act.actor.authority_id):
        if (authority, Duty.LEAD) in directory.seats and directory.desk_id(authority, Duty.LEAD) not in own:
            return directory.desk_id(authority, Duty.LEAD)
    raise NoDeskError("no other lead is seated above")


def declare(act: Act, declared: Declared) -> UUID:
    """Seal it; the newest of an officer counts. Raises NoDeskError when nobody could read it."""
    return confiding.confide(act, DECLARATIONS, declared, {reader_of(act)})


def listed(act: Act, ring: Keyring) -> tuple[DeclarationLine, ...]:
    """Those that the actor's lead desks open, newest first."""
    return tuple(_line(act, row) for row in confiding.listed(act.session, ring, DECLARATIONS))


def show(act: Act, ring: Keyring, declaration_id: UUID) -> DeclarationSheet:
    """Open one, recorded first. Raises StrangerError for whoever has no key of it."""
    row, declared = confiding.show(act, ring, DECLARATIONS, declaration_id)
    return DeclarationSheet(_line(act, row), declared)


def mark(by: Indexer) -> tuple[Draft, ...]:
    """Mark what those declared whose declarations this session opens, so that cases can be held against it.

    Nothing while the desk has no key to compare with.
    """
    opens = select(DeclarationKey.declaration_id).where(DeclarationKey.desk_epoch_id.in_(by.ring.epochs))
    fresh = select(Declaration).where(Declaration.marks.is_(None), Declaration.id.in_(opens))
    rows = by.session.scalars(locked(by.session, fresh.order_by(Declaration.id).limit(BATCH), skip=True)).all()
    key = match_keys.of(by.session, by.house, by.ring) if rows else None
    if key is None:
        return ()
    drafts = []
    for row in rows:
        _, said = confiding.opened(by.session, by.house, by.ring, DECLARATIONS, row)
        row.marks = interests.of_declared(key, said)
        draft = Draft(MARKED, by.now, by.party, ("declarations", row.id), authority_id=row.authority_id)
        draft.names(row)
        drafts.append(draft)
    return tuple(drafts)


def _line(act: Act, row: Declaration) -> DeclarationLine:
    return DeclarationLine(row.id, act.session.get_one(Officer, row.author_id).username, row.declared_at)
