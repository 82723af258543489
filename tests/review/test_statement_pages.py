"""What the reporter says of a request, on the pages of the three: read before anybody decides, not by the custodian."""

import pytest
from sqlalchemy import select

from portal.domain.vocabulary import LetterKind
from portal.store.reports import Letter
from tests.disclosing import STATEMENT, Office
from tests.office.drills import tamper
from tests.office.test_assigning import assign
from tests.review.test_transfer_page import hand
from tests.sending import accept

pytestmark = pytest.mark.sqlite  # what it stores is tried on both engines where it is stored

AFTER = "举报人在同意之后作了陈述"


def test_lead_and_requester_read_it_and_the_custodian_learns_the_hour(office: Office) -> None:
    address = office.asked()
    office.state(address)
    for visitor in (office.gao, office.lin):
        visitor.get(address)
        assert STATEMENT in visitor.last
        assert office.world.entries()[-1]["facts"] == {"letters": 1}
    assert office.gao.last.index(STATEMENT) < office.gao.get(address).text.index('id="send-lift"')
    office.he.get(address)
    assert STATEMENT not in office.he.last
    assert "举报人作了陈述" in office.he.last
    assert "最近一次是 3月2日 12时许" in office.he.last
    assert AFTER not in office.he.last
    assert office.world.entries()[-1]["facts"] == {"letters": 0}


def test_the_keys_of_custody_and_of_others_do_not_open_it(office: Office) -> None:
    office.state(office.asked())
    world, opens = office.world, set()
    with world.store.reading() as session:
        kept = session.scalars(select(Letter.content_key_id).where(Letter.kind == LetterKind.STATEMENT)).one()
        for who in ("lin", "gao", "he", "chen", "qin", "sheng-custody"):
            if world.ring(who).open(session, world.house, {kept}):
                opens.add(who)
    assert opens == {"lin", "gao"}


def test_what_is_said_while_the_lead_reads_is_read_before_they_agree(office: Office) -> None:
    address = office.asked()
    before = office.seen(office.gao, address)
    office.state(address, "我不同意，因为经办人认识他们。")
    answer = office.gao.post(f"{address}/lift", {"otp": office.code("gao"), "seen": before})
    assert answer.status_code == 409
    assert "我不同意" in office.gao.last
    assert "identity_lifted" not in office.world.events()
    assert office.lift(address) == 303, "it does not block by itself"


def test_what_is_said_after_the_lead_agreed_is_new_to_the_custodian_and_does_not_block(office: Office) -> None:
    address = office.asked()
    office.state(address, "先说一句。")
    office.lift(address)
    before = office.seen(office.he, address)
    assert AFTER not in office.he.last
    office.state(address, "我想了想，不同意。")
    typed = {"otp": office.code("he"), "fields": ["name"], "seen": before}
    assert office.he.post(f"{address}/release", typed).status_code == 409
    assert AFTER in office.he.last
    assert "请先问分管领导" in office.he.last
    assert "我想了想" not in office.he.last
    assert "最后一份是同意以后写的" in office.gao.get(address).text
    assert "我想了想，不同意。" in office.gao.last
    assert office.release(address, "name") == 303
    assert AFTER not in office.he.get(address).text
    assert office.world.verify()


def test_who_did_not_lose_their_code_says_so_before_it_is_compared(office: Office) -> None:
    address = office.asked_anew()
    office.lift(address)
    office.state(address, "我没有去过窗口，那不是我！")
    assert AFTER in office.he.get(address).text
    assert "那不是我" in office.gao.get(address).text


def test_a_lead_who_has_handed_the_report_on_is_told_whom_to_ask(office: Office) -> None:
    hand(office)
    office.lin = office.world.officer("qin")
    office.lin.get(f"/review/cases/{office.case}")
    address = office.asked()
    office.state(address)
    assert STATEMENT in office.lin.get(address).text
    assert STATEMENT not in office.gao.get(address).text
    assert "您这里打不开，请先问办理这件举报的单位。" in office.gao.last
    assert "send-lift" in office.gao.last


def test_intake_finds_it_on_the_case_and_the_investigator_nowhere(office: Office) -> None:
    address = office.asked()
    accept(office.world, "lin", office.case_id)
    assign(office.world, office.case_id, narrative=True)
    office.state(address)
    assert office.case in office.lin.get("/review/?view=news").text
    page = office.lin.get(f"/review/cases/{office.case}").text
    assert STATEMENT in page
    assert f'<a href="{address}">对知悉申请的陈述</a>' in page
    assert office.case not in office.lin.get("/review/?view=news").text
    chen = office.world.officer("chen")
    assert "6号" in chen.get(f"/review/assigned/{office.case}").text
    assert STATEMENT not in chen.last


def test_a_question_is_not_answered_by_it(office: Office) -> None:
    address = office.asked()
    office.lin.get(f"/review/cases/{office.case}")
    assert office.lin.post(f"/review/cases/{office.case}/ask", {"question": "几层？"}).status_code == 303
    office.state(address)
    assert "resumed" not in office.world.events()
    assert office.case in office.lin.get("/review/?view=waiting").text


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM letters WHERE kind = 'statement'",
        "UPDATE letters SET kind = 'message', disclosure_id = NULL WHERE kind = 'statement'",
        "UPDATE letters SET sent_at = '2026-03-01 00:00:00.000000' WHERE kind = 'statement'",
    ],
)
def test_a_statement_that_was_taken_away_is_missed_before_the_lead_decides(office: Office, change: str) -> None:
    address = office.asked()
    office.state(address)
    tamper(office.world, change)
    answer = office.gao.get(address)
    assert answer.status_code == 500
    assert "send-lift" not in answer.text
    assert office.he.get(address).status_code == 200, "whoever reads none asks for none"


@pytest.mark.sqlite
def test_a_statement_vouches_for_no_request_that_was_changed(office: Office) -> None:
    """Whoever can write to the database names another requester; the reporter's entry must not make it true."""
    address = office.asked()
    other = office.world.cast["chen"].officer_id
    tamper(office.world, f"UPDATE disclosures SET requester_id = x'{other.hex}'")
    assert office.state(address) == 303
    assert office.gao.get(address).status_code == 500
    with pytest.raises(Exception, match=r"disclosures .* is not as entry"):
        office.world.verify()
