"""`/report`: what a person may send, what is refused, and that refusing costs nobody a word."""

import re
from datetime import timedelta

import itsdangerous
import pytest
from werkzeug import formparser

from portal.store.models import Base
from tests.faults import count
from tests.pages import Page
from tests.visitor import BASE, REPORT, SUBMISSION, Visitor
from tests.world import World

CANARY = "x-canary-x"
REQUIRED = {
    "category": "category",
    "division": "division",
    "place": "place",
    "description": "description",
    "mode": "mode",
    "concerns_office": "concerns_office",
    "name": "name",
    "phone": "phone",
}


def form_of(visitor: Visitor) -> dict[str, str]:
    """What the browser would send if one pressed the button now."""
    return Page(visitor.last).form("/report").fields


def said(visitor: Visitor) -> list[tuple[str, str]]:
    """The error summary; the page itself has to be in order."""
    page = Page(visitor.last)
    assert page.problems() == []
    assert page.inside("title").startswith("错误：")
    return page.summary


def refused(world: World, visitor: Visitor, **changes: str) -> list[tuple[str, str]]:
    """A sending that is refused: typed text is kept, nothing is stored, no entry is written."""
    answer = visitor.report(**changes)
    assert answer.status_code == 422
    kept, sent = form_of(visitor), {**REPORT, **changes}
    assert {name: kept.get(name, "") for name in REPORT} == {name: sent[name] for name in REPORT}
    assert (count(world, "reports"), world.events()) == (0, [])
    return said(visitor)


def narrative(world: World, visitor: Visitor) -> str:
    """The page on which intake reads what was sent."""
    assert visitor.receipt
    lin = world.officer("lin")
    case = re.search(r"/review/cases/[0-9a-f-]{36}", lin.get("/review/").text)
    return lin.get(case[0]).text


def test_the_form_is_offered_empty(zhou: Visitor) -> None:
    answer = zhou.get("/report")
    assert answer.status_code == 200
    assert Page(zhou.last).problems() == []
    filled = {name for name, value in form_of(zhou).items() if value}
    assert filled == {"csrf_token", "submission"}


def test_two_visitors_get_different_tokens(world: World) -> None:
    first, second = world.visitor(), world.visitor()
    first.get("/report")
    second.get("/report")
    for name in ("csrf_token", "submission"):
        assert form_of(first)[name] != form_of(second)[name]


def test_a_report_with_a_name_is_received(world: World, zhou: Visitor) -> None:
    answer = zhou.report()
    assert answer.status_code == 200
    assert Page(zhou.last).problems() == []
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}", zhou.receipt)
    assert world.events() == ["submitted", "identity_given"]
    assert zhou.mailbox_cookie
    assert "周小明" not in zhou.last
    assert "13800000000" not in zhou.last


def test_a_report_with_an_address_alone_is_received(world: World, zhou: Visitor) -> None:
    answer = zhou.report(mode="contact", name="周小明", phone="", email="zhou@example.com")
    assert answer.status_code == 200
    assert world.entries()[1]["facts"] == {"fields": ["email"]}  # the name is not kept in this mode


def test_an_anonymous_report_keeps_nothing_of_the_person(world: World, zhou: Visitor) -> None:
    answer = zhou.report(mode="anonymous", may_phone="y")
    assert answer.status_code == 200
    assert world.events() == ["submitted"]
    assert count(world, "identity_fields") == 1  # `relation`, which every report has
    assert count(world, "reports", "phone IS NOT NULL") == 0


@pytest.mark.parametrize(("name", "target"), REQUIRED.items())
def test_what_is_missing_is_asked_for_and_linked_to(world: World, zhou: Visitor, name: str, target: str) -> None:
    assert [link for link, _ in refused(world, zhou, **{name: ""})] == [target]


def test_a_way_to_be_reached_is_asked_for(world: World, zhou: Visitor) -> None:
    assert [link for link, _ in refused(world, zhou, mode="contact", phone="", email="")] == ["phone"]


def test_everything_missing_is_said_in_the_order_of_the_page(world: World, zhou: Visitor) -> None:
    empty = dict.fromkeys(REPORT, "")
    links = [link for link, _ in refused(world, zhou, **empty)]
    assert links == ["category", "description", "division", "place", "concerns_office", "mode"]


def test_ticks_are_kept_too(zhou: Visitor) -> None:
    zhou.report(place="", may_phone="y", insider="y", superior="y")
    kept = form_of(zhou)
    assert [kept[name] for name in ("may_phone", "insider", "superior")] == ["y", "y", "y"]


def test_after_a_refusal_the_same_page_can_be_sent(world: World, zhou: Visitor) -> None:
    zhou.report(place="")
    answer = zhou.post("/report", {**form_of(zhou), "place": "地下二层"})
    assert answer.status_code == 200
    assert count(world, "reports") == 1


