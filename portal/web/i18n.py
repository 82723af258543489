"""Languages: catalogues read into memory at start, one language chosen per request, dates as people write them.

Source language is zh-Hans: its sentences are the msgids. The choice is never stored with anything a reporter sends.
"""

import gettext as stdlib_gettext
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from flask import Flask, Response, current_app, g, has_request_context, request
from jinja2 import pass_context, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup
from wtforms.i18n import get_translations

from portal.web import catalogues
from portal.web.pages import SENTENCE

SOURCE = "zh-Hans"
PSEUDO = "qps"
NAMES: Mapping[str, str] = {SOURCE: "中文", "en": "English", "ko": "조선어"}
OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
LOCALES = Path(__file__).resolve().parent.parent / "locale"
COOKIE = "lang"
OFFICE = "/review"  # where the pages of officers begin
AWAITING = frozenset({"ko"})  # translations that nobody has proofread


class Catalogue(Protocol):
    """What gettext catalogues have in common."""

    def gettext(self, message: str) -> str:
        """Translate."""
        ...

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Translate by number."""
        ...


@dataclass(frozen=True, slots=True)
class Language:
    """One language the portal speaks; `locale` and the patterns are Babel's (CLDR)."""

    tag: str
    html: str  # the value of lang=
    field: str  # of policy items: the name in this language
    locale: Locale  # read once: from its name Babel would look for it on disk at every date
    catalogue: Catalogue
    built_in: Any  # WTForms' own messages
    day: str
    long_day: str
    short_day: str
    hour: str
    drawn: dict[str, Markup]  # sentences, as pages have had them

    @property
    def awaiting(self) -> bool:
        """Whether its words await proofreading, so that the Chinese text decides."""
        return self.tag in AWAITING


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages of one application, kept on it."""

    by_tag: Mapping[str, Language]
    public: frozenset[str] = frozenset()  # of reporters' and the public's pages alone

    def here(self) -> list[str]:
        """Those that the page asked for is there in."""
        hidden = self.public if request.path.startswith(OFFICE) else frozenset()
        return [tag for tag in self.by_tag if tag not in hidden]

    def choose(self, cookie: str | None) -> Language:
        """The reader's own choice, then what the browser asks for, then Chinese."""
        here = self.here()
        if cookie and cookie in here:
            return self.by_tag[cookie]
        spoken = {tag.partition("-")[0]: tag for tag in here if tag != PSEUDO}
        asked = (wanted.partition("-")[0].lower() for wanted, _ in request.accept_languages)
        return self.by_tag[next((spoken[language] for language in asked if language in spoken), SOURCE)]


class PseudoCatalogue:
    """Every message between brackets: what stays bare on a page was never marked for translation."""

    def gettext(self, message: str) -> str:
        """Bracket one message, placeholders kept."""
        return f"⟦{message}⟧" if message else ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Bracket the form that fits the number."""
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


def N_(message: str) -> str:  # noqa: N802 — the mark every extractor knows
    """Mark a sentence for the catalogue without translating it yet."""
    return message


def gettext(message: str, **variables: object) -> str:
    """Translate into the reader's language and fill in the `%(name)s` placeholders."""
    return current().catalogue.gettext(message) % variables


def ngettext(singular: str, plural: str, n: int, **variables: object) -> str:
    """Translate by number; `%(num)s` is the number."""
    return current().catalogue.ngettext(singular, plural, n) % {"num": n, **variables}


def current() -> Language:
    """The language of this request, chosen once; Chinese outside requests."""
    # Asked hundreds of times while a page is drawn, of which three quarters would be the proxy's.
    chosen: Language | None = g._get_current_object().get("language")  # noqa: SLF001
    if chosen is None:
        languages: Languages = current_app.extensions["portal.i18n"]
        if not has_request_context():
            return languages.by_tag[SOURCE]
        g.language = chosen = languages.choose(request.args.get(COOKIE) or request.cookies.get(COOKIE))
    return chosen


def switch(tag: str | None) -> bool:
    """Answer in another language from here on, and remember it: for a page whose form carries what was typed along."""
    languages: Languages = current_app.extensions["portal.i18n"]
    if tag is None or tag not in languages.here():
        return False
    g.language = languages.by_tag[tag]
    g.language_switched = tag
    return True


def day(value: date) -> str:
    """A calendar day with its weekday: 2026年12月9日（星期三）."""
    language = current()
    return bracket(format_date(value, language.day, locale=language.locale))


def year_month(value: date) -> str:
    """A month: 2026年12月."""
    return bracket(format_skeleton("yMMM", value, locale=current().locale))


def long_day(value: date) -> str:
    """A calendar day alone: 2027年2月24日."""
    language = current()
    return bracket(format_date(value, language.long_day, locale=language.locale))


def short_day(value: date) -> str:
    """A day within reach: 11月24日."""
    language = current()
    return bracket(format_date(value, language.short_day, locale=language.locale))


def moment(value: datetime, *, hour_only: bool = False) -> str:
    """An instant in the office's zone: 11月24日 15:02, or to the hour alone: 11月24日 15时许."""
    language = current()
    local = value.astimezone(OFFICE_ZONE)
    date_part = format_date(local, language.short_day, locale=language.locale)
    return _bracketed(language, f"{date_part} {_time(local, language, hour_only=hour_only)}")


