"""The office side, one module per page; they register themselves when they are imported."""

from portal.review.views import (
    account,
    admin,
    assigned,
    case,
    disclosures,
    enrol,
    inquiries,
    keeping,
    motions,
    password,
    queue,
    sign_in,
)

__all__ = [
    "account",
    "admin",
    "assigned",
    "case",
    "disclosures",
    "enrol",
    "inquiries",
    "keeping",
    "motions",
    "password",
    "queue",
    "sign_in",
]
