"""`/mailbox/evidence/uploads`: a file in pieces, whatever order, loss, repetition or meddling it meets on its way."""

import logging
import secrets
from dataclasses import replace
from pathlib import Path
from threading import BoundedSemaphore

import pytest
from sqlalchemy import select

from portal.domain.files import AT_ONCE, MOST_UPLOADS, PIECE
from portal.office import copying, uploading
from portal.store.blobs import FolderBlobs
from portal.store.files import Blob
from tests import canary
from tests.faults import count
from tests.handing_in import PATH, lying
from tests.sending import run
from tests.visitor import BASE, TOKEN, Visitor
from tests.world import World

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored

UPLOADS = f"{PATH}/uploads"
CANARY = "CANARY-8W3T"
SOUND = b"#!AMR\n" + CANARY.encode() * 40_000  # two pieces and a little


@pytest.fixture
def sender(zhou: Visitor) -> Visitor:
    """周 in front of the page for files, with a report sent."""
    zhou.report()
    zhou.get(PATH)
    return zhou


def begin(visitor: Visitor, length: object = len(SOUND)):
    return visitor.post(UPLOADS, {"length": str(length)})


def token_of(visitor: Visitor, length: int = len(SOUND)) -> str:
    answer = begin(visitor, length)
    assert (answer.status_code, answer.json["piece"]) == (201, PIECE)
    return answer.json["token"]


def put(visitor: Visitor, token: str, number: object, data: bytes | None = None, **headers: str):
    """Send one piece of the recording, or other bytes."""
    at = int(number) * PIECE if str(number).isdigit() else 0
    said = {"X-CSRF-Token": TOKEN.search(visitor.last)[1], "Upload": token, "Piece": str(number), **headers}
    body = SOUND[at : at + PIECE] if data is None else data
    return visitor.client.post(
        f"{UPLOADS}/piece", data=body, headers=said, content_type="application/octet-stream", base_url=BASE
    )


def finish(visitor: Visitor, token: str, **fields: str):
    return visitor.post(f"{UPLOADS}/finish", {"upload": token, **fields})


def test_in_pieces_it_becomes_the_file_that_it_would_have_become_at_once(world: World, sender: Visitor) -> None:
    token = token_of(sender)
    assert [put(sender, token, number).status_code for number in (2, 0, 0, 1)] == [200] * 4
    answer = finish(sender, token, caption="六号门", harmless="y")
    assert answer.json == {"taken": True, "said": "收到了", "place": None}
    assert sender.client.get(PATH, base_url=BASE).text.count("六号门") == 1
    assert count(world, "blobs") == 1
    assert len(lying(world)) == 2  # the file, and for an hour what became of the upload
    world.sign()
    world.verify()


def test_pieces_that_come_together_and_again_apart_become_the_same_file(world: World, sender: Visitor) -> None:
    token = token_of(sender)
    assert put(sender, token, 1, SOUND[PIECE:]).status_code == 200  # the second and the third
    assert finish(sender, token).json["piece"] == 0
    assert put(sender, token, 0, SOUND[: 2 * PIECE]).status_code == 200
    assert finish(sender, token).json["piece"] == 2  # what lay under the second counts no more
    put(sender, token, 1)
    put(sender, token, 2)
    assert finish(sender, token).json["taken"]
    with world.store.reading() as session:
        assert session.scalars(select(Blob.length)).one() > len(SOUND)


def test_a_request_brings_no_more_pieces_than_a_body_holds(sender: Visitor) -> None:
    token = token_of(sender, 7 * PIECE)
    assert put(sender, token, 0, bytes(AT_ONCE * PIECE)).status_code == 200
    assert put(sender, token, 0, bytes(AT_ONCE * PIECE + 1)).status_code == 409
    assert put(sender, token, 0, bytes((AT_ONCE + 1) * PIECE)).status_code == 413


def test_asked_to_finish_again_it_says_the_same_and_takes_nothing_more(world: World, sender: Visitor) -> None:
    token = token_of(sender, 100)
    put(sender, token, 0, SOUND[:100])
    first = finish(sender, token).json
    assert first == finish(sender, token).json
    assert (first["taken"], first["said"]) == (True, "收到了，像姓名一样封存，办公室现在看不到")
    assert world.events().count("file_added") == 1


def test_why_it_was_not_taken_is_said_again_too(world: World, sender: Visitor) -> None:
    token = token_of(sender, 6)
    put(sender, token, 0, b"<html>")
    first = finish(sender, token).json
    assert first == finish(sender, token).json
    assert (first["taken"], first["said"]) == (False, "网页文件不收，请传截图。")
    assert count(world, "blobs") == 0


