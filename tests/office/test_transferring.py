"""A report handed to another office (转办): who reads changes at once, who holds the identity does not."""

from datetime import date

import pytest
from sqlalchemy import select, update

from portal.domain.clocks import SHANGHAI
from portal.domain.errors import (
    IllegalTransitionError,
    LedgerError,
    NotAllowedError,
    StaleError,
    StrangerError,
    TargetError,
)
from portal.domain.values import Handover
from portal.domain.vocabulary import Action, CaseState, ClockState, Duty, LetterKind
from portal.office import gate, history, transferring
from portal.store.authorities import Authority
from portal.store.cases import Case, Clock
from portal.store.officers import Desk, DeskEpoch
from portal.store.reports import ContentKey, KeyGrant, Report
from tests import canary
from tests.office.test_assigning import opens
from tests.sending import accept, arrive, box, open_case, say, write
from tests.world import World

NOTE = "出口在四平界内，请注意保安换班的时间。"
CHANGCHUN, SIPING, PROVINCE, DISCIPLINE = "office-220100", "office-220300", "office-220000", "discipline-220000"


def authority(world: World, code: str):
    with world.store.reading() as session:
        return session.scalars(select(Authority.id).where(Authority.code == code)).one()


def prepare(world: World, case_id, to: str, by: str):
    with world.store.reading() as session:
        report_id = session.scalars(select(Report.id).where(Report.case_id == case_id)).one()
        handover = Handover(authority(world, to), NOTE, history.newest(session, report_id, case_id))
        return transferring.prepare(
            session, world.house, world.actor(by), world.ring(by), case_id, handover, now=world.clock()
        )


def hand(world: World, case_id, to: str = SIPING, by: str = "lin") -> None:
    made = prepare(world, case_id, to, by)
    with world.store.transaction() as session:
        transferring.transfer(session, world.house, world.actor(by), case_id, made, now=world.clock())
    world.clock.forward(seconds=1)  # of one start there is one time limit


def offered(world: World, case_id, by: str = "lin") -> set[str]:
    """The codes of the offices that the page offers."""
    found = {one for one, _ in open_case(world, by, case_id).targets}
    with world.store.reading() as session:
        return set(session.scalars(select(Authority.code).where(Authority.id.in_(found))))


def test_the_office_there_reads_everything_and_the_one_here_nothing_more(world: World) -> None:
    key, case_id = arrive(world, may_phone=True)
    say(world, key, "补一句")
    kept = world.ring("lin")
    hand(world, case_id)
    assert (opens(world, "lin"), opens(world, "gao")) == (set(), set())
    for who in ("lin", "gao"):
        with pytest.raises(StrangerError):
            open_case(world, who, case_id)
    sheet = open_case(world, "qin", case_id, phone=True)
    assert [one.text for one in sheet.letters] == ["补一句", NOTE]
    assert (sheet.phone, sheet.authority, sheet.state) == ("13800000000", "四平市人民防空办公室", CaseState.RECEIVED)
    assert opens(world, "qin-lead") == {"report"}
    say(world, key, "后来的")
    with world.store.reading() as session:
        assert kept.open(session, world.house, session.scalars(select(ContentKey.id)).all()) == {}
    assert canary.found([world.home], [NOTE]) == []
    world.verify()


def test_what_follows_has_a_key_that_the_office_here_never_had(world: World) -> None:
    key, case_id = arrive(world)
    with world.store.reading() as session:
        before = set(session.scalars(select(ContentKey.id)))
    hand(world, case_id)
    say(world, key, "后来的")
    with world.store.reading() as session:
        newest = session.scalars(select(ContentKey).order_by(ContentKey.generation.desc()).limit(1)).one()
        assert newest.id not in before
        desks = session.scalars(
            select(Desk.id)
            .join(DeskEpoch, DeskEpoch.desk_id == Desk.id)
            .join(KeyGrant, KeyGrant.desk_epoch_id == DeskEpoch.id)
            .where(KeyGrant.content_key_id == newest.id)
        )
        offices = {(session.get_one(Desk, one).authority_id, session.get_one(Desk, one).duty) for one in desks}
    assert offices == {
        (authority(world, SIPING), Duty.INTAKE),
        (authority(world, SIPING), Duty.LEAD),
        (authority(world, PROVINCE), Duty.LEAD),
    }


def test_the_reporter_sees_where_it_went_reads_on_and_never_the_note(world: World) -> None:
    key, case_id = arrive(world)
    hand(world, case_id)
    write(world, "qin", case_id, "四平收到")
    sheet = box(world, key)
    assert sheet.authority == "四平市人民防空办公室"
    assert [(one.event, one.to) for one in sheet.steps if one.to] == [("transferred", "四平市人民防空办公室")]
    assert [(one.kind, one.text) for one in sheet.letters] == [(LetterKind.MESSAGE, "四平收到")]
    assert [one.rule for one in sheet.clocks] == ["C02"]


def test_the_time_limit_runs_on_and_wakes_the_lead_above_the_new_office(world: World) -> None:
    _, case_id = arrive(world)
    hand(world, case_id)
    world.clock.forward(days=20)
    world.tick()
    assert "escalated" in world.events()
    assert open_case(world, "sheng-lead", case_id).case_id == case_id
    world.verify()


