"""The public side, one module per page; they register themselves when they are imported."""

from portal.intake.views import (
    accesses,
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
    uploads,
)

__all__ = [
    "accesses",
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
    "uploads",
]
