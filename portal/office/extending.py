"""Extending a time limit (延期): proposed by whoever works on the case, agreed to one level up, told to the reporter.

The clock is superseded by one counted from the same start. Where nobody stands above (the province, discipline) its own
lead desk agrees, by somebody else than who proposed it (decision 040).
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from crypto import tree
from portal.domain import clock_changes, lifecycle
from portal.domain.audit import written
from portal.domain.clock_changes import Flaw
from portal.domain.clocks import Approver
from portal.domain.errors import ReasonError, StaleError, TimeLimitError, WordsMissingError
from portal.domain.papers import Grounds
from portal.domain.vocabulary import Action, Duty, MotionKind
from portal.office import case_keys, clock_rows, decisions, gate, history, papers
from portal.office.acting import Act, Hand
from portal.office.batch import Batch
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.proposals import CaseStep, Ready, Wanted
from portal.office.recording import Draft
from portal.policy.reason_lists import ExtensionEffect, ExtensionReason, ReasonEdition
from portal.store.cases import Clock
from portal.store.motions import Motion
from portal.store.outbox import Outbox

EXTENDED, MAIL = "extended", "motion"


@dataclass(frozen=True, slots=True)
class Plea:
    """What is asked for: which clock, by how many of its units, why."""

    clock_id: UUID
    by: int
    reason: str
    words: str
    seen: int


@dataclass(frozen=True, slots=True)
class Asked:
    """The same as a motion keeps it: codes and numbers alone."""

    clock_id: UUID
    rule: str
    by: int
    reason: str
    edition: str

    def encoded(self) -> bytes:
        """What both sign."""
        said = {"clock": str(self.clock_id), "rule": self.rule, "by": self.by, "reason": self.reason}
        return tree.canonical({**said, "edition": self.edition})

    @classmethod
    def decode(cls, content: bytes | None) -> "Asked":
        """Read it back."""
        said: dict[str, Any] = json.loads(content or b"{}")
        return cls(UUID(said["clock"]), said["rule"], said["by"], said["reason"], said["edition"])


def reasons(edition: ReasonEdition, effect: ExtensionEffect) -> dict[str, ExtensionReason]:
    """The reasons that extend a clock, or that suspend one."""
    return {code: reason for code, reason in edition.extension.items() if reason.effect is effect}


def ground(edition: ReasonEdition, effect: ExtensionEffect, code: str, rule: str) -> ExtensionReason:
    """The reason behind a code. Raises TimeLimitError for what is no reason, ReasonError for what is none of these."""
    if code in edition.extension_forbidden:
        raise TimeLimitError(Flaw.FORBIDDEN, rule, edition.extension_forbidden[code].why_zh)
    try:
        return reasons(edition, effect)[code]
    except KeyError:
        raise ReasonError("no such reason for this step") from None


def wanted(act: Act, case_id: UUID, plea: Plea) -> Wanted:
    """What is proposed, and to which desk. Raises StrangerError, NotAllowedError, LedgerError."""
    admitted = gate.admit_worker(act.session, act.house, act.actor, Action.EXTEND, case_id)
    row = clock_rows.going(act.session, act.house, admitted, plea.clock_id)
    edition = act.house.policies.reasons.heading.edition
    asked = Asked(row.id, row.rule, plea.by, plea.reason, edition)
    step = CaseStep(case_id, _own_desk(admitted), Grounds(plea.words), plea.seen)
    return Wanted(
        MotionKind.EXTEND,
        admitted.case.authority_id,
        desk_id=_desk(act.house, admitted, row),
        content=asked.encoded(),
        step=step,
    )


def _own_desk(admitted: Admitted) -> UUID:
    """The desk that it comes from: of whoever is assigned their own, of a lead the one by which they have the case."""
    case, duty = admitted.case, admitted.duty
    handling = {case.lead_desk_id, case.raised_desk_id}
    mine = [seat.desk_id for seat in admitted.actor.seats if seat.duty is duty]
    return next(desk for desk in mine if duty is Duty.INVESTIGATE or desk in handling)


def _desk(house: House, admitted: Admitted, row: Clock) -> UUID:
    """The desk that agrees, as the rule says."""
    extension = house.policies.rule_of(row.rule, row.edition).extension
    if extension is not None and extension.approver is Approver.ABOVE:
        return admitted.report.above_desk_id or admitted.case.lead_desk_id
    return admitted.case.lead_desk_id


def propose(act: Act, hand: Hand, proposal: Wanted) -> Ready:
    """File why, for whoever agrees to read. Raises StaleError, IllegalTransitionError, ReasonError, TimeLimitError."""
    del hand
    step, asked = proposal.step, Asked.decode(proposal.content)
    if step is None or proposal.desk_id is None:
        raise TypeError("this motion is about a case")
    admitted = gate.admit_worker(act.session, act.house, act.actor, Action.EXTEND, step.case_id)
    history.require_seen(act.session, admitted.report.id, step.case_id, step.seen)
    lifecycle.advance(admitted.case.state, Action.EXTEND)
    _require(act, admitted, asked)
    if isinstance(step.paper, Grounds) and not step.paper.text.strip():
        raise WordsMissingError("why it takes longer is said in words")
    batch, draft = Batch(), admitted.draft(papers.FILED, act.now)
    above = proposal.desk_id == admitted.report.above_desk_id
    content = case_keys.for_motion(act.session, act.house, batch, draft, admitted, above=above)
    papers.add(act.session, act.house, batch, draft, content, step.paper, admitted=admitted, made_at=act.now)
    batch.insert(act.session)
    act.session.add(Outbox(kind=MAIL, desk_id=proposal.desk_id, created_at=act.now, sent_at=None))
    return Ready(content=proposal.content, drafts=(draft,))


def _require(act: Act, admitted: Admitted, asked: Asked) -> Clock:
    """The clock, if it may be extended so now."""
    row = clock_rows.going(act.session, act.house, admitted, asked.clock_id)
    clock = clock_rows.standing(act.house, row)
    reason = ground(act.house.policies.reasons_of(asked.edition), ExtensionEffect.EXTEND, asked.reason, row.rule)
    clock_changes.require_extension(clock, reason, asked.by, act.house.policies.holidays, now=act.now)
    return row


def confirm(act: Act, hand: Hand, motion: Motion) -> Draft:
    """Extend it, as two people agree. Raises StaleError when the clock is another, TimeLimitError when it is late."""
    del hand
    if motion.case_id is None:
        raise TypeError("this motion is about a case")
    asked, admitted = Asked.decode(motion.content), gate.admit_second(act.session, act.house, act.actor, motion.case_id)
    lifecycle.advance(admitted.case.state, Action.EXTEND)
    if motion.desk_id not in {admitted.report.above_desk_id, admitted.case.lead_desk_id}:
        raise StaleError("the case was handed on since")
    row = _require(act, admitted, asked)
    clock = clock_rows.standing(act.house, row)
    extended = clock.extended + asked.by
    counted = clock.count(act.house.policies.holidays, extended=extended)
    draft = admitted.draft(EXTENDED, act.now, rule=row.rule, by=asked.by, due=written(counted.due_at))
    draft.facts, draft.reason = {**draft.facts, "edition": asked.edition}, asked.reason
    clock_rows.supersede(act.session, draft, row, counted, extended=extended)
    batch = Batch()
    decisions.add(batch, draft, admitted.case.id, made_at=act.now, letter_id=None, edition=asked.edition)
    batch.insert(act.session)
    clock_rows.settle(act.session, act.house, draft, admitted.case)
    return draft
