"""`/mailbox/evidence` without script: each file of a sending is told its own fate, a bad one costs nothing else."""

import logging
import re
import tempfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore
from uuid import UUID

import pytest
from PIL import Image
from PIL.ExifTags import IFD
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal.domain.errors import NotStoredError
from portal.office import copying
from portal.store.blobs import FolderBlobs
from portal.worker import Unread
from tests import canary
from tests.faults import count
from tests.handing_in import PATH, Arriving, arrive, body, lying, told
from tests.office.test_transferring import hand
from tests.pages import Page
from tests.sending import run
from tests.visitor import BASE, PICTURE, Visitor
from tests.world import Template, World

CANARY = "CANARY-5K2M"
SOUND = b"#!AMR\n" + CANARY.encode() * 400
WEB_PAGE = b"<html><body>" + CANARY.encode()
NAMES = (f"../../{CANARY}.amr", f"{CANARY}\u202egpj.exe", f"{CANARY}\x07\x1b[31m.amr", "周小明.amr", "C:\\a\\..\\b")


@pytest.fixture
def sender(zhou: Visitor) -> Visitor:
    """周 in front of the page for files, with a report sent."""
    zhou.report()
    zhou.get(PATH)
    return zhou


def sound(number: int = 0) -> tuple[bytes, str]:
    """A recording like no other; it is kept without a copy, so that no child is started."""
    return SOUND + bytes([number]), "a.amr"


def send(visitor: Visitor, *files: tuple[bytes, str], status: int = 200, **fields: str) -> list[str]:
    """Send them; returns what the page says of each."""
    answer = visitor.post(PATH, {"files": list(files), **fields})
    assert answer.status_code == status, answer.text[:2000]
    assert Page(visitor.last).problems() == []
    return told(visitor)


def test_each_file_is_told_what_became_of_it(world: World, sender: Visitor) -> None:
    said = send(sender, PICTURE, (WEB_PAGE, "a.jpg"), (b"", "b.jpg"), sound(), sound(), (b"\0\1", "c"))
    assert [one[:3] for one in said] == ["收到了", "没有收", "没有收", "收到了", "没有收", "没有收"]
    assert said[0].startswith("收到了 文件1 · 图片 · 67 B 办公室只看重做的一份")
    assert "网页文件不收" in said[1]
    assert "是空的" in said[2]
    assert "文件2 · 录音" in said[3]
    assert "办公室现在看不到" in said[3]
    assert "已经传过了" in said[4]
    assert "这种文件不收" in said[5]
    assert world.events().count("file_added") == 2
    assert (
        len(lying(world)) == count(world, "blobs") == 4
    )  # the picture, its copy, a small one to look at; the recording
    world.sign()
    world.verify()


@pytest.mark.parametrize(("files", "said"), [("1", "已经满了"), ("0", "")])
def test_an_installation_may_take_fewer_files_or_none(
    template: Template, tmp_path: Path, files: str, said: str
) -> None:
    world = World.copy(template, tmp_path / "home", PORTAL_FILES=files, PORTAL_FILES_MB="1")
    zhou = world.visitor()
    zhou.report()
    zhou.get(PATH)
    if files == "0":
        assert "不能再加文件了" in Page(zhou.last).text
    else:
        assert said in send(zhou, sound(1), sound(2))[1]
    world.close()


def test_nothing_chosen_is_said_at_the_button(sender: Visitor) -> None:
    assert sender.post(PATH, {"files": (b"", ""), "caption": "门"}).status_code == 422
    page = Page(sender.last)
    assert [link for link, _ in page.summary] == ["send-files"]
    assert page.form(PATH).fields["caption"] == "门"


def test_too_long_a_caption_takes_no_file_and_keeps_the_words(world: World, sender: Visitor) -> None:
    assert sender.post(PATH, {"files": sound(), "caption": "长" * 501}).status_code == 422
    assert Page(sender.last).form(PATH).fields["caption"] == "长" * 501
    assert "文件没有收下，改好以后请再选一次。" in Page(sender.last).text
    assert lying(world) == []


