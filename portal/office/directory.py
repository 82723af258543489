"""The offices, desks and seats as they stand, and the desk keys that certificates vouch for.

A snapshot is kept per `installation.generation`; keys are read afresh for each sealing and believed only with a
certificate that chains to the root, so a key swapped in the database is refused (DESIGN §4).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from crypto.keys import PublicKey, VerifyKey
from portal.domain import jurisdiction
from portal.domain.errors import LedgerError, NoDeskError, UncertifiedKeyError
from portal.domain.jurisdiction import AuthorityTree
from portal.domain.vocabulary import AuthorityKind, Duty, OfficerState
from portal.office.certifying import CertificateBook, desk_subject, officer_subject
from portal.office.editions import EditionBook
from portal.office.newest import NewestBook
from portal.office.recording import RECORDED
from portal.store.authorities import Authority, AuthorityName, Certificate, Installation
from portal.store.base import table_of
from portal.store.driving import Question, asked
from portal.store.officers import Desk, DeskEpoch, Officer, Seat

READ = "directory"  # in `Session.info`: as this transaction has read it, until it records something
_GENERATION = select(Installation.generation)
_KEYS = (
    select(table_of(DeskEpoch), Desk.authority_id, Desk.duty, Certificate.body)
    .join(Desk, Desk.id == DeskEpoch.desk_id)
    .join(Certificate, Certificate.id == DeskEpoch.certificate_id)
    .where(DeskEpoch.current)
)
_NAMES = tuple(column.name for column in _KEYS.selected_columns)


@dataclass(frozen=True, slots=True)
class Names:
    """The names of an authority on a day."""

    zh: str
    en: str
    ko: str

    def in_language(self, language: str) -> str:
        """The name in a reader's language."""
        return {"en": self.en, "ko": self.ko}.get(language) or self.zh


@dataclass(frozen=True, slots=True)
class DeskKey:
    """A desk's current key, vouched for."""

    desk_id: UUID
    epoch_id: UUID
    key: PublicKey


@dataclass(frozen=True, slots=True)
class Directory:
    """A snapshot of who serves which duty for whom."""

    generation: int
    tree: AuthorityTree
    names: Mapping[UUID, Names]
    codes: Mapping[UUID, str]
    desk_ids: Mapping[tuple[UUID, Duty], UUID]
    places: Mapping[UUID, tuple[UUID, Duty]]  # desk id → authority, duty
    seats: frozenset[tuple[UUID, Duty]]

    def name(self, authority_id: UUID, language: str = "zh-Hans") -> str:
        """What an authority is called."""
        return self.names[authority_id].in_language(language)

    def desk_id(self, authority_id: UUID, duty: Duty) -> UUID:
        """The desk of a duty; raises NoDeskError when there is none."""
        try:
            return self.desk_ids[authority_id, duty]
        except KeyError:
            raise NoDeskError(f"no {duty} desk") from None

    def open_for_reports(self) -> bool:
        """Whether `/report` takes reports: the province has intake, lead and custody."""
        return jurisdiction.open_for_reports(self.tree, self.seats)

    def misconduct_open(self) -> bool:
        """Whether reports on officials can be taken: discipline has the same three."""
        return jurisdiction.misconduct_open(self.tree, self.seats)


