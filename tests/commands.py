"""Which entries each `portal` command and each piece of background work leaves, or why none: one table."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """What a command writes, as a set: how often each hangs on what there is."""

    events: str = ""
    others: str = ""  # in other cases
    why: str = ""  # where none is written: why not


FOUNDING = "founded key_certified authority_added desk_opened seated match_key_drawn"
ANEW = "unseated sessions_ended enrolment_lapsed motion_lapsed unassigned passkey_removed"
READS = "reads what is there, changes nothing, shows nothing of a report"
COMMANDS: Mapping[str, Command] = {
    "run": Command("configured"),
    "init": Command(f"{FOUNDING} invited"),
    "upgrade": Command("upgraded"),
    "demo": Command(
        f"{FOUNDING} officer_enrolled submitted identity_given asked replied resumed accepted declined wrote assigned "
        "transferred merged joined referred_part withdrawn served opened identity_requested identity_lifted "
        "identity_released identity_read "
        "identity_refused identity_stated identity_lapsed withheld consent_given late escalated file_added file_shown "
        "exhibit_added "
        "file_taken extended suspended motion_proposed motion_confirmed paper_filed mail_set shift_added alarm_raised "
        "alarm_signed_off disposed concluded fed_back ordered closed objected review_assigned reopened "
        "clock_ended award_submitted award_asked award_approved award_refused award_contested award_challenged "
        "award_revoked payout_claimed payout_cancelled payout_corrected payout_released bank_list_made payout_paid "
        "counter_set"
    ),
    "tick": Command(
        others="late escalated alarm_escalated clock_ended continued recounted "
        "refusals_counted sign_ins_failed enrolment_lapsed identity_lapsed motion_lapsed "
        "files_collected payout_wiped",
        why="nothing is due in a new installation; what is due is told by `tick` of the jobs",
    ),
    "audit verify": Command(others="verified", why=READS),
    "audit replay": Command(why=READS),
    "audit export": Command("exported"),
    "audit prove": Command(why="reads a file that somebody kept"),
    "audit checkpoint": Command(why="hands out what is signed and public"),
    "audit cosign": Command(why="a witness's own folder, on a host without a ledger"),
    "audit rotate": Command("log_key_changed"),
    "doctor": Command(why=READS),
    "officer invite": Command("invited"),
    "officer code": Command("code_given", others=ANEW),
    "officer certify": Command("officer_certified"),
    "desk recover": Command("desk_recovered"),
    "recovery drill": Command("recovery_drilled"),
    "recovery replace": Command("recovery_replaced"),
    "clock due": Command(why="counts days by published rules; it opens no installation"),
    "reward assess": Command(
        why="judges a file of facts by published rules; of an installation it reads which are adopted"
    ),
    "policy list": Command(why=READS),
    "policy add-holidays": Command(others="recounted", why="says what a file would change; it adopts nothing"),
    "policy check": Command(why="reads a file that is not adopted"),
}
# Work beside the requests, by what it says it has done.
JOBS: Mapping[str, Command] = {
    "sign": Command(why="makes a checkpoint over entries; it is no entry itself"),
    "tick": Command(COMMANDS["tick"].others),
}
