"""Rewards as officers see them: a list without sums, and one with everything that whoever judges decides by."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import awards, clocks, payouts
from portal.domain.access import Actor
from portal.domain.award_papers import Decision, Proposal, SentBack
from portal.domain.award_vocabulary import AwardState, AwardStep, PayoutState
from portal.domain.rewards import Assessment
from portal.domain.vocabulary import Duty
from portal.office import (
    asked,
    assessing,
    award_facts,
    award_returning,
    award_service,
    case_file,
    checkpoints,
    claims,
    judging,
    letters,
    preceding,
    retelling,
    revocation_sheets,
    revoked,
    timing,
)
from portal.office.award_lists import AwardLine
from portal.office.award_service import Service
from portal.office.house import House
from portal.office.judging import Admitted
from portal.office.keyring import Keyring
from portal.office.preceding import Place
from portal.office.recording import record
from portal.office.revocation_sheets import RevocationSheet
from portal.policy.editions import RewardEdition
from portal.store.awards import Award
from portal.store.cases import Case
from portal.store.motions import Motion
from portal.store.officers import Officer
from portal.store.payouts import Payout
from portal.store.reports import Letter

OPENED = "award_opened"


@dataclass(frozen=True, slots=True)
class AwardSheet:
    """One award on a page; `decision` and `contest` are for the award desk alone."""

    line: AwardLine
    report_id: UUID
    proposal: Proposal
    found: Assessment
    edition: RewardEdition
    people: tuple[str, ...]  # who proposed it, who agreed
    offered: frozenset[AwardStep]
    decision: Decision | None
    contest: str
    asked_until: date | None  # the reporter was asked for a name, and may give it until then
    named_since: bool  # who had none when it was proposed has left one
    contest_until: date | None  # a refusal that its reporter opened
    file_due: date | None  # until when the sum is filed one level up; None once it was
    until: date | None
    today: date
    payment: PayoutState | None
    reference: UUID | None
    judged_by: str  # whoever decided last; "" before
    judging: bool  # it is for the award desk: its papers are printed there
    service: Service
    revoking: UUID | None  # the motion to revoke it that waits, for the award desk alone
    revocation: RevocationSheet | None  # the same
    places: tuple[Place, ...]  # of all who reported the matter, first to last; () for one alone
    returned: SentBack | None  # why it was sent back
    again: Assessment | None  # with the penalties as they stand now, for those who read the case file

    @property
    def filed(self) -> bool:
        """Whether its sum was filed one level up."""
        return self.judging and self.line.state is AwardState.APPROVED and self.file_due is None

    @property
    def payment_reference(self) -> str:
        """How the payout desk calls its payment; "" before it was claimed."""
        return payouts.reference(self.reference) if self.reference and self.payment else ""


def show(
    session: Session, house: House, actor: Actor, ring: Keyring, award_id: UUID, language: str, *, now: datetime
) -> AwardSheet:
    """Everything this actor may see of one; entered first. Raises what `judging.admit` raises, and UnsignedError."""
    checkpoints.require_signed(session, house, now=now)
    admitted = judging.admit(session, house, actor, AwardStep.SHOW, award_id)
    award, due = admitted.award, _file_due(session, admitted.award)
    paper = judging.proposal(session, house, ring, award)
    said = claims.decision(session, house, ring, award) if admitted.duty is Duty.AWARD else None
    payment = claims.payment(session, house, said.voucher) if said and said.voucher else None
    office = house.directories.read(session, today=clocks.day_of(now)).name(award.authority_id, language)
    standing = preceding.among(session, house, admitted.case, award.report_id)
    sheet = AwardSheet(
        line=_line(award, admitted.case, office),
        proposal=paper,
        found=assessing.assess(house, paper.edition, paper.facts),
        edition=house.policies.rewards_of(paper.edition),
        people=_people(session, award),
        offered=_offered(actor, admitted, claimed=_claimed(payment), filed=due is None, today=clocks.day_of(now)),
        decision=said,
        contest=_contest(session, house, ring, award) if admitted.duty is Duty.AWARD else "",
        asked_until=asked.last_day(session, house, award),
        named_since=award_facts.named_since(session, award, paper),
        contest_until=award_service.contest_until(session, house, award),
        file_due=due,
        until=award.until,
        today=clocks.day_of(now),
        payment=payment.state if payment else None,
        reference=said.voucher.reference if said and said.voucher else None,
        judged_by=_judge(session, award),
        judging=admitted.duty is Duty.AWARD,
        service=award_service.service_of(session, house, award),
        revoking=_waiting(session, house, admitted, now),
        revocation=revocation_sheets.of_award(session, house, ring, award) if admitted.duty is Duty.AWARD else None,
        places=standing.places if len(standing.places) > 1 else (),
        report_id=award.report_id,
        returned=award_returning.why(session, house, ring, award),
        again=None if admitted.duty is Duty.AWARD else _again(session, house, ring, award, paper),
    )
    return _entered(session, house, ring, admitted, sheet, now)


def _entered(
    session: Session, house: House, ring: Keyring, admitted: Admitted, sheet: AwardSheet, now: datetime
) -> AwardSheet:
    """Enter that it was opened; whoever judges tells a code that came later once more."""
    draft = admitted.draft(OPENED, now)
    if admitted.duty is Duty.AWARD:
        retelling.tell_again(session, house, ring, admitted.award.report_id, draft)
    record(session, house.entry_key, draft)
    return sheet


def _waiting(session: Session, house: House, admitted: Admitted, now: datetime) -> UUID | None:
    if admitted.duty is not Duty.AWARD:
        return None
    motion = revoked.waiting(session, house, admitted.award, now=now)
    return motion.id if motion else None


def _claimed(payment: Payout | None) -> bool:
    return payment is not None and not payouts.lapsed(payment.state, payment.ended)


def _again(session: Session, house: House, ring: Keyring, award: Award, paper: Proposal) -> Assessment | None:
    return award_facts.again(house, award, paper, case_file.dossier(session, house, ring, award.case_id))


def _file_due(session: Session, award: Award) -> date | None:
    due = timing.dues(session, report_id=award.report_id, case_id=award.case_id).get(judging.FILE_RULE)
    return clocks.day_of(due) if due else None


def _offered(actor: Actor, admitted: Admitted, *, claimed: bool, filed: bool, today: date) -> frozenset[AwardStep]:
    """Nothing is forfeited before its last day is over, and what was claimed is neither forfeited nor revoked here."""
    done = {AwardStep.FILE: filed, AwardStep.ANNOUNCE: admitted.award.posted_on is not None}
    found = awards.offered(actor, admitted.facts) - {step for step, is_done in done.items() if is_done}
    late = admitted.award.until is not None and admitted.award.until < today
    if claimed:
        return found - {AwardStep.FORFEIT, AwardStep.REVOKE, AwardStep.PROLONG}
    return found if late else found - {AwardStep.FORFEIT, AwardStep.PROLONG}


def _line(award: Award, case: Case, office: str) -> AwardLine:
    return AwardLine(award.id, award.state, case.number or "", case.category, office, award.made_at, award.decided_at)


def _people(session: Session, award: Award) -> tuple[str, ...]:
    """Who proposed it, who agreed."""
    motion = session.get_one(Motion, award.motion_id)
    signed = [one for one in (motion.proposer_id, motion.seconder_id) if one is not None]
    return tuple(session.get_one(Officer, one).username for one in signed)


def _judge(session: Session, award: Award) -> str:
    last = award.reviewer_id or award.judge_id
    return session.get_one(Officer, last).username if last is not None else ""


def _contest(session: Session, house: House, ring: Keyring, award: Award) -> str:
    """What the reporter holds against it, where it opens for this desk."""
    if award.contest_id is None:
        return ""
    letter = session.get_one(Letter, award.contest_id)
    contents = ring.open_sound(session, house, {letter.content_key_id})
    return letters.read(house, contents, letter).text