def test_what_has_ended_takes_no_piece_any_more(world: World, sender: Visitor) -> None:
    token = token_of(sender, 6)
    put(sender, token, 0, b"<html>")
    finish(sender, token)
    assert put(sender, token, 0, b"<html>").status_code == 409
    assert len(lying(world)) == 1  # what became of it


def test_of_two_that_begin_at_once_none_goes_on_without_room(
    world: World, sender: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, other, slots = uploading._keep, [], iter(range(2))
    monkeypatch.setattr(secrets, "choice", lambda _: next(slots))  # drawn alike, the later takes the other's place

    def meanwhile(*kept) -> None:
        monkeypatch.setattr(uploading, "_keep", keep)
        other.append(begin(sender, 150_000_000).status_code)
        keep(*kept)

    monkeypatch.setattr(uploading, "_keep", meanwhile)
    assert "太大了" in begin(sender, 150_000_000).json["said"]
    assert other == [201]
    assert len(lying(world)) == 1


@pytest.mark.parametrize("late", [True, False])
def test_asked_again_before_the_first_answer_both_say_the_same(
    world: World, sender: Visitor, monkeypatch: pytest.MonkeyPatch, *, late: bool
) -> None:
    token, read, answers = token_of(sender, 100), uploading.read, []
    put(sender, token, 0, SOUND[:100])

    def meanwhile(house, upload):
        monkeypatch.setattr(uploading, "read", read)
        pieces = () if late else tuple(read(house, upload))
        answers.append(finish(sender, token).json)
        yield from pieces or read(house, upload)

    monkeypatch.setattr(uploading, "read", meanwhile)
    assert [finish(sender, token).json] == answers
    assert answers[0]["taken"]
    assert finish(sender, token).json == answers[0]
    assert world.events().count("file_added") == 1


@pytest.mark.parametrize("meddle", [lambda one: one.unlink(), lambda one: one.write_bytes(one.read_bytes()[:-1])])
def test_a_piece_that_is_missing_or_altered_is_asked_for_once_more(world: World, sender: Visitor, meddle) -> None:
    token = token_of(sender)
    for number in (0, 1, 2):
        put(sender, token, number)
    meddle(next(one for one in lying(world) if one.name.endswith("-1")))
    answer = finish(sender, token)
    assert (answer.status_code, answer.json["piece"]) == (409, 1)
    assert [one for one in lying(world) if one.parent.parent.name == "files"] == []
    put(sender, token, 1)
    assert finish(sender, token).json["taken"]


def test_two_pieces_exchanged_on_the_disk_do_not_open(world: World, sender: Visitor) -> None:
    token = token_of(sender)
    for number in (0, 1, 2):
        put(sender, token, number)
    first, second = (next(one for one in lying(world) if one.name.endswith(end)) for end in ("-1", "-2"))
    first.write_bytes(second.read_bytes())
    assert finish(sender, token).json["piece"] == 1


@pytest.mark.parametrize(
    ("number", "data"),
    [
        (3, b"x"),
        (-1, b"x"),
        ("one", b"x"),
        (0, b"x"),
        (0, b""),
        (2, SOUND[:PIECE]),
        (0, SOUND[: PIECE + 1]),
        (1, SOUND),
    ],
)
def test_a_piece_that_cannot_be_one_is_refused(world: World, sender: Visitor, number: object, data: bytes) -> None:
    answer = put(sender, token_of(sender), number, data)
    assert (answer.status_code, answer.json["said"][:8]) == (409, "传来的这一段不对")
    assert len(lying(world)) == 1


def test_a_token_opens_in_the_mailbox_that_it_was_made_for_alone(world: World, sender: Visitor) -> None:
    receipt = world.visitor()
    receipt.report(place="别处")
    receipt.get(PATH)
    other, own = token_of(receipt, 100), token_of(sender, 100)
    again = other[:-4] + ("AAAA" if other[-4:] != "AAAA" else "BBBB")
    for token in (other, again, "", "x", "=", own[:40], "é"):
        answer = put(sender, token.encode().decode("latin-1"), 0, SOUND[:100])
        assert (answer.status_code, answer.json["said"][:9]) == (409, "这个文件接不上了。"[:9])
        assert finish(sender, token).status_code == 409
    assert count(world, "blobs") == 0


def test_a_mailbox_opened_anew_begins_anew(world: World, zhou: Visitor) -> None:
    zhou.report()
    receipt = zhou.receipt
    zhou.get(PATH)
    token = token_of(zhou, 100)
    zhou.open_mailbox(receipt)
    zhou.get(PATH)
    assert put(zhou, token, 0, SOUND[:100]).status_code == 409
    assert len(lying(world)) == 1


def test_a_piece_without_the_header_of_our_page_is_refused(world: World, sender: Visitor) -> None:
    token = token_of(sender, 100)
    for said in ({"X-CSRF-Token": ""}, {"X-CSRF-Token": "x"}, {"Sec-Fetch-Site": "cross-site"}):
        assert put(sender, token, 0, SOUND[:100], **said).status_code in {403, 422}
    assert len(lying(world)) == 1


@pytest.mark.parametrize(
    ("length", "said"),
    [(0, "是空的"), (200_000_001, "太大了"), ("x", "按钮"), ("", "按钮"), (-5, "按钮"), ("9" * 40, "按钮")],
)
def test_what_cannot_be_taken_is_said_before_a_byte_is_sent(
    world: World, sender: Visitor, length: object, said: str
) -> None:
    answer = begin(sender, length)
    assert answer.status_code == 422
    assert said in answer.json["said"]
    assert lying(world) == []


def test_what_has_begun_takes_its_room_for_an_hour(world: World, sender: Visitor) -> None:
    receipt = sender.report() and sender.receipt
    sender.get(PATH)
    token_of(sender, 150_000_000)
    assert "太大了" in begin(sender, 60_000_000).json["said"]
    world.clock.forward(minutes=61)
    sender.open_mailbox(receipt)
    sender.get(PATH)
    assert begin(sender, 60_000_000).status_code == 201


def test_no_more_than_twenty_have_begun_at_once_and_one_that_ended_makes_place(world: World, sender: Visitor) -> None:
    tokens = [token_of(sender, 6) for _ in range(MOST_UPLOADS)]
    assert len(lying(world)) == MOST_UPLOADS
    assert "已经满了" in begin(sender, 6).json["said"]
    put(sender, tokens[3], 0, b"<html>")
    finish(sender, tokens[3])
    assert begin(sender, 6).status_code == 201


def test_room_that_went_meanwhile_is_seen_at_each_piece_and_at_the_end(world: World, sender: Visitor) -> None:
    token = token_of(sender, 100)
    sender.post(PATH, {"files": (SOUND[:1000], "a.amr")})
    put(sender, token, 0, SOUND[:100])
    run(world, "UPDATE blobs SET length = 199999950")
    assert "太大了" in put(sender, token, 0, SOUND[:100]).json["said"]
    assert "太大了" in finish(sender, token).json["said"]
    assert count(world, "blobs") == 1


def test_without_room_on_the_disk_the_pieces_stay_for_later(world: World, sender: Visitor) -> None:
    token = token_of(sender, 100)
    put(sender, token, 0, SOUND[:100])
    app = sender.client.application
    full = FolderBlobs(world.home / "blobs", made=True, spare=1 << 62)
    app.extensions["portal"] = replace(world.portal, house=replace(world.house, blobs=full))
    assert [put(sender, token, 0, SOUND[:100]).status_code, finish(sender, token).status_code] == [507, 507]
    app.extensions["portal"] = world.portal
    assert finish(sender, token).json["taken"]


def test_while_too_many_files_wait_for_their_copy_the_page_is_told_to_come_back(
    sender: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_of(sender, 100)
    put(sender, token, 0, SOUND[:100])
    monkeypatch.setattr(copying, "IN_LINE", BoundedSemaphore(1))
    with copying.IN_LINE:
        assert finish(sender, token).status_code == 503
    assert finish(sender, token).json["taken"]


def test_a_report_withdrawn_meanwhile_takes_no_piece(world: World, sender: Visitor) -> None:
    token = token_of(sender, 100)
    sender.post("/mailbox/withdraw", {})
    sender.get("/mailbox")
    assert [put(sender, token, 0, SOUND[:100]).status_code, finish(sender, token).status_code] == [409, 409]
    assert count(world, "blobs") == 0


def test_what_lies_there_in_the_middle_is_ciphertext(
    sender: Visitor, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        token = token_of(sender)
        put(sender, token, 0)
        put(sender, token, 1)
    assert canary.found([tmp_path], (CANARY, token)) == []
    assert CANARY not in caplog.text
    assert token not in caplog.text
