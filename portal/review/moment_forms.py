"""Proof of this moment in a form: a one-time code, or a passkey in its place; one field for the door and every step."""

from collections.abc import Mapping
from typing import Any

from wtforms.validators import StopValidation

from portal.domain.errors import PasskeyCopyError, PasskeyRefusedError, RefusalError, SignInError
from portal.office import paper
from portal.office.asserting import Assertion
from portal.office.signing_in import Code, Proof
from portal.web.forms import Hidden, Plain, PortalForm
from portal.web.i18n import N_, gettext
from portal.web.passkeys import binding

CODE_DIGITS = 6
UNPROVEN: Mapping[type[RefusalError], str] = {  # the first that fits
    PasskeyCopyError: N_("这把通行密钥像是被复制过，没有接受。请在“我的账户”删掉它，告诉管理员，先用动态验证码。"),
    PasskeyRefusedError: N_("通行密钥没有通过。请再点一次，或者输入动态验证码。"),
    SignInError: N_("动态验证码对不上。同一个验证码只能用一次，刚用过的话，等下一个再试。"),
}


def one_time(typed: str | None) -> str:
    """A one-time code, six digits or eight from paper, however it was typed and spaced."""
    digits = (typed or "").replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in {CODE_DIGITS, paper.DIGITS}):
        raise StopValidation(gettext("动态验证码是 6 位数字，请看验证器上现在显示的那一个；纸上的是 8 位。"))
    return digits


def code_or_passkey(form: Any, field: Any) -> None:
    """A one-time code, unless a passkey came instead of it."""
    if form.passkey.data:
        raise StopValidation
    if not field.data:
        raise StopValidation(gettext("请输入动态验证码，一共 6 位数字。"))


def unproven(refusal: RefusalError) -> str:
    """What was wrong with a code or a passkey, to somebody who is signed in."""
    return gettext(next(UNPROVEN[kind] for kind in UNPROVEN if isinstance(refusal, kind)))


class MomentForm(PortalForm):
    """A step with proof of this moment: a one-time code; or a passkey, which takes a script."""

    otp = Plain(validators=[code_or_passkey])
    passkey = Hidden()

    def validate_otp(self, field: Any) -> None:
        """Six digits, or eight from paper."""
        field.data = one_time(field.data)

    def proof(self, secret: bytes) -> Proof:
        """The frozen value of a valid form; `secret` is that of the officer's codes."""
        if self.passkey.data:
            return Assertion(self.passkey.data, binding())
        return Code(secret, self.otp.data)
