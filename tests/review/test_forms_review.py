"""What officers may send, and the sentence for each mistake."""

import pytest
from werkzeug.datastructures import MultiDict

from portal.domain.values import Ruling
from portal.review.case_forms import AcceptForm, OfficeLetterForm
from portal.review.forms import SignInForm, SignOutForm
from portal.web import forms

pytestmark = pytest.mark.usefixtures("form_request")


def sent(form_class, **data: str):
    form = form_class(formdata=MultiDict({**data, "csrf_token": forms.csrf_token()}))
    form.validate()
    return form


def test_signing_in_takes_three_things():
    assert set(sent(SignInForm).errors) == {"username", "password", "otp"}
    form = sent(SignInForm, username=" lin ", password="  as typed ", otp="123 456")
    assert form.errors == {}
    assert (form.username.data, form.password.data, form.otp.data) == ("lin", "  as typed ", "123456")


@pytest.mark.parametrize("code", ["12345", "1234567", "12345a", "１２３４５x"])
def test_a_one_time_code_is_six_digits(code):
    assert set(sent(SignInForm, username="lin", password="x", otp=code).errors) == {"otp"}


def test_a_name_and_a_code_are_read_as_keyboards_give_them():
    form = sent(SignInForm, username="Ｌin", password="Ａ", otp="１２３　４５６")
    assert form.errors == {}
    assert (form.username.data, form.password.data, form.otp.data) == ("lin", "Ａ", "123456")


def test_which_of_the_three_is_wrong_is_never_said():
    form = sent(SignInForm, username="lin", password="x", otp="123456")
    form.refuse()
    assert form.errors == {
        "username": ["用户名、密码、动态验证码对不上。同一个验证码只能用一次，刚用过的话，等下一个再试。"]
    }


def test_a_password_has_a_limit():
    assert set(sent(SignInForm, username="lin", password="x" * 1_001, otp="123456").errors) == {"password"}


def test_accepting_takes_a_subject_and_the_version_seen():
    assert sent(AcceptForm, subject="安全出口锁闭", seen="3").ruling() == Ruling("安全出口锁闭", 3)
    assert set(sent(AcceptForm, seen="3").errors) == {"subject"}
    assert sent(AcceptForm, subject="字" * 60, seen="3").errors == {}
    assert set(sent(AcceptForm, subject="字" * 61, seen="3").errors) == {"subject"}


@pytest.mark.parametrize("number", ["", "x", "-1", "1.5", "²"])
def test_the_newest_step_seen_is_a_number(number):
    assert set(sent(AcceptForm, subject="案由", seen=number).errors) == {"seen"}


def test_a_letter_needs_words():
    assert set(sent(OfficeLetterForm, text=" ", seen="3").errors) == {"text"}
    assert sent(OfficeLetterForm, text="晚上还锁着吗？", seen="3").errors == {}


def test_signing_out_needs_the_token():
    assert sent(SignOutForm).errors == {}
    form = SignOutForm(formdata=MultiDict())
    assert not form.validate()
