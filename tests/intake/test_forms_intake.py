"""What reporters may send, and the sentence for each mistake."""

from datetime import date
from types import SimpleNamespace

import pytest
from flask import Flask, g, session
from werkzeug.datastructures import MultiDict

from portal.domain.vocabulary import IdentityField, Mode, Ongoing
from portal.intake.forms import LetterForm, ReportForm
from portal.web import forms, i18n

TODAY = date(2026, 11, 24)
GOOD = {
    "category": "EXIT-01",
    "division": "220302",
    "place": "地下二层东侧 6 号出口",
    "description": "用铁链子绕了三圈加挂锁。",
    "mode": "anonymous",
    "concerns_office": "no",
    "submission": "token",
}


def make_app() -> Flask:
    app = Flask("portal")
    app.config["SECRET_KEY"] = "a key for tests alone"
    i18n.install(app, languages=("zh-Hans", "en"), pseudo=True)
    forms.install(app)
    return app


@pytest.fixture
def app():
    app = make_app()
    with app.test_request_context(headers={"Cookie": "__Host-form=x"}):
        yield app


def open_mailbox(binding: bytes) -> None:
    g.mailbox = SimpleNamespace(token=SimpleNamespace(csrf=binding))


def report(**changes: str) -> ReportForm:
    data = {**GOOD, **changes}
    sent = MultiDict({name: value for name, value in data.items() if value is not None})
    sent["csrf_token"] = forms.csrf_token()
    form = ReportForm(kinds=frozenset({"EXIT-01"}), divisions=frozenset({"220302"}), today=TODAY, formdata=sent)
    form.validate()
    return form


def errors(**changes: str) -> dict[str, list[str]]:
    return report(**changes).errors


@pytest.mark.usefixtures("app")
class TestReport:
    def test_the_plainest_report_passes(self):
        assert errors() == {}

    @pytest.mark.parametrize("name", ["category", "division", "place", "description", "mode", "concerns_office"])
    def test_what_is_needed_is_asked_for_in_one_sentence(self, name):
        for missing in (None, "", " \u200b "):
            assert list(errors(**{name: missing})) == [name]
            assert len(errors(**{name: missing})[name]) == 1
            assert errors(**{name: missing})[name][0].startswith("请")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            *(("category", "EXIT-99"), ("division", "110000"), ("mode", "secret"), ("ongoing", "never")),
            *(("concerns_office", "maybe"), ("mode", "identified "), ("mode", "IDENTIFIED")),
        ],
    )
    def test_only_what_was_offered_may_be_chosen(self, name, value):
        refused = {"identified "}  # cleaned at the border, then asks for a name
        assert set(errors(**{name: value})) == ({"name", "phone"} if value in refused else {name})

    def test_what_may_be_left_out_may_be_left_out(self):
        narrative = report().to_submission(marked=False).narrative
        assert (narrative.respondent, narrative.ongoing, narrative.occurred_on) == ("", Ongoing.UNKNOWN, None)
        assert not narrative.superior

    @pytest.mark.parametrize("value", ["2026-11-24", "1949-10-01", "2026-02-28"])
    def test_days_that_have_been_are_taken(self, value):
        assert report(occurred_on=value).to_submission(marked=False).narrative.occurred_on == date.fromisoformat(value)

    @pytest.mark.parametrize(
        ("value", "sentence"),
        [
            *(("2026-11-25", "还没到"), ("9999-12-31", "还没到"), ("1949-09-30", "太早"), ("0001-01-01", "太早")),
            *(("2026-02-30", "样子"), ("昨天", "样子"), ("20/11/2026", "样子"), ("2026-11-20T10:00", "样子")),
        ],
    )
    def test_other_days_are_refused_with_what_to_do(self, value, sentence):
        (said,) = errors(occurred_on=value)["occurred_on"]
        assert sentence in said
        assert said.endswith("记不清就空着。")

    def test_the_length_is_counted_after_newlines_are_alike(self):
        assert errors(description="一\r\n" * 9_999 + "二三") == {}
        assert len(report(description="字" * 20_000).to_submission(marked=False).narrative.description) == 20_000
        assert errors(description="字" * 20_001)["description"] == [
            "情况：最多 20,000 个字，现在多了 1 个。请删减一些。"
        ]

    def test_emoji_count_as_what_they_are(self):
        assert errors(description="🔥" * 20_000) == {}

    @pytest.mark.parametrize(("name", "label"), [("place", "在哪里"), ("respondent", "被举报的单位或人")])
    def test_lines_have_a_limit_and_are_named_when_over_it(self, name, label):
        assert errors(**{name: "字" * 200}) == {}
        assert errors(**{name: "字" * 201})[name] == [f"{label}：最多 200 个字，现在多了 1 个。请删减一些。"]

    def test_nothing_typed_is_lost_when_refused(self):
        form = report(mode="identified", description="写了很多", place="", phone="abc")
        assert form.description.data == "写了很多"
        assert form.phone.data == "abc"
        assert form.category.data == "EXIT-01"

    def test_errors_come_in_the_order_of_the_page_and_lead_to_their_fields(self):
        form = report(category="", place="", concerns_office="", mode="identified")
        assert [target for target, _ in forms.errors_of(form)] == [
            *("category", "place", "concerns_office", "name", "phone")
        ]

    def test_the_order_of_the_page_forgets_no_field(self):
        form = report()
        assert sorted(form.reading) == sorted(field.name for field in form)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Please say where, enough for a stranger to find it."),
        ("qps", "⟦请写一下在哪里，写到别人能找到就行。⟧"),
    ],
)
def test_sentences_are_said_in_the_readers_language(language, sentence):
    with make_app().test_request_context(f"/?lang={language}"):
        assert errors(place="")["place"] == [sentence]