def test_the_twenty_first_file_has_no_place(world: World, sender: Visitor) -> None:
    said = send(sender, *(sound(number) for number in range(21)))
    assert [one[:3] for one in said] == ["收到了"] * 20 + ["没有收"]
    assert "已经满了" in said[20]
    assert "不能再加" in sender.last
    assert len(lying(world)) == 20
    assert "已经满了" in send(sender, sound(22), status=422)[0]


def test_what_is_larger_than_the_room_left_is_refused_and_the_smaller_taken(world: World, sender: Visitor) -> None:
    send(sender, sound())
    run(world, "UPDATE blobs SET length = 199990000")  # of 200 MB together
    said = send(sender, (SOUND * 4, "long.amr"), sound(1))
    assert "太大了" in said[0]
    assert said[1][:3] == "收到了"
    assert len(lying(world)) == 2


def test_room_that_others_took_meanwhile_is_not_taken_twice(world: World, sender: Visitor) -> None:
    send(sender, sound())
    sender.get(PATH)
    whole, media = body(sender, sound(1))
    arrive(sender, whole, media, Arriving(whole, lambda: run(world, "UPDATE blobs SET length = 199999990")))
    assert "太大了" in told(sender)[0]
    assert len(lying(world)) == 1


def test_a_database_that_breaks_off_while_it_says_yes_costs_no_file(world: World, sender: Visitor) -> None:
    def break_off(session: Session) -> None:
        if session.get_bind() is world.store.writer:
            event.remove(Session, "after_commit", break_off)
            raise NotStoredError("cut off")

    whole, media = body(sender, sound())
    arrive(sender, whole, media, Arriving(whole, lambda: event.listen(Session, "after_commit", break_off)))
    assert "没有存上" in told(sender)[0]
    assert (len(lying(world)), count(world, "blobs")) == (1, 1)
    assert "已经传过" in send(sender, sound(), status=422)[0]
    world.sign()
    world.verify()


def test_a_request_that_says_it_is_too_large_is_refused_with_a_page(world: World, sender: Visitor) -> None:
    whole, media = body(sender, sound())
    answer = arrive(sender, whole, media, BytesIO(whole), length=300_000_000)
    assert answer.status_code == 413
    assert "太大了" in told(sender)[0]
    assert lying(world) == []


def test_more_files_at_once_than_are_looked_at_are_called_too_many_and_not_too_large(
    world: World, sender: Visitor
) -> None:
    assert "选的文件太多" in send(sender, *[sound(number) for number in range(101)], status=413)[0]
    assert "还能传 20 个" in Page(sender.last).text
    assert lying(world) == []
    assert send(sender, sound())[0].startswith("收到了")


def test_words_beyond_every_limit_are_no_matter_of_files(sender: Visitor) -> None:
    whole, media = body(sender, sound())
    words = b'--cut\r\nContent-Disposition: form-data; name="caption"\r\n\r\n' + b"x" * 1_100_000 + b"\r\n--cut--"
    whole = whole.replace(b"--cut--", words)
    answer = arrive(sender, whole, media, BytesIO(whole))
    assert (answer.status_code, "1 MB 的文字" in Page(answer.text).text) == (413, True)


def test_for_whom_there_is_no_thread_the_page_says_so_at_once(world: World, sender: Visitor) -> None:
    whole, media = body(sender, sound())
    answer = arrive(sender, whole, media, Unread())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert Page(sender.last).problems() == []
    assert "同时传文件的人太多" in told(sender)[0]
    answer = arrive(sender, whole, media, Unread(), path="/report")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert "排队的人太多" in Page(answer.text).text
    assert lying(world) == []


