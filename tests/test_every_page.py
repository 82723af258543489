"""What is promised of every page, held on every page there is: walked through as visitor, reporter and officer."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from werkzeug.test import TestResponse

from portal.policy.loader import load_policies
from tests.faults import gone
from tests.pages import Page
from tests.world import BASE, PASSWORD, REPORT, Template, Visitor, World

pytestmark = pytest.mark.sqlite

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
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
FIRST_VISIT = 30_000  # bytes, heads included
PLAIN: Mapping[str, str] = {  # what is typed where no Chinese may be left
    "respondent": "Blue Whale Mall",
    "place": "second basement, exit 6",
    "description": "Exit 6 is chained.",
    "name": "Zhou",
    "may_phone": "y",
}
PUBLIC = {"home", "report", "door", "privacy", "report errors", "receipt", "mailbox", "left", "404", "413", "429"}


@dataclass
class Walk:
    """One way through the whole portal in one language; every page is kept under a name."""

    world: World
    language: str
    pages: dict[str, TestResponse] = field(default_factory=dict)

    def person(self, username: str = "") -> Visitor:
        visitor = self.world.officer(username) if username else self.world.visitor()
        visitor.client.set_cookie("lang", self.language, domain="localhost")
        return visitor

    def keep(self, name: str, answer: TestResponse, status: int = 200) -> TestResponse:
        assert answer.status_code == status, (name, answer.status_code, answer.text[:2000])
        self.pages[name] = answer
        return answer

    def everything(self) -> None:
        self.visit()
        self.report()
        self.work()
        self.triage()
        self.answer()
        self.refuse()

    def visit(self) -> None:
        visitor = self.person()
        for name, path in {"home": "/", "report": "/report", "door": "/mailbox", "privacy": "/privacy"}.items():
            self.keep(name, visitor.get(path))
        self.keep("sign-in", visitor.get("/review/login"))
        self.keep("sign-in errors", visitor.post("/review/login", {}), 422)
        login = {"username": "nobody", "password": PASSWORD, "otp": "000000"}
        self.keep("sign-in refused", visitor.post("/review/login", login), 422)
        self.enrol(visitor)
        self.keep(
            "report errors",
            visitor.report(**PLAIN | {"place": "", "mode": ""}, occurred_on="9999-01-01", email="x"),
            422,
        )
        self.keep("everything missing", visitor.post("/report", {}), 422)
        visitor.get("/mailbox")
        self.keep("door mistyped", visitor.post("/mailbox", {"receipt": "7KQ4M"}), 422)

    def enrol(self, visitor: Visitor) -> None:
        self.keep("enrol", visitor.get("/review/enrol"))
        self.keep("enrol errors", visitor.post("/review/enrol", {}), 422)
        given = {"username": "xu", "code": self.world.invite("xu")}
        self.keep("enrol refused", visitor.post("/review/enrol", {**given, "username": "nobody"}), 422)
        self.keep("enrol mistyped", visitor.post("/review/enrol", {**given, "code": "7KQ4M"}), 422)
        self.keep("enrol, second step", visitor.post("/review/enrol", given))
        second = {**Page(visitor.last).form("/review/enrol/password").fields, "otp": "123456"}
        weak = {"password": "abcdefghijklm", "again": "abcdefghijklm"}
        self.keep("enrol, second step, errors", visitor.post("/review/enrol/password", second), 422)
        self.keep("enrol, weak password", visitor.post("/review/enrol/password", {**second, **weak}), 422)
        good = dict.fromkeys(("password", "again"), PASSWORD)
        self.keep("enrol, wrong digits", visitor.post("/review/enrol/password", {**second, **good}), 422)

    def report(self) -> None:
        zhou = self.zhou = self.person()
        zhou.get("/report")
        fields = {**Page(zhou.last).form("/report").fields, **self.filled()}
        self.keep("receipt", zhou.post("/report", fields))
        self.receipt = zhou.receipt
        changed = {
            **fields,
            "description": "Once more.",
            "place": "third basement",
            "mode": "anonymous",
        }
        self.keep("receipt again", zhou.post("/report", fields))
        self.keep("receipt with an addition", zhou.post("/report", changed))
        self.keep("report for another desk", zhou.post("/report", {**changed, "superior": "y"}), 409)
        self.keep("mailbox", zhou.get("/mailbox"))
        self.keep("mailbox with errors", zhou.post("/mailbox/message", {}), 422)
        self.keep("identity with errors", zhou.post("/mailbox/identity", {"action": "replace"}), 422)
        phone = {"phone": "13800000000", "may_phone": "y", "action": "replace"}
        self.keep_redirect(zhou.post("/mailbox/identity", phone))
        self.early = fields

    def filled(self) -> dict[str, str]:
        return {**REPORT, "occurred_on": "2026-03-01", **PLAIN}

    def keep_redirect(self, answer: TestResponse) -> None:
        assert answer.status_code == 303, answer.text[:2000]

    def work(self) -> None:
        self.keep("empty queue", self.person("ji").get("/review/"))
        lin = self.lin = self.person("lin")
        self.keep("queue", lin.get("/review/"))
        case = self.case = re.search(r"/review/cases/[0-9a-f-]{36}", lin.last)[0]
        self.keep("case", lin.get(case))
        stale = Page(lin.last).form(f"{case}/accept").fields
        self.keep("case with the number", lin.post(f"{case}/phone"))
        self.keep("accept errors", lin.post(f"{case}/accept", {}), 422)
        self.keep("letter errors", lin.post(f"{case}/letter", {}), 422)
        self.keep_redirect(lin.post(f"{case}/accept", {"subject": "Exit chained", "seen": stale["seen"]}))
        lin.get(case)
        self.keep_redirect(lin.post(f"{case}/letter", {"text": "Still chained?"}))
        self.keep("accepted case", lin.get(case))
        self.keep("queue with a number", lin.get("/review/"))
        self.keep("accepted twice", lin.post(f"{case}/accept", {"subject": "x", "seen": stale["seen"]}), 409)
        self.keep("the lead's case", self.person("gao").get(case))

    def triage(self) -> None:
        """Another report: asked about, answered, turned away; one more that changes under the officer's eyes."""
        wang = self.person()
        wang.get("/report")
        wang.post("/report", {**Page(wang.last).form("/report").fields, **self.filled()})
        lin = self.person("lin")
        lin.get("/review/?state=received")
        case = re.search(r"/review/cases/[0-9a-f-]{36}", lin.last)[0]
        lin.get(case)
        self.keep("ask errors", lin.post(f"{case}/ask", {}), 422)
        self.keep("decline errors", lin.post(f"{case}/decline", {"reason": "NO_TARGET"}), 422)
        lin.get(case)
        self.keep_redirect(lin.post(f"{case}/ask", {"question": "Which floor?"}))
        self.keep("queue of what waits", lin.get("/review/?view=waiting"))
        self.keep("asked case", lin.get(case))
        self.keep("mailbox with a question", wang.get("/mailbox"))
        self.keep_redirect(wang.post("/mailbox/message", {"text": "Second basement."}))
        self.keep("stale page", lin.post(f"{case}/decline", {"reason": "NO_TARGET", "explanation": "Unclear."}), 409)
        self.keep("queue of new letters", self.person("gao").get("/review/?view=news&category=EXIT-01&days=7"))
        self.keep_redirect(lin.post(f"{case}/decline", {"reason": "NO_TARGET", "explanation": "Still unclear."}))
        self.keep("declined case", lin.get(case))
        self.keep("queue of what is done", lin.get("/review/?view=done"))
        self.keep("mailbox of what was declined", wang.get("/mailbox"))
        self.keep("the queue above", self.person("sheng-lead").get("/review/?office=office-220100"))

    def answer(self) -> None:
        zhou = self.zhou
        self.keep("mailbox with a letter", zhou.get("/mailbox"))
        self.keep_redirect(zhou.post("/mailbox/message", {"text": "Yes."}))
        zhou.get("/mailbox")
        self.keep_redirect(zhou.post("/mailbox/withdraw"))
        self.keep("withdrawn", zhou.get("/mailbox"))
        self.keep("letter after withdrawing", zhou.post("/mailbox/message", {"text": "Late."}), 409)
        self.keep("withdrawn case", self.lin.get(self.case))
        self.keep("queue with a withdrawn report", self.lin.get("/review/"))
        zhou.get("/mailbox")
        self.keep("left", zhou.post("/mailbox/leave", {"exit": "y"}))
        self.world.clock.forward(minutes=90)
        self.keep("mailbox that has closed", zhou.post("/mailbox/message", {"text": "Late."}), 422)
        self.keep("session that has ended", self.lin.post(f"{self.case}/letter", {"text": "Late."}), 422)
        self.world.clock.forward(hours=2)
        self.keep("received long ago", zhou.post("/report", self.early), 409)
        self.world.clock.forward(days=30)
        self.keep("late queue", self.person("lin").get("/review/"))
        self.keep("late case", self.person("lin").get(self.case))

    def refuse(self) -> None:
        visitor = self.person()
        self.keep("404", visitor.get("/nowhere"), 404)
        self.keep("405", visitor.client.delete("/mailbox/leave", base_url=BASE), 405)
        self.keep_redirect(visitor.get("/mailbox/leave"))
        visitor.get("/report")
        self.keep("413", visitor.post("/report", {"description": "a" * 1_000_001}), 413)
        visitor.get("/report")
        self.keep("foreign", visitor.post("/report", {}, headers={"Sec-Fetch-Site": "cross-site"}), 403)
        visitor.get("/mailbox")
        door = {**Page(visitor.last).form("/mailbox").fields, "receipt": self.receipt}
        tries = [visitor.post("/mailbox", door) for _ in range(11)]
        self.keep("429", tries[-1], 429)
        self.keep("stranger", self.person("qin").get(self.case), 404)
        self.keep("no queue", self.person("he").get("/review/"))
        gao = self.person("gao")
        gao.get(self.case)
        self.keep("not the lead's", gao.post(f"{self.case}/accept", {"subject": "x", "seen": "1"}), 403)
        with gone(self.world):
            self.keep("503", visitor.client.get("/mailbox", base_url=BASE, headers={"Cookie": COOKIES}), 503)
        self.world.app.view_functions["intake.privacy"] = _fail
        self.keep("500", visitor.get("/privacy"), 500)


