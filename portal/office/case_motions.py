"""A step of a case that waits for its second person, as that person looks at it: why, and about which case.

Whoever agrees to an extension a level up cannot open the case. What they decide by is here: the words of the proposer,
unsealed in their session and entered before they are shown, the case number, its kind, its dates, the article.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain import clocks, countersign, paper_kinds
from portal.domain.audit import Party
from portal.domain.case_vocabulary import PaperKind
from portal.domain.clocks import Unit
from portal.domain.papers import Grounds
from portal.domain.vocabulary import ActorKind, CaseState, Duty, MotionKind, MotionStep
from portal.office import checkpoints, motions, sealing, vouching
from portal.office.acting import Act
from portal.office.extending import Asked
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import Draft, record
from portal.policy.reason_lists import Reason
from portal.store.cases import Case, Clock
from portal.store.motions import Motion
from portal.store.officers import Desk
from portal.store.papers import Paper

OPENED = "motion_opened"
# Kind → the list of the edition of reasons that its code is of; of others no code is shown.
LISTS: Mapping[MotionKind, str] = MappingProxyType({MotionKind.BLOCK: "decline", MotionKind.EXTEND: "extension"})


@dataclass(frozen=True, slots=True)
class LongerSheet:
    """By how much which time limit would become longer."""

    rule: str
    title: str
    by: int
    unit: Unit
    started_on: date
    due_on: date
    then_on: date
    basis: str


@dataclass(frozen=True, slots=True)
class CaseMotionSheet:
    """What the second person decides by."""

    number: str
    category: str
    state: CaseState
    authority: str
    arrived_at: datetime
    accepted_at: datetime | None
    reason: Reason | None
    words: str | None  # of the proposer; None where they do not open for this officer
    longer: LongerSheet | None


def is_about_a_case(kind: MotionKind) -> bool:
    """Whether a motion is a step of a case."""
    return kind in countersign.CASE_KINDS


def in_a_word(session: Session, house: House, motion: Motion, language: str) -> str:
    """Which case, and what for: for a list."""
    reason, longer = reason_of(house, motion), _rule_title(house, motion, language)
    said = (session.get_one(Case, motion.case_id).number, longer or (_in(reason, language) if reason else ""))
    return " · ".join(one for one in said if one)


def _rule_title(house: House, motion: Motion, language: str) -> str:
    if motion.kind is not MotionKind.EXTEND:
        return ""
    rule = house.policies.clocks.rules[Asked.decode(motion.content).rule]
    return f"{_in(rule, language)} +{Asked.decode(motion.content).by}"


def _in(thing: Any, language: str) -> str:
    return str(getattr(thing, language.partition("-")[0], thing.zh))


def reason_of(house: House, motion: Motion) -> Reason | None:
    """The reason that a motion names by its code, as it was then."""
    named = LISTS.get(motion.kind)
    if named is None or motion.content is None:
        return None
    said = json.loads(motion.content)
    found: Mapping[str, Reason] = getattr(house.policies.reasons_of(said["edition"]), named)
    return found.get(said["reason"])


def show(act: Act, ring: Keyring, motion_id: UUID, language: str) -> CaseMotionSheet:
    """Open one, entered first. Raises StrangerError, UnsignedError, LedgerError."""
    checkpoints.require_signed(act.session, act.house, now=act.now)
    motion = motions.admit(act, MotionStep.SHOW, motion_id).motion
    case = act.session.get_one(Case, motion.case_id)
    sheet = CaseMotionSheet(
        number=case.number or "",
        category=case.category,
        state=case.state,
        authority=act.directory().name(case.authority_id, language),
        arrived_at=case.arrived_at,
        accepted_at=case.accepted_at,
        reason=reason_of(act.house, motion),
        words=_words(act, ring, motion),
        longer=_longer(act, motion, language),
    )
    duty = act.session.get_one(Desk, _own_desk(act, motion)).duty
    record(act.session, act.house.entry_key, entry(act, case, motion, duty))
    return sheet


def entry(act: Act, case: Case, motion: Motion, duty: Duty) -> Draft:
    """That somebody reads why a step of a case is proposed."""
    party = Party(ActorKind.OFFICER, act.actor.officer_id, act.actor.authority_id, duty)
    facts = {"kind": str(motion.kind), "motion": str(motion.id)}
    return Draft(OPENED, act.now, party, ("cases", case.id), facts, authority_id=case.authority_id)


def _own_desk(act: Act, motion: Motion) -> UUID | None:
    """The desk at which this officer looks at it."""
    own = motion.proposer_id == act.actor.officer_id
    return motion.from_desk_id if own else motion.desk_id


def _words(act: Act, ring: Keyring, motion: Motion) -> str | None:
    """What the proposer wrote with it: filed in the same moment."""
    row = act.session.scalars(
        select(Paper)
        .where(Paper.case_id == motion.case_id, Paper.kind == PaperKind.GROUNDS)
        .where(Paper.author_id == motion.proposer_id, Paper.made_at == motion.proposed_at)
        .limit(1)
    ).first()
    if row is None:
        return None
    vouching.require_recorded(act.session, act.house.entry_keys, row)
    content = ring.open_sound(act.session, act.house, {row.content_key_id}).get(row.content_key_id)
    if content is None:
        return None
    paper = paper_kinds.read(sealing.unseal_text(act.house, content, "papers", row.id, "body", row.body))
    return paper.text if isinstance(paper, Grounds) else None


def _longer(act: Act, motion: Motion, language: str) -> LongerSheet | None:
    if motion.kind is not MotionKind.EXTEND:
        return None
    asked, house = Asked.decode(motion.content), act.house
    row = act.session.get_one(Clock, asked.clock_id)
    rule = house.policies.rule_of(row.rule, row.edition)
    extended = (row.extended or 0) + asked.by
    then = clocks.due(rule, row.started_at, house.policies.holidays, more=extended + (row.stood or 0))
    return LongerSheet(
        rule=rule.code,
        title=_in(rule, language),
        by=asked.by,
        unit=rule.unit,
        started_on=clocks.day_of(row.started_at),
        due_on=clocks.day_of(row.due_at),
        then_on=clocks.day_of(then.due_at),
        basis=rule.extension.basis if rule.extension else rule.basis,
    )
