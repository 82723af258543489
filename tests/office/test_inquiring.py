"""Who asked for a name is written down by whoever was asked, and read by audit and discipline alone."""

import pytest
from sqlalchemy import select

from crypto.errors import CryptoError
from portal.domain.errors import LedgerError, NoDeskError, StrangerError
from portal.domain.vocabulary import Duty
from portal.office import inquiring, staffing
from portal.store.inquiries import Inquiry
from tests import canary
from tests.office.drills import tamper
from tests.staffing import Staff


def read(staff: Staff, who: str, inquiry_id) -> str:
    staff.world.sign()
    with staff.act(who) as act:
        return inquiring.show(act, staff.world.ring(who), inquiry_id, "zh-Hans").asked.who


@pytest.mark.parametrize("who", ["shen", "ji", "ji-lead"])
def test_audit_and_discipline_read_it_and_that_is_recorded_first(staff: Staff, who: str) -> None:
    inquiry = staff.asked("lin")
    assert read(staff, who, inquiry) == "区里一位领导"
    assert staff.world.events()[-2:] == ["inquiry_registered", "inquiry_read"]
    staff.world.verify()


@pytest.mark.sqlite
@pytest.mark.parametrize("who", ["lin", "gao", "he", "guan", "qin", "sheng", "sheng-lead", "ji-custody"])
def test_nobody_else_does_neither_the_author_nor_their_office(staff: Staff, who: str) -> None:
    inquiry = staff.asked("lin")
    with pytest.raises(StrangerError):
        read(staff, who, inquiry)
    assert staff.world.events()[-1] == "inquiry_registered"


def test_what_was_registered_lies_on_no_disk(staff: Staff) -> None:
    staff.asked("lin")
    assert canary.found([staff.world.home], ["区里一位领导"]) == []


def test_without_anybody_to_read_it_nothing_is_sealed(staff: Staff) -> None:
    shen = staff.cast["shen"].officer_id
    with staff.act("guan") as act:
        staffing.unseat(act, shen, staff.desk(Duty.AUDIT))
    staff.asked("lin")  # discipline still reads
    for who in ("ji", "ji-lead"):
        desk = staff.actor(who).seats[0].desk_id
        with staff.act("sheng-guan") as act:
            staffing.unseat(act, staff.cast[who].officer_id, desk)
    with pytest.raises(NoDeskError):
        staff.asked("lin")


def test_one_put_in_anothers_place_is_not_shown(staff: Staff) -> None:
    first, second = staff.asked("lin"), staff.asked("gao")
    assert first != second
    tamper(staff.world, "UPDATE inquiries SET body = (SELECT body FROM inquiries ORDER BY registered_at LIMIT 1)")
    with staff.world.store.reading() as session:
        ids = session.scalars(select(Inquiry.id)).all()
    failed = 0
    for one in ids:
        try:
            read(staff, "shen", one)
        except (LedgerError, CryptoError):
            failed += 1
    assert failed == 1
