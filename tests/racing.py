"""Two officers, or one in two windows, take a step at the same moment: above all on PostgreSQL, where writers run so.

The first has done everything but commit when the second begins; the second must come to know of it, and leave nothing.
"""

from collections.abc import Callable
from threading import Thread
from time import sleep
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain.alarms import AlarmKind
from portal.domain.errors import RefusalError
from portal.domain.merging import SplitReason
from portal.domain.values import Handover, Order, Watch
from portal.office import (
    alarming,
    assigning,
    blocking,
    casework,
    concluding,
    disputing,
    extending,
    feeding_back,
    merging,
    motions,
    objecting,
    recusing,
    referring,
    splitting,
    supervising,
    suspending,
)
from portal.office.acting import Act
from portal.office.referring import Wish
from portal.office.splitting import Parting
from portal.office.suspending import Pause
from portal.store.cases import Case
from tests import merging as cast_merging
from tests import verification as cast
from tests.casework import WHY, hand_of, propose_block
from tests.clocking import ask_longer, clock_of, plea, taken_up
from tests.disputing import dispute
from tests.office.test_transferring import SIPING, authority, hand
from tests.sending import arrive, newest
from tests.staffing import Staff
from tests.waiting import until
from tests.world import World

Step = Callable[[Session], Any]
Two = tuple[Step, Step]


def meet(world: World, first: Step, second: Step) -> Exception | None:
    """What becomes of the second, which begins before the first is stored."""
    met: list[Exception] = []

    def later() -> None:
        try:
            with world.store.transaction() as session:
                second(session)
        except Exception as error:  # noqa: BLE001 — told to the test
            met.append(error)

    other = Thread(target=later)
    with world.store.transaction() as session:
        first(session)
        session.flush()
        other.start()
        until(lambda: not other.is_alive() or waits(world))
    other.join()
    return met[0] if met else None


def waits(world: World) -> bool:
    """Whether somebody waits for a lock in this database; SQLite does not say, and lets one write at a time."""
    if world.server is None:
        sleep(0.3)
        return True
    said = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND wait_event_type = 'Lock'"
    with world.server.connect(world.database) as connection:
        return bool(connection.execute(said, (world.database,)).fetchone()[0])


def acts(world: World, who: str) -> Callable[[Session], Act]:
    actor = world.actor(who)
    return lambda session: Act(session, world.house, world.clock(), actor)


def who_is(world: World, who: str) -> tuple:
    return world.house, world.actor(who), world.ring(who)


def confirming(world: World, who: str, motion_id: UUID) -> Step:
    act, signed = acts(world, who), hand_of(Staff(world), who)
    return lambda session: motions.confirm(act(session), signed, motion_id)


def settled_twice(world: World) -> Two:
    _, case_id = arrive(world)
    hand(world, case_id)
    dispute(world, "qin", case_id)
    handover = Handover(authority(world, SIPING), WHY, newest(world, case_id))
    who, now = who_is(world, "sheng-lead"), world.clock()
    one: Step = lambda session: disputing.decide(session, *who, case_id, handover, now=now)  # noqa: E731
    return one, one


def recusing_chen(world: World, case_id: UUID) -> Step:
    who, now = who_is(world, "gao"), world.clock()
    said = (world.cast["chen"].officer_id, WHY, newest(world, case_id))
    return lambda session: recusing.recuse(session, *who, case_id, said, now=now)


def kept_out_twice(world: World) -> Two:
    _, case_id = taken_up(world)
    one = recusing_chen(world, case_id)
    return one, one


def given_to_whoever_is_kept_out_meanwhile(world: World) -> Two:
    _, case_id = taken_up(world)
    order = Order(world.cast["chen"].officer_id, "去看安全出口。", False, newest(world, case_id))  # noqa: FBT003
    (house, actor, ring), now = who_is(world, "gao"), world.clock()
    with world.store.reading() as session:
        made = assigning.prepare(session, house, actor, ring, case_id, order, now=now)
    return (
        lambda session: assigning.assign(session, house, actor, case_id, order, made, now=now),
        recusing_chen(world, case_id),
    )


def extended_twice(world: World) -> Two:
    _, case_id = taken_up(world)
    one = confirming(world, "sheng-lead", ask_longer(Staff(world), "gao", case_id))
    return one, one


def extended_and_suspended(world: World) -> Two:
    _, case_id = taken_up(world)
    motion_id = ask_longer(Staff(world), "gao", case_id)
    pause = Pause(clock_of(world, case_id).id, "WAIT_JUDICIAL", newest(world, case_id))
    (house, actor, _), now = who_is(world, "gao"), world.clock()
    return (
        lambda session: suspending.suspend(session, house, actor, case_id, pause, now=now),
        confirming(world, "sheng-lead", motion_id),
    )


def asked_for_twice(world: World) -> Two:
    _, case_id = taken_up(world)
    asked, act, signed = plea(world, case_id), acts(world, "gao"), hand_of(Staff(world), "gao")
    one: Step = lambda session: motions.propose(  # noqa: E731
        act(session), signed, extending.wanted(act(session), case_id, asked)
    )
    return one, one


def concluded_and_handed_over(world: World) -> Two:
    _, case_id = cast.checked(world)
    motion_id = cast.propose(Staff(world), case_id)
    who, now, wish = who_is(world, "lin"), world.clock(), Wish("FIRE", True, WHY, newest(world, case_id))  # noqa: FBT003
    return (
        lambda session: referring.refer(session, *who, case_id, wish, now=now),
        confirming(world, "gao", motion_id),
    )


