"""A reason by consent: asked in the mailbox, agreed to or not, taken back; no lock opens without it."""

from uuid import UUID

import pytest

from tests.disclosing import AGREE, NAME, Office
from tests.office.drills import tamper
from tests.pages import Page
from tests.sending import run


def test_the_reporter_is_asked_in_words_and_nobody_lifts_before_they_agree(office: Office) -> None:
    address = office.questioned(fields=["name"])
    page = office.zhou.get("/mailbox").text
    assert page.count(AGREE["asking"]) == 1, "beside the request, and not among the letters"
    assert page.index(AGREE["asking"]) < page.index("同意让他们看这几项") < page.index("申请知悉身份"), "steps last"
    assert "举报人本人书面同意或要求" in page
    assert "不同意没有任何不利" in page
    assert "3月17日 12:00 前没有回答就作废" in page
    assert Page(page).problems() == []
    assert office.lift(address) == 409
    assert "举报人还没有同意" in office.gao.last
    for path in ("/review/disclosures", f"/review/cases/{office.case}"):
        assert "等举报人回答" in office.gao.get(path).text
        assert "等分管领导" not in office.gao.last, "it is the reporter's turn"
    assert "在等举报人回答" in office.gao.get(address).text
    assert AGREE["asking"] in office.gao.last
    assert "同意，开第一道锁" not in office.gao.last
    assert office.agree(address) == 303
    assert "已记下：您同意" in office.zhou.get("/mailbox?done=agreed").text
    assert office.lift(address) == 303
    assert office.release(address, "name") == 303
    assert office.read(address) == 200
    assert NAME in office.lin.last
    assert AGREE["asking"] not in office.he.get(address).text, "the custodian reads no letter"
    assert "同意，3月2日 12时许" in office.he.last
    assert "consent_given" in office.world.events()
    assert office.world.verify()


def test_whoever_does_not_agree_ends_it_and_nothing_else_happens(office: Office) -> None:
    address = office.questioned()
    before = office.world.events()
    assert office.agree(address, "no") == 303
    assert office.world.events()[len(before) :] == ["served", "consent_refused", "identity_closed"]
    assert "对您没有任何影响" in office.zhou.get("/mailbox?done=not-agreed").text
    assert "到此为止" in office.zhou.last
    assert office.agree(address, "no") == 303, "said twice is said once"
    assert office.agree(address, "yes") == 409
    assert office.lift(address) == 409
    assert office.world.events().count("consent_refused") == 1
    assert "不同意，3月2日 12时许" in office.lin.get(address).text
    assert office.world.verify()


@pytest.mark.parametrize("state", ["asked", "lifted", "released", "read"])
def test_consent_is_taken_back_while_the_request_stands_and_what_could_be_read_is_gone(
    office: Office, state: str
) -> None:
    address = office.questioned(fields=["name"])
    assert office.agree(address) == 303
    steps = [office.lift, lambda one: office.release(one, "name"), office.read]
    for step in steps[: ["asked", "lifted", "released", "read"].index(state)]:
        step(address)
    assert "收回同意" in office.zhou.get("/mailbox").text
    assert office.agree(address, "no") == 303
    assert office.read(address) == 409
    assert office.lift(address) == 409
    left = "SELECT count(*) FROM disclosure_fields WHERE share IS NOT NULL OR body IS NOT NULL"
    assert run(office.world, left) == [(0,)]
    assert office.world.events()[-1] != "identity_read"
    assert office.world.verify()


def test_without_an_answer_it_lapses_and_an_answer_that_comes_late_is_none(office: Office) -> None:
    address = office.questioned()
    office.world.clock.forward(days=15)
    office.zhou.open_mailbox(office.zhou_receipt)
    assert "没有得到您的同意，不能往下办" in office.zhou.last
    assert office.agree(address) == 409
    office.world.clock.forward(days=3)
    office.world.tick()
    office.zhou.open_mailbox(office.zhou_receipt)
    assert "已到期" in office.zhou.last
    assert office.world.verify()


