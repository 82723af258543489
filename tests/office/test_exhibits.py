"""Files of a case file: beside the record they belong to, for whoever reads it, and for no reporter."""

from uuid import UUID, uuid4

import pytest

from portal.domain.case_vocabulary import PaperKind
from portal.domain.errors import EnoughError, NotAllowedError, PaperError, StaleError, StrangerError
from portal.domain.evidence import Fate
from portal.domain.files import Held
from portal.domain.papers import Note
from portal.domain.vocabulary import MOST_EXHIBITS, MOST_FILES, IdentityField
from portal.office import identity
from tests import verification as cast
from tests.casework import confirm_step
from tests.exhibits import PHOTO, exhibit, record
from tests.filing import SOUND, attach_picture, taken
from tests.office.test_files_follow import erase, own, sent
from tests.sending import box
from tests.staffing import Staff
from tests.verification import file, finding, look, propose, visit
from tests.world import World

pytestmark = pytest.mark.sqlite


def visited(world: World) -> tuple[UUID, UUID]:
    """Chen has a summary and has been there: the case, and the record of it."""
    _, case_id = cast.assigned(world)
    for paper in (cast.plan(), visit()):
        file(world, "chen", case_id, paper)
    return case_id, record(world, case_id)


def test_whoever_reads_the_case_file_sees_it_beside_the_record_and_nobody_else(world: World) -> None:
    case_id, about = visited(world)
    made = exhibit(world, "chen", case_id, about, PHOTO)
    assert (made.number, made.fate) == (21, Fate.COPIED)
    (paper,) = (one for one in look(world, "chen", case_id).papers if one.file)
    assert (paper.kind, paper.about_id, paper.author) == (PaperKind.EXHIBIT, about, "chen")
    for who in ("chen", "gao", "lin"):
        assert taken(world, who, case_id, 21) not in {PHOTO, b""}
    for who in ("qin", "he"):
        with pytest.raises(StrangerError):
            taken(world, who, case_id, 21)
    added = next(one for one in world.entries() if one["event"] == "exhibit_added")
    assert (added["facts"]["file"], added["facts"]["fields"]) == (21, ["original_21"])
    assert {name for name, *_ in added["rows"]} == {"papers", "blobs", "identity_fields", "identity_shares"}
    world.sign()
    world.verify()


def test_what_was_added_lies_under_two_shares_and_its_reporter_knows_nothing_of_it(world: World) -> None:
    key, case_id = cast.checked(world)
    attach_picture(world, key)
    exhibit(world, "chen", case_id, record(world, case_id), PHOTO)
    assert sent(world)["original_21"] == PHOTO
    assert [one.file.number for one in own(world, key).letters if one.file] == [1]
    seen = box(world, key)
    assert "exhibit_added" not in {one.event for one in seen.steps}
    with world.store.reading() as session:
        assert IdentityField.ORIGINAL_21 not in identity.known(session, key.report_id)
    erase(world, key)
    assert sent(world) == {"original_21": PHOTO}, "what the office photographed is no part of who reported"
    world.sign()
    world.verify()


def test_it_is_added_by_whoever_writes_into_the_case_file_beside_a_record_of_it(world: World) -> None:
    case_id, about = visited(world)
    _, other = cast.assigned(world)
    for who, error in (("lin", NotAllowedError), ("qin", StrangerError), ("he", StrangerError)):
        with pytest.raises(error):
            exhibit(world, who, case_id, about)
    for case, record_ in ((case_id, uuid4()), (other, about), (case_id, record(world, case_id, PaperKind.PLAN))):
        with pytest.raises(StrangerError):
            exhibit(world, "chen", case, record_)
    assert exhibit(world, "gao", case_id, about).number == 21


def test_a_recording_is_sealed_unless_it_shows_nobody(world: World) -> None:
    case_id, about = visited(world)
    assert exhibit(world, "chen", case_id, about, SOUND).fate is Fate.KEPT
    with pytest.raises(StrangerError):
        taken(world, "chen", case_id, 21)
    assert exhibit(world, "chen", case_id, about, SOUND, harmless=True).fate is Fate.AS_IS
    assert taken(world, "chen", case_id, 22) == SOUND
    assert sorted(sent(world)) == ["original_21"]


def test_findings_rest_on_its_number_and_a_conclusion_grows_stale_with_it(staff: Staff, world: World) -> None:
    _, case_id = cast.checked(world)
    about = record(world, case_id)
    with pytest.raises(PaperError):
        file(world, "chen", case_id, finding(evidence=(21,)))
    exhibit(world, "chen", case_id, about)
    file(world, "chen", case_id, finding(evidence=(21,)))
    file(world, "chen", case_id, visit(evidence=(21,)))
    motion_id = propose(staff, case_id)
    exhibit(world, "chen", case_id, about)
    with pytest.raises(StaleError):
        confirm_step(staff, "gao", motion_id)


def test_a_case_file_has_places_of_its_own(world: World) -> None:
    key, case_id = cast.assigned(world)
    file(world, "chen", case_id, Note("走访。"))
    about = record(world, case_id, PaperKind.NOTE)
    assert [exhibit(world, "chen", case_id, about, SOUND).number for _ in range(2)] == [21, 22]
    assert own(world, key).held.files == 0
    full = Held(MOST_EXHIBITS, 0, after=MOST_FILES)
    with pytest.raises(EnoughError):
        full.next()
