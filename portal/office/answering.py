"""Yes or no (核对): the custodian's session compares what a person said with what was given; nobody reads either.

For whoever lost the code and stands at the counter: one name and number against another, not a name for an officer.
"""

import unicodedata
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from crypto import envelope
from crypto.primitives import same
from portal.domain.access import Actor
from portal.domain.errors import LedgerError, NotAllowedError
from portal.domain.vocabulary import DisclosureStep, FieldState, IdentityField
from portal.office import disclosing, gate
from portal.office.disclosing import Sealed, SealedField
from portal.office.gate import Request
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.signing_in import Proof
from portal.store.disclosures import DisclosedField

COUNTRY, NATIONAL = "86", 11  # digits of a mobile number without the country's


def prepare(
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
    """Compare every field that was lifted. Raises what the gate raises."""
    request = gate.admit_request(session, house, actor, DisclosureStep.ANSWER, request_id, now=now, seen=seen)
    made = {one.id: SealedField(_answer(session, house, ring, request, one)) for one in _lifted(request)}
    return Sealed(request_id, DisclosureStep.ANSWER, seen, made, code)


def _lifted(request: Request) -> list[DisclosedField]:
    fields = disclosing.in_state(request, FieldState.LIFTED)
    if not fields:
        raise LedgerError("nothing was lifted")
    return fields


def _answer(session: Session, house: House, ring: Keyring, request: Request, one: DisclosedField) -> FieldState:
    said, given = _said(house, ring, one), disclosing.value_of(session, house, ring, request, one)
    alike = same(plain(one.field, given.decode()).encode(), plain(one.field, said.decode()).encode())
    return FieldState.MATCHED if alike else FieldState.UNMATCHED


def _said(house: House, ring: Keyring, one: DisclosedField) -> bytes:
    """What the person said, in the custodian's session; nothing shows it."""
    if one.claim is None or one.claim_key is None or one.claim_epoch_id is None:
        raise LedgerError("nothing was said")
    if one.claim_epoch_id not in ring.epochs:
        raise NotAllowedError("what was said lies with another desk")
    row, about = one.id.bytes, one.disclosure_id.bytes
    place = house.binding("disclosure_fields", row, "claim_key", about)
    key = envelope.unwrap(one.claim_key, ring.epochs[one.claim_epoch_id], place)
    return envelope.unseal(key, one.claim, house.binding("disclosure_fields", row, "claim", about))


def plain(field: IdentityField, text: str) -> str:
    """A value as it is compared: no spaces, no full-width forms, a telephone number by its digits."""
    folded = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    if field is not IdentityField.PHONE:
        return folded.replace("·", "").replace("•", "")
    digits = "".join(char for char in folded if char.isdigit())
    return digits.removeprefix(COUNTRY) if len(digits) == len(COUNTRY) + NATIONAL else digits
