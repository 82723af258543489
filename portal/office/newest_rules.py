"""Of which rows the register of newest rows knows something, and which entries say nothing new of them."""

from portal.domain.countersign import PASSING

STAFF = frozenset(
    {
        "officers",
        "enrolments",
        "seats",
        "desks",
        "desk_epochs",
        "recovery_grants",
        "certificates",
        "motions",
        "authorities",
        "authority_names",
        "editions",
        "passkeys",
        "match_keys",
        "duty_shifts",
    }
)
# Of these it is asked which rows there are, all of them; of others, what is known of one.
WHOLE = frozenset({"authorities", "authority_names", "desk_epochs", "editions", "match_keys", "officers", "seats"})
REQUESTS = frozenset({"disclosures", "disclosure_fields", "consents"})
PARTS = REQUESTS - {"disclosures"}  # named by entries about the request they belong to
# Rows that mostly stay as they were written, and the events that write them: no row is named by one of these twice.
LASTING = frozenset(
    {
        *("identity_fields", "identity_shares", "reports", "receipts", "assignments", "alarms"),
        *("awards", "revocations", "payouts", "bank_lists", "bank_items"),
    }
)
FIRST = frozenset(
    {
        b"submitted",
        b"identity_given",
        b"file_added",
        b"exhibit_added",
        b"assigned",
        b"alarm_raised",
        b"award_submitted",
        b"award_challenged",
        b"payout_claimed",
    }
)
# Nothing more comes of a request; of what a reporter took back, or was answered, the row alone can tell.
ENDED = frozenset({"identity_refused", "identity_settled", "identity_lapsed"})
CLOSED = "identity_closed"
DECIDED = frozenset({"motion_confirmed", "motion_refused", "motion_withdrawn", "motion_lapsed"})
KEPT = STAFF | REQUESTS | LASTING

FORM = 1  # of what is remembered; another number wherever the same entries would leave something else


def written() -> tuple[bytes, ...]:
    """All of it in one order, for the head of a file that was made by it."""
    rules = (STAFF, WHOLE, REQUESTS, PARTS, LASTING, ENDED, DECIDED, {str(kind) for kind in PASSING})
    names = [",".join(sorted(one)).encode() for one in rules]
    return (b"%d" % FORM, *names, b",".join(sorted(FIRST)), CLOSED.encode())
