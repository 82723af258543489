"""Sending a conclusion or a review back to whoever proposed it: not agreed, with words on what is lacking."""

import json
from uuid import UUID

from sqlalchemy import select

from portal.domain.papers import Note
from portal.domain.vocabulary import MotionStep
from portal.office import concluding, gate, motions
from portal.office.acting import Act, Hand
from portal.office.recording import record
from portal.store.papers import Paper


def send_back(act: Act, hand: Hand, motion_id: UUID, words: str) -> None:
    """Refuse it; the words go into the case file, beside what they are about. Raises what `motions.admit` raises."""
    motion = motions.admit(act, MotionStep.REFUSE, motion_id).motion
    if motion.case_id is None or motion.content is None:
        raise TypeError("this motion is about a case")
    admitted = gate.admit_second(act.session, act.house, act.actor, motion.case_id)
    about = select(Paper.id).where(
        Paper.case_id == motion.case_id, Paper.position == json.loads(motion.content)["paper"]
    )
    draft = concluding.file(act, hand, admitted, Note(words), act.session.scalars(about).one())
    record(act.session, act.house.entry_key, draft)
    motions.end(act, MotionStep.REFUSE, motion_id)
