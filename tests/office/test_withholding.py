"""Withheld (暂不告知): two people, a day, and until then one line in the mailbox and nothing anywhere else."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from crypto import tree
from portal.office import history, readings, withholding
from portal.office.house import House
from portal.office.newest import NewestBook
from portal.store.disclosures import Disclosure
from portal.store.ledger import Entry
from tests.disclosing import ORDER, REQUEST, Office
from tests.office.drills import tamper
from tests.overseeing import LEDGER, entry_of
from tests.sending import run

LINE = "有一次看您身份的事，依法暂不告知。到 2026年5月31日，谁、为什么、看了什么，都会写在这里，只有您看得到。"
SECRET = ("公安机关", "刑事诉讼法", "申请看您的身份", ORDER["document"], "分管领导同意")
CHANGING = re.compile(r'name="csrf_token" value="[^"]*"|/static/\S+')


def mailbox(office: Office) -> str:
    """The reporter's page, opened anew, without what differs every time."""
    office.zhou.open_mailbox(office.zhou_receipt)
    return CHANGING.sub("", office.zhou.last)


def erase(office: Office) -> None:
    office.zhou.open_mailbox(office.zhou_receipt)
    assert office.zhou.post("/mailbox/identity", {"action": "erase"}).status_code == 303


def refuse(office: Office, address: str) -> None:
    office.gao.get(address)
    assert office.gao.post(f"{address}/refuse").status_code == 303


def close(office: Office, address: str) -> None:
    office.lin.get(address)
    assert office.lin.post(f"{address}/close").status_code == 303


def lapse(office: Office, _: str) -> None:
    office.world.clock.forward(hours=73)
    office.world.tick()


def test_until_the_lead_agrees_the_mailbox_is_byte_for_byte_as_if_nobody_had_asked(office: Office) -> None:
    before = mailbox(office)
    address = office.ordered()
    assert mailbox(office) == before
    refuse(office, address)
    assert mailbox(office) == before


def test_from_then_on_there_is_one_line_whatever_becomes_of_it(office: Office) -> None:
    before = mailbox(office)
    address = office.ordered(fields=["name", "phone"])
    office.lift(address)
    lifted = mailbox(office)
    assert lifted.count(LINE) == 1
    assert "已告诉您 0 次" in lifted
    assert "依法暂不告知 1 次" in lifted
    assert not any(word in lifted for word in SECRET)
    assert len(lifted) - len(before) < 300
    office.release(address, "name")
    assert office.read(address) == office.read(address) == 200
    assert mailbox(office) == lifted
    close(office, address)
    assert mailbox(office) == lifted
    assert LINE in office.zhou.get("/mailbox/accesses").text
    assert not any(word in office.zhou.last for word in SECRET[:4])
    assert "看您身份的，一次一次" not in office.zhou.last


@pytest.mark.parametrize("end", [refuse, close, lapse])
def test_what_no_second_person_agreed_to_is_told_when_the_time_to_decide_is_over(
    office: Office, end: Callable[[Office, str], None]
) -> None:
    address = office.ordered()
    asked = office.world.clock()
    end(office, address)
    if end is not lapse:
        assert "公安机关" not in mailbox(office)
        office.world.clock.now = asked + timedelta(hours=71, minutes=59)
        assert "公安机关" not in mailbox(office)
    office.world.clock.now = asked + timedelta(hours=72)
    page = mailbox(office)
    assert "公安机关" in page
    assert "没有第二个人同意" in page
    assert "至今无人看过您的身份" in page


def test_erasing_the_name_shows_no_request_that_was_withheld(office: Office) -> None:
    office.lift(address := office.ordered())
    erase(office)
    assert mailbox(office).count(LINE) == 1
    assert "公安机关" not in office.zhou.last
    assert office.release(address, "name") == 409
    assert office.world.verify()


def test_on_its_day_everything_is_told_with_how_long_and_by_whose_decision(office: Office) -> None:
    office.lift(address := office.ordered())
    office.release(address, "name")
    office.read(address)
    opens = office.world.clock.now.replace(month=5, day=30, hour=16, minute=0, second=0)  # midnight in Changchun
    office.world.clock.now = opens - timedelta(seconds=1)
    assert LINE in mailbox(office)
    office.world.clock.now = opens
    page = mailbox(office)
    assert LINE not in page
    assert "有人看过您的身份" in page
    assert "暂不告知了 90 天，2026年5月31日 告知。" in page
    assert "受理员提出" in page
    assert "分管领导同意。" in page
    assert "公安机关、检察院、法院依法调取" in office.zhou.get("/mailbox/accesses").text
    assert ORDER["document"] not in page + office.zhou.last, "the officer's words are for the three"


