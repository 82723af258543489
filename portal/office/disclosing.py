"""The steps of a disclosure (知悉): the lead lifts, the custodian releases, the requester reads, time wipes.

Lifting seals the lead's half of each field's key to the custody desk, for this request. The custodian's session joins
the halves and seals the value to the requester: it sees none. What was lifted or released goes when it is over.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import envelope
from crypto.primitives import Binding
from portal.domain import disclosure
from portal.domain.access import Actor
from portal.domain.audit import written
from portal.domain.disclosure import Part
from portal.domain.errors import FieldsError, IllegalTransitionError, LedgerError, NotAllowedError, StaleError
from portal.domain.vocabulary import TYPED, DisclosureState, DisclosureStep, FieldState, Holder, IdentityField
from portal.domain.withholding import opens_at
from portal.office import checkpoints, gate, keeping, signing_in
from portal.office.gate import Request
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.manifests import FileKey
from portal.office.recording import Draft, record
from portal.office.requesting import MAIL
from portal.office.signing_in import Proof
from portal.office.withholding import WITHHELD
from portal.store.disclosures import DisclosedField
from portal.store.identity import IdentityField as FieldRow
from portal.store.identity import IdentityShare
from portal.store.outbox import Outbox

EVENTS: Mapping[DisclosureStep, str] = {
    DisclosureStep.LIFT: "identity_lifted",
    DisclosureStep.RELEASE: "identity_released",
    DisclosureStep.ANSWER: "identity_answered",
    DisclosureStep.REFUSE: "identity_refused",
    DisclosureStep.READ: "identity_read",
    DisclosureStep.CLOSE: "identity_closed",
}
FRESH = frozenset(
    {DisclosureStep.LIFT, DisclosureStep.RELEASE, DisclosureStep.ANSWER}
)  # with a one-time code of this moment
DECIDING = frozenset({DisclosureStep.RELEASE, DisclosureStep.ANSWER})  # the custodian's
CLAIMED = frozenset({FieldState.ASKED, FieldState.LIFTED})  # what a person said is kept so long
STANDING = (FieldState.ASKED, FieldState.LIFTED, FieldState.RELEASED)


@dataclass(frozen=True, slots=True)
class SealedField:
    """What a step makes of one field."""

    state: FieldState
    share: bytes | None = field(default=None, repr=False)
    share_epoch_id: UUID | None = None
    body: bytes | None = field(default=None, repr=False)
    wrapped: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A step on a request, sealed, with the version of the request that the officer saw."""

    request_id: UUID
    step: DisclosureStep
    seen: int
    fields: Mapping[UUID, SealedField]
    code: Proof | None = None


def prepare_lift(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    request_id: UUID,
    seen: int,
    code: Proof,
    *,
    now: datetime,
) -> Sealed:
    """Seal the lead's half of every field to the custody desk, for this request alone."""
    request = gate.admit_request(session, house, actor, DisclosureStep.LIFT, request_id, now=now, seen=seen)
    desk = request.row.custody_desk_id
    custody = house.directories.keys(session, {desk})[desk]
    made: dict[UUID, SealedField] = {}
    for one in in_state(request, FieldState.ASKED):
        _, share = _sealed(session, house, request, one)
        place = house.binding("disclosure_fields", one.id.bytes, "share", request_id.bytes)
        made[one.id] = SealedField(
            FieldState.LIFTED, envelope.wrap(keeping.half(house, ring, share), custody.key, place), custody.epoch_id
        )
    return Sealed(request_id, DisclosureStep.LIFT, seen, made, code)


def prepare_release(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    request_id: UUID,
    fields: Collection[IdentityField],
    seen: int,
    code: Proof,
    *,
    now: datetime,
) -> Sealed:
    """Join the halves of the chosen fields and seal each value to the requester; the others are refused.

    Raises FieldsError when none is chosen, or one that was not lifted.
    """
    request = gate.admit_request(session, house, actor, DisclosureStep.RELEASE, request_id, now=now, seen=seen)
    lifted = {one.field: one for one in in_state(request, FieldState.LIFTED)}
    if not fields or not set(fields) <= lifted.keys():
        raise FieldsError("only fields that were lifted are released, and at least one")
    to = house.directories.officer_key(session, request.row.requester_id)
    made = {one.id: SealedField(FieldState.REFUSED) for one in lifted.values()}
    for name in fields:
        one = lifted[name]
        value, key = value_of(session, house, ring, request, one), envelope.new_key()
        body = envelope.seal(key, value, house.binding("disclosure_fields", one.id.bytes, "body", request_id.bytes))
        wrapped = envelope.wrap(key, to, _to_requester(house, request, one))
        made[one.id] = SealedField(FieldState.RELEASED, body=body, wrapped=wrapped)
    return Sealed(request_id, DisclosureStep.RELEASE, seen, made, code)


