"""The rows of the table of routes that are about rewards and their payment."""

from collections.abc import Mapping

from tests.rewards import CLAIM, FORM
from tests.web.route import CHANGE, FRAME_LETTER, NEITHER, OWN, OWN_DESK, READ, Route

GRANT = {"step": "approve", "words": "x", "sure": "y"}
REWARDS: Mapping[str, Route] = {
    "mailbox.show_reward": Route(NEITHER, who="reporter", others="served", why=OWN),
    "mailbox.show_printed_reward": Route(NEITHER, who="reporter", others="served", why=OWN),
    "mailbox.take_printed_reward": Route(NEITHER, who="reporter", others="served", why=OWN),
    "mailbox.claim_reward": Route(
        CHANGE,
        "payout_claimed",
        who="reporter",
        data=CLAIM,
        status=303,
        others="payout_corrected payout_name_refused",
    ),
    "mailbox.draw_claim_code": Route(CHANGE, "payout_code_drawn", who="reporter", data={}),
    "mailbox.contest_reward": Route(CHANGE, "award_contested", who="reporter", data={"text": "x"}, status=303),
    "mailbox.give_up_reward": Route(CHANGE, "award_given_up", who="reporter", data={"sure": "y"}, status=303),
    "mailbox.withdraw_claim": Route(CHANGE, "payout_withdrawn", who="reporter", data={"sure": "y"}, status=303),
    "review.list_rewards": Route(NEITHER, who="song", why=OWN_DESK),
    "review.draft_reward": Route(READ, "file_opened", who="chen"),
    "review.propose_reward": Route(
        CHANGE, "motion_proposed", who="chen", data=FORM, status=303, also="paper_filed", others="file_opened"
    ),
    "review.show_reward": Route(READ, "award_opened", who="song"),
    "review.show_approval_form": Route(READ, "award_opened", who="song"),
    "review.show_public_notice": Route(READ, "award_posted", who="song"),
    "review.take_approval_form": Route(READ, "award_opened", who="song"),
    "review.take_public_notice": Route(READ, "award_posted", who="song"),
    "review.decide_reward": Route(
        CHANGE,
        "award_approved",
        who="song",
        data=GRANT,
        status=303,
        others="award_refused award_upheld award_opened",
    ),
    "review.return_reward": Route(
        CHANGE,
        "award_returned",
        who="song",
        data={"why": "facts", "words": "x"},
        status=303,
        others="award_opened",
    ),
    "review.ask_name": Route(CHANGE, "award_asked", who="song", data={"words": "x"}, status=303, others="award_opened"),
    "review.prolong_reward": Route(
        CHANGE, "award_prolonged", who="song", data={"last": "2026-06-01"}, status=303, others="award_opened"
    ),
    "review.forfeit_reward": Route(
        CHANGE, "award_forfeited", who="song", data={"sure": "y"}, status=303, others="award_opened"
    ),
    "review.revoke_reward": Route(
        CHANGE,
        "motion_proposed",
        who="song",
        data={"reason": "collusion", "words": "x"},
        status=303,
        also="award_challenged",
        others="award_opened",
    ),
    "review.rule_reward": Route(
        CHANGE,
        "award_reinstated",
        who="song",
        data={"step": "reinstate", "words": "x", "sure": "y"},
        status=303,
        others="award_affirmed award_opened",
    ),
    "review.announce_reward": Route(
        CHANGE, "award_announced", who="song", data={"sure": "y"}, status=303, others="award_opened"
    ),
    "review.file_reward": Route(CHANGE, "award_filed", who="song", data={}, status=303, others="award_opened"),
    "review.show_budget": Route(READ, "budget_read", who="song"),
    "review.set_budget": Route(
        CHANGE, "budget_set", who="song", data={"amount": "5万"}, status=303, others="budget_read"
    ),
    "review.list_payouts": Route(NEITHER, who="qian", why=OWN_DESK),
    "review.show_payout": Route(READ, "payout_opened", who="qian"),
    "review.show_letter": Route(NEITHER, who="qian", why=FRAME_LETTER),
    "review.show_letter_picture": Route(READ, "payout_letter_shown", who="qian"),
    "review.show_payment_sheet": Route(READ, "payout_opened", who="qian"),
    "review.take_payment_sheet": Route(READ, "payout_opened", who="qian"),
    "review.release_payout": Route(
        CHANGE, "motion_proposed", who="qian", data={"sure": "y", "otp": "OTP"}, status=303, others="payout_opened"
    ),
    "review.cancel_payout": Route(
        CHANGE,
        "motion_proposed",
        who="qian",
        data={"why": "account", "sure": "y", "otp": "OTP"},
        status=303,
        others="payout_opened",
    ),
    "review.book_payout": Route(
        CHANGE,
        "payout_paid",
        who="qian",
        data={"step": "pay", "on": "2026-03-02", "sure": "y"},
        status=303,
        others="payout_failed payout_opened",
    ),
    "review.compare_code": Route(
        READ,
        "payout_opened",
        who="qian",
        data={"code": "0000-0000-0000"},
        status=422,
        also="payout_tried",
        others="payout_paid",
    ),
    "review.make_bank_list": Route(
        CHANGE, "bank_list_made", who="qian", data={"desk": "PAYING", "otp": "OTP"}, status=303
    ),
    "review.list_bank_lists": Route(NEITHER, who="qian", why=OWN_DESK),
    "review.show_bank_list": Route(READ, "bank_list_opened", who="qian"),
    "review.take_bank_list": Route(
        READ, "bank_list_taken", who="qian", data={"kind": "csv", "otp": "OTP"}, others="bank_list_opened"
    ),
    "review.book_answers": Route(
        CHANGE,
        "payout_paid",
        who="qian",
        data={"everything": "y", "step": "pay", "on": "2026-03-02", "sure": "y"},
        status=303,
        others="payout_failed bank_list_opened",
    ),
    "review.recall_bank_list": Route(
        CHANGE, "motion_proposed", who="qian", data={"sure": "y", "otp": "OTP"}, status=303, others="bank_list_opened"
    ),
}
