"""The office side, one module per page; they register themselves when they are imported."""

from portal.review.views import (
    account,
    admin,
    assigned,
    authorities,
    case,
    disclosures,
    editions,
    enrol,
    inquiries,
    keeping,
    ledger,
    ledger_sums,
    motions,
    password,
    queue,
    sign_in,
)

__all__ = [
    "account",
    "admin",
    "assigned",
    "authorities",
    "case",
    "disclosures",
    "editions",
    "enrol",
    "inquiries",
    "keeping",
    "ledger",
    "ledger_sums",
    "motions",
    "password",
    "queue",
    "sign_in",
]
