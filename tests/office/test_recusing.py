"""Whoever has to do with the people or the place keeps out: at once, of everything, and nobody gives it to them."""

from dataclasses import asdict
from uuid import UUID

import pytest

from portal.domain.errors import (
    IllegalTransitionError,
    NotAllowedError,
    RecusedError,
    RecusedOfficerError,
    StrangerError,
)
from portal.domain.values import Declared
from portal.office import assigning, declaring, papers, recusing
from tests import canary
from tests.casework import confirm_step, propose_block
from tests.disclosing import Office
from tests.office.test_assigning import assign
from tests.office.test_queue import show
from tests.recusing import WHY, kept_out, lift, of_case, plead, recuse
from tests.sending import accept, arrive, decline, open_case
from tests.staffing import Staff
from tests.world import World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored

DECLARED = Declared("表兄在蓝鲸商场当经理", "蓝鲸商业管理公司", "没有")


@pytest.fixture
def staff(world: World) -> Staff:
    return Staff(world)


def test_whoever_keeps_out_sees_nothing_of_it_and_does_nothing_to_it(world: World) -> None:
    _, case_id = arrive(world)
    _, other = arrive(world)
    recuse(world, "lin", case_id)
    for step in (
        lambda: open_case(world, "lin", case_id),
        lambda: accept(world, "lin", case_id),
        lambda: decline(world, "lin", case_id, "INFO_REQUEST"),
    ):
        with pytest.raises(RecusedError):
            step()
    world.sign()
    assert [line.case_id for line in show(world, "lin").lines] == [other]
    assert open_case(world, "gao", case_id).triage.recused == ("lin",)
    world.sign()
    world.verify()


def test_why_is_a_sealed_paper_that_the_others_read(world: World) -> None:
    _, case_id = arrive(world)
    recuse(world, "lin", case_id)
    with world.store.reading() as session:
        (paper,) = papers.of_case(session, world.house, world.ring("gao"), case_id)
    assert (paper.author, asdict(paper.paper)) == ("lin", {"text": WHY})
    assert canary.found([world.home], [WHY]) == []


def test_an_investigator_who_keeps_out_loses_the_case_at_once_and_is_not_given_it_again(world: World) -> None:
    _, case_id = arrive(world)
    accept(world, "lin", case_id)
    assign(world, case_id)
    recuse(world, "chen", case_id)
    with world.store.transaction() as session, pytest.raises(StrangerError):
        assigning.held(session, world.house, world.actor("chen"), case_id)
    with pytest.raises(RecusedOfficerError):
        assign(world, case_id)
    assert open_case(world, "gao", case_id).assigned == ()
    world.sign()
    world.verify()


def test_the_lead_keeps_another_out_and_nobody_else_does(world: World) -> None:
    _, case_id = arrive(world)
    accept(world, "lin", case_id)
    with pytest.raises(NotAllowedError):
        recuse(world, "lin", case_id, "chen")
    assert {name for _, name in open_case(world, "gao", case_id).triage.recusable} == {"lin", "chen", "he", "song"}
    recuse(world, "gao", case_id, "chen")
    with pytest.raises(RecusedOfficerError):
        assign(world, case_id)
    for whom in ("chen", "qin"):  # out already; nothing to do with it
        with pytest.raises(RecusedOfficerError):
            recuse(world, "gao", case_id, whom)
    with pytest.raises(StrangerError):
        recuse(world, "qin", case_id)
    world.sign()
    world.verify()


def test_whoever_keeps_out_confirms_nothing(world: World, staff: Staff) -> None:
    _, case_id = arrive(world)
    motion_id = propose_block(staff, "lin", case_id)
    recuse(world, "gao", case_id)
    with pytest.raises(RecusedError):
        confirm_step(staff, "gao", motion_id)