@pytest.mark.parametrize("unit", ["字", "😀"])
def test_twenty_thousand_characters_are_received(world: World, zhou: Visitor, unit: str) -> None:
    assert zhou.report(description=unit * 20_000).status_code == 200
    assert unit * 20_000 in narrative(world, zhou)


def test_a_line_end_counts_once_however_browsers_send_it(zhou: Visitor) -> None:
    assert zhou.report(description="字\r\n" * 9_999 + "字字").status_code == 200


@pytest.mark.parametrize("unit", ["字", "😀"])
def test_one_character_more_is_refused_and_kept(world: World, zhou: Visitor, unit: str) -> None:
    ((link, sentence),) = refused(world, zhou, description=unit * 20_001)
    assert link == "description"
    assert "20,000" in sentence
    assert "多了 1 个" in sentence


def test_more_than_a_megabyte_gets_a_page_and_is_not_received(world: World, zhou: Visitor) -> None:
    answer = zhou.report(description="a" * 1_000_001)
    assert answer.status_code == 413
    page = Page(zhou.last)
    assert page.problems() == []
    assert "1 MB" in page.text
    assert "没有收下" in page.text
    assert (count(world, "reports"), world.events()) == (0, [])


@pytest.mark.parametrize("day", ["2026-02-30", "昨天", "2999-01-01", "0001-01-01", "2026/03/01", "2026-03-03"])
def test_a_wrong_day_is_refused_and_kept(world: World, zhou: Visitor, day: str) -> None:
    assert [link for link, _ in refused(world, zhou, occurred_on=day)] == ["occurred_on"]


def test_today_is_the_day_in_china(world: World, zhou: Visitor) -> None:
    world.clock.forward(hours=12)  # 00:00 on the third of March in Changchun, 16:00 on the second in UTC
    assert zhou.report(occurred_on="2026-03-03").status_code == 200


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("铁\x00链\x07子", "铁链子"),
        ("链\u202e子\u2066", "链子"),
        ("铁\u200b链", "铁链"),
        ("家👨\u200d👩\u200d👧", "家👨\u200d👩\u200d👧"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
    ],
)
def test_what_cannot_be_seen_is_taken_out_and_the_rest_is_shown_as_text(
    world: World, zhou: Visitor, typed: str, kept: str
) -> None:
    assert zhou.report(description=f"前{typed}后").status_code == 200
    assert f"前{kept}后" in narrative(world, zhou)


@pytest.mark.parametrize("raw", [b"%ED%A0%80", b"%00", b"%FF%FE", b"%C0%AF", b"%F5%80%80%80"])
def test_bytes_that_are_no_text_break_nothing(world: World, zhou: Visitor, raw: bytes) -> None:
    zhou.get("/report")
    fields = {**form_of(zhou), **REPORT, "description": "MARK"}
    with world.app.test_request_context("/", method="POST", data=fields) as context:
        body = context.request.get_data().replace(b"MARK", "链".encode() + raw)
    kind = "application/x-www-form-urlencoded"
    answer = zhou.client.post("/report", data=body, content_type=kind, base_url=BASE)
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["description", "place", "respondent", "name", "email", "venue", "submission"])
def test_only_invisible_characters_are_nothing(zhou: Visitor, name: str) -> None:
    answer = zhou.report(**{name: "\u200b\u202e\x00"})
    assert answer.status_code == (200 if name in {"respondent", "email", "venue"} else 422)


def test_a_choice_that_was_not_offered_is_refused(zhou: Visitor) -> None:
    for name in ("category", "division", "mode", "concerns_office", "ongoing"):
        assert zhou.report(**{name: "elsewhere"}).status_code == 422
        assert [link for link, _ in said(zhou)] == [name]


def test_columns_of_the_database_sent_as_fields_change_nothing(world: World, zhou: Visitor) -> None:
    """Lesson 3: no row is ever filled by the names a client sends."""
    columns = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    extra = dict.fromkeys(columns - set(REPORT), "1")
    assert {"state", "marked", "desk_id", "case_id", "number", "accepted_at"} <= extra.keys()
    assert zhou.report(**extra).status_code == 200
    honest = "channel = 'web' AND NOT marked AND state = 'submitted'"
    assert count(world, "reports", honest) == 1
    assert count(world, "cases", "state = 'received' AND number IS NULL AND version = 1") == 1
    world.sign()
    assert world.verify().unsigned == 0


def test_a_client_cannot_mark_or_unmark(world: World, zhou: Visitor) -> None:
    zhou.report(marked="y")
    zhou.report(marked="", website="http://spam.invalid/")
    assert count(world, "reports", "marked") == 1
    assert [entry["facts"]["marked"] for entry in world.entries() if entry["event"] == "submitted"] == [False, True]


def test_the_trap_field_marks_and_never_refuses(world: World, zhou: Visitor) -> None:
    answer = zhou.report(website="x")
    assert answer.status_code == 200
    assert zhou.receipt
    assert "疑似机器提交" in world.officer("lin").get("/review/").text


