"""Languages: how one is chosen, how dates are written, what every word table covers."""

from datetime import UTC, date, datetime

import pytest

from portal.domain import case_vocabulary, evidence, vocabulary
from portal.domain.audit import EVENTS as LEDGER_EVENTS
from portal.web import event_words, i18n, words
from portal.web.display import word

NOT_SHOWN = {  # enums no page puts into words
    *("Compartment", "GrantState", "Holder", "ReceiptState", "ActorKind"),
    "MotionStep",
    *("BlobRole", "Fate", "Scan"),
}


@pytest.fixture
def spoken(app_with):
    return app_with(languages=("zh-Hans", "en", "ko"), public=("ko",), pseudo=True)


def chosen(app, **kwargs) -> str:
    with app.test_request_context(**kwargs):
        return i18n.current().tag


@pytest.mark.parametrize(
    ("accepted", "tag"),
    [
        ("", "zh-Hans"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans"),
        ("zh-TW", "zh-Hans"),
        ("en-GB,en;q=0.9,zh;q=0.2", "en"),
        ("fr,de", "zh-Hans"),
        ("ko-KR,ko;q=0.9,en;q=0.5", "ko"),
        ("qps", "zh-Hans"),
    ],
)
def test_the_browser_asks(spoken, accepted, tag):
    assert chosen(spoken, headers={"Accept-Language": accepted}) == tag


def test_the_readers_own_choice_goes_first(spoken):
    assert chosen(spoken, headers={"Accept-Language": "zh-CN", "Cookie": "lang=en"}) == "en"
    assert chosen(spoken, path="/?lang=qps", headers={"Cookie": "lang=en"}) == "qps"


def test_officers_pages_are_not_in_a_language_of_the_public(spoken):
    asks = {"Accept-Language": "ko,en;q=0.5", "Cookie": "lang=ko"}
    assert chosen(spoken, path="/mailbox", headers=asks) == "ko"
    assert chosen(spoken, path="/review/", headers=asks) == "en"
    assert chosen(spoken, path="/review/?lang=ko", headers={"Cookie": "lang=ko"}) == "zh-Hans"
    with spoken.test_request_context("/review/?lang=qps"):
        assert [tag for tag, _ in spoken.jinja_env.globals["offered_languages"]()] == ["zh-Hans", "en"]
        assert not i18n.switch("ko")
    spoken.add_url_rule("/review/x", "review-x", lambda: "x")
    assert "Set-Cookie" not in spoken.test_client().get("/review/x?lang=ko").headers


def test_a_language_that_is_not_installed_is_not_spoken(app):
    assert chosen(app, headers={"Accept-Language": "en", "Cookie": "lang=en"}) == "zh-Hans"
    assert chosen(app, path="/?lang=../../etc") == "zh-Hans"


def test_outside_requests_it_is_chinese(spoken):
    with spoken.app_context():
        assert i18n.gettext("首页") == "首页"


def test_a_choice_is_remembered_in_one_plain_cookie(spoken):
    spoken.add_url_rule("/x", "x", lambda: "x")
    cookie = spoken.test_client().get("/x?lang=en").headers["Set-Cookie"]
    assert cookie.startswith("lang=en;")
    assert "HttpOnly" in cookie
    assert "Set-Cookie" not in spoken.test_client().get("/x?lang=xx").headers


@pytest.mark.parametrize(
    ("tag", "day", "hour", "minute"),
    [
        ("zh-Hans", "2026年12月9日（星期三）", "11月24日 15时许", "11月24日 15:02"),
        ("en", "Wednesday 9 December 2026", "24 November about 15:00", "24 November 15:02"),
        ("ko", "2026년 12월 9일(수요일)", "11월 24일 15시경", "11월 24일 15:02"),
        ("qps", "⟦2026年12月9日（星期三）⟧", "⟦11月24日 15时许⟧", "⟦11月24日 15:02⟧"),
    ],
)
def test_dates_are_written_as_people_write_them(spoken, tag, day, hour, minute):
    now = datetime(2026, 11, 24, 7, 2, tzinfo=UTC)
    with spoken.test_request_context(f"/?lang={tag}"):
        assert i18n.day(date(2026, 12, 9)) == day
        assert i18n.moment(now, hour_only=True) == hour
        assert i18n.moment(now) == minute


def test_days_are_the_offices_days(app):
    with app.test_request_context():
        assert i18n.moment(datetime(2026, 11, 24, 16, 30, tzinfo=UTC)) == "11月25日 00:30"


def test_placeholders_are_kept_in_the_pseudo_locale(spoken):
    with spoken.test_request_context("/?lang=qps"):
        assert i18n.gettext("代码 %(status)s", status=404) == "⟦代码 404⟧"
        assert i18n.ngettext("%(num)s 次", "%(num)s 次", 2) == "⟦2 次⟧"


def test_numbers_have_their_forms(spoken):
    said = []
    for tag in ("zh-Hans", "en", "ko"):
        with spoken.test_request_context(f"/?lang={tag}"):
            said += [[i18n.ngettext("%(num)s 天", "%(num)s 天", number) for number in (0, 1, 2)]]
    assert said == [["0 天", "1 天", "2 天"], ["0 days", "1 day", "2 days"], ["0일", "1일", "2일"]]


def test_what_a_language_does_not_say_stays_chinese(spoken):
    with spoken.test_request_context("/?lang=ko"):
        assert i18n.gettext("没有人说过的话") == "没有人说过的话"
        assert i18n.ngettext("一只%(num)s", "几只%(num)s", 2) == "几只2"


def test_every_enum_that_is_shown_has_a_word_for_every_member():
    enums = {
        value
        for value in (*vars(vocabulary).values(), *vars(evidence).values())
        if isinstance(value, type) and issubclass(value, vocabulary.StrEnum) and value is not vocabulary.StrEnum
    }
    assert {enum.__name__ for enum in enums - set(words.WORDS)} == NOT_SHOWN
    for enum, table in words.WORDS.items():
        assert set(table) == {one for one in enum if getattr(one, "number", None) is None}  # files are told by number
        assert len(set(table.values())) == len(table)


def test_every_state_has_its_sentence():
    assert set(words.SENTENCES) == set(vocabulary.CaseState)


def test_every_event_of_the_ledger_has_a_word():
    assert set(event_words.EVENTS) == set(LEDGER_EVENTS)


def test_words_of_the_same_value_are_kept_apart(app):
    with app.test_request_context():
        assert word(vocabulary.IdentityField.PHONE) == "电话"
        assert word(case_vocabulary.Channel.PHONE) == "来电"
