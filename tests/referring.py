"""What is handed to bodies outside, as the cast does it; and the time limits that ask for it."""

from uuid import UUID

from portal.domain.audit import SYSTEM, written
from portal.domain.case_vocabulary import ReferralStep
from portal.office import referral_sheets, referring, timing
from portal.office.batch import Batch
from portal.office.recording import Draft, record
from portal.office.referring import Wish
from portal.office.triage_sheets import ReferralSheet
from portal.store.cases import Case
from tests.sending import newest
from tests.world import World

WORDS = "地下二层东侧有一处安全出口被锁，请依法检查。"


def hand_over(world: World, case_id: UUID, body: str = "FIRE", who: str = "lin") -> UUID:
    """A whole matter: asked for, agreed to by the lead, handed over."""
    referral_id = refer(world, who, case_id, body)
    go_on(world, "gao", case_id, referral_id, ReferralStep.AGREE)
    go_on(world, who, case_id, referral_id, ReferralStep.HAND_OVER)
    return referral_id


def refer(
    world: World, who: str, case_id: UUID, body: str = "FIRE", *, whole: bool = True, seen: int | None = None
) -> UUID:
    """Somebody hands a part over, or asks to hand over the whole."""
    wish = Wish(body, whole, WORDS, newest(world, case_id) if seen is None else seen)
    actor, ring = world.actor(who), world.ring(who)
    with world.store.transaction() as session:
        return referring.refer(session, world.house, actor, ring, case_id, wish, now=world.clock())


def go_on(world: World, who: str, case_id: UUID, referral_id: UUID, step: ReferralStep, words: str = "") -> None:
    """What became of it."""
    actor, ring, taken = world.actor(who), world.ring(who), (step, words, newest(world, case_id))
    with world.store.transaction() as session:
        referring.step(session, world.house, actor, ring, case_id, referral_id, taken, now=world.clock())


def slip(world: World, who: str, case_id: UUID, referral_id: UUID) -> ReferralSheet:
    """Somebody looks at the slip."""
    world.sign()
    actor, ring, now = world.actor(who), world.ring(who), world.clock()
    with world.store.transaction() as session:
        return referral_sheets.show(session, world.house, actor, ring, case_id, referral_id, "zh-Hans", now=now)


def must_tell(world: World, case_id: UUID, rule: str) -> None:
    """A time limit starts by which somebody outside is told: C07 of a death, C10 of a concealment."""
    with world.store.transaction() as session:
        case, batch, now = session.get_one(Case, case_id), Batch(), world.clock()
        draft = Draft("late", now, SYSTEM, ("cases", case_id), authority_id=case.authority_id)
        due = timing.start(world.house, batch, draft, rule, now=now, started_at=now, case_id=case_id)
        draft.facts = {"rule": rule, "due": written(due.due_at)}
        batch.insert(session)
        record(session, world.house.entry_key, draft)
