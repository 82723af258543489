"""The catalogues say every sentence of the source, and nothing that the source no longer says."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import babel_extract

from portal.app import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
MARKS = {"gettext", "ngettext", "N_", "_"}
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def messages_of_templates() -> set[str]:
    found = set()
    for path in (ROOT / "templates").rglob("*.html"):
        with path.open("rb") as file:
            options = {"newstyle_gettext": "true", "silent": "false"}
            for _, _, message, _ in babel_extract(file, ("_", "gettext", "ngettext"), [], options):
                found.add(message[0] if isinstance(message, tuple) else message)
    return found


def messages_of_modules(*patterns: str) -> set[str]:
    found = set()
    for path in {path for pattern in patterns for path in (ROOT / "portal").glob(pattern)}:
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(getattr(node, "func", None), "id", None)
            if name in MARKS and node.args and isinstance(node.args[0], ast.Constant):
                found.add(node.args[0].value)
    return found


@pytest.fixture(scope="module")
def messages() -> set[str]:
    return messages_of_templates() | messages_of_modules("**/*.py")


def read(tag: str):
    with (ROOT / f"portal/locale/{tag}/LC_MESSAGES/portal.po").open("rb") as file:
        return read_po(file, locale=tag)


@pytest.fixture(scope="module")
def english():
    return read("en")


def test_templates_can_be_parsed_without_an_application():
    for path in (ROOT / "templates").rglob("*.html"):
        Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(path.read_text())


def test_every_sentence_of_pages_and_forms_is_said_in_english(english):
    said = {message.id[0] if isinstance(message.id, tuple) else message.id for message in english if message.string}
    pages = messages_of_templates() | messages_of_modules("web/*.py", "*/*forms.py")
    assert pages - said == set()


@pytest.mark.parametrize("tag", ["en", "ko"])
def test_no_language_says_what_is_gone(messages, tag):
    ids = {message.id[0] if isinstance(message.id, tuple) else message.id for message in read(tag) if message.id}
    assert ids
    assert ids - messages == set()


@pytest.mark.parametrize("tag", ["en", "ko"])
def test_placeholders_are_the_same_in_every_language(tag):
    for message in read(tag):
        if not message.id:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in strings:
            assert set(PLACEHOLDER.findall(string)) == set(PLACEHOLDER.findall(ids[0]))
        assert not message.fuzzy


def test_a_language_is_offered_when_it_says_everything_and_not_before():
    for tag in ("en", "ko"):
        said = {message.id[0] if isinstance(message.id, tuple) else message.id for message in read(tag)}
        whole = messages_of_templates() | messages_of_modules("web/*.py", "*/*forms.py") <= said
        assert (tag in LANGUAGES) == whole, tag


def test_no_sentence_is_split_by_a_space_at_its_ends(messages):
    assert [message for message in messages if message != message.strip()] == []
