"""Whose files a store holds: what the rows of one installation do not name it takes away, so two must not share one.

A note beside the files says the installation's id. It is no secret, and whoever can write there can alter it: it
guards against mistakes.
"""

from contextlib import suppress

from portal.domain.errors import NoRoomError, StartError
from portal.office.house import House


def claim(house: House) -> None:
    """Note that the store is ours, unless it says so; one that is full is noted later.

    Raises StartError where it is another installation's, NotStoredError where nobody can say.
    """
    if house.blobs.owner() is None:
        with suppress(NoRoomError):
            house.blobs.own(house.installation.hex())
    require_ours(house)  # read once more: two may have come at once


def require_ours(house: House) -> None:
    """Raise StartError where the store says that it is another installation's; NotStoredError as `claim` does."""
    owner = house.blobs.owner()
    if owner not in {None, house.installation.hex()}:
        raise StartError(
            "the files at PORTAL_BLOB_URL are those of another installation; name a folder or a prefix of its own"
        )