def test_what_was_escalated_stays_so(world: World) -> None:
    _, case_id = arrive(world)
    world.clock.forward(days=20)
    world.tick()
    hand(world, case_id)
    assert open_case(world, "sheng-lead", case_id).case_id == case_id
    hand(world, case_id, PROVINCE, "qin")
    with world.store.reading() as session:
        assert session.get_one(Case, case_id).raised_desk_id is None
    assert open_case(world, "sheng-lead", case_id).case_id == case_id
    world.verify()


def test_handed_up_the_lead_above_reads_at_once_and_stands_by_no_more(world: World) -> None:
    key, case_id = arrive(world)
    hand(world, case_id, PROVINCE)
    assert opens(world, "sheng") == opens(world, "sheng-lead") == {"report"}
    say(world, key, "后来的")
    assert [one.text for one in open_case(world, "sheng-lead", case_id).letters] == [NOTE, "后来的"]


def test_nobody_is_sent_round_but_the_office_above_both_decides(world: World) -> None:
    _, case_id = arrive(world)
    assert offered(world, case_id) == {SIPING, PROVINCE, DISCIPLINE}
    hand(world, case_id)
    assert offered(world, case_id, "qin") == {PROVINCE, DISCIPLINE}
    with pytest.raises(TargetError):
        hand(world, case_id, CHANGCHUN, "qin")
    hand(world, case_id, PROVINCE, "qin")
    assert offered(world, case_id, "sheng") == {SIPING, CHANGCHUN, DISCIPLINE}
    hand(world, case_id, CHANGCHUN, "sheng")
    assert opens(world, "lin") == {"report"}
    world.verify()


@pytest.mark.parametrize("told", [{"superior": True}, {"concerns_office": True}])
def test_what_keeps_the_local_office_out_goes_upwards_alone(world: World, told: dict[str, bool]) -> None:
    _, case_id = arrive(world, **told)
    assert offered(world, case_id, "sheng") == {DISCIPLINE}
    with pytest.raises(TargetError):
        hand(world, case_id, CHANGCHUN, "sheng")


def test_misconduct_found_out_later_goes_to_discipline_which_hands_nothing_on(world: World) -> None:
    _, case_id = arrive(world)
    hand(world, case_id, DISCIPLINE)
    assert opens(world, "ji") == {"report"}
    assert {who for who in ("lin", "gao", "sheng-lead", "sheng") if opens(world, who)} == set()
    assert offered(world, case_id, "ji") == set()
    with world.store.reading() as session:
        taking = session.scalars(select(Clock).where(Clock.case_id == case_id)).one()
        assert (taking.rule, taking.due_at) == ("C25", session.get_one(Case, case_id).due_at)
    assert taking.due_at.astimezone(SHANGHAI).date() == date(2026, 3, 9), "five working days after Monday, 2 March"
    world.clock.forward(days=20)
    world.tick()
    assert opens(world, "sheng-lead") == set(), "nobody stands by above discipline"


def test_what_discipline_has_taken_up_waits_for_that_no_more(world: World) -> None:
    _, case_id = arrive(world)
    hand(world, case_id, DISCIPLINE)
    accept(world, "ji", case_id)
    with world.store.reading() as session:
        assert session.scalars(select(Clock.state).where(Clock.rule == "C25")).one() is ClockState.STOPPED
    world.verify()


def test_only_intake_hands_on_and_only_what_was_not_taken_up(world: World) -> None:
    _, case_id = arrive(world)
    with pytest.raises(NotAllowedError):
        hand(world, case_id, by="gao")
    with pytest.raises(StrangerError):
        hand(world, case_id, PROVINCE, by="qin")
    for nowhere in (CHANGCHUN, "office-220200"):
        with pytest.raises(TargetError):
            hand(world, case_id, nowhere)
    accept(world, "lin", case_id)
    with pytest.raises(IllegalTransitionError):
        hand(world, case_id)


def test_what_the_reporter_does_meanwhile_is_not_lost(world: World) -> None:
    key, case_id = arrive(world)
    made = prepare(world, case_id, SIPING, "lin")
    say(world, key, "等等")
    with world.store.transaction() as session, pytest.raises(StaleError):
        transferring.transfer(session, world.house, world.actor("lin"), case_id, made, now=world.clock())
    with world.store.reading() as session:
        assert gate.admit(session, world.house, world.actor("lin"), Action.OPEN, case_id).case.version >= 1


@pytest.mark.sqlite
def test_a_case_lent_to_another_desk_in_the_database_is_handed_to_nobody(world: World) -> None:
    _, case_id = arrive(world)
    made = prepare(world, case_id, SIPING, "lin")
    with world.store.transaction() as session:
        session.execute(update(Case).where(Case.id == case_id).values(category="EXIT-02"))
    with world.store.transaction() as session, pytest.raises(LedgerError):
        transferring.transfer(session, world.house, world.actor("lin"), case_id, made, now=world.clock())
