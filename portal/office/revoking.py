"""Revoking a reward (撤销奖励), for two people: proposed by whoever judges, agreed to by another judge of the desk.

Where nobody else there may, the award desk above agrees; and where nobody would be left to hear what the reporter holds
against it, it is not proposed. Until it is agreed the reward is claimed as if nothing were said, and what was claimed
is not revoked: no entry names an award and its payment.
"""

from dataclasses import replace
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from crypto import tree
from crypto.errors import CryptoError
from portal.domain import awards
from portal.domain.award_errors import NoJudgeError
from portal.domain.award_vocabulary import AwardStep, RevokeReason
from portal.domain.errors import LedgerError, MotionPendingError, StaleError, WordsMissingError
from portal.domain.papers import Grounds
from portal.domain.vocabulary import GrantState, MotionKind
from portal.office import (
    award_endings,
    award_hands,
    award_keys,
    claims,
    judging,
    letters,
    revoked,
    sealing,
    timing,
)
from portal.office.acting import Act, Hand
from portal.office.award_service import CLAIM_RULE, NOTIFY_RULE
from portal.office.batch import Batch
from portal.office.house import House
from portal.office.judging import Admitted
from portal.office.keyring import Keyring
from portal.office.proposals import CaseStep, Ready, Wanted
from portal.office.recording import Draft
from portal.office.revoked import Asked
from portal.store.awards import Award, Revocation
from portal.store.motions import Motion
from portal.store.outbox import Outbox
from portal.store.papers import Paper
from portal.store.reports import KeyGrant, Letter

CHALLENGED, REVOKED, MAIL = "award_challenged", "award_revoked", "motion"
RULES = (NOTIFY_RULE, judging.FILE_RULE, CLAIM_RULE)  # what runs no longer


def wanted(act: Act, ring: Keyring, award_id: UUID, reason: RevokeReason, words: str) -> Wanted:
    """What is proposed, and to which desk.

    Raises what `award_endings.unclaimed` raises, WordsMissingError, and NoJudgeError where nobody could agree, or hear
    what is contested.
    """
    admitted = award_endings.unclaimed(act.session, act.house, act.actor, ring, AwardStep.REVOKE, award_id)
    if not words.strip():
        raise WordsMissingError("why it is revoked is said in words")
    if revoked.waiting(act.session, act.house, admitted.award, now=act.now) is not None:
        raise MotionPendingError("it is proposed already")
    award = admitted.award
    content = tree.canonical({"award": str(award.id), "revocation": str(uuid4()), "reason": str(reason)})
    step = CaseStep(award.case_id, award.desk_id, Grounds(words), 0)
    desk_id = _second(act, award)
    return Wanted(MotionKind.REVOKE, admitted.case.authority_id, desk_id=desk_id, content=content, step=step)


def _second(act: Act, award: Award) -> UUID:
    """The desk that agrees: its own, or the one above where nobody else there may."""
    me = frozenset({act.actor.officer_id})
    left = frozenset[UUID]().union(*award_hands.hearing(act.session, act.house, award).values()) - me
    for desk_id in (award.desk_id, award.above_desk_id):
        others = award_hands.able(act.session, act.house, award, desk_id) - me
        if desk_id is not None and any(left - {one} for one in others):
            return desk_id
        if others:
            break  # they may agree, and then nobody would be left
    raise NoJudgeError("nobody could agree to it, or hear what is contested")


def propose(act: Act, hand: Hand, proposal: Wanted) -> Ready:
    """Seal what the reporter is to be told for whoever agrees. Raises what `wanted` raises."""
    step, said = proposal.step, Asked.decode(proposal.content)
    if step is None or not isinstance(step.paper, Grounds) or proposal.desk_id is None:
        raise TypeError("this motion revokes a reward")
    admitted = award_endings.unclaimed(act.session, act.house, act.actor, hand.ring, AwardStep.REVOKE, said.award_id)
    award, batch = admitted.award, Batch()
    draft = admitted.draft(CHALLENGED, act.now, desk=str(proposal.desk_id))
    draft.reason = str(said.reason)
    content = award_keys.for_revocation(act.session, act.house, batch, draft, award, proposal.desk_id)
    batch.add(
        draft,
        Revocation,
        said.revocation_id,
        award_id=award.id,
        reason=said.reason,
        content_key_id=content.id,
        body=_seal(act.house, content, said.revocation_id, step.paper.text),
        made_at=act.now,
        **dict.fromkeys(("motion_id", "granted_id", "contest_id", "reviewer_id", "decided_at")),
    )
    batch.insert(act.session)
    asks_above = proposal.desk_id != award.desk_id
    draft.facts = {**draft.facts, "grants": wake(act.session, draft, award) if asks_above else 0}
    act.session.add(Outbox(kind=MAIL, desk_id=proposal.desk_id, created_at=act.now, sent_at=None))
    return Ready(content=proposal.content, drafts=(draft,))


