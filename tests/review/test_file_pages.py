"""`/review/cases/<id>/files`: what officers see of a file, what leaves, who may, and what is written down."""

import re
from uuid import UUID

import pytest

from crypto.primitives import sha256
from portal.domain import proofs
from portal.domain.errors import UnprovenError
from portal.office.proving import Log
from portal.worker import Unread
from tests.cameras import picture, saved
from tests.filing import SOUND
from tests.office.drills import tamper
from tests.office.test_assigning import assign
from tests.pages import Page
from tests.sending import accept, run
from tests.visitor import Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite

PHOTO = saved(picture(), "JPEG", comment=b"CANARY")


def hand_in(visitor: Visitor, *files: tuple[bytes, str], **said: str) -> None:
    """The reporter adds files."""
    visitor.get("/mailbox/evidence")
    assert visitor.post("/mailbox/evidence", {"files": list(files), **said}).status_code == 200


@pytest.fixture
def case(world: World, zhou: Visitor) -> str:
    """The address of a case with one photo, of the door."""
    zhou.report()
    hand_in(zhou, (PHOTO, "DSC_0001.jpg"), caption="链子在门把手上")
    raw = run(world, "SELECT id FROM cases")[0][0]
    return f"/review/cases/{UUID(bytes=raw)}"


def shots(page: Page) -> list[str]:
    return [one["src"] for one in page.all("img") if "/files/" in one["src"]]


def newest(world: World) -> tuple[str, dict[str, object]]:
    entry = world.entries()[-1]
    return entry["event"], entry["facts"]


def test_a_case_says_what_its_files_are_and_shows_none(world: World, lin: Visitor, case: str) -> None:
    page = Page(lin.get(case).text)
    assert page.problems() == []
    assert "文件1 · 图片" in page.text
    assert "链子在门把手上" in page.text
    assert shots(page) == []
    assert "DSC_0001" not in lin.last
    file = Page(lin.get(f"{case}/files/1").text)
    assert file.problems() == []
    assert shots(file) == [f"{case}/files/1/0"]
    assert newest(world)[0] == "opened"  # the frame says nothing that the case did not


def test_each_look_at_a_picture_is_recorded_before_it_is_shown(world: World, lin: Visitor, case: str) -> None:
    for _ in range(2):
        answer = lin.get(f"{case}/files/1/0")
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert newest(world) == ("file_shown", {"file": 1, "picture": 0})
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Disposition" not in answer.headers
    assert answer.content_length == len(answer.data)
    assert answer.data.startswith(b"\xff\xd8\xff")
    assert b"CANARY" not in answer.data
    assert sum(one["event"] == "file_shown" for one in world.entries()) == 2
    assert lin.get(f"{case}/files/1/1").status_code == 404
    assert lin.get(f"{case}/files/2/0").status_code == 404


def test_nothing_is_shown_that_is_not_signed_yet_or_was_altered(world: World, lin: Visitor, case: str) -> None:
    for (name,) in run(world, "SELECT hex(id) FROM blobs"):
        (path,) = world.home.glob(f"blobs/**/{name.lower()}")
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    answer = lin.get(f"{case}/files/1/0")
    assert (answer.status_code, answer.mimetype) == (500, "text/html")
    world.clock.forward(minutes=6)
    assert lin.client.get(f"{case}/files/1/0", base_url="https://localhost").status_code == 503
    assert lin.client.post(f"{case}/files/1/copy", base_url="https://localhost").status_code == 422


def test_the_copy_leaves_as_an_attachment_under_a_name_of_ours(world: World, lin: Visitor, case: str) -> None:
    lin.get(f"{case}/files/1")
    answer = lin.post(f"{case}/files/1/copy")
    assert answer.headers["Content-Disposition"] == "attachment; filename=file-1.jpg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.data != PHOTO
    assert newest(world) == ("file_taken", {"file": 1})


def test_what_shows_nobody_leaves_as_it_came_and_what_is_sealed_apart_does_not(
    world: World, lin: Visitor, zhou: Visitor, case: str
) -> None:
    hand_in(zhou, (SOUND, "a.mp3"))
    hand_in(zhou, (SOUND[:-1], "b.mp3"), harmless="y")
    assert "它像姓名一样封存着" in Page(lin.get(f"{case}/files/2").text).text
    size = len(world.entries())
    assert lin.post(f"{case}/files/2/copy").status_code == 404
    assert len(world.entries()) == size + 1  # refused
    assert "只能下载" in Page(lin.get(f"{case}/files/3").text).text
    answer = lin.post(f"{case}/files/3/copy")
    assert (answer.data, answer.mimetype) == (SOUND[:-1], "audio/mpeg")


