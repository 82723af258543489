"""Time limits of a case, as the cast changes them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from portal.domain import clocks
from portal.domain.audit import Party
from portal.domain.vocabulary import ActorKind, ClockState, Duty
from portal.office import deadlines, extending, motions, suspending, timing
from portal.office.batch import Batch
from portal.office.extending import Plea
from portal.office.recording import Draft, record
from portal.office.suspending import Pause
from portal.store.cases import Case, Clock
from tests.casework import hand_of
from tests.sending import accept, arrive, newest
from tests.staffing import Staff
from tests.world import World

WORDS = "要等检测站的报告"


def taken_up(world: World, **changes: object) -> tuple[object, UUID]:
    """A report that 林 took up: its reporter's key and its case."""
    key, case_id = arrive(world, **changes)
    accept(world, "lin", case_id)
    return key, case_id


def clock_of(world: World, case_id: UUID, rule: str = "C05") -> Clock:
    """The clock of a case that stands."""
    wanted = select(Clock).where(Clock.case_id == case_id, Clock.rule == rule)
    with world.store.reading() as session:
        return session.scalars(wanted.where(Clock.state != ClockState.SUPERSEDED)).one()


def due_day(world: World, case_id: UUID, rule: str = "C05") -> str:
    """Its last day in Shanghai."""
    return clock_of(world, case_id, rule).due_at.astimezone(clocks.SHANGHAI).date().isoformat()


def case_due(world: World, case_id: UUID) -> datetime | None:
    """By when the queue looks at the case."""
    with world.store.reading() as session:
        return session.get_one(Case, case_id).due_at


def plea(world: World, case_id: UUID, by: int = 20, reason: str = "EXPERT_TEST", words: str = WORDS) -> Plea:
    return Plea(clock_of(world, case_id).id, by, reason, words, newest(world, case_id))


def ask_longer(staff: Staff, who: str, case_id: UUID, by: int = 20, reason: str = "EXPERT_TEST") -> UUID:
    """Somebody proposes to extend the clock of verification."""
    asked = plea(staff.world, case_id, by, reason)
    with staff.act(who) as act:
        return motions.propose(act, hand_of(staff, who), extending.wanted(act, case_id, asked))


def suspend(world: World, who: str, case_id: UUID, reason: str = "WAIT_JUDICIAL", *, seen: int | None = None) -> None:
    pause = Pause(clock_of(world, case_id).id, reason, newest(world, case_id) if seen is None else seen)
    with world.store.transaction() as session:
        suspending.suspend(session, world.house, world.actor(who), case_id, pause, now=world.clock())


def resume(world: World, who: str, case_id: UUID) -> None:
    clock_id, seen = clock_of(world, case_id).id, newest(world, case_id)
    with world.store.transaction() as session:
        suspending.resume(session, world.house, world.actor(who), case_id, clock_id, seen, now=world.clock())


def start_clock(world: World, case_id: UUID, rule: str) -> None:
    """A clock of another rule, as a step of its own starts it; the entry beside it says of a letter."""
    with world.store.transaction() as session:
        case, now = session.get_one(Case, case_id), world.clock()
        party = Party(ActorKind.OFFICER, world.cast["lin"].officer_id, case.authority_id, Duty.INTAKE)
        batch, draft = Batch(), Draft("wrote", now, party, ("cases", case.id), {"position": 1, "kind": "message"})
        timing.start(world.house, batch, draft, rule, now=now, started_at=now, case_id=case_id)
        batch.insert(session)
        record(session, world.house.entry_key, draft)


def tick(world: World) -> int:
    """What `portal tick` does to clocks, until nothing is left."""
    done = 0
    while True:
        with world.store.transaction() as session:
            found = deadlines.tick(session, world.house, now=world.clock())
        done += found
        if found < deadlines.BATCH:
            return done