def confirm(act: Act, hand: Hand, motion: Motion) -> Draft:
    """Take it back, as two people agree, and tell the reporter.

    Raises ClaimError once it was claimed, StaleError, OwnAwardError, NoJudgeError where nobody is left to hear it.
    """
    said = Asked.decode(motion.content)
    admitted = award_endings.unclaimed(
        act.session, act.house, act.actor, hand.ring, AwardStep.REVOKE, said.award_id, at=motion.desk_id
    )
    award, row = admitted.award, act.session.get_one(Revocation, said.revocation_id)
    act.house.newest.require(act.session, row)
    _require_fits(act, motion, award, row)
    before = claims.decision(act.session, act.house, hand.ring, award)
    if before is None:
        raise LedgerError("the decision of an award does not open")
    words = read_words(act.session, act.house, hand.ring, row)
    letter = replace(before, words=words, fen=None, voucher=None, revoked=str(row.reason))
    draft = admitted.draft(REVOKED, act.now)
    draft.reason = str(row.reason)
    made = judging.tell(act.session, act.house, admitted, draft, letter, now=act.now)
    timing.end(act.session, draft, RULES, report_id=award.report_id, case_id=award.case_id, now=act.now)
    made.batch.insert(act.session)
    (told,) = made.batch.rows(Letter)
    row.motion_id, row.granted_id = motion.id, award.letter_id
    award.state, award.letter_id = awards.advance(award.state, AwardStep.REVOKE), told["id"]
    award.until = award.posted_on = None
    draft.names(award, row)
    return draft


def _require_fits(act: Act, motion: Motion, award: Award, row: Revocation) -> None:
    """Raise StaleError where it is not what was proposed, NoJudgeError where nobody is left to hear a contest."""
    if motion.from_desk_id != award.desk_id or motion.desk_id not in {award.desk_id, award.above_desk_id}:
        raise StaleError("the award is another desk's since")
    if row.award_id != award.id or row.motion_id is not None:
        raise StaleError("this is not what was proposed")
    left = frozenset[UUID]().union(*award_hands.hearing(act.session, act.house, award).values())
    if not left - {motion.proposer_id, act.actor.officer_id}:
        raise NoJudgeError("nobody would be left to hear what is contested")


def wake(session: Session, draft: Draft, award: Award, *more: UUID | None) -> int:
    """The desk above reads what was proposed and decided; returns how many grants stood by. `more`: letters."""
    paper, ids = session.get_one(Paper, award.proposal_id), [one for one in (award.letter_id, *more) if one is not None]
    keys = {paper.content_key_id, *session.scalars(select(Letter.content_key_id).where(Letter.id.in_(ids)))}
    asleep = select(KeyGrant).where(KeyGrant.content_key_id.in_(keys), KeyGrant.state == GrantState.STANDBY)
    rows = session.scalars(asleep).all()
    for row in rows:
        row.state = GrantState.ACTIVE
    draft.names(*rows)
    return len(rows)


def read_words(session: Session, house: House, ring: Keyring, row: Revocation) -> str:
    """What is to be told to the reporter, for the desks that decide it. Raises LedgerError when it does not open."""
    content = ring.open_sound(session, house, {row.content_key_id}).get(row.content_key_id)
    try:
        if content is None:
            raise LedgerError("the words of a revocation do not open")
        body = sealing.unseal_text(house, content, "revocations", row.id, "body", row.body)
        return letters.Text.of(body).text
    except CryptoError as error:
        raise LedgerError("the words of a revocation do not open") from error


def _seal(house: House, content: sealing.Content, revocation_id: UUID, words: str) -> bytes:
    return sealing.seal_text(house, content, "revocations", revocation_id, "body", letters.Text(words).as_bytes())


def admitted_second(act: Act, motion: Motion) -> Admitted:
    """An award as whoever is asked to agree looks at it, or who proposed it. Raises StrangerError."""
    at = motion.desk_id if motion.proposer_id != act.actor.officer_id else motion.from_desk_id
    return judging.admit(
        act.session, act.house, act.actor, AwardStep.SHOW, Asked.decode(motion.content).award_id, at=at
    )