@pytest.mark.usefixtures("app")
class TestModes:
    def test_by_name_a_name_and_a_phone_are_needed(self):
        assert set(errors(mode="identified")) == {"name", "phone"}
        assert errors(mode="identified", name="周", phone="138 0000 0000") == {}
        assert set(errors(mode="identified", name="周", email="a@b.cn")) == {"phone"}

    def test_with_a_contact_a_phone_or_a_mail_is_needed(self):
        assert set(errors(mode="contact")) == {"phone"}
        assert errors(mode="contact", email="a@b.cn") == {}
        assert errors(mode="contact", phone="0431-8888 8888") == {}

    def test_you_may_phone_me_needs_a_number(self):
        assert set(errors(mode="contact", email="a@b.cn", may_phone="y")) == {"phone"}

    def test_anonymous_keeps_nothing_even_when_typed(self):
        sent = report(name="周", phone="13800000000", email="a@b.cn", may_phone="y").to_submission(marked=False)
        assert sent.identity.fields == {IdentityField.RELATION: "outsider"}
        assert sent.phone is None
        assert not sent.narrative.may_phone

    def test_with_a_contact_no_name_is_kept(self):
        form = report(mode="contact", name="周", phone="13800000000", email="a@b.cn", may_phone="y")
        sent = form.to_submission(marked=False)
        assert set(sent.identity.fields) == {IdentityField.PHONE, IdentityField.EMAIL, IdentityField.RELATION}
        assert sent.phone == "13800000000"

    def test_by_name_all_three_are_kept(self):
        sent = report(mode="identified", name="周", phone="13800000000", email="a@b.cn").to_submission(marked=False)
        assert sent.identity.fields == {
            IdentityField.NAME: "周",
            IdentityField.PHONE: "13800000000",
            IdentityField.EMAIL: "a@b.cn",
            IdentityField.RELATION: "outsider",
        }
        assert sent.phone is None

    @pytest.mark.parametrize(("ticked", "relation"), [("y", "insider"), (None, "outsider"), ("no", "outsider")])
    @pytest.mark.parametrize("mode", list(Mode))
    def test_the_relation_is_always_there(self, mode, ticked, relation):
        sent = report(mode=mode, name="周", phone="13800000000", insider=ticked).to_submission(marked=False)
        assert sent.identity.fields[IdentityField.RELATION] == relation

    @pytest.mark.parametrize("phone", ["abc", "123", "1" * 31, "138-0000-0000x", "（0431）"])
    def test_what_no_telephone_could_dial_is_refused(self, phone):
        assert set(errors(mode="identified", name="周", phone=phone)) == {"phone"}

    @pytest.mark.parametrize("phone", ["13800000000", "+86 138 0000 0000", "0431-88888888", "12345", "8888-8888#12"])
    def test_numbers_are_taken_as_people_write_them(self, phone):
        assert errors(mode="identified", name="周", phone=phone) == {}

    @pytest.mark.parametrize("email", ["abc", "a@b", "a b@c.cn", "@c.cn"])
    def test_what_is_no_address_is_refused(self, email):
        assert set(errors(mode="contact", email=email)) == {"email"}


