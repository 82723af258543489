"""What needs a second person (双人复核): proposed and signed by one officer, confirmed and signed by another.

One mechanism for all of it. It knows people, time and signatures; what a motion does is told by `motion_kinds`.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID, uuid4

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from crypto import statements
from crypto.errors import OpenError
from portal.domain import countersign
from portal.domain.audit import SYSTEM, written
from portal.domain.countersign import MotionFacts, Side
from portal.domain.errors import LedgerError, MotionPendingError, NotAllowedError, StaleError, StrangerError
from portal.domain.vocabulary import Duty, MotionKind, MotionState, MotionStep, OfficerState
from portal.office import gate, seating, signing_in, vouching
from portal.office.acting import Act, Hand
from portal.office.house import House
from portal.office.motion_kinds import CONFIRM, PROPOSE
from portal.office.pledges import statement
from portal.office.proposals import Ready, Wanted
from portal.office.recording import Draft, record
from portal.office.seating import Drawn
from portal.store.cases import Case
from portal.store.motions import Motion
from portal.store.officers import Desk, Officer
from portal.store.session import lock, locked

log = logging.getLogger("portal.motions")

PROPOSED, LAPSED = "motion_proposed", "motion_lapsed"
EVENTS: Mapping[MotionStep, str] = MappingProxyType(
    {
        MotionStep.CONFIRM: "motion_confirmed",
        MotionStep.REFUSE: "motion_refused",
        MotionStep.WITHDRAW: "motion_withdrawn",
    }
)
MOVES = frozenset({PROPOSED, LAPSED, *EVENTS.values()})
BATCH = 200


def propose(act: Act, hand: Hand, wanted: Wanted) -> UUID:
    """Propose and sign something; returns the motion's id.

    Raises NotAllowedError, OwnMotionError, MotionPendingError, SignInError for a wrong code, and what the kind refuses.
    """
    act = act.entered(*_about(wanted))
    _require_code(act, hand, wanted.kind)
    side = countersign.admit_proposal(act.tree(), act.actor, _about_to(act, wanted))
    _require_none(act.session, wanted)
    ready = PROPOSE[wanted.kind](act, hand, wanted)
    motion = _motion(act, wanted, ready)
    motion.first = statements.sign(statement(act.house.installation, motion), statements.FIRST, hand.signing)
    draft = act.draft(PROPOSED, ("motions", motion.id), motion.authority_id, _duty(act, side, motion))
    draft.facts = _told(motion, ready.drawn)
    if ready.drawn:
        _store_drawn(act.session, ready.drawn, draft)
    draft.names(motion)
    act.session.add(motion)
    record(act.session, act.house.entry_key, *ready.drafts, draft)
    return motion.id


def _motion(act: Act, wanted: Wanted, ready: Ready) -> Motion:
    drawn = ready.drawn
    return Motion(
        id=uuid4(),
        kind=wanted.kind,
        authority_id=wanted.authority_id,
        state=MotionState.PROPOSED,
        proposer_id=act.actor.officer_id,
        seconder_id=None,
        officer_id=wanted.officer_id,
        officer_certificate_id=ready.officer_certificate_id,
        desk_id=drawn.desk.id if drawn else wanted.desk_id,
        desk_epoch_id=drawn.epoch.id if drawn else None,
        certificate=drawn.certificate if drawn else ready.certificate,
        case_id=wanted.step.case_id if wanted.step else None,
        from_desk_id=wanted.step.from_desk_id if wanted.step else None,
        content=ready.content or wanted.content,
        proposed_at=act.now,
        expires_at=act.now + countersign.LIFE,
        decided_at=None,
        second=None,
    )


def _told(motion: Motion, drawn: Drawn | None) -> dict[str, object]:
    """What the entry says is proposed: about whom, at which desk, and who will hold a key that was drawn."""
    told: dict[str, object] = {"kind": str(motion.kind), "expires": written(motion.expires_at)}
    if motion.officer_id is not None:
        told["officer"] = str(motion.officer_id)
    if motion.desk_id is not None:
        told["desk"] = str(motion.desk_id)
    if motion.case_id is not None:
        told |= {"case": str(motion.case_id), "from": str(motion.from_desk_id)}
    if drawn is not None:
        told |= {"duty": str(drawn.desk.duty), "officers": sorted(str(seat.officer_id) for seat in drawn.seats)}
    return told


def _store_drawn(session: Session, drawn: Drawn, draft: Draft) -> None:
    """Store a key that is proposed, what refers to it after it."""
    if drawn.desk not in session:
        draft.names(drawn.desk)
        session.add(drawn.desk)
        session.flush()
    draft.names(*drawn.rows())
    session.add(drawn.epoch)
    session.flush()
    session.add_all([*drawn.seats, *drawn.grants])


@dataclass(frozen=True, slots=True)
class Admitted:
    """A motion that this officer may do something to, and in what capacity."""

    motion: Motion
    side: Side | None

    @property
    def facts(self) -> MotionFacts:
        """What the rules look at."""
        return facts_of(self.motion)


def admit(act: Act, step: MotionStep, motion_id: UUID) -> Admitted:
    """Load a motion, held until the commit. Raises what `domain.countersign.admit` raises, and LedgerError."""
    motion = act.session.get(Motion, motion_id, with_for_update=lock(act.session))
    if motion is None:
        raise StrangerError("no such motion")
    side = countersign.admit(act.tree(), act.actor, step, facts_of(motion), now=act.now)
    if motion.case_id is not None:
        _require_here(act, step, motion, motion.case_id)
    if motion.kind in countersign.PASSING and motion.state is not MotionState.PROPOSED:  # the book keeps none of those
        vouching.require_newest(act.session, act.house.entry_keys, (motion,), motion.id, MOVES)
    else:
        act.house.newest.require(act.session, motion)
    return Admitted(motion, side)


def _require_here(act: Act, step: MotionStep, motion: Motion, case_id: UUID) -> None:
    """Nobody who keeps out of a case does anything to a step of it; what was handed on is not looked at from here."""
    gate.require_impartial(act.session, act.actor, case_id)
    if step is MotionStep.SHOW and act.session.get_one(Case, case_id).authority_id != motion.authority_id:
        raise StrangerError("the case is another office's")


def confirm(act: Act, hand: Hand, motion_id: UUID) -> None:
    """Confirm and sign what another proposed, and do it. Raises SignInError for a wrong code, StaleError."""
    act = act.entered(*_subjects(act.session, motion_id))
    admitted = admit(act, MotionStep.CONFIRM, motion_id)
    motion = admitted.motion
    _require_code(act, hand, motion.kind)
    _require_first(act, motion)
    effect = CONFIRM[motion.kind](act, hand, motion)
    effect.party = replace(effect.party, duty=_duty(act, admitted.side, motion))
    said = statement(act.house.installation, motion)
    motion.second = statements.sign(said, statements.SECOND, hand.signing)
    draft = _end(act, admitted, MotionStep.CONFIRM)
    record(act.session, act.house.entry_key, effect, draft)


def end(act: Act, step: MotionStep, motion_id: UUID) -> None:
    """Refuse it, or withdraw what one proposed: whatever was prepared for it goes."""
    act = act.entered()
    admitted = admit(act, step, motion_id)
    draft = _end(act, admitted, step)
    _drop(act.session, act.house, admitted.motion, draft)
    record(act.session, act.house.entry_key, draft)


def _end(act: Act, admitted: Admitted, step: MotionStep) -> Draft:
    motion = admitted.motion
    motion.state, motion.decided_at = countersign.BECOMES[step], act.now
    if step is not MotionStep.WITHDRAW:
        motion.seconder_id = act.actor.officer_id
    duty = _duty(act, admitted.side, motion)
    draft = act.draft(EVENTS[step], ("motions", motion.id), motion.authority_id, duty, **_ended(motion))
    draft.names(motion)
    return draft


def lapse(session: Session, house: House, *, now: datetime) -> list[Draft]:
    """Motions that nobody confirmed in time; what was prepared for them goes.

    One that is not as it was recorded is left alone and logged: it may have been confirmed.
    """
    over = (
        select(Motion)
        .where(Motion.state == MotionState.PROPOSED, Motion.expires_at <= now)
        .order_by(Motion.expires_at, Motion.id)
        .limit(BATCH)
    )
    drafts = []
    for motion in session.scalars(locked(session, over, skip=True)):
        try:
            house.newest.require(session, motion)
        except LedgerError:
            log.error("motion %s is not as it was recorded, and stays", motion.id)  # noqa: TRY400 — no values
            continue
        facts = _ended(motion)
        draft = Draft(LAPSED, now, SYSTEM, ("motions", motion.id), facts, authority_id=motion.authority_id)
        _drop(session, house, motion, draft)
        motion.state, motion.decided_at = MotionState.LAPSED, now
        draft.names(motion)
        drafts.append(draft)
    return drafts


def _ended(motion: Motion) -> dict[str, object]:
    """What an entry says of a motion that is over."""
    return {"kind": motion.kind, **({"case": str(motion.case_id)} if motion.case_id else {})}


def _require_code(act: Act, hand: Hand, kind: MotionKind) -> None:
    """Ask for the code of this moment, but where neither a key nor an identity is at stake."""
    if kind not in countersign.CASE_KINDS:
        signing_in.require_code(act.session, act.house, act.actor, hand.fresh, now=act.now)


def _drop(session: Session, house: House, motion: Motion, draft: Draft) -> None:
    if motion.desk_epoch_id is not None:
        seating.drop_key(session, house, motion, draft)


def _about(wanted: Wanted) -> tuple[UUID, ...]:
    return (wanted.officer_id,) if wanted.officer_id else ()


def _subjects(session: Session, motion_id: UUID) -> tuple[UUID, ...]:
    """Whom a motion is about, to be held before anybody's row is."""
    found = session.execute(select(Motion.officer_id, Motion.proposer_id).where(Motion.id == motion_id)).one_or_none()
    return tuple(one for one in found or () if one is not None)


