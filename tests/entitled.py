"""Who may take which step of an office, as one table: whoever is not in it is an insider there.

Each route of the office has one row: whose duty it is, as the tables of `domain` say, or that it is about nobody but
oneself.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from portal.domain import access, countersign, disclosure
from portal.domain.alarms import RUNG
from portal.domain.countersign import Side
from portal.domain.disclosure import Part
from portal.domain.vocabulary import Action, DisclosureStep, Duty, MotionKind
from portal.office import assigning, award_lists, disclosures, payout_lists, queue, reviewing
from tests.disclosing import ASK
from tests.office.test_assigning import BRIEF
from tests.visitor import REPORT
from tests.web.stages import VERIFIED
from tests.world import SEATS

HOME, NEXT = "office-220100", "office-220300"
# Whoever sits at 长春 with a duty; 兰 takes in beside 林. The province administers it too; discipline reads inquiries.
SEATED: Mapping[Duty, frozenset[str]] = {
    duty: frozenset(name for name, held in (*SEATS[HOME], ("lan", Duty.INTAKE)) if held is duty) for duty in Duty
}
PROVINCIAL = frozenset({"sheng-guan", "sheng-cui"})
ADMINISTRATORS = SEATED[Duty.ADMINISTER] | PROVINCIAL
READERS = SEATED[Duty.AUDIT] | {"ji", "ji-lead"}
LATER = (Duty.INVESTIGATE, Duty.AWARD, Duty.PAYOUT, Duty.AUDIT, Duty.ADMINISTER)  # what 四平 has not in the cast
ALIKE = frozenset({"sheng", "sheng-cui", "sheng-custody", "ji-lead", "ji-custody"})  # as others who are tried
GONE, SHUT = "tao", "xin"  # their seat was taken, they were suspended, a moment ago

CASES: Mapping[str, Action] = {
    "review.case": Action.OPEN,
    "review.show_phone": Action.PHONE,
    "review.accept": Action.ACCEPT,
    "review.ask": Action.ASK,
    "review.decline": Action.DECLINE,
    "review.write_letter": Action.WRITE,
    "review.add_files": Action.WRITE,
    "review.ask_identity": Action.REQUEST,
    "review.ask_reissue": Action.REQUEST,
    "review.assign": Action.ASSIGN,
    "review.supervise": Action.SUPERVISE,
    "review.unassign": Action.ASSIGN,
    "review.propose_extension": Action.EXTEND,
    "review.suspend_clock": Action.SUSPEND,
    "review.continue_clock": Action.CONTINUE,
    "review.transfer": Action.TRANSFER,
    "review.merge": Action.MERGE,
    "review.split": Action.SPLIT,
    "review.protect": Action.PROTECT,
    "review.check_retaliation": Action.PROTECT,
    "review.refer": Action.REFER,
    "review.show_referral": Action.OPEN,
    "review.step_referral": Action.REFER,
    "review.dispute": Action.TRANSFER,
    "review.settle": Action.OPEN,  # the lead above both, by the objection itself
    "review.recuse": Action.OPEN,
    "review.lift_recusal": Action.OPEN,  # the lead alone (test_recusing)
    "review.put_aside": Action.SPAM,
    "review.put_back": Action.RESTORE,
    "review.propose_block": Action.BLOCK,
    "review.answer_block": Action.OPEN,  # the motion says whose it is (test_blocking)
    "review.raise_alarm": Action.RAISE,
    "review.dispose": Action.DISPOSE,
}
# Steps on a case file, by whoever is assigned too: 陈 checks, and the province reviews.
VERIFYING: Mapping[str, Action] = {
    "review.write_paper": Action.FILE,
    "review.file_paper": Action.FILE,
    "review.show_exhibits": Action.FILE,
    "review.add_exhibits": Action.FILE,
    "review.write_feedback": Action.FEED_BACK,
    "review.feed_back": Action.FEED_BACK,
    "review.ask_close": Action.CLOSE,
    "review.close_case": Action.CLOSE,
    "review.draft_reward": Action.REWARD,
    "review.propose_reward": Action.REWARD,
}
# A reward: whoever proposed it reads it, the award desk judges it; of a payment the payout desk alone knows.
JUDGED = ("decide", "return", "prolong", "forfeit", "revoke", "rule", "announce", "file")
JUDGING = frozenset(f"review.{name}_reward" for name in JUDGED)
JUDGING |= {"review.ask_name"}
EACH_THEIR_OWN = frozenset({"review.set_budget"})
PRINTED = frozenset(f"review.{way}_{paper}" for way in ("show", "take") for paper in ("approval_form", "public_notice"))
PAYING = frozenset(f"review.{name}_payout" for name in ("show", "release", "cancel", "book")) | {
    "review.show_letter",
    "review.show_letter_picture",
}
PAYING |= {"review.compare_code", "review.show_payment_sheet", "review.take_payment_sheet"}
PAYING |= {f"review.{name}_bank_list" for name in ("make", "show", "take", "recall")} | {"review.book_answers"}
REVIEWS = frozenset({"review.ask_review", "review.assign_review"})
ORIGINAL = "review.read_original"
# Whoever may read the report; 陈 was given it to work on.
FILES = frozenset({"review.show_file", "review.show_file_picture", "review.take_file", "review.prove_file"})
BACK = "review.take_file_back"  # whoever added one, of those who see it (test_taking_back)
STEPS: Mapping[str, DisclosureStep] = {
    "review.lift": DisclosureStep.LIFT,
    "review.release": DisclosureStep.RELEASE,
    "review.answer": DisclosureStep.ANSWER,
    "review.issue_code": DisclosureStep.REISSUE,
    "review.refuse": DisclosureStep.REFUSE,
    "review.close": DisclosureStep.CLOSE,
    "review.read": DisclosureStep.READ,
    "review.read_original": DisclosureStep.READ,
}
# What an administrator does about officers of the own authority and those below.
STAFF = frozenset(
    {
        "review.invite_officer",
        "review.show_officer",
        "review.renew_code",
        "review.propose_certificate",
        "review.propose_resumption",
        "review.propose_seat",
        "review.unseat_officer",
        "review.suspend_officer",
        "review.remove_officer",
        "review.end_sessions",
        "review.set_mail",
        "review.show_authority",
        "review.propose_name",
        "review.propose_counter",
    }
)
# Each sees what is at their own desks, with these duties wherever they sit, and nothing of another's.
OWN_DESKS: Mapping[str, AbstractSet[Duty]] = {
    "review.show_queue": frozenset(queue.DUTIES),
    "review.show_search": frozenset(queue.DUTIES),
    "review.search": frozenset(queue.DUTIES),
    "review.list_requests": frozenset(disclosures.DUTIES),
    "review.list_assigned": frozenset(assigning.INVESTIGATORS),
    "review.list_objections": frozenset(reviewing.LEADS),
    "review.show_staffing": frozenset({Duty.ADMINISTER}),
    "review.list_officers": frozenset({Duty.ADMINISTER}),
    "review.list_authorities": frozenset({Duty.ADMINISTER}),
    "review.list_editions": frozenset({Duty.ADMINISTER}),
    "review.list_alarms": frozenset(RUNG),
    "review.show_roster": frozenset(RUNG),
    "review.list_rewards": frozenset(award_lists.DUTIES),
    "review.show_budget": frozenset({Duty.AWARD}),
    "review.list_payouts": frozenset(payout_lists.DUTIES),
    "review.list_bank_lists": frozenset(payout_lists.DUTIES),
}
# A form on a list of one's own desks, by the duty that sees the list.
OWN_LISTS: Mapping[str, Duty] = {
    **dict.fromkeys(("review.invite_officer", "review.propose_office", "review.propose_edition"), Duty.ADMINISTER),
    "review.make_bank_list": Duty.PAYOUT,
}
# About nobody but oneself: everybody who is signed in.
OWN_SELF = frozenset(
    {
        "review.password_page",
        "review.change_password",
        "review.show_account",
        "review.print_codes",
        "review.add_passkey",
        "review.open_desk",
        "review.list_motions",
        "review.list_kept",
        "review.count_clock",
        "review.list_inquiries",
        "review.list_declarations",
        "review.declare",
        "review.take_back_recusal",
        "review.register_inquiry",
        "review.sign_out",
        "review.set_own_mail",
    }
)
# Steps whose form stands on a page of one's own desks.
OWN_PAGES = frozenset(
    {
        *("review.search", "review.turn_key", "review.remove_passkey", "review.offer_keeping", "review.move_keeping"),
        *("review.sign_off_alarm", "review.stand_down_alarm", "review.add_shift", "review.remove_shift"),
    }
)
# The trails of an auditor's own office and of those below.
LEDGER = frozenset(
    f"review.{name}"
    for name in (
        *("show_ledger", "show_matrix", "show_figures", "show_signs", "show_inspection"),
        *("ask_export", "export_ledger"),
    )
)
# How far the request that a step is tried on has come: the state from which it would go through.
STAGES: Mapping[str, str] = {
    "review.show_request": "asked",
    "review.lift": "asked",
    "review.refuse": "asked",
    "review.close": "asked",
    "review.release": "lifted",
    "review.read": "released",
    "review.read_original": "released",
    "review.answer": "said",
    "review.issue_code": "answered",
}
WORKED: Mapping[str, str] = {
    "review.assign": "taken",
    "review.supervise": "taken",
    "review.unassign": "assigned",
    "review.show_assigned": "assigned",
    "review.recuse_assigned": "assigned",
    "review.propose_extension": "taken",
    "review.propose_extension_assigned": "assigned",
    "review.suspend_clock": "taken",
    "review.continue_clock": "still",
    **dict.fromkeys((*FILES, BACK), "assigned"),
    **{endpoint: stage for endpoint, stage in VERIFIED.items() if endpoint.startswith("review.")},
}
COME = tuple(dict.fromkeys(stage for name, stage in WORKED.items() if name in VERIFIED))
ONE_EACH: Mapping[str, str] = {
    stage: stage for stage in ("fresh", "assigned", "taken", "still", *COME, *dict.fromkeys(STAGES.values()))
}
SECRETS = (
    *(REPORT[name] for name in ("respondent", "place", "description", "name", "phone")),
    *(BRIEF, str(ASK["why"]), "问是不是老周举报的"),
)


def stage_of(endpoint: str) -> str:
    """How far the case has come on which a step is possible."""
    return STAGES.get(endpoint) or WORKED.get(endpoint, "fresh")


def allowed(endpoint: str) -> frozenset[str]:
    """Who may take a step of 长春, by name. Raises KeyError for a route that nobody thought of."""
    if endpoint in CASES or endpoint in VERIFYING:
        return _seated(access.PERFORMERS[{**CASES, **VERIFYING}[endpoint]])
    if endpoint == "review.show_request":
        return _seated({Duty.LEAD, Duty.CUSTODY}) | {"lin"}
    if endpoint in STEPS:
        return _parts(STEPS[endpoint])
    if endpoint in STAFF:
        return ADMINISTRATORS
    return {
        "review.show_assigned": frozenset({"chen"}),
        "review.recuse_assigned": frozenset({"chen"}),
        "review.show_declaration": SEATED[Duty.LEAD],
        **dict.fromkeys(REVIEWS, frozenset({"sheng-lead"})),
        "review.propose_extension_assigned": _seated(access.PERFORMERS[Action.EXTEND]),
        **dict.fromkeys(FILES | {BACK}, _seated(access.PERFORMERS[Action.OPEN]) | {"chen"}),
        "review.show_inquiry": READERS,
        "review.show_reward": SEATED[Duty.AWARD] | SEATED[Duty.LEAD] | {"chen"},
        **dict.fromkeys(JUDGING | PRINTED, SEATED[Duty.AWARD]),
        "review.set_budget": SEATED[Duty.AWARD] | {f"qin-{Duty.AWARD}"},  # each their own office's
        **dict.fromkeys(PAYING, SEATED[Duty.PAYOUT]),
        **dict.fromkeys(LEDGER, SEATED[Duty.AUDIT] | {f"qin-{Duty.AUDIT}"}),
        **dict.fromkeys(("review.show_entry", "review.show_life", "review.show_day"), SEATED[Duty.AUDIT]),
        "review.show_motion": ADMINISTRATORS | SEATED[Duty.INVESTIGATE] | {"song"},  # who proposes, holds, is meant
        "review.confirm_motion": _sides(countersign.RULES[MotionKind.SEAT][1]),
        "review.refuse_motion": _sides(countersign.RULES[MotionKind.SEAT][1]),
        "review.withdraw_motion": frozenset({"guan"}),
        "review.turn_key": SEATED[Duty.INTAKE],
        "review.remove_passkey": frozenset({"lin"}),
        "review.show_edition": ADMINISTRATORS | {f"qin-{Duty.ADMINISTER}"},
        "review.propose_office": PROVINCIAL,
        "review.propose_edition": PROVINCIAL,
        "review.offer_keeping": SEATED[Duty.LEAD],
        "review.move_keeping": SEATED[Duty.CUSTODY],
        "review.sign_off_alarm": _seated(RUNG),
        **dict.fromkeys(("review.stand_down_alarm", "review.add_shift", "review.remove_shift"), SEATED[Duty.LEAD]),
    }[endpoint]


def shown(endpoint: str) -> frozenset[str] | None:
    """Who sees the page on which the form of a step stands, and so sees it again when it is not filled in.

    None where it stands on a page of one's own.
    """
    if endpoint in OWN_PAGES:
        return None
    if endpoint in OWN_LISTS:
        return SEATED[OWN_LISTS[endpoint]] | {f"qin-{OWN_LISTS[endpoint]}"} | _provincial(OWN_LISTS[endpoint])
    if endpoint in LEDGER | FILES | {BACK} | REVIEWS | PAYING | PRINTED | EACH_THEIR_OWN | VERIFYING.keys():
        return allowed(endpoint)
    if endpoint == "review.propose_extension_assigned":
        return allowed("review.show_assigned")
    if endpoint in JUDGING:
        return allowed("review.show_reward")
    pages = ((CASES, "case"), (STEPS, "show_request"), (STAFF, "show_officer"), ({endpoint}, "show_motion"))
    return allowed("review." + next(page for forms, page in pages if endpoint in forms))


def _provincial(duty: Duty) -> frozenset[str]:
    return PROVINCIAL if duty is Duty.ADMINISTER else frozenset()


def _seated(duties: Iterable[Duty]) -> frozenset[str]:
    return frozenset().union(*(SEATED[duty] for duty in duties))


def _parts(step: DisclosureStep) -> frozenset[str]:
    """Who may take a step on a request of 林's, at the stage at which it is tried."""
    states = {"review.refuse": ("asked",), "review.close": ("asked",)}
    name = next(endpoint for endpoint, one in STEPS.items() if one is step)
    parts = {
        part
        for (state, other), part in disclosure.PERFORMERS.items()
        if other is step and (name not in states or state in states[name])
    }
    own = frozenset({"lin"}) if Part.REQUESTER in parts else frozenset()
    return own | _seated({disclosure.DUTIES[part] for part in parts - {Part.REQUESTER}})


def _sides(sides: AbstractSet[Side]) -> frozenset[str]:
    """Who may confirm that 宋 gets a seat among the investigators."""
    return SEATED[Duty.INVESTIGATE] if sides == {Side.HOLDER} else frozenset()
