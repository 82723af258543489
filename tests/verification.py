"""Verification as the cast does it, without a browser: Chen checks, Gao agrees, Lin tells, the province looks again."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from portal.domain import clocks, values
from portal.domain.conclusions import Order, Penalty, Review
from portal.domain.paper_vocabulary import (
    Eligible,
    Known,
    Outcome,
    PenaltyFor,
    PenaltyKind,
    PenaltyStatus,
    Target,
    Verdict,
)
from portal.domain.papers import Paper
from portal.domain.verification import Finding, Plan, Visit
from portal.domain.vocabulary import Duty
from portal.office import (
    assigning,
    case_file,
    closing,
    concluding,
    feeding_back,
    filing,
    founding,
    mailbox,
    motions,
    objecting,
    reexamining,
    returning,
    reviewing,
)
from portal.office.case_file import FileSheet
from portal.office.keyring import ReporterKey
from tests.casework import confirm_step, hand_of
from tests.office.test_assigning import assign
from tests.sending import accept, arrive, newest
from tests.staffing import Staff
from tests.world import PASSWORD, Member, World

TODAY = date(2026, 3, 2)
FACTS, HANDLING = "出口上锁，钥匙在商户手里。", "当场打开，处罚五千元。"
WORDS = (FACTS, HANDLING, Eligible.LATER, "处罚决定生效以后再定。")
WHY = "我去看过，锁又挂上了。"


def plan(**changes: Any) -> Plan:
    said: dict[str, Any] = {
        "items": ("出口上锁", "通道堆物"),
        "on": TODAY,
        "officers": ("陈", "刘"),
        "hidden": "按月度检查的名义去，整条街都查。",
        "announced": False,
    }
    return Plan(**{**said, **changes})


def visit(**changes: Any) -> Visit:
    said: dict[str, Any] = {
        "on": TODAY,
        "announced": False,
        "across": False,
        "place": "地下二层东侧",
        "officers": ("陈", "刘"),
        "seen": "6 号出口挂着铁链。",
        "evidence": (),
    }
    return Visit(**{**said, **changes})


def finding(item: int = 1, outcome: Outcome = Outcome.SUBSTANTIATED, **changes: Any) -> Finding:
    said: dict[str, Any] = {"facts": FACTS, "evidence": (), "known": Known.NO, "known_by": ""}
    return Finding(item, outcome, **{**said, **changes})


def penalty(**changes: Any) -> Penalty:
    said: dict[str, Any] = {
        "number": "长防罚字〔2026〕1号",
        "body": "长春市人防办",
        "decided_on": TODAY,
        "fen": 500_000,
        "against": Target.UNIT,
        "takes": PenaltyKind.FINE,
        "reason": PenaltyFor.HAZARD,
        "status": PenaltyStatus.EFFECTIVE,
    }
    return Penalty(**{**said, **changes})


def file(world: World, who: str, case_id: UUID, paper: Paper, about_id: UUID | None = None) -> None:
    actor, ring = world.actor(who), world.ring(who)
    with world.store.reading() as session:
        made = filing.prepare(session, world.house, actor, ring, case_id, paper, now=world.clock(), about_id=about_id)
    with world.store.transaction() as session:
        filing.file(session, world.house, actor, case_id, made)


def look(world: World, who: str, case_id: UUID) -> FileSheet:
    world.sign()
    with world.store.transaction() as session:
        return case_file.open_file(session, world.house, world.actor(who), world.ring(who), case_id, now=world.clock())


def assigned(world: World, *, narrative: bool = False, **changes: Any) -> tuple[ReporterKey, UUID]:
    """A report that Chen is to check."""
    key, case_id = arrive(world, **changes)
    accept(world, "lin", case_id)
    assign(world, case_id, narrative=narrative)
    return key, case_id


def checked(world: World, **changes: Any) -> tuple[ReporterKey, UUID]:
    """One that Chen has checked: a plan, a visit, a finding for each allegation."""
    key, case_id = arrive(world, **changes)
    work(world, case_id)
    return key, case_id


def work(world: World, case_id: UUID) -> None:
    """Taken up, assigned and checked."""
    accept(world, "lin", case_id)
    assign(world, case_id)
    today = clocks.day_of(world.clock())
    for paper in (plan(on=today), visit(on=today), finding(1), finding(2, Outcome.UNSUBSTANTIATED)):
        file(world, "chen", case_id, paper)


def propose(staff: Staff, case_id: UUID, who: str = "chen", *, unvisited: str = "", seen: int | None = None) -> UUID:
    newest_seen = newest(staff.world, case_id) if seen is None else seen
    with staff.act(who) as act:
        wanted = concluding.wanted(act, case_id, FACTS, HANDLING, unvisited, newest_seen)
        return motions.propose(act, hand_of(staff, who), wanted)


def concluded(staff: Staff, **changes: Any) -> tuple[ReporterKey, UUID]:
    key, case_id = checked(staff.world, **changes)
    confirm_step(staff, "gao", propose(staff, case_id))
    return key, case_id


def send_back(staff: Staff, who: str, motion_id: UUID, words: str = "通道那一项没有照片。") -> None:
    with staff.act(who) as act:
        returning.send_back(act, hand_of(staff, who), motion_id, words)


def feed_back(world: World, case_id: UUID, who: str = "lin") -> None:
    actor, ring, seen = world.actor(who), world.ring(who), newest(world, case_id)
    with world.store.reading() as session:
        made = feeding_back.prepare(session, world.house, actor, ring, case_id, WORDS, seen, now=world.clock())
    with world.store.transaction() as session:
        feeding_back.send(session, world.house, actor, case_id, seen, made, now=world.clock())


def serve(world: World, key: ReporterKey) -> None:
    with world.store.transaction() as session:
        mailbox.serve(session, world.house, key, now=world.clock())


def answered(staff: Staff, **changes: Any) -> tuple[ReporterKey, UUID]:
    """One that was concluded, and whose reporter has read so."""
    key, case_id = concluded(staff, **changes)
    feed_back(staff.world, case_id)
    serve(staff.world, key)
    return key, case_id


def order(world: World, case_id: UUID, who: str = "chen", until: date = date(2026, 3, 20)) -> None:
    actor, ring, seen = world.actor(who), world.ring(who), newest(world, case_id)
    said = Order("锁拆掉，钥匙交值班室。", until)
    with world.store.reading() as session:
        made = filing.prepare_order(session, world.house, actor, ring, case_id, said, seen, now=world.clock())
    with world.store.transaction() as session:
        filing.order(session, world.house, actor, case_id, seen, made)


def close(world: World, case_id: UUID, who: str = "gao", why: str = "") -> None:
    actor, ring, seen = world.actor(who), world.ring(who), newest(world, case_id)
    with world.store.reading() as session:
        made = closing.prepare(session, world.house, actor, ring, case_id, why, seen, now=world.clock())
    with world.store.transaction() as session:
        closing.close(session, world.house, actor, case_id, seen, made, now=world.clock())


def object_to(world: World, key: ReporterKey, words: str = WHY) -> None:
    with world.store.reading() as session:
        made = objecting.prepare(session, world.house, key, words, now=world.clock())
    with world.store.transaction() as session:
        objecting.object_to(session, world.house, key, made, now=world.clock())


def seat(staff: Staff, *names: str, duty: Duty = Duty.INVESTIGATE, code: str = "office-220000") -> None:
    """Investigators more, at the province unless it says otherwise."""
    world = staff.world
    with world.store.transaction() as session:
        founder = replace(world.founder(session), pepper=world.house.pepper)
        for name in names:
            staff.cast[name] = Member(*founding.enrol(founder, staff.authority(code), name, PASSWORD))
        keys = {staff.cast[name].officer_id: staff.cast[name].keys.secret.public for name in names}
        founding.open_desk(founder, staff.authority(code), duty, keys)
    world.cast = staff.cast


def give(world: World, case_id: UUID, to: str, by: str) -> None:
    """The lead gives it to an investigator."""
    actor, ring = world.actor(by), world.ring(by)
    said = values.Order(world.cast[to].officer_id, "去看安全出口。", False, newest(world, case_id))  # noqa: FBT003
    with world.store.reading() as session:
        made = assigning.prepare(session, world.house, actor, ring, case_id, said, now=world.clock())
    with world.store.transaction() as session:
        assigning.assign(session, world.house, actor, case_id, said, made, now=world.clock())


def review(
    world: World, case_id: UUID, officer: str, who: str = "sheng-lead", brief: str = "看锁是不是又挂上了。"
) -> None:
    """The level above gives it to somebody of its own."""
    actor, ring, seen = world.actor(who), world.ring(who), newest(world, case_id)
    officer_id = world.cast[officer].officer_id
    with world.store.reading() as session:
        made = reviewing.prepare(
            session, world.house, actor, ring, case_id, officer_id, brief, seen=seen, now=world.clock()
        )
    with world.store.transaction() as session:
        reviewing.assign(session, world.house, actor, case_id, officer_id, made, seen=seen, now=world.clock())


def judge(staff: Staff, case_id: UUID, verdict: Verdict, who: str = "sheng-chen") -> UUID:
    """Whoever reviews it proposes."""
    paper = Review(verdict, "现场又去看了。", "我们又去看了，情况和您说的一样。")
    with staff.act(who) as act:
        wanted = reexamining.wanted(act, case_id, paper, newest(staff.world, case_id))
        return motions.propose(act, hand_of(staff, who), wanted)


def lead(staff: Staff, case_id: UUID, stage: str) -> None:
    """Bring a report that has just come as far as a step of verification needs it."""
    work(staff.world, case_id)
    if stage == "objected":
        seat(staff, "sheng-chen")
    if stage in {"concluded", "told", "objected"}:
        confirm_step(staff, "gao", propose(staff, case_id))
    if stage in {"told", "objected"}:
        feed_back(staff.world, case_id)
