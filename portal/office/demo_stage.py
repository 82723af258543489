"""Where the stories of a demonstration are played, and by whom."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import pyotp
from sqlalchemy.orm import Session

from portal.domain.access import Actor
from portal.domain.errors import StartError
from portal.domain.vocabulary import Duty
from portal.office import keyring, signing_in
from portal.office.acting import Act, Hand
from portal.office.checkpoints import LogKeys
from portal.office.house import House
from portal.office.keyring import Keyring, ReporterKey
from portal.office.signing_in import Code
from portal.store.officers import Officer
from portal.store.session import Store

LANGUAGE = "zh-Hans"


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


def seated(stage: Stage, duty: Duty, desk_id: UUID) -> tuple[Member, Actor, Keyring]:
    """Who of the cast sits at a desk. Raises StartError."""
    with stage.store.reading() as session:
        for member in (one for one in stage.cast if one.duty is duty):
            actor = signing_in.actor_of(session, session.get_one(Officer, member.officer_id))
            if desk_id in actor.desks(duty):
                return member, actor, keyring.load(session, stage.house, member.officer_id, member.keys.secret)
    raise StartError(f"the demonstration has no {duty} officer for a desk")


def code(member: Member, at: datetime) -> Code:
    """The one-time code that an officer would type at a moment."""
    secret: bytes = member.keys.otp
    return Code(secret, pyotp.TOTP(base64.b32encode(secret).decode()).at(at))


def at_desk(stage: Stage, session: Session, member: Member, at: datetime) -> tuple[Act, Hand]:
    """An officer with their keys and the code of that moment."""
    actor = signing_in.actor_of(session, session.get_one(Officer, member.officer_id))
    ring = keyring.load(session, stage.house, member.officer_id, member.keys.secret)
    return Act(session, stage.house, at, actor), Hand(ring, member.keys.signing, code(member, at))
