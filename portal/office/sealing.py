"""Sealing a report's parts: content keys wrapped to their readers, identity fields under two shares.

Values in, rows in a batch out; no session here, so that no transaction waits for a cipher.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from crypto import envelope
from crypto.errors import FormatError
from crypto.keys import PublicKey
from crypto.primitives import Binding
from portal.domain import access
from portal.domain.access import Reader, ReportDesks
from portal.domain.values import Narrative
from portal.domain.vocabulary import Compartment, GrantState, Holder, IdentityField
from portal.office.batch import Batch
from portal.office.directory import DeskKey
from portal.office.house import House
from portal.office.recording import Draft
from portal.store import identity as identity_rows
from portal.store.reports import ContentKey, KeyGrant

Keys = Mapping[UUID, DeskKey]
NOBODY: Mapping[UUID, PublicKey] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ReceiptKey:
    """A receipt that reads what its owner wrote."""

    receipt_id: UUID
    key: PublicKey


@dataclass(frozen=True, slots=True)
class Content:
    """A content key in the open, while something is sealed or unsealed with it."""

    id: UUID
    key: bytes = field(repr=False)


def draw_content_key(
    house: House,
    batch: Batch,
    draft: Draft,
    *,
    owner: Mapping[str, UUID],
    compartment: Compartment,
    generation: int,
    desks: ReportDesks,
    keys: Keys,
    receipts: tuple[ReceiptKey, ...],
    officers: Mapping[UUID, PublicKey] = NOBODY,
    escalated: bool = False,
) -> Content:
    """Draw a key for one compartment and wrap it to each of its readers.

    `owner` is {"report_id": …} or {"case_id": …}; `escalated`: the desk above reads already.
    """
    readers = access.readers(compartment, desks, escalated=escalated)
    content = draw_key(house, batch, draft, (owner, compartment, generation), readers, keys)
    for receipt in receipts:
        grant(house, batch, draft, content, receipt.key, GrantState.ACTIVE, receipt_id=receipt.receipt_id)
    for officer_id, key in officers.items():
        grant(house, batch, draft, content, key, GrantState.ACTIVE, officer_id=officer_id)
    return content


def draw_key(
    house: House,
    batch: Batch,
    draft: Draft,
    place: tuple[Mapping[str, UUID], Compartment, int],
    readers: Iterable[Reader],
    keys: Keys,
) -> Content:
    """Draw a key for an owner, a compartment and a generation, and wrap it to desks."""
    owner, compartment, generation = place
    content = Content(batch.new_id(), envelope.new_key())
    owners = {"report_id": None, "case_id": None, **owner}
    batch.add(draft, ContentKey, content.id, **owners, compartment=compartment, generation=generation)
    for reader in readers:
        desk = keys[reader.desk_id]
        grant(house, batch, draft, content, desk.key, reader.state, desk_epoch_id=desk.epoch_id)
    return content


def grant(
    house: House,
    batch: Batch,
    draft: Draft,
    content: Content,
    key: PublicKey,
    state: GrantState,
    *,
    desk_epoch_id: UUID | None = None,
    receipt_id: UUID | None = None,
    officer_id: UUID | None = None,
) -> None:
    """Wrap a content key to one reader: a desk, a receipt or an officer."""
    grant_id = batch.new_id()
    batch.add(
        draft,
        KeyGrant,
        grant_id,
        content_key_id=content.id,
        desk_epoch_id=desk_epoch_id,
        officer_id=officer_id,
        receipt_id=receipt_id,
        state=state,
        wrapped=envelope.wrap(
            content.key, key, house.binding("key_grants", grant_id.bytes, "wrapped", content.id.bytes)
        ),
    )


def seal_identity(
    house: House,
    batch: Batch,
    draft: Draft,
    *,
    report_id: UUID,
    fields: Mapping[IdentityField, str],
    desks: ReportDesks,
    keys: Keys,
    hour: datetime,
) -> None:
    """Seal each field under a key that neither the lead nor the custody desk holds alone.

    Both shares are drawn fresh for every field and every giving; nobody, not even the reporter, reads it back.
    """
    for name, value in fields.items():
        field_id, shares = batch.new_id(), {holder: envelope.new_key() for holder in access.holders(desks)}
        key = envelope.join(
            shares[Holder.LEAD], shares[Holder.CUSTODY], house.binding("identity_fields", field_id.bytes, "key")
        )
        batch.add(
            draft,
            identity_rows.IdentityField,
            field_id,
            report_id=report_id,
            field=name,
            given_at=hour,
            body=envelope.seal(key, value.encode(), house.binding("identity_fields", field_id.bytes, "body")),
        )
        for holder, desk_id in access.holders(desks).items():
            _add_share(house, batch, draft, field_id, holder, shares[holder], keys[desk_id])


def _add_share(
    house: House, batch: Batch, draft: Draft, field_id: UUID, holder: Holder, share: bytes, desk: DeskKey
) -> None:
    share_id = batch.new_id()
    batch.add(
        draft,
        identity_rows.IdentityShare,
        share_id,
        field_id=field_id,
        holder=holder,
        desk_epoch_id=desk.epoch_id,
        wrapped=envelope.wrap(share, desk.key, share_place(house, share_id, holder, field_id)),
    )


def share_place(house: House, share_id: UUID, holder: Holder, field_id: UUID) -> Binding:
    """Where a half of an identity field's key stands."""
    return house.binding("identity_shares", share_id.bytes, str(holder), field_id.bytes)


def seal_text(house: House, content: Content, table: str, row_id: UUID, part: str, text: bytes) -> bytes:
    """Seal a text of a row under its content key."""
    return envelope.seal(content.key, text, house.binding(table, row_id.bytes, part, content.id.bytes))


def unseal_text(house: House, content: Content, table: str, row_id: UUID, part: str, body: bytes) -> bytes:
    """Open what `seal_text` sealed; raises OpenError when it was moved or altered."""
    return envelope.unseal(content.key, body, house.binding(table, row_id.bytes, part, content.id.bytes))


def narrative_bytes(narrative: Narrative) -> bytes:
    """A narrative as it is sealed."""
    return json.dumps(narrative.as_json(), ensure_ascii=False, separators=(",", ":")).encode()


def narrative_of(data: bytes) -> Narrative:
    """Read a narrative back; raises FormatError."""
    try:
        return Narrative.from_json(json.loads(data))
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError("a narrative of an unknown form") from error
