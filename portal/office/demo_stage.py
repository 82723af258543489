"""Where the stories of a demonstration are played, and by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from portal.domain.access import Actor
from portal.domain.vocabulary import Duty
from portal.office.checkpoints import LogKeys
from portal.office.house import House
from portal.office.keyring import Keyring, ReporterKey
from portal.store.session import Store


class Member(Protocol):
    """An officer of the cast, with the key that opens what their desks read."""

    @property
    def officer_id(self) -> UUID:
        """Whose seat it is."""

    @property
    def duty(self) -> Duty:
        """What for."""

    @property
    def keys(self) -> Any:
        """The private keys."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the stories are played."""

    store: Store
    house: House
    log_keys: LogKeys
    cast: Sequence[Member]


@dataclass(frozen=True, slots=True)
class Told:
    """A report that was sent: who follows it, who works on it."""

    one: Mapping[str, Any]
    code: str  # the reporter's
    reporter: ReporterKey
    case_id: UUID
    actor: Actor
    ring: Keyring