@pytest.mark.parametrize("who", ["gao", "he", "lin"])
def test_whoever_keeps_out_neither_asks_nor_lifts_nor_releases_a_name(office: Office, who: str) -> None:
    world, request = office.world, office.asked()
    if who == "he":
        assert office.lift(request) == 303
    recuse(world, "gao" if who == "he" else who, UUID(office.case), who)
    visitor = getattr(office, who)
    assert visitor.get(request).status_code == 403
    assert "回避" in visitor.last
    step = {"gao": office.lift, "he": office.release, "lin": lambda one: office.lin.post(f"{one}/close").status_code}
    assert step[who](request) == 403


def test_what_is_declared_opens_for_the_lead_of_the_office_alone(world: World, staff: Staff) -> None:
    with staff.act("lin") as act:
        declaration_id = declaring.declare(act, DECLARED)
    world.sign()
    with staff.act("gao") as act:
        assert [line.author for line in declaring.listed(act, world.ring("gao"))] == ["lin"]
        assert declaring.show(act, world.ring("gao"), declaration_id).declared == DECLARED
    for who in ("lin", "shen", "sheng-lead", "qin-lead"):
        with staff.act(who) as act, pytest.raises(StrangerError):
            declaring.show(act, world.ring(who), declaration_id)
    assert [entry["event"] for entry in world.entries()[-2:]] == ["declared", "declaration_read"]
    assert canary.found([world.home], [DECLARED.relatives]) == []
    world.verify()


def test_what_a_lead_declares_opens_for_the_lead_above(world: World, staff: Staff) -> None:
    with staff.act("gao") as act:
        declaration_id = declaring.declare(act, DECLARED)
    world.sign()
    with staff.act("gao") as act, pytest.raises(StrangerError):
        declaring.show(act, world.ring("gao"), declaration_id)
    with staff.act("sheng-lead") as act:
        assert declaring.show(act, world.ring("sheng-lead"), declaration_id).declared == DECLARED


def test_it_is_taken_back_when_the_lead_agrees_and_nothing_comes_back_by_itself(world: World) -> None:
    _, case_id = arrive(world)
    accept(world, "lin", case_id)
    assign(world, case_id)
    recuse(world, "chen", case_id)
    recusal_id = plead(world, "chen", case_id, "表兄上个月离职了。")
    (waits,) = open_case(world, "gao", case_id).triage.pleas
    assert (waits.officer, waits.words) == ("chen", "表兄上个月离职了。")
    with pytest.raises(RecusedOfficerError):
        assign(world, case_id)
    for who, refusal in (("lin", NotAllowedError), ("qin-lead", StrangerError)):
        with pytest.raises(refusal):
            lift(world, who, case_id, recusal_id)
    lift(world, "gao", case_id, recusal_id)
    with world.store.transaction() as session, pytest.raises(StrangerError):
        assigning.held(session, world.house, world.actor("chen"), case_id)
    assign(world, case_id)
    sheet = open_case(world, "gao", case_id)
    assert (sheet.triage.recused, sheet.triage.pleas) == ((), ())
    assert [line.officer for line in sheet.assigned] == ["chen"]
    world.sign()
    world.verify()


def test_whoever_took_it_back_may_keep_out_again(world: World) -> None:
    _, case_id = arrive(world)
    lift(world, "gao", case_id, kept_out(world, case_id, "lin", pleads=True))
    open_case(world, "lin", case_id)
    recuse(world, "lin", case_id)
    with pytest.raises(RecusedError):
        open_case(world, "lin", case_id)
    with pytest.raises(StrangerError):
        lift(world, "gao", case_id, of_case(world, case_id, "lin"))
    world.sign()
    world.verify()


def test_nobody_takes_back_for_another_nor_twice(world: World) -> None:
    _, case_id = arrive(world)
    recusal_id = kept_out(world, case_id, "lin", pleads=True)
    for who, refusal in (("he", StrangerError), ("lin", IllegalTransitionError)):
        with world.store.transaction() as session, pytest.raises(refusal):
            recusing.take_back(session, world.house, world.actor(who), recusal_id, "x", now=world.clock())
