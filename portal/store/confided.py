"""What rows have in common that hold what an officer confides to desks: sealed once, its key wrapped to each."""

from uuid import UUID

from sqlalchemy.orm import Mapped

from portal.store.base import Base, Privacy, Recorded, column, identifier, reference


class Confided(Recorded, Base):
    """What was said, by whom, of which authority."""

    __abstract__ = True

    id: Mapped[UUID] = identifier()
    author_id: Mapped[UUID] = reference("officers.id", Privacy.STAFF)
    authority_id: Mapped[UUID] = reference("authorities.id", Privacy.STAFF)
    body: Mapped[bytes] = column(Privacy.SEALED, "what an officer confides")


class ConfidedKey(Recorded, Base):
    """The key of it, wrapped to one epoch of a desk that may read it."""

    __abstract__ = True

    id: Mapped[UUID] = identifier()
    desk_epoch_id: Mapped[UUID] = reference("desk_epochs.id", Privacy.STAFF, index=True)
    wrapped: Mapped[bytes] = column(Privacy.KEY, "the key wrapped to the desk")
