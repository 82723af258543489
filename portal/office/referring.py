"""Handing a matter to a body outside (移送): what is handed over is a paper in an officer's words, and no more.

Neither who reported nor what they wrote goes along, and nothing by which either could be found (LAW K-01). A death
goes to the government, a concealment to the committee at once; a suspected crime, and whatever goes wholly, when the
lead agrees.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from portal.domain import lifecycle, referring
from portal.domain.access import Actor
from portal.domain.audit import written
from portal.domain.case_vocabulary import ReferralState, ReferralStep
from portal.domain.errors import ReferralError, StrangerError
from portal.domain.papers import Note, Paper
from portal.domain.papers import Referral as Words
from portal.domain.referring import Snag, Terms
from portal.domain.vocabulary import Action
from portal.office import assigning, case_keys, clock_rows, decisions, gate, history, papers, timing, vouching
from portal.office.arrival import TRIAGE_RULE
from portal.office.batch import Batch
from portal.office.extending import MAIL
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft, record
from portal.policy.reason_lists import IdentityGoes, ReferralBody
from portal.store.driving import each
from portal.store.outbox import Outbox
from portal.store.referrals import Referral

_REFERRALS = select(Referral).where(Referral.case_id == bindparam("case")).order_by(Referral.asked_at, Referral.id)
ASKED, WHOLE, PART, PRINTED = "referral_asked", "referred", "referred_part", "referral_shown"
EVENTS: Final[Mapping[ReferralStep, str]] = MappingProxyType(
    {
        ReferralStep.AGREE: "referral_agreed",
        ReferralStep.REFUSE: "referral_refused",
        ReferralStep.HAND_OVER: PART,
        ReferralStep.RECEIVE: "referral_received",
        ReferralStep.ANSWER: "referral_answered",
        ReferralStep.RETURN: "referral_returned",
    }
)
REOPENED = "referral_reopened"  # the body took none of it: the case goes on here
WITHIN = frozenset({IdentityGoes.SEALED_TO_BODY, IdentityGoes.RESEALED})  # offices of ours: a transfer
DECISION, HANDING, REPLY = "C15", "C16", "C17"  # of a suspected crime
OWN = frozenset({DECISION, HANDING, REPLY})
STARTS: Final[Mapping[str, str]] = MappingProxyType({ASKED: DECISION, "referral_agreed": HANDING, PART: REPLY})
STOPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "referral_agreed": (DECISION,),
        "referral_refused": (DECISION,),
        PART: (HANDING,),
        "referral_answered": (REPLY,),
        "referral_returned": (REPLY,),
    }
)


MOVES = frozenset({ASKED, WHOLE, PART, *EVENTS.values()})


@dataclass(frozen=True, slots=True)
class Wish:
    """What an officer hands over: to whom, the whole matter or a part, and what the body is told."""

    body: str
    whole: bool
    words: str
    seen: int


def bodies(house: House) -> dict[str, ReferralBody]:
    """The bodies outside; to offices of our own a case is transferred."""
    return {code: one for code, one in house.policies.reasons.referral.items() if one.identity not in WITHIN}


def refer(
    session: Session, house: House, actor: Actor, ring: Keyring, case_id: UUID, wish: Wish, *, now: datetime
) -> UUID:
    """Hand a part over, or ask the lead to agree where two people decide; returns which referral it is.

    Raises StaleError, IllegalTransitionError, ReferralError.
    """
    admitted = gate.admit(session, house, actor, Action.REFER, case_id)
    history.require_seen(session, admitted.report.id, case_id, wish.seen)
    body = bodies(house).get(wish.body)
    if body is None:
        raise ReferralError(Snag.BODY)
    pending = _pending(session, case_id, body.code)
    referring.require_possible(admitted.case.state, _terms(body), whole=wish.whole, pending=pending)
    batch, asked = Batch(), referring.asks(_terms(body), whole=wish.whole)
    draft = admitted.draft(ASKED if asked else PART, now, edition=house.policies.reasons.heading.edition)
    draft.reason = body.code
    paper_id = _file(session, house, batch, draft, admitted, ring, Words(wish.words), now)
    referral_id = batch.add(
        draft,
        Referral,
        case_id=case_id,
        body=body.code,
        edition=house.policies.reasons.heading.edition,
        whole=wish.whole,
        state=ReferralState.ASKED if asked else ReferralState.MADE,
        asker_id=actor.officer_id,
        decider_id=None,
        paper_id=paper_id,
        answer_id=None,
        asked_at=now,
        made_at=None if asked else now,
        ended_at=None,
    )
    draft.facts = {**draft.facts, "referral": str(referral_id)}
    _time(session, house, batch, draft, admitted, body, now)
    batch.insert(session)
    record(session, house.entry_key, draft)
    return referral_id


def step(
    session: Session,
    house: House,
    actor: Actor,
    ring: Keyring,
    case_id: UUID,
    referral_id: UUID,
    taken: tuple[ReferralStep, str, int],
    *,
    now: datetime,
) -> None:
    """Take a step on what was handed over: which, with which words, as it was seen.

    Raises StaleError, IllegalTransitionError, OwnMotionError, ReferralError.
    """
    what, words, seen = taken
    admitted = gate.admit(session, house, actor, Action.REFER, case_id)
    history.require_seen(session, admitted.report.id, case_id, seen)
    row = held(session, house, case_id, referral_id)
    referring.require_second(what, duty=admitted.duty, officer_id=actor.officer_id, asker_id=row.asker_id)
    after = referring.advance(row.state, what)
    referring.require_words(what, words)
    goes = row.whole and what is ReferralStep.HAND_OVER
    event = WHOLE if goes else EVENTS[what]
    batch, draft = Batch(), admitted.draft(event, now, referral=str(row.id), edition=row.edition)
    draft.reason = row.body
    if words.strip():
        paper_id = _file(session, house, batch, draft, admitted, ring, Note(words), now, about_id=row.paper_id)
        batch.insert(session)
        batch, row.answer_id = Batch(), paper_id
    _become(row, what, after, actor.officer_id, now)
    draft.names(row)
    ended = _leave(session, house, batch, draft, admitted, now) if goes else []
    _time(session, house, batch, draft, admitted, _body(house, row), now)
    batch.insert(session)
    reopened = _reopen(session, house, admitted, now) if what is ReferralStep.RETURN and row.whole else []
    record(session, house.entry_key, draft, *ended, *reopened)


def held(session: Session, house: House, case_id: UUID, referral_id: UUID) -> Referral:
    """A referral of a case, as it was recorded. Raises StrangerError for one of another's, LedgerError."""
    row = session.get(Referral, referral_id)
    if row is None or row.case_id != case_id:
        raise StrangerError("no such referral")
    vouching.require_newest(session, house.entry_keys, (row,), case_id, MOVES)
    return row


