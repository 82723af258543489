"""The same claim, and the same award, twice at the same moment: on PostgreSQL, where writers run side by side."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from portal.domain.award_errors import ClaimError
from portal.domain.award_vocabulary import AwardState, AwardStep
from portal.domain.errors import IllegalTransitionError
from portal.domain.payee import Payee
from portal.domain.vocabulary import LetterKind
from portal.office import claim_names, claims, judging, paying
from portal.office.judging import Judgement
from portal.store.ledger import Entry
from portal.store.payouts import Payout
from portal.store.reports import Letter
from tests import rewards as cast
from tests.racing import Step, meet
from tests.staffing import Staff
from tests.verification import serve
from tests.world import World

pytestmark = pytest.mark.postgresql


def said(world: World, event: str) -> int:
    with world.store.reading() as session:
        return session.scalars(select(func.count()).where(Entry.event == event)).one()


def test_of_two_claims_one_is_paid_and_the_other_is_told(world: World) -> None:
    staff = cast.staffed(Staff(world))
    key, award = cast.proposed(staff)
    cast.grant(staff, award)
    serve(world, key)

    def claiming(payee: Payee) -> Step:
        with world.store.reading() as session:
            sealed = claims.seal(session, world.house, key, payee, now=world.clock())
        return lambda session: claims.claim(session, world.house, key, sealed, now=world.clock())

    another = replace(cast.PAYEE, bank="长春农商银行")
    met = meet(world, claiming(cast.PAYEE), claiming(another))
    assert isinstance(met, ClaimError)
    assert met.why == "again"
    with world.store.reading() as session:
        (row,) = session.scalars(select(Payout)).all()
        claimed = paying.unseal(session, world.house, world.ring("qian"), row)
    assert claimed.payee.bank == cast.PAYEE.bank, "the first stands"
    assert said(world, "payout_claimed") == 1
    world.sign()
    world.verify()


def test_of_many_names_tried_at_once_each_is_counted(world: World) -> None:
    staff = cast.staffed(Staff(world))
    key, award = cast.proposed(staff)
    cast.granted(staff, key, award)
    left: list[int | None] = []

    def trying(name: str) -> Step:
        payee = replace(cast.PAYEE, holder=name)
        return lambda session: left.append(claim_names.attempt(session, world.house, key, payee, now=world.clock()))

    assert meet(world, trying("林某"), trying("高某")) is None
    assert left == [4, 3]
    counts = [one["facts"]["count"] for one in world.entries() if one["event"] == claim_names.REFUSED]
    assert counts == [1, 2]


def test_of_two_who_grant_one_decides_and_signs_the_only_order(world: World) -> None:
    staff = cast.staffed(Staff(world))
    key, award = cast.proposed(staff)

    def granting(who: str) -> Step:
        actor, hands = staff.actor(who), (world.ring(who), staff.cast[who].keys.signing)
        words = Judgement(AwardStep.APPROVE, cast.GRANTED)
        with world.store.reading() as session:
            made = judging.prepare(session, world.house, actor, hands, award, words, now=world.clock())
        return lambda session: judging.decide(session, world.house, actor, award, words, made, now=world.clock())

    met = meet(world, granting("song"), granting("sun"))
    assert isinstance(met, IllegalTransitionError)
    row = cast.award_of(world, key.report_id)
    assert (row.state, row.judge_id) == (AwardState.APPROVED, staff.cast["song"].officer_id)
    with world.store.reading() as session:
        mine = select(Letter.id).where(Letter.report_id == key.report_id, Letter.kind == LetterKind.AWARD)
        assert session.scalars(mine).all() == [row.letter_id]
    assert said(world, "award_approved") == 1
    world.sign()
    world.verify()
