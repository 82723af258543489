"""What is promised of every page, held on every page there is: walked through as visitor, reporter and officer."""

import re
from collections.abc import Iterator, Mapping

import pytest
from werkzeug.test import TestResponse

from portal.app import LANGUAGES
from portal.policy.loader import load_policies
from tests.lawful import articles, files
from tests.pages import Page
from tests.visitor import Visitor
from tests.walking import PLAIN, walk
from tests.world import Template

pytestmark = pytest.mark.sqlite

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SCRIPTED = f"{CSP}; script-src 'self'"
CONNECTED = f"{SCRIPTED}; connect-src 'self'"
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Content-Type": "text/html; charset=utf-8",
}
CJK = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uac00-\ud7af\uff00-\uffef]")
INNERMOST = re.compile(r"⟦[^⟦⟧]*⟧")
SPOKEN = ("title", "alt", "aria-label", "placeholder", "content", "label")
HEAVIEST = 60_000  # bytes of any page; the queue with fifty lines is held to it beside
FIRST_VISIT = {"zh-Hans": 30_000, "en": 31_500, "ko": 32_500}  # bytes, heads included; the same in more letters
DOORS = {"sign-in", "sign-in errors", "sign-in refused", "session that has ended"}  # officers, who may have passkeys
ACCOUNTS = {
    *("account", "account of a newcomer", "account with a key proposed", "account with a passkey"),
    *("paper errors", "turn errors", "passkey errors", "passkey not made", "passkey refused"),
    *("mail errors", "account with mail"),
}
FILES = {"files", "files with errors", "files of a sending"}
PUBLIC = {"home", "report", "door", "privacy", "report errors", "receipt", "mailbox", "left", "404", "413", "429"}


@pytest.fixture(scope="module")
def answers(template: Template, tmp_path_factory: pytest.TempPathFactory) -> dict[str, TestResponse]:
    """Every page in Chinese."""
    return walk(template, tmp_path_factory.mktemp("chinese") / "home", "zh-Hans")


@pytest.fixture(scope="module")
def pages(answers: dict[str, TestResponse]) -> dict[str, Page]:
    return {name: Page(answer.text) for name, answer in answers.items()}


@pytest.fixture(scope="module")
def english(template: Template, tmp_path_factory: pytest.TempPathFactory) -> dict[str, TestResponse]:
    """Every page in English."""
    return walk(template, tmp_path_factory.mktemp("english") / "home", "en")


@pytest.fixture(scope="module")
def bracketed(template: Template, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Page]:
    """Every page in the pseudo-locale."""
    walked = walk(template, tmp_path_factory.mktemp("pseudo") / "home", "qps")
    return {name: Page(answer.text) for name, answer in walked.items()}


def test_every_page_is_sound(pages: dict[str, Page], bracketed: dict[str, Page]) -> None:
    """One h1 that is the title, balanced tags, unique ids, labels, tokens, nothing that runs or leads out."""
    wrong = {name: page.problems() for name, page in [*pages.items(), *bracketed.items()] if page.problems()}
    assert wrong == {}
    assert len(pages) > 40


def test_every_page_is_sound_in_english_and_speaks_it_alone(english: dict[str, TestResponse]) -> None:
    """Chinese is left where somebody typed it, in articles of law, and in the name of the other language."""
    pages = {name: Page(answer.text) for name, answer in english.items()}
    assert {name: page.problems() for name, page in pages.items() if page.problems()} == {}
    assert {page.all("html")[0]["lang"] for page in pages.values()} == {"en"}
    law = re.compile("|".join(map(re.escape, sorted(articles(), key=len, reverse=True))))
    left = {name: found for name, page in pages.items() if (found := CJK.findall(law.sub("", page.text)))}
    assert left == {}


def test_no_page_is_heavier_than_it_may_be(answers: dict[str, TestResponse], english: dict[str, TestResponse]) -> None:
    heavy = {
        (name, len(answer.data))
        for pages in (answers, english)
        for name, answer in pages.items()
        if len(answer.data) > HEAVIEST
    }
    assert heavy == set()


def test_every_answer_has_the_headers(answers: dict[str, TestResponse]) -> None:
    for name, answer in answers.items():
        said = {header: answer.headers.get(header) for header in HEADERS}
        scripted = {"passkey": SCRIPTED, "evidence": CONNECTED}.get(script_of(Page(answer.text)))
        assert said == {**HEADERS, **({"Content-Security-Policy": scripted} if scripted else {})}, name
        assert "Server" not in answer.headers
        assert "camera=()" in answer.headers["Permissions-Policy"]


def test_every_page_says_its_language(pages: dict[str, Page], bracketed: dict[str, Page]) -> None:
    assert {page.all("html")[0]["lang"] for page in pages.values()} == {"zh-Hans"}
    assert {page.all("html")[0]["lang"] for name, page in bracketed.items()} == {"qps"}