def prepare_end(
    session: Session, house: House, actor: Actor, step: DisclosureStep, request_id: UUID, seen: int, *, now: datetime
) -> Sealed:
    """Refuse a request, or close one that is no longer needed: whatever was lifted or released for it goes."""
    request = gate.admit_request(session, house, actor, step, request_id, now=now, seen=seen)
    becomes = FieldState.REFUSED if step is DisclosureStep.REFUSE else FieldState.WIPED
    fields = {one.id: SealedField(becomes) for one in request.fields if one.state in STANDING}
    return Sealed(request_id, step, seen, fields)


def take(session: Session, house: House, actor: Actor, sealed: Sealed, *, now: datetime) -> None:
    """Take a sealed step; the gate is asked again. Raises StaleError, and SignInError for a code that does not fit."""
    request = gate.admit_request(session, house, actor, sealed.step, sealed.request_id, now=now, seen=sealed.seen)
    if sealed.step in FRESH:
        _require_code(session, house, actor, sealed.code, now)
    row = request.row
    row.state = _next(request, sealed)
    if sealed.step is DisclosureStep.LIFT:
        row.lifter_id = actor.officer_id
        session.add(Outbox(kind=MAIL, desk_id=row.custody_desk_id, created_at=now, sent_at=None))
    if sealed.step in DECIDING:
        row.releaser_id, row.expires_at = actor.officer_id, now + timedelta(hours=row.hours)
        session.add(Outbox(kind=MAIL, desk_id=row.requester_desk_id, created_at=now, sent_at=None))
    changed = [one for one in request.fields if one.id in sealed.fields]
    for one in changed:
        become(one, sealed.fields[one.id])
    draft = request.draft(EVENTS[sealed.step], fields=_touched(changed, sealed))
    if sealed.step is DisclosureStep.RELEASE:
        draft.facts = {**draft.facts, "until": written(row.expires_at)}
    if sealed.step is DisclosureStep.ANSWER:
        draft.facts = {
            **draft.facts,
            "matched": sorted(one.field for one in changed if one.state is FieldState.MATCHED),
        }
    draft.names(row, *changed)
    record(session, house.entry_key, draft, *_withholding(request, sealed.step, now))


def _withholding(request: Request, step: DisclosureStep, now: datetime) -> list[Draft]:
    """In lifting, the lead agrees that the reporter is told later: an entry of its own says until when, by whom."""
    row = request.row
    if step is not DisclosureStep.LIFT or row.withheld_days is None:
        return []
    until = opens_at(row.asked_at, row.withheld_days)
    if until <= now:
        return []
    facts = {"edition": row.edition, "days": row.withheld_days, "until": written(until)}
    draft = request.draft(WITHHELD, **facts, proposer=str(row.requester_id))
    draft.reason = row.reason
    return [draft]


def _next(request: Request, sealed: Sealed) -> DisclosureState:
    """The state that follows; an answer that is no to anything ends the request."""
    state = disclosure.advance(request.row.state, sealed.step)
    if sealed.step is DisclosureStep.ANSWER:
        return disclosure.answered([one.state is FieldState.MATCHED for one in sealed.fields.values()])
    return state


def read(
    session: Session, house: House, actor: Actor, ring: Keyring, request_id: UUID, *, now: datetime
) -> Mapping[IdentityField, str]:
    """The released values that somebody typed, to who asked for them; recorded first, each time."""
    return _read(session, house, actor, ring, request_id, TYPED, now=now)


def read_original(
    session: Session, house: House, actor: Actor, ring: Keyring, request_id: UUID, number: int, *, now: datetime
) -> FileKey:
    """What opens a file as it was sent, to who asked for it; recorded first, each time.

    Raises IllegalTransitionError where that was not released.
    """
    field = IdentityField.original(number)
    values = _read(session, house, actor, ring, request_id, {field}, now=now)
    return FileKey.of_text(values[field])