@dataclass(slots=True)
class DirectoryCache:
    """The last snapshot, and the certificates verified so far; lives on the app object."""

    book: CertificateBook
    newest: NewestBook
    editions: EditionBook
    _last: Directory | None = None
    _day: date = date.min

    def read(self, session: Session, *, today: date) -> Directory:
        """The directory as it stands; rebuilt when the installation's generation moved, and once a day for names.

        The editions in force are read at the same time. Raises LedgerError for an office, a name or an edition that is
        not as recorded last. A transaction that has recorded something sees its own directory, which is not kept.
        """
        known: Directory | None = session.info.get(READ)
        if known is not None and self._day >= today and not session.info.get(RECORDED):
            return known
        session.info[READ] = found = self._read(session, today)
        return found

    @staticmethod
    def looks() -> Question:
        """What `read` asks first."""
        return _GENERATION, {}

    def _read(self, session: Session, today: date) -> Directory:
        ((generation,),) = asked(session, _GENERATION)
        last = self._last
        if last is not None and last.generation == generation and self._day >= today:
            return last
        day = max(self._day, today)
        if session.info.get(RECORDED):
            return load(session, generation, self.editions.policies.divisions.routing_parents(), today=day)
        self._require_recorded(session)
        self.editions.read(session, today=day)
        last = load(session, generation, self.editions.policies.divisions.routing_parents(), today=day)
        self._last, self._day = last, day  # at once: a database that goes away meanwhile leaves it to be read again
        return last

    def _require_recorded(self, session: Session) -> None:
        """Raise LedgerError unless the offices and their names, which reports are routed by, are as recorded last."""
        if self.newest.able:
            self.newest.require_whole(session, Authority, AuthorityName)
            self.newest.require(session, *session.scalars(select(Authority)), *session.scalars(select(AuthorityName)))

    def keys(self, session: Session, desk_ids: Iterable[UUID]) -> Mapping[UUID, DeskKey]:
        """The current certified key of each desk; raises NoDeskError or UncertifiedKeyError."""
        wanted = set(desk_ids)
        found = asked(session, _keys(len(wanted)), **{f"desk{place}": one for place, one in enumerate(wanted)})
        rows = [dict(zip(_NAMES, row, strict=True)) for row in found]
        if self.newest.able:
            self._require_newest(session, rows)
        keys = {row["desk_id"]: self._key(session, row) for row in rows}
        if wanted - keys.keys():
            raise NoDeskError("a desk has no key")
        return keys

    def _certified(self, session: Session, officer_id: UUID) -> tuple[Officer, bytes]:
        """An officer as recorded last, and the certificate of their keys, not checked yet."""
        officer = session.get_one(Officer, officer_id)
        if self.newest.able:
            self.newest.require(session, officer)
        if officer.certificate_id is None:
            raise UncertifiedKeyError("nobody has certified this officer's key yet")
        return officer, session.get_one(Certificate, officer.certificate_id).body

    def _require_newest(self, session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
        """Raise UncertifiedKeyError for a key that is not the one recorded last: put back, it was another's once."""
        try:
            self.newest.require_values(session, table_of(DeskEpoch), rows)
        except LedgerError as error:
            raise UncertifiedKeyError("the key of a desk is not the one recorded last") from error

    def _key(self, session: Session, row: Mapping[str, Any]) -> DeskKey:
        """A desk's key, certified."""
        subject = desk_subject(row["authority_id"], row["duty"], row["epoch"])
        key = self.book.sealing_key(session, row["body"], subject, row["public_key"])
        return DeskKey(row["desk_id"], row["id"], key)

    def officer_key(self, session: Session, officer_id: UUID) -> PublicKey:
        """An officer's own certified key; raises UncertifiedKeyError."""
        officer, body = self._certified(session, officer_id)
        return self.book.sealing_key(session, body, officer_subject(officer_id), officer.public_key or b"")

    def officer_verify_key(self, session: Session, officer_id: UUID) -> VerifyKey:
        """The key that an officer's signatures are checked with; raises UncertifiedKeyError."""
        officer, body = self._certified(session, officer_id)
        claim = self.book.claim(session, body)
        if (claim.subject, claim.signing_key) != (officer_subject(officer_id), officer.verify_key):
            raise UncertifiedKeyError("the signing key is not the one certified")
        return VerifyKey(claim.signing_key)


@cache
def _keys(count: int) -> Select[*tuple[Any, ...]]:
    """Asks for the keys of so many desks."""
    wanted = [bindparam(f"desk{place}", type_=DeskEpoch.desk_id.type) for place in range(count)]
    return _KEYS.where(DeskEpoch.desk_id.in_(wanted))


def load(session: Session, generation: int, routing_parents: Mapping[str, str], *, today: date) -> Directory:
    """Read the whole directory. Seated is who can open: an officer still to enrol has a seat and sits nowhere."""
    authorities = session.scalars(select(Authority)).all()
    desks = session.scalars(select(Desk).join(DeskEpoch, DeskEpoch.desk_id == Desk.id).where(DeskEpoch.current)).all()
    seated = session.execute(
        select(Desk.authority_id, Desk.duty)
        .join(DeskEpoch, DeskEpoch.desk_id == Desk.id)
        .join(Seat, Seat.desk_epoch_id == DeskEpoch.id)
        .join(Officer, Officer.id == Seat.officer_id)
        .where(DeskEpoch.current, Seat.left_at.is_(None), Officer.state == OfficerState.ACTIVE)
        .distinct()
    )
    return Directory(
        generation=generation,
        tree=AuthorityTree.of(
            (jurisdiction.Node(one.id, one.superior_id, AuthorityKind(one.kind), one.division) for one in authorities),
            routing_parents,
        ),
        names=_names(session, today),
        codes={one.id: one.code for one in authorities},
        desk_ids={(desk.authority_id, desk.duty): desk.id for desk in desks},
        places={desk.id: (desk.authority_id, desk.duty) for desk in desks},
        seats=frozenset((authority, duty) for authority, duty in seated),
    )


def _names(session: Session, today: date) -> Mapping[UUID, Names]:
    """The newest name of each authority that is in force today; before its first name begins, that one."""
    found: dict[UUID, Names] = {}
    for row in session.scalars(select(AuthorityName).order_by(AuthorityName.since)):
        if row.since <= today or row.authority_id not in found:
            found[row.authority_id] = Names(row.zh, row.en, row.ko)
    return found
