"""Judging a reward (奖励审批): the award desk returns it, grants it or refuses it; what is contested, once more.

The machine has reckoned from the facts; a person decides (个人信息保护法 第24条): where the rules leave something to a
person, the judge says it in words, and where they leave the sum, the sum. What the rules give is not bent: whoever
doubts a fact sends it back to those who proposed it. The approver signs the order to pay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import statements
from crypto.keys import SigningKey
from portal.domain import awards, clocks
from portal.domain.access import Actor
from portal.domain.audit import Party, written
from portal.domain.award_errors import AwardSumError
from portal.domain.award_papers import Decision, Proposal, Voucher
from portal.domain.award_vocabulary import AwardState, AwardStep
from portal.domain.awards import AwardFacts
from portal.domain.errors import LedgerError, StrangerError, WordsMissingError
from portal.domain.rewards import Assessment, Pending
from portal.domain.vocabulary import ActorKind, Duty, LetterKind, MotionKind, MotionState, Sender
from portal.office import (
    asked,
    assessing,
    award_facts,
    award_keys,
    gate,
    interests,
    letters,
    papers,
    preceding,
    revoked,
    timing,
    vouching,
    writing,
)
from portal.office.award_service import NOTIFY_RULE
from portal.office.batch import Batch
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.letters import Sealable
from portal.office.recording import Draft, record
from portal.office.writing import Prepared
from portal.store.awards import Award
from portal.store.cases import Assignment, Case
from portal.store.motions import Motion
from portal.store.papers import Paper as Row
from portal.store.recusals import together_with
from portal.store.reports import Letter, Report
from portal.store.session import lock

FILE_RULE = "C24"
SIGNED = frozenset({MotionKind.CONCLUDE, MotionKind.REVIEW, MotionKind.REWARD})  # nobody who did judges the reward
EVENTS: Mapping[AwardState, str] = MappingProxyType(
    {
        AwardState.APPROVED: "award_approved",
        AwardState.REFUSED: "award_refused",
        AwardState.UPHELD: "award_upheld",
    }
)


@dataclass(frozen=True, slots=True)
class Admitted:
    """An award that this actor may do this to."""

    award: Award
    case: Case
    report: Report
    actor: Actor
    duty: Duty
    facts: AwardFacts

    def draft(self, event: str, now: datetime, **facts: object) -> Draft:
        """An entry about the report by this officer; it names the award."""
        desks = {seat.desk_id: seat.authority_id for seat in self.actor.seats}
        authority = desks.get(self.award.desk_id, self.actor.authority_id)
        party = Party(ActorKind.OFFICER, self.actor.officer_id, authority, self.duty)
        said = {"award": str(self.award.id), **facts}
        return Draft(event, now, party, ("reports", self.report.id), said, authority_id=self.award.authority_id)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judge decides: a step, in words; a sum in fen where the rules leave it to a person."""

    step: AwardStep
    words: str
    fen: int | None = None


def admit(
    session: Session, house: House, actor: Actor, step: AwardStep, award_id: UUID, *, at: UUID | None = None
) -> Admitted:
    """Load an award for an actor, held until the commit unless it is only shown.

    `at`: the award desk above, where a motion asks it, in place of the one that has the award. Raises what
    `domain.awards.admit` raises, RecusedError, InterestError for whoever declared what the case is about, and
    LedgerError for a row that is not as recorded.
    """
    award = session.get(Award, award_id, with_for_update=lock(session) and step is not AwardStep.SHOW)
    if award is None:
        raise StrangerError("no such award")
    house.newest.require(session, award)
    case, desk_id = session.get_one(Case, award.case_id), award.desk_id if at is None else at
    facts = replace(facts_of(session, house, award, case), desk_id=desk_id)
    duty = awards.admit(actor, step, facts)
    gate.require_impartial(session, actor, case.id)
    if step is not AwardStep.SHOW:
        gate.require_seated(session, house, actor, desk_id)
        interests.require_clear(session, house, case.id, actor.officer_id)
    return Admitted(award, case, session.get_one(Report, award.report_id), actor, duty, facts)


