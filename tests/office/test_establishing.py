"""The tree grows by two: an office more, another name from a day on; what is not so, and who may not."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from portal.domain import jurisdiction
from portal.domain.contents import NewName, NewOffice
from portal.domain.errors import (
    EstablishError,
    LedgerError,
    MotionPendingError,
    NotAllowedError,
    OwnMotionError,
    StaleError,
    StrangerError,
)
from portal.domain.establishing import Flaw
from portal.domain.vocabulary import Duty, MotionKind, MotionStep
from portal.office import motions
from portal.office.acting import Hand
from portal.store.authorities import Authority, AuthorityName, Installation
from portal.store.motions import Motion
from tests.staffing import Staff

pytestmark = pytest.mark.cold

FOUND, RENAME = MotionKind.FOUND, MotionKind.RENAME
PROVINCE, CITY, COUNTY = "office-220000", "office-220100", "office-220122"
NAME = NewName(date(2026, 3, 2), "长白山保护开发区人民防空办公室", "Civil Air Defence Office of Changbaishan", "")
OFFICE = NewOffice("X-CBS", NAME)
MOBILISATION = NewName(date(2026, 4, 1), "长春市国防动员办公室", "Changchun Mobilisation Office", "")


def test_an_office_is_added_by_two_and_nothing_goes_there_yet(staff: Staff) -> None:
    before = staff.directory()
    staff.new(FOUND, PROVINCE, OFFICE.encoded())
    directory = staff.directory()
    office = staff.authority("office-X-CBS")
    assert directory.tree.nodes[office].superior == directory.tree.province
    assert directory.name(office) == NAME.zh
    assert directory.name(office, "ko") == NAME.zh  # no name of its own: the Chinese one
    routed = [
        jurisdiction.route(
            one.tree, one.seats, division="X-CBS", misconduct=False, concerns_office=False, superior=False
        )
        for one in (before, directory)
    ]
    assert routed[0] == routed[1]
    assert staff.world.events()[-2:] == ["authority_added", "motion_confirmed"]
    staff.world.verify()


def test_an_office_whose_name_begins_later_is_called_so_already(staff: Staff) -> None:
    later = NewOffice("X-CBS", NewName(date(2026, 4, 1), "长白山人防办", "", ""))
    staff.new(FOUND, PROVINCE, later.encoded())
    assert staff.directory().name(staff.authority("office-X-CBS")) == "长白山人防办"


def test_an_office_that_was_added_gets_officers_and_desks_as_any_other(staff: Staff) -> None:
    staff.new(FOUND, PROVINCE, OFFICE.encoded())
    staff.newcomer("bai", "office-X-CBS", ("sheng-guan", "sheng-cui"))
    staff.agree(MotionKind.OPEN, ("bai", "sheng-guan"), "bai", duty=Duty.INTAKE, code="office-X-CBS")
    directory = staff.directory()
    office = staff.authority("office-X-CBS")
    assert (
        jurisdiction.nearest(directory.tree, directory.seats, Duty.INTAKE, directory.tree.office_of("X-CBS")) == office
    )
    staff.world.verify()


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("superior", "division", "flaw"),
    [
        (PROVINCE, "220100", Flaw.HAS_OFFICE),
        (PROVINCE, "220171", Flaw.NO_DIVISION),  # a development zone
        (PROVINCE, "nowhere", Flaw.NO_DIVISION),
        (CITY, "X-CBS", Flaw.NOT_BELOW),
        ("discipline-220000", "X-CBS", Flaw.OUTSIDE),
    ],
)
def test_an_office_that_cannot_be_is_refused(staff: Staff, superior: str, division: str, flaw: Flaw) -> None:
    with pytest.raises(EstablishError) as caught:
        staff.propose(FOUND, "sheng-guan", code=superior, content=NewOffice(division, NAME).encoded())
    assert caught.value.flaw == flaw


def test_what_two_proposed_at_once_is_done_once(staff: Staff) -> None:
    first = staff.propose(FOUND, "sheng-guan", code=PROVINCE, content=OFFICE.encoded())
    with pytest.raises(MotionPendingError):
        staff.propose(FOUND, "sheng-cui", code=PROVINCE, content=OFFICE.encoded())
    other = NewOffice("X-CBS", NewName(NAME.since, "另一个名字", "", ""))
    second = staff.propose(FOUND, "sheng-cui", code=PROVINCE, content=other.encoded())
    staff.confirm("sheng-cui", first)
    with pytest.raises(EstablishError):
        staff.confirm("sheng-guan", second)
    staff.world.verify()


def test_a_new_name_counts_from_its_day_on(staff: Staff) -> None:
    staff.new(RENAME, CITY, MOBILISATION.encoded(), ("guan", "cui"))
    city = staff.authority(CITY)
    assert staff.directory().name(city) == "长春市人民防空办公室"
    staff.world.clock.forward(days=29)
    assert staff.directory().name(city) == "长春市人民防空办公室"
    staff.world.clock.forward(days=1)
    assert staff.directory().name(city) == MOBILISATION.zh
    assert staff.directory().name(city, "en") == MOBILISATION.en
    assert staff.world.events()[-2:] == ["authority_renamed", "motion_confirmed"]
    staff.world.verify()


@pytest.mark.parametrize("since", [date(2022, 6, 10), date(2020, 1, 1)])
def test_a_name_does_not_begin_before_the_last_one(staff: Staff, since: date) -> None:
    content = NewName(since, "新名", "", "").encoded()
    with pytest.raises(EstablishError) as caught:
        staff.propose(RENAME, "guan", content=content)
    assert (caught.value.flaw, caught.value.named) == (Flaw.TOO_EARLY, "2022-06-10")


def test_a_name_that_changes_nothing_is_refused(staff: Staff) -> None:
    staff.new(RENAME, CITY, MOBILISATION.encoded(), ("guan", "cui"))
    again = NewName(MOBILISATION.since + timedelta(days=9), MOBILISATION.zh, MOBILISATION.en, "")
    with pytest.raises(EstablishError) as caught:
        staff.propose(RENAME, "guan", content=again.encoded())
    assert caught.value.flaw == Flaw.SAME_NAME


def test_a_name_that_another_overtook_is_not_given(staff: Staff) -> None:
    early = staff.propose(RENAME, "guan", content=MOBILISATION.encoded())
    later = NewName(date(2026, 5, 1), "再一个名字", "", "")
    staff.new(RENAME, CITY, later.encoded(), ("guan", "cui"))
    with pytest.raises(EstablishError):
        staff.confirm("cui", early)


def test_administrators_act_in_their_own_subtree_alone(staff: Staff) -> None:
    for who, code in (("guan", PROVINCE), ("guan", "office-220300"), ("lin", CITY), ("guan", "discipline-220000")):
        with pytest.raises(NotAllowedError):
            staff.propose(RENAME, who, code=code, content=MOBILISATION.encoded())
    with pytest.raises(NotAllowedError):
        staff.propose(FOUND, "guan", code=PROVINCE, content=OFFICE.encoded())
    motion = staff.propose(RENAME, "sheng-guan", code="office-220300", content=MOBILISATION.encoded())
    with pytest.raises(StrangerError):
        staff.confirm("guan", motion)


def test_one_person_adds_nothing(staff: Staff) -> None:
    motion = staff.propose(RENAME, "guan", content=MOBILISATION.encoded())
    with pytest.raises(OwnMotionError):
        staff.confirm("guan", motion)
    staff.end("cui", MotionStep.REFUSE, motion)
    staff.world.verify()
    assert "authority_renamed" not in staff.world.events()


def touched(session) -> None:
    session.execute(update(Installation).values(generation=Installation.generation + 1))


def plant(session, entry_id, **changes) -> None:
    """An office that nobody proposed, below 长春, for a zone of it."""
    city = session.scalars(select(Authority).where(Authority.code == CITY)).one()
    row = {"code": "office-planted", "kind": city.kind, "superior_id": city.id, "division": "220171", **changes}
    session.add(Authority(id=uuid4(), entry_id=entry_id, **row))


def test_an_office_planted_in_the_database_stops_the_directory(staff: Staff) -> None:
    with staff.world.store.transaction() as session:
        plant(session, session.scalars(select(Authority.entry_id).limit(1)).one())
        touched(session)
    with pytest.raises(LedgerError, match="authorities do not hold what entries say"):
        staff.directory()


@pytest.mark.parametrize("column", ["superior_id", "division"])
def test_an_office_hung_elsewhere_stops_the_directory(staff: Staff, column: str) -> None:
    four = staff.authority("office-220300")
    with staff.world.store.transaction() as session:
        value = {"superior_id": four, "division": "220171"}[column]
        session.execute(update(Authority).where(Authority.code == COUNTY).values({column: value}))
        touched(session)
    with pytest.raises(LedgerError, match="authorities: a row is not as its newest entry says"):
        staff.directory()


def test_a_name_changed_or_hidden_in_the_database_stops_the_directory(staff: Staff) -> None:
    staff.new(RENAME, CITY, MOBILISATION.encoded(), ("guan", "cui"))
    with staff.world.store.transaction() as session:
        session.execute(update(AuthorityName).where(AuthorityName.zh == MOBILISATION.zh).values(zh="冒名单位"))
        touched(session)
    with pytest.raises(LedgerError, match="authority_names"):
        staff.directory()
    with staff.world.store.transaction() as session:
        session.execute(AuthorityName.__table__.delete().where(AuthorityName.zh == "冒名单位"))
        touched(session)
    with pytest.raises(LedgerError, match="authority_names do not hold"):
        staff.directory()


def test_what_was_proposed_cannot_be_changed_before_it_is_confirmed(staff: Staff) -> None:
    motion = staff.propose(RENAME, "guan", content=MOBILISATION.encoded())
    with staff.world.store.transaction() as session:
        other = NewName(MOBILISATION.since, "冒名单位", "", "").encoded()
        session.execute(update(Motion).where(Motion.id == motion).values(content=other))
    with pytest.raises(LedgerError):
        staff.confirm("cui", motion)


def test_both_signatures_cover_the_content(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even with the entries out of the way, what was signed is not what stands there."""
    motion = staff.propose(RENAME, "guan", content=MOBILISATION.encoded())
    with staff.world.store.transaction() as session:
        other = NewName(MOBILISATION.since, "冒名单位", "", "").encoded()
        session.execute(update(Motion).where(Motion.id == motion).values(content=other))
    monkeypatch.setattr(type(staff.world.house.newest), "require", lambda *_: None)
    with pytest.raises(StaleError):
        staff.confirm("cui", motion)


def confirm_and_fail(staff: Staff, hand: Hand, motion: UUID) -> None:
    city = staff.authority(CITY)
    with staff.act("cui") as act:
        motions.confirm(act, hand, motion)
        if act.directory().name(city) == "今天的名字":  # its own work
            raise ZeroDivisionError


def test_a_transaction_that_was_rolled_back_leaves_its_directory_to_nobody(staff: Staff) -> None:
    motion = staff.propose(RENAME, "guan", content=NewName(date(2026, 3, 2), "今天的名字", "", "").encoded())
    hand = staff.hand("cui")
    with pytest.raises(ZeroDivisionError):
        confirm_and_fail(staff, hand, motion)
    assert staff.directory().name(staff.authority(CITY)) == "长春市人民防空办公室"


@pytest.mark.parametrize(
    "said", ["吉林省人民防空办公室", "四平市 人民防空办公室", "派驻吉林省人民防空办公室纪检监察组"]
)
def test_nobody_takes_the_name_of_another_authority(staff: Staff, said: str) -> None:
    with pytest.raises(EstablishError) as refused:
        staff.propose(RENAME, "guan", content=NewName(date(2026, 4, 1), said, "", "").encoded())
    assert refused.value.flaw is Flaw.OTHERS_NAME