def test_it_opens_within_ninety_times_twenty_four_hours_and_never_by_a_step(office: Office) -> None:
    office.lift(address := office.ordered())
    asked = office.world.clock.now
    office.world.clock.now = asked + timedelta(days=90)
    with office.world.store.reading() as session:
        report = session.get_one(Disclosure, UUID(address.rpartition("/")[2])).report_id
        assert withholding.untold(session, office.world.house, report, now=asked + timedelta(days=89))
        assert withholding.untold(session, office.world.house, report, now=asked + timedelta(days=90)) == ()


def test_two_people_and_the_day_stand_in_the_ledger(office: Office) -> None:
    address = office.ordered()
    assert "withheld" not in office.world.events()
    office.lift(address)
    (said,) = [entry for entry in office.world.entries() if entry["event"] == "withheld"]
    assert said["object"] == ["disclosures", address.rpartition("/")[2]]
    assert said["reason"] == "POLICE_ORDER"
    assert said["actor"]["officer"] == str(office.world.cast["gao"].officer_id)
    shen = office.world.officer("shen")
    page = re.sub(r"<[^>]+>", " ", shen.get(f"{LEDGER}/entries/{entry_of(office.world, 'withheld')}").text)
    assert re.search(r"暂不告知几天\s+90\s", page)
    assert re.search(r"到什么时候\s+2026年5月31日 00:00\s", page), "with the year: it may be another"
    assert said["facts"] == {
        "days": 90,
        "edition": "jilin-1",
        "proposer": str(office.world.cast["lin"].officer_id),
        "until": "2026-05-30T16:00:00Z",
    }
    assert office.world.verify()


def test_nothing_may_be_said_beside_it_and_no_proof_had_of_it(office: Office) -> None:
    office.lift(address := office.ordered())
    request = UUID(address.rpartition("/")[2])
    unknown = office.zhou.post("/mailbox/statement", {"request": str(UUID(int=7)), "text": "谁？"})
    assert office.state(address) == unknown.status_code == 404
    with office.world.store.reading() as session:
        report = session.get_one(Disclosure, request).report_id
        told = {
            at: [
                history.told(session, office.world.house, report, index, now=at)
                for index, _ in enumerate(everything(office))
            ]
            for at in (office.world.clock(), office.world.clock() + timedelta(days=90))
        }
    now, later = told.values()
    became = [entry for entry, a, b in zip(everything(office), now, later, strict=True) if b and not a]
    assert [entry["event"] for entry in became] == ["identity_requested", "identity_lifted", "withheld"]
    assert not any(one and not other for one, other in zip(now, later, strict=True))


def everything(office: Office) -> list[dict]:
    """Every entry, the founding ones too."""

    with office.world.store.reading() as session:
        return [json.loads(one) for one in session.scalars(select(Entry.opening).order_by(Entry.index))]


def test_whoever_writes_to_the_database_hides_nothing_from_a_reporter(office: Office) -> None:
    """Neither a row nor an entry's words do; the leaf commits to what was asked."""
    office.lift(address := office.asked())
    tamper(office.world, "UPDATE disclosures SET withheld_days = 90")
    assert "可能或已经遭受打击报复" in mailbox(office)
    office.world.visitor()
    assert office.release(address, "name") == 500, "and the request goes no further"


def test_another_requests_entries_hide_nothing(office: Office) -> None:
    """Genuine entries of a request that was withheld, said to be about one that was not: columns alone say so."""
    office.lift(ordered := office.ordered())
    close(office, ordered)
    office.lin.get(f"/review/cases/{office.case}")
    office.asked()
    (asked,) = set(REQUEST.findall(office.lin.last)) - {ordered.rpartition("/")[2]}
    asked = f"x'{UUID(asked).hex}'"
    tamper(
        office.world,
        "UPDATE disclosures SET withheld_days = 90",
        f"DELETE FROM entries WHERE object_id = {asked}",
        f"UPDATE entries SET object_id = {asked} WHERE event IN ('identity_requested', 'withheld')",
    )
    assert "可能或已经遭受打击报复" in mailbox(office)


def rewrite(office: Office, event: str, **facts: object) -> None:
    """Give an entry other words, and a leaf that commits to them: all that has no key."""
    (index, salt, opening) = run(office.world, 'SELECT "index", salt, opening FROM entries WHERE event = ?', event)[0]
    said = json.loads(bytes(opening))
    other = tree.canonical({**said, "facts": {**said["facts"], **facts}})
    leaf = tree.leaf_hash(tree.record(bytes(salt), other))
    run(office.world, 'UPDATE entries SET opening = ? WHERE "index" = ?', other, index)
    run(office.world, 'UPDATE leaves SET hash = ? WHERE "index" = ?', leaf, index)


