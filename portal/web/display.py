"""What pages say about the portal's own values: a word, a sentence, the days left, the options of a list.

It knows no route and no form; whatever it says goes through the reader's catalogue.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from flask import Flask, request
from markupsafe import Markup, escape

from portal.domain.alarms import RUNG, DownReason, RaiseReason
from portal.domain.evidence import Removed
from portal.domain.vocabulary import Duty, FieldState, IdentityField, Mode, Ongoing, ReportState
from portal.domain.withholding import MOST_DAYS
from portal.office import assigning, award_lists, disclosures, overseeing, payout_lists, queue, registry, reviewing
from portal.office.paging import CAP
from portal.office.sheets import MailboxSheet, RequestLine
from portal.office.staff_sheets import Room, SeatLine, Served
from portal.policy.reason_lists import DeclineReason, DisclosureReason, FieldScope
from portal.web import case_display, clock_words, ledger_words, next_words, reward_next, time_left
from portal.web.choices import drawn as choices
from portal.web.choices import option as _option
from portal.web.event_words import EVENTS, NOTICES
from portal.web.i18n import N_, bracket, day, gettext, moment, named, ngettext
from portal.web.words import (
    ASKING,
    GOVERNING,
    NEXT,
    NEXT_ANSWER,
    OVER,
    OVERDUE,
    RAISED,
    SENTENCES,
    TOLD,
    UNANSWERED,
    WITHDRAWN,
    word,
)

# How far a reason to ask for something of an identity reaches.
REACHES: Mapping[FieldScope, str] = MappingProxyType(
    {
        FieldScope.LISTED: N_("可以看%(fields)s"),
        FieldScope.ORDER: N_("只看文书写明的几项"),
        FieldScope.CONSENT: N_("先在查询箱里请本人同意，只看同意的几项"),
    }
)
UNITS = ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB"))


def words(members: Iterable[StrEnum]) -> str:
    """Several words in a row."""
    return gettext("、").join(word(member) for member in members)


def without(removed: Iterable[Removed]) -> str:
    """What a copy of a file lacks, in brackets; nothing where there was nothing of the kind."""
    told = words(removed)
    return gettext("（去掉了：%(removed)s）", removed=told) if told else ""


def size(length: int) -> str:
    """A number of bytes as people say it."""
    unit, name = next(((unit, name) for unit, name in UNITS if length >= unit), (1, "B"))
    value = length / unit
    return f"{value:.0f} {name}" if value >= 10 or unit == 1 else f"{value:.1f} {name}"  # noqa: PLR2004 — two digits


def event_word(name: str) -> str:
    """The word for an event of the ledger as a step of a case."""
    return gettext(EVENTS[name])


def state_sentence(sheet: MailboxSheet) -> str:
    """What the state means for the reporter, with the day that governs it."""
    if sheet.report_state is ReportState.WITHDRAWN:
        return gettext(WITHDRAWN)
    dated, plain = SENTENCES[sheet.case_state]
    rule = GOVERNING.get(sheet.case_state)
    for clock in sheet.clocks:
        if clock.rule == rule and clock.counts:
            late = clock.days_left < 0 and sheet.case_state in OVERDUE
            said = gettext(OVERDUE[sheet.case_state] if late else dated, date=day(clock.due_on))
            raised = late and any(step.event == "escalated" for step in sheet.steps)
            return f"{said} {gettext(RAISED)}" if raised else said
    return gettext(plain)


def request_next(line: RequestLine) -> str:
    """What comes next of a request to learn who a reporter is, and until when."""
    if line.over and line.standing:
        return gettext(OVER)
    if line.consent and line.consent.may_answer:
        return gettext(ASKING, time=moment(line.consent.by))
    if line.consent and line.consent.agreed is None and line.undecided:
        return gettext(UNANSWERED)
    said = NEXT_ANSWER.get(line.state) if line.answers else None
    return gettext(said or NEXT[line.state], time=moment(line.expires_at))


def worded(members: Iterable[StrEnum]) -> list[tuple[str, str]]:
    """Members of an enum as options: (value, word)."""
    return [(member.value, word(member)) for member in members]


def served_tone(served: Served) -> str:
    """The CSS class of who serves a duty: the words say the same."""
    if served.seats:
        return "own" if served.seats > 1 else "alone"
    return "lent" if served.by else "none"


def duties_of(desks: Iterable[tuple[UUID, Duty]]) -> list[tuple[UUID, str]]:
    """Desks as options."""
    return [(desk_id, word(duty)) for desk_id, duty in desks]


def rooms_of(rooms: Iterable[Room]) -> list[tuple[str, str]]:
    """Divisions without an office as options."""
    return [(one.division.code, named(one.division)) for one in rooms]


def kind_choices(kinds: Iterable[StrEnum], chosen: str | None) -> Markup:
    """Members of an enum as options."""
    return choices([(kind, word(kind)) for kind in kinds], chosen)


def seats_of(seats: Iterable[SeatLine]) -> list[tuple[UUID, str]]:
    """Seats as options."""
    return [(one.desk_id, word(one.duty)) for one in seats]


def aged(days: Iterable[int]) -> list[tuple[str, str]]:
    """Ages of reports as options: (days, words)."""
    return [(str(one), ngettext("%(num)s 天以前", "%(num)s 天以前", one)) for one in days]


def notice() -> str:
    """What was done before this page was asked for; nothing where the address says nothing we know."""
    said = NOTICES.get(request.args.get("done", "")) if request.method == "GET" else None
    return gettext(said) if said else ""


def capped(number: int) -> str:
    """A count; what was counted no further says so."""
    return "1,000+" if number > CAP else str(number)


def reason_choices(reasons: Iterable[DeclineReason]) -> list[tuple[str, str, str]]:
    """Reasons as choices: (code, words, article and what it takes)."""
    return [(reason.code, named(reason), _terms(reason)) for reason in reasons]


def _terms(reason: DeclineReason) -> str:
    terms = [gettext("依据：%(basis)s", basis=reason.basis)]
    terms += [gettext("要先请举报人补充")] if reason.ask_first else []
    return gettext("；").join(terms)


def ground_choices(reasons: Iterable[DisclosureReason]) -> list[tuple[str, str, str]]:
    """Reasons to ask for something of an identity: (code, words, article and how far it reaches)."""
    return [(reason.code, named(reason), _reach(reason)) for reason in reasons]


def _reach(reason: DisclosureReason) -> str:
    terms = [
        gettext("依据：%(basis)s", basis=reason.basis),
        gettext(REACHES[reason.scope], fields=words(reason.fields)),
        ngettext("最多 %(num)s 小时", "最多 %(num)s 小时", reason.max_hours),
    ]
    if reason.document:
        terms.append(gettext("要有文书"))
    if reason.deferrable:
        terms.append(gettext("可以暂不告知，最多 %(most)s 天", most=MOST_DAYS))
    if reason.unanswered_days is not None:
        terms.append(gettext("先在查询箱里问过，等满 %(n)s 个工作日", n=reason.unanswered_days))
    return gettext("；").join(terms)


def worded_in(states: Mapping[IdentityField, FieldState], state: str) -> list[tuple[str, str]]:
    """The fields in a state, as choices: (value, word)."""
    return [(name.value, word(name)) for name, now in states.items() if now == state]


def office_links(duties: Iterable[Duty]) -> list[tuple[str, str]]:
    """The areas of the office side that an officer of these duties works in: (address, name)."""
    held = set(duties)
    areas = (
        ("/review/", gettext("待办举报件"), queue.DUTIES),
        ("/review/assigned", gettext("分给我的"), assigning.INVESTIGATORS),
        ("/review/objections", gettext("异议复查"), reviewing.LEADS),
        ("/review/rewards", gettext("奖励"), award_lists.DUTIES),
        ("/review/payouts", gettext("发放奖金"), payout_lists.DUTIES),
        ("/review/disclosures", gettext("知悉申请"), disclosures.DUTIES),
        ("/review/alarms", gettext("警报"), RUNG),
        ("/review/roster", gettext("值班表"), RUNG),
        ("/review/ledger", gettext("审计台账"), overseeing.AUDITORS),
        ("/review/admin/", gettext("岗位总表"), registry.ADMINISTRATORS),
        ("/review/admin/officers", gettext("人员"), registry.ADMINISTRATORS),
        ("/review/admin/authorities", gettext("主管部门"), registry.ADMINISTRATORS),
        ("/review/admin/editions", gettext("版本"), registry.ADMINISTRATORS),
        ("/review/motions", gettext("双人复核"), tuple(Duty)),
    )
    return [(address, name) for address, name, needed in areas if held & set(needed)]


def draw_kinds(tops: Iterable[tuple[Any, Iterable[Any]]], chosen: str | None) -> Markup:
    """Options of what can be reported: (top, its kinds) in groups."""
    parts: list[str] = []
    for top, kinds in tops:
        parts.append(f'<optgroup label="{escape(named(top))}">')
        parts.extend(_option(kind.code, named(kind), chosen) for kind in kinds)
        parts.append("</optgroup>\n")
    return Markup("".join(parts))  # noqa: S704 — every part was escaped


def draw_divisions(groups: Iterable[tuple[str, str, Iterable[tuple[str, str, str]]]], chosen: str | None) -> Markup:
    """Options of places: (prefecture, its office, ((code, name, office), …)); see `_place`."""
    parts: list[str] = []
    for prefecture, office, places in groups:
        label = _place(prefecture, office, "")
        parts.append(f'<optgroup label="{escape(label)}">')
        for code, name, receiver in places:
            parts.append(_option(code, _place(name, receiver, office), chosen))
        parts.append("</optgroup>\n")
    return Markup("".join(parts))  # noqa: S704 — every part was escaped


def told(changes: Mapping[str, str], kinds: Mapping[str, Any], divisions: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a later sending of the form tells anew: (name of the question, answer) in the order of the form."""
    return [
        (gettext(label), _answer(name, changes[name], kinds, divisions))
        for name, label in TOLD.items()
        if name in changes
    ]


