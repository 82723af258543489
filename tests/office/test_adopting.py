"""An edition is adopted by two administrators of the province: from which day, in whose eyes, and against whom."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.domain import clocks
from portal.domain.contents import NewEdition
from portal.domain.errors import EditionError, LedgerError, NotAllowedError, OwnMotionError, StaleError
from portal.domain.vocabulary import EditionKind, MotionKind
from portal.office.house import House
from portal.office.opening import open_house
from portal.policy.adopting import Flaw
from portal.store.authorities import Installation
from portal.store.cases import Clock
from portal.store.editions import Edition
from portal.store.motions import Motion
from tests.editions import HOLIDAYS, REASONS, holidays, reasons
from tests.sending import arrive, decline, open_case, run
from tests.staffing import Staff
from tests.world import World

pytestmark = pytest.mark.cold

ADOPT, PROVINCE = MotionKind.ADOPT, "office-220000"


def policies(staff: Staff):
    staff.directory()
    return staff.world.house.policies


def test_announced_holidays_count_at_once_where_they_were_provisional(staff: Staff) -> None:
    assert policies(staff).holidays.kind(date(2027, 2, 9)).provisional
    staff.new(ADOPT, PROVINCE, holidays())
    assert policies(staff).holidays.kind(date(2027, 2, 9)) == clocks.DayKind(rest=True, provisional=False)
    assert not policies(staff).holidays.kind(date(2027, 2, 14)).rest
    assert staff.world.entries()[-2]["facts"]["edition"] == "2027"
    staff.world.verify()


def test_a_clock_that_runs_keeps_what_it_was_counted_by_and_the_next_is_counted_anew(staff: Staff) -> None:
    staff.world.clock.now = datetime(2027, 1, 29, 4, tzinfo=UTC)
    first, _ = arrive(staff.world)
    before = due(staff.world, first)
    staff.new(ADOPT, PROVINCE, holidays())
    second, _ = arrive(staff.world)
    after = due(staff.world, second)
    assert due(staff.world, first) == before
    assert (before[1], after[1]) == (True, False)
    assert after[0] < before[0]  # the last day was a Saturday, and Sunday is worked
    staff.world.verify()


def due(world: World, key) -> tuple[datetime, bool]:
    """When C02 of a report is due, and whether that is provisional."""
    wanted = select(Clock).where(Clock.report_id == key.report_id, Clock.rule == "C02")
    with world.store.reading() as session:
        found = session.scalars(wanted).one()
    return found.due_at, found.provisional


def test_an_edition_of_the_reasons_counts_from_its_day_and_what_was_decided_keeps_its_own(staff: Staff) -> None:
    world = staff.world
    _, case_id = arrive(world)
    decline(world, "lin", case_id, "INFO_REQUEST", "请按公开渠道提出。")
    staff.new(ADOPT, PROVINCE, reasons(without=("INFO_REQUEST",)))
    assert policies(staff).reasons.heading.edition == "jilin-1"
    world.clock.forward(days=8)
    assert policies(staff).reasons.heading.edition == "jilin-2"
    assert "INFO_REQUEST" not in policies(staff).reasons.decline
    sheet = open_case(world, "lin", case_id)
    assert sheet.decisions[-1].reason.code == "INFO_REQUEST"
    world.verify()


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (holidays(edition='"2026"'), Flaw.NAME_TAKEN),
        (holidays(edition='"Zwei 7"'), Flaw.BAD_NAME),
        (holidays(provisional="true", edition='"2027-b"'), Flaw.PROVISIONAL),
        (holidays(year="2027-01-01"), Flaw.UNREADABLE),
        (NewEdition(HOLIDAYS, "= 1").encoded(), Flaw.UNREADABLE),
        (NewEdition(HOLIDAYS, "[" * 100_000).encoded(), Flaw.UNREADABLE),
        (reasons(effective="2026-03-02"), Flaw.TOO_EARLY),
        (reasons(effective="2023-10-18"), Flaw.DAY_TAKEN),
        (reasons(without=("REISSUE_CODE",)), Flaw.LACKS),
        (NewEdition(EditionKind.CLOCKS, "x").encoded(), Flaw.UNFIT),
    ],
)
def test_what_cannot_be_adopted_is_refused_when_it_is_proposed(staff: Staff, content: bytes, flaw: Flaw) -> None:
    with pytest.raises(EditionError) as caught:
        staff.propose(ADOPT, "sheng-guan", code=PROVINCE, content=content)
    assert caught.value.flaw == flaw


def test_a_day_that_came_meanwhile_is_too_early(staff: Staff) -> None:
    motion = staff.propose(ADOPT, "sheng-guan", code=PROVINCE, content=reasons(effective="2026-03-03"))
    staff.world.clock.forward(days=1)
    with pytest.raises(EditionError):
        staff.confirm("sheng-cui", motion)


def test_the_same_name_is_adopted_once(staff: Staff) -> None:
    twice = [holidays(), holidays(source='"x"')]
    first, second = (staff.propose(ADOPT, "sheng-guan", code=PROVINCE, content=one) for one in twice)
    staff.confirm("sheng-cui", first)
    with pytest.raises(EditionError) as caught:
        staff.confirm("sheng-cui", second)
    assert caught.value.flaw == Flaw.NAME_TAKEN


def test_what_was_announced_is_corrected_from_tomorrow_on(staff: Staff) -> None:
    staff.new(ADOPT, PROVINCE, holidays())
    with pytest.raises(EditionError):
        staff.propose(ADOPT, "sheng-guan", code=PROVINCE, content=holidays(edition='"2027-b"', effective="2026-03-02"))
    content = holidays(edition='"2027-b"', effective="2026-03-20", last="2027-02-14", worked="[]")
    staff.new(ADOPT, PROVINCE, content)
    assert not policies(staff).holidays.kind(date(2027, 2, 14)).rest
    staff.world.clock.forward(days=20)
    assert policies(staff).holidays.kind(date(2027, 2, 14)).rest
    staff.world.verify()


@pytest.mark.sqlite
@pytest.mark.parametrize(("who", "code"), [("guan", PROVINCE), ("guan", "office-220100"), ("lin", PROVINCE)])
def test_no_one_below_the_province_adopts(staff: Staff, who: str, code: str) -> None:
    with pytest.raises(NotAllowedError):
        staff.propose(ADOPT, who, code=code, content=holidays())


def test_the_province_adopts_for_the_province_alone(staff: Staff) -> None:
    with pytest.raises(NotAllowedError):
        staff.propose(ADOPT, "sheng-guan", code="office-220100", content=holidays())


def test_nobody_confirms_their_own_edition(staff: Staff) -> None:
    motion = staff.propose(ADOPT, "sheng-guan", code=PROVINCE, content=holidays())
    with pytest.raises(OwnMotionError):
        staff.confirm("sheng-guan", motion)


def test_a_file_changed_between_the_two_is_not_adopted(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    motion = staff.propose(ADOPT, "sheng-guan", code=PROVINCE, content=holidays())
    other = holidays(last="2027-02-19")
    with staff.world.store.transaction() as session:
        session.execute(update(Motion).where(Motion.id == motion).values(content=other))
    with pytest.raises(LedgerError):
        staff.confirm("sheng-cui", motion)
    monkeypatch.setattr(type(staff.world.house.newest), "require", lambda *_: None)
    with pytest.raises(StaleError):  # and the first signature is not on it
        staff.confirm("sheng-cui", motion)


def host(staff: Staff, areas: str) -> House:
    """Another host of the same installation."""
    return open_house(replace(staff.world.settings, areas=frozenset(areas.split(","))), staff.world.store)


def look(staff: Staff, house: House) -> None:
    """What every request of a host begins with."""
    with staff.world.store.reading() as session:
        house.directories.read(session, today=staff.world.clock().date())


def touched(session: Session) -> None:
    session.execute(update(Installation).values(generation=Installation.generation + 1))


def plant(session: Session, motion_id) -> None:
    """A table that nobody adopted, beside a motion that somebody did."""
    text = NewEdition.decode(holidays(edition='"2027-c"', last="2027-02-19")).text
    entry_id = session.scalars(select(Motion.entry_id)).first()
    session.add(
        Edition(
            id=uuid4(),
            kind=HOLIDAYS,
            name="2027-c",
            effective_on=date(2027, 1, 1),
            data=text.encode(),
            adopted_at=datetime(2026, 3, 2, tzinfo=UTC),
            motion_id=motion_id,
            entry_id=entry_id,
        )
    )
    touched(session)


@pytest.mark.parametrize("areas", ["intake,review", "intake"])
def test_a_row_planted_in_the_database_is_believed_nowhere(staff: Staff, areas: str) -> None:
    """Nor on a public host, which cannot ask the entries: there no two signatures stand under it."""
    motion = staff.new(ADOPT, PROVINCE, holidays())
    other = host(staff, areas)
    look(staff, other)
    with staff.world.store.transaction() as session:
        plant(session, motion)
    with pytest.raises(LedgerError):
        look(staff, other)


@pytest.mark.parametrize("areas", ["intake,review", "intake"])
@pytest.mark.parametrize("column", ["data", "name", "effective_on", "kind"])
def test_a_row_that_was_changed_is_believed_nowhere(staff: Staff, areas: str, column: str) -> None:
    staff.new(ADOPT, PROVINCE, holidays())
    value = {"data": NewEdition.decode(holidays(last="2027-02-19")).text.encode(), "name": "2027-d"}
    value |= {"effective_on": date(2026, 1, 1), "kind": REASONS}
    with staff.world.store.transaction() as session:
        session.execute(update(Edition).values({column: value[column]}))
        touched(session)
    with pytest.raises(LedgerError):
        look(staff, host(staff, areas))


def test_a_row_that_was_taken_away_is_missed(staff: Staff) -> None:
    staff.new(ADOPT, PROVINCE, holidays())
    with staff.world.store.transaction() as session:
        session.execute(delete(Edition))
        touched(session)
    with pytest.raises(LedgerError, match="editions do not hold what entries say"):
        staff.directory()


def test_every_process_learns_of_it_by_itself_a_public_host_too(staff: Staff) -> None:
    others = [host(staff, "intake"), host(staff, "intake,review")]
    for other in others:
        look(staff, other)
    staff.new(ADOPT, PROVINCE, holidays())
    for other in others:
        assert other.policies.holidays.kind(date(2027, 2, 9)).provisional
        look(staff, other)
        assert not other.policies.holidays.kind(date(2027, 2, 9)).provisional


def test_a_motion_that_says_something_else_is_found_by_verify(staff: Staff) -> None:
    staff.new(ADOPT, PROVINCE, holidays())
    run(staff.world, "UPDATE motions SET content = NULL")
    with pytest.raises(LedgerError):
        staff.world.verify()
