"""Taking back a file that one added by mistake: all goes but that it was there, and never what a conclusion has."""

import pytest

from portal.domain.errors import (
    LedgerError,
    NeededFileError,
    NotAllowedError,
    ReasonError,
    StrangerError,
    UnfinishedError,
)
from portal.domain.vocabulary import IdentityField
from tests.casework import confirm_step
from tests.exhibits import PHOTO, exhibit, record, take_back
from tests.filing import SOUND, add, attach, attach_picture, named, stored, taken
from tests.office.test_files_follow import own, sent
from tests.requesting import order, refuse
from tests.sending import arrive, box, run
from tests.staffing import Staff
from tests.verification import checked, file, finding, look, propose
from tests.visitor import PICTURE
from tests.world import World

pytestmark = pytest.mark.sqlite


def test_nothing_is_left_of_it_but_that_it_was_there_and_why_it_went(world: World) -> None:
    _, case_id = checked(world)
    exhibit(world, "chen", case_id, record(world, case_id), PHOTO)
    before = stored(world)
    take_back(world, "chen", case_id, 21, "shows")
    assert (sent(world), named(world)) == ({}, set())
    assert stored(world) == before, "what no row names is collected by tick"
    (paper,) = (one for one in look(world, "gao", case_id).papers if one.file)
    assert (paper.file.back, paper.file.pictures, paper.file.copied) == (True, 0, False)
    for who in ("chen", "gao"):
        with pytest.raises(StrangerError):
            taken(world, who, case_id, 21)
    (entry,) = (one for one in world.entries() if one["event"] == "exhibit_taken_back")
    assert (entry["reason"], entry["facts"]) == ("shows", {"file": 21, "fields": ["original_21"]})
    assert {name for name, *_ in entry["rows"]} == {"blobs", "identity_fields", "identity_shares"}
    assert {digest for *_, digest in entry["rows"]} == {""}
    assert exhibit(world, "chen", case_id, record(world, case_id)).number == 22, "its number is given to no other"
    world.sign()
    world.verify()


def test_a_file_in_the_letters_goes_too_and_its_reporter_reads_that_it_did(world: World) -> None:
    key, case_id = arrive(world)
    attach_picture(world, key)
    add(world, "lin", case_id, PICTURE[0])
    take_back(world, "lin", case_id, 2, "shows")
    assert [(one.file.number, one.file.back) for one in own(world, key).letters if one.file] == [(1, False), (2, True)]
    assert box(world, key).steps[-1].event == "file_taken_back"
    assert sorted(sent(world)) == ["original_1"]
    world.sign()
    world.verify()


def test_whoever_added_it_takes_it_back_and_nobody_else(world: World) -> None:
    key, case_id = checked(world)
    attach(world, key)
    exhibit(world, "chen", case_id, record(world, case_id))
    for who, number, error in (
        ("gao", 21, NotAllowedError),
        ("lin", 21, NotAllowedError),
        ("qin", 21, StrangerError),
        ("lin", 1, NotAllowedError),
        ("chen", 22, StrangerError),
    ):
        with pytest.raises(error):
            take_back(world, who, case_id, number)
    with pytest.raises(ReasonError):
        take_back(world, "chen", case_id, 21, "because")
    take_back(world, "chen", case_id, 21)
    with pytest.raises(StrangerError):
        take_back(world, "chen", case_id, 21)


def test_what_a_conclusion_rests_on_stays(staff: Staff, world: World) -> None:
    _, case_id = checked(world)
    about = record(world, case_id)
    exhibit(world, "chen", case_id, about)
    motion_id = propose(staff, case_id)
    with pytest.raises(NeededFileError) as waits:
        take_back(world, "chen", case_id, 21)
    confirm_step(staff, "gao", motion_id)
    with pytest.raises(NeededFileError) as rests:
        take_back(world, "chen", case_id, 21)
    assert (waits.value.flaw, rests.value.flaw) == ("proposed", "concluded")
    exhibit(world, "chen", case_id, about)
    take_back(world, "chen", case_id, 22)
    world.sign()
    world.verify()


def test_what_a_request_names_stays_until_that_is_over(world: World) -> None:
    _, case_id = checked(world)
    exhibit(world, "chen", case_id, record(world, case_id), PHOTO)
    request_id = order(world, case_id, IdentityField.original(21))
    with pytest.raises(NeededFileError) as caught:
        take_back(world, "chen", case_id, 21)
    assert caught.value.flaw == "asked"
    assert sent(world) != {}, "its original is still there"
    refuse(world, request_id)
    take_back(world, "chen", case_id, 21)
    world.sign()
    world.verify()


def test_a_finding_that_rests_on_what_went_is_made_anew_before_a_conclusion(staff: Staff, world: World) -> None:
    _, case_id = checked(world)
    exhibit(world, "chen", case_id, record(world, case_id))
    file(world, "chen", case_id, finding(evidence=(21,)))
    take_back(world, "chen", case_id, 21)
    with pytest.raises(UnfinishedError) as caught:
        propose(staff, case_id)
    assert caught.value.flaw == "evidence"
    file(world, "chen", case_id, finding())
    confirm_step(staff, "gao", propose(staff, case_id))


def test_a_row_that_no_entry_took_back_is_missed(world: World) -> None:
    _, case_id = checked(world)
    exhibit(world, "chen", case_id, record(world, case_id), SOUND, harmless=True)
    world.sign()
    run(world, "DELETE FROM blobs")
    with pytest.raises(LedgerError, match="is gone; entry"):
        world.verify()
