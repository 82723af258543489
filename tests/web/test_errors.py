"""Pages of refusals and faults: a sentence one understands, the right status, an entry or a count, and no secret."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from portal.domain.errors import NoRoomError
from tests.faults import count, gone, locked, refusing
from tests.pages import Page
from tests.sending import arrive, run
from tests.visitor import BASE, REPORT, Visitor
from tests.world import World

SECRET = "the-secret-in-the-exception"
CASE = "/review/cases/00000000-0000-0000-0000-000000000000"


def test_an_unknown_address_is_a_page(zhou: Visitor) -> None:
    for path in ("/nowhere", "/report/", "/../etc/passwd", "/%00", "/%ff", "/report%2f", "/static/nothing.css"):
        assert zhou.get(path).status_code == 404, path
        page = Page(zhou.last)
        assert page.problems() == []
        assert page.inside("h1") == "没有这一页"
    assert "passwd" not in zhou.last


def test_an_address_is_never_shown_back(zhou: Visitor) -> None:
    assert "x-canary" not in zhou.get("/x-canary").text
    assert "x-canary" not in zhou.get("/nowhere?x-canary").text


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/", {"GET", "HEAD", "OPTIONS"}),
        ("DELETE", "/report", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("DELETE", "/mailbox/leave", {"OPTIONS", "POST"}),
        ("TRACE", "/review/logout", {"OPTIONS", "POST"}),
        ("TRACE", "/", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_way_to_ask_says_which_is_right(zhou: Visitor, method: str, path: str, allowed: set[str]) -> None:
    answer = zhou.client.open(path, method=method, base_url=BASE)
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == allowed
    assert Page(answer.text).problems() == []


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/mailbox/leave", "/mailbox"),
        ("/mailbox/message", "/mailbox"),
        ("/receipt.txt", "/"),
        ("/review/logout", "/review"),
        (f"{CASE}/accept", CASE),
        (f"{CASE}/phone", CASE),
    ],
)
def test_an_address_that_only_takes_a_form_leads_to_the_page_above_when_loaded(
    world: World, zhou: Visitor, path: str, above: str
) -> None:
    answer = zhou.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (303, above)
    assert world.events() == []


def test_a_page_of_refusal_in_the_office_can_be_signed_out_from(lin: Visitor) -> None:
    lin.get(CASE)
    page = Page(lin.last)
    assert page.inside("h1") == "没有这一页"
    assert "长春市人民防空办公室" in page.text
    assert [form.attrs["action"] for form in page.forms] == ["/review/logout"]
    assert lin.post("/review/logout", page.form("/review/logout").fields).headers["Location"] == "/review/login"


def test_what_was_damaged_is_said_and_not_shown(world: World, zhou: Visitor) -> None:
    zhou.report()
    run(world, "UPDATE key_grants SET wrapped = zeroblob(1168)")
    ((case_id,),) = run(world, "SELECT id FROM cases")
    lin = world.officer("lin")
    for visitor, path in ((zhou, "/mailbox"), (lin, f"/review/cases/{UUID(bytes=case_id)}")):
        world.sign()
        assert visitor.get(path).status_code == 500
        page = Page(visitor.last)
        assert page.problems() == []
        assert page.inside("h1") == "存着的内容打不开"


def test_without_cookies_the_page_says_so_and_keeps_what_was_typed(world: World) -> None:
    wu = Visitor(world, world.app.test_client(use_cookies=False))
    for _ in range(2):
        wu.get("/report")
        assert wu.post("/report", {**Page(wu.last).form("/report").fields, **REPORT}).status_code == 422
        page = Page(wu.last)
        assert "Cookie" in page.summary[0][1]
        assert page.form("/report").fields["description"] == REPORT["description"]


def test_a_head_is_answered_like_a_get_without_a_body(zhou: Visitor) -> None:
    answer = zhou.client.head("/report", base_url=BASE)
    assert answer.status_code == 200
    assert answer.data == b""


@pytest.mark.parametrize("path", ["/report", "/mailbox", "/review/login", "/receipt.txt"])
def test_a_body_over_a_megabyte_is_refused_by_every_form(world: World, zhou: Visitor, path: str) -> None:
    zhou.get("/report")
    answer = zhou.post(path, {"description": "a" * 1_000_001})
    assert answer.status_code == 413
    assert Page(answer.text).problems() == []
    assert world.events() == []


def test_more_parts_than_a_form_has_are_refused(zhou: Visitor) -> None:
    zhou.get("/report")
    part = '--cut\r\nContent-Disposition: form-data; name="x{}"\r\n\r\ny\r\n'
    body = "".join(part.format(number) for number in range(101)) + "--cut--\r\n"
    kind = "multipart/form-data; boundary=cut"
    answer = zhou.client.post("/report", data=body, content_type=kind, base_url=BASE)
    assert answer.status_code == 413
    assert Page(answer.text).problems() == []


def test_many_small_fields_are_no_fault(zhou: Visitor) -> None:
    zhou.get("/report")
    assert zhou.post("/report", {f"field-{number}": "x" for number in range(20_000)}).status_code == 422


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/octet-stream", "multipart/form-data", "multipart/form-data; boundary=", "x", ""],
)
def test_a_body_of_another_kind_is_no_fault(zhou: Visitor, kind: str) -> None:
    zhou.get("/report")
    answer = zhou.client.post("/report", data=b"description=x", content_type=kind, base_url=BASE)
    assert answer.status_code == 422
    assert Page(answer.text).problems() == []


def test_a_fault_of_ours_is_a_page_and_logs_no_value(
    world: World, zhou: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> str:
        raise ValueError(SECRET)

    world.app.view_functions["intake.privacy"] = fail
    answer = zhou.get("/privacy")
    assert answer.status_code == 500
    page = Page(answer.text)
    assert page.problems() == []
    assert page.inside("h1") == "系统出错了"
    assert "ValueError" in caplog.text
    assert "intake.privacy" in caplog.text
    assert SECRET not in caplog.text + answer.text


def test_a_fault_on_a_page_with_typed_text_logs_none_of_it(
    world: World, zhou: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    with refusing(world, "letters"):
        zhou.report(description=SECRET, name=SECRET)
    assert SECRET not in caplog.text


def test_refusals_without_a_session_are_counted_by_the_hour_and_not_entered(world: World, zhou: Visitor) -> None:
    for _ in range(3):
        zhou.post("/mailbox", {}, headers={"Sec-Fetch-Site": "cross-site"})
    world.clock.forward(hours=1)
    zhou.post("/mailbox", {}, headers={"Sec-Fetch-Site": "cross-site"})
    assert world.events() == []
    assert count(world, "refusal_counts") == 2
    assert count(world, "refusal_counts", "count = 3 AND kind = 'NotAllowedError'") == 1


def test_refusals_of_an_officer_are_entered_one_by_one(world: World, lin: Visitor) -> None:
    for _ in range(2):
        lin.get(CASE)
    refused = [entry for entry in world.entries() if entry["event"] == "refused"]
    assert len(refused) == 2
    assert {entry["actor"]["officer"] for entry in refused} == {str(world.cast["lin"].officer_id)}
    assert count(world, "refusal_counts") == 0
    world.sign()
    assert world.verify().unsigned == 0


@pytest.mark.parametrize("fault", [locked, gone])
def test_a_refusal_that_cannot_be_counted_is_a_refusal_all_the_same(world: World, zhou: Visitor, fault) -> None:
    zhou.get("/report")
    with fault(world):
        answer = zhou.client.post("/report", data={}, headers={"Sec-Fetch-Site": "cross-site"}, base_url=BASE)
    assert answer.status_code == 403
    assert Page(answer.text).problems() == []


@pytest.mark.parametrize(("path", "back"), [("/nowhere", "/"), ("/review/nowhere", "/review/")])
def test_a_page_of_refusal_leads_back(zhou: Visitor, path: str, back: str) -> None:
    zhou.get(path)
    assert [link["href"] for link in Page(zhou.last).all("a") if link.get("class") == "button"] == [back]


def test_while_the_ledger_goes_unsigned_nothing_is_revealed(world: World, zhou: Visitor, lin: Visitor) -> None:
    zhou.report()
    assert "蓝鲸" in lin.get("/review/").text  # and that look waits for a signature
    world.clock.forward(minutes=6)
    answer = lin.client.get("/review/", base_url=BASE)
    assert answer.status_code == 503
    assert "蓝鲸" not in answer.text
    assert Page(answer.text).problems() == []
    assert lin.get("/review/").status_code == 200  # the signer is back


def test_a_disk_without_room_for_files_is_a_page_of_its_own(world: World, zhou: Visitor) -> None:
    def full() -> str:
        raise NoRoomError("No space left on device")

    world.app.view_functions["intake.privacy"] = full
    assert zhou.get("/privacy").status_code == 507
    page = Page(zhou.last)
    assert page.problems() == []
    assert page.inside("h1") == "文件放不下了"
    assert "文字还可以继续交" in page.text
    assert "device" not in page.text


def test_a_time_limit_that_nobody_can_count_is_a_page_of_its_own(world: World) -> None:
    _, case_id = arrive(world)
    world.clock.now = datetime(2028, 12, 1, 4, tzinfo=UTC)
    lin = world.officer("lin")
    lin.get(f"/review/cases/{case_id}")
    assert lin.post(f"/review/cases/{case_id}/accept", {"subject": "安全出口上锁"}).status_code == 503
    assert Page(lin.last).inside("h1") == "现在算不出期限"