def test_the_lead_has_their_time_after_an_answer_on_the_last_day(office: Office) -> None:
    address = office.questioned()
    office.world.clock.forward(days=14, hours=23)
    office.zhou.open_mailbox(office.zhou_receipt)
    assert office.agree(address) == 303
    office.world.clock.forward(hours=72)
    office.gao = office.world.officer("gao")
    assert office.lift(address) == 303


@pytest.mark.sqlite
@pytest.mark.parametrize("name", ["", "x", str(UUID(int=7)), "another's", "no consent needed"])
def test_nothing_is_said_of_a_request_that_does_not_ask_this_reporter(office: Office, name: str) -> None:
    address = office.asked() if name == "no consent needed" else office.questioned()
    request = address.rpartition("/")[2]
    visitor = office.zhou
    if name == "another's":
        visitor = office.world.visitor()
        visitor.report()
    visitor.get("/mailbox")
    named = request if name in {"another's", "no consent needed"} else name
    assert visitor.post("/mailbox/consent", {"request": named, "answer": "yes"}).status_code == 404
    assert "consent_given" not in office.world.events()


@pytest.mark.sqlite
@pytest.mark.parametrize("answer", ["", "perhaps", "y"])
def test_an_answer_that_is_none_is_never_taken_for_one(office: Office, answer: str) -> None:
    address = office.questioned()
    assert office.agree(address, answer) == 422
    assert "请用页面上的按钮" in office.zhou.last
    assert Page(office.zhou.last).problems() == []
    assert not [event for event in office.world.events() if event.startswith("consent")]


PLANTED = (
    "INSERT INTO consents (id, disclosure_id, position, agreed, said_at, entry_id)"
    " SELECT randomblob(16), id, 1, 1, asked_at, entry_id FROM disclosures"
)


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "statement",
    [
        PLANTED,
        "UPDATE disclosures SET consent_by = NULL",
        PLANTED.replace("INSERT", "INSERT OR REPLACE"),
    ],
)
def test_consent_planted_in_the_database_opens_no_lock(office: Office, statement: str) -> None:
    address = office.questioned()
    tamper(office.world, statement)
    assert office.lift(address) == 500
    assert run(office.world, "SELECT count(*) FROM disclosure_fields WHERE share IS NOT NULL") == [(0,)]


@pytest.mark.sqlite
def test_consent_that_was_taken_back_cannot_be_put_back(office: Office) -> None:
    address = office.questioned()
    office.agree(address)
    kept = {table: run(office.world, f"SELECT * FROM {table}") for table in ("disclosures", "disclosure_fields")}
    office.agree(address, "no")
    tamper(office.world, "DELETE FROM consents WHERE position = 2")
    for table, rows in kept.items():
        run(office.world, f"DELETE FROM {table}")
        for row in rows:
            run(office.world, f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", *row)
    assert office.lift(address) == 500


def test_the_database_itself_refuses_what_no_step_does(office: Office) -> None:
    """Prolonging, editing what was asked, lifting without consent: triggers of both engines."""
    address = office.questioned()
    for statement in (
        "UPDATE disclosures SET withheld_days = 80",
        "UPDATE disclosures SET consent_by = NULL",
        "UPDATE disclosures SET state = 'lifted', lifter_id = lead_desk_id",
    ):
        with pytest.raises(Exception, match=r"never edited|not agreed|FOREIGN|foreign"):
            run(office.world, statement)
    office.agree(address)
    for statement in ("UPDATE consents SET agreed = NOT agreed", "DELETE FROM consents"):
        with pytest.raises(Exception, match=r"what the reporter said never|never edited"):
            run(office.world, statement)


def test_a_question_for_consent_is_no_question_about_the_report(office: Office) -> None:
    """Or the five days in which the reporter may answer would run from it."""
    office.questioned()
    office.world.clock.forward(days=9)
    office.lin = office.world.officer("lin")
    office.lin.get(f"/review/cases/{office.case}")
    close = office.address()
    office.lin.get(close)
    office.lin.post(f"{close}/close")
    office.lin.get(f"/review/cases/{office.case}")
    assert office.ask(ground="EVIDENCE_ONLY_REPORTER", fields=["phone"]) == 422
    assert "问过举报人" in office.lin.last
