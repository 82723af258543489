"""What reporters may send to open a mailbox and inside it, and the sentence for each mistake."""

import pytest
from werkzeug.datastructures import MultiDict

from crypto.receipt import Receipt
from portal.domain.vocabulary import IdentityField
from portal.intake.forms import IdentityForm, LetterForm, ReceiptForm, WithdrawForm
from portal.web import forms

RECEIPT = str(Receipt.derive(b"s" * 32, b"token"))


pytestmark = pytest.mark.usefixtures("form_request")


class TestReceipt:
    def form(self, text: str) -> ReceiptForm:
        form = ReceiptForm(formdata=MultiDict({"receipt": text, "csrf_token": forms.csrf_token()}))
        form.validate()
        return form

    def said(self, text: str) -> str:
        (sentence,) = self.form(text).errors["receipt"]
        return sentence

    def test_a_code_is_read_however_it_was_copied(self):
        for text in (RECEIPT, RECEIPT.lower(), RECEIPT.replace("-", " "), RECEIPT.replace("-", ""), f"  {RECEIPT}\n"):
            assert str(self.form(text).code) == RECEIPT
        assert str(self.form(Receipt.parse(RECEIPT).digits()).code) == RECEIPT

    @pytest.mark.parametrize("label", ["查询码：", "查询码: ", "查询码 ", "查询码", "查询码\n"])
    def test_a_code_may_be_pasted_with_its_label(self, label):
        assert str(self.form(label + RECEIPT).code) == RECEIPT

    def test_one_wrong_character_is_located(self):
        wrong = RECEIPT[:13] + ("7" if RECEIPT[13] != "7" else "8") + RECEIPT[14:]
        assert self.said(wrong).startswith("第 3 组好像抄错了一个字符")
        assert self.form(wrong).code is None

    def test_swapped_neighbours_are_recognised(self):
        place = next(i for i in (0, 1, 2, 3) if RECEIPT[i] != RECEIPT[i + 1])
        wrong = RECEIPT[:place] + RECEIPT[place + 1] + RECEIPT[place] + RECEIPT[place + 2 :]
        assert self.said(wrong).startswith("第 1 组好像有两个挨着的字符颠倒了")

    def test_too_short_is_said(self):
        assert "25 个字符" in self.said(RECEIPT[:-1])

    def test_nothing_at_all_is_said(self):
        assert self.said("") == "请输入查询码，一共 25 个字符，分五组。"

    def test_an_unknown_code_is_said(self):
        form = self.form(RECEIPT)
        form.refuse_unknown()
        assert form.errors["receipt"] == ["没有找到这个查询码，请再核对一遍。"]


class TestMailbox:
    def identity(self, *, consented: bool = False, **data: str) -> IdentityForm:
        form = IdentityForm(consented=consented, formdata=MultiDict({**data, "csrf_token": forms.csrf_token()}))
        form.validate()
        return form

    def test_a_letter_needs_words(self):
        form = LetterForm(formdata=MultiDict({"text": " \n", "csrf_token": forms.csrf_token()}))
        assert not form.validate()
        assert form.errors == {"text": ["请先写几句再发送。"]}

    def test_identity_needs_at_least_one_field(self):
        assert set(self.identity(action="replace").errors) == {"phone"}
        given = self.identity(action="replace", name="周")
        assert given.errors == {}
        assert given.to_identity().fields == {IdentityField.NAME: "周"}

    def test_consent_to_calls_alone_may_be_taken_back(self):
        assert self.identity(consented=True, action="replace").errors == {}
        assert set(self.identity(consented=True, action="replace", may_phone="y").errors) == {"phone"}

    def test_consent_once_given_needs_no_number_again(self):
        assert self.identity(consented=True, action="replace", name="周", may_phone="y").errors == {}
        assert "再写一次号码" in self.identity(action="replace", name="周", may_phone="y").errors["phone"][0]

    def test_the_box_shows_what_was_agreed(self):
        assert IdentityForm(formdata=None, consented=True).may_phone.data
        assert not IdentityForm(formdata=None, consented=False).may_phone.data

    def test_a_number_in_full_width_digits_is_a_number(self):
        given = self.identity(action="replace", phone="１３８４３４１２３４５", email="ａ＠ｑｑ．ｃｏｍ").to_identity()
        assert given.fields == {IdentityField.PHONE: "13843412345", IdentityField.EMAIL: "a@qq.com"}

    @pytest.mark.parametrize(("name", "label"), [("name", "姓名"), ("phone", "电话"), ("email", "电子邮箱")])
    def test_what_is_too_long_is_named(self, name, label):
        (sentence,) = self.identity(action="replace", **{name: "1" * 101}).errors[name]
        assert sentence == f"{label}：最多 100 个字，现在多了 1 个。请删减一些。"

    def test_erasing_needs_nothing_and_gives_nothing(self):
        form = self.identity(action="erase", name="周")
        assert form.errors == {}
        assert form.erases
        assert form.to_identity().fields == {}

    def test_another_action_is_refused(self):
        assert set(self.identity(action="show", name="周").errors) == {"action"}

    def test_withdrawing_needs_the_token_alone(self):
        assert WithdrawForm(formdata=MultiDict({"csrf_token": forms.csrf_token()})).validate()
        assert not WithdrawForm(formdata=MultiDict({"csrf_token": "x"})).validate()
