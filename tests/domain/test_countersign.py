"""What needs a second person: who proposes, who confirms, and that no sequence of steps lets one person do it alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from portal.domain import countersign, seating
from portal.domain.access import Actor, SeatFacts
from portal.domain.countersign import (
    CASE_KINDS,
    LIFE,
    RULES,
    MotionFacts,
    Side,
    administers,
    admit,
    admit_proposal,
    offered,
    steps_on,
)
from portal.domain.errors import (
    IllegalTransitionError,
    NotAllowedError,
    OwnMotionError,
    RefusalError,
    SeatConflictError,
    StrangerError,
)
from portal.domain.jurisdiction import AuthorityTree, Node
from portal.domain.seating import NEVER_AFTER, PAIRS, Held
from portal.domain.staff_vocabulary import StaffStep
from portal.domain.vocabulary import (
    AuthorityKind,
    Duty,
    MotionKind,
    MotionState,
    MotionStep,
    OfficerState,
)

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
PROVINCE, CITY, COUNTY, OTHER, DISCIPLINE = (UUID(int=number) for number in range(1, 6))
OFFICE = AuthorityKind.OFFICE
TREE = AuthorityTree.of(
    [
        Node(PROVINCE, None, OFFICE, "220000"),
        Node(CITY, PROVINCE, OFFICE, "220100"),
        Node(COUNTY, CITY, OFFICE, "220122"),
        Node(OTHER, PROVINCE, OFFICE, "220300"),
        Node(DISCIPLINE, None, AuthorityKind.DISCIPLINE, "220000"),
    ]
)
DESK, FROM = UUID(int=100), UUID(int=101)


def person(authority: UUID, *duties: Duty, desk: UUID | None = None) -> Actor:
    seats = tuple(SeatFacts(desk or uuid4(), authority, duty) for duty in duties)
    return Actor(uuid4(), authority, "x", seats)


GUAN, CUI = (person(CITY, Duty.ADMINISTER) for _ in range(2))
LIN = person(CITY, Duty.INTAKE, desk=DESK)
LIU = person(CITY)


def motion(kind: MotionKind, proposer: Actor | None = GUAN, subject: Actor | None = LIU, **changes) -> MotionFacts:
    made = MotionFacts(
        kind=kind,
        state=MotionState.PROPOSED,
        authority_id=CITY,
        proposer_id=proposer.officer_id if proposer else None,
        officer_id=subject.officer_id if subject else None,
        desk_id=DESK if kind in {MotionKind.SEAT, MotionKind.TURN} else None,
        expires_at=NOW + LIFE,
    )
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("authority", "who", "may"),
    [
        (CITY, GUAN, True),
        (COUNTY, GUAN, True),
        (PROVINCE, GUAN, False),
        (OTHER, GUAN, False),
        (DISCIPLINE, GUAN, False),
        (DISCIPLINE, person(PROVINCE, Duty.ADMINISTER), True),
        (DISCIPLINE, person(DISCIPLINE, Duty.ADMINISTER), True),
        (CITY, person(DISCIPLINE, Duty.ADMINISTER), False),
        (CITY, LIN, False),
    ],
)
def test_an_administrator_acts_for_the_own_authority_and_those_below(authority, who, may) -> None:
    assert administers(TREE, who, authority) is may


@pytest.mark.parametrize("kind", sorted(set(MotionKind) - CASE_KINDS))
def test_nobody_confirms_what_they_proposed_or_what_is_about_themselves(kind: MotionKind) -> None:
    everything = Actor(uuid4(), CITY, "x", (*GUAN.seats, *LIN.seats))
    for facts in (motion(kind, everything), motion(kind, GUAN, everything)):
        with pytest.raises(OwnMotionError):
            admit(TREE, everything, MotionStep.CONFIRM, facts, now=NOW)
        assert MotionStep.CONFIRM not in offered(TREE, everything, facts, now=NOW)


@pytest.mark.parametrize("kind", sorted(CASE_KINDS))
def test_a_step_of_a_case_goes_from_one_desk_to_another_and_is_nobody_elses_to_see(kind: MotionKind) -> None:
    sender, holder, both = (
        Actor(uuid4(), CITY, "x", seats)
        for seats in (
            (SeatFacts(FROM, CITY, Duty.INTAKE),),
            (SeatFacts(DESK, CITY, Duty.LEAD),),
            (SeatFacts(FROM, CITY, Duty.INTAKE), SeatFacts(DESK, CITY, Duty.LEAD)),
        )
    )
    facts = replace(motion(kind, None), desk_id=DESK, from_desk_id=FROM)
    assert admit_proposal(TREE, sender, facts) is Side.SENDER
    with pytest.raises(NotAllowedError):
        admit_proposal(TREE, holder, facts)
    waiting = replace(facts, proposer_id=both.officer_id)
    assert admit(TREE, holder, MotionStep.CONFIRM, waiting, now=NOW) is Side.HOLDER
    with pytest.raises(OwnMotionError):
        admit(TREE, both, MotionStep.CONFIRM, waiting, now=NOW)
    for stranger in (sender, GUAN, person(PROVINCE, Duty.ADMINISTER)):
        with pytest.raises(StrangerError):
            admit(TREE, stranger, MotionStep.SHOW, waiting, now=NOW)


@pytest.mark.parametrize(("kind", "who"), list(product(sorted(set(MotionKind) - CASE_KINDS), [GUAN, CUI, LIN, LIU])))
def test_who_proposes_and_who_confirms_follows_the_table(kind: MotionKind, who: Actor) -> None:
    side = {GUAN: Side.ADMINISTRATOR, CUI: Side.ADMINISTRATOR, LIN: Side.HOLDER, LIU: Side.SUBJECT}[who]
    if side is Side.HOLDER and kind not in {MotionKind.SEAT, MotionKind.TURN}:
        return  # no desk, no holder
    subject = None if kind is MotionKind.TURN else LIU
    proposes, seconds = RULES[kind]
    if side is Side.SUBJECT and subject is None:
        return
    if side in proposes:
        assert admit_proposal(TREE, who, motion(kind, None, subject)) is side
    else:
        with pytest.raises(NotAllowedError):
            admit_proposal(TREE, who, motion(kind, None, subject))
    facts = motion(kind, person(CITY, Duty.ADMINISTER), subject)
    assert (MotionStep.CONFIRM in offered(TREE, who, facts, now=NOW)) == (side in seconds)


def test_a_stranger_does_not_learn_that_it_exists() -> None:
    for step in MotionStep:
        with pytest.raises(StrangerError):
            admit(TREE, person(OTHER, Duty.ADMINISTER), step, motion(MotionKind.CERTIFY), now=NOW)


def test_what_has_ended_or_is_too_old_can_be_seen_and_nothing_else() -> None:
    over = [motion(MotionKind.CERTIFY, state=state) for state in MotionState if state is not MotionState.PROPOSED]
    for facts in (*over, motion(MotionKind.CERTIFY, expires_at=NOW)):
        assert admit(TREE, CUI, MotionStep.SHOW, facts, now=NOW) is Side.ADMINISTRATOR
        for step in (MotionStep.CONFIRM, MotionStep.REFUSE):
            with pytest.raises(IllegalTransitionError):
                admit(TREE, CUI, step, facts, now=NOW)


def test_only_who_proposed_it_withdraws_it() -> None:
    assert admit(TREE, GUAN, MotionStep.WITHDRAW, motion(MotionKind.CERTIFY), now=NOW) is None
    with pytest.raises(NotAllowedError):
        admit(TREE, CUI, MotionStep.WITHDRAW, motion(MotionKind.CERTIFY), now=NOW)


@pytest.mark.parametrize("state", OfficerState)
@pytest.mark.parametrize("certified", [True, False])
def test_whoever_is_not_certified_and_at_work_gets_no_seat(state: OfficerState, *, certified: bool) -> None:
    steps = steps_on(state, certified=certified)
    assert (StaffStep.SEAT in steps) == (state is OfficerState.ACTIVE and certified)
    assert not (state is OfficerState.LEFT and steps)


@pytest.mark.parametrize(("one", "other"), NEVER_AFTER)
def test_two_shares_never_come_to_one_person_where_they_meet(one: Duty, other: Duty) -> None:
    for before, wanted in ((CITY, CITY), (CITY, COUNTY), (COUNTY, CITY), (PROVINCE, COUNTY)):
        with pytest.raises(SeatConflictError):
            seating.require_compatible(TREE, [Held(before, one, now=False)], wanted, other)
    for before, wanted in ((OTHER, CITY), (DISCIPLINE, CITY), (COUNTY, OTHER)):
        seating.require_compatible(TREE, [Held(before, one, now=False)], wanted, other)


class Seating(RuleBasedStateMachine):
    """Two administrators, a holder and a newcomer do whatever the rules let them, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.people = [GUAN, CUI, LIN, LIU]
        self.now = NOW
        self.motions: list[tuple[MotionFacts, UUID | None, Duty]] = []
        self.seats: dict[UUID, list[Held]] = {}

    @rule(who=st.integers(0, 3), about=st.integers(0, 3), kind=st.sampled_from(MotionKind), duty=st.sampled_from(Duty))
    def propose(self, who: int, about: int, kind: MotionKind, duty: Duty) -> None:
        facts = motion(kind, None, self.people[about], expires_at=self.now + LIFE)
        try:
            admit_proposal(TREE, self.people[who], facts)
        except RefusalError:
            return
        self.motions.append((replace(facts, proposer_id=self.people[who].officer_id), None, duty))

    @rule(who=st.integers(0, 3), which=st.integers(0, 30), step=st.sampled_from(MotionStep))
    def act(self, who: int, which: int, step: MotionStep) -> None:
        if not self.motions or step is MotionStep.SHOW:
            return
        at = which % len(self.motions)
        facts, _, duty = self.motions[at]
        held = self.seats.setdefault(facts.officer_id, [])
        try:
            admit(TREE, self.people[who], step, facts, now=self.now)
            if step is MotionStep.CONFIRM and facts.kind is MotionKind.SEAT:
                seating.require_compatible(TREE, held, CITY, duty)
                held.append(Held(CITY, duty, now=True))
        except RefusalError:
            return
        self.motions[at] = (replace(facts, state=countersign.BECOMES[step]), self.people[who].officer_id, duty)

    @rule(who=st.integers(0, 3))
    def leave(self, who: int) -> None:
        officer_id = self.people[who].officer_id
        self.seats[officer_id] = [replace(one, now=False) for one in self.seats.get(officer_id, [])]

    @rule(hours=st.integers(1, 80))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def two_people(self) -> None:
        for facts, seconder, _ in self.motions:
            if facts.state is MotionState.CONFIRMED:
                assert seconder not in {None, facts.proposer_id}
                assert facts.kind is MotionKind.OPEN or seconder != facts.officer_id

    @invariant()
    def nobody_ever_has_both_shares(self) -> None:
        for held in self.seats.values():
            assert not {Duty.LEAD, Duty.CUSTODY} <= {one.duty for one in held}
            now = [one.duty for one in held if one.now]
            assert not any((one, other) in PAIRS for one in now for other in now)


TestSeating = Seating.TestCase
TestSeating.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