def _read(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    request_id: UUID,
    wanted: Collection[IdentityField],
    *,
    now: datetime,
) -> Mapping[IdentityField, str]:
    """What was released of some fields. The entry names what is opened, and nothing else."""
    checkpoints.require_signed(session, house, now=now)
    request = gate.admit_request(session, house, actor, DisclosureStep.READ, request_id, now=now)
    released = [one for one in in_state(request, FieldState.RELEASED) if one.field in wanted]
    if not released:
        raise IllegalTransitionError("nothing of this was released")
    values = {one.field: _opened(house, ring, request, one) for one in released}
    draft = request.draft(EVENTS[DisclosureStep.READ], fields=sorted(values))
    draft.reason = request.row.reason
    record(session, house.entry_key, draft)
    return values


def in_state(request: Request, state: FieldState) -> list[DisclosedField]:
    """The fields of a request that stand there."""
    return [one for one in request.fields if one.state is state]


def become(one: DisclosedField, made: SealedField) -> None:
    """Write what a step makes of a field; whatever is not in it goes."""
    one.state, one.share, one.share_epoch_id = made.state, made.share, made.share_epoch_id
    one.body, one.wrapped = made.body, made.wrapped
    if made.state not in CLAIMED:
        one.claim = one.claim_key = one.claim_epoch_id = None


def _touched(changed: Iterable[DisclosedField], sealed: Sealed) -> list[IdentityField]:
    """The fields that a step is about: of a release those that can be read now."""
    released = sealed.step is DisclosureStep.RELEASE
    return sorted(one.field for one in changed if not released or one.state is FieldState.RELEASED)


def _require_code(session: Session, house: House, actor: Actor, code: Proof | None, now: datetime) -> None:
    if code is None:
        raise NotAllowedError("this step needs a code of this moment")
    signing_in.require_code(session, house, actor, code, now=now)


def _sealed(session: Session, house: House, request: Request, one: DisclosedField) -> tuple[FieldRow, IdentityShare]:
    """The sealed field, and the half of its key that the part's desk holds, both as they were recorded last.

    Raises StaleError when the reporter took it back, LedgerError when another field or another report's lies there.
    """
    row = session.get(FieldRow, one.identity_field_id)
    holder = Holder.LEAD if request.part is Part.LEAD else Holder.CUSTODY
    share = session.scalars(
        select(IdentityShare).where(IdentityShare.field_id == one.identity_field_id, IdentityShare.holder == holder)
    ).one_or_none()
    if row is None or share is None:
        raise StaleError("the reporter has taken it back")
    house.newest.require(session, row, share)
    if (row.report_id, row.field) != (request.row.report_id, one.field):
        raise LedgerError("what was asked for is another field")
    return row, share


def value_of(session: Session, house: House, ring: Keyring, request: Request, one: DisclosedField) -> bytes:
    """The value of a lifted field, in the custodian's session; nothing shows it."""
    if one.share is None or one.share_epoch_id is None or one.share_epoch_id not in ring.epochs:
        raise NotAllowedError("the lead's half lies with another desk")
    place = house.binding("disclosure_fields", one.id.bytes, "share", one.disclosure_id.bytes)
    lead = envelope.unwrap(one.share, ring.epochs[one.share_epoch_id], place)
    sealed, share = _sealed(session, house, request, one)
    key = envelope.join(
        lead, keeping.half(house, ring, share), house.binding("identity_fields", sealed.id.bytes, "key")
    )
    return envelope.unseal(key, sealed.body, house.binding("identity_fields", sealed.id.bytes, "body"))


def _opened(house: House, ring: Keyring, request: Request, one: DisclosedField) -> str:
    if one.body is None or one.wrapped is None:
        raise StaleError("it is no longer there")
    key = envelope.unwrap(one.wrapped, ring.own, _to_requester(house, request, one))
    place = house.binding("disclosure_fields", one.id.bytes, "body", request.row.id.bytes)
    return envelope.unseal(key, one.body, place).decode()


def _to_requester(house: House, request: Request, one: DisclosedField) -> Binding:
    return house.binding("disclosure_fields", one.id.bytes, "wrapped", request.row.requester_id.bytes)
