"""What is sealed about a reward: the proposal for the award desk, the decision for the reporter, the order to pay.

All three hold the facts of `domain.rewards_facts` or what came of them, and no name: whom it is for is told by nobody
but the reporter, when they claim.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self
from uuid import UUID

from crypto import statements
from crypto.errors import FormatError
from portal.domain.award_vocabulary import ReturnWhy
from portal.domain.case_vocabulary import PaperKind
from portal.domain.papers import Given, Paper, missing

VOUCHER = "voucher"


@dataclass(frozen=True, slots=True)
class Proposal(Paper):
    """What two people propose (奖励建议): a file of facts under an edition, and what shows each of them.

    `facts`: as `portal reward assess` reads them, without the edition. `shown`: evidence of what the case file does
    not say by itself, such as a labour contract; never a name. `salt`: drawn where it is filed, so that nobody finds
    the facts by trying what gives the digest that the ledger says.
    """

    KIND = PaperKind.REWARD
    report: str
    edition: str
    facts: Mapping[str, Any]
    shown: str
    words: str
    salt: str = ""

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read it back; the first ones had no salt."""
        return cls(**{one.name: said.get(one.name, "") for one in fields(cls)})

    def flaws(self, given: Given) -> dict[str, str]:
        """Why it is proposed is said in words."""
        del given
        return missing(words=self.words)


@dataclass(frozen=True, slots=True)
class SentBack(Paper):
    """Why a proposal goes back to who made it (退回重报): a code of the list, and words."""

    KIND = PaperKind.RETURN
    why: ReturnWhy
    words: str

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read it back."""
        return cls(ReturnWhy(said["why"]), str(said["words"]))

    def flaws(self, given: Given) -> dict[str, str]:
        """Whoever proposes anew is told why, in words."""
        del given
        return missing(words=self.words.strip())


@dataclass(frozen=True, slots=True)
class Voucher:
    """The order to pay (付款凭单): under a random reference, signed by whoever approved it.

    The payout desk gets it from whoever claims, checks the signature, and pays what it says: neither a reporter nor
    the public host can make one up, and nothing in it leads to a case. Sums in fen; one share for each who is paid.
    """

    reference: UUID
    desk_id: UUID  # the payout desk
    shares: tuple[int, ...]
    named: bool  # to be collected with an identity document; otherwise a code is enough
    signature: bytes = b""

    @property
    def fen(self) -> int:
        """What is paid in all."""
        return sum(self.shares)

    def statement(self, installation: bytes) -> bytes:
        """What the approver signs."""
        sums = b"".join(one.to_bytes(8, "big") for one in self.shares)
        parts = (self.reference.bytes, self.desk_id.bytes, sums, bytes([self.named]))
        return statements.statement(installation, VOUCHER, *parts)

    def as_json(self) -> Mapping[str, Any]:
        """Plain types."""
        return {
            "reference": str(self.reference),
            "desk": str(self.desk_id),
            "shares": list(self.shares),
            "named": self.named,
            "signature": self.signature.hex(),
        }

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """Read it back."""
        shares, signature = tuple(int(one) for one in said["shares"]), bytes.fromhex(said["signature"])
        return cls(UUID(said["reference"]), UUID(said["desk"]), shares, bool(said["named"]), signature)


@dataclass(frozen=True, slots=True)
class Decision:
    """What the reporter is told (奖励决定): the facts as they were judged, by which edition, and the order to pay.

    Facts and edition give the assessment again; `digest` says which it was, with the salt of the proposal. `fen`: what
    was granted; None where it was refused. `revoked`: the code of why it was taken back.
    """

    edition: str
    facts: Mapping[str, Any]
    digest: str
    words: str
    fen: int | None
    voucher: Voucher | None
    salt: str = ""
    revoked: str = ""

    def as_bytes(self) -> bytes:
        """The form that is sealed."""
        said = {"v": 1, **asdict(self), "voucher": self.voucher.as_json() if self.voucher else None}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Read it back. Raises FormatError for what is none."""
        try:
            said = json.loads(data)
            voucher = Voucher.of(said["voucher"]) if said["voucher"] else None
            facts, digest, salt = dict(said["facts"]), str(said["digest"]), str(said.get("salt", ""))
            fen = None if said["fen"] is None else int(said["fen"])
            revoked = str(said.get("revoked", ""))
            return cls(said["edition"], facts, digest, said["words"], fen, voucher, salt, revoked)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise FormatError("a decision of an unknown form") from error