def test_names_are_kept_nowhere(
    world: World, sender: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "temp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temp"))
    with caplog.at_level(logging.DEBUG):
        said = send(sender, *((SOUND + name.encode(), name) for name in NAMES), (WEB_PAGE, NAMES[0]))
    assert [one[:3] for one in said] == ["收到了"] * 5 + ["没有收"]
    assert canary.found([tmp_path], (CANARY, "周小明.amr")) == []
    assert not list((tmp_path / "temp").iterdir())
    assert all(name not in caplog.text + sender.last for name in (CANARY, "周小明.amr"))
    assert all(re.fullmatch(r"[0-9a-f]{32}", one.name) for one in lying(world))


def test_a_full_disk_is_said_and_the_words_are_not_lost(world: World, sender: Visitor) -> None:
    full = FolderBlobs(world.home / "blobs", made=True, spare=1 << 62)
    app = sender.client.application
    app.extensions["portal"] = replace(world.portal, house=replace(world.house, blobs=full))
    assert "没有地方放" in send(sender, sound(), status=422)[0]
    assert lying(world) == []
    assert sender.post("/mailbox/message", {"text": "六号门还锁着。"}).status_code == 303


def test_a_picture_whose_turn_never_came_may_be_sent_again_and_is_copied_then(
    world: World, sender: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "IN_LINE", BoundedSemaphore(1))
    with copying.IN_LINE:
        assert "再传一次" in send(sender, PICTURE, harmless="y")[0]
        assert "已经传过" in send(sender, PICTURE, status=422)[0]
    assert "重做的一份" in send(sender, PICTURE)[0]
    assert "已经传过" in send(sender, PICTURE, status=422)[0]
    world.sign()
    world.verify()


