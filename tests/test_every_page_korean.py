"""Every page that a reporter or the public sees is whole in Korean; officers' pages are not offered in it."""

import re
from collections.abc import Mapping

import pytest
from werkzeug.test import TestResponse

from tests import korean
from tests.lawful import articles
from tests.pages import Page
from tests.test_every_page import HEAVIEST, SPOKEN
from tests.walking import walk
from tests.world import Template

pytestmark = pytest.mark.sqlite

HAN = re.compile(r"[\u3400-\u9fff]")
MARKED = re.compile(r'<span lang="zh-Hans">[^<]*</span>')
AWAITING = "이 번역문은 연변주번역국의 교열을 기다리고있습니다. 중문과 다른것은 중문에 따릅니다."
# Each kind of page there is for a reporter; a new one belongs here.
PATHS = {
    *("/", "/report", "/policy", "/privacy", "/nowhere", "/mailbox", "/mailbox/lost", "/mailbox/print"),
    *("/mailbox/message", "/mailbox/identity", "/mailbox/statement", "/mailbox/consent", "/mailbox/accesses"),
    *("/mailbox/evidence", "/mailbox/objection", "/mailbox/leave", "/mailbox/reward", "/mailbox/reward/print"),
    *("/mailbox/claim", "/mailbox/reward/code", "/mailbox/reward/contest", "/mailbox/reward/give-up"),
    "/mailbox/reward/withdraw",
}


@pytest.fixture(scope="module")
def answers(template: Template, tmp_path_factory: pytest.TempPathFactory) -> dict[str, TestResponse]:
    """Every page, asked for in Korean; but for those that are asked for in the pseudo-locale whatever the walk."""
    walked = walk(template, tmp_path_factory.mktemp("korean") / "home", "ko")
    return {name: answer for name, answer in walked.items() if "lang=qps" not in answer.request.headers["Cookie"]}


@pytest.fixture(scope="module")
def public(answers: dict[str, TestResponse]) -> dict[str, Page]:
    """Those of reporters and the public."""
    return {name: Page(answer.text) for name, answer in answers.items() if not _of_office(answer)}


def _of_office(answer: TestResponse) -> bool:
    return answer.request.path.startswith("/review")


def test_every_page_of_reporters_is_walked_through(answers: dict[str, TestResponse]) -> None:
    assert {answer.request.path for answer in answers.values() if not _of_office(answer)} >= PATHS


def test_every_page_is_sound_and_says_that_it_is_korean(public: dict[str, Page]) -> None:
    assert {name: page.problems() for name, page in public.items() if page.problems()} == {}
    assert {page.all("html")[0]["lang"] for page in public.values()} == {"ko-CN"}


def test_nothing_is_left_in_chinese_but_law_and_the_name_of_the_language(public: dict[str, Page]) -> None:
    left = {name: found for name, page in public.items() if (found := chinese(page))}
    assert left == {}


def chinese(page: Page) -> list[str]:
    """Texts with Chinese in them that neither law nor data says; none of it was typed, for the walk types English."""
    law = re.compile("|".join(map(re.escape, sorted(articles(), key=len, reverse=True))))
    spoken = [text for _, text in page.texts]
    spoken += [attrs[name] for _, attrs in page.elements for name in SPOKEN if attrs.get(name)]
    return sorted({text for text in spoken if HAN.search(law.sub("", text))})


def test_articles_of_law_say_that_they_are_chinese(answers: dict[str, TestResponse]) -> None:
    for name, answer in answers.items():
        if not _of_office(answer):
            unmarked = {text for _, text in Page(MARKED.sub("", answer.text)).texts if HAN.search(text)}
            assert unmarked <= {"中文"}, name


def test_every_page_says_that_its_words_await_proofreading(public: dict[str, Page]) -> None:
    assert [name for name, page in public.items() if AWAITING not in page.text] == []
    for name in ("printed mailbox", "printed reward"):  # whose foot is not printed
        assert public[name].text.count(AWAITING) == 2, name


def test_no_page_is_heavier_than_it_may_be(answers: Mapping[str, TestResponse]) -> None:
    assert [name for name, answer in answers.items() if len(answer.data) > HEAVIEST] == []


def test_pages_of_the_office_stay_chinese(answers: dict[str, TestResponse]) -> None:
    pages = [Page(answer.text) for answer in answers.values() if _of_office(answer) and "<html" in answer.text]
    assert {page.all("html")[0]["lang"] for page in pages} == {"zh-Hans"}
    assert "조선어" not in {text for page in pages for _, text in page.texts}


def test_no_sentence_of_reporters_is_missing_in_korean() -> None:
    lacking = korean.missing()
    assert not lacking, "\n" + korean.listed(lacking)


def test_the_list_says_what_is_missing_and_where() -> None:
    said = korean.listed({"我的“举报”": "templates/intake/mailbox.html"})
    assert said == '#. templates/intake/mailbox.html\nmsgid "我的“举报”"\nmsgstr ""\n'
