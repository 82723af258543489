"""What the steps of triage show of a case: everything they can show."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from portal.domain.case_vocabulary import ReferralState
from portal.office.triage_sheets import DisputeSheet, MergedLine, Plea, ReferralLine, SplitSheet, TriageSheet
from portal.policy.loader import load_policies
from tests.world import NOON

CASE = UUID(int=77)


def triage_sheet(say: Callable[[str], str]) -> TriageSheet:
    """With each list filled; `say`: what pages take from policies, in the language that is drawn."""
    policies, office = load_policies(), say("吉林省人民防空办公室")
    bodies = tuple(replace(one, basis=say(one.basis)) for one in policies.reasons.referral.values())
    declining = (replace(one, basis=say(one.basis)) for one in policies.reasons.decline.values())
    committee = policies.clocks.rules["C10"]
    return TriageSheet(
        aside=True,
        may_aside=True,
        block_reasons=tuple(one for one in declining if one.two_people),
        blocking=None,
        together=tuple(
            MergedLine(CASE, None, index, NOON, first=not index, own=bool(index), main=not index, news=bool(index))
            for index in (0, 1)
        ),
        split=SplitSheet((MergedLine(CASE, None, 1, NOON, False, False, False, False),) * 2, ""),  # noqa: FBT003
        merges=True,
        held=(replace(committee, basis=say(committee.basis)),),
        bodies=bodies,
        refers_whole=True,
        referrals=tuple(
            ReferralLine(CASE, bodies[0], state is ReferralState.MADE, state, NOON, NOON + timedelta(days=1), None, ())
            for state in ReferralState
        ),
        objects=True,
        dispute=DisputeSheet(NOON, office, ((CASE, office),)),
        recused=("chen",),
        recusable=((CASE, "lin"),),
        pleas=(Plea(CASE, "wu", say("现在没有关系了。")), Plea(CASE, "chen", None)),
    )
