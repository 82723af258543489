"""What a case's page says of the steps of triage, for whoever has been admitted to it."""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from portal.domain import clocks, countersign
from portal.domain.case_vocabulary import Lane
from portal.domain.papers import Grounds
from portal.domain.vocabulary import MotionStep
from portal.office import blocking, motions, papers
from portal.office.gate import Admitted
from portal.office.house import House
from portal.office.keyring import Keyring
from portal.office.triage_sheets import BlockingSheet, TriageSheet
from portal.store.officers import Officer


def of_case(
    session: Session, house: House, admitted: Admitted, ring: Keyring, language: str, *, now: datetime
) -> TriageSheet:
    """Everything of it."""
    del language
    return TriageSheet(
        aside=admitted.case.lane is Lane.SPAM,
        block_reasons=tuple(blocking.reasons(house).values()),
        blocking=_blocking(session, house, admitted, ring, now),
    )


def _blocking(session: Session, house: House, admitted: Admitted, ring: Keyring, now: datetime) -> BlockingSheet | None:
    """What waits for a second person, to whoever proposed it and to those who may confirm."""
    motion = blocking.pending(session, admitted.case.id, now=now)
    if motion is None:
        return None
    facts = motions.facts_of(motion)
    tree = house.directories.read(session, today=now.astimezone(clocks.SHANGHAI).date()).tree
    steps = countersign.offered(tree, admitted.actor, facts, now=now)
    if not steps:
        return None
    said = json.loads(motion.content or b"{}")
    paper = papers.filed_with(session, house, ring, admitted.case.id, motion.proposer_id, motion.proposed_at)
    return BlockingSheet(
        reason=house.policies.reasons_of(said["edition"]).decline[said["reason"]],
        words=paper.text if isinstance(paper, Grounds) else None,
        proposer=session.get_one(Officer, motion.proposer_id).username,
        expires_at=motion.expires_at,
        steps=steps & frozenset({MotionStep.CONFIRM, MotionStep.REFUSE, MotionStep.WITHDRAW}),
    )
