"""The public side, one module per page; they register themselves when they are imported."""

from portal.intake.views import demo, home, log, mailbox, privacy, proofs, report

__all__ = ["demo", "home", "log", "mailbox", "privacy", "proofs", "report"]
