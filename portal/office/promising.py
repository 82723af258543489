"""Our word, signed, that an entry stands in the ledger: what a reporter can keep and show, whatever becomes of us."""

from crypto import note
from portal.domain.proofs import Promise
from portal.office.house import House


def promise(house: House, index: int, leaf: bytes) -> str:
    """A note signed by the promise key on (ledger, index, leaf); the proof follows with the next checkpoint."""
    return note.sign_note(Promise(house.origin, index, leaf).text(), house.origin, house.promise_key)
