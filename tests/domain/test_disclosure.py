"""Three people, in this order, each once: no other way leads to a field."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from portal.domain import disclosure, withholding
from portal.domain.access import Actor, SeatFacts
from portal.domain.disclosure import DisclosureFacts, Part
from portal.domain.errors import (
    ConsentError,
    EnoughError,
    FieldsError,
    IllegalTransitionError,
    LapsedError,
    NotAllowedError,
    RefusalError,
    SamePersonError,
    StrangerError,
    TermsError,
)
from portal.domain.vocabulary import DisclosureState, DisclosureStep, Duty, IdentityField

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
INTAKE, LEAD, CUSTODY = uuid4(), uuid4(), uuid4()
DESKS = {Duty.INTAKE: INTAKE, Duty.LEAD: LEAD, Duty.CUSTODY: CUSTODY}


def actor(*duties: Duty) -> Actor:
    office = uuid4()
    return Actor(uuid4(), office, "someone", tuple(SeatFacts(DESKS[duty], office, duty) for duty in duties))


LIN, GAO, HE = actor(Duty.INTAKE), actor(Duty.LEAD), actor(Duty.CUSTODY)
BOTH = actor(Duty.INTAKE, Duty.LEAD)  # a small office: the same person takes in and leads
ASKED = DisclosureFacts(DisclosureState.ASKED, NOW + timedelta(hours=72), LIN.officer_id, INTAKE, LEAD, CUSTODY)
LIFTED = replace(ASKED, state=DisclosureState.LIFTED, lifter_id=GAO.officer_id)
RELEASED = replace(LIFTED, state=DisclosureState.RELEASED, releaser_id=HE.officer_id)


def test_each_takes_the_step_that_is_theirs() -> None:
    for who, step, facts, part in (
        (GAO, DisclosureStep.LIFT, ASKED, Part.LEAD),
        (GAO, DisclosureStep.REFUSE, ASKED, Part.LEAD),
        (HE, DisclosureStep.RELEASE, LIFTED, Part.CUSTODIAN),
        (HE, DisclosureStep.REFUSE, LIFTED, Part.CUSTODIAN),
        (LIN, DisclosureStep.READ, RELEASED, Part.REQUESTER),
        (LIN, DisclosureStep.CLOSE, ASKED, Part.REQUESTER),
    ):
        assert disclosure.admit(who, step, facts, now=NOW) is part


@pytest.mark.parametrize("step", DisclosureStep)
@pytest.mark.parametrize("facts", [ASKED, LIFTED, RELEASED])
def test_what_is_offered_is_what_is_admitted(step: DisclosureStep, facts: DisclosureFacts) -> None:
    for who in (LIN, GAO, HE, BOTH):
        try:
            disclosure.admit(who, step, facts, now=NOW)
            admitted = step is not DisclosureStep.SHOW
        except RefusalError:
            admitted = False
        assert (step in disclosure.offered(who, facts, now=NOW)) == admitted


def test_to_anybody_else_there_is_no_such_request() -> None:
    elsewhere = Actor(uuid4(), uuid4(), "qin", (SeatFacts(uuid4(), uuid4(), Duty.LEAD),))
    for step in DisclosureStep:
        with pytest.raises(StrangerError):
            disclosure.admit(elsewhere, step, ASKED, now=NOW)


def test_who_has_left_the_desk_reads_nothing_of_what_they_asked_for() -> None:
    with pytest.raises(StrangerError):
        disclosure.admit(replace(LIN, seats=()), DisclosureStep.READ, RELEASED, now=NOW)


def test_who_asked_does_not_lift_though_they_lead() -> None:
    own = replace(ASKED, requester_id=BOTH.officer_id)
    with pytest.raises(SamePersonError):
        disclosure.admit(BOTH, DisclosureStep.LIFT, own, now=NOW)


def test_before_its_turn_after_its_time_and_by_another_nothing_is_done() -> None:
    with pytest.raises(IllegalTransitionError):
        disclosure.admit(HE, DisclosureStep.RELEASE, ASKED, now=NOW)
    with pytest.raises(NotAllowedError):
        disclosure.admit(GAO, DisclosureStep.READ, RELEASED, now=NOW)
    with pytest.raises(LapsedError):
        disclosure.admit(LIN, DisclosureStep.READ, RELEASED, now=RELEASED.expires_at)


def test_after_the_tick_has_come_a_request_says_that_its_time_is_over() -> None:
    lapsed = replace(RELEASED, state=DisclosureState.LAPSED)
    with pytest.raises(LapsedError):
        disclosure.admit(LIN, DisclosureStep.READ, lapsed, now=lapsed.expires_at)


def test_whose_turn_it_is_has_a_step_and_nobodys_turn_has_none() -> None:
    assert disclosure.TURNS.keys() == disclosure.OPEN
    for state, part in disclosure.TURNS.items():
        assert part in {who for (at, _), who in disclosure.PERFORMERS.items() if at is state}


@pytest.mark.parametrize(("withdrawn", "given", "heard"), [(False, (), 1), (True, ("name",), 1), (True, (), 0)])
def test_a_reporter_speaks_as_long_as_they_are_there_or_something_of_their_name_is(withdrawn, given, heard) -> None:
    assert disclosure.may_state(withdrawn=withdrawn, given=given) == bool(heard)
    if heard:
        disclosure.require_statable(withdrawn=withdrawn, given=given, stated=disclosure.STATEMENTS - 1)
        with pytest.raises(EnoughError):
            disclosure.require_statable(withdrawn=withdrawn, given=given, stated=disclosure.STATEMENTS)
    else:
        with pytest.raises(IllegalTransitionError):
            disclosure.require_statable(withdrawn=withdrawn, given=given, stated=0)


def test_every_step_leads_on_from_a_state_and_is_somebodys() -> None:
    assert disclosure.TRANSITIONS.keys() == disclosure.PERFORMERS.keys()
    assert DisclosureState.LAPSED not in disclosure.OPEN
    with pytest.raises(IllegalTransitionError):
        disclosure.advance(DisclosureState.REFUSED, DisclosureStep.LIFT)


@pytest.mark.parametrize(
    ("asked", "hours"),
    [
        ((), 4),
        ((IdentityField.NAME, IdentityField.PHONE), 4),
        ((IdentityField.EMAIL,), 4),
        ((IdentityField.PHONE,), 0),
        ((IdentityField.PHONE,), 5),
    ],
)
def test_a_reason_reaches_so_far_and_no_further(asked: tuple[IdentityField, ...], hours: int) -> None:
    reach = {"reach": (IdentityField.PHONE, IdentityField.EMAIL), "most": 4, "given": (IdentityField.PHONE,)}
    disclosure.require_fitting((IdentityField.PHONE,), 4, **reach)
    with pytest.raises(FieldsError):
        disclosure.require_fitting(asked, hours, **reach)


@pytest.mark.parametrize("step", [DisclosureStep.LIFT, DisclosureStep.RELEASE, DisclosureStep.READ])
def test_where_the_reporter_must_agree_nothing_leads_on_without_it(step: DisclosureStep) -> None:
    who, facts = {
        DisclosureStep.LIFT: (GAO, ASKED),
        DisclosureStep.RELEASE: (HE, LIFTED),
        DisclosureStep.READ: (LIN, RELEASED),
    }[step]
    disclosure.admit(who, step, facts, now=NOW)
    with pytest.raises(ConsentError):
        disclosure.admit(who, step, replace(facts, agreed=False), now=NOW)


def test_a_reporter_answers_once_before_their_last_day_and_takes_a_yes_back_while_it_stands() -> None:
    by, until = NOW + disclosure.CONSENT_WITHIN, disclosure.lapses_at(NOW, by_consent=True)
    assert until == by + disclosure.DECIDED_WITHIN
    for state in DisclosureState:
        asked = state is DisclosureState.ASKED
        assert disclosure.may_agree(state, by, (), now=by - timedelta(seconds=1)) == asked
        assert not disclosure.may_agree(state, by, (), now=by)
        assert not disclosure.may_agree(state, by, (False,), now=NOW)
        standing = state in disclosure.OPEN
        assert disclosure.may_revoke(state, until, (True,), now=by) == standing
        assert not disclosure.may_revoke(state, until, (True, False), now=by)
        assert not disclosure.may_revoke(state, until, (True,), now=until)


class Requests(RuleBasedStateMachine):
    """Whoever tries whatever, in any order, with any seats: a reading was led to by three people.

    Where the reporter must agree they did, and still do. What is withheld from them is told in time, and before that
    nothing of it is, whatever is done; with a second person's yes, that there is one.
    """

    people = tuple(
        actor(*duties)
        for duties in (
            (Duty.INTAKE,),
            (Duty.INTAKE,),
            (Duty.LEAD,),
            (Duty.LEAD,),
            (Duty.CUSTODY,),
            (Duty.CUSTODY,),
            (Duty.INTAKE, Duty.LEAD),
            (Duty.INTAKE, Duty.CUSTODY),
            (Duty.INTAKE, Duty.LEAD, Duty.CUSTODY),  # no table of ours lets anybody be this
        )
    )

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.facts: DisclosureFacts | None = None
        self.done: list[tuple[DisclosureStep | None, object]] = []
        self.readers: set[object] = set()
        self.asked_at = NOW
        self.said: list[bool] | None = None  # by the reporter, where they must agree
        self.days: int | None = None  # withheld, where a law says so
        self.deceived = False

    @rule(
        who=st.sampled_from(people),
        terms=st.sampled_from(["plain", "consent", "order"]),
        days=st.integers(-1, 120) | st.none(),
    )
    def ask(self, who: Actor, terms: str, days: int | None) -> None:
        if self.facts is not None or not who.desks(Duty.INTAKE):
            return
        try:
            withholding.require_fitting(days, deferrable=terms == "order")
        except TermsError:
            assert days is not None
            assert terms != "order" or not 1 <= days <= 90
            return
        until = disclosure.lapses_at(self.now, by_consent=terms == "consent")
        self.facts = DisclosureFacts(
            DisclosureState.ASKED, until, who.officer_id, INTAKE, LEAD, CUSTODY, agreed=terms != "consent"
        )
        self.asked_at, self.days = self.now, days
        self.said = [] if terms == "consent" else None
        self.done = [(None, who.officer_id)]

    @rule(agreed=st.booleans())
    def say(self, *, agreed: bool) -> None:
        """The reporter answers, or takes it back."""
        if self.facts is None or self.said is None:
            return
        by = self.asked_at + disclosure.CONSENT_WITHIN
        if disclosure.may_agree(self.facts.state, by, self.said, now=self.now) or (
            not agreed and disclosure.may_revoke(self.facts.state, self.facts.expires_at, self.said, now=self.now)
        ):
            self.said.append(agreed)
            state = self.facts.state if agreed else DisclosureState.CLOSED
            self.facts = replace(self.facts, state=state, agreed=disclosure.agrees(self.said))

    @rule(who=st.sampled_from(people), step=st.sampled_from([*DisclosureStep]))
    def try_(self, who: Actor, step: DisclosureStep) -> None:
        if self.facts is None or step is DisclosureStep.SHOW:
            return
        try:
            disclosure.admit(who, step, self.facts, now=self.now)
        except RefusalError:
            return
        changes: dict[str, object] = {"state": disclosure.advance(self.facts.state, step)}
        if step is DisclosureStep.LIFT:
            changes["lifter_id"] = who.officer_id
        if step is DisclosureStep.RELEASE:
            changes |= {"releaser_id": who.officer_id, "expires_at": self.now + timedelta(hours=24)}
        if step in {DisclosureStep.LIFT, DisclosureStep.RELEASE, DisclosureStep.READ} and self.said is not None:
            self.deceived |= not self.said or not self.said[-1]
        if step is DisclosureStep.READ:
            self.readers.add(who.officer_id)
        self.facts = replace(self.facts, **changes)
        self.done.append((step, who.officer_id))

    @rule(hours=st.integers(1, 80))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @invariant()
    def no_lock_opens_without_the_reporter_where_they_must_agree(self) -> None:
        assert not self.deceived

    @invariant()
    def what_is_withheld_is_told_on_its_day_and_nothing_of_it_before(self) -> None:
        if self.days is None:
            return
        agreed = any(step is DisclosureStep.LIFT for step, _ in self.done)
        told = withholding.told_at(self.asked_at, self.days, agreed=agreed)
        assert self.asked_at < told <= self.asked_at + timedelta(days=90)
        assert agreed or told <= self.asked_at + disclosure.DECIDED_WITHIN
        if self.readers:
            assert told == withholding.opens_at(self.asked_at, self.days)

    @invariant()
    def whoever_reads_was_let_by_two_others(self) -> None:
        if not self.readers:
            return
        (asker,) = {who for step, who in self.done if step is None}
        (lifter,) = {who for step, who in self.done if step is DisclosureStep.LIFT}
        (releaser,) = {who for step, who in self.done if step is DisclosureStep.RELEASE}
        assert len({asker, lifter, releaser}) == 3
        assert self.readers == {asker}


TestRequests = Requests.TestCase
TestRequests.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
