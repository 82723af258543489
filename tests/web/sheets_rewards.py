"""Sheets of rewards to show, and the contexts of their pages: what use cases would have returned, made up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from portal.domain.award_papers import Decision, Proposal, SentBack
from portal.domain.award_vocabulary import (
    AwardState,
    AwardStep,
    AwardView,
    PayoutEnd,
    PayoutState,
    ReturnWhy,
    RevokeReason,
)
from portal.domain.contents import NewCounter
from portal.domain.payee_names import NameCheck
from portal.domain.rewards import assess
from portal.domain.vocabulary import Duty
from portal.intake.claim_forms import ClaimForm, CodeForm, ContestForm, GiveUpForm, WithdrawForm
from portal.office.award_lists import AwardLine, AwardList
from portal.office.award_printing import Notice
from portal.office.award_service import Service
from portal.office.award_sheets import AwardSheet
from portal.office.budgeting import BudgetSheet
from portal.office.counters import CounterSheet
from portal.office.desk_sheets import OfficerSheet, ShutCode
from portal.office.paging import Window
from portal.office.preceding import Place
from portal.office.reward_sheets import RewardSheet
from portal.policy.loader import load_policies
from portal.printing.page import Page
from portal.review.list_filters import Asked
from portal.review.reward_forms import (
    AnnounceForm,
    AskForm,
    BudgetForm,
    ForfeitForm,
    JudgeForm,
    ProlongForm,
    ReturnForm,
    RevokeForm,
    RulingForm,
)
from portal.web import printed_rewards
from tests.rewarding import asked

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
ONE, EDITION = UUID(int=1), load_policies().rewards
FOUND = assess(asked(penalties=[{"amount": "50000.00"}]).facts, EDITION.rules)
UNNAMED = assess(asked(reporter={"identified": False}).facts, EDITION.rules)
NOTICE = EDITION.rules.provisions["notice_days"]
POSTED = Service(unread=True, posted_on=NOW.date(), counts_on=date(2026, 12, 24), provision=NOTICE)
Context = Callable[[], dict[str, object]]
Say = Callable[[str], str]


def pages(say: Say) -> dict[str, tuple[str, str, Context]]:
    """Name → (path, template, context)."""
    return {
        "reward": ("/mailbox/reward", "intake/reward.html", lambda: own(granted(say))),
        "reward-counter": ("/mailbox/reward", "intake/reward.html", lambda: own(late_name(say), claim_form=differs())),
        "reward-claimed": ("/mailbox/reward", "intake/reward.html", lambda: own(claimed(say))),
        "reward-ended": ("/mailbox/reward", "intake/reward.html", lambda: own(ended(say))),
        "reward-refused": ("/mailbox/reward", "intake/reward.html", lambda: own(refused(say))),
        "reward-errors": ("/mailbox/claim", "intake/reward.html", lambda: own(granted(say), claim_form=wrong())),
        "claimed": ("/mailbox/claim", "intake/claimed.html", lambda: drawn(say)),
        "rewards": (
            "/review/rewards",
            "review/rewards.html",
            lambda: {"duties": (Duty.AWARD,), **awards(say), **judging(say)},
        ),
        "award": ("/review/rewards/x", "review/reward.html", lambda: award(say)),
        "award-late": ("/review/rewards/x", "review/reward.html", lambda: late(say)),
        "award-form": ("/review/rewards/x/form", "review/reward_form.html", lambda: award_form(say)),
        "award-notice": ("/review/rewards/x/notice", "review/reward_notice.html", lambda: award_notice(say)),
        "reward-printed": (
            "/mailbox/reward/print",
            "intake/reward_printed.html",
            lambda: {"page": printed_rewards.own_notice(granted(say), EDITION)},
        ),
        "budget": ("/review/budget", "review/budget.html", lambda: {**budget(), **judging(say)}),
    }


def late_name(say: Say) -> RewardSheet:
    """The name was given after the grant: it is collected at the counter."""
    return replace(granted(say), check=NameCheck.LATE)


def differs() -> ClaimForm:
    """A claim under another name."""
    form = ClaimForm(formdata=None)
    form.say_other(2)
    return form


def wrong() -> ClaimForm:
    """A claim in which nothing was filled in."""
    form = ClaimForm(formdata=None)
    form.validate()
    return form


def own(sheet: RewardSheet, **forms: object) -> dict[str, object]:
    return {
        "sheet": sheet,
        "edition": EDITION,
        "claim_form": ClaimForm(formdata=None),
        "contest_form": ContestForm(formdata=None),
        "give_up_form": GiveUpForm(formdata=None),
        "code_form": CodeForm(formdata=None),
        "withdraw_form": WithdrawForm(formdata=None),
        **forms,
    }


def granted(say: Say) -> RewardSheet:
    """To be claimed by three who signed together."""
    return RewardSheet(
        state=AwardState.APPROVED,
        decided_at=NOW,
        words=say("按处罚金额的百分之十五奖励。"),
        fen=750_000,
        shares=(250_000, 250_000, 250_000),
        found=FOUND,
        edition=EDITION.heading.edition,
        office=say("四平市人民防空办公室"),
        payer=say("四平市人民防空办公室"),
        named=True,
        until=date(2027, 1, 25),
        contest_until=None,
        contested=False,
        payment=None,
        ended=None,
        paid_on=None,
        coded=True,
        reference="",
        contest="",
        revoked=None,
        provision=None,
        service=Service(unread=False, posted_on=None, counts_on=None, provision=NOTICE),
        provisional=False,
        today=NOW.date(),
        check=NameCheck.SAME,
        counter=counter(say),
        elsewhere=(counter(say),),
    )


def counter(say: Say) -> CounterSheet:
    place = NewCounter(NOW.date(), say("三号窗口"), say("样例大街 1 号"), say("工作日上午"), "0434-0000000")
    return CounterSheet("office-220300", say("四平市人民防空办公室"), place)


def drawn(say: Say) -> dict[str, object]:
    """The code for the counter, shown once."""
    code = {"reference": "9F21-C0DE", "code": "7KQ4-M2XD-9HBV", "first": True}
    return {"sheet": claimed(say), "elsewhere": say("通化"), **code}


def claimed(say: Say) -> RewardSheet:
    """Claimed, and not released: it can be corrected and taken back."""
    return replace(granted(say), payment=PayoutState.CLAIMED)


def ended(say: Say) -> RewardSheet:
    """Ended by the payout desk: it can be claimed anew."""
    return replace(granted(say), payment=PayoutState.CANCELLED, ended=PayoutEnd.ACCOUNT, coded=False)


def refused(say: Say) -> RewardSheet:
    """To be contested."""
    return RewardSheet(
        state=AwardState.REFUSED,
        decided_at=NOW,
        words=say("没有留姓名。"),
        fen=None,
        shares=(),
        found=UNNAMED,
        edition=EDITION.heading.edition,
        office=say("四平市人民防空办公室"),
        payer=say("四平市人民防空办公室"),
        named=True,
        until=None,
        contest_until=date(2027, 1, 25),
        contested=False,
        payment=None,
        ended=None,
        paid_on=None,
        coded=False,
        reference="",
        contest="",
        revoked=None,
        provision=None,
        service=Service(unread=False, posted_on=None, counts_on=None, provision=NOTICE),
        provisional=False,
        today=NOW.date(),
        check=None,
    )


def judging(say: Say) -> dict[str, object]:
    kinds = load_policies().categories.kinds
    shut = ShutCode(ONE, "7KQ4-M2XD-9H3T", say("四平市人民防空办公室"))
    return {
        "officer": OfficerSheet("song", say("四平市人民防空办公室"), (Duty.AWARD, Duty.PAYOUT), shut=(shut,)),
        "kinds": {code: _said(say, kind) for code, kind in kinds.items()},
    }


def _said(say: Say, kind: object) -> object:
    return type("Kind", (), {"zh": kind.zh, "en": "Kind", "ko": "", "code": say("x")})


def award_line(say: Say, state: AwardState) -> AwardLine:
    return AwardLine(ONE, state, "220300-2026-00001", "EXIT-01", say("四平市人民防空办公室"), NOW, NOW)


def awards(say: Say) -> dict[str, object]:
    """A page of rewards in every state, one of them late."""
    lines = [replace(award_line(say, state), due_on=NOW.date(), late=True) for state in AwardState]
    offices = (("220000", say("吉林省人民防空办公室")), ("220300", say("四平市人民防空办公室")))
    asked = Asked(AwardView.LATE, AwardView.ALL, AwardState.APPROVED, ONE, NOW.date(), Window(), {"state": "approved"})
    return {
        "found": AwardList(tuple(lines), "before", "after", dict.fromkeys(AwardView, 3), offices),
        "asked": asked,
        "states": tuple(AwardState),
        "months": [("2026-11", say("2026年11月"))],
    }


def award(say: Say, **changes: object) -> dict[str, object]:
    """One to judge, of somebody who left no name, whose penalty changed since."""
    proposal = Proposal(str(ONE), EDITION.heading.edition, {}, say("材料一"), say("锁链属实。"))
    steps = frozenset({AwardStep.APPROVE, AwardStep.REFUSE, AwardStep.RETURN, AwardStep.ASK})
    said = {
        "line": award_line(say, AwardState.SUBMITTED),
        "report_id": ONE,
        "places": places(),
        "proposal": proposal,
        "found": UNNAMED,
        "edition": EDITION,
        "people": ("chen", "gao"),
        "offered": steps,
        "decision": None,
        "contest": say("我才是第一个。"),
        "until": None,
        "payment": None,
        "reference": None,
        "asked_until": date(2026, 12, 7),
        "named_since": True,
        "contest_until": date(2026, 12, 7),
        "file_due": date(2026, 12, 24),
        "today": NOW.date(),
        "judged_by": "song",
        "judging": True,
        "returned": SentBack(ReturnWhy.SUM, say("请核对罚款。")),
        "service": POSTED,
        "revoking": None,
        "revocation": None,
        "again": FOUND,
    }
    forms = {
        "judge_form": JudgeForm,
        "ask_form": AskForm,
        "return_form": ReturnForm,
        "prolong_form": ProlongForm,
        "forfeit_form": ForfeitForm,
        "revoke_form": RevokeForm,
        "ruling_form": RulingForm,
        "announce_form": AnnounceForm,
    }
    made = {name: kind(formdata=None) for name, kind in forms.items()}
    return {
        "sheet": AwardSheet(**{**said, **changes}),
        "stale": False,
        "back": "/review/rewards",
        "reasons": tuple(RevokeReason),
        **made,
        **judging(say),
    }


def places() -> tuple[Place, ...]:
    """Two reports of one matter."""
    first = Place(UUID(int=2), ONE, "220300-2026-00002", 12, NOW, named=True, withdrawn=True, award=AwardState.REFUSED)
    return (first, Place(ONE, ONE, "", 14, NOW, named=False, withdrawn=False, award=None))


def printed(say: Say, page: Page) -> dict[str, object]:
    return {"page": page, "back": "/review", **judging(say)}


def award_form(say: Say) -> dict[str, object]:
    said = award(say)
    return printed(say, printed_rewards.approval_form(said["sheet"], said["kinds"], NOW.date()))


def award_notice(say: Say) -> dict[str, object]:
    article = say("19号 第十三条")
    office = say("四平市人民防空办公室")
    said = Notice(ONE, "", 14, office, granted=True, days=60, basis=article, counts=30, notice=article)
    return printed(say, printed_rewards.public_notice(said, NOW.date()))


def late(say: Say) -> dict[str, object]:
    """One that was granted, and that nobody claimed in time."""
    decision = Decision(EDITION.heading.edition, {}, "", say("按规定奖励。"), 750_000, None)
    steps = frozenset({AwardStep.PROLONG, AwardStep.FORFEIT, AwardStep.FILE, AwardStep.REVOKE})
    line = award_line(say, AwardState.APPROVED)
    return award(say, line=line, offered=steps, decision=decision, found=FOUND, again=None, until=date(2026, 11, 1))


def budget() -> dict[str, object]:
    return {
        "sheet": BudgetSheet(2026, 10_000_000, reserved=750_000, granted=1_500_000, paid=9_000_000, count=9),
        "form": BudgetForm(formdata=None),
    }
