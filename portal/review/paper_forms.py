"""Forms of papers of a case file: what is typed, and the frozen paper that comes of it; nothing typed is lost."""

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any, ClassVar

from wtforms.validators import StopValidation

from portal.domain.case_vocabulary import PaperKind
from portal.domain.conclusions import Order, Penalty, Review
from portal.domain.errors import MotionPendingError, PaperError, RefusalError, UnfinishedError
from portal.domain.money import AmountError, fen
from portal.domain.paper_vocabulary import (
    Known,
    Outcome,
    PenaltyFor,
    PenaltyKind,
    PenaltyStatus,
    Target,
    Verdict,
)
from portal.domain.papers import LIMIT, Note, Paper
from portal.domain.values import LINE_LIMIT
from portal.domain.verification import Finding, Plan, Visit
from portal.review.case_forms import CaseForm
from portal.web.forms import Line, Plain, PortalForm, Text, Tick, at_most, one_of, required
from portal.web.i18n import N_, gettext
from portal.web.paper_words import FLAWS, UNFINISHED

SEPARATORS = re.compile(r"[、，,;；/\s]+")
ANNOUNCED, UNANNOUNCED = "announced", "unannounced"
WAYS = (ANNOUNCED, UNANNOUNCED)
ANNOUNCING = N_("请选事先告诉不告诉被查的单位。")


def names(said: str | None) -> tuple[str, ...]:
    """People, however they are set apart."""
    return tuple(one for one in SEPARATORS.split(said or "") if one)


def needed(name: str, flaw: str = "missing") -> Any:
    """What the domain would say of an empty field."""
    return required(FLAWS[f"{name}.{flaw}"])


def choice(values: Collection[str], sentence: str) -> list[Any]:
    """One of a list; the sentence says of what, for it stands above the form too."""
    return [required(sentence), one_of(values, sentence)]


def day(_form: Any, field: Any) -> None:
    """A date as calendars write it."""
    if field.data and _day(field.data) is None:
        raise StopValidation(gettext(FLAWS["undated"]))


def _day(said: str | None) -> date | None:
    try:
        return date.fromisoformat(said or "")
    except ValueError:
        return None


def numbers(_form: Any, field: Any) -> None:
    """Numbers of files."""
    if any(not one.isdecimal() or len(one) > len(str(LIMIT)) for one in names(field.data)):
        raise StopValidation(gettext(FLAWS["no_such_file"]))


def _numbers(said: str | None) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(one) for one in names(said)))


class PaperForm(PortalForm):
    """One paper of a case file."""

    anchor = "send-paper"
    kind: ClassVar[PaperKind]
    done = "papered"

    paper: Callable[[], Paper]  # the frozen value of a valid form: each kind has its own

    def refuse(self, refusal: RefusalError) -> bool:
        """Say each flaw at its field, and what is still to be done at the button; False for anything else."""
        if isinstance(refusal, PaperError):
            for name, flaw in refusal.flaws.items():
                self[name].errors = [gettext(FLAWS.get(f"{name}.{flaw}") or FLAWS[flaw])]
            return True
        if isinstance(refusal, UnfinishedError):
            self.csrf_token.errors = [gettext(UNFINISHED[refusal.flaw])]
            return True
        if isinstance(refusal, MotionPendingError):
            self.csrf_token.errors = [gettext("已经提出过一份，在等第二个人复核。")]
            return True
        return False


class StepForm(PaperForm, CaseForm):
    """A paper that comes with a step of the case, taken on the strength of what the page showed."""


class NoteForm(PaperForm):
    """办案记录."""

    kind = PaperKind.NOTE
    text = Text(validators=[required(FLAWS["missing"]), at_most(LIMIT)])

    def paper(self) -> Note:
        """The frozen value of a valid form."""
        return Note(self.text.data)


class PlanForm(PaperForm):
    """核查方案."""

    kind = PaperKind.PLAN
    items = Text(validators=[needed("items"), at_most(LIMIT)])
    hidden = Text(validators=[needed("hidden"), at_most(LIMIT)])
    on = Plain(validators=[needed("on"), day])
    officers = Line(validators=[needed("officers"), at_most(LINE_LIMIT)])
    announced = Plain(validators=choice(WAYS, ANNOUNCING))

    def paper(self) -> Plan:
        """The frozen value of a valid form: one allegation on each line."""
        items = tuple(line.strip() for line in self.items.data.splitlines() if line.strip())
        told = self.announced.data == ANNOUNCED
        return Plan(items, date.fromisoformat(self.on.data), names(self.officers.data), self.hidden.data, told)


