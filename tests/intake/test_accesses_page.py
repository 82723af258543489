"""`/mailbox/accesses`: who has read what, one by one and by the day; the mailbox keeps to the newest."""

import re

from tests.disclosing import REQUEST, Office
from tests.pages import Page


def page_of(office: Office) -> str:
    """The page with a mailbox opened anew."""
    office.zhou.open_mailbox(office.zhou_receipt)
    return str(office.zhou.get("/mailbox/accesses").text)


def test_nobody_has_looked_is_said_first(office: Office) -> None:
    page = page_of(office)
    assert "至今无人看过您的身份" in page
    assert "0 次" in page
    assert "看您身份的，一次一次" not in page
    assert Page(page).problems() == []


def test_each_reading_stands_with_time_office_duty_fields_reason_article_and_its_entry(office: Office) -> None:
    office.lift(address := office.asked())
    office.release(address, "name")
    for _ in range(2):
        office.world.clock.forward(minutes=10)
        assert office.read(address) == 200
    page = page_of(office)
    assert page.count('class="panel access"') == 2
    readings = [entry for entry in office.world.entries() if entry["event"] == "identity_read"]
    assert len(readings) == 2
    assert "长春市人民防空办公室 受理员" in page
    assert "<dd>姓名</dd>" in page
    assert "举报人可能或已经遭受打击报复，需要保护" in page
    assert "依据：应急〔2020〕69号 10" in page
    assert page.index("3月2日 12:21") < page.index("3月2日 12:11"), "the newest first"
    assert len(re.findall(r'<span class="proof">[0-9a-f]{64}</span>', page)) == 2
    assert len(re.findall(r"台账第 \d+ 条", page)) == 2
    assert "lin" not in re.sub(r"<[^>]+>", "", page), "an officer is an office and a duty"


def test_readings_of_the_report_are_counted_by_the_day(office: Office) -> None:
    for _ in range(2):
        office.lin.get(f"/review/cases/{office.case}")
    office.world.clock.forward(days=1)
    office.lin = office.world.officer("lin")
    office.lin.get(f"/review/cases/{office.case}")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page_of(office)))
    assert "3月3日 长春市人民防空办公室 受理员 1 次 3月2日 长春市人民防空办公室 受理员 3 次" in text


def test_many_disclosures_over_months_leave_the_mailbox_short(office: Office) -> None:
    for _ in range(4):
        office.lin.get("/review/")
        office.lin.get(f"/review/cases/{office.case}")
        assert office.ask() == 303
        office.lin.get(f"/review/cases/{office.case}")
        address = f"/review/disclosures/{REQUEST.findall(office.lin.last)[-1]}"
        office.lift(address)
        office.release(address, "name")
        office.read(address)
        office.lin.get(address)
        office.lin.post(f"{address}/close")
        office.world.clock.forward(days=31)
        for name in ("lin", "gao", "he"):
            setattr(office, name, office.world.officer(name))
    office.zhou.open_mailbox(office.zhou_receipt)
    assert office.zhou.last.count("因“举报人可能或已经遭受打击报复，需要保护”看了") == 3
    assert "4 次" in office.zhou.last
    assert len(re.findall(r"<details><summary>\d+月\d+日 \d\d:\d\d · ", office.zhou.last)) == 4, (
        "what is over is folded"
    )
    assert Page(office.zhou.last).problems() == []
    assert page_of(office).count('class="panel access"') == 4


def test_it_is_in_english_too_and_needs_an_open_mailbox(office: Office) -> None:
    office.ordered()
    office.lift(office.address())
    office.zhou.open_mailbox(office.zhou_receipt)
    page = office.zhou.get("/mailbox/accesses?lang=en").text
    assert "On 31 May 2026 you can read here, and nobody but you," in page
    assert Page(page).problems() == []
    stranger = office.world.visitor().get("/mailbox/accesses")
    assert (stranger.status_code, stranger.headers["Location"]) == (303, "/mailbox")
