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
    files,
    inquiries,
    keeping,
    ledger,
    ledger_sums,
    merging,
    motions,
    password,
    queue,
    sign_in,
<<<<<<< HEAD
    supervision,
=======
    spam,
>>>>>>> 4ebc7b6 (What is no report at all has its pages: put aside and back on the case, a view of its own, and the lead's second look)
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
    "files",
    "inquiries",
    "keeping",
    "ledger",
    "ledger_sums",
    "merging",
    "motions",
    "password",
    "queue",
    "sign_in",
<<<<<<< HEAD
    "supervision",
=======
    "spam",
>>>>>>> 4ebc7b6 (What is no report at all has its pages: put aside and back on the case, a view of its own, and the lead's second look)
]