def _answer(name: str, said: str, kinds: Mapping[str, Any], divisions: Mapping[str, Any]) -> str:
    if name in {"category", "division"}:
        return named((kinds if name == "category" else divisions)[said])
    if name == "ongoing":
        return word(Ongoing(said))
    if name == "mode":
        return word(Mode(said))
    if name == "occurred_on":
        return gettext("不清楚") if said == str(None) else day(date.fromisoformat(said))
    if said in {str(True), str(False)}:
        return gettext("是") if said == str(True) else gettext("不是")
    return said or gettext("没有写")


def install(app: Flask) -> None:
    """Put the words into Jinja."""
    for more in (ledger_words, clock_words, case_display, next_words, reward_next, time_left):
        more.install(app)
    app.jinja_env.filters.update(
        word=word, event_word=event_word, capped=capped, size=size, hint=lambda top: bracket(top.hint_zh)
    )
    app.jinja_env.globals.update(
        words=words,
        without=without,
        state_sentence=state_sentence,
        request_next=request_next,
        told=told,
        worded=worded,
        aged=aged,
        served_tone=served_tone,
        duties_of=duties_of,
        seats_of=seats_of,
        rooms_of=rooms_of,
        kind_choices=kind_choices,
        reason_choices=reason_choices,
        ground_choices=ground_choices,
        worded_in=worded_in,
        office_links=office_links,
        downs=lambda: tuple(DownReason),
        raises=lambda: tuple(RaiseReason),
        down_word=lambda code: word(DownReason(code)),
        notice=notice,
        draw_kinds=draw_kinds,
        draw_divisions=draw_divisions,
    )


def _place(name: str, receiver: str, office: str) -> str:
    """A place and who receives: plain where the group's office does or nobody yet, short where its own does."""
    if receiver in {office, ""}:
        return name
    if office and name in receiver:
        return gettext("%(place)s（当地人防办）", place=name)
    return gettext("%(place)s（%(office)s）", place=name, office=receiver)