@pytest.mark.parametrize("how", ["missing", "forged", "foreign"])
def test_a_wrong_token_of_the_session_is_said_and_everything_kept(world: World, zhou: Visitor, how: str) -> None:
    zhou.get("/report")
    foreign = world.visitor()
    foreign.get("/report")
    token = {"missing": "", "forged": CANARY, "foreign": form_of(foreign)["csrf_token"]}[how]
    answer = zhou.post("/report", {**form_of(zhou), **REPORT, "csrf_token": token})
    assert answer.status_code == 422
    assert said(zhou) == [("send", "页面放得太久了，请再点一次“提交”，写的内容都还在。")]
    kept = form_of(zhou)
    assert {name: kept.get(name, "") for name in REPORT} == REPORT
    assert CANARY not in zhou.last
    assert (count(world, "reports"), world.events()) == (0, [])
    assert zhou.post("/report", kept).status_code == 200


def test_an_old_token_of_the_session_is_said_and_everything_kept(
    zhou: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = itsdangerous.TimestampSigner
    true_time = signer.get_timestamp
    with monkeypatch.context() as patch:
        patch.setattr(signer, "get_timestamp", lambda self: true_time(self) - 13 * 3600)
        zhou.get("/report")
    answer = zhou.post("/report", {**form_of(zhou), **REPORT})
    assert answer.status_code == 422
    assert [link for link, _ in said(zhou)] == ["send"]
    assert zhou.post("/report", form_of(zhou)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.invalid"},
        {"Origin": "https://localhost.elsewhere.invalid"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_what_another_site_sends_is_refused(world: World, zhou: Visitor, headers: dict[str, str]) -> None:
    zhou.get("/report")
    answer = zhou.post("/report", {**form_of(zhou), **REPORT}, headers=headers)
    assert answer.status_code == 403
    page = Page(zhou.last)
    assert page.problems() == []
    assert "别的网站" in page.text
    assert (count(world, "reports"), world.events()) == (0, [])


@pytest.mark.parametrize("origin", ["null", "https://localhost"])
def test_what_our_own_page_sends_is_not_foreign(zhou: Visitor, origin: str) -> None:
    zhou.get("/report")
    headers = {"Origin": origin, "Sec-Fetch-Site": "same-origin"}
    assert zhou.post("/report", {**form_of(zhou), **REPORT}, headers=headers).status_code == 200


@pytest.mark.parametrize("token", ["", CANARY, "A" * 76])
def test_a_forged_submission_token_is_replaced_and_said(world: World, zhou: Visitor, token: str) -> None:
    zhou.get("/report")
    answer = zhou.post("/report", {**form_of(zhou), **REPORT, "submission": token})
    assert answer.status_code == 422
    assert [link for link, _ in said(zhou)] == ["send"]
    assert form_of(zhou)["submission"] not in {"", token}
    assert count(world, "reports") == 0
    assert zhou.post("/report", form_of(zhou)).status_code == 200


def test_a_submission_token_lives_twelve_hours(world: World, zhou: Visitor) -> None:
    zhou.get("/report")
    old = SUBMISSION.search(zhou.last)[1]
    world.clock.forward(hours=12, seconds=1)
    assert zhou.post("/report", {**form_of(zhou), **REPORT}).status_code == 422
    assert form_of(zhou)["submission"] != old
    world.clock.forward(hours=12)
    assert zhou.post("/report", form_of(zhou)).status_code == 200


def test_a_token_from_the_future_is_none_of_ours(world: World, zhou: Visitor) -> None:
    zhou.get("/report")
    world.clock.now -= timedelta(hours=1)
    assert zhou.post("/report", {**form_of(zhou), **REPORT}).status_code == 422


@pytest.mark.parametrize("body", ["[1]", "{}", '{"description": 5, "place": ["a"]}', "nonsense", '"text"', "null"])
def test_json_is_no_form(world: World, zhou: Visitor, body: str) -> None:
    zhou.get("/report")
    answer = zhou.client.post("/report", data=body, content_type="application/json", base_url=BASE)
    assert answer.status_code == 422
    assert count(world, "reports") == 0


def test_a_file_is_not_taken_for_text_and_never_lies_on_the_disk(
    world: World, zhou: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhou.get("/report")
    monkeypatch.setattr(formparser, "SpooledTemporaryFile", pytest.fail)
    head = 'Content-Disposition: form-data; name="{}"'
    parts = [f"{head.format(name)}\r\n\r\n{value}" for name, value in {**form_of(zhou), **REPORT}.items()]
    parts[-1] = f'{head.format("description")}; filename="a.txt"\r\n\r\n{"x" * 600_000}'
    body = "".join(f"--cut\r\n{part}\r\n" for part in parts if 'name="description"\r' not in part) + "--cut--\r\n"
    answer = zhou.client.post(
        "/report", data=body.encode(), content_type="multipart/form-data; boundary=cut", base_url=BASE
    )
    assert answer.status_code == 422
    assert count(world, "reports") == 0
