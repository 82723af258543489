"""The rows of the table of routes that are about triage beside taking up, keeping out, and protection."""

from collections.abc import Mapping

from tests.web.route import CHANGE, NEITHER, OWN_DESK, READ, Route

REFER = {"body": "FIRE", "extent": "whole", "handed": "x", "clean": "y"}
BLOCK = {"block_ground": "NOT_A_REPORT", "block_words": "x"}
TRIAGE: Mapping[str, Route] = {
    "review.put_aside": Route(CHANGE, "put_aside", who="lin", data={}, status=303, others="opened"),
    "review.put_back": Route(CHANGE, "put_back", who="lin", data={}, status=303, others="opened"),
    "review.propose_block": Route(
        CHANGE, "motion_proposed", who="lin", data=BLOCK, status=303, also="paper_filed", others="opened"
    ),
    "review.answer_block": Route(
        CHANGE,
        "motion_confirmed",
        who="gao",
        data={"answer": "confirm"},
        status=303,
        also="blocked",
        others="opened motion_refused motion_withdrawn",
    ),
    "review.merge": Route(
        CHANGE,
        "joined",
        who="lin",
        data={"main_number": "220100-2026-00001"},
        status=303,
        also="merged",
        others="unassigned opened",
    ),
    "review.protect": Route(
        CHANGE,
        "protected",
        who="gao",
        data={"measure": "warned", "arranged": "x"},
        status=303,
        also="alarm_signed_off",
        others="opened",
    ),
    "review.check_retaliation": Route(
        CHANGE,
        "retaliation_checked",
        who="gao",
        data={"turned_out": "unconfirmed", "checked_how": "x"},
        status=303,
        others="opened",
    ),
    "review.split": Route(
        CHANGE,
        "parted",
        who="lin",
        data={"leaves": "CASE", "split_reason": "mistaken", "split_words": "x"},
        status=303,
        also="split",
        others="opened",
    ),
    "review.refer": Route(CHANGE, "referral_asked", who="lin", data=REFER, status=303, others="referred_part opened"),
    "review.show_referral": Route(READ, "referral_shown", who="lin"),
    "review.step_referral": Route(
        CHANGE,
        "referral_answered",
        who="lin",
        data={"step": "answer", "words": "x"},
        status=303,
        others="referral_agreed referral_refused referred referred_part referral_received referral_returned "
        "referral_reopened referral_shown unassigned opened",
    ),
    "review.dispute": Route(CHANGE, "disputed", who="qin", data={"objection": "x"}, status=303, others="opened"),
    "review.settle": Route(
        CHANGE,
        "transferred",
        who="sheng-lead",
        data={"handler": "HOME", "therefore": "x"},
        status=303,
        also="dispute_decided",
        others="identity_closed opened",
    ),
    "review.recuse": Route(
        CHANGE,
        "recused",
        who="lin",
        data={"whom": "LIN", "apart": "x"},
        status=303,
        others="unassigned opened",
    ),
    "review.recuse_assigned": Route(
        CHANGE,
        "unassigned",
        who="chen",
        data={"apart": "x"},
        status=303,
        also="recused",
        others="assignment_opened",
    ),
    "review.lift_recusal": Route(CHANGE, "recusal_lifted", who="gao", data={}, status=303, others="opened"),
    "review.take_back_recusal": Route(
        CHANGE, "recusal_taken_back", who="chen", data={"which": "RECUSAL", "reason": "x"}, status=303
    ),
    "review.list_declarations": Route(NEITHER, who="lin", why=OWN_DESK),
    "review.declare": Route(CHANGE, "declared", who="lin", data={"units": "x"}, status=303),
    "review.show_declaration": Route(READ, "declaration_read", who="gao"),
}