def test_officers_add_files_that_the_reporter_sees(world: World, lin: Visitor, zhou: Visitor, case: str) -> None:
    lin.get(case)
    assert "举报人看得到您添的文件" in Page(lin.last).text
    answer = lin.post(f"{case}/files", {"files": [(PHOTO, "x.jpg"), (SOUND, "y.mp3")], "caption": "现场"})
    assert (answer.status_code, answer.location) == (303, f"{case}?done=filed")
    event, facts = newest(world)
    assert event == "file_added"
    assert {**facts, "content": ""} == {"content": "", "fields": ["original_3"], "file": 3, "position": 3}
    assert "现场" in Page(zhou.get("/mailbox/evidence").text).text
    assert zhou.get("/mailbox/evidence/2/0").data.startswith(b"\xff\xd8\xff")
    assert lin.get(f"{case}/files/2/0").status_code == 200


def test_a_bad_file_costs_no_other_and_says_why(world: World, lin: Visitor, case: str) -> None:
    lin.get(case)
    answer = lin.post(f"{case}/files", {"files": [(b"<html>", "x.jpg"), (PHOTO, "y.jpg")]})
    assert answer.status_code == 200
    assert "网页文件不收" in Page(answer.text).text
    assert lin.post(f"{case}/files", {"files": (b"MZ", "x.jpg")}).status_code == 422
    assert lin.post(f"{case}/files", {"files": (b"", "")}).status_code == 422
    assert "请先选文件" in Page(lin.last).text
    assert run(world, "SELECT count(*) FROM letters WHERE kind = 'file'") == [(2,)]
    large = lin.post(f"{case}/files", {"files": (b"", "")}, environ_overrides={"CONTENT_LENGTH": "999999999"})
    assert large.status_code == 413
    crowded = lin.post(f"{case}/files", {"files": (PHOTO, "x.jpg")}, environ_overrides={"wsgi.input": Unread()})
    assert (crowded.status_code, crowded.headers["Retry-After"]) == (503, "60")
    assert "同时传文件的人太多" in Page(crowded.text).text


@pytest.mark.usefixtures("zhou", "lin")
def test_an_investigator_sees_files_with_the_report_and_with_the_summary_none(world: World, case: str) -> None:
    case_id, chen = UUID(case.rpartition("/")[2]), world.officer("chen")
    assert chen.get(f"{case}/files/1").status_code == 404
    accept(world, "lin", case_id)
    assign(world, case_id, narrative=False)
    for address in (f"{case}/files/1", f"{case}/files/1/0"):
        assert chen.get(address).status_code == 404
    gao = world.officer("gao")
    gao.get(case)
    gao.post(re.search(rf"{case}/assigned/[0-9a-f-]+/end", gao.last)[0])
    assign(world, case_id, narrative=True)
    assert f"{case}/files/1" in chen.get(f"/review/assigned/{case_id}").text
    assert f"/review/assigned/{case_id}" in chen.get(f"{case}/files/1").text
    assert chen.get(f"{case}/files/1/0").status_code == 200
    entry = world.entries()[-1]
    assert (entry["event"], entry["actor"]["duty"]) == ("file_shown", "investigate")
    assert chen.post(f"{case}/files", {"files": (PHOTO, "x.jpg")}).status_code == 404


def test_whoever_takes_a_copy_along_can_show_later_that_it_is_the_one_made_then(
    world: World, lin: Visitor, case: str
) -> None:
    lin.get(f"{case}/files/1")
    (number,) = re.findall(r"\b[0-9a-f]{64}\b", Page(lin.last).text)
    copy = lin.post(f"{case}/files/1/copy").data
    before = world.events()
    kept = lin.get(f"{case}/files/1/proof")
    assert kept.headers["Content-Disposition"] == "attachment; filename=file-1.tlog-proof"
    assert world.events() == before
    shown = proofs.check(kept.text, Log.of(world.house).open_head)
    assert proofs.require_file(shown, sha256(copy), bytes.fromhex(number)) == "copy"
    with pytest.raises(UnprovenError, match="file"):
        proofs.require_file(shown, sha256(PHOTO), bytes.fromhex(number))
    assert world.officer("qin").get(f"{case}/files/1/proof").status_code == 404


def test_the_damaged_letter_of_one_file_hides_no_other_from_anybody(
    world: World, lin: Visitor, zhou: Visitor, case: str
) -> None:
    hand_in(zhou, (SOUND, "a.mp3"), harmless="y")
    tamper(world, "UPDATE letters SET body = zeroblob(length(body)) WHERE kind = 'file' AND position = 1")
    assert lin.get(f"{case}/files/1").status_code == 404
    assert lin.get(f"{case}/files/2").status_code == 200
    assert lin.post(f"{case}/files/2/copy").data == SOUND
    assert "打不开" in Page(zhou.get("/mailbox/evidence").text).text
    hand_in(zhou, (SOUND[:-1], "b.mp3"))
    assert run(world, "SELECT count(*) FROM letters WHERE kind = 'file'") == [(3,)]
