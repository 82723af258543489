"""The public side, one module per page; they register themselves when they are imported."""

from portal.intake.views import (
    accesses,
    claim,
    demo,
    evidence,
    home,
    log,
    mailbox,
    objection,
    policy,
    printed,
    privacy,
    proofs,
    report,
    reward,
    uploads,
)

__all__ = [
    "accesses",
    "claim",
    "demo",
    "evidence",
    "home",
    "log",
    "mailbox",
    "objection",
    "policy",
    "printed",
    "privacy",
    "proofs",
    "report",
    "reward",
    "uploads",
]
