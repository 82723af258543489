"""Which page needs what, what each one does to the world, and how a person comes to do it: one table."""

from collections.abc import Mapping

from portal.domain.audit import Effect
from tests.countering import COUNTER
from tests.editions import NOTICE
from tests.visitor import PICTURE, REPORT
from tests.web.clock_routes import CLOCKS
from tests.web.route import (
    CHANGE,
    DOORS,
    FRAME,
    FRAME_PROOF,
    MACHINES,
    NEITHER,
    OWN,
    OWN_DESK,
    OWN_SELF,
    PIECES,
    PUBLISHED,
    READ,
    SAME,
    STAFF_LIST,
    Route,
)
from tests.web.routes_rewards import REWARDS
from tests.web.routes_triage import TRIAGE
from tests.web.verification_routes import VERIFICATION
from tests.world import PASSWORD

NEW = "shu li hai niao qiang jiao"
DECLINE = {"reason": "REPEAT_SAME_PERSON", "explanation": "请并入上一件。", "sure": "y"}

SHIFT = {"desk": "SEAT", "officer": "INTAKE", "starts": "2026-03-03 13:00", "ends": "2026-03-03 20:00"}
OFFICE = {"superior": "PROVINCE", "division": "X-CBS", "zh": "x", "since": "2026-04-01", "otp": "OTP"}
# Looking into one's own mailbox reveals one's own report to oneself and leaves no entry (DESIGN §5).
ROUTES: Mapping[str, Route] = {
    **TRIAGE,
    **VERIFICATION,
    **REWARDS,
    **CLOCKS,
    "machines.alive": Route(NEITHER, why=MACHINES),
    "machines.ready": Route(NEITHER, why=MACHINES),
    "machines.metrics": Route(NEITHER, why=MACHINES),
    "intake.home": Route(NEITHER, why=SAME),
    "intake.privacy": Route(NEITHER, why=SAME),
    "intake.policy": Route(NEITHER, why=SAME),
    "intake.demo": Route(NEITHER, status=404, why=SAME),
    "intake.log_checkpoint": Route(NEITHER, status=404, why=SAME),  # before the first night
    "intake.log_tile": Route(NEITHER, status=404, why=SAME),
    "intake.report": Route(NEITHER, why=SAME),
    "intake.send_report": Route(
        CHANGE,
        "identity_given",
        data=REPORT,
        also="submitted",
        others="added replied resumed identity_replaced identity_closed alarm_raised",
    ),
    "intake.enter": Route(NEITHER, others="served", why=OWN),
    "intake.open_mailbox": Route(NEITHER, data={"receipt": "RECEIPT"}, status=303, why=DOORS),
    "intake.receipt_text": Route(NEITHER, data={"receipt": "RECEIPT"}, why=OWN),
    "intake.ended": Route(NEITHER, data={"text": "x"}, status=422, why=DOORS),
    "intake.leave": Route(NEITHER, who="reporter", data={}, status=303, why=OWN),
    "mailbox.proof": Route(NEITHER, who="reporter", why=OWN),
    "mailbox.promise": Route(NEITHER, who="reporter", why=OWN),
    "mailbox.told_text": Route(NEITHER, who="reporter", why=OWN),
    "mailbox.keys": Route(NEITHER, who="reporter", why=SAME),
    "mailbox.message": Route(CHANGE, "added", who="reporter", data={"text": "x"}, status=303, others="replied resumed"),
    "mailbox.make_statement": Route(
        CHANGE, "identity_stated", who="reporter", data={"request": "REQUEST", "text": "x"}, status=303
    ),
    "mailbox.say_consent": Route(
        CHANGE,
        "consent_given",
        who="reporter",
        data={"request": "REQUEST", "answer": "yes"},
        status=303,
        others="consent_refused consent_revoked identity_closed",
    ),
    "mailbox.show_printed": Route(NEITHER, who="reporter", why=OWN),
    "mailbox.show_accesses": Route(NEITHER, who="reporter", why=OWN),
    "mailbox.show_evidence": Route(NEITHER, who="reporter", why=OWN),
    "mailbox.add_evidence": Route(CHANGE, "file_added", who="reporter", data={"files": PICTURE}, others="resumed"),
    "mailbox.tell_place": Route(
        CHANGE,
        "added",
        who="reporter",
        data={"latitude": "43.8", "longitude": "125.3"},
        status=303,
        others="replied resumed",
    ),
    "mailbox.begin_upload": Route(NEITHER, who="reporter", data={"length": "5"}, status=201, why=PIECES),
    "mailbox.take_piece": Route(
        NEITHER, who="reporter", data={}, status=422, why=PIECES
    ),  # no form: a header has its token
    "mailbox.finish_upload": Route(
        NEITHER, who="reporter", data={"upload": "x"}, status=409, others="file_added resumed", why=PIECES
    ),
    "mailbox.show_picture": Route(NEITHER, who="reporter", status=404, why=OWN),
    "mailbox.change_identity": Route(
        CHANGE,
        "erased",
        who="reporter",
        data={"action": "erase"},
        status=303,
        others="identity_replaced phone_closed identity_closed",
    ),
    "mailbox.withdraw": Route(CHANGE, "withdrawn", who="reporter", data={}, status=303, others="identity_closed"),
    "signing.door": Route(NEITHER, why=SAME),
    "signing.sign_in": Route(
        NEITHER,
        data={"username": "x", "password": "x", "otp": "000000"},
        status=422,
        others="signed_in opened",
        why=DOORS,
    ),
    "signing.ended": Route(NEITHER, data={"text": "x"}, status=422, why=DOORS),
    "signing.enrol_door": Route(NEITHER, why=SAME),
    "signing.open_enrolment": Route(NEITHER, data={"username": "x", "code": "x"}, status=422, why=DOORS),
    "signing.enrol": Route(
        NEITHER, data={"username": "x", "code": "x"}, status=422, others="enrolled signed_in", why=DOORS
    ),
    "review.show_queue": Route(READ, "listed", who="lin"),
    "review.show_search": Route(NEITHER, who="lin", why=SAME),
    "review.search": Route(
        READ, "searched", who="lin", data={"words": "铁链"}, others="match_key_given match_key_drawn"
    ),
    "review.case": Route(
        READ, "opened", who="lin", others="file_opened match_key_drawn match_key_given declaration_marked"
    ),
    "review.show_phone": Route(READ, "phone_read", who="lin", data={}, also="opened"),
    "review.accept": Route(CHANGE, "accepted", who="lin", data={"subject": "案由"}, status=303, others="opened"),
    "review.ask": Route(CHANGE, "asked", who="lin", data={"question": "几层？"}, status=303, others="opened"),
    "review.decline": Route(CHANGE, "declined", who="lin", data=DECLINE, status=303, others="opened"),
    "review.list_kept": Route(NEITHER, who="gao", why=OWN_DESK),
    "review.offer_keeping": Route(CHANGE, "keeping_offered", who="gao", data={"otp": "OTP"}, status=303),
    "review.move_keeping": Route(CHANGE, "keeping_moved", who="he", data={"otp": "OTP"}, status=303),
    "review.transfer": Route(
        CHANGE,
        "transferred",
        who="lin",
        data={"office": "OTHER", "note": "x"},
        status=303,
        others="identity_closed opened file_opened",
    ),
    "review.assign": Route(
        CHANGE,
        "assigned",
        who="gao",
        data={"officer": "INVESTIGATOR", "brief": "x", "narrative": "y"},
        status=303,
        others="opened",
    ),
    "review.unassign": Route(CHANGE, "unassigned", who="gao", data={}, status=303, others="opened"),
    "review.supervise": Route(
        CHANGE,
        "supervised",
        who="gao",
        data={"words": "x"},
        status=303,
        also="paper_filed",
        others="opened supervision_ended",
    ),
    "review.list_assigned": Route(NEITHER, who="chen", why=OWN_DESK),
    "review.show_assigned": Route(READ, "assignment_opened", who="chen", others="file_opened"),
    "review.add_files": Route(CHANGE, "file_added", who="lin", data={"files": PICTURE}, status=303, others="opened"),
    "review.show_file": Route(NEITHER, who="lin", why=FRAME),
    "review.show_file_picture": Route(READ, "file_shown", who="lin"),
    "review.prove_file": Route(NEITHER, who="lin", why=FRAME_PROOF),
    "review.take_file": Route(READ, "file_taken", who="lin", data={}),
    "review.take_file_back": Route(
        CHANGE,
        "file_taken_back",
        who="lin",
        data={"reason": "mistaken"},
        status=303,
        others="exhibit_taken_back opened file_opened assignment_opened",
    ),
    "review.write_letter": Route(CHANGE, "wrote", who="lin", data={"text": "x"}, status=303, others="opened"),
    "review.ask_identity": Route(
        CHANGE,
        "identity_requested",
        who="lin",
        data={"ground": "PROTECT", "fields": "name", "hours": "24", "why": "x"},
        status=303,
        others="opened",
    ),
    "review.password_page": Route(NEITHER, who="gao", why=OWN_SELF),
    "review.change_password": Route(
        CHANGE,
        "password_changed",
        who="gao",
        data={"current": PASSWORD, "password": NEW, "again": NEW, "otp": "OTP"},
        status=303,
    ),
    "review.list_requests": Route(NEITHER, who="lin", why=OWN_DESK),
    "review.show_request": Route(READ, "request_shown", who="gao"),
    "intake.lost": Route(NEITHER, why=SAME),
    "intake.renew": Route(
        NEITHER, data={"receipt": "RECEIPT", "submission": "x"}, status=422, others="code_replaced", why=DOORS
    ),
    "review.ask_reissue": Route(
        CHANGE,
        "identity_requested",
        who="lin",
        data={"name": "周小明", "phone": "138", "words": "看了身份证。", "present": "y"},
        status=303,
        others="opened file_opened",
    ),
    "review.answer": Route(
        READ, "identity_answered", who="he", data={"otp": "OTP"}, status=303, others="request_shown"
    ),
    "review.issue_code": Route(
        CHANGE, "identity_settled", who="lin", data={}, also="code_reissued", others="request_shown"
    ),
    "review.lift": Route(
        CHANGE, "identity_lifted", who="gao", data={"otp": "OTP"}, status=303, others="request_shown withheld"
    ),
    "review.release": Route(
        CHANGE, "identity_released", who="he", data={"otp": "OTP", "fields": "name"}, status=303, others="request_shown"
    ),
    "review.refuse": Route(CHANGE, "identity_refused", who="gao", data={}, status=303, others="request_shown"),
    "review.close": Route(CHANGE, "identity_closed", who="lin", data={}, status=303, others="request_shown"),
    "review.read": Route(READ, "request_shown", who="lin", data={}, also="identity_read"),
    "review.read_original": Route(READ, "identity_read", who="lin", data={}, others="request_shown"),
    "review.show_account": Route(NEITHER, who="lin", why=OWN_SELF),
    "review.print_codes": Route(CHANGE, "codes_printed", who="lin", data={"otp": "OTP"}),
    "review.add_passkey": Route(
        CHANGE, "passkey_added", who="lin", data={"name": "x", "otp": "OTP", "credential": "MADE"}, status=303
    ),
    "review.remove_passkey": Route(CHANGE, "passkey_removed", who="lin", data={}, status=303),
    "review.open_desk": Route(CHANGE, "motion_proposed", who="qin", data={"duty": "award", "otp": "OTP"}, status=303),
    "review.turn_key": Route(CHANGE, "motion_proposed", who="lin", data={"otp": "OTP"}, status=303),
    "review.list_motions": Route(NEITHER, who="chen", why=OWN_DESK),
    "review.show_motion": Route(NEITHER, who="chen", others="file_opened motion_opened", why=STAFF_LIST),
    "review.confirm_motion": Route(
        CHANGE,
        "motion_confirmed",
        who="chen",
        data={"sure": "y", "otp": "OTP"},
        status=303,
        also="seated",
        others="officer_certified desk_opened desk_turned officer_resumed "
        "authority_added authority_renamed counter_set edition_adopted blocked extended motion_opened"
        " concluded reviewed reopened file_opened award_submitted award_revoked payout_released payout_cancelled"
        " bank_list_recalled",
    ),
    "review.refuse_motion": Route(
        CHANGE, "motion_refused", who="chen", data={}, status=303, others="paper_filed file_opened"
    ),
    "review.withdraw_motion": Route(CHANGE, "motion_withdrawn", who="guan", data={}, status=303),
    "review.list_inquiries": Route(NEITHER, who="lin", why=OWN_DESK),
    "review.register_inquiry": Route(
        CHANGE, "inquiry_registered", who="lin", data={"who": "x", "when": "x", "words": "x"}, status=303
    ),
    "review.show_inquiry": Route(READ, "inquiry_read", who="shen"),
    "review.show_staffing": Route(NEITHER, who="guan", why=STAFF_LIST),
    "review.list_officers": Route(NEITHER, who="guan", why=STAFF_LIST),
    "review.invite_officer": Route(CHANGE, "invited", who="guan", data={"username": "liu", "authority": "AUTHORITY"}),
    "review.show_officer": Route(NEITHER, who="guan", why=STAFF_LIST),
    "review.renew_code": Route(
        CHANGE,
        "code_given",
        who="guan",
        data={"sure": "y"},
        also="unseated sessions_ended",
        others="enrolment_lapsed motion_lapsed unassigned passkey_removed",
    ),
    "review.propose_certificate": Route(CHANGE, "motion_proposed", who="guan", data={"otp": "OTP"}, status=303),
    "review.propose_resumption": Route(CHANGE, "motion_proposed", who="guan", data={"otp": "OTP"}, status=303),
    "review.propose_seat": Route(
        CHANGE, "motion_proposed", who="guan", data={"desk": "DESK", "otp": "OTP"}, status=303
    ),
    "review.list_authorities": Route(NEITHER, who="guan", why=PUBLISHED),
    "review.show_authority": Route(NEITHER, who="guan", why=PUBLISHED),
    "review.propose_office": Route(CHANGE, "motion_proposed", who="sheng-guan", data=OFFICE, status=303),
    "review.propose_counter": Route(CHANGE, "motion_proposed", who="guan", data={**COUNTER, "otp": "OTP"}, status=303),
    "review.propose_name": Route(
        CHANGE, "motion_proposed", who="guan", data={"zh": "x", "since": "2026-04-01", "otp": "OTP"}, status=303
    ),
    "review.list_editions": Route(NEITHER, who="guan", why=PUBLISHED),
    "review.show_edition": Route(NEITHER, who="guan", why=PUBLISHED),
    "review.propose_edition": Route(
        CHANGE,
        "motion_proposed",
        who="sheng-guan",
        data={"kind": "holidays", "text": NOTICE, "otp": "OTP"},
        status=303,
    ),
    "review.show_ledger": Route(READ, "ledger_read", who="shen"),
    "review.show_entry": Route(READ, "ledger_read", who="shen"),
    "review.show_life": Route(READ, "ledger_read", who="shen"),
    "review.show_day": Route(READ, "ledger_read", who="shen"),
    "review.show_matrix": Route(READ, "ledger_read", who="shen"),
    "review.show_figures": Route(READ, "ledger_read", who="shen"),
    "review.show_signs": Route(READ, "ledger_read", who="shen"),
    "review.show_inspection": Route(READ, "ledger_read", who="shen"),
    "review.ask_export": Route(READ, "ledger_read", who="shen"),
    "review.export_ledger": Route(READ, "exported", who="shen", data={"otp": "OTP"}, others="ledger_read"),
    "review.unseat_officer": Route(
        CHANGE, "unseated", who="guan", data={"desk": "SEAT", "sure": "y"}, status=303, others="unassigned"
    ),
    "review.suspend_officer": Route(
        CHANGE, "officer_suspended", who="guan", data={"sure": "y"}, status=303, also="sessions_ended"
    ),
    "review.remove_officer": Route(
        CHANGE,
        "officer_left",
        who="guan",
        data={"sure": "y"},
        status=303,
        also="sessions_ended unseated",
        others="enrolment_lapsed motion_lapsed unassigned passkey_removed",
    ),
    "review.end_sessions": Route(CHANGE, "sessions_ended", who="guan", data={}, status=303),
    "review.set_mail": Route(CHANGE, "mail_set", who="guan", data={"mail": "x@example.cn"}, status=303),
    "review.set_own_mail": Route(CHANGE, "mail_set", who="lin", data={"mail": "x@example.cn"}, status=303),
    "review.list_alarms": Route(NEITHER, who="lin", why=OWN_DESK),
    "review.sign_off_alarm": Route(CHANGE, "alarm_signed_off", who="lin", data={}, status=303),
    "review.stand_down_alarm": Route(CHANGE, "alarm_stood_down", who="gao", data={"why": "over"}, status=303),
    "review.raise_alarm": Route(
        CHANGE, "alarm_raised", who="lin", data={"kind": "danger", "heard": "told"}, status=303, others="opened"
    ),
    "review.dispose": Route(
        CHANGE,
        "disposed",
        who="lin",
        data={"deed": "x", "who": "x"},
        status=303,
        also="alarm_signed_off",
        others="opened",
    ),
    "review.show_roster": Route(NEITHER, who="gao", why=STAFF_LIST),
    "review.add_shift": Route(CHANGE, "shift_added", who="gao", data=SHIFT, status=303),
    "review.remove_shift": Route(CHANGE, "shift_removed", who="gao", data={}, status=303),
    "review.sign_out": Route(NEITHER, "signed_out", who="lin", data={}, status=303),
}
EFFECTS = {READ: {Effect.REVEALS}, CHANGE: {Effect.CHANGES}, NEITHER: {Effect.KEEPS}}
AGAIN = frozenset(  # of a page that comes again
    {
        *("opened", "file_opened", "assignment_opened", "request_shown", "ledger_read", "referral_shown"),
        *("award_opened", "payout_opened", "bank_list_opened", "budget_read"),
    }
)
# Pages that ask for no token: whoever must be gone is gone.
TOKENLESS = {"intake.leave"}
