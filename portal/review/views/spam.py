"""`/review/cases/<id>`: what is no report is put aside and back by one officer, and turned away by two."""

from uuid import UUID

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from portal.domain.errors import StaleError
from portal.domain.vocabulary import MotionStep
from portal.office import blocking, motions
from portal.office.acting import Hand
from portal.review.blueprints import review
from portal.review.triage_forms import AsideForm, BackForm, BlockAnswerForm, BlockForm
from portal.review.views.case import case_step, nothing_to_seal
from portal.review.views.staff import acting
from portal.web.requests import Desk, house, now


@review.post("/review/cases/<uuid:case_id>/aside")
def put_aside(case_id: UUID) -> ResponseReturnValue:
    """Put it aside (移入疑似垃圾信息)."""
    form = AsideForm()

    def take(session: Session, officer: Desk, _: None) -> None:
        blocking.put_aside(session, house(), officer.actor, case_id, form.seen_index, now=now())

    return case_step(case_id, form, nothing_to_seal, take)


@review.post("/review/cases/<uuid:case_id>/back")
def put_back(case_id: UUID) -> ResponseReturnValue:
    """Put it back among the others (移回)."""
    form = BackForm()

    def take(session: Session, officer: Desk, _: None) -> None:
        blocking.put_back(session, house(), officer.actor, case_id, form.seen_index, now=now())

    return case_step(case_id, form, nothing_to_seal, take)


@review.post("/review/cases/<uuid:case_id>/block")
def propose_block(case_id: UUID) -> ResponseReturnValue:
    """Propose that it is no report at all (认定不是举报)."""
    form = BlockForm()

    def take(session: Session, officer: Desk, _: None) -> None:
        act = acting(session)
        wanted = blocking.wanted(act, case_id, form.block_ground.data, form.block_words.data, form.seen_index)
        motions.propose(act, _hand(officer), wanted)

    return case_step(case_id, form, nothing_to_seal, take)


@review.post("/review/cases/<uuid:case_id>/block/answer")
def answer_block(case_id: UUID) -> ResponseReturnValue:
    """The second person agrees, and it is turned away; or does not; or who proposed it takes it back."""
    form = BlockAnswerForm()

    def take(session: Session, officer: Desk, _: None) -> None:
        blocking.require_seen(session, house(), officer.actor, case_id, form.seen_index)
        motion_id, form.done = _pending(session, case_id), form.DONE[form.step]
        if form.step is MotionStep.CONFIRM:
            motions.confirm(acting(session), _hand(officer), motion_id)
        else:
            motions.end(acting(session), form.step, motion_id)

    return case_step(case_id, form, nothing_to_seal, take)


def _hand(officer: Desk) -> Hand:
    """No fresh code: neither a key nor an identity is at stake."""
    return Hand(officer.ring, officer.signing, None)


def _pending(session: Session, case_id: UUID) -> UUID:
    motion = blocking.pending(session, case_id, now=now())
    if motion is None:
        raise StaleError("nothing waits for a second person any more")
    return motion.id
