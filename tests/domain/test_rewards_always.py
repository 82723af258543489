"""What holds of a reward whatever the facts are."""

from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.paper_vocabulary import Known, PenaltyFor, PenaltyKind, PenaltyStatus, Target
from portal.domain.rewards import Rules, Step, assess
from portal.domain.rewards_facts import (
    Accident,
    Collusion,
    Excluded,
    Facts,
    Fined,
    Insider,
    Matter,
    Reporter,
    RewardKind,
)
from portal.domain.rewards_terms import TwoLimbs, UpliftOrder
from tests.rewarding import with_terms

SUMS = st.integers(0, 10**9)
FINES = st.builds(
    Fined,
    SUMS,
    st.sampled_from(Target),
    st.sampled_from(PenaltyKind),
    st.sampled_from(PenaltyFor),
    st.sampled_from([PenaltyStatus.EFFECTIVE, PenaltyStatus.ANNULLED]),
)
ACCIDENTS = st.builds(lambda dead, more: Accident(dead + more, dead, 0, 0), st.integers(0, 12), st.integers(0, 25))
PAYABLE = st.builds(
    Facts,
    st.builds(Reporter, insider=st.sampled_from(Insider), joint_signatories=st.integers(1, 9)),
    st.builds(
        Matter,
        kind=st.sampled_from([RewardKind.MAJOR_HAZARD, RewardKind.VIOLATION, RewardKind.CONCEALMENT]),
        known_before=st.sampled_from([Known.NO, Known.UNHANDLED]),
        separate_hazard=st.booleans(),
    ),
    st.lists(FINES, max_size=5).map(tuple),
    ACCIDENTS,
)
RULES = st.builds(
    with_terms,
    uplift=st.sampled_from([None, Decimal("0.15"), Decimal("0.3")]),
    uplift_min=st.sampled_from([0, 100_000]),
    cap_lifts=st.booleans(),
    uplift_order=st.sampled_from(UpliftOrder),
    two_limbs=st.sampled_from(TwoLimbs),
    split_joint=st.booleans(),
    no_fine=st.sampled_from([100_000, 300_000]),
    cap=st.sampled_from([5_000_000, 30_000_000]),
    overall_cap=st.sampled_from([8_000_000, 30_000_000]),
)


@given(PAYABLE, RULES)
def test_a_sum_lies_within_floor_and_caps_and_the_shares_make_it_up(facts: Facts, rules: Rules) -> None:
    found, terms = assess(facts, rules), rules.terms
    assert found.eligible is True
    assert found.fen is not None
    most = max(terms.cap, terms.overall_cap) * (1 + (terms.uplift or 0) * terms.cap_lifts)
    assert min(terms.no_fine, terms.floor) <= found.fen <= most
    assert sum(found.shares) == found.fen
    assert max(found.shares) - min(found.shares) < len(found.shares) or len(found.shares) == 1
    assert found.steps[-1 - 2 * (len(found.shares) > 1)].step is Step.AWARD


@given(PAYABLE, RULES, st.integers(0, 4), SUMS)
def test_a_higher_fine_never_earns_less(facts: Facts, rules: Rules, place: int, more: int) -> None:
    if not facts.penalties:
        return
    place %= len(facts.penalties)
    raised = tuple(
        replace(one, fen=one.fen + more) if number == place else one for number, one in enumerate(facts.penalties)
    )
    before, after = assess(facts, rules).fen, assess(replace(facts, penalties=raised), rules).fen
    assert before is not None
    assert after is not None
    assert after >= before


@given(PAYABLE, RULES)
def test_the_order_of_penalties_does_not_matter_and_the_same_facts_give_the_same(facts: Facts, rules: Rules) -> None:
    first = assess(facts, rules)
    for penalties in list(permutations(facts.penalties))[:6]:
        assert assess(replace(facts, penalties=penalties), rules) == first


STOPPING = st.sampled_from(
    [
        lambda facts: replace(facts, reporter=replace(facts.reporter, excluded=Excluded.DUTY)),
        lambda facts: replace(facts, reporter=replace(facts.reporter, excluded=Excluded.UNIT_SAFETY_MANAGER)),
        lambda facts: replace(facts, matter=replace(facts.matter, verified=False)),
        lambda facts: replace(facts, matter=replace(facts.matter, fabricated=True)),
        lambda facts: replace(facts, matter=replace(facts.matter, known_before=Known.HANDLED)),
        lambda facts: replace(facts, matter=replace(facts.matter, earlier_named_report=True)),
        lambda facts: replace(facts, matter=replace(facts.matter, collusion=Collusion.PROVEN)),
        lambda facts: replace(facts, matter=replace(facts.matter, withdrawn=True)),
    ]
)


@given(PAYABLE, RULES, STOPPING)
def test_an_exclusion_never_raises(facts: Facts, rules: Rules, stop: Any) -> None:
    before, after = assess(facts, rules), assess(stop(facts), rules)
    assert after.eligible is not True
    assert (after.fen or 0) <= (before.fen or 0)
    assert after.shares == ()
