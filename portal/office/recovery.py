"""The two recovery keys: what each is for, and its private half as shares of which some are enough (SLIP-39).

Desks' keys are wrapped to them when they open. Whoever recovers needs shares of the right key and a copy of the
database; for a name it takes both keys, whose holders are different people.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import shamir_mnemonic
from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import certificates
from crypto.keys import PublicKey, SecretKey
from portal.domain.errors import StartError
from portal.domain.staff_vocabulary import RecoveryName
from portal.domain.vocabulary import Duty
from portal.office.handover import Handover
from portal.store.authorities import Certificate

FEWEST, MOST = 2, 16  # one share must never be enough; SLIP-39 counts to 16


@dataclass(frozen=True, slots=True)
class Scheme:
    """How many shares there are, and how many are enough."""

    needed: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2-of-3`. Raises StartError."""
        found = re.fullmatch(r"([0-9]{1,2})-of-([0-9]{1,2})", text)
        needed, of = (int(found[1]), int(found[2])) if found else (0, 0)
        if not FEWEST <= needed <= of <= MOST:
            raise StartError(f"shares must be like 2-of-3, at least 2 and at most 16, not {text!r}")
        return cls(needed, of)


def name_for(duty: Duty) -> RecoveryName:
    """Which recovery key opens the desks of a duty."""
    return RecoveryName.CUSTODY if duty is Duty.CUSTODY else RecoveryName.ALL_ELSE


def newest(session: Session, name: RecoveryName) -> Certificate | None:
    """The certificate of the recovery key of this name that is used now; a demonstration has none."""
    rows = session.scalars(select(Certificate).where(Certificate.kind == "recovery"))
    subjects = {certificates.read(row.body).subject: row for row in rows}  # what is signed, not what the row says
    ours = [subject for subject in subjects if subject.startswith(f"recovery/{name}/")]
    return subjects[max(ours, key=lambda subject: int(subject.rpartition("/")[2]))] if ours else None


def split(secret: SecretKey, scheme: Scheme) -> tuple[str, ...]:
    """The shares, 33 words each."""
    ((*shares,),) = shamir_mnemonic.generate_mnemonics(1, [(scheme.needed, scheme.of)], secret.seed)
    return tuple(shares)


def join(shares: Sequence[str]) -> SecretKey:
    """The key that the shares are of. Raises StartError."""
    try:
        return SecretKey(shamir_mnemonic.combine_mnemonics(shares))
    except shamir_mnemonic.MnemonicError as error:
        raise StartError(f"the shares do not go together: {error}") from None


def prove(shares: Sequence[str], scheme: Scheme, public: PublicKey) -> None:
    """Raise StartError unless every share, with those after it, gives the key back."""
    for first in range(scheme.of):
        chosen = [shares[(first + at) % scheme.of] for at in range(scheme.needed)]
        if join(chosen).public != public:
            raise StartError(f"share {first + 1} does not give the key back; nothing was made")


def share_name(name: RecoveryName, at: int, scheme: Scheme) -> str:
    """The file of a share."""
    return f"recovery-{name}-{at + 1}-of-{scheme.of}.txt"


def share_names(name: RecoveryName, scheme: Scheme) -> list[str]:
    """The files of all shares of a key."""
    return [share_name(name, at, scheme) for at in range(scheme.of)]


def hand_over(handover: Handover, name: RecoveryName, key: SecretKey, scheme: Scheme) -> None:
    """Write the shares of a key to their folder, and prove them as they were written."""
    written = dict(zip(share_names(name, scheme), split(key, scheme), strict=True))
    prove(list(handover.write_shares(written).values()), scheme, key.public)
