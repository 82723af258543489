"""What needs a second person, as officers look at it: lists, and one with what two people compare."""

from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from crypto import certificates
from portal.domain import countersign
from portal.domain.vocabulary import Duty, MotionKind, MotionState, MotionStep
from portal.office import bank_lists, case_motions, content_sheets, motions, paying, payout_endings, seating
from portal.office.acting import Act
from portal.office.staff_sheets import MotionLine, MotionSheet
from portal.store.cases import Case
from portal.store.motions import Motion
from portal.store.officers import Desk, Officer
from portal.store.recusals import cases_of

MOST = 100


def listed(act: Act, language: str) -> tuple[tuple[MotionLine, ...], tuple[MotionLine, ...], tuple[MotionLine, ...]]:
    """(To confirm by this officer, others that wait, what is over), of those that are any of theirs."""
    tree = act.tree()
    mine = [one for one in tree.nodes if countersign.administers(tree, act.actor, one)]
    desks = [seat.desk_id for seat in act.actor.seats]
    here = select(Case.id).where(Case.id == Motion.case_id, Case.authority_id == Motion.authority_id).exists()
    theirs = or_(Motion.case_id.is_(None), and_(Motion.case_id.not_in(cases_of(act.actor.officer_id)), here))
    mine_too = or_(
        Motion.proposer_id == act.actor.officer_id,
        Motion.officer_id == act.actor.officer_id,
        and_(Motion.authority_id.in_(mine), Motion.kind.not_in(countersign.PASSING)),
        Motion.desk_id.in_(desks),
    )
    about = and_(mine_too, theirs)
    waits = and_(Motion.state == MotionState.PROPOSED, Motion.expires_at > act.now)
    waiting = act.session.scalars(select(Motion).where(about, waits).order_by(Motion.proposed_at).limit(MOST)).all()
    over = select(Motion).where(about, ~waits).order_by(Motion.proposed_at.desc()).limit(MOST)
    able = {
        one.id
        for one in waiting
        if MotionStep.CONFIRM in countersign.offered(tree, act.actor, motions.facts_of(one), now=act.now)
    }
    made = [_line(act, one, language) for one in waiting]
    return (
        tuple(line for line in made if line.id in able),
        tuple(line for line in made if line.id not in able),
        lines(act, over, language),
    )


def lines(act: Act, wanted: Select[Motion], language: str) -> tuple[MotionLine, ...]:
    """Motions as lines."""
    return tuple(_line(act, one, language) for one in act.session.scalars(wanted))


def show(act: Act, motion_id: UUID, language: str) -> MotionSheet:
    """One motion. Raises StrangerError."""
    admitted = motions.admit(act, MotionStep.SHOW, motion_id)
    motion = admitted.motion
    holders = seating.seats_of(act.session, motion.desk_epoch_id) if motion.desk_epoch_id else ()
    return MotionSheet(
        line=_line(act, motion, language),
        fingerprint=certificates.read(motion.certificate).fingerprint() if motion.certificate else "",
        holders=tuple(sorted(_name(act, seat.officer_id) for seat in holders)),
        steps=countersign.offered(act.tree(), act.actor, admitted.facts, now=act.now),
        content=content_sheets.content_of(act, motion, language) if motion.case_id is None else None,
    )


def kind_of(act: Act, motion_id: UUID) -> MotionKind:
    """What it is about. Raises StrangerError."""
    return motions.admit(act, MotionStep.SHOW, motion_id).motion.kind


def _line(act: Act, motion: Motion, language: str) -> MotionLine:
    if motion.case_id is not None:
        what, topic = case_motions.in_a_word(act.session, act.house, motion, language), None
    else:
        what, topic = content_sheets.what_of(motion, language)
    recalled = motion.kind is MotionKind.RECALL
    late = motion.state is MotionState.PROPOSED and motion.expires_at <= act.now  # before the tick has come
    return MotionLine(
        id=motion.id,
        kind=motion.kind,
        state=MotionState.LAPSED if late else motion.state,
        authority=act.directory().name(motion.authority_id, language),
        about=_name(act, motion.officer_id),
        duty=_duty(act, motion) if motion.case_id is None else None,
        proposer=_name(act, motion.proposer_id),
        seconder=_name(act, motion.seconder_id),
        proposed_at=motion.proposed_at,
        expires_at=motion.expires_at,
        decided_at=motion.decided_at,
        what=what or _number(act, motion.case_id),
        topic=topic,
        case_id=motion.case_id,
        payout_id=paying.payout_of(motion.content) if motion.kind in countersign.PAYMENTS and not recalled else None,
        list_id=bank_lists.list_of(motion.content) if recalled else None,
        ended=payout_endings.why_of(motion.content) if motion.kind is MotionKind.CANCEL else None,
    )


def _number(act: Act, case_id: UUID | None) -> str:
    """Which case it is about."""
    return (act.session.get_one(Case, case_id).number or "") if case_id else ""


def _duty(act: Act, motion: Motion) -> Duty | None:
    return act.session.get_one(Desk, motion.desk_id).duty if motion.desk_id else None


def _name(act: Act, officer_id: UUID | None) -> str:
    return act.session.get_one(Officer, officer_id).username if officer_id else ""
