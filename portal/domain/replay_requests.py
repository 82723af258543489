"""Requests to learn who reported, as entries tell them: asked, lifted, released, read; three people, within the hours.

Where the reporter must agree, they have; of what is withheld from them, two people have decided.

The rules are those of `domain.disclosure`. A request that has ended is forgotten.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType
from uuid import UUID

from portal.domain import disclosure, withholding
from portal.domain.disclosure import DisclosureFacts
from portal.domain.replay_cases import UNKNOWN, Case, Cases
from portal.domain.replay_entries import Judge, Rule, Said
from portal.domain.replay_staff import Staff
from portal.domain.vocabulary import Action, ActorKind, DisclosureState, DisclosureStep

STEPS: Mapping[str, DisclosureStep] = MappingProxyType(
    {
        "identity_lifted": DisclosureStep.LIFT,
        "identity_released": DisclosureStep.RELEASE,
        "identity_answered": DisclosureStep.ANSWER,
        "identity_refused": DisclosureStep.REFUSE,
        "identity_read": DisclosureStep.READ,
        "identity_closed": DisclosureStep.CLOSE,
        "identity_settled": DisclosureStep.REISSUE,
    }
)
AGREED, REVOKED = "consent_given", "consent_revoked"
CONSENTS = (AGREED, "consent_refused", REVOKED)


@dataclass(slots=True)
class Request:
    """One that stands."""

    case: Case
    requester: UUID
    desks: tuple[UUID, UUID, UUID]  # of whoever asked, of the lead, of the custodian
    hours: int
    expires: datetime
    fields: frozenset[str]  # asked for, then lifted, then released: it only grows smaller
    state: DisclosureState = DisclosureState.ASKED
    lifter: UUID | None = None
    releaser: UUID | None = None
    said: list[bool] | None = None  # whether the reporter agrees, oldest first, where they must
    withheld: tuple[int, datetime] | None = None  # for how many days, until when, as it was asked

    def facts(self, step: DisclosureStep) -> DisclosureFacts:
        """What the rules look at, for this step."""
        return DisclosureFacts(
            self.state,
            self.expires,
            self.requester,
            *self.desks,
            lifter_id=self.lifter,
            releaser_id=self.releaser,
            answers=step in disclosure.ANSWERING,
        )


@dataclass(slots=True)
class Requests:
    """Those that stand."""

    judge: Judge
    staff: Staff
    cases: Cases
    standing: dict[UUID, Request] = field(default_factory=dict)
    untold: set[UUID] = field(default_factory=set)  # asked before entries told of which report
    reissued: Said | None = None  # the entry before, if it issued a code

    def handlers(self) -> Mapping[str, Callable[[Said], None]]:
        """Event → what it does to requests."""
        return {
            "identity_requested": self._ask,
            "request_shown": self._show,
            **dict.fromkeys(STEPS, self._step),
            "identity_lapsed": self._lapse,
            **dict.fromkeys(CONSENTS, self._say),
            "withheld": self._withhold,
            "code_reissued": self._reissue,
        }

    def before(self, said: Said) -> None:
        """A code that was issued settles its request in the next entry, or nobody was recognised."""
        if self.reissued is not None and said.event != "identity_settled":
            self.judge.breach(self.reissued, Rule.CODE, "a code for whoever a request has recognised")
            self.reissued = None

    def finish(self) -> None:
        """No entry is left."""
        if self.reissued is not None:
            self.judge.breach(self.reissued, Rule.CODE, "a code for whoever a request has recognised")

    def _ask(self, said: Said) -> None:
        case = self.cases.by_case.get(said.id("case") or UNKNOWN)
        if said.about is None or said.officer is None:
            self.judge.breach(said, Rule.KNOWN, "a request of an officer")
            return
        if case is None or not case.told:
            if "case" in said.facts and case is None:
                self.judge.breach(said, Rule.KNOWN, "a report that an entry knows")
            self.judge.lacks(Rule.REQUEST)
            self.untold.add(said.about)
            return
        self.judge.require(said, said.id("report") == case.report, Rule.KNOWN, "the report of this case")
        self.cases.admit(said, case, Action.REQUEST)
        self.judge.require(said, said.fields(), Rule.FIELDS, "at least one field")
        self.judge.require(said, said.fields() <= case.given, Rule.GIVEN, "fields that the reporter has given")
        once = said.officer not in case.askers
        self.judge.require(said, once, Rule.REQUEST, "one request of the same officer at a time")
        by_consent, days = "position" in said.facts, said.facts.get("withheld")
        fits = days is None or (1 <= days <= withholding.MOST_DAYS and not by_consent)
        self.judge.require(said, fits, Rule.WITHHELD, f"at most {withholding.MOST_DAYS} days")
        self.standing[said.about] = Request(
            case=case,
            requester=said.officer,
            desks=(case.intake, case.keeper or case.lead, case.custody),
            hours=said.facts["hours"],
            expires=disclosure.lapses_at(said.moment, by_consent=by_consent),
            fields=said.fields(),
            said=[] if by_consent else None,
            withheld=None if days is None else (days, withholding.opens_at(said.moment, days)),
        )
        case.askers += (said.officer,)

    def _show(self, said: Said) -> None:
        request = self.standing.get(said.about or UNKNOWN)
        if request is None:
            return  # one that has ended can still be looked at
        self._admit(said, request, DisclosureStep.SHOW)

    def _admit(self, said: Said, request: Request, step: DisclosureStep) -> None:
        """The rules let whoever acts take this step, in the duty in which they do."""
        looks = step in {DisclosureStep.SHOW, DisclosureStep.READ}
        actors = self.staff.actors(said) if looks else (self.staff.actor(said.officer),)
        facts = request.facts(step)
        ways = [partial(disclosure.admit, actor, step, facts, now=said.moment) for actor in actors]
        part = self.judge.ask(said, Rule.REQUEST, *ways)
        if part is not None:
            duty = disclosure.DUTIES[part]
            self.judge.require(said, said.duty == duty, Rule.DUTY, f"a step of {duty}, not of {said.duty}")

    def _step(self, said: Said) -> None:
        request = self._found(said)
        if request is None:
            self.reissued = None
            return
        step = STEPS[said.event]
        if said.is_by(ActorKind.REPORTER):
            self._take_back(said, request)
        elif step is DisclosureStep.CLOSE and said.officer != request.requester:
            self._hand_on(said, request)
        else:
            self._take(said, request, step)

    def _found(self, said: Said) -> Request | None:
        """The request that an entry is about; None for one that was asked before entries told of which report."""
        request = self.standing.get(said.about or UNKNOWN)
        if said.about in self.untold:
            self.judge.lacks(Rule.REQUEST)
            return None
        self.judge.require(said, request, Rule.REQUEST, "a request that stands")
        return request

    def _take(self, said: Said, request: Request, step: DisclosureStep) -> None:
        """A step of one of the three."""
        require = self.judge.require
        self._admit(said, request, step)
        if step in disclosure.READING | disclosure.ANSWERING | {DisclosureStep.LIFT}:
            there = request.case.intake == request.desks[0]
            require(said, there, Rule.HANDOVER, "a request of the office that has the case")
            require(said, said.fields() <= request.fields, Rule.FIELDS, f"no more than {sorted(request.fields)}")
            require(said, said.fields() <= request.case.given, Rule.GIVEN, "fields that the reporter has not erased")
            agreed = request.said is None or disclosure.agrees(request.said)
            require(said, agreed, Rule.CONSENT, "a request to which the reporter agrees")
        if step in self._effects():
            self._effects()[step](said, request)

    def _effects(self) -> Mapping[DisclosureStep, Callable[[Said, Request], None]]:
        """What a step makes of a request; reading leaves it as it is."""
        return {
            DisclosureStep.LIFT: self._lift,
            DisclosureStep.RELEASE: self._release,
            DisclosureStep.ANSWER: self._answer,
            DisclosureStep.REFUSE: self._end,
            DisclosureStep.CLOSE: self._end,
            DisclosureStep.REISSUE: self._settle,
        }

    def _lift(self, said: Said, request: Request) -> None:
        request.state, request.lifter, request.fields = DisclosureState.LIFTED, said.officer, said.fields()

    def _release(self, said: Said, request: Request) -> None:
        until = said.moment + timedelta(hours=request.hours)
        told = datetime.fromisoformat(said.facts["until"])
        self.judge.require(said, told == until, Rule.TIME, f"for {request.hours} hours: until {until}")
        request.state, request.releaser, request.expires = DisclosureState.RELEASED, said.officer, until
        request.fields = said.fields()

    def _answer(self, said: Said, request: Request) -> None:
        matched = said.fields("matched") == said.fields()
        request.state, request.releaser = disclosure.answered([matched]), said.officer
        request.expires = said.moment + timedelta(hours=request.hours)
        if not matched:
            self._end(said, request)

    def _settle(self, said: Said, request: Request) -> None:
        """A code was issued for it, in the entry before."""
        issued, self.reissued = self.reissued, None
        fits = issued is not None and (issued.about, issued.officer) == (request.case.report, said.officer)
        self.judge.require(said, fits, Rule.CODE, "a code issued in the entry before, for this report")
        self._end(said, request)

    def _end(self, said: Said, request: Request) -> None:
        del self.standing[said.about or UNKNOWN]
        askers, at = request.case.askers, request.case.askers.index(request.requester)
        request.case.askers = askers[:at] + askers[at + 1 :]

    def _say(self, said: Said) -> None:
        """The reporter agrees, or does not, or no longer does."""
        request = self._found(said)
        if request is None:
            return
        words = request.said if request.said is not None else []
        asked = request.said is not None and (said.event == REVOKED) == disclosure.agrees(words)
        self.judge.require(said, asked, Rule.CONSENT, "an answer to a question, or one that is taken back")
        words.append(said.event == AGREED)

    def _withhold(self, said: Said) -> None:
        """The lead agrees, in lifting, that the reporter is told later: as it was asked, and no longer."""
        request = self._found(said)
        if request is None:
            return
        told = (said.facts["days"], datetime.fromisoformat(said.facts["until"]))
        self.judge.require(said, told == request.withheld, Rule.WITHHELD, f"as it was asked: {request.withheld}")
        two = (said.officer, said.id("proposer")) == (request.lifter, request.requester)
        self.judge.require(said, two, Rule.WITHHELD, "proposed by whoever asks, agreed to by whoever lifts")

    def _take_back(self, said: Said, request: Request) -> None:
        """The reporter took fields back, or withdrew."""
        self.judge.require(said, said.fields() <= request.fields, Rule.FIELDS, f"some of {sorted(request.fields)}")
        request.fields -= said.fields()
        if not request.fields:
            self._end(said, request)

    def _hand_on(self, said: Said, request: Request) -> None:
        """The case went to another office, and what was asked for here ends with it."""
        moved = request.case.moved
        fits = moved is not None and (moved.at, moved.officer) == (said.at, said.officer)
        self.judge.require(said, fits, Rule.REQUEST, "closed by whoever asked, or with the case handed on")
        self._end(said, request)

    def _lapse(self, said: Said) -> None:
        request = self._found(said)
        if request is not None:
            over = said.moment >= request.expires
            self.judge.require(said, over, Rule.TIME, f"a request whose time is over: {request.expires}")
            self._end(said, request)

    def _reissue(self, said: Said) -> None:
        case = self.cases.of_report(said)
        if case is not None:
            case.provisional = True
            self.reissued = said
