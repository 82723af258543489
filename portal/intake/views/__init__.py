"""The public side, one module per page; they register themselves when they are imported."""

from portal.intake.views import accesses, demo, home, mailbox, privacy, report

__all__ = ["accesses", "demo", "home", "mailbox", "privacy", "report"]