def test_a_page_with_errors_says_so_in_its_title_and_links_to_each(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        assert page.inside("title").startswith("错误：") == bool(page.summary), name
    assert sum(bool(page.summary) for page in pages.values()) > 8


def script_of(page: Page) -> str:
    """The one script that what is on a page can use; "" for none."""
    if any("data-passkey" in attrs or "data-new" in attrs for _, attrs in page.elements):
        return "passkey"
    return "evidence" if any(attrs.get("id") == "evidence-form" for _, attrs in page.elements) else ""


def test_no_script_is_asked_for_but_where_one_of_ours_is_of_use(
    answers: dict[str, TestResponse], pages: dict[str, Page]
) -> None:
    scripted = {name for name, page in pages.items() if page.all("script")}
    assert scripted == DOORS | ACCOUNTS | FILES | {"password, with a passkey"}
    for name, page in pages.items():
        wanted = [f"/static/{script_of(page)}.js"] if script_of(page) else []
        assert [one["src"].partition("?")[0] for one in page.all("script")] == wanted, name
    policies = {name for name, answer in answers.items() if "script-src" in answer.headers["Content-Security-Policy"]}
    assert policies == scripted


def test_what_takes_a_script_is_not_shown_without_one(pages: dict[str, Page]) -> None:
    for page in pages.values():
        for _, attrs in page.elements:
            assert "data-passkey" not in attrs or "hidden" in attrs
            assert "data-with" not in attrs or "hidden" in attrs
            assert "data-without" not in attrs or "hidden" not in attrs


def test_every_page_can_be_left_at_once_by_reporters(pages: dict[str, Page]) -> None:
    for name in PUBLIC:
        ways = [attrs for _, attrs in pages[name].elements if attrs.get("class") == "exit"]
        assert len(ways) == 1, name


def test_no_page_of_the_office_names_an_officer_or_a_reporter(answers: dict[str, TestResponse]) -> None:
    for name in ("queue", "case", "accepted case", "the lead's case", "late queue", "withdrawn case"):
        assert "Zhou" not in answers[name].text, name
        assert "13800000000" not in answers[name].text, name
    for name in ("mailbox", "mailbox with a letter", "withdrawn"):
        assert not re.search(r"\b(lin|gao)\b", answers[name].text), name


def test_in_the_pseudo_locale_nothing_is_left_untranslated(bracketed: dict[str, Page]) -> None:
    bare = {name: left for name, page in bracketed.items() if (left := untranslated(page))}
    assert bare == {}


def named_by_data() -> re.Pattern[str]:
    """Names that are data with translations of their own: authorities, time limits."""
    policies = load_policies()
    names = {name.zh for seed in policies.authorities.seeds for name in seed.names}
    names.add(f"{PLAIN['respondent']}：")  # the line of a case as it was sealed
    names |= {rule.zh for rule in policies.clocks.rules.values()} | files()
    names |= {division.zh for division in policies.divisions.all}
    return re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))


def untranslated(page: Page) -> list[str]:
    """Chinese that no bracket holds; a sentence may be cut by tags, and brackets may stand in brackets."""
    body = "\x00".join(text for _, text in page.texts)
    data = named_by_data()
    spoken = [body, *(attrs[name] for _, attrs in page.elements for name in SPOKEN if attrs.get(name))]
    found = []
    for text in spoken:
        rest, before = data.sub("", text), ""
        while rest != before:
            rest, before = INNERMOST.sub("", rest), rest
        found += [piece for piece in rest.split("\x00") if CJK.search(piece)]
    return found


def test_every_link_leads_to_a_page(zhou: Visitor, lin: Visitor) -> None:
    zhou.report()
    for visitor, start in ((zhou, "/"), (lin, "/review/")):
        assert len(list(links(visitor, start))) > 1


def links(visitor: Visitor, start: str) -> Iterator[str]:
    """Follow every link of our own from a page on, each once."""
    waiting, seen = [start], {start}
    while waiting:
        path = waiting.pop()
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        yield path
        for href in (link["href"] for link in Page(visitor.last).all("a")):
            target = href if href.startswith("/") else path.partition("?")[0] + href
            if href[0] in "/?" and target not in seen:
                seen.add(target)
                waiting.append(target)


def files_of(html: str) -> list[str]:
    return sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', html)))


def test_static_files_are_kept_for_a_year_and_ask_for_nothing(zhou: Visitor) -> None:
    for address in files_of(zhou.report().text + zhou.get("/").text):
        answer = zhou.get(address, buffered=True)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
        assert not re.search(rb"https?://(?!www\.w3\.org/)|@import|url\(", answer.data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_visit_to_the_form_is_light(zhou: Visitor, language: str) -> None:
    form = zhou.get("/report", headers={"Accept-Language": language})
    got = [form, *(zhou.get(file, buffered=True) for file in files_of(form.text))]
    assert len(got) <= 3
    assert sum(len(answer.data) + len(str(answer.headers)) for answer in got) <= FIRST_VISIT[language]