def time_of_day(value: datetime, *, hour_only: bool = False) -> str:
    """An instant in the office's zone beside its day: 15:02, or 15时许."""
    return bracket(_time(value.astimezone(OFFICE_ZONE), current(), hour_only=hour_only))


def _time(local: datetime, language: Language, *, hour_only: bool) -> str:
    return format_time(local, language.hour if hour_only else "HH:mm", locale=language.locale)


def named(thing: Any) -> str:
    """The name of a policy item (`zh`, `en`, `ko`) in the reader's language."""
    language = current()
    return _bracketed(language, str(getattr(thing, language.field, "") or thing.zh))


def in_chinese(text: str) -> str | Markup:
    """An article or a source, which is there in Chinese alone: marked so within a page of another language."""
    if current().tag in {SOURCE, PSEUDO}:
        return text
    return Markup('<span lang="zh-Hans">{}</span>').format(text)


def read_ahead(tags: tuple[str, ...]) -> None:
    """Read the catalogues and what Babel knows of the languages, for every application that is made later."""
    for tag in tags:
        _language(tag)


def install(
    app: Flask,
    *,
    languages: tuple[str, ...] = (SOURCE,),
    public: tuple[str, ...] = (),
    pseudo: bool = False,
) -> None:
    """Read the catalogues, put the functions into Jinja, let `?lang=` choose and a cookie remember it.

    `public` are those of the languages that officers' pages are not offered in.
    """
    tags = languages + ((PSEUDO,) if pseudo else ())
    app.extensions["portal.i18n"] = Languages({tag: _language(tag) for tag in tags}, frozenset(public))
    env = app.jinja_env
    env.filters.update(day=day, long_day=long_day, short_day=short_day)
    env.filters[SENTENCE] = _sentence
    env.filters.update(moment=moment, time_of_day=time_of_day, named=named, in_chinese=in_chinese)
    env.globals.update(_=_drawn, ngettext=_drawn_by_number)
    env.globals.update(language=current, offered_languages=_offered)
    app.after_request(_remember)


@pass_context
def _sentence(where: Context, message: str) -> str:
    """A sentence on a page that nothing is filled into (see `pages`)."""
    language = current()
    if not where.eval_ctx.autoescape:
        return _filled(where.eval_ctx, language.catalogue.gettext(message), {})
    drawn = language.drawn.get(message)
    if drawn is None:
        text = language.catalogue.gettext(message)
        drawn = language.drawn[message] = Markup(_filled(where.eval_ctx, text, {}))  # noqa: S704 — of our own catalogues
    return drawn


@pass_eval_context
def _drawn(where: EvalContext, message: str, **variables: object) -> str:
    """A sentence on a page: as the catalogue has it, what is filled in escaped."""
    return _filled(where, current().catalogue.gettext(message), variables)


@pass_eval_context
def _drawn_by_number(where: EvalContext, singular: str, plural: str, n: int, **variables: object) -> str:
    """The same by number; `%(num)s` is the number."""
    return _filled(where, current().catalogue.ngettext(singular, plural, n), {"num": n, **variables})


def _filled(where: EvalContext, text: str, variables: Mapping[str, object]) -> str:
    said = Markup(text) if where.autoescape else text  # noqa: S704 — of our own catalogues
    return said % variables if variables or "%" in text else said


def _offered() -> list[tuple[str, str]]:
    languages: Languages = current_app.extensions["portal.i18n"]
    return [(tag, bracket(NAMES[tag])) for tag in languages.here() if tag != PSEUDO]


def _remember(response: Response) -> Response:
    chosen = g.get("language_switched") or request.args.get(COOKIE)
    if chosen and chosen in current_app.extensions["portal.i18n"].here():
        response.set_cookie(COOKIE, chosen, secure=request.is_secure, httponly=True, samesite="Lax")
    return response


def bracket(text: str) -> str:
    """Mark a text that comes from data as already in the reader's language, in the pseudo-locale."""
    return _bracketed(current(), text)


def _bracketed(language: Language, text: str) -> str:
    return f"⟦{text}⟧" if language.tag == PSEUDO else text


def _language(tag: str) -> Language:
    if tag == "en":
        patterns = ("EEEE d MMMM y", "d MMMM y", "d MMMM", "'about' HH:00")
    elif tag == "ko":
        patterns = ("y년 M월 d일(EEEE)", "y년 M월 d일", "M월 d일", "H시경")
    else:
        patterns = ("y年M月d日（EEEE）", "y年M月d日", "M月d日", "H时许")
    locale = Locale.parse(tag if tag != PSEUDO else SOURCE, sep="-")
    built_in = get_translations([{SOURCE: "zh", PSEUDO: "zh"}.get(tag, tag)])
    html, field = {"ko": "ko-CN"}.get(tag, tag), {SOURCE: "zh", PSEUDO: "zh"}.get(tag, tag)
    return Language(tag, html, field, locale, _catalogue(tag), built_in, *patterns, {})


@cache  # part of the package, and read-only: parsed once, however many applications there are
def _catalogue(tag: str) -> Catalogue:
    if tag == SOURCE:
        return stdlib_gettext.NullTranslations()
    if tag == PSEUDO:
        return PseudoCatalogue()
    return catalogues.read(LOCALES / tag / "LC_MESSAGES" / "portal.po")
