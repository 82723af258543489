"""The catalogues say every sentence of the source, and nothing that the source no longer says."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import babel_extract

from portal.app import LANGUAGES, PUBLIC_LANGUAGES
from portal.web import catalogues
from tests import korean

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
    assert whole() - said_by(english) == set()


def whole() -> set[str]:
    """Every sentence of a page."""
    return messages_of_templates() | messages_of_modules("web/*.py", "*/*forms.py", "intake/**/*.py")


def said_by(catalogue) -> set[str]:
    return {message.id[0] if isinstance(message.id, tuple) else message.id for message in catalogue if message.string}


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
        needed = set(korean.of_reporters()) if tag in PUBLIC_LANGUAGES else whole()
        assert (tag in LANGUAGES) == (needed <= said_by(read(tag))), tag


def test_what_reporters_may_read_is_of_pages():
    assert set(korean.of_reporters()) <= whole()
    assert len(korean.of_reporters()) > 1_000


@pytest.mark.parametrize("tag", ["en", "ko"])
def test_our_reader_reads_what_babel_reads(tag):
    path = ROOT / f"portal/locale/{tag}/LC_MESSAGES/portal.po"
    entries = [message for message in read(tag) if message.id]
    said = {
        (message.id[0], message.string) if isinstance(message.id, tuple) else (message.id, (message.string,))
        for message in entries
    }
    assert set(catalogues.read(path).said.items()) == said
    assert len(re.findall('^msgid "', path.read_text(), re.MULTILINE)) == len(entries) + 1  # none stands there twice


@pytest.mark.parametrize("tag", ["en", "ko"])
def test_forms_by_number_are_those_that_our_reader_knows(tag):
    """One form, or one for 1 and one for the others."""
    catalogue = read(tag)
    assert catalogue.plural_expr in {"0", "(n != 1)"}
    forms = {len(message.string) for message in catalogue if isinstance(message.id, tuple)}
    assert forms == {catalogue.num_plurals}


def test_no_sentence_is_split_by_a_space_at_its_ends(messages):
    assert [message for message in messages if message != message.strip()] == []
