"""A revocation as pages show it: on the award for the award desk, and by itself for whoever is asked to agree to it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from portal.domain import awards, payouts
from portal.domain.award_papers import Decision
from portal.domain.award_vocabulary import AwardState, RevokeReason
from portal.domain.errors import LedgerError
from portal.domain.rewards import Assessment
from portal.domain.rewards_shape import Row
from portal.domain.rewards_terms import Provision
from portal.domain.vocabulary import Duty, MotionStep
from portal.office import assessing, case_motions, checkpoints, claims, letters, motions, revoked, revoking
from portal.office.acting import Act
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.recording import record
from portal.office.revoked import Asked
from portal.policy.editions import RewardEdition
from portal.store.awards import Award, Revocation
from portal.store.officers import Officer
from portal.store.reports import Letter


@dataclass(frozen=True, slots=True)
class RevocationSheet:
    """One that two people agreed to."""

    reason: RevokeReason
    provision: Provision  # the article, and how sure it is
    fen: int | None  # what had been granted; None where that does not open for this desk
    people: tuple[str, ...]  # who proposed it, who agreed
    at: datetime
    contest: str  # what the reporter holds against it
    decided_at: datetime | None  # about that
    reviewer: str
    given_back: bool  # the grant stands again


@dataclass(frozen=True, slots=True)
class RevokeMotionSheet:
    """What the second person decides by."""

    award_id: UUID
    number: str
    category: str
    office: str
    reason: RevokeReason
    provision: Provision
    words: str | None  # for the reporter; None where they do not open for this officer
    granted: Decision | None
    granted_at: datetime | None
    judged_by: str
    found: Assessment | None
    edition: RewardEdition
    claimed: bool
    until: date | None  # until when it can still be claimed


def of_award(session: Session, house: House, ring: Keyring, award: Award) -> RevocationSheet | None:
    """The revocation that counts for an award; None where there never was one."""
    row = revoked.newest(session, house, award.id)
    if row is None:
        return None
    motion = revoked.motion_of(session, house, row)
    return RevocationSheet(
        reason=row.reason,
        provision=provision(house, award, row.reason),
        fen=_granted(session, house, ring, award, row),
        people=tuple(_name(session, one) for one in (motion.proposer_id, motion.seconder_id)),
        at=motion.decided_at or row.made_at,
        contest=_contest(session, house, ring, row),
        decided_at=row.decided_at,
        reviewer=_name(session, row.reviewer_id),
        given_back=award.state not in {AwardState.REVOKED, AwardState.DISPUTED},
    )


def provision(house: House, award: Award, reason: RevokeReason) -> Provision:
    """The article that a reason stands on, in the edition of the award."""
    return house.policies.rewards_of(award.edition).rules.rows[Row(awards.ROWS[reason])]


def show_motion(act: Act, ring: Keyring, motion_id: UUID, language: str) -> RevokeMotionSheet:
    """Why it is to be revoked, and what was granted; entered first. Raises StrangerError, LedgerError."""
    checkpoints.require_signed(act.session, act.house, now=act.now)
    motion = motions.admit(act, MotionStep.SHOW, motion_id).motion
    asked, admitted = Asked.decode(motion.content), revoking.admitted_second(act, motion)
    award, row = admitted.award, act.session.get_one(Revocation, asked.revocation_id)
    act.house.newest.require(act.session, row)
    granted = _letter(act.session, act.house, ring, award, row.granted_id or award.letter_id)
    voucher = granted.voucher if granted else None
    payment = claims.payment(act.session, act.house, voucher) if voucher else None
    sheet = RevokeMotionSheet(
        award_id=award.id,
        number=admitted.case.number or "",
        category=admitted.case.category,
        office=act.directory().name(award.authority_id, language),
        reason=asked.reason,
        provision=provision(act.house, award, asked.reason),
        words=_words(act, ring, row),
        granted=granted,
        granted_at=award.decided_at,
        judged_by=_name(act.session, award.reviewer_id or award.judge_id),
        found=assessing.assess(act.house, granted.edition, granted.facts) if granted else None,
        edition=act.house.policies.rewards_of(award.edition),
        claimed=payment is not None and not payouts.lapsed(payment.state, payment.ended),
        until=award.until,
    )
    record(act.session, act.house.entry_key, case_motions.entry(act, admitted.case, motion, Duty.AWARD))
    return sheet


def _words(act: Act, ring: Keyring, row: Revocation) -> str | None:
    try:
        return revoking.read_words(act.session, act.house, ring, row)
    except LedgerError:
        return None


def _letter(session: Session, house: House, ring: Keyring, award: Award, letter_id: UUID | None) -> Decision | None:
    """A decision, where it opens for this desk."""
    if letter_id is None:
        return None
    key_id = session.get_one(Letter, letter_id).content_key_id
    if key_id not in ring.open_sound(session, house, {key_id}):
        return None
    return claims.read(session, house, ring, award, letter_id)


def _granted(session: Session, house: House, ring: Keyring, award: Award, row: Revocation) -> int | None:
    found = _letter(session, house, ring, award, row.granted_id)
    return found.fen if found else None


def _contest(session: Session, house: House, ring: Keyring, row: Revocation) -> str:
    if row.contest_id is None:
        return ""
    letter = session.get_one(Letter, row.contest_id)
    return letters.read(house, ring.open_sound(session, house, {letter.content_key_id}), letter).text


def _name(session: Session, officer_id: UUID | None) -> str:
    return session.get_one(Officer, officer_id).username if officer_id is not None else ""