COOKIES = f"lang=qps; __Host-mailbox={'A' * 43}"


def _fail() -> str:
    raise RuntimeError("a fault")


def walk(template: Template, home, language: str) -> dict[str, TestResponse]:
    world = World.copy(template, home, PORTAL_PSEUDO_LOCALE="1")
    try:
        walked = Walk(world, language)
        walked.everything()
    finally:
        world.close()
    return walked.pages


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


def articles() -> set[str]:
    """What law and lists say, which is Chinese in every language; and the language one can switch to."""
    policies = load_policies()
    said = {rule.basis for rule in policies.clocks.rules.values()} | {"中文"}
    return said | {reason.basis for reason in policies.reasons.decline.values()} | {f"{PLAIN['respondent']}："}


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
        assert said == HEADERS, name
        assert "Server" not in answer.headers
        assert "camera=()" in answer.headers["Permissions-Policy"]


def test_every_page_says_its_language(pages: dict[str, Page], bracketed: dict[str, Page]) -> None:
    assert {page.all("html")[0]["lang"] for page in pages.values()} == {"zh-Hans"}
    assert {page.all("html")[0]["lang"] for name, page in bracketed.items()} == {"qps"}


def test_a_page_with_errors_says_so_in_its_title_and_links_to_each(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        assert page.inside("title").startswith("错误：") == bool(page.summary), name
    assert sum(bool(page.summary) for page in pages.values()) > 8


def test_no_script_is_asked_for(pages: dict[str, Page]) -> None:
    assert [name for name, page in pages.items() if page.all("script")] == []


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
    names |= {rule.zh for rule in policies.clocks.rules.values()}
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


def test_a_first_visit_to_the_form_is_light(zhou: Visitor) -> None:
    form = zhou.get("/report")
    got = [form, *(zhou.get(file, buffered=True) for file in files_of(form.text))]
    assert len(got) <= 3
    assert sum(len(answer.data) + len(str(answer.headers)) for answer in got) <= FIRST_VISIT
