"""The templates' environment: sentences are asked for the short way, and say the same."""

import pytest
from flask import render_template_string

from portal.web.pages import Pages
from tests.web.samples import make_app

SAID = "{{ _('我要举报') }}|{{ _('我要举报')|length }}|{{ _('我要举报') ~ '<' }}"


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("zh-Hans", "我要举报|4|我要举报&lt;"),
        ("en", "Make a report|13|Make a report&lt;"),
        ("qps", "⟦我要举报⟧|6|⟦我要举报⟧&lt;"),
    ],
)
def test_a_sentence_is_said_in_the_readers_language_however_often(tag: str, said: str) -> None:
    app = make_app(languages=("zh-Hans", "en"), pseudo=True)
    with app.test_request_context(f"/?lang={tag}"):
        assert [render_template_string(SAID) for _ in range(2)] == [said, said]


def test_of_two_languages_in_turn_each_has_its_own(app) -> None:
    app = make_app(languages=("zh-Hans", "en"))
    template = app.jinja_env.from_string("{{ _('我要举报') }}")
    for tag, said in [("en", "Make a report"), ("zh-Hans", "我要举报"), ("en", "Make a report")]:
        with app.test_request_context(f"/?lang={tag}"):
            assert template.render() == said


def test_only_a_sentence_by_itself_goes_the_short_way() -> None:
    env = make_app().jinja_env
    assert isinstance(env, Pages)
    source = "{{ _('我要举报') }}{{ _('共 %(n)s 件', n=1) }}{{ _(name) }}{{ word('我要举报') }}"
    code = env.compile(source, raw=True)
    assert code.count("'我要举报'") == 2
    assert code.count("context.call(") == 3


def test_a_percent_sign_is_written_twice_with_and_without_placeholders() -> None:
    app = make_app()
    with app.test_request_context("/"):
        assert (
            render_template_string("{{ _('罚款的 15%%') }} {{ _('%(rate)s%%', rate='<15>') }}")
            == "罚款的 15% &lt;15&gt;%"
        )
