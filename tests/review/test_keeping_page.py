"""`/review/keeping`: after a transfer an identity follows its case by two people's steps, and nobody sees a name."""

from uuid import UUID

import pytest
from sqlalchemy import select, update

from crypto import envelope
from crypto.errors import CryptoError
from portal.domain.errors import LedgerError
from portal.domain.vocabulary import Holder
from portal.office import keeping, sealing
from portal.store.identity import IdentityShare, Rehoming, RehomingShare
from portal.store.officers import Desk, DeskEpoch
from portal.store.reports import Report
from tests.disclosing import NAME, PHONE, Office
from tests.review.test_transfer_page import hand, target
from tests.world import World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored

PAGE = "/review/keeping"


@pytest.fixture
def office(office: Office) -> Office:
    """A report that Lin handed to 四平; its name stayed in 长春."""
    hand(office)
    return office


def report_id(world: World) -> UUID:
    with world.store.reading() as session:
        return session.scalars(select(Report.id)).one()


def step(office: Office, who: str, kind: str, **changes: str) -> int:
    visitor = getattr(office, who, None) or office.world.officer(who)
    visitor.get(PAGE)
    address = f"{PAGE}/{report_id(office.world)}/{kind}"
    return visitor.post(address, {"otp": office.code(who), **changes}).status_code


def homes(world: World) -> set[tuple[str, str]]:
    """Which office's desk holds which half."""
    with world.store.reading() as session:
        rows = session.execute(
            select(IdentityShare.holder, Desk.authority_id, Desk.duty)
            .join(DeskEpoch, DeskEpoch.id == IdentityShare.desk_epoch_id)
            .join(Desk, Desk.id == DeskEpoch.desk_id)
        ).all()
        names = world.house.directories.read(session, today=world.clock().date())
        return {(str(duty), names.name(authority)) for _, authority, duty in rows}


def test_two_people_hand_it_over_and_the_office_there_goes_on_alone(office: Office) -> None:
    world = office.world
    assert step(office, "gao", "offer") == 303
    assert homes(world) == {("lead", "长春市人民防空办公室"), ("custody", "长春市人民防空办公室")}
    assert step(office, "he", "move") == 303
    assert homes(world) == {("lead", "四平市人民防空办公室"), ("custody", "四平市人民防空办公室")}
    assert world.events()[-1] == "keeping_moved"
    qin, lead, custodian = (world.officer(who) for who in ("qin", "qin-lead", "qin-custody"))
    office.lin = qin
    qin.get(f"/review/cases/{office.case}")
    address = office.asked()
    office.__dict__.update({"gao": lead, "he": custodian, "qin-lead": lead, "qin-custody": custodian})
    assert office.lift(address, "qin-lead") == 303
    assert office.release(address, "name", "phone", who="qin-custody") == 303
    assert office.read(address) == 200
    assert NAME in qin.last
    assert PHONE in qin.last
    world.verify()


def test_the_reporter_sees_both_steps_and_the_pages_show_no_name(office: Office) -> None:
    step(office, "gao", "offer")
    step(office, "he", "move")
    page = office.zhou.get("/mailbox").text
    assert "分管领导交出身份的一半钥匙，等保密专员" in page
    assert "身份改由现在办理的单位保管" in page
    for visitor in (office.gao, office.he):
        text = visitor.get(PAGE).text
        assert NAME not in text
        assert "四平" not in text, "whoever handed it on need not learn where it is"


def test_until_the_custodian_agrees_the_office_there_opens_nothing(office: Office) -> None:
    step(office, "gao", "offer")
    world = office.world
    ring = world.ring("qin-lead")
    with world.store.reading() as session:
        for row in session.scalars(select(RehomingShare)):
            assert row.desk_epoch_id in ring.epochs
            place = sealing.share_place(world.house, row.id, Holder.LEAD, row.field_id)
            with pytest.raises(CryptoError):
                envelope.unwrap(row.body, ring.epochs[row.desk_epoch_id], place)
        for share in keeping.shares(session, report_id(world), Holder.LEAD):
            assert share.desk_epoch_id not in ring.epochs


@pytest.mark.parametrize(("who", "kind"), [("he", "offer"), ("gao", "move"), ("qin-lead", "offer"), ("lin", "offer")])
def test_each_step_is_one_desks_and_nobody_elses(office: Office, who: str, kind: str) -> None:
    if kind == "move":
        step(office, "gao", "offer")
    assert step(office, who, kind) == 404
    assert len([one for one in office.world.events() if one == "keeping_moved"]) == 0


def test_who_keeps_nothing_has_no_such_page(office: Office) -> None:
    assert office.lin.get(PAGE).status_code == 403
    assert "没有这样的举报件" in office.world.officer("qin-lead").get(PAGE).text


def test_a_wrong_code_moves_nothing_and_is_said(office: Office) -> None:
    assert step(office, "gao", "offer", otp="000000") == 422
    assert "动态验证码对不上" in office.gao.last
    assert step(office, "gao", "offer", otp="") == 422
    with office.world.store.reading() as session:
        assert session.scalars(select(Rehoming)).all() == []


def test_the_custodian_cannot_begin(office: Office) -> None:
    assert step(office, "he", "move") == 409
    assert "等分管领导先交出一半" in office.he.get(PAGE).text


def test_what_the_reporter_erases_meanwhile_goes_from_what_is_on_its_way_too(office: Office) -> None:
    step(office, "gao", "offer")
    office.zhou.get("/mailbox")
    assert office.zhou.post("/mailbox/identity", {"action": "erase"}).status_code == 303
    with office.world.store.reading() as session:
        assert session.scalars(select(RehomingShare)).all() == []
    assert step(office, "he", "move") == 409
    assert step(office, "gao", "offer") == 303
    assert step(office, "he", "move") == 303
    office.world.verify()


def test_while_a_request_stands_nothing_moves(office: Office) -> None:
    step(office, "gao", "offer")
    office.lin = office.world.officer("qin")
    office.lin.get(f"/review/cases/{office.case}")
    office.asked()
    assert step(office, "he", "move") == 422
    assert "还有申请没有办完" in office.he.last
    assert step(office, "gao", "offer") == 422


def test_handed_on_again_what_was_on_its_way_goes(office: Office) -> None:
    step(office, "gao", "offer")
    office.lin = office.world.officer("qin")
    hand(office, {"office": target(office, "吉林省人民防空办公室")})
    with office.world.store.reading() as session:
        assert session.scalars(select(Rehoming)).all() == []
    assert step(office, "gao", "offer") == 303
    assert step(office, "he", "move") == 303
    assert homes(office.world) == {("lead", "吉林省人民防空办公室"), ("custody", "吉林省人民防空办公室")}
    office.world.verify()


@pytest.mark.sqlite
def test_an_offer_changed_in_the_database_is_not_taken_up(office: Office) -> None:
    step(office, "gao", "offer")
    world = office.world
    with world.store.transaction() as session:
        desk = session.scalars(select(Desk.id).where(Desk.duty == "custody")).first()
        session.execute(update(Rehoming).values(custody_desk_id=desk, offered_at=world.clock()))
    assert step(office, "he", "move") != 303
    assert "keeping_moved" not in world.events()
    with pytest.raises(LedgerError):
        world.verify()
