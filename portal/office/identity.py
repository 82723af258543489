"""Who reported: given, replaced and erased by the reporter; read by nobody here.

Replacing deletes the old field with its shares and writes a new one under fresh shares; the entry that says so stays.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.orm import Session

from crypto import tree
from crypto.keys import SecretKey
from crypto.primitives import derive, mac
from portal.domain import access, lifecycle
from portal.domain.access import ReportDesks
from portal.domain.audit import REPORTER, hour_of
from portal.domain.errors import StaleError
from portal.domain.evidence import BlobRole
from portal.domain.vocabulary import EXHIBITS, TYPED, Compartment, IdentityField
from portal.office import file_rows, keeping, name_marks, recalling, sealing, writing
from portal.office.batch import Batch
from portal.office.house import House
from portal.office.keyring import ReporterKey
from portal.office.recording import Draft, record
from portal.store.driving import Question, each
from portal.store.identity import IdentityField as FieldRow
from portal.store.identity import IdentityShare
from portal.store.reports import ContentKey, Receipt, Report
from portal.store.session import lock

ORIGINALS = frozenset(IdentityField) - TYPED  # what opens files
# What `relation` says once a reporter has erased themselves: the row stays, so that its absence can't tell.
UNSTATED = "unstated"
ERASED = "erased"
_FIELDS = select(FieldRow.field).where(FieldRow.report_id == bindparam("report"))
CHANGED_IN_MAILBOX = b""  # what was said there wins over the form, should a browser send that again


@dataclass(frozen=True, slots=True)
class Giving:
    """One giving of identity: which fields go, what comes, and what the reporter says about being phoned.

    `phone` is None to leave that as it is, "" to withdraw it, a number to allow calls.
    """

    fields: Mapping[IdentityField, str]
    removed: frozenset[IdentityField]
    phone: str | None
    event: str


def replacing(given: Mapping[IdentityField, str], *, may_phone: bool) -> Giving:
    """Fields told anew from the mailbox: what was typed replaces what was there, the rest stays.

    Without `may_phone` nobody calls any more, whether a number was typed or not; with it and without a number, the
    number that was allowed before stays.
    """
    phone = given.get(IdentityField.PHONE) if may_phone else ""
    return Giving(given, frozenset(given), phone, "identity_replaced" if given else "phone_closed")


def erasing() -> Giving:
    """All that is the reporter's goes; `relation` is overwritten, and what officers added stays (decision 036)."""
    return Giving({IdentityField.RELATION: UNSTATED}, frozenset(IdentityField), "", ERASED)


@dataclass(frozen=True, slots=True)
class Replacement:
    """A giving, sealed."""

    generation: int
    report_id: UUID
    removed: frozenset[IdentityField]
    given: frozenset[IdentityField]
    desks: ReportDesks
    phone: tuple[bytes | None, UUID | None] | None  # None: as it is
    mark: bytes
    name_mark: tuple[bytes | None] | None  # None: as it is
    batch: Batch
    draft: Draft


def mark_of(house: House, secret: SecretKey, fields: Mapping[IdentityField, str], phone: str | None) -> bytes:
    """What tells a sending that repeats an identity from one that corrects it, under a key only the receipt gives.

    Without the receipt it is 32 random bytes, to the server and to a thief of its database alike. A giving in the
    mailbox leaves CHANGED_IN_MAILBOX instead.
    """
    said = {**{str(name): value for name, value in fields.items()}, "may_phone": phone or ""}
    key = derive(secret.seed, "identity-mark", salt=house.installation)
    return mac(key, tree.canonical(said))


def prepare(
    session: Session,
    house: House,
    report: Report,
    reporter: ReporterKey,
    giving: Giving,
    *,
    now: datetime,
    mark: bytes = CHANGED_IN_MAILBOX,
) -> Replacement:
    """Seal a giving, outside the writing transaction; `mark` is that of a whole identity, sent with the report."""
    desks, batch, hour = writing.desks_of(session, house, report), Batch(), hour_of(now)
    draft = Draft(
        giving.event,
        hour,
        REPORTER,
        ("reports", report.id),
        facts={"fields": sorted(giving.fields.keys() - {IdentityField.RELATION})},
        authority_id=writing.authority_of(session, report),
    )
    keys = house.directories.keys(session, {desks.intake, *access.holders(desks).values()})
    sealing.seal_identity(
        house, batch, draft, report_id=report.id, fields=giving.fields, desks=desks, keys=keys, hour=hour
    )
    phone = None
    if giving.phone is not None:
        phone = _seal_phone(session, house, batch, draft, report, reporter, giving.phone, keys)
    generation, given = writing.current_generation(session), frozenset(giving.fields)
    name = _name_mark(session, house, report, reporter, giving, now)
    return Replacement(generation, report.id, giving.removed, given, desks, phone, mark, name, batch, draft)


def _name_mark(
    session: Session, house: House, report: Report, reporter: ReporterKey, giving: Giving, now: datetime
) -> tuple[bytes | None] | None:
    """The mark of the name as a giving leaves it: it comes and goes with the name."""
    name = giving.fields.get(IdentityField.NAME)
    if name is None:
        return (None,) if IdentityField.NAME in giving.removed else None
    codes = select(func.count()).where(Receipt.report_id == report.id)
    hands = session.execute(codes).scalar_one() > 1  # an officer has drawn one of them
    return (name_marks.again(house, reporter, report.name_mark, name, now=now, hands=hands),)


