"""What is sealed of a request to learn something of an identity: the words on why, and what a person said.

It knows keys and rows; whether a request may be made is decided elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from crypto import envelope
from crypto.keys import PublicKey
from portal.domain.values import Plea
from portal.domain.vocabulary import FieldState, IdentityField
from portal.office.batch import Batch
from portal.office.directory import DeskKey
from portal.office.house import House
from portal.office.recording import Draft
from portal.office.sealing import Keys
from portal.store.disclosures import DisclosedField


def words(plea: Plea) -> str:
    """The officer's words on why, after the document of whoever orders it."""
    document = plea.terms.document
    return f"{document}\n\n{plea.why}" if document else plea.why


def sealed_words(
    house: House, request_id: UUID, why: str, requester: PublicKey, lead: DeskKey, custody: DeskKey
) -> dict[str, object]:
    """The officer's words under a key of their own, for the three who must read them."""
    key = envelope.new_key()
    readers = {"why_requester": requester, "why_lead": lead.key, "why_custody": custody.key}
    return {
        "why": envelope.seal(key, why.encode(), house.binding("disclosures", request_id.bytes, "why")),
        **{
            part: envelope.wrap(key, reader, house.binding("disclosures", request_id.bytes, part))
            for part, reader in readers.items()
        },
        "lead_epoch_id": lead.epoch_id,
        "custody_epoch_id": custody.epoch_id,
    }


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a person said of themselves, for the custody desk to compare."""

    house: House
    keys: Keys
    said: Mapping[IdentityField, str]

    def sealed(self, row_id: UUID, request_id: UUID, field: IdentityField) -> dict[str, object]:
        """The columns of one field; empty ones where nothing was said."""
        if field not in self.said:
            return {"claim": None, "claim_key": None, "claim_epoch_id": None}
        (desk,) = self.keys.values()
        key = envelope.new_key()
        place = partial(self.house.binding, "disclosure_fields", row_id.bytes, key_id=request_id.bytes)
        return {
            "claim": envelope.seal(key, self.said[field].encode(), place("claim")),
            "claim_key": envelope.wrap(key, desk.key, place("claim_key")),
            "claim_epoch_id": desk.epoch_id,
        }


def add_field(
    batch: Batch, draft: Draft, request_id: UUID, field: IdentityField, given_id: UUID, claimed: Claimed
) -> None:
    """The row of one field that is asked for."""
    row_id = batch.new_id()
    batch.add(
        draft,
        DisclosedField,
        row_id,
        disclosure_id=request_id,
        identity_field_id=given_id,
        field=field,
        state=FieldState.ASKED,
        share=None,
        share_epoch_id=None,
        body=None,
        wrapped=None,
        **claimed.sealed(row_id, request_id, field),
    )
