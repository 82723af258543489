"""The lists of rewards and of payments: what waits, what is late, filters kept, thousands by few statements."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from portal.domain.audit import REPORTER, hour_of
from portal.domain.award_vocabulary import AwardState, AwardView, PayoutState, PayoutView
from portal.office import award_lists, payout_lists
from portal.office.keyring import ReporterKey
from portal.office.paging import Place, Window
from portal.office.recording import Draft, record
from portal.store.payouts import Payout
from tests import rewards as cast
from tests.rewards import award_of, claim, granted, proposed, refuse
from tests.staffing import Staff
from tests.world import World

pytestmark = [pytest.mark.sqlite, pytest.mark.reward("proposed")]
MANY, HUNDREDS = 1000, 200
REWARDS, PAYOUTS = "/review/rewards", "/review/payouts"


@contextmanager
def statements(world: World) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(world.store.engine, "before_cursor_execute", note)
    yield asked
    event.remove(world.store.engine, "before_cursor_execute", note)


def multiply(world: World, table: str, row_id: UUID, ids: list[UUID], **changes: list[object]) -> None:
    """The same row many times over, under other ids."""
    with world.store.transaction() as session:
        connection = session.connection()
        row = connection.execute(text(f"SELECT * FROM {table} WHERE id = :id"), {"id": row_id.bytes}).mappings().one()
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        made = [
            {**row, "id": one.bytes, **{name: each[at] for name, each in changes.items()}} for at, one in enumerate(ids)
        ]
        connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({values})"), made)


def awards_of(staff: Staff, wanted: award_lists.Wanted, window: Window, who: str = "song") -> award_lists.AwardList:
    world = staff.world
    with world.store.reading() as session:
        return award_lists.listed(session, world.house, staff.actor(who), "zh-Hans", wanted, window, now=world.clock())


def payouts_of(staff: Staff, wanted: payout_lists.Wanted, window: Window) -> payout_lists.PayoutList:
    world = staff.world
    with world.store.reading() as session:
        return payout_lists.listed(
            session, world.house, staff.actor("qian"), "zh-Hans", wanted, window, now=world.clock()
        )


def test_thousands_of_rewards_come_page_by_page_each_once_by_as_many_statements(
    staff: Staff, world: World, key: ReporterKey, award: UUID
) -> None:
    refuse_all = award_lists.Wanted(AwardView.ALL)
    awards_of(staff, refuse_all, Window())
    with statements(world) as one:
        awards_of(staff, refuse_all, Window())
    row, motions = award_of(world, key.report_id), [uuid4() for _ in range(MANY)]
    multiply(world, "motions", row.motion_id, motions)
    made = [(world.clock() - timedelta(minutes=at)).strftime("%Y-%m-%d %H:%M:%S.%f") for at in range(MANY)]
    states: list[object] = ["returned"] * MANY
    multiply(
        world,
        "awards",
        award,
        [uuid4() for _ in range(MANY)],
        state=states,
        motion_id=[motion.bytes for motion in motions],
        made_at=made,
    )
    with statements(world) as many:
        found = awards_of(staff, refuse_all, Window())
    assert len(many) == len(one)
    assert (found.before, len(found.lines), found.counts[AwardView.ALL]) == (None, 50, 1001)
    seen = [one.id for one in found.lines]
    while found.after:
        found = awards_of(staff, refuse_all, Window(after=Place.parse(found.after)))
        seen += [one.id for one in found.lines]
    assert len(seen) == len(set(seen)) == MANY + 1
    back = awards_of(staff, refuse_all, Window(before=Place.parse(found.before)))
    assert [one.id for one in back.lines] == seen[-51 - (MANY + 1) % 50 + 1 : -1][:50]


def test_hundreds_of_payments_too(staff: Staff, world: World, key: ReporterKey, award: UUID) -> None:
    reference = granted(staff, key, award)
    claim(world, key)
    payouts_of(staff, payout_lists.Wanted(), Window())
    with statements(world) as one:
        payouts_of(staff, payout_lists.Wanted(), Window())
    with world.store.transaction() as session:
        first = session.get_one(Payout, reference)
        drafts = [_claimed(session, first, at, world) for at in range(HUNDREDS)]
        record(session, world.house.entry_key, *drafts)
    with statements(world) as many:
        found = payouts_of(staff, payout_lists.Wanted(), Window())
    assert len(many) == len(one)
    assert (len(found.lines), found.counts[PayoutView.OPEN], found.unlisted) == (50, HUNDREDS + 1, ())
    days = [one.claimed_on for one in found.lines]
    assert days == sorted(days), "whoever waits longest comes first"
    found = payouts_of(staff, payout_lists.Wanted(), Window(after=Place.parse(found.after)))
    assert days[-1] <= found.lines[0].claimed_on
    assert found.before is not None


def _claimed(session: Session, row: Payout, at: int, world: World) -> Draft:
    """Another payment like it, with an entry of its own."""
    kept = ("desk_id", "state", "desk_epoch_id", "wrapped", "body", "code", "tries", "tried_at")
    days = row.claimed_on - timedelta(days=at % 30)
    made = Payout(id=uuid4(), claimed_on=days, **{name: getattr(row, name) for name in kept})
    draft = Draft("payout_claimed", hour_of(world.clock()), REPORTER, ("payouts", made.id))
    draft.names(made)
    session.add(made)
    return draft


def test_what_waits_is_for_whoever_may_judge_it_and_what_came_back_for_whoever_proposed_it(staff: Staff) -> None:
    waiting = award_lists.Wanted(AwardView.WAITING)
    first = awards_of(staff, waiting, Window()).lines
    key, award_id = proposed(staff, facts=cast.NOT_FIRST)
    assert [one.id for one in awards_of(staff, waiting, Window()).lines] == [first[0].id, award_id]
    assert awards_of(staff, waiting, Window(), "gao").lines == ()
    refuse(staff, award_id)
    cast.verification.serve(staff.world, key)
    cast.contest(staff.world, key)
    assert awards_of(staff, waiting, Window()).lines == first, "whoever refused does not decide again"
    assert len(awards_of(staff, waiting, Window(), "sun").lines) == 2
    cast.send_back(staff, award_id, "sun")
    assert [one.state for one in awards_of(staff, waiting, Window(), "gao").lines] == [AwardState.RETURNED]


def test_a_grant_whose_reporter_was_not_reached_in_time_is_late(staff: Staff, award: UUID) -> None:
    cast.grant(staff, award)
    late = award_lists.Wanted(AwardView.LATE)
    assert awards_of(staff, late, Window()).lines == ()
    staff.world.clock.forward(days=30)
    (line,) = awards_of(staff, late, Window()).lines
    assert (line.id, line.late) == (award, True)


def test_a_filter_narrows_and_is_kept_on_the_way_back(staff: Staff, award: UUID) -> None:
    song = staff.at("song")
    month = f"{staff.world.clock():%Y-%m}"
    assert str(award) in song.get(f"{REWARDS}?view=all&state=submitted&month={month}").text
    song.get(f"{REWARDS}/{award}")
    back = re.search(r'<a href="([^"]*)">回到奖励', song.last)[1]
    assert back == f"{REWARDS}?view=all&amp;state=submitted&amp;month={month}"
    for query in ("state=refused", "month=2001-01", "view=late"):
        assert str(award) not in song.get(f"{REWARDS}?{query}").text
    assert str(award) in song.get(f"{REWARDS}?state=nothing&month=x&office=y&after=z").text
    song.post("/review/logout")
    assert song.client.get_cookie("__Host-rewards", domain="localhost") is None


def test_payments_are_narrowed_by_state_and_by_whose_turn_it_is(staff: Staff, key: ReporterKey, award: UUID) -> None:
    reference = granted(staff, key, award)
    claim(staff.world, key)
    hand = staff.hand("qian")
    with staff.act("qian") as act:
        cast.motions.propose(act, hand, cast.paying.wanted(act, reference))
    for who, there in (("qian", False), ("zhao", True)):
        assert (str(reference) in staff.at(who).get(f"{PAYOUTS}?view=mine").text) == there
    qian = staff.at("qian")
    assert str(reference) not in qian.get(f"{PAYOUTS}?state={PayoutState.PAID}").text
    assert str(reference) not in qian.get(f"{PAYOUTS}?view=late").text
    staff.world.clock.forward(days=15)
    assert str(reference) in staff.at("qian").get(f"{PAYOUTS}?view=late").text