class VisitForm(PaperForm):
    """现场检查."""

    kind = PaperKind.VISIT
    on = Plain(validators=[needed("on"), day])
    place = Line(validators=[needed("place"), at_most(LINE_LIMIT)])
    officers = Line(validators=[needed("officers"), at_most(LINE_LIMIT)])
    announced = Plain(validators=choice(WAYS, ANNOUNCING))
    across = Tick()
    seen = Text(validators=[needed("seen"), at_most(LIMIT)])
    evidence = Plain(validators=[numbers])

    def paper(self) -> Visit:
        """The frozen value of a valid form."""
        return Visit(
            on=date.fromisoformat(self.on.data),
            announced=self.announced.data == ANNOUNCED,
            across=self.across.data,
            place=self.place.data,
            officers=names(self.officers.data),
            seen=self.seen.data,
            evidence=_numbers(self.evidence.data),
        )


class FindingForm(PaperForm):
    """逐项认定."""

    kind = PaperKind.FINDING
    item = Plain(validators=[required(FLAWS["no_such_item"])])
    outcome = Plain(validators=choice(set(Outcome), N_("请选认定的结果。")))
    facts = Text(validators=[needed("facts"), at_most(LIMIT)])
    evidence = Plain(validators=[numbers])
    known = Plain(validators=choice(set(Known), N_("请选举报以前掌握不掌握。")))
    known_by = Text(validators=[at_most(LIMIT)])

    def paper(self) -> Finding:
        """The frozen value of a valid form."""
        item = self.item.data if self.item.data.isdecimal() and len(self.item.data) < len(str(LIMIT)) else "0"
        return Finding(
            int(item),
            Outcome(self.outcome.data),
            self.facts.data,
            _numbers(self.evidence.data),
            Known(self.known.data),
            self.known_by.data,
        )


class PenaltyForm(PaperForm):
    """处罚."""

    kind = PaperKind.PENALTY
    status = Plain(validators=choice(set(PenaltyStatus), N_("请选处罚到了哪一步。")))
    body = Line(validators=[needed("body"), at_most(LINE_LIMIT)])
    number = Line(validators=[at_most(LINE_LIMIT)])
    decided_on = Plain(validators=[day])
    fen = Plain()
    against = Plain(validators=choice(set(Target), N_("请选处罚谁。")))
    takes = Plain(validators=choice(set(PenaltyKind), N_("请选处罚的种类。")))
    reason = Plain(validators=choice(set(PenaltyFor), N_("请选因为什么处罚。")))

    def validate_fen(self, field: Any) -> None:
        """A sum of money."""
        try:
            fen(field.data or "")
        except AmountError as error:
            raise StopValidation(gettext(FLAWS[error.flaw])) from None

    def paper(self) -> Penalty:
        """The frozen value of a valid form."""
        return Penalty(
            number=self.number.data,
            body=self.body.data,
            decided_on=_day(self.decided_on.data),
            fen=fen(self.fen.data),
            against=Target(self.against.data),
            takes=PenaltyKind(self.takes.data),
            reason=PenaltyFor(self.reason.data),
            status=PenaltyStatus(self.status.data),
        )


class OrderForm(StepForm):
    """责令整改."""

    kind = PaperKind.ORDER
    done = "ordered"
    what = Text(validators=[needed("what"), at_most(LIMIT)])
    until = Plain(validators=[needed("until"), day])

    def paper(self) -> Order:
        """The frozen value of a valid form."""
        return Order(self.what.data, date.fromisoformat(self.until.data))


class ConclusionForm(StepForm):
    """核查结论; what it comes to is read from the findings."""

    kind = PaperKind.CONCLUSION
    done = "proposed"
    facts = Text(validators=[needed("facts"), at_most(LIMIT)])
    handling = Text(validators=[needed("handling"), at_most(LIMIT)])
    unvisited = Text(validators=[at_most(LIMIT)])


class ReviewForm(StepForm):
    """复查结论."""

    kind = PaperKind.REVIEW
    done = "proposed"
    verdict = Plain(validators=choice(set(Verdict), N_("请选复查决定。")))
    grounds = Text(validators=[needed("grounds"), at_most(LIMIT)])
    answer = Text(validators=[needed("answer"), at_most(LIMIT)])

    def paper(self) -> Review:
        """The frozen value of a valid form."""
        return Review(Verdict(self.verdict.data), self.grounds.data, self.answer.data)