def _seal_phone(
    session: Session,
    house: House,
    batch: Batch,
    draft: Draft,
    report: Report,
    reporter: ReporterKey,
    number: str,
    keys: sealing.Keys,
) -> tuple[bytes | None, UUID | None]:
    if not number:
        return None, None
    last = session.execute(
        select(func.max(ContentKey.generation)).where(
            ContentKey.report_id == report.id, ContentKey.compartment == Compartment.PHONE
        )
    ).scalar_one()
    content = sealing.draw_content_key(
        house,
        batch,
        draft,
        owner={"report_id": report.id},
        compartment=Compartment.PHONE,
        generation=(last or 0) + 1,
        desks=writing.desks_of(session, house, report),
        keys=keys,
        receipts=writing.receipts_of(session, house, report.id, reporter),
    )
    return sealing.seal_text(house, content, "reports", report.id, "phone", number.encode()), content.id


def apply(session: Session, house: House, replacement: Replacement, *, now: datetime) -> tuple[Draft, ...]:
    """Take the old rows away, store the new ones; the caller records the drafts. Raises StaleError.

    IllegalTransitionError where the report was withdrawn since: then things are erased, and nothing is given any more.
    """
    writing.require_current(session, replacement.generation)
    report = session.get_one(Report, replacement.report_id, with_for_update=lock(session))
    if replacement.draft.event != ERASED:
        lifecycle.require_standing(report.state)
    if writing.desks_of(session, house, report) != replacement.desks:
        raise StaleError("it was handed on while this was being sealed")
    keeping.drop(session, replacement.draft, report.id)
    old = _take_away(session, replacement)
    if replacement.draft.event == ERASED:
        gone = {field.field for field in old} - {IdentityField.RELATION}
        replacement.draft.facts = {"fields": sorted(gone)}
    elif gone := {field.field for field in old} - replacement.given - {IdentityField.RELATION}:
        replacement.draft.facts = {**replacement.draft.facts, "removed": sorted(gone)}
    ended = recalling.take_back(session, house, report.id, [field.id for field in old], now=now)
    replacement.batch.insert(session)
    report.identity_mark = replacement.mark
    if replacement.name_mark is not None:
        (report.name_mark,) = replacement.name_mark
    if replacement.phone is not None:
        report.phone, report.phone_key_id = replacement.phone
    replacement.draft.names(report)
    return (replacement.draft, *ended)


def _take_away(session: Session, replacement: Replacement) -> Sequence[FieldRow]:
    """The rows that go, with their shares and the files they open; none that an officer's file hangs on."""
    report_id, draft = replacement.report_id, replacement.draft
    removed = replacement.removed
    if not removed.isdisjoint(ORIGINALS):
        removed -= file_rows.of_office(session, report_id)
    old = take_away(session, draft, report_id, removed)
    for number in (field.field.number for field in old):
        if number is not None:
            file_rows.erase(session, draft, report_id, number, (BlobRole.ORIGINAL,))
    return old


def take_away(session: Session, draft: Draft, report_id: UUID, fields: Collection[IdentityField]) -> Sequence[FieldRow]:
    """Erase fields with their shares; returns the rows that were there."""
    old = session.scalars(select(FieldRow).where(FieldRow.report_id == report_id, FieldRow.field.in_(fields))).all()
    for field in old:
        for share in session.scalars(select(IdentityShare).where(IdentityShare.field_id == field.id)).all():
            draft.erases(share, share.id)
        session.execute(delete(IdentityShare).where(IdentityShare.field_id == field.id))
        draft.erases(field, field.id)
        session.execute(delete(FieldRow).where(FieldRow.id == field.id))
    return old


def store(session: Session, house: House, replacement: Replacement, *, now: datetime) -> None:
    """Apply a giving and record it."""
    record(session, house.entry_key, *apply(session, house, replacement, now=now))


def given(session: Session, report_id: UUID) -> tuple[IdentityField, ...]:
    """Which fields a report has, without `relation`; what they say is for nobody here."""
    names = each(session, _FIELDS, report=report_id)
    return tuple(name for name in IdentityField if name in names and name is not IdentityField.RELATION)


def looks(report_id: UUID) -> Question:
    """What `given` asks."""
    return _FIELDS, {"report": report_id}


def known(session: Session, report_id: UUID) -> tuple[IdentityField, ...]:
    """The same without what opens files of the case file: their reporter does not know of these."""
    return known_of(given(session, report_id))


def known_of(there: Iterable[IdentityField]) -> tuple[IdentityField, ...]:
    """The same of fields that are at hand."""
    return tuple(name for name in there if name not in EXHIBITS)


def own(session: Session, report_id: UUID) -> tuple[IdentityField, ...]:
    """The same without what opens files that officers added: what goes when the reporter erases themselves."""
    return own_of(session, report_id, given(session, report_id))


def own_of(session: Session, report_id: UUID, there: tuple[IdentityField, ...]) -> tuple[IdentityField, ...]:
    """The same of fields that are at hand."""
    added = frozenset() if ORIGINALS.isdisjoint(there) else file_rows.of_office(session, report_id)
    return tuple(name for name in there if name not in added)


def typed(session: Session, report_id: UUID) -> tuple[IdentityField, ...]:
    """The same without what opens files."""
    return tuple(name for name in given(session, report_id) if name in TYPED)
