"""Sheets of rewards that were taken back, and the contexts of their pages: made up, as those of rewards are."""

from dataclasses import replace
from datetime import date

from portal.domain.award_papers import Decision
from portal.domain.award_vocabulary import AwardState, AwardStep, RevokeReason
from portal.domain.rewards_shape import Row
from portal.domain.vocabulary import MotionKind, MotionState, MotionStep
from portal.office.revocation_sheets import RevocationSheet, RevokeMotionSheet
from portal.office.reward_sheets import RewardSheet
from portal.office.staff_sheets import MotionLine, MotionSheet
from portal.review.staff_forms import AgreeForm
from tests.web.sheets_rewards import (
    EDITION,
    FOUND,
    NOW,
    ONE,
    POSTED,
    Context,
    Say,
    award,
    award_line,
    judging,
    own,
    refused,
)


def pages(say: Say) -> dict[str, tuple[str, str, Context]]:
    """Name → (path, template, context)."""
    return {
        "award-disputed": ("/review/rewards/x", "review/reward.html", lambda: disputed(say)),
        "revoke-motion": ("/review/motions/x", "review/revoke_motion.html", lambda: revoke_motion(say)),
        "reward-revoked": ("/mailbox/reward", "intake/reward.html", lambda: own(own_revoked(say))),
    }


def taken_back(say: Say) -> RevocationSheet:
    """By two, and contested."""
    return RevocationSheet(
        reason=RevokeReason.COLLUSION,
        provision=EDITION.rules.rows[Row.E27],
        fen=750_000,
        people=("song", "sun"),
        at=NOW,
        contest=say("我不认识任何人。"),
        decided_at=NOW,
        reviewer="yan",
        given_back=False,
    )


def disputed(say: Say) -> dict[str, object]:
    """One that was revoked, to be heard; and of which a notice may be put up."""
    decision = Decision(EDITION.heading.edition, {}, "", say("线索是检查人员给的。"), None, None, revoked="collusion")
    steps = frozenset({AwardStep.AFFIRM, AwardStep.REINSTATE, AwardStep.ANNOUNCE})
    return award(
        say,
        line=award_line(say, AwardState.DISPUTED),
        offered=steps,
        decision=decision,
        found=FOUND,
        again=None,
        contest="",
        revoking=ONE,
        revocation=taken_back(say),
    )


def own_revoked(say: Say) -> RewardSheet:
    """Revoked, to be contested; a notice of it was put up."""
    return replace(
        refused(say),
        state=AwardState.REVOKED,
        words=say("线索是检查人员给的。"),
        found=FOUND,
        revoked=RevokeReason.COLLUSION,
        provision=EDITION.rules.rows[Row.E27],
        service=POSTED,
    )


def revoke_motion(say: Say) -> dict[str, object]:
    """One to agree to."""
    line = MotionLine(
        id=ONE,
        kind=MotionKind.REVOKE,
        state=MotionState.PROPOSED,
        authority=say("四平市人民防空办公室"),
        about="",
        duty=None,
        proposer="song",
        seconder="",
        proposed_at=NOW,
        expires_at=NOW,
        decided_at=None,
        what="220300-2026-00001",
        topic=None,
        case_id=ONE,
        payout_id=None,
        ended=None,
    )
    steps = frozenset({MotionStep.CONFIRM, MotionStep.REFUSE})
    about = RevokeMotionSheet(
        award_id=ONE,
        number="220300-2026-00001",
        category="EXIT-01",
        office=say("四平市人民防空办公室"),
        reason=RevokeReason.COLLUSION,
        provision=EDITION.rules.rows[Row.E27],
        words=say("线索是检查人员给的。"),
        granted=Decision(EDITION.heading.edition, {}, "", say("按规定奖励。"), 750_000, None),
        granted_at=NOW,
        judged_by="song",
        found=FOUND,
        edition=EDITION,
        claimed=False,
        until=date(2027, 1, 25),
    )
    return {
        "sheet": MotionSheet(line, "", (), steps, None),
        "about": about,
        "form": AgreeForm(formdata=None),
        **judging(say),
    }