@pytest.mark.usefixtures("app")
class TestMarks:
    def test_a_robot_is_marked_and_never_refused(self):
        form = report(website="https://spam.example")
        assert form.errors == {}
        assert form.to_submission(marked=False).marked
        assert not report().to_submission(marked=False).marked
        assert report().to_submission(marked=True).marked

    def test_an_unknown_venue_does_no_harm(self):
        assert errors(venue="x" * 40) == {}
        assert set(errors(venue="x" * 41)) == {"venue"}

    def test_yes_is_the_word_yes(self):
        assert report(concerns_office="yes", superior="y").to_submission(marked=False).narrative.concerns_office
        assert report(superior="y").to_submission(marked=False).narrative.superior
        assert not report(superior="on").to_submission(marked=False).narrative.superior


class TestToken:
    def form(self, token: str | None) -> LetterForm:
        sent = MultiDict({"text": "一句"})
        if token is not None:
            sent["csrf_token"] = token
        form = LetterForm(formdata=sent)
        form.validate()
        return form

    def test_a_token_of_this_session_passes(self, app):
        assert app
        assert self.form(forms.csrf_token()).errors == {}

    @pytest.mark.parametrize("token", [None, "", "x", "abc.def.ghi"])
    def test_without_one_the_page_is_shown_again_and_keeps_the_text(self, app, token):
        assert app
        form = self.form(token)
        assert form.errors == {"csrf_token": ["页面放得太久了，请再点一次“提交”，写的内容都还在。"]}
        assert forms.errors_of(form) == [("send-letter", form.errors["csrf_token"][0])]
        assert form.text.data == "一句"

    def test_without_any_cookie_it_is_said_that_cookies_are_needed(self, app):
        with app.test_request_context():
            form = self.form("x")
        assert "Cookie" in form.errors["csrf_token"][0]
        assert form.text.data == "一句"

    def test_a_token_of_another_browser_fails(self, app):
        token = forms.csrf_token()
        with app.test_request_context():
            session["csrf_token"] = "another"
            assert "csrf_token" in self.form(token).errors

    def test_a_token_of_another_session_fails(self, app):
        token = forms.csrf_token()
        nonce = session["csrf_token"]
        open_mailbox(b"the mailbox of somebody else")
        with app.test_request_context():
            session["csrf_token"] = nonce
            assert "csrf_token" in self.form(token).errors
            assert self.form(forms.csrf_token()).errors == {}

    def test_a_session_opened_while_answering_gets_its_own_token(self, app):
        assert app
        before = forms.csrf_token()
        open_mailbox(b"opened just now")
        after = forms.csrf_token()
        assert before != after
        assert self.form(after).errors == {}
        assert "csrf_token" in self.form(before).errors