def _about_to(act: Act, wanted: Wanted) -> MotionFacts:
    return MotionFacts(
        kind=wanted.kind,
        state=MotionState.PROPOSED,
        authority_id=wanted.authority_id,
        proposer_id=None,
        officer_id=wanted.officer_id,
        desk_id=wanted.desk_id,
        expires_at=act.now,
        from_desk_id=wanted.step.from_desk_id if wanted.step else None,
    )


def facts_of(motion: Motion) -> MotionFacts:
    """What the rules look at."""
    return MotionFacts(
        kind=motion.kind,
        state=motion.state,
        authority_id=motion.authority_id,
        proposer_id=motion.proposer_id,
        officer_id=motion.officer_id,
        desk_id=motion.desk_id,
        expires_at=motion.expires_at,
        from_desk_id=motion.from_desk_id,
    )


def _duty(act: Act, side: Side | None, motion: Motion) -> Duty | None:
    """The duty in which somebody acts who stands on this side."""
    if side is Side.ADMINISTRATOR:
        return Duty.ADMINISTER
    desk_id = {Side.HOLDER: motion.desk_id, Side.SENDER: motion.from_desk_id}.get(side) if side else None
    if desk_id is not None:
        return act.session.get_one(Desk, desk_id).duty
    return None


def _require_none(session: Session, wanted: Wanted) -> None:
    """Raise MotionPendingError when the same waits already."""
    same = select(Motion.id).where(
        Motion.state == MotionState.PROPOSED,
        Motion.kind == wanted.kind,
        Motion.officer_id == wanted.officer_id,
        Motion.desk_id == wanted.desk_id if wanted.desk_id else true(),
        Motion.case_id == wanted.step.case_id if wanted.step else Motion.case_id.is_(None),
        Motion.content == wanted.content if wanted.content else true(),
        Motion.authority_id == wanted.authority_id if wanted.content else true(),
    )
    if session.scalars(same.limit(1)).first() is not None:
        raise MotionPendingError("it is proposed already")


def _require_first(act: Act, motion: Motion) -> None:
    """Raise StaleError unless who proposed it is still at work, and not kept out, with the key that signed it."""
    proposer = act.session.get_one(Officer, motion.proposer_id)
    if proposer.state is not OfficerState.ACTIVE:
        raise StaleError("whoever proposed it is no longer at work")
    if motion.case_id is not None and proposer.id in gate.recused_of(act.session, motion.case_id):
        raise StaleError("whoever proposed it keeps out of the case")
    try:
        countersign.admit_proposal(act.tree(), signing_in.actor_of(act.session, proposer), facts_of(motion))
    except NotAllowedError as error:
        raise StaleError("whoever proposed it may not propose it any more") from error
    key = act.house.directories.officer_verify_key(act.session, proposer.id)
    try:
        statements.verify(motion.first, statement(act.house.installation, motion), statements.FIRST, key)
    except OpenError as error:
        raise StaleError("whoever proposed it has other keys since") from error
