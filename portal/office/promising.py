"""Our word, signed, that an entry stands in the ledger: what a reporter can keep and show, whatever becomes of us."""

from crypto import note
from portal.domain.proofs import Promise, promise_name
from portal.office.house import House


def promise(house: House, index: int, leaf: bytes) -> str:
    """A note signed by the promise key on (ledger, index, leaf); the proof follows with the next checkpoint."""
    return note.sign_note(Promise(house.origin, index, leaf).text(), promise_name(house.origin), house.promise_key)


def verifier_line(house: House) -> str:
    """The key that others check promises with (C2SP vkey)."""
    return note.verifier_line(promise_name(house.origin), house.promise_key.public)
