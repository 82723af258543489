"""A page as a strict reader sees it: what is wrong with it as HTML, and what its forms hold."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"br", "circle", "hr", "img", "input", "link", "meta", "path", "rect"})
CONTROLS = frozenset({"input", "select", "textarea"})
EXIT = "https://www.baidu.com/"
OUTSIDE = re.compile(
    r"^(?!otpauth://)(?:(?:[a-z]+:)?//|[a-z]+:)", re.IGNORECASE
)  # an app on the same phone is not outside
FAILED = re.compile("^(?:错误：|⟦错误：⟧|Error: |오류: )")

Attrs = dict[str, str]
NARROWED = frozenset({"/review/", "/review/clocks", "/review/rewards", "/review/payouts", "/policy"})


@dataclass
class Form:
    """One form: where it goes, and what a browser would send with it."""

    attrs: Attrs
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """Reads a page once; `problems()` says what is wrong, `forms` and `summary` what it holds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.elements: list[tuple[str, Attrs]] = []
        self.texts: list[tuple[str, str]] = []  # (innermost tag, text)
        self.forms: list[Form] = []
        self._open: list[str] = []
        self._wrong: list[str] = []
        self._select: str | None = None
        self._textarea: str | None = None
        self._link: Attrs = {}
        self._in_summary = 0
        self.summary: list[tuple[str, str]] = []  # (id a link leads to, sentence) of the error summary
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if len(said) != len(attrs):
            self._wrong.append(f"an attribute twice in {self.get_starttag_text()}")
        self.elements.append((tag, said))
        if tag not in VOID and not (self.get_starttag_text() or "").endswith("/>"):
            self._open.append(tag)
            if "errors" in said.get("class", "").split():
                self._in_summary = len(self._open)
        if tag == "a":
            self._link = said
        self._note_field(tag, said)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def _note_field(self, tag: str, said: Attrs) -> None:
        if tag == "form":
            self.forms.append(Form(said))
        if not self.forms or "form" not in self._open:
            return
        fields, name = self.forms[-1].fields, said.get("name", "")
        if tag == "button" and name:
            self.forms[-1].buttons[name] = said.get("value", "")
        elif tag == "input" and said.get("type") in {"radio", "checkbox"}:
            if "checked" in said:
                fields[name] = said.get("value", "on")
        elif tag == "input":
            fields[name] = said.get("value", "")
        elif tag == "select":
            self._select = name
            fields[name] = ""
        elif tag == "option" and self._select and "selected" in said:
            fields[self._select] = said.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self._wrong.append(f"</{tag}> closes {self._open[-1:] or 'nothing'} at {self.getpos()}")
            return
        if len(self._open) == self._in_summary:
            self._in_summary = 0
        self._open.pop()
        if tag == "textarea" and self._textarea:
            fields = self.forms[-1].fields
            fields[self._textarea] = fields[self._textarea].removeprefix("\n")  # as browsers do
            self._textarea = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1].fields[self._textarea] += data
        if data.strip():
            self.texts.append((self._open[-1] if self._open else "", data.strip()))
            if self._in_summary and self._open[-1] == "a":
                self.summary.append((self._link["href"].removeprefix("#"), data.strip()))

    def all(self, *tags: str) -> list[Attrs]:
        return [attrs for tag, attrs in self.elements if tag in tags]

    def inside(self, tag: str) -> str:
        return "".join(text for where, text in self.texts if where == tag)

    def form(self, action: str) -> Form:
        """The form that posts there."""
        return next(form for form in self.forms if form.attrs.get("action") == action)

    @property
    def text(self) -> str:
        return " ".join(text for _, text in self.texts)

    def problems(self) -> list[str]:
        """Everything wrong with the page, in sentences; empty when nothing is."""
        checks = (self._whole, self._named, self._labelled, self._posting, self._still, self._at_home)
        return [*self._wrong, *(wrong for check in checks for wrong in check())]

    def _whole(self) -> list[str]:
        wrong = [f"<{tag}> never closes" for tag in self._open]
        ids = [attrs["id"] for _, attrs in self.elements if "id" in attrs]
        wrong += [f"the id {one} stands twice" for one in sorted({i for i in ids if ids.count(i) > 1})]
        for _, attrs in self.elements:
            for name in ("for", "aria-describedby", "aria-labelledby"):
                wrong += [f"{name} leads to no {one}" for one in attrs.get(name, "").split() if one not in ids]
        links = [link.get("href", "") for link in self.all("a")]
        return wrong + [f"the link {one} leads nowhere" for one in links if one[:1] == "#" and one[1:] not in ids]

    def _named(self) -> list[str]:
        title, heading = FAILED.sub("", self.inside("title")), self.inside("h1")
        wrong = [] if heading and title.startswith(f"{heading} - ") else [f"title {title!r} is not h1 {heading!r}"]
        if len(self.all("h1")) != 1:
            wrong.append("not one h1")
        if not self.all("html")[0].get("lang"):
            wrong.append("no lang")
        return wrong

    def _labelled(self) -> list[str]:
        labels = {label.get("for") for label in self.all("label")}
        return [
            f"no label for {attrs.get('name')}"
            for tag, attrs in self.elements
            if tag in CONTROLS
            and attrs.get("type") != "hidden"
            and "hidden" not in attrs
            and attrs.get("id") not in labels
        ]

    def _posting(self) -> list[str]:
        wrong = []
        for form in self.forms:
            action = form.attrs.get("action", "")
            if form.attrs.get("method") == "get" and (
                action in NARROWED or action.startswith("/review/ledger")
            ):  # filters, and what is only counted
                continue
            if form.attrs.get("method") != "post" or not action.startswith("/"):
                wrong.append(f"the form to {action!r} does not post within the site")
            if action != "/mailbox/leave" and not form.fields.get("csrf_token"):  # whoever must be gone is gone
                wrong.append(f"the form to {action} has no token")
        return wrong

    def _still(self) -> list[str]:
        """Nothing runs, nothing is styled inside, nothing is fetched but our own static files."""
        wrong = [
            f"<{tag}> on the page" for tag, _ in self.elements if tag in {"style", "iframe", "object", "embed", "base"}
        ]
        wrong += ["a script written into the page" for attrs in self.all("script") if not attrs.get("src")]
        for tag, attrs in self.elements:
            wrong += [f"<{tag} {name}>" for name in attrs if name == "style" or name.startswith("on")]
        return wrong

    def _at_home(self) -> list[str]:
        wrong = []
        for tag, attrs in self.elements:
            for name in ("href", "src", "action", "formaction", "poster", "data", "srcset"):
                address = attrs.get(name, "")
                if OUTSIDE.match(address) and not (tag == "a" and (address == EXIT or address.startswith("tel:"))):
                    wrong.append(f"<{tag} {name}={address}> leads out")
        return wrong
