"""How far a report has come before a step of it can be taken: what a test has to do first."""

from collections.abc import Mapping

# How far a request has come before a step of it.
BEFORE: Mapping[str, tuple[str, ...]] = {
    "mailbox.make_statement": (),
    "mailbox.say_consent": (),
    "review.show_request": (),
    "review.lift": (),
    "review.release": ("lift",),
    "review.answer": ("lift",),
    "review.issue_code": ("lift", "answer"),
    "review.refuse": (),
    "review.close": (),
    "review.read": ("lift", "release"),
    "review.read_original": ("lift", "release"),
}
# A case that was taken up, and given to an investigator or not yet.
WORK: Mapping[str, bool] = {
    "review.assign": False,
    "review.supervise": False,
    "review.propose_extension": False,
    "review.propose_extension_assigned": True,
    "review.suspend_clock": False,
    "review.continue_clock": False,
    "review.unassign": True,
    "review.recuse_assigned": True,
    "review.show_assigned": True,
}
# How far a case has come before a step of verification: see `tests.verification.lead`.
VERIFIED: Mapping[str, str] = {
    "review.write_paper": "checked",
    "review.file_paper": "checked",
    "review.show_exhibits": "checked",
    "review.add_exhibits": "checked",
    "review.write_feedback": "concluded",
    "review.feed_back": "concluded",
    "review.ask_close": "told",
    "review.close_case": "told",
    "review.ask_review": "objected",
    "review.assign_review": "objected",
    "mailbox.make_objection": "told",
    "review.draft_reward": "told",
    "review.propose_reward": "told",
}
# How far a reward has come before a step of it: see `tests.rewards.lead`.
REWARDED: Mapping[str, str] = {
    "mailbox.show_reward": "granted",
    "mailbox.show_printed_reward": "granted",
    "mailbox.take_printed_reward": "granted",
    "mailbox.claim_reward": "granted",
    "mailbox.draw_claim_code": "counter",
    "mailbox.contest_reward": "refused",
    "mailbox.give_up_reward": "granted",
    "mailbox.withdraw_claim": "claimed",
    "review.show_reward": "proposed",
    "review.show_approval_form": "proposed",
    "review.show_public_notice": "unread",
    "review.show_payment_sheet": "claimed",
    "review.take_approval_form": "proposed",
    "review.take_public_notice": "unread",
    "review.take_payment_sheet": "claimed",
    "review.decide_reward": "proposed",
    "review.return_reward": "proposed",
    "review.ask_name": "nameless",
    "review.prolong_reward": "late",
    "review.forfeit_reward": "late",
    "review.revoke_reward": "revocable",
    "review.rule_reward": "disputed",
    "review.announce_reward": "unread",
    "review.file_reward": "granted",
    "review.show_payout": "claimed",
    "review.show_letter": "letter",
    "review.show_letter_picture": "letter",
    "review.release_payout": "claimed",
    "review.cancel_payout": "claimed",
    "review.book_payout": "listed",
    "review.show_bank_list": "listed",
    "review.take_bank_list": "listed",
    "review.book_answers": "listed",
    "review.recall_bank_list": "listed",
    "review.compare_code": "shown",
    "review.make_bank_list": "released",  # the last: a list takes all that was released
}
# What the addresses of the staff's pages name.
STAFF = ("declaration_id", "motion_id", "officer_id", "desk_id", "inquiry_id", "passkey_id", "authority_id", "entry_id")
ALARMS = {"review.sign_off_alarm", "review.stand_down_alarm", "review.dispose"}  # about one that rings