def test_no_decoder_is_troubled_again_for_a_file_that_is_there(
    world: World, sender: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(sender, PICTURE)
    there = len(lying(world))
    monkeypatch.delattr(copying.subprocess, "Popen")
    assert "已经传过" in send(sender, PICTURE, status=422)[0]
    assert len(lying(world)) == there


@pytest.mark.parametrize("said", [{}, {"harmless": "y"}])  # of what is seen, not of what a telephone wrote inside
def test_without_a_decoder_a_picture_stays_with_the_identity(
    world: World, sender: Visitor, monkeypatch: pytest.MonkeyPatch, said: dict[str, str]
) -> None:
    monkeypatch.setattr(copying, "COMMAND", ("/nowhere/python",))
    (told_,) = send(sender, PICTURE, **said)
    assert "打不开这种文件" in told_
    assert "像姓名一样封存" in told_
    assert len(lying(world)) == 1


def test_a_report_withdrawn_meanwhile_takes_no_file(world: World, sender: Visitor) -> None:
    whole, media = body(sender, sound())
    stream = Arriving(whole, lambda: sender.post("/mailbox/withdraw", {}))
    assert arrive(sender, whole, media, stream).status_code == 409
    assert lying(world) == []
    assert "file_added" not in world.events()


def test_a_report_handed_on_meanwhile_takes_the_file_for_its_new_desk(world: World, sender: Visitor) -> None:
    case = UUID(bytes=run(world, "SELECT id FROM cases")[0][0])
    whole, media = body(sender, sound())
    arrive(sender, whole, media, Arriving(whole, lambda: hand(world, case)))
    assert told(sender)[0][:3] == "收到了"
    assert "文件1" in world.officer("qin").get(f"/review/cases/{case}").text
    world.sign()
    world.verify()


@pytest.mark.parametrize("times", [1, 400])  # less and more than a text may have
def test_a_mailbox_that_closed_shows_its_door_and_keeps_nothing(world: World, sender: Visitor, times: int) -> None:
    whole, media = body(sender, (SOUND * times, "a.amr"))
    world.clock.forward(minutes=12)
    answer = arrive(sender, whole, media, BytesIO(whole))
    assert answer.status_code == 422
    assert "查进度" in Page(sender.last).inside("h1")
    assert lying(world) == []


def test_a_body_cut_anywhere_leaves_nothing(world: World, sender: Visitor) -> None:
    whole, media = body(sender, sound(), sound(1))
    for at in (*range(1, len(whole), len(whole) // 12), len(whole) - 1):
        assert arrive(sender, whole, media, BytesIO(whole[:at]), length=len(whole)).status_code == 400
        assert lying(world) == []
    assert count(world, "blobs") == 0


def test_the_place_in_a_photo_is_offered_and_told_only_on_request(sender: Visitor) -> None:
    exif, photo = Image.Exif(), BytesIO()
    exif.get_ifd(IFD.GPSInfo).update({1: "N", 2: (43.0, 49.0, 1.5), 3: "E", 4: (125.0, 19.0, 24.5)})
    Image.new("RGB", (8, 8)).save(photo, "JPEG", exif=exif)
    assert "拍摄地点" in send(sender, (photo.getvalue(), "a.jpg"))[0]
    fields = Page(sender.last).form(f"{PATH}/place").fields
    assert sender.post(f"{PATH}/place", {**fields, "longitude": "east"}).status_code == 422
    assert sender.post(f"{PATH}/place", fields).status_code == 303
    assert "北纬 43.81708°，东经 125.32347°" in sender.get("/mailbox").text


def test_the_mailbox_shows_the_files_and_their_pictures_to_their_reporter_alone(world: World, sender: Visitor) -> None:
    send(sender, PICTURE, caption="六号门")
    sender.get("/mailbox")
    assert Page(sender.last).problems() == []
    assert "六号门" in sender.last
    assert f'href="{PATH}"' in sender.last
    answer = sender.client.get(f"{PATH}/1/0", base_url=BASE)
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("image/jpeg", "no-store")
    assert answer.data != PICTURE[0]
    shown = sender.get(f"{PATH}?file=1&page=1").text
    assert f'<img src="{PATH}/1/0" alt="文件1">' in shown
    assert Page(shown).problems() == []
    assert 'class="picture"' not in sender.get(f"{PATH}?file=1&page=2").text
    other = world.visitor()
    other.report(place="别处")
    assert other.get(f"{PATH}/1/0").status_code == 404


def test_the_page_with_the_code_leads_to_the_page_for_files(zhou: Visitor) -> None:
    zhou.report()
    assert f'href="{PATH}"' in zhou.last
    assert zhou.get(PATH).status_code == 200


def test_who_forgot_to_let_the_office_see_a_recording_sends_it_again(sender: Visitor) -> None:
    assert "办公室现在看不到" in send(sender, sound())[0]
    assert "您勾了“看不出我是谁”" in send(sender, sound(), harmless="y")[0]
    assert "已经传过了" in send(sender, sound(), status=422, harmless="y")[0]


def test_after_erasing_no_page_says_that_the_file_still_lies_sealed(sender: Visitor) -> None:
    send(sender, PICTURE, sound())
    page = Page(sender.get("/mailbox").text)
    assert "您传的原文件也删掉" in page.text
    assert "原件已经删除" not in page.text
    sender.post("/mailbox/identity", {"action": "erase"})
    for path in ("/mailbox", PATH):
        text = Page(sender.get(path).text).text
        assert "原件已经删除。" in text
        assert "这个文件已经删除，谁也看不到了。" in text
        assert "像姓名一样封存着" not in text


def test_who_gave_no_name_can_erase_the_files_too(zhou: Visitor) -> None:
    zhou.report(mode="anonymous", name="", phone="")
    assert "全部删除" not in zhou.get("/mailbox").text
    zhou.get(PATH)
    send(zhou, sound())
    assert "全部删除" in zhou.get("/mailbox").text
    zhou.post("/mailbox/identity", {"action": "erase"})
    assert "这个文件已经删除，谁也看不到了。" in zhou.get("/mailbox?done=erased").text
    assert "全部删除" not in zhou.last