def facts_of(session: Session, house: House, award: Award, case: Case) -> AwardFacts:
    """What the rules look at. Raises LedgerError for signers and assignments that are not as they were recorded."""
    signed, workers = hands_of(session, house, case.id)
    if award.motion_id not in {one.id for one in signed}:
        raise LedgerError("an award that two people did not propose")
    return AwardFacts(
        state=award.state,
        desk_id=award.desk_id,
        lead_desk_id=case.lead_desk_id,
        proposers=frozenset(one for it in signed for one in (it.proposer_id, it.seconder_id) if one is not None),
        workers=workers,
        judge_id=award.judge_id,
        reviewer_id=award.reviewer_id,
        revokers=revoked.hands(session, house, award.id),
    )


def hands_of(session: Session, house: House, case_id: UUID) -> tuple[Sequence[Motion], frozenset[UUID]]:
    """What two people signed that a reward rests on, and whom its case is, or was, assigned to. Raises LedgerError.

    With it every case that was merged into it: it is one matter.
    """
    every = together_with(case_id)
    signed = Motion.kind.in_(SIGNED), Motion.state == MotionState.CONFIRMED
    motions = session.scalars(select(Motion).where(Motion.case_id.in_(every), *signed)).all()
    for motion in motions:
        vouching.require_recorded(session, house.entry_keys, motion)
    workers = session.scalars(select(Assignment).where(Assignment.case_id.in_(every))).all()
    house.newest.require(session, *workers)
    return motions, frozenset(one.officer_id for one in workers)


def proposal(session: Session, house: House, ring: Keyring, award: Award) -> Proposal:
    """What was proposed, for whoever reads it. Raises LedgerError when it does not open, or is not what was signed."""
    row = session.get_one(Row, award.proposal_id)
    vouching.require_recorded(session, house.entry_keys, row)
    paper = papers.read_one(session, house, ring, row)
    if not isinstance(paper, Proposal) or (paper.report, paper.edition) != (str(award.report_id), award.edition):
        raise LedgerError("the proposal of an award does not open")
    return paper


def prepare(
    session: Session,
    house: House,
    actor: Actor,
    hands: tuple[Keyring, SigningKey],
    award_id: UUID,
    said: Judgement,
    *,
    now: datetime,
) -> Prepared:
    """Seal the decision for the reporter; the approver signs the order to pay.

    Raises WordsMissingError without a word to the reporter where one is owed, AwardSumError where the rules say
    otherwise, IllegalTransitionError, StrangerError, NotAllowedError.
    """
    ring, signing = hands
    admitted = admit(session, house, actor, said.step, award_id)
    award, state = admitted.award, awards.advance(admitted.award.state, said.step)
    paper = proposal(session, house, ring, award)
    _require_same(session, admitted, paper)
    found = assessing.assess(house, paper.edition, paper.facts)
    fen = granted(found, said)
    if fen is not None:
        _require_first(session, house, admitted, paper)
    if fen is None and Pending.ASK_NAME in found.pending:
        asked.require_asked(session, house, award, now=now)
    voucher = _voucher(session, house, signing, award, (paper, found), fen, now) if fen is not None else None
    digest = assessing.digest(found, paper.salt)
    letter = Decision(paper.edition, paper.facts, digest, said.words, fen, voucher, paper.salt)
    draft = admitted.draft(EVENTS[state], now, edition=paper.edition, digest=digest)
    return tell(session, house, admitted, draft, letter, now=now)


def _require_first(session: Session, house: House, admitted: Admitted, paper: Proposal) -> None:
    """Raise AwardSumError where the ledger tells since of somebody before, or of another grant."""
    standing = preceding.among(session, house, admitted.case, admitted.report.id)
    if standing.faults(assessing.facts_of(paper.facts)):
        raise AwardSumError("awarded" if standing.awarded else "preceded")


def _require_same(session: Session, admitted: Admitted, paper: Proposal) -> None:
    """Raise AwardSumError where the case file, or what the reporter lets stand, has changed since it was proposed."""
    filed = award_facts.changed_since(session, session.get_one(Row, admitted.award.proposal_id))
    if filed or award_facts.taken_back(session, admitted.report, assessing.facts_of(paper.facts)):
        raise AwardSumError("changed")


