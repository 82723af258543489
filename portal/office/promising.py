"""Our word, signed, that an entry stands in the ledger: what a reporter can keep and show, whatever becomes of us."""

import base64

from crypto import tree
from portal.office.house import House


def promise(house: House, index: int, leaf: bytes) -> str:
    """The signature of the promise key on (ledger, index, leaf), base64; the proof follows from any checkpoint."""
    said = tree.canonical(["shaoyin-promise", 1, house.origin, index, leaf.hex()])
    return base64.b64encode(house.promise_key.sign(said)).decode()