def concluded_twice(world: World) -> Two:
    _, case_id = cast.checked(world)
    act, signed, seen = acts(world, "chen"), hand_of(Staff(world), "chen"), newest(world, case_id)

    def one(session: Session) -> None:
        wanted = concluding.wanted(act(session), case_id, cast.FACTS, cast.HANDLING, "", seen)
        motions.propose(act(session), signed, wanted)

    return one, one


def taken_up_and_turned_away(world: World) -> Two:
    _, case_id = arrive(world)
    motion_id = propose_block(Staff(world), "lin", case_id)
    ruling, (house, actor, _), now = (
        casework.Ruling("上锁", newest(world, case_id)),
        who_is(world, "lin"),
        world.clock(),
    )
    with world.store.reading() as session:
        made = casework.prepare_acceptance(session, house, actor, case_id, ruling, now=now)
    return (
        lambda session: casework.accept(session, house, actor, case_id, made, now=now),
        confirming(world, "gao", motion_id),
    )


def each_merged_into_the_other(world: World) -> Two:
    pair = [taken_up(world)[1] for _ in range(2)]
    with world.store.reading() as session:
        numbers = [session.get_one(Case, one).number for one in pair]
    (house, actor, _), now = who_is(world, "lin"), world.clock()

    def into(case_id: UUID, number: str) -> Step:
        seen = newest(world, case_id)
        return lambda session: merging.merge(session, house, actor, case_id, number, seen, now=now)

    return into(pair[0], numbers[1]), into(pair[1], numbers[0])


def joined_by(world: World, main_id: UUID) -> UUID:
    """A report that is handled with a case, and that the lead has opened."""
    _, case_id = arrive(world)
    cast_merging.merge(world, "lin", case_id, main_id)
    cast_merging.look_at(world, case_id)
    return case_id


def splitting_off(world: World, case_id: UUID, who: str = "lin") -> Step:
    wish = Parting(case_id, SplitReason.MISTAKEN, WHY, newest(world, case_id))
    signed, now = who_is(world, who), world.clock()
    return lambda session: splitting.split(session, *signed, case_id, wish, now=now)


def concluded_and_split_by_intake(world: World) -> Two:
    _, main_id = cast.checked(world)
    case_id = joined_by(world, main_id)
    return confirming(world, "gao", cast.propose(Staff(world), main_id)), splitting_off(world, case_id)


def split_twice(world: World) -> Two:
    _, main_id = taken_up(world)
    one = splitting_off(world, joined_by(world, main_id))
    return one, one


def split_and_its_main_merged_elsewhere(world: World) -> Two:
    _, main_id = taken_up(world)
    _, other = taken_up(world)
    case_id, (house, actor, _), now = joined_by(world, main_id), who_is(world, "lin"), world.clock()
    with world.store.reading() as session:
        number = session.get_one(Case, other).number or ""
    seen = newest(world, main_id)
    return (
        splitting_off(world, case_id),
        lambda session: merging.merge(session, house, actor, main_id, number, seen, now=now),
    )


def rung_twice(world: World) -> Two:
    _, case_id = arrive(world)
    (house, actor, _), now = who_is(world, "lin"), world.clock()
    one: Step = lambda session: alarming.raise_by_hand(  # noqa: E731
        session, house, actor, case_id, AlarmKind.DANGER, "told", now=now
    )
    return one, one


def watched_twice(world: World) -> Two:
    _, case_id = taken_up(world)
    who, now, watch = who_is(world, "gao"), world.clock(), Watch(WHY, True, False, newest(world, case_id))  # noqa: FBT003
    one: Step = lambda session: supervising.supervise(session, *who, case_id, watch, now=now)  # noqa: E731
    return one, one


def objected_to_in_two_windows(world: World) -> Two:
    key, _ = cast.answered(Staff(world))
    now = world.clock()

    def made() -> Step:
        with world.store.reading() as session:
            prepared = objecting.prepare(session, world.house, key, WHY, now=now)
        return lambda session: objecting.object_to(session, world.house, key, prepared, now=now)

    return made(), made()


def told_twice(world: World) -> Two:
    _, case_id = cast.concluded(Staff(world))
    (house, actor, ring), now, seen = who_is(world, "lin"), world.clock(), newest(world, case_id)

    def made() -> Step:
        with world.store.reading() as session:
            prepared = feeding_back.prepare(session, house, actor, ring, case_id, cast.WORDS, seen, now=now)
        return lambda session: feeding_back.send(session, house, actor, case_id, seen, prepared, now=now)

    return made(), made()


def put_aside_twice(world: World) -> Two:
    _, case_id = arrive(world)
    (house, actor, _), now, seen = who_is(world, "lin"), world.clock(), newest(world, case_id)
    one: Step = lambda session: blocking.put_aside(session, house, actor, case_id, seen, now=now)  # noqa: E731
    return one, one


def require_one(world: World, two: Callable[[World], Two]) -> None:
    """Of two steps that exclude each other one is taken, the other refused in the office's words."""
    met = meet(world, *two(world))
    assert isinstance(met, RefusalError), met
    world.sign()
    world.verify()


SHORT = (
    settled_twice,
    given_to_whoever_is_kept_out_meanwhile,
    each_merged_into_the_other,
    objected_to_in_two_windows,
    concluded_and_split_by_intake,
)
LONG = (
    kept_out_twice,
    extended_twice,
    extended_and_suspended,
    asked_for_twice,
    concluded_and_handed_over,
    concluded_twice,
    taken_up_and_turned_away,
    rung_twice,
    split_twice,
    split_and_its_main_merged_elsewhere,
    watched_twice,
    told_twice,
    put_aside_twice,
)