def tell(
    session: Session,
    house: House,
    admitted: Admitted,
    draft: Draft,
    letter: Sealable,
    *,
    now: datetime,
    desk_id: UUID | None = None,
) -> Prepared:
    """Seal a letter of the award desk to the reporter, which no handling desk reads; `desk_id`: who has it from now."""
    award, batch = admitted.award, Batch()
    place = letters.next_position(session, award.report_id)
    desk_id, above = desk_id or award.desk_id, award.above_desk_id
    content = award_keys.for_award(session, house, batch, draft, admitted.report, desk_id, above=above)
    draft.facts = {**draft.facts, "position": place}
    letters.add(
        house,
        batch,
        draft,
        content,
        report_id=award.report_id,
        kind=LetterKind.AWARD,
        sender=Sender.OFFICE,
        position=place,
        sent_at=now,
        body=letter.as_bytes(),
    )
    return Prepared(writing.current_generation(session), batch, (draft,))


def granted(found: Assessment, said: Judgement) -> int | None:
    """What is granted, in fen; None for a refusal. Raises AwardSumError, WordsMissingError.

    Rules that give a sum give that one, also where a person rules whether it is paid; where they leave the sum to a
    person the judge's stands, up to the most that they ever pay, and in words why.
    """
    if said.step is AwardStep.REFUSE:
        if found.eligible:
            raise AwardSumError("met")
        if not said.words.strip():
            raise WordsMissingError("why it is refused is said in words")
        return None
    if found.eligible is False:
        raise AwardSumError("not_met")
    fixed = None if found.formula is None else sum(found.formula)
    if fixed is not None and said.fen not in {None, fixed}:
        raise AwardSumError("reckoned")
    fen = said.fen if fixed is None else fixed
    if fen is None:
        raise AwardSumError("missing")
    if fen <= 0:
        raise AwardSumError("impossible")
    if fen > found.most:
        raise AwardSumError("above")
    if found.fen is None and not said.words.strip():
        raise WordsMissingError("what a person rules is said in words")
    return fen


def decide(
    session: Session, house: House, actor: Actor, award_id: UUID, said: Judgement, prepared: Prepared, *, now: datetime
) -> None:
    """Decide it; the gate is asked again, inside the transaction.

    Raises StaleError, IllegalTransitionError, AwardSumError where another report of the matter was granted the award.
    """
    admitted = admit(session, house, actor, said.step, award_id)
    award, (draft,) = admitted.award, prepared.drafts
    if said.step is AwardStep.APPROVE:
        preceding.require_sole(session, house, award, now=now)
    if award.judge_id is None:
        award.judge_id = actor.officer_id
    else:
        award.reviewer_id = actor.officer_id
    award.state, award.decided_at = awards.advance(award.state, said.step), now
    if award.state is AwardState.APPROVED:
        start_clocks(house, prepared.batch, draft, award, now)
    writing.require_current(session, prepared.generation)
    prepared.batch.insert(session)
    (letter,) = prepared.batch.rows(Letter)
    award.letter_id, award.posted_on = letter["id"], None
    draft.names(award)
    record(session, house.entry_key, draft)


def start_clocks(house: House, batch: Batch, draft: Draft, award: Award, now: datetime) -> None:
    """From a grant on: the reporter is to be reached, and the sum to be filed one level up (19号 第13、14条)."""
    dues = {
        rule: timing.start(house, batch, draft, rule, now=now, started_at=now, report_id=award.report_id)
        for rule in (NOTIFY_RULE, FILE_RULE)
    }
    draft.facts = {**draft.facts, "clocks": {rule: written(due.due_at) for rule, due in dues.items()}}


def _voucher(
    session: Session,
    house: House,
    signing: SigningKey,
    award: Award,
    judged: tuple[Proposal, Assessment],
    fen: int,
    now: datetime,
) -> Voucher:
    """The order to pay, under a reference drawn at random."""
    paper, found = judged
    desks = award_keys.desks_for(house.directories.read(session, today=clocks.day_of(now)), award.authority_id)
    shares = found.formula or (fen,)
    named = assessing.needs_name(house, award.edition, assessing.facts_of(paper.facts), fen)
    voucher = Voucher(uuid4(), desks.payout, shares, named)
    signed = statements.sign(voucher.statement(house.installation), statements.FIRST, signing)
    return replace(voucher, signature=signed)
