"""What every form shares: cleaning, plain sentences, the reader's language, a CSRF token that fits one session only.

WTForms parses and validates; the macros in templates/macros draw. A form never touches the database.
"""

import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Collection
from typing import Any

from flask import Flask, current_app, g, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf, validate_csrf
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, PasswordField, StringField
from wtforms.csrf.core import CSRF
from wtforms.validators import StopValidation, ValidationError

from portal.domain.files import CAPTION
from portal.web import requests
from portal.web.i18n import N_, current, gettext
from portal.web.text import clean, clean_line

CSRF_SECONDS = 12 * 3600  # as long as a submission token is accepted
YES = "y"

Check = Callable[[Any, Any], None]


def csrf_secret(binding: bytes) -> str:
    """The signing secret for one session's tokens: a token of one session fails in another."""
    secret = current_app.secret_key or ""
    key = secret.encode() if isinstance(secret, str) else secret
    return hmac.new(key, b"shaoyin/csrf/" + binding, hashlib.sha256).hexdigest()


def csrf_token() -> str:
    """A token for the session as it is now, also when it was opened during this request."""
    opened = g.get("desk") or g.get("mailbox")
    if "csrf_drawn" not in g or g.csrf_opened is not opened:  # a page may have two dozen forms
        g.pop("csrf_token", None)
        g.csrf_drawn, g.csrf_opened = generate_csrf(csrf_secret(requests.csrf_binding()), "csrf_token"), opened
    token: str = g.csrf_drawn
    return token


class BoundCSRF(CSRF):  # type: ignore[misc]
    """Flask-WTF's token under a secret of the session, and our own sentence."""

    def generate_csrf_token(self, csrf_token_field: Any) -> str:  # noqa: ARG002 — WTForms' signature
        """None: whatever a page sends carries `csrf_token()`, drawn with it, and to draw one for each form is dear."""
        return ""

    def validate_csrf_token(self, form: Any, field: Any) -> None:
        """Refuse a token that is missing, old or of another session; what was typed stays."""
        bindings = requests.public_bindings() if form.public else (requests.csrf_binding(),)
        if not any(_holds(field.data, csrf_secret(binding)) for binding in bindings):
            if not request.cookies:
                raise ValidationError(
                    gettext("浏览器没有带回本站的 Cookie。请允许本站的 Cookie，再点一次“提交”，写的都还在。")
                )
            raise ValidationError(gettext("页面放得太久了，请再点一次“提交”，写的内容都还在。"))


def holds_header() -> bool:
    """Whether a request whose body is no form has its token in the header for it."""
    return _holds(request.headers.get("X-CSRF-Token"), csrf_secret(requests.csrf_binding()))


def _holds(token: str | None, secret: str) -> bool:
    try:
        validate_csrf(token, secret, CSRF_SECONDS, "csrf_token")
    except ValidationError:
        return False
    return True


class PortalForm(FlaskForm):  # type: ignore[misc]
    """Base of all forms."""

    anchor = "send"  # id of the button, unique on a page with several forms
    public = False  # a public form may be sent after a mailbox has opened or closed, as when one goes back to it
    blank = False  # whether nobody has typed into it, nor ever will: what is drawn of it may be kept
    reading: tuple[str, ...] = ()  # fields in the order of the page, where it differs from that of the class

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Our token, the reader's language."""

        csrf_class = BoundCSRF
        csrf_time_limit = CSRF_SECONDS

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Read forms alone: neither JSON nor files are what somebody typed."""
            read: bool = formdata is None or isinstance(formdata, MultiDict)
            if read:
                return formdata
            return request.form if form.is_submitted() else None

        def get_translations(self, form: Any) -> Any:  # noqa: ARG002 — WTForms' signature
            """WTForms' own messages, should one ever show."""
            return current().built_in


class Line(StringField):  # type: ignore[misc]
    """One line of text, cleaned."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the first value."""
        self.data = clean_line(valuelist[0] if valuelist else "")


class Plain(Line):
    """One line of letters and digits as keyboards of all kinds give them: full-width ones are the same (NFKC)."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the first value."""
        self.data = clean_line(unicodedata.normalize("NFKC", valuelist[0]) if valuelist else "")


class Text(StringField):  # type: ignore[misc]
    """Several lines of text, cleaned."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the first value."""
        self.data = clean(valuelist[0] if valuelist else "")


class Secret(PasswordField):  # type: ignore[misc]
    """A password: taken as typed, never shown again."""


class Hidden(HiddenField):  # type: ignore[misc]
    """A value the page carries and nobody types."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the first value."""
        self.data = clean_line(valuelist[0] if valuelist else "")


class Carried(HiddenField):  # type: ignore[misc]
    """What was typed before a session ended: carried through opening it again, never stored."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the first value."""
        self.data = clean(valuelist[0] if valuelist else "")


class Tick(Field):  # type: ignore[misc]
    """A checkbox: true for `y` and for nothing else."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Only the box's own value counts."""
        self.data = valuelist[:1] == [YES]


class Ticks(Field):  # type: ignore[misc]
    """Several checkboxes of one name: the values of those that are ticked, each once."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was ticked, in the order of the page."""
        self.data = tuple(dict.fromkeys(valuelist))


class Files(Field):  # type: ignore[misc]
    """Where files are chosen: they are taken in before the form is read (`web/uploads`), and errors have a place."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Files are no values."""


def required(sentence: str) -> Check:
    """Refuse an empty field with the sentence (a msgid)."""

    def check(_form: Any, field: Any) -> None:
        if not field.data:
            raise StopValidation(gettext(sentence))

    return check


def one_of(values: Collection[str], sentence: str) -> Check:
    """Refuse a choice that was not offered."""

    def check(_form: Any, field: Any) -> None:
        if field.data and field.data not in values:
            raise StopValidation(gettext(sentence))

    return check


def at_most(limit: int, name: str = "") -> Check:
    """Refuse more characters than `limit`, counted after cleaning, and say by how many; `name` is a msgid."""

    def check(_form: Any, field: Any) -> None:
        over = len(field.data or "") - limit
        if over > 0:
            numbers = {"limit": f"{limit:,}", "over": f"{over:,}"}
            sentence = gettext("最多 %(limit)s 个字，现在多了 %(over)s 个。请删减一些。", **numbers)
            raise StopValidation(gettext("%(name)s：%(rest)s", name=gettext(name), rest=sentence) if name else sentence)

    return check


class SendingForm(PortalForm):
    """What is said of the files that come with it; what is in a file is for the portal's office to look at."""

    anchor = "send-files"
    caption = Text(validators=[at_most(CAPTION, N_("拍的是什么"))])
    harmless = Tick()

    def refuse_none(self) -> None:
        """Say that there was no file; the view calls it."""
        self.csrf_token.errors = [gettext("请先选文件，再点“上传”。")]

    def tell_lost(self) -> None:
        """Say beside other mistakes that the files have to be chosen anew: no page can hold them."""
        self.csrf_token.errors = [*self.csrf_token.errors, gettext("文件没有收下，改好以后请再选一次。")]


def errors_of(*forms: Any) -> list[tuple[str, str]]:
    """(id to link to, sentence) of every error, in the order of the fields; a hidden field's leads to the button."""
    found: list[tuple[str, str]] = []
    for form in forms:
        for field in [form[name] for name in form.reading] or form:
            target = form.anchor if isinstance(field, HiddenField) else field.id
            found.extend((target, sentence) for sentence in field.errors)
    return found


def install(app: Flask) -> None:
    """Put the token and the list of errors into Jinja."""
    app.jinja_env.globals.update(csrf_token=csrf_token, errors_of=errors_of)
