"""Whose trails an auditor reads: the own office's and those below; nothing of discipline, whatever crosses to it."""

from contextlib import contextmanager
from uuid import UUID

import pytest
from sqlalchemy import select

from portal.domain.errors import StrangerError
from portal.domain.vocabulary import Duty
from portal.office import (
    overseeing,
    overseeing_figures,
    overseeing_lines,
    overseeing_pages,
    overseeing_queries,
    readings,
)
from portal.office.acting import Act
from portal.office.overseeing_queries import Wanted
from portal.store.authorities import Authority
from portal.store.cases import Case
from tests.filing import SOUND, attach, taken
from tests.keeping import offer
from tests.office.test_transferring import DISCIPLINE, SIPING, hand
from tests.overseeing import LEDGER, LISTED, auditor, did, entry_of
from tests.pages import Page
from tests.sending import accept, arrive, open_case
from tests.staffing import Staff
from tests.world import NOON, World


@contextmanager
def auditing(world: World, who: str = "shen"):
    world.sign()
    with world.store.reading() as session:
        act = Act(session, world.house, world.clock(), world.actor(who))
        yield act, overseeing.admit(act)


def told(world: World, who: str = "shen", **wanted) -> list[overseeing_lines.Line]:
    """Every entry that an auditor reads."""
    with auditing(world, who) as (act, scope):
        found = overseeing_queries.newest(act.session, scope, Wanted(own=True, **wanted), 500)
        return list(overseeing_lines.read(act, scope, [index for _, index in found], "zh-Hans"))


def codes(world: World, who: str) -> set[str]:
    with auditing(world, who) as (act, scope):
        return set(act.session.scalars(select(Authority.code).where(Authority.id.in_(scope.trails))))


def test_a_prefecture_reads_its_own_trail_and_its_counties_and_no_other(world: World) -> None:
    mine = codes(world, "shen")
    assert {"office-220100", "office-220102"} <= mine
    assert not {"office-220000", "office-220300", DISCIPLINE} & mine


@pytest.mark.sqlite
def test_the_province_reads_every_office_and_discipline_only_itself(world: World) -> None:
    auditor(world, "xu", "office-220000")
    auditor(world, "ji-shen", DISCIPLINE)
    every = codes(world, "xu")
    assert {"office-220000", "office-220100", SIPING} <= every
    assert DISCIPLINE not in every
    assert codes(world, "ji-shen") == {DISCIPLINE}


@pytest.mark.sqlite
def test_only_an_auditor_of_the_whole_tree_reads_what_happened_to_the_installation(world: World) -> None:
    auditor(world, "xu", "office-220000")
    assert "founded" in {line.event for line in told(world, "xu")}
    assert "founded" not in {line.event for line in told(world, "shen")}


def test_what_discipline_does_is_read_by_its_own_auditor_alone(world: World) -> None:
    key, case_id = arrive(world, category="OFFICIAL-02")
    assert key.report_id
    open_case(world, "ji", case_id)
    auditor(world, "xu", "office-220000")
    auditor(world, "ji-shen", DISCIPLINE)
    assert {"submitted", "opened"} <= {line.event for line in told(world, "ji-shen")}
    for who in ("shen", "xu"):
        assert not [line for line in told(world, who) if line.event in {"submitted", "opened", "identity_given"}]
        with auditing(world, who) as (act, scope), pytest.raises(StrangerError):
            overseeing_pages.life(act, scope, case_id, "zh-Hans")


def test_a_case_handed_to_discipline_is_no_longer_told_apart_nor_where_it_went(world: World) -> None:
    _, case_id = arrive(world)
    open_case(world, "lin", case_id)
    hand(world, case_id, DISCIPLINE)
    open_case(world, "ji", case_id)
    auditor(world, "xu", "office-220000")
    for who in ("shen", "xu"):
        lines = [line for line in told(world, who) if line.event in {"submitted", "opened", "transferred"}]
        assert sorted(line.event for line in lines) == ["opened", "submitted", "transferred"]  # 长春's own, not ji's
        assert all(line.about and line.about.hidden and line.about.label == "" for line in lines)
        (handed,) = (line for line in lines if line.event == "transferred")
        where = {fact.name: (fact.hidden, fact.value) for fact in handed.facts if fact.name in {"to", "intake", "lead"}}
        assert where == dict.fromkeys(("to", "intake", "lead"), (True, ""))
        with auditing(world, who) as (act, scope):
            assert overseeing.find_case(act.session, scope, str(case_id)) is None
            assert overseeing.find_case(act.session, scope, case_id.hex[:8]) is None