def of_case(session: Session, case_id: UUID) -> tuple[Referral, ...]:
    """What was handed to bodies outside, oldest first."""
    return tuple(each(session, _REFERRALS, case=case_id))


def _terms(body: ReferralBody) -> Terms:
    return Terms(two_people=body.two_officers, no_discretion=body.no_discretion)


def _body(house: House, row: Referral) -> ReferralBody:
    """The body as the list said when it was handed over."""
    return house.policies.reasons_of(row.edition).referral[row.body]


def _pending(session: Session, case_id: UUID, body: str) -> bool:
    same = select(Referral.id).where(Referral.case_id == case_id, Referral.body == body)
    return session.scalars(same.where(Referral.state.in_(referring.OPEN)).limit(1)).first() is not None


def _file(
    session: Session,
    house: House,
    batch: Batch,
    draft: Draft,
    admitted: Admitted,
    ring: Keyring,
    paper: Paper,
    now: datetime,
    *,
    about_id: UUID | None = None,
) -> UUID:
    content = case_keys.for_paper(session, house, batch, draft, admitted, ring)
    return papers.add(session, house, batch, draft, content, paper, admitted=admitted, made_at=now, about_id=about_id)


def _become(row: Referral, what: ReferralStep, after: ReferralState, officer_id: UUID, now: datetime) -> None:
    row.state = after
    if what in referring.DECIDES:
        row.decider_id = officer_id
    if what is ReferralStep.HAND_OVER:
        row.made_at = now
    if after not in referring.OPEN:
        row.ended_at = now


def _time(
    session: Session, house: House, batch: Batch, draft: Draft, admitted: Admitted, body: ReferralBody, now: datetime
) -> None:
    """Stop what this fulfils, start what follows, say when the next is due; a lead who decides gets word of it."""
    case, report = admitted.case, admitted.report
    if draft.event == ASKED:
        session.add(Outbox(kind=MAIL, desk_id=case.lead_desk_id, created_at=now, sent_at=None))
    own = STOPS.get(draft.event, ()) if body.two_officers else ()
    told = [rule for rule in body.clocks if rule not in OWN] if draft.event in {WHOLE, PART} else ()
    timing.end(session, draft, {*own, *told}, report_id=report.id, case_id=case.id, now=now)
    rule = STARTS.get(draft.event) if body.two_officers else None
    due = timing.start(house, batch, draft, rule, now=now, started_at=now, case_id=case.id) if rule else None
    if rule and due:
        draft.facts = {**draft.facts, "clocks": {rule: written(due.due_at)}}
    if case.closed_at is None:
        case.due_at = clock_rows.next_due(session, house, case.id, also=due) or case.due_at
        draft.names(case)


def _leave(
    session: Session, house: House, batch: Batch, draft: Draft, admitted: Admitted, now: datetime
) -> list[Draft]:
    """The case ends with it; its reporter is told whom it went to."""
    case = admitted.case
    state = lifecycle.advance(case.state, Action.REFER)
    stops = lifecycle.STEPS[Action.REFER].stops
    timing.end(session, draft, stops, report_id=admitted.report.id, case_id=case.id, now=now)
    case.state, case.closed_at, case.due_at, case.lane = state, now, None, None
    draft.names(case)
    edition = house.policies.reasons.heading.edition
    decisions.add(batch, draft, case.id, made_at=now, letter_id=None, edition=edition)
    return assigning.end_case(session, house, case, now=now)


def _reopen(session: Session, house: House, admitted: Admitted, now: datetime) -> list[Draft]:
    """The body sent the whole matter back: it is ours again, with a time limit of its own."""
    case, batch = admitted.case, Batch()
    draft = admitted.draft(REOPENED, now)
    accepted = case.number is not None
    case.state, case.closed_at = lifecycle.advance(case.state, Action.REOPEN if accepted else Action.RESTORE), None
    rule = lifecycle.STEPS[Action.ACCEPT].starts[0] if accepted else TRIAGE_RULE
    report_id, case_id = (None, case.id) if accepted else (admitted.report.id, None)
    due = timing.start(house, batch, draft, rule, now=now, started_at=now, report_id=report_id, case_id=case_id)
    draft.facts = {"clocks": {rule: written(due.due_at)}}
    batch.insert(session)
    clock_rows.take_up_again(session, house, case, admitted.report.id)
    draft.names(case)
    return [draft]
