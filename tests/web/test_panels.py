"""Panels that are drawn once: what a page has of its own stands in them, and nothing of any other page."""

import pytest
from flask import Flask
from jinja2 import DictLoader
from wtforms.validators import Length

from portal.web.forms import Line, PortalForm
from portal.web.panels import kept
from tests.web.samples import make_app

MACROS = """{% from "macros/forms.html" import button, post -%}
{% macro panel(form, address, seen, more) -%}
{{ drawn() }}<h2>{{ _("我要举报") }} {{ more }}</h2>
{% call post(address ~ "/go") %}<input name="seen" value="{{ seen }}">\
<input value="{{ form.line.data or '' }}">{{ form.line.errors|join }}{% endcall %}
{%- endmacro %}"""


class OneLine(PortalForm):
    """A form of one line."""

    line = Line(validators=[Length(max=3)])


class Drawing:
    """An app with one panel that counts how often it was drawn."""

    def __init__(self) -> None:
        self.times = 0
        self.app: Flask = make_app(languages=("zh-Hans", "en"))
        env = self.app.jinja_env
        env.loader = DictLoader({"panel.html": MACROS, "macros/forms.html": _source(env, "macros/forms.html")})
        env.globals["drawn"] = self._drawn
        self.blank = self.form(blank=True)

    def _drawn(self) -> str:
        self.times += 1
        return ""

    def form(self, *, blank: bool = False, **typed: str) -> OneLine:
        with self.app.test_request_context("/", method="POST", data=typed):
            form = OneLine() if typed else OneLine(formdata=None)
            if typed:
                form.validate()
        form.blank = blank
        return form

    def page(self, form: OneLine, address: str, seen: int, more: str = "", lang: str = "zh-Hans") -> tuple[str, str]:
        """What is shown, and the token of that page."""
        with self.app.test_request_context(f"/?lang={lang}"):
            panel = self.app.jinja_env.get_template("panel.html").module.panel
            shown = kept(panel, form, address, seen, more)
            return str(shown), self.app.jinja_env.globals["csrf_token"]()


def _source(env, name: str) -> str:
    return env.loader.get_source(env, name)[0]


@pytest.fixture
def drawing() -> Drawing:
    return Drawing()


def test_address_step_and_token_are_those_of_the_page_and_the_rest_is_drawn_once(drawing: Drawing) -> None:
    pages = [drawing.page(drawing.blank, f"/cases/{one}", seen) for one, seen in (("a", 1), ("b&", 22), ("a", 1))]
    assert drawing.times == 1
    for (shown, token), (address, seen) in zip(pages, (("a", 1), ("b&amp;", 22), ("a", 1)), strict=True):
        assert f'action="/cases/{address}/go"' in shown
        assert f'value="{seen}"' in shown
        assert f'name="csrf_token" value="{token}"' in shown
    assert len({token for _, token in pages}) == 3


def test_a_panel_is_as_it_would_have_been_drawn(drawing: Drawing) -> None:
    first, token = drawing.page(drawing.blank, "/cases/a", 7, "甲<乙>")
    plain, other = drawing.page(drawing.form(), "/cases/a", 7, "甲<乙>")
    assert first.replace(token, "") == plain.replace(other, "")
    assert "甲&lt;乙&gt;" in first


def test_what_it_is_given_more_and_the_language_make_another_panel(drawing: Drawing) -> None:
    shown = [drawing.page(drawing.blank, "/a", 1, more, lang)[0] for more in "甲乙" for lang in ("zh-Hans", "en")]
    assert drawing.times == len(set(shown)) == 4
    assert "Make a report 乙" in shown[3]


def test_what_was_typed_is_never_kept(drawing: Drawing) -> None:
    typed = drawing.form(line="太长的话")
    assert typed.errors
    for _ in range(2):
        shown, _ = drawing.page(typed, "/a", 1)
        assert 'value="太长的话"' in shown
    assert drawing.times == 2
    assert "太长" not in drawing.page(drawing.blank, "/a", 1)[0]


def test_characters_that_stand_for_places_are_none_of_what_people_type(drawing: Drawing) -> None:
    form = drawing.form(line="\x00\x01\x02")
    assert form.line.data == ""