@pytest.mark.sqlite
def test_a_half_that_goes_to_discipline_does_not_say_so(world: World) -> None:
    key, case_id = arrive(world)
    hand(world, case_id, DISCIPLINE)
    offer(world, key.report_id)
    (line,) = (line for line in told(world) if line.event == "keeping_offered")
    assert line.about.hidden
    assert {fact.name: fact.value for fact in line.facts} == {"to": "", "custody": ""}


def test_a_case_handed_to_another_office_ends_here_with_the_handing_over(world: World) -> None:
    _, case_id = arrive(world)
    hand(world, case_id, SIPING)
    accept(world, "qin", case_id)
    with world.store.reading() as session:
        number = session.get_one(Case, case_id).number
    with auditing(world) as (act, scope):
        life = overseeing_pages.life(act, scope, case_id, "zh-Hans")
        assert overseeing.find_case(act.session, scope, number) is None
    assert [line.event for line in life.lines] == ["submitted", "identity_given", "transferred"]
    assert life.label == case_id.hex[:8].upper()
    assert life.office == ""


def test_discipline_reading_the_register_leaves_no_trace_for_the_office(world: World) -> None:
    inquiry = Staff(world).asked("lin")
    assert world.officer("ji").get(f"/review/inquiries/{inquiry}").status_code == 200
    assert "inquiry_read" in world.events()
    assert {line.event for line in told(world)} >= {"inquiry_registered"}
    assert "inquiry_read" not in {line.event for line in told(world)}
    shen = world.officer("shen")
    assert shen.get(f"{LEDGER}/entries/{entry_of(world, 'inquiry_read')}").status_code == 404
    assert shen.get(f"{LEDGER}/officers/{world.cast['ji'].officer_id}").status_code == 404


@pytest.mark.sqlite
def test_a_refusal_does_not_tell_whether_what_was_typed_is_a_case_of_others(world: World) -> None:
    _, theirs = arrive(world, division="220302")
    lin = world.officer("lin")
    for case_id in (theirs, UUID(int=5)):
        assert lin.get(f"/review/cases/{case_id}").status_code == 404
    refused = [line for line in told(world) if line.event == "refused"]
    assert [(line.about.hidden, line.about.label, line.about.case_id) for line in refused] == [(True, "", None)] * 2
    with auditing(world) as (act, scope), pytest.raises(StrangerError):
        overseeing.require_case(act.session, scope, theirs)


def test_an_officer_from_above_is_named_where_they_acted_here(world: World) -> None:
    did(world, "sheng-lead", "listed", [NOON], facts=LISTED)
    (line,) = told(world, event="listed")
    assert line.who.name == "sheng-lead"
    answer = world.officer("shen").get(f"{LEDGER}/officers/{world.cast['sheng-lead'].officer_id}")
    assert answer.status_code == 200
    assert "别的单位的人" in Page(answer.text).text


@pytest.mark.sqlite
def test_each_look_at_a_file_is_told_counted_and_shown_to_its_reporter(world: World) -> None:
    key, case_id = arrive(world)
    attach(world, key, SOUND, harmless=True)
    open_case(world, "lin", case_id)
    for who in ("lin", "lin", "gao"):
        taken(world, who, case_id)
    assert [line.event for line in told(world)].count("file_taken") == 3
    with auditing(world) as (act, scope):
        sheet = overseeing_figures.matrix(act, scope, 30, "events")
        column = [one.event for one in sheet.columns].index("file_taken")
        counts = {row.name: row.cells[column].number for row in sheet.rows}
        (row, *_) = overseeing_figures.matrix(act, scope, 30, "cases").rows
    assert counts == {"lin": 2, "gao": 1}
    assert row.total == 3, "the case was opened once, and two files were taken from it"
    with world.store.reading() as session:
        directory = world.house.directories.read(session, today=world.clock().date())
        read, _ = readings.readings(session, key.report_id, case_id, directory, "zh-Hans")
    assert {(one.duty, one.event): one.times for one in read if one.event == "file_taken"} == {
        (Duty.INTAKE, "file_taken"): 2,
        (Duty.LEAD, "file_taken"): 1,
    }
