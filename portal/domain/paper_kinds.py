"""Every kind of paper there is, and how one is read back from the bytes that were sealed."""

import json
from collections.abc import Mapping
from types import MappingProxyType

from portal.domain.award_papers import Proposal, SentBack
from portal.domain.case_vocabulary import PaperKind
from portal.domain.conclusions import Conclusion, Order, Penalty, Review
from portal.domain.errors import LedgerError
from portal.domain.papers import Exhibit, Grounds, Note, Paper, Referral
from portal.domain.verification import Finding, Plan, Visit
from portal.domain.vocabulary import Action

KINDS: Mapping[PaperKind, type[Paper]] = MappingProxyType(
    {
        kind.KIND: kind
        for kind in (
            Note,
            Grounds,
            Referral,
            Plan,
            Visit,
            Finding,
            Penalty,
            Order,
            Conclusion,
            Review,
            Proposal,
            SentBack,
            Exhibit,
        )
    }
)
# The steps that a paper comes with; any other is filed by itself.
FILED_BY: Mapping[str, tuple[Action, ...]] = MappingProxyType(
    {
        PaperKind.GROUNDS: (Action.BLOCK, Action.EXTEND),
        PaperKind.CONCLUSION: (Action.CONCLUDE,),
        PaperKind.REVIEW: (Action.REVIEW,),
        PaperKind.REWARD: (Action.REWARD,),
    }
)


def read(data: bytes) -> Paper:
    """Read a paper back. Raises LedgerError for one of an unknown form."""
    try:
        said = json.loads(data)
        return KINDS[PaperKind(said["kind"])].of(said)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LedgerError("a paper of an unknown form") from error