def public(house: House) -> House:
    """As a public host of its own has it: no key of what officers do."""
    return replace(house, entry_keys={}, newest=NewestBook({}, able=False))


@pytest.mark.sqlite
def test_an_entry_under_a_key_that_nobody_knows_hides_nothing_where_every_key_is_known(office: Office) -> None:
    address = office.asked()
    tamper(
        office.world,
        "UPDATE disclosures SET withheld_days = 90",
        "UPDATE entries SET mac_key_id = zeroblob(8)",
        "DELETE FROM checkpoints",  # as if it were to be signed yet
    )
    rewrite(office, "identity_requested", withheld=90)
    with office.world.store.reading() as session:
        report = session.get_one(Disclosure, UUID(address.rpartition("/")[2])).report_id
        assert withholding.untold(session, office.world.house, report, now=office.world.clock()) == ()


@pytest.mark.sqlite
@pytest.mark.parametrize("keyed", [True, False], ids=["one host", "a public host"])
def test_an_entry_rewritten_with_its_leaf_hides_nothing(office: Office, *, keyed: bool) -> None:
    """Without the key of officers' entries it is the checkpoint over it that says so."""
    address = office.asked()
    request = UUID(address.rpartition("/")[2])
    office.world.sign()
    tamper(office.world, "UPDATE disclosures SET withheld_days = 90")
    house = office.world.house if keyed else public(office.world.house)
    with office.world.store.reading() as session:
        report = session.get_one(Disclosure, request).report_id
    rewrite(office, "identity_requested", withheld=90)
    with office.world.store.reading() as session:
        assert withholding.untold(session, house, report, now=office.world.clock()) == ()


@pytest.mark.sqlite
def test_a_public_host_hides_what_was_agreed_before_and_after_it_is_signed(office: Office) -> None:
    address = office.ordered()
    house = public(office.world.house)
    for _ in range(2):
        with office.world.store.reading() as session:
            report = session.get_one(Disclosure, UUID(address.rpartition("/")[2])).report_id
            assert len(withholding.untold(session, house, report, now=office.world.clock())) == 1
        office.world.sign()


@pytest.mark.sqlite
@pytest.mark.parametrize("keyed", [True, False], ids=["one host", "a public host"])
def test_a_reading_whose_entry_was_rewritten_is_told_as_one_that_cannot_be_trusted(
    office: Office, *, keyed: bool
) -> None:
    address = read_twice(office)
    rewrite(office, "identity_read", fields=["phone"])
    house = office.world.house if keyed else public(office.world.house)
    with office.world.store.reading() as session:
        report = session.get_one(Disclosure, UUID(address.rpartition("/")[2])).report_id
        directory = house.directories.read(session, today=office.world.clock().date())
        found = readings.accesses(session, house, report, directory, "zh-Hans")
    assert first_of(office, "identity_read") in found.altered
    assert len(found.told) == keyed  # without keys it is the tree that speaks, and there the leaf beside it is another


@pytest.mark.sqlite
def test_one_altered_reading_takes_nothing_else_from_the_reporter(office: Office) -> None:
    read_twice(office)
    rewrite(office, "identity_read", fields=["phone"])
    altered = first_of(office, "identity_read")
    for page in (mailbox(office), office.zhou.get("/mailbox/accesses").text):
        assert f"台账第 {altered} 条被人改动过" in page
        assert "请打 12345" in page
        assert "已告诉您 1 次" in page
        assert "信不得的记录 1 条" in page
        assert f"台账第 {altered} 条</a>" not in page


@pytest.mark.sqlite
def test_a_reading_of_the_report_that_says_nothing_is_named_beside_the_others(office: Office) -> None:
    before = office.zhou.get("/mailbox/accesses").text
    opened = first_of(office, "opened")
    assert "被人改动过" not in before
    tamper(office.world, f'UPDATE entries SET salt = NULL, opening = NULL WHERE "index" = {opened}')
    assert f"台账第 {opened} 条被人改动过" in office.zhou.get("/mailbox/accesses").text


def read_twice(office: Office) -> str:
    """Two readings of what was released, under a checkpoint; the database is its owner's from here on."""
    office.lift(address := office.asked())
    office.release(address, "name")
    assert [office.read(address), office.read(address)] == [200, 200]
    office.world.sign()
    tamper(office.world)
    return address


def first_of(office: Office, event: str) -> int:
    """The index of the first entry of an event."""
    return int(run(office.world, 'SELECT min("index") FROM entries WHERE event = ?', event)[0][0])
