"""Opening the house: files and database that do not belong together are refused in one line, before any use."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.exc import OperationalError

from crypto.keys import SigningKey
from portal.domain.audit import Party
from portal.domain.contents import NewName
from portal.domain.errors import NoDeskError, StartError, UncertifiedKeyError
from portal.domain.vocabulary import ActorKind, Duty, MotionKind
from portal.office import founding, history
from portal.office.opening import open_house
from portal.office.recording import Draft, record
from portal.store.session import open_store
from tests.faults import gone_after
from tests.sending import arrive, run
from tests.staffing import Staff
from tests.world import ORIGIN, World

pytestmark = pytest.mark.cold


def test_a_house_knows_its_installation_and_its_ledger(world: World) -> None:
    house = open_house(world.settings, world.store)
    assert house.origin == ORIGIN
    assert not house.demo
    assert house.installation == run(world, "SELECT id FROM installation")[0][0]


def test_a_house_shows_no_secret(world: World) -> None:
    shown = repr(world.house)
    for secret in (world.house.secret, world.house.pepper, world.house.promise_key.seed, world.house.entry_key.secret):
        assert secret.hex() not in shown
        assert repr(secret) not in shown


def other_key(world: World, name: str) -> None:
    path = getattr(world.settings, name)
    path.write_text("ab" * 32 + "\n", encoding="ascii")


def other_root(world: World) -> None:
    world.settings.root_key.write_text(SigningKey.generate().public.raw.hex() + "\n", encoding="ascii")


WRONG: dict[str, tuple[Callable[[World], None], str]] = {
    "another root": (other_root, "root.pub is not the root of this installation"),
    "another promise key": (lambda world: other_key(world, "promise_key"), "promise.key is not the key"),
    "another entry key": (lambda world: other_key(world, "entry_keys"), "entry.key does not hold the key"),
    "no pepper": (lambda world: world.settings.pepper.unlink(), "no key at"),
    "no installation": (lambda world: run(world, "DELETE FROM installation"), "cannot be read"),
    "no ledger": (lambda world: run(world, "DELETE FROM ledger_head"), "cannot be read"),
    "no tables": (lambda world: run(world, "ALTER TABLE installation RENAME TO gone"), "cannot be read"),
}


@pytest.mark.parametrize(("spoil", "sentence"), WRONG.values(), ids=WRONG.keys())
def test_what_does_not_belong_together_is_refused_in_one_line(
    world: World, spoil: Callable[[World], None], sentence: str
) -> None:
    spoil(world)
    with pytest.raises(StartError, match=sentence) as caught:
        open_house(world.settings, world.store)
    assert "\n" not in str(caught.value)


def test_a_database_that_is_not_there_is_refused(world: World, tmp_path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/nothing.sqlite")
    with pytest.raises(StartError, match="cannot be read"):
        open_house(world.settings, store)
    assert list(tmp_path.glob("nothing*")) == []


def test_a_key_that_was_replaced_may_stay_behind_the_new_one(world: World) -> None:
    path = world.settings.entry_keys
    path.write_text("ab" * 32 + "\n" + path.read_text(encoding="ascii"), encoding="ascii")
    assert open_house(world.settings, world.store).entry_key.secret == bytes.fromhex("ab" * 32)


def test_a_public_host_needs_no_pepper(world: World) -> None:
    world.settings.pepper.unlink()
    public = replace(world.settings, areas=frozenset({"intake"}))
    assert open_house(public, world.store).pepper == b""


def test_a_public_host_has_an_entry_key_of_its_own(world: World) -> None:
    other_key(world, "entry_keys")
    assert open_house(replace(world.settings, areas=frozenset({"intake"})), world.store)


# The directory


def directory(world: World, day: date = date(2026, 3, 2)):
    with world.store.reading() as session:
        return world.house.directories.read(session, today=day)


def test_the_directory_is_kept_until_desks_change(world: World) -> None:
    first = directory(world)
    assert directory(world) is first
    with world.store.transaction() as session:
        founding.touch(session)
    assert directory(world) is not first


def test_an_office_is_called_by_the_name_of_the_day(world: World) -> None:
    """Names are dated data: some offices are now 国防动员办公室."""
    authority = world.actor("lin").authority_id
    renamed = NewName(date(2026, 3, 5), "长春市国防动员办公室", "", "")
    Staff(world).new(MotionKind.RENAME, "office-220100", renamed.encoded(), ("guan", "cui"))
    assert directory(world, date(2026, 3, 4)).name(authority) == "长春市人民防空办公室"
    assert directory(world, date(2026, 3, 5)).name(authority) == "长春市国防动员办公室"
    today = directory(world, date(2026, 3, 5))
    assert directory(world, date(2026, 3, 4)) is today  # a clock a little behind moves nothing back


@pytest.mark.parametrize("statements", [1, 2, 3])
def test_a_new_day_that_could_not_be_read_is_read_the_next_time(world: World, statements: int) -> None:
    before = directory(world)
    tomorrow = date(2026, 3, 3)
    with world.store.reading() as session, gone_after(session, statements), pytest.raises(OperationalError):
        world.house.directories.read(session, today=tomorrow)
    assert directory(world, tomorrow) is not before


def test_reports_are_open_while_the_province_is_staffed(world: World) -> None:
    assert directory(world).open_for_reports()
    assert directory(world).misconduct_open()


def test_a_desk_that_is_not_there_is_said(world: World) -> None:
    known = directory(world)
    with pytest.raises(NoDeskError):
        known.desk_id(world.actor("qin").authority_id, Duty.PAYOUT)


def test_an_office_has_its_name_in_three_languages(world: World) -> None:
    authority = world.actor("lin").authority_id
    names = [directory(world).name(authority, language) for language in ("zh-Hans", "en", "ko", "fr")]
    assert names[0] == names[3] == "长春市人民防空办公室"
    assert len(set(names)) == 3


def test_keys_of_desks_are_believed_with_their_certificate_alone(world: World) -> None:
    desk = world.actor("lin").seats[0].desk_id
    with world.store.reading() as session:
        (key,) = world.house.directories.keys(session, [desk]).values()
    assert key.key == world.ring("lin").epochs[key.epoch_id].public
    run(world, "UPDATE desk_epochs SET public_key = ? WHERE desk_id = ?", SigningKey.generate().seed * 38, desk.bytes)
    with world.store.reading() as session, pytest.raises(UncertifiedKeyError):
        world.house.directories.keys(session, [desk])


def test_a_certificate_of_an_older_epoch_is_not_one_for_the_next(world: World) -> None:
    """An old key put back, with its own true certificate, is refused: the subject names the epoch."""
    desk = world.actor("lin").seats[0].desk_id
    run(world, "UPDATE desk_epochs SET epoch = 2, previous = zeroblob(1169) WHERE desk_id = ?", desk.bytes)
    with world.store.reading() as session, pytest.raises(UncertifiedKeyError):
        world.house.directories.keys(session, [desk])


def test_a_certificate_of_another_desk_is_refused(world: World) -> None:
    lin, gao = (world.actor(name).seats[0].desk_id for name in ("lin", "gao"))
    run(
        world,
        "UPDATE desk_epochs SET (public_key, certificate_id) ="
        " (SELECT public_key, certificate_id FROM desk_epochs WHERE desk_id = ?) WHERE desk_id = ?",
        gao.bytes,
        lin.bytes,
    )
    with world.store.reading() as session, pytest.raises(UncertifiedKeyError):
        world.house.directories.keys(session, [lin])


# The history


def test_officers_see_every_step_and_reporters_those_they_are_told(world: World) -> None:
    key, case_id = arrive(world)
    with world.store.reading() as session:
        args = (session, key.report_id, case_id, directory(world), "zh-Hans")
        told, all_ = history.for_reporter(*args), history.for_officer(*args)
    assert [step.event for step in told] == [step.event for step in all_] == ["submitted", "identity_given"]
    assert {step.at for step in told} == {datetime(2026, 3, 2, 4, 0, tzinfo=UTC)}
    assert all(step.hour_only for step in told)


def test_looks_between_the_same_two_steps_are_one_line_for_each_kind_and_office(world: World) -> None:
    key, case_id = arrive(world)
    looks = ("opened", "file_opened", "opened", "file_opened", "opened")
    with world.store.transaction() as session:
        for event in (*looks, "put_back", *looks):
            facts = {"papers": 1} if event == "file_opened" else {"letters": 1} if event == "opened" else {}
            lin = world.actor("lin")
            party = Party(ActorKind.OFFICER, lin.officer_id, lin.authority_id, Duty.INTAKE)
            record(session, world.house.entry_key, Draft(event, world.clock(), party, ("cases", case_id), facts))
    with world.store.reading() as session:
        steps = history.for_officer(session, key.report_id, case_id, directory(world), "zh-Hans")[2:]
    newest = steps[-1].index
    assert [(step.event, step.times, newest - step.index) for step in steps] == [
        ("file_opened", 2, 7),
        ("opened", 3, 6),
        ("put_back", 1, 5),
        ("file_opened", 2, 1),
        ("opened", 3, 0),
    ]
